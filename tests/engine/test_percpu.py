"""Per-CPU memory: chunks from the top of the range, pages where something is taken."""

import pytest

from tests.engine.booted import booted
from vmgui.engine.check import validate
from vmgui.engine.errno import ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.pcpu_vm_areas import (
    pcpu_free_vm_areas,
    pcpu_get_vm_areas,
    pvm_determine_end_from_reverse,
    pvm_find_va_enclose_addr,
)
from vmgui.engine.mm.percpu import __alloc_percpu as alloc_percpu
from vmgui.engine.mm.percpu import chunks, free_percpu, per_cpu_ptr
from vmgui.engine.mm.percpu_setup import chunk_areas, pcpu_build_alloc_info
from vmgui.engine.mm.percpu_vm import pcpu_create_chunk, pcpu_depopulate_chunk, pcpu_populate_chunk
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.vm_struct import VM_NO_GUARD, __get_vm_area_caller
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.mm.vunmap import vunmap_range
from vmgui.engine.structs import vm_struct
from vmgui.engine.words import WordArray
from vmgui.projection.dump import free_tree, lists

K = 1024
TOP = 0xFFFFE8FFFFE00000


@pytest.fixture
def k() -> Kernel:
    return booted(Machine(ram=64 * M, possible_cpus=2, online_cpus=2))


