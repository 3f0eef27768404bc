"""Finding room for an area: the lowest hole that fits, cut to size (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from enum import IntEnum

from vmgui.engine.errno import EBUSY, EINVAL, ENOMEM
from vmgui.engine.gfp import __GFP_NOWARN, GFP_NOWAIT, GFP_RECLAIM_MASK
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN, IS_ALIGNED, is_power_of_2
from vmgui.engine.lib.notifier import Notifier, blocking_notifier_call_chain
from vmgui.engine.lib.notifier import blocking_notifier_chain_register as chain_register
from vmgui.engine.lib.notifier import blocking_notifier_chain_unregister as chain_unregister
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import BUG_ON, WARN_ON_ONCE, printk, printk_ratelimit
from vmgui.engine.lib.rbtree_augmented import rb_parent
from vmgui.engine.mm import purge
from vmgui.engine.mm.kasan import hooks as kasan
from vmgui.engine.mm.kmem_cache import kmem_cache_alloc, kmem_cache_free, vmap_area_cachep
from vmgui.engine.mm.kmemleak import SIZE_MAX, kmemleak_scan_area
from vmgui.engine.mm.tracepoints import trace_alloc_vmap_area
from vmgui.engine.mm.vmap_node import addr_to_node, node_alloc
from vmgui.engine.mm.vmap_tree import (
    augment_tree_propagate_from,
    get_subtree_max_size,
    insert_vmap_area,
    insert_vmap_area_augment,
    merge_or_add_vmap_area_augment,
    rb_entry,
    unlink_va,
    unlink_va_augment,
)
from vmgui.engine.structs import list_head, rb_root, vm_struct, vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

# --- the search ------------------------------------------------------------------------------------


@kernel_function
def is_within_this_va(k: Kernel, va: vmap_area, size: int, align: int, vstart: int) -> bool:
    """Tell whether ``size`` bytes, aligned and not below ``vstart``, fit into the free area ``va``.

    mm/vmalloc.c:is_within_this_va, v6.12.
    """
    nva_start_addr = ALIGN(max(va.va_start, vstart), align)
    # rounding up, or adding the size, can pass the end of all addresses and begin again at 0
    if nva_start_addr + size > MASK64 or nva_start_addr < vstart:
        return False
    return nva_start_addr + size <= va.va_end


@kernel_function
def find_vmap_lowest_match(
    k: Kernel, root: rb_root, size: int, align: int, vstart: int, adjust_search_size: bool
) -> vmap_area | None:
    """Find the lowest free area that fits; None if the search meets none.

    With ``adjust_search_size`` only sides of the tree that have room for the worst case of alignment
    are entered, so a smaller area that happens to be well aligned may be passed by.  The end of the
    caller's range is no part of the search.  mm/vmalloc.c:find_vmap_lowest_match, v6.12.
    """
    length = (size + align - 1) & MASK64 if adjust_search_size else size
    node = root.rb_node
    while node is not None:
        va = rb_entry(node)
        if get_subtree_max_size(node.rb_left) >= length and vstart < va.va_start:
            node = node.rb_left
            continue
        if is_within_this_va(k, va, size, align, vstart):
            return va
        if get_subtree_max_size(node.rb_right) >= length:
            node = node.rb_right
            continue
        # a dead end, because of vstart or of alignment: climb to the first side not looked at yet
        node = rb_parent(node)
        while node is not None:
            va = rb_entry(node)
            if is_within_this_va(k, va, size, align, vstart):
                return va
            if get_subtree_max_size(node.rb_right) >= length and vstart <= va.va_start:
                vstart = va.va_start + 1  # so that nothing leads back to the left of here
                node = node.rb_right
                break
            node = rb_parent(node)
    return None


# --- cutting -----------------------------------------------------------------------------------------


class fit_type(IntEnum):
    """How a range lies in a free area."""

    NOTHING_FIT = 0
    FL_FIT_TYPE = 1  # all of it
    LE_FIT_TYPE = 2  # at its left edge
    RE_FIT_TYPE = 3  # at its right edge
    NE_FIT_TYPE = 4  # at no edge


@kernel_function
def classify_va_fit_type(k: Kernel, va: vmap_area, nva_start_addr: int, size: int) -> fit_type:
    """Say which edges of ``va`` the range [nva_start_addr, nva_start_addr + size) touches."""
    if nva_start_addr < va.va_start or nva_start_addr + size > va.va_end:
        return fit_type.NOTHING_FIT
    if va.va_start == nva_start_addr:
        if va.va_end == nva_start_addr + size:
            return fit_type.FL_FIT_TYPE
        return fit_type.LE_FIT_TYPE
    if va.va_end == nva_start_addr + size:
        return fit_type.RE_FIT_TYPE
    return fit_type.NE_FIT_TYPE


@kernel_function
def va_clip(k: Kernel, root: rb_root, head: list_head, va: vmap_area, nva_start_addr: int, size: int) -> int:
    """Cut [nva_start_addr, nva_start_addr + size) out of the free area ``va``.

    0, or -1 if it does not lie inside, or if there is no object for the second remainder: then nothing
    has changed.  mm/vmalloc.c:va_clip, v6.12.
    """
    lva = None
    type = classify_va_fit_type(k, va, nva_start_addr, size)
    if type == fit_type.FL_FIT_TYPE:  # |<--- new --->|
        unlink_va_augment(k, va, root)
        kmem_cache_free(k, vmap_area_cachep, va)
        return 0
    elif type == fit_type.LE_FIT_TYPE:  # |<--- new --->|<--- va --->|
        va.va_start += size
    elif type == fit_type.RE_FIT_TYPE:  # |<--- va --->|<--- new --->|
        va.va_end = nva_start_addr
    elif type == fit_type.NE_FIT_TYPE:  # |<--- lva --->|<--- new --->|<--- va --->|
        lva = _va_clip__left_remainder(k)
        if lva is None:
            return -1
        lva.va_start = va.va_start
        lva.va_end = nva_start_addr
        va.va_start = nva_start_addr + size
    else:
        return -1
    augment_tree_propagate_from(k, va)
    if lva is not None:
        insert_vmap_area_augment(k, lva, va.rb_node, root, head)
    return 0


def _va_clip__left_remainder(k: Kernel) -> vmap_area | None:
    """Take the spare object of this CPU, or else allocate one, which must not wait here.

    Differs: a part of va_clip.
    """
    spare = k.ne_fit_preload_node[k.current_cpu]
    k.ne_fit_preload_node[k.current_cpu] = 0
    if spare:
        return vmap_area(k.mem, spare)
    return kmem_cache_alloc(k, vmap_area_cachep, GFP_NOWAIT)


@kernel_function
def va_alloc(
    k: Kernel, va: vmap_area, root: rb_root, head: list_head, size: int, align: int, vstart: int, vend: int
) -> int:
    """Cut the request out of the free area that was found; returns its start, or ``vend`` on failure.

    mm/vmalloc.c:va_alloc, v6.12.
    """
    nva_start_addr = ALIGN(max(va.va_start, vstart), align)
    if nva_start_addr + size > vend:  # the lowest area that fits lies too high: there is no room
        return vend
    ret = va_clip(k, root, head, va, nva_start_addr, size)
    if WARN_ON_ONCE(k, Once.VA_ALLOC, ret, "mm/vmalloc.c:1804 va_alloc"):
        return vend
    return nva_start_addr


@kernel_function
def __alloc_vmap_area(
    k: Kernel, root: rb_root, head: list_head, size: int, align: int, vstart: int, vend: int
) -> int:
    """Take ``size`` bytes out of the free tree; returns the start, or ``vend`` on failure.

    mm/vmalloc.c:__alloc_vmap_area, v6.12.
    """
    adjust_search_size = True
    # every hole is page aligned anyway; and a range of exactly this size has no room for a detour
    if align <= k.PAGE_SIZE or (vend - vstart) & MASK64 == size:
        adjust_search_size = False
    va = find_vmap_lowest_match(k, root, size, align, vstart, adjust_search_size)
    if va is None:
        return vend
    return va_alloc(k, va, root, head, size, align, vstart, vend)


# --- allocating ------------------------------------------------------------------------------------


@kernel_function
def preload_this_cpu_lock(k: Kernel, gfp_mask: int, node: int) -> None:
    """Have a spare object ready before the lock of the free tree is taken: below it nothing may wait.

    A failure is no harm, `va_clip` tries again.  mm/vmalloc.c:preload_this_cpu_lock, v6.12.
    Differs: the lock is not an argument, and no other CPU can fill the place meanwhile.
    """
    if not k.ne_fit_preload_node[k.current_cpu]:
        va = kmem_cache_alloc(k, vmap_area_cachep, gfp_mask)
        if va is not None:
            k.ne_fit_preload_node[k.current_cpu] = va.addr


@kernel_function
def alloc_vmap_area(
    k: Kernel, size: int, align: int, vstart: int, vend: int, node: int, gfp_mask: int, va_flags: int,
    vm: vm_struct | None,
) -> vmap_area | int:  # fmt: skip
    """Allocate addresses: ``size`` bytes, guard page included, inside [vstart, vend), bound to ``vm``.

    Returns the area, or -EINVAL for a size that is 0 or no multiple of the page size or an alignment
    that is no power of two, -ENOMEM without memory for an object, -EBUSY without room or before the
    allocator is set up.  mm/vmalloc.c:alloc_vmap_area, v6.12.
    Differs: the error is a negative int where the kernel has ERR_PTR().
    """
    if not size or size % k.PAGE_SIZE or not is_power_of_2(align):
        return -EINVAL
    if not k.vmap_initialized:
        return -EBUSY
    gfp_mask &= GFP_RECLAIM_MASK
    start, vn_id = Out(), Out()
    va = node_alloc(k, size, align, vstart, vend, start, vn_id) or _alloc_vmap_area__object(k, gfp_mask)
    if va is None:
        return -ENOMEM
    addr = _alloc_vmap_area__search(k, start.value, size, align, vstart, vend, node, gfp_mask)
    if addr == vend:
        kmem_cache_free(k, vmap_area_cachep, va)
        return -EBUSY
    _alloc_vmap_area__found(k, va, addr, size, va_flags | vn_id.value, vm)
    BUG_ON(k, not IS_ALIGNED(va.va_start, align), "mm/vmalloc.c:2087 alloc_vmap_area")
    BUG_ON(k, va.va_start < vstart, "mm/vmalloc.c:2088 alloc_vmap_area")
    BUG_ON(k, va.va_end > vend, "mm/vmalloc.c:2089 alloc_vmap_area")
    ret = kasan.kasan_populate_vmalloc(k, addr, size, gfp_mask)
    if ret:
        free_vmap_area(k, va)
        return ret
    return va


def _alloc_vmap_area__object(k: Kernel, gfp_mask: int) -> vmap_area | None:
    """Take a new object from the slab; its own bounds must not be taken for pointers to what it describes.

    Differs: a part of alloc_vmap_area.
    """
    va = kmem_cache_alloc(k, vmap_area_cachep, gfp_mask)
    if va is not None:
        kmemleak_scan_area(k, va.rb_node.addr, SIZE_MAX, gfp_mask)
    return va


def _alloc_vmap_area__search(
    k: Kernel, addr: int, size: int, align: int, vstart: int, vend: int, node: int, gfp_mask: int
) -> int:
    """Search the free tree, unless a pool gave an ``addr``, until there is room or no hope: then ``vend``.

    Differs: a part of alloc_vmap_area.
    """
    purged = Out()
    while True:
        if addr == vend:
            preload_this_cpu_lock(k, gfp_mask, node)
            root, head = k.free_vmap_area_root, k.free_vmap_area_list
            addr = __alloc_vmap_area(k, root, head, size, align, vstart, vend)
        trace_alloc_vmap_area(k, addr, size, align, vstart, vend, addr == vend)
        if addr != vend or not _alloc_vmap_area__overflow(k, size, vstart, vend, gfp_mask, purged):
            return addr


def _alloc_vmap_area__overflow(
    k: Kernel, size: int, vstart: int, vend: int, gfp_mask: int, purged: Out
) -> bool:
    """Have addresses given back; True if another search may help, False after complaining.

    ``purged`` remembers from call to call what was tried.  Differs: a part of alloc_vmap_area.
    """
    if not purged.value:  # lazily freed areas may be what is missing
        purge.reclaim_and_purge_vmap_areas(k)
        purged.value = 1
        return True
    freed = Out()
    blocking_notifier_call_chain(k, k.vmap_notify_list, 0, freed)
    if freed.value > 0:  # somebody gave up something: all over again
        purged.value = 0
        return True
    if not gfp_mask & __GFP_NOWARN and printk_ratelimit(k):
        why = f"Address range restricted to {vstart:#x} - {vend:#x}"
        printk(k, f"vmalloc_node_range for size {size} failed: {why}")
    return False


def _alloc_vmap_area__found(
    k: Kernel, va: vmap_area, addr: int, size: int, flags: int, vm: vm_struct | None
) -> None:
    """Fill the area in, bind it to its owner, and make it busy.

    Differs: a part of alloc_vmap_area.
    """
    va.va_start = addr
    va.va_end = addr + size
    va.vm = None
    va.flags = flags
    if vm is not None:
        vm.vm_addr = addr
        vm.vm_size = size
        va.vm = vm
    vn = addr_to_node(k, addr)
    insert_vmap_area(k, va, vn.busy.root, vn.busy.head)


@kernel_function
def free_vmap_area(k: Kernel, va: vmap_area) -> None:
    """Give a busy area back at once; only right if nothing was ever mapped there.  mm/vmalloc.c, v6.12."""
    vn = addr_to_node(k, va.va_start)
    unlink_va(k, va, vn.busy.root)
    merge_or_add_vmap_area_augment(k, va, k.free_vmap_area_root, k.free_vmap_area_list)


def register_vmap_purge_notifier(k: Kernel, nb: Notifier) -> None:
    """Let ``nb`` be asked to free areas when a range is exhausted."""
    chain_register(k, k.vmap_notify_list, nb)


def unregister_vmap_purge_notifier(k: Kernel, nb: Notifier) -> None:
    """Ask ``nb`` no more."""
    chain_unregister(k, k.vmap_notify_list, nb)
