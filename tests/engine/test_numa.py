"""Memory nodes and zones: whose RAM a request gets, and where it looks next."""

from dataclasses import replace

import pytest

from tests.engine.booted import SMALL, booted, calls, recorded
from vmgui.engine.boot import boot
from vmgui.engine.check import pool_areas, validate
from vmgui.engine.check_frames import free_blocks, validate_free_lists
from vmgui.engine.gfp import (
    __GFP_DMA,
    __GFP_DMA32,
    __GFP_FS,
    __GFP_IO,
    __GFP_NOWARN,
    __GFP_THISNODE,
    GFP_KERNEL,
    GFP_NOFS,
    GFP_NOIO,
)
from vmgui.engine.kernel import arena_end, arena_start
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import G, M
from vmgui.engine.mm.memalloc import (
    PF_MEMALLOC_NOFS,
    PF_MEMALLOC_NOIO,
    current_gfp_context,
    memalloc_nofs_restore,
    memalloc_nofs_save,
    memalloc_noio_restore,
    memalloc_noio_save,
)
from vmgui.engine.mm.mempolicy import MPOL_DEFAULT, MPOL_INTERLEAVE, set_mempolicy
from vmgui.engine.mm.mmzone import (
    ZONE_DMA,
    ZONE_DMA32,
    ZONE_NORMAL,
    cpu_to_node,
    fallback_order,
    num_online_nodes,
    piece_of,
    ram_pieces,
)
from vmgui.engine.mm.page import page_to_nid, page_to_pfn
from vmgui.engine.mm.page_alloc import alloc_page, alloc_pages, alloc_pages_node
from vmgui.engine.mm.page_array import get_page_slot
from vmgui.engine.mm.purge import vm_unmap_aliases
from vmgui.engine.mm.show_mem import node_list, warn_alloc
from vmgui.engine.mm.slab import kmalloc
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc import __vmalloc, vmalloc, vmalloc_32, vmalloc_huge, vmalloc_node
from vmgui.engine.program import settle
from vmgui.engine.trace import FUNCTIONS, Recorder

PAGE = 4096
QUIET = GFP_KERNEL | __GFP_NOWARN


@pytest.fixture
def k():
    return booted(ram=128 * M, numa_nodes=4, possible_cpus=8, online_cpus=8)


def nodes_of(k, addr):
    vm = find_vm_area(k, addr)
    return [page_to_nid(k, get_page_slot(k, vm.pages, i)) for i in range(vm.nr_pages)]


def zone_of(k, page):
    return piece_of(k, page_to_pfn(k, page)).zone_idx


