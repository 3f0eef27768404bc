"""Clearing ranges: what goes, what stays, what is flushed."""

from __future__ import annotations

import pytest

from tests.engine.tables import (
    DEV,
    GIB,
    MIB2,
    PAGE,
    base,
    calls,
    leaves,
    log,
    mapper,
    runs,
    tables,
    walk,
    written,
)
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.mm.pgtable import pgd_offset_k, set_pte
from vmgui.engine.mm.vmap import vmap_range_noflush
from vmgui.engine.mm.vunmap import vunmap_range, vunmap_range_noflush

LEVELS = pytest.mark.parametrize("levels", [4, 5])


@pytest.fixture
def k() -> Kernel:
    return mapper()


def map_at(k: Kernel, offset: int, size: int, phys: int) -> None:
    va = base(k) + offset
    assert vmap_range_noflush(k, va, va + size, phys, k.PAGE_KERNEL, 63) == 0
    k.mem.take()


def unmap(k: Kernel, offset: int, size: int) -> None:
    vunmap_range(k, base(k) + offset, base(k) + offset + size)


def entry_at(k: Kernel, shift: int) -> int:
    """Address of the first entry that covers 2**shift bytes at the base."""
    top = k.PGDIR_SHIFT
    entry = pgd_offset_k(k, base(k))
    while top > shift:
        top -= 9
        entry = (k.mem.load(entry) & 0xFFFFFFFFFF000) + 8 * (base(k) >> top & 511)
    return entry


@LEVELS
def test_every_level_is_cleared_and_every_table_stays(levels: int) -> None:
    k = mapper(levels=levels)
    size = GIB + MIB2 + PAGE
    map_at(k, 0, size, DEV)
    before = tables(k, base(k), base(k) + size)
    unmap(k, 0, size)
    assert leaves(k, base(k), base(k) + size) == []
    assert tables(k, base(k), base(k) + size) == before


@pytest.mark.parametrize(("size", "leaf"), [(MIB2, "2M"), (GIB, "1G")])
def test_unmapping_one_page_drops_the_whole_huge_leaf_silently(k: Kernel, size: int, leaf: str) -> None:
    map_at(k, 0, 2 * size, DEV)
    assert runs(k, base(k), base(k) + 2 * size) == [(leaf, 2)]
    unmap(k, PAGE, PAGE)
    assert [one.va for one in leaves(k, base(k), base(k) + 2 * size)] == [base(k) + size]
    assert log(k) == []


def test_only_what_was_asked_for_is_flushed_even_if_more_went(k: Kernel) -> None:
    map_at(k, 0, MIB2, DEV)
    unmap(k, PAGE, PAGE)
    (call,) = calls(k, "flush_tlb_kernel_range")
    assert call.args == (base(k) + PAGE, base(k) + 2 * PAGE)


def test_small_pages_beside_the_range_stay(k: Kernel) -> None:
    map_at(k, 0, 16 * PAGE, DEV)
    unmap(k, 4 * PAGE, 8 * PAGE)
    assert runs(k, base(k), base(k) + 4 * PAGE) == [("4K", 4)]
    assert runs(k, base(k) + 4 * PAGE, base(k) + 12 * PAGE) == []
    assert runs(k, base(k) + 12 * PAGE, base(k) + 16 * PAGE) == [("4K", 4)]


@LEVELS
def test_a_hole_is_stepped_over_at_every_level(levels: int) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, PAGE, DEV)
    unmap(k, 0, 1024 * GIB)
    assert leaves(k, base(k), base(k) + 1024 * GIB) == []
    assert log(k) == []


