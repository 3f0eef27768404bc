"""x86-64 with 4 or 5 page-table levels: geometry, ranges and entry bits (arch/x86/include/asm, v6.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

PAGE_SHIFT, PAGE_SIZE, PAGE_MASK = 12, 1 << 12, ~((1 << 12) - 1) & (1 << 64) - 1

#: Bits of a page-table entry (pgtable_types.h).
_PAGE_PRESENT, _PAGE_RW, _PAGE_USER = 1 << 0, 1 << 1, 1 << 2
_PAGE_PWT, _PAGE_PCD = 1 << 3, 1 << 4
_PAGE_ACCESSED, _PAGE_DIRTY = 1 << 5, 1 << 6
_PAGE_PSE = _PAGE_PAT = 1 << 7  # a large leaf in PMD and PUD entries, a memory-type bit in PTEs
_PAGE_GLOBAL, _PAGE_SPECIAL = 1 << 8, 1 << 9
_PAGE_PAT_LARGE = 1 << 12
_PAGE_NX = 1 << 63
PHYSICAL_MASK = (1 << 52) - 1
PTE_PFN_MASK = PHYSICAL_MASK & PAGE_MASK


def constants(k: Kernel) -> None:
    """Set the constants of this machine on ``k``; VMALLOC_END is the *last byte*, as in the kernel."""
    five = k.machine.levels == 5
    k.PAGE_SHIFT, k.PAGE_SIZE, k.PAGE_MASK = PAGE_SHIFT, PAGE_SIZE, PAGE_MASK
    k.PMD_SHIFT, k.PUD_SHIFT, k.P4D_SHIFT = 21, 30, 39
    k.PGDIR_SHIFT = 48 if five else 39
    k.PMD_SIZE, k.PUD_SIZE, k.P4D_SIZE = 1 << 21, 1 << 30, 1 << 39
    k.PGDIR_SIZE = 1 << k.PGDIR_SHIFT
    k.PTRS_PER_TABLE = 512
    k.pgtable_l5_enabled = five
    k.PAGE_OFFSET = 0xFF11000000000000 if five else 0xFFFF888000000000
    k.VMALLOC_START = 0xFFA0000000000000 if five else 0xFFFFC90000000000
    k.VMALLOC_END = k.VMALLOC_START + ((12800 if five else 32) << 40) - 1
    k.MODULES_VADDR, k.MODULES_END = 0xFFFFFFFFC0000000, 0xFFFFFFFFFF000000
    k.IOREMAP_MAX_ORDER = 30
