"""Reading the vmalloc range from outside: what is memory, what is a hole, and where a reader ends."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, calls, rebuilt, recorded
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.xarray import xa_erase
from vmgui.engine.machine import M
from vmgui.engine.mm.access import Reason, last_access
from vmgui.engine.mm.iov_iter import iov_iter
from vmgui.engine.mm.string import memcpy, memset
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import (
    NUMA_NO_NODE,
    VM_ALLOW_HUGE_VMAP,
    VM_IOREMAP,
    VM_NO_GUARD,
    VM_UNINITIALIZED,
    find_vm_area,
    get_vm_area,
)
from vmgui.engine.mm.vmalloc import __vmalloc_node_range, vmalloc
from vmgui.engine.mm.vmap import ioremap_page_range, vmap_page_range
from vmgui.engine.mm.vmap_area import alloc_vmap_area
from vmgui.engine.mm.vmap_block import addr_to_vb_idx, addr_to_vb_xa
from vmgui.engine.mm.vmap_ram import vm_map_ram, vm_unmap_ram
from vmgui.engine.mm.vread import vread_iter
from vmgui.engine.mm.vunmap import vunmap_range
from vmgui.engine.program import alloc_single_pages

PAGE = 4096
LAST_PAGE = (1 << 64) - PAGE


@pytest.fixture
def k() -> Kernel:
    return booted()


def read(k: Kernel, addr: int, count: int, room: int | None = None) -> tuple[int, list[tuple[int, int]]]:
    """What vread_iter returns, and the bytes in a buffer that was full of 0xee."""
    iter = iov_iter(count if room is None else room, 0xEE)
    return vread_iter(k, iter, addr, count), iter.runs()


def filled(k: Kernel, size: int, byte: int) -> int:
    addr = vmalloc(k, size)
    memset(k, addr, byte, size)
    return addr


# --- setting and copying ------------------------------------------------------------------------------


def test_set_bytes_may_begin_and_end_anywhere(k: Kernel) -> None:
    a = vmalloc(k, 3 * PAGE)
    assert memset(k, a + 4093, 0xA1, 4100) == a + 4093
    assert read(k, a, 3 * PAGE)[1] == [(0, 4093), (0xA1, 4100), (0, 4095)]


def test_words_that_hold_the_byte_already_are_not_stored_again() -> None:
    k = recorded(booted())
    a = filled(k, PAGE, 0x11)
    calls(k, "memset")
    memset(k, a, 0x11, 100)
    assert 0x1111111111111111 not in k.mem.rows.new
    memset(k, a, 0x12, 100)
    assert list(k.mem.rows.new).count(0x1212121212121212) == 12


def test_setting_bytes_over_a_guard_page_stops_the_kernel(k: Kernel) -> None:
    a = vmalloc(k, 2 * PAGE)
    with pytest.raises(KernelBug, match="page fault"):
        memset(k, a + 100, 0x11, 3 * PAGE)
    assert k.dead
    assert last_access(k).reason == Reason.GUARD_PAGE
    line = f"BUG: unable to handle page fault for address: {a + 2 * PAGE:016x}"
    assert line in log_lines(k.mem, k)
    assert read(k, a, 2 * PAGE)[1] == [(0, 100), (0x11, 2 * PAGE - 100)]


def test_copies_cross_pages_on_both_sides(k: Kernel) -> None:
    a, b = filled(k, 2 * PAGE, 0x21), vmalloc(k, 3 * PAGE)
    memset(k, a + PAGE, 0x22, PAGE)
    memcpy(k, b + 10, a + 1, 2 * PAGE - 1)
    assert read(k, b, 3 * PAGE)[1] == [(0, 10), (0x21, PAGE - 1), (0x22, PAGE), (0, PAGE - 9)]


# --- reading ------------------------------------------------------------------------------------------


def test_guard_pages_and_the_holes_between_areas_read_as_zeros(k: Kernel) -> None:
    a, b, c = filled(k, PAGE, 0x11), filled(k, PAGE, 0x22), filled(k, PAGE, 0x33)
    vfree(k, b)
    n = c + PAGE - a
    assert read(k, a, n) == (n, [(0x11, PAGE), (0, n - 2 * PAGE), (0x33, PAGE)])


def test_a_range_below_all_areas_or_above_them_is_full_of_zeros(k: Kernel) -> None:
    assert read(k, 0, PAGE) == (PAGE, [(0, PAGE)])
    assert read(k, k.VMALLOC_END - PAGE, PAGE) == (PAGE, [(0, PAGE)])


def test_a_range_that_wraps_ends_with_the_last_address(k: Kernel) -> None:
    assert read(k, LAST_PAGE, 2 * PAGE) == (PAGE, [(0, PAGE), (0xEE, PAGE)])


def test_reading_ends_when_the_reader_has_no_room_left(k: Kernel) -> None:
    a = filled(k, 2 * PAGE, 0x11)
    filled(k, PAGE, 0x22)
    assert read(k, a, 5 * PAGE, room=100) == (100, [(0x11, 100)])
    assert read(k, a - 3 * PAGE, 5 * PAGE, room=PAGE) == (PAGE, [(0, PAGE)])


def test_device_areas_are_not_touched(k: Kernel) -> None:
    vm = get_vm_area(k, PAGE, VM_IOREMAP)
    assert vm is not None
    ioremap_page_range(k, vm.vm_addr, vm.vm_addr + PAGE, 1 << 39, k.PAGE_KERNEL_IO)
    assert read(k, vm.vm_addr, PAGE) == (PAGE, [(0, PAGE)])


def test_an_area_that_is_still_being_made_reads_as_a_hole(k: Kernel) -> None:
    a = filled(k, PAGE, 0x11)
    vm = find_vm_area(k, a)
    assert vm is not None
    vm.flags = vm.flags | VM_UNINITIALIZED
    assert read(k, a, PAGE)[1] == [(0, PAGE)]


def test_a_page_taken_out_of_an_area_reads_as_zeros(k: Kernel) -> None:
    a = filled(k, 3 * PAGE, 0x11)
    vunmap_range(k, a + PAGE, a + 2 * PAGE)
    assert read(k, a, 3 * PAGE)[1] == [(0x11, PAGE), (0, PAGE), (0x11, PAGE)]


def test_huge_leaves_are_read_page_by_page(k: Kernel) -> None:
    a = __vmalloc_node_range(
        k, 2 * M, 1, k.VMALLOC_START, k.VMALLOC_END, GFP_KERNEL, k.PAGE_KERNEL,
        VM_ALLOW_HUGE_VMAP | VM_NO_GUARD, NUMA_NO_NODE, Symbol.PROGRAM,
    )  # fmt: skip
    memset(k, a + M - 5, 0x77, 10)
    assert read(k, a + M - PAGE, 2 * PAGE)[1] == [(0, PAGE - 5), (0x77, 10), (0, PAGE - 5)]


def test_a_device_behind_an_ordinary_area_stops_the_kernel(k: Kernel) -> None:
    vm = get_vm_area(k, PAGE, 0)
    assert vm is not None
    vmap_page_range(k, vm.vm_addr, vm.vm_addr + PAGE, 1 << 39, k.PAGE_KERNEL)
    with pytest.raises(KernelBug, match=f"{k.PAGE_OFFSET + (1 << 39):016x}"):
        read(k, vm.vm_addr, PAGE)


# --- vm_map_ram ---------------------------------------------------------------------------------------


def mapped(k: Kernel, count: int, byte: int) -> int:
    addr = vm_map_ram(k, alloc_single_pages(k, count), count, NUMA_NO_NODE)
    memset(k, addr, byte, count * PAGE)
    return addr


def test_in_a_block_only_what_is_handed_out_is_read(k: Kernel) -> None:
    a, b, c = mapped(k, 4, 0x11), mapped(k, 2, 0x22), mapped(k, 1, 0x33)
    vm_unmap_ram(k, b, 2)
    assert (b - a, c - b) == (4 * PAGE, 2 * PAGE)
    assert read(k, a, 8 * PAGE)[1] == [(0x11, 4 * PAGE), (0, 2 * PAGE), (0x33, PAGE), (0, PAGE)]


def test_a_block_with_nothing_handed_out_reads_as_zeros(k: Kernel) -> None:
    a = mapped(k, 4, 0x11)
    vm_unmap_ram(k, a, 4)
    assert read(k, a, 4 * PAGE) == (4 * PAGE, [(0, 4 * PAGE)])


def test_who_begins_inside_a_piece_gets_its_first_page_as_from_the_real_kernel(k: Kernel) -> None:
    a = mapped(k, 3, 0x11)
    memset(k, a + PAGE, 0x12, PAGE)
    assert read(k, a + PAGE, PAGE)[1] == [(0x11, PAGE)]


def test_large_mappings_are_areas_of_their_own_without_a_guard_page(k: Kernel) -> None:
    a = mapped(k, 65, 0x44)
    assert read(k, a, 66 * PAGE)[1] == [(0x44, 65 * PAGE), (0, PAGE)]


def test_reading_asks_nothing_but_words(k: Kernel) -> None:
    a = filled(k, 2 * PAGE, 0x11)
    b = mapped(k, 3, 0x22)
    again = rebuilt(k)
    for addr in (a, b):
        assert read(again, addr, 5 * PAGE) == read(k, addr, 5 * PAGE)


def test_reading_changes_no_word() -> None:
    k = recorded(booted())
    a = filled(k, 2 * PAGE, 0x11)
    calls(k, "vread_iter")
    read(k, a, 4 * PAGE)
    assert not any(k.mem.rows.word)


@pytest.mark.parametrize("room", [0, 1, 100, PAGE, PAGE + 8, 2 * PAGE, 3 * PAGE])
def test_a_reader_without_room_ends_wherever_it_is_full(k: Kernel, room: int) -> None:
    pages = alloc_single_pages(k, 2)
    block = vm_map_ram(k, pages, 2, NUMA_NO_NODE)
    area = vmalloc(k, PAGE)
    for start in (block - PAGE, block, block + PAGE, area - PAGE, area, area + PAGE):
        got, runs = read(k, start, 4 * PAGE, room)
        assert got == sum(length for _, length in runs) == room


def test_a_block_that_nobody_finds_any_more_reads_as_zeros(k: Kernel) -> None:
    pages = alloc_single_pages(k, 1)
    block = vm_map_ram(k, pages, 1, NUMA_NO_NODE)
    xa_erase(k, addr_to_vb_xa(k, block), addr_to_vb_idx(k, block))
    assert read(k, block, PAGE) == (PAGE, [(0, PAGE)])


def block_with_a_hole(k: Kernel) -> tuple[int, int]:
    """The first and the last of three pages of a block, of which the one between has come back."""
    pages = alloc_single_pages(k, 1)
    first, second, third = (vm_map_ram(k, pages, 1, NUMA_NO_NODE) for _ in range(3))
    memset(k, first, 0x11, PAGE)
    vm_unmap_ram(k, second, 1)
    return first, third


def test_a_reader_who_has_all_of_the_first_piece_of_a_block_is_not_led_to_the_next(k: Kernel) -> None:
    first, third = block_with_a_hole(k)
    assert third == first + 2 * PAGE
    assert read(k, first, PAGE) == (PAGE, [(0x11, PAGE)])


def test_a_reader_without_room_for_the_hole_in_a_block_gets_zeros_and_nothing_behind_it(k: Kernel) -> None:
    first, _ = block_with_a_hole(k)
    vm_unmap_ram(k, first, 1)
    assert read(k, first, 3 * PAGE, room=16) == (16, [(0, 16)])


def test_an_area_without_an_owner_is_passed_over(k: Kernel) -> None:
    bare = alloc_vmap_area(k, PAGE, PAGE, k.VMALLOC_START, k.VMALLOC_END, NUMA_NO_NODE, GFP_KERNEL, 0, None)
    assert not isinstance(bare, int)
    addr = vmalloc(k, PAGE)
    memset(k, addr, 0x22, PAGE)
    assert addr == bare.va_end
    assert read(k, bare.va_start, 2 * PAGE) == (2 * PAGE, [(0, PAGE), (0x22, PAGE)])
