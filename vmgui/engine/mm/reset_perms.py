"""Taking back special permissions before pages are freed (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from collections.abc import Callable

from vmgui.engine.arch.hooks import set_direct_map_default_noflush, set_direct_map_invalid_noflush
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.page_array import get_page_slot
from vmgui.engine.mm.purge import ULONG_MAX, _vm_unmap_aliases
from vmgui.engine.structs import page, vm_struct
from vmgui.engine.trace import kernel_function


def set_area_direct_map(
    k: Kernel, area: vm_struct, set_direct_map: Callable[[Kernel, page], int]
) -> None:
    """Change every page of ``area`` in the direct map, one by one even if the area has huge leaves.

    mm/vmalloc.c:set_area_direct_map, v6.12.
    """
    for i in range(area.nr_pages):
        page = get_page_slot(k, area.pages, i)
        if page:
            set_direct_map(k, page)


@kernel_function
def vm_reset_perms(k: Kernel, area: vm_struct) -> None:
    """Make sure that nothing can still use the pages of ``area`` with the permissions they had.

    Purges at once, and flushes what the pages are in the direct map, too: from the lowest of them to
    the end of the highest.  mm/vmalloc.c:vm_reset_perms, v6.12.
    """
    start, end = ULONG_MAX, 0
    flush_dmap = False
    for i in range(0, area.nr_pages, 1 << area.page_order):
        page = get_page_slot(k, area.pages, i)
        if page:
            addr = k.va_pa_offset + page_to_phys(k, page)
            start = min(addr, start)
            end = max(addr + (k.PAGE_SIZE << area.page_order), end)
            flush_dmap = True

    # While TLBs are flushed no CPU may remember the old permissions anew, so the pages are nowhere then.
    set_area_direct_map(k, area, set_direct_map_invalid_noflush)
    _vm_unmap_aliases(k, start, end, flush_dmap)
    set_area_direct_map(k, area, set_direct_map_default_noflush)
