"""Top tables of processes follow the kernel's."""

from __future__ import annotations

import pytest

from tests.engine.tables import DEV, GFP_KERNEL, PAGE, base, calls, mapper, tables, use_up_memory
from vmgui.engine.arch.x86_sync import preallocate_vmalloc_pages
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.list import list_add_tail
from vmgui.engine.mm.page import page_address
from vmgui.engine.mm.page_alloc import get_zeroed_page
from vmgui.engine.mm.pgtable import pgd_offset_k, set_pgd
from vmgui.engine.mm.vmap import vmap_range_noflush

LEVELS = pytest.mark.parametrize("levels", [4, 5])


def process(k: Kernel) -> int:
    """A new process: the address of its top table, which lacks all of the kernel."""
    page = get_zeroed_page(k, GFP_KERNEL)
    assert page is not None
    list_add_tail(page.lru, k.pgd_list)
    return page_address(k, page)


def outside(k: Kernel) -> int:
    """An address whose top-level entry is empty."""
    return k.VMALLOC_START - 2 * k.PGDIR_SIZE


def map_there(k: Kernel, va: int) -> int:
    return vmap_range_noflush(k, va, va + PAGE, DEV, k.PAGE_KERNEL, 12)


@LEVELS
def test_a_new_top_level_entry_reaches_every_process(levels: int) -> None:
    k = mapper(levels=levels)
    ours = pgd_offset_k(k, outside(k))
    theirs = [process(k) + ours - k.init_mm_pgd for _ in range(2)]
    assert map_there(k, outside(k)) == 0
    assert [k.mem.load(entry) for entry in theirs] == [k.mem.load(ours)] * 2
    assert k.mem.load(ours) != 0


@LEVELS
def test_a_process_that_has_the_entry_keeps_it(levels: int) -> None:
    k = mapper(levels=levels)
    va = base(k)
    ours = pgd_offset_k(k, va)
    theirs = process(k) + ours - k.init_mm_pgd
    set_pgd(k, theirs, k.mem.load(ours))
    set_pgd(k, ours, k.mem.load(ours) | 1 << 63)
    k.ARCH_PAGE_TABLE_SYNC_MASK = 16  # every walk synchronises
    map_there(k, va)
    assert calls(k, "arch_sync_kernel_mappings")
    assert k.mem.load(theirs) == k.mem.load(ours) & ~(1 << 63)


@LEVELS
def test_a_process_with_another_kernel_is_a_bug(levels: int) -> None:
    k = mapper(levels=levels)
    ours = pgd_offset_k(k, outside(k))
    set_pgd(k, process(k) + ours - k.init_mm_pgd, 0x1000067)
    with pytest.raises(KernelBug, match=r"arch/x86/mm/init_64.c"):
        map_there(k, outside(k))


@LEVELS
def test_a_top_level_entry_that_could_not_be_made_is_not_copied(levels: int) -> None:
    k = mapper(levels=levels)
    edge = outside(k)  # here one top-level entry ends and the next one begins
    ours = [pgd_offset_k(k, edge - PAGE), pgd_offset_k(k, edge)]
    theirs = [process(k) + entry - k.init_mm_pgd for entry in ours]
    use_up_memory(k, leave=levels - 1)  # the tables for one page
    assert vmap_range_noflush(k, edge - PAGE, edge + PAGE, DEV, k.PAGE_KERNEL, 12) < 0
    assert [call.args for call in calls(k, "arch_sync_kernel_mappings")] == [(edge - PAGE, edge + PAGE)]
    assert k.mem.load(ours[0])
    assert [k.mem.load(entry) for entry in theirs] == [k.mem.load(ours[0]), 0]


@LEVELS
def test_all_top_level_entries_of_the_vmalloc_range_exist_from_boot(levels: int) -> None:
    k = mapper(levels=levels)
    span = k.VMALLOC_END + 1 - k.VMALLOC_START
    here = tables(k, k.VMALLOC_START, k.VMALLOC_END)
    assert len(here) == span // k.PGDIR_SIZE
    assert {shift for va, shift in here} == {k.PGDIR_SHIFT - 9}


@pytest.mark.parametrize(("levels", "lvl"), [(4, "pud"), (5, "p4d")])
def test_without_memory_for_them_the_kernel_does_not_boot(levels: int, lvl: str) -> None:
    k = mapper(levels=levels)
    set_pgd(k, pgd_offset_k(k, k.VMALLOC_START), 0)
    use_up_memory(k, leave=0)
    with pytest.raises(KernelBug, match=f"pre-allocate {lvl} pages"):
        preallocate_vmalloc_pages(k)
