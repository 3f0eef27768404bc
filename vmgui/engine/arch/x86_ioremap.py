"""Mapping devices on x86: memory types, RAM is refused (arch/x86/mm/ioremap.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.memtype import (
    ISA_END_ADDRESS,
    ISA_START_ADDRESS,
    UC,
    UC_MINUS,
    WB,
    WC,
    WT,
    is_untracked_pat_range,
    memtype_free,
    memtype_reserve,
)
from vmgui.engine.arch.memtype_sync import memtype_kernel_map_sync
from vmgui.engine.arch.x86_64 import (
    _PAGE_CACHE_UC,
    _PAGE_CACHE_UC_MINUS,
    _PAGE_CACHE_WC,
    _PAGE_CACHE_WT,
    PHYSICAL_MASK,
)
from vmgui.engine.errno import EBUSY
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import BUG_ON, WARN, WARN_ON_ONCE, WARN_ONCE, printk
from vmgui.engine.machine import system_ram
from vmgui.engine.mm import vmap as mapping
from vmgui.engine.mm.kmsan.hooks import kmsan_iounmap_page_range
from vmgui.engine.mm.page import PG_reserved, pfn_to_page
from vmgui.engine.mm.slab import kfree
from vmgui.engine.mm.vm_struct import (
    VM_IOREMAP,
    find_vm_area,
    free_vm_area,
    get_vm_area_caller,
    get_vm_area_size,
    remove_vm_area,
)
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

#: The bits of a 4 KiB entry that stand for a memory type.
CACHE_BITS: dict[int, int] = {
    WB: 0,
    WC: _PAGE_CACHE_WC,
    UC_MINUS: _PAGE_CACHE_UC_MINUS,
    UC: _PAGE_CACHE_UC,
    WT: _PAGE_CACHE_WT,
}


@kernel_function
def __ioremap_caller(k: Kernel, phys_addr: int, size: int, pcm: int, caller: int) -> int:
    """Map ``size`` bytes of a device at ``phys_addr`` with memory type ``pcm``; the address, or 0.

    Neither needs to be page aligned: whole pages are mapped and the offset is kept in the result.
    arch/x86/mm/ioremap.c:__ioremap_caller, v6.12.  Differs: memory is not encrypted, and there are no
    resources that tell where one device ends and the next begins.
    """
    last_addr = phys_addr + size - 1 & MASK64
    if not size or last_addr < phys_addr or ___ioremap_caller__refused(k, phys_addr, last_addr):
        return 0

    offset = phys_addr & ~k.PAGE_MASK
    phys_addr &= k.PAGE_MASK
    size = ALIGN(last_addr + 1, k.PAGE_SIZE) - phys_addr & MASK64
    phys_addr &= PHYSICAL_MASK

    new_pcm = ___ioremap_caller__memtype(k, phys_addr, size, pcm)
    if new_pcm < 0:
        return 0
    prot = k.PAGE_KERNEL_IO | cachemode2protval(new_pcm)

    area = get_vm_area_caller(k, size, VM_IOREMAP, caller)
    if not area:
        memtype_free(k, phys_addr, phys_addr + size)
        return 0
    area.phys_addr = phys_addr
    vaddr = area.vm_addr
    failed = memtype_kernel_map_sync(k, phys_addr, size, new_pcm)
    if failed or mapping.ioremap_page_range(k, vaddr, vaddr + size, phys_addr, prot):
        free_vm_area(k, area)
        memtype_free(k, phys_addr, phys_addr + size)
        return 0
    return vaddr + offset


def ___ioremap_caller__refused(k: Kernel, phys_addr: int, last_addr: int) -> bool:
    """Tell whether [phys_addr, last_addr] is beyond the processor's addresses or RAM, and complain.

    Differs: a part of __ioremap_caller.
    """
    if not phys_addr_valid(k, phys_addr):
        printk(k, f"ioremap: invalid physical address {phys_addr:x}")
        WARN_ON_ONCE(k, Once.IOREMAP_INVALID_PHYS, True, "arch/x86/mm/ioremap.c:207 __ioremap_caller")
        return True
    if __ioremap_check_ram(k, phys_addr, last_addr):
        # RAM has an owner and is mapped cached already; a second type for it would corrupt data
        text = f"ioremap on RAM at {phys_addr:#018x} - {last_addr:#018x}"
        WARN_ONCE(k, Once.IOREMAP_ON_RAM, True, "arch/x86/mm/ioremap.c:217 __ioremap_caller", text)
        return True
    return False


def ___ioremap_caller__memtype(k: Kernel, phys_addr: int, size: int, pcm: int) -> int:
    """Return the memory type to be used: ``pcm``, or that of earlier mappings; -EBUSY if neither can be.

    Differs: a part of __ioremap_caller.
    """
    new_pcm = Out()
    retval = memtype_reserve(k, phys_addr, phys_addr + size, pcm, new_pcm)
    if retval:
        printk(k, f"ioremap memtype_reserve failed {retval}")
        return -EBUSY
    if pcm != new_pcm.value and not is_new_memtype_allowed(phys_addr, size, pcm, new_pcm.value):
        what = f"requested {pcm:#x}, got {new_pcm.value:#x}"
        printk(k, f"ioremap error for {phys_addr:#x}-{phys_addr + size:#x}, {what}")
        memtype_free(k, phys_addr, phys_addr + size)
        return -EBUSY
    return new_pcm.value


def phys_addr_valid(k: Kernel, addr: int) -> bool:
    """Tell whether the processor has enough physical address bits for ``addr``."""
    return not addr >> k.machine.phys_bits


@kernel_function
def __ioremap_check_ram(k: Kernel, start: int, last: int) -> bool:
    """Tell whether [start, last] has a whole frame of RAM that is not reserved.

    arch/x86/mm/ioremap.c:__ioremap_check_ram, v6.12.
    """
    for ram_start, ram_end in system_ram(k.machine):
        start_pfn = ALIGN(max(start, ram_start), k.PAGE_SIZE) >> k.PAGE_SHIFT
        stop_pfn = min(last + 1, ram_end) >> k.PAGE_SHIFT
        for pfn in range(start_pfn, stop_pfn):
            if not pfn_to_page(k, pfn).flags & PG_reserved:
                return True
    return False


def is_new_memtype_allowed(paddr: int, size: int, pcm: int, new_pcm: int) -> bool:
    """Tell whether who asked for ``pcm`` can live with ``new_pcm``: not with more caching than that.

    In the old ISA window, [paddr, paddr + size) inside it, there is nothing but write-back.
    arch/x86/include/asm/pgtable.h:is_new_memtype_allowed, v6.12.
    """
    if is_untracked_pat_range(paddr, paddr + size):
        return True
    refused = {(UC_MINUS, WB), (WC, WB), (WT, WB), (WT, WC)}
    return (pcm, new_pcm) not in refused


def cachemode2protval(pcm: int) -> int:
    """Return the bits of a 4 KiB entry that stand for a memory type."""
    return CACHE_BITS[pcm]


@kernel_function
def ioremap(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device registers: uncached, unless an MTRR says write-combining.

    arch/x86/mm/ioremap.c:ioremap, v6.12.
    """
    return __ioremap_caller(k, phys_addr, size, UC_MINUS, _RET_IP_)


