"""Mapping devices: registers and memory with physical addresses of their own (mm/ioremap.c, v6.12).

The functions that drivers call are the architecture's; most are a few checks around the generic one.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.mm import vmap as mapping
from vmgui.engine.mm.vfree import vunmap
from vmgui.engine.mm.vm_struct import VM_IOREMAP, __get_vm_area_caller, free_vm_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, transparent


@kernel_function
def generic_ioremap_prot(k: Kernel, phys_addr: int, size: int, prot: int) -> int:
    """Map ``size`` bytes of a device at ``phys_addr`` with protection ``prot``; the address, or 0.

    Neither needs to be page aligned: whole pages are mapped and the offset is kept in the result.
    mm/ioremap.c:generic_ioremap_prot, v6.12.
    """
    last_addr = phys_addr + size - 1 & MASK64
    if not size or last_addr < phys_addr:
        return 0

    offset = phys_addr & ~k.PAGE_MASK
    phys_addr -= offset
    size = ALIGN(size + offset, k.PAGE_SIZE)

    area = __get_vm_area_caller(k, size, VM_IOREMAP, k.VMALLOC_START, k.VMALLOC_END, _RET_IP_)
    if not area:
        return 0
    vaddr = area.vm_addr
    area.phys_addr = phys_addr

    if mapping.ioremap_page_range(k, vaddr, vaddr + size, phys_addr, prot):
        free_vm_area(k, area)
        return 0
    return vaddr + offset


@kernel_function
def generic_iounmap(k: Kernel, addr: int) -> None:
    """Undo an ioremap; ``addr`` is what it returned, or any address of its first page.

    mm/ioremap.c:generic_iounmap, v6.12.
    """
    vaddr = addr & k.PAGE_MASK
    if k.VMALLOC_START <= vaddr < k.VMALLOC_END:
        vunmap(k, vaddr)


# --- what drivers call, by the architecture's rules --------------------------------------------------


@transparent
def ioremap(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device registers, uncached."""
    return k.arch.ioremap(k, phys_addr, size)


@transparent
def ioremap_uc(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device registers as strictly uncached as there is; 0 where nothing is stricter than `ioremap`."""
    return k.arch.ioremap_uc(k, phys_addr, size)


@transparent
def ioremap_wc(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory so that writes may be gathered."""
    return k.arch.ioremap_wc(k, phys_addr, size)


@transparent
def ioremap_wt(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory so that reads may be cached."""
    return k.arch.ioremap_wt(k, phys_addr, size)


@transparent
def ioremap_cache(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory cached like RAM."""
    return k.arch.ioremap_cache(k, phys_addr, size)


@transparent
def iounmap(k: Kernel, addr: int) -> None:
    """Undo an ioremap."""
    k.arch.iounmap(k, addr)
