"""Page-table entries by their generic names; mm/ takes them from here, whatever the architecture.

An entry is a plain 64-bit number.  Where RAM stands in Memory is its physical address, so the kernel's
__va() is the identity, and the address of a table is what an entry holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch.pgtbl_mod import (
    PGTBL_P4D_MODIFIED,
    PGTBL_PGD_MODIFIED,
    PGTBL_PMD_MODIFIED,
    PGTBL_PTE_MODIFIED,
    PGTBL_PUD_MODIFIED,
)

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

__all__ = [
    "PGTBL_P4D_MODIFIED", "PGTBL_PGD_MODIFIED", "PGTBL_PMD_MODIFIED", "PGTBL_PTE_MODIFIED",
    "PGTBL_PUD_MODIFIED", "arch_vmap_pgprot_tagged", "huge_entry", "hw_present", "p4d_bad", "p4d_leaf",
    "p4d_none", "p4d_pfn", "p4d_pgtable", "p4d_present", "pfn_pte", "pgd_bad", "pgd_leaf", "pgd_none",
    "pgd_page_vaddr", "pgd_present", "pgprot_nx", "pmd_bad", "pmd_leaf", "pmd_none", "pmd_page_vaddr",
    "pmd_pfn", "pmd_present", "pte_dirty", "pte_mkdirty", "pte_mkspecial", "pte_mkyoung", "pte_none",
    "pte_pfn", "pte_present", "pte_write", "pud_bad", "pud_leaf", "pud_none", "pud_pfn", "pud_pgtable",
    "pud_present", "table_entry", "table_write",
]  # fmt: skip


# --- what the bits of an entry mean ----------------------------------------------------------------


def pgd_none(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry is empty; a folded one never is."""
    return k.arch.pgd_none(k, pgd)


def p4d_none(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry is empty; a folded one never is."""
    return k.arch.p4d_none(k, p4d)


def pud_none(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry is empty; a folded one never is."""
    return k.arch.pud_none(k, pud)


def pmd_none(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry is empty."""
    return k.arch.pmd_none(k, pmd)


def pte_none(k: Kernel, pte: int) -> bool:
    """Tell whether a PTE is empty."""
    return k.arch.pte_none(k, pte)


def pgd_present(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry leads somewhere; a folded one always does."""
    return k.arch.pgd_present(k, pgd)


def p4d_present(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry leads somewhere; a folded one always does."""
    return k.arch.p4d_present(k, p4d)


def pud_present(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry leads somewhere; a folded one always does."""
    return k.arch.pud_present(k, pud)


def pmd_present(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry leads somewhere."""
    return k.arch.pmd_present(k, pmd)


def pte_present(k: Kernel, pte: int) -> bool:
    """Tell whether a PTE maps a page."""
    return k.arch.pte_present(k, pte)


def pgd_bad(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry looks like no pointer to a table; a folded one never does."""
    return k.arch.pgd_bad(k, pgd)


def p4d_bad(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry looks like no pointer to a table; a folded one never does."""
    return k.arch.p4d_bad(k, p4d)


def pud_bad(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry looks like no pointer to a table; a folded one never does."""
    return k.arch.pud_bad(k, pud)


def pmd_bad(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry looks like no pointer to a table: a leaf does, and an empty one may."""
    return k.arch.pmd_bad(k, pmd)


def pgd_leaf(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry maps memory itself."""
    return k.arch.pgd_leaf(k, pgd)


def p4d_leaf(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry maps memory itself."""
    return k.arch.p4d_leaf(k, p4d)


def pud_leaf(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry maps memory itself."""
    return k.arch.pud_leaf(k, pud)


def pmd_leaf(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry maps memory itself."""
    return k.arch.pmd_leaf(k, pmd)


# --- where an entry leads --------------------------------------------------------------------------


def pgd_page_vaddr(k: Kernel, pgd: int) -> int:
    """Return the address of the table that a PGD entry points at."""
    return k.arch.pgd_page_vaddr(k, pgd)


def p4d_pgtable(k: Kernel, p4d: int) -> int:
    """Return the address of the table that a P4D entry points at."""
    return k.arch.p4d_pgtable(k, p4d)


def pud_pgtable(k: Kernel, pud: int) -> int:
    """Return the address of the PMD table that a PUD entry points at."""
    return k.arch.pud_pgtable(k, pud)


def pmd_page_vaddr(k: Kernel, pmd: int) -> int:
    """Return the address of the PTE table that a PMD entry points at."""
    return k.arch.pmd_page_vaddr(k, pmd)


def p4d_pfn(k: Kernel, p4d: int) -> int:
    """Return the frame in a P4D entry."""
    return k.arch.p4d_pfn(k, p4d)


def pud_pfn(k: Kernel, pud: int) -> int:
    """Return the first frame that a PUD leaf maps."""
    return k.arch.pud_pfn(k, pud)


def pmd_pfn(k: Kernel, pmd: int) -> int:
    """Return the first frame that a PMD leaf maps."""
    return k.arch.pmd_pfn(k, pmd)


def pte_pfn(k: Kernel, pte: int) -> int:
    """Return the frame in a PTE."""
    return k.arch.pte_pfn(k, pte)


# --- making an entry -------------------------------------------------------------------------------


def pfn_pte(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the PTE that maps frame ``pfn``."""
    return k.arch.pfn_pte(k, pfn, pgprot)


def huge_entry(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the leaf that maps a large page from frame ``pfn`` on, in a PMD or PUD entry."""
    return k.arch.huge_entry(k, pfn, pgprot)


def table_entry(k: Kernel, table: int) -> int:
    """Return the entry that points at the table at physical address ``table``."""
    return k.arch.table_entry(k, table)


def arch_vmap_pgprot_tagged(k: Kernel, pgprot: int) -> int:
    """Return ``pgprot`` for memory whose pointers bear tags, where there is such memory."""
    return k.arch.arch_vmap_pgprot_tagged(k, pgprot)


def pgprot_nx(k: Kernel, pgprot: int) -> int:
    """Forbid execution."""
    return k.arch.pgprot_nx(k, pgprot)


def pte_mkspecial(k: Kernel, pte: int) -> int:
    """Return the leaf marked as one that no struct page stands behind."""
    return k.arch.pte_mkspecial(k, pte)


# --- what the processor reads and writes by itself -------------------------------------------------


def hw_present(k: Kernel, entry: int) -> bool:
    """Tell whether the processor takes an entry of any level for valid."""
    return k.arch.hw_present(k, entry)


def table_write(k: Kernel, entry: int) -> bool:
    """Tell whether an entry that points at a table lets the pages below be written."""
    return k.arch.table_write(k, entry)


def pte_write(k: Kernel, pte: int) -> bool:
    """Tell whether a leaf allows writing."""
    return k.arch.pte_write(k, pte)


def pte_dirty(k: Kernel, pte: int) -> bool:
    """Tell whether a write is noted in this leaf."""
    return k.arch.pte_dirty(k, pte)


def pte_mkyoung(k: Kernel, pte: int) -> int:
    """Return the entry marked as used."""
    return k.arch.pte_mkyoung(k, pte)


def pte_mkdirty(k: Kernel, pte: int) -> int:
    """Return the leaf marked as written through."""
    return k.arch.pte_mkdirty(k, pte)
