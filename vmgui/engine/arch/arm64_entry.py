"""What the bits of an arm64 page-table entry mean (arch/arm64/include/asm/pgtable.h, v6.12).

An entry is a plain 64-bit number.  A question about a level that is folded has the answer that makes a
walk go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch.arm64 import (
    MT_NORMAL_TAGGED,
    PTE_AF,
    PTE_ATTRINDX,
    PTE_ATTRINDX_MASK,
    PTE_DIRTY,
    PTE_PRESENT_INVALID,
    PTE_PXN,
    PTE_RDONLY,
    PTE_SPECIAL,
    PTE_TABLE_BIT,
    PTE_TYPE_MASK,
    PTE_TYPE_SECT,
    PTE_TYPE_TABLE,
    PTE_VALID,
    PTE_WRITE,
)

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

TABLE_READ_ONLY = 1 << 62  # APTable[1]: nothing below may be written
PMD_TABLE_UXN = 1 << 60  # no program may execute anything below


# --- empty, present, bad -----------------------------------------------------------------------------


def pgd_none(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry is empty; a folded one never is."""
    return not k.mm_p4d_folded and not pgd


def p4d_none(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry is empty; a folded one never is."""
    return not k.mm_pud_folded and not p4d


def pud_none(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry is empty; a folded one never is."""
    return not k.mm_pmd_folded and not pud


def pte_none(k: Kernel, pte: int) -> bool:
    """Tell whether a PTE is empty."""
    return not pte


pmd_none = pte_none


def pgd_present(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry leads somewhere: whatever is not empty."""
    return not pgd_none(k, pgd)


def p4d_present(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry leads somewhere: whatever is not empty."""
    return not p4d_none(k, p4d)


def pte_present(k: Kernel, pte: int) -> bool:
    """Tell whether a PTE maps a page, for the processor or, marked invalid, for Linux only."""
    return bool(pte & PTE_VALID) or bool(pte & PTE_PRESENT_INVALID)


pmd_present = pte_present


def pud_present(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry leads somewhere; a folded one always does."""
    return k.mm_pmd_folded or pte_present(k, pud)


def pgd_bad(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD entry points at no table; a folded one never looks like that."""
    return not k.mm_p4d_folded and not pgd & PTE_TABLE_BIT


def p4d_bad(k: Kernel, p4d: int) -> bool:
    """Tell whether a P4D entry points at no table; a folded one never looks like that."""
    return not k.mm_pud_folded and not p4d & PTE_TABLE_BIT


def pud_bad(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry points at no table: empty, or a block, or garbage."""
    return not k.mm_pmd_folded and pud & PTE_TYPE_MASK != PTE_TYPE_TABLE


def pmd_bad(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry points at no table: empty, or a block, or garbage."""
    return pmd & PTE_TYPE_MASK != PTE_TYPE_TABLE


# --- blocks and tables -------------------------------------------------------------------------------


def pgd_leaf(k: Kernel, pgd: int) -> bool:
    """Tell whether a PGD or P4D entry maps memory itself: Linux makes none that does."""
    return False


p4d_leaf = pgd_leaf


def pmd_table(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry points at a table."""
    return pmd & PTE_TYPE_MASK == PTE_TYPE_TABLE


def pmd_sect(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry is a block."""
    return pmd & PTE_TYPE_MASK == PTE_TYPE_SECT


def pmd_leaf(k: Kernel, pmd: int) -> bool:
    """Tell whether a PMD entry maps memory itself."""
    return pte_present(k, pmd) and not pmd_table(k, pmd)


def pud_table(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry points at a table; where PUD blocks cannot be, it always does."""
    return no_pud_blocks(k) or pmd_table(k, pud)


def pud_sect(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry is a block."""
    return not no_pud_blocks(k) and pmd_sect(k, pud)


def pud_leaf(k: Kernel, pud: int) -> bool:
    """Tell whether a PUD entry maps memory itself."""
    return not k.mm_pmd_folded and pte_present(k, pud) and not pud_table(k, pud)


def no_pud_blocks(k: Kernel) -> bool:
    """Tell whether this build knows no blocks in PUD entries: 64 KiB pages, or too few levels."""
    return k.PAGE_SHIFT == 16 or k.machine.levels < 3


# --- where an entry leads ----------------------------------------------------------------------------
# Differs: RAM stands in Memory at its physical address, so the kernel's __va() is the identity.


def __pte_to_phys(k: Kernel, pte: int) -> int:
    """Return the physical address in an entry of any level."""
    pte &= ~k.PTE_MAYBE_SHARED
    return pte & k.PTE_ADDR_LOW | (pte & k.PTE_ADDR_HIGH) << k.PTE_ADDR_HIGH_SHIFT


def __phys_to_pte_val(k: Kernel, phys: int) -> int:
    """Return the bits of an entry of any level that say ``phys``."""
    if not k.PTE_ADDR_HIGH:
        return phys
    return (phys | phys >> k.PTE_ADDR_HIGH_SHIFT) & (k.PTE_ADDR_LOW | k.PTE_ADDR_HIGH)


def pte_pfn(k: Kernel, pte: int) -> int:
    """Return the frame in an entry of any level."""
    return __pte_to_phys(k, pte) >> k.PAGE_SHIFT


p4d_pfn = pte_pfn
pgd_page_vaddr = p4d_pgtable = pud_pgtable = pmd_page_vaddr = __pte_to_phys


def pud_pfn(k: Kernel, pud: int) -> int:
    """Return the first frame that a PUD block maps."""
    return (__pte_to_phys(k, pud) & -k.PUD_SIZE) >> k.PAGE_SHIFT


def pmd_pfn(k: Kernel, pmd: int) -> int:
    """Return the first frame that a PMD block maps."""
    return (__pte_to_phys(k, pmd) & -k.PMD_SIZE) >> k.PAGE_SHIFT


# --- making an entry -----------------------------------------------------------------------------------


def pfn_pte(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the PTE that maps frame ``pfn``."""
    return __phys_to_pte_val(k, pfn << k.PAGE_SHIFT) | pgprot


def huge_entry(k: Kernel, pfn: int, pgprot: int) -> int:
    """Return the block that maps a large page from frame ``pfn`` on, in a PMD or PUD entry."""
    return pfn_pte(k, pfn, pgprot & ~PTE_TABLE_BIT | PTE_TYPE_SECT)


def table_entry(k: Kernel, table: int) -> int:
    """Return the entry that points at the kernel's table at physical address ``table``."""
    return __phys_to_pte_val(k, table) | PTE_TYPE_TABLE | PMD_TABLE_UXN


def pgprot_nx(k: Kernel, pgprot: int) -> int:
    """Forbid execution by the kernel.  Differs: no kernel page is guarded against branches (BTI)."""
    return pgprot | PTE_PXN


def arch_vmap_pgprot_tagged(k: Kernel, pgprot: int) -> int:
    """Choose memory with tags (arch/arm64/include/asm/vmalloc.h); without MTE it behaves as any other."""
    return pgprot & ~PTE_ATTRINDX_MASK | PTE_ATTRINDX(MT_NORMAL_TAGGED)


def pte_mkspecial(k: Kernel, pte: int) -> int:
    """Return the leaf marked as one that no struct page stands behind."""
    return pte | PTE_SPECIAL


# --- what the processor reads and writes by itself -----------------------------------------------------


def hw_present(k: Kernel, entry: int) -> bool:
    """Tell whether the processor takes an entry of any level for valid."""
    return bool(entry & PTE_VALID)


def table_write(k: Kernel, entry: int) -> bool:
    """Tell whether a table may lead to pages that are written."""
    return not entry & TABLE_READ_ONLY


def pte_write(k: Kernel, pte: int) -> bool:
    """Tell whether a leaf allows writing, at once or after the processor has noted it."""
    return bool(pte & PTE_WRITE)


def pte_dirty(k: Kernel, pte: int) -> bool:
    """Tell whether a write is noted in this leaf, by Linux or, as lacking read-only bit, by the processor."""
    return bool(pte & PTE_DIRTY) or pte & (PTE_WRITE | PTE_RDONLY) == PTE_WRITE


def pte_mkyoung(k: Kernel, pte: int) -> int:
    """Return the entry with the access flag set."""
    return pte | PTE_AF


def pte_mkdirty(k: Kernel, pte: int) -> int:
    """Return the leaf with a write noted, for Linux and, if it may be written, for the processor."""
    pte |= PTE_DIRTY
    return pte & ~PTE_RDONLY if pte & PTE_WRITE else pte
