"""What the bits of a riscv64 page-table entry mean (arch/riscv/include/asm/pgtable.h, pgtable-64.h, v6.12).

An entry is a plain 64-bit number.  A question about a level that is folded has the answer that makes a
walk go on.  Without the permissions R, W and X an entry points at a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch.riscv64 import (
    _PAGE_ACCESSED,
    _PAGE_DIRTY,
    _PAGE_EXEC,
    _PAGE_LEAF,
    _PAGE_PFN_MASK,
    _PAGE_PFN_SHIFT,
    _PAGE_PRESENT,
    _PAGE_PROT_NONE,
    _PAGE_SPECIAL,
    _PAGE_TABLE,
    _PAGE_WRITE,
)

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel


# --- empty, present, bad -------------------------------------------------------------------------------


def pgd_none(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry is empty; a folded one never is."""
    return k.pgtable_l5_enabled and not pgd


def p4d_none(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry is empty; a folded one never is."""
    return k.pgtable_l4_enabled and not p4d


def pte_none(k: Kernel, pte: int) -> bool:
    """Tell whether a PUD or PMD entry or a PTE is empty."""
    return not pte


pud_none = pmd_none = pte_none


def pgd_present(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry leads somewhere; a folded one always does."""
    return not k.pgtable_l5_enabled or bool(pgd & _PAGE_PRESENT)


def p4d_present(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry leads somewhere; a folded one always does."""
    return not k.pgtable_l4_enabled or bool(p4d & _PAGE_PRESENT)


def pud_present(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry leads somewhere."""
    return bool(pud & _PAGE_PRESENT)


def pmd_present(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry leads somewhere; a huge page being split lacks V but keeps its rights."""
    return bool(pmd & (_PAGE_PRESENT | _PAGE_PROT_NONE | _PAGE_LEAF))


def pte_present(k: Kernel, pte: int) -> bool:
    """Tell whether a PTE maps a page."""
    return bool(pte & (_PAGE_PRESENT | _PAGE_PROT_NONE))


def pgd_bad(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry leads nowhere; a folded one never looks like that."""
    return not pgd_present(k, pgd)


def p4d_bad(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry leads nowhere; a folded one never looks like that."""
    return not p4d_present(k, p4d)


def pud_bad(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry leads nowhere.  Unlike elsewhere, a leaf is not bad."""
    return not pud & _PAGE_PRESENT


def pmd_bad(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry points at no table: empty, or a leaf."""
    return not pmd_present(k, pmd) or bool(pmd & _PAGE_LEAF)


def pgd_leaf(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD or P4D entry maps memory itself: Linux makes none that does."""
    return False


p4d_leaf = pgd_leaf


def pud_leaf(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry maps memory itself."""
    return pud_present(k, pud) and bool(pud & _PAGE_LEAF)


def pmd_leaf(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry maps memory itself."""
    return pmd_present(k, pmd) and bool(pmd & _PAGE_LEAF)


# --- where an entry leads --------------------------------------------------------------------------------
# Differs: RAM stands in Memory at its physical address, so the kernel's __va() is the identity.


def pte_pfn(k: Kernel, pte: int) -> int:
    """Return the frame in an entry of any level.  Differs: no groups of PTEs as one (Svnapot)."""
    return (pte & _PAGE_PFN_MASK) >> _PAGE_PFN_SHIFT


p4d_pfn = pud_pfn = pmd_pfn = pte_pfn


def pmd_page_vaddr(k: Kernel, pmd: int) -> int:
    """Return the address of the table that an entry above the PTEs points at."""
    return pte_pfn(k, pmd) << k.PAGE_SHIFT


pgd_page_vaddr = p4d_pgtable = pud_pgtable = pmd_page_vaddr


# --- making an entry -------------------------------------------------------------------------------------


def pfn_pte(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the PTE that maps frame ``pfn``."""
    return pfn << _PAGE_PFN_SHIFT | pgprot


huge_entry = pfn_pte


def table_entry(k: Kernel, table: int) -> int:
    """Return the entry that points at the table at physical address ``table``."""
    return table >> k.PAGE_SHIFT << _PAGE_PFN_SHIFT | _PAGE_TABLE


def pgprot_nx(k: Kernel, pgprot: int) -> int:
    """Forbid execution."""
    return pgprot & ~_PAGE_EXEC


def arch_vmap_pgprot_tagged(k: Kernel, pgprot: int) -> int:
    """Return ``pgprot`` as it is: memory has no tags."""
    return pgprot


def pte_mkspecial(k: Kernel, pte: int) -> int:
    """Return the leaf marked as one that no struct page stands behind."""
    return pte | _PAGE_SPECIAL


# --- what the processor reads and writes by itself -------------------------------------------------------


def hw_present(k: Kernel, entry: int) -> bool:
    """Tell whether the processor takes an entry of any level for valid."""
    return bool(entry & _PAGE_PRESENT)


def table_write(k: Kernel, entry: int) -> bool:
    """Tell whether a table may lead to pages that are written: rights stand in leaves only."""
    return True


def pte_write(k: Kernel, pte: int) -> bool:
    """Tell whether a leaf allows writing."""
    return bool(pte & _PAGE_WRITE)


def pte_dirty(k: Kernel, pte: int) -> bool:
    """Tell whether the processor has noted a write in this leaf."""
    return bool(pte & _PAGE_DIRTY)


def pte_mkyoung(k: Kernel, pte: int) -> int:
    """Return the entry with A set: it was used."""
    return pte | _PAGE_ACCESSED


def pte_mkdirty(k: Kernel, pte: int) -> int:
    """Return the leaf with D set: memory was written through it."""
    return pte | _PAGE_DIRTY
