"""Changing what mapped pages allow: set_memory_ro() and its family (arch/x86/mm/pat/set_memory.c, v6.12).

"cpa" is change_page_attr, the old name.  A page of RAM is mapped twice, in its area and in the direct map,
and both must agree; so what changes in one is changed in the other, its alias, too.
"""

from __future__ import annotations

from dataclasses import replace

from vmgui.engine.arch.entries import pfn_pte, pte_none, pte_pfn
from vmgui.engine.arch.memtype import UC_MINUS, memtype_free, memtype_reserve
from vmgui.engine.arch.x86_64 import (
    _PAGE_CACHE_UC_MINUS,
    _PAGE_DIRTY,
    _PAGE_NX,
    _PAGE_PAT,
    _PAGE_PCD,
    _PAGE_PRESENT,
    _PAGE_PWT,
    _PAGE_RW,
    PTE_PFN_MASK,
)
from vmgui.engine.arch.x86_cpa import (
    CPA_FLUSHTLB,
    CPA_NO_CHECK_ALIAS,
    __cpa_addr,
    __should_split_large_page,
    cpa_data,
    lookup_address_in_pgd_attr,
    pgprot_clear_protnone_bits,
    split_large_page,
    verify_rwx,
)
from vmgui.engine.arch.x86_direct_map import PG_LEVEL_4K, pfn_range_is_mapped
from vmgui.engine.errno import EFAULT
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import BUG_ON, WARN, WARN_ON_ONCE
from vmgui.engine.mm import purge
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.pgtable import pgd_offset_k, ptep_get, set_pte
from vmgui.engine.mm.tlb import flush_tlb_all, flush_tlb_one_kernel, tlb_single_page_flush_ceiling
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

__START_KERNEL_map = 0xFFFFFFFF80000000
#: All bits of a 4 KiB entry that stand for a memory type; none of them is write-back.
_PAGE_CACHE_MASK = _PAGE_PWT | _PAGE_PCD | _PAGE_PAT


# --- one step --------------------------------------------------------------------------------------


@kernel_function
def __change_page_attr(k: Kernel, cpa: cpa_data, primary: int) -> int:
    """Change the next leaf, splitting it if it is too large; ``cpa.numpages`` becomes the pages done.

    0, -EFAULT where nothing is mapped, -ENOMEM.
    arch/x86/mm/pat/set_memory.c:__change_page_attr, v6.12.
    """
    address = __cpa_addr(k, cpa, cpa.curpage)
    while True:
        level, nx, rw = Out(), Out(), Out()
        kpte = lookup_address_in_pgd_attr(k, pgd_offset_k(k, address), address, level, nx, rw)
        if not kpte or pte_none(k, ptep_get(k, kpte)):
            return __cpa_process_fault(k, cpa, address, primary)
        if level.value == PG_LEVEL_4K:
            ___change_page_attr__pte(k, cpa, kpte, address, nx.value, rw.value)
            return 0
        do_split = __should_split_large_page(k, kpte, address, cpa)
        if do_split <= 0:
            return do_split
        err = split_large_page(k, cpa, kpte, address)
        if err:
            return err


def ___change_page_attr__pte(k: Kernel, cpa: cpa_data, kpte: int, address: int, nx: int, rw: int) -> None:
    """Change a leaf of one page; the frame stays.  Differs: a part of __change_page_attr."""
    old_pte = ptep_get(k, kpte)
    old_prot = old_pte & ~PTE_PFN_MASK
    pfn = pte_pfn(k, old_pte)
    new_prot = old_prot & ~cpa.mask_clr | cpa.mask_set
    new_prot = verify_rwx(k, old_prot, new_prot, address, pfn, 1, nx, rw)
    new_pte = pfn_pte(k, pfn, pgprot_clear_protnone_bits(new_prot))
    cpa.pfn = pfn
    if old_pte != new_pte:
        set_pte(k, kpte, new_pte)
        cpa.flags |= CPA_FLUSHTLB
    cpa.numpages = 1


