"""Per-CPU memory: chunks from the top of the range, pages where something is taken."""

import pytest

from tests.engine.booted import booted
from vmgui.engine.check import validate
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.pcpu_vm_areas import pcpu_free_vm_areas, pcpu_get_vm_areas
from vmgui.engine.mm.percpu import __alloc_percpu as alloc_percpu
from vmgui.engine.mm.percpu import chunks, free_percpu, per_cpu_ptr
from vmgui.engine.mm.percpu_setup import chunk_areas, pcpu_build_alloc_info
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.vm_struct import VM_NO_GUARD, __get_vm_area_caller
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.structs import vm_struct
from vmgui.engine.words import WordArray
from vmgui.projection.dump import lists

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
