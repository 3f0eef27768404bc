"""Where the panes of Study are: the lesson at the left, stage and map beside it, the steps below them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from vmgui.ui.docks import LOW, MAP, STAGE, Dock, dock
from vmgui.ui.theme import px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk
    from vmgui.ui.panes.lesson import LessonPane

#: Pixels of the design: the lesson, and what is below stage and map, also in a low window.
LESSON, BELOW, BELOW_LOW = 530, 250, 200
#: The part of the window's width that the lesson takes at most, and of its height what is below.
MOST = 0.4
#: How much larger the stage is than in Explore.
SCALE = 1.16


class StudyRoom:
    """Makes the pane of lessons when it is first wanted, and puts the panes where Study has them."""

    def __init__(self, desk: Desk, wire: Callable[[LessonPane], None]):
        self._desk, self._wire = desk, wire
        self._pane: LessonPane | None = None
        self.docks: dict[str, Dock] = {}

    @property
    def pane(self) -> LessonPane:
        """The pane of lessons."""
        if self._pane is None:
            self._pane = self._make()
        return self._pane

    def furnish(self) -> None:
        """Have the pane of lessons in its place."""
        _ = self.pane

    def _make(self) -> LessonPane:
        from vmgui.ui.panes.lesson import LessonPane

        desk, window = self._desk, self._desk.window
        pane = LessonPane(desk.selection, lambda: desk.workspace.names_at())
        self._wire(pane)
        held = dock(window, "lesson", tr("Lesson"), pane)
        self.docks = {"lesson": held, "animator": desk.layout_.docks["animator"]}
        if held.parent() is not window:
            window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, held)
            held.hide()
        pane.set_theme(window.theme)
        desk.extra_panes.append(pane)
        return pane

    @property
    def in_tab_order(self) -> list[QWidget]:
        """Where Tab stops in the lesson."""
        return self._pane.in_tab_order if self._pane is not None else []

    def arrange(self) -> None:
        """Put the lesson at the left, over the whole height, and the steps below stage and map."""
        window, held = self._desk.window, self.docks
        window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        for each, area in ((held["lesson"], Qt.DockWidgetArea.LeftDockWidgetArea),
                           (held["animator"], Qt.DockWidgetArea.BottomDockWidgetArea)):  # fmt: skip
            window.removeDockWidget(each)
            each.setFloating(False)
            window.addDockWidget(area, each)
            each.show()
        self.resize()

    def resize(self) -> None:
        """Give every pane the size of the design, where there is room for it."""
        window, held = self._desk.window, self.docks
        wide = min(px(LESSON), round(window.width() * MOST))
        below = min(px(BELOW_LOW if window.height() < px(LOW) else BELOW), round(window.height() * MOST))
        window.resizeDocks([held["lesson"]], [wide], Qt.Orientation.Horizontal)
        window.resizeDocks([held["animator"]], [below], Qt.Orientation.Vertical)
        self._desk.centre.setSizes([px(STAGE), px(MAP)])

    def prepare(self) -> None:
        """Study is going to be shown: what the step is stands below the track, its details beside it."""
        desk = self._desk
        desk.animator.set_beside(True)
        desk.transport.set_brief(True)
        desk.layout_.tab_details(True)
        desk.details.show()
        desk.details.show_pane(desk.why)
        desk.stage.canvas.set_scale(SCALE)

    def leave(self) -> None:
        """Study is left: everything as Explore has it."""
        desk = self._desk
        desk.stage.canvas.set_scale(1.0)
        desk.animator.set_beside(False)
        desk.transport.set_brief(False)