@kernel_function
def __cpa_process_fault(k: Kernel, cpa: cpa_data, vaddr: int, primary: int) -> int:
    """Decide about an address that nothing maps: an alias and the direct map may have holes.

    0, -EFAULT.  arch/x86/mm/pat/set_memory.c:__cpa_process_fault, v6.12.
    """
    if not primary:
        cpa.numpages = 1
        return 0
    if is_in_direct_map(k, vaddr):
        cpa.numpages = 1
        cpa.pfn = vaddr - k.PAGE_OFFSET >> k.PAGE_SHIFT
        return 0
    text = f"CPA: called for zero pte. vaddr = {vaddr:x} cpa->vaddr = {cpa.vaddr:x}"
    WARN(k, True, "arch/x86/mm/pat/set_memory.c:1635 __cpa_process_fault", text)
    return -EFAULT


def is_in_direct_map(k: Kernel, vaddr: int) -> bool:
    """Tell whether ``vaddr`` is where the direct map is, holes included."""
    return k.PAGE_OFFSET <= vaddr < k.PAGE_OFFSET + (k.max_pfn << k.PAGE_SHIFT)


@kernel_function
def cpa_process_alias(k: Kernel, cpa: cpa_data) -> int:
    """Change the page that was changed last in the direct map as well; 0, -ENOMEM.

    NX stays as it is there: nobody executes through the direct map.
    arch/x86/mm/pat/set_memory.c:cpa_process_alias, v6.12.  Differs: the kernel's own image, which has
    an alias of its own, is not mapped here.
    """
    if not pfn_range_is_mapped(k, cpa.pfn, cpa.pfn + 1):
        return 0  # a device
    if is_in_direct_map(k, __cpa_addr(k, cpa, cpa.curpage)):
        return 0
    laddr = k.PAGE_OFFSET + (cpa.pfn << k.PAGE_SHIFT)
    alias_cpa = replace(
        cpa, vaddr=laddr, curpage=0, mask_set=cpa.mask_set & ~_PAGE_NX, mask_clr=cpa.mask_clr & ~_PAGE_NX
    )
    cpa.force_flush_all = True
    return __change_page_attr_set_clr(k, alias_cpa, 0)


# --- all steps -------------------------------------------------------------------------------------


@kernel_function
def __change_page_attr_set_clr(k: Kernel, cpa: cpa_data, primary: int) -> int:
    """Change leaf after leaf, each with its alias if ``primary``; flushes nothing.

    0, or the error of the first step that failed: what was changed until then stays.
    arch/x86/mm/pat/set_memory.c:__change_page_attr_set_clr, v6.12.
    """
    numpages = rempages = cpa.numpages
    ret = 0
    if not cpa.mask_set | cpa.mask_clr:
        return 0
    while rempages:
        cpa.numpages = rempages
        ret = __change_page_attr(k, cpa, primary)
        if ret:
            break
        if primary and not cpa.flags & CPA_NO_CHECK_ALIAS:
            ret = cpa_process_alias(k, cpa)
            if ret:
                break
        place = "arch/x86/mm/pat/set_memory.c __change_page_attr_set_clr"
        BUG_ON(k, cpa.numpages > rempages or not cpa.numpages, place)
        rempages -= cpa.numpages
        cpa.curpage += cpa.numpages
    cpa.numpages = numpages
    return ret


@kernel_function
def change_page_attr_set_clr(k: Kernel, addr: int, numpages: int, mask_set: int, mask_clr: int) -> int:
    """Set and clear bits in the leaves of ``numpages`` pages from ``addr`` on, and flush.

    0, -EFAULT where nothing is mapped, -ENOMEM.
    arch/x86/mm/pat/set_memory.c:change_page_attr_set_clr, v6.12.
    """
    if not mask_set and not mask_clr:
        return 0
    place = "arch/x86/mm/pat/set_memory.c:1889 change_page_attr_set_clr"
    if WARN_ON_ONCE(k, Once.CPA_UNALIGNED, addr & ~k.PAGE_MASK, place):
        addr &= k.PAGE_MASK
    # What waits to be purged may still be in a TLB, with the old permissions of its pages.
    purge.vm_unmap_aliases(k)

    cpa = cpa_data(addr, numpages, mask_set, mask_clr)
    ret = __change_page_attr_set_clr(k, cpa, 1)
    if not cpa.flags & CPA_FLUSHTLB:
        return ret
    if ret:
        flush_tlb_all(k)  # to be sure
    else:
        cpa_flush(k, cpa)
    return ret


