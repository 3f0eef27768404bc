"""Mapping the metadata of what is mapped (mm/kmsan/shadow.c, hooks.c, v6.12).

Sizes and addresses are bytes, ``end`` is exclusive.
"""

from __future__ import annotations

from vmgui.engine.arch.hooks import flush_cache_vmap
from vmgui.engine.errno import ENOMEM
from vmgui.engine.gfp import __GFP_ZERO, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm import vmap_pages, vunmap
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.kmsan.pages import (
    KMSAN_META_ORIGIN,
    KMSAN_META_SHADOW,
    kmsan_enter_runtime,
    kmsan_get_metadata,
    kmsan_leave_runtime,
    meta_of,
    state_of,
    vmalloc_meta,
)
from vmgui.engine.mm.page import page_to_pfn, pfn_valid
from vmgui.engine.mm.page_alloc import __free_pages, alloc_pages
from vmgui.engine.mm.page_array import get_page_slot
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, WordArray

BOTH = (KMSAN_META_SHADOW, KMSAN_META_ORIGIN)
KMSAN_SHADOW_FIELD = 64  # where a KMSAN kernel has it in struct page


# --- arrays of pages -------------------------------------------------------------------------------


@kernel_function
def kmsan_vmap_pages_range_noflush(
    k: Kernel, start: int, end: int, prot: int, pages: int, page_shift: int
) -> int:
    """Map shadow and origin of the pages of an array: 0, or -ENOMEM.

    After an error the kernel forgets that it is not inside KMSAN any more, so it stays quiet from then on.
    mm/kmsan/shadow.c:kmsan_vmap_pages_range_noflush, v6.12.
    """
    shadow_start, size = vmalloc_meta(k, start, KMSAN_META_SHADOW), end - start
    if not state_of(k).enabled or not shadow_start:
        return 0
    nr = size >> k.PAGE_SHIFT
    s_pages, o_pages = kzalloc(k, nr * WORD, GFP_KERNEL), kzalloc(k, nr * WORD, GFP_KERNEL)
    err = -ENOMEM
    if s_pages and o_pages:
        _kmsan_vmap_pages_range_noflush__arrays(k, pages, nr, s_pages, o_pages)
        origin_start = vmalloc_meta(k, start, KMSAN_META_ORIGIN)
        kmsan_enter_runtime(k)
        err = map_pages(k, shadow_start, size, s_pages, page_shift)
        err = err or map_pages(k, origin_start, size, o_pages, page_shift)
        if not err:
            kmsan_leave_runtime(k)
            flush_tlb_kernel_range(k, shadow_start, shadow_start + size)
            flush_tlb_kernel_range(k, origin_start, origin_start + size)
            flush_cache_vmap(k, shadow_start, shadow_start + size)
            flush_cache_vmap(k, origin_start, origin_start + size)
    kfree(k, s_pages)
    kfree(k, o_pages)
    return err


def _kmsan_vmap_pages_range_noflush__arrays(
    k: Kernel, pages: int, nr: int, s_pages: int, o_pages: int
) -> None:
    """Write down the shadow and the origin of each page of an array, NULL where it has none.

    They are members of struct page, so that the kernel faults where there is no struct page.
    Differs: a part of kmsan_vmap_pages_range_noflush.
    """
    shadows, origins = WordArray(k.mem, s_pages), WordArray(k.mem, o_pages)
    for i in range(nr):
        mapped = get_page_slot(k, pages, i)
        if mapped is None:
            page_fault_oops(k, 0, KMSAN_SHADOW_FIELD)
        if not pfn_valid(k, page_to_pfn(k, mapped)):
            page_fault_oops(k, 0, k.VMEMMAP_START + mapped.addr - k.vmemmap + KMSAN_SHADOW_FIELD)
        meta = meta_of(k, mapped)
        if meta.kmsan_shadow and meta.kmsan_origin:
            shadows[i], origins[i] = meta.kmsan_shadow.addr, meta.kmsan_origin.addr


def map_pages(k: Kernel, addr: int, size: int, pages: int, page_shift: int) -> int:
    """Map an array of metadata pages to [addr, addr + size)."""
    mapper = vmap_pages.__vmap_pages_range_noflush  # noqa: SLF001 - the kernel's own name
    return mapper(k, addr, addr + size, k.PAGE_KERNEL, pages, page_shift)


@kernel_function
def kmsan_vunmap_range_noflush(k: Kernel, start: int, end: int) -> None:
    """Unmap shadow and origin of [start, end).  mm/kmsan/hooks.c:kmsan_vunmap_range_noflush, v6.12."""
    for kind in BOTH:
        first, last = kmsan_get_metadata(k, start, kind), kmsan_get_metadata(k, end, kind)
        vunmap.__vunmap_range_noflush(k, first, last)  # noqa: SLF001 - the kernel's own name
    flush_metadata(k, start, end)