@pytest.mark.parametrize(("cpus", "unit"), [(1, 2 * M), (2, M), (4, M // 2), (3, M // 2), (16, M // 2)])
def test_units_share_two_mib(cpus: int, unit: int):
    info = pcpu_build_alloc_info(Machine(possible_cpus=cpus, online_cpus=cpus))
    assert info.unit_size == unit
    assert info.nr_units * info.unit_size % (2 * M) == 0


def test_the_maps_of_a_chunk_take_what_the_recordings_show():
    assert chunk_areas(Machine(possible_cpus=2)) == (36864, 40960, 12288, 2101248)
    assert chunk_areas(Machine(possible_cpus=1, online_cpus=1)) == (69632, 73728, 20480, 4198400, 12288)


def test_areas_come_from_the_top_one_below_the_other(k: Kernel):
    offsets, sizes = (0, 64 * M), (2 * M, 2 * M)
    got = []
    for _ in range(2):
        vms = pcpu_get_vm_areas(k, offsets, sizes, 2, 2 * M)
        got.append([vm_struct(k.mem, WordArray(k.mem, vms)[i]).vm_addr for i in range(2)])
    assert got == [[TOP - 66 * M, TOP - 2 * M], [TOP - 68 * M, TOP - 4 * M]]
    pcpu_free_vm_areas(k, vms, 2)
    reclaim_and_purge_vmap_areas(k)
    assert len([area for area in lists(k).busy if area.start > TOP - 128 * M]) == 2


def test_more_than_the_range_is_refused_with_a_warning(k: Kernel):
    assert pcpu_get_vm_areas(k, (0,), (1 << 46,), 1, 2 * M) == 0


def test_every_cpu_has_its_own_zeroed_copy(k: Kernel):
    ptr = alloc_percpu(k, 16 * K, 64)
    frames = {vmalloc_to_page(k, per_cpu_ptr(k, ptr, cpu)).addr for cpu in range(2)}
    assert len(frames) == 2
    assert per_cpu_ptr(k, ptr, 1) - ptr == M


def test_an_illegal_size_is_refused(k: Kernel):
    assert [alloc_percpu(k, size, align) for size, align in ((0, 8), (64 * K, 8), (8, 3 * K))] == [0, 0, 0]


def test_a_hole_is_taken_again(k: Kernel):
    first, second = alloc_percpu(k, 100, 4), alloc_percpu(k, 100, 4)
    free_percpu(k, first)
    assert alloc_percpu(k, 100, 4) == first
    assert second == first + 100


def test_of_empty_chunks_one_is_kept(k: Kernel):
    taken = [alloc_percpu(k, 32 * K, 4096) for _ in range(70)]
    assert len(chunks(k)) == 3
    for ptr in taken:
        free_percpu(k, ptr)
    run_pending_work(k)
    assert len(chunks(k)) == 1
    reclaim_and_purge_vmap_areas(k)
    assert [area.start for area in lists(k).busy if area.start > TOP - 128 * M] == [TOP - 2 * M]


@pytest.mark.parametrize(("size", "align"), [(0, 8), (32769, 8), (8, 8192), (8, 12)])
def test_no_size_too_large_a_size_or_an_odd_alignment_is_refused_with_a_warning(k, size, align):
    assert not alloc_percpu(k, size, align)
    assert any("mm/percpu.c:1780" in line for line in log_lines(k.mem, k))


def said(k: Kernel) -> list[str]:
    return [line for line in log_lines(k.mem, k) if "percpu: " in line]


def test_a_failure_is_reported_ten_times_and_then_no_more(k: Kernel):
    k.pcpu_first_free = 0
    setup_fault_attr(k, Fault.STRUCT, 1, 1000, 1)
    assert {alloc_percpu(k, 32 * K, 8) for _ in range(12)} == {0}
    assert len([line for line in said(k) if "failed to allocate new chunk" in line]) == 10
    assert "limit reached, disable warning" in said(k)[-1]


@pytest.mark.parametrize("kind", [Fault.PAGE, Fault.TABLE])
@pytest.mark.parametrize("nth", [1, 2, 5, 9, 13])
def test_an_area_without_memory_for_its_pages_is_given_back(k: Kernel, kind: Fault, nth: int):
    k.pcpu_first_free = 0
    first = alloc_percpu(k, 4 * K, 8)
    run_pending_work(k)
    setup_fault_attr(k, kind, nth, 1000, 1)
    taken = [alloc_percpu(k, 32 * K, 4 * K) for _ in range(3)]
    run_pending_work(k)
    setup_fault_attr(k, kind, 1, 0, 1)
    assert validate(k) == []
    for ptr in (first, *filter(None, taken)):
        free_percpu(k, ptr)
    assert all(alloc_percpu(k, 32 * K, 4 * K) for _ in range(3))
    assert validate(k) == []


def test_nothing_is_given_back_for_no_address_and_for_one_of_the_first_chunk(k: Kernel):
    first = alloc_percpu(k, 8, 4)
    before = k.nr_free_pages
    for ptr in (0, first, 0x1000):
        free_percpu(k, ptr)
    assert k.nr_free_pages == before


@pytest.mark.parametrize("nth", [1, 2, 3, 5])
@pytest.mark.parametrize("kind", [Fault.STRUCT, Fault.AREA])
def test_areas_that_cannot_all_be_had_are_all_given_back(k: Kernel, kind: Fault, nth: int):
    before = [(area.start, area.end) for area in lists(k).busy]
    setup_fault_attr(k, kind, nth, 1000, 1)
    vms = pcpu_get_vm_areas(k, (0, 64 * M), (2 * M, 2 * M), 2, 2 * M)
    if vms:
        pcpu_free_vm_areas(k, vms, 2)
        reclaim_and_purge_vmap_areas(k)
    assert [(area.start, area.end) for area in lists(k).busy] == before
    assert validate(k) == []


def test_without_room_what_waits_to_be_freed_is_purged_and_used(k: Kernel):
    size = 1 << 44
    first = pcpu_get_vm_areas(k, (0,), (size,), 1, 2 * M)
    assert first
    pcpu_free_vm_areas(k, first, 1)  # lazily: its addresses are still taken
    assert pcpu_get_vm_areas(k, (0,), (size,), 1, 2 * M)
    assert not pcpu_get_vm_areas(k, (0,), (size,), 1, 2 * M)
    assert validate(k) == []


@pytest.mark.parametrize("taken", [(0, 1), (1, 1), (2, 1), (0, 3), (1, 3), (2, 3), (1, 8), (0, 30)])
def test_groups_far_apart_slide_down_to_where_all_of_them_fit(k: Kernel, taken: tuple[int, int]):
    offsets, sizes = (0, 8 * M, 32 * M), (2 * M, 4 * M, 2 * M)
    below, count = taken
    top = TOP - below * 2 * M
    for i in range(count):
        assert __get_vm_area_caller(k, 2 * M, VM_NO_GUARD, top - (3 * i + 1) * 2 * M, top, 0)
    vms = pcpu_get_vm_areas(k, offsets, sizes, 3, 2 * M)
    got = [vm_struct(k.mem, WordArray(k.mem, vms)[i]) for i in range(3)]
    assert [vm.vm_addr - got[0].vm_addr for vm in got] == list(offsets)
    assert [vm.vm_size for vm in got] == list(sizes)
    assert validate(k) == []


def test_overlapping_or_unaligned_groups_are_a_bug_of_the_caller(k: Kernel):
    for offsets, sizes, align in (((0, M), (2 * M, 2 * M), M), ((0, 3 * K), (M, M), M), ((0,), (M,), 3 * K)):
        with pytest.raises(KernelBug):
            pcpu_get_vm_areas(k, offsets, sizes, len(offsets), align)


# --- chunks that have no room ------------------------------------------------------------------------


def full_chunk(k: Kernel, size: int) -> list[int]:
    """Fill a chunk with objects of ``size`` bytes; the next one begins a chunk of its own."""
    k.pcpu_first_free = 0
    unit = pcpu_build_alloc_info(k.machine).unit_size
    return [alloc_percpu(k, size, 4 * K) for _ in range(unit // size)]


def test_a_chunk_with_enough_room_in_holes_that_are_too_small_is_passed_over(k: Kernel):
    taken = full_chunk(k, 4 * K)
    assert len(chunks(k)) == 1
    for ptr in taken[::2]:
        free_percpu(k, ptr)
    made = alloc_percpu(k, 8 * K, 8)
    assert [chunk.base_addr <= made < chunk.base_addr + M for chunk in chunks(k)] == [False, True]
    assert alloc_percpu(k, 4 * K, 8) == taken[0]


def test_pages_for_who_may_not_wait_come_in_a_chunk_of_their_own_where_all_others_are_full(k: Kernel):
    full_chunk(k, 32 * K)
    assert k.pcpu_nr_empty_pop_pages == 0
    run_pending_work(k)
    assert [chunk.nr_populated for chunk in chunks(k)] == [M // (4 * K), 4]
    assert k.pcpu_nr_empty_pop_pages == 4


def test_without_memory_for_that_chunk_there_are_no_such_pages(k: Kernel):
    full_chunk(k, 32 * K)
    setup_fault_attr(k, Fault.STRUCT, 1, 1, 1)
    run_pending_work(k)
    assert (len(chunks(k)), k.pcpu_nr_empty_pop_pages) == (1, 0)
    assert validate(k) == []


def test_a_chunk_without_memory_for_the_list_of_its_pages_gets_none(k: Kernel):
    chunk = pcpu_create_chunk(k, GFP_KERNEL)
    free = k.nr_free_pages
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)  # 4096 bytes: it is a page
    assert pcpu_populate_chunk(k, chunk, 0, 4, GFP_KERNEL) == -ENOMEM
    assert (k.nr_free_pages, k.pcpu_pages) == (free, 0)
    assert pcpu_populate_chunk(k, chunk, 0, 4, GFP_KERNEL) == 0


def test_a_page_that_a_program_has_unmapped_is_missed_when_the_chunk_goes(k: Kernel):
    chunk = pcpu_create_chunk(k, GFP_KERNEL)
    pcpu_populate_chunk(k, chunk, 0, 4, GFP_KERNEL)
    vunmap_range(k, chunk.base_addr + 4 * K, chunk.base_addr + 8 * K)
    free = k.nr_free_pages
    pcpu_depopulate_chunk(k, chunk, 0, 4)
    assert k.nr_free_pages == free + 7  # two CPUs, and one page is lost
    assert len([line for line in log_lines(k.mem, k) if "pcpu_unmap_pages" in line]) == 1


# --- where areas of several groups fit ---------------------------------------------------------------


def test_a_busy_range_over_the_end_of_an_area_moves_all_areas_below_it(k: Kernel):
    start, end = TOP - 65 * M, TOP - 63 * M
    assert __get_vm_area_caller(k, end - start, VM_NO_GUARD, start, end, 0)
    vms = pcpu_get_vm_areas(k, (0, 64 * M), (2 * M, 2 * M), 2, 2 * M)
    found = [vm_struct(k.mem, WordArray(k.mem, vms)[i]).vm_addr for i in range(2)]
    assert found == [TOP - 68 * M, TOP - 4 * M]


@pytest.mark.parametrize("nth", [1, 2])
def test_without_memory_for_the_lists_of_very_many_areas_none_is_reserved(k: Kernel, nth: int):
    n, free = 300, k.nr_free_pages
    setup_fault_attr(k, Fault.PAGE, nth, 1, 1)  # 2400 bytes are a page
    assert pcpu_get_vm_areas(k, [i * 2 * M for i in range(n)], [2 * M] * n, n, 2 * M) == 0
    assert k.nr_free_pages == free
    assert validate(k) == []


def test_of_a_busy_address_the_next_free_range_below_is_found_and_of_none_no_end(k: Kernel):
    vm = __get_vm_area_caller(k, 2 * M, VM_NO_GUARD, TOP - 4 * M, TOP, 0)
    assert vm is not None
    found = pvm_find_va_enclose_addr(k, vm.vm_addr + M)
    assert found is not None
    assert found.va_end == vm.vm_addr
    assert pvm_find_va_enclose_addr(k, 0) is None
    assert pvm_determine_end_from_reverse(k, found, 2 * M) == vm.vm_addr
    assert pvm_determine_end_from_reverse(k, None, 2 * M) == 0


def test_areas_cut_out_before_one_that_cannot_be_are_put_back(k: Kernel):
    before = [(area.start, area.end) for area in lists(k).busy], free_tree(k)
    setup_fault_attr(k, Fault.AREA, 4, 1000, 1)  # two for the areas, one for each remainder
    assert pcpu_get_vm_areas(k, (0, 64 * M), (2 * M, 2 * M), 2, 2 * M) == 0
    assert any("mm/vmalloc.c:4833" in line for line in log_lines(k.mem, k))
    assert ([(area.start, area.end) for area in lists(k).busy], free_tree(k)) == before
