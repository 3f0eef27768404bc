"""Which pieces of memory were written, and ranges of many lengths at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.scope import PIECE

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
#: So many rows are looked at one by one; of more, whole pieces of memory are marked.
FEW = 1_000
#: The pieces that so many rows wrote are sorted; those of more are flagged.
SORTED = 1_000
#: Rows whose pieces of memory are noted together.
BLOCK = 1 << 14


def flagged(pieces: Ints) -> Flags:
    """A flag for every piece of memory up to the one behind the last of these, to look others up in."""
    flags = np.zeros(int(pieces.max()) + 2 if len(pieces) else 1, np.bool_)
    flags[pieces] = True
    return flags


def among(pieces: Ints, flags: Flags) -> Flags:
    """Which of some pieces are flagged."""
    return flags.take(np.minimum(pieces, len(flags) - 1))


def stretches(first: Ints, count: Ints) -> Ints:
    """The numbers from each first one on, so many of each."""
    ends = count.cumsum()
    found: Ints = (first - ends + count).repeat(count)
    found += np.arange(len(found))
    return found


def written_pages(rows: Any, before: int, after: int) -> Ints:
    """Pieces of memory that the rows between two positions wrote, sorted."""
    low, high = min(before, after), max(before, after)
    pages = rows.word[low:high] >> PIECE - 3
    if len(pages) < SORTED:
        return np.array(sorted({*pages.tolist()} - {0}), np.int64)
    found = flagged(pages).nonzero()[0]
    return found[1:] if len(found) and found[0] == 0 else found


class Written:
    """Which pieces of memory rows wrote that are asked for again and again; `forget` when rows are others."""

    def __init__(self, rows: Any, words: int) -> None:
        self.rows, self._count = rows, (words << 3 >> PIECE) + 2
        self._blocks: list[Ints] = []

    def forget(self, since: int) -> None:
        """Forget what rows from one on wrote."""
        del self._blocks[max(since, 0) // BLOCK :]

    def flags(self, before: int, after: int) -> Flags:
        """A flag for every piece of memory, and none for the one behind: those the rows in between wrote."""
        low, high = min(before, after), max(before, after)
        first, end = -(-low // BLOCK), high // BLOCK
        for block in range(len(self._blocks), end):
            self._blocks.append(written_pages(self.rows, block * BLOCK, (block + 1) * BLOCK))
        flags = np.zeros(self._count, np.bool_)
        ends = ((low, high),) if end <= first else ((low, first * BLOCK), (end * BLOCK, high))
        for begin, behind in ends:
            flags[self.rows.word[begin:behind] >> PIECE - 3] = True
        if first < end:
            flags[np.concatenate(self._blocks[first:end])] = True
        flags[0] = False
        return flags


def written_words(rows: Any, before: int, after: int) -> NDArray[np.uint32] | None:
    """Words that the rows between two positions wrote; None when they are so many that all may be meant."""
    low, high = min(before, after), max(before, after)
    words: NDArray[np.uint32] = rows.word[low:high]
    return words if high - low < FEW else None