def test_each_node_has_an_equal_share_of_ram_and_cpus(k):
    assert num_online_nodes(k) == 4
    assert [cpu_to_node(k, cpu) for cpu in range(8)] == [0, 0, 1, 1, 2, 2, 3, 3]
    sizes = dict.fromkeys(range(4), 0)
    for piece in ram_pieces(k.machine):
        sizes[piece.nid] += piece.end - piece.start
    assert sizes == dict.fromkeys(range(4), 32 * M // PAGE)


@pytest.mark.parametrize("ram", [16 * M, 1 * G, 5 * G, 16 * G])
@pytest.mark.parametrize("nodes", [1, 2, 3, 8])
def test_pieces_cover_ram_once_whatever_the_number_of_nodes(ram, nodes):
    k = booted(ram=16 * M)
    pieces = ram_pieces(type(k.machine)(ram=ram, numa_nodes=nodes))
    assert sum(piece.end - piece.start for piece in pieces) == ram // PAGE
    assert all(low.end <= high.start for low, high in zip(pieces, pieces[1:], strict=False))
    assert {piece.nid for piece in pieces} == set(range(nodes))


@pytest.mark.parametrize("nodes", [1, 2, 3, 4, 8])
def test_no_free_block_reaches_over_the_end_of_a_zone(nodes):
    k = booted(numa_nodes=nodes)
    assert validate_free_lists(k) == []
    assert all(piece_of(k, pfn) == piece_of(k, pfn + (1 << order) - 1) for pfn, order in free_blocks(k))


def test_memory_comes_from_the_node_of_the_cpu(k):
    for cpu in range(8):
        k.current_cpu = cpu
        assert set(nodes_of(k, vmalloc(k, 250 * PAGE))) == {cpu // 2}


def test_a_named_node_is_tried_first(k):
    assert {nid: set(nodes_of(k, vmalloc_node(k, 9 * PAGE, nid))) for nid in range(4)} == {
        nid: {nid} for nid in range(4)
    }


def test_the_next_nodes_follow_around_the_ring():
    machine = booted(ram=128 * M, numa_nodes=4).machine
    nodes = [number // 3 for number in fallback_order(machine, 2)]
    assert list(dict.fromkeys(nodes)) == [2, 3, 0, 1]


def test_who_insists_on_a_node_gets_nothing_when_it_is_full(k):
    while alloc_pages_node(k, 3, QUIET | __GFP_THISNODE, 0):
        pass
    assert k.nr_free_pages > 0
    assert page_to_nid(k, alloc_pages_node(k, 3, GFP_KERNEL, 0)) == 0


def test_an_area_larger_than_a_node_continues_on_the_next(k):
    nodes = nodes_of(k, vmalloc_node(k, 40 * M, 1))
    assert sorted(set(nodes)) == [1, 2]
    assert nodes == sorted(nodes)


def test_interleaving_shares_each_hundred_pages_among_the_nodes(k):
    set_mempolicy(k, MPOL_INTERLEAVE)
    nodes = nodes_of(k, vmalloc(k, 102 * PAGE))
    assert nodes[:100] == [nid for nid in (0, 1, 2, 3) for _ in range(25)]
    assert nodes[100:] == [0, 1]
    set_mempolicy(k, MPOL_DEFAULT)
    assert set(nodes_of(k, vmalloc(k, 8 * PAGE))) == {0}


def test_a_huge_area_needs_2_mib_for_each_node_unless_a_node_is_named(k):
    small, large = vmalloc_huge(k, 4 * M, GFP_KERNEL), vmalloc_huge(k, 8 * M, GFP_KERNEL)
    assert [find_vm_area(k, addr).page_order for addr in (small, large)] == [0, 9]


def test_zones_of_a_pc_end_at_16_mib_and_at_4_gib():
    k = booted(ram=5 * G)
    assert zone_of(k, alloc_page(k, GFP_KERNEL)) == ZONE_NORMAL
    assert zone_of(k, alloc_page(k, GFP_KERNEL | __GFP_DMA32)) == ZONE_DMA32
    dma = alloc_page(k, GFP_KERNEL | __GFP_DMA)
    assert zone_of(k, dma) == ZONE_DMA
    assert page_to_pfn(k, dma) < 16 * M // PAGE


def test_low_memory_is_taken_last_by_those_who_need_it_not():
    k = booted(ram=64 * M)
    zones = []
    while block := alloc_pages(k, QUIET, 10):
        zones.append(zone_of(k, block))
    assert zones == sorted(zones, reverse=True)
    assert set(zones) == {ZONE_DMA, ZONE_DMA32}


def test_vmalloc_32_stays_below_4_gib_and_asks_for_no_highmem():
    machine = replace(SMALL, ram=5 * G)
    mem = Recorder(arena_start(machine), arena_end(machine))
    k = boot(machine, mem)
    mem.record()
    vm = find_vm_area(k, vmalloc_32(k, 3 * PAGE))
    assert all(page_to_pfn(k, get_page_slot(k, vm.pages, i)) < 4 * G // PAGE for i in range(3))
    ((gfp, _, _, nr_pages, _),) = calls(k, "vm_area_alloc_pages")
    assert (gfp, nr_pages) == (GFP_KERNEL | __GFP_DMA32 | __GFP_NOWARN, 3)


def test_a_message_names_the_nodes_that_have_memory(k):
    warn_alloc(k, GFP_KERNEL, None, "why")
    settle(k, 11 * 250)
    warn_alloc(k, GFP_KERNEL, 0b1011, "why")
    assert log_lines(k.mem, k) == [
        "init: why, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0-3",
        "init: why, mode:0xcc0(GFP_KERNEL), nodemask=0-1,3,cpuset=/,mems_allowed=0-3",
    ]
    assert node_list(0) == ""


# --- scopes and reclaim ----------------------------------------------------------------------------


def test_a_scope_takes_a_permission_from_all_allocations_below(k):
    outer = memalloc_nofs_save(k)
    assert current_gfp_context(k, GFP_KERNEL) == GFP_KERNEL & ~__GFP_FS
    inner = memalloc_noio_save(k)
    assert current_gfp_context(k, GFP_KERNEL) == GFP_KERNEL & ~(__GFP_FS | __GFP_IO)
    again = memalloc_noio_save(k)
    memalloc_noio_restore(k, again)
    assert k.current_flags == PF_MEMALLOC_NOFS | PF_MEMALLOC_NOIO
    memalloc_noio_restore(k, inner)
    memalloc_nofs_restore(k, outer)
    assert current_gfp_context(k, GFP_KERNEL) == GFP_KERNEL


@pytest.mark.parametrize(
    ("gfp", "scopes"),
    [(GFP_KERNEL, []), (GFP_NOFS, ["memalloc_nofs_save"]), (GFP_NOIO, ["memalloc_noio_save"])],
)
def test_tables_are_made_under_the_callers_restrictions(k, gfp, scopes):
    k = recorded(k)
    assert __vmalloc(k, PAGE, gfp)
    assert k.current_flags == 0
    rows = k.mem.take()
    names = [FUNCTIONS[number].name for number in rows.function]
    assert [name for name in names if name.startswith("memalloc") and name.endswith("save")] == scopes
    if scopes:
        assert names.index(scopes[0]) < names.index("vmap_pages_range")
        assert names.index("vmap_pages_range") < names.index(scopes[0].replace("save", "restore"))


def test_without_memory_the_pools_of_areas_are_emptied():
    k = booted(ram=16 * M)
    vfree(k, vmalloc(k, PAGE))
    vm_unmap_aliases(k)
    assert len(pool_areas(k)) == 1
    while kmalloc(k, PAGE, QUIET):
        pass
    assert pool_areas(k) == []
    assert validate(k) == []
