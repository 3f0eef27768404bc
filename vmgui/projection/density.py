"""Many areas in few pixels: how much of each pixel's range is covered, and by which kind of area."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.address_map import Block
from vmgui.projection.blocks import LAZY as BLOCK_LAZY
from vmgui.projection.blocks import MAPPED, Blocks
from vmgui.projection.levels import LEVELS

Ints: TypeAlias = NDArray[np.int64]
# What a pixel can be: free, lazily freed, then the leaf levels.
FREE, LAZY, FIRST_LEVEL = 0, 1, 2
#: What a block of a stretch can be besides: device memory without a leaf.
IO = FIRST_LEVEL + len(LEVELS)
PTE = LEVELS.index("pte")


def kind_of(block: Block) -> int:
    """The kind of a block as a number; a block without leaves counts as small pages."""
    if block.kind == "lazy":
        return LAZY
    return FIRST_LEVEL + LEVELS.index(block.level or "pte")


def edges(blocks: Sequence[Block]) -> tuple[Ints, Ints]:
    """First pages and ends of blocks."""
    if isinstance(blocks, Blocks):
        return blocks.first, blocks.end
    each = np.array([(b.first, b.end) for b in blocks], dtype=np.int64).reshape(-1, 2).T
    return each[0], each[1]


def kinds(blocks: Sequence[Block]) -> Ints:
    """What blocks are as numbers."""
    if isinstance(blocks, Blocks):
        level = np.where(blocks.level < 0, PTE, blocks.level)
        return np.where(blocks.kind == BLOCK_LAZY, LAZY, FIRST_LEVEL + level)
    return np.array([kind_of(b) for b in blocks], dtype=np.int64)


class Stretch(NamedTuple):
    """Some blocks side by side in plain numbers: first pages, ends, pages of guard, kinds or IO.

    Solid is a mapped block of which no page is missing: it needs no more than a colour.
    """

    first: list[int]
    end: list[int]
    guard: list[int]
    kind: list[int]
    solid: list[bool]

    def at(self, page: int) -> int | None:
        """The number of the block that begins at a page."""
        i = bisect_left(self.first, page)
        return i if i < len(self.first) and self.first[i] == page else None

    def touches(self, first: float, end: float) -> bool:
        """Whether any block has a page in [first, end)."""
        i = bisect_right(self.end, first)
        return i < len(self.first) and self.first[i] < end


NO_STRETCH = Stretch([], [], [], [], [])


def stretch(blocks: Sequence[Block], part: slice) -> Stretch:
    """The blocks of a part as columns; none of them is made for it."""
    if not isinstance(blocks, Blocks):
        each = [(b.first, b.end, b.guard, _kind_or_io(b), _solid(b)) for b in blocks[part]]
        return Stretch(*(list(column) for column in zip(*each, strict=True))) if each else NO_STRETCH
    table, level, mapped = blocks.areas.table[part], blocks.level[part], blocks.leaves.mapped[part]
    first, end, guard, kind = blocks.first[part], blocks.end[part], table["guard"], blocks.kind[part]
    shown = np.where(level < 0, np.where(table["io"], IO, FIRST_LEVEL + PTE), FIRST_LEVEL + level)
    shown[kind == BLOCK_LAZY] = LAZY
    solid = (kind == MAPPED) & (table["use"] == 0) & (mapped >= end - guard - first)
    columns = first, end, guard, shown, solid
    return Stretch(*(column.tolist() for column in columns))


def _kind_or_io(block: Block) -> int:
    return IO if block.io and block.level is None and block.kind != "lazy" else kind_of(block)


def _solid(block: Block) -> bool:
    whole = block.mapped >= block.body_end - block.first or not block.mapped
    return block.kind == "mapped" and whole and not block.use


class Density:
    """Prefix sums over sorted, disjoint blocks; the cost of a picture does not depend on their number.

    Page numbers are int64: exact on every machine, where floats and unsigned numbers would not mix well.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self.first, self.end = edges(blocks)

    @cached_property
    def kind(self) -> Ints:
        """What each block is."""
        return kinds(self._blocks)

    @cached_property
    def _sums(self) -> list[tuple[int, Ints]]:
        """The kinds there are, and how many pages the blocks before each have of them."""
        size, kind = self.end - self.first, self.kind
        there = np.flatnonzero(np.bincount(kind)).tolist()
        return [(k, np.concatenate(([0], np.cumsum(np.where(kind == k, size, 0))))) for k in there]

    def renewed(self, blocks: Sequence[Block]) -> Density:
        """The same for other blocks; itself if it has been asked and they lie and look the same."""
        made = Density(blocks)
        if "_sums" not in self.__dict__ or len(made.first) != len(self.first):
            return made
        pairs = ((made.first, self.first), (made.end, self.end), (made.kind, self.kind))
        return self if all(np.array_equal(*pair) for pair in pairs) else made

    def visible(self, first: float, end: float) -> slice:
        """The blocks that touch the pages [first, end)."""
        low = int(self.end.searchsorted(int(first), "right"))
        return slice(low, int(self.first.searchsorted(int(-(-end // 1)), "left")))

    def row(self, first: int, end: int, width: int) -> tuple[Ints, NDArray[np.float64]]:
        """For each of `width` pixels over [first, end): the kind that covers most of it, and its share."""
        edges: Ints = first + _pixels(width) * (end - first) // width
        if not len(self.first):
            return np.zeros(width, dtype=np.int64), np.zeros(width)
        count = self.first.searchsorted(edges, "right")
        last = np.maximum(count - 1, 0)
        beyond = np.maximum(self.end[last] - edges, 0)  # of the block that an edge lies in
        if not count[0]:
            beyond[count == 0] = 0
        sums, held = self._sums, self.kind[last] if len(self._sums) > 1 else None
        best, most = np.zeros(width, dtype=np.int64), None
        for kind, before in sums:
            upto = before[count] - (beyond if held is None else beyond * (held == kind))
            covered = upto[1:] - upto[:-1]
            wins = covered > (0 if most is None else most)
            best[wins] = kind
            most = covered if most is None else np.where(wins, covered, most)
        return best, most / np.maximum(edges[1:] - edges[:-1], 1)


@lru_cache(maxsize=8)
def _pixels(width: int) -> Ints:
    """The edges of pixels, by number."""
    return np.arange(width + 1, dtype=np.int64)
