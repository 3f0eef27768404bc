"""Compare what happened in an operation: tracepoints, probed functions and messages, in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct, structs

from vmgui.formats.frame_map import FrameMap
from vmgui.formats.inputs import CRASH
from vmgui.formats.messages import frame_in, is_decoration, meaning
from vmgui.formats.records import AllocEvent, Event, FnEvent, FreeEvent, MsgEvent, PurgeEvent

RUNNER, WORKER = "runner", "worker"
#: An address as a report of a fault gives it.
_ADDRESS = re.compile(r"^[0-9a-f]{16}$")
#: How a recording names the task that runs the script.
RUNNER_TASK = "cur"
#: The direct map of any machine here is smaller than this.
DIRECT_MAP_BYTES = 64 << 40

LEFT_OVERS = "left-overs of the boot"
WORKER_CPU = "CPU a worker ran on"
DECORATION = "registers, dumps and marks in the log"
UNLISTED = "log lines outside the closed list"
AFTER_CRASH = "events after a crash"
REPORTED_PID = "task and PID in a message"


class Happening(Struct, frozen=True):
    """An event reduced to what is compared."""

    what: str
    values: tuple[Any, ...]
    by: str
    cpu: int | None


def comparable(
    events: Iterable[Event], left_over: bool, skipped: Counter[str], probes: set[str] | None = None
) -> list[Happening]:
    """Reduce events to what is compared, up to a crash, and count what is left out.

    ``probes``: the functions whose entry counts; others are passed over (an engine sees more of them).
    """
    happened: list[Happening] = []
    crashed = False
    for event in events:
        if crashed:
            skipped[AFTER_CRASH] += 1
            continue
        crashed = isinstance(event, MsgEvent) and event.by == RUNNER_TASK and _dies(event.text)
        by = RUNNER if event.by == RUNNER_TASK else WORKER
        if left_over and by == WORKER and isinstance(event, FnEvent | PurgeEvent):
            skipped[LEFT_OVERS] += 1
        elif isinstance(event, FnEvent) and probes is not None and event.name not in probes:
            continue
        elif isinstance(event, MsgEvent):
            happened += _message(event, by, skipped)
        else:
            skipped[WORKER_CPU] += by == WORKER
            happened.append(Happening(*_values(event), by, event.cpu if by == RUNNER else None))
    return happened


def _dies(text: str) -> bool:
    """Tell whether this line is the last that is compared before the end of everything."""
    return bool(CRASH.match(text)) and meaning(text) is not None


def _message(event: MsgEvent, by: str, skipped: Counter[str]) -> list[Happening]:
    said = meaning(event.text)
    if said is None:
        skipped[DECORATION if is_decoration(event.text) else UNLISTED] += 1
        return []
    skipped[REPORTED_PID] += said[1] != event.text
    return [Happening("msg", said, by, event.cpu if by == RUNNER else None)]


def _values(event: Event) -> tuple[str, tuple[Any, ...]]:
    if isinstance(event, AllocEvent):
        return "alloc", (event.addr, event.size, event.align, event.vstart, event.vend, event.failed)
    if isinstance(event, FreeEvent):
        return "free", (event.va, event.lazy, event.max)
    if isinstance(event, PurgeEvent):
        return "purge", (event.start, event.end, event.n)
    assert isinstance(event, FnEvent)
    return "fn", (event.name, *event.a)


def same_events(
    kernel: list[Happening],
    engine: list[Happening],
    page_offset: int,
    frames: FrameMap,
    freed: list[tuple[int, int]],
) -> int | None:
    """Return the index of the first event that differs, or None."""
    for i, (his, mine) in enumerate(zip(kernel, engine, strict=False)):
        if structs.replace(his, values=()) != structs.replace(mine, values=()):
            return i
        if len(his.values) != len(mine.values):
            return i
        pairs = zip(his.values, mine.values, strict=True)
        if not all(_same(k, e, page_offset, frames, freed) for k, e in pairs):
            return i
    return None if len(kernel) == len(engine) else min(len(kernel), len(engine))


def _same(kernel: Any, engine: Any, page_offset: int, frames: FrameMap, freed: list[tuple[int, int]]) -> bool:
    """Compare one value; an address in the direct map of RAM is a frame, or the end of one."""
    if isinstance(kernel, str) and isinstance(engine, str):
        his, mine = frame_in(kernel), frame_in(engine)
        if his and mine:
            return his[0] == mine[0] and frames.same(his[1], mine[1])
        return kernel == engine or _same_fault(kernel, engine, page_offset, frames)
    k, e = kernel - page_offset, engine - page_offset
    if not 0 <= k < DIRECT_MAP_BYTES or not (frames.is_ram(k >> 12) or frames.is_ram(k - 1 >> 12)):
        return bool(kernel == engine)
    return 0 <= e < DIRECT_MAP_BYTES and _same_place(k, e, frames, freed)


def _same_fault(kernel: str, engine: str, page_offset: int, frames: FrameMap) -> bool:
    """Two addresses of faults in the direct map: the same place in a page.

    Which frame a kernel meets first there depends on the lives that frames had before.
    """
    if not (_ADDRESS.match(kernel) and _ADDRESS.match(engine)):
        return False
    k, e = int(kernel, 16) - page_offset, int(engine, 16) - page_offset
    if not (0 <= k < DIRECT_MAP_BYTES and frames.is_ram(k >> 12) and 0 <= e < DIRECT_MAP_BYTES):
        return False
    return k & 0xFFF == e & 0xFFF and frames.partner(k >> 12) in (None, e >> 12)


def _same_place(k: int, e: int, frames: FrameMap, freed: list[tuple[int, int]]) -> bool:
    """Two direct-map addresses: starts or ends of the same frame.

    A range over scattered frames has its lowest and highest one at its ends.  Which those are depends
    on frame numbers, so there it is enough that both ends lie in frames freed here.
    """
    for before in (0, 1):
        partner = frames.partner(k - before >> 12)
        if partner is None or k & 0xFFF != e & 0xFFF:
            continue
        mine = e - before >> 12
        if partner == mine or (_is_in(partner, freed) and _is_in(mine, freed)):
            return True
    return False


def _is_in(frame: int, runs: list[tuple[int, int]]) -> bool:
    return any(first <= frame < first + n for first, n in runs)
