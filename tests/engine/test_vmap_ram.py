"""vm_map_ram: pieces of blocks, areas of their own, and what goes wrong."""

import pytest

from tests.engine.booted import booted, rebuilt
from vmgui.engine.check_blocks import validate_blocks
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.bitmap import bitmap_clear, bitmap_set, bitmap_weight, for_each_set_bitrange
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.xarray import xa_erase, xa_for_each, xa_init, xa_insert, xa_load, xarray
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.mm.vmap import vmap_page_range
from vmgui.engine.mm.vmap_block import VMAP_BBMAP_BITS, addr_to_vb, addr_to_vb_idx, addr_to_vb_xa
from vmgui.engine.mm.vmap_find import find_vmap_area
from vmgui.engine.mm.vmap_ram import vm_map_ram, vm_unmap_ram
from vmgui.engine.program import alloc_page_array
from vmgui.engine.words import WordArray

PAGE = 4096


@pytest.fixture
def k() -> Kernel:
    return booted(Machine(ram=64 * M))


@pytest.fixture
def pages(k: Kernel) -> int:
    return alloc_page_array(k, 128, 0)


@pytest.mark.parametrize(("nr_cpus", "bits"), [(8192, 256), (4096, 512), (512, 1024), (8, 1024), (5000, 256)])
def test_a_block_is_smaller_the_more_cpus_the_kernel_is_built_for(nr_cpus: int, bits: int):
    assert VMAP_BBMAP_BITS(booted(Machine(ram=16 * M, nr_cpus=nr_cpus))) == bits


def test_a_piece_is_rounded_up_but_only_its_pages_are_mapped(k: Kernel, pages: int):
    first, second = vm_map_ram(k, pages, 3, -1), vm_map_ram(k, pages, 1, -1)
    assert second == first + 4 * PAGE
    assert vmalloc_to_page(k, first + 2 * PAGE)
    assert not vmalloc_to_page(k, first + 3 * PAGE)


def test_what_has_come_back_is_not_handed_out_again(k: Kernel, pages: int):
    first = vm_map_ram(k, pages, 8, -1)
    vm_unmap_ram(k, first, 8)
    assert vm_map_ram(k, pages, 8, -1) == first + 8 * PAGE
    assert validate_blocks(k) == []


def test_more_than_64_pages_have_an_area_without_guard_page(k: Kernel, pages: int):
    addr = vm_map_ram(k, pages, 65, -1)
    va = find_vmap_area(k, addr)
    assert va is not None
    assert (va.va_end - va.va_start, va.flags & 3, va.vm) == (65 * PAGE, 1, None)


def test_each_cpu_has_blocks_of_its_own(k: Kernel, pages: int):
    first = vm_map_ram(k, pages, 1, -1)
    k.current_cpu = 1
    second = vm_map_ram(k, pages, 1, -1)
    assert addr_to_vb_idx(k, first) != addr_to_vb_idx(k, second)
    assert [addr_to_vb(k, addr).cpu for addr in (first, second)] == [0, 1]


def test_a_piece_over_something_mapped_fails_and_is_dirty(k: Kernel, pages: int):
    first = vm_map_ram(k, pages, 8, -1)
    assert not vmap_page_range(k, first + 8 * PAGE, first + 9 * PAGE, 0x8000000000, k.PAGE_KERNEL)
    assert vm_map_ram(k, pages, 4, -1) == 0
    block = addr_to_vb(k, first)
    assert (block.free, block.dirty) == (VMAP_BBMAP_BITS(k) - 12, 4)


def test_nothing_to_map_is_warned_about(k: Kernel, pages: int):
    assert vm_map_ram(k, pages, 0, -1) == 0
    assert any("mm/vmalloc.c:2827" in line for line in log_lines(k.mem, k))


def test_an_unknown_large_range_is_warned_about_once(k: Kernel):
    for _ in range(2):
        vm_unmap_ram(k, k.VMALLOC_START, 65)
    assert sum("mm/vmalloc.c:3016" in line for line in log_lines(k.mem, k)) == 1


def test_a_piece_of_no_block_stops_the_kernel(k: Kernel):
    with pytest.raises(KernelBug, match="NULL pointer"):
        vm_unmap_ram(k, k.VMALLOC_START, 1)


@pytest.mark.parametrize(("addr", "line"), [(0, 3002), (PAGE, 3003), ((1 << 64) - PAGE, 3004)])
def test_an_address_outside_the_range_stops_the_kernel(k: Kernel, addr: int, line: int):
    with pytest.raises(KernelBug, match=str(line)):
        vm_unmap_ram(k, addr, 1)


def test_giving_a_piece_back_too_often_stops_the_kernel(k: Kernel, pages: int):
    addr = vm_map_ram(k, pages, 64, -1)
    for _ in range(3):
        vm_unmap_ram(k, addr, 64)
    with pytest.raises(KernelBug, match="2909"):
        vm_unmap_ram(k, addr, 64)


def test_bits_are_set_and_cleared_across_words(k: Kernel):
    map = WordArray(k.mem, kzalloc(k, 32, GFP_KERNEL))
    bitmap_set(map, 60, 70)
    bitmap_clear(map, 64, 1)
    assert list(for_each_set_bitrange(map, 256)) == [(60, 64), (65, 130)]
    assert bitmap_weight(map, 256) == 69


def test_an_array_grows_for_a_large_index_and_shrinks_again(k: Kernel):
    xa = xarray(k.mem, kzalloc(k, xarray.size, GFP_KERNEL))
    xa_init(xa)
    numbers = [0, 5, 63, 64, 4095, 1 << 40]
    assert [xa_insert(k, xa, i, i + 8, GFP_KERNEL) for i in numbers] == [0] * 6
    assert xa_insert(k, xa, 5, 1, GFP_KERNEL) == -16
    assert list(xa_for_each(xa)) == [(i, i + 8) for i in numbers]
    assert [xa_load(xa, i) for i in (5, 6, 1 << 50)] == [13, 0, 0]
    assert [xa_erase(k, xa, i) for i in reversed(numbers)] == [i + 8 for i in reversed(numbers)]
    assert (xa.xa_head, xa_erase(k, xa, 5)) == (None, 0)


def test_a_block_whose_place_in_the_array_is_taken_is_given_up(k: Kernel, pages: int):
    addr = vm_map_ram(rebuilt(k), pages, 1, -1)
    xa, index = addr_to_vb_xa(k, addr), addr_to_vb_idx(k, addr)
    assert xa_insert(k, xa, index, 8, 0) == 0
    assert vm_map_ram(k, pages, 1, -1) == 0
    assert xa_erase(k, xa, index) == 8
    assert vm_map_ram(k, pages, 1, -1) == addr
