"""Clearing the entries of a range; tables stay for the next mapping (mm/vmalloc.c, v6.12).

Sizes and addresses are bytes, ``end`` is exclusive; holes in the range are stepped over.  ``mask`` gathers
the levels whose entries have changed.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import (
    PGTBL_P4D_MODIFIED,
    PGTBL_PGD_MODIFIED,
    PGTBL_PMD_MODIFIED,
    PGTBL_PTE_MODIFIED,
    PGTBL_PUD_MODIFIED,
    p4d_bad,
    pgd_bad,
    pmd_bad,
    pte_none,
    pte_present,
    pud_bad,
)
from vmgui.engine.arch.hooks import (
    arch_sync_kernel_mappings,
    flush_cache_vunmap,
    p4d_clear_huge,
    pmd_clear_huge,
    pud_clear_huge,
)
from vmgui.engine.arch.pgtbl_mod import pgtbl_mod_mask
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import BUG_ON, WARN_ON
from vmgui.engine.mm.kmsan.hooks import kmsan_vunmap_range_noflush
from vmgui.engine.mm.pgtable import (
    p4d_addr_end,
    p4d_none_or_clear_bad,
    p4d_offset,
    p4dp_get,
    pgd_addr_end,
    pgd_none_or_clear_bad,
    pgd_offset_k,
    pgdp_get,
    pmd_addr_end,
    pmd_none_or_clear_bad,
    pmd_offset,
    pmdp_get,
    pte_offset_kernel,
    ptep_get_and_clear,
    pud_addr_end,
    pud_none_or_clear_bad,
    pud_offset,
    pudp_get,
)
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


@kernel_function
def vunmap_pte_range(k: Kernel, pmd: int, addr: int, end: int, mask: pgtbl_mod_mask) -> None:
    """Empty the PTEs of [addr, end), the guard page's too, which is empty already.

    mm/vmalloc.c:vunmap_pte_range, v6.12.
    """
    pte = pte_offset_kernel(k, pmd, addr)
    while True:
        ptent = ptep_get_and_clear(k, addr, pte)
        # Kernel memory is never swapped out, so there is nothing between empty and present.
        if not pte_present(k, ptent):
            WARN_ON(k, not pte_none(k, ptent), "mm/vmalloc.c:405 vunmap_pte_range")
        pte += WORD
        addr += k.PAGE_SIZE
        if addr == end:
            break
    mask.add(PGTBL_PTE_MODIFIED)


@kernel_function
def vunmap_pmd_range(k: Kernel, pud: int, addr: int, end: int, mask: pgtbl_mod_mask) -> None:
    """Clear [addr, end) in one PMD table.  A leaf goes whole, even if only a part of it was meant.

    mm/vmalloc.c:vunmap_pmd_range, v6.12.
    """
    pmd = pmd_offset(k, pud, addr)
    while True:
        next = pmd_addr_end(k, addr, end)
        cleared = pmd_clear_huge(k, pmd)
        if cleared or pmd_bad(k, pmdp_get(k, pmd)):
            mask.add(PGTBL_PMD_MODIFIED)
        if not cleared and not pmd_none_or_clear_bad(k, pmd):
            vunmap_pte_range(k, pmd, addr, next, mask)
        pmd += WORD
        addr = next
        if addr == end:
            break


@kernel_function
def vunmap_pud_range(k: Kernel, p4d: int, addr: int, end: int, mask: pgtbl_mod_mask) -> None:
    """Clear [addr, end) in one PUD table.  A leaf goes whole, even if only a part of it was meant.

    mm/vmalloc.c:vunmap_pud_range, v6.12.
    """
    pud = pud_offset(k, p4d, addr)
    while True:
        next = pud_addr_end(k, addr, end)
        cleared = pud_clear_huge(k, pud)
        if cleared or pud_bad(k, pudp_get(k, pud)):
            mask.add(PGTBL_PUD_MODIFIED)
        if not cleared and not pud_none_or_clear_bad(k, pud):
            vunmap_pmd_range(k, pud, addr, next, mask)
        pud += WORD
        addr = next
        if addr == end:
            break


@kernel_function
def vunmap_p4d_range(k: Kernel, pgd: int, addr: int, end: int, mask: pgtbl_mod_mask) -> None:
    """Clear [addr, end) below one PGD entry.  mm/vmalloc.c:vunmap_p4d_range, v6.12."""
    p4d = p4d_offset(k, pgd, addr)
    while True:
        next = p4d_addr_end(k, addr, end)
        p4d_clear_huge(k, p4d)
        if p4d_bad(k, p4dp_get(k, p4d)):
            mask.add(PGTBL_P4D_MODIFIED)
        if not p4d_none_or_clear_bad(k, p4d):
            vunmap_pud_range(k, p4d, addr, next, mask)
        p4d += WORD
        addr = next
        if addr == end:
            break


@kernel_function
def __vunmap_range_noflush(k: Kernel, start: int, end: int) -> None:
    """Clear [start, end) in the page tables only: TLBs may go on translating it.

    mm/vmalloc.c:__vunmap_range_noflush, v6.12.
    """
    BUG_ON(k, start >= end, "mm/vmalloc.c:497 __vunmap_range_noflush")
    addr = start
    mask = pgtbl_mod_mask()
    pgd = pgd_offset_k(k, addr)
    while True:
        next = pgd_addr_end(k, addr, end)
        if pgd_bad(k, pgdp_get(k, pgd)):
            mask.add(PGTBL_PGD_MODIFIED)
        if not pgd_none_or_clear_bad(k, pgd):
            vunmap_p4d_range(k, pgd, addr, next, mask)
        pgd += WORD
        addr = next
        if addr == end:
            break
    # A top-level entry was garbage and is gone: every process has a top table of its own.
    if mask.value & k.ARCH_PAGE_TABLE_SYNC_MASK:
        arch_sync_kernel_mappings(k, start, end)


@kernel_function
def vunmap_range_noflush(k: Kernel, start: int, end: int) -> None:
    """Clear [start, end), and the metadata of its pages if there is any; the caller flushes TLBs later.

    mm/vmalloc.c:vunmap_range_noflush, v6.12.
    """
    kmsan_vunmap_range_noflush(k, start, end)
    __vunmap_range_noflush(k, start, end)


@kernel_function
def vunmap_range(k: Kernel, addr: int, end: int) -> None:
    """Clear [addr, end) and make every CPU forget it.  mm/vmalloc.c:vunmap_range, v6.12."""
    flush_cache_vunmap(k, addr, end)
    vunmap_range_noflush(k, addr, end)
    flush_tlb_kernel_range(k, addr, end)
