"""The page-table tree: the populated entries of a table as rows, runs of equal leaves in one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from vmgui.projection.diff_entries import GONE, SIGNS, TreeSigns
from vmgui.projection.entries import Geometry
from vmgui.projection.guards import NO_GUARDS, Guards
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.moment import Moment
from vmgui.projection.pieces import Ints, Pieces
from vmgui.projection.scope import pieces
from vmgui.projection.stage import Stage

RowKind = Literal["table", "leaf", "folded", "empty", "guard", "refused", "freed", "bad", "gone"]
#: How a row differs from another step: it came, went, is another, or something below it differs.
RowSign = Literal["", "+", "-", "~", "·"]


@dataclass(frozen=True, slots=True)
class Row:
    """Entries first..last (both included) of one table, which cover the addresses from `va` on.

    `table` is the physical address of the table a "table" row leads to, 0 otherwise. `count` is the
    number of populated entries below a table, or of leaves in a run. `owner` names the area a guard page
    belongs to. `new` says that the table was made by the running operation, `touched` that the last step
    wrote one of these entries. `size` is what a leaf maps, `slots` how many entries the table below has.
    `region` is, in the top table, what the kernel uses the addresses for. `sign` tells how the row differs
    from the step that is compared with; a row of kind "gone" is only there. A row of kind "freed" is an
    entry that is empty, and from which the running operation has taken off the table in frame `pfn`.
    """

    level: Level
    kind: RowKind
    first: int
    last: int
    va: int
    pfn: int | None = None
    flags: str = ""
    count: int = 0
    table: int = 0
    owner: str = ""
    new: bool = False
    touched: bool = False
    size: str = ""
    slots: int = 512
    region: str = ""
    sign: RowSign = ""

    @property
    def key(self) -> tuple[int, RowKind]:
        """What stays the same while the row only changes its looks."""
        return self.first, self.kind

    @property
    def name(self) -> str:
        """PMD[482], or PTE[2…17] for a run."""
        if self.kind == "folded":
            return self.level.upper()
        run = f"…{self.last}" if self.last > self.first else ""
        return f"{self.level.upper()}[{self.first}{run}]"

    @property
    def badge(self) -> str:
        """2M for one leaf, 480×2M for a run, 17/512 for a table."""
        if self.kind == "leaf":
            return self.size if self.count == 1 else f"{self.count}×{self.size}"
        if self.kind == "empty":
            return f"{self.count}×0/{self.slots}" if self.count > 1 else f"0/{self.slots}"
        if self.kind == "gone":
            return f"−{self.count}"
        return f"{self.count}/{self.slots}" if self.kind == "table" else ""


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


def rows(source: Any, shape: Geometry, level: Level, table: int, va: int, marks: Marks) -> list[Row]:
    """All rows of the table of `level` at `table`, whose first entry covers the address `va`."""
    return _Table(source, shape, level, table, va, marks).rows()


class _Table:
    def __init__(self, source: Any, shape: Geometry, level: Level, table: int, va: int, marks: Marks) -> None:
        self.source, self.shape, self.level, self.va, self.marks = source, shape, level, va, marks
        self.table = table
        self.words = shape.words(source, table, level)
        self.covers = shape.covers(level)
        self.signs = marks.compared.entries.get(table) if marks.compared is not None else None

    def rows(self) -> list[Row]:
        found = [*self._present(), *self._guards(), *self._freed(), *self._gone()]
        refused = self._refused()
        if refused is not None:
            found = [r for r in found if not r.first == refused.first == r.last or r.kind == "table"]
            found.append(refused)
        found.sort(key=lambda row: row.first)
        return [*self._folded(), *found]

    def _folded(self) -> Iterator[Row]:
        """The levels between the top table and this one that have none: each row has a key of its own."""
        above = LEVELS.index(self.level)
        folded = [level for level in LEVELS[1:above] if self.shape.folded(level)]
        if folded and self.shape.levels[1] == self.level:
            for i, level in enumerate(folded):
                yield Row(level, "folded", i - len(folded), i - len(folded), self.va)

    def _at(self, index: int) -> int:
        return self.shape.canonical(self.va + index * self.covers)

    def _touched(self, first: int, last: int) -> bool:
        written = self.marks.written
        return (
            bool(written)
            and written.start < self.table + 8 * last + 8
            and written.stop > self.table + 8 * first
        )

    def _present(self) -> Iterator[Row]:
        index = np.flatnonzero(self.words)
        if not len(index):
            return
        present = self.words[index]
        leaf = self.shape.leaves(present, self.level)
        alike = self.shape.alike(present)
        kind = np.where(leaf, 1, 0)
        used = {int(i): self._used(int(w)) for i, w in zip(index[~leaf], present[~leaf], strict=True)}
        empty = np.array([not is_leaf and used[int(i)] == 0 for i, is_leaf in zip(index, leaf, strict=True)])
        joined = (np.diff(index) == 1) & (alike[1:] == alike[:-1]) & (kind[1:] == kind[:-1])
        joined &= (leaf[1:] & leaf[:-1]) | (empty[1:] & empty[:-1])
        if self.signs is not None:
            joined &= np.diff(self.signs[index]) == 0
        starts = np.flatnonzero(np.concatenate(([True], ~joined)))
        ends = np.append(starts[1:], len(index)) - 1
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            yield self._signed(self._run(int(index[start]), int(index[end]), bool(leaf[start]), used))

    def _signed(self, row: Row) -> Row:
        """The row with what it differs in."""
        number = int(self.signs[row.first]) if self.signs is not None else 0
        if number:
            return replace(row, sign=SIGNS[number])
        compared = self.marks.compared
        if row.kind == "table" and compared and (self.level, row.va // self.covers) in compared.above:
            return replace(row, sign="·")
        return row

    def _gone(self) -> Iterator[Row]:
        """Entries that are only in the step that is compared with."""
        if self.signs is None:
            return
        index = np.flatnonzero((self.signs == GONE) & (self.words == 0))
        for run in np.split(index, np.flatnonzero(np.diff(index) != 1) + 1):
            if len(run):
                first, last = int(run[0]), int(run[-1])
                yield Row(self.level, "gone", first, last, self._at(first), count=len(run), sign="-")

    def _used(self, word: int) -> int:
        shape = self.shape
        table, below = shape.table(word), shape.below(self.level)
        end = len(self.source.view) * 8 - shape.size_of_table(below)
        if shape.state(word, self.level) != "table" or not 0 < table <= end:
            return -1
        return int(np.count_nonzero(shape.words(self.source, table, below)))

    def _run(self, first: int, last: int, leaf: bool, used: dict[int, int]) -> Row:
        word = int(self.words[first])
        at, touched = self._at(first), self._touched(first, last)
        shape = self.shape
        flags, frame = shape.flags(word, self.level), shape.pfn(word, self.level)
        if leaf:
            kind: RowKind = "bad" if shape.state(word, self.level) == "bad" else "leaf"
            return Row(self.level, kind, first, last, at, frame, flags, last - first + 1,
                       touched=touched, size=shape.badge(self.level))  # fmt: skip
        if used[first] < 0:
            return Row(self.level, "bad", first, last, at, frame, touched=touched)
        table, slots = frame << shape.page_shift, shape.entries[shape.below(self.level)]
        new = table in self.marks.made
        region = (shape.region_of(at, at + self.covers) or "") if self.level == "pgd" else ""
        if used[first] == 0 and last > first:
            return Row(self.level, "empty", first, last, at, frame, flags=flags, count=last - first + 1,
                       touched=touched, slots=slots, region=region)  # fmt: skip
        return Row(self.level, "table", first, first, at, frame, flags=flags, count=used[first],
                   table=table, new=new, touched=touched, slots=slots, region=region)  # fmt: skip

    def _guards(self) -> Iterator[Row]:
        if self.level == "pte":
            start = self._at(0)
            end = start + len(self.words) * self.covers
            for at, owner in self.marks.guards.within(start, end, self.covers):
                index = (at - start) // self.covers
                if not self.words[index]:
                    yield Row("pte", "guard", index, index, at, owner=owner)

    def _freed(self) -> Iterator[Row]:
        if self.marks.freed is not None and self.marks.freed[0] == self.level:
            _, va, frame = self.marks.freed
            index = self._holding(va)
            if index is not None and not self.words[index]:
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
        self._kept: dict[tuple[Level, int, int], tuple[list[Row], Ints]] = {}

    def update(self, marks: Marks, pages: Ints | None) -> None:
        """The play-head has moved."""
        old, self.marks = self.marks, marks
        others = (old.made, old.refused, old.freed) != (marks.made, marks.refused, marks.freed)
        others = others or (old.guards is not marks.guards and old.guards != marks.guards)
        others = others or old.compared is not marks.compared
        if pages is None or others:
            self._kept.clear()
            return
        for written in (old.written, marks.written):
            pages = np.append(pages, pieces(written.start, len(written))) if written else pages
        self._kept = {table: kept for table, kept in self._kept.items() if not np.isin(kept[1], pages).any()}

    def rows(self, level: Level, table: int, va: int) -> list[Row]:
        """The rows of a table."""
        kept = self._kept.get((level, table, va))
        if kept is None:
            found = rows(self.source, self.shape, level, table, va, self.marks)
            kept = self._kept[level, table, va] = found, self._pages(level, table)
        return kept[0]

    def _pages(self, level: Level, table: int) -> Ints:
        """What a table's rows were read from: its own words, and the tables whose entries are counted."""
        shape = self.shape
        own = np.array(pieces(table, shape.size_of_table(level)), np.int64)
        if level == "pte":
            return own
        words = shape.words(self.source, table, level)
        below = shape.table_addresses(words[shape.tables(words)]).astype(np.int64)
        size = np.full(len(below), shape.size_of_table(shape.below(level)))
        return np.append(own, Pieces.of(size, below, size).piece)
