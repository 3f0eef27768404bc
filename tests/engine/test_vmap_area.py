"""Finding room, cutting it, giving it back: claims about the address allocator."""

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
    new_area,
    put_tree,
)
from vmgui.engine.errno import EBUSY, EINVAL, ENOMEM
from vmgui.engine.gfp import __GFP_NOWARN, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.notifier import NOTIFIERS, Notifier
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm import kmem_cache
from vmgui.engine.mm.kasan import hooks as kasan
from vmgui.engine.mm.purge import (
    reclaim_and_purge_vmap_areas,
)
from vmgui.engine.mm.vmap_area import (
    alloc_vmap_area,
    classify_va_fit_type,
    fit_type,
    free_vmap_area,
    register_vmap_purge_notifier,
    unregister_vmap_purge_notifier,
)
from vmgui.engine.mm.vmap_find import (
    find_unlink_vmap_area,
    find_vmap_area,
    find_vmap_area_exceed_addr_lock,
)
from vmgui.engine.mm.vmap_tree import insert_vmap_area

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


# --- requests that cannot be


@pytest.mark.parametrize(("size", "align"), [(0, 1), (1, 1), (4095, 1), (PAGE, 0), (PAGE, 3), (PAGE, 12288)])
def test_a_bad_size_or_alignment_is_refused_and_changes_nothing(k: Kernel, size: int, align: int) -> None:
    before = free_ranges(k)
    assert alloc(k, size, align) == -EINVAL
    assert free_ranges(k) == before


def test_nothing_is_allocated_before_the_allocator_is_set_up(k: Kernel) -> None:
    k.vmap_initialized = 0
    assert alloc(k, PAGE) == -EBUSY
    assert find_vmap_area(k, k.VMALLOC_START) is None


def test_without_memory_for_an_object_there_is_no_area(k: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kmem_cache.slab, "kmalloc", lambda k, size, gfp: 0)
    assert alloc(k, PAGE) == -ENOMEM
    check(k)


