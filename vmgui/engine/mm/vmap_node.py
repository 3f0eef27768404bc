"""Nodes: the bookkeeping of areas, shared out so that CPUs seldom wait for each other (mm/vmalloc.c, v6.12).

A node holds the busy areas of every nr_vmap_nodes-th zone of 16 pages, the lazily freed areas that were
allocated through it, and pools of small areas that are ready to be handed out again.
"""

from __future__ import annotations

from vmgui.engine.gfp import GFP_NOWAIT
from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.bits import IS_ALIGNED
from vmgui.engine.lib.list import (
    INIT_LIST_HEAD,
    list_add,
    list_del_init,
    list_empty,
    list_first_entry,
    list_move_tail,
)
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import WARN_ON_ONCE, WARN_ONCE
from vmgui.engine.lib.workqueue import INIT_WORK, Work
from vmgui.engine.mm.kmem_cache import kmem_cache_zalloc, vmap_area_cachep
from vmgui.engine.mm.shrinker import SHRINK_EMPTY
from vmgui.engine.mm.vmap_tree import insert_vmap_area_augment, va_size
from vmgui.engine.structs import MAX_VA_SIZE_PAGES, node_pool, vmap_area, vmap_node, vmap_pool
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

BITS_PER_BYTE = 8
UINT_MAX = (1 << 32) - 1


def addr_to_node_id(k: Kernel, addr: int) -> int:
    """Return the number of the node whose zones ``addr`` falls into."""
    return addr // k.vmap_zone_size % k.nr_vmap_nodes


def addr_to_node(k: Kernel, addr: int) -> vmap_node:
    """Return the node in whose busy tree an area that starts at ``addr`` hangs."""
    return k.vmap_nodes[addr_to_node_id(k, addr)]


def id_to_node(k: Kernel, id: int) -> vmap_node:
    """Return a node by number, wrapped to those that exist."""
    return k.vmap_nodes[id % k.nr_vmap_nodes]


def encode_vn_id(k: Kernel, node_id: int) -> int:
    """Return the bits of an area's flags that remember a node: its number + 1, above the low byte.

    0 stands for "no node".  mm/vmalloc.c:encode_vn_id, v6.12.
    """
    if node_id < k.nr_vmap_nodes:
        return (node_id + 1) << BITS_PER_BYTE
    place, text = "mm/vmalloc.c:992 encode_vn_id", f"Encode wrong node id ({node_id})"
    WARN_ONCE(k, Once.ENCODE_VN_ID, True, place, text)
    return 0


def decode_vn_id(k: Kernel, val: int) -> int:
    """Return the node number in an area's flags, or nr_vmap_nodes if there is none.

    mm/vmalloc.c:decode_vn_id, v6.12.
    """
    node_id = (val >> BITS_PER_BYTE) - 1 & UINT_MAX  # no node becomes the largest number there is
    if node_id < k.nr_vmap_nodes:
        return node_id
    place, text = "mm/vmalloc.c:1011 decode_vn_id", f"Decode wrong node id ({node_id})"
    WARN_ONCE(k, Once.DECODE_VN_ID, node_id != UINT_MAX, place, text)
    return k.nr_vmap_nodes


def is_vn_id_valid(k: Kernel, node_id: int) -> bool:
    """Tell whether a decoded number names a node."""
    return node_id < k.nr_vmap_nodes


# --- pools -----------------------------------------------------------------------------------------


def size_to_va_pool(k: Kernel, vn: vmap_node, size: int) -> vmap_pool | None:
    """Return the pool for areas of ``size`` bytes, None above 256 pages (guard page included)."""
    idx = (size - 1) // k.PAGE_SIZE
    return node_pool(vn, idx) if idx < MAX_VA_SIZE_PAGES else None


@kernel_function
def node_pool_add_va(k: Kernel, n: vmap_node, va: vmap_area) -> bool:
    """Keep a purged area for the next request of its size; False if it is too large to be kept.

    mm/vmalloc.c:node_pool_add_va, v6.12.
    """
    vp = size_to_va_pool(k, n, va_size(va))
    if vp is None:
        return False
    list_add(va.list, vp.head)  # at the front: what was freed last is handed out first
    vp.len = vp.len + 1
    return True


