"""The port of lib/test_vmalloc.c: what passes in the kernel passes here, and nothing is left behind."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted, rebuilt, recorded
from vmgui.engine import selftest_cases
from vmgui.engine.check import busy_areas, validate
from vmgui.engine.check_walk import tables
from vmgui.engine.gfp import __GFP_NOWARN, GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.random import get_random_u8, get_random_u32_below, get_random_u32_inclusive, seed_random
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import M
from vmgui.engine.mm.kvfree_rcu import KVFREE_BULK_MAX_ENTR
from vmgui.engine.mm.page_alloc import __free_pages, alloc_pages
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.selftest import (
    load_test_vmalloc,
    shuffle_array,
    test_case_array,
    test_vmalloc_parameters,
)
from vmgui.engine.structs import page
from vmgui.engine.trace import FUNCTIONS, Recorder, Rows
from vmgui.engine.words import MASK64

CASES = [case.test_name for case in test_case_array]
#: The kernel's own comment says of it: this test case is supposed to be failed.
MEANT_TO_FAIL = "align_shift_alloc_test"


@pytest.fixture
def k() -> Kernel:
    return booted()


def run(k: Kernel, case: str, **parameters: int) -> tuple[int, int]:
    """Passed and failed runs of a case, on a scale that a test can wait for."""
    small = {"test_loop_count": 8, "nr_areas": 24, "run_test_mask": 1 << CASES.index(case)}
    return load_test_vmalloc(k, test_vmalloc_parameters(**small | parameters))


def arguments(rows: Rows, name: str) -> list[tuple[int, ...]]:
    """The arguments of every call of ``name`` among ``rows``, in the order of the calls."""
    ends = [*rows.arg[1:], len(rows.args)]
    return [
        tuple(rows.args[first:end])
        for number, first, end in zip(rows.function, rows.arg, ends, strict=True)
        if FUNCTIONS[number].name == name
    ]


def requests(k: Kernel) -> list[tuple[int, ...]]:
    """(address, size, alignment) of every address range that was handed out since the last question."""
    return [call[:3] for call in arguments(k.mem.take(), "trace_alloc_vmap_area") if not call[5]]


# --- every case ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_a_case_ends_as_it_does_in_the_kernel(k, case):
    assert run(k, case, test_repeat_count=3) == ((0, 3) if case == MEANT_TO_FAIL else (3, 0))


@pytest.mark.parametrize("case", CASES)
def test_after_a_case_every_invariant_holds_and_all_memory_is_back(k, case):
    run(k, case)  # per-CPU memory keeps a chunk, and every first use a slab
    run_pending_work(k)
    reclaim_and_purge_vmap_areas(k)
    before = k.nr_vmalloc_pages, len(list(busy_areas(k))), k.nr_free_pages + len(list(tables(k)))
    run(k, case)
    assert not validate(k)
    run_pending_work(k)
    reclaim_and_purge_vmap_areas(k)
    assert not validate(k)
    # Page tables stay, all other frames are free again.
    assert (k.nr_vmalloc_pages, len(list(busy_areas(k))), k.nr_free_pages + len(list(tables(k)))) == before
    assert k.vmap_lazy_nr == 0


@pytest.mark.parametrize("case", CASES)
def test_every_range_a_case_gets_is_as_large_and_as_aligned_as_it_asked(k, case):
    k = recorded(k)
    run(k, case)
    got = requests(k)
    # one block serves all rounds of vm_map_ram_test, and one chunk all of pcpu_alloc_test
    assert len(got) >= {"vm_map_ram_test": 1, "pcpu_alloc_test": 2}.get(case, 8)
    assert [each for each in got if each[0] % each[2]] == []
    assert all(addr >= k.VMALLOC_START and addr + size <= k.VMALLOC_END for addr, size, _ in got)


@pytest.mark.parametrize("case", CASES)
def test_a_case_does_the_same_on_a_kernel_rebuilt_from_its_words(k, case):
    again = rebuilt(k)
    run(k, case)
    run(again, case)
    assert k.mem.view == again.mem.view


@pytest.mark.parametrize("case", CASES)
def test_a_case_runs_on_five_levels_and_on_one_cpu(case):
    passed = (0, 1) if case == MEANT_TO_FAIL else (1, 0)
    for changes in ({"va_bits": 57, "phys_bits": 52}, {"possible_cpus": 1, "online_cpus": 1}):
        k = booted(**changes)
        assert run(k, case) == passed
        assert not validate(k)


@pytest.mark.parametrize("case", [case for case in CASES if case != MEANT_TO_FAIL])
def test_a_case_that_gets_no_memory_fails_and_gives_back_what_it_had(k, case):
    run(k, "fix_size_alloc_test")  # the tables are there, so that only pages are missing
    run_pending_work(k)
    held, pages = all_free_blocks(k), k.nr_vmalloc_pages
    assert run(k, case, nr_areas=600) == (0, 1)
    assert k.nr_vmalloc_pages == pages
    for block, order in held:
        __free_pages(k, block, order)
    assert not validate(k)


def all_free_blocks(k: Kernel) -> list[tuple[page, int]]:
    """Take every block of RAM that can be had."""
    held = []
    for order in range(k.MAX_PAGE_ORDER, -1, -1):
        while (block := alloc_pages(k, GFP_KERNEL | __GFP_NOWARN, order)) is not None:
            held.append((block, order))
    return held


# --- single cases -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("nr_pages", "pages"), [(0, 1), (1, 1), (7, 7)])
def test_fix_size_allocates_as_many_pages_as_it_is_told(k, nr_pages, pages):
    k = recorded(k)
    run(k, "fix_size_alloc_test", nr_pages=nr_pages)
    assert {size for _, size, _ in requests(k)} == {(pages + 1) * k.PAGE_SIZE}


def test_fix_size_with_use_huge_gets_two_mib_entries(k):
    k = recorded(k)
    assert run(k, "fix_size_alloc_test", nr_pages=512, use_huge=1, test_loop_count=2) == (1, 0)
    assert {(size, align) for _, size, align in requests(k)} == {(2 * M + k.PAGE_SIZE, 2 * M)}


def test_random_sizes_are_one_to_a_hundred_pages(k):
    k = recorded(k)
    run(k, "random_size_alloc_test", test_loop_count=60)
    pages = [size // k.PAGE_SIZE - 1 for _, size, _ in requests(k)]
    assert len(pages) == 60
    assert 1 <= min(pages) < 20 < 80 < max(pages) <= 100


def test_one_random_number_chooses_size_and_alignment(k):
    k = recorded(k)
    run(k, "random_size_align_alloc_test", test_loop_count=40, seed=5)
    seed_random(k, 5)
    shuffle_array(k, list(range(len(CASES))))
    numbers = [get_random_u8(k) for _ in range(40)]
    asked = [((n % 10 + 2) * k.PAGE_SIZE, 1 << n % 23) for n in numbers]
    assert [(size, align) for _, size, align in requests(k)] == asked


def test_two_stacks_are_the_alignment_of_fix_align(k):
    k = recorded(k)
    run(k, "fix_align_alloc_test")
    assert {(size, align) for _, size, align in requests(k)} == {(6 * k.PAGE_SIZE, 8 * k.PAGE_SIZE)}


@pytest.mark.parametrize(("va_bits", "phys_bits", "largest"), [(48, 46, 45), (57, 52, 54)])
def test_align_shift_fails_at_the_first_power_of_two_that_the_range_lacks(va_bits, phys_bits, largest):
    k = recorded(booted(va_bits=va_bits, phys_bits=phys_bits))
    run(k, "align_shift_alloc_test")
    aligns = [align for _, _, align in requests(k)]
    assert aligns == [1 << i for i in range(largest + 1)]
    beyond = 1 << largest + 1
    assert -(-k.VMALLOC_START // beyond) * beyond & MASK64 not in range(k.VMALLOC_START, k.VMALLOC_END)


def test_full_fit_leaves_a_hole_beside_every_page_it_keeps(k):
    k = recorded(k)
    assert isinstance(k.mem, Recorder)
    run(k, "full_fit_alloc_test", nr_areas=16, test_loop_count=4)
    rows = k.mem.take()
    ranges, freed = arguments(rows, "trace_alloc_vmap_area"), [args[0] for args in arguments(rows, "vfree")]
    got = [args[0] for args in ranges]
    arrays, kept, junk, rounds = got[:2], got[2:34:2], got[3:34:2], got[34:]
    assert all(hole - page == 2 * k.PAGE_SIZE for page, hole in zip(kept, junk, strict=True))
    assert freed == [*junk, *rounds, *kept, *arrays]
    assert len(rounds) == 4


def test_a_long_busy_list_is_held_until_all_rounds_are_over(k):
    k = recorded(k)
    assert isinstance(k.mem, Recorder)
    run(k, "long_busy_list_alloc_test", nr_areas=10, test_loop_count=3)
    rows = k.mem.take()
    freed = [args[0] for args in arguments(rows, "vfree")]
    got = [args[0] for args in arguments(rows, "trace_alloc_vmap_area")]
    assert freed == [*got[11:], *got[1:11], got[0]]
    assert {size for _, size, *_ in arguments(rows, "trace_alloc_vmap_area")[11::2]} == {101 * k.PAGE_SIZE}


def test_a_vmalloc_area_waits_for_readers_before_it_is_freed(k):
    for case in ("kvfree_rcu_1_arg_vmalloc_test", "kvfree_rcu_2_arg_vmalloc_test"):
        pages = k.nr_vmalloc_pages
        assert run(k, case, test_loop_count=6) == (1, 0)
        assert k.nr_vmalloc_pages == pages + 6
        run_pending_work(k)
        assert k.nr_vmalloc_pages == pages


def test_who_brings_no_rcu_head_needs_a_page_of_pointers(k):
    k = recorded(k)
    run(k, "kvfree_rcu_1_arg_vmalloc_test")
    assert {args[0] for args in arguments(k.mem.take(), "kvfree_call_rcu")} == {0}
    run(k, "kvfree_rcu_2_arg_vmalloc_test")
    assert all(head == addr for head, addr in arguments(k.mem.take(), "kvfree_call_rcu"))


def test_many_areas_that_wait_are_freed_while_the_case_runs(k):
    pages = k.nr_vmalloc_pages
    assert run(k, "kvfree_rcu_1_arg_vmalloc_test", test_loop_count=600) == (1, 0)
    assert k.nr_vmalloc_pages == pages + 600 - KVFREE_BULK_MAX_ENTR(k)


@pytest.mark.parametrize(("nr_pages", "areas"), [(1, 1), (32, 1), (33, 2), (65, 8)])
def test_few_pages_are_mapped_in_blocks_and_many_in_an_area_each_time(k, nr_pages, areas):
    k = recorded(k)
    assert run(k, "vm_map_ram_test", nr_pages=nr_pages, test_loop_count=8) == (1, 0)
    assert len(requests(k)) == areas


def test_a_mapping_that_cannot_be_had_stops_the_kernel_as_nobody_asked(k, monkeypatch):
    monkeypatch.setattr(selftest_cases, "vm_map_ram", lambda *_: 0)
    with pytest.raises(KernelBug, match="NULL pointer dereference"):
        run(k, "vm_map_ram_test")


# --- the module ---------------------------------------------------------------------------------------


def test_the_module_prints_the_summary_of_the_kernel(k):
    run(k, "fix_size_alloc_test", test_loop_count=5, test_repeat_count=2)
    assert log_lines(k.mem, k)[-2:] == [
        "Summary: fix_size_alloc_test passed: 2 failed: 0 repeat: 2 loops: 5 avg: 0 usec",
        "All test took worker0=0 cycles",
    ]


def test_a_full_mask_runs_every_case_once(k):
    assert load_test_vmalloc(
        k, test_vmalloc_parameters(test_loop_count=2, nr_areas=4)
    ) == (len(CASES) - 1, 1)  # fmt: skip


def order_of_cases(k: Kernel) -> list[str]:
    rows = k.mem.take()
    names = [FUNCTIONS[number].name for number in rows.function]
    return [name for name in names if name in CASES]


def test_cases_run_in_the_order_of_the_table_only_if_asked(k):
    k = recorded(k)
    load_test_vmalloc(k, test_vmalloc_parameters(test_loop_count=1, nr_areas=2, sequential_test_order=1))
    assert order_of_cases(k) == CASES
    load_test_vmalloc(k, test_vmalloc_parameters(test_loop_count=1, nr_areas=2))
    shuffled = order_of_cases(k)
    assert shuffled != CASES
    assert sorted(shuffled) == sorted(CASES)


def test_workers_take_the_cpus_in_turn_and_the_caller_keeps_its_own(k):
    k = recorded(k)
    k.current_cpu = 1
    assert run(k, "fix_size_alloc_test", nr_threads=3, test_loop_count=1) == (3, 0)
    assert k.current_cpu == 1
    assert [line for line in log_lines(k.mem, k) if "worker" in line] == [
        f"All test took worker{i}=0 cycles" for i in range(3)
    ]


def test_zero_workers_rounds_and_loops_are_one_of_each(k):
    assert run(k, "fix_size_alloc_test", nr_threads=0, test_repeat_count=0, test_loop_count=0) == (1, 0)


def test_more_workers_than_fit_into_a_block_are_refused(k):
    assert run(k, "fix_size_alloc_test", nr_threads=60000) == (0, 0)
    assert not validate(k)


# --- random numbers -----------------------------------------------------------------------------------


def test_a_seed_gives_the_same_sizes_again_and_another_seed_others(k):
    rows = []
    for seed in (7, 7, 8):
        fresh = recorded(booted())
        run(fresh, "random_size_alloc_test", seed=seed)
        rows.append([size for _, size, _ in requests(fresh)])
    assert rows[0] == rows[1] != rows[2]


def test_random_numbers_reach_both_ends_and_nothing_beyond(k):
    seed_random(k, 1)
    numbers = [get_random_u32_inclusive(k, 3, 9) for _ in range(500)]
    assert set(numbers) == set(range(3, 10))
    assert {get_random_u32_below(k, 2) for _ in range(50)} == {0, 1}
    assert max(get_random_u8(k) for _ in range(3000)) == 255


def test_a_shuffle_moves_every_number(k):
    for seed in range(1, 20):
        seed_random(k, seed)
        numbers = list(range(11))
        shuffle_array(k, numbers)
        assert sorted(numbers) == list(range(11))
        assert all(i != number for i, number in enumerate(numbers))


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 6, 10, 27, 28, 52])
@pytest.mark.parametrize("case", [case for case in CASES if case not in ("vm_map_ram_test", MEANT_TO_FAIL)])
def test_a_case_ends_well_whichever_area_it_does_not_get(k, case, nth):
    setup_fault_attr(k, Fault.AREA, nth, 1, 1)
    passed, failed = run(k, case, test_loop_count=2)
    assert passed + failed == 1
    assert validate(k) == []


@pytest.mark.parametrize(
    ("case", "nth"),
    [("long_busy_list_alloc_test", nth) for nth in range(28, 32)] + [("full_fit_alloc_test", 53)],
)
def test_a_round_that_lacks_an_area_gives_back_what_it_has_and_fails(k, case, nth):
    pages, areas = k.nr_vmalloc_pages, len(list(busy_areas(k)))
    setup_fault_attr(k, Fault.AREA, nth, 1, 1)  # the areas beside those of the rounds are there by then
    assert run(k, case, test_loop_count=2) == (0, 1)
    run_pending_work(k)
    reclaim_and_purge_vmap_areas(k)
    assert (k.nr_vmalloc_pages, len(list(busy_areas(k)))) == (pages, areas)
    assert validate(k) == []


def test_a_case_that_does_not_get_all_its_pages_maps_none_and_gives_them_back(k):
    before = k.nr_free_pages
    setup_fault_attr(k, Fault.PAGE, 1, 100, 1)
    assert run(k, "vm_map_ram_test", nr_pages=4) == (0, 1)
    assert k.nr_free_pages == before


def test_a_case_without_memory_for_its_list_fails(k):
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)
    assert run(k, "vm_map_ram_test", nr_pages=2048) == (0, 1)
