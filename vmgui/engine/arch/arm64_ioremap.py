"""Mapping devices on arm64 (arch/arm64/mm/ioremap.c, arch/arm64/include/asm/io.h, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.arm64 import (
    MT_NORMAL,
    MT_NORMAL_NC,
    PTE_AF,
    PTE_ATTRINDX,
    PTE_PXN,
    PTE_TYPE_PAGE,
    PTE_UXN,
    PTE_WRITE,
    MT_DEVICE_nGnRE,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import WARN_ON
from vmgui.engine.mm.ioremap import generic_ioremap_prot, generic_iounmap
from vmgui.engine.mm.page import pfn_valid
from vmgui.engine.trace import kernel_function


@kernel_function
def __ioremap_prot(k: Kernel, phys_addr: int, size: int, pgprot: int) -> int:
    """Map ``size`` bytes of a device at ``phys_addr``; the address, or 0.

    arch/arm64/mm/ioremap.c:__ioremap_prot, v6.12.  Differs: no hook of a confidential machine is asked.
    """
    last_addr = phys_addr + size - 1
    # An entry has no bits for such an address.
    if last_addr >> PHYS_MASK_SHIFT[k.machine.va_bits == 52]:
        return 0
    # RAM has an owner and is mapped already; a second memory type for it would corrupt data.
    is_ram = pfn_is_map_memory(k, phys_addr >> k.PAGE_SHIFT)
    if WARN_ON(k, is_ram, "arch/arm64/mm/ioremap.c:27 __ioremap_prot"):
        return 0
    return generic_ioremap_prot(k, phys_addr, size, pgprot)


#: Bits of a physical address, by whether the kernel is built for 52.
PHYS_MASK_SHIFT = {False: 48, True: 52}


def pfn_is_map_memory(k: Kernel, pfn: int) -> bool:
    """Tell whether frame ``pfn`` is RAM that the kernel maps.  arch/arm64/mm/init.c, v6.12."""
    return pfn_valid(k, pfn)


def protection(k: Kernel, memory_type: int) -> int:
    """Return the protection of a mapping with ``memory_type`` (pgtable-prot.h: PROT_NORMAL and others)."""
    default = PTE_TYPE_PAGE | k.PTE_MAYBE_SHARED | PTE_AF
    return default | PTE_PXN | PTE_UXN | PTE_WRITE | PTE_ATTRINDX(memory_type)


def ioremap(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device registers: nothing is gathered or reordered, writes may be acknowledged early."""
    return __ioremap_prot(k, phys_addr, size, protection(k, MT_DEVICE_nGnRE))


def ioremap_wc(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory like RAM that is not cached."""
    return __ioremap_prot(k, phys_addr, size, protection(k, MT_NORMAL_NC))


def ioremap_uc(k: Kernel, phys_addr: int, size: int) -> int:
    """Refuse: no device here needs more than `ioremap`.  include/asm-generic/io.h:ioremap_uc, v6.12."""
    return 0


def ioremap_cache(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory cached like RAM; RAM itself is in the direct map already."""
    if pfn_is_map_memory(k, phys_addr >> k.PAGE_SHIFT):
        return k.va_pa_offset + phys_addr
    return __ioremap_prot(k, phys_addr, size, protection(k, MT_NORMAL))


ioremap_wt = ioremap  # include/asm-generic/io.h
iounmap = generic_iounmap
