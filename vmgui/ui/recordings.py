"""Opens a recording: the engine replays it, and the kernel's result stands beside the engine's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from vmgui.formats.recording import read
from vmgui.formats.side_by_side import replayed
from vmgui.ui.docks import dock
from vmgui.ui.files import Progress
from vmgui.ui.panes.recording import RecordingPane
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


def open_recording(desk: Desk, path: Path) -> None:
    """Replay a recording and show both sides; FormatError, and nothing changed, when that cannot be."""
    recording = read(path)
    progress = Progress(desk, tr("Replaying {0}").format(path.name))
    try:
        both = replayed(recording, progress)
    finally:
        progress.close()
    desk.workspace.adopt(both.session, both.title)
    pane = pane_of(desk)
    pane.show_recording(both)
    held = desk.layout_.docks["recording"]
    held.show()
    held.raise_()
    first = next((op.done for op in both.operations if op.done is not None), None)
    desk.player.seek(first.last_row if first else 0)


def pane_of(desk: Desk) -> RecordingPane:
    """The pane of the recording, made when the first one is opened."""
    docks = desk.layout_.docks
    if "recording" not in docks:
        pane = RecordingPane()
        pane.set_theme(desk.window.theme)
        pane.step_wanted.connect(desk.go)
        desk.player.moved.connect(pane.show_step)
        held = docks["recording"] = dock(desk.window, "recording", tr("Recording"), pane)
        desk.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, held)
        desk.window.tabifyDockWidget(docks["tree"], docks["frames"])
        desk.window.tabifyDockWidget(docks["frames"], held)
        desk.extra_panes.append(pane)
        desk.workspace.replaced.connect(lambda: pane.close_if_other(desk.workspace.session))
    shown = docks["recording"].widget()
    assert isinstance(shown, RecordingPane)
    return shown
