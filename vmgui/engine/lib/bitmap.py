"""Bitmaps: rows of bits in words, bit 0 first (lib/bitmap.c and include/linux/bitmap.h, v6.12).

``start``, ``len`` and ``nbits`` count bits.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.words import WordArray, transparent

BITS_PER_LONG = 64


@transparent
def bitmap_zero(map: WordArray, nbits: int) -> None:
    """Clear the first ``nbits`` bits."""
    for word in range(-(-nbits // BITS_PER_LONG)):
        map[word] = 0


@transparent
def bitmap_set(map: WordArray, start: int, len: int) -> None:
    """Set the bits [start, start + len)."""
    for word, bits in _words(start, len):
        map[word] = map[word] | bits


@transparent
def bitmap_clear(map: WordArray, start: int, len: int) -> None:
    """Clear the bits [start, start + len)."""
    for word, bits in _words(start, len):
        map[word] = map[word] & ~bits


def _words(start: int, len: int) -> Iterator[tuple[int, int]]:
    """Yield each word that [start, start + len) touches, with those of its bits that lie inside."""
    end = start + len
    while start < end:
        word, bit = divmod(start, BITS_PER_LONG)
        count = min(BITS_PER_LONG - bit, end - start)
        yield word, ((1 << count) - 1) << bit
        start += count


def test_bit(nr: int, addr: WordArray) -> bool:
    """Tell whether bit ``nr`` is set."""
    return bool(addr[nr // BITS_PER_LONG] >> nr % BITS_PER_LONG & 1)


def bitmap_value(src: WordArray, nbits: int) -> int:
    """Return the first ``nbits`` bits as one number, bit 0 the lowest.

    Differs: the kernel has no such function; here it is the plainest way to look at a whole map.
    """
    words = (src[word] << word * BITS_PER_LONG for word in range(-(-nbits // BITS_PER_LONG)))
    return sum(words) & (1 << nbits) - 1


def bitmap_weight(src: WordArray, nbits: int) -> int:
    """Count the set bits among the first ``nbits``."""
    return bitmap_value(src, nbits).bit_count()


def for_each_set_bitrange(addr: WordArray, nbits: int) -> Iterator[tuple[int, int]]:
    """Yield the runs [first, end) of set bits, lowest first; ``end`` is exclusive."""
    rest, at = bitmap_value(addr, nbits), 0
    while rest:
        gap = (rest & -rest).bit_length() - 1
        rest >>= gap
        run = (~rest & rest + 1).bit_length() - 1
        rest >>= run
        yield at + gap, at + gap + run
        at += gap + run
