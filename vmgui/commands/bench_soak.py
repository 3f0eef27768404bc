"""Very many actions of a user who clicks about, for ``vmgui bench ui`` and tests: does memory stay flat?"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vmgui.commands.bench_window import Told, window

#: The long run is a nightly test; the others are for everybody.
ACTIONS, SOME_ACTIONS, QUICK_ACTIONS = 10_000, 1_500, 200
#: The first actions open what is opened once; memory is compared from then on.
BEGINNING = 0.25
MOVES = (
    "step", "back", "over", "over_back", "out", "next_operation", "previous_operation", "first", "last",
    "next_mark", "previous_mark", "theme", "follow", "services", "group_1", "group_16",
)  # fmt: skip


def soak(qt: Any, desk: Any, count: int, seed: int = 1) -> None:
    """Do so many actions drawn by lot: moves, seeks, clicks into panes, keys; the same for a seed."""
    from PySide6.QtCore import QEvent, QPoint, Qt
    from PySide6.QtTest import QTest

    pick = random.Random(seed)
    panes = (desk.stage.canvas, desk.map.canvas, desk.frames.canvas, desk.scrubber, desk.tree.view.viewport(),
             desk.source.view.viewport())  # fmt: skip
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape)

    def click() -> None:
        pane = pick.choice(panes)
        if pane.isVisible():
            size = pane.size()
            at = QPoint(pick.randrange(max(size.width(), 1)), pick.randrange(max(size.height(), 1)))
            QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=at)

    def key() -> None:
        pane = pick.choice(panes[:4])
        if pane.isVisible():
            QTest.keyClick(pane, pick.choice(keys))

    def seek() -> None:
        desk.go(pick.randrange(desk.player.length + 1))

    def act() -> None:
        desk.window.actions_[pick.choice(MOVES)].trigger()

    for _ in range(count):
        pick.choice((act, act, act, seek, click, click, key))()
        qt.processEvents()
        qt.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as a loop of events does


def resident() -> int:
    """Bytes of memory that this process holds; 0 where nobody says."""
    file = Path("/proc/self/statm")
    return int(file.read_text().split()[1]) * 4096 if file.exists() else 0


def growth(qt: Any, desk: Any, count: int) -> tuple[float, int]:
    """By how much memory grows in the actions after the first ones, in percent, and how much it is then."""
    soak(qt, desk, int(count * BEGINNING))
    gc.collect()
    before = resident()
    soak(qt, desk, count - int(count * BEGINNING), 2)
    gc.collect()
    after = resident()
    return ((after - before) / before * 100 if before else 0.0), after


def soaking(quick: bool) -> Iterator[Told]:
    """A random run in the first program; what Qt says meanwhile is counted."""
    from PySide6.QtCore import qInstallMessageHandler

    said: list[str] = []
    count = QUICK_ACTIONS if quick else SOME_ACTIONS
    yield f"{count} random actions"
    with window() as (qt, desk):
        before = qInstallMessageHandler(lambda kind, place, text: said.append(text))
        try:
            grown, held = growth(qt, desk, count)
        finally:
            qInstallMessageHandler(before)
    text = f"{held >> 20} MiB at the end, from {BEGINNING:.0%} of the run on"
    yield f"memory, {count} random actions", grown, "%", 5, text
    yield f"messages of Qt, {count} random actions", len(said), "", 0, "; ".join(sorted(set(said))[:3])
