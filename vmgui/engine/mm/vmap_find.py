"""Busy areas by address: an address inside an area finds it, its guard page too (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.vmap_node import addr_to_node_id
from vmgui.engine.mm.vmap_tree import rb_entry, unlink_va
from vmgui.engine.structs import rb_root, vmap_area
from vmgui.engine.trace import kernel_function


def __find_vmap_area(addr: int, root: rb_root) -> vmap_area | None:
    """Return the area of the tree that holds ``addr``."""
    n = root.rb_node
    while n is not None:
        va = rb_entry(n)
        if addr < va.va_start:
            n = n.rb_left
        elif addr >= va.va_end:
            n = n.rb_right
        else:
            return va
    return None


def __find_vmap_area_exceed_addr(addr: int, root: rb_root) -> vmap_area | None:
    """Return the lowest area of the tree that ends above ``addr``."""
    va = None
    n = root.rb_node
    while n is not None:
        tmp = rb_entry(n)
        if tmp.va_end > addr:
            va = tmp
            if tmp.va_start <= addr:
                break
            n = n.rb_left
        else:
            n = n.rb_right
    return va


@kernel_function
def find_vmap_area_exceed_addr_lock(k: Kernel, addr: int) -> vmap_area | None:
    """Return the lowest busy area of all nodes that ends above ``addr``.

    mm/vmalloc.c:find_vmap_area_exceed_addr_lock, v6.12.
    Differs: there is no lock to hand over, and no area can vanish between the two looks.
    """
    lowest = None
    addr = kasan_reset_tag(k, addr)
    for i in range(k.nr_vmap_nodes):
        va = __find_vmap_area_exceed_addr(addr, k.vmap_nodes[i].busy.root)
        if va is not None and (lowest is None or va.va_start < lowest.va_start):
            lowest = va
    return lowest


@kernel_function
def find_vmap_area(k: Kernel, addr: int) -> vmap_area | None:
    """Return the busy area that holds ``addr``, None if there is none.

    An area hangs in the node of its start.  A large one spans zones of several nodes, so the search
    begins at the node of ``addr`` and goes round through all others.  mm/vmalloc.c, v6.12.
    """
    if not k.vmap_initialized:
        return None
    i = j = addr_to_node_id(k, addr)
    addr = kasan_reset_tag(k, addr)
    while True:
        va = __find_vmap_area(addr, k.vmap_nodes[i].busy.root)
        if va is not None:
            return va
        i = (i + 1) % k.nr_vmap_nodes
        if i == j:
            return None


@kernel_function
def find_unlink_vmap_area(k: Kernel, addr: int) -> vmap_area | None:
    """Find the busy area that holds ``addr`` as `find_vmap_area` does, and make it busy no more.

    mm/vmalloc.c:find_unlink_vmap_area, v6.12.
    """
    i = j = addr_to_node_id(k, addr)
    addr = kasan_reset_tag(k, addr)
    while True:
        vn = k.vmap_nodes[i]
        va = __find_vmap_area(addr, vn.busy.root)
        if va is not None:
            unlink_va(k, va, vn.busy.root)
            return va
        i = (i + 1) % k.nr_vmap_nodes
        if i == j:
            return None
