"""What a lesson asks: predictions with their answers beside the thing, and tasks with what is reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from vmgui.lessons import reasons
from vmgui.lessons.model import Chip, Task
from vmgui.lessons.questions import LETTERS, Choice, Question
from vmgui.lessons.reasons import Feedback
from vmgui.lessons.tasks import Judged, Judgement
from vmgui.ui import theme as themes
from vmgui.ui.actions import ENTER
from vmgui.ui.panes.command_line import CommandLine
from vmgui.ui.panes.lesson_text import Prose, inline, unmarked
from vmgui.ui.theme import BODY, DARK, SECONDARY, Theme, px
from vmgui.ui.words import tr

ROW, ICON, GAP = 32, 16, 8


class ChoiceRow(QPushButton):
    """An answer to choose; afterwards, what there is to say to it: at the end of its line, or below."""

    chosen = Signal(str)

    def __init__(self, letter: str, choice: Choice):
        super().__init__()
        self.choice, self.letter = choice, letter
        self.look, self._said = "open", ""
        self.setProperty("choice", "open")
        self.setMinimumHeight(px(ROW))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(f"{letter}: {unmarked(tr(choice.text))}")
        self.clicked.connect(lambda: self.chosen.emit(choice.key))
        self.sign, self.words, self.said = QLabel(letter), QLabel(), QLabel()
        self.sign.setFixedWidth(px(ICON + 4))
        self.words.setWordWrap(True)
        self.said.hide()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(px(10), px(5), px(10), px(5))
        row.setSpacing(px(GAP))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        self._texts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._texts.setSpacing(px(2))
        self._texts.addWidget(self.words, 1)
        self._texts.addWidget(self.said)
        row.addLayout(self._texts, 1)

    def mark(self, look: str, said: str, theme: Theme) -> None:
        """Be "open", "right", "wrong" or "other", and say something to it."""
        self.look = look
        self._dress(self, "choice", look)
        self._dress(self.said, "role", "success" if look == "right" else "secondary")
        self.words.setText(inline(tr(self.choice.text)))
        self.said.setText(inline(f"**{said}**" if look == "right" else said, SECONDARY) if said else "")
        self.said.setVisible(bool(said))
        signs = {"right": ("check", theme.success), "wrong": ("refused", theme.error)}
        if look in signs:
            self.sign.setPixmap(themes.icon(*signs[look], ICON).pixmap(px(ICON)))
        else:
            self.sign.setText(self.letter)
        looks = {"right": tr("right"), "wrong": tr("wrong")}
        self.setAccessibleDescription(". ".join(filter(None, (looks.get(look, ""), unmarked(said)))))
        self._said = unmarked(said)
        self._fit()

    @staticmethod
    def _dress(widget: QWidget, name: str, value: str) -> None:
        if widget.property(name) != value:
            widget.setProperty(name, value)
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _fit(self) -> None:
        """What is said stands at the end of the line where both have room in it."""
        text = themes.metrics(BODY).horizontalAdvance(unmarked(tr(self.choice.text)))
        wide = text + themes.metrics(SECONDARY, bold=True).horizontalAdvance(self._said)
        room = self.width() - px(20 + ICON + 4 + 2 * GAP)
        beside = wide * themes.factor() <= room
        way = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._texts.setDirection(way)
        self.said.setWordWrap(not beside)
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def sizeHint(self) -> QSize:
        return self._row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.totalMinimumSize()

    def event(self, event: QEvent) -> bool:
        """Space chooses it: else it would play."""
        space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if space and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


class FeedbackBox(QFrame):
    """Right or not, why, and a link to the step that shows it."""

    wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.linkActivated.connect(lambda _link: self.wanted.emit())
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse
                                          | Qt.TextInteractionFlag.LinksAccessibleByKeyboard)  # fmt: skip
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.addWidget(self.text)
        self.hide()

    def fill(self, tone: str, head: str, text: str, link: str, theme: Theme) -> None:
        """Say it in a tone: right, wrong or hint."""
        self.setProperty("feedback", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        ink = {"right": theme.success, "wrong": theme.error}.get(tone, theme.accent)
        shown = f'<b style="color:{ink}">{head}</b> {inline(text)}'
        if link:
            shown += f' <a href="show" style="color:{theme.accent};text-decoration:none">{link}&nbsp;›</a>'
        self.text.setText(f'<span style="font-size:{px(BODY)}px">{shown}</span>')
        self.setAccessibleName(f"{head} {unmarked(text)}")
        self.show()


class PredictionCard(QWidget):
    """A question. `given` carries an answer, `show_wanted` the step that shows the right one."""

    given = Signal(str)
    show_wanted = Signal(int)

    def __init__(self, question: Question):
        super().__init__()
        self.question, self.theme = question, DARK
        self.feedback: Feedback | None = None
        self.answer = ""
        self._notes: Mapping[str, str] = {}
        self._hint = ""
        self._quiet = self.given_up = False
        self.ask = Prose(tr(question.ask))
        self.rows = [ChoiceRow(*each) for each in zip(LETTERS, question.choices, strict=False)]
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Your answer"))
        self.button = QPushButton(tr("Check"))
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.setWordWrap(True)
        self.hint_box, self.box = FeedbackBox(), FeedbackBox()
        self.box.wanted.connect(lambda: self.show_wanted.emit(question.shown))
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(7))
        head = QHBoxLayout()
        tag = QLabel(tr("Predict"))
        tag.setProperty("role", "predict")
        before = QLabel(tr("before you go on"))
        before.setProperty("role", "secondary")
        head.addWidget(tag)
        head.addWidget(before, 1)
        column.addLayout(head)
        column.addWidget(self.ask)
        for row in self.rows:
            row.chosen.connect(self._choose)
            column.addWidget(row)
        if not self.rows:
            line = QHBoxLayout()
            examples = {"address": "0xffff…", "entry": "0 … 511", "slot": tr("0 … 511, or click it")}
            self.field.setPlaceholderText(examples.get(self.question.kind, tr("a number, or 4M")))
            self.field.returnPressed.connect(self._enter)
            self.button.clicked.connect(self._enter)
            line.addWidget(self.field, 1)
            line.addWidget(self.button)
            column.addLayout(line)
        self.wrong.hide()
        for widget in (self.wrong, self.hint_box, self.box):
            column.addWidget(widget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the field is the answer, and not the way on."""
        if event.key() not in ENTER:
            super().keyPressEvent(event)

    @property
    def first(self) -> QWidget:
        """What the keyboard comes to."""
        return self.rows[0] if self.rows else self.field

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.feedback is None or not (self.feedback.right or self._quiet)

    def choose(self, place: int) -> None:
        """Choose the answer with a letter: 0 is A."""
        if 0 <= place < len(self.rows):
            self._choose(self.rows[place].choice.key)

    def _choose(self, key: str) -> None:
        if self.open:
            self.given.emit(key)

    def _enter(self) -> None:
        if self.open and self.field.text().strip():
            self.given.emit(self.field.text())

    def enter(self, text: str) -> None:
        """Give an answer from elsewhere: the entry that was clicked."""
        if not self.rows and self.open:
            self.field.setText(text)
            self._enter()

    def refuse(self, why: str) -> None:
        """What was typed is no answer."""
        self.wrong.setText(why)
        self.wrong.show()

    def show_hint(self, text: str) -> None:
        """Show a hint below the question."""
        self._hint = text
        self._dress()

    def judge(self, given: str) -> bool:
        """Say whether an answer, as `Question.read` gives it, is right, and why."""
        self.answer, self.feedback = given, reasons.grade(self.question, given)
        self._notes = self._told() if self.feedback.right else {}
        self._quiet = False
        self.wrong.hide()
        self._dress()
        return self.feedback.right

    def _told(self) -> dict[str, str]:
        """What is said to each wrong answer; the same of several is nothing of its own."""
        told = {key: tr(note) for key, note in reasons.notes(self.question).items()}
        often = Counter(told.values())
        return {key: note for key, note in told.items() if often[note] == 1}

    def give_up(self) -> None:
        """Show the answer: nobody has found it."""
        self.given_up = True
        self.judge(self.question.answer)

    def note(self, given: str) -> None:
        """Keep the answer without a word about it: an exam."""
        self.answer, self.feedback, self._quiet = given, Feedback(False, "", self.question.shown), True
        self.wrong.hide()
        self._dress()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self.ask.set_theme(theme)
        self._dress()

    def _dress(self) -> None:
        done = not self.open
        for row in self.rows:
            row.mark(*self._look(row.choice.key), self.theme)
        self.field.setEnabled(not done)
        self.button.setEnabled(not done)
        self.hint_box.setVisible(bool(self._hint) and not done)
        if self._hint and not done:
            self.hint_box.fill("hint", tr("Hint:"), self._hint, "", self.theme)
        if self.feedback is None:
            return
        if self._quiet:
            self.box.fill(
                "hint", tr("Noted."), tr("You learn whether it is right when you hand in."), "", self.theme
            )
        else:
            right = self.feedback.right
            head = self._head(right)
            link = tr("Show it on the stage") if right else ""
            self.box.fill("right" if right else "wrong", head, tr(self.feedback.text), link, self.theme)

    def _head(self, right: bool) -> str:
        if not right:
            return "✗ " + tr("Not yet.")
        if not self.given_up:
            return "✓ " + tr("Correct.")
        return tr("The answer is marked.") if self.rows else tr("The answer: {0}.").format(self.answer)

    def _look(self, key: str) -> tuple[str, str]:
        if self.feedback is None or self._quiet:
            chosen = self._quiet and key == self.answer
            return ("other", tr("your answer")) if chosen else ("open", "")
        if key == self.answer:
            whose = tr("the answer") if self.given_up else tr("your answer")
            return ("right", whose) if self.feedback.right else ("wrong", "")
        return "other" if self.feedback.right else "open", self._notes.get(key, "")


