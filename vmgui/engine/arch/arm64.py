"""arm64 with pages of 4, 16 or 64 KiB: ranges, entry bits and protections (arch/arm64/include/asm, v6.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch.entry_format import EntryFormat
from vmgui.engine.arch.levels import page_table_levels
from vmgui.engine.machine import RAM_BASE

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

SZ_8M, SZ_1G, SZ_2G = 8 << 20, 1 << 30, 2 << 30
STRUCT_PAGE = 64  # bytes of a struct page
MASK64 = (1 << 64) - 1

#: Bits of an entry (pgtable-hwdef.h).  The lowest two say what it is: 3 a table or a page, 1 a block.
PTE_VALID, PTE_TABLE_BIT = 1 << 0, 1 << 1
PTE_TYPE_MASK = PTE_TYPE_PAGE = PTE_TYPE_TABLE = 3
PTE_TYPE_SECT = 1
PTE_USER, PTE_RDONLY, PTE_SHARED = 1 << 6, 1 << 7, 3 << 8
PTE_AF, PTE_NG = 1 << 10, 1 << 11
PTE_GP, PTE_CONT = 1 << 50, 1 << 52
PTE_PXN, PTE_UXN = 1 << 53, 1 << 54
PTE_WRITE = PTE_DBM = 1 << 51  # the processor itself may clear PTE_RDONLY: writing is allowed
#: Bits of Linux (pgtable-prot.h); hardware passes them over.
PTE_DIRTY, PTE_SPECIAL, PTE_DEVMAP = 1 << 55, 1 << 56, 1 << 57
PTE_SWBITS_MASK = 1 << 63 | 0xF << 55
PTE_PRESENT_INVALID = PTE_NG  # what bit 11 means in an entry that is not valid

#: A memory type, as a number in the processor's table MAIR_EL1 (memory.h).
MT_NORMAL, MT_NORMAL_TAGGED, MT_NORMAL_NC, MT_DEVICE_nGnRnE, MT_DEVICE_nGnRE = range(5)
PTE_ATTRINDX_MASK = 7 << 2


def PTE_ATTRINDX(memory_type: int) -> int:
    """Return the bits of an entry that choose ``memory_type``."""
    return memory_type << 2


def entry_format(k: Kernel) -> EntryFormat:
    """Return where the parts of an entry are."""
    return EntryFormat(
        PTE_VALID, PTE_TYPE_MASK, PTE_TYPE_TABLE, k.PTE_ADDR_LOW, 0, k.PTE_ADDR_HIGH, k.PTE_ADDR_HIGH_SHIFT
    )


def constants(k: Kernel) -> None:
    """Set the constants of this machine on ``k``.

    Differs: a build for 52 bits runs on a processor that has them; PTDUMP_DEBUGFS is not built.
    """
    va_bits = k.machine.va_bits
    page_table_levels(k, va_bits - _pgdir_shift(k))
    k.pgtable_l4_enabled, k.pgtable_l5_enabled = k.machine.levels >= 4, k.machine.levels == 5
    k.MAX_PAGE_ORDER = {12: 10, 14: 11, 16: 13}[k.PAGE_SHIFT]
    k.TLB_FLUSH_CEILING = k.PTRS_PER_PTE  # MAX_DVM_OPS
    va_bits_min = va_bits if va_bits <= 48 else 47 if k.PAGE_SHIFT == 14 else 48
    k.KERNEL_VA_START = k.PAGE_OFFSET = -(1 << va_bits) & MASK64
    k.va_pa_offset = k.KERNEL_VA_START - RAM_BASE["arm64"]
    k.MODULES_VADDR = -(1 << va_bits_min - 1) & MASK64
    k.MODULES_END = k.VMALLOC_START = k.MODULES_VADDR + SZ_2G
    vmemmap_size = (k.MODULES_VADDR - k.PAGE_OFFSET >> k.PAGE_SHIFT) * STRUCT_PAGE
    k.VMEMMAP_START = (1 << 64) - SZ_1G - vmemmap_size
    k.VMALLOC_END = k.VMEMMAP_START - SZ_8M
    if (k.PAGE_SHIFT, va_bits) == (12, 48):
        # Distributions build for 52 bits, which also runs here: same ranges, but for this name.
        k.PAGE_OFFSET = -(1 << 52) & MASK64
    k.IOREMAP_MAX_ORDER = k.PUD_SHIFT if k.PAGE_SHIFT == 12 else k.PMD_SHIFT
    k.THREAD_ALIGN = 2 * max(1 << 14, k.PAGE_SIZE)  # twice THREAD_SIZE, so that one bit shows an overflow
    # There is one top table for the kernel, beside that of the process: nothing to copy around.
    k.ARCH_PAGE_TABLE_SYNC_MASK = 0
    _address_bits(k)
    _protections(k)


def _pgdir_shift(k: Kernel) -> int:
    return k.machine.page_shift + (k.machine.page_shift - 3) * (k.machine.levels - 1)


def _address_bits(k: Kernel) -> None:
    """Say where an entry has the frame number: its bits above the 48th need places elsewhere."""
    wide = k.machine.va_bits == 52
    low = (1 << 50) - k.PAGE_SIZE
    if not wide:
        high, shift = 0, 0
    elif k.PAGE_SHIFT == 16:
        high, shift = 0xF << 12, 36
    else:
        high, shift = 0x3 << 8, 42
    k.PTE_ADDR_LOW, k.PTE_ADDR_HIGH, k.PTE_ADDR_HIGH_SHIFT = low, high, shift
    # With LPA2 the bits for sharing hold address bits; how memory is shared is said once for all.
    k.PTE_MAYBE_SHARED = 0 if wide and k.PAGE_SHIFT < 16 else PTE_SHARED


def _protections(k: Kernel) -> None:
    default = PTE_TYPE_PAGE | k.PTE_MAYBE_SHARED | PTE_AF | PTE_PXN | PTE_UXN | PTE_WRITE
    normal = default | PTE_ATTRINDX(MT_NORMAL)
    k.PAGE_KERNEL = normal | PTE_DIRTY
    k.PAGE_KERNEL_EXEC = k.PAGE_KERNEL & ~PTE_PXN
    k.PAGE_KERNEL_RO = k.PAGE_KERNEL & ~PTE_WRITE | PTE_RDONLY
    k.PAGE_KERNEL_ROX = k.PAGE_KERNEL_RO & ~PTE_PXN
    k.PAGE_KERNEL_NOCACHE = k.PAGE_KERNEL | PTE_ATTRINDX(MT_DEVICE_nGnRnE)
    k.PAGE_KERNEL_WC = k.PAGE_KERNEL | PTE_ATTRINDX(MT_NORMAL_NC)
    k.PAGE_KERNEL_IO = k.PAGE_KERNEL_IO_NOCACHE = default | PTE_ATTRINDX(MT_DEVICE_nGnRE)
