"""What RAM is free at boot: all but what the machine and the kernel itself took (mm/mm_init.c)."""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.random import xorshift64
from vmgui.engine.machine import M, Machine, ram_ranges
from vmgui.engine.mm.kmsan.init import kmsan_memblock_free_pages
from vmgui.engine.mm.mmzone import piece_of
from vmgui.engine.mm.page import PG_reserved, pfn_to_page, set_flag
from vmgui.engine.mm.page_alloc import __free_one_page, init_free_lists, set_page_refcounted
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, WORD, transparent

MAX_STOLEN = 4  # pages that others hold in a fragmented block

Range = tuple[int, int]


def reserved_ranges(machine: Machine) -> tuple[Range, Range]:
    """Return the physical byte ranges [start, end) that are never free: the first MiB, the kernel image.

    Firmware keeps data in the first MiB.  The image lies at 16 MiB, that of arm64 at 2 MiB; on a machine of
    less than 128 MiB a smaller one lies right behind the first MiB.
    """
    base = ram_ranges(machine)[0][0]
    if machine.ram < 128 * M:
        return (base, base + M), (base + M, base + M + machine.ram // 8)
    return (base, base + M), (base + (2 if machine.arch == "arm64" else 16) * M, base + 50 * M)


@kernel_function
def mem_init(k: Kernel) -> None:
    """Hand all RAM that nobody owns to the buddy allocator.

    mm/memblock.c:memblock_free_all, v6.12.  Differs: a fragmented machine has lost single pages to
    others by now; which ones follows from its seed.
    """
    init_free_lists(k)
    for start, end in reserved_ranges(k.machine):
        reserve(k, start >> k.PAGE_SHIFT, end >> k.PAGE_SHIFT)
    for start, end in usable_ranges(k.machine):
        free_memory_core(k, start >> k.PAGE_SHIFT, end >> k.PAGE_SHIFT)
    k.totalram_pages = k.totalram_pages + k.nr_free_pages
    for pfn in stolen_pfns(k.machine):
        set_page_refcounted(pfn_to_page(k, pfn))
        k.totalram_pages = k.totalram_pages + 1


def usable_ranges(machine: Machine) -> Iterator[Range]:
    """Yield RAM without the reserved ranges and without the pages that others hold, by address."""
    taken = [*reserved_ranges(machine)]
    taken += [(pfn << machine.page_shift, pfn + 1 << machine.page_shift) for pfn in stolen_pfns(machine)]
    taken.sort()
    for start, end in ram_ranges(machine):
        for first, last in taken:
            if start <= first < end:
                if start < first:
                    yield start, first
                start = last
        if start < end:
            yield start, end


def stolen_pfns(machine: Machine) -> Iterator[int]:
    """Yield the frames that others hold on a fragmented machine, by number, 1 to 4 in a chosen block."""
    state = (machine.seed * 2 + 1) * 0x9E3779B97F4A7C15 & MASK64
    pages = machine.page_size // WORD  # of a block: what a PMD entry can map
    shift = machine.page_shift + pages.bit_length() - 1
    for start, end in ram_ranges(machine):
        for block in range(start >> shift, end >> shift):
            state = xorshift64(state)
            if state % 100 >= machine.fragmentation:
                continue
            count = 1 + (state >> 16) % MAX_STOLEN
            pfns = {block * pages + (state >> 20 + 9 * i) % pages for i in range(count)}
            yield from (pfn for pfn in sorted(pfns) if is_free(machine, pfn))


def is_free(machine: Machine, pfn: int) -> bool:
    """Tell whether frame ``pfn`` lies outside the reserved ranges."""
    return not any(start <= pfn << machine.page_shift < end for start, end in reserved_ranges(machine))


def free_memory_core(k: Kernel, pfn: int, end_pfn: int) -> None:
    """Free the frames [pfn, end_pfn) in blocks as large as alignment, range and zone allow."""
    while pfn < end_pfn:
        order = min(k.MAX_PAGE_ORDER, (pfn & -pfn).bit_length() - 1 if pfn else k.MAX_PAGE_ORDER)
        piece = piece_of(k, pfn)
        while pfn + (1 << order) > (min(end_pfn, piece.end) if piece is not None else end_pfn):
            order -= 1
        if not k.machine.kmsan or kmsan_memblock_free_pages(k, pfn_to_page(k, pfn), order):
            __free_one_page(k, pfn_to_page(k, pfn), pfn, order)
        pfn += 1 << order


@transparent
def reserve(k: Kernel, pfn: int, end_pfn: int) -> None:
    """Mark the frames [pfn, end_pfn) as taken for good."""
    for number in range(pfn, end_pfn):
        page = pfn_to_page(k, number)
        set_flag(page, PG_reserved)
        set_page_refcounted(page)
