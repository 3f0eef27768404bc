"""Single bytes in a memory of words, for what is kept a byte each: shadows, dumps of memory.

Differs: a word that already holds what is to be written is not stored, as every store is a step to look at.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.words import WORD, transparent


def load_byte(k: Kernel, at: int) -> int:
    """Return the byte at ``at`` in memory."""
    word: int = k.mem.load(at & -WORD)
    return word >> 8 * (at % WORD) & 0xFF


def load_row(k: Kernel, at: int, nbytes: int) -> bytes:
    """Return ``nbytes`` from ``at`` on in memory."""
    if k.mem.is_zero(at & -WORD, nbytes + 2 * WORD & -WORD):
        return bytes(nbytes)
    first = at & -WORD
    words = (k.mem.load(word).to_bytes(WORD, "little") for word in range(first, at + nbytes, WORD))
    return b"".join(words)[at - first : at - first + nbytes]


@transparent
def fill_bytes(k: Kernel, at: int, byte: int, nbytes: int) -> None:
    """Set the ``nbytes`` from ``at`` on in memory to ``byte``."""
    load, store = k.mem.load, k.mem.store
    pattern, end = byte * 0x0101010101010101, at + nbytes
    first, last = -(-at // WORD) * WORD, end & -WORD  # the words that are filled whole
    if not byte and k.mem.is_zero(at & -WORD, (end + WORD - 1 & -WORD) - (at & -WORD)):
        return
    if first > last:
        _fill_part(k, at, end, pattern)
        return
    _fill_part(k, at, first, pattern)
    for word in range(first, last, WORD):
        if load(word) != pattern:
            store(word, pattern)
    _fill_part(k, last, end, pattern)


@transparent
def _fill_part(k: Kernel, at: int, end: int, pattern: int) -> None:
    """Set the bytes [at, end) of one word as ``pattern`` has them."""
    if at == end:
        return
    word = at & -WORD
    mask = (1 << 8 * (end - word)) - (1 << 8 * (at - word))
    old = k.mem.load(word)
    value = old & ~mask | pattern & mask
    if value != old:
        k.mem.store(word, value)
