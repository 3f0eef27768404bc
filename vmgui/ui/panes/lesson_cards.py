"""What a lesson asks: predictions with their answers beside the thing, and tasks with what is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from vmgui.lessons import reasons
from vmgui.lessons.model import Chip, Task
from vmgui.lessons.questions import LETTERS, Choice, Question
from vmgui.lessons.reasons import Feedback
from vmgui.lessons.tasks import Judgement
from vmgui.ui import theme as themes
from vmgui.ui.panes.command_line import CommandLine
from vmgui.ui.panes.lesson_text import Prose, inline
from vmgui.ui.theme import DARK, SECONDARY, Theme, px
from vmgui.ui.words import tr

ROW, ICON = 32, 16


class ChoiceRow(QFrame):
    """An answer to choose; afterwards, what there is to say to it."""

    chosen = Signal(str)

    def __init__(self, letter: str, choice: Choice):
        super().__init__()
        self.choice, self.letter = choice, letter
        self.look = "open"
        self.setProperty("choice", "open")
        self.setMinimumHeight(px(ROW))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{letter}: {tr(choice.text)}")
        self.sign = QLabel(letter)
        self.sign.setFixedWidth(px(ICON + 4))
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.said = QLabel()
        self.said.setProperty("role", "secondary")
        self.said.setWordWrap(True)
        self.said.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), px(5), px(10), px(5))
        row.setSpacing(px(8))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addWidget(self.text)
        column.addWidget(self.said)
        row.addLayout(column, 1)

    def mark(self, look: str, said: str, theme: Theme) -> None:
        """Be "open", "right", "wrong" or "other", and say something to it."""
        self.look = look
        self.setProperty("choice", look)
        self.style().unpolish(self)
        self.style().polish(self)
        self.text.setText(inline(tr(self.choice.text)))
        self.said.setText(inline(said, SECONDARY) if said else "")
        self.said.setVisible(bool(said))
        signs = {"right": ("check", theme.success), "wrong": ("refused", theme.error)}
        if look in signs:
            self.sign.setPixmap(themes.icon(*signs[look], ICON).pixmap(px(ICON)))
        else:
            self.sign.setText(self.letter)
        words = {"right": tr("right"), "wrong": tr("wrong")}
        self.setAccessibleDescription(". ".join(part for part in (words.get(look, ""), said) if part))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.choice.key)

    def keyPressEvent(self, event) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.choice.key)
        else:
            super().keyPressEvent(event)


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
            shown += f' <a href="show" style="color:{theme.accent}">{link} ›</a>'
        self.text.setText(shown)
        self.setAccessibleName(f"{head} {text}")
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
        self._quiet = False
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
        self._notes = reasons.notes(self.question) if self.feedback.right else {}
        self._quiet = False
        self.wrong.hide()
        self._dress()
        return self.feedback.right

    def give_up(self) -> None:
        """Show the answer."""
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
            head = "✓ " + tr("Correct.") if right else "✗ " + tr("Not yet.")
            link = tr("Show it on the stage") if right else ""
            self.box.fill("right" if right else "wrong", head, tr(self.feedback.text), link, self.theme)

    def _look(self, key: str) -> tuple[str, str]:
        if self.feedback is None or self._quiet:
            chosen = self._quiet and key == self.answer
            return ("other", tr("your answer")) if chosen else ("open", "")
        if key == self.answer:
            return ("right", tr("your answer")) if self.feedback.right else ("wrong", "")
        return "other" if self.feedback.right else "open", tr(self._notes.get(key, ""))


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
        lines = (f"{'✓' if part.reached else '✗'} {part.text or tr('The goal')}" for part in judged.parts)
        self.parts.setText("<br>".join(map(inline, lines)))
        missing = next((part.missing for part in judged.parts if part.missing), "")
        head = "✓ " + tr("Reached.") if judged.reached else "✗ " + tr("Not yet.")
        text = tr("The engine checked the state you built.") if judged.reached else tr(judged.text or missing)
        self.box.fill("right" if judged.reached else "wrong", head, text, "", theme)


class ChipRow(QWidget):
    """Now break it: buttons that open the page again with one thing changed."""

    wanted = Signal(object)

    def __init__(self, chips: Iterable[tuple[Chip, str]], changed: Chip | None):
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        said = tr("Change one thing and predict again:")
        column.addWidget(QLabel(f"<b>{tr('Now break it.')}</b> {said}"))
        row = QHBoxLayout()
        row.setSpacing(px(6))
        column.addLayout(row)
        self.buttons: list[QPushButton] = []
        for chip, label in chips:
            button = QPushButton(label)
            button.setProperty("mono", True)
            button.setCheckable(True)
            button.setChecked(chip == changed)
            button.clicked.connect(lambda _on=False, c=chip: self.wanted.emit(None if c == changed else c))
            self.buttons.append(button)
            row.addWidget(button)
        row.addStretch(1)
