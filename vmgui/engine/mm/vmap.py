"""Mapping, as the rest of the kernel calls it (mm/vmalloc.c, v6.12).

Sizes and addresses are bytes, ``end`` is exclusive.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import pgprot_nx
from vmgui.engine.arch.hooks import flush_cache_vmap
from vmgui.engine.errno import EINVAL, ERANGE
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ONCE
from vmgui.engine.mm.kmsan.hooks import kmsan_ioremap_page_range, kmsan_vmap_pages_range_noflush
from vmgui.engine.mm.vm_struct import VM_IOREMAP, find_vm_area, get_vm_area_size
from vmgui.engine.mm.vmap_pages import __vmap_pages_range_noflush
from vmgui.engine.mm.vmap_range import vmap_range_noflush
from vmgui.engine.trace import kernel_function

__all__ = [
    "__vmap_pages_range_noflush", "ioremap_page_range", "vmap_page_range", "vmap_pages_range",
    "vmap_pages_range_noflush", "vmap_range_noflush",
]  # fmt: skip


@kernel_function
def vmap_page_range(k: Kernel, addr: int, end: int, phys_addr: int, prot: int) -> int:
    """Map [addr, end) to physical memory from ``phys_addr`` on, never executable.

    0, or -ENOMEM.  mm/vmalloc.c:vmap_page_range, v6.12.
    """
    err = vmap_range_noflush(k, addr, end, phys_addr, pgprot_nx(k, prot), k.ioremap_max_page_shift)
    flush_cache_vmap(k, addr, end)
    if not err:
        err = kmsan_ioremap_page_range(k, addr, end, phys_addr, prot, k.ioremap_max_page_shift)
    return err


@kernel_function
def ioremap_page_range(k: Kernel, addr: int, end: int, phys_addr: int, prot: int) -> int:
    """Map the whole of a VM_IOREMAP area, [addr, end), to device memory from ``phys_addr`` on.

    0, -EINVAL when no such area is at ``addr``, -ERANGE when it is a different one, or -ENOMEM.
    mm/vmalloc.c:ioremap_page_range, v6.12.
    """
    area = find_vm_area(k, addr)
    # Whoever maps devices must have reserved the addresses for that.
    if area is None or not area.flags & VM_IOREMAP:
        text = f"vm_area at addr {addr:x} is not marked as VM_IOREMAP"
        WARN_ONCE(k, Once.IOREMAP_NOT_MARKED, True, "mm/vmalloc.c:384 ioremap_page_range", text)
        return -EINVAL
    area_end = area.vm_addr + get_vm_area_size(k, area)
    # A part of an area would leave a hole, and a look-up would not know.
    if addr != area.vm_addr or end != area_end:
        text = f"ioremap request [{addr:x},{end:x}) doesn't match vm_area [{area.vm_addr:x}, {area_end:x})"
        WARN_ONCE(k, Once.IOREMAP_OUTSIDE_AREA, True, "mm/vmalloc.c:389 ioremap_page_range", text)
        return -ERANGE
    return vmap_page_range(k, addr, end, phys_addr, prot)


@kernel_function
def vmap_pages_range_noflush(k: Kernel, addr: int, end: int, prot: int, pages: int, page_shift: int) -> int:
    """Map the pages of an array to [addr, end), and their metadata if there is any.

    0, or -ENOMEM.  mm/vmalloc.c:vmap_pages_range_noflush, v6.12.
    """
    ret = kmsan_vmap_pages_range_noflush(k, addr, end, prot, pages, page_shift)
    # Without the metadata every use of the pages would be reported as a mistake.
    if ret:
        return ret
    return __vmap_pages_range_noflush(k, addr, end, prot, pages, page_shift)


@kernel_function
def vmap_pages_range(k: Kernel, addr: int, end: int, prot: int, pages: int, page_shift: int) -> int:
    """Map the pages of an array to [addr, end), ready to be used.

    0, or -ENOMEM.  mm/vmalloc.c:vmap_pages_range, v6.12.
    """
    err = vmap_pages_range_noflush(k, addr, end, prot, pages, page_shift)
    flush_cache_vmap(k, addr, end)
    return err
