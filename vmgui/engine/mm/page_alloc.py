"""The buddy allocator: free blocks of 2**order pages, split in halves and merged again (mm/page_alloc.c).

Differs: one migrate type, no per-CPU lists, no watermarks, and nobody is killed for memory.  What is free
can be had, and what is not free cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.arch.arm64_mte import set_tags
from vmgui.engine.gfp import __GFP_DIRECT_RECLAIM, __GFP_NOFAIL, __GFP_NOWARN, __GFP_SKIP_ZERO, __GFP_ZERO
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, should_fail
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add, list_del, list_empty
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE, panic
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.mm.direct_map import check_direct_map_write
from vmgui.engine.mm.kasan.tags import (
    KASAN_TAG_INVALID,
    KASAN_TAG_KERNEL,
    kasan_hw_tags_enabled,
    page_kasan_tag,
    page_kasan_tag_reset,
)
from vmgui.engine.mm.kmsan.pages import kmsan_alloc_page, kmsan_free_page, kmsan_unpoison_memory
from vmgui.engine.mm.memalloc import PF_MEMALLOC, current_gfp_context
from vmgui.engine.mm.mempolicy import policy_nid
from vmgui.engine.mm.mmzone import (
    NUMA_NO_NODE,
    area_of,
    num_online_nodes,
    numa_node_id,
    piece_of,
    populated_zones,
    zone_at,
    zone_free_pages,
    zone_to_nid,
    zonelist,
)
from vmgui.engine.mm.page import (
    PG_buddy,
    clear_flag,
    clear_page,
    page_address,
    page_count,
    page_to_pfn,
    pfn_to_page,
    set_flag,
    set_page_count,
)
from vmgui.engine.mm.page_array import page_slots, set_page_slot
from vmgui.engine.mm.show_mem import warn_alloc
from vmgui.engine.mm.shrinker import shrink_slab
from vmgui.engine.structs import page, zone
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import container_of, transparent

PAGE_ALLOC_COSTLY_ORDER = 3  # blocks above it are so rare that nobody should count on them


# --- taking a block ------------------------------------------------------------------------------


@kernel_function
def alloc_pages(k: Kernel, gfp: int, order: int) -> page | None:
    """Take 2**order contiguous pages, aligned to their size; None when no free block is large enough.

    They come from the node that the task's policy names, by default that of this CPU, or else from
    another.  The first page carries the reference count of all of them until `split_page`.
    mm/mempolicy.c:alloc_pages_noprof, v6.12.
    """
    return __alloc_pages(k, gfp, order, policy_nid(k, gfp))


@kernel_function
def alloc_pages_node(k: Kernel, nid: int, gfp: int, order: int) -> page | None:
    """Take 2**order contiguous pages on node ``nid`` if it has them; NUMA_NO_NODE is that of this CPU.

    include/linux/gfp.h:alloc_pages_node_noprof, v6.12.
    """
    return __alloc_pages(k, gfp, order, numa_node_id(k) if nid == NUMA_NO_NODE else nid)


def __alloc_pages(k: Kernel, gfp: int, order: int, preferred_nid: int) -> page | None:
    """Take a block: at once, or after others have given something up.

    mm/page_alloc.c:__alloc_pages_noprof, v6.12.
    """
    too_large = order > k.MAX_PAGE_ORDER
    if too_large and not gfp & __GFP_NOWARN:
        WARN_ON_ONCE(k, Once.ALLOC_PAGES_ORDER, True, "mm/page_alloc.c:4832 __alloc_pages_noprof")
    if too_large:
        return None
    gfp = current_gfp_context(k, gfp)
    if should_fail(k, Fault.PAGE, gfp):
        return None
    page = get_page_from_freelist(k, gfp, order, preferred_nid)
    if page is None:
        page = __alloc_pages_slowpath(k, gfp, order, preferred_nid)
    if page is not None:
        post_alloc_hook(k, page, order, gfp)
        if k.machine.kmsan:
            kmsan_alloc_page(k, page, order, gfp)
    return page


def get_page_from_freelist(k: Kernel, gfp: int, order: int, preferred_nid: int) -> page | None:
    """Take a block from the first zone of the list that has one."""
    for z in zonelist(k, gfp, preferred_nid):
        page = __rmqueue_smallest(k, z, order)
        if page is not None:
            return page
    return None


@kernel_function
def __rmqueue_smallest(k: Kernel, zone: zone, order: int) -> page | None:
    """Take a block from the shortest non-empty list that is long enough, and give back what is over.

    mm/page_alloc.c:__rmqueue_smallest, v6.12.
    """
    for current_order in range(order, k.MAX_PAGE_ORDER + 1):
        page = get_page_from_free_area(zone, current_order)
        if page is None:
            continue
        del_page_from_free_list(zone, page, current_order)
        expand(k, zone, page, order, current_order)
        k.nr_free_pages = k.nr_free_pages - (1 << order)
        return page
    return None


def get_page_from_free_area(zone: zone, order: int) -> page | None:
    """Return the block that was freed last among those of ``order``, or None."""
    head = area_of(zone, order).free_list
    first = head.next
    return None if first == head else container_of(first, page, "lru")


def expand(k: Kernel, zone: zone, page: page, low: int, high: int) -> None:
    """Cut a block of order ``high`` down to ``low``: each time the upper half becomes a free block.

    mm/page_alloc.c:expand, v6.12.
    """
    while high > low:
        high -= 1
        add_to_free_list(zone, page[1 << high], high)
        set_buddy_order(page[1 << high], high)


def post_alloc_hook(k: Kernel, page: page, order: int, gfp: int) -> None:
    """Make a block ready for its new owner: one reference, and zeros if somebody wants them."""
    set_page_refcounted(page)
    clear_block(k, page, order, gfp)


def want_init_on_alloc(k: Kernel, flags: int) -> bool:
    """Tell whether memory that is handed out with ``flags`` has to be zero.  include/linux/mm.h, v6.12."""
    return bool(k.machine.init_on_alloc or flags & __GFP_ZERO)


def clear_block(k: Kernel, page: page, order: int, gfp: int) -> None:
    """Fill the pages of a block with zeros, if the request or the machine asks for that."""
    if kasan_hw_tags_enabled(k):
        for i in range(1 << order):
            page_kasan_tag_reset(page[i])  # Differs: whatever they are for; vmalloc tags its pages itself
        if gfp & __GFP_SKIP_ZERO:
            return
    addr = page_address(k, page)
    if k.machine.init_on_alloc or gfp & __GFP_ZERO:
        check_direct_map_write(k, addr, k.PAGE_SIZE << order)
    if k.machine.kmsan and (k.machine.init_on_alloc or gfp & __GFP_ZERO):
        for i in range(1 << order):
            kmsan_unpoison_memory(k, addr + i * k.PAGE_SIZE, k.PAGE_SIZE)
    if (k.machine.init_on_alloc or gfp & __GFP_ZERO) and not k.mem.is_zero(addr, k.PAGE_SIZE << order):
        for i in range(1 << order):
            clear_page(k, addr + i * k.PAGE_SIZE)


# --- taking many pages ---------------------------------------------------------------------------


@kernel_function
def alloc_pages_bulk(k: Kernel, gfp: int, preferred_nid: int, nr_pages: int, page_array: int) -> int:
    """Fill the empty slots among the ``nr_pages`` of ``page_array`` with single pages of one zone.

    Returns how many slots, from the first on, hold a page now: maybe fewer than asked.  When no near
    zone has them all, a single page is taken in the ordinary way, for which others may be asked to
    give something up.  mm/page_alloc.c:alloc_pages_bulk_noprof, v6.12.
    """
    empty = [slot for slot in page_slots(k, page_array, 0, nr_pages) if not k.mem.load(slot)]
    if not empty:
        return nr_pages
    zone = None
    if len(empty) > 1:
        gfp = current_gfp_context(k, gfp)
        if should_fail(k, Fault.PAGE, gfp):
            return nr_populated(k, page_array, nr_pages)
        zone = zone_for_bulk(k, gfp, preferred_nid, nr_pages)
    if zone is not None:
        for page, slot in zip(rmqueue_pages(k, zone, len(empty), gfp), empty, strict=True):
            set_page_slot(k, slot, page)
        return nr_pages
    single = __alloc_pages(k, gfp, 0, preferred_nid)
    if single is not None:
        set_page_slot(k, empty[0], single)
    return nr_populated(k, page_array, nr_pages)


def zone_for_bulk(k: Kernel, gfp: int, preferred_nid: int, nr_pages: int) -> zone | None:
    """Return the first zone of the list that has so many pages; None beyond the preferred node."""
    for z in zonelist(k, gfp, preferred_nid):
        if num_online_nodes(k) > 1 and zone_to_nid(k, z) != preferred_nid:
            return None
        if zone_free_pages(z) >= nr_pages:
            return z
    return None


def rmqueue_pages(k: Kernel, zone: zone, count: int, gfp: int) -> Iterator[page]:
    """Yield ``count`` single pages of a zone that has so many, each with a reference.

    Differs: pages that lie together in a block are taken together.  They are the same pages in the same
    order, and the same blocks are left, as if each were taken alone.
    """
    while count:
        order = min(shortest_list(k, zone), count.bit_length() - 1)
        block = __rmqueue_smallest(k, zone, order)
        assert block is not None  # there is one of this order, and of pages there are enough
        clear_block(k, block, order, gfp)
        for i in range(1 << order):
            page = block[i]
            set_page_refcounted(page)
            yield page
        count -= 1 << order


def shortest_list(k: Kernel, zone: zone) -> int:
    """Return the lowest order of which a zone has a free block, or one beyond all without any."""
    orders = range(k.MAX_PAGE_ORDER + 1)
    return next((order for order in orders if area_of(zone, order).nr_free), k.MAX_PAGE_ORDER + 1)


def nr_populated(k: Kernel, page_array: int, nr_pages: int) -> int:
    """Return how many slots hold a page before the first empty one."""
    for i, slot in enumerate(page_slots(k, page_array, 0, nr_pages)):
        if not k.mem.load(slot):
            return i
    return nr_pages


def alloc_pages_bulk_array(k: Kernel, gfp: int, nr_pages: int, page_array: int) -> int:
    """Fill an array with pages, from the node of this CPU if it has them."""
    return alloc_pages_bulk(k, gfp, numa_node_id(k), nr_pages, page_array)


# --- when there is none --------------------------------------------------------------------------


@kernel_function
def __alloc_pages_slowpath(k: Kernel, gfp: int, order: int, preferred_nid: int) -> page | None:
    """Have others give up what they can, and try again; complain if it was of no use.

    mm/page_alloc.c:__alloc_pages_slowpath, v6.12.
    """
    if not gfp & __GFP_DIRECT_RECLAIM:  # the caller may not wait for others
        warn_alloc(k, gfp, None, f"page allocation failure: order:{order}")
        return None
    page = __alloc_pages_direct_reclaim(k, gfp, order, preferred_nid)
    while page is None and gfp & __GFP_NOFAIL:
        if list_empty(k.worklist):
            panic(k, "mm/oom_kill.c out_of_memory", "System is deadlocked on memory")
        run_pending_work(k)
        page = get_page_from_freelist(k, gfp, order, preferred_nid)
    if page is None:
        warn_alloc(k, gfp, None, f"page allocation failure: order:{order}")
    return page


def __alloc_pages_direct_reclaim(k: Kernel, gfp: int, order: int, preferred_nid: int) -> page | None:
    """Call the shrinkers and try again; not for a large block while there is enough in small ones.

    Differs: only shrinkers are asked, there are no pages of files or programs, and no compaction.
    """
    enough = any(zone_free_pages(z) >= 2 << order for z in zonelist(k, gfp, preferred_nid))
    if k.current_flags & PF_MEMALLOC or order > PAGE_ALLOC_COSTLY_ORDER and enough:
        return None
    shrink_slab(k, gfp, preferred_nid)
    return get_page_from_freelist(k, gfp, order, preferred_nid)


# --- giving it back ------------------------------------------------------------------------------


@kernel_function
def __free_pages(k: Kernel, page: page, order: int) -> None:
    """Drop one reference to a block of 2**order pages; the last one frees it.

    mm/page_alloc.c:__free_pages, v6.12.
    """
    if put_page_testzero(page):
        if k.machine.kmsan:
            kmsan_free_page(k, page, order)
        if kasan_hw_tags_enabled(k):
            kasan_poison_pages(k, page, order)
        __free_one_page(k, page, page_to_pfn(k, page), order)


def kasan_poison_pages(k: Kernel, page: page, order: int) -> None:
    """Forbid 2**order pages that are being freed; those that never had a tag need no other.

    Part of mm/page_alloc.c:free_pages_prepare, v6.12.
    """
    if page_kasan_tag(page) != KASAN_TAG_KERNEL:
        set_tags(k, page_address(k, page), k.PAGE_SIZE << order, KASAN_TAG_INVALID)


@kernel_function
def __free_one_page(k: Kernel, page: page, pfn: int, order: int) -> None:
    """Put a block on its free list, after joining it with its buddy as long as the buddy is free.

    Buddies are the two halves of a block of the next order: their frame numbers differ in one bit.
    They are joined only if they belong to the same zone.  mm/page_alloc.c:__free_one_page, v6.12.
    """
    piece = piece_of(k, pfn)
    if piece is None:
        return  # Differs: the kernel would change memory that is no struct page
    zone = zone_at(k, piece.number)
    k.nr_free_pages = k.nr_free_pages + (1 << order)
    while order < k.MAX_PAGE_ORDER:
        buddy_pfn = pfn ^ (1 << order)
        if not piece.start <= buddy_pfn < piece.end:
            break
        buddy = pfn_to_page(k, buddy_pfn)
        if not page_is_buddy(buddy, order):
            break
        del_page_from_free_list(zone, buddy, order)
        pfn &= buddy_pfn  # the joined block begins at the lower of the two
        order += 1
    page = pfn_to_page(k, pfn)
    set_buddy_order(page, order)
    add_to_free_list(zone, page, order)


def page_is_buddy(buddy: page, order: int) -> bool:
    """Tell whether ``buddy`` begins a free block of exactly ``order``."""
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
    count = page_count(page) - 1
    set_page_count(page, count)
    return count == 0


@transparent
def set_buddy_order(page: page, order: int) -> None:
    """Mark ``page`` as the first one of a free block of ``order``."""
    page.private = order
    set_flag(page, PG_buddy)


@transparent
def add_to_free_list(zone: zone, page: page, order: int) -> None:
    """Hang a block on the head of its list: it will be the first to be taken."""
    area = area_of(zone, order)
    list_add(page.lru, area.free_list)
    area.nr_free = area.nr_free + 1


@transparent
def del_page_from_free_list(zone: zone, page: page, order: int) -> None:
    """Take a block off its list; it is no buddy any more."""
    area = area_of(zone, order)
    list_del(page.lru)
    clear_flag(page, PG_buddy)
    page.private = 0
    area.nr_free = area.nr_free - 1


def blocks_of(k: Kernel, order: int) -> Iterator[page]:
    """Walk the free blocks of ``order``, in the order in which a task on node 0 would get them."""
    for z in populated_zones(k):
        head = area_of(z, order).free_list
        link = head.next
        while link != head:
            yield container_of(link, page, "lru")
            link = link.next


@transparent
def init_free_lists(k: Kernel) -> None:
    """Begin with no free block at all."""
    for z in populated_zones(k):
        for order in range(k.MAX_PAGE_ORDER + 1):
            INIT_LIST_HEAD(area_of(z, order).free_list)


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
