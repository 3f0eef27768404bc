"""The page-table tree: the populated entries of a table as rows, runs of equal leaves in one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.diff_entries import GONE, SIGNS, TreeSigns
from vmgui.projection.entries import Geometry
from vmgui.projection.guards import NO_GUARDS, Guards
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.moment import Moment
from vmgui.projection.pieces import Ints, Pieces
from vmgui.projection.scope import pieces
from vmgui.projection.stage import Stage
from vmgui.projection.tree_rows import KINDS, Row, RowKind, Rows


@dataclass(frozen=True, slots=True)
class Marks:
    """What the step adds to the tree.

    `written` are the byte addresses the last step stored to, `made` the tables of the running operation;
    `refused` a level and address that was refused a huge page, `freed` a level, an address and the frame
    of the table that the running operation has taken off its entry. `guards` are guard pages, each with the
    name of its owner. `compared` is what differs from another step, None while nothing is compared.
    """

    written: range = range(0)
    made: frozenset[int] = frozenset()
    refused: tuple[Level, int] | None = None
    freed: tuple[Level, int, int] | None = None
    guards: Guards = NO_GUARDS
    compared: TreeSigns | None = None


def root(shape: Geometry) -> tuple[Level, int, int]:
    """Level, physical address and first virtual address of the top table."""
    return "pgd", shape.k.init_mm_pgd, 0


def marks_of(stage: Stage | None, moment: Moment | None) -> Marks:
    """What a step itself marks: tables it made or took off on the way of the stage, and what it refused."""
    refused = None
    if moment is not None and moment.refused and moment.level is not None:
        refused = moment.level, moment.call.arguments["addr"]
    if stage is None:
        return Marks(refused=refused)
    made = frozenset(stage.frames(c.table)[0] for c in stage.columns if c.new and c.table)
    return Marks(made=made, refused=refused, freed=_taken_off(stage))


def _taken_off(stage: Stage) -> tuple[Level, int, int] | None:
    """The entry on the way of a stage that has lost its table: level, address, and the table's frame."""
    columns = [column for column in stage.columns if column.state != "folded"]
    for above, below in pairwise(columns):
        if below.was is not None:
            return above.level, stage.address, below.was
    return None


def rows(source: Any, shape: Geometry, level: Level, table: int, va: int, marks: Marks) -> Rows:
    """All rows of the table of `level` at `table`, whose first entry covers the address `va`."""
    return _Table(source, shape, level, table, va, marks).rows()


