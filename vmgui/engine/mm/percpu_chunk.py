"""Chunks of per-CPU memory and their maps: what is taken, and which pages are there (mm/percpu.c, v6.12).

Sizes and offsets are bytes, in one unit; pages are numbered within a unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vmgui.engine.gfp import __GFP_ZERO
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bitmap import bitmap_clear, bitmap_set, bitmap_value, test_bit
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.list import INIT_LIST_HEAD
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.percpu_setup import (
    PCPU_MIN_ALLOC_SHIFT,
    PCPU_MIN_ALLOC_SIZE,
    chunk_map_sizes,
    pcpu_build_alloc_info,
)
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vfree import kvfree
from vmgui.engine.mm.vmalloc import __vmalloc
from vmgui.engine.structs import list_head
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Struct, WordArray, array, embedded, ulong

MOST_UNIT_PAGES = 512


class pcpu_chunk(Struct):
    """One chunk; ``alloc_map`` has a bit for every 4 bytes, ``bound_map`` one where something begins.

    The maps lie in vmalloc memory of their own when they need more than a page.
    """

    list = embedded[list_head]("list_head")
    free_bytes = ulong()
    bound_map = ulong()
    base_addr = ulong()  # address of unit 0
    alloc_map = ulong()
    md_blocks = ulong()
    data = ulong()  # what pcpu_get_vm_areas() returned
    immutable = ulong()  # 1: pages neither come nor go, as in the first chunk
    isolated = ulong()  # 1: nothing may be taken from it for now
    obj_exts = ulong()
    nr_pages = ulong()
    nr_populated = ulong()
    nr_empty_pop_pages = ulong()
    populated = array(MOST_UNIT_PAGES // 64)


def pcpu_mem_zalloc(k: Kernel, size: int, gfp: int) -> int:
    """Take zeroed memory for a chunk's own needs; 0 without memory.  mm/percpu.c, v6.12."""
    if size <= k.PAGE_SIZE:
        return kzalloc(k, size, gfp)
    return __vmalloc(k, size, gfp | __GFP_ZERO)


def pcpu_chunk_map_bits(k: Kernel, chunk: pcpu_chunk) -> int:
    """Return the bits of the maps of a chunk."""
    return chunk.nr_pages * k.PAGE_SIZE // PCPU_MIN_ALLOC_SIZE


@kernel_function
def pcpu_alloc_chunk(k: Kernel, gfp: int) -> pcpu_chunk | None:
    """Make the description of an empty chunk; None without memory.  mm/percpu.c:pcpu_alloc_chunk, v6.12."""
    info = pcpu_build_alloc_info(k.machine)
    addr = pcpu_mem_zalloc(k, pcpu_chunk.size, gfp)
    if not addr:
        return None
    chunk = pcpu_chunk(k.mem, addr)
    INIT_LIST_HEAD(chunk.list)
    chunk.nr_pages = info.unit_size >> k.PAGE_SHIFT
    for name, size in zip(MAPS, chunk_map_sizes(info), strict=True):
        taken = pcpu_mem_zalloc(k, size, gfp)
        setattr(chunk, name, taken)
        if not taken:
            pcpu_free_chunk(k, chunk)
            return None
    chunk.free_bytes = info.unit_size
    return chunk


MAPS = ("alloc_map", "bound_map", "md_blocks", "obj_exts")


@kernel_function
def pcpu_free_chunk(k: Kernel, chunk: pcpu_chunk) -> None:
    """Free the description of a chunk.  mm/percpu.c:pcpu_free_chunk, v6.12."""
    for name in reversed(MAPS):
        kvfree(k, getattr(chunk, name))
    kvfree(k, chunk.addr)


def pcpu_chunk_addr(k: Kernel, chunk: pcpu_chunk, cpu: int, page_idx: int) -> int:
    """Return the address of a page of the unit of ``cpu``."""
    info = pcpu_build_alloc_info(k.machine)
    return chunk.base_addr + info.unit_offset(cpu) + (page_idx << k.PAGE_SHIFT)


def clear_ranges(chunk: pcpu_chunk, start: int, end: int) -> list[tuple[int, int]]:
    """Return the runs of pages in [start, end) that are not there."""
    ranges: list[tuple[int, int]] = []
    for page in range(start, end):
        if not test_bit(page, chunk.populated):
            joined = ranges and ranges[-1][1] == page
            ranges[-1:] = [(ranges[-1][0], page + 1)] if joined else [*ranges[-1:], (page, page + 1)]
    return ranges


# --- maps ------------------------------------------------------------------------------------------


def map_pieces(k: Kernel, map: int, start: int, end: int) -> Iterator[tuple[int, int, WordArray, int]]:
    """Yield the parts of the bits [start, end) of a map that lie in one page of memory.

    Each is first and last bit (exclusive), the words of the map in that page, and the number of bit 0 there.
    """
    while start < end:
        addr = map + start // 8
        inside = addr % k.PAGE_SIZE
        base = start - start % 8 - 8 * inside
        last = min(end, base + 8 * k.PAGE_SIZE)
        yield start, last, WordArray(k.mem, kernel_bytes(k, addr - inside)), base
        start = last


