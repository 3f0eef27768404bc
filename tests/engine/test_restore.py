"""A kernel put into a recorded state: shape, colours, areas, pages, and that it works on from there."""

from contextlib import nullcontext
from itertools import pairwise

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.arm64 import PTE_CONT
from vmgui.engine.arch.arm64_image import map_part
from vmgui.engine.check import validate
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.machine import Machine
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.mm.vmap_block import addr_to_vb
from vmgui.engine.mm.vmap_find import find_vmap_area
from vmgui.engine.mm.vmap_ram import vm_map_ram
from vmgui.engine.other_task import alloc_by_other_task, free_by_other_task, table_of_the_boot
from vmgui.engine.restore import RestoreError, StartState, restore, table_at
from vmgui.projection.dump import free_tree, lists
from vmgui.projection.dump_tables import leaves, tables

K, M, G = 1 << 10, 1 << 20, 1 << 30
VS, LAST = 0xFFFFC90000000000, (1 << 64) - 1
ALLOC, IOREMAP, MAP, BARE = 0x2, 0x1, 0x4, 0x44

TREE = (
    (0, "B", VS + 0xA000, VS + 0x10000),
    (1, "R", VS + 0x4000, VS + 0x5000),
    (2, "B", 1, VS),
    (2, "B", VS + 0x6000, VS + 0x9000),
    (1, "B", VS + 0x20000, LAST),
)
BUSY = (
    (0, VS, VS + 0x4000, 0x100, ALLOC, 3),
    (0, VS + 0x5000, VS + 0x6000, 0, BARE, 0),
    (0, VS + 0x9000, VS + 0xA000, 0x200, ALLOC, 0),
)
LAZY = ((1, VS + 0x10000, VS + 0x18000, 0),)
POOL = ((1, 7, VS + 0x18000, VS + 0x20000, 0x200),)
STATE = StartState(TREE, BUSY, LAZY, POOL, nr_vmalloc_pages=3, totalram_pages=12345)


@pytest.fixture
def k() -> Kernel:
    kernel = booted(Machine(ram=64 * M))
    restore(kernel, STATE)
    return kernel


def test_the_free_tree_has_the_given_shape_and_colours(k: Kernel):
    assert [node[:4] for node in free_tree(k)] == list(TREE)


def test_the_maxima_are_computed_from_the_shape(k: Kernel):
    assert [node.subtree_max_size for node in free_tree(k)][1:] == [
        VS - 1, VS - 1, 0x3000, LAST - VS - 0x20000,
    ]  # fmt: skip


def test_every_list_holds_what_was_given(k: Kernel):
    found = lists(k)
    assert sorted(found.free) == sorted(node[2:] for node in TREE)
    assert [tuple(area) for area in found.busy] == list(BUSY)
    assert [tuple(area) for area in found.lazy] == list(LAZY)
    assert [tuple(area) for area in found.pool] == list(POOL)


def test_the_counters_are_those_of_the_state(k: Kernel):
    assert (k.nr_vmalloc_pages, k.totalram_pages) == (3, 12345)
    assert k.vmap_lazy_nr == 8


def test_what_the_boot_had_before_is_gone(k: Kernel):
    restore(k, STATE)
    assert [tuple(area) for area in lists(k).busy] == list(BUSY)


def test_memory_of_the_boot_has_pages_and_can_be_freed(k: Kernel):
    pages = [vmalloc_to_page(k, VS + i * 4 * K) for i in range(3)]
    assert all(pages)
    assert not vmalloc_to_page(k, VS + 12 * K)
    free = k.nr_free_pages
    vfree(k, VS)
    assert k.nr_free_pages == free + 3
    assert k.nr_vmalloc_pages == 0
    reclaim_and_purge_vmap_areas(k)
    assert validate(k) == []


def test_the_restored_kernel_allocates_where_the_recorded_one_would(k: Kernel):
    assert vmalloc(k, 8 * K) == VS + 0x6000
    assert validate(k) == []


def test_another_task_frees_and_allocates_on_its_own_cpu(k: Kernel):
    free_by_other_task(k, 1, VS)
    assert VS not in [area.start for area in lists(k).busy]
    addr = alloc_by_other_task(k, 1, 0x3000, 1, k.VMALLOC_START, k.VMALLOC_END)
    (made,) = [area for area in lists(k).busy if area.start == addr]
    assert made.flags >> 8 == 2  # node 1 + 1: that of the other task's CPU
    assert k.current_cpu == 0


def test_another_task_that_frees_an_area_without_pages_frees_its_addresses(k: Kernel):
    free_by_other_task(k, 0, VS + 0x5000)
    assert VS + 0x5000 in [area.start for area in lists(k).lazy]


def test_a_device_area_is_mapped_and_leads_to_no_ram():
    kernel = booted(Machine(ram=64 * M))
    end = VS + 2 * G
    state = StartState(
        [(0, "B", 1, VS), (1, "R", end, LAST)], [(0, VS, end, 0, IOREMAP, 0)],
    )  # fmt: skip
    restore(kernel, state)
    assert lists(kernel).busy[0].vm_flags == IOREMAP
    assert any(table.name == "pmd" for table in tables(kernel, VS, end))


