"""Hooks of the detector of uninitialised memory, KMSAN (include/linux/kmsan.h, v6.12).

A kernel built with it gives every page two more: its shadow says which bits nobody has written yet, its
origin says where the page came from.  What is mapped has both mapped beside it.  Debian's kernel is not
built so, and here, too, the hooks do nothing unless the machine asks for it.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.kmsan import shadow


def kmsan_vmap_pages_range_noflush(
    k: Kernel, start: int, end: int, prot: int, pages: int, page_shift: int
) -> int:
    """Map the metadata of pages that are about to be mapped: 0, or -ENOMEM."""
    if not k.kmsan:
        return 0
    return shadow.kmsan_vmap_pages_range_noflush(k, start, end, prot, pages, page_shift)


def kmsan_ioremap_page_range(
    k: Kernel, start: int, end: int, phys_addr: int, prot: int, page_shift: int
) -> int:
    """Make metadata for a device that was mapped: 0, or -ENOMEM."""
    if not k.kmsan:
        return 0
    return shadow.kmsan_ioremap_page_range(k, start, end, phys_addr, prot, page_shift)


def kmsan_iounmap_page_range(k: Kernel, start: int, end: int) -> None:
    """Take the metadata of a device away."""
    if k.kmsan:
        shadow.kmsan_iounmap_page_range(k, start, end)


def kmsan_vunmap_range_noflush(k: Kernel, start: int, end: int) -> None:
    """Unmap the metadata of pages that are about to be unmapped."""
    if k.kmsan:
        shadow.kmsan_vunmap_range_noflush(k, start, end)
