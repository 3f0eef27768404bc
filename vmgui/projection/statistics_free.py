"""The free ranges of the vmalloc range as they change row by row: how many, how much, and the largest.

The free tree covers all addresses; of each of its areas only the part inside the vmalloc range counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.structs import rb_root
from vmgui.projection.allocator_tree import END, START, read_tree
from vmgui.projection.statistics_tables import Numbers, Words
from vmgui.timeline.columns import Columns


class History:
    """Words over the rows [begin, end): who wrote them, and what they held before; `image` is of `begin`."""

    def __init__(self, columns: Columns, begin: int, end: int, image: Words) -> None:
        self.begin, self.image = begin, image
        self._word = columns.rows.word[begin:end]
        self._new = columns.rows.new[begin:end]

    def writes(self, words: Numbers) -> tuple[Numbers, Numbers, Words]:
        """The rows that wrote one of some words, which of them (by place), and what they wrote."""
        order = np.argsort(words, kind="stable")
        known = words[order]
        if not len(known):
            return known, known, self._new[:0]
        near = np.flatnonzero((self._word >= known[0]) & (self._word <= known[-1]))
        which = np.searchsorted(known, self._word[near])
        hit = known[which] == self._word[near]
        return near[hit] + self.begin, order[which[hit]], self._new[near[hit]]


@dataclass
class Changes:
    """Bytes of single areas: from row `row[i]` on area `area[i]` has `size[i]`; in order of area and row.

    The first of each area has row -1: what it had before.
    """

    area: Numbers
    row: Numbers
    size: Numbers

    def summed(self, rows: Numbers, count: bool) -> Numbers:
        """By how much all bytes, or the number of areas that have any, have changed after each row."""
        value = (self.size > 0).astype(np.int64) if count else self.size
        later = np.flatnonzero(self.row >= 0)
        change = value[later] - value[later - 1]
        order = np.argsort(self.row[later], kind="stable")
        sums = np.concatenate(([0], np.cumsum(change[order])))
        found: Numbers = sums[np.searchsorted(self.row[later][order], rows, "right")]
        return found

    def greatest(self, rows: Numbers) -> Numbers:
        """The size of the largest area after each row.

        Each size holds for a stretch of the rows; a tree over them, of which every node is the greatest of
        what covers all of it, takes any stretch in two nodes a level.
        """
        first = np.searchsorted(rows, self.row)
        last = np.append(first[1:], len(rows))
        last[np.append(self.area[1:] != self.area[:-1], True)] = len(rows)
        n = 1 << max(len(rows) - 1, 1).bit_length()
        tree = np.zeros(2 * n, np.int64)
        low, high, size = first + n, last + n, self.size
        while len(low := low[left := low < high]):
            high, size = high[left], size[left]
            np.maximum.at(tree, low[low % 2 == 1], size[low % 2 == 1])
            np.maximum.at(tree, high[high % 2 == 1] - 1, size[high % 2 == 1])
            low, high = low + 1 >> 1, high >> 1
        node = 1
        while node < n:  # what covers a node covers both halves of it
            np.maximum(tree[2 * node : 4 * node], np.repeat(tree[node : 2 * node], 2),
                       out=tree[2 * node : 4 * node])  # fmt: skip
            node *= 2
        found: Numbers = tree[n : n + len(rows)]
        return found


class FreeRanges:
    """Knows which areas are in the free tree, and follows them; only [low, high) counts."""

    def __init__(self, low: int, high: int) -> None:
        self._low, self._high = np.uint64(low), np.uint64(high)
        self._members: Words = np.zeros(0, np.uint64)

    def start(self, image: Words, root: rb_root) -> Numbers:
        """Read the free tree as it is; the bytes of its ranges."""
        tree = read_tree(image, root)
        self._members = tree.at
        sizes = self._size(tree.start, tree.end)
        found: Numbers = sizes[sizes > 0]
        return found

    def _size(self, start: Words, end: Words) -> Numbers:
        """The part of [start, end) that counts."""
        first, last = (np.clip(word, self._low, self._high).astype(np.int64) for word in (start, end))
        found: Numbers = np.maximum(last - first, 0)
        return found

    def follow(
        self, history: History, turned: Words, turned_at: Numbers, into: NDArray[np.bool_]
    ) -> Changes:
        """How the ranges change over some rows.  Areas that `turned` went into the tree or out of it."""
        areas = np.unique(np.concatenate((self._members, turned)))
        words = areas.astype(np.int64)
        starts, ends = words + START >> 3, words + END >> 3
        rows, which, new = history.writes(np.concatenate((starts, ends)))
        n, written = len(areas), len(rows)
        # one list of events: what was there before, what was written, who came and went
        area = np.concatenate((np.arange(n), which % max(n, 1), np.searchsorted(areas, turned)))
        row = np.concatenate((np.full(n, -1), rows, turned_at))
        events = len(row)
        order = np.lexsort((row, area))
        place = np.empty(events, np.int64)
        place[order] = np.arange(events)
        of_end, mine = which >= n, np.arange(n, n + written)
        start = _kept(events, place, (np.arange(n), history.image[starts]), (mine[~of_end], new[~of_end]))
        end = _kept(events, place, (np.arange(n), history.image[ends]), (mine[of_end], new[of_end]))
        there = np.isin(areas, self._members).astype(np.uint64)
        turns = np.arange(n + written, events)
        member = _kept(events, place, (np.arange(n), there), (turns, into.astype(np.uint64)))
        found = Changes(area[order], row[order], self._size(start, end) * member.astype(np.int64))
        last = np.append(found.area[1:] != found.area[:-1], True) if events else np.zeros(0, bool)
        self._members = areas[member[last] > 0]
        return found


def _kept(events: int, place: Numbers, *told: tuple[Numbers, Words]) -> Words:
    """A value after each event, in order, where only some events tell it: the others keep what was."""
    source, value = np.zeros(events, np.int64), np.zeros(events, np.uint64)
    for which, values in told:
        at = place[which]
        source[at], value[at] = at, values
    found: Words = value[np.maximum.accumulate(source)]
    return found
