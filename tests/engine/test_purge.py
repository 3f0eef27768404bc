"""Lazy free, purge, pools and workers: claims about how freed addresses become free again."""

from __future__ import annotations

import pytest

from tests.engine.areas import (
    PAGE,
    alloc,
    allocator,
    busy,
    calls,
    check,
    free,
    free_ranges,
    lazy,
    on_list,
    pooled,
)
from tests.engine.booted import booted
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.preempt import preempt_disable
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work, schedule_work, work_pending
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.lazy_free import free_vmap_area_noflush, lazy_max_pages
from vmgui.engine.mm.purge import (
    reclaim_and_purge_vmap_areas,
    vm_unmap_aliases,
    vmap_node_shrink_scan,
)
from vmgui.engine.mm.shrinker import SHRINK_EMPTY, SHRINK_STOP
from vmgui.engine.mm.vmap_find import (
    find_vmap_area,
)
from vmgui.engine.mm.vmap_node import (
    decode_vn_id,
    encode_vn_id,
    is_vn_id_valid,
    vmap_node_shrink_count,
)
from vmgui.engine.other_task import helpers_to_come
from vmgui.engine.structs import node_pool
from vmgui.engine.words import offsetof

MIB = 1 << 20


@pytest.fixture
def k() -> Kernel:
    return allocator()


@pytest.fixture
def one() -> Kernel:
    """A machine with one CPU: one node, no pools."""
    return allocator(Machine(ram=16 * M, possible_cpus=1, online_cpus=1))


def window(k: Kernel, size: int) -> dict[str, int]:
    return {"vstart": k.VMALLOC_START + (1 << 40), "vend": k.VMALLOC_START + (1 << 40) + size}


# --- lazy free


@pytest.mark.parametrize(
    ("cpus", "pages"), [(1, 8192), (2, 16384), (3, 16384), (4, 24576), (16, 40960), (128, 65536)]
)
def test_more_cpus_let_more_pages_wait(cpus: int, pages: int) -> None:
    machine = Machine(ram=16 * M, possible_cpus=128, online_cpus=cpus)
    assert lazy_max_pages(allocator(machine)) == pages


def test_the_drain_worker_wakes_above_the_limit_not_at_it(one: Kernel) -> None:
    exactly = alloc(one, lazy_max_pages(one) * PAGE)
    more = alloc(one, PAGE)
    free(one, exactly)
    assert not work_pending(one.drain_vmap_work)
    free(one, more)
    assert work_pending(one.drain_vmap_work)
    run_pending_work(one)
    assert lazy(one) == []
    assert one.vmap_lazy_nr == 0
    check(one)


def test_a_purge_flushes_once_from_the_lowest_to_the_highest_waiting_address(k: Kernel) -> None:
    a, _, c = alloc(k, PAGE), alloc(k, 20 * PAGE), alloc(k, 20 * PAGE)
    free(k, c)
    free(k, a)
    k.mem.record()
    reclaim_and_purge_vmap_areas(k)
    assert calls(k, "flush_tlb_kernel_range") == [("flush_tlb_kernel_range", (a, c + 20 * PAGE))]


def test_a_purge_of_nothing_flushes_nothing(k: Kernel) -> None:
    k.mem.record()
    vm_unmap_aliases(k)
    seen = calls(k, "flush_tlb_kernel_range", "trace_purge_vmap_area_lazy")
    assert seen == [("trace_purge_vmap_area_lazy", ((1 << 64) - 1, 0, 0))]