class TaskCard(QWidget):
    """Something to build. `entered` carries a line to run, `judged` asks what is reached."""

    entered = Signal(str)
    judge_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, task: Task, ask: str, names: Callable[[], Iterable[str]]):
        super().__init__()
        self.task, self.theme = task, DARK
        self.judgement: Judgement | None = None
        self._hint = ""
        self.ask = Prose(ask)
        self.command = CommandLine(names)
        self.command.entered.connect(self.entered)
        self.ran = QLabel()
        self.ran.setProperty("role", "mono")
        self.ran.setWordWrap(True)
        self.check, self.undo = QPushButton(tr("Check")), QPushButton(tr("Undo"))
        self.check.clicked.connect(self.judge_wanted)
        self.undo.clicked.connect(self.undo_wanted)
        self.hint_box, self.box = FeedbackBox(), FeedbackBox()
        self.parts = QLabel()
        self.parts.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(7))
        tag = QLabel(tr("Build it"))
        tag.setProperty("role", "predict")
        column.addWidget(tag, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.ask)
        allowed = QLabel(self._allowed())
        allowed.setProperty("role", "secondary")
        allowed.setWordWrap(True)
        allowed.setVisible(bool(allowed.text()))
        row = QHBoxLayout()
        row.addWidget(self.check)
        row.addWidget(self.undo)
        row.addStretch(1)
        for widget in (allowed, self.ran, self.command):
            column.addWidget(widget)
        column.addLayout(row)
        for below in (self.parts, self.hint_box, self.box):
            column.addWidget(below)
        self.show_program(())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in the field runs its line, and is not the way on."""
        if event.key() not in ENTER:
            super().keyPressEvent(event)

    def _allowed(self) -> str:
        parts = []
        if self.task.verbs:
            parts.append(tr("Allowed: {0}.").format(", ".join(self.task.verbs)))
        if self.task.most:
            parts.append(tr("At most {0} operations.").format(self.task.most))
        return " ".join(parts)

    def show_program(self, lines: Iterable[str]) -> None:
        """Show what the learner has run."""
        text = "\n".join(lines)
        self.ran.setText(text)
        self.ran.setVisible(bool(text))
        self.undo.setEnabled(bool(text))

    def show_hint(self, text: str) -> None:
        """Show a hint below the task."""
        self._hint = text
        self.set_theme(self.theme)

    @property
    def open(self) -> bool:
        """Whether it is not reached yet."""
        return self.judgement is None or not self.judgement.reached

    def give_up(self) -> None:
        """Show the author's solution."""
        lines = (f"`{line}`" for line in self.task.solution)
        self.show_hint(" · ".join(lines) or tr("There is no solution in this file."))

    def show_judgement(self, judgement: Judgement) -> None:
        """Say what is reached."""
        self.judgement = judgement
        self.set_theme(self.theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self.ask.set_theme(theme)
        self.hint_box.setVisible(bool(self._hint))
        if self._hint:
            self.hint_box.fill("hint", tr("Hint:"), self._hint, "", theme)
        judged = self.judgement
        if judged is None:
            return
        self.parts.setText("<br>".join(self._line(part) for part in judged.parts))
        missing = next((part.missing for part in judged.parts if part.missing), "")
        head = "✓ " + tr("Reached.") if judged.reached else "✗ " + tr("Not yet.")
        text = tr("The engine checked the state you built.") if judged.reached else tr(judged.text or missing)
        self.box.fill("right" if judged.reached else "wrong", head, text, "", theme)

    def _line(self, part: Judged) -> str:
        ink, sign = (self.theme.success, "✓") if part.reached else (self.theme.error, "✗")
        points = " · " + tr("{0} of {1} points").format(part.points, part.of) if part.of else ""
        return f'<b style="color:{ink}">{sign}</b> {inline(part.text or tr("The goal"))}{points}'


class ChipRow(QWidget):
    """Now break it: buttons that open the page again with one thing changed."""

    wanted = Signal(object)

    def __init__(self, chips: Iterable[tuple[Chip, str]], changed: Chip | None):
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        said = tr("Change one thing and predict again:")
        above = QLabel(f"<b>{tr('Now break it.')}</b> {said}")
        above.setWordWrap(True)
        column.addWidget(above)
        self._held = QWidget()
        column.addWidget(self._held)
        self.buttons: list[QPushButton] = []
        for chip, label in chips:
            button = QPushButton(label, self._held)
            button.setProperty("mono", True)
            button.setCheckable(True)
            button.setChecked(chip == changed)
            button.clicked.connect(lambda _on=False, c=chip: self.wanted.emit(None if c == changed else c))
            self.buttons.append(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many in a line as there is room for."""
        super().resizeEvent(event)
        at, high = QPoint(0, 0), 0
        for button in self.buttons:
            size = button.sizeHint()
            if at.x() and at.x() + size.width() > self.width():
                at = QPoint(0, at.y() + high + px(6))
            button.setGeometry(at.x(), at.y(), min(size.width(), self.width()), size.height())
            at.setX(at.x() + size.width() + px(6))
            high = size.height()
        self._held.setFixedHeight(at.y() + high)
