"""One step shown everywhere: each pane gets its projection of the replica at the play-head."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal

from vmgui.engine.kernel import Kernel
from vmgui.projection import callstack, catalogue, entries, history, numbers, tree
from vmgui.projection.moment import Moment, moment
from vmgui.projection.narration import sentence
from vmgui.projection.source import source
from vmgui.projection.why import why
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.session import Session
from vmgui.timeline.why import Explanation
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


class Scene(QObject):
    """Shows steps. What needs a replay comes later, from the explainer, and is dropped when it is stale.

    `settled` is emitted when nothing is waited for any more.
    """

    settled = Signal()

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.waiting = False
        self.desk = desk
        self.session: Session | None = None
        self.cursor: Cursor | None = None
        self.kernel: Kernel | None = None
        self.moment: Moment | None = None
        self.explanation: Explanation | None = None
        self._before: tuple[int, Explanation] | None = None
        self._marks = tree.Marks()
        desk.explainer.explained.connect(self._explained)
        desk.stack.chips.chosen.connect(self._look_at_call)

    def attach(self, session: Session, cursor: Cursor) -> None:
        """Show another session."""
        self.session, self.cursor = session, cursor
        self.kernel = Kernel(session.machine, cursor)
        self.explanation, self._before = None, None
        self.changed()
        levels = session.machine.levels
        self.desk.tree.show_machine(
            tree.root(self.kernel), self._rows, partial(tree.child_level, levels=levels),
            partial(entries.covers, levels=levels), self._path, self.kernel.VMALLOC_START >> 32,
        )  # fmt: skip

    def look_at(self, address: int | None) -> None:
        """Show the walk of an address instead of the step's; None ends that."""

    def changed(self) -> None:
        """Operations were added or taken back."""

    def marks(self) -> Sequence[int]:
        """Steps worth finding."""
        return ()

    def slow(self, at: int) -> bool:
        """Whether a step deserves twice the time: a refusal or an error."""
        return self.moment is not None and (self.moment.refused or self.moment.failed)

    # --- a step ----------------------------------------------------------------------------------

    def show(self, at: int) -> None:
        """Show what has just happened: the row before the play-head."""
        if self.session is None:
            return
        columns = self.session.columns
        self.moment = moment(columns, at - 1)
        self._show_tree()
        self._show_text(at)
        desk = self.desk
        desk.scrubber.set_step(at)
        desk.operations.history.show_entries(history.history(self.session.operations, (), at))
        desk.source.show_source(source(self.moment) if self.moment else None)
        desk.stack.show_chips(callstack.chips(columns, self.moment) if self.moment else ())
        self._ask(at - 1)

    def _show_text(self, at: int) -> None:
        assert self.session is not None
        if at == 0:
            ready = tr("Nothing has happened yet: → steps, Space plays")
            empty = tr("Run an operation, or type a = vmalloc 4M")
            self.desk.transport.tell(ready if len(self.session) else empty, "plain")
        else:
            said = sentence(self.session.columns, at - 1)
            self.desk.transport.tell(said.text, said.mood)

    def _show_tree(self) -> None:
        step = self.moment
        refused = None
        if step is not None and step.refused and step.level is not None:
            refused = (step.level, step.call.arguments["addr"])
        self._marks = tree.Marks(refused=refused)
        follow = step.call.arguments.get("addr") if step is not None and self.desk.following else None
        self.desk.tree.refresh(follow, tr("init_mm"))

    def _rows(self, level, table: int, va: int) -> list[tree.Row]:
        assert self.kernel is not None
        return tree.rows(self.cursor, self.kernel, level, table, va, self._marks)

    def _path(self, va: int):
        assert self.kernel is not None
        return tree.path_to(self.kernel, self.cursor, va)

    # --- what takes a replay ---------------------------------------------------------------------

    def _ask(self, row: int) -> None:
        self.explanation = None
        self.waiting = self.moment is not None
        if self.moment is None:
            self.desk.explainer.cancel()
            self.desk.stack.show_variables(())
            self.desk.why.show_card(None)
            return
        self.desk.stack.show_variables(None)
        self.desk.why.wait()
        self.desk.explainer.ask(row)

    def _explained(self, row: int, explanation: Explanation | None) -> None:
        if self.moment is None or self.moment.row != row:
            return
        self.explanation = explanation
        self._show_explanation(explanation)
        self.waiting = False
        self.settled.emit()

    def _show_explanation(self, explanation: Explanation | None) -> None:
        if explanation is None or self.moment is None:
            self.desk.stack.show_variables(())
            self.desk.why.show_card(None)
            return
        span = self.moment.call.span
        before = self._before[1] if self._before and self._before[0] == span else None
        self._before = span, explanation
        self.desk.stack.show_variables(callstack.variables(explanation, before))
        card = why(explanation, self.moment, catalogue.words(language()))
        self.desk.why.show_card(card)
        if card.reason and card.outcome in ("refused", "failed"):
            mood = "refused" if card.outcome == "refused" else "error"
            self.desk.transport.tell(f"{card.function}: {card.reason}", mood)

    def _look_at_call(self, number: int) -> None:
        """Show the variables of another call of the stack."""
        chips = self.desk.stack.chips.chips
        if self.explanation is not None and number < len(chips):
            name = chips[number].name
            self.desk.stack.show_variables(callstack.variables(self.explanation, function=name))


def language() -> str:
    """The language of the sentences: English, or Chinese where the system speaks it."""
    wanted = QLocale().name()[:2]
    return wanted if wanted in catalogue.LANGUAGES else "en"


__all__ = ["Scene", "numbers"]
