"""What nobody expected: an error of the engine or of a pane becomes a notice, and the window lives on.

What is wrong with a user's input is said where it was typed. All else that is raised, in an action, while a
pane is painted or in a worker, arrives here.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vmgui import log
from vmgui.engine.kernel import KernelBug
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.main_window import MainWindow

_said = log.topic(log.WINDOW)


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
        notices, self.window.mistake = self.window.notices, trace
        _said.error("%s", trace)
        if notices.text != said:  # one that comes back with every picture is told once
            notices.fail(said, (tr("Save report…"), self._report))

    def _report(self) -> None:
        """Show what a report of it holds, to be saved."""
        from vmgui.ui.dialogs.report import ReportDialog

        ReportDialog(self.window, self.window.mistake).open()