def map_value(k: Kernel, map: int, bits: int) -> int:
    """Return a map as one number, bit 0 the lowest."""
    value = 0
    for start, end, words, base in map_pieces(k, map, 0, bits):
        value |= bitmap_value(words, end - base) >> start - base << start
    return value


def _change(
    k: Kernel, map: int, start: int, count: int, change: Callable[[WordArray, int, int], None]
) -> None:
    for first, end, words, base in map_pieces(k, map, start, start + count):
        change(words, first - base, end - first)


def is_empty_page(k: Kernel, chunk: pcpu_chunk, page: int) -> bool:
    """Tell whether nothing is taken in page ``page`` of every unit."""
    bits = k.PAGE_SIZE // PCPU_MIN_ALLOC_SIZE
    pieces = map_pieces(k, chunk.alloc_map, page * bits, (page + 1) * bits)
    return not any(bitmap_value(words, end - base) >> start - base for start, end, words, base in pieces)


@kernel_function
def pcpu_alloc_area(k: Kernel, chunk: pcpu_chunk, size: int, align: int) -> int:
    """Take the first hole of ``size`` bytes; returns its offset, or -1.  mm/percpu.c, v6.12.

    Differs: looks at the map itself, so pcpu_find_block_fit() is a part of it.
    """
    bits, bit_align = size >> PCPU_MIN_ALLOC_SHIFT, align >> PCPU_MIN_ALLOC_SHIFT
    if chunk.isolated or chunk.free_bytes < size:
        return -1
    total = pcpu_chunk_map_bits(k, chunk)
    start = find_zero_area(map_value(k, chunk.alloc_map, total), total, bits, bit_align)
    if start < 0:
        return -1
    off = start << PCPU_MIN_ALLOC_SHIFT
    for page in pages_of(k, off, size):
        if is_empty_page(k, chunk, page):
            pcpu_update_empty_pages(k, chunk, -1)
    _change(k, chunk.alloc_map, start, bits, bitmap_set)
    _change(k, chunk.bound_map, start, 1, bitmap_set)
    _change(k, chunk.bound_map, start + bits, 1, bitmap_set)
    chunk.free_bytes = chunk.free_bytes - size
    return off


def find_zero_area(map: int, total: int, nr: int, align: int) -> int:
    """Return the first of ``nr`` clear bits in a row at a multiple of ``align``, or -1."""
    start = 0
    while start + nr <= total:
        taken = map >> start & (1 << nr) - 1
        if not taken:
            return start
        start = ALIGN(start + taken.bit_length(), align)
    return -1


def pages_of(k: Kernel, off: int, size: int) -> range:
    """Return the pages of a unit that [off, off + size) touches."""
    return range(off >> k.PAGE_SHIFT, ALIGN(off + size, k.PAGE_SIZE) >> k.PAGE_SHIFT)


def pcpu_update_empty_pages(k: Kernel, chunk: pcpu_chunk, nr: int) -> None:
    """Count pages that are there although nothing is taken in them."""
    chunk.nr_empty_pop_pages = chunk.nr_empty_pop_pages + nr
    k.pcpu_nr_empty_pop_pages = k.pcpu_nr_empty_pop_pages + nr


@kernel_function
def pcpu_free_area(k: Kernel, chunk: pcpu_chunk, off: int) -> int:
    """Give an area back; returns its bytes.  mm/percpu.c:pcpu_free_area, v6.12."""
    start, total = off >> PCPU_MIN_ALLOC_SHIFT, pcpu_chunk_map_bits(k, chunk)
    behind = map_value(k, chunk.bound_map, total + 1) >> start + 1
    bits = (behind & -behind).bit_length()
    _change(k, chunk.alloc_map, start, bits, bitmap_clear)
    size = bits << PCPU_MIN_ALLOC_SHIFT
    chunk.free_bytes = chunk.free_bytes + size
    for page in pages_of(k, off, size):
        if is_empty_page(k, chunk, page):
            pcpu_update_empty_pages(k, chunk, 1)
    return size


@kernel_function
def pcpu_chunk_populated(k: Kernel, chunk: pcpu_chunk, page_start: int, page_end: int) -> None:
    """Note that the pages [page_start, page_end) are there in every unit.  mm/percpu.c, v6.12."""
    nr = page_end - page_start
    bitmap_set(chunk.populated, page_start, nr)
    chunk.nr_populated = chunk.nr_populated + nr
    pcpu_update_empty_pages(k, chunk, nr)


@kernel_function
def pcpu_chunk_depopulated(k: Kernel, chunk: pcpu_chunk, page_start: int, page_end: int) -> None:
    """Note that the pages [page_start, page_end) are gone from every unit.  mm/percpu.c, v6.12."""
    nr = page_end - page_start
    bitmap_clear(chunk.populated, page_start, nr)
    chunk.nr_populated = chunk.nr_populated - nr
    pcpu_update_empty_pages(k, chunk, -nr)