def flush_metadata(k: Kernel, start: int, end: int) -> None:
    """Tell the caches about the metadata of [start, end)."""
    for kind in BOTH:
        flush_cache_vmap(k, kmsan_get_metadata(k, start, kind), kmsan_get_metadata(k, end, kind))


# --- devices ---------------------------------------------------------------------------------------


@kernel_function
def kmsan_ioremap_page_range(
    k: Kernel, start: int, end: int, phys_addr: int, prot: int, page_shift: int
) -> int:
    """Make metadata for a device, which counts as written, and map it: 0, or -ENOMEM.

    Each page gets two pages of shadow and two of origin, though one of each is mapped.  What failed at
    the very first page is not given back.  mm/kmsan/hooks.c:kmsan_ioremap_page_range, v6.12.
    """
    if not state_of(k).enabled or state_of(k).in_runtime:
        return 0
    nr, err, done = (end - start) >> k.PAGE_SHIFT, 0, 0
    kmsan_enter_runtime(k)
    while done < nr and not err:
        err = _kmsan_ioremap_page_range__one(k, start + (done << k.PAGE_SHIFT), start, done, prot)
        done += 1
    flush_metadata(k, start, end)
    kmsan_leave_runtime(k)
    return err


def _kmsan_ioremap_page_range__one(k: Kernel, addr: int, start: int, clean: int, prot: int) -> int:
    """Map new metadata of one page; on failure the ``clean`` pages from ``start`` on lose theirs.

    Differs: a part of kmsan_ioremap_page_range.
    """
    gfp_mask = GFP_KERNEL | __GFP_ZERO
    taken = [alloc_pages(k, gfp_mask, 1), alloc_pages(k, gfp_mask, 1)]
    err = 0 if all(taken) else -ENOMEM
    mapped = 0
    for i, kind in enumerate(BOTH):
        found = taken[i]
        if err or found is None:
            break
        err = map_one(k, kmsan_get_metadata(k, addr, kind), found, prot)
        if not err:
            taken[i], mapped = None, mapped + 1
    if err and mapped:
        unmap_metadata(k, addr, k.PAGE_SIZE, KMSAN_META_SHADOW)
    if err and clean:
        for left in taken:
            if left is not None:
                __free_pages(k, left, 1)
        for kind in BOTH:
            unmap_metadata(k, start, clean << k.PAGE_SHIFT, kind)
    return err


def map_one(k: Kernel, addr: int, page: page, prot: int) -> int:
    """Map one page to ``addr``."""
    slot = WordArray(k.mem, state_of(k).slot.addr)
    slot[0] = page.addr
    mapper = vmap_pages.__vmap_pages_range_noflush  # noqa: SLF001 - the kernel's own name
    return mapper(k, addr, addr + k.PAGE_SIZE, prot, slot.addr, k.PAGE_SHIFT)


def unmap_metadata(k: Kernel, start: int, size: int, is_origin: bool) -> None:
    """Unmap one kind of metadata of the ``size`` bytes from ``start`` on."""
    first = kmsan_get_metadata(k, start, is_origin)
    vunmap.__vunmap_range_noflush(k, first, first + size)  # noqa: SLF001 - the kernel's own name


@kernel_function
def kmsan_iounmap_page_range(k: Kernel, start: int, end: int) -> None:
    """Unmap the metadata of a device.

    Its pages are asked for by the address of the metadata, which is no vmalloc address, so none is found
    and none is given back.  mm/kmsan/hooks.c:kmsan_iounmap_page_range, v6.12.
    """
    if not state_of(k).enabled or state_of(k).in_runtime:
        return
    kmsan_enter_runtime(k)
    for addr in range(start, end, k.PAGE_SIZE):
        found = [kmsan_vmalloc_to_page_or_null(k, kmsan_get_metadata(k, addr, kind)) for kind in BOTH]
        for kind in BOTH:
            unmap_metadata(k, addr, end - addr, kind)
        for left in found:
            if left is not None:
                __free_pages(k, left, 1)
    flush_metadata(k, start, end)
    kmsan_leave_runtime(k)


def kmsan_vmalloc_to_page_or_null(k: Kernel, vaddr: int) -> page | None:
    """Return the page behind a vmalloc or module address; None for any other one."""
    if not vmalloc_meta(k, vaddr, KMSAN_META_SHADOW):
        return None
    return vmalloc_to_page(k, vaddr)
