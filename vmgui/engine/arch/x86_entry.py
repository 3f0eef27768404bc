"""What the bits of an x86 page-table entry mean (arch/x86/include/asm/pgtable.h, v6.12).

An entry is a plain 64-bit number.  With 4 levels of tables the P4D level is folded: the PGD entry *is*
the P4D entry, and every question about the PGD level has the answer that makes a walk go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch.x86_64 import (
    _KERNPG_TABLE,
    _PAGE_ACCESSED,
    _PAGE_DIRTY,
    _PAGE_KNL_ERRATUM_MASK,
    _PAGE_NX,
    _PAGE_PAT,
    _PAGE_PAT_LARGE,
    _PAGE_PRESENT,
    _PAGE_PROTNONE,
    _PAGE_PSE,
    _PAGE_RW,
    _PAGE_SPECIAL,
    _PAGE_TABLE,
    _PAGE_USER,
    PTE_PFN_MASK,
)
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

PTE_FLAGS_MASK = ~PTE_PFN_MASK & (1 << 64) - 1


def pgd_none(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry is empty; a folded one never is."""
    return k.pgtable_l5_enabled and not pgd


def p4d_none(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry is empty."""
    return not p4d & ~_PAGE_KNL_ERRATUM_MASK


pud_none = pmd_none = p4d_none


def pte_none(k: Kernel, pte: int) -> bool:
    """Tell whether a PTE is empty; stray A and D bits of some processors do not count."""
    return not pte & ~_PAGE_KNL_ERRATUM_MASK


def pgd_present(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry leads somewhere; a folded one always does."""
    return not k.pgtable_l5_enabled or bool(pgd & _PAGE_PRESENT)


def p4d_present(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry leads somewhere."""
    return bool(p4d & _PAGE_PRESENT)


pud_present = p4d_present


def pmd_present(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry leads somewhere; a huge page being split lacks P but keeps PSE."""
    return bool(pmd & (_PAGE_PRESENT | _PAGE_PROTNONE | _PAGE_PSE))


def pte_present(k: Kernel, pte: int) -> bool:
    """Tell whether a PTE maps a page."""
    return bool(pte & (_PAGE_PRESENT | _PAGE_PROTNONE))


def pgd_leaf(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry maps memory itself: no processor can."""
    return False


p4d_leaf = pgd_leaf


def pud_leaf(k: Kernel, pud: int) -> bool:
    """Tell whether an upper entry maps memory itself instead of pointing at a table."""
    return bool(pud & _PAGE_PSE)


pmd_leaf = pud_leaf


def pgd_bad(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry looks like no pointer to a table; a folded one never does."""
    return k.pgtable_l5_enabled and pgd & PTE_FLAGS_MASK & ~(_PAGE_USER | _PAGE_NX) != _KERNPG_TABLE


def p4d_bad(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry has bits that a pointer to a table never has."""
    return bool(p4d & PTE_FLAGS_MASK & ~(_PAGE_TABLE | _PAGE_NX))


def pud_bad(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry has bits that a pointer to a table never has; a leaf has."""
    return bool(pud & PTE_FLAGS_MASK & ~_PAGE_TABLE)


def pmd_bad(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry looks like no pointer to a table: empty, or a leaf, or garbage."""
    return pmd & PTE_FLAGS_MASK & ~(_PAGE_USER | _PAGE_ACCESSED) != _KERNPG_TABLE & ~_PAGE_ACCESSED


# --- where an entry leads --------------------------------------------------------------------------
# Differs: RAM stands in Memory at its physical address, so the kernel's __va() is the identity.


def p4d_pgtable(k: Kernel, p4d: int) -> int:
    """Return the address of the table that a PGD or P4D entry points at."""
    return p4d & PTE_PFN_MASK


pgd_page_vaddr = p4d_pgtable


def pud_pgtable(k: Kernel, pud: int) -> int:
    """Return the address of the PMD table a PUD entry points at; of a leaf, where its 1 GiB begins."""
    return pud & PTE_PFN_MASK & -k.PUD_SIZE if pud & _PAGE_PSE else pud & PTE_PFN_MASK


def pmd_page_vaddr(k: Kernel, pmd: int) -> int:
    """Return the address of the PTE table a PMD entry points at; of a leaf, where its 2 MiB begin."""
    return pmd & PTE_PFN_MASK & -k.PMD_SIZE if pmd & _PAGE_PSE else pmd & PTE_PFN_MASK


def protnone_mask(val: int) -> int:
    """Return what the frame in an entry is inverted with: all ones if it has bits, but not P.

    A processor that speculates on such an entry then goes where no memory is (L1TF).
    arch/x86/include/asm/pgtable-invert.h:protnone_mask, v6.12.
    """
    return PTE_PFN_MASK if val and not val & _PAGE_PRESENT else 0


def pud_pfn(k: Kernel, pud: int) -> int:
    """Return the first frame that a PUD leaf maps."""
    return pud_pgtable(k, pud ^ protnone_mask(pud)) >> k.PAGE_SHIFT


def pmd_pfn(k: Kernel, pmd: int) -> int:
    """Return the first frame that a PMD leaf maps."""
    return pmd_page_vaddr(k, pmd ^ protnone_mask(pmd)) >> k.PAGE_SHIFT


def p4d_pfn(k: Kernel, p4d: int) -> int:
    """Return the frame in a P4D entry."""
    return (p4d & PTE_PFN_MASK) >> k.PAGE_SHIFT


def pte_pfn(k: Kernel, pte: int) -> int:
    """Return the frame in a PTE."""
    return ((pte ^ protnone_mask(pte)) & PTE_PFN_MASK) >> k.PAGE_SHIFT


# --- making an entry -------------------------------------------------------------------------------


def pfn_pte(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the PTE that maps frame ``pfn``; without P the frame is stored inverted."""
    if pgprot & _PAGE_PRESENT:
        return pfn << 12 & PTE_PFN_MASK | pgprot
    return (pfn << 12 ^ protnone_mask(pgprot)) & PTE_PFN_MASK | pgprot


def mk_pte(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the PTE that maps a page for vmap_pages_pte_range(), which is where it is expanded.

    Dirty but not writable is how a shadow stack looks, and nobody is to ask for that.
    arch/x86/include/asm/pgtable.h:mk_pte, v6.12.
    """
    shadow = pgprot & (_PAGE_DIRTY | _PAGE_RW) == _PAGE_DIRTY
    WARN_ON_ONCE(k, Once.MK_PTE, shadow, "mm/vmalloc.c:565 vmap_pages_pte_range")
    return pfn_pte(k, pfn, pgprot)


def table_entry(k: Kernel, table: int) -> int:
    """Return the entry that points at the table at physical address ``table``.

    It grants everything, user access too: what is allowed is decided in the leaves.
    """
    return table | _PAGE_TABLE


def huge_entry(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the leaf that maps a large page from frame ``pfn`` on, in a PMD or PUD entry."""
    return pfn_pte(k, pfn, protval_4k_2_large(k, pgprot) | _PAGE_PSE)


def protval_4k_2_large(k: Kernel, pgprot: int) -> int:
    """Move the PAT bit to where large leaves have it: their bit 7 says that they are leaves."""
    return pgprot & ~(_PAGE_PAT | _PAGE_PAT_LARGE) | (pgprot & _PAGE_PAT) << 5


def pgprot_nx(k: Kernel, pgprot: int) -> int:
    """Forbid execution."""
    return pgprot | _PAGE_NX


def arch_vmap_pgprot_tagged(k: Kernel, pgprot: int) -> int:
    """Return ``pgprot`` as it is: memory has no tags.  mm/vmalloc.c, v6.12."""
    return pgprot


def pte_mkspecial(k: Kernel, pte: int) -> int:
    """Return the leaf marked as one that no struct page stands behind."""
    return pte | _PAGE_SPECIAL


# --- what the processor reads and writes by itself -------------------------------------------------


def hw_present(k: Kernel, entry: int) -> bool:
    """Tell whether the processor takes an entry of any level for valid: P alone counts."""
    return bool(entry & _PAGE_PRESENT)


def pte_write(k: Kernel, pte: int) -> bool:
    """Tell whether a leaf, or a path of tables, allows writing."""
    return bool(pte & _PAGE_RW)


table_write = pte_write


def pte_dirty(k: Kernel, pte: int) -> bool:
    """Tell whether the processor has noted a write in this leaf."""
    return bool(pte & _PAGE_DIRTY)


def pte_mkyoung(k: Kernel, pte: int) -> int:
    """Return the entry with A set: it was used."""
    return pte | _PAGE_ACCESSED


def pte_mkdirty(k: Kernel, pte: int) -> int:
    """Return the leaf with D set: memory was written through it."""
    return pte | _PAGE_DIRTY
