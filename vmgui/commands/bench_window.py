"""The window's part of ``vmgui bench``: first paint, and one step in all panes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: Programs that print how long after their start they had painted: `started` is the parent's clock.
BARE = """
import os, time
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.monotonic() - float(os.environ["VMGUI_STARTED"]), flush=True)
        os._exit(0)
app = QApplication([])
window = Window()
window.menuBar().addMenu("File").addAction("Open")
window.addToolBar("Tools").addAction("Run")
window.statusBar().showMessage("ready")
window.setCentralWidget(QLabel("centre"))
window.resize(1600, 1000)
window.show()
app.exec()
"""
OURS = """
import os, time
from PySide6.QtCore import QSettings
from vmgui.ui import app
from vmgui.ui.main_window import MainWindow
from vmgui.ui.settings import Settings
qt = app.application([])
file = os.path.join(os.environ["VMGUI_SCRATCH"], "settings.ini")
window = MainWindow(Settings(QSettings(file, QSettings.Format.IniFormat)))
def painted():
    print(time.monotonic() - float(os.environ["VMGUI_STARTED"]), flush=True)
    if os.environ.get("VMGUI_READY"):
        app.fill(window, None, None)
        qt.processEvents()
        print(time.monotonic() - float(os.environ["VMGUI_STARTED"]), flush=True)
    os._exit(0)
window.painted.connect(painted)
window.resize(1600, 1000)
window.show()
qt.exec()
"""

Row = tuple[str, float, str, float | None, str]
#: A row, or in words what is measured next.
Told = Row | str


def _environment(scratch: str) -> dict[str, str]:
    shown = {} if os.environ.get("DISPLAY") or sys.platform != "linux" else {"QT_QPA_PLATFORM": "offscreen"}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compiled = {"PYTHONPYCACHEPREFIX": os.path.join(scratch, "compiled")}  # as at every start but the first
    times = {"VMGUI_STARTED": str(time.monotonic()), "VMGUI_SCRATCH": scratch}
    return {**kept, **shown, **compiled, **times}


def _painted(program: str, scratch: str, ready: bool = False) -> float:
    """Seconds from the start of a process to its first painted window, or to the program shown in it."""
    environment = {**_environment(scratch), "VMGUI_READY": "1" if ready else ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def first_paint(quick: bool) -> Iterator[Row]:
    """Our first painted window against a bare one, in turn; then ours with the first program in it."""
    with tempfile.TemporaryDirectory() as scratch:
        _painted(BARE, scratch), _painted(OURS, scratch)  # warm the file cache
        pairs = [(_painted(BARE, scratch), _painted(OURS, scratch)) for _ in range(3 if quick else 9)]
        ready = statistics.median(_painted(OURS, scratch, True) for _ in range(3)) * 1e3
    bare, ours = (statistics.median(times) * 1e3 for times in zip(*pairs, strict=True))
    ratio = statistics.median(our / other for other, our in pairs)
    behind = f"{bare:.0f} ms bare, {ours:.0f} ms ours; the first program is shown after {ready:.0f} ms"
    yield "first paint / bare PySide6 window", ratio, "x", 1.3, behind


def painting(quick: bool) -> Iterator[Row]:
    """One step painted in all panes, and the time until its variables and reason are there."""
    with window() as (qt, desk):
        yield from _steps(qt, desk, 100 if quick else 400)


@contextmanager
def screen() -> Iterator[Any]:
    """The application, on no screen if there is none."""
    from vmgui.ui import app
    from vmgui.ui.theme import load_fonts

    if "QT_QPA_PLATFORM" not in os.environ and not os.environ.get("DISPLAY") and sys.platform == "linux":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qt = app.application([])
    load_fonts()
    yield qt


@contextmanager
def window() -> Iterator[tuple[Any, Any]]:
    """The application, and the panes of a window as large as the mock-ups."""
    from vmgui.ui import app

    with screen() as qt, tempfile.TemporaryDirectory() as scratch:
        desk = _window(app, scratch)
        try:
            yield qt, desk
        finally:
            desk.workspace.dirty = False
            desk.window.close()


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    """Let the window do its work until something is so, or for so long."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, clock = QEventLoop(), QTimer(interval=1)
    end = time.monotonic() + seconds
    clock.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
    clock.start()
    loop.exec()
    clock.stop()


def pause(seconds: float) -> None:
    """Let the window do what it does for so long."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, clock = QEventLoop(), QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
    clock.timeout.connect(loop.quit)
    clock.start(max(round(seconds * 1e3), 0))
    loop.exec()


def _window(app: Any, scratch: str) -> Any:
    from PySide6.QtCore import QSettings

    from vmgui.ui.main_window import MainWindow
    from vmgui.ui.settings import Settings

    file = os.path.join(scratch, "settings.ini")
    window = MainWindow(Settings(QSettings(file, QSettings.Format.IniFormat)))
    window.resize(1600, 1000)
    window.show()
    app.fill(window, None, 0)
    return window.desk


def _steps(qt: Any, desk: Any, count: int) -> Iterator[Row]:
    painted, explained = [], []
    desk.player.seek(0)
    until(lambda: desk.map.canvas.plot_ready)  # pyqtgraph is loaded once, after the first paint
    for i in range(count):
        begin = time.perf_counter()
        desk.player.step()
        qt.processEvents()
        painted.append((time.perf_counter() - begin) * 1e3)
        if i % 10 == 0:
            explained.append(_until_explained(qt, desk, begin))
    behind = f"median {statistics.median(painted):.1f} ms over {count} steps"
    yield "one step in all panes, p99", sorted(painted)[len(painted) * 99 // 100], "ms", 16.6, behind
    behind = f"max {max(explained):.0f} ms, with the patience the window has before it asks"
    yield "variables and why, median", statistics.median(explained), "ms", 150, behind


def _until_explained(qt: Any, desk: Any, begin: float) -> float:
    done = []
    connection = desk.explainer.explained.connect(lambda row, answer: done.append(row))
    while not done and time.perf_counter() - begin < 10:
        qt.processEvents()
    desk.explainer.explained.disconnect(connection)
    return (time.perf_counter() - begin) * 1e3
