"""The buddy allocator: splitting, merging, and what is left of both after any program."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.booted import SMALL, booted
from vmgui.engine.arch.arm64_mte import tag_at
from vmgui.engine.check import pool_areas
from vmgui.engine.check_frames import free_blocks, validate_free_lists
from vmgui.engine.gfp import (
    __GFP_DMA,
    __GFP_DMA32,
    __GFP_NOFAIL,
    __GFP_NOWARN,
    __GFP_ZERO,
    GFP_ATOMIC,
    GFP_KERNEL,
    GFP_NOFS,
    gfp_names,
)
from vmgui.engine.kernel import KernelBug
from vmgui.engine.lib.list import list_empty
from vmgui.engine.lib.preempt import irq_enter, irq_exit, local_bh_disable, local_bh_enable
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work, schedule_work
from vmgui.engine.machine import G, M, Machine
from vmgui.engine.mm.iov_iter import copy_page_to_iter_nofault, iov_iter
from vmgui.engine.mm.kasan.tags import KASAN_TAG_KERNEL, page_kasan_tag_set
from vmgui.engine.mm.mm_init import stolen_pfns, usable_ranges
from vmgui.engine.mm.page import (
    get_page,
    page_address,
    page_count,
    page_to_pfn,
    pfn_to_page,
    pfn_valid,
)
from vmgui.engine.mm.page_alloc import (
    __free_one_page,
    __free_page,
    __free_pages,
    alloc_page,
    alloc_pages,
    alloc_pages_bulk_array,
    split_page,
)
from vmgui.engine.mm.show_mem import warn_alloc
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.words import WordArray


@pytest.fixture
def k():
    return booted()


def lists(k):
    return sorted(free_blocks(k))


def test_a_block_is_aligned_to_its_size_and_its_pages_are_contiguous(k):
    for order in range(11):
        block = alloc_pages(k, GFP_KERNEL, order)
        assert page_to_pfn(k, block) % (1 << order) == 0
        assert not validate_free_lists(k)


def test_the_upper_halves_of_a_split_block_become_free(k):
    before = lists(k)
    pfn = page_to_pfn(k, alloc_page(k, GFP_KERNEL))
    (whole,) = set(before) - set(lists(k))
    assert set(lists(k)) - set(before) == {(pfn + (1 << order), order) for order in range(whole[1])}


def test_pages_come_in_ascending_order_out_of_one_block(k):
    pfns = [page_to_pfn(k, alloc_page(k, GFP_KERNEL)) for _ in range(100)]
    assert pfns == list(range(pfns[0], pfns[0] + 100))


def test_a_freed_page_is_the_next_one_to_be_taken(k):
    first, _second = alloc_page(k, GFP_KERNEL), alloc_page(k, GFP_KERNEL)
    __free_page(k, first)
    assert alloc_page(k, GFP_KERNEL) == first


def test_buddies_merge_and_others_do_not(k):
    before = lists(k)
    pages = [alloc_page(k, GFP_KERNEL) for _ in range(4)]
    __free_page(k, pages[1])
    __free_page(k, pages[2])  # the neighbour, but not the other half of the same block
    assert {(page_to_pfn(k, pages[1]), 0), (page_to_pfn(k, pages[2]), 0)} <= set(lists(k))
    __free_page(k, pages[0])
    assert (page_to_pfn(k, pages[0]), 1) in lists(k)
    __free_page(k, pages[3])
    assert lists(k) == before


def test_blocks_grow_no_larger_than_order_ten(k):
    assert max(order for _, order in free_blocks(k)) == 10
    assert alloc_pages(k, GFP_KERNEL, 11) is None


def test_a_split_block_is_given_back_page_by_page(k):
    before = lists(k)
    block = alloc_pages(k, GFP_KERNEL, 9)
    assert [page_count(block[i]) for i in range(3)] == [1, 0, 0]
    split_page(k, block, 9)
    assert {page_count(block[i]) for i in range(512)} == {1}
    for i in reversed(range(512)):
        __free_page(k, block[i])
    assert lists(k) == before


def test_a_page_with_two_references_survives_the_first_free(k):
    page, free = alloc_page(k, GFP_KERNEL), k.nr_free_pages
    get_page(page)
    __free_page(k, page)
    assert (k.nr_free_pages, page_count(page)) == (free, 1)


def test_memory_runs_out_and_says_so_by_none(k):
    pages = []
    while page := alloc_pages(k, GFP_KERNEL, 10):
        pages.append(page)
    assert len(pages) > 5
    while alloc_page(k, GFP_KERNEL):
        pass
    assert k.nr_free_pages == 0
    assert alloc_page(k, GFP_KERNEL) is None


def dirty(k):
    page = alloc_page(k, GFP_KERNEL)
    k.mem.store(page_address(k, page) + 8, 0xDEAD)
    __free_page(k, page)
    return page_address(k, page)


def test_pages_are_cleared_when_they_are_handed_out(k):
    addr = dirty(k)
    assert page_address(k, alloc_page(k, GFP_KERNEL)) == addr
    assert k.mem.is_zero(addr, 4096)


def test_without_init_on_alloc_only_zero_pages_are_cleared():
    k = booted(init_on_alloc=False)
    addr = dirty(k)
    page = alloc_page(k, GFP_KERNEL)
    assert (page_address(k, page), k.mem.load(addr + 8)) == (addr, 0xDEAD)
    __free_page(k, page)
    alloc_page(k, GFP_KERNEL | __GFP_ZERO)
    assert k.mem.is_zero(addr, 4096)


def test_the_bulk_call_fills_only_empty_slots(k):
    array = kzalloc(k, 8 * 4, GFP_KERNEL)
    slots = WordArray(k.mem, array)
    mine = alloc_page(k, GFP_KERNEL)
    slots[1] = mine.addr
    assert alloc_pages_bulk_array(k, GFP_KERNEL, 4, array) == 4
    assert slots[1] == mine.addr
    assert len({slots[i] for i in range(4)}) == 4
    assert all(slots[i] for i in range(4))


def test_the_bulk_call_tells_how_far_it_came(k):
    array = kzalloc(k, 8 * 4, GFP_KERNEL)
    while k.nr_free_pages > 6 and alloc_pages(k, GFP_KERNEL | __GFP_NOWARN, 10):
        pass
    while k.nr_free_pages > 6:
        alloc_page(k, GFP_KERNEL)
    assert alloc_pages_bulk_array(k, GFP_KERNEL, 4, array) == 4
    slots = WordArray(k.mem, array)
    for i in range(4):
        slots[i] = 0
    # too few for all: then a single page is taken, as a call for one would
    assert [alloc_pages_bulk_array(k, GFP_KERNEL, 4, array) for _ in range(3)] == [1, 2, 2]


def test_dma32_pages_lie_below_4_gib():
    k = booted(ram=4 * G)
    assert page_to_pfn(k, alloc_pages(k, GFP_KERNEL, 10)) >= 4 * G >> 12  # freed last at boot, so taken first
    assert page_to_pfn(k, alloc_pages(k, GFP_KERNEL | __GFP_DMA32, 10)) < 4 * G >> 12


def test_frame_numbers_and_struct_pages_are_two_names_of_one_thing(k):
    for pfn in (0, 1, 4095, 16383):
        assert page_to_pfn(k, pfn_to_page(k, pfn)) == pfn
        assert page_address(k, pfn_to_page(k, pfn)) == pfn << 12
    assert [pfn_valid(k, pfn) for pfn in (0, (64 * M >> 12) - 1, 64 * M >> 12)] == [True, True, False]


def test_a_failure_is_reported_once_in_ten_seconds(k):
    warn_alloc(k, GFP_KERNEL | __GFP_NOWARN, None, "hidden")
    warn_alloc(k, GFP_KERNEL, None, "first")
    warn_alloc(k, GFP_KERNEL, None, "second")
    assert log_lines(k.mem, k) == [
        "init: first, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0"
    ]


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (GFP_KERNEL, "GFP_KERNEL"),
        (GFP_KERNEL | __GFP_ZERO, "GFP_KERNEL|__GFP_ZERO"),
        (GFP_NOFS | __GFP_NOWARN, "GFP_NOFS|__GFP_NOWARN"),
        (0, ""),
        (1 << 30, "0x40000000"),
    ],
)
def test_flags_have_the_names_of_kernel_messages(flags, text):
    assert gfp_names(flags) == text


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10), st.integers(0, 1 << 16)), max_size=60))
def test_any_program_of_allocations_leaves_sound_lists_and_gives_everything_back(program):
    k = booted(SMALL, ram=16 * M)
    before, free = lists(k), k.nr_free_pages
    held = []
    for take, order, which in program:
        if take or not held:
            page = alloc_pages(k, GFP_KERNEL, order)
            if page is not None:
                taken = set(range(page_to_pfn(k, page), page_to_pfn(k, page) + (1 << order)))
                assert not any(taken & frames for _, _, frames in held)
                held.append((page, order, taken))
        else:
            page, order, _ = held.pop(which % len(held))
            __free_pages(k, page, order)
        assert not validate_free_lists(k)
        assert k.nr_free_pages + sum(1 << order for _, order, _ in held) == free
    for page, order, _ in held:
        __free_pages(k, page, order)
    assert lists(k) == before


# --- when there is none ------------------------------------------------------------------------------


def use_up(k):
    for order in reversed(range(k.MAX_PAGE_ORDER + 1)):
        while alloc_pages(k, GFP_KERNEL | __GFP_NOWARN, order):
            pass


def test_who_may_not_wait_makes_nobody_give_up_anything_and_is_complained_about(k):
    vfree(k, vmalloc(k, 4096))
    use_up(k)
    waiting = k.vmap_lazy_nr
    assert alloc_page(k, GFP_ATOMIC) is None
    assert k.vmap_lazy_nr == waiting
    assert "page allocation failure: order:0, mode:0x820(GFP_ATOMIC)" in log_lines(k.mem, k)[-1]


def test_the_pools_of_areas_are_given_up_for_who_may_wait(k):
    lazily = [vmalloc(k, 4096) for _ in range(20)]
    for addr in lazily:
        vfree(k, addr)
    schedule_work(k, k.drain_vmap_work)
    run_pending_work(k)
    assert pool_areas(k)
    use_up(k)
    assert alloc_page(k, GFP_KERNEL | __GFP_NOWARN) is None
    assert not pool_areas(k)


def test_who_cannot_do_without_waits_for_work_that_frees_something_and_else_stops_the_kernel(k):
    addr = vmalloc(k, 8 * 4096)
    use_up(k)
    local_bh_disable(k)
    irq_enter(k)
    vfree(k, addr)  # put off: nobody can wait here
    irq_exit(k)
    local_bh_enable(k)
    assert not list_empty(k.worklist)
    assert alloc_page(k, GFP_KERNEL | __GFP_NOFAIL)
    use_up(k)
    with pytest.raises(KernelBug, match="System is deadlocked on memory"):
        alloc_page(k, GFP_KERNEL | __GFP_NOFAIL)


@pytest.mark.parametrize(("machine", "complains"), [(SMALL, True), (Machine("riscv64", ram=64 * M), False)])
def test_nobody_is_told_that_memory_for_old_devices_is_out_where_there_never_was_any(machine, complains):
    k = booted(machine)
    warn_alloc(k, GFP_KERNEL | __GFP_DMA, None, "page allocation failure")
    assert bool(log_lines(k.mem, k)) is complains


def test_a_page_that_others_hold_at_the_very_end_of_ram_is_no_part_of_it():
    machine = replace(SMALL, fragmentation=50, seed=25)
    last = machine.ram - 4096
    assert last >> 12 in set(stolen_pfns(machine))
    assert max(end for _, end in usable_ranges(machine)) == last


@pytest.mark.parametrize(("offset", "nbytes", "copied"), [(4090, 6, 6), (4090, 7, 0), (0, 4097, 0)])
def test_only_bytes_of_the_page_itself_are_copied_out_of_it(k, offset, nbytes, copied):
    page, buffer = alloc_page(k, GFP_KERNEL), iov_iter(8192, 0)
    assert copy_page_to_iter_nofault(k, page, offset, nbytes, buffer) == copied


def test_a_page_that_never_had_a_tag_keeps_none_when_it_is_freed():
    k = booted(Machine("arm64", ram=64 * M, nr_cpus=512, phys_bits=48, kasan="hw_tags"))
    page = alloc_page(k, GFP_KERNEL)
    page_kasan_tag_set(page, KASAN_TAG_KERNEL)
    before = tag_at(k, page_address(k, page))
    __free_page(k, page)
    assert tag_at(k, page_address(k, page)) == before


def test_what_is_no_ram_is_put_on_no_list(k):
    before, pfn = lists(k), k.max_pfn + 5
    __free_one_page(k, pfn_to_page(k, pfn), pfn, 0)
    assert lists(k) == before
