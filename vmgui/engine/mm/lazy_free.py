"""The lazy half of freeing: an area is unmapped, and its addresses wait for a purge (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.hooks import flush_cache_vunmap
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import fls
from vmgui.engine.lib.list import list_empty
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE
from vmgui.engine.lib.workqueue import schedule_work
from vmgui.engine.mm import vunmap
from vmgui.engine.mm.debug_page_alloc import debug_pagealloc_enabled_static
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.mm.tracepoints import trace_free_vmap_area_noflush
from vmgui.engine.mm.vmap_node import addr_to_node, decode_vn_id, id_to_node, is_vn_id_valid
from vmgui.engine.mm.vmap_tree import insert_vmap_area, va_size
from vmgui.engine.structs import vmap_area
from vmgui.engine.trace import kernel_function


def lazy_max_pages(k: Kernel) -> int:
    """Return how many pages may wait for a purge: 32 MiB for each doubling of the online CPUs.

    More CPUs free more, but one flush disturbs more of them; so it grows slowly.
    mm/vmalloc.c:lazy_max_pages, v6.12.
    """
    log = fls(k.machine.online_cpus)
    return log * (32 * 1024 * 1024 // k.PAGE_SIZE)


@kernel_function
def free_unmap_vmap_area(k: Kernel, va: vmap_area) -> None:
    """Unmap an area that is no longer busy, guard page included, and let it wait for a purge.

    mm/vmalloc.c:free_unmap_vmap_area, v6.12.
    """
    flush_cache_vunmap(k, va.va_start, va.va_end)
    vunmap.vunmap_range_noflush(k, va.va_start, va.va_end)
    if debug_pagealloc_enabled_static(k):  # who uses it from now on shall fault at once
        flush_tlb_kernel_range(k, va.va_start, va.va_end)
    free_vmap_area_noflush(k, va)


@kernel_function
def free_vmap_area_noflush(k: Kernel, va: vmap_area) -> None:
    """Let an unmapped area wait in a lazy list; too many waiting pages wake the drain worker.

    A CPU may still have its addresses in its TLB, so nobody may get them yet.
    mm/vmalloc.c:free_vmap_area_noflush, v6.12.
    """
    nr_lazy_max = lazy_max_pages(k)
    va_start = va.va_start
    vn_id = decode_vn_id(k, va.flags)
    on_list = not list_empty(va.list)
    if WARN_ON_ONCE(k, Once.FREE_VMAP_AREA_NOFLUSH, on_list, "mm/vmalloc.c:2419 free_vmap_area_noflush"):
        return
    nr_lazy = k.vmap_lazy_nr + (va_size(va) >> k.PAGE_SHIFT)
    k.vmap_lazy_nr = nr_lazy
    # back to the node it was allocated through, whose pool may keep it; a window's area has none
    vn = id_to_node(k, vn_id) if is_vn_id_valid(k, vn_id) else addr_to_node(k, va_start)
    insert_vmap_area(k, va, vn.lazy.root, vn.lazy.head)
    trace_free_vmap_area_noflush(k, va_start, nr_lazy, nr_lazy_max)
    if nr_lazy > nr_lazy_max:
        schedule_work(k, k.drain_vmap_work)
