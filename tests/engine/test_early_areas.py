"""Areas of the time before the allocator is ready: a list by address, and the lowest room that fits."""

import pytest

from tests.engine.booted import booted
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vmlist import vm_area_add_early, vm_area_register_early
from vmgui.engine.structs import vm_struct

PAGE = 4096


@pytest.fixture
def k() -> Kernel:
    k = booted()
    k.vmlist, k.vmap_initialized = None, 0
    return k


def early(k: Kernel, pages: int, start: int = 0) -> vm_struct:
    vm = vm_struct(k.mem, kzalloc(k, vm_struct.size, GFP_KERNEL))
    vm.vm_addr, vm.vm_size = start, pages * PAGE
    return vm


def starts(k: Kernel) -> list[int]:
    vm, found = k.vmlist, []
    while vm is not None:
        found.append((vm.vm_addr - k.VMALLOC_START) // PAGE)
        vm = vm.next
    return found


def test_areas_with_addresses_are_kept_by_address(k: Kernel):
    for page in (8, 0, 4):
        vm_area_add_early(k, early(k, 2, k.VMALLOC_START + page * PAGE))
    assert starts(k) == [0, 4, 8]


def test_an_area_without_address_gets_the_lowest_room_that_fits(k: Kernel):
    for page in (0, 4, 9):
        vm_area_add_early(k, early(k, 2, k.VMALLOC_START + page * PAGE))
    wanted = [early(k, pages) for pages in (2, 3, 3)]
    for vm in wanted:
        vm_area_register_early(k, vm, PAGE)
    assert [(vm.vm_addr - k.VMALLOC_START) // PAGE for vm in wanted] == [2, 6, 11]
    assert starts(k) == [0, 2, 4, 6, 9, 11]


@pytest.mark.parametrize("page", [0, 1, 3])
def test_areas_may_not_overlap(k: Kernel, page: int):
    vm_area_add_early(k, early(k, 3, k.VMALLOC_START + PAGE))
    with pytest.raises(KernelBug):
        vm_area_add_early(k, early(k, 2, k.VMALLOC_START + page * PAGE))


@pytest.mark.parametrize("add", [vm_area_add_early, lambda k, vm: vm_area_register_early(k, vm, PAGE)])
def test_once_the_allocator_is_ready_it_is_too_late(k: Kernel, add):
    k.vmap_initialized = 1
    with pytest.raises(KernelBug):
        add(k, early(k, 2, k.VMALLOC_START))
