"""Where KMSAN keeps shadow and origin of every page (mm/kmsan/shadow.c, v6.12).

A bit of shadow is set for each bit that nobody has written; 4 bytes of origin say where 4 bytes came from.
Both are pages, made at boot out of two thirds of RAM.  Of what is mapped they are mapped, too: the vmalloc
range is a quarter of what it would be, the second quarter maps the shadow of the first, the third one its
origins, the last one those of the modules.
"""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_ZERO
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN_DOWN
from vmgui.engine.lib.bytewise import fill_bytes, load_row
from vmgui.engine.lib.printk import WARN_ON
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.mm.page import page_address, page_to_pfn, pfn_to_page, pfn_valid
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, Struct, array, ptr, transparent, ulong

KMSAN_META_SHADOW, KMSAN_META_ORIGIN = False, True
KMSAN_ORIGIN_SIZE = 4
NR_PAGE_ORDERS = 11  # on x86-64, the one architecture that has KMSAN here

#: Origins, in the place of call stacks: bit 0 says that the memory had been freed.  0 is none.
ORIGIN_ALLOC, ORIGIN_FREE = 1 << 1, 2 << 1 | 1
ORIGIN_NAMES = {ORIGIN_ALLOC: "__alloc_pages_noprof", ORIGIN_FREE: "free_pages_prepare"}


class kmsan_page(Struct):
    """Where the metadata of one page is.  Differs: these are members of struct page in a KMSAN kernel."""

    kmsan_shadow = ptr["page"]("page")
    kmsan_origin = ptr["page"]("page")


class kmsan_state(Struct):
    """What KMSAN knows: ``meta`` is the address of a `kmsan_page` for each frame."""

    enabled = ulong()
    in_runtime = ulong()  # how deep the current task is inside KMSAN itself
    meta = ulong()
    held_back = array(2 * NR_PAGE_ORDERS)  # by order: blocks that wait to become shadow and origin
    slot = array(1)  # an array of one page


def state_of(k: Kernel) -> kmsan_state:
    """Return what KMSAN knows."""
    return kmsan_state(k.mem, k.kmsan)


def meta_of(k: Kernel, page: page) -> kmsan_page:
    """Return where the metadata of ``page`` is noted."""
    return kmsan_page(k.mem, state_of(k).meta)[page_to_pfn(k, page)]


@transparent
def kmsan_enter_runtime(k: Kernel) -> None:
    """Begin to work for KMSAN itself: what is allocated now is not looked after."""
    depth = state_of(k).in_runtime
    state_of(k).in_runtime = depth + 1
    KMSAN_WARN_ON(k, depth, "mm/kmsan/kmsan.h:104 kmsan_enter_runtime")


@transparent
def kmsan_leave_runtime(k: Kernel) -> None:
    """End it."""
    state_of(k).in_runtime = state_of(k).in_runtime - 1


def KMSAN_WARN_ON(k: Kernel, condition: object, place: str) -> None:
    """Warn about a mistake of KMSAN's own, and have it give up."""
    if WARN_ON(k, condition, place):
        state_of(k).enabled = 0


# --- addresses -------------------------------------------------------------------------------------


def vmalloc_meta(k: Kernel, addr: int, is_origin: bool) -> int:
    """Return where the metadata of a vmalloc or module address is mapped; 0 for any other address.

    mm/kmsan/shadow.c:vmalloc_meta, v6.12.
    """
    quarter = k.VMALLOC_END + 1 - k.VMALLOC_START
    if k.VMALLOC_START <= addr < k.VMALLOC_END:
        return addr + (2 * quarter if is_origin else quarter)
    if k.MODULES_VADDR <= addr < k.MODULES_END:
        modules = k.VMALLOC_START + 3 * quarter + (k.MODULES_END - k.MODULES_VADDR) * is_origin
        return modules + addr - k.MODULES_VADDR
    return 0


