"""What must be true of calls: checks that listen while the kernel runs, since no state shows it afterwards.

`Watched` hears the functions of the engine through the same hooks as the recorder, and keeps no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from vmgui.engine.arch.entries import hw_present, pmd_leaf, pte_pfn
from vmgui.engine.arch.pgtbl_mod import (
    PGTBL_P4D_MODIFIED,
    PGTBL_PGD_MODIFIED,
    PGTBL_PMD_MODIFIED,
    PGTBL_PTE_MODIFIED,
    PGTBL_PUD_MODIFIED,
)
from vmgui.engine.check import busy_areas, listed
from vmgui.engine.check_shadow import is_metadata
from vmgui.engine.check_walk import Leaf, leaves, tables
from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.machine import Machine
from vmgui.engine.mm.tlb import TLB_FLUSH_ALL
from vmgui.engine.mm.vmap_block import VMAP_BLOCK
from vmgui.engine.structs import vmap_area, vmap_node, work_struct
from vmgui.engine.trace import FUNCTIONS, Rows
from vmgui.engine.words import WORD, Memory, container_of

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

    A program that is not ``well_behaved`` may break more rules.  Time is a count of calls that were heard.
    ``unmapped`` says of each area that waits when it began to, by its address; ``flushes`` are the ranges
    [start, end) that were flushed since, with their times.
    """

    def __init__(self, k: Kernel) -> None:
        self.k = k
        self.broken: list[str] = []
        self.now, self.hearing = 0, ""
        self.unmapped: dict[int, int] = {}
        self.flushes: list[tuple[int, int, int]] = []
        self._calls: list[tuple[int, tuple[Any, ...]]] = [(UNHEARD, ())]
        self.well_behaved = True
        self._enter = {i: hear for name, hear in ENTERED.items() for i in _numbers(name)}
        self._leave = {i: hear for name, hear in LEFT.items() for i in _numbers(name)}

    def enter(self, function: int, args: tuple[Any, ...]) -> int:
        """Hear that a function begins; returns what `leave` needs."""
        hear = self._enter.get(function)
        if hear is not None:
            self.now += 1
            self.hearing = FUNCTIONS[function].name
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


def _numbers(name: str) -> list[int]:
    """Numbers of the functions called ``name``: architectures have the same names for theirs."""
    return [i for i, function in enumerate(FUNCTIONS) if function.name == name]


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


# --- freeing tables --------------------------------------------------------------------------------


def validate_freed_table(watched: Watched, entry: int, addr: int) -> None:
    """I39: a table that makes room for a large leaf has no entry that maps anything, nor has one below it.

    The kernel does not look: a program that maps over what is mapped breaks this.
    """
    k = watched.k
    shift = k.PUD_SHIFT if watched.hearing == "pud_free_pmd_page" else k.PMD_SHIFT
    if watched.well_behaved and maps_anything(k, k.mem.load(entry), shift):
        watched.broken.append(f"the table of {addr:#x} is freed, but something is mapped there")


def maps_anything(k: Kernel, entry: int, shift: int) -> bool:
    """Tell whether a leaf hangs on the entry of 2**shift bytes, or is one."""
    if not hw_present(k, entry):
        return False
    if shift == k.PAGE_SHIFT or pmd_leaf(k, entry):
        return True
    table = pte_pfn(k, entry) << k.PAGE_SHIFT
    below = shift - (k.PAGE_SHIFT - 3)
    return any(maps_anything(k, k.mem.load(table + WORD * i), below) for i in range(k.PTRS_PER_PTE))


# --- what is returned ------------------------------------------------------------------------------


def validate_new_area(watched: Watched, args: tuple[Any, ...], va: vmap_area | int | None) -> None:
    """I18: an area is as large as it was asked for, aligned, and inside its range."""
    if not isinstance(va, vmap_area):
        return
    size, align, vstart, vend = args[:4]
    if va.va_end - va.va_start != size or va.va_start % align or not vstart <= va.va_start <= vend - size:
        asked = f"{size:#x} bytes at {align:#x} in [{vstart:#x}, {vend:#x})"
        watched.broken.append(f"{asked} gave [{va.va_start:#x}, {va.va_end:#x})")


