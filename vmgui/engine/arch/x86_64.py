"""x86-64 with 4 or 5 page-table levels: geometry, ranges and entry bits (arch/x86/include/asm, v6.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch.entry_format import EntryFormat
from vmgui.engine.arch.levels import page_table_levels
from vmgui.engine.arch.pgtbl_mod import PGTBL_P4D_MODIFIED, PGTBL_PGD_MODIFIED

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
_PAGE_PROTNONE = _PAGE_GLOBAL  # what bit 8 means in an entry that is not present
_PAGE_KNL_ERRATUM_MASK = _PAGE_DIRTY | _PAGE_ACCESSED  # some processors set them in empty entries

#: An entry that points at a lower table; _PAGE_TABLE is the one the kernel writes.
_KERNPG_TABLE = _PAGE_PRESENT | _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY
_PAGE_TABLE = _KERNPG_TABLE | _PAGE_USER

#: Memory types, as the PAT of Linux encodes them in the bits of a 4 KiB entry.
_PAGE_CACHE_WC, _PAGE_CACHE_UC_MINUS, _PAGE_CACHE_UC = _PAGE_PWT, _PAGE_PCD, _PAGE_PCD | _PAGE_PWT
_PAGE_CACHE_WT = _PAGE_PAT | _PAGE_PCD | _PAGE_PWT

#: Protections of kernel mappings.
PAGE_KERNEL_ROX = _PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_GLOBAL
PAGE_KERNEL_RO = PAGE_KERNEL_ROX | _PAGE_NX
PAGE_KERNEL_EXEC = PAGE_KERNEL_ROX | _PAGE_RW | _PAGE_DIRTY
PAGE_KERNEL = PAGE_KERNEL_EXEC | _PAGE_NX
PAGE_KERNEL_NOCACHE = PAGE_KERNEL | _PAGE_CACHE_UC
PAGE_KERNEL_WC = PAGE_KERNEL | _PAGE_CACHE_WC
PAGE_KERNEL_IO, PAGE_KERNEL_IO_NOCACHE = PAGE_KERNEL, PAGE_KERNEL_NOCACHE


def entry_format(k: Kernel) -> EntryFormat:
    """Return where the parts of an entry are."""
    return EntryFormat(_PAGE_PRESENT, _PAGE_PRESENT | _PAGE_PSE, _PAGE_PRESENT, PTE_PFN_MASK)


def constants(k: Kernel) -> None:
    """Set the constants of this machine on ``k``; VMALLOC_END is the *last byte*, as in the kernel."""
    five = k.machine.levels == 5
    page_table_levels(k, 9)
    k.MAX_PAGE_ORDER, k.TLB_FLUSH_CEILING = 10, 33  # tlb_single_page_flush_ceiling
    k.pgtable_l4_enabled, k.pgtable_l5_enabled = True, five
    k.KERNEL_VA_START = -(1 << k.machine.va_bits - 1) & (1 << 64) - 1
    k.PAGE_OFFSET = 0xFF11000000000000 if five else 0xFFFF888000000000
    k.va_pa_offset = k.PAGE_OFFSET
    k.VMALLOC_START = 0xFFA0000000000000 if five else 0xFFFFC90000000000
    k.VMEMORY_END = k.VMALLOC_START + ((12800 if five else 32) << 40) - 1
    # KMSAN keeps what it knows about the first quarter in the other three.
    k.VMALLOC_END = k.VMALLOC_START + (k.VMEMORY_END + 1 - k.VMALLOC_START >> 2 * k.machine.kmsan) - 1
    k.VMEMMAP_START = 0xFFD4000000000000 if five else 0xFFFFEA0000000000
    k.MODULES_VADDR, k.MODULES_END = 0xFFFFFFFFC0000000, 0xFFFFFFFFFF000000
    k.IOREMAP_MAX_ORDER = 30
    k.THREAD_ALIGN = k.PAGE_SIZE << 2  # THREAD_SIZE
    # Only the top table differs from process to process, so only its changes must be copied around.
    k.ARCH_PAGE_TABLE_SYNC_MASK = PGTBL_PGD_MODIFIED if five else PGTBL_P4D_MODIFIED
    k.PAGE_KERNEL, k.PAGE_KERNEL_EXEC = PAGE_KERNEL, PAGE_KERNEL_EXEC
    k.PAGE_KERNEL_RO, k.PAGE_KERNEL_ROX = PAGE_KERNEL_RO, PAGE_KERNEL_ROX
    k.PAGE_KERNEL_NOCACHE, k.PAGE_KERNEL_WC = PAGE_KERNEL_NOCACHE, PAGE_KERNEL_WC
    k.PAGE_KERNEL_IO, k.PAGE_KERNEL_IO_NOCACHE = PAGE_KERNEL_IO, PAGE_KERNEL_IO_NOCACHE
