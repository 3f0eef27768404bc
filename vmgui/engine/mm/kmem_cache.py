"""Caches of objects of one type (include/linux/slab.h, v6.12).

Differs: the size classes of kmalloc serve all caches, and a cache is named by the type of its objects.
"""

from __future__ import annotations

from typing import TypeVar

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, should_fail
from vmgui.engine.mm import slab
from vmgui.engine.structs import vmap_area
from vmgui.engine.words import Struct

T = TypeVar("T", bound=Struct)

vmap_area_cachep = vmap_area


def kmem_cache_alloc(k: Kernel, cachep: type[T], gfp: int) -> T | None:
    """Take one object of a cache; None when memory is out."""
    if cachep is vmap_area_cachep and should_fail(k, Fault.AREA, gfp):
        return None
    addr = slab.kmalloc(k, cachep.size, gfp)
    return cachep(k.mem, addr) if addr else None


def kmem_cache_zalloc(k: Kernel, cachep: type[T], gfp: int) -> T | None:
    """Take one object of a cache, all zeros; None when memory is out."""
    if cachep is vmap_area_cachep and should_fail(k, Fault.AREA, gfp):
        return None
    addr = slab.kzalloc(k, cachep.size, gfp)
    return cachep(k.mem, addr) if addr else None


def kmem_cache_free(k: Kernel, cachep: type[T], obj: T) -> None:
    """Give an object back to its cache."""
    slab.kfree(k, obj.addr)
