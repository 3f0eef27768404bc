"""riscv64 with Sv39, Sv48 or Sv57: ranges, entry bits and protections (arch/riscv/include/asm, v6.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch.entry_format import EntryFormat
from vmgui.engine.arch.levels import page_table_levels
from vmgui.engine.machine import RAM_BASE

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

MASK64 = (1 << 64) - 1
SZ_2G = 2 << 30
STRUCT_PAGE_SHIFT = 6  # a struct page has 64 bytes
KERNEL_LINK_ADDR = (1 << 64) - SZ_2G
KERNEL_IMAGE_SIZE = 34 << 20

#: Bits of an entry (pgtable-bits.h, pgtable-64.h).  Without R, W and X it points at a table.
_PAGE_PRESENT, _PAGE_READ, _PAGE_WRITE, _PAGE_EXEC = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_PAGE_USER, _PAGE_GLOBAL, _PAGE_ACCESSED, _PAGE_DIRTY = 1 << 4, 1 << 5, 1 << 6, 1 << 7
_PAGE_SPECIAL = 1 << 8
_PAGE_LEAF = _PAGE_READ | _PAGE_WRITE | _PAGE_EXEC
_PAGE_TABLE = _PAGE_PRESENT
_PAGE_PROT_NONE = _PAGE_GLOBAL  # what bit 5 means in an entry that is not present
_PAGE_PFN_SHIFT, _PAGE_PFN_MASK = 10, (1 << 54) - (1 << 10)
#: Memory types of the extension Svpbmt.
_PAGE_NOCACHE_SVPBMT, _PAGE_IO_SVPBMT = 1 << 61, 1 << 62
_PAGE_MTMASK_SVPBMT = _PAGE_NOCACHE_SVPBMT | _PAGE_IO_SVPBMT

#: Where the direct map begins, by the width of an address (page.h).
PAGE_OFFSET = {39: 0xFFFFFFD600000000, 48: 0xFFFFAF8000000000, 57: 0xFF60000000000000}

_PAGE_KERNEL = _PAGE_READ | _PAGE_WRITE | _PAGE_PRESENT | _PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_GLOBAL


def entry_format(k: Kernel) -> EntryFormat:
    """Return where the parts of an entry are."""
    return EntryFormat(_PAGE_PRESENT, _PAGE_PRESENT | _PAGE_LEAF, _PAGE_PRESENT, _PAGE_PFN_MASK, 2)


def constants(k: Kernel) -> None:
    """Set the constants of this machine on ``k``.

    Differs: the processor has Svpbmt, so memory types are in the entries; the image is 34 MiB.
    """
    page_table_levels(k, 9)
    k.pgtable_l4_enabled, k.pgtable_l5_enabled = k.machine.levels >= 4, k.machine.levels == 5
    k.MAX_PAGE_ORDER, k.TLB_FLUSH_CEILING = 10, 64  # tlb_flush_all_threshold
    k.KERNEL_VA_START = -(1 << k.machine.va_bits - 1) & MASK64
    k.PAGE_OFFSET = k.VMALLOC_END = PAGE_OFFSET[k.machine.va_bits]
    k.va_pa_offset = k.PAGE_OFFSET - RAM_BASE["riscv64"]
    kern_virt_size = k.PTRS_PER_PGD // 2 * k.PGDIR_SIZE // 2
    k.VMALLOC_START = k.PAGE_OFFSET - kern_virt_size // 2
    k.VMEMMAP_START = k.VMALLOC_START - (1 << k.machine.va_bits - k.PAGE_SHIFT - 1 + STRUCT_PAGE_SHIFT)
    k.MODULES_VADDR = KERNEL_LINK_ADDR + KERNEL_IMAGE_SIZE - SZ_2G
    k.MODULES_END = KERNEL_LINK_ADDR
    k.IOREMAP_MAX_ORDER = k.PUD_SHIFT
    k.THREAD_ALIGN = 2 * (k.PAGE_SIZE << 2)  # twice THREAD_SIZE, as on arm64
    # Entries of the vmalloc range in the top table are made once, at boot: nothing to copy around.
    k.ARCH_PAGE_TABLE_SYNC_MASK = 0
    k.PAGE_KERNEL, k.PAGE_KERNEL_EXEC = _PAGE_KERNEL, _PAGE_KERNEL | _PAGE_EXEC
    k.PAGE_KERNEL_RO = _PAGE_KERNEL & ~_PAGE_WRITE  # the kernel's name here: PAGE_KERNEL_READ
    k.PAGE_KERNEL_ROX = k.PAGE_KERNEL_RO | _PAGE_EXEC  # and PAGE_KERNEL_READ_EXEC
    k.PAGE_KERNEL_NOCACHE = k.PAGE_KERNEL_IO = k.PAGE_KERNEL_IO_NOCACHE = _PAGE_KERNEL | _PAGE_IO_SVPBMT
    k.PAGE_KERNEL_WC = _PAGE_KERNEL | _PAGE_NOCACHE_SVPBMT
