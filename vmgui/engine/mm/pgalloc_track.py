"""Descending one level, and remembering which level gained a table on the way (mm/pgalloc-track.h, v6.12).

Each returns the entry for ``address`` one level down, or 0 when a table had to be made and no memory was
left.  The bit set in ``mod_mask`` names the level whose *entry* changed, one above the new table.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import (
    PGTBL_P4D_MODIFIED,
    PGTBL_PGD_MODIFIED,
    PGTBL_PMD_MODIFIED,
    PGTBL_PUD_MODIFIED,
    p4d_none,
    pgd_none,
    pmd_none,
    pud_none,
)
from vmgui.engine.arch.pgtbl_mod import pgtbl_mod_mask
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.pgalloc import __p4d_alloc, __pmd_alloc, __pte_alloc_kernel, __pud_alloc
from vmgui.engine.mm.pgtable import (
    p4d_offset,
    p4dp_get,
    pgdp_get,
    pmd_offset,
    pmdp_get,
    pte_offset_kernel,
    pud_offset,
    pudp_get,
)
from vmgui.engine.trace import kernel_function


@kernel_function
def p4d_alloc_track(k: Kernel, pgd: int, address: int, mod_mask: pgtbl_mod_mask) -> int:
    """Go from a PGD entry to the P4D entry for ``address``; with 4 levels that is the same entry.

    mm/pgalloc-track.h:p4d_alloc_track, v6.12.
    """
    if pgd_none(k, pgdp_get(k, pgd)):
        if __p4d_alloc(k, pgd, address):
            return 0
        mod_mask.add(PGTBL_PGD_MODIFIED)
    return p4d_offset(k, pgd, address)


@kernel_function
def pud_alloc_track(k: Kernel, p4d: int, address: int, mod_mask: pgtbl_mod_mask) -> int:
    """Go from a P4D entry to the PUD entry for ``address``.

    mm/pgalloc-track.h:pud_alloc_track, v6.12.
    """
    if p4d_none(k, p4dp_get(k, p4d)):
        if __pud_alloc(k, p4d, address):
            return 0
        mod_mask.add(PGTBL_P4D_MODIFIED)
    return pud_offset(k, p4d, address)


@kernel_function
def pmd_alloc_track(k: Kernel, pud: int, address: int, mod_mask: pgtbl_mod_mask) -> int:
    """Go from a PUD entry to the PMD entry for ``address``.

    mm/pgalloc-track.h:pmd_alloc_track, v6.12.
    """
    if pud_none(k, pudp_get(k, pud)):
        if __pmd_alloc(k, pud, address):
            return 0
        mod_mask.add(PGTBL_PUD_MODIFIED)
    return pmd_offset(k, pud, address)


@kernel_function
def pte_alloc_kernel_track(k: Kernel, pmd: int, address: int, mod_mask: pgtbl_mod_mask) -> int:
    """Go from a PMD entry to the PTE for ``address``.

    mm/pgalloc-track.h:pte_alloc_kernel_track, v6.12.
    """
    if pmd_none(k, pmdp_get(k, pmd)):
        if __pte_alloc_kernel(k, pmd):
            return 0
        mod_mask.add(PGTBL_PMD_MODIFIED)
    return pte_offset_kernel(k, pmd, address)
