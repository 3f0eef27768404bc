"""Comparing two steps: a marked one, A, and the play-head, B; tree, map and frames show what differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from vmgui.projection.diff import Differ, Difference
from vmgui.projection.numbers import count
from vmgui.projection.scope import operation_at
from vmgui.timeline.session import Session
from vmgui.ui.docks import Dock, dock
from vmgui.ui.panes.compare import ComparePane
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

#: Milliseconds the play-head has to rest before it is compared anew.
PATIENCE = 60


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions that compare do."""
    from vmgui.ui.lockstep import open_machines

    return {
        "compare_mark": lambda: desk.comparing.mark(),
        "compare": lambda: desk.comparing.compare(),
        "compare_swap": lambda: desk.comparing.swap(),
        "compare_leave": lambda: desk.comparing.leave(),
        "compare_machines": lambda: open_machines(desk),
    }


class Comparing(QObject):
    """The marked step, and the difference between it and the play-head while it is shown."""

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self.marked: int | None = None
        self.shown: Difference | None = None
        self._differ: tuple[Session, Differ] | None = None
        self._pane: ComparePane | None = None
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._timer.timeout.connect(self._show)
        desk.player.moved.connect(self._moved)
        desk.workspace.changed.connect(lambda _done: self._changed())
        desk.workspace.replaced.connect(self._replaced)

    # --- what a user does ------------------------------------------------------------------------

    def mark(self) -> None:
        """Make the step at the play-head A."""
        self.marked = self.desk.player.at
        text = tr("A is {0}. Go to another step and compare")
        self.desk.window.notices.say(text.format(self._name(self.marked)))
        if self.shown is not None:
            self._show()

    def compare(self) -> None:
        """Compare the play-head with A; the pane and the marks stay until that is left."""
        if self.marked is None:
            self.desk.window.notices.fail(tr("Nothing to compare with: mark a step as A first"))
            return
        self.desk.window.notices.end()
        self._show()
        held = self._dock()
        held.show()
        held.raise_()

    def swap(self) -> None:
        """Let A and B change places: the play-head goes to A."""
        if self.marked is None:
            self.compare()
            return
        there, self.marked = self.marked, self.desk.player.at
        self.desk.go(there)
        if self.shown is not None:
            self._show()

    def leave(self) -> None:
        """Stop comparing; A stays marked."""
        self._timer.stop()
        if self.shown is None:
            return
        self.shown = None
        self._spread()
        self._dock().hide()
        self.desk.layout_.docks["operations"].raise_()

    # --- showing ---------------------------------------------------------------------------------

    def _moved(self, _at: int) -> None:
        if self.shown is not None:
            self._timer.start()

    def _changed(self) -> None:
        """Operations have changed: replicas and, where rows are others, A are not what they were."""
        self._differ = None
        since = self.desk.workspace.changed_from
        if self.marked is not None and self.marked > since:
            self.leave()
            self.marked = None

    def _replaced(self) -> None:
        self.leave()
        self.marked = self._differ = None

    def _difference(self, a: int, b: int) -> Difference | None:
        session = self.desk.workspace.session
        if session is None:
            return None
        if self._differ is None or self._differ[0] is not session:
            self._differ = session, Differ(session)
        return self._differ[1].difference(a, b)

    def _show(self) -> None:
        self._timer.stop()
        if self.marked is None:
            return
        a, b = self.marked, self.desk.player.at
        self.shown = self._difference(a, b)
        self._spread()
        if self.shown is not None:
            self._dock()
            assert self._pane is not None
            self._pane.show_difference(self.shown, self._name(a), self._name(b))

    def _spread(self) -> None:
        """Tell the panes what differs, or that nothing is compared."""
        desk, shown, views = self.desk, self.shown, self.desk.scene.views
        shape = desk.scene.shape
        desk.scene.compare(shown.tree(shape) if shown is not None and shape is not None else None)
        desk.map.canvas.set_compared(shown.blocks if shown is not None else ())
        cells = shown.cells(views.frames.per_cell) if shown is not None and views is not None else {}
        desk.frames.canvas.set_signs(cells)

    def _name(self, step: int) -> str:
        """A step as one says it: its number and the operation it is in."""
        session = self.desk.workspace.session
        done = operation_at(session.operations, step) if session is not None else None
        if done is None:
            return tr("step {0}, before the first operation").format(count(step))
        where = tr("step {0}, after {1}") if step == done.last_row else tr("step {0}, in {1}")
        return where.format(count(step), done.operation)

    def _dock(self) -> Dock:
        """The dock of the pane, made when it is first needed: a tab beside the operations."""
        desk, docks = self.desk, self.desk.layout_.docks
        if self._pane is None:
            pane = self._pane = ComparePane()
            pane.set_theme(desk.window.theme)
            pane.chosen.connect(desk.selection.select)
            pane.activated.connect(desk.selection.activate)
            pane.swap_wanted.connect(self.swap)
            pane.leave_wanted.connect(self.leave)
            desk.extra_panes.append(pane)
            held = docks["compare"] = dock(desk.window, "compare", tr("Compare"), pane)
            desk.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, held)
            desk.window.tabifyDockWidget(docks["operations"], held)
            held.hide()
        return docks["compare"]
