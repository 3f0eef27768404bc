"""The page-table tree: the populated entries of a table as rows, runs of equal leaves in one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.diff_entries import GONE, SIGNS, TreeSigns
from vmgui.projection.entries import Geometry
from vmgui.projection.guards import NO_GUARDS, Guards
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.moment import Moment
from vmgui.projection.pieces import Flags, Ints, among, flagged
from vmgui.projection.scope import PIECE, pieces
from vmgui.projection.stage import Stage
from vmgui.projection.tree_rows import KINDS, NUMBERS, TABLE, Row, RowKind, Rows

NONE: Ints = np.zeros(0, np.int64)


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
        self.table, self.covers = table, shape.covers(level)
        self.words = shape.words(source, table, level).copy()
        self.signs = marks.compared.entries.get(table) if marks.compared is not None else None
        self.own = pieces(table, shape.size_of_table(level))
        self.below = NONE  # where the tables lie that entries lead to
        #: By entry: what it is, and how many entries the table has in use that it leads to.
        self._kind = np.empty(len(self.words), np.int64)
        self._kind.fill(NUMBERS["leaf"])
        self._used = np.zeros(len(self.words), np.int64)
        self._guards, self._guarded = NO_GUARDS, NONE
        self._entries: Ints = self.words.nonzero()[0]
        self.runs = NONE, NONE, NONE  # first and last entries, and kinds
        self._alone = NONE if level == "pte" else self._take_tables(source)

    def alike(self, other: _Table) -> bool:
        """Whether the table is as the other one, and the same ones of those below it are empty."""
        if not (self.words == other.words).all():
            return False
        return bool((np.sign(self._used) == np.sign(other._used)).all())

    def as_used(self, other: _Table) -> bool:
        """Whether there is as much in use of the tables below it."""
        return bool((self._used == other._used).all())

    def rows(self, before: _Table | None = None) -> Rows:
        """The runs of entries, guard pages, and what only this step or the compared one has, in order.

        It may be known that they are those of the same table `before`, but for how much tables have in use.
        """
        self.runs = before.runs if before is not None else self._runs()
        runs = Rows(*self.runs, self._opens(), self._row)
        others = [*self._folded()] if self.level == self.shape.levels[1] else []
        if self.marks.freed is not None or self.signs is not None or self.marks.refused is not None:
            others += [*self._freed(), *self._gone(), *self._refused()]
        return runs.with_others(others) if others else runs

    def pieces(self) -> Ints:
        """The pieces of memory that it was read from: its own ones, and those of the tables below it."""
        own = np.array(self.own, np.int64)
        if not len(self.below):
            return own
        more = np.arange(max(self.shape.size_of_table(self.shape.below(self.level)) >> PIECE, 1))
        return np.concatenate((own, ((self.below >> PIECE)[:, None] + more).ravel()))

    def _folded(self) -> Iterable[Row]:
        """The levels between the top table and the next that have none: each row has a key of its own."""
        folded = [level for level in LEVELS[1 : LEVELS.index(self.level)] if self.shape.folded(level)]
        n = len(folded)
        return (Row(level, "folded", i - n, i - n, self.va) for i, level in enumerate(folded))

    def _at(self, index: int) -> int:
        at = self.va + index * self.covers
        return at if self.va else self.shape.canonical(at)

    def _touched(self, first: Any, last: Any) -> Any:
        """Whether the last step wrote one of the entries of a run, or of each of many runs."""
        written = self.marks.written
        return (written.start < self.table + 8 * last + 8) & (written.stop > self.table + 8 * first)

    def _runs(self) -> tuple[Ints, Ints, Ints]:
        """First and last entries of runs of equal ones and of guard pages, and their kinds."""
        words, kinds = self.words, self._kind
        there, alike, entries = words != 0, self.shape.alike(words), self._entries
        alone = self._take_guards(there) if self.level == "pte" else self._alone
        absent = ~self.shape.present(words[entries])
        if absent.any():
            kinds[entries[absent]] = NUMBERS["bad"]
        edge = np.ones(len(words) + 1, np.bool_)
        edge[1:-1] = (alike[1:] != alike[:-1]) | (kinds[1:] != kinds[:-1]) | (there[1:] != there[:-1])
        if self.signs is not None:
            edge[1:-1] |= self.signs[1:] != self.signs[:-1]
        edge[alone] = edge[alone + 1] = True
        starts = edge.nonzero()[0]
        chosen = there[starts[:-1]].nonzero()[0]
        first, last = starts[chosen], starts[chosen + 1] - 1
        kind = kinds[first]
        kind[(kind == TABLE) & (last > first)] = NUMBERS["empty"]
        return first, last, kind

    def _take_guards(self, there: Flags) -> Ints:
        """Note the guard pages among the empty entries of a table of small pages: each is a row by itself."""
        start = self._at(0)
        found = self.marks.guards.within(start, start + len(self.words) * self.covers, self.covers)
        if len(found):
            index = ((found.at - np.uint64(start)) // np.uint64(self.covers)).astype(np.int64)
            empty = ~there[index]
            self._guards, self._guarded = found.chosen(empty), index[empty]
            self._kind[self._guarded] = NUMBERS["guard"]
            there[self._guarded] = True
        return self._guarded

    def _take_tables(self, source: Any) -> Ints:
        """Note what the tables hold that entries lead to; those where something is in use are each a row."""
        words = self.words[self._entries]
        leads = ~self.shape.leaves(words, self.level)
        index, words = self._entries[leads], words[leads]
        if not len(index):
            return NONE
        self.below = self.shape.table_addresses(words).astype(np.int64)
        used = self._counts(source, words)
        self._kind[index], self._used[index] = TABLE, used
        self._kind[index[used < 0]] = NUMBERS["bad"]
        alone: Ints = index[used != 0]
        return alone

    def _counts(self, source: Any, words: NDArray[np.uint64]) -> Ints:
        """How many entries are in use of each table that some entries lead to; -1 where they lead to none."""
        shape, view = self.shape, source.view
        size = shape.size_of_table(shape.below(self.level))
        tables = np.frombuffer(view, np.uint64, len(view) * 8 // size * size // 8).reshape(-1, size // 8)
        number = self.below // size
        real = shape.tables(words) & (number > 0) & (number < len(tables))
        found: Ints = (tables[number * real] != 0).sum(axis=1)
        found[~real] = -1
        return found

    def _opens(self) -> Ints:
        """Which runs lead to a table with something to show: 2, or perhaps: 1."""
        first, _last, kind = self.runs
        if self.level == "pte":
            return np.zeros(len(first), np.int64)
        tables = kind == TABLE
        opens: Ints = 2 * ((self._used[first] > 0) & tables)
        if self.signs is not None:
            opens[tables & (opens == 0) & (self.signs[first] != 0)] = 1
        if self.marks.made or self.marks.compared is not None:
            for i in (tables & (opens == 0)).nonzero()[0].tolist():
                index = int(first[i])
                made = self.shape.table(int(self.words[index])) in self.marks.made
                opens[i] = made or self._above(self._at(index))
        return opens

    def _above(self, va: int) -> bool:
        """Whether something differs below the entry that covers an address."""
        compared = self.marks.compared
        return compared is not None and (self.level, va // self.covers) in compared.above

    def _signed(self, row: Row) -> Row:
        """The row with what it differs in."""
        if row.kind == "guard":
            return row
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

    def _row(self, i: int) -> Row:
        """The row of a run."""
        first, last, kind = self.runs
        row = self._made(int(first[i]), int(last[i]), KINDS[kind[i]])
        return row if self.marks.compared is None else self._signed(row)

    def _made(self, first: int, last: int, kind: RowKind) -> Row:
        at = self._at(first)
        if kind == "guard":
            owner = self._guards.owner(int(self._guarded.searchsorted(first)))
            return Row("pte", "guard", first, first, at, owner=owner)
        word, used, shape, level = int(self.words[first]), int(self._used[first]), self.shape, self.level
        touched, frame = bool(self._touched(first, last)), shape.pfn(word, level)
        if used < 0:
            return Row(level, "bad", first, last, at, frame, touched=touched)
        flags = shape.flags(word, level)
        if kind in ("leaf", "bad"):
            return Row(level, kind, first, last, at, frame, flags, last - first + 1,
                       touched=touched, size=shape.badge(level))  # fmt: skip
        slots = shape.entries[shape.below(level)]
        region = (shape.region_of(at, at + self.covers) or "") if level == "pgd" else ""
        if kind == "empty":
            return Row(level, "empty", first, last, at, frame, flags=flags, count=last - first + 1,
                       touched=touched, slots=slots, region=region)  # fmt: skip
        table = frame << shape.page_shift
        return Row(level, "table", first, first, at, frame, flags=flags, count=used,
                   table=table, new=table in self.marks.made, touched=touched, slots=slots,
                   region=region)  # fmt: skip

    def _freed(self) -> Iterator[Row]:
        if self.marks.freed is not None and self.marks.freed[0] == self.level:
            _, va, frame = self.marks.freed
            index = self._holding(va)
            if index is not None:
                yield Row(self.level, "freed", index, index, self._at(index), frame,
                          touched=self._touched(index, index))  # fmt: skip

    def _refused(self) -> Iterator[Row]:
        if self.marks.refused is not None and self.shape.holder(self.marks.refused[0]) == self.level:
            index = self._holding(self.marks.refused[1])
            if index is not None:
                yield Row(self.level, "refused", index, index, self._at(index))

    def _holding(self, va: int) -> int | None:
        """The number of the entry that covers an address; None where it is another table's."""
        index = (va - self._at(0)) // self.covers
        return index if 0 <= index < self.shape.entries[self.level] else None


