"""vmap: one range over somebody's pages."""

import pytest

from tests.engine.booted import booted
from vmgui.engine.check import busy_areas, validate
from vmgui.engine.check_walk import leaves, tables
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.page_alloc import alloc_page, alloc_pages
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vfree import vfree, vunmap
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmap_api import vmap
from vmgui.engine.words import WordArray

MAP, NO_GUARD, FLUSH_RESET_PERMS, PUT_PAGES = 0x4, 0x40, 0x100, 0x200
PAGE = 4096


@pytest.fixture
def k():
    return booted()


def page_array(k, pages):
    array = kzalloc(k, 8 * len(pages), GFP_KERNEL)
    slots = WordArray(k.mem, array)
    for i, page in enumerate(pages):
        slots[i] = page.addr
    return array


@pytest.fixture
def pages(k):
    taken = [alloc_page(k, GFP_KERNEL) for _ in range(8)]
    return taken[::-2] + taken[::2]  # not in the order of their frames


def mapped(k, addr):
    return [leaf.pa for leaf in leaves(k) if leaf.va >= addr]


def test_pages_are_mapped_in_the_order_of_the_array(k, pages):
    addr = vmap(k, page_array(k, pages), 8, MAP, k.PAGE_KERNEL)
    assert mapped(k, addr) == [page_to_phys(k, page) for page in pages]
    vm = find_vm_area(k, addr)
    assert (vm.vm_size, vm.nr_pages, vm.flags) == (9 * PAGE, 0, MAP)
    assert not validate(k)


def test_one_page_may_be_mapped_many_times(k, pages):
    addr = vmap(k, page_array(k, pages[:1] * 5), 5, MAP, k.PAGE_KERNEL)
    assert mapped(k, addr) == [page_to_phys(k, pages[0])] * 5


def test_512_aligned_pages_in_a_row_still_have_an_entry_each(k):
    block = alloc_pages(k, GFP_KERNEL, 9)
    addr = vmap(k, page_array(k, [block[i] for i in range(512)]), 512, MAP, k.PAGE_KERNEL)
    assert len(mapped(k, addr)) == 512


def test_nothing_is_ever_executable(k, pages):
    addr = vmap(k, page_array(k, pages), 8, MAP, k.PAGE_KERNEL_EXEC)
    table = next(found for found in tables_at(k, addr) if found.level == "pte").address
    assert k.mem.load(table + (addr >> 12 & 511) * 8) >> 63 == 1


def tables_at(k, addr):
    return [table for table in tables(k) if table.va <= addr < table.va + (1 << 21)]


def test_the_guard_page_cannot_be_left_out(k, pages):
    addr = vmap(k, page_array(k, pages), 8, MAP | NO_GUARD, k.PAGE_KERNEL)
    vm = find_vm_area(k, addr)
    assert (vm.vm_size, vm.flags) == (9 * PAGE, MAP)
    assert log_lines(k.mem, k) == ["WARNING: CPU: 0 PID: 1 at mm/vmalloc.c:3512 vmap"]


def test_pages_to_be_reset_are_refused(k, pages):
    assert vmap(k, page_array(k, pages), 8, MAP | FLUSH_RESET_PERMS, k.PAGE_KERNEL) == 0
    assert log_lines(k.mem, k) == ["WARNING: CPU: 0 PID: 1 at mm/vmalloc.c:3505 vmap"]


def test_more_pages_than_there_are_is_refused_silently(k, pages):
    assert vmap(k, page_array(k, pages), k.totalram_pages + 1, MAP, k.PAGE_KERNEL) == 0
    assert (log_lines(k.mem, k), busy_areas(k)) == ([], [])


def test_a_hole_in_the_array_undoes_everything(k, pages):
    array = page_array(k, pages)
    WordArray(k.mem, array)[5] = 0
    assert vmap(k, array, 8, MAP, k.PAGE_KERNEL) == 0
    assert busy_areas(k) == []
    assert list(leaves(k)) == []
    assert not validate(k)


def test_vunmap_leaves_the_pages_alone(k, pages):
    free = k.nr_free_pages
    addr = vmap(k, page_array(k, pages), 8, MAP, k.PAGE_KERNEL)
    tables = free - k.nr_free_pages
    vunmap(k, addr)
    assert k.nr_free_pages == free - tables
    assert list(leaves(k)) == []


def test_vfree_takes_pages_and_array_if_they_were_handed_over(k, pages):
    array = page_array(k, pages)
    addr = vmap(k, array, 8, MAP | PUT_PAGES, k.PAGE_KERNEL)
    free = k.nr_free_pages
    vfree(k, addr)
    assert (k.nr_free_pages, k.nr_vmalloc_pages) == (free + 8, 0)
    assert kzalloc(k, 64, GFP_KERNEL) == array
    assert not validate(k)
