"""Page-table entries by their generic names; mm/ takes them from here, whatever the architecture.

Differs: there is one architecture so far, so the names are bound at import; with a second one they
become a choice by ``k.machine.arch``.
"""

from __future__ import annotations

from vmgui.engine.arch.x86_64 import (
    PGTBL_P4D_MODIFIED,
    PGTBL_PGD_MODIFIED,
    PGTBL_PMD_MODIFIED,
    PGTBL_PTE_MODIFIED,
    PGTBL_PUD_MODIFIED,
)
from vmgui.engine.arch.x86_entry import (
    huge_entry,
    hw_present,
    p4d_bad,
    p4d_leaf,
    p4d_none,
    p4d_pfn,
    p4d_pgtable,
    p4d_present,
    pfn_pte,
    pgd_bad,
    pgd_leaf,
    pgd_none,
    pgd_page_vaddr,
    pgd_present,
    pgprot_nx,
    pmd_bad,
    pmd_leaf,
    pmd_none,
    pmd_page_vaddr,
    pmd_pfn,
    pmd_present,
    pte_dirty,
    pte_mkdirty,
    pte_mkyoung,
    pte_none,
    pte_pfn,
    pte_present,
    pte_write,
    pud_bad,
    pud_leaf,
    pud_none,
    pud_pfn,
    pud_pgtable,
    pud_present,
    table_entry,
)

__all__ = [
    "PGTBL_P4D_MODIFIED", "PGTBL_PGD_MODIFIED", "PGTBL_PMD_MODIFIED", "PGTBL_PTE_MODIFIED",
    "PGTBL_PUD_MODIFIED", "huge_entry", "hw_present", "p4d_bad", "p4d_leaf", "p4d_none", "p4d_pfn",
    "p4d_pgtable", "p4d_present", "pfn_pte", "pgd_bad", "pgd_leaf", "pgd_none", "pgd_page_vaddr",
    "pgd_present", "pgprot_nx", "pmd_bad", "pmd_leaf", "pmd_none", "pmd_page_vaddr", "pmd_pfn",
    "pmd_present", "pte_dirty", "pte_mkdirty", "pte_mkyoung", "pte_none", "pte_pfn", "pte_present",
    "pte_write", "pud_bad", "pud_leaf", "pud_none", "pud_pfn", "pud_pgtable", "pud_present", "table_entry",
]  # fmt: skip
