"""Ask me about this step: a question made from the step that is shown, answered by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from vmgui.lessons import ask
from vmgui.lessons.questions import NoAnswer, Question
from vmgui.ui.dialogs.beside import button, the_one, to_front
from vmgui.ui.docks import scrolled
from vmgui.ui.language import current
from vmgui.ui.panes.lesson_cards import PredictionCard
from vmgui.ui.speech import announce
from vmgui.ui.theme import px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


class AskWindow(QDialog):
    """One question at a time, beside the window; another one goes through those that fit the step."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Ask me about this step"))
        self.resize(px(500), px(440))
        self.desk: Desk | None = None
        self.card: PredictionCard | None = None
        self._questions: tuple[Question, ...] = ()
        self._at = 0
        self.nothing = QLabel(tr("There is nothing to predict at the end of the program: step back first."))
        self.nothing.setWordWrap(True)
        self.another = button(tr("Another question"), self._next)
        self.here = button(tr("About this step"), self.ask)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(px(16), px(14), px(16), px(14))
        self._box.addWidget(self.nothing)
        self.area = scrolled(QWidget())
        self._box.addWidget(self.area, 1)
        row = QHBoxLayout()
        row.addWidget(self.here)
        row.addWidget(self.another)
        row.addStretch(1)
        self._box.addLayout(row)

    @classmethod
    def show_for(cls, desk: Desk) -> AskWindow:
        """Ask about the step of a desk, in the one such window there is."""
        shown = the_one(cls, desk.window)
        shown.desk = desk
        shown.ask()
        to_front(shown)
        return shown

    def ask(self) -> None:
        """Ask about the step that is shown."""
        assert self.desk is not None
        session = self.desk.workspace.session
        self.desk.player.pause()
        self._questions = ask.ask(session, self.desk.player.at, current()) if session is not None else ()
        self._at = 0
        self._show()

    def _next(self) -> None:
        self._at = (self._at + 1) % max(len(self._questions), 1)
        self._show()

    def _show(self) -> None:
        self.card = None
        self.area.setWidget(QWidget())  # which deletes the card that was there
        self.nothing.setVisible(not self._questions)
        self.another.setEnabled(len(self._questions) > 1)
        if self._questions:
            assert self.desk is not None
            self.card = PredictionCard(self._questions[self._at])
            self.card.given.connect(self._answer)
            self.card.show_wanted.connect(self.desk.go)
            self.card.set_theme(self.desk.window.theme)
            held = QWidget()
            column = QVBoxLayout(held)
            column.setContentsMargins(0, 0, px(12), 0)
            column.addWidget(self.card)
            column.addStretch(1)
            self.area.setWidget(held)

    def _answer(self, given: str) -> None:
        card = self.card
        assert card is not None
        try:
            read = card.question.read(given)
        except NoAnswer as error:
            card.refuse(tr(error.why))
            return
        card.judge(read)
        QTimer.singleShot(0, card.box, lambda: self.area.ensureWidgetVisible(card.box))
        announce(card, card.box.accessibleName(), at_once=True)
