"""What the TLBs remember, which of it the page tables do not hold any more, and what waits for a flush."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vmgui.engine.arch.entries import hw_present, pte_pfn
from vmgui.engine.check_blocks import waits_for_flush
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.access import is_current, is_leaf, next_level, translation
from vmgui.engine.mm.pgtable import pgd_offset_k, ptep_get
from vmgui.engine.mm.tlb import TLB_ENTRIES, tlb_entries, tlb_entry, tlb_of
from vmgui.engine.mm.vmap_find import __find_vmap_area
from vmgui.engine.structs import vmap_node
from vmgui.projection.allocator_nodes import ranges
from vmgui.timeline.columns import NONE, Columns

#: Why an entry is stale: its area waits for a purge, or is in the middle of one; its piece of a block has
#: come back; the tables hold nothing, or something else.
Because = Literal["lazy", "purging", "block", "gone", "changed"]


@dataclass(frozen=True, slots=True)
class Remembered:
    """One slot of a TLB: [va, va + size) goes to `phys`.

    A stale one says why; `area` is the freed range it lies in, `cleared` the row that took the entry away.
    """

    cpu: int
    slot: int
    va: int
    size: int
    phys: int
    because: Because | None
    area: tuple[int, int] | None
    cleared: int | None


@dataclass(frozen=True, slots=True)
class CpuTlb:
    """The TLB of one CPU; the slot filled `next` gives way when all are used."""

    cpu: int
    next: int
    entries: tuple[Remembered, ...]

    @property
    def stale(self) -> int:
        """Entries that the tables do not hold any more."""
        return sum(entry.because is not None for entry in self.entries)


def tlbs(k: Kernel, columns: Columns, at: int) -> tuple[CpuTlb, ...]:
    """The TLBs of all CPUs that are online."""
    return tuple(_tlb(k, cpu, columns, at) for cpu in range(k.machine.online_cpus))


def _tlb(k: Kernel, cpu: int, columns: Columns, at: int) -> CpuTlb:
    tlb = tlb_of(k, cpu)
    first = tlb.slots.addr
    found = (_remembered(k, cpu, (e.addr - first) // e.size, e, columns, at) for e in tlb_entries(tlb))
    return CpuTlb(cpu, tlb.next % TLB_ENTRIES, tuple(found))


def _remembered(k: Kernel, cpu: int, slot: int, entry: tlb_entry, columns: Columns, at: int) -> Remembered:
    va, size = entry.va, 1 << entry.shift
    phys = pte_pfn(k, entry.leaf) << k.PAGE_SHIFT & -size
    if is_current(k, entry):
        return Remembered(cpu, slot, va, size, phys, None, None, None)
    because, area = _why(k, va)
    row = columns.writer_before(entry_address(k, va, entry.shift), at)
    return Remembered(cpu, slot, va, size, phys, because, area, None if row == NONE else row)


def _why(k: Kernel, va: int) -> tuple[Because, tuple[int, int] | None]:
    """Why the tables do not hold a translation of `va` any more, and the area that was freed."""
    for i in range(k.nr_vmap_nodes):
        node: vmap_node = k.vmap_nodes[i]
        lazy = __find_vmap_area(va, node.lazy.root)
        if lazy is not None:
            return "lazy", (lazy.va_start, lazy.va_end)
        for start, end in ranges(k, node.purge_list):
            if start <= va < end:
                return "purging", (start, end)
    if waits_for_flush(k, va):
        return "block", None
    return ("changed" if translation(k, va)[1] else "gone"), None


def entry_address(k: Kernel, va: int, shift: int) -> int:
    """Where the entry is, or the last one on the way to it, that translates 2**shift bytes around `va`."""
    level, at = k.PGDIR_SHIFT, pgd_offset_k(k, va)
    while level > shift:
        entry = ptep_get(k, at)
        if not hw_present(k, entry) or is_leaf(k, entry, level):
            break
        level, at = next_level(k, entry, va, level)
    return at