@kernel_function
def node_pool_del_va(
    k: Kernel, vn: vmap_node, size: int, align: int, vstart: int, vend: int
) -> vmap_area | None:
    """Take an area of exactly ``size`` bytes from its pool; only the first one is looked at.

    mm/vmalloc.c:node_pool_del_va, v6.12.
    """
    vp = size_to_va_pool(k, vn, size)
    if vp is None or list_empty(vp.head):
        return None
    va = list_first_entry(vp.head, vmap_area, "list")
    if not IS_ALIGNED(va.va_start, align):
        list_move_tail(va.list, vp.head)  # the next request of this size tries another one
        return None
    err = va_size(va) != size or va.va_start < vstart or va.va_end > vend
    if WARN_ON_ONCE(k, Once.NODE_POOL_DEL_VA, err, "mm/vmalloc.c:1950 node_pool_del_va"):
        return None
    list_del_init(va.list)
    vp.len = vp.len - 1
    return va


@kernel_function
def node_alloc(
    k: Kernel, size: int, align: int, vstart: int, vend: int, addr: Out, vn_id: Out
) -> vmap_area | None:
    """Try the pools of this CPU's node, which saves the search in the tree that all CPUs share.

    ``addr`` becomes the start of the area found, or ``vend``.  ``vn_id`` becomes the flag bits that
    lead the area back to this node when it is freed, whether or not one was found here.
    mm/vmalloc.c:node_alloc, v6.12.
    """
    vn_id.value = 0
    addr.value = vend
    # pools are for the default range only: another range could not use what lies outside it
    if vstart != k.VMALLOC_START or vend != k.VMALLOC_END or k.nr_vmap_nodes == 1:
        return None
    id = k.current_cpu % k.nr_vmap_nodes
    va = node_pool_del_va(k, id_to_node(k, id), size, align, vstart, vend)
    vn_id.value = encode_vn_id(k, id)
    if va is not None:
        addr.value = va.va_start
    return va


def vmap_node_shrink_count(k: Kernel) -> int:
    """Return how many areas all pools hold, SHRINK_EMPTY for none.  mm/vmalloc.c, v6.12."""
    nodes = [k.vmap_nodes[i] for i in range(k.nr_vmap_nodes)]
    count = sum(node_pool(vn, j).len for vn in nodes for j in range(MAX_VA_SIZE_PAGES))
    return count or SHRINK_EMPTY


# --- boot ------------------------------------------------------------------------------------------


@kernel_function
def vmap_init_nodes(k: Kernel) -> None:
    """Make one node for each possible CPU, at most 128.  mm/vmalloc.c:vmap_init_nodes, v6.12.

    Differs: their memory is never given back here, so it comes from the arena and cannot run out; a
    single node lies there too, where the kernel has a static one.
    """
    n = max(1, min(k.machine.possible_cpus, 128))
    k.vmap_zone_size = 16 * k.PAGE_SIZE if n > 1 else 1
    k.nr_vmap_nodes = n
    k.vmap_nodes = vmap_node(k.mem, arena_alloc(k, n * vmap_node.size))
    for i in range(n):
        _vmap_init_nodes__one(k.vmap_nodes[i])
    INIT_WORK(k.drain_vmap_work, Work.DRAIN_VMAP_AREA)  # in the kernel the compiler does this


def _vmap_init_nodes__one(vn: vmap_node) -> None:
    """Make every list of a node empty; its trees are, as their words are 0."""
    INIT_LIST_HEAD(vn.busy.head)
    INIT_LIST_HEAD(vn.lazy.head)
    INIT_LIST_HEAD(vn.purge_list)
    INIT_LIST_HEAD(vn.purge_work.entry)
    for i in range(MAX_VA_SIZE_PAGES):
        INIT_LIST_HEAD(node_pool(vn, i).head)


@kernel_function
def vmap_init_free_space(k: Kernel) -> None:
    """Make all addresses but 0, the last one and early areas free.  mm/vmalloc.c:vmap_init_free_space, v6.12.

    One tree serves every range: a window inside it is chosen by the bounds of each request.
    """
    INIT_LIST_HEAD(k.free_vmap_area_list)
    vmap_start, busy = 1, k.vmlist
    while busy is not None:
        _vmap_init_free_space__hole(k, vmap_start, busy.vm_addr)
        vmap_start = busy.vm_addr + busy.vm_size
        busy = busy.next
    _vmap_init_free_space__hole(k, vmap_start, MASK64)


def _vmap_init_free_space__hole(k: Kernel, start: int, end: int) -> None:
    """Make [start, end) free, if it is not empty.  Differs: a part of vmap_init_free_space."""
    if start == end:
        return
    free = kmem_cache_zalloc(k, vmap_area_cachep, GFP_NOWAIT)
    WARN_ON_ONCE(k, Once.VMAP_INIT_FREE_SPACE, free is None, "mm/vmalloc.c:5168 vmap_init_free_space")
    if free is not None:
        free.va_start = start
        free.va_end = end
        insert_vmap_area_augment(k, free, None, k.free_vmap_area_root, k.free_vmap_area_list)
