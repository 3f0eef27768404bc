"""Taking back special permissions before pages are freed (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.page_array import get_page_slot
from vmgui.engine.mm.purge import ULONG_MAX, _vm_unmap_aliases
from vmgui.engine.structs import vm_struct
from vmgui.engine.trace import kernel_function


@kernel_function
def vm_reset_perms(k: Kernel, area: vm_struct) -> None:
    """Make sure that nothing can still use the pages of ``area`` with the permissions they had.

    Purges at once, and flushes what the pages are in the direct map, too: from the lowest of them to
    the end of the highest.  mm/vmalloc.c:vm_reset_perms, v6.12.
    Differs: there is no direct map here whose entries would be made invalid and then plain again.
    """
    start, end = ULONG_MAX, 0
    flush_dmap = False
    for i in range(0, area.nr_pages, 1 << area.page_order):
        page = get_page_slot(k, area.pages, i)
        if page:
            addr = k.PAGE_OFFSET + page_to_phys(k, page)
            start = min(addr, start)
            end = max(addr + (k.PAGE_SIZE << area.page_order), end)
            flush_dmap = True
    _vm_unmap_aliases(k, start, end, flush_dmap)
