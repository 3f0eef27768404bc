"""Huge leaves of arm64 and riscv64: which entry becomes one, which is emptied, what is freed below."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch import arm64_entry
from vmgui.engine.arch.arm64 import (
    MT_NORMAL,
    MT_NORMAL_NC,
    MT_NORMAL_TAGGED,
    PTE_AF,
    PTE_ATTRINDX,
    PTE_CONT,
    PTE_NG,
    PTE_PXN,
    PTE_RDONLY,
    PTE_VALID,
)
from vmgui.engine.arch.arm64_huge import pgattr_change_is_safe
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import G, M, Machine
from vmgui.engine.mm.pgtable import p4d_offset, pgd_offset_k, pmd_offset, pud_offset
from vmgui.engine.mm.vmap_range import vmap_range_noflush
from vmgui.engine.mm.vunmap import vunmap_range

DEVICE = 1 << 39
PAGE = PTE_VALID | PTE_AF | PTE_ATTRINDX(MT_NORMAL)


@pytest.fixture(params=["arm64", "riscv64"])
def k(request: pytest.FixtureRequest) -> Kernel:
    return booted(Machine(request.param, ram=64 * M))


def middle(k: Kernel) -> int:
    return (k.VMALLOC_START + k.VMALLOC_END) // 2 & -k.PUD_SIZE


def pud_of(k: Kernel, addr: int) -> int:
    return pud_offset(k, p4d_offset(k, pgd_offset_k(k, addr), addr), addr)


def mapped(k: Kernel, size: int, shift: int) -> int:
    addr = middle(k)
    assert vmap_range_noflush(k, addr, addr + size, DEVICE, k.PAGE_KERNEL_IO, shift) == 0
    return addr


def test_no_entry_above_the_puds_is_ever_a_leaf(k: Kernel) -> None:
    addr = mapped(k, k.PAGE_SIZE, k.PAGE_SHIFT)
    p4d = p4d_offset(k, pgd_offset_k(k, addr), addr)
    before = k.mem.load(p4d)
    assert not k.arch.arch_vmap_p4d_supported(k, 0)
    assert k.arch.p4d_set_huge(k, p4d, DEVICE, k.PAGE_KERNEL) == 0
    assert k.arch.p4d_clear_huge(k, p4d) is None
    assert k.mem.load(p4d) == before
    assert not k.arch.pgd_leaf(k, before)


def test_only_a_leaf_is_cleared_as_one(k: Kernel) -> None:
    addr = mapped(k, k.PAGE_SIZE, k.PAGE_SHIFT)
    pud = pud_of(k, addr)
    pmd = pmd_offset(k, pud, addr)
    assert k.arch.pud_clear_huge(k, pud) == 0
    assert k.arch.pmd_clear_huge(k, pmd) == 0
    assert k.mem.load(pud)
    assert k.mem.load(pmd)
    assert k.arch.pmd_set_huge(k, pmd + 8, DEVICE, k.PAGE_KERNEL) == 1
    assert k.arch.pmd_clear_huge(k, pmd + 8) == 1
    assert k.mem.load(pmd + 8) == 0


def test_a_gib_of_a_device_is_one_leaf_that_is_cleared_whole(k: Kernel) -> None:
    addr = mapped(k, k.PUD_SIZE, 63)
    pud = pud_of(k, addr)
    assert k.arch.pud_leaf(k, k.mem.load(pud))
    assert k.arch.pud_clear_huge(k, pud) == 1
    assert k.mem.load(pud) == 0


def test_tables_that_are_in_the_way_of_a_gib_are_all_freed(k: Kernel) -> None:
    mapped(k, k.PAGE_SIZE, k.PAGE_SHIFT)  # what is above the PMD table stays
    addr = middle(k) + k.PUD_SIZE
    before = k.nr_free_pages
    for part in (0, 5 * k.PMD_SIZE):
        vmap_range_noflush(k, addr + part, addr + part + k.PAGE_SIZE, DEVICE, k.PAGE_KERNEL_IO, k.PAGE_SHIFT)
    vunmap_range(k, addr, addr + k.PUD_SIZE)
    assert k.nr_free_pages == before - 3
    assert k.arch.pud_free_pmd_page(k, pud_of(k, addr), addr) == 1
    assert k.nr_free_pages == before
    assert k.mem.load(pud_of(k, addr)) == 0


def test_a_table_that_is_in_the_way_of_a_pmd_leaf_is_freed(k: Kernel) -> None:
    addr = mapped(k, k.PAGE_SIZE, k.PAGE_SHIFT)
    pmd = pmd_offset(k, pud_of(k, addr), addr)
    before = k.nr_free_pages
    assert k.arch.pmd_free_pte_page(k, pmd, addr) == 1
    assert k.nr_free_pages == before + 1
    assert k.mem.load(pmd) == 0


def test_an_entry_without_a_table_has_nothing_to_free_on_arm64() -> None:
    k = booted(Machine("arm64", ram=64 * M))
    addr = mapped(k, k.PUD_SIZE, 63)
    pud, before = pud_of(k, addr), k.nr_free_pages
    leaf = k.mem.load(pud)
    assert k.arch.pud_free_pmd_page(k, pud, addr) == 1
    assert k.mem.load(pud) == leaf
    vmap_range_noflush(k, addr + G, addr + G + k.PMD_SIZE, DEVICE, k.PAGE_KERNEL_IO, k.PMD_SHIFT)
    pmd = pmd_offset(k, pud_of(k, addr + G), addr + G)
    assert k.arch.pmd_free_pte_page(k, pmd, addr + G) == 1
    assert k.mem.load(pmd)
    assert k.nr_free_pages == before - 1  # the PMD table


def test_a_live_block_of_other_memory_is_not_replaced_on_arm64() -> None:
    k = booted(Machine("arm64", ram=64 * M))
    addr = mapped(k, k.PUD_SIZE, 63)
    pud = pud_of(k, addr)
    assert k.arch.pud_set_huge(k, pud, DEVICE + k.PUD_SIZE, k.PAGE_KERNEL_IO) == 0
    assert k.arch.pud_set_huge(k, pud, DEVICE, k.PAGE_KERNEL_IO) == 1
    vmap_range_noflush(k, addr + G, addr + G + k.PMD_SIZE, DEVICE, k.PAGE_KERNEL_IO, k.PMD_SHIFT)
    pmd = pmd_offset(k, pud_of(k, addr + G), addr + G)
    assert k.arch.pmd_set_huge(k, pmd, DEVICE + k.PMD_SIZE, k.PAGE_KERNEL_IO) == 0
    assert k.arch.pmd_set_huge(k, pmd, DEVICE, k.PAGE_KERNEL_IO) == 1


@pytest.mark.parametrize(("old", "new", "safe"), [
    (0, PAGE, True),
    (PAGE, 0, True),
    (PAGE, PAGE | 1 << 12, False),
    (PAGE | PTE_CONT, PAGE, False),
    (PAGE | PTE_NG, PAGE, False),
    (PAGE, PAGE | PTE_NG, True),
    (PAGE, PAGE | PTE_RDONLY | PTE_PXN, True),
    (PAGE, PAGE & ~PTE_AF, False),
    (PAGE, PAGE & ~PTE_ATTRINDX(7) | PTE_ATTRINDX(MT_NORMAL_TAGGED), True),
    (PAGE, PAGE & ~PTE_ATTRINDX(7) | PTE_ATTRINDX(MT_NORMAL_NC), False),
], ids=["made", "emptied", "frame", "group", "any", "own", "rights", "access", "tags", "wc"])  # fmt: skip
def test_what_may_change_in_a_live_entry_of_arm64_at_one_stroke(old: int, new: int, safe: bool) -> None:
    assert pgattr_change_is_safe(booted(Machine("arm64", ram=64 * M)), old, new) is safe


@pytest.mark.parametrize(("page_size", "va_bits", "known"), [
    (4096, 48, True), (16384, 47, True), (65536, 48, False), (16384, 36, False), (65536, 42, False),
])  # fmt: skip
def test_whether_arm64_knows_blocks_in_pud_entries(page_size: int, va_bits: int, known: bool) -> None:
    k = booted(Machine("arm64", page_size, va_bits, ram=64 * M if page_size < 65536 else 2 * G))
    block = PAGE & ~2
    assert arm64_entry.pud_sect(k, block) is known
    assert arm64_entry.pud_table(k, block) is not known
    assert arm64_entry.pud_leaf(k, block) is known
