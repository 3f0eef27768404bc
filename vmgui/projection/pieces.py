"""Which pieces of memory each of many things was read from, as columns; ranges of many lengths at once."""

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


class Pieces:
    """Pairs of a thing, by its number, and a piece of memory that it was read from."""

    def __init__(self, thing: Ints | None = None, piece: Ints | None = None) -> None:
        self.thing = thing if thing is not None else np.zeros(0, np.int64)
        self.piece = piece if piece is not None else np.zeros(0, np.int64)

    @classmethod
    def of(cls, thing: Ints, start: Ints, nbytes: Ints) -> Pieces:
        """The pieces that things with these addresses and lengths lie in."""
        first = start >> PIECE
        count = (start + nbytes - 1 >> PIECE) - first + 1
        return cls(thing.repeat(count), stretches(first, count))

    def from_any(self, written: Flags) -> Ints:
        """The numbers of the things that were read from a flagged piece, some more than once."""
        return self.thing[among(self.piece, written)]

    def renumbered(self, number: Ints) -> Pieces:
        """The pairs of the things that have a number, not -1, among others."""
        thing = number[self.thing]
        there = thing >= 0
        return Pieces(thing[there], self.piece[there])

    def joined(self, *others: Pieces) -> Pieces:
        """These pairs and others."""
        both = (self, *others)
        things, pieces = [each.thing for each in both], [each.piece for each in both]
        return Pieces(np.concatenate(things), np.concatenate(pieces))


def flagged(pieces: Ints) -> Flags:
    """A flag for every piece of memory up to the one behind the last of these, to look others up in."""
    flags = np.zeros(int(pieces.max()) + 2 if len(pieces) else 1, np.bool_)
    flags[pieces] = True
    return flags


def among(pieces: Ints, flags: Flags) -> Flags:
    """Which of some pieces are flagged."""
    return flags.take(pieces, mode="clip")


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
    """`written_pages` of rows that are asked for again and again; `forget` when rows are others."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        self._blocks: list[Ints] = []

    def forget(self, since: int) -> None:
        """Forget what rows from one on wrote."""
        del self._blocks[max(since, 0) // BLOCK :]

    def pages(self, before: int, after: int) -> Ints:
        """Pieces of memory that the rows between two positions wrote, sorted."""
        low, high = min(before, after), max(before, after)
        first, end = -(-low // BLOCK), high // BLOCK
        if end <= first:
            return written_pages(self.rows, low, high)
        for block in range(len(self._blocks), end):
            self._blocks.append(written_pages(self.rows, block * BLOCK, (block + 1) * BLOCK))
        ends = written_pages(self.rows, low, first * BLOCK), written_pages(self.rows, end * BLOCK, high)
        found: Ints = flagged(np.concatenate((*ends, *self._blocks[first:end]))).nonzero()[0]
        return found


def written_words(rows: Any, before: int, after: int) -> NDArray[np.uint32] | None:
    """Words that the rows between two positions wrote; None when they are so many that all may be meant."""
    low, high = min(before, after), max(before, after)
    words: NDArray[np.uint32] = rows.word[low:high]
    return words if high - low < FEW else None
