"""The free tree: what it knows about the sides of every node stays right whatever is given back."""

from __future__ import annotations

from itertools import accumulate
from random import Random

import pytest

from tests.engine.areas import PAGE, allocator, check_tree, free_ranges, in_tree, new_area
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import INIT_LIST_HEAD
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.rbtree_augmented import RB_CLEAR_NODE, rb_root_link
from vmgui.engine.mm.vmap_area import va_clip
from vmgui.engine.mm.vmap_tree import (
    compute_subtree_max_size,
    get_va_next_sibling,
    insert_vmap_area_augment,
    merge_or_add_vmap_area_augment,
    rb_entry,
    unlink_va,
)
from vmgui.engine.structs import vmap_area

#: Sizes in pages of ranges in a row, and an order of giving them back, in which the last one merges with
#: both neighbours in such a way that the next one has to leave the tree before the previous one grows.
SIZES = [
    4, 4, 1, 7, 8, 7, 5, 4, 4, 7, 3, 5, 1, 2, 6, 1, 1, 2, 5, 1, 7, 6, 8, 8, 7, 5, 5, 4, 8, 6, 1, 8, 4, 2, 8,
    5, 6, 2, 4, 3,
]  # fmt: skip
ORDER = [
    12, 18, 20, 0, 25, 23, 1, 36, 33, 13, 4, 8, 37, 29, 14, 34, 22, 35, 32, 24, 19, 10, 16, 27, 5, 21, 26,
]  # fmt: skip


@pytest.fixture
def k() -> Kernel:
    """An allocator whose free tree is empty."""
    k = allocator()
    k.free_vmap_area_root.rb_node = None
    INIT_LIST_HEAD(k.free_vmap_area_list)
    return k


def give_back(k: Kernel, sizes: list[int], order: list[int]) -> None:
    """Free the ranges one by one, and look at the whole tree each time."""
    root, head = k.free_vmap_area_root, k.free_vmap_area_list
    starts = [k.VMALLOC_START + PAGE * pages for pages in accumulate(sizes, initial=0)]
    for i in order:
        merge_or_add_vmap_area_augment(k, new_area(k, starts[i], starts[i + 1]), root, head)
        check_tree(root, head)
        for _, node in in_tree(root):
            va = rb_entry(node)
            assert va.subtree_max_size == compute_subtree_max_size(va)


def test_merging_with_both_neighbours_takes_the_next_one_out_first(k: Kernel) -> None:
    give_back(k, SIZES, ORDER)


@pytest.mark.parametrize("seed", range(10))
def test_all_ranges_given_back_in_any_order_become_one(k: Kernel, seed: int) -> None:
    draw = Random(seed)
    sizes = [draw.randint(1, 8) for _ in range(40)]
    order = list(range(40))
    draw.shuffle(order)
    give_back(k, sizes, order)
    assert free_ranges(k) == [(k.VMALLOC_START, k.VMALLOC_START + sum(sizes) * PAGE)]


def test_in_an_empty_tree_nothing_is_next(k: Kernel) -> None:
    assert get_va_next_sibling(None, rb_root_link(k.free_vmap_area_root)) is None


def overlapped(k: Kernel) -> vmap_area:
    """A range that overlaps a free one."""
    free = new_area(k, 8 * PAGE, 16 * PAGE)
    merge_or_add_vmap_area_augment(k, free, k.free_vmap_area_root, k.free_vmap_area_list)
    return new_area(k, 12 * PAGE, 20 * PAGE)


def test_what_overlaps_a_free_range_is_warned_of_and_not_added(k: Kernel) -> None:
    va, root, head = overlapped(k), k.free_vmap_area_root, k.free_vmap_area_list
    assert merge_or_add_vmap_area_augment(k, va, root, head) is None
    insert_vmap_area_augment(k, va, None, root, head)
    assert free_ranges(k) == [(8 * PAGE, 16 * PAGE)]
    assert len([line for line in log_lines(k.mem, k) if "overlaps with" in line]) == 2


def test_what_is_in_no_tree_is_not_taken_out_of_one(k: Kernel) -> None:
    va = overlapped(k)
    RB_CLEAR_NODE(va.rb_node)
    unlink_va(k, va, k.free_vmap_area_root)
    assert any("__unlink_va" in line for line in log_lines(k.mem, k))
    assert free_ranges(k) == [(8 * PAGE, 16 * PAGE)]


def test_a_range_that_is_not_all_in_the_free_one_is_not_cut_out(k: Kernel) -> None:
    overlapped(k)
    root, head = k.free_vmap_area_root, k.free_vmap_area_list
    free = rb_entry(root.rb_node)
    for start in (4 * PAGE, 12 * PAGE):
        assert va_clip(k, root, head, free, start, 8 * PAGE) == -1
    assert free_ranges(k) == [(8 * PAGE, 16 * PAGE)]
