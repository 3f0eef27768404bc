"""What the bits of an x86 entry mean, folded levels, and where an entry ends."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch import entries as e
from vmgui.engine.arch import x86_64
from vmgui.engine.arch.pgtbl_mod import pgtbl_mod_mask
from vmgui.engine.lib.out import Out
from vmgui.engine.machine import G, Machine
from vmgui.engine.mm import pgtable

TABLE = 0x1234067
NX = 1 << 63
FOUR, FIVE = booted(va_bits=48), booted(va_bits=57)


def test_a_folded_top_level_always_leads_on() -> None:
    assert not e.pgd_none(FOUR, 0)
    assert e.pgd_present(FOUR, 0)
    assert not e.pgd_bad(FOUR, 0xFFF)
    assert pgtable.p4d_offset(FOUR, 0x5008, 1 << 39) == 0x5008


def test_a_real_top_level_answers_for_itself() -> None:
    assert e.pgd_none(FIVE, 0)
    assert not e.pgd_none(FIVE, TABLE)
    assert not e.pgd_present(FIVE, 0)
    assert e.pgd_present(FIVE, TABLE)
    assert not e.pgd_bad(FIVE, TABLE | NX)
    assert e.pgd_bad(FIVE, TABLE | 1 << 9)


def test_clearing_a_folded_entry_does_nothing() -> None:
    for k, after in ((booted(va_bits=48), TABLE), (booted(va_bits=57), 0)):
        entry = pgtable.pgd_offset_k(k, k.VMALLOC_START)
        pgtable.set_pgd(k, entry, TABLE)
        pgtable.pgd_clear(k, entry)
        assert k.mem.load(entry) == after


@pytest.mark.parametrize(
    ("clear", "va_bits", "folded"),
    [(pgtable.pud_clear, 42, True), (pgtable.pud_clear, 52, False), (pgtable.p4d_clear, 42, True)],
)
def test_only_the_level_that_is_there_is_emptied(clear, va_bits: int, folded: bool) -> None:
    k = booted(Machine("arm64", 65536, va_bits, ram=2 * G))
    entry = pgtable.pgd_offset_k(k, k.VMALLOC_END)
    k.mem.store(entry, TABLE)
    clear(k, entry)
    assert k.mem.load(entry) == (TABLE if folded else 0)


def test_memory_of_x86_has_no_tags() -> None:
    assert e.arch_vmap_pgprot_tagged(FOUR, FOUR.PAGE_KERNEL) == FOUR.PAGE_KERNEL


@pytest.mark.parametrize("none", [e.p4d_none, e.pud_none, e.pmd_none, e.pte_none])
def test_stray_accessed_and_dirty_bits_do_not_fill_an_entry(none) -> None:
    assert none(FOUR, 0)
    assert none(FOUR, 0x60)
    assert not none(FOUR, 1)
    assert not none(FOUR, 1 << 12)


@pytest.mark.parametrize(("bad", "table", "garbage"), [
    (e.p4d_bad, [0, TABLE, TABLE | NX], [TABLE | 1 << 9, 0x1E3]),
    (e.pud_bad, [0, TABLE], [TABLE | NX, 0x1E3, TABLE | 1 << 9]),
    (e.pmd_bad, [TABLE, TABLE & ~0x24], [0, 0x1E3, TABLE & ~2, TABLE | NX]),
])  # fmt: skip
def test_bad_is_what_no_pointer_to_a_table_has(bad, table: list[int], garbage: list[int]) -> None:
    assert [bad(FOUR, entry) for entry in table] == [False] * len(table)
    assert [bad(FOUR, entry) for entry in garbage] == [True] * len(garbage)


def test_present_differs_by_level() -> None:
    split, protnone = 0x80, 0x100
    assert [f(FOUR, split) for f in (e.p4d_present, e.pud_present, e.pmd_present, e.pte_present)] == [
        False, False, True, False,
    ]  # fmt: skip
    assert [f(FOUR, protnone) for f in (e.pud_present, e.pmd_present, e.pte_present)] == [False, True, True]
    assert not e.hw_present(FOUR, protnone)


def test_no_leaf_above_the_pud() -> None:
    leaf = e.pgd_leaf, e.p4d_leaf, e.pud_leaf, e.pmd_leaf
    assert [f(FIVE, 0x1E3) for f in leaf] == [
        False,
        False,
        True,
        True,
    ]
    assert not e.pmd_leaf(FIVE, TABLE)


def test_a_huge_leaf_hides_its_pat_bit_from_the_address() -> None:
    assert e.pmd_pfn(FOUR, 0x4000_11E3) == 0x40000
    assert e.pud_pfn(FOUR, 0x4000_11E3) == 0x40000
    assert e.pmd_page_vaddr(FOUR, TABLE) == 0x1234000
    assert e.pud_pgtable(FOUR, TABLE) == 0x1234000
    assert e.p4d_pfn(FOUR, TABLE | NX) == 0x1234


@pytest.mark.parametrize(("small", "large"), [
    (0x163, 0x1E3), (0x1FB, 0x11FB), (0x17B, 0x1FB), (0x8000000000000121, 0x80000000000001A1),
])  # fmt: skip
def test_protections_of_huge_leaves(small: int, large: int) -> None:
    assert e.huge_entry(FOUR, 0x40000, small) == 0x4000_0000 | large


def test_an_address_beyond_52_bits_loses_its_upper_bits() -> None:
    assert e.pfn_pte(FOUR, 1 << 40 | 5, 0x163) == 0x5163


def test_protections_are_those_of_a_real_boot() -> None:
    k = FOUR
    assert (k.PAGE_KERNEL, k.PAGE_KERNEL_EXEC) == (0x8000000000000163, 0x163)
    assert (k.PAGE_KERNEL_RO, k.PAGE_KERNEL_ROX) == (0x8000000000000121, 0x121)
    assert (k.PAGE_KERNEL_NOCACHE, k.PAGE_KERNEL_WC) == (0x800000000000017B, 0x800000000000016B)
    assert (k.PAGE_KERNEL_IO, k.PAGE_KERNEL_IO_NOCACHE) == (0x8000000000000163, 0x800000000000017B)
    assert e.pgprot_nx(k, 0x163) == k.PAGE_KERNEL


@pytest.mark.parametrize(("cache", "bits"), [
    (x86_64._PAGE_CACHE_WC, 0x16B), (x86_64._PAGE_CACHE_UC_MINUS, 0x173), (x86_64._PAGE_CACHE_UC, 0x17B),
    (x86_64._PAGE_CACHE_WT, 0x1FB), (0, 0x163),
])  # fmt: skip
def test_memory_types_as_ioremap_writes_them(cache: int, bits: int) -> None:
    assert FOUR.PAGE_KERNEL_IO | cache == 1 << 63 | bits


@pytest.mark.parametrize(("addr_end", "size"), [
    (pgtable.pmd_addr_end, 1 << 21), (pgtable.pud_addr_end, 1 << 30), (pgtable.p4d_addr_end, 1 << 39),
])  # fmt: skip
def test_an_entry_ends_at_its_border_or_with_the_range(addr_end, size: int) -> None:
    start = 0xFFFFC90000000000
    assert addr_end(FOUR, start, start + 3 * size) == start + size
    assert addr_end(FOUR, start + 1, start + 3 * size) == start + size
    assert addr_end(FOUR, start, start + size) == start + size
    assert addr_end(FOUR, start, start + 4096) == start + 4096


def test_the_top_entry_ends_where_its_level_says() -> None:
    start = 0xFFA0000000000000
    assert pgtable.pgd_addr_end(FIVE, start, start + (1 << 50)) == start + (1 << 48)
    assert pgtable.pgd_addr_end(FOUR, 0xFFFFC90000000000, (1 << 64) - 4096) == 0xFFFFC98000000000


def test_a_mask_gathers_levels_and_shows_them() -> None:
    mask = pgtbl_mod_mask()
    mask.add(e.PGTBL_PMD_MODIFIED)
    mask.add(e.PGTBL_PTE_MODIFIED)
    assert (mask.value, repr(mask)) == (24, "0x18")
    assert repr(Out(5)) == "0x5"
