"""Real kernel: a recording is replayed, and the kernel's result stands beside the engine's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from vmgui.formats.recording import read
from vmgui.formats.side_by_side import Area, Operation, SideBySide, replayed
from vmgui.ui.docks import Dock, dock
from vmgui.ui.files import Progress
from vmgui.ui.perspectives import EXPLORE, REAL
from vmgui.ui.selection import Place
from vmgui.ui.theme import px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk
    from vmgui.ui.panes.recording import RecordingPane

#: Width of the verdict and height of the strips.
SIDE, STRIPS = 312, 236


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of Real kernel do."""
    return {"real": lambda: desk.perspectives.show(REAL)}


def open_recording(desk: Desk, path: Path) -> None:
    """Replay a recording and show both sides; FormatError, and nothing changed, when that cannot be."""
    recording = read(path)
    progress = Progress(desk, tr("Replaying {0}").format(path.name))
    try:
        both = replayed(recording, progress)
    finally:
        progress.close()
    desk.workspace.adopt(both.session, both.title)
    desk.recordings.show(both)
    desk.perspectives.show(REAL)
    first = next((op.done for op in both.operations if op.done is not None), None)
    desk.player.seek(first.last_row if first else 0)


class Recordings(QObject):
    """The panes of a recording, made when they are first wanted. `both` is what they show."""

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self.both: SideBySide | None = None
        self.docks: dict[str, Dock] = {}
        self._page: RecordingPane | None = None
        desk.workspace.replaced.connect(self._replaced)

    @property
    def page(self) -> RecordingPane:
        """The tables."""
        if self._page is None:
            self._page = self._make()
        return self._page

    def _make(self) -> RecordingPane:
        from vmgui.ui.panes.recording import RecordingPane
        from vmgui.ui.panes.recording_side import VerdictPane
        from vmgui.ui.panes.recording_strips import StripsPane

        desk, window = self.desk, self.desk.window
        page = RecordingPane()
        self.verdict, self.strips = VerdictPane(), StripsPane(desk.selection)
        self.docks = {
            "verdict": dock(window, "verdict", tr("Verdict"), self.verdict),
            "strips": dock(window, "strips", tr("Side by side"), self.strips),
        }
        page.hide()
        window.centre.addWidget(page, 1)
        for pane in (page, self.verdict, self.strips):
            pane.set_theme(window.theme)
            desk.extra_panes.append(pane)
        for each, area in zip(self.docks.values(), _PLACES, strict=True):
            if each.parent() is not window:
                window.addDockWidget(area, each)
                each.hide()
        menu = window.toolbar.menus[3].addMenu(tr("Panes of Real kernel"))
        menu.addActions([each.toggleViewAction() for each in self.docks.values()])
        page.load_wanted.connect(window.actions_["open_recording"].trigger)
        page.chosen.connect(self._chosen)
        for opening in (page.opened, self.verdict.opened):
            opening.connect(self.open_row)
        self.verdict.copied.connect(lambda: QApplication.clipboard().setText(self.verdict.line))
        self.strips.canvas.area_chosen.connect(lambda number: self.choose("areas", number))
        self.strips.canvas.operation_chosen.connect(lambda number: self.choose("operations", number))
        self.strips.canvas.described.connect(desk.describe)
        desk.player.moved.connect(page.show_step)
        return page

    def arrange(self) -> None:
        """Put the docks where the design has them."""
        window = self.desk.window
        for each, area in zip(self.docks.values(), _PLACES, strict=True):
            each.setFloating(False)
            window.removeDockWidget(each)
            window.addDockWidget(area, each)
            each.show()
        self.resize()

    def resize(self) -> None:
        """Give the docks the sizes of the design."""
        window, (verdict, strips) = self.desk.window, self.docks.values()
        window.resizeDocks([verdict], [px(SIDE)], Qt.Orientation.Horizontal)
        window.resizeDocks([strips], [px(STRIPS)], Qt.Orientation.Vertical)

    # --- content ---------------------------------------------------------------------------------

    def show(self, both: SideBySide | None) -> None:
        """Show another comparison, or none."""
        if both is None and self._page is None:
            return
        page, self.both = self.page, both
        self.verdict.show_recording(both)
        self.strips.show_recording(both)
        if both is None:
            page.close_recording()
        else:
            page.show_recording(both)
            page.show_step(self.desk.player.at)

    def _replaced(self) -> None:
        """Another program was opened: there is nothing to compare any more."""
        if self.both is not None and self.both.session is not self.desk.workspace.session:
            self.show(None)

    @property
    def row(self) -> Area | Operation | None:
        """The chosen row."""
        if self.both is None or self._page is None:
            return None
        rows = self.both.areas if self._page.view == "areas" else self.both.operations
        number = self._page.table.current
        return rows[number] if 0 <= number < len(rows) else None

    def _chosen(self) -> None:
        row = self.row
        self.verdict.show_row(row)
        number = self.page.table.current if self.both is not None else -1
        areas = self.page.view == "areas"
        self.strips.canvas.choose(number if areas else -1, -1 if areas else number)

    def choose(self, view: str, number: int) -> None:
        """Choose a row of areas or operations."""
        if self.page.view != view:
            self.page.views.choose(view)
        self.page.table.choose(number)

    def open_row(self) -> None:
        """Go to the chosen row in Explore: an operation's first step, an area at the end."""
        row = self.row
        if row is None:
            return
        self.desk.perspectives.show(EXPLORE)
        if isinstance(row, Area):
            self.desk.go(self.desk.player.length)
            self.desk.selection.activate(Place(va=(row.start, row.end), area=row.start))
        elif row.done is not None:
            self.desk.go(row.done.first_row)


_PLACES = (Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea)
