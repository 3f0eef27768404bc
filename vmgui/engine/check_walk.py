"""Walks over page tables and page arrays for the checks; they read entries as the processor does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from vmgui.engine.arch.entries import hw_present, pmd_leaf, pte_pfn
from vmgui.engine.arch.levels import TableLevel
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.mm.page import pfn_valid
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.structs import page, vm_struct, vmap_area
from vmgui.engine.words import MASK64, WORD


class Table(NamedTuple):
    """A table page: its level, the first address it covers, where it is."""

    level: str
    va: int
    address: int


class Leaf(NamedTuple):
    """A present leaf: it maps [va, end) to the physical address ``pa``."""

    va: int
    end: int
    pa: int


class Standing(Kernel):
    """A kernel that stands still while it is checked, so that its tables are walked only once."""

    @cached_property
    def walked(self) -> tuple[Table | Leaf, ...]:
        """All tables and leaves of kernel addresses."""
        return tuple(_walk_all(self))


def walk(k: Kernel) -> Iterator[Table | Leaf]:
    """Yield all tables and leaves of kernel addresses, by address; a table before what it holds."""
    return iter(k.walked) if isinstance(k, Standing) else _walk_all(k)


def _walk_all(k: Kernel) -> Iterator[Table | Leaf]:
    top = k.tables[0]
    above = -top.entries << top.shift & MASK64  # bits that are the same in all addresses
    first = (k.KERNEL_VA_START >> top.shift) % top.entries  # what is below it belongs to processes
    yield from _walk(k, k.init_mm_pgd, k.tables, above, first)


def _walk(
    k: Kernel, table: int, levels: tuple[TableLevel, ...], base: int, first: int
) -> Iterator[Table | Leaf]:
    _, shift, entries = levels[0]
    if k.mem.is_zero(table, entries * WORD):
        return
    for i in range(first, entries):
        entry = k.mem.load(table + i * WORD)
        if not entry or not hw_present(k, entry):
            continue
        va = base + (i << shift)
        below = pte_pfn(k, entry) << k.PAGE_SHIFT
        if len(levels) == 1 or shift <= k.PUD_SHIFT and pmd_leaf(k, entry):
            # in a large leaf of x86 the lowest address bit stands for a memory type
            pa = below & ~(k.PAGE_SIZE if len(levels) > 1 else 0)
            yield Leaf(va, va + (1 << shift), pa)
            continue
        yield Table(levels[1].name, va, below)
        if pfn_valid(k, pte_pfn(k, entry)):  # garbage may lead anywhere
            yield from _walk(k, below, levels[1:], va, 0)


def tables(k: Kernel) -> Iterator[Table]:
    """Yield all tables below the top one."""
    return (found for found in walk(k) if isinstance(found, Table))


def leaves(k: Kernel) -> Iterator[Leaf]:
    """Yield all present leaves outside the direct map, by address."""
    return (found for found in all_leaves(k) if not is_in_direct_map(k, found.va))


def all_leaves(k: Kernel) -> Iterator[Leaf]:
    """Yield all present leaves, by address."""
    return (found for found in walk(k) if isinstance(found, Leaf))


def is_in_direct_map(k: Kernel, va: int) -> bool:
    """Tell whether ``va`` lies where RAM is mapped once more."""
    return k.arch.init_mem_mapping is not None and 0 <= va - k.PAGE_OFFSET < k.max_pfn << k.PAGE_SHIFT


def busy_owners(k: Kernel) -> Iterator[vm_struct]:
    """Yield the owner of every busy area that has one."""
    for i in range(k.nr_vmap_nodes):
        for va in list_for_each_entry(k.vmap_nodes[i].busy.head, vmap_area, "list"):
            if va.vm:
                yield va.vm


def owned_by_areas(k: Kernel) -> Iterator[tuple[vm_struct, page]]:
    """Yield every page in the array of an area, with its area."""
    for vm in busy_owners(k):
        for i in range(vm.nr_pages if vm.pages else 0):
            yield vm, page(k.mem, k.mem.load(kernel_bytes(k, vm.pages + WORD * i)))