@kernel_function
def ioremap_uc(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device registers uncached, whatever an MTRR says.  arch/x86/mm/ioremap.c:ioremap_uc, v6.12."""
    return __ioremap_caller(k, phys_addr, size, UC, _RET_IP_)


@kernel_function
def ioremap_wc(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory so that writes are gathered.  arch/x86/mm/ioremap.c:ioremap_wc, v6.12."""
    return __ioremap_caller(k, phys_addr, size, WC, _RET_IP_)


@kernel_function
def ioremap_wt(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory so that reads are cached.  arch/x86/mm/ioremap.c:ioremap_wt, v6.12."""
    return __ioremap_caller(k, phys_addr, size, WT, _RET_IP_)


@kernel_function
def ioremap_cache(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory cached like RAM.  arch/x86/mm/ioremap.c:ioremap_cache, v6.12."""
    return __ioremap_caller(k, phys_addr, size, WB, _RET_IP_)


@kernel_function
def iounmap(k: Kernel, addr: int) -> None:
    """Undo an ioremap; ``addr`` is what it returned, or any address of its first page.

    arch/x86/mm/ioremap.c:iounmap, v6.12.
    """
    outside = not is_vmalloc_addr(k, addr)
    if WARN_ON_ONCE(k, Once.IOUNMAP_OUTSIDE, outside, "arch/x86/mm/ioremap.c:461 iounmap"):
        return
    if k.PAGE_OFFSET + ISA_START_ADDRESS <= addr < k.PAGE_OFFSET + ISA_END_ADDRESS:
        text = "iounmap() called for ISA range not obtained using ioremap()"
        WARN(k, True, "arch/x86/mm/ioremap.c:473 iounmap", text)
        return

    addr &= k.PAGE_MASK
    p = find_vm_area(k, addr)
    if not p:
        printk(k, f"iounmap: bad address {addr:016x}")
        return
    kmsan_iounmap_page_range(k, addr, addr + get_vm_area_size(k, p))
    memtype_free(k, p.phys_addr, p.phys_addr + get_vm_area_size(k, p))
    o = remove_vm_area(k, addr)
    BUG_ON(k, p != o, "arch/x86/mm/ioremap.c:501 iounmap")
    kfree(k, p.addr)
