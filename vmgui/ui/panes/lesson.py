"""The lesson: one page of text, figures, questions and tasks, and below it the way on; or the course."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vmgui.formats.errors import FormatError
from vmgui.lessons.model import Chip, Chips, Figure, Predict, Task
from vmgui.lessons.model import Prose as Text
from vmgui.lessons.questions import Question
from vmgui.lessons.run import PageRun
from vmgui.ui import theme as themes
from vmgui.ui.actions import ENTER
from vmgui.ui.course_list import Listed
from vmgui.ui.panes.lesson_cards import ChipRow, PredictionCard, TaskCard
from vmgui.ui.panes.lesson_figure import FigureView
from vmgui.ui.panes.lesson_text import Prose, terms_in
from vmgui.ui.selection import Selection
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

COLUMN, PAD, DOT, ENTRY = 482, 24, 9, 44
Scroll = QAbstractSlider.SliderAction
SCROLLS: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_PageDown: Scroll.SliderPageStepAdd, Qt.Key.Key_PageUp: Scroll.SliderPageStepSub,
    Qt.Key.Key_Down: Scroll.SliderSingleStepAdd, Qt.Key.Key_Up: Scroll.SliderSingleStepSub,
}  # fmt: skip


class Dots(QWidget):
    """One dot a page: done, here, or still to come. A click goes there."""

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = DARK
        self.done: tuple[bool, ...] = ()
        self.at = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_pages(self, done: Sequence[bool], at: int) -> None:
        """Show which pages are done, and which is open."""
        self.done, self.at = tuple(done), at
        self.setFixedSize(self._step() * (len(self.done) + 1), px(22))
        said = tr("Page {0} of {1}, {2} done").format(at + 1, len(self.done), sum(self.done))
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.update()

    def _step(self) -> int:
        return px(14) if len(self.done) <= 12 else px(10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, dot = 0, px(DOT) if len(self.done) <= 12 else px(6)
        for i, done in enumerate(self.done):
            wide = self._step() + dot if i == self.at else dot
            color = "accent_solid" if i == self.at else "success" if done else "border"
            painter.setPen(self.theme.color(color))
            painter.setBrush(self.theme.color(color) if done or i == self.at else Qt.BrushStyle.NoBrush)
            rect = QRectF(x + 0.5, (self.height() - dot) / 2 + 0.5, wide - 1, dot - 1)
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            x += self._step() * (2 if i == self.at else 1)
        painter.end()

    def mousePressEvent(self, event) -> None:
        place = int(event.position().x() // self._step())
        page = place if place <= self.at else place - 1
        if 0 <= page < len(self.done):
            self.wanted.emit(page)


class Footer(QFrame):
    """Back, the pages, a hint, and on."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "header")
        self.back, self.hint, self.on = QPushButton(tr("Back")), QPushButton(), QPushButton(tr("Continue"))
        self.on.setProperty("primary", True)
        self.dots, self.count = Dots(), QLabel()
        self.count.setProperty("role", "mono")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(px(PAD), px(10), px(PAD), px(10))
        row.setSpacing(px(8))
        row.addWidget(self.back)
        row.addSpacing(px(8))
        row.addWidget(self.dots)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.hint)
        row.addWidget(self.on)

    def show_pages(self, done: Sequence[bool], at: int, on: str) -> None:
        """Show which pages are done and which is open, and where the way leads on."""
        self.dots.show_pages(done, at)
        self.count.setText(f"{at + 1} / {len(done)}")
        self.on.setText(on)
        self._fold()

    def show_hints(self, used: int, of: int) -> None:
        """Show how many hints of what is open were given; after the last one there is the answer."""
        self.hint.setVisible(bool(of))
        self.hint.setText(tr("Hint {0}/{1}").format(used, of) if used < of else tr("Show the answer"))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Leave the room to what can be pressed: the dots give way first, then the number of the page."""
        giving = (self.dots, self.count)
        for each in giving:
            each.show()
        for each in giving:
            if self.minimumSizeHint().width() > self.width():
                each.hide()
        self._row.activate()


class CourseList(QWidget):
    """All lessons by part, with what is done of each; a field finds words in them."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._listed: tuple[Listed, ...] = ()
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Search in all lessons"))
        self.field.setAccessibleName(tr("Search in all lessons"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.field.returnPressed.connect(lambda: self._want(self.list.currentItem()))
        self.list.setObjectName("course")
        self.list.setAccessibleName(tr("Course"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.itemActivated.connect(lambda item: self._want(item))
        self.list.itemClicked.connect(lambda item: self._want(item))
        title = QLabel(tr("Course"))
        title.setProperty("role", "headline")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(PAD), px(16), px(PAD), 0)
        column.setSpacing(px(10))
        for widget in (title, self.field, self.list):
            column.addWidget(widget)
        self.setFocusProxy(self.field)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the field into the list; letters typed in the list would be keys of the window."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and cast(QKeyEvent, event).key() == Qt.Key.Key_Down:
            self.list.setFocus()
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter has opened a lesson: it is not for the page that stands here then."""
        if event.key() not in ENTER:
            super().keyPressEvent(event)

    def show_course(self, listed: Iterable[Listed]) -> None:
        """Show the lessons; what was searched for is there, and the next letter takes its place."""
        self._listed = tuple(listed)
        self._fill()
        self.field.selectAll()

    def _fill(self) -> None:
        words, part, best = self.field.text().lower().split(), None, -1
        self.list.clear()
        for each in self._listed:
            if not all(word in each.words for word in words):
                continue
            if each.part != part:
                part = each.part
                head = QListWidgetItem(part, self.list)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setFont(themes.widget_font(themes.UI, bold=True))
            text = f"{'✓' if each.done else '○'}  {each.title}\n      {each.detail}"
            item = QListWidgetItem(text, self.list)
            item.setSizeHint(QSize(0, px(ENTRY)))
            item.setData(Qt.ItemDataRole.UserRole, each.name)
            if best < 0 and all(word in each.title.lower() for word in words):
                best = self.list.count() - 1
        if not self.list.count():
            item = QListWidgetItem(tr("No lesson has these words."), self.list)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        open_ = (row for row in range(self.list.count()) if self._name(self.list.item(row)))
        self.list.setCurrentRow(best if best >= 0 else next(open_, -1))

    def _name(self, item: QListWidgetItem | None) -> str:
        """The lesson of a row; "" for the heading of a part."""
        return (item.data(Qt.ItemDataRole.UserRole) or "") if item is not None else ""

    def _want(self, item: QListWidgetItem | None) -> None:
        if self._name(item):
            self.wanted.emit(self._name(item))


class LessonPane(QStackedWidget):
    """A page of a lesson, or the course. Signals say what the learner does; `cards` are the questions."""

    given = Signal(int, str)
    show_wanted = Signal(int)
    entered = Signal(int, str)
    judge_wanted = Signal(int)
    undo_wanted = Signal()
    chip_wanted = Signal(object)
    page_wanted = Signal(int)

    def __init__(self, selection: Selection, names: Callable[[], Iterable[str]]):
        super().__init__()
        self.setObjectName("lesson")
        self.setAccessibleName(tr("Lesson"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumWidth(px(320))
        self._selection, self._names, self.theme = selection, names, DARK
        self._themed: list = []
        self.cards: list[PredictionCard] = []
        self.tasks: list[TaskCard] = []
        self.figures: list[FigureView] = []
        self.chips: ChipRow | None = None
        self.course = CourseList()
        self.footer = Footer()
        self.footer.dots.wanted.connect(self.page_wanted)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        book = QWidget()
        column = QVBoxLayout(book)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addWidget(self.footer)
        self.book = book
        self.addWidget(self.course)
        self.addWidget(book)
        app = cast(QApplication, QApplication.instance())
        app.focusChanged.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = self.footer.dots.theme = theme
        for widget in self._themed:
            widget.set_theme(theme)
        self.footer.hint.setIcon(themes.icon("bulb", theme.text2))
        self.footer.back.setIcon(themes.icon("step-back", theme.text1))
        self.footer.dots.update()

    def take_focus(self) -> None:
        """Take the keyboard: where one types to find a lesson, or the page."""
        (self.course if self.currentWidget() is self.course else self).setFocus()

    # --- a page ----------------------------------------------------------------------------------

    def show_page(
        self, page: PageRun, questions: Sequence[Question], changed: Chip | None, head: str, minutes: str
    ) -> None:
        """Lay out a page; `head` and `minutes` stand above its title.  FormatError, and nothing changed."""
        before = self.cards, self.tasks, self.figures, self._themed, self.chips
        self.cards, self.tasks, self.figures, self._themed, self.chips = [], [], [], [], None
        try:
            title = page.fill(page.page.title, page.page.line)
            widgets = list(self._blocks(page, questions, changed))
        except FormatError:
            self.cards, self.tasks, self.figures, self._themed, self.chips = before
            raise
        above = QHBoxLayout()
        above.addWidget(self._label(head, "secondary"), 1)
        told = QLabel(minutes)
        told.setProperty("role", "secondary")
        above.addWidget(told, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(12))
        column.addLayout(above)
        column.addWidget(self._label(title, "lesson-title"))
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        self._put(column)

    def _put(self, column: QVBoxLayout) -> None:
        """Show a page in the place of the one before."""
        inner, held = QWidget(), QWidget()
        inner.setProperty("surface", "pane")
        outer = QHBoxLayout(inner)
        outer.setContentsMargins(px(PAD), px(14), px(PAD), px(20))
        held.setMaximumWidth(px(COLUMN))
        column.setContentsMargins(0, 0, 0, 0)
        held.setLayout(column)
        outer.addWidget(held, 1)
        outer.addStretch(0)
        self.area.setWidget(inner)
        self.area.verticalScrollBar().setValue(0)
        self.setCurrentWidget(self.book)
        self.set_theme(self.theme)

    def _label(self, text: str, role: str) -> QLabel:
        made = QLabel(text)
        made.setProperty("role", role)
        made.setWordWrap(True)
        return made

    def _blocks(self, page: PageRun, questions: Sequence[Question], changed: Chip | None):
        known: set[str] = set()
        asked = iter(questions)
        shown = {each.figure.line: each for each in page.figures}
        for block in page.page.blocks:
            if isinstance(block, Text):
                filled = page.fill(block.text, block.line)
                prose = Prose(filled, set(known))
                known |= terms_in(filled)
                self._themed.append(prose)
                yield prose
            elif isinstance(block, Figure) and block.line in shown:
                number = f"{page.index + 1}.{len(self.figures) + 1}"
                figure = FigureView(page, shown[block.line], self._selection, number)
                self.figures.append(figure)
                self._themed.append(figure)
                yield figure
            elif isinstance(block, Predict):
                yield rule()
                yield self._card(next(asked))
            elif isinstance(block, Task):
                yield rule()
                yield self._task(page, block)
            elif isinstance(block, Chips):
                yield rule()
                chips = [(chip, page.fill(chip.label, block.line)) for chip in block.chips]
                self.chips = ChipRow(chips, changed)
                self.chips.wanted.connect(self.chip_wanted)
                yield self.chips

    def _card(self, question: Question) -> PredictionCard:
        card, number = PredictionCard(question), len(self.cards)
        card.given.connect(lambda text: self.given.emit(number, text))
        card.show_wanted.connect(self.show_wanted)
        self.cards.append(card)
        self._themed.append(card)
        return card

    def _task(self, page: PageRun, task: Task) -> TaskCard:
        card, number = TaskCard(task, page.fill(task.ask, task.line), self._names), len(self.tasks)
        card.entered.connect(lambda line: self.entered.emit(number, line))
        card.judge_wanted.connect(lambda: self.judge_wanted.emit(number))
        card.undo_wanted.connect(self.undo_wanted)
        self.tasks.append(card)
        self._themed.append(card)
        return card

    def reveal(self, widget: QWidget) -> None:
        """Scroll so that a card, or what is said to it, is seen; it may be laid out only then."""
        QTimer.singleShot(0, widget, lambda: self.area.ensureWidgetVisible(widget, 0, px(20)))

    @property
    def waiting(self) -> PredictionCard | None:
        """The first question that waits for an answer."""
        return next((card for card in self.cards if card.open), None)

    # --- keys ------------------------------------------------------------------------------------

    @property
    def in_tab_order(self) -> list[QWidget]:
        """What Tab comes to, one after the other."""
        return [self.course, self.area, self.footer]

    def holds_focus(self, card: PredictionCard) -> bool:
        """Whether the keyboard is in a card."""
        now = self.window().focusWidget()
        return now is not None and card.isAncestorOf(now)

    def focus_next(self) -> None:
        """Take the keyboard on: to what is asked next, or to the footer."""
        (self.waiting.first if self.waiting is not None else self.footer.on).setFocus()

    def _follow(self, _last: QWidget | None, now: QWidget | None) -> None:
        """What Tab comes to is seen."""
        if now is not None and self.area.isAncestorOf(now):
            self.area.ensureWidgetVisible(now, 0, px(20))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        card = self.waiting
        place = event.key() - Qt.Key.Key_A
        if self.currentWidget() is not self.book:
            super().keyPressEvent(event)
        elif card is not None and not event.modifiers() and 0 <= place < len(card.rows):
            card.choose(place)
        elif event.key() in SCROLLS:
            self.area.verticalScrollBar().triggerAction(SCROLLS[event.key()])
        elif event.key() in ENTER:
            self.footer.on.click()
        else:
            super().keyPressEvent(event)


def rule() -> QFrame:
    """A hairline between what is told and what is asked."""
    made = QFrame()
    made.setProperty("surface", "line")
    made.setFixedHeight(1)
    return made
