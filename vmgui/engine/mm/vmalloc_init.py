"""Setting up the allocator of kernel addresses, at boot (mm/vmalloc.c)."""

from __future__ import annotations

from vmgui.engine.gfp import GFP_NOWAIT
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE
from vmgui.engine.mm.kmem_cache import kmem_cache_zalloc, vmap_area_cachep
from vmgui.engine.mm.shrinker import Shrinker, shrinker_register
from vmgui.engine.mm.vfree import vfree_deferred_init
from vmgui.engine.mm.vmap_block import vmap_block_queue_init
from vmgui.engine.mm.vmap_node import addr_to_node, vmap_init_free_space, vmap_init_nodes
from vmgui.engine.mm.vmap_tree import insert_vmap_area
from vmgui.engine.trace import kernel_function


@kernel_function
def vmalloc_init(k: Kernel) -> None:
    """Make all kernel addresses free but those of early areas; from here on areas can be allocated.

    mm/vmalloc.c:vmalloc_init, v6.12.
    """
    vmap_block_queue_init(k)
    vfree_deferred_init(k)
    vmap_init_nodes(k)
    _vmalloc_init__import(k)
    vmap_init_free_space(k)
    k.vmap_initialized = 1
    shrinker_register(k, Shrinker.VMAP_NODE)


def _vmalloc_init__import(k: Kernel) -> None:
    """Make every early area a busy one.  Differs: a part of vmalloc_init."""
    tmp = k.vmlist
    while tmp is not None:
        va = kmem_cache_zalloc(k, vmap_area_cachep, GFP_NOWAIT)
        WARN_ON_ONCE(k, Once.VMALLOC_INIT_AREA, va is None, "mm/vmalloc.c:5296 vmalloc_init")
        if va is not None:
            va.va_start = tmp.vm_addr
            va.va_end = va.va_start + tmp.vm_size
            va.vm = tmp
            vn = addr_to_node(k, va.va_start)
            insert_vmap_area(k, va, vn.busy.root, vn.busy.head)
        tmp = tmp.next
