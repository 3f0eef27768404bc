"""The checks of a kernel's state: silent on a sound one, and each kind of damage is named."""

from operator import attrgetter

import pytest

from tests.engine.booted import booted, rebuilt
from vmgui.engine.check import busy_areas, lazy_areas, listed, pool_areas, validate
from vmgui.engine.check_frames import free_blocks
from vmgui.engine.check_walk import Leaf, leaves, owned_by_areas, tables
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.lib.list import list_del
from vmgui.engine.lib.workqueue import run_pending_work, schedule_work
from vmgui.engine.machine import M
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.mmzone import ZONE_DMA, area_of, piece_of, zone_at
from vmgui.engine.mm.page import page_to_pfn, pfn_to_page, set_page_count
from vmgui.engine.mm.page_alloc import (
    __free_one_page,
    add_to_free_list,
    alloc_pages,
    set_buddy_order,
)
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.tlb import tlb_fill
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import VM_UNINITIALIZED, find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_huge
from vmgui.engine.structs import node_pool

PAGE = 4096


@pytest.fixture
def k():
    """A kernel with areas of every kind: small, huge, of a device, lazy, in a pool."""
    k = booted()
    vfree(k, vmalloc(k, PAGE))
    vmalloc(k, 3 * PAGE)
    schedule_work(k, k.drain_vmap_work)
    run_pending_work(k)
    vmalloc_huge(k, 4 * M, GFP_KERNEL)
    ioremap(k, 0x8000000000, 4 * M)
    vfree(k, vmalloc(k, 2 * PAGE))
    return k


def test_a_kernel_in_use_is_sound(k):
    assert validate(k) == []
    assert busy_areas(k)
    assert lazy_areas(k)
    assert pool_areas(k)


def test_a_copy_of_the_words_is_checked_alike(k):
    copy = rebuilt(k)
    k.vmap_lazy_nr = 0
    assert validate(copy) == []
    assert validate(k)


def small_leaf(k):
    """The first leaf of 4 KiB, and the address of its entry."""
    leaf = next(leaf for leaf in leaves(k) if leaf.end - leaf.va == PAGE)
    table = next(t for t in tables(k) if t.level == "pte" and t.va <= leaf.va < t.va + 2 * M)
    return leaf, table.address + (leaf.va >> 12 & 511) * 8


def second_free(k):
    return list(listed(k.free_vmap_area_list))[1]


def map_elsewhere(k):
    _, entry = small_leaf(k)
    k.mem.store(entry, k.mem.load(entry) + PAGE)


def map_a_guard_page(k):
    leaf, entry = small_leaf(k)
    guard = (find_vm_area(k, leaf.va).vm_size - PAGE) // PAGE
    k.mem.store(entry + 8 * guard, k.mem.load(entry))


def hang_a_table_twice(k):
    pud = next(table for table in tables(k) if table.level == "pud")
    k.mem.store(pud.address + 8 * 500, k.mem.load(pud.address))


def misalign_a_huge_leaf(k):
    leaf = next(leaf for leaf in leaves(k) if isinstance(leaf, Leaf) and leaf.end - leaf.va == 2 * M)
    pmd = next(t for t in tables(k) if t.level == "pmd" and t.va <= leaf.va)
    entry = pmd.address + (leaf.va >> 21 & 511) * 8
    k.mem.store(entry, k.mem.load(entry) | PAGE << 1)


def swap_two_pages(k):
    vm = next(vm for vm, _ in owned_by_areas(k) if vm.nr_pages == 3)
    first, second = (kernel_bytes(k, vm.pages + 8 * i) for i in (0, 1))
    one, two = k.mem.load(first), k.mem.load(second)
    k.mem.store(first, two)
    k.mem.store(second, one)


def give_a_page_to_two_areas(k):
    page = next(page for vm, page in owned_by_areas(k) if vm.page_order == 9)
    small = next(vm for vm, _ in owned_by_areas(k) if vm.page_order == 0)
    k.mem.store(kernel_bytes(k, small.pages), page.addr)


def free_a_table(k):
    frame = next(tables(k)).address >> 12
    set_page_count(pfn_to_page(k, frame), 0)


def take_a_table_for_free(k):
    frame = max(table.address for table in tables(k)) >> 12
    set_page_count(pfn_to_page(k, frame), 0)
    __free_one_page(k, pfn_to_page(k, frame), frame, 0)


def remember_what_is_gone(k):
    tlb_fill(k, 0, k.VMALLOC_START + (1 << 40), 0x1063, 12)


def unlink_free_list(k):
    list_del(second_free(k).list)


def shift(area, by):
    area.va_start += by
    area.va_end += by


