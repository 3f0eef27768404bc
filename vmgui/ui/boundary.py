"""What nobody expected: an error of the engine or of a pane becomes a notice, and the window lives on.

What is wrong with a user's input is said where it was typed. All else that is raised, in an action, while a
pane is painted or in a worker, arrives here.
"""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, qVersion
from PySide6.QtWidgets import QFileDialog

from vmgui import __version__
from vmgui.engine.kernel import KernelBug
from vmgui.formats import document
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.main_window import MainWindow


class Boundary(QObject):
    """Takes every exception that nothing has caught, from `install` to `remove`."""

    caught = Signal(str, str)

    def __init__(self, window: MainWindow):
        super().__init__(window)
        self.window = window
        self._before: Callable[..., object] | None = None
        self.caught.connect(self._tell)  # queued when a worker raised it

    def install(self) -> None:
        """Begin to listen."""
        if self._before is None:
            self._before, sys.excepthook = sys.excepthook, self.take

    def remove(self) -> None:
        """Give back what was there before."""
        if self._before is not None:
            sys.excepthook, self._before = self._before, None

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An exception that nothing has caught; in any thread."""
        text = "".join(traceback.format_exception(kind, error, trace))
        if not issubclass(kind, Exception):  # the user pressed Ctrl+C in the terminal
            sys.__excepthook__(kind, error, trace)
        elif issubclass(kind, KernelBug):
            said = tr("The kernel has stopped: {0}. Step back, undo or reboot.")
            self.caught.emit(said.format(error), text)
        else:
            what = f"{kind.__name__}: {error}" if str(error) else kind.__name__
            said = tr("vmgui made a mistake ({0}). What you asked for was not done; nothing is lost.")
            self.caught.emit(said.format(what), text)

    def _tell(self, said: str, trace: str) -> None:
        notices = self.window.notices
        if notices.text != said:  # one that comes back with every picture is told once
            notices.fail(said, (tr("Save report…"), lambda: self.save(trace)))

    def save(self, trace: str) -> None:
        """Ask where to, and write the report there."""
        start = str(Path.cwd() / "vmgui-report.txt")
        name, _kind = QFileDialog.getSaveFileName(self.window, tr("Save a report"), start, "(*.txt)")
        if name:
            try:
                Path(name).write_text(self.report(trace), encoding="utf-8")
            except OSError as error:
                self.window.notices.fail(str(error))

    def report(self, trace: str) -> str:
        """All that is needed to see the mistake again: versions, the step, what was raised, the program."""
        desk = self.window.desk
        versions = f"vmgui {__version__}, Python {platform.python_version()}, Qt {qVersion()}"
        lines = [versions, platform.platform(), ""]
        if desk is not None:
            lines = [*lines, f"step {desk.player.at} of {desk.player.length}", ""]
        program = document.dump(desk.workspace.current()) if desk is not None else ""
        return "\n".join([*lines, trace, program])
