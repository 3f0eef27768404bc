"""Pictures of the window without a display: the same window, at a step, in a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from vmgui.formats.document import Document
from vmgui.formats.errors import FormatError
from vmgui.ui import language
from vmgui.ui.desk import Desk
from vmgui.ui.main_window import MainWindow
from vmgui.ui.settings import Settings

#: Milliseconds to wait for variables and Why? before a picture is taken without them.
PATIENCE = 10_000


def offscreen() -> None:
    """Draw into memory, whatever the display; has no effect once there is an application."""
    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from vmgui.ui.app import application

    application(["vmgui"])


@contextmanager
def studio(
    file: Path | Document | None, size: tuple[int, int], theme: str, speak: str = language.ENGLISH
) -> Iterator[Desk]:
    """A window of a size with a program, a recording or the first scenario in it; closed at the end."""
    offscreen()
    settings = Settings()
    settings.theme, settings.language = theme, language.resolved(speak)
    language.install(speak)
    window = MainWindow(settings)
    window.resize(*size)
    window.show()
    QApplication.processEvents()
    desk = window.furnish()
    try:
        if file is None:
            desk.workspace.open_default()
        elif isinstance(file, Document):
            desk.workspace.show(file, None)
        else:
            desk.open_path(file)
        settle(desk)
        yield desk
    finally:
        desk.workspace.dirty = False
        window.close()
        window.deleteLater()
        language.install(language.ENGLISH)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def settle(desk: Desk) -> None:
    """Wait until everything that follows a step has arrived."""
    if desk.scene.waiting:
        loop = QEventLoop()
        desk.scene.settled.connect(loop.quit)
        QTimer.singleShot(PATIENCE, loop.quit)
        if desk.scene.waiting:
            loop.exec()
        desk.scene.settled.disconnect(loop.quit)
    if desk.auditor.ask(desk.player.at) is None:
        loop = QEventLoop()
        desk.auditor.audited.connect(loop.quit)
        QTimer.singleShot(PATIENCE, loop.quit)
        loop.exec()
        desk.auditor.audited.disconnect(loop.quit)
    QApplication.processEvents()
    desk.source.view.colour()
    QApplication.processEvents()


def snap(desk: Desk, step: int, out: Path) -> None:
    """Go to a step and write the picture; FormatError when there is no such step."""
    if not 0 <= step <= desk.player.length:
        raise FormatError(f"there is no step {step}: the program has 0 to {desk.player.length}")
    desk.player.seek(step)
    settle(desk)
    out.parent.mkdir(parents=True, exist_ok=True)
    grab(desk.window, out)


def grab(widget: QWidget, out: Path) -> None:
    """Write the picture of a widget; FormatError when that is not possible."""
    if not widget.grab().save(str(out)):
        raise FormatError("this picture cannot be written", file=str(out))


def render(
    file: Path | None, step: int, size: tuple[int, int], theme: str, out: Path, speak: str = language.ENGLISH
) -> None:
    """Paint the window at a step into a file."""
    try:
        with studio(file, size, theme, speak) as desk:
            snap(desk, step, out)
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(out)) from error


def landmarks(desk: Desk) -> dict[str, int]:
    """Steps worth a picture: the start, a refused and an installed huge page, the end."""
    from vmgui.projection.landmarks import first_decision

    assert desk.workspace.session is not None
    columns = desk.workspace.session.columns
    found = {
        "start": 0,
        "refused": first_decision(columns, installed=False),
        "installed": first_decision(columns, installed=True),
        "end": desk.player.length,
    }
    return {name: step for name, step in found.items() if step is not None}


def say(text: str) -> None:
    """Tell the terminal."""
    sys.stdout.write(text + "\n")
