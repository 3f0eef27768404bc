"""Page tables and areas as data, against the slow and obvious way of finding them."""

import pytest

from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.mm.vmap import vmap_page_range
from vmgui.engine.mm.vunmap import vunmap_range
from vmgui.projection import dump
from vmgui.projection.dump_tables import (
    Table,
    appeared,
    in_order,
    leaves,
    table_runs,
    tables,
    vmalloc_tables,
)

K, M, G, T = 1 << 10, 1 << 20, 1 << 30, 1 << 40
IO = 0x8000000000
PA = 0x000FFFFFFFFFF000


@pytest.fixture(params=[48, 57])
def k(request: pytest.FixtureRequest) -> Kernel:
    machine = Machine(va_bits=request.param, ram=64 * M)
    return boot(machine, fresh_memory(machine))


def base(k: Kernel) -> int:
    """Where these tests map: far from what the boot uses, at a 512 GiB border."""
    return (k.VMALLOC_START + 4 * T) & -(512 * G)


def walked(k: Kernel, addr: int) -> tuple[int, int]:
    """(level, entry) for an address, level by level, as the processor does it."""
    table = k.init_mm_pgd
    for level in range(k.machine.levels - 1, -1, -1):
        entry = k.mem.load(table + 8 * (addr >> 12 + 9 * level & 511))
        if level == 0 or entry & 0x80 or not entry & 1:
            return level, entry
        table = entry & PA
    raise AssertionError


def mixed(k: Kernel, at: int) -> int:
    """Map a mixture of leaves; returns its end."""
    vmap_page_range(k, at + 2 * M - 8 * K, at + G + 4 * M + 4 * K, IO + 2 * M - 8 * K, k.PAGE_KERNEL_IO)
    vunmap_range(k, at + 4 * M, at + 6 * M)
    return at + G + 4 * M + 4 * K


def test_runs_cover_exactly_what_an_address_by_address_walk_finds(k: Kernel):
    at = base(k)
    end = mixed(k, at)
    covered = {}
    for leaf in leaves(k, at, end):
        size = 1 << 12 + 9 * ("pte", "pmd", "pud").index(leaf.level)
        for i in range(leaf.n):
            covered[leaf.va + i * size] = (size, leaf.pa + i * size | leaf.bits)
    addr = at
    while addr < end:
        level, entry = walked(k, addr)
        size = 1 << 12 + 9 * level
        assert covered.pop(addr, None) == ((size, entry) if entry else None)
        addr += size
    assert covered == {}


def test_a_run_ends_where_level_address_or_bits_change(k: Kernel):
    at = base(k)
    vmap_page_range(k, at, at + 4 * M, IO, k.PAGE_KERNEL_IO)
    vmap_page_range(k, at + 4 * M, at + 4 * M + 12 * K, IO + 4 * M, k.PAGE_KERNEL_IO)
    vmap_page_range(k, at + 4 * M + 12 * K, at + 4 * M + 16 * K, IO, k.PAGE_KERNEL_IO)
    vmap_page_range(k, at + 4 * M + 16 * K, at + 4 * M + 20 * K, IO + 4 * K, k.PAGE_KERNEL_IO_NOCACHE)
    found = [(leaf.level, leaf.n) for leaf in leaves(k, at, at + 8 * M)]
    assert found == [("pmd", 2), ("pte", 3), ("pte", 1), ("pte", 1)]


def test_runs_join_across_tables_but_not_across_a_hole(k: Kernel):
    at = base(k)
    vmap_page_range(k, at, at + 6 * M, IO + 4 * K, k.PAGE_KERNEL_IO)
    assert [leaf.n for leaf in leaves(k, at, at + 8 * M)] == [1536]
    vunmap_range(k, at + 2 * M, at + 2 * M + 4 * K)
    assert [leaf.n for leaf in leaves(k, at, at + 8 * M)] == [512, 1023]


def test_only_what_meets_the_range_is_listed(k: Kernel):
    at = base(k)
    vmap_page_range(k, at, at + 64 * K, IO + 4 * K, k.PAGE_KERNEL_IO)
    (leaf,) = leaves(k, at + 8 * K, at + 16 * K)
    assert (leaf.va, leaf.n) == (at + 8 * K, 2)
    assert leaves(k, at + 64 * K, at + T) == []