def path_to(shape: Geometry, va: int) -> list[tuple[Level, int]]:
    """Level and index of the entries on the walk of an address, root first, if all tables are there."""
    return [(level, (va >> shape.shift[level]) % shape.entries[level]) for level in shape.levels]


def _pieces_of(written: range) -> range:
    return pieces(written.start, len(written)) if written else written


class Kept(NamedTuple):
    """Rows of a table and what they were made of; `pieces` of memory are those that it was read from."""

    table: _Table
    rows: Rows
    pieces: Ints


class TreeReader:
    """Makes the rows of a table again only when something they show is other, or other marks are set.

    `source` is the replica; `pages` given to `update` are the pieces of memory written since, None for any.
    What nobody asked for since the last update is forgotten.
    """

    def __init__(self, source: Any, shape: Geometry) -> None:
        self.source, self.shape = source, shape
        self.marks = Marks()
        self._asked: dict[tuple[Level, int, int], Kept] = {}
        self._kept: dict[tuple[Level, int, int], Kept] = {}
        self._written: dict[tuple[Level, int, int], Kept] = {}

    def update(self, marks: Marks, pages: Ints | None) -> None:
        """The play-head has moved."""
        old, self.marks = self.marks, marks
        asked, self._asked, self._kept, self._written = self._asked, {}, {}, {}
        if pages is None or old.compared is not marks.compared:
            return
        levels, made = self._levels(old, marks), old.made ^ marks.made
        touched = {*_pieces_of(old.written), *_pieces_of(marks.written)}
        there = flagged(pages)
        for place, each in asked.items():
            if place[0] in levels or not touched.isdisjoint(each.table.own):
                continue
            if made and not made.isdisjoint(each.table.below.tolist()):
                continue
            written = among(each.pieces, there).any()
            (self._written if written else self._kept)[place] = each

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
        place = level, table, va
        found = self._asked.get(place) or self._kept.get(place) or self._read(place)
        self._asked[place] = found
        return found.rows

    def _read(self, place: tuple[Level, int, int]) -> Kept:
        """Read a table; much that was written is written as it was."""
        read, before = _Table(self.source, self.shape, *place, self.marks), self._written.get(place)
        if before is None or not read.alike(before.table):
            return Kept(read, read.rows(), read.pieces())
        if read.as_used(before.table):
            return before
        return Kept(read, read.rows(before.table), before.pieces)
