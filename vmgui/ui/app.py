"""Starts the window: painted first, then filled."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMessageLogContext, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from vmgui import __version__, log
from vmgui.ui import language
from vmgui.ui.main_window import MainWindow
from vmgui.ui.settings import Settings
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


class Application(QApplication):
    """Knows the file that macOS wants opened: a double click there comes as an event, after the start."""

    file_wanted = Signal(Path)

    def __init__(self, arguments: list[str]):
        super().__init__(arguments)
        self.wanted: Path | None = None

    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent):
            return super().event(event)
        self.wanted = Path(event.file())
        self.file_wanted.emit(self.wanted)
        return True


def open_wanted(window: MainWindow, file: Path) -> None:
    """Open a file in a window that is filled; until then `begin` will."""
    if window.desk is not None and window.desk.may_discard():
        window.open(file)


def asked(app: QApplication) -> Path | None:
    """The file that the system has asked for meanwhile."""
    return app.wanted if isinstance(app, Application) else None


def application(arguments: list[str] | None = None) -> QApplication:
    """The one QApplication, named."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = Application(arguments if arguments is not None else sys.argv[:1])
    app.setApplicationName("vmgui")
    app.setApplicationDisplayName("vmgui")
    app.setApplicationVersion(__version__)
    app.setOrganizationName("vmgui")
    app.setDesktopFileName("vmgui")
    return app


def log_message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Keep what Qt says, and say it in the terminal as Qt would."""
    log.topic(log.QT).log(logging.WARNING if kind != QtMsgType.QtDebugMsg else logging.DEBUG, "%s", text)
    sys.stderr.write(text + "\n")


def fill(window: MainWindow, file: Path | None, step: int | None) -> None:
    """Put the panes in and open what was asked for."""
    from vmgui.ui.perspectives import START  # after the first paint

    desk = window.furnish()
    desk.perspectives.restore_all()
    if file is not None:
        window.open(file)
    if desk.workspace.session is None:
        desk.open_default()
    if step is not None:
        open_at(desk, step)
    elif file is None and window.settings.start_page:
        desk.perspectives.show(START)
    desk.warmer.start()
    put_aside()
    desk.workspace.replaced.connect(lambda: QTimer.singleShot(0, desk, put_aside))
    sys.setswitchinterval(0.001)  # a painter never waits long for the thread that replays


def put_aside() -> None:
    """Let what is there stay: collecting a large program again and again would hold up steps."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def open_at(desk: Desk, step: int) -> None:
    """Go to the step that a link names; one that is not there is said."""
    if step > desk.player.length and not desk.window.notices.text:
        desk.window.notices.fail(
            tr("There is no step {0}: this program has steps 0 to {1}").format(step, desk.player.length)
        )
    desk.player.seek(step)


def begin(window: MainWindow, file: Path | None, step: int | None) -> None:
    """Fill the window; from here on it survives what nobody expected."""
    from vmgui.ui import keeping, recovery  # after the first paint
    from vmgui.ui.boundary import Boundary

    window.furnish()
    Boundary(window).install()
    window.keeping.check(keeping.places())
    fill(window, file, step)
    window.keeper = recovery.Keeper(window, recovery.folder())
    window.keeper.start()


def main(file: Path | None = None, step: int | None = None, wanted: str = "") -> int:
    """Show the window and run until it is closed; returns the exit status.

    `wanted` is a language for this start only.
    """
    log.install()
    qInstallMessageHandler(log_message)
    settings = Settings.own()
    app = application()
    language.install(wanted or settings.language)
    window = MainWindow(settings)
    if isinstance(app, Application):
        app.file_wanted.connect(lambda named: open_wanted(window, named))
    window.painted.connect(lambda: QTimer.singleShot(0, lambda: begin(window, file or asked(app), step)))
    window.open_on_screen()
    return app.exec()