def validate_drained(watched: Watched, args: tuple[Any, ...], result: None) -> None:
    """I15: after the drain worker nothing waits, if nobody frees anything meanwhile."""
    if watched.k.vmap_lazy_nr and not watched.k.turns_left:
        watched.broken.append(f"{watched.k.vmap_lazy_nr} pages still wait after a drain")


# --- before and after ------------------------------------------------------------------------------

State = tuple[list[tuple[int, int]], int, list[Leaf]]


def state_that_counts(k: Kernel, with_leaves: bool = True) -> State:
    """Return what a failed call must leave as it was: areas in use, their pages, what is mapped.

    A block of vm_map_ram stays when a mapping in it fails, so blocks do not count.
    """
    busy = [(va.va_start, va.va_end) for va in busy_areas(k) if not va.flags & VMAP_BLOCK]
    mapped = [leaf for leaf in leaves(k) if not is_metadata(k, leaf.va)] if with_leaves else []
    return busy, k.nr_vmalloc_pages, mapped


def validate_failed_call(before: State, after: State) -> list[str]:
    """I41: a call that failed has changed no area in use, no page count, and no leaf."""
    what = ("areas in use", "pages of areas", "leaves")
    pairs = zip(what, before, after, strict=True)
    return [f"a failed call changed the {name}" for name, old, new in pairs if old != new]


def free_ranges(k: Kernel) -> list[tuple[int, int]]:
    """Return all free ranges [start, end), by address."""
    return [(va.va_start, va.va_end) for va in listed(k.free_vmap_area_list)]


def validate_full_purge(before: list[tuple[int, int]], after: list[tuple[int, int]]) -> list[str]:
    """I43: when all is freed and purged, the same addresses are free as before."""
    lost = [f"[{s:#x}, {e:#x}) is not free any more" for s, e in before if (s, e) not in after]
    return lost + [f"[{s:#x}, {e:#x}) is free now" for s, e in after if (s, e) not in before]


LEVEL_BITS = {
    "pgd": PGTBL_PGD_MODIFIED, "p4d": PGTBL_P4D_MODIFIED, "pud": PGTBL_PUD_MODIFIED,
    "pmd": PGTBL_PMD_MODIFIED, "pte": PGTBL_PTE_MODIFIED,
}  # fmt: skip


def validate_mask(k: Kernel, mask: int, changed: Iterable[int]) -> list[str]:
    """I40: ``mask`` names the levels of the tables in which the words at ``changed`` lie, and no other.

    The top table holds the entries of the first level that is not folded.
    """
    levels = {table.address: table.level for table in tables(k)}
    top = k.tables[1].name if len(k.tables) > 1 else ""
    folded = {"pud": "p4d", "pmd": "pud", "pte": "pmd"}.get(top, "pgd")
    levels[k.init_mm_pgd] = "pgd" if top == "p4d" else folded
    found = {levels[addr & k.PAGE_MASK] for addr in changed if addr & k.PAGE_MASK in levels}
    reported = {name for name, bit in LEVEL_BITS.items() if mask & bit}
    return [] if found == reported else [f"levels {sorted(found)} have changed, reported {sorted(reported)}"]


def validate_same_steps(one: Rows, other: Rows) -> list[str]:
    """I47: two runs from the same seed have the same rows and spans."""
    columns = zip(Rows._fields, one, other, strict=True)
    return [f"two runs from one seed differ in {name}" for name, a, b in columns if a != b]


ENTERED: dict[str, Callable[..., None]] = {
    "free_vmap_area_noflush": hear_lazy_free,
    "flush_tlb_kernel_range": hear_flush,
    "flush_tlb_all": hear_flush_all,
    "purge_vmap_node": validate_flush_before_reuse,
    "pmd_free_pte_page": validate_freed_table,
    "pud_free_pmd_page": validate_freed_table,
}
LEFT: dict[str, Callable[..., None]] = {
    "alloc_vmap_area": validate_new_area, "drain_vmap_area_work": validate_drained,
}  # fmt: skip
