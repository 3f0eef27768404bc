"""Mapping a physical range with the largest leaves that fit (mm/vmalloc.c, v6.12).

Sizes and addresses are bytes; ``end`` is exclusive; a ``pgd``, ``p4d``, ``pud``, ``pmd`` or ``pte`` is the
address of an entry.  ``max_page_shift`` caps the leaves at 2**max_page_shift bytes.  ``mask`` gathers the
levels whose entries have changed.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import (
    PGTBL_P4D_MODIFIED,
    PGTBL_PMD_MODIFIED,
    PGTBL_PTE_MODIFIED,
    PGTBL_PUD_MODIFIED,
    p4d_present,
    pmd_present,
    pud_present,
)
from vmgui.engine.arch.hooks import (
    arch_make_huge_pte,
    arch_sync_kernel_mappings,
    arch_vmap_p4d_supported,
    arch_vmap_pmd_supported,
    arch_vmap_pte_range_map_size,
    arch_vmap_pud_supported,
    p4d_set_huge,
    pmd_free_pte_page,
    pmd_set_huge,
    pud_free_pmd_page,
    pud_set_huge,
    set_huge_pte_at,
)
from vmgui.engine.arch.pgtbl_mod import pgtbl_mod_mask
from vmgui.engine.errno import ENOMEM
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import IS_ALIGNED
from vmgui.engine.lib.printk import BUG, BUG_ON
from vmgui.engine.mm.debug import dump_page
from vmgui.engine.mm.mmap_lock import mmap_read_trylock
from vmgui.engine.mm.page import pfn_to_page, pfn_valid
from vmgui.engine.mm.pgalloc_track import (
    p4d_alloc_track,
    pmd_alloc_track,
    pte_alloc_kernel_track,
    pud_alloc_track,
)
from vmgui.engine.mm.pgtable import (
    p4d_addr_end,
    p4dp_get,
    pgd_addr_end,
    pgd_offset_k,
    pmd_addr_end,
    pmdp_get,
    ptep_get,
    pud_addr_end,
    pudp_get,
    set_pte_at,
)
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


@kernel_function
def vmap_pte_range(
    k: Kernel, pmd: int, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int,
    mask: pgtbl_mod_mask,
) -> int:  # fmt: skip
    """Map [addr, end), which one PTE table covers, page by page.

    0, or -ENOMEM without a table.  mm/vmalloc.c:vmap_pte_range, v6.12.
    Differs: arch_vmap_pte_range_map_size() is not asked where it always says PAGE_SIZE.
    """
    pfn = phys_addr >> k.PAGE_SHIFT
    size, several = k.PAGE_SIZE, k.arch.arch_vmap_pte_range_map_size is not None
    nr = 1  # PTEs that one leaf takes
    pte_none, pfn_pte = k.arch.pte_none, k.arch.pfn_pte  # asked once, not for every page
    pte = pte_alloc_kernel_track(k, pmd, addr, mask)
    if not pte:
        return -ENOMEM
    while True:
        # Somebody's page is mapped here.  To replace it silently would be worse than to stop.
        if not pte_none(k, ptep_get(k, pte)):
            _vmap_pte_range__already_mapped(k, pfn)
        if several:
            size = arch_vmap_pte_range_map_size(k, addr, end, pfn, max_page_shift)
            nr = size >> k.PAGE_SHIFT
        if nr == 1:
            set_pte_at(k, addr, pte, pfn_pte(k, pfn, prot))
        else:
            # Several PTEs together are one leaf, which needs one place in the TLB.
            set_huge_pte_at(k, addr, pte, arch_make_huge_pte(k, pfn_pte(k, pfn, prot), size), size)
        pfn, pte, addr = pfn + nr, pte + nr * WORD, addr + size
        if addr == end:
            break
    mask.add(PGTBL_PTE_MODIFIED)
    return 0


def _vmap_pte_range__already_mapped(k: Kernel, pfn: int) -> None:
    """Say which page should have been mapped, if it is RAM, and stop the kernel.

    Differs: a part of vmap_pte_range.
    """
    if pfn_valid(k, pfn):
        dump_page(k, pfn_to_page(k, pfn), "remapping already mapped page")
    BUG(k, "mm/vmalloc.c:113 vmap_pte_range")


@kernel_function
def vmap_try_huge_pmd(
    k: Kernel, pmd: int, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int
) -> int:
    """Map [addr, end) with one leaf in ``*pmd``: 1, or 0 when a PTE table has to do it.

    mm/vmalloc.c:vmap_try_huge_pmd, v6.12.
    """
    # The caller wants smaller leaves, or was told so at boot.
    if max_page_shift < k.PMD_SHIFT:
        return 0
    # The processor does not know leaves of this size.
    if not arch_vmap_pmd_supported(k, prot):
        return 0
    # A leaf covers all of its entry, and only a part of it is wanted.
    if end - addr != k.PMD_SIZE:
        return 0
    # The virtual range does not begin where an entry begins.
    if not IS_ALIGNED(addr, k.PMD_SIZE):
        return 0
    # A leaf has no bits for a finer physical address.
    if not IS_ALIGNED(phys_addr, k.PMD_SIZE):
        return 0
    # Nothing is in the way.
    if not pmd_present(k, pmdp_get(k, pmd)):
        return pmd_set_huge(k, pmd, phys_addr, prot)
    # Somebody is dumping the page tables, and would walk the table that is to be freed.
    if not mmap_read_trylock(k):
        return 0
    # A table from an earlier mapping hangs here; it must go before the leaf can take its place.
    if not pmd_free_pte_page(k, pmd, addr):
        return 0
    return pmd_set_huge(k, pmd, phys_addr, prot)


@kernel_function
def vmap_pmd_range(
    k: Kernel, pud: int, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int,
    mask: pgtbl_mod_mask,
) -> int:  # fmt: skip
    """Map [addr, end), which one PMD table covers, entry by entry: a leaf where it can be, else below.

    0, or -ENOMEM; tables made so far stay.  mm/vmalloc.c:vmap_pmd_range, v6.12.
    """
    pmd = pmd_alloc_track(k, pud, addr, mask)
    if not pmd:
        return -ENOMEM
    while True:
        next = pmd_addr_end(k, addr, end)
        if vmap_try_huge_pmd(k, pmd, addr, next, phys_addr, prot, max_page_shift):
            mask.add(PGTBL_PMD_MODIFIED)
        elif vmap_pte_range(k, pmd, addr, next, phys_addr, prot, max_page_shift, mask):
            return -ENOMEM
        pmd += WORD
        phys_addr += next - addr
        addr = next
        if addr == end:
            return 0


@kernel_function
def vmap_try_huge_pud(
    k: Kernel, pud: int, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int
) -> int:
    """Map [addr, end) with one leaf in ``*pud``: 1, or 0 when the levels below have to do it.

    mm/vmalloc.c:vmap_try_huge_pud, v6.12.
    """
    # The caller wants smaller leaves, or was told so at boot.
    if max_page_shift < k.PUD_SHIFT:
        return 0
    # The processor does not know leaves of this size.
    if not arch_vmap_pud_supported(k, prot):
        return 0
    # A leaf covers all of its entry, and only a part of it is wanted.
    if end - addr != k.PUD_SIZE:
        return 0
    # The virtual range does not begin where an entry begins.
    if not IS_ALIGNED(addr, k.PUD_SIZE):
        return 0
    # A leaf has no bits for a finer physical address.
    if not IS_ALIGNED(phys_addr, k.PUD_SIZE):
        return 0
    # Nothing is in the way.
    if not pud_present(k, pudp_get(k, pud)):
        return pud_set_huge(k, pud, phys_addr, prot)
    # Somebody is dumping the page tables, and would walk the tables that are to be freed.
    if not mmap_read_trylock(k):
        return 0
    # Tables from an earlier mapping hang here; there may be no page to remember them on while they go.
    if not pud_free_pmd_page(k, pud, addr):
        return 0
    return pud_set_huge(k, pud, phys_addr, prot)


@kernel_function
def vmap_pud_range(
    k: Kernel, p4d: int, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int,
    mask: pgtbl_mod_mask,
) -> int:  # fmt: skip
    """Map [addr, end), which one PUD table covers, entry by entry: a leaf where it can be, else below.

    0, or -ENOMEM; tables made so far stay.  mm/vmalloc.c:vmap_pud_range, v6.12.
    """
    pud = pud_alloc_track(k, p4d, addr, mask)
    if not pud:
        return -ENOMEM
    while True:
        next = pud_addr_end(k, addr, end)
        if vmap_try_huge_pud(k, pud, addr, next, phys_addr, prot, max_page_shift):
            mask.add(PGTBL_PUD_MODIFIED)
        elif vmap_pmd_range(k, pud, addr, next, phys_addr, prot, max_page_shift, mask):
            return -ENOMEM
        pud += WORD
        phys_addr += next - addr
        addr = next
        if addr == end:
            return 0


@kernel_function
def vmap_try_huge_p4d(
    k: Kernel, p4d: int, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int
) -> int:
    """Map [addr, end) with one leaf in ``*p4d``: 1, or 0 when the levels below have to do it.

    mm/vmalloc.c:vmap_try_huge_p4d, v6.12.
    Differs: a table in the way refuses it, as no architecture here has p4d_free_pud_page().
    """
    # The caller wants smaller leaves, or was told so at boot.
    if max_page_shift < k.P4D_SHIFT:
        return 0
    # The processor does not know leaves of this size.
    if not arch_vmap_p4d_supported(k, prot):
        return 0
    # A leaf covers all of its entry, and only a part of it is wanted.
    if end - addr != k.P4D_SIZE:
        return 0
    # The virtual range does not begin where an entry begins.
    if not IS_ALIGNED(addr, k.P4D_SIZE):
        return 0
    # A leaf has no bits for a finer physical address.
    if not IS_ALIGNED(phys_addr, k.P4D_SIZE):
        return 0
    # Tables hang here, and there is no way to free them.
    if p4d_present(k, p4dp_get(k, p4d)):
        return 0
    return p4d_set_huge(k, p4d, phys_addr, prot)


@kernel_function
def vmap_p4d_range(
    k: Kernel, pgd: int, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int,
    mask: pgtbl_mod_mask,
) -> int:  # fmt: skip
    """Map [addr, end), which one PGD entry covers; with 4 levels that entry is the only P4D entry.

    0, or -ENOMEM; tables made so far stay.  mm/vmalloc.c:vmap_p4d_range, v6.12.
    """
    p4d = p4d_alloc_track(k, pgd, addr, mask)
    if not p4d:
        return -ENOMEM
    while True:
        next = p4d_addr_end(k, addr, end)
        if vmap_try_huge_p4d(k, p4d, addr, next, phys_addr, prot, max_page_shift):
            mask.add(PGTBL_P4D_MODIFIED)
        elif vmap_pud_range(k, p4d, addr, next, phys_addr, prot, max_page_shift, mask):
            return -ENOMEM
        p4d += WORD
        phys_addr += next - addr
        addr = next
        if addr == end:
            return 0


@kernel_function
def vmap_range_noflush(k: Kernel, addr: int, end: int, phys_addr: int, prot: int, max_page_shift: int) -> int:
    """Map [addr, end) to physical memory from ``phys_addr`` on, with leaves of at most 2**max_page_shift.

    Page aligned.  0, or -ENOMEM when there was no memory for a table; what was mapped until then stays
    mapped, and tables stay.  mm/vmalloc.c:vmap_range_noflush, v6.12.
    """
    BUG_ON(k, addr >= end, "mm/vmalloc.c:345 vmap_range_noflush")
    start = addr
    mask = pgtbl_mod_mask()
    pgd = pgd_offset_k(k, addr)
    while True:
        next = pgd_addr_end(k, addr, end)
        err = vmap_p4d_range(k, pgd, addr, next, phys_addr, prot, max_page_shift, mask)
        if err:
            break
        pgd += WORD
        phys_addr += next - addr
        addr = next
        if addr == end:
            break
    # A top-level entry is new: every process has a top table of its own and needs it, too.
    if mask.value & k.ARCH_PAGE_TABLE_SYNC_MASK:
        arch_sync_kernel_mappings(k, start, end)
    return err
