"""The purge: one TLB flush for many freed areas (mm/vmalloc.c, v6.12).

Flushing the TLBs of all CPUs is expensive.  So the addresses of freed areas wait until many have
gathered (mm/lazy_free.py); a purge then flushes once for all of them and makes them free.
"""

from __future__ import annotations

from vmgui.engine.kernel import PURGE_ENDS, Kernel
from vmgui.engine.lib.list import (
    INIT_LIST_HEAD,
    list_add,
    list_del_init,
    list_empty,
    list_first_entry,
    list_for_each_entry,
    list_last_entry,
    list_replace_init,
)
from vmgui.engine.lib.rbtree_augmented import RB_EMPTY_ROOT
from vmgui.engine.lib.rcu import rcu_read_lock, rcu_read_unlock
from vmgui.engine.lib.workqueue import (
    INIT_WORK,
    Work,
    flush_work,
    schedule_work_on,
    work_function,
)
from vmgui.engine.mm import tlb
from vmgui.engine.mm.kasan.hooks import (
    KASAN_VMALLOC_PAGE_RANGE,
    KASAN_VMALLOC_TLB_FLUSH,
    kasan_release_vmalloc,
    kasan_vmalloc_enabled,
)
from vmgui.engine.mm.lazy_free import lazy_max_pages
from vmgui.engine.mm.shrinker import SHRINK_STOP, SHRINKERS, Shrinker
from vmgui.engine.mm.tracepoints import trace_purge_vmap_area_lazy
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_or_module_addr
from vmgui.engine.mm.vmap_block import (
    VMAP_BBMAP_BITS,
    free_purged_blocks,
    purge_fragmented_block,
    purge_fragmented_blocks_allcpus,
    vmap_block_queue_of,
    vmap_blocks_of,
)
from vmgui.engine.mm.vmap_node import (
    decode_vn_id,
    is_vn_id_valid,
    node_pool_add_va,
    vmap_node_shrink_count,
)
from vmgui.engine.mm.vmap_tree import (
    merge_or_add_vmap_area,
    merge_or_add_vmap_area_augment,
    va_size,
)
from vmgui.engine.structs import (
    MAX_VA_SIZE_PAGES,
    list_head,
    node_pool,
    vmap_area,
    vmap_node,
    vmap_pool,
    work_struct,
)
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, container_of

ULONG_MAX = MASK64


# --- from lazy to free -----------------------------------------------------------------------------


@kernel_function
def reclaim_list_global(k: Kernel, head: list_head) -> None:
    """Give every area of the list back to the free tree.  mm/vmalloc.c:reclaim_list_global, v6.12."""
    for va in list_for_each_entry(head, vmap_area, "list"):
        merge_or_add_vmap_area_augment(k, va, k.free_vmap_area_root, k.free_vmap_area_list)


@kernel_function
def decay_va_pool_node(k: Kernel, vn: vmap_node, full_decay: bool) -> None:
    """Give a quarter of each pool of the node, or all of it, back to the free tree.

    Pools that are not used shrink in this way, purge after purge.  Areas are merged with each other
    first, in a tree of their own.  mm/vmalloc.c:decay_va_pool_node, v6.12.
    Differs: the local list heads are words of ``k``, since areas point at them.
    """
    INIT_LIST_HEAD(k.decay_list)
    k.decay_root.rb_node = None
    for i in range(MAX_VA_SIZE_PAGES):
        vp = node_pool(vn, i)
        if not list_empty(vp.head):
            _decay_va_pool_node__pool(k, vp, full_decay)
    reclaim_list_global(k, k.decay_list)


def _decay_va_pool_node__pool(k: Kernel, vp: vmap_pool, full_decay: bool) -> None:
    """Move areas from the front of one pool to the decay list.

    Differs: the body of the loop in decay_va_pool_node is a function of its own.
    """
    list_replace_init(vp.head, k.tmp_list)  # nobody can take from the pool now
    if full_decay:
        vp.len = 0
    n_decay = vp.len >> 2
    for va in list_for_each_entry(k.tmp_list, vmap_area, "list"):
        list_del_init(va.list)
        merge_or_add_vmap_area(k, va, k.decay_root, k.decay_list)
        if not full_decay:
            vp.len = vp.len - 1
            n_decay = n_decay - 1 & ULONG_MAX  # a pool of 1 to 3 begins at 0, wraps, and is emptied
            if not n_decay:
                break
    if not full_decay and not list_empty(k.tmp_list):
        list_replace_init(k.tmp_list, vp.head)


