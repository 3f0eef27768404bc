"""The buddy allocator: free blocks of 2**order pages, split in halves and merged again (mm/page_alloc.c).

Differs: one zone and one migrate type, no per-CPU lists, no watermarks and nothing to reclaim.  What is
free can be had, and what is not free cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.gfp import __GFP_DMA32, __GFP_NOWARN, __GFP_ZERO, gfp_names
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add, list_del
from vmgui.engine.lib.printk import WARN_ALLOC_RATELIMIT, ___ratelimit, printk
from vmgui.engine.machine import G
from vmgui.engine.mm.direct_map import check_direct_map_write
from vmgui.engine.mm.kmsan_pages import kmsan_alloc_page, kmsan_free_page, kmsan_unpoison_memory
from vmgui.engine.mm.page import (
    PG_buddy,
    clear_flag,
    clear_page,
    page_address,
    page_count,
    page_to_pfn,
    pfn_to_page,
    pfn_valid,
    set_flag,
    set_page_count,
)
from vmgui.engine.mm.page_array import page_slots, set_page_slot
from vmgui.engine.structs import list_head, page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Struct, container_of, embedded, offsetof, transparent, ulong

MAX_PAGE_ORDER = 10  # 4 MiB: the largest block there is
NR_PAGE_ORDERS = MAX_PAGE_ORDER + 1
DMA32_END_PFN = 4 * G >> 12


class free_area(Struct):
    """The free blocks of one order."""

    free_list = embedded[list_head]("list_head")
    nr_free = ulong()


FREE_AREA = offsetof(Kernel, "free_area")


def area_of(k: Kernel, order: int) -> free_area:
    """Return ``&zone->free_area[order]``."""
    return free_area(k.mem, k.addr + FREE_AREA + order * free_area.size)


# --- taking a block ------------------------------------------------------------------------------


@kernel_function
def alloc_pages(k: Kernel, gfp: int, order: int) -> page | None:
    """Take 2**order contiguous pages, aligned to their size; None when no free block is large enough.

    The first page carries the reference count of all of them until `split_page`.
    mm/page_alloc.c:__alloc_pages_noprof, v6.12.
    """
    page = __rmqueue_smallest(k, order, gfp)
    if page is not None:
        post_alloc_hook(k, page, order, gfp)
        if k.machine.kmsan:
            kmsan_alloc_page(k, page, order, gfp)
    return page


@kernel_function
def alloc_pages_bulk_array(k: Kernel, gfp: int, nr_pages: int, page_array: int) -> int:
    """Fill the empty slots among the ``nr_pages`` of ``page_array`` with single pages.

    Returns how many slots, from the first on, hold a page now: maybe fewer than asked.
    mm/page_alloc.c:alloc_pages_bulk_noprof, v6.12.
    """
    for nr_populated, slot in enumerate(page_slots(k, page_array, 0, nr_pages)):
        if k.mem.load(slot):
            continue
        page = __rmqueue_smallest(k, 0, gfp)
        if page is None:
            return nr_populated
        post_alloc_hook(k, page, 0, gfp)
        if k.machine.kmsan and nr_pages == 1:  # a single page comes out of alloc_pages() in the kernel
            kmsan_alloc_page(k, page, 0, gfp)
        set_page_slot(k, slot, page)
    return nr_pages


@kernel_function
def __rmqueue_smallest(k: Kernel, order: int, gfp: int) -> page | None:
    """Take a block from the shortest non-empty list that is long enough, and give back what is over.

    mm/page_alloc.c:__rmqueue_smallest, v6.12.
    """
    for current_order in range(order, NR_PAGE_ORDERS):
        page = get_page_from_free_area(k, current_order, gfp)
        if page is None:
            continue
        del_page_from_free_list(k, page, current_order)
        expand(k, page, order, current_order)
        k.nr_free_pages = k.nr_free_pages - (1 << order)
        return page
    return None


def get_page_from_free_area(k: Kernel, order: int, gfp: int) -> page | None:
    """Return the block that was freed last among those of ``order``, or None.

    Differs: for __GFP_DMA32 the list is searched, where the kernel has a zone of its own below 4 GiB.
    """
    if gfp & __GFP_DMA32:
        return next((block for block in blocks_of(k, order) if page_to_pfn(k, block) < DMA32_END_PFN), None)
    head = area_of(k, order).free_list
    first = head.next
    return None if first == head else container_of(first, page, "lru")


@kernel_function
def expand(k: Kernel, page: page, low: int, high: int) -> None:
    """Cut a block of order ``high`` down to ``low``: each time the upper half becomes a free block.

    mm/page_alloc.c:expand, v6.12.
    """
    size = 1 << high
    while high > low:
        high -= 1
        size >>= 1
        add_to_free_list(k, page[size], high)
        set_buddy_order(k, page[size], high)


def post_alloc_hook(k: Kernel, page: page, order: int, gfp: int) -> None:
    """Make a block ready for its new owner: one reference, and zeros if somebody wants them."""
    set_page_refcounted(page)
    if k.machine.init_on_alloc or gfp & __GFP_ZERO:
        check_direct_map_write(k, page_address(k, page), k.PAGE_SIZE << order)
        for i in range(1 << order):
            clear_page(k, page_address(k, page) + i * k.PAGE_SIZE)
            if k.machine.kmsan:
                kmsan_unpoison_memory(k, page_address(k, page) + i * k.PAGE_SIZE, k.PAGE_SIZE)


# --- giving it back ------------------------------------------------------------------------------


@kernel_function
def __free_pages(k: Kernel, page: page, order: int) -> None:
    """Drop one reference to a block of 2**order pages; the last one frees it.

    mm/page_alloc.c:__free_pages, v6.12.
    """
    if put_page_testzero(page):
        if k.machine.kmsan:
            kmsan_free_page(k, page, order)
        __free_one_page(k, page, page_to_pfn(k, page), order)


@kernel_function
def __free_one_page(k: Kernel, page: page, pfn: int, order: int) -> None:
    """Put a block on its free list, after joining it with its buddy as long as the buddy is free.

    Buddies are the two halves of a block of the next order: their frame numbers differ in one bit.
    mm/page_alloc.c:__free_one_page, v6.12.
    """
    k.nr_free_pages = k.nr_free_pages + (1 << order)
    while order < MAX_PAGE_ORDER:
        buddy_pfn = pfn ^ (1 << order)
        if not page_is_buddy(k, buddy_pfn, order):
            break
        del_page_from_free_list(k, pfn_to_page(k, buddy_pfn), order)
        pfn &= buddy_pfn  # the joined block begins at the lower of the two
        order += 1
    page = pfn_to_page(k, pfn)
    set_buddy_order(k, page, order)
    add_to_free_list(k, page, order)


def page_is_buddy(k: Kernel, pfn: int, order: int) -> bool:
    """Tell whether frame ``pfn`` begins a free block of exactly ``order``."""
    if not pfn_valid(k, pfn):
        return False
    buddy = pfn_to_page(k, pfn)
    return bool(buddy.flags & PG_buddy) and buddy.private == order


@kernel_function
def split_page(k: Kernel, page: page, order: int) -> None:
    """Turn a block that is in use into 2**order single pages, each with a reference of its own.

    mm/page_alloc.c:split_page, v6.12.
    """
    for i in range(1, 1 << order):
        set_page_refcounted(page[i])


# --- below the algorithm -------------------------------------------------------------------------


@transparent
def set_page_refcounted(page: page) -> None:
    """Give a page its first reference."""
    set_page_count(page, 1)


@transparent
def put_page_testzero(page: page) -> bool:
    """Drop a reference; True when it was the last."""
    set_page_count(page, page_count(page) - 1)
    return page_count(page) == 0


@transparent
def set_buddy_order(k: Kernel, page: page, order: int) -> None:
    """Mark ``page`` as the first one of a free block of ``order``."""
    page.private = order
    set_flag(page, PG_buddy)


@transparent
def add_to_free_list(k: Kernel, page: page, order: int) -> None:
    """Hang a block on the head of its list: it will be the first to be taken."""
    area = area_of(k, order)
    list_add(page.lru, area.free_list)
    area.nr_free = area.nr_free + 1


@transparent
def del_page_from_free_list(k: Kernel, page: page, order: int) -> None:
    """Take a block off its list; it is no buddy any more."""
    area = area_of(k, order)
    list_del(page.lru)
    clear_flag(page, PG_buddy)
    page.private = 0
    area.nr_free = area.nr_free - 1


def blocks_of(k: Kernel, order: int) -> Iterator[page]:
    """Walk the free blocks of ``order`` in the order in which they would be taken."""
    head = area_of(k, order).free_list
    link = head.next
    while link != head:
        yield container_of(link, page, "lru")
        link = link.next


@transparent
def init_free_lists(k: Kernel) -> None:
    """Begin with no free block at all."""
    for order in range(NR_PAGE_ORDERS):
        INIT_LIST_HEAD(area_of(k, order).free_list)


# --- shorthands the kernel has, too --------------------------------------------------------------


def alloc_page(k: Kernel, gfp: int) -> page | None:
    """Take one page."""
    return alloc_pages(k, gfp, 0)


def get_zeroed_page(k: Kernel, gfp: int) -> page | None:
    """Take one page full of zeros."""
    return alloc_pages(k, gfp | __GFP_ZERO, 0)


def __free_page(k: Kernel, page: page) -> None:
    """Give one page back."""
    __free_pages(k, page, 0)


@kernel_function
def warn_alloc(k: Kernel, gfp_mask: int, why: str) -> None:
    """Tell in the log that an allocation failed, at most once in 10 seconds.

    mm/page_alloc.c:warn_alloc, v6.12.  Differs: without the stack and the report on all memory.
    """
    if gfp_mask & __GFP_NOWARN or not ___ratelimit(k, *WARN_ALLOC_RATELIMIT):
        return
    mode = f"mode:{gfp_mask:#x}({gfp_names(gfp_mask)}), nodemask=(null),cpuset=/,mems_allowed=0"
    printk(k, f"init: {why}, {mode}")