def kmsan_get_metadata(k: Kernel, address: int, is_origin: bool) -> int:
    """Return the kernel address of the metadata of ``address``; 0 if it has none.

    mm/kmsan/shadow.c:kmsan_get_metadata, v6.12.
    """
    if is_origin:
        address = ALIGN_DOWN(address, KMSAN_ORIGIN_SIZE)
    mapped = vmalloc_meta(k, address, is_origin)
    phys = address - k.PAGE_OFFSET if address >= k.PAGE_OFFSET else address
    if mapped or not pfn_valid(k, phys >> k.PAGE_SHIFT):
        return mapped
    meta = meta_of(k, pfn_to_page(k, phys >> k.PAGE_SHIFT))
    found = meta.kmsan_origin if is_origin else meta.kmsan_shadow
    return page_address(k, found) + address % k.PAGE_SIZE if found else 0


# --- pages -----------------------------------------------------------------------------------------


@kernel_function
def kmsan_alloc_page(k: Kernel, page: page, order: int, flags: int) -> None:
    """Poison 2**order new pages, or mark them written if they are zeroed.

    Pages that `alloc_pages_bulk_array` finds on its own do not come here, so they stay as they were freed.
    mm/kmsan/shadow.c:kmsan_alloc_page, v6.12.
    """
    if flags & __GFP_ZERO or not state_of(k).enabled:
        set_pages_metadata(k, page, order, 0, 0)
    elif not state_of(k).in_runtime:  # its own pages count as written
        set_pages_metadata(k, page, order, 0xFF, ORIGIN_ALLOC)


@kernel_function
def kmsan_free_page(k: Kernel, page: page, order: int) -> None:
    """Poison 2**order pages that are being freed.  mm/kmsan/shadow.c:kmsan_free_page, v6.12."""
    if state_of(k).enabled and not state_of(k).in_runtime:
        set_pages_metadata(k, page, order, 0xFF, ORIGIN_FREE)


def set_pages_metadata(k: Kernel, page: page, order: int, shadow: int, origin: int) -> None:
    """Set all shadow bytes and all origins of 2**order pages.

    Differs: page by page, and a page without metadata is passed over.
    """
    for i in range(1 << order):
        meta = meta_of(k, page[i])
        if meta.kmsan_shadow and meta.kmsan_origin:
            fill_bytes(k, page_address(k, meta.kmsan_shadow), shadow, k.PAGE_SIZE)
            fill_origins(k, page_address(k, meta.kmsan_origin), origin, k.PAGE_SIZE)


@transparent
def fill_origins(k: Kernel, at: int, origin: int, nbytes: int) -> None:
    """Write ``origin`` to every 4 bytes of whole words in memory."""
    value = origin << 32 | origin
    if not value and k.mem.is_zero(at, nbytes):
        return
    for word in range(at, at + nbytes, WORD):
        if k.mem.load(word) != value:
            k.mem.store(word, value)


@kernel_function
def kmsan_unpoison_memory(k: Kernel, address: int, size: int) -> None:
    """Note that the ``size`` bytes at ``address`` have been written.

    mm/kmsan/hooks.c:kmsan_unpoison_memory, v6.12.  Differs: only for bytes within one page.
    """
    shadow = kmsan_get_metadata(k, address, KMSAN_META_SHADOW)
    at = mapped_at(k, shadow) if shadow > k.arena_end else shadow
    if not state_of(k).enabled or not at:
        return
    fill_bytes(k, at, 0, size)
    origin = kmsan_get_metadata(k, address, KMSAN_META_ORIGIN)
    to = mapped_at(k, origin) if origin > k.arena_end else origin
    if to and (address | size) % KMSAN_ORIGIN_SIZE == 0:  # so all of each origin's bytes are written
        fill_bytes(k, to, 0, size)
        return
    for i in range(0, size + address % KMSAN_ORIGIN_SIZE, KMSAN_ORIGIN_SIZE):
        # an origin stays as long as one of its 4 bytes is not written
        if to and not any(load_row(k, (at + i) & -KMSAN_ORIGIN_SIZE, KMSAN_ORIGIN_SIZE)):
            fill_bytes(k, to + i, 0, KMSAN_ORIGIN_SIZE)
