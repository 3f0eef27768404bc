"""One step shown everywhere: each pane gets its projection of the replica at the play-head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vmgui.engine.kernel import Kernel
from vmgui.projection import callstack, catalogue, tree
from vmgui.projection.allocator import AllocatorReader
from vmgui.projection.because import Reasons
from vmgui.projection.callstack import Variable
from vmgui.projection.diff_entries import TreeSigns
from vmgui.projection.entries import Geometry
from vmgui.projection.history import HistoryReader
from vmgui.projection.moment import Moment, moment
from vmgui.projection.narration import sentence_of
from vmgui.projection.numbers import count, size
from vmgui.projection.physical_map import physical_map
from vmgui.projection.refusal import refine
from vmgui.projection.source import Source, source
from vmgui.projection.stage import Stage
from vmgui.projection.status import counters
from vmgui.projection.trouble import TroubleReader
from vmgui.projection.views import ViewReader, Views
from vmgui.projection.why import why
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.edit import Item
from vmgui.timeline.session import Session
from vmgui.timeline.spans import Step
from vmgui.timeline.why import Explanation
from vmgui.ui.language import current
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


class Scene(QObject):
    """Shows steps. What needs a replay comes later, from the explainer, and is dropped when it is stale.

    `settled` is emitted when nothing is waited for any more.
    """

    settled = Signal()
    #: The stage that is shown, also when its refusal has got its reason; whether a single step led to it.
    staged = Signal(object, bool)

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.waiting = False
        self.desk = desk
        self.session: Session | None = None
        self.cursor: Cursor | None = None
        self.kernel: Kernel | None = None
        self.shape: Geometry | None = None
        self.sentences: Mapping[str, str] = {}
        self.moment: Moment | None = None
        self.explanation: Explanation | None = None
        self._last: tuple[int, Explanation] | None = None
        self._before: Explanation | None = None
        self.views: Views | None = None
        self.looking: int | None = None
        self._at_line = False
        self._reader: ViewReader | None = None
        self._tree: tree.TreeReader | None = None
        self._reasons: Reasons | None = None
        self._trouble: TroubleReader | None = None
        self._compared: TreeSigns | None = None
        self._history = HistoryReader()
        desk.explainer.explained.connect(self._explained)
        desk.auditor.audited.connect(self._audited)
        desk.selection.changed.connect(lambda _place: self._show_owned())
        desk.stack.chips.chosen.connect(self._look_at_call)

    def attach(self, session: Session, cursor: Cursor) -> None:
        """Show another session."""
        self.session, self.cursor = session, cursor
        self.kernel = Kernel(session.machine, cursor)
        self.explanation = self._last = self._before = self.looking = self._compared = None
        self._reader = ViewReader(session, cursor, self.kernel)
        shape = self.shape = self._reader.shape
        self.sentences = catalogue.sentences(current(), shape)
        self._tree = tree.TreeReader(cursor, shape)
        self._reasons = Reasons(session.columns, self.kernel, shape)
        self._trouble = TroubleReader(session.columns, self.kernel)
        self.desk.scrubber.set_marks(self._reader.timeline)
        self.desk.statistics.attach(session)
        self.desk.allocator.show_reader(AllocatorReader(session, cursor, self.kernel))
        self.desk.tree.show_machine(
            tree.root(shape), self._tree.rows, shape.below, shape.covers, partial(tree.path_to, shape),
            self.kernel.VMALLOC_START >> 32, shape.page_shift,
        )  # fmt: skip

    def look_at(self, address: int | None) -> None:
        """Show the walk of an address instead of the step's; None ends that."""
        self.looking = address
        self._show_stage()
        if address is not None:
            self.desk.tree.reveal(address)

    def changed(self, since: int) -> None:
        """Operations were added, taken back or edited: rows from ``since`` on are not what they were."""
        if self._reader is not None and self._tree is not None and self.cursor is not None:
            self._reader.changed(since)
            if self.session is not None:
                self.desk.auditor.attach(self.session)
            self.desk.allocator.changed()
            self.desk.statistics.changed()
            self._tree.update(tree.Marks(), None)
            self.desk.scrubber.set_marks(self._reader.timeline)

    def compare(self, signs: TreeSigns | None) -> None:
        """Show in the tree how its entries differ from another step; None ends that."""
        self._compared = signs
        if self.views is not None:
            self._show_tree(self.desk.player.at)

    def marks(self) -> Sequence[int]:
        """Steps worth finding."""
        return [mark.step for mark in self._reader.timeline.marks] if self._reader else ()

    def slow(self, at: int) -> bool:
        """Whether a step deserves twice the time: a refusal or an error."""
        return self.moment is not None and (self.moment.refused or self.moment.failed)

    # --- a step ----------------------------------------------------------------------------------

    def show(self, at: int) -> None:
        """Show what has just happened: the row before the play-head."""
        if self.session is None:
            return
        columns, desk = self.session.columns, self.desk
        self.moment, self.looking = moment(columns, at - 1), None
        self.explanation, self._at_line = None, False
        self._show_views()
        self._show_tree(at)
        self._show_text(at)
        desk.scrubber.set_step(at)
        desk.statistics.set_step(at)
        segments = self._reader.timeline.segments if self._reader else ()
        desk.operations.history.show_entries(self._history.read(self._items(), segments, at))
        self._show_source()
        calls = self.views.scope.calls if self.views is not None else ()
        desk.stack.show_chips(callstack.chips(calls, self.moment) if self.moment else ())
        self._ask(at - 1)

    def show_line(self, line: Source, variables: tuple[Variable, ...]) -> None:
        """Show a line that runs after the step, and what its names hold there, instead of the step's own."""
        self._at_line = True
        self.desk.source.show_source(line)
        self.desk.stack.show_variables(variables, line.function)

    def leave_line(self) -> None:
        """Show the step's own statement and variables again."""
        self._at_line = False
        self._show_source()
        self._show_variables()

    def _show_source(self) -> None:
        self.desk.source.show_source(source(self.moment) if self.moment else None)

    def _items(self) -> Sequence[Item]:
        """The operations of the program, those that could not run among them."""
        program = self.desk.workspace.program
        return program.items if program is not None else ()

    def _show_views(self) -> None:
        """Stage, map, frames and counters: what is read off the replica together."""
        if self._reader is None or self.kernel is None:
            return
        self.views = self._reader.read(self.moment is not None and self.moment.failed)
        self._show_stage(self.desk.player.single)
        self.desk.map.set_map(self.views.map)
        self.desk.frames.set_frames(self.views.frames)
        self._show_owned()
        self.desk.frames.set_physical(physical_map(self.kernel.machine, self.views.frames), self.views.frames)
        self.desk.allocator.set_step(self.views.scope)
        if self._trouble is not None:
            self.desk.trouble.show_trouble(self._trouble.read(self.views.scope.done, self.views.scope.at))
        self._show_counters()

    def _show_owned(self) -> None:
        """Ring the frames that the selected addresses are mapped to."""
        place, owned = self.desk.selection.place, frozenset[int]()
        if self._reader is not None and place is not None and place.va is not None and place.phys is None:
            owned = self._reader.frames_of(*place.va)
        self.desk.frames.canvas.set_owned(owned)

    def _show_counters(self) -> None:
        if self.views is not None and self.kernel is not None:
            broken = self.desk.auditor.ask(self.desk.player.at)
            self.desk.window.status.tell(counters(self.kernel, self.views.map, broken))

    def _audited(self, _row: int, broken: tuple[str, ...]) -> None:
        self._show_counters()
        if broken:
            self.desk.player.pause()

    @property
    def stage(self) -> Stage | None:
        """The stage of the step, with the reason of a refusal where it is known."""
        stage = self.views.stage if self.views is not None else None
        if stage is None or self.explanation is None:
            return stage
        return refine(stage, self.explanation)

    def _show_stage(self, moving: bool = False) -> None:
        if self._reader is None or self.views is None:
            return
        stage = self.stage if self.looking is None else self._reader.look_at(self.looking)
        self.desk.stage.set_stage(stage, moving)
        self.staged.emit(stage, moving)

    def _show_text(self, at: int) -> None:
        assert self.session is not None
        if at == 0:
            ready = tr("Nothing has happened yet: → steps, Space plays")
            empty = tr("Run an operation, or type a = vmalloc 4M")
            self.desk.transport.tell(ready if len(self.session) else empty, "plain")
        else:
            said = sentence_of(self.session.columns, at - 1, self.moment)
            self.desk.transport.tell(said.text, said.mood)

    def _show_tree(self, at: int) -> None:
        views = self.views
        assert views is not None
        stage = views.stage
        if self._tree is not None and self._reader is not None:
            marks = replace(
                tree.marks_of(stage, self.moment),
                written=self._written(at), guards=views.map.guards, compared=self._compared,
            )  # fmt: skip
            self._tree.update(marks, self._reader.written)
        follow = stage.address if stage is not None and self.desk.following and at else None
        tables = views.frames.counts[-1]
        text = tr("init_mm · {0} tables, {1}").format(count(tables), size(tables << views.frames.page_shift))
        self.desk.tree.refresh(follow, text)

    def _written(self, at: int) -> range:
        """The bytes that the last step stored to, when they are neighbours."""
        assert self.session is not None
        words, steps = self.session.columns.rows.word, self.desk.player.steps
        if not at or steps is None or not words[at - 1]:
            return range(0)
        first, last = int(words[steps.before(at)]), int(words[at - 1])
        run = bool(first) and last - first == at - 1 - steps.before(at)
        return range((first if run else last) * 8, last * 8 + 8)

    # --- what takes a replay ---------------------------------------------------------------------

    def _ask(self, row: int) -> None:
        self.waiting = self.moment is not None
        if self.moment is None:
            self.desk.explainer.cancel()
            self.desk.stack.show_variables(())
            self.desk.why.show_card(None)
            return
        self._show_variables()
        self.desk.why.wait()
        self.desk.explainer.ask(row)

    def _explained(self, row: int, explanation: Explanation | None) -> None:
        if self.moment is None or self.moment.row != row:
            return
        self.explanation = explanation
        self._show_explanation(explanation)
        if self.looking is None:
            self._show_stage()
        self.waiting = False
        self.settled.emit()

    def _show_explanation(self, explanation: Explanation | None) -> None:
        if explanation is None or self.moment is None:
            self.desk.stack.show_variables(())
            self.desk.why.show_card(None)
            return
        span, before = self.moment.call.span, self._last
        self._last = span, explanation
        self._before = before[1] if before and before[0] == span else None
        if not self._at_line:
            self._show_variables()
        assert self._reasons is not None
        assert self.views is not None
        because = self._reasons.of(self.moment, self.views.scope, explanation.decided)
        card = why(explanation, self.moment, self.sentences, because)
        self.desk.why.show_card(card)
        if card.reason and card.outcome in ("refused", "failed"):
            mood = "refused" if card.outcome == "refused" else "error"
            self.desk.transport.tell(f"{card.function}: {tr(card.reason)}", mood)

    def _show_variables(self) -> None:
        """What the running call knows at the step; at its entry these are its parameters."""
        if self.moment is None:
            self.desk.stack.show_variables(())
        elif self.moment.kind is Step.ENTER:
            self.desk.stack.show_variables(callstack.parameters(self.moment))
        elif self.explanation is None:
            self.desk.stack.show_variables(None)
        else:
            self.desk.stack.show_variables(callstack.variables(self.explanation, self._before))

    def _look_at_call(self, number: int) -> None:
        """Show the variables of another call of the stack."""
        chips = self.desk.stack.chips.chips
        if self.explanation is not None and number < len(chips):
            name = chips[number].name
            self.desk.stack.show_variables(callstack.variables(self.explanation, function=name))
