"""What maps each of many ranges: their walks go down all tables together, level by level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.projection.area_lists import NO_AREAS, Areas
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS
from vmgui.projection.pieces import Flags, Ints, Pieces, stretches

Words = NDArray[np.uint64]
#: Entries of one level that are read together.
MOST_ENTRIES = 1 << 20


class Leaves(NamedTuple):
    """Of each range how many leaves of its largest level it has, and how many pages with any leaf.

    Levels are indexes of LEVELS, or -1 for none.
    """

    level: Ints
    number: Ints
    mapped: Ints


class _Walks(NamedTuple):
    """Walks that stand at a table each: whose they are, the table, the first and the last address."""

    whose: Ints
    table: Words
    start: Words
    last: Words

    def some(self, chosen: Flags | slice) -> _Walks:
        return _Walks(self.whose[chosen], self.table[chosen], self.start[chosen], self.last[chosen])


class LeafReader:
    """Counts the leaves of areas, and again only where a table that was read was written."""

    def __init__(self, k: Kernel, source: Any, shape: Geometry) -> None:
        self.k, self.source, self.shape = k, source, shape
        self._areas, self._pieces = NO_AREAS, Pieces()
        self._leaves = Leaves(*(np.zeros(0, np.int64) for _ in Leaves._fields))
        self._stale: Flags = np.zeros(0, np.bool_)

    def forget(self, pages: Ints | None) -> None:
        """Forget what came from these pieces of memory; None is all."""
        if pages is None:
            self._stale[:] = True
        elif len(pages):
            self._stale[self._pieces.from_any(pages)] = True

    def read(self, areas: Areas) -> Leaves:
        """The leaves of each area without its guard; the same object while nothing has changed."""
        if areas is not self._areas:
            self._rearrange(areas)
        if self._stale.any():
            again = np.flatnonzero(self._stale)
            table = areas.table[again]
            found, pieces = self.count(table["start"], _body_end(table, self.shape))
            kept = np.where(self._stale, -1, np.arange(len(areas)))
            self._pieces = self._pieces.renumbered(kept).joined(Pieces(again[pieces.thing], pieces.piece))
            self._stale[:] = False
            if any((old[again] != new).any() for old, new in zip(self._leaves, found, strict=True)):
                self._leaves = Leaves(*(column.copy() for column in self._leaves))
                for column, new in zip(self._leaves, found, strict=True):
                    column[again] = new
        return self._leaves

    def _rearrange(self, areas: Areas) -> None:
        """Take over what is known of the same ranges among other areas."""
        before, now = self._areas.table, areas.table
        place = np.searchsorted(before["start"], now["start"])
        same = place < len(before)
        at = place[same]
        same[same] = (before["start"][at] == now["start"][same]) & (
            _body_end(before[at], self.shape) == _body_end(now[same], self.shape)
        )
        at = place[same]
        number = np.full(len(before), -1)
        number[at] = np.flatnonzero(same)
        columns = [np.full(len(now), nothing) for nothing in (-1, 0, 0)]
        for column, old in zip(columns, self._leaves, strict=True):
            column[same] = old[at]
        stale = ~same
        stale[same] = self._stale[at]
        self._areas, self._leaves, self._stale = areas, Leaves(*columns), stale
        self._pieces = self._pieces.renumbered(number)

    # --- walking -------------------------------------------------------------------------------------

    def count(self, start: Words, end: Words) -> tuple[Leaves, Pieces]:
        """What maps the ranges [start, end) now, and the pieces of memory that say so."""
        shape, n = self.shape, len(start)
        counts = np.zeros((len(LEVELS), n), np.int64)
        read: list[Pieces] = []
        whose = np.flatnonzero(end > start)
        top = np.full(len(whose), self.k.init_mm_pgd, np.uint64)
        walks = _Walks(whose, top, start[whose], end[whose] - np.uint64(1))
        for level in shape.levels:
            walks = walks.some((walks.table > 0) & (walks.table < self.k.addr))
            down = []
            for part in _portions(walks, shape.shift[level]):
                down += self._level(LEVELS.index(level), part, counts, read)
            walks = _Walks(*map(np.concatenate, zip(*down, strict=True))) if down else walks.some(slice(0))
        largest = np.where(counts.any(0), (counts > 0).argmax(0), -1)
        pages = np.array([max(shape.covers(level) >> shape.page_shift, 1) for level in LEVELS])
        number = np.where(largest >= 0, counts[largest, np.arange(n)], 0)
        return Leaves(largest, number, pages @ counts), Pieces().joined(*read)

    def _level(self, number: int, walks: _Walks, counts: Ints, read: list[Pieces]) -> list[_Walks]:
        """Read the entries of one level; what leads to tables goes on."""
        shape, level = self.shape, LEVELS[number]
        shift, entries = shape.shift[level], shape.entries[level]
        first = (walks.start >> shift).astype(np.int64)
        length = (walks.last >> shift).astype(np.int64) - first + 1
        index = first % entries
        length = np.minimum(length, entries - index)
        table = walks.table.astype(np.int64)
        read.append(Pieces.of(walks.whose, table + 8 * index, 8 * length))
        words = np.frombuffer(self.source.view, np.uint64)[stretches((table >> 3) + index, length)]
        of = np.repeat(np.arange(len(length)), length)
        there = np.flatnonzero(words)
        words, of, entry = words[there], of[there], stretches(first, length)[there]
        leaf = np.ones(len(words), np.bool_) if level == "pte" else ~shape.tables(words)
        present = leaf if level == "pte" else leaf & shape.present(words)
        whose = walks.whose[of[present]]
        counts[LEVELS.index(shape.leaf_level(level))] += np.bincount(whose, minlength=counts.shape[1])
        if leaf.all():
            return []
        of, at = of[~leaf], entry[~leaf].astype(np.uint64) << shift
        start, last = np.maximum(walks.start[of], at), np.minimum(walks.last[of], at + ((1 << shift) - 1))
        return [_Walks(walks.whose[of], shape.table_addresses(words[~leaf]), start, last)]


def _portions(walks: _Walks, shift: int) -> Iterator[_Walks]:
    """The walks in portions, so that not too many entries are read together."""
    ends = np.cumsum((walks.last >> shift) - (walks.start >> shift) + 1) // MOST_ENTRIES
    for part in np.split(np.arange(len(ends)), np.flatnonzero(np.diff(ends)) + 1):
        if len(part):
            yield walks.some(slice(int(part[0]), int(part[-1]) + 1))


def _body_end(table: Any, shape: Geometry) -> Words:
    found: Words = table["end"] - (table["guard"].astype(np.uint64) << shape.page_shift)
    return found