class _Table:
    """A table as it stands: rows are made of it later, when the replica has moved on."""

    def __init__(self, source: Any, shape: Geometry, level: Level, table: int, va: int, marks: Marks) -> None:
        self.shape, self.level, self.va, self.marks = shape, level, va, marks
        self.table = table
        self.words = shape.words(source, table, level).copy()
        self.covers = shape.covers(level)
        self.signs = marks.compared.entries.get(table) if marks.compared is not None else None
        self._source = source
        self._used: dict[int, int] = {}
        self._others: list[Row] = []

    def rows(self) -> Rows:
        """The runs of entries, guard pages, and what only this step or the compared one has, in order."""
        first, last, kind, looks, opens = self._runs()
        at, guards = self._guards()
        refused = self._refused()
        self._others = [*self._folded(), *self._freed(), *self._gone(), *([refused] if refused else [])]
        more = [(row.first, row.last, KINDS.index(row.kind), hash(row)) for row in self._others]
        firsts, lasts, kinds, look = np.array(more, np.int64).reshape(-1, 4).T
        n = len(first)
        first, last = np.concatenate((first, at, firsts)), np.concatenate((last, at, lasts))
        kind = np.concatenate((kind, np.full(len(at), KINDS.index("guard")), kinds))
        n_looks = looks.shape[1]
        looks = np.concatenate((looks, guards.looks(n_looks), np.repeat(look[:, None], n_looks, 1)))
        opens = np.append(opens, np.zeros(len(first) - n, np.int64))
        order = np.argsort(first, kind="stable")
        if refused is not None:
            same = (first[order] == refused.first) & (last[order] == refused.first)
            hidden = same & (kind[order] != KINDS.index("table")) & (kind[order] != KINDS.index("refused"))
            order = order[~hidden]

        def make(i: int) -> Row:
            number = int(order[i])
            if number < n:
                return self._signed(self._run(int(first[number]), int(last[number]), KINDS[kind[number]]))
            if number < n + len(at):
                index, (_va, owner) = int(at[number - n]), guards[number - n]
                return Row("pte", "guard", index, index, self._at(index), owner=owner)
            return self._others[number - n - len(at)]

        return Rows(first[order], last[order], kind[order], looks[order], opens[order], make)

    def _folded(self) -> Iterator[Row]:
        """The levels between the top table and this one that have none: each row has a key of its own."""
        above = LEVELS.index(self.level)
        folded = [level for level in LEVELS[1:above] if self.shape.folded(level)]
        if folded and self.shape.levels[1] == self.level:
            for i, level in enumerate(folded):
                yield Row(level, "folded", i - len(folded), i - len(folded), self.va)

    def _at(self, index: int) -> int:
        return self.shape.canonical(self.va + index * self.covers)

    def _touched(self, first: Any, last: Any) -> Any:
        """Whether the last step wrote one of the entries of a run, or of each of many runs."""
        written = self.marks.written
        return (written.start < self.table + 8 * last + 8) & (written.stop > self.table + 8 * first)

    def _runs(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """First and last entries of runs of equal ones, kinds, all that rows are made of, and what opens."""
        index = np.flatnonzero(self.words)
        present = self.words[index]
        leaf = self.shape.leaves(present, self.level)
        alike = self.shape.alike(present)
        used = np.zeros(len(index), np.int64)
        used[~leaf] = self._counts(present[~leaf])
        self._used = dict(zip(index[~leaf].tolist(), used[~leaf].tolist(), strict=True))
        empty = ~leaf & (used == 0)
        joined = (np.diff(index) == 1) & (alike[1:] == alike[:-1])
        joined &= (leaf[1:] & leaf[:-1]) | (empty[1:] & empty[:-1])
        signs = self.signs[index] if self.signs is not None else np.zeros(len(index), np.int64)
        joined &= np.diff(signs) == 0
        starts = np.flatnonzero(np.append([True], ~joined)[: len(index)])
        ends = np.append(starts[1:], len(index))[: len(starts)] - 1
        first, last = index[starts], index[ends]
        kind = np.where(leaf, KINDS.index("leaf"), KINDS.index("table"))[starts]
        kind[empty[starts] & (last > first)] = KINDS.index("empty")
        kind[leaf[starts] & ~self.shape.present(present[starts])] = KINDS.index("bad")
        kind[used[starts] < 0] = KINDS.index("bad")
        used, signs, different = used[starts], signs[starts], self._different(first, kind)
        some = 2 * (used > 0) | (signs != 0) | (different != 0)
        opens = np.where(kind == KINDS.index("table"), np.minimum(some, 2), 0)
        looks = (present[starts], present[ends], used, signs, self._touched(first, last), different)
        return first, last, kind, np.stack([each.astype(np.int64) for each in looks], 1), opens

    def _different(self, first: Ints, kind: Ints) -> Ints:
        """Of each run whether its table is new, and whether something below it differs."""
        found = np.zeros(len(first), np.int64)
        if not self.marks.made and self.marks.compared is None:
            return found
        for i in np.flatnonzero(kind == KINDS.index("table")).tolist():
            made = self.shape.table(int(self.words[first[i]])) in self.marks.made
            found[i] = made + 2 * self._above(self._at(int(first[i])))
        return found

    def _above(self, va: int) -> bool:
        """Whether something differs below the entry that covers an address."""
        compared = self.marks.compared
        return compared is not None and (self.level, va // self.covers) in compared.above

    def _signed(self, row: Row) -> Row:
        """The row with what it differs in."""
        number = int(self.signs[row.first]) if self.signs is not None else 0
        if number:
            return replace(row, sign=SIGNS[number])
        return replace(row, sign="·") if row.kind == "table" and self._above(row.va) else row

    def _gone(self) -> Iterator[Row]:
        """Entries that are only in the step that is compared with."""
        if self.signs is None:
            return
        index = np.flatnonzero((self.signs == GONE) & (self.words == 0))
        for run in np.split(index, np.flatnonzero(np.diff(index) != 1) + 1):
            if len(run):
                first, last = int(run[0]), int(run[-1])
                yield Row(self.level, "gone", first, last, self._at(first), count=len(run), sign="-")

    def _counts(self, words: NDArray[np.uint64]) -> Ints:
        """How many entries are in use of each table that some entries lead to; -1 where they lead to none."""
        found = np.full(len(words), -1, np.int64)
        if len(words):
            shape, view = self.shape, self._source.view
            size = shape.size_of_table(shape.below(self.level))
            tables = np.frombuffer(view, np.uint64, len(view) * 8 // size * size // 8).reshape(-1, size // 8)
            number = shape.table_addresses(words).astype(np.int64) // size
            real = shape.tables(words) & (number > 0) & (number < len(tables))
            found[real] = np.count_nonzero(tables[number[real]], axis=1)
        return found

    def _run(self, first: int, last: int, kind: RowKind) -> Row:
        word, used = int(self.words[first]), self._used.get(first, 0)
        at, touched = self._at(first), bool(self._touched(first, last))
        shape = self.shape
        flags, frame = shape.flags(word, self.level), shape.pfn(word, self.level)
        if first not in self._used:
            return Row(self.level, kind, first, last, at, frame, flags, last - first + 1,
                       touched=touched, size=shape.badge(self.level))  # fmt: skip
        if kind == "bad":
            return Row(self.level, "bad", first, last, at, frame, touched=touched)
        table, slots = frame << shape.page_shift, shape.entries[shape.below(self.level)]
        region = (shape.region_of(at, at + self.covers) or "") if self.level == "pgd" else ""
        if kind == "empty":
            return Row(self.level, "empty", first, last, at, frame, flags=flags, count=last - first + 1,
                       touched=touched, slots=slots, region=region)  # fmt: skip
        return Row(self.level, "table", first, first, at, frame, flags=flags, count=used,
                   table=table, new=table in self.marks.made, touched=touched, slots=slots,
                   region=region)  # fmt: skip

    def _guards(self) -> tuple[Ints, Guards]:
        """The guard pages among the empty entries of a table of small pages: entries and guards."""
        if self.level != "pte":
            return np.zeros(0, np.int64), NO_GUARDS
        start = self._at(0)
        found = self.marks.guards.within(start, start + len(self.words) * self.covers, self.covers)
        index = ((found.at - np.uint64(start)) // np.uint64(self.covers)).astype(np.int64)
        empty = self.words[index] == 0
        return index[empty], found.chosen(empty)

    def _freed(self) -> Iterator[Row]:
        if self.marks.freed is not None and self.marks.freed[0] == self.level:
            _, va, frame = self.marks.freed
            index = self._holding(va)
            if index is not None:
                yield Row(self.level, "freed", index, index, self._at(index), frame,
                          touched=self._touched(index, index))  # fmt: skip

    def _refused(self) -> Row | None:
        if self.marks.refused is None or self.shape.holder(self.marks.refused[0]) != self.level:
            return None
        index = self._holding(self.marks.refused[1])
        return Row(self.level, "refused", index, index, self._at(index)) if index is not None else None

    def _holding(self, va: int) -> int | None:
        """The number of the entry that covers an address; None where it is another table's."""
        index = (va - self._at(0)) // self.covers
        return index if 0 <= index < self.shape.entries[self.level] else None


def path_to(shape: Geometry, source: Any, va: int) -> list[tuple[Level, int]]:
    """The entries a walk of `va` goes through, root first: level and index of each, as far as tables go."""
    level, table, _ = root(shape)
    found: list[tuple[Level, int]] = []
    while True:
        index = va // shape.covers(level) % shape.entries[level]
        found.append((level, index))
        word = int(shape.words(source, table, level)[index])
        if shape.state(word, level) != "table":
            return found
        table, level = shape.table(word), shape.below(level)


class TreeReader:
    """Reads tables again only when something they show was written, or when other marks are set.

    `source` is the replica; `pages` given to `update` are the pieces of memory written since, None for any.
    """

    def __init__(self, source: Any, shape: Geometry) -> None:
        self.source, self.shape = source, shape
        self.marks = Marks()
        self._kept: dict[tuple[Level, int, int], tuple[Rows, frozenset[int], frozenset[int]]] = {}

    def update(self, marks: Marks, pages: Ints | None) -> None:
        """The play-head has moved."""
        old, self.marks = self.marks, marks
        if pages is None or old.compared is not marks.compared:
            self._kept.clear()
            return
        for written in (old.written, marks.written):
            pages = np.append(pages, pieces(written.start, len(written))) if written else pages
        there, levels, made = set(pages.tolist()), self._levels(old, marks), old.made ^ marks.made
        for place, (_rows, read, below) in tuple(self._kept.items()):
            if place[0] in levels or not (made.isdisjoint(below) and there.isdisjoint(read)):
                del self._kept[place]

    def _levels(self, old: Marks, new: Marks) -> set[Level]:
        """The levels whose tables may be marked otherwise, though nothing was written to them."""
        found: set[Level] = set()
        if old.guards is not new.guards and old.guards != new.guards:
            found.add("pte")
        if old.refused != new.refused:
            found.update(self.shape.holder(refused[0]) for refused in (old.refused, new.refused) if refused)
        if old.freed != new.freed:
            found.update(freed[0] for freed in (old.freed, new.freed) if freed)
        return found

    def rows(self, level: Level, table: int, va: int) -> Rows:
        """The rows of a table."""
        kept = self._kept.get((level, table, va))
        if kept is None:
            found = rows(self.source, self.shape, level, table, va, self.marks)
            kept = self._kept[level, table, va] = found, *self._read_from(level, table)
        return kept[0]

    def _read_from(self, level: Level, table: int) -> tuple[frozenset[int], frozenset[int]]:
        """The pieces that a table was read from, and the tables below it, whose entries are counted."""
        shape = self.shape
        own = pieces(table, shape.size_of_table(level))
        if level == "pte":
            return frozenset(own), frozenset()
        words = shape.words(self.source, table, level)
        below = shape.table_addresses(words[shape.tables(words)]).astype(np.int64)
        size = np.full(len(below), shape.size_of_table(shape.below(level)))
        return frozenset((*own, *Pieces.of(size, below, size).piece.tolist())), frozenset(below.tolist())