DAMAGE = {
    "points at a wrong parent": lambda k: setattr(second_free(k).rb_node, "rb_parent_color", 8 | 1),
    "red root": lambda k: setattr(k.free_vmap_area_root.rb_node, "rb_parent_color", 0),
    "is not the tree": unlink_free_list,
    "subtree_max_size": lambda k: setattr(second_free(k), "subtree_max_size", 5),
    "touches": lambda k: setattr(second_free(k), "va_start", next(listed(k.free_vmap_area_list)).va_end),
    "empty or outside": lambda k: setattr(next(listed(k.free_vmap_area_list)), "va_start", 0),
    "belongs to another": lambda k: shift(busy_areas(k)[0], 16 * PAGE),
    "overlaps": lambda k: setattr(busy_areas(k)[0], "va_end", busy_areas(k)[1].va_start + PAGE),
    "is in no list": lambda k: setattr(lazy_areas(k)[0], "va_start", lazy_areas(k)[0].va_start + PAGE),
    "the list has": lambda k: setattr(node_pool(k.vmap_nodes[0], 1), "len", 7),
    "has another size": lambda k: setattr(pool_areas(k)[0], "va_end", pool_areas(k)[0].va_end + PAGE),
    "came from another node": lambda k: setattr(pool_areas(k)[0], "flags", 9 << 8),
    "the lazy areas have": lambda k: setattr(k, "vmap_lazy_nr", 99),
    "nr_vmalloc_pages is": lambda k: setattr(k, "nr_vmalloc_pages", 99),
    "its owner says": lambda k: setattr(busy_areas(k)[0].vm, "vm_size", PAGE * 3),
    "must have an owner": lambda k: setattr(busy_areas(k)[0], "vm", None),
    "not of vm_map_ram": lambda k: setattr(busy_areas(k)[0], "flags", 2),
    "more than fit": lambda k: setattr(busy_areas(k)[0].vm, "requested_size", 4 * PAGE),
    "never finished": lambda k: setattr(busy_areas(k)[0].vm, "flags", 2 | VM_UNINITIALIZED),
    "hangs on 2 entries": hang_a_table_twice,
    "not aligned to its size": misalign_a_huge_leaf,
    "is not inside one busy area": map_a_guard_page,
    "is not what is mapped": map_elsewhere,
    "is NULL": lambda k: k.mem.store(kernel_bytes(k, next(owned_by_areas(k))[0].pages), 0),
    "breaks its block": lambda k: setattr(busy_areas(k)[0].vm, "page_order", 1),
    "remembers a mapping": remember_what_is_gone,
    "but not marked so": lambda k: setattr(pfn_to_page(k, next(free_blocks(k))[0]), "flags", 0),
    "nr_free says": lambda k: setattr(area_of(zone_at(k, ZONE_DMA), 3), "nr_free", 77),
    "nr_free_pages says": lambda k: setattr(k, "nr_free_pages", 77),
    "and to": give_a_page_to_two_areas,
    "has no reference": free_a_table,
    " is free": take_a_table_for_free,
}


@pytest.mark.parametrize("broken", DAMAGE)
def test_damage_is_named(k, broken):
    DAMAGE[broken](k)
    found = validate(k)
    assert any(broken in line for line in found), found


def test_swapped_pages_are_found(k):
    swap_two_pages(k)
    assert len([line for line in validate(k) if "is not what is mapped" in line]) == 2


def test_what_a_program_can_break_by_wrong_calls_is_only_checked_on_request(k):
    map_a_guard_page(k)
    assert validate(k, well_behaved=False) == []


def free_wrongly(k, pfn, order):
    add_to_free_list(zone_at(k, piece_of(k, pfn).number), pfn_to_page(k, pfn), order)
    set_buddy_order(pfn_to_page(k, pfn), order)


@pytest.mark.parametrize(
    ("offset", "broken"), [(8, "begins inside another"), (1, "cannot begin a block of order 3")]
)
def test_a_wrong_free_block_is_found(k, offset, broken):
    pfn = max(pfn for pfn, order in free_blocks(k) if order == 10)
    free_wrongly(k, pfn + offset, 3)
    assert any(broken in line for line in validate(k))


def test_two_free_halves_of_one_block_are_found(k):
    block = alloc_pages(k, GFP_KERNEL, 10)
    pfn = page_to_pfn(k, block)
    free_wrongly(k, pfn, 9)
    free_wrongly(k, pfn + 512, 9)
    assert f"frame {pfn:#x} and its buddy of order 9 are both free: they should be one" in validate(k)


def test_a_list_that_leads_in_circles_ends_the_check_with_a_message(k):
    area = second_free(k)
    area.list.next = area.list
    block = pfn_to_page(k, next(free_blocks(k))[0])
    block.lru.next = block.lru
    found = "\n".join(validate(k))
    assert "is not the tree" in found
    assert "nr_free says" in found


def test_paths_with_different_numbers_of_black_nodes_are_found(k):
    node = next(node for node in map(attrgetter("rb_node"), listed_areas(k)) if is_red_leaf(node))
    node.rb_parent_color |= 1
    assert any("black nodes left of" in line for line in validate(k))


def listed_areas(k):
    return list(listed(k.free_vmap_area_list))


def is_red_leaf(node):
    return not node.rb_parent_color & 1 and node.rb_left is None and node.rb_right is None


def test_a_leaf_of_a_size_that_the_processor_does_not_have_is_found():
    k = booted(pse=False)
    vmalloc(k, PAGE)
    assert validate(k) == []
    pmd = next(table for table in tables(k) if table.level == "pmd")
    k.mem.store(pmd.address + 8 * 500, 0x80000001E3)
    assert any("has 0x200000 bytes: no leaf is so large" in line for line in validate(k))
