"""Many areas in few pixels: how much of each pixel's range is covered, and by which kind of area."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.address_map import Block
from vmgui.projection.levels import LEVELS

Ints: TypeAlias = NDArray[np.int64]
# What a pixel can be: free, lazily freed, then the leaf levels.
FREE, LAZY, FIRST_LEVEL = 0, 1, 2


def kind_of(block: Block) -> int:
    """The kind of a block as a number; a block without leaves counts as small pages."""
    if block.kind == "lazy":
        return LAZY
    return FIRST_LEVEL + LEVELS.index(block.level or "pte")


class Density:
    """Prefix sums over sorted, disjoint blocks; the cost of a picture does not depend on their number.

    Page numbers are int64: exact on every machine, where floats and unsigned numbers would not mix well.
    """

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.first: Ints = np.array([b.first for b in blocks], dtype=np.int64)
        self.end: Ints = np.array([b.end for b in blocks], dtype=np.int64)
        self.kind: Ints = np.array([kind_of(b) for b in blocks], dtype=np.int64)
        self.blocks = blocks
        self._sum_up()

    def _sum_up(self) -> None:
        size = self.end - self.first
        self._kinds = sorted(set(self.kind.tolist()))
        self._sums = [
            np.concatenate(([0], np.cumsum(np.where(self.kind == k, size, 0)))) for k in self._kinds
        ]

    def renewed(self, blocks: tuple[Block, ...]) -> Density:
        """The same for other blocks; what is as before is not worked out again."""
        if len(blocks) != len(self.blocks) or len(blocks) < 2:
            return Density(blocks)
        pairs = enumerate(zip(self.blocks, blocks, strict=True))
        changed = [i for i, (before, now) in pairs if before is not now]
        moved = any(
            (self.blocks[i].first, self.blocks[i].end) != (blocks[i].first, blocks[i].end) for i in changed
        )
        if moved:
            return Density(blocks)
        self.blocks = blocks
        for i in changed:
            self.kind[i] = kind_of(blocks[i])
        self._sum_up()
        return self

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
