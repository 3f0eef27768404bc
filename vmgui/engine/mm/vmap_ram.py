"""vm_map_ram: short-lived mappings of pages, without an owner and without a guard page (mm/vmalloc.c, v6.12).

Up to 64 pages come out of the blocks of mm/vmap_block.py, more get an area of their own.
"""

from __future__ import annotations

from vmgui.engine.arch.hooks import flush_cache_vunmap
from vmgui.engine.errno import EINVAL, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL, GFP_RECLAIM_MASK
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bitmap import bitmap_clear, bitmap_set, bitmap_zero
from vmgui.engine.lib.bits import IS_ALIGNED
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add_tail, list_del, list_for_each_entry
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import BUG_ON, WARN_ON, WARN_ON_ONCE, oops
from vmgui.engine.lib.rcu import rcu_read_lock, rcu_read_unlock
from vmgui.engine.lib.xarray import xa_insert
from vmgui.engine.mm.debug_page_alloc import debug_pagealloc_enabled_static
from vmgui.engine.mm.kasan.hooks import (
    KASAN_VMALLOC_PROT_NORMAL,
    kasan_poison_vmalloc,
    kasan_unpoison_vmalloc,
)
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.lazy_free import free_unmap_vmap_area
from vmgui.engine.mm.slab import kfree, kmalloc
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.mm.vmap import vmap_pages_range
from vmgui.engine.mm.vmap_area import alloc_vmap_area, free_vmap_area
from vmgui.engine.mm.vmap_block import (
    VMAP_BBMAP_BITS,
    VMAP_BLOCK,
    VMAP_BLOCK_SIZE,
    VMAP_MAX_ALLOC,
    VMAP_RAM,
    addr_to_vb,
    addr_to_vb_idx,
    addr_to_vb_xa,
    free_vmap_block,
    vmap_block,
    vmap_block_queue_of,
    vmap_block_vaddr,
)
from vmgui.engine.mm.vmap_find import find_unlink_vmap_area
from vmgui.engine.mm.vunmap import vunmap_range_noflush
from vmgui.engine.structs import vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

NUMA_NO_NODE = -1
UINT_MAX = (1 << 32) - 1


def get_order(k: Kernel, size: int) -> int:
    """Return the order of the smallest power of two of pages that holds ``size`` bytes.

    0 bytes are taken for the largest number there is: callers must not ask for them.
    include/asm-generic/getorder.h:get_order, v6.12.
    """
    return ((size - 1 & MASK64) >> k.PAGE_SHIFT).bit_length()


# --- pieces of blocks ------------------------------------------------------------------------------


@kernel_function
def new_vmap_block(k: Kernel, order: int, gfp_mask: int) -> int:
    """Make a block, hand out its first 2**order pages and return their address.

    A negative errno if it fails: -ENOMEM without memory, -EBUSY without room.
    mm/vmalloc.c:new_vmap_block, v6.12.  Differs: errors are negative numbers where the kernel has
    ERR_PTR(), and there is no choice of a memory node for the object.
    """
    addr = kmalloc(k, vmap_block.size, gfp_mask & GFP_RECLAIM_MASK)
    if not addr:
        return -ENOMEM
    vb, size = vmap_block(k.mem, addr), VMAP_BLOCK_SIZE(k)
    va = alloc_vmap_area(
        k, size, size, k.VMALLOC_START, k.VMALLOC_END, NUMA_NO_NODE, gfp_mask, VMAP_RAM | VMAP_BLOCK, None
    )
    if isinstance(va, int):
        kfree(k, vb.addr)
        return va

    vaddr = vmap_block_vaddr(k, va.va_start, 0)
    _new_vmap_block__fill(k, vb, va, order)
    err = xa_insert(k, addr_to_vb_xa(k, va.va_start), addr_to_vb_idx(k, va.va_start), vb.addr, gfp_mask)
    if err:
        kfree(k, vb.addr)
        free_vmap_area(k, va)
        return err
    vbq = vmap_block_queue_of(k, vb.cpu)
    list_add_tail(vb.free_list, vbq.free)
    return vaddr


def _new_vmap_block__fill(k: Kernel, vb: vmap_block, va: vmap_area, order: int) -> None:
    """Describe a block of which only the first 2**order pages are handed out.

    Differs: these lines of new_vmap_block are a function of their own.
    """
    vb.va = va
    # a block without anything left would be on the free list for nothing
    BUG_ON(k, VMAP_BBMAP_BITS(k) <= 1 << order, "mm/vmalloc.c:2699 new_vmap_block")
    bitmap_zero(vb.used_map, VMAP_BBMAP_BITS(k))
    vb.free = VMAP_BBMAP_BITS(k) - (1 << order)
    vb.dirty = 0
    vb.dirty_min = VMAP_BBMAP_BITS(k)
    vb.dirty_max = 0
    bitmap_set(vb.used_map, 0, 1 << order)
    INIT_LIST_HEAD(vb.free_list)
    vb.cpu = k.current_cpu