@kernel_function
def cpa_flush(k: Kernel, data: cpa_data) -> None:
    """Make all CPUs forget the old leaves: page by page if they are few and had no alias.

    arch/x86/mm/pat/set_memory.c:cpa_flush, v6.12.  Differs: there are no data caches to write back.
    """
    if data.force_flush_all or data.numpages > tlb_single_page_flush_ceiling:
        flush_tlb_all(k)
        return
    for cpu in range(k.machine.online_cpus):
        for i in range(data.numpages):
            flush_tlb_one_kernel(k, cpu, __cpa_addr(k, data, i))


# --- what callers ask for --------------------------------------------------------------------------


@kernel_function
def set_memory_ro(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing.  arch/x86/mm/pat/set_memory.c:set_memory_ro, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, 0, _PAGE_RW | _PAGE_DIRTY)


@kernel_function
def set_memory_rox(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing, allow executing.  arch/x86/mm/pat/set_memory.c:set_memory_rox, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, 0, _PAGE_RW | _PAGE_DIRTY | _PAGE_NX)


@kernel_function
def set_memory_rw(k: Kernel, addr: int, numpages: int) -> int:
    """Allow writing.  arch/x86/mm/pat/set_memory.c:set_memory_rw, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, _PAGE_RW, 0)


@kernel_function
def set_memory_x(k: Kernel, addr: int, numpages: int) -> int:
    """Allow executing.  arch/x86/mm/pat/set_memory.c:set_memory_x, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, 0, _PAGE_NX)


@kernel_function
def set_memory_nx(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid executing.  arch/x86/mm/pat/set_memory.c:set_memory_nx, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, _PAGE_NX, 0)


@kernel_function
def set_memory_uc(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid caching; -EBUSY where somebody needs it otherwise.

    The memory type is noted for what would be the physical address in the direct map: that of vmalloc
    memory is another, so there the note says nothing.
    arch/x86/mm/pat/set_memory.c:set_memory_uc, v6.12.
    """
    start, end = __pa(k, addr), __pa(k, addr) + numpages * k.PAGE_SIZE
    ret = memtype_reserve(k, start, end, UC_MINUS, Out())
    if ret:
        return ret
    ret = change_page_attr_set_clr(k, addr, numpages, _PAGE_CACHE_UC_MINUS, 0)
    if ret:
        memtype_free(k, start, end)
    return ret


@kernel_function
def set_memory_wb(k: Kernel, addr: int, numpages: int) -> int:
    """Allow caching again.  arch/x86/mm/pat/set_memory.c:set_memory_wb, v6.12."""
    ret = change_page_attr_set_clr(k, addr, numpages, 0, _PAGE_CACHE_MASK)
    if ret:
        return ret
    memtype_free(k, __pa(k, addr), __pa(k, addr) + numpages * k.PAGE_SIZE)
    return 0


def __pa(k: Kernel, x: int) -> int:
    """Return the physical address of a direct-map or kernel-image address; of another one, nonsense."""
    return x - (__START_KERNEL_map if x >= __START_KERNEL_map else k.PAGE_OFFSET) & MASK64


# --- the direct map itself -------------------------------------------------------------------------


@kernel_function
def set_direct_map_invalid_noflush(k: Kernel, page: page) -> int:
    """Take a page out of the direct map; the caller flushes.  0, -ENOMEM.

    arch/x86/mm/pat/set_memory.c:set_direct_map_invalid_noflush, v6.12.
    """
    return __set_pages_np(k, page, 1)


@kernel_function
def set_direct_map_default_noflush(k: Kernel, page: page) -> int:
    """Put a page back into the direct map, writable.  0, -ENOMEM.

    arch/x86/mm/pat/set_memory.c:set_direct_map_default_noflush, v6.12.
    """
    return __set_pages_p(k, page, 1)


def __set_pages_p(k: Kernel, page: page, numpages: int) -> int:
    """Make pages present and writable in the direct map."""
    addr = k.PAGE_OFFSET + page_to_phys(k, page)
    cpa = cpa_data(addr, numpages, _PAGE_PRESENT | _PAGE_RW, 0, CPA_NO_CHECK_ALIAS)
    return __change_page_attr_set_clr(k, cpa, 1)


def __set_pages_np(k: Kernel, page: page, numpages: int) -> int:
    """Make pages neither present nor writable in the direct map."""
    addr = k.PAGE_OFFSET + page_to_phys(k, page)
    cpa = cpa_data(addr, numpages, 0, _PAGE_PRESENT | _PAGE_RW | _PAGE_DIRTY, CPA_NO_CHECK_ALIAS)
    return __change_page_attr_set_clr(k, cpa, 1)