def test_an_empty_slot_is_written_like_a_full_one(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    pte = entry_at(k, 12)
    unmap(k, 0, 2 * PAGE)
    assert written(k) == [(pte, 0), (pte + 8, 0)]


def test_a_huge_leaf_is_one_write(k: Kernel) -> None:
    map_at(k, 0, GIB, DEV)
    unmap(k, 0, GIB)
    assert written(k) == [(entry_at(k, 30), 0)]


def test_an_area_with_its_guard_page_asks_two_pmd_entries(k: Kernel) -> None:
    map_at(k, 0, MIB2, DEV)
    unmap(k, 0, MIB2 + PAGE)
    assert [call.result for call in calls(k, "pmd_clear_huge")] == [1, 0]


def test_the_order_is_caches_tables_tlbs(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    unmap(k, 0, PAGE)
    names = "flush_cache_vunmap", "__vunmap_range_noflush", "flush_tlb_kernel_range"
    assert [call.name for call in calls(k, *names)] == [*names]


def test_noflush_leaves_the_tlbs_alone(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    vunmap_range_noflush(k, base(k), base(k) + PAGE)
    assert not calls(k, "flush_tlb_kernel_range")
    assert leaves(k, base(k), base(k) + PAGE) == []


def test_a_page_that_is_neither_empty_nor_present_is_complained_about_and_cleared(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    set_pte(k, entry_at(k, 12), 0x1000)
    unmap(k, 0, PAGE)
    assert [line.split(" at ")[1] for line in log(k)] == ["mm/vmalloc.c:405 vunmap_pte_range"]
    assert k.mem.load(entry_at(k, 12)) == 0


@pytest.mark.parametrize(("levels", "shift", "name"), [
    (4, 21, "pmd"), (4, 30, "pud"), (4, 39, "p4d"), (5, 39, "p4d"), (5, 48, "pgd"),
])  # fmt: skip
def test_garbage_at_any_level_is_reported_and_removed(levels: int, shift: int, name: str) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, PAGE, DEV)
    entry = entry_at(k, shift)
    garbage = k.mem.load(entry) | 1 << 9
    set_pte(k, entry, garbage)
    unmap(k, 0, PAGE)
    assert k.mem.load(entry) == 0
    assert len(log(k)) == 1
    assert f": bad {name} {k.PAGE_OFFSET + entry:016x}({garbage:016x})" in log(k)[0]


@LEVELS
def test_garbage_in_the_top_table_is_synchronised(levels: int) -> None:
    k = mapper(levels=levels)
    map_at(k, 0, PAGE, DEV)
    top = pgd_offset_k(k, base(k))
    set_pte(k, top, k.mem.load(top) | 1 << 9)
    unmap(k, 0, PAGE)
    assert [call.args for call in calls(k, "arch_sync_kernel_mappings")] == [(base(k), base(k) + PAGE)]


def test_an_empty_pmd_entry_is_bad_yet_skipped_without_a_word(k: Kernel) -> None:
    map_at(k, 0, PAGE, DEV)
    unmap(k, MIB2, MIB2)
    assert log(k) == []
    assert [s for va, s, entry in walk(k, base(k), base(k) + MIB2)][-1] == 12


@LEVELS
def test_a_range_across_a_border_of_the_top_table_is_cleared_on_both_sides(levels: int) -> None:
    k = mapper(levels=levels)
    border = -(-base(k) // k.PGDIR_SIZE) * k.PGDIR_SIZE + k.PGDIR_SIZE
    assert vmap_range_noflush(k, border - PAGE, border + PAGE, DEV, k.PAGE_KERNEL, 63) == 0
    vunmap_range(k, border - PAGE, border + PAGE)
    assert leaves(k, border - PAGE, border + PAGE) == []


def test_an_empty_top_level_entry_is_skipped() -> None:
    k = mapper(va_bits=57)
    empty = k.VMALLOC_START - 4 * k.PGDIR_SIZE
    vunmap_range(k, empty, empty + PAGE)
    assert not calls(k, "vunmap_p4d_range")
    assert written(k) == []


def test_an_empty_range_is_a_bug(k: Kernel) -> None:
    with pytest.raises(KernelBug, match=r"mm/vmalloc.c:497"):
        vunmap_range(k, base(k), base(k))
