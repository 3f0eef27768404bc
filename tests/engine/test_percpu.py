"""Per-CPU memory: chunks from the top of the range, pages where something is taken."""

import pytest

from tests.engine.booted import booted
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.pcpu_vm_areas import pcpu_free_vm_areas, pcpu_get_vm_areas
from vmgui.engine.mm.percpu import __alloc_percpu as alloc_percpu
from vmgui.engine.mm.percpu import chunks, free_percpu, per_cpu_ptr
from vmgui.engine.mm.percpu_setup import chunk_areas, pcpu_build_alloc_info
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
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