def test_a_terabyte_with_a_leaf_at_each_end_is_two_runs(k: Kernel):
    at = base(k)
    vmap_page_range(k, at, at + 4 * K, IO, k.PAGE_KERNEL_IO)
    vmap_page_range(k, at + T - 4 * K, at + T, IO, k.PAGE_KERNEL_IO)
    assert [leaf.va for leaf in leaves(k, at, at + T)] == [at, at + T - 4 * K]


def test_tables_are_listed_top_down_with_their_entries_in_use(k: Kernel):
    at = base(k)
    vmap_page_range(k, at, at + 2 * M + 8 * K, IO + 4 * K, k.PAGE_KERNEL_IO)
    found = [(t.name, t.va, t.used) for t in tables(k, at, at + 4 * M) if t.level < 2]
    assert found == [("pmd", at, 2), ("pte", at, 512), ("pte", at + 2 * M, 2)]
    for table in tables(k, at, at + 4 * M):
        used = sum(bool(k.mem.load(table.pa + 8 * i)) for i in range(512))
        assert used == table.used


def test_neighbouring_tables_with_equal_use_are_one_run():
    found = [Table(0, i * 2 * M, i << 12, used) for i, used in enumerate((512, 512, 7, 512))]
    assert table_runs(found, 0, 8 * M) == {"pte": [(0, 2, 512), (4 * M, 1, 7), (6 * M, 1, 512)]}
    assert table_runs(found, 5 * M, 6 * M) == {"pte": [(4 * M, 1, 7)]}
    assert table_runs(found, 8 * M, 9 * M) == {}


def test_a_table_in_another_page_has_both_come_and_gone():
    before, after = [Table(0, 0, 0x1000, 1)], [Table(0, 0, 0x2000, 1)]
    assert appeared(before, after) == after
    assert appeared(after, before) == before
    assert appeared(before, [before[0]._replace(used=9)]) == []


def test_a_page_used_twice_counts_when_it_came_last_and_when_it_went_first():
    first, second = Table(0, 0, 0x1000, 1), Table(0, 2 * M, 0x2000, 1)
    assert in_order([first, second], [1, 9, 2, 1], last=True) == [second, first]
    assert in_order([first, second], [1, 9, 2, 1], last=False) == [first, second]


def test_the_lists_tile_the_whole_address_space(k: Kernel):
    kept = [vmalloc(k, size * K) for size in (4, 8, 64)]
    vfree(k, vmalloc(k, 16 * K))
    lists = dump.lists(k)
    extents = [*lists.free, *((a.start, a.end) for a in [*lists.busy, *lists.lazy, *lists.pool])]
    at = 1
    for start, end in sorted(extents):
        assert start == at
        at = end
    assert at == (1 << 64) - 1
    assert {a.start for a in lists.busy} >= set(kept)
    assert len(lists.lazy) == 1


def test_the_tree_in_preorder_holds_the_free_list_in_order(k: Kernel):
    areas = [vmalloc(k, 4 * K) for _ in range(12)]
    for addr in areas[::3]:
        vfree(k, addr)
    found = dump.free_tree(k)
    assert sorted((node.start, node.end) for node in found) == dump.lists(k).free
    assert found[0].depth == 0
    assert found[0].colour == "B"
    assert found[0].subtree_max_size == max(node.end - node.start for node in found)


def test_lists_within_a_range_are_those_that_meet_it(k: Kernel):
    addr = vmalloc(k, 4 * K)
    found = dump.lists(k).within(addr, addr + 1)
    assert [a.start for a in found.busy] == [addr]
    assert found.free == []


def test_an_area_is_found_by_its_guard_page_too(k: Kernel):
    addr = vmalloc(k, 4 * K)
    for inside in (addr, addr + 4 * K):
        area = dump.find_area(k, inside)
        assert area is not None
        assert area.va_start == addr
    assert dump.home_node(k, area) == addr // k.vmap_zone_size % k.nr_vmap_nodes


def test_the_tables_of_the_vmalloc_range_are_all_below_its_end(k: Kernel):
    vmalloc(k, 4 * K)
    found = vmalloc_tables(k)
    assert all(k.VMALLOC_START <= table.va <= k.VMALLOC_END for table in found)
    assert any(table.name == "pte" for table in found)
