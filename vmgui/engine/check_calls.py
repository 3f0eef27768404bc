"""What must be true of calls: checks that listen while the kernel runs, since no state shows it afterwards.

`Watched` hears the functions of the engine through the same hooks as the recorder, and keeps no rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.machine import Machine
from vmgui.engine.mm.tlb import TLB_FLUSH_ALL
from vmgui.engine.structs import vmap_area, vmap_node, work_struct
from vmgui.engine.trace import FUNCTIONS
from vmgui.engine.words import Memory, container_of

#: What entering a call gives that nobody listens to.
UNHEARD = 0


class WatchedMemory(Memory):
    """Plain memory whose calls are checked."""

    def watch(self, k: Kernel) -> Watched:
        """Begin to check the calls of ``k``, which lives here."""
        watched = Watched(k)
        self.enter, self.leave = watched.enter, watched.leave
        return watched


def watched_memory(machine: Machine) -> WatchedMemory:
    """Memory for ``machine``, all zeros."""
    return WatchedMemory(arena_start(machine), arena_end(machine))


class Watched:
    """The calls of one kernel, and what was broken by them.

    Time is a count of calls that were heard.  ``unmapped`` says of each area that waits when it began to,
    by its address; ``flushes`` are the ranges [start, end) that were flushed since, with their times.
    """

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.broken: list[str] = []
        self.now = 0
        self.unmapped: dict[int, int] = {}
        self.flushes: list[tuple[int, int, int]] = []
        self._calls: list[tuple[int, tuple[Any, ...]]] = [(UNHEARD, ())]
        self._enter = {_number(name): hear for name, hear in ENTERED.items()}
        self._leave = {_number(name): hear for name, hear in LEFT.items()}

    def enter(self, function: int, args: tuple[Any, ...]) -> int:
        """Hear that a function begins; returns what `leave` needs."""
        hear = self._enter.get(function)
        if hear is not None:
            self.now += 1
            hear(self, *args)
        if function not in self._leave:
            return UNHEARD
        self._calls.append((function, args))
        return len(self._calls) - 1

    def leave(self, call: int, result: Any, returned: int) -> None:
        """Hear what a function returned."""
        if call != UNHEARD:
            function, args = self._calls.pop()
            self._leave[function](self, args, result)

    def take_broken(self) -> list[str]:
        """Hand out what was found since the last time."""
        broken, self.broken = self.broken, []
        return broken


def _number(name: str) -> int:
    return next(i for i, function in enumerate(FUNCTIONS) if function.name == name)


# --- flushing before reuse -------------------------------------------------------------------------


def hear_lazy_free(watched: Watched, va: vmap_area) -> None:
    """An area begins to wait: its entries are cleared by now."""
    watched.unmapped[va.addr] = watched.now


def hear_flush(watched: Watched, start: int, end: int) -> None:
    """A range is flushed on all CPUs."""
    span = (0, TLB_FLUSH_ALL) if end == TLB_FLUSH_ALL else (start, end)
    watched.flushes.append((watched.now, *span))


def hear_flush_all(watched: Watched) -> None:
    """Everything is flushed on all CPUs."""
    watched.flushes = [(watched.now, 0, TLB_FLUSH_ALL)]


def validate_flush_before_reuse(watched: Watched, work: work_struct) -> None:
    """I30: no area leaves the lazy ones before a flush that covers it and came after its unmapping."""
    vn = container_of(work, vmap_node, "purge_work")
    for va in list_for_each_entry(vn.purge_list, vmap_area, "list"):
        since = watched.unmapped.pop(va.addr, 0)
        covered = any(
            time > since and start <= va.va_start and va.va_end <= end
            for time, start, end in reversed(watched.flushes)
        )
        if not covered:
            watched.broken.append(f"[{va.va_start:#x}, {va.va_end:#x}) is purged without a flush")
    if not watched.unmapped:
        watched.flushes = []


# --- what is returned ------------------------------------------------------------------------------


def validate_new_area(watched: Watched, args: tuple[Any, ...], va: vmap_area | int | None) -> None:
    """I18: an area is as large as it was asked for, aligned, and inside its range."""
    if not isinstance(va, vmap_area):
        return
    size, align, vstart, vend = args[:4]
    if va.va_end - va.va_start != size or va.va_start % align or not vstart <= va.va_start <= vend - size:
        asked = f"{size:#x} bytes at {align:#x} in [{vstart:#x}, {vend:#x})"
        watched.broken.append(f"{asked} gave [{va.va_start:#x}, {va.va_end:#x})")


ENTERED: dict[str, Callable[..., None]] = {
    "free_vmap_area_noflush": hear_lazy_free,
    "flush_tlb_kernel_range": hear_flush,
    "flush_tlb_all": hear_flush_all,
    "purge_vmap_node": validate_flush_before_reuse,
}
LEFT: dict[str, Callable[..., None]] = {"alloc_vmap_area": validate_new_area}
