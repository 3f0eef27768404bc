"""vmap: one range of addresses over pages that the caller already has (mm/vmalloc.c)."""

from __future__ import annotations

from vmgui.engine.arch.entries import pgprot_nx
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE
from vmgui.engine.mm.vfree import vunmap
from vmgui.engine.mm.vm_struct import (
    VM_FLUSH_RESET_PERMS,
    VM_MAP_PUT_PAGES,
    VM_NO_GUARD,
    get_vm_area_caller,
)
from vmgui.engine.mm.vmap import vmap_pages_range
from vmgui.engine.trace import kernel_function


@kernel_function
def vmap(k: Kernel, pages: int, count: int, flags: int, prot: int) -> int:
    """Map the first ``count`` pages of the array ``pages`` in a row; returns the address, or 0.

    With VM_MAP_PUT_PAGES a later vfree gives back the pages and the array, too.
    mm/vmalloc.c:vmap, v6.12.
    """
    if WARN_ON_ONCE(
        k, Once.VMAP_FLUSH_RESET_PERMS, flags & VM_FLUSH_RESET_PERMS, "mm/vmalloc.c:3505 vmap"
    ):
        return 0
    if WARN_ON_ONCE(k, Once.VMAP_NO_GUARD, flags & VM_NO_GUARD, "mm/vmalloc.c:3512 vmap"):
        flags &= ~VM_NO_GUARD  # the guard page above one area protects the next one, too

    if count > k.totalram_pages:
        return 0

    size = count << k.PAGE_SHIFT
    area = get_vm_area_caller(k, size, flags, _RET_IP_)
    if not area:
        return 0

    addr = area.vm_addr
    if vmap_pages_range(k, addr, addr + size, pgprot_nx(k, prot), pages, k.PAGE_SHIFT) < 0:
        vunmap(k, addr)
        return 0

    if flags & VM_MAP_PUT_PAGES:
        area.pages = pages
        area.nr_pages = count
    return addr
