"""Memory that is contiguous only in kernel addresses: single pages, mapped in a row (mm/vmalloc.c)."""

from __future__ import annotations

from vmgui.engine.arch.entries import arch_vmap_pgprot_tagged
from vmgui.engine.arch.hooks import arch_vmap_pmd_supported, arch_vmap_pte_supported_shift
from vmgui.engine.gfp import (
    __GFP_FS,
    __GFP_HIGHMEM,
    __GFP_IO,
    __GFP_NOFAIL,
    __GFP_NOWARN,
    __GFP_SKIP_KASAN,
    __GFP_SKIP_ZERO,
    __GFP_ZERO,
    GFP_DMA,
    GFP_DMA32,
    GFP_KERNEL,
    GFP_RECLAIM_MASK,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.fault_inject import Fault, should_fail
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.lib.list import list_empty
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE, panic
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.mm import vfree as freeing
from vmgui.engine.mm import vmap as mapping
from vmgui.engine.mm.kasan.hooks import (
    KASAN_VMALLOC_INIT,
    KASAN_VMALLOC_NONE,
    KASAN_VMALLOC_PROT_NORMAL,
    KASAN_VMALLOC_VM_ALLOC,
    kasan_unpoison_vmalloc,
)
from vmgui.engine.mm.kasan.tags import kasan_hw_tags_enabled
from vmgui.engine.mm.kmemleak import kmemleak_vmalloc
from vmgui.engine.mm.memalloc import (
    memalloc_nofs_restore,
    memalloc_nofs_save,
    memalloc_noio_restore,
    memalloc_noio_save,
)
from vmgui.engine.mm.mmzone import NUMA_NO_NODE, num_online_nodes
from vmgui.engine.mm.page_alloc import alloc_pages, alloc_pages_node, split_page, want_init_on_alloc
from vmgui.engine.mm.page_array import page_slots, set_page_slot
from vmgui.engine.mm.page_bulk import alloc_pages_bulk_array_mempolicy, alloc_pages_bulk_array_node
from vmgui.engine.mm.show_mem import warn_alloc
from vmgui.engine.mm.slab import kmalloc
from vmgui.engine.mm.vm_struct import (
    VM_ALLOC,
    VM_ALLOW_HUGE_VMAP,
    VM_UNINITIALIZED,
    VM_USERMAP,
    __get_vm_area_node,
    free_vm_area,
    get_vm_area_size,
)
from vmgui.engine.structs import vm_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD

GFP_VMALLOC32 = GFP_DMA32 | GFP_KERNEL
MAX_BULK = 100  # pages a call: longer ones would keep others waiting


@kernel_function
def vm_area_alloc_pages(k: Kernel, gfp: int, nid: int, order: int, nr_pages: int, pages: int) -> int:
    """Fill ``pages`` with ``nr_pages`` pages, taken in blocks of 2**order; returns how many were had.

    mm/vmalloc.c:vm_area_alloc_pages, v6.12.  Differs: nobody sends the caller a fatal signal.
    """
    nr_allocated = 0
    if not order:
        while nr_allocated < nr_pages:
            nr_pages_request = min(MAX_BULK, nr_pages - nr_allocated)
            slots = pages + WORD * nr_allocated
            if nid == NUMA_NO_NODE:  # the policy of the task may want all nodes in turn
                nr = alloc_pages_bulk_array_mempolicy(k, gfp, nr_pages_request, slots)
            else:
                nr = alloc_pages_bulk_array_node(k, gfp, nid, nr_pages_request, slots)
            nr_allocated += nr
            if nr != nr_pages_request:
                break  # try the rest page by page

    while nr_allocated < nr_pages:
        page = alloc_pages(k, gfp, order) if nid == NUMA_NO_NODE else alloc_pages_node(k, nid, gfp, order)
        if page is None:
            break
        if order:
            split_page(k, page, order)  # everybody may treat the pages as single ones
        for i, slot in enumerate(page_slots(k, pages, nr_allocated, 1 << order)):
            set_page_slot(k, slot, page[i])
        nr_allocated += 1 << order
    return nr_allocated


@kernel_function
def __vmalloc_area_node(
    k: Kernel, area: vm_struct, gfp_mask: int, prot: int, page_shift: int, node: int
) -> int:
    """Get pages for all of ``area`` and map them; returns its address, or 0 after giving it all back.

    mm/vmalloc.c:__vmalloc_area_node, v6.12.
    """
    nested_gfp = gfp_mask & GFP_RECLAIM_MASK | __GFP_ZERO
    size = get_vm_area_size(k, area)
    nr_small_pages = size >> k.PAGE_SHIFT
    array_size = nr_small_pages * WORD
    if not gfp_mask & (GFP_DMA | GFP_DMA32):
        gfp_mask |= __GFP_HIGHMEM

    area.pages = ___vmalloc_area_node__array(k, area, array_size, nested_gfp, node)
    if not area.pages:
        why = f"vmalloc error: size {size}, failed to allocated page array size {array_size}"
        warn_alloc(k, gfp_mask, None, why)
        free_vm_area(k, area)
        return 0

    if not ___vmalloc_area_node__pages(k, area, gfp_mask, page_shift, node, nr_small_pages):
        freeing.vfree(k, area.vm_addr)
        return 0
    if ___vmalloc_area_node__map(k, area, gfp_mask, prot, page_shift) < 0:
        warn_alloc(k, gfp_mask, None, f"vmalloc error: size {size}, failed to map pages")
        freeing.vfree(k, area.vm_addr)
        return 0
    return area.vm_addr


def ___vmalloc_area_node__array(k: Kernel, area: vm_struct, array_size: int, gfp: int, node: int) -> int:
    """Get memory for the list of pages; returns its address, or 0.

    Differs: a part of __vmalloc_area_node.
    """
    if should_fail(k, Fault.ARRAY, gfp):
        return 0
    if array_size > k.PAGE_SIZE:
        # The list of pages is too long for one page, so it is such an area itself.
        return __vmalloc_node(k, array_size, 1, gfp, node, area.caller)
    return kmalloc(k, array_size, gfp)


def ___vmalloc_area_node__pages(
    k: Kernel, area: vm_struct, gfp_mask: int, page_shift: int, node: int, nr_small_pages: int
) -> bool:
    """Fill the list of pages; False, after complaining about single pages, if some could not be had.

    Differs: a part of __vmalloc_area_node.
    """
    page_order = area.page_order = page_shift - k.PAGE_SHIFT
    page_gfp = (gfp_mask & ~__GFP_NOFAIL if page_order else gfp_mask) | __GFP_NOWARN
    area.nr_pages = vm_area_alloc_pages(k, page_gfp, node, page_order, nr_small_pages, area.pages)
    k.nr_vmalloc_pages = k.nr_vmalloc_pages + area.nr_pages
    if area.nr_pages == nr_small_pages:
        return True
    if page_order == 0:  # a failed attempt with large blocks is tried again with small ones
        why = f"vmalloc error: size {area.nr_pages << k.PAGE_SHIFT}, failed to allocate pages"
        warn_alloc(k, gfp_mask, None, why)
    return False


def ___vmalloc_area_node__map(k: Kernel, area: vm_struct, gfp_mask: int, prot: int, page_shift: int) -> int:
    """Map the pages of ``area``; 0, or -ENOMEM.

    Tables are made with GFP_KERNEL whatever the caller may do.  So what it must not do is forbidden to
    everything that runs meanwhile.  Differs: a part of __vmalloc_area_node.
    """
    addr, size = area.vm_addr, get_vm_area_size(k, area)
    nofs = gfp_mask & (__GFP_FS | __GFP_IO) == __GFP_IO
    noio = gfp_mask & (__GFP_FS | __GFP_IO) == 0
    flags = memalloc_nofs_save(k) if nofs else memalloc_noio_save(k) if noio else 0

    ret = mapping.vmap_pages_range(k, addr, addr + size, prot, area.pages, page_shift)
    while gfp_mask & __GFP_NOFAIL and ret < 0:
        schedule_timeout_uninterruptible(k, 1)
        ret = mapping.vmap_pages_range(k, addr, addr + size, prot, area.pages, page_shift)

    if nofs:
        memalloc_nofs_restore(k, flags)
    elif noio:
        memalloc_noio_restore(k, flags)
    return ret


@kernel_function
def __vmalloc_node_range(
    k: Kernel, size: int, align: int, start: int, end: int, gfp_mask: int, prot: int, vm_flags: int,
    node: int, caller: int,
) -> int:  # fmt: skip
    """Allocate ``size`` bytes in [start, end) at a multiple of ``align``; returns the address, or 0.

    With VM_ALLOW_HUGE_VMAP in ``vm_flags`` whole 2 MiB blocks are tried first; if they cannot be had,
    all is done again with single pages, silently.  mm/vmalloc.c:__vmalloc_node_range_noprof, v6.12.
    """
    place = "mm/vmalloc.c:3838 __vmalloc_node_range_noprof"
    if WARN_ON_ONCE(k, Once.VMALLOC_ZERO_SIZE, not size, place):
        return 0
    if size >> k.PAGE_SHIFT > k.totalram_pages:
        warn_alloc(k, gfp_mask, None, f"vmalloc error: size {size}, exceeds total pages")
        return 0

    real_size, real_align, shift = size, align, k.PAGE_SHIFT
    if k.vmap_allow_huge and vm_flags & VM_ALLOW_HUGE_VMAP:
        shift = ___vmalloc_node_range__shift(k, size, prot, node)
        align = max(real_align, 1 << shift)
    kasan_flags = KASAN_VMALLOC_NONE
    while True:
        area = ___vmalloc_node_range__area(
            k, real_size, align, shift, vm_flags, start, end, gfp_mask, node, caller
        )
        if area and prot == k.PAGE_KERNEL:
            prot, gfp_mask = ___vmalloc_node_range__tagged(k, prot, gfp_mask)
            kasan_flags = KASAN_VMALLOC_PROT_NORMAL
        if area and __vmalloc_area_node(k, area, gfp_mask, prot, shift, node):
            break
        if shift == k.PAGE_SHIFT:
            return 0
        shift, align = k.PAGE_SHIFT, real_align
    return ___vmalloc_node_range__open(k, area, real_size, shift, gfp_mask, kasan_flags)


def ___vmalloc_node_range__open(
    k: Kernel, area: vm_struct, real_size: int, shift: int, gfp_mask: int, kasan_flags: int
) -> int:
    """Allow the memory to be used, and say that it is there; returns its address.

    Differs: a part of __vmalloc_node_range.
    """
    if gfp_mask & __GFP_SKIP_ZERO and want_init_on_alloc(k, gfp_mask):
        kasan_flags |= KASAN_VMALLOC_INIT
    addr = kasan_unpoison_vmalloc(k, area.vm_addr, real_size, kasan_flags | KASAN_VMALLOC_VM_ALLOC)
    if addr != area.vm_addr:  # it has got a tag
        area.vm_addr = addr
    area.flags = area.flags & ~VM_UNINITIALIZED  # from here on others may look at it
    kmemleak_vmalloc(k, area, ALIGN(real_size, 1 << shift), gfp_mask)
    return area.vm_addr


def ___vmalloc_node_range__tagged(k: Kernel, prot: int, gfp_mask: int) -> tuple[int, int]:
    """Return protection and flags for ordinary memory: where it is to be tagged, that clears it as well.

    Differs: a part of __vmalloc_node_range.
    """
    if not kasan_hw_tags_enabled(k):
        return prot, gfp_mask
    return arch_vmap_pgprot_tagged(k, prot), gfp_mask | __GFP_SKIP_KASAN | __GFP_SKIP_ZERO


def ___vmalloc_node_range__shift(k: Kernel, size: int, prot: int, node: int) -> int:
    """Return the shift of the largest blocks that may serve ``size`` bytes, of which each node has a share.

    Differs: a part of __vmalloc_node_range.
    """
    size_per_node = size
    if node == NUMA_NO_NODE:
        size_per_node //= num_online_nodes(k)
    if arch_vmap_pmd_supported(k, prot) and size_per_node >= k.PMD_SIZE:
        return k.PMD_SHIFT
    return arch_vmap_pte_supported_shift(k, size_per_node)


def ___vmalloc_node_range__area(
    k: Kernel, real_size: int, align: int, shift: int, vm_flags: int, start: int, end: int,
    gfp_mask: int, node: int, caller: int,
) -> vm_struct | None:  # fmt: skip
    """Reserve addresses; without any it complains, and after a pause asks again if it may not fail.

    Differs: a part of __vmalloc_node_range.
    """
    vm_flags |= VM_ALLOC | VM_UNINITIALIZED
    nofail = bool(gfp_mask & __GFP_NOFAIL)
    while True:
        area = __get_vm_area_node(
            k, real_size, align, shift, vm_flags, start, end, node, gfp_mask, caller
        )
        if area:
            return area
        why = f"vmalloc error: size {real_size}, vm_struct allocation failed"
        warn_alloc(k, gfp_mask, None, why + ". Retrying." * nofail)
        if not nofail:
            return None
        schedule_timeout_uninterruptible(k, 1)


def schedule_timeout_uninterruptible(k: Kernel, timeout: int) -> None:
    """Sleep ``timeout`` clock ticks, while kernel threads do what is queued.

    Differs: if nothing is queued nobody could ever end the wait, so the kernel is stopped instead.
    """
    if k.fault_forced:  # it failed on purpose, so the next time may be better
        k.fault_forced = 0
    elif list_empty(k.worklist):
        panic(
            k,
            "kernel/time/timer.c schedule_timeout_uninterruptible",
            "an allocation that may not fail waits for memory that nobody will ever free",
        )
    k.jiffies = k.jiffies + timeout
    run_pending_work(k)


@kernel_function
def __vmalloc_node(k: Kernel, size: int, align: int, gfp_mask: int, node: int, caller: int) -> int:
    """Allocate ``size`` bytes anywhere in the vmalloc range.  mm/vmalloc.c:__vmalloc_node_noprof, v6.12."""
    return __vmalloc_node_range(
        k, size, align, k.VMALLOC_START, k.VMALLOC_END, gfp_mask, k.PAGE_KERNEL, 0, node, caller
    )


@kernel_function
def __vmalloc(k: Kernel, size: int, gfp_mask: int) -> int:
    """Allocate ``size`` bytes with the given flags.  mm/vmalloc.c:__vmalloc_noprof, v6.12."""
    return __vmalloc_node(k, size, 1, gfp_mask, NUMA_NO_NODE, _RET_IP_)


@kernel_function
def vmalloc(k: Kernel, size: int) -> int:
    """Allocate ``size`` bytes, mapped by 4 KiB entries; returns the address, or 0.

    mm/vmalloc.c:vmalloc_noprof, v6.12.
    """
    return __vmalloc_node(k, size, 1, GFP_KERNEL, NUMA_NO_NODE, _RET_IP_)


@kernel_function
def vmalloc_huge(k: Kernel, size: int, gfp_mask: int) -> int:
    """Allocate ``size`` bytes, with 2 MiB entries if there are at least so many and blocks to be had.

    mm/vmalloc.c:vmalloc_huge_noprof, v6.12.
    """
    return __vmalloc_node_range(
        k, size, 1, k.VMALLOC_START, k.VMALLOC_END, gfp_mask, k.PAGE_KERNEL, VM_ALLOW_HUGE_VMAP,
        NUMA_NO_NODE, _RET_IP_,
    )  # fmt: skip


@kernel_function
def vzalloc(k: Kernel, size: int) -> int:
    """Allocate ``size`` bytes of zeros.  mm/vmalloc.c:vzalloc_noprof, v6.12."""
    return __vmalloc_node(k, size, 1, GFP_KERNEL | __GFP_ZERO, NUMA_NO_NODE, _RET_IP_)


@kernel_function
def vmalloc_user(k: Kernel, size: int) -> int:
    """Allocate ``size`` bytes of zeros that may be mapped to user space, too.

    mm/vmalloc.c:vmalloc_user_noprof, v6.12.
    """
    return __vmalloc_node_range(
        k, size, k.PAGE_SIZE, k.VMALLOC_START, k.VMALLOC_END, GFP_KERNEL | __GFP_ZERO, k.PAGE_KERNEL,
        VM_USERMAP, NUMA_NO_NODE, _RET_IP_,
    )  # fmt: skip


@kernel_function
def vmalloc_node(k: Kernel, size: int, node: int) -> int:
    """Allocate ``size`` bytes on a memory node, or elsewhere if it has not so many.

    mm/vmalloc.c:vmalloc_node_noprof, v6.12.
    """
    return __vmalloc_node(k, size, 1, GFP_KERNEL, node, _RET_IP_)


@kernel_function
def vzalloc_node(k: Kernel, size: int, node: int) -> int:
    """Allocate ``size`` bytes of zeros on a memory node.  mm/vmalloc.c:vzalloc_node_noprof, v6.12."""
    return __vmalloc_node(k, size, 1, GFP_KERNEL | __GFP_ZERO, node, _RET_IP_)


@kernel_function
def vmalloc_32(k: Kernel, size: int) -> int:
    """Allocate ``size`` bytes in frames below 4 GiB.  mm/vmalloc.c:vmalloc_32_noprof, v6.12."""
    return __vmalloc_node(k, size, 1, GFP_VMALLOC32, NUMA_NO_NODE, _RET_IP_)


@kernel_function
def vmalloc_32_user(k: Kernel, size: int) -> int:
    """Allocate ``size`` bytes of zeros in frames below 4 GiB that may be mapped to user space, too.

    mm/vmalloc.c:vmalloc_32_user_noprof, v6.12.
    """
    return __vmalloc_node_range(
        k, size, k.PAGE_SIZE, k.VMALLOC_START, k.VMALLOC_END, GFP_VMALLOC32 | __GFP_ZERO, k.PAGE_KERNEL,
        VM_USERMAP, NUMA_NO_NODE, _RET_IP_,
    )  # fmt: skip