def test_helpers_purge_the_first_nodes_after_the_others(k: Kernel) -> None:
    w = window(k, 1 << 40)
    big = [alloc(k, lazy_max_pages(k) * PAGE + 16 * PAGE, 1 << 16, **w) for _ in range(2)]
    nodes = [r[0] for r in sorted(busy(k), key=lambda r: r[1])]
    assert sorted(nodes) == [0, 1]
    for addr in big:
        free(k, addr)
    k.mem.record()
    run_pending_work(k)
    first = k.vmap_nodes.addr
    size = k.vmap_nodes.size
    order = [(args[0] - first) // size for _, args in calls(k, "purge_vmap_node")]
    assert order == [1, 0]
    assert lazy(k) == []
    assert k.current_cpu == 0
    check(k)


@pytest.mark.parametrize(
    ("turns", "order"),
    [([[0, 1]], [0, 1]), ([[1, 0]], [1, 0]), ([[1], [0]], [1, 0]), ([[]], [1, 0]), ([[7, 0, 1]], [0, 1])],
)
def test_helpers_run_in_the_order_that_a_recording_tells(
    k: Kernel, turns: list[list[int]], order: list[int]
) -> None:
    helpers_to_come(k, turns)
    w = window(k, 1 << 40)
    big = [alloc(k, lazy_max_pages(k) * PAGE + 16 * PAGE, 1 << 16, **w) for _ in range(2)]
    for addr in big:
        free(k, addr)
    k.mem.record()
    run_pending_work(k)
    first, size = k.vmap_nodes.addr, k.vmap_nodes.size
    assert [(args[0] - first) // size for _, args in calls(k, "purge_vmap_node")] == order
    assert lazy(k) == []
    check(k)


# --- nodes and pools


def test_a_node_number_survives_the_flags_and_none_is_not_valid(k: Kernel) -> None:
    assert [decode_vn_id(k, encode_vn_id(k, i)) for i in range(2)] == [0, 1]
    assert [encode_vn_id(k, i) for i in range(2)] == [0x100, 0x200]
    assert decode_vn_id(k, 3) == k.nr_vmap_nodes
    assert not is_vn_id_valid(k, decode_vn_id(k, 0))
    assert log_lines(k.mem, k) == []
    assert encode_vn_id(k, 2) == 0
    assert decode_vn_id(k, 0x900) == k.nr_vmap_nodes
    assert [line for line in log_lines(k.mem, k) if "node id" in line] == [
        "Encode wrong node id (2)",
        "Decode wrong node id (8)",
    ]


def drain(k: Kernel) -> None:
    """An ordinary purge, as the drain worker makes it."""
    schedule_work(k, k.drain_vmap_work)
    run_pending_work(k)


def test_a_purged_area_goes_to_the_pool_of_the_node_it_came_through(k: Kernel) -> None:
    k.current_cpu = 1
    addr = alloc(k, 4 * PAGE)
    k.current_cpu = 0
    free(k, addr)
    drain(k)
    assert pooled(k) == [(1, 3, addr, addr + 4 * PAGE, 0x200)]
    assert alloc(k, 4 * PAGE) != addr
    k.current_cpu = 1
    assert alloc(k, 4 * PAGE) == addr
    assert pooled(k) == []
    check(k)


def test_the_highest_purged_address_is_handed_out_first(k: Kernel) -> None:
    addresses = [alloc(k, 2 * PAGE) for _ in range(3)]
    for addr in addresses:
        free(k, addr)
    drain(k)
    assert [alloc(k, 2 * PAGE) for _ in range(3)] == addresses[::-1]


@pytest.mark.parametrize(("pages", "kept"), [(256, True), (257, False)])
def test_only_areas_of_up_to_256_pages_are_kept_in_pools(k: Kernel, pages: int, kept: bool) -> None:
    free(k, alloc(k, pages * PAGE))
    drain(k)
    assert bool(pooled(k)) is kept


def test_a_misaligned_head_goes_to_the_end_of_its_pool_and_the_tree_is_asked(k: Kernel) -> None:
    addresses = [alloc(k, 15 * PAGE) for _ in range(3)]
    for addr in addresses:
        free(k, addr)
    drain(k)
    before = [r[2] for r in pooled(k)]
    assert before[0] % 0x10000
    got = alloc(k, 15 * PAGE, 0x10000)
    assert got not in addresses
    assert [r[2] for r in pooled(k)] == before[1:] + before[:1]


def test_a_window_and_a_single_node_know_no_pools(k: Kernel, one: Kernel) -> None:
    free(k, alloc(k, PAGE, **window(k, MIB)))
    drain(k)
    free(one, alloc(one, PAGE))
    drain(one)
    assert pooled(k) == pooled(one) == []


@pytest.mark.parametrize(("count", "left"), [(1, 0), (2, 0), (3, 0), (4, 3), (5, 4), (8, 6), (12, 9)])
def test_a_drain_takes_a_quarter_of_a_pool_but_all_of_less_than_four(
    k: Kernel, count: int, left: int
) -> None:
    for addr in [alloc(k, 2 * PAGE) for _ in range(count)]:
        free(k, addr)
    drain(k)
    assert len(pooled(k)) == count
    drain(k)
    assert len(pooled(k)) == left
    check(k)


def test_a_full_purge_empties_the_pools_and_keeps_nothing(k: Kernel) -> None:
    before = free_ranges(k)
    a, b = alloc(k, 2 * PAGE), alloc(k, 2 * PAGE)
    free(k, a)
    drain(k)
    free(k, b)
    reclaim_and_purge_vmap_areas(k)
    assert pooled(k) == []
    assert free_ranges(k) == before


def test_the_shrinker_counts_and_empties_the_pools(k: Kernel) -> None:
    assert vmap_node_shrink_count(k) == SHRINK_EMPTY
    for addr in [alloc(k, size * PAGE) for size in (2, 2, 5)]:
        free(k, addr)
    drain(k)
    assert vmap_node_shrink_count(k) == 3
    assert vmap_node_shrink_scan(k) == SHRINK_STOP
    assert pooled(k) == []
    check(k)


def test_what_is_on_a_list_is_not_freed_a_second_time(k: Kernel) -> None:
    addr = alloc(k, PAGE)
    va = find_vmap_area(k, addr)
    assert va is not None
    free(k, addr)
    waiting = lazy(k)
    free_vmap_area_noflush(k, va)
    assert lazy(k) == waiting
    assert any("mm/vmalloc.c:2419" in line for line in log_lines(k.mem, k))


# --- work


def test_a_worker_runs_on_the_cpu_that_queued_it_and_only_once(k: Kernel) -> None:
    k.mem.record()
    k.current_cpu = 1
    assert schedule_work(k, k.drain_vmap_work)
    k.current_cpu = 0
    assert not schedule_work(k, k.drain_vmap_work)
    run_pending_work(k)
    names = [name for name, _ in calls(k, "process_one_work", "drain_vmap_area_work")]
    assert names == ["process_one_work", "drain_vmap_area_work"]
    assert k.current_cpu == 0


def test_pending_work_survives_a_kernel_rebuilt_from_its_words(k: Kernel) -> None:
    addr = alloc(k, PAGE)
    free(k, addr)
    schedule_work(k, k.drain_vmap_work)
    again = Kernel(k.machine, k.mem)
    run_pending_work(again)
    assert lazy(again) == []
    check(again)


# --- odd states ----------------------------------------------------------------------------------------


def test_before_the_allocator_is_ready_nothing_is_flushed(k: Kernel) -> None:
    k.vmap_initialized = 0
    k.mem.record()
    vm_unmap_aliases(k)
    assert calls(k, "flush_tlb_kernel_range") == []
    assert calls(k, "__purge_vmap_area_lazy") == []


def test_an_area_outside_the_vmalloc_range_has_no_shadow_and_is_freed_like_any_other() -> None:
    k = booted(kasan="generic")
    addr = alloc(k, 4 * PAGE, vstart=1 << 30, vend=1 << 31)
    assert addr == 1 << 30
    free(k, addr)
    assert reclaim_and_purge_vmap_areas(k) is None
    assert lazy(k) == []
    assert any(start <= addr < end for start, end in free_ranges(k))


def test_a_pooled_area_that_is_not_what_its_pool_says_is_warned_of_and_not_handed_out(k: Kernel) -> None:
    addr = alloc(k, 2 * PAGE)
    free(k, addr)
    reclaim = schedule_work(k, k.drain_vmap_work)
    run_pending_work(k)
    assert reclaim
    (pool,) = [node_pool(k.vmap_nodes[i], 1) for i in range(2) if node_pool(k.vmap_nodes[i], 1).len]
    (va,) = on_list(pool.head)
    va.va_end += PAGE
    assert alloc(k, 2 * PAGE) != addr
    assert any("node_pool_del_va" in line for line in log_lines(k.mem, k))
    assert pool.len == 1


def test_turns_of_helpers_that_were_not_needed_are_passed_over(k: Kernel) -> None:
    helpers_to_come(k, [[0, 0, 1, 0, 1], [1]])
    w = window(k, 1 << 40)
    big = [alloc(k, lazy_max_pages(k) * PAGE + 16 * PAGE, 1 << 16, **w) for _ in range(2)]
    for addr in big:
        free(k, addr)
    reclaim_and_purge_vmap_areas(k)
    assert lazy(k) == []
    assert k.purge_order[k.purge_order_next] == 1 + 1  # the first turn of the next purge


def test_a_worker_runs_as_a_task_wherever_it_is_waited_for(k: Kernel) -> None:
    w = window(k, 1 << 40)
    big = [alloc(k, lazy_max_pages(k) * PAGE + 16 * PAGE, 1 << 16, **w) for _ in range(2)]
    for addr in big:
        free(k, addr)
    k.mem.record()
    preempt_disable(k)
    reclaim_and_purge_vmap_areas(k)
    assert k.preempt_count == 1
    rows = k.mem.take()
    counts = [new for word, new in zip(rows.word, rows.new, strict=True) if word << 3 == preempt_count_at(k)]
    assert counts == [1, 0, 1]
    assert lazy(k) == []


def preempt_count_at(k: Kernel) -> int:
    """Where the word is that says whether the CPU may be left."""
    return k.addr + offsetof(Kernel, "preempt_count")
