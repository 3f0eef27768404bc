"""Shadow memory of KASAN: a byte for each granule of 8 bytes (mm/kasan/shadow.c, v6.12).

0 says that all 8 bytes may be used, 1 to 7 that only the first so many may, and anything above that none
may, and why.  Shadow is pages, mapped at a fixed distance.  For vmalloc addresses they come with the areas
and go with the purge.
"""

from __future__ import annotations

from typing import NamedTuple

from vmgui.engine.arch.entries import pfn_pte, pte_none, pte_pfn
from vmgui.engine.arch.hooks import flush_cache_vmap
from vmgui.engine.errno import ENOMEM
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN, ALIGN_DOWN
from vmgui.engine.lib.bytewise import fill_bytes, load_byte
from vmgui.engine.lib.printk import WARN_ON
from vmgui.engine.mm.memory import apply_to_existing_page_range, apply_to_page_range
from vmgui.engine.mm.metadata import mapped_at, set_metadata
from vmgui.engine.mm.page import page_address, page_to_pfn, pfn_to_page
from vmgui.engine.mm.page_alloc import __free_page, __free_pages, alloc_pages_bulk_array, get_zeroed_page
from vmgui.engine.mm.pgtable import ptep_get, ptep_get_and_clear, set_pte_at
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_or_module_addr
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, WORD, WordArray

KASAN_SHADOW_SCALE_SHIFT = 3
KASAN_GRANULE_SIZE = 1 << KASAN_SHADOW_SCALE_SHIFT
KASAN_GRANULE_MASK = KASAN_GRANULE_SIZE - 1
KASAN_VMALLOC_INVALID = 0xF8  # nobody asked for these bytes, or they were given back

KASAN_VMALLOC_PAGE_RANGE, KASAN_VMALLOC_TLB_FLUSH = 0x1, 0x2

#: CONFIG_KASAN_SHADOW_OFFSET, by architecture and, where it depends on them, address bits.
SHADOW_OFFSETS: dict[str, dict[int, int]] = {
    "x86_64": {48: 0xDFFFFC0000000000, 57: 0xDFFFFC0000000000},
    "arm64": {
        36: 0xDFFFFFF800000000, 39: 0xDFFFFFC000000000, 42: 0xDFFFFE0000000000, 47: 0xDFFFC00000000000,
        48: 0xDFFF800000000000, 52: 0xDFFF800000000000,
    },
    "riscv64": {bits: 0xDFFFFFFF00000000 for bits in (39, 48, 57)},
}  # fmt: skip
ARM64_16K_52_BITS = 0xDFFFC00000000000
#: Differs: more bytes of shadow for one area are refused as if memory was out, as every word is a step.
MOST_SHADOW = 1 << 24


def kasan_shadow_offset(k: Kernel) -> int:
    """Return what is added to an eighth of an address (CONFIG_KASAN_SHADOW_OFFSET)."""
    machine = k.machine
    if machine.arch == "arm64" and machine.va_bits == 52 and k.PAGE_SIZE == 1 << 14:
        return ARM64_16K_52_BITS
    return SHADOW_OFFSETS[machine.arch][machine.va_bits]


def kasan_mem_to_shadow(k: Kernel, addr: int) -> int:
    """Return the address of the shadow byte of ``addr``.  include/linux/kasan.h, v6.12."""
    return (addr >> KASAN_SHADOW_SCALE_SHIFT) + kasan_shadow_offset(k) & MASK64


def shadow_byte(k: Kernel, addr: int) -> int | None:
    """Return the shadow byte of ``addr``; None where no shadow is mapped."""
    at = mapped_at(k, kasan_mem_to_shadow(k, addr))
    return None if at is None else load_byte(k, at)


# --- what may be used ------------------------------------------------------------------------------


@kernel_function
def kasan_poison(k: Kernel, addr: int, size: int, value: int) -> None:
    """Give all granules of [addr, addr + size) the shadow ``value``.  mm/kasan/shadow.c:kasan_poison, v6.12.

    Differs: nothing is initialised on the way.
    """
    if WARN_ON(k, addr & KASAN_GRANULE_MASK, "mm/kasan/shadow.c:137 kasan_poison"):
        return
    if WARN_ON(k, size & KASAN_GRANULE_MASK, "mm/kasan/shadow.c:139 kasan_poison"):
        return
    shadow_start = kasan_mem_to_shadow(k, addr)
    shadow_end = kasan_mem_to_shadow(k, addr + size)
    set_metadata(k, shadow_start, value, shadow_end - shadow_start)