def device_bits(machine: Machine, start: int, pages: int, leads_to: tuple[int, str]) -> set[int]:
    """Restore a device area of so many pages at ``start``; returns the bits of its leaves."""
    kernel = booted(machine)
    end = start + (pages + 1) * kernel.PAGE_SIZE
    tree = [(0, "B", 1, start), (1, "R", end, LAST)]
    restore(kernel, StartState(tree, [(0, start, end, 0, IOREMAP, 0)], devices={start: leads_to}))
    found = list(leaves(kernel, start, end))
    assert found[0].pa == leads_to[0]
    assert find_vmap_area(kernel, start).vm.phys_addr == leads_to[0]
    return {leaf.bits for leaf in found}


def test_a_device_area_that_is_known_leads_where_it_did_with_its_memory_type():
    machine = Machine(ram=64 * M)
    assert device_bits(machine, VS, 1, (0xFED00000, "uncached-minus")) == {0x8000000000000173}
    assert device_bits(machine, VS, 2, (0x3FE0000, "write-back")) == {0x8000000000000163}


def test_the_configuration_space_of_arm64_is_strongly_ordered():
    machine = Machine(arch="arm64", ram=256 * M)
    start = booted(machine).VMALLOC_START + G
    assert device_bits(machine, start, 512, (0x4010000000, "strongly ordered")) == {0x6800000000070D}
    assert device_bits(machine, start, 1, (0x9000000, "device")) == {0x68000000000713}


def test_the_image_of_arm64_has_a_head_that_does_not_run_and_contiguous_entries_behind_it():
    kernel = booted(Machine(arch="arm64", ram=256 * M))
    start = kernel.VMALLOC_START
    parts = [start, start + 5 * M, start + 6 * M, start + 7 * M, start + 8 * M, start + 11 * M]
    busy = [(0, a, b, 0, BARE, 0) for a, b in pairwise(parts[:5])]
    busy.append((0, parts[4], parts[5], 0, MAP, 0))
    restore(kernel, StartState([(0, "B", 1, start), (1, "R", parts[5], LAST)], busy))
    at = {leaf.va - start: (leaf.level, leaf.bits) for leaf in leaves(kernel, start, parts[5])}
    assert at[0] == ("pte", 0xE0000000000783)
    assert at[64 * K] == ("pte", 0xD0000000000783)
    assert at[2 * M] == ("pmd", 0xC0000000000781)
    assert at[5 * M] == ("pte", 0xE0000000000783)
    assert [va for va in at if 6 * M <= va < 8 * M] == []
    assert at[8 * M] == ("pmd", 0xE8000000000701)
    assert find_vmap_area(kernel, parts[1]).vm.phys_addr - find_vmap_area(kernel, start).vm.phys_addr == 5 * M


def test_the_struct_pages_of_arm64_are_mapped_above_the_range():
    kernel = booted(Machine(arch="arm64", ram=256 * M))
    restore(kernel, StartState([(0, "B", 1, LAST)]))
    start = kernel.VMALLOC_END + 8 * M
    found = leaves(kernel, kernel.VMALLOC_END, kernel.VMALLOC_END + G)
    assert {(leaf.level, leaf.bits) for leaf in found} == {("pmd", 0x68000000000701)}
    assert [leaf.va for leaf in found] == [start, start + 2 * M]  # 256 MiB in pages of 4 KiB, 64 bytes each


def test_a_table_is_made_with_all_above_it(k: Kernel):
    far = VS + 3 * G
    table = table_of_the_boot(k, 0, far)
    assert table_at(k, 0, far) == table
    found = [(t.name, t.pa) for t in tables(k, far, far + 1) if t.level < 2]
    assert [name for name, _ in found] == ["pmd", "pte"]
    assert found[-1][1] == table


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (StartState(TREE, [(9, VS, VS + 0x4000, 0, ALLOC, 0)]), "vmap node 9"),
        (StartState(TREE, [(0, VS, VS + 0x4000, 0, ALLOC, 99)]), "cannot hold 99 pages"),
        (StartState(TREE, [(0, VS + 1, VS + 0x4000, 0, ALLOC, 0)]), "cannot hold"),
        (StartState(TREE, pool=[(0, 256, VS, VS + 0x4000, 0)]), "no pool 256"),
        (StartState(TREE, [(0, VS, VS + G, 0, ALLOC, 1 << 17)]), "not enough RAM"),
        (StartState(TREE, [(0, VS, VS + (1 << 51), 0, IOREMAP, 0)]), "too large"),
    ],
)
def test_a_state_that_does_not_fit_the_machine_is_refused(state: StartState, why: str):
    kernel = booted(Machine(ram=64 * M))
    with pytest.raises(RestoreError, match=why):
        restore(kernel, state)


def test_the_restored_state_passes_every_check(k: Kernel):
    assert validate(k) == []


# --- blocks -----------------------------------------------------------------------------------------

