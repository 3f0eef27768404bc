"""Walks over page tables and page arrays for the checks; they read entries as the processor does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vmgui.engine.arch.x86_64 import _PAGE_PAT_LARGE, _PAGE_PRESENT, _PAGE_PSE, PTE_PFN_MASK
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.structs import page, vm_struct, vmap_area
from vmgui.engine.words import MASK64, WORD

LEVELS = {12: "pte", 21: "pmd", 30: "pud", 39: "p4d", 48: "pgd"}


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


def walk(k: Kernel) -> Iterator[Table | Leaf]:
    """Yield all tables and leaves of kernel addresses, by address; a table before what it holds."""
    first = k.PTRS_PER_TABLE // 2  # the lower half belongs to processes
    yield from _walk(k, k.init_mm_pgd, k.PGDIR_SHIFT, 0, range(first, k.PTRS_PER_TABLE))


def _walk(k: Kernel, table: int, shift: int, base: int, slots: range) -> Iterator[Table | Leaf]:
    if k.mem.is_zero(table, k.PAGE_SIZE):
        return
    for i in slots:
        entry = k.mem.load(table + i * WORD)
        if not entry & _PAGE_PRESENT:
            continue
        va = base + (i << shift)
        if shift == k.PGDIR_SHIFT:
            va |= MASK64 & -1 << shift + 9  # the upper half of all addresses begins with ones
        if shift == k.PAGE_SHIFT or shift in (21, 30) and entry & _PAGE_PSE:
            # in a large leaf the lowest address bit stands for a memory type
            pa = entry & PTE_PFN_MASK & ~(_PAGE_PAT_LARGE if shift > k.PAGE_SHIFT else 0)
            yield Leaf(va, va + (1 << shift), pa)
            continue
        below = entry & PTE_PFN_MASK
        yield Table(LEVELS[shift - 9], va, below)
        yield from _walk(k, below, shift - 9, va, range(k.PTRS_PER_TABLE))


def tables(k: Kernel) -> Iterator[Table]:
    """Yield all tables below the top one."""
    return (found for found in walk(k) if isinstance(found, Table))


def leaves(k: Kernel) -> Iterator[Leaf]:
    """Yield all present leaves, by address."""
    return (found for found in walk(k) if isinstance(found, Leaf))


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