@kernel_function
def kasan_poison_last_granule(k: Kernel, addr: int, size: int) -> None:
    """Note how many bytes of the last granule belong to the ``size`` bytes from ``addr`` on.

    mm/kasan/shadow.c:kasan_poison_last_granule, v6.12.
    """
    if size & KASAN_GRANULE_MASK:
        set_metadata(k, kasan_mem_to_shadow(k, addr + size), size & KASAN_GRANULE_MASK, 1)


@kernel_function
def kasan_unpoison(k: Kernel, addr: int, size: int) -> None:
    """Allow the ``size`` bytes from ``addr`` on, a multiple of 8.  mm/kasan/shadow.c, v6.12."""
    if WARN_ON(k, addr & KASAN_GRANULE_MASK, "mm/kasan/shadow.c:172 kasan_unpoison"):
        return
    kasan_poison(k, addr, ALIGN(size, KASAN_GRANULE_SIZE), 0)
    kasan_poison_last_granule(k, addr, size)


@kernel_function
def __kasan_unpoison_vmalloc(k: Kernel, start: int, size: int, flags: int) -> int:
    """Allow the ``size`` bytes that somebody asked for; returns ``start``, as this mode has no tags.

    mm/kasan/shadow.c:__kasan_unpoison_vmalloc, v6.12.
    """
    if not is_vmalloc_or_module_addr(k, start):
        return start
    kasan_unpoison(k, start, size)
    return start


@kernel_function
def __kasan_poison_vmalloc(k: Kernel, start: int, size: int) -> None:
    """Forbid the ``size`` bytes of an area that is being freed.

    mm/kasan/shadow.c:__kasan_poison_vmalloc, v6.12.
    """
    if not is_vmalloc_or_module_addr(k, start):
        return
    kasan_poison(k, start, ALIGN(size, KASAN_GRANULE_SIZE), KASAN_VMALLOC_INVALID)


@kernel_function
def __kasan_vrealloc(k: Kernel, addr: int, old_size: int, new_size: int) -> None:
    """Move the end of what may be used from ``old_size`` to ``new_size`` bytes behind ``addr``.

    mm/kasan/common.c:__kasan_vrealloc, v6.12.
    """
    if new_size < old_size:
        kasan_poison_last_granule(k, addr, new_size)
        new_size = ALIGN(new_size, KASAN_GRANULE_SIZE)
        old_size = ALIGN(old_size, KASAN_GRANULE_SIZE)
        if new_size < old_size:
            __kasan_poison_vmalloc(k, addr + new_size, old_size - new_size)
    elif new_size > old_size:
        old_size = ALIGN_DOWN(old_size, KASAN_GRANULE_SIZE)
        __kasan_unpoison_vmalloc(k, addr + old_size, new_size - old_size, 0)


# --- pages for the shadow --------------------------------------------------------------------------


class vmalloc_populate_data(NamedTuple):
    """What `kasan_populate_vmalloc_pte` is told: the first address, and pages to take from."""

    start: int
    pages: WordArray


def kasan_populate_vmalloc_pte(k: Kernel, ptep: int, addr: int, data: vmalloc_populate_data) -> int:
    """Map one page of shadow that forbids everything, unless a neighbour has brought it already: 0."""
    if not pte_none(k, ptep_get(k, ptep)):
        return 0
    index = (addr - data.start) >> k.PAGE_SHIFT
    taken = page(k.mem, data.pages[index])
    fill_bytes(k, page_address(k, taken), KASAN_VMALLOC_INVALID, k.PAGE_SIZE)
    set_pte_at(k, addr, ptep, pfn_pte(k, page_to_pfn(k, taken), k.PAGE_KERNEL))
    data.pages[index] = 0
    return 0


def ___free_pages_bulk(k: Kernel, pages: WordArray, nr_pages: int) -> None:
    """Give back the pages that nobody took."""
    for i in range(nr_pages):
        if pages[i]:
            __free_pages(k, page(k.mem, pages[i]), 0)
            pages[i] = 0


def ___alloc_pages_bulk(k: Kernel, pages: WordArray, nr_pages: int, gfp_mask: int) -> int:
    """Fill ``nr_pages`` slots with pages: 0, or -ENOMEM and none of them."""
    done = 0
    while done < nr_pages:
        nr_populated = alloc_pages_bulk_array(k, gfp_mask, nr_pages - done, pages.addr + WORD * done)
        if not nr_populated:
            ___free_pages_bulk(k, pages, done)
            return -ENOMEM
        done += nr_populated
    return 0


