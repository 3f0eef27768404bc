"""Mapping an array of pages (mm/vmalloc.c, v6.12).

``pages`` is the address of an array of struct page pointers; ``nr`` is a running index into it that all
levels share.  Sizes and addresses are bytes, ``end`` is exclusive, ``mask`` gathers the levels whose
entries have changed.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import PGTBL_PGD_MODIFIED, PGTBL_PTE_MODIFIED, pgd_bad
from vmgui.engine.arch.hooks import arch_sync_kernel_mappings
from vmgui.engine.arch.pgtbl_mod import pgtbl_mod_mask
from vmgui.engine.errno import EBUSY, EINVAL, ENOMEM
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import BUG_ON, WARN_ON
from vmgui.engine.mm.page import page_to_pfn, page_to_phys, pfn_valid
from vmgui.engine.mm.page_array import get_page_slot
from vmgui.engine.mm.pgalloc_track import (
    p4d_alloc_track,
    pmd_alloc_track,
    pte_alloc_kernel_track,
    pud_alloc_track,
)
from vmgui.engine.mm.pgtable import (
    p4d_addr_end,
    pgd_addr_end,
    pgd_offset_k,
    pgdp_get,
    pmd_addr_end,
    ptep_get,
    pud_addr_end,
    set_pte_at,
)
from vmgui.engine.mm.vmap_range import vmap_range_noflush
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


@kernel_function
def vmap_pages_pte_range(
    k: Kernel, pmd: int, addr: int, end: int, prot: int, pages: int, nr: Out, mask: pgtbl_mod_mask
) -> int:
    """Map the next pages of the array to [addr, end), which one PTE table covers.

    0, -ENOMEM without a table or a page, -EBUSY where something is mapped already, -EINVAL for what is no
    page; pages before it stay mapped.  mm/vmalloc.c:vmap_pages_pte_range, v6.12.
    """
    err = 0
    pte_none, mk_pte = k.arch.pte_none, k.arch.mk_pte  # asked once, not for every page
    pte = pte_alloc_kernel_track(k, pmd, addr, mask)
    if not pte:
        return -ENOMEM
    while True:
        slot = get_page_slot(k, pages, nr.value)
        # Somebody's page is mapped here.  Unlike vmap_pte_range() this only complains.
        if WARN_ON(k, not pte_none(k, ptep_get(k, pte)), "mm/vmalloc.c:552 vmap_pages_pte_range"):
            err = -EBUSY
            break
        if slot is None:
            WARN_ON(k, True, "mm/vmalloc.c:556 vmap_pages_pte_range")
            err = -ENOMEM
            break
        pfn = page_to_pfn(k, slot)
        # A pointer to anything but a struct page would map a frame that nobody knows.
        if WARN_ON(k, not pfn_valid(k, pfn), "mm/vmalloc.c:560 vmap_pages_pte_range"):
            err = -EINVAL
            break
        set_pte_at(k, addr, pte, mk_pte(k, pfn, prot))
        nr.value, pte, addr = nr.value + 1, pte + WORD, addr + k.PAGE_SIZE
        if addr == end:
            break
    mask.add(PGTBL_PTE_MODIFIED)
    return err


@kernel_function
def vmap_pages_pmd_range(
    k: Kernel, pud: int, addr: int, end: int, prot: int, pages: int, nr: Out, mask: pgtbl_mod_mask
) -> int:
    """Map the next pages of the array to [addr, end), which one PMD table covers.

    0, or -ENOMEM whatever went wrong below.  mm/vmalloc.c:vmap_pages_pmd_range, v6.12.
    """
    pmd = pmd_alloc_track(k, pud, addr, mask)
    if not pmd:
        return -ENOMEM
    while True:
        next = pmd_addr_end(k, addr, end)
        # The true reason, -EBUSY or -EINVAL, is lost here.
        if vmap_pages_pte_range(k, pmd, addr, next, prot, pages, nr, mask):
            return -ENOMEM
        pmd += WORD
        addr = next
        if addr == end:
            return 0


@kernel_function
def vmap_pages_pud_range(
    k: Kernel, p4d: int, addr: int, end: int, prot: int, pages: int, nr: Out, mask: pgtbl_mod_mask
) -> int:
    """Map the next pages of the array to [addr, end), which one PUD table covers.

    0, or -ENOMEM.  mm/vmalloc.c:vmap_pages_pud_range, v6.12.
    """
    pud = pud_alloc_track(k, p4d, addr, mask)
    if not pud:
        return -ENOMEM
    while True:
        next = pud_addr_end(k, addr, end)
        if vmap_pages_pmd_range(k, pud, addr, next, prot, pages, nr, mask):
            return -ENOMEM
        pud += WORD
        addr = next
        if addr == end:
            return 0


@kernel_function
def vmap_pages_p4d_range(
    k: Kernel, pgd: int, addr: int, end: int, prot: int, pages: int, nr: Out, mask: pgtbl_mod_mask
) -> int:
    """Map the next pages of the array to [addr, end), which one PGD entry covers.

    0, or -ENOMEM.  mm/vmalloc.c:vmap_pages_p4d_range, v6.12.
    """
    p4d = p4d_alloc_track(k, pgd, addr, mask)
    if not p4d:
        return -ENOMEM
    while True:
        next = p4d_addr_end(k, addr, end)
        if vmap_pages_pud_range(k, p4d, addr, next, prot, pages, nr, mask):
            return -ENOMEM
        p4d += WORD
        addr = next
        if addr == end:
            return 0


@kernel_function
def vmap_small_pages_range_noflush(k: Kernel, addr: int, end: int, prot: int, pages: int) -> int:
    """Map the pages of an array to [addr, end), each with a PTE of its own: never a huge leaf.

    0, or -ENOMEM; what was mapped until then stays.  mm/vmalloc.c:vmap_small_pages_range_noflush, v6.12.
    """
    BUG_ON(k, addr >= end, "mm/vmalloc.c:637 vmap_small_pages_range_noflush")
    start = addr
    nr = Out()
    mask = pgtbl_mod_mask()
    pgd = pgd_offset_k(k, addr)
    while True:
        next = pgd_addr_end(k, addr, end)
        # Garbage in the top table: processes may have a copy of it.
        if pgd_bad(k, pgdp_get(k, pgd)):
            mask.add(PGTBL_PGD_MODIFIED)
        err = vmap_pages_p4d_range(k, pgd, addr, next, prot, pages, nr, mask)
        if err:
            break
        pgd += WORD
        addr = next
        if addr == end:
            break
    # A top-level entry is new: every process has a top table of its own and needs it, too.
    if mask.value & k.ARCH_PAGE_TABLE_SYNC_MASK:
        arch_sync_kernel_mappings(k, start, end)
    return err


@kernel_function
def __vmap_pages_range_noflush(k: Kernel, addr: int, end: int, prot: int, pages: int, page_shift: int) -> int:
    """Map the pages of an array to [addr, end), in blocks of 2**page_shift bytes.

    Every block of the array is contiguous and aligned memory, and the range is a whole number of blocks:
    only the first page of each block is looked at.
    0, -ENOMEM or -EINVAL; what was mapped until then stays.  mm/vmalloc.c:__vmap_pages_range_noflush, v6.12.
    """
    # Less than a page cannot be mapped.  Differs: the kernel goes on, with a shift that C leaves undefined.
    if WARN_ON(k, page_shift < k.PAGE_SHIFT, "mm/vmalloc.c:668 __vmap_pages_range_noflush"):
        return -EINVAL
    # Single pages lie anywhere; no leaf could cover two of them.
    if page_shift == k.PAGE_SHIFT:
        return vmap_small_pages_range_noflush(k, addr, end, prot, pages)
    nr = (end - addr) >> k.PAGE_SHIFT
    for i in range(0, nr, 1 << page_shift - k.PAGE_SHIFT):
        phys_addr = page_to_phys(k, get_page_slot(k, pages, i) or page(k.mem, 0))
        err = vmap_range_noflush(k, addr, addr + (1 << page_shift), phys_addr, prot, page_shift)
        if err:
            return err
        addr += 1 << page_shift
    return 0