BLOCK, SIZE = VS + 4 * M, M  # blocks have 256 pages here
BLOCK_TREE = [(0, "B", 1, VS), (1, "R", BLOCK + SIZE, LAST)]
BLOCK_AREAS = [(0, VS, BLOCK, 0x100, ALLOC, 0), (0, BLOCK, BLOCK + SIZE, 0x3, None, 0)]
#: cpu, start, free, dirty, dirty_min, dirty_max, used: six pages were handed out, two have come back.
RECORD = (1, BLOCK, 250, 2, 4, 6, 0b111111)


def with_block(record: tuple[int, ...] = RECORD, lists: tuple[tuple[int, int], ...] = ((1, BLOCK),)):
    return StartState(BLOCK_TREE, BLOCK_AREAS, blocks=(record,), block_lists=lists)


def test_a_block_goes_on_where_it_was(k: Kernel):
    restore(k, with_block())
    vb = addr_to_vb(k, BLOCK)
    assert (vb.cpu, vb.free, vb.dirty, vb.dirty_min, vb.dirty_max) == (1, 250, 2, 4, 6)
    assert [bool(vmalloc_to_page(k, BLOCK + i * 4 * K)) for i in range(7)] == [True] * 6 + [False]
    k.current_cpu = 1
    page = alloc_page(k, GFP_KERNEL)
    array = kzalloc(k, 8, GFP_KERNEL)
    k.mem.store(array, page.addr)
    assert vm_map_ram(k, array, 1, -1) == BLOCK + 6 * 4 * K  # the next page of this CPU's block
    assert vb.free == 249


def test_an_area_of_vm_map_ram_that_is_no_block_is_mapped_whole(k: Kernel):
    restore(k, StartState(BLOCK_TREE, [BLOCK_AREAS[0], (0, BLOCK, BLOCK + SIZE, 0x1, None, 0)]))
    assert all(vmalloc_to_page(k, BLOCK + at) for at in range(0, SIZE, 4 * K))


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (with_block((1, VS, *RECORD[2:])), "there is no area for the block"),
        (with_block((1, BLOCK + 4 * K, *RECORD[2:])), "there is no area for the block"),
        (with_block((1, BLOCK, 1025, *RECORD[3:])), "does not fit a machine with blocks of"),
        (with_block((2, *RECORD[1:])), "does not fit a machine"),
        (StartState(BLOCK_TREE, BLOCK_AREAS, blocks=(RECORD, RECORD)), "there are two blocks at"),
        (with_block(lists=((1, BLOCK), (0, BLOCK))), "or it is on two lists"),
        (with_block(lists=((1, BLOCK + 64 * M),)), "there is no block with free pages at"),
        (with_block((1, BLOCK, 0, *RECORD[3:])), "there is no block with free pages at"),
    ],
)
def test_blocks_that_contradict_their_areas_are_refused(k: Kernel, state: StartState, why: str):
    with pytest.raises(RestoreError, match=why):
        restore(k, state)


# --- without memory ---------------------------------------------------------------------------------


def test_without_memory_for_areas_nothing_can_be_restored(k: Kernel):
    setup_fault_attr(k, Fault.AREA, 1, 1, 1)
    with pytest.raises(RestoreError, match="out of memory for areas"):
        restore(k, STATE)


def test_without_tables_a_device_cannot_be_restored(k: Kernel):
    setup_fault_attr(k, Fault.TABLE, 1, 1, 1)
    with pytest.raises(RestoreError, match="not enough RAM"):
        restore(k, StartState([(0, "B", 1, VS)], [(0, VS + G, VS + G + 8 * K, 0, IOREMAP, 0)]))


@pytest.mark.parametrize("nth", range(1, 8))
def test_the_image_of_arm64_and_its_struct_pages_need_six_tables(nth: int):
    kernel = booted(Machine(arch="arm64", ram=256 * M))
    start = kernel.VMALLOC_START
    state = StartState([(0, "B", 1, start)], [(0, start, start + 5 * M, 0, MAP, 0)])
    setup_fault_attr(kernel, Fault.TABLE, nth, 1, 1)
    with pytest.raises(RestoreError, match="not enough RAM") if nth <= 6 else nullcontext():
        restore(kernel, state)


def test_without_memory_a_table_of_the_boot_cannot_be_made(k: Kernel):
    setup_fault_attr(k, Fault.TABLE, 1, 1, 1)
    with pytest.raises(RestoreError, match="not enough RAM"):
        table_at(k, 0, VS + 3 * G)


def test_a_part_of_the_image_within_a_large_leaf_has_contiguous_entries_only():
    kernel = booted(Machine(arch="arm64", ram=256 * M))
    phys, start = 1 * G + 64 * K, kernel.VMALLOC_START + 64 * G + 64 * K
    assert map_part(kernel, 0, start, start + 192 * K, phys) == 0
    found = leaves(kernel, start, start + 192 * K)
    assert sum(leaf.n for leaf in found) == 48
    assert {leaf.level for leaf in found} == {"pte"}
    assert found[-1].bits & PTE_CONT
    setup_fault_attr(kernel, Fault.TABLE, 1, 1, 1)
    assert map_part(kernel, 4, start + 8 * G, start + 9 * G, phys) < 0
