"""``vmgui bench ui``: a window with a large program in it: steps, seeks, playing, the tree, and rest.

Each figure is measured several times by the clock and by the time this process has computed; the quietest
round counts, as neighbours only ever make a round slower.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from vmgui.commands.bench_window import Row, Told, pause, until, window
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session

AREAS, QUICK_AREAS = 10_000, 1_000
ROUNDS = 2
FRAME = 1 / 60
Times = list[tuple[float, float]]


def large(areas: int) -> Session:
    """A session with many areas; ten thousand of them make a million steps."""
    session = Session(Machine(ram=512 * M))
    for i in range(areas):
        session.apply(parse_operation(f"a{i} = vmalloc 4K"))
    return session


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of this process that some work takes."""
    clock, computed = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1e3, (time.process_time() - computed) * 1e3


def drawn(qt: Any, work: Callable[[], object]) -> tuple[float, float]:
    """Time some work until everything it changes has been drawn."""

    def both() -> None:
        work()
        qt.processEvents()

    return timed(both)


def share(times: Times, percent: int, column: int = 0) -> float:
    """What so many percent of the times do not exceed."""
    values = sorted(each[column] for each in times)
    return values[min(len(values) - 1, len(values) * percent // 100)]


def quietest(run: Callable[[int], Times], percent: int = 99) -> Times:
    """The round with the lowest time at a percentile."""
    return min((run(i) for i in range(ROUNDS)), key=lambda times: share(times, percent))


def behind(times: Times) -> str:
    """The middle and the tail by both clocks."""
    wall = "/".join(f"{share(times, p):.1f}" for p in (50, 95, 99, 100))
    computed = "/".join(f"{share(times, p, 1):.1f}" for p in (50, 95, 99, 100))
    return f"p50/p95/p99/max {wall} ms by the clock, {computed} ms computed, of {len(times)}"


def program(quick: bool) -> Iterator[Told]:
    """Everything that is measured in a window with a large program."""
    with window() as (qt, desk):
        areas = QUICK_AREAS if quick else AREAS
        yield f"a program with {areas} areas"
        desk.workspace.adopt(large(areas), "many areas")
        steps = desk.player.length
        name = f"{areas} areas, {steps} steps"
        settled(desk)
        yield "steps in all panes"
        yield from _steps(qt, desk, name, 60 if quick else 240)
        yield "seeks from anywhere to anywhere"
        yield from _seeks(qt, desk, name, 40 if quick else 150)
        yield "playing"
        yield from _play(qt, desk, name, 1 if quick else 4)
        yield "tables of the tree"
        yield from _expand(qt, desk)
        yield "rest"
        yield from _idle(desk, 1 if quick else 3)


def settled(desk: Any) -> None:
    """Wait until what follows a step, and what is read ahead, has been done."""
    until(lambda: not desk.warmer.busy and not desk.scene.waiting and desk.map.canvas.plot_ready)


def _steps(qt: Any, desk: Any, name: str, count: int) -> Iterator[Row]:
    """Steps forward from places all over the program."""

    def run(number: int) -> Times:
        pick, times = random.Random(number), []
        for _ in range(6):
            desk.player.seek(pick.randrange(desk.player.length - 40 * count))
            qt.processEvents()
            times += [drawn(qt, desk.player.step) for _ in range(count // 6)]
        return times

    times = quietest(run)
    yield f"one step in all panes, {name}, p99", share(times, 99), "ms", 16.6, behind(times)


def _seeks(qt: Any, desk: Any, name: str, count: int) -> Iterator[Row]:
    """Seeks from anywhere to anywhere."""

    def run(number: int) -> Times:
        pick = random.Random(number)
        goals = [pick.randrange(desk.player.length + 1) for _ in range(count)]
        return [drawn(qt, partial(desk.player.seek, to)) for to in goals]

    times = quietest(run)
    yield f"any seek painted, {name}, median", share(times, 50), "ms", 16.6, behind(times)
    yield f"any seek painted, {name}, p99", share(times, 99), "ms", 50, behind(times)


def _play(qt: Any, desk: Any, name: str, seconds: int) -> Iterator[Row]:
    """Sixty steps a second for some seconds: how much of one core that takes, and how many come in time."""

    def run(number: int) -> Times:
        desk.player.seek(desk.player.length * (number + 1) // (ROUNDS + 2))
        begin, frames = time.perf_counter(), []
        for i in range(60 * seconds):
            frames.append(drawn(qt, desk.player.step))
            pause(begin + (i + 1) * FRAME - time.perf_counter())
        return frames

    rounds = []
    for number in range(ROUNDS):
        clock, computed = time.perf_counter(), time.process_time()
        frames = run(number)
        took = time.perf_counter() - clock
        due = len(frames) * FRAME  # not what it took: a window that comes late is no quieter for it
        rounds.append(((time.process_time() - computed) / due * 100, len(frames) / took, behind(frames)))
    used, rate, text = min(rounds)
    yield f"playing {name} at 60 steps a second, of one core", used, "%", 60, f"{rate:.0f} frames/s; {text}"


def _expand(qt: Any, desk: Any) -> Iterator[Row]:
    """Open a full table in the tree."""
    from vmgui.ui.shots import settle

    desk.player.last()
    settle(desk)
    view, times = desk.tree.view, []
    for index in _tables(view.model()):
        view.scrollTo(index)
        qt.processEvents()
        for _ in range(5):
            view.collapse(index)
            qt.processEvents()
            times.append(drawn(qt, partial(view.expand, index)))
    yield "expand a full table, p95", share(times, 95), "ms", 10, behind(times)


def _tables(model: Any) -> Iterable[Any]:
    """Entries of the lowest tables but one that the last step has opened."""
    from PySide6.QtCore import QModelIndex

    found: list[Any] = []

    def walk(parent: Any) -> None:
        for i in range(model.rowCount(parent)):
            index = model.index(i, 0, parent)
            if model.canFetchMore(index):
                model.fetchMore(index)
            row = model.row_at(index)
            if row is not None and row.kind == "table":
                if row.level == "pmd":
                    found.append(index)
                elif len(found) < 8:
                    walk(index)

    walk(QModelIndex())
    return found[:8]


def _idle(desk: Any, seconds: int) -> Iterator[Row]:
    """What the window computes while nobody does anything."""
    settled(desk)
    times = [timed(partial(pause, seconds))[1] for _ in range(ROUNDS)]
    text = f"{min(times):.1f} ms in {seconds} s"
    yield "idle, of one core", min(times) / (seconds * 10), "%", 0.5, text
