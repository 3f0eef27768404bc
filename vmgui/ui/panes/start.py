"""The start page: at its left how to go on, the course and files; at its right the scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vmgui.formats.scenarios import Scenario
from vmgui.ui import theme as themes
from vmgui.ui.panes.header import Detail
from vmgui.ui.panes.start_cards import GAP, Cards, CardView
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

LEFT, ROW, PAD = 300, 24, 16
#: Lists grow to this many rows, then they scroll.
ROWS = 9
#: Keys that are the page's own: the window would play and step behind it.
OWN = {
    Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down,
    Qt.Key.Key_Home, Qt.Key.Key_End,
}  # fmt: skip


class Offered(Protocol):
    """Something to begin with."""

    @property
    def text(self) -> str:
        """What it is called."""

    @property
    def detail(self) -> str:
        """A line that tells more."""

    @property
    def do(self) -> Callable[[], object]:
        """What it does."""


class Choices(QListWidget):
    """Rows to choose from, as high as they are; a click or Enter does one. Without any, `nothing` is said."""

    def __init__(self, name: str, nothing: str):
        super().__init__()
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.nothing = QLabel(nothing)
        self.nothing.setProperty("role", "secondary")
        self.nothing.setWordWrap(True)
        self._offers: list[Offered] = []
        self.itemClicked.connect(lambda item: self._offers[self.row(item)].do())

    def offer(self, offers: Sequence[Offered]) -> None:
        """Show other rows."""
        self._offers = list(offers)
        self.clear()
        for each in offers:
            item = QListWidgetItem(each.text, self)
            item.setToolTip(each.detail)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{each.text}, {each.detail}")
        self.setFixedHeight(px(ROW) * min(len(offers), ROWS) + 2)
        self.setVisible(bool(offers))
        self.nothing.setVisible(not offers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentRow() >= 0:
            self._offers[self.currentRow()].do()
        else:
            super().keyPressEvent(event)


class StartPage(QWidget):
    """How to begin. `closed` when the user wants the window, `appeared` when the page is shown."""

    closed = Signal()
    appeared = Signal()
    scenario_wanted = Signal(object)
    action_wanted = Signal(str)

    def __init__(self, scenarios: Sequence[Scenario]):
        super().__init__()
        self.setObjectName("start")
        self._icons: list[tuple[QPushButton | QToolButton, str]] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        self.setFocusProxy(self.resume)
        row.addWidget(self._right(scenarios), 1)

    # --- made of ---------------------------------------------------------------------------------

    def _left(self) -> QWidget:
        self.resume = QPushButton()
        self.resume.setProperty("primary", True)
        self.resume.setMinimumHeight(px(34))
        self.resume.clicked.connect(lambda: self._resume.do())
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.lessons = Choices(tr("Course"), tr("No lesson is installed yet. The scenarios need none."))
        self.recent = Choices(tr("Recent files"), tr("No files yet"))
        self.again = QCheckBox(tr("Show this page at the start"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(PAD), px(PAD), px(PAD), px(PAD))
        column.setSpacing(px(6))
        column.addWidget(labelled(tr("Welcome to vmgui"), "headline"))
        column.addSpacing(px(4))
        column.addWidget(self.resume)
        column.addWidget(self.detail)
        for title, choices in ((tr("Course"), self.lessons), (tr("Recent files"), self.recent)):
            column.addSpacing(px(10))
            column.addWidget(labelled(title, "title"))
            column.addWidget(choices)
            column.addWidget(choices.nothing)
        column.addSpacing(px(10))
        column.addWidget(labelled(tr("Something of your own"), "title"))
        for name, icon, text in (
            ("open", "folder", tr("Open a program…")),
            ("open_recording", "recording", tr("Open a recording of a real kernel…")),
            ("new", "plus", tr("An empty program")),
        ):
            column.addWidget(self._button(name, icon, text))
        column.addStretch(1)
        column.addWidget(self.again)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFixedWidth(px(LEFT))
        return area

    def _button(self, name: str, icon: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"start-{name}")
        button.setProperty("leading", True)
        button.clicked.connect(lambda: self.action_wanted.emit(name))
        self._icons.append((button, icon))
        return button

    def _right(self, scenarios: Sequence[Scenario]) -> QWidget:
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter: huge, hole, TLB …"))
        self.filter.setAccessibleName(tr("Filter the scenarios"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(px(96))
        self.filter.setMaximumWidth(px(210))
        self.close_button = QToolButton()
        self.close_button.setProperty("flat", True)
        self.close_button.setAccessibleName(tr("Close the start page"))
        self.close_button.setToolTip(tr("Close the start page (Esc)"))
        self.close_button.clicked.connect(self.closed)
        self._icons.append((self.close_button, "cross"))
        self.cards = Cards(scenarios)
        self.view = CardView(self.cards)
        self.nothing = QLabel(tr("No scenario has these words."))
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setProperty("role", "counter")
        self.nothing.hide()
        self.filter.textChanged.connect(self._filter)
        self.filter.returnPressed.connect(self._first)
        self.view.typed.connect(self._type)
        self.view.wanted.connect(lambda each: self.scenario_wanted.emit(each.path))
        made = QFrame()
        made.setProperty("surface", "field")
        column = QVBoxLayout(made)
        column.setContentsMargins(px(PAD - GAP // 2), px(PAD), px(4), 0)
        column.setSpacing(px(8))
        head = QHBoxLayout()
        head.setContentsMargins(px(GAP // 2), 0, 0, 0)
        head.setSpacing(px(12))
        head.addWidget(labelled(tr("Scenarios"), "headline"))
        hint = Detail()
        hint.setText(tr("Each makes one decision of the kernel visible"))
        head.addWidget(hint, 1)
        head.addWidget(self.filter, 2)
        head.addWidget(self.close_button)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.nothing, 1)
        return made

    # --- content ---------------------------------------------------------------------------------

    def offer(self, resume: Offered, lessons: Sequence[Offered], recent: Sequence[Offered]) -> None:
        """Show what there is to begin with."""
        self._resume = resume
        self.resume.setText(resume.text)
        self.resume.setAccessibleDescription(resume.detail)
        self.detail.setText(resume.detail)
        self.lessons.offer(lessons)
        self.recent.offer(recent)
        self.filter.clear()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        for button, name in self._icons:
            button.setIcon(self._icon(theme, name))
        self.resume.setIcon(themes.icon("play-solid", theme.on_accent))
        self.view.painter.set_theme(theme)
        self.view.viewport().update()

    def _icon(self, theme: Theme, name: str) -> QIcon:
        return themes.icon(name, theme.text2)

    def _filter(self, text: str) -> None:
        self.cards.find(text)
        self.view.setVisible(bool(self.cards.shown))
        self.nothing.setVisible(not self.cards.shown)
        self.view.setCurrentIndex(self.cards.index(0))

    def _first(self) -> None:
        """Enter in the filter opens the first card, when something was typed."""
        if self.filter.text().strip() and self.cards.shown:
            self.scenario_wanted.emit(self.cards.shown[0].path)

    def _type(self, text: str) -> None:
        self.filter.setFocus()
        self.filter.insert(text)

    # --- keys ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self.appeared.emit()
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and (event.key() in OWN or event.text().isalnum()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_Down and self.filter.hasFocus():
            self.view.setFocus()
        elif event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._type(event.text())
        else:
            super().keyPressEvent(event)


def labelled(text: str, role: str) -> QLabel:
    """A heading."""
    made = QLabel(text)
    made.setProperty("role", role)
    return made
