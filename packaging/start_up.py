"""How long until the first window is painted: a bare PySide6 window, vmgui from source, vmgui frozen.

    python3 packaging/build.py payload
    python3 packaging/start_up.py [--payload DIR] [--rounds N]

Each is started in turn on a display of its own (Xvfb), N times; what is compared are ratios within one run.
The clock runs from the start of the process until the picture that the display holds is no longer black.
Exit status: 0 within the goal, 1 above it, 2 this machine lacks something.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path

from artefacts.common import ROOT, WORK, need, program, say, stop

SIZE = (1600, 1000)
#: How much slower than the bare window the first one of vmgui may be.
GOAL = 1.3
PATIENCE = 60.0
BARE = """
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
window = QMainWindow()
window.menuBar().addMenu("File").addAction("Open")
window.addToolBar("Tools").addAction("Run")
window.statusBar().showMessage("ready")
window.setCentralWidget(QLabel("centre"))
window.resize(1600, 1000)
window.show()
app.exec()
"""


class Screen:
    """A display that nobody sees, with its picture in a file."""

    def __init__(self, name: str, file: Path) -> None:
        self.name = name
        with file.open("rb") as opened:
            self._picture = mmap(opened.fileno(), 0, access=ACCESS_READ)
        # A row in the middle: a window is there wherever it is put.
        row = 4 * SIZE[0]
        self._middle = slice(
            len(self._picture) - row * (SIZE[1] // 2 + 1), len(self._picture) - row * (SIZE[1] // 2)
        )

    def painted(self) -> bool:
        """Whether something other than black is there."""
        return any(self._picture[self._middle])


@contextmanager
def screen(folder: Path) -> Iterator[Screen]:
    """A fresh display, for as long as it is needed."""
    server = [need("Xvfb", "xvfb"), "-displayfd", "1", "-fbdir", str(folder), "-nolisten", "tcp", "-br"]
    size = ["-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"]
    with subprocess.Popen(
        [*server, *size], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout is not None
        number = run.stdout.readline().strip()
        try:
            yield Screen(f":{number}", folder / "Xvfb_screen0")
        finally:
            run.terminate()


def wait(until: Callable[[], bool], what: str) -> None:
    """Look every half millisecond; stop when it takes too long."""
    end = time.monotonic() + PATIENCE
    while not until():
        if time.monotonic() > end:
            stop(f"After {PATIENCE:.0f} s {what}.")
        time.sleep(0.0005)


def seconds(command: list[str], shown: Screen, settings: dict[str, str]) -> float:
    """Seconds from the start of a program until it has painted."""
    wait(lambda: not shown.painted(), "the display is not black")
    begin = time.monotonic()
    with subprocess.Popen(
        command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        wait(lambda: shown.painted() or running.poll() is not None, f"{command[0]} has painted nothing")
        took = time.monotonic() - begin
        if running.poll() is not None and running.stderr is not None:
            stop(f"{command[0]} ended without a window:\n{running.stderr.read().decode()}")
        running.kill()
    return took


def settings(display: str, home: str) -> dict[str, str]:
    """The environment of every program that is measured: a home of its own, modules compiled once."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "XDG_"))
    }
    own = {"HOME": home, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
    own |= {f"XDG_{kind}_HOME": f"{home}/{kind.lower()}" for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {**kept, **own, "PYTHONPYCACHEPREFIX": f"{home}/compiled"}


def measured(payload: Path, rounds: int) -> dict[str, list[float]]:
    """All times, by program; the first round only fills the file cache."""
    from artefacts.payload import environment, interpreter

    python = str(environment(interpreter()))
    programs = {
        "bare window": [python, "-c", BARE],
        "source": [python, "-c", "import sys; from vmgui.cli import main; sys.exit(main())"],
        "frozen": [str(program(payload))],
    }
    times: dict[str, list[float]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as home, screen(Path(home)) as shown:
        chosen = {**settings(shown.name, home), "PYTHONPATH": str(ROOT)}
        for _ in range(rounds + 1):
            for name, command in programs.items():
                times[name].append(seconds(command, shown, chosen))
    return {name: taken[1:] for name, taken in times.items()}


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--payload", type=Path, default=WORK / "payload", metavar="DIR")
    parser.add_argument("--rounds", type=int, default=11, metavar="N")
    chosen = parser.parse_args()
    if chosen.rounds < 1:
        parser.error("at least one round is measured")
    times = measured(chosen.payload.resolve(), chosen.rounds)
    bare = times["bare window"]
    ratios = {}
    for name, taken in times.items():
        ratios[name] = statistics.median(own / other for own, other in zip(taken, bare, strict=True))
        say(f"{name:<12} {statistics.median(taken) * 1e3:6.0f} ms   {ratios[name]:5.2f} x bare")
    against = statistics.median(f / s for f, s in zip(times["frozen"], times["source"], strict=True))
    say(f"frozen / source {against:.2f}; goal: at most {GOAL} x bare")
    return 0 if ratios["frozen"] <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
