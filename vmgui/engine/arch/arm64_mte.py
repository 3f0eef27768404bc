"""Memory tags: what arm64 keeps about every 16 bytes of RAM (arch/arm64/include/asm/mte-kasan.h, v6.12).

A tag has 4 bits.  They are in memory of their own that has no address for programs: 16 tags a word.  Where a
page is mapped as Tagged, the processor compares them with bits 56 to 59 of the address at every access.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.arch.arm64 import MT_NORMAL_TAGGED, PTE_ATTRINDX, PTE_ATTRINDX_MASK
from vmgui.engine.arch.entries import pte_pfn
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.random import get_random_u32_below
from vmgui.engine.mm.kasan.tags import KASAN_TAG_MAX, KASAN_TAG_MIN, get_tag
from vmgui.engine.mm.metadata import mapped_at, pieces_at
from vmgui.engine.mm.page import clear_words
from vmgui.engine.mm.tlb import tlb_lookup
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, transparent

MTE_GRANULE_SIZE = 16
TAGS_PER_WORD = 16
ANY = 0xF  # the tag of a pointer that fits all memory
ALWAYS_SET = 0xF0  # the upper half of a tag, where the kernel shows one


def hw_get_random_tag(k: Kernel) -> int:
    """Return a tag that is neither that of all pointers nor that of free memory."""
    return KASAN_TAG_MIN + get_random_u32_below(k, KASAN_TAG_MAX - KASAN_TAG_MIN + 1)


def tag_at(k: Kernel, at: int) -> int:
    """Return the tag of the 16 bytes around ``at`` in RAM."""
    word, i = divmod(at // MTE_GRANULE_SIZE, TAGS_PER_WORD)
    tags: int = k.mem.load(k.mte_tags + word * WORD)
    return ALWAYS_SET | tags >> 4 * i & 0xF


def hw_get_mem_tag(k: Kernel, addr: int) -> int | None:
    """Return the tag of the memory at kernel address ``addr``; None if nothing is there for this CPU."""
    entry = tlb_lookup(k, k.current_cpu, addr)
    if entry is None:
        at = mapped_at(k, addr)
    else:  # maybe something that is mapped no more
        first = pte_pfn(k, entry.leaf) << k.PAGE_SHIFT >> entry.shift << entry.shift
        at = first + addr % (1 << entry.shift)
    return None if at is None or at >= k.addr else tag_at(k, at)


@kernel_function
def hw_set_mem_tag_range(k: Kernel, addr: int, size: int, tag: int, init: bool) -> None:
    """Give ``size`` bytes from ``addr`` on, a multiple of 16, the tag ``tag``; with ``init`` zeros, too."""
    for at, length in pieces_at(k, addr, size):
        set_tags(k, at, length, tag)
        if init:
            clear_words(k, at, length)


@transparent
def set_tags(k: Kernel, at: int, nbytes: int, tag: int) -> None:
    """Set the tags of the ``nbytes`` from ``at`` on in RAM.

    Differs: a word that already holds what is to be written is not stored, as every store is a step.
    """
    first, end = at // MTE_GRANULE_SIZE, (at + nbytes) // MTE_GRANULE_SIZE
    pattern = (tag & 0xF) * 0x1111111111111111
    while first < end:
        word, i = divmod(first, TAGS_PER_WORD)
        count = min(TAGS_PER_WORD - i, end - first)
        mask = (1 << 4 * count) - 1 << 4 * i
        old = k.mem.load(k.mte_tags + word * WORD)
        value = old & ~mask | pattern & mask
        if value != old:
            k.mem.store(k.mte_tags + word * WORD, value)
        first += count


def first_mismatch(k: Kernel, addr: int, at: int, nbytes: int, leaf: int) -> int | None:
    """Return the first of the bytes from ``addr`` on that pointer and memory disagree about; None if none.

    The bytes lie in one page, at ``at`` in RAM, which ``leaf`` maps.
    """
    if leaf & PTE_ATTRINDX_MASK != PTE_ATTRINDX(MT_NORMAL_TAGGED) or get_tag(addr) & 0xF == ANY:
        return None
    for offset in granules(addr, nbytes):
        if tag_at(k, at + offset) & 0xF != get_tag(addr) & 0xF:
            return addr + offset
    return None


def granules(addr: int, nbytes: int) -> Iterator[int]:
    """Yield how far from ``addr`` on each granule of a range begins, or the range itself."""
    yield 0
    yield from range(-addr % MTE_GRANULE_SIZE or MTE_GRANULE_SIZE, nbytes, MTE_GRANULE_SIZE)
