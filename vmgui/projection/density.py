"""Many areas in few pixels: how much of each pixel's range is covered, and by which kind of area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.address_map import Block
from vmgui.projection.blocks import KINDS, Blocks
from vmgui.projection.levels import LEVELS

Ints: TypeAlias = NDArray[np.int64]
# What a pixel can be: free, lazily freed, then the leaf levels.
FREE, LAZY, FIRST_LEVEL = 0, 1, 2


def kind_of(block: Block) -> int:
    """The kind of a block as a number; a block without leaves counts as small pages."""
    if block.kind == "lazy":
        return LAZY
    return FIRST_LEVEL + LEVELS.index(block.level or "pte")


def edges(blocks: Sequence[Block]) -> tuple[Ints, Ints]:
    """First pages and ends of blocks."""
    first, end, _kind = _columns(blocks)
    return first, end


def _columns(blocks: Sequence[Block]) -> tuple[Ints, Ints, Ints]:
    """First pages, ends and kinds of blocks."""
    if isinstance(blocks, Blocks):
        level = np.where(blocks.level < 0, LEVELS.index("pte"), blocks.level)
        lazy = blocks.kind == KINDS.index("lazy")
        return blocks.first, blocks.end, np.where(lazy, LAZY, FIRST_LEVEL + level)
    each = [(b.first, b.end, kind_of(b)) for b in blocks]
    columns = np.array(each, dtype=np.int64).reshape(-1, 3).T
    return columns[0], columns[1], columns[2]


class Density:
    """Prefix sums over sorted, disjoint blocks; the cost of a picture does not depend on their number.

    Page numbers are int64: exact on every machine, where floats and unsigned numbers would not mix well.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.first, self.end, self.kind = _columns(blocks)
        self._sum_up()

    def _sum_up(self) -> None:
        size = self.end - self.first
        self._kinds = np.flatnonzero(np.bincount(self.kind)).tolist()
        self._sums = [
            np.concatenate(([0], np.cumsum(np.where(self.kind == k, size, 0)))) for k in self._kinds
        ]

    def renewed(self, blocks: Sequence[Block]) -> Density:
        """The same for other blocks; itself if they lie and look the same."""
        first, end, kind = _columns(blocks)
        pairs = ((first, self.first), (end, self.end), (kind, self.kind))
        return self if all(np.array_equal(*pair) for pair in pairs) else Density(blocks)

    def visible(self, first: float, end: float) -> slice:
        """The blocks that touch the pages [first, end)."""
        low = int(np.searchsorted(self.end, int(first), "right"))
        return slice(low, int(np.searchsorted(self.first, int(-(-end // 1)), "left")))

    def row(self, first: int, end: int, width: int) -> tuple[Ints, NDArray[np.float64]]:
        """For each of `width` pixels over [first, end): the kind that covers most of it, and its share."""
        edges: Ints = first + np.arange(width + 1, dtype=np.int64) * (end - first) // width
        best = np.zeros(width, dtype=np.int64)
        most = np.zeros(width, dtype=np.int64)
        for kind, sums in zip(self._kinds, self._sums, strict=True):
            covered = np.diff(self._covered(edges, kind, sums))
            wins = covered > most
            best[wins], most[wins] = kind, covered[wins]
        return best, most / np.maximum(np.diff(edges), 1)

    def _covered(self, edges: Ints, kind: int, sums: Ints) -> Ints:
        """Pages of a kind below each edge."""
        if not len(self.first):
            return np.zeros_like(edges)
        count = np.searchsorted(self.first, edges, "right")
        last = np.maximum(count - 1, 0)
        beyond = np.maximum(self.end[last] - edges, 0)
        inside = (count > 0) & (self.kind[last] == kind)
        return np.asarray(sums[count] - np.where(inside, beyond, 0), dtype=np.int64)