@kernel_function
def vb_alloc(k: Kernel, size: int, gfp_mask: int) -> int:
    """Take the next piece of a block of this CPU, or of a new one; returns its address.

    ``size`` is bytes, whole pages; it is rounded up to a power of two.  -EINVAL for 0, or what
    `new_vmap_block` failed with.  mm/vmalloc.c:vb_alloc, v6.12.
    """
    BUG_ON(k, not IS_ALIGNED(size, k.PAGE_SIZE), "mm/vmalloc.c:2825 vb_alloc")
    BUG_ON(k, size > VMAP_MAX_ALLOC << k.PAGE_SHIFT, "mm/vmalloc.c:2826 vb_alloc")
    if WARN_ON(k, size == 0, "mm/vmalloc.c:2827 vb_alloc"):
        return -EINVAL
    order = get_order(k, size)

    vaddr = 0
    rcu_read_lock(k)
    vbq = vmap_block_queue_of(k, k.current_cpu)
    for vb in list_for_each_entry(vbq.free, vmap_block, "free_list"):
        if vb.free < 1 << order:
            continue
        # What was never handed out is the end of the block; what has come back waits for its end.
        pages_off = VMAP_BBMAP_BITS(k) - vb.free
        vaddr = vmap_block_vaddr(k, vb.va.va_start, pages_off)
        vb.free = vb.free - (1 << order)
        bitmap_set(vb.used_map, pages_off, 1 << order)
        if vb.free == 0:
            list_del(vb.free_list)
        break
    rcu_read_unlock(k)

    if not vaddr:
        vaddr = new_vmap_block(k, order, gfp_mask)
    return vaddr


@kernel_function
def vb_free(k: Kernel, addr: int, size: int) -> None:
    """Unmap a piece of a block, and mark it as come back; the last piece frees the block.

    The TLBs are flushed much later, by `vm_unmap_aliases` or with the whole block.
    mm/vmalloc.c:vb_free, v6.12.
    """
    BUG_ON(k, not IS_ALIGNED(size, k.PAGE_SIZE), "mm/vmalloc.c:2881 vb_free")
    BUG_ON(k, size > VMAP_MAX_ALLOC << k.PAGE_SHIFT, "mm/vmalloc.c:2882 vb_free")
    flush_cache_vunmap(k, addr, addr + size)
    order = get_order(k, size)
    offset = (addr & VMAP_BLOCK_SIZE(k) - 1) >> k.PAGE_SHIFT
    vb = addr_to_vb(k, addr)
    if vb is None:  # nobody checks: the block is taken to lie at address 0
        oops(k, "mm/vmalloc.c:2892 vb_free", NO_BLOCK)
    bitmap_clear(vb.used_map, offset, 1 << order & UINT_MAX)

    vunmap_range_noflush(k, addr, addr + size)
    if debug_pagealloc_enabled_static(k):
        flush_tlb_kernel_range(k, addr, addr + size)

    vb.dirty_min = min(vb.dirty_min, offset)
    vb.dirty_max = max(vb.dirty_max, offset + (1 << order))
    vb.dirty = vb.dirty + (1 << order)
    if vb.dirty == VMAP_BBMAP_BITS(k):
        BUG_ON(k, vb.free, "mm/vmalloc.c:2909 vb_free")
        free_vmap_block(k, vb)


NO_BLOCK = "kernel NULL pointer dereference, address: 0000000000000000"


# --- what drivers call -----------------------------------------------------------------------------


@kernel_function
def vm_unmap_ram(k: Kernel, mem: int, count: int) -> None:
    """Undo `vm_map_ram`; ``count`` is pages, the same as there: a part cannot be unmapped.

    mm/vmalloc.c:vm_unmap_ram, v6.12.
    """
    size, addr = count << k.PAGE_SHIFT, kasan_reset_tag(k, mem)
    BUG_ON(k, not addr, "mm/vmalloc.c:3002 vm_unmap_ram")
    BUG_ON(k, addr < k.VMALLOC_START, "mm/vmalloc.c:3003 vm_unmap_ram")
    BUG_ON(k, addr > k.VMALLOC_END, "mm/vmalloc.c:3004 vm_unmap_ram")
    BUG_ON(k, not IS_ALIGNED(addr, k.PAGE_SIZE), "mm/vmalloc.c:3005 vm_unmap_ram")
    kasan_poison_vmalloc(k, mem, size)

    if count <= VMAP_MAX_ALLOC:
        vb_free(k, addr, size)
        return

    va = find_unlink_vmap_area(k, addr)
    if WARN_ON_ONCE(k, Once.VM_UNMAP_RAM, not va, "mm/vmalloc.c:3016 vm_unmap_ram"):
        return
    assert va is not None
    free_unmap_vmap_area(k, va)


@kernel_function
def vm_map_ram(k: Kernel, pages: int, count: int, node: int) -> int:
    """Map the ``count`` pages of the array ``pages`` in a row, for a short time; the address, or 0.

    Mappings that stay keep the whole block that they lie in.  mm/vmalloc.c:vm_map_ram, v6.12.
    """
    size = count << k.PAGE_SHIFT
    if count <= VMAP_MAX_ALLOC:
        mem = vb_alloc(k, size, GFP_KERNEL)
        if mem < 0:
            return 0
        addr = mem
    else:
        va = alloc_vmap_area(
            k, size, k.PAGE_SIZE, k.VMALLOC_START, k.VMALLOC_END, node, GFP_KERNEL, VMAP_RAM, None
        )
        if isinstance(va, int):
            return 0
        mem = addr = va.va_start

    if vmap_pages_range(k, addr, addr + size, k.PAGE_KERNEL, pages, k.PAGE_SHIFT) < 0:
        vm_unmap_ram(k, mem, count)
        return 0

    kasan_unpoison_vmalloc(k, mem, size, KASAN_VMALLOC_PROT_NORMAL)  # from now on the pages may be used
    return mem