@kernel_function
def __kasan_populate_vmalloc(k: Kernel, start: int, end: int, gfp_mask: int) -> int:
    """Map shadow pages to [start, end) where there are none, as many at a time as a page has pointers.

    0, or -ENOMEM; what was mapped until then stays.  mm/kasan/shadow.c:__kasan_populate_vmalloc, v6.12.
    Differs: table pages are always had with GFP_KERNEL, as nothing here depends on the difference.
    """
    nr_total = (end - start) >> k.PAGE_SHIFT
    if end - start > MOST_SHADOW:
        return -ENOMEM
    list_page = get_zeroed_page(k, gfp_mask)
    if list_page is None:
        return -ENOMEM
    pages = WordArray(k.mem, page_address(k, list_page))
    ret = 0
    while nr_total:
        nr_pages = min(nr_total, k.PAGE_SIZE // WORD)
        ret = ___alloc_pages_bulk(k, pages, nr_pages, gfp_mask)
        if ret:
            break
        data = vmalloc_populate_data(start, pages)
        ret = apply_to_page_range(k, start, nr_pages << k.PAGE_SHIFT, kasan_populate_vmalloc_pte, data)
        ___free_pages_bulk(k, pages, nr_pages)
        if ret:
            break
        start += nr_pages << k.PAGE_SHIFT
        nr_total -= nr_pages
    __free_page(k, list_page)
    return ret


@kernel_function
def kasan_populate_vmalloc(k: Kernel, addr: int, size: int, gfp_mask: int) -> int:
    """Back the shadow of [addr, addr + size) with pages: 0, or -ENOMEM.

    A shadow page covers eight pages of addresses, so areas share those at their ends.
    mm/kasan/shadow.c:kasan_populate_vmalloc, v6.12.
    """
    if not is_vmalloc_or_module_addr(k, addr):
        return 0
    shadow_start = ALIGN_DOWN(kasan_mem_to_shadow(k, addr), k.PAGE_SIZE)
    shadow_end = ALIGN(kasan_mem_to_shadow(k, addr + size), k.PAGE_SIZE)
    ret = __kasan_populate_vmalloc(k, shadow_start, shadow_end, gfp_mask)
    if ret:
        return ret
    flush_cache_vmap(k, shadow_start, shadow_end)
    return 0


def kasan_depopulate_vmalloc_pte(k: Kernel, ptep: int, addr: int, unused: None) -> int:
    """Unmap one page of shadow and give it back: 0."""
    if pte_none(k, ptep_get(k, ptep)):
        return 0
    pte = ptep_get_and_clear(k, addr, ptep)
    __free_page(k, pfn_to_page(k, pte_pfn(k, pte)))
    return 0


@kernel_function
def kasan_release_vmalloc(
    k: Kernel, start: int, end: int, free_region_start: int, free_region_end: int, flags: int
) -> None:
    """Give back the shadow of [start, end), part of the free region [free_region_start, free_region_end).

    A shadow page that also covers addresses outside stays, unless all it covers is in the free region.
    mm/kasan/shadow.c:kasan_release_vmalloc, v6.12.
    """
    per_page = KASAN_GRANULE_SIZE << k.PAGE_SHIFT  # bytes that a page of shadow speaks of
    region_start = ALIGN(start, per_page)
    region_end = ALIGN_DOWN(end, per_page)
    free_region_start = ALIGN(free_region_start, per_page)
    if start != region_start and free_region_start < region_start:
        region_start -= per_page
    free_region_end = ALIGN_DOWN(free_region_end, per_page)
    if end != region_end and free_region_end > region_end:
        region_end += per_page
    shadow_start = kasan_mem_to_shadow(k, region_start)
    shadow_end = kasan_mem_to_shadow(k, region_end)
    if shadow_end <= shadow_start:
        return
    if flags & KASAN_VMALLOC_PAGE_RANGE:
        size = shadow_end - shadow_start
        apply_to_existing_page_range(k, shadow_start, size, kasan_depopulate_vmalloc_pte, None)
    if flags & KASAN_VMALLOC_TLB_FLUSH:
        flush_tlb_kernel_range(k, shadow_start, shadow_end)
