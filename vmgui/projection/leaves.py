"""What maps each of many ranges: leaves are counted along the addresses, and a range is a difference.

Of each table it is known how many leaves lie before each of its entries, and of each level how many lie in
the tables before it: so no range is walked, and of the tables only those are read again that were written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.projection.area_lists import NO_AREAS, Areas
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.pieces import Flags, Ints, among
from vmgui.projection.scope import PIECE

Words = NDArray[np.uint64]
#: Tables of the vmalloc range whose words are taken together.
MOST_TABLES = 256
NONE: Ints = np.zeros(0, np.int64)
#: No address is as high.
HIGHEST = (1 << 64) - 1


class Leaves(NamedTuple):
    """Of each range how many leaves of its largest level it has, and how many pages with any leaf.

    Levels are indexes of LEVELS, or -1 for none.
    """

    level: Ints
    number: Ints
    mapped: Ints


NO_FOUND = np.zeros((3, 0), np.int64)


class LevelTables:
    """The tables of one level by address: where each lies, and the number of its first entry, from address 0.

    `before` says of each entry how many leaves its table has before it, `earlier` of each table how many
    leaves there are in the tables before it.
    """

    def __init__(self, source: Any, shape: Geometry, level: Level, low: int, high: int) -> None:
        self.source, self.shape, self.level = source, shape, level
        self.low, self.end = low >> shape.shift[level], (high - 1 >> shape.shift[level]) + 1
        self.size, self.leaf = shape.entries[level], shape.leaf_level(level)
        self.pages = max(shape.covers(self.leaf) >> shape.page_shift, 1)  # of a leaf
        self.where, self.first = NONE, NONE
        self.before = np.zeros((0, self.size + 1), np.int16)
        self.earlier: Ints = np.zeros(1, np.int64)
        self.below = NONE, NONE
        self.stale: Flags = np.zeros(0, np.bool_)
        self.pieces: Ints = np.zeros((0, 1), np.int64)

    def forget(self, written: Flags | None) -> None:
        """Note which tables lie in flagged pieces of memory; None is all."""
        if written is None:
            self.stale[:] = True
        else:
            self.stale |= among(self.pieces, written).any(axis=1)

    def take(self, where: Ints, first: Ints) -> tuple[int, int]:
        """Read what is stale, now that these are the tables; addresses [low, high) with other leaves."""
        others, lost = not self._has(where, first), NONE
        if others:
            lost = self._replace(where, first)
        stale = self.stale.nonzero()[0]
        if not others and not len(stale):
            return HIGHEST, 0
        # above the lowest level there are few, and what lies below them is told of all together
        changed = self._read(stale if self.level == "pte" else np.arange(len(where)))
        self.stale[stale] = False
        entries = np.concatenate((lost, changed)) if len(lost) else changed
        if not len(entries):
            return HIGHEST, 0
        shift = self.shape.shift[self.level]
        return int(entries.min()) << shift, int(entries.max()) + self.size << shift

    def _has(self, where: Ints, first: Ints) -> bool:
        """Whether these are the tables it knows."""
        if where is self.where and first is self.first:
            return True
        if len(where) != len(self.where):
            return False
        return bool((first == self.first).all() and (where == self.where).all())

    def _replace(self, where: Ints, first: Ints) -> Ints:
        """Take over what is known of the same tables; where those with leaves began that are gone."""
        place = np.minimum(self.first.searchsorted(first), max(len(self.first) - 1, 0))
        same, lost = np.zeros(len(first), np.bool_), self.before[:, -1] > 0
        if len(self.first):
            same = (self.first[place] == first) & (self.where[place] == where)
        place, before, stale = place[same], np.zeros((len(first), self.size + 1), np.int16), ~same
        before[same], stale[same], lost[place] = self.before[place], self.stale[place], False
        gone = self.first[lost]
        self.where, self.first, self.before, self.stale = where, first, before, stale
        self.pieces = (where >> PIECE)[:, None] + np.arange(max(8 * self.size >> PIECE, 1))
        return gone

    def _read(self, tables: Ints) -> Ints:
        """Count the leaves of some tables; the first entries of those that have others than they had."""
        words = np.frombuffer(self.source.view, np.uint64)
        below, changed = [(NONE, NONE)], [NONE]
        for i in range(0, len(tables), MOST_TABLES):
            some = tables[i : i + MOST_TABLES]
            found = words[(self.where[some] >> 3)[:, None] + np.arange(self.size)]
            leaf = found != 0
            if self.level != "pte":
                leads = leaf & self.shape.tables(found)
                leaf &= ~leads & self.shape.present(found)
                below.append(self._below(found, leads, self.first[some]))
            before = leaf.cumsum(axis=1, dtype=np.int16)
            changed.append(self.first[some[(self.before[some, 1:] != before).any(axis=1)]])
            self.before[some, 1:] = before
        where, first = zip(*below, strict=True)
        self.below = np.concatenate(where), np.concatenate(first)
        self.earlier = np.zeros(len(self.where) + 1, np.int64)
        self.before[:, -1].cumsum(dtype=np.int64, out=self.earlier[1:])
        return np.concatenate(changed)

    def _below(self, words: Words, leads: Flags, first: Ints) -> tuple[Ints, Ints]:
        """Where the tables lie that entries of the range lead to, and the numbers of their first entries."""
        table, index = leads.nonzero()
        entry = first[table] + index
        where = self.shape.table_addresses(words[table, index]).astype(np.int64)
        inside = (entry >= self.low) & (entry < self.end) & (where > 0) & (where < self.shape.k.addr)
        return where[inside], entry[inside] * self.shape.entries[self.shape.below(self.level)]

    def between(self, first: Ints, end: Ints) -> Ints:
        """How many leaves there are among the entries [first, end) of each of some ranges."""
        found: Ints = self._up_to(end) - self._up_to(first)
        return found

    def _up_to(self, entry: Ints) -> Ints:
        table = np.maximum(self.first.searchsorted(entry, "right") - 1, 0)
        index = np.minimum(np.maximum(entry - self.first[table], 0), self.size)
        found: Ints = self.earlier[table] + self.before[table, index]
        return found


class LeafReader:
    """Counts the leaves of areas; of the same areas only of those again whose tables were written."""

    def __init__(self, k: Kernel, source: Any, shape: Geometry) -> None:
        self.k, self.shape = k, shape
        low, high = k.VMALLOC_START, k.VMALLOC_END + 1
        self._levels = [LevelTables(source, shape, level, low, high) for level in shape.levels]
        top = self._levels[0]
        self._top = np.array([k.init_mm_pgd]), np.array([top.low // top.size * top.size])
        self._areas, self._found, self._leaves = NO_AREAS, NO_FOUND, Leaves(*NO_FOUND)

    def forget(self, written: Flags | None) -> None:
        """Forget what came from flagged pieces of memory; None is all."""
        for level in self._levels:
            level.forget(written)

    def read(self, areas: Areas) -> Leaves:
        """The leaves of each area without its guard; the same object while nothing has changed."""
        part = self._part(areas)
        if part.start >= part.stop and areas is self._areas:
            return self._leaves
        number = areas.among(self._areas)
        counted = number < 0
        counted[part] = True
        some = counted.nonzero()[0]
        guard = areas.table["guard"][some].astype(np.uint64) << self.shape.page_shift
        found = self._count(areas.starts[some], areas.ends[some] - guard)
        if len(some) < len(areas):
            known, found = found, self._found.take(number, axis=1)
            found[:, some] = known
        if areas is not self._areas or (found != self._found).any():
            self._areas, self._found, self._leaves = areas, found, Leaves(*found)
        return self._leaves

    @property
    def mapped(self) -> int:
        """How many pages of the range have a leaf, whether an area has them or not."""
        return sum([int(tables.earlier[-1]) * tables.pages for tables in self._levels])

    def _part(self, areas: Areas) -> slice:
        """Bring the tables up to date; the areas where leaves have come or gone."""
        low, high = HIGHEST, 0
        tables = self._top
        for level in self._levels:
            start, end = level.take(*tables)
            low, high, tables = min(low, start), max(high, end), level.below
        first = areas.ends.searchsorted(np.uint64(low), "right")
        return slice(int(first), int(areas.starts.searchsorted(np.uint64(min(high, HIGHEST)))))

    def _count(self, start: Words, end: Words) -> Ints:
        """What maps the ranges [start, end) now: the columns of Leaves."""
        shape = self.shape
        largest, number, mapped = found = np.zeros((3, len(start)), np.int64)
        largest -= 1
        last = np.maximum(end, np.uint64(1)) - np.uint64(1)
        for tables in self._levels:
            if not tables.earlier[-1]:
                continue
            shift = shape.shift[tables.level]
            first, after = (start >> shift).astype(np.int64), (last >> shift).astype(np.int64) + 1
            counted = np.where(end > start, tables.between(first, after), 0)
            new = (largest < 0) & (counted > 0)
            largest[new], number[new] = LEVELS.index(tables.leaf), counted[new]
            mapped += counted * tables.pages
        return found
