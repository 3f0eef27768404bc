"""Frames of RAM and their struct pages: numbers, addresses, flags (include/linux/mm.h, page-flags.h)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.mmzone import pfn_to_nid, piece_of
from vmgui.engine.structs import page
from vmgui.engine.words import transparent

#: Bits of ``page.flags``.  Differs: buddy, table and slab are page types in the kernel, not flags.
PG_head, PG_reserved = 1 << 6, 1 << 13
PG_buddy, PG_table, PG_slab = 1 << 24, 1 << 25, 1 << 26


def pfn_valid(k: Kernel, pfn: int) -> bool:
    """Tell whether frame ``pfn`` has a struct page: RAM has, devices have not."""
    return piece_of(k, pfn) is not None


def pfn_to_page(k: Kernel, pfn: int) -> page:
    """Return the struct page of frame ``pfn``; nothing checks that there is one."""
    return page(k.mem, k.vmemmap + pfn * page.size)


def page_to_pfn(k: Kernel, page: page) -> int:
    """Return the frame number of a struct page."""
    return (page.addr - k.vmemmap) // page.size


def page_to_nid(k: Kernel, page: page) -> int:
    """Return the memory node of a page."""
    return pfn_to_nid(k, page_to_pfn(k, page))


def page_address(k: Kernel, page: page) -> int:
    """Return where the bytes of a page are.  Differs: a physical address, not one of the direct map."""
    return page_to_pfn(k, page) << k.PAGE_SHIFT


page_to_phys = page_address


def virt_to_page(k: Kernel, addr: int) -> page:
    """Return the struct page that the bytes at ``addr``, a physical address, belong to."""
    return pfn_to_page(k, addr >> k.PAGE_SHIFT)


def page_count(page: page) -> int:
    """Return how many hold on to a page; 0 when it is free."""
    return page._refcount  # noqa: SLF001 - the kernel's own name


@transparent
def set_page_count(page: page, count: int) -> None:
    """Say how many hold on to a page."""
    page._refcount = count  # noqa: SLF001 - the kernel's own name


@transparent
def get_page(page: page) -> None:
    """Hold on to a page that somebody holds already."""
    set_page_count(page, page_count(page) + 1)


@transparent
def set_flag(page: page, flag: int) -> None:
    """Set a bit of ``page.flags``."""
    page.flags = page.flags | flag


@transparent
def clear_flag(page: page, flag: int) -> None:
    """Clear a bit of ``page.flags``."""
    page.flags = page.flags & ~flag


@transparent
def clear_page(k: Kernel, addr: int) -> None:
    """Fill the page at ``addr`` with zeros.

    Differs: only words that are not 0 already are stored, as every store is a step to look at.
    """
    clear_words(k, addr, k.PAGE_SIZE)


@transparent
def clear_words(k: Kernel, addr: int, nbytes: int) -> None:
    """Fill ``nbytes`` from ``addr`` on with zeros, storing only where there is something else."""
    if k.mem.is_zero(addr, nbytes):
        return
    for word in range(addr, addr + nbytes, 8):
        if k.mem.load(word):
            k.mem.store(word, 0)
