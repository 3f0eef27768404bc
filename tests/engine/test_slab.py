"""kmalloc: size classes, the object freed last comes first, whole pages for what is large."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.booted import booted
from vmgui.engine.check_frames import validate_free_lists
from vmgui.engine.gfp import __GFP_ZERO, GFP_KERNEL
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.slab import KMALLOC_SIZES, kfree, kmalloc, kmalloc_index, kzalloc


@pytest.fixture
def k():
    return booted()


@pytest.mark.parametrize(("size", "class_size"), [(1, 8), (8, 8), (9, 16), (65, 96), (97, 128), (129, 192)])
def test_the_smallest_class_that_fits_is_taken(size, class_size):
    assert KMALLOC_SIZES[kmalloc_index(size)] == class_size


def test_the_object_freed_last_comes_first(k):
    a, b = kmalloc(k, 72, GFP_KERNEL), kmalloc(k, 72, GFP_KERNEL)
    kfree(k, a)
    kfree(k, b)
    assert [kmalloc(k, 90, GFP_KERNEL), kmalloc(k, 72, GFP_KERNEL)] == [b, a]


def test_small_objects_lie_above_ram_and_large_ones_are_pages(k):
    assert kmalloc(k, 2048, GFP_KERNEL) >= k.addr
    free = k.nr_free_pages
    large = kmalloc(k, 2049, GFP_KERNEL)
    assert large < k.addr
    assert k.nr_free_pages == free - 1
    kfree(k, large)
    assert k.nr_free_pages == free
    assert not validate_free_lists(k)


def test_zeroed_memory_is_zero_even_if_it_was_used(k):
    addr = kmalloc(k, 96, GFP_KERNEL)
    for word in range(addr, addr + 96, 8):
        k.mem.store(word, 5)
    kfree(k, addr)
    assert kzalloc(k, 96, GFP_KERNEL) == addr
    assert k.mem.is_zero(addr, 96)


def test_large_memory_is_none_when_pages_are_out(k):
    while alloc_page(k, GFP_KERNEL):
        pass
    assert kmalloc(k, 4096, GFP_KERNEL | __GFP_ZERO) == 0
    assert kmalloc(k, 64, GFP_KERNEL)


def test_freeing_nothing_does_nothing(k):
    before = k.mem.view.tobytes()
    kfree(k, 0)
    assert k.mem.view.tobytes() == before


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9000), st.integers(0, 1 << 16)), max_size=80))
def test_no_two_objects_in_use_overlap(program):
    k = booted()
    held: dict[int, int] = {}
    for take, size, which in program:
        if take or not held:
            addr = kmalloc(k, size, GFP_KERNEL)
            assert addr % 8 == 0
            assert all(addr + size <= other or other + length <= addr for other, length in held.items())
            held[addr] = size
            k.mem.store(addr, 1)  # the link of a free object must not matter once it is in use
        else:
            addr = sorted(held)[which % len(held)]
            del held[addr]
            kfree(k, addr)
