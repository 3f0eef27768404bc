"""Areas populated piece by piece, and maps of frames that have no struct page."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from tests.engine.tables import leaves
from vmgui.engine.errno import E2BIG, EINVAL, ENOMEM, ERANGE
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import K, M
from vmgui.engine.mm.sparse import vm_area_map_pages, vm_area_unmap_pages
from vmgui.engine.mm.vm_struct import (
    VM_FLUSH_RESET_PERMS,
    VM_IOREMAP,
    VM_MAP,
    VM_NO_GUARD,
    VM_SPARSE,
    find_vm_area,
    free_vm_area,
    get_vm_area,
)
from vmgui.engine.mm.vmap_pfn import vmap_pfn
from vmgui.engine.program import alloc_pfn_array, alloc_single_pages

PAGE = 4 * K
DEVICE = 0x8000000000


@pytest.fixture
def k() -> Kernel:
    return booted()


def mapped(k: Kernel, area) -> list[int]:
    """Numbers of the pages of ``area`` that are mapped."""
    start = area.vm_addr
    return [leaf.va - start >> 12 for leaf in leaves(k, start, start + area.vm_size)]


def test_pages_come_and_go_piece_by_piece(k: Kernel) -> None:
    area, pages = get_vm_area(k, M, VM_SPARSE), alloc_single_pages(k, 4)
    start = area.vm_addr
    assert vm_area_map_pages(k, area, start + 8 * PAGE, start + 12 * PAGE, pages) == 0
    assert mapped(k, area) == [8, 9, 10, 11]
    vm_area_unmap_pages(k, area, start + 9 * PAGE, start + 11 * PAGE)
    assert mapped(k, area) == [8, 11]


def test_a_page_that_is_mapped_already_is_not_replaced(k: Kernel) -> None:
    area, pages = get_vm_area(k, M, VM_SPARSE), alloc_single_pages(k, 2)
    start = area.vm_addr
    vm_area_map_pages(k, area, start + PAGE, start + 2 * PAGE, pages)
    assert vm_area_map_pages(k, area, start, start + 2 * PAGE, pages) == -ENOMEM
    assert mapped(k, area) == [0, 1]


@pytest.mark.parametrize(
    ("flags", "place"),
    [
        (VM_SPARSE | VM_FLUSH_RESET_PERMS, "mm/vmalloc.c:726"),
        (VM_SPARSE | VM_NO_GUARD, "mm/vmalloc.c:728"),
        (VM_MAP, "mm/vmalloc.c:730"),
    ],
)
def test_an_area_of_another_kind_is_refused_and_warned_about_once(k: Kernel, flags: int, place: str) -> None:
    area, pages = get_vm_area(k, M, flags), alloc_single_pages(k, 1)
    start = area.vm_addr
    assert vm_area_map_pages(k, area, start, start + PAGE, pages) == -EINVAL
    vm_area_unmap_pages(k, area, start, start + PAGE)
    assert len([line for line in log_lines(k.mem, k) if place in line]) == 1


def test_a_range_outside_the_area_is_refused(k: Kernel) -> None:
    area, pages = get_vm_area(k, 4 * PAGE, VM_SPARSE), alloc_single_pages(k, 1)
    start = area.vm_addr
    assert vm_area_map_pages(k, area, start + 4 * PAGE, start + 5 * PAGE, pages) == -ERANGE
    assert vm_area_map_pages(k, area, start - PAGE, start, pages) == -ERANGE
    huge = start + (k.totalram_pages + 1) * PAGE
    assert vm_area_map_pages(k, area, start, huge, pages) == -E2BIG


def test_frames_of_a_device_are_mapped_special(k: Kernel) -> None:
    addr = vmap_pfn(k, alloc_pfn_array(k, DEVICE, 3, 2 * PAGE), 3, k.PAGE_KERNEL)
    assert [(leaf.pa, leaf.bits) for leaf in leaves(k, addr, addr + 3 * PAGE)] == [
        (DEVICE + i * 2 * PAGE, 0x8000000000000363) for i in range(3)
    ]
    assert find_vm_area(k, addr).flags == VM_IOREMAP


def test_a_frame_with_a_struct_page_is_refused_and_the_area_given_back(k: Kernel) -> None:
    lazy = k.vmap_lazy_nr
    assert vmap_pfn(k, alloc_pfn_array(k, 2 * M, 2, PAGE), 2, k.PAGE_KERNEL) == 0
    assert k.vmap_lazy_nr == lazy + 3
    assert any("mm/vmalloc.c:3551 vmap_pfn_apply" in line for line in log_lines(k.mem, k))


def test_no_frames_are_no_map(k: Kernel) -> None:
    assert vmap_pfn(k, 0, 0, k.PAGE_KERNEL) == 0


def test_a_pfn_map_is_freed_as_an_area(k: Kernel) -> None:
    addr = vmap_pfn(k, alloc_pfn_array(k, DEVICE, 2, PAGE), 2, k.PAGE_KERNEL)
    free_vm_area(k, find_vm_area(k, addr))
    assert leaves(k, addr, addr + 2 * PAGE) == []
