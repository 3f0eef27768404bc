"""Showing vmalloc memory to a program: what is refused, in which order, and what a user holds on to."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, rebuilt
from vmgui.engine.arch.entries import pte_pfn
from vmgui.engine.errno import EBUSY, EFAULT, EINVAL, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.machine import G
from vmgui.engine.mm.page import page_count, page_to_pfn, page_to_phys, pfn_to_page, virt_to_page
from vmgui.engine.mm.page_alloc import __free_pages, alloc_pages
from vmgui.engine.mm.pgtable import ptep_get
from vmgui.engine.mm.remap import remap_vmalloc_range, remap_vmalloc_range_partial
from vmgui.engine.mm.user import (
    VM_DONTDUMP,
    VM_DONTEXPAND,
    VM_MIXEDMAP,
    get_locked_pte,
    mm_struct,
    mmap,
    vm_area_struct,
)
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import VM_USERMAP, get_vm_area
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_user
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.mm.vmap import vmap_page_range
from vmgui.engine.mm.vunmap import vunmap_range

PAGE = 4096


@pytest.fixture
def k() -> Kernel:
    return booted()


def area(k: Kernel, pages: int) -> vm_area_struct:
    vma = mmap(k, pages * PAGE)
    assert vma is not None
    return vma


def user_frame(k: Kernel, vma: vm_area_struct, index: int) -> int:
    return pte_pfn(k, ptep_get(k, get_locked_pte(k, vma, vma.vm_start + index * PAGE)))


def test_the_user_sees_the_very_pages_of_the_area(k: Kernel) -> None:
    a, vma = vmalloc_user(k, 3 * PAGE), area(k, 3)
    assert remap_vmalloc_range(k, vma, a, 0) == 0
    pages = [vmalloc_to_page(k, a + i * PAGE) for i in range(3)]
    assert [user_frame(k, vma, i) for i in range(3)] == [page_to_pfn(k, page) for page in pages if page]
    assert vma.vm_flags & (VM_DONTEXPAND | VM_DONTDUMP | VM_MIXEDMAP) == 0x14040000


def test_an_offset_chooses_the_first_page(k: Kernel) -> None:
    a, vma = vmalloc_user(k, 3 * PAGE), area(k, 1)
    assert remap_vmalloc_range(k, vma, a, 2) == 0
    page = vmalloc_to_page(k, a + 2 * PAGE)
    assert page is not None
    assert user_frame(k, vma, 0) == page_to_pfn(k, page)


@pytest.mark.parametrize(
    ("at", "kaddr", "pgoff", "size"),
    [
        (0, 0, 1 << 52, PAGE),  # the offset does not fit into an address
        (1, 0, 0, PAGE),  # inside a page of the user's
        (0, 1, 0, PAGE),  # inside a page of the kernel's
        (0, 1 << 30, 0, PAGE),  # no area there
        (0, 0, 0, 4 * PAGE),  # the guard page is not part of it
        (0, 0, 1, 3 * PAGE),
        (0, 0, 1, (1 << 64) - PAGE),  # offset and size together wrap
    ],
)
def test_a_range_that_is_not_in_the_area_is_refused(
    k: Kernel, at: int, kaddr: int, pgoff: int, size: int
) -> None:
    a, vma = vmalloc_user(k, 3 * PAGE), area(k, 8)
    assert remap_vmalloc_range_partial(k, vma, vma.vm_start + at, a + kaddr, pgoff, size) == -EINVAL
    assert mm_struct(k.mem, k.mm).file_pages == 0


def test_memory_that_was_not_made_for_users_is_refused(k: Kernel) -> None:
    assert remap_vmalloc_range(k, area(k, 1), vmalloc(k, PAGE), 0) == -EINVAL


def test_pages_that_did_not_fit_into_the_user_area_leave_the_first_ones_mapped(k: Kernel) -> None:
    a, vma = vmalloc_user(k, 3 * PAGE), area(k, 3)
    assert remap_vmalloc_range_partial(k, vma, vma.vm_start + PAGE, a, 0, 3 * PAGE) == -EFAULT
    assert mm_struct(k.mem, k.mm).file_pages == 2
    assert not vma.vm_flags & VM_DONTEXPAND


def test_what_is_mapped_already_is_not_replaced(k: Kernel) -> None:
    a, vma = vmalloc_user(k, PAGE), area(k, 1)
    assert remap_vmalloc_range(k, vma, a, 0) == 0
    assert remap_vmalloc_range(k, vma, a, 0) == -EBUSY


def test_without_memory_for_tables_nothing_is_mapped(k: Kernel) -> None:
    a, vma = vmalloc_user(k, PAGE), area(k, 1)
    for order in reversed(range(11)):
        while alloc_pages(k, GFP_KERNEL, order) is not None:
            pass
    assert remap_vmalloc_range(k, vma, a, 0) == -ENOMEM
    assert mm_struct(k.mem, k.mm).file_pages == 0


def test_a_page_that_is_not_there_stops_the_kernel(k: Kernel) -> None:
    a, vma = vmalloc_user(k, PAGE), area(k, 1)
    vunmap_range(k, a, a + PAGE)
    with pytest.raises(KernelBug, match="0000000000000008"):
        remap_vmalloc_range(k, vma, a, 0)


@pytest.mark.parametrize("held", ["free", "a table"])
def test_a_page_that_nobody_holds_and_a_page_table_are_refused(k: Kernel, held: str) -> None:
    block, vm = alloc_pages(k, GFP_KERNEL, 0), get_vm_area(k, PAGE, VM_USERMAP)
    assert block is not None
    assert vm is not None
    __free_pages(k, block, 0)
    frame = virt_to_page(k, k.init_mm_pgd) if held == "a table" else block
    assert vmap_page_range(k, vm.vm_addr, vm.vm_addr + PAGE, page_to_phys(k, frame), k.PAGE_KERNEL) == 0
    assert remap_vmalloc_range(k, area(k, 1), vm.vm_addr, 0) == -EINVAL
    assert mm_struct(k.mem, k.mm).file_pages == 0


def test_a_device_has_no_struct_page_to_hold_and_stops_the_kernel(k: Kernel) -> None:
    vm, device = get_vm_area(k, PAGE, VM_USERMAP), 512 * G
    assert vm is not None
    assert vmap_page_range(k, vm.vm_addr, vm.vm_addr + PAGE, device, k.PAGE_KERNEL) == 0
    where = k.VMEMMAP_START + pfn_to_page(k, device >> 12).addr - k.vmemmap + 8
    with pytest.raises(KernelBug, match=f"{where:016x}"):
        remap_vmalloc_range(k, area(k, 1), vm.vm_addr, 0)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_without_one_of_the_users_tables_nothing_is_mapped(k: Kernel, nth: int) -> None:
    a, vma = vmalloc_user(k, PAGE), area(k, 1)
    setup_fault_attr(k, Fault.TABLE, nth, 1, 1)
    assert remap_vmalloc_range(k, vma, a, 0) == -ENOMEM
    assert mm_struct(k.mem, k.mm).file_pages == 0
    assert remap_vmalloc_range(k, vma, a, 0) == 0


def test_a_process_without_a_top_table_has_no_area_and_gets_one_later(k: Kernel) -> None:
    setup_fault_attr(k, Fault.TABLE, 1, 1, 1)
    assert mmap(k, PAGE) is None
    assert k.mm == 0
    assert mmap(k, PAGE)


def test_an_area_of_more_than_all_user_addresses_is_none(k: Kernel) -> None:
    first = area(k, 1)
    assert mmap(k, 1 << 47) is None
    second = area(k, 1)
    assert second.vm_end == first.vm_start - PAGE
    assert second.vm_next == first


def test_what_a_user_holds_outlives_the_area(k: Kernel) -> None:
    a, vma = vmalloc_user(k, PAGE), area(k, 1)
    page = vmalloc_to_page(k, a)
    assert page is not None
    remap_vmalloc_range(k, vma, a, 0)
    assert page_count(page) == 2
    free = k.nr_free_pages
    vfree(k, a)
    assert (page_count(page), k.nr_free_pages) == (1, free)
    assert user_frame(k, vma, 0) == page_to_pfn(k, page)


def test_user_tables_share_the_kernels_entries(k: Kernel) -> None:
    area(k, 1)
    pgd = mm_struct(k.mem, k.mm).pgd
    half = k.PTRS_PER_PGD // 2 * 8
    assert [k.mem.load(pgd + i) for i in range(half, 2 * half, 8)] == [
        k.mem.load(k.init_mm_pgd + i) for i in range(half, 2 * half, 8)
    ]


def test_a_kernel_rebuilt_from_words_knows_the_user(k: Kernel) -> None:
    a, vma = vmalloc_user(k, 2 * PAGE), area(k, 2)
    remap_vmalloc_range(k, vma, a, 0)
    again = rebuilt(k)
    second, first = mmap(again, PAGE), mmap(k, PAGE)
    assert first is not None
    assert second is not None
    assert (second.vm_start, second.vm_next) == (first.vm_start, vma)
