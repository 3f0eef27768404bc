"""Setting up the allocator of kernel addresses, at boot (mm/vmalloc.c)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.shrinker import Shrinker, shrinker_register
from vmgui.engine.mm.vfree import vfree_deferred_init
from vmgui.engine.mm.vmap_block import vmap_block_queue_init
from vmgui.engine.mm.vmap_node import vmap_init_free_space, vmap_init_nodes
from vmgui.engine.trace import kernel_function


@kernel_function
def vmalloc_init(k: Kernel) -> None:
    """Make all kernel addresses free; from here on areas can be allocated.

    mm/vmalloc.c:vmalloc_init, v6.12.  Differs: no areas were registered before (vmlist is empty on
    x86).
    """
    vmap_block_queue_init(k)
    vfree_deferred_init(k)
    vmap_init_nodes(k)
    vmap_init_free_space(k)
    k.vmap_initialized = 1
    shrinker_register(k, Shrinker.VMAP_NODE)