@kernel_function
def kasan_release_vmalloc_node(k: Kernel, vn: vmap_node) -> None:
    """Give back the shadow of all areas on a node's purge list, and flush the TLBs once for all of it.

    mm/vmalloc.c:kasan_release_vmalloc_node, v6.12.  Differs: nobody waits for the CPU, so there are no
    batches of 32.
    """
    start = list_first_entry(vn.purge_list, vmap_area, "list").va_start
    end = list_last_entry(vn.purge_list, vmap_area, "list").va_end
    for va in list_for_each_entry(vn.purge_list, vmap_area, "list"):
        if is_vmalloc_or_module_addr(k, va.va_start):
            va_start, va_end = va.va_start, va.va_end
            kasan_release_vmalloc(k, va_start, va_end, va_start, va_end, KASAN_VMALLOC_PAGE_RANGE)
    kasan_release_vmalloc(k, start, end, start, end, KASAN_VMALLOC_TLB_FLUSH)


@work_function(Work.PURGE_VMAP_NODE)
@kernel_function
def purge_vmap_node(k: Kernel, work: work_struct) -> None:
    """Give the areas on a node's purge list to its pools, or else to the free tree.

    The list runs by address, so the highest address ends up first in a pool, and the free tree gets
    its share from the highest address down.  mm/vmalloc.c:purge_vmap_node, v6.12.
    Differs: the local list head is a word of ``k``.
    """
    vn = container_of(work, vmap_node, "purge_work")
    nr_purged_pages = 0
    INIT_LIST_HEAD(k.local_list)
    if kasan_vmalloc_enabled(k):
        kasan_release_vmalloc_node(k, vn)
    vn.nr_purged = 0
    for va in list_for_each_entry(vn.purge_list, vmap_area, "list"):
        vn_id = decode_vn_id(k, va.flags)
        list_del_init(va.list)
        nr_purged_pages += va_size(va) >> k.PAGE_SHIFT
        vn.nr_purged = vn.nr_purged + 1
        if is_vn_id_valid(k, vn_id) and not vn.skip_populate and node_pool_add_va(k, vn, va):
            continue
        list_add(va.list, k.local_list)
    k.vmap_lazy_nr = k.vmap_lazy_nr - nr_purged_pages
    reclaim_list_global(k, k.local_list)


@kernel_function
def __purge_vmap_area_lazy(k: Kernel, start: int, end: int, full_pool_decay: bool) -> bool:
    """Flush all TLBs once, then free everything that waits; False if nothing did.

    [start, end) bytes is what the caller wants flushed anyway; ULONG_MAX and 0 for nothing.
    mm/vmalloc.c:__purge_vmap_area_lazy, v6.12.
    """
    nr_purged_areas = 0
    purge_nodes = []
    for i in range(k.nr_vmap_nodes):
        vn = k.vmap_nodes[i]
        INIT_LIST_HEAD(vn.purge_list)
        vn.skip_populate = full_pool_decay
        decay_va_pool_node(k, vn, full_pool_decay)
        if RB_EMPTY_ROOT(vn.lazy.root):
            continue
        vn.lazy.root.rb_node = None
        list_replace_init(vn.lazy.head, vn.purge_list)
        start = min(start, list_first_entry(vn.purge_list, vmap_area, "list").va_start)
        end = max(end, list_last_entry(vn.purge_list, vmap_area, "list").va_end)
        purge_nodes.append(i)
    if purge_nodes:
        tlb.flush_tlb_kernel_range(k, start, end)
        nr_purged_areas = ___purge_vmap_area_lazy__nodes(k, purge_nodes)
    trace_purge_vmap_area_lazy(k, start, end, nr_purged_areas)
    return nr_purged_areas > 0


def ___purge_vmap_area_lazy__nodes(k: Kernel, purge_nodes: list[int]) -> int:
    """Purge the nodes, the first ones by helpers if very much waits; returns the number of areas.

    Differs: these lines of __purge_vmap_area_lazy are a function of their own.
    """
    nr_purged_areas = 0
    helpers = k.vmap_lazy_nr // lazy_max_pages(k)  # one for each full set of pages, but this thread works too
    nr_purge_helpers = max(1, min(helpers, len(purge_nodes))) - 1
    has_helpers = nr_purge_helpers > 0
    for i in purge_nodes:
        vn = k.vmap_nodes[i]
        if nr_purge_helpers > 0:
            INIT_WORK(vn.purge_work, Work.PURGE_VMAP_NODE)
            schedule_work_on(k, i if i < k.machine.online_cpus else k.current_cpu, vn.purge_work)
            nr_purge_helpers -= 1
        else:
            if has_helpers:
                _helpers_run_before(k, i)
            vn.purge_work.func = 0
            purge_vmap_node(k, vn.purge_work)
            nr_purged_areas += vn.nr_purged
    for i in purge_nodes:
        vn = k.vmap_nodes[i]
        if vn.purge_work.func:
            _helpers_run_before(k, i)
            flush_work(k, vn.purge_work)
            nr_purged_areas += vn.nr_purged
    if has_helpers:
        _helpers_are_done(k)
    return nr_purged_areas