def test_a_split_without_memory_for_the_remainder_warns_and_finds_no_room(
    k: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = kmem_cache.slab.kmalloc, [1]
    monkeypatch.setattr(
        kmem_cache.slab, "kmalloc", lambda k, size, gfp: real(k, size, gfp) if left and left.pop() else 0
    )
    before = free_ranges(k)
    assert alloc(k, PAGE) == -EBUSY  # the first request of all lies at no edge of the only free area
    assert free_ranges(k) == before
    assert any("mm/vmalloc.c:1804" in line for line in log_lines(k.mem, k))
    check(k)


def test_an_area_whose_shadow_cannot_be_backed_is_given_back_at_once(
    k: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kasan, "kasan_populate_vmalloc", lambda k, addr, size, gfp_mask: -ENOMEM)
    before = free_ranges(k)
    assert alloc(k, PAGE) == -ENOMEM
    assert free_ranges(k) == before
    check(k)


# --- which hole


def test_the_lowest_hole_that_fits_is_cut_at_its_low_end(k: Kernel) -> None:
    w = window(k, MIB)
    a, b, c = (alloc(k, 4 * PAGE, **w) for _ in range(3))
    assert [a, b, c] == [w["vstart"] + i * 4 * PAGE for i in range(3)]
    free(k, a)
    free(k, c)
    reclaim_and_purge_vmap_areas(k)
    assert alloc(k, 2 * PAGE, **w) == a
    assert alloc(k, 4 * PAGE, **w) == c
    assert alloc(k, 2 * PAGE, **w) == a + 2 * PAGE


def test_freed_addresses_are_not_used_again_before_a_purge(one: Kernel) -> None:
    a = alloc(one, PAGE)
    free(one, a)
    assert alloc(one, PAGE) == a + PAGE
    reclaim_and_purge_vmap_areas(one)
    assert alloc(one, PAGE) == a


@pytest.mark.parametrize("align", [PAGE, 64 * 1024, 2 * MIB])
def test_an_area_starts_at_its_alignment(k: Kernel, align: int) -> None:
    alloc(k, PAGE)
    addr = alloc(k, 3 * PAGE, align)
    assert addr % align == 0
    check(k)


def two_holes(k: Kernel, *, small_is_root: bool) -> tuple[int, int]:
    """A free tree of two areas: a well aligned small one below a large one."""
    small, large = k.VMALLOC_START + 0x10000, k.VMALLOC_START + 0x40000
    rows = [
        (0, "B", small, small + 0x2000, 0xC0000),
        (1, "R", large, large + 0xC0000, 0xC0000),
    ]
    if not small_is_root:
        rows = [(0, "B", large, large + 0xC0000, 0xC0000), (1, "R", small, small + 0x2000, 0x2000)]
    put_tree(k, rows)
    return small, large


def test_an_aligned_request_passes_by_a_fitting_hole_off_the_search_path(one: Kernel) -> None:
    small, large = two_holes(one, small_is_root=False)
    assert small % 0x10000 == 0
    assert alloc(one, 0x2000, 0x10000) == large


def test_the_same_holes_in_another_shape_of_tree_give_another_address(one: Kernel) -> None:
    small, _ = two_holes(one, small_is_root=True)
    assert alloc(one, 0x2000, 0x10000) == small


def test_a_range_of_exactly_the_size_is_searched_without_room_for_alignment(one: Kernel) -> None:
    small, _ = two_holes(one, small_is_root=False)
    assert alloc(one, 0x2000, 0x10000, small, small + 0x2000) == small


def test_the_last_page_below_an_unaligned_end_is_not_given_out(k: Kernel) -> None:
    assert alloc(k, PAGE, 1, k.VMALLOC_END + 1 - PAGE, k.VMALLOC_END) == -EBUSY


@pytest.mark.parametrize(
    ("offset", "size", "fit"),
    [
        (0, 8, fit_type.FL_FIT_TYPE),
        (0, 3, fit_type.LE_FIT_TYPE),
        (5, 3, fit_type.RE_FIT_TYPE),
        (2, 3, fit_type.NE_FIT_TYPE),
        (6, 3, fit_type.NOTHING_FIT),
        (-1, 3, fit_type.NOTHING_FIT),
    ],
)
def test_a_range_touches_both_edges_one_or_none(k: Kernel, offset: int, size: int, fit: fit_type) -> None:
    va = new_area(k, 16 * PAGE, 24 * PAGE)
    assert classify_va_fit_type(k, va, (16 + offset) * PAGE, size * PAGE) == fit


@pytest.mark.parametrize(("first", "count"), [(0, 8), (0, 3), (5, 3), (2, 3)])
def test_cutting_leaves_what_was_not_asked_for(k: Kernel, first: int, count: int) -> None:
    w = window(k, 8 * PAGE)
    fence = [
        alloc(k, PAGE, 1, w["vstart"] - PAGE, w["vstart"]),
        alloc(k, PAGE, 1, w["vend"], w["vend"] + PAGE),
    ]
    assert fence == [w["vstart"] - PAGE, w["vend"]]
    start, end = w["vstart"] + first * PAGE, w["vstart"] + (first + count) * PAGE
    assert alloc(k, count * PAGE, 1, start, end) == start
    left = [r for r in ((w["vstart"], start), (end, w["vend"])) if r[0] < r[1]]
    assert [r for r in free_ranges(k) if w["vstart"] <= r[0] < w["vend"]] == left
    check(k)


# --- no room


def test_a_full_range_is_purged_once_and_searched_twice(k: Kernel) -> None:
    w = window(k, 2 * PAGE)
    alloc(k, 2 * PAGE, **w)
    k.mem.record()
    assert alloc(k, PAGE, **w) == -EBUSY
    names = [name for name, _ in calls(k, "trace_alloc_vmap_area", "reclaim_and_purge_vmap_areas")]
    assert names == ["trace_alloc_vmap_area", "reclaim_and_purge_vmap_areas", "trace_alloc_vmap_area"]
    assert log_lines(k.mem, k) == [
        f"vmalloc_node_range for size 4096 failed: "
        f"Address range restricted to {w['vstart']:#x} - {w['vend']:#x}"
    ]
    check(k)


def test_a_full_range_gets_room_from_what_was_freed_lazily(k: Kernel) -> None:
    w = window(k, 2 * PAGE)
    addr = alloc(k, 2 * PAGE, **w)
    free(k, addr)
    assert alloc(k, PAGE, **w) == addr
    assert lazy(k) == []


def test_nowarn_fails_without_a_word(k: Kernel) -> None:
    w = window(k, PAGE)
    alloc(k, PAGE, **w)
    assert alloc(k, PAGE, **w, gfp=GFP_KERNEL | __GFP_NOWARN) == -EBUSY
    assert log_lines(k.mem, k) == []


def test_a_notifier_that_freed_something_starts_the_search_over(
    k: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    w = window(k, PAGE)
    holder = alloc(k, PAGE, **w)
    asked = []

    def give_up(k: Kernel, action: int, freed: Out) -> None:
        asked.append(action)
        if len(asked) == 1:
            free(k, holder)
            freed.value += 1

    monkeypatch.setitem(NOTIFIERS, Notifier.PURGE_NOTIFIER, give_up)
    register_vmap_purge_notifier(k, Notifier.PURGE_NOTIFIER)
    assert alloc(k, PAGE, **w) == holder
    assert asked == [0]
    assert alloc(k, PAGE, **w) == -EBUSY
    assert asked == [0, 0]
    unregister_vmap_purge_notifier(k, Notifier.PURGE_NOTIFIER)
    assert alloc(k, PAGE, **w) == -EBUSY
    assert asked == [0, 0]


# --- giving back


@pytest.mark.parametrize(("before", "after"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_range_given_back_grows_the_neighbours_it_touches(k: Kernel, before: bool, after: bool) -> None:
    w = window(k, 16 * PAGE)
    a, b, c, d, e = (alloc(k, PAGE, **w) for _ in range(5))
    assert e == d + PAGE
    for addr, freed in ((b, before), (d, after)):
        if freed:
            free(k, addr)
    reclaim_and_purge_vmap_areas(k)
    free(k, c)
    reclaim_and_purge_vmap_areas(k)
    start, end = (b if before else c), (d if after else c) + PAGE
    assert (start, end) in free_ranges(k)
    check(k)


def test_all_freed_and_purged_is_one_free_area_again(k: Kernel) -> None:
    before = free_ranges(k)
    addresses = [alloc(k, (1 + i % 5) * PAGE, 1 << (12 + i % 3)) for i in range(40)]
    for addr in addresses[::2] + addresses[1::2]:
        free(k, addr)
    reclaim_and_purge_vmap_areas(k)
    assert free_ranges(k) == before


def test_an_area_given_back_at_once_is_free_without_a_purge(k: Kernel) -> None:
    before = free_ranges(k)
    va = alloc_vmap_area(k, PAGE, 1, k.VMALLOC_START, k.VMALLOC_END, -1, GFP_KERNEL, 0, None)
    assert not isinstance(va, int)
    free_vmap_area(k, va)
    assert free_ranges(k) == before
    check(k)


def test_an_area_that_overlaps_another_is_refused_with_a_warning(k: Kernel) -> None:
    addr = alloc(k, 4 * PAGE)
    part = k.vmap_nodes[busy(k)[0][0]].busy
    insert_vmap_area(k, new_area(k, addr + PAGE, addr + 2 * PAGE), part.root, part.head)
    assert [r[1] for r in busy(k)] == [addr]
    assert any(line.startswith("vmalloc bug: ") for line in log_lines(k.mem, k))


# --- finding by address


def test_every_address_of_an_area_finds_it_whatever_node_it_falls_into(k: Kernel) -> None:
    addr = alloc(k, 40 * PAGE)
    for page in (0, 1, 16, 17, 39):
        found = find_vmap_area(k, addr + page * PAGE)
        assert found is not None
        assert found.va_start == addr
    assert find_vmap_area(k, addr + 40 * PAGE) is None
    assert find_vmap_area(k, addr - 1) is None


def test_unlinking_finds_once(k: Kernel) -> None:
    addr = alloc(k, 40 * PAGE)
    assert find_unlink_vmap_area(k, addr + 20 * PAGE) is not None
    assert find_unlink_vmap_area(k, addr) is None


def test_the_first_area_that_ends_above_an_address_is_found_across_nodes(k: Kernel) -> None:
    a, b = alloc(k, 20 * PAGE), alloc(k, 20 * PAGE)
    found = [find_vmap_area_exceed_addr_lock(k, addr) for addr in (0, a + 19 * PAGE, a + 20 * PAGE)]
    assert [va.va_start for va in found if va] == [a, a, b]
    assert find_vmap_area_exceed_addr_lock(k, b + 20 * PAGE) is None
