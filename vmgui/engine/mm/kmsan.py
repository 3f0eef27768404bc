"""Hooks of the detector of uninitialised memory, KMSAN (include/linux/kmsan.h, v6.12).

It would map a shadow and an origin page beside every mapped page.  This kernel is built without it, as
Debian's is, so the hooks are what they are there: nothing to do, and nothing that can fail.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel


def kmsan_vmap_pages_range_noflush(
    k: Kernel, start: int, end: int, prot: int, pages: int, page_shift: int
) -> int:
    """Map the metadata of pages that are about to be mapped: 0."""
    return 0


def kmsan_ioremap_page_range(
    k: Kernel, start: int, end: int, phys_addr: int, prot: int, page_shift: int
) -> int:
    """Make metadata for a device that was mapped: 0."""
    return 0


def kmsan_vunmap_range_noflush(k: Kernel, start: int, end: int) -> None:
    """Unmap the metadata of pages that are about to be unmapped."""
