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

#: The work of frees that another task put off; when it did so is not recorded.
DEFERRED = "delayed_vfree_work"
#: Stands for an address in the direct map: a frame of the boot's, which has been seen nowhere before.
BOOT_FRAME = "a frame of the boot"
#: Functions called for a range; of pages that lose their rights, it is one in the direct map.
_RANGED = ("flush_tlb_kernel_range", "__purge_vmap_area_lazy")

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
    events: Iterable[Event], left_over: int | None, skipped: Counter[str], probes: set[str] | None = None
) -> list[Happening]:
    """Reduce events to what is compared, up to a crash, and count what is left out.

    ``left_over``: where the direct map begins, while workers clear away what the boot left; else None.
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
        if isinstance(event, FnEvent) and probes is not None and event.name not in probes:
            continue
        if left_over is not None and by == WORKER and isinstance(event, FnEvent | PurgeEvent):
            happened += _left_over(event, left_over, skipped)
        elif isinstance(event, MsgEvent):
            happened += _message(event, by, skipped)
        else:
            skipped[WORKER_CPU] += by == WORKER
            happened.append(Happening(*_values(event), by, event.cpu if by == RUNNER else None))
    return happened


def _left_over(event: FnEvent | PurgeEvent, dm: int, skipped: Counter[str]) -> list[Happening]:
    """What a worker does with what the boot left: all but whose frames it had and when it was put off."""
    what, values = _values(event)
    if DEFERRED in values:
        skipped[LEFT_OVERS] += 1
        return []
    known = tuple(BOOT_FRAME if isinstance(v, int) and 0 <= v - dm < DIRECT_MAP_BYTES else v for v in values)
    skipped[LEFT_OVERS] += known != values
    return [Happening(what, known, WORKER, None)]


def after_crash(events: list[Event]) -> list[Event]:
    """The events behind the one that told of a crash."""
    for at, event in enumerate(events):
        if isinstance(event, MsgEvent) and event.by == RUNNER_TASK and _dies(event.text):
            return events[at + 1 :]
    return []


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
    dm: int,
    frames: FrameMap,
    freed: list[tuple[int, int]],
) -> int | None:
    """Return the index of the first event that differs, or None; ``dm`` is where the direct map begins."""
    for i, (his, mine) in enumerate(zip(kernel, engine, strict=False)):
        if structs.replace(his, values=()) != structs.replace(mine, values=()):
            return i
        if len(his.values) != len(mine.values):
            return i
        begins = _where_a_range_begins(his)
        for at, (k, e) in enumerate(zip(his.values, mine.values, strict=True)):
            ranged = begins is not None and at in (begins, begins + 1)
            if ranged and _is_frame(k, dm, frames):
                if not _is_frame(e, dm, frames) or not _same_end(k - dm, e - dm, at == begins, frames, freed):
                    return i
            elif k != e and not (his.what == "msg" and _same_text(k, e, dm, frames)):
                return i
    return None if len(kernel) == len(engine) else min(len(kernel), len(engine))


def _where_a_range_begins(happening: Happening) -> int | None:
    """Which value is the beginning of a range that is flushed or purged; its end comes after it."""
    if happening.what == "purge":
        return 0
    return 1 if happening.what == "fn" and happening.values[0] in _RANGED else None


def _is_frame(value: Any, dm: int, frames: FrameMap) -> bool:
    """Tell whether a value is an address in the direct map of RAM, or the end of one."""
    if not isinstance(value, int) or not 0 <= value - dm < DIRECT_MAP_BYTES:
        return False
    return frames.is_ram(value - dm >> 12) or frames.is_ram(value - dm - 1 >> 12)


def _same_text(kernel: str, engine: str, dm: int, frames: FrameMap) -> bool:
    """Two texts that name a frame, or where in one a fault was."""
    his, mine = frame_in(kernel), frame_in(engine)
    if his and mine:
        return his[0] == mine[0] and frames.same(his[1], mine[1])
    return _same_fault(kernel, engine, dm, frames)


def _same_fault(kernel: str, engine: str, dm: int, frames: FrameMap) -> bool:
    """Two addresses of faults in the direct map: the same place in a page.

    Which frame a kernel meets first there depends on the lives that frames had before.
    """
    if not (_ADDRESS.match(kernel) and _ADDRESS.match(engine)):
        return False
    k, e = int(kernel, 16) - dm, int(engine, 16) - dm
    if not (0 <= k < DIRECT_MAP_BYTES and frames.is_ram(k >> 12) and 0 <= e < DIRECT_MAP_BYTES):
        return False
    return k & 0xFFF == e & 0xFFF and frames.partner(k >> 12) in (None, e >> 12)


def _same_end(k: int, e: int, is_start: bool, frames: FrameMap, freed: list[tuple[int, int]]) -> bool:
    """Two direct-map addresses: a range's start, or its end, at the same frame.

    A range over scattered frames has its lowest and highest one at its ends.  Which those are depends on
    frame numbers.  Then both are frames freed here, and the other kernel's range reaches around either.
    """
    if k & 0xFFF != e & 0xFFF:
        return False
    his, mine = (k >> 12, e >> 12) if is_start else (k - 1 >> 12, e - 1 >> 12)
    partner, origin = frames.partner(his), frames.origin(mine)
    if partner is None or origin is None:
        return False
    reaches = partner >= mine and origin >= his if is_start else partner <= mine and origin <= his
    return partner == mine or (reaches and _is_in(partner, freed) and _is_in(mine, freed))


def _is_in(frame: int, runs: list[tuple[int, int]]) -> bool:
    return any(first <= frame < first + n for first, n in runs)