def _helpers_run_before(k: Kernel, node: int) -> None:
    """Let the helpers work that get their turn before ``node`` is purged.

    Differs: who runs when is up to the scheduler in the kernel; here it is as ``purge_order`` says, or
    else every helper runs when it is waited for.
    """
    while k.purge_order[k.purge_order_next] not in (0, PURGE_ENDS):
        turn = k.purge_order[k.purge_order_next] - 1
        k.purge_order_next = k.purge_order_next + 1
        if turn == node:
            return
        flush_work(k, k.vmap_nodes[turn].purge_work)


def _helpers_are_done(k: Kernel) -> None:
    """Go on to what ``purge_order`` says of the next purge with helpers.

    Differs: the kernel has no such order, see `_helpers_run_before`.
    """
    while k.purge_order[k.purge_order_next]:
        k.purge_order_next = k.purge_order_next + 1
        if k.purge_order[k.purge_order_next - 1] == PURGE_ENDS:
            return


@kernel_function
def reclaim_and_purge_vmap_areas(k: Kernel) -> None:
    """Free all that can be freed: blocks that nobody uses, what waits, what the pools hold.

    mm/vmalloc.c:reclaim_and_purge_vmap_areas, v6.12.
    """
    purge_fragmented_blocks_allcpus(k)
    __purge_vmap_area_lazy(k, ULONG_MAX, 0, True)


@work_function(Work.DRAIN_VMAP_AREA)
@kernel_function
def drain_vmap_area_work(k: Kernel, work: work_struct) -> None:
    """Purge in the background, after too many pages were waiting.  mm/vmalloc.c, v6.12."""
    __purge_vmap_area_lazy(k, ULONG_MAX, 0, False)


@kernel_function
def _vm_unmap_aliases(k: Kernel, start: int, end: int, flush: bool) -> None:
    """Flush all that was unmapped and is not flushed yet, in blocks too, and purge.

    [start, end) bytes is what the caller wants flushed anyway; if nothing waited, ``flush`` says whether
    it must be.  mm/vmalloc.c:_vm_unmap_aliases, v6.12.  Differs: the local list head is a word of ``k``.
    """
    if not k.vmap_initialized:
        return
    INIT_LIST_HEAD(k.purge_list)
    for cpu in range(k.machine.possible_cpus):
        rcu_read_lock(k)
        for vb in vmap_blocks_of(vmap_block_queue_of(k, cpu)):
            # A block that is nearly used up goes; of any other the unmapped part is flushed.
            if purge_fragmented_block(k, vb, k.purge_list, False):
                continue
            if vb.dirty_max and vb.dirty != VMAP_BBMAP_BITS(k):
                va_start = vb.va.va_start
                start = min(va_start + (vb.dirty_min << k.PAGE_SHIFT), start)
                end = max(va_start + (vb.dirty_max << k.PAGE_SHIFT), end)
                vb.dirty_min = VMAP_BBMAP_BITS(k)  # so that nobody flushes it again
                vb.dirty_max = 0
                flush = True
        rcu_read_unlock(k)
    free_purged_blocks(k, k.purge_list)
    if not __purge_vmap_area_lazy(k, start, end, False) and flush:
        tlb.flush_tlb_kernel_range(k, start, end)


@kernel_function
def vm_unmap_aliases(k: Kernel) -> None:
    """Make sure that no TLB holds a translation of anything unmapped.  mm/vmalloc.c, v6.12."""
    _vm_unmap_aliases(k, ULONG_MAX, 0, False)


@kernel_function
def vmap_node_shrink_scan(k: Kernel) -> int:
    """Empty all pools, when memory is short.  Returns SHRINK_STOP.  mm/vmalloc.c, v6.12."""
    for i in range(k.nr_vmap_nodes):
        decay_va_pool_node(k, k.vmap_nodes[i], True)
    return SHRINK_STOP


SHRINKERS[Shrinker.VMAP_NODE] = (vmap_node_shrink_count, vmap_node_shrink_scan)
