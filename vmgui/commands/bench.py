"""``vmgui bench``: speed as ratios within one run, with the absolute figure beside each.

Nothing is compared with a figure from another machine or another day.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import msgspec
from rich.console import Console

from vmgui.cli import FAILED, OK
from vmgui.commands.bench_engine import speed, started
from vmgui.commands.bench_map import moving
from vmgui.commands.bench_soak import soaking
from vmgui.commands.bench_ui import program
from vmgui.commands.bench_window import first_paint, painting
from vmgui.commands.common import console, opened
from vmgui.engine.arch.x86_64 import PAGE_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine
from vmgui.engine.mm.vmap_range import vmap_range_noflush
from vmgui.engine.trace import Recorder
from vmgui.engine.words import Memory
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session

#: Device memory to map: far above RAM, aligned to 4 KiB only, so that every leaf is a PTE.
PHYS = (1 << 39) + 4096
MAPPED = Machine(ram=1 << 30)


@dataclass(frozen=True)
class Figure:
    """One measured figure, what it should not exceed, and the absolute value behind a ratio."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    behind: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal, if there is one, is met."""
        return self.goal is None or self.value <= self.goal


def main(arguments: argparse.Namespace) -> int:
    """Measure; 0 when every goal is met, 1 when one is missed."""
    figures = []
    with Console(stderr=True).status("") as doing:
        for found in measured(arguments.part, arguments.quick):
            if isinstance(found, Figure):
                figures.append(found)
                if not arguments.json:
                    _print(found)
            else:
                doing.update(found)
    if arguments.json:
        sys.stdout.write(msgspec.json.encode([asdict(f) for f in figures]).decode() + "\n")
    return OK if all(figure.met for figure in figures) else FAILED


def measured(part: str, quick: bool) -> Iterator[Figure | str]:
    """The figures of a part as they come, and in between what is being measured, with the time so far."""
    begin = time.perf_counter()
    for measure in PARTS[part]:
        for found in measure(quick):
            if isinstance(found, str):
                yield f"{time.perf_counter() - begin:.0f} s: {found}"
            else:
                yield found if isinstance(found, Figure) else Figure(*found)


def _print(f: Figure) -> None:
    """One figure: a line, and below it what is behind it."""
    goal = "" if f.goal is None else f"≤ {f.goal:g} {f.unit}"
    missed = "" if f.met else "  MISSED"
    console().print(f"{f.name:<66} {f.value:>7.3g} {f.unit:<3} {goal:>11}{missed}")
    if f.behind:
        console().print(f"    {f.behind}", style="dim")


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def percentile(values: list[float], percent: int) -> float:
    """The value that ``percent`` percent of ``values`` do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def _map(k: Kernel, nbytes: int) -> Callable[[], object]:
    start = k.VMALLOC_START + (1 << 40)
    return lambda: vmap_range_noflush(k, start, start + nbytes, PHYS, PAGE_KERNEL, k.PAGE_SHIFT)


def _recording(quick: bool) -> Iterator[Figure]:
    nbytes = 1 << (27 if quick else 30)
    plain, recorded = [], []
    for _ in range(3 if quick else 5):  # in turn, each on a fresh kernel, so that drift hits both
        plain.append(seconds(_map(started(Memory, MAPPED), nbytes)))
        recorded.append(seconds(_map(started(Recorder, MAPPED), nbytes)))
    ratio = statistics.median(r / p for r, p in zip(recorded, plain, strict=True))
    entries = nbytes >> 12
    per = [statistics.median(times) / entries * 1e9 for times in (plain, recorded)]
    size = f"{nbytes >> 20} MiB in 4 KiB pages"
    behind = f"{per[0]:.0f} ns a page plain, {per[1]:.0f} ns recorded (medians)"
    yield Figure(f"recorded / unrecorded, mapping {size}", ratio, "x", 2.5, behind)


def _mapped(nbytes: int) -> Session:
    session = Session(MAPPED)
    base = session.kernel.VMALLOC_START + (1 << 40)
    session.apply(parse_operation(f"vmap_page_range va={base:#x} size={nbytes:#x} phys={PHYS:#x}"))
    return session


def _spans(quick: bool) -> Iterator[Figure]:
    document = opened(None)
    story = Session(document.machine)
    story.apply_all(document.operations)
    for name, session in (("mapping 128 MiB", _mapped(1 << 27)), ("the default scenario", story)):
        rows, spans = len(session.columns), len(session.columns.spans)
        behind = f"{rows} rows, {spans} spans, {session.columns.nbytes} bytes"
        goal = 40.0 if session is not story else None
        yield Figure(f"bytes a step with spans, {name}", session.columns.nbytes / rows, "B", goal, behind)


def _seeking(quick: bool) -> Iterator[Figure]:
    session = _mapped(1 << (29 if quick else 32))
    cursor = session.cursor()
    cursor.seek(len(session))  # touches every page of the replica once
    pick = random.Random(1)
    times = []
    for _ in range(500):
        to = pick.randrange(len(session) + 1)
        times.append(seconds(partial(cursor.seek, to)) * 1e3)
    behind = f"max {max(times):.2f} ms over 500 seeks, any to any"
    yield Figure(f"seek in {len(session)} steps, median", statistics.median(times), "ms", 2, behind)
    yield Figure(f"seek in {len(session)} steps, p99", percentile(times, 99), "ms", 10, behind)
    one = [seconds(partial(cursor.seek, at)) * 1e6 for at in _neighbours(len(session))]
    yield Figure("one step forward or back, median", statistics.median(one), "µs", None, "seek by one row")


def _neighbours(rows: int) -> Iterator[int]:
    middle = rows // 2
    for i in range(1000):
        yield middle + i % 2


Part = tuple[Callable[[bool], Iterator[Any]], ...]
ENGINE: Part = (_recording, speed)
TIMELINE: Part = (_spans, _seeking)
WINDOW: Part = (first_paint, painting)
UI: Part = (moving, program, soaking)
#: What ``vmgui bench PART`` measures.
PARTS: dict[str, Part] = {
    "all": ENGINE + TIMELINE + WINDOW + UI, "engine": ENGINE, "timeline": TIMELINE, "window": WINDOW,
    "ui": UI,
}  # fmt: skip
