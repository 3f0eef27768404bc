"""How much of the vmalloc range is mapped, and by how large entries, as it changes row by row.

A frame is a table from the row that marks its struct page to the row that takes the mark off: a life.  What
is written in it meanwhile are entries of its level, which the entry that leads to it tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.entries import Geometry
from vmgui.projection.levels import Level
from vmgui.timeline.columns import Columns

Numbers = NDArray[np.int64]
Words = NDArray[np.uint64]
#: Rows, and by how much each changes something.
Change: TypeAlias = tuple[Numbers, Numbers]
Marks: TypeAlias = tuple[Numbers, Numbers, NDArray[np.bool_]]

UNKNOWN = -1
FOREVER = np.iinfo(np.int64).max
#: The first row of a life that began before the rows that are read.
OLD = -1


@dataclass
class Lives:
    """Frames that are tables, each from row `first` to row `last`; sorted by frame, then by time.

    `level` is a place in the machine's levels, UNKNOWN while nobody leads to it; `base` is where what the
    table covers begins, counted from the first entry of the top table.
    """

    frame: Numbers
    first: Numbers
    last: Numbers
    level: Numbers
    base: Numbers

    @classmethod
    def of(cls, frame: Numbers, level: Numbers, base: Numbers) -> Lives:
        """Tables that are there already."""
        firsts, lasts = np.full(len(frame), OLD), np.full(len(frame), FOREVER)
        order = np.argsort(frame, kind="stable")
        return cls(frame[order], firsts, lasts, level[order], base[order])

    def taken(self, which: NDArray[np.bool_] | Numbers) -> Lives:
        """Some of them."""
        return Lives(*(column[which] for column in vars(self).values()))

    def with_marks(self, frame: Numbers, row: Numbers, on: NDArray[np.bool_]) -> Lives:
        """Those that begin and end in these rows among them: the mark of a frame is put on or taken off."""
        n = int(on.sum())
        new = Lives(frame[on], row[on], np.full(n, FOREVER), np.full(n, UNKNOWN), np.zeros(n, np.int64))
        both = [np.concatenate(pair) for pair in zip(vars(self).values(), vars(new).values(), strict=True)]
        merged = Lives(*both)
        merged = merged.taken(np.lexsort((merged.first, merged.frame)))
        ended = merged.find(frame[~on], row[~on])
        there = ended >= 0
        merged.last[ended[there]] = row[~on][there]
        return merged

    def find(self, frame: Numbers, row: Numbers) -> Numbers:
        """The number of the life that a frame is in at a row, -1 if it is in none."""
        if not len(self.frame):
            return np.full(len(frame), -1)
        span = int(max(self.first.max(), row.max(initial=0))) + 2  # one more: OLD is -1
        at = np.searchsorted(self.frame * span + self.first, frame * span + row, "right") - 1
        inside = (at >= 0) & (self.frame[at] == frame) & (row <= self.last[at])
        return np.where(inside, at, -1)


class MappedReader:
    """Keeps what is mapped by entries of the pages' size, and by larger ones, up to date."""

    def __init__(self, shape: Geometry) -> None:
        self.shape = shape
        k = shape.k
        self._top = shape.covers(shape.levels[0])
        self._start = k.VMALLOC_START // self._top * self._top
        self._low, self._high = k.VMALLOC_START - self._start, k.VMALLOC_END + 1 - self._start
        self._root = k.init_mm_pgd >> 3
        self._first_slot = self._start // self._top % shape.entries[shape.levels[0]]
        self._slots = -(-self._high // self._top)
        self._lives = Lives.of(*[np.zeros(0, np.int64)] * 3)

    # --- all at once -----------------------------------------------------------------------------------

    def start(self, image: Words) -> tuple[int, int]:
        """Read all tables as they are; bytes mapped by small entries, and by larger ones."""
        shape = self.shape
        words = image[self._root + self._first_slot : self._root + self._first_slot + self._slots]
        base = np.arange(self._slots, dtype=np.int64) * self._top
        found: list[tuple[Numbers, Numbers, Numbers]] = []
        mapped = [0, 0]
        for depth, level in enumerate(shape.levels):
            leaf, table = self._kinds(words, level)
            size = self._size(level)
            mapped[level != "pte"] += size * int((leaf & self._inside(base)).sum())
            if level == "pte":
                break
            base, frame = base[table], self._frames(words[table])
            found.append((frame, np.full(len(frame), depth + 1), base))
            entries, below = shape.entries[shape.levels[depth + 1]], self._size(shape.levels[depth + 1])
            each = np.arange(entries, dtype=np.int64)
            words = image[((frame << shape.page_shift - 3)[:, None] + each).ravel()]
            base = (base[:, None] + each * below).ravel()
        columns = [np.concatenate(column) for column in zip(*found, strict=True)]
        self._lives = Lives.of(*columns)
        return mapped[0], mapped[1]

    # --- row by row ------------------------------------------------------------------------------------

    def follow(self, columns: Columns, begin: int, end: int, image: Words, marks: Marks) -> list[Change]:
        """What the rows [begin, end) change: rows and bytes, for small entries and for larger ones.

        `image` is as the rows found it; `marks` are frames that were marked as tables or no more, the rows,
        and which of the two.
        """
        self._lives = self._lives.with_marks(*marks)
        word = columns.rows.word[begin:end].astype(np.int64)
        old, new = columns.rows.old[begin:end], columns.rows.new[begin:end]
        changed = old != new
        frame = word >> self.shape.page_shift - 3
        tables = np.zeros(int(max(frame.max(initial=0), self._lives.frame.max(initial=0))) + 1, bool)
        tables[self._lives.frame] = True
        at = np.flatnonzero(tables[frame] & changed & (word != 0))
        lives = self._lives.find(frame[at], at + begin)
        at, lives = at[lives >= 0], lives[lives >= 0]
        found: list[list[Change]] = [[], []]
        for depth, level in enumerate(self.shape.levels):
            if depth == 0:
                first = self._root + self._first_slot
                mine = np.flatnonzero(changed & (word >= first) & (word < first + self._slots))
                base = (word[mine] - first) * self._top
                life = np.full(len(mine), -1)
            else:
                chosen = self._lives.level[lives] == depth
                mine, life = at[chosen], lives[chosen]
                slot = word[mine] & self.shape.entries[level] - 1
                base = self._lives.base[life] + slot * self._size(level)
            rows = mine + begin
            self._lead(depth, new[mine], rows, base)
            bytes_ = self._deltas(level, old[mine], new[mine], base)
            found[level != "pte"].append((rows, bytes_))
            found[level != "pte"].append(self._ends(depth, image, life, bytes_))
        self._lives = self._lives.taken(self._lives.last == FOREVER)
        self._lives.first[:] = OLD
        return [_joined(parts) for parts in found]

    def _deltas(self, level: Level, old: Words, new: Words, base: Numbers) -> Numbers:
        """Bytes that stores to entries of a level map, negative where they unmap."""
        now, before = (self._kinds(words, level)[0].astype(np.int64) for words in (new, old))
        return (now - before) * self._size(level) * self._inside(base)

    def _ends(self, depth: int, image: Words, life: Numbers, changed: Numbers) -> Change:
        """What tables of a level still mapped when they went away; nothing, in a kernel that does well."""
        lives, level = self._lives, self.shape.levels[depth]
        mapped = np.bincount(life[life >= 0], changed[life >= 0], len(lives.last)).astype(np.int64)
        gone = np.flatnonzero((lives.last != FOREVER) & (lives.level == depth))
        entries = np.arange(self.shape.entries[level], dtype=np.int64)
        words = image[(lives.frame[gone] << self.shape.page_shift - 3)[:, None] + entries].ravel()
        base = (lives.base[gone][:, None] + entries * self._size(level)).ravel()
        leaves = self._kinds(words, level)[0] & self._inside(base)
        before = leaves.reshape(len(gone), len(entries)).sum(axis=1)
        mapped[gone] += np.where(lives.first[gone] == OLD, before * self._size(level), 0)
        return lives.last[gone], -mapped[gone]

    def _lead(self, depth: int, new: Words, rows: Numbers, base: Numbers) -> None:
        """Entries that lead to tables tell the level of those."""
        level = self.shape.levels[depth]
        if level == "pte":
            return
        table = self._kinds(new, level)[1]
        life = self._lives.find(self._frames(new[table]), rows[table])
        there = life >= 0
        self._lives.level[life[there]] = depth + 1
        self._lives.base[life[there]] = base[table][there]

    # --- entries ---------------------------------------------------------------------------------------

    def _size(self, level: Level) -> int:
        return self.shape.covers(self.shape.leaf_level(level))

    def _inside(self, base: Numbers) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = (base >= self._low) & (base < self._high)
        return inside

    def _kinds(self, words: Words, level: Level) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which entries are leaves, and which lead to tables."""
        if level == "pte":
            return words != 0, np.zeros(len(words), bool)
        form = self.shape.format
        present = words & np.uint64(form.present) != 0
        table = present & (words & np.uint64(form.table_mask) == np.uint64(form.table_value))
        return present & ~table, table

    def _frames(self, words: Words) -> Numbers:
        """The frames of the tables that entries lead to."""
        form, shift = self.shape.format, self.shape.page_shift
        mask = form.address_mask & -1 << max(0, shift - form.address_shift)
        low = (words & np.uint64(mask)) << np.uint64(form.address_shift)
        high = (words & np.uint64(form.high_mask)) << np.uint64(form.high_shift)
        return ((low | high) >> np.uint64(shift)).astype(np.int64)


def _joined(parts: list[Change]) -> Change:
    """Several lists of rows and changes as one, in order of rows, without those that change nothing."""
    rows, changes = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    order = order[changes[order] != 0]
    return rows[order], changes[order]
