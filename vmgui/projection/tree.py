"""The page-table tree: the populated entries of a table as rows, runs of equal leaves in one row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.arch import x86_64 as arch
from vmgui.engine.kernel import Kernel
from vmgui.projection import entries
from vmgui.projection.levels import LEVELS, Level

RowKind = Literal["table", "leaf", "folded", "empty", "guard", "refused", "bad"]


@dataclass(frozen=True, slots=True)
class Row:
    """Entries first..last (both included) of one table, which cover the addresses from `va` on.

    `table` is the physical address of the table a "table" row leads to, 0 otherwise. `count` is the
    number of populated entries below a table, or of leaves in a run. `owner` names the area a guard page
    belongs to. `new` says that the table was made by the running operation, `touched` that the last step
    wrote one of these entries.
    """

    level: Level
    kind: RowKind
    first: int
    last: int
    va: int
    pfn: int | None = None
    contiguous: bool = True
    flags: str = ""
    count: int = 0
    table: int = 0
    owner: str = ""
    new: bool = False
    touched: bool = False

    @property
    def key(self) -> tuple[int, RowKind]:
        """What stays the same while the row only changes its looks."""
        return self.first, self.kind

    @property
    def name(self) -> str:
        """PMD[482], or PTE[2…17] for a run."""
        if self.kind == "folded":
            return "P4D"
        run = f"…{self.last}" if self.last > self.first else ""
        return f"{self.level.upper()}[{self.first}{run}]"

    @property
    def badge(self) -> str:
        """2M for one leaf, 480×2M for a run, 17/512 for a table."""
        if self.kind == "leaf":
            size = entries.BADGES[self.level]
            return size if self.count == 1 else f"{self.count}×{size}"
        if self.kind == "empty":
            return f"{self.count}×0/{entries.ENTRIES}" if self.count > 1 else f"0/{entries.ENTRIES}"
        return f"{self.count}/{entries.ENTRIES}" if self.kind == "table" else ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What the step adds to the tree.

    `written` are the byte addresses the last step stored to, `made` the tables of the running operation;
    `refused` a level and address that was refused a huge page. `guards` names the owner of a guard page
    by its virtual address.
    """

    written: range = range(0)
    made: frozenset[int] = frozenset()
    refused: tuple[Level, int] | None = None
    guards: Mapping[int, str] | None = None


def child_level(level: Level, levels: int) -> Level:
    """The level a table entry leads to; with 4 levels the P4D is folded into the PGD."""
    i = LEVELS.index(level) + 1
    return LEVELS[i + 1] if level == "pgd" and levels == 4 else LEVELS[i]


def sign_extended(va: int, levels: int) -> int:
    """An address with the bits above the page tables copied from the highest one below."""
    bits = 12 + 9 * levels
    va &= (1 << bits) - 1
    return va | ((1 << 64) - (1 << bits)) if va >> (bits - 1) else va


def root(k: Kernel) -> tuple[Level, int, int]:
    """Level, physical address and first virtual address of the top table."""
    return "pgd", k.init_mm_pgd, 0


def rows(source: Any, k: Kernel, level: Level, table: int, va: int, marks: Marks) -> list[Row]:
    """All rows of the table of `level` at `table`, whose first entry covers the address `va`."""
    return _Table(source, k.machine.levels, level, table, va, marks).rows()


class _Table:
    def __init__(self, source: Any, levels: int, level: Level, table: int, va: int, marks: Marks) -> None:
        self.source, self.levels, self.level, self.va, self.marks = source, levels, level, va, marks
        self.table = table
        self.words = entries.words(source, table)
        self.covers = entries.covers(level, levels)

    def rows(self) -> list[Row]:
        found = [*self._present(), *self._guards()]
        refused = self._refused()
        if refused is not None:
            found = [r for r in found if not r.first == refused.first == r.last or r.kind == "table"]
            found.append(refused)
        found.sort(key=lambda row: row.first)
        if self.level == "pud" and self.levels == 4:
            found.insert(0, Row("p4d", "folded", -1, -1, self.va))
        return found

    def _at(self, index: int) -> int:
        return sign_extended(self.va + index * self.covers, self.levels)

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
        leaf = self._leaves(present)
        alike = present & ~np.uint64(arch.PTE_PFN_MASK | entries.BY_HARDWARE)
        kind = np.where(leaf, 1, 0)
        used = {int(i): self._used(int(w)) for i, w in zip(index[~leaf], present[~leaf], strict=True)}
        empty = np.array([not is_leaf and used[int(i)] == 0 for i, is_leaf in zip(index, leaf, strict=True)])
        joined = (np.diff(index) == 1) & (alike[1:] == alike[:-1]) & (kind[1:] == kind[:-1])
        joined &= (leaf[1:] & leaf[:-1]) | (empty[1:] & empty[:-1])
        starts = np.flatnonzero(np.concatenate(([True], ~joined)))
        ends = np.append(starts[1:], len(index)) - 1
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            yield self._run(int(index[start]), int(index[end]), bool(leaf[start]), used)

    def _leaves(self, present: NDArray[np.uint64]) -> NDArray[np.bool_]:
        if self.level == "pte":
            return np.ones(len(present), bool)
        if self.level in ("pgd", "p4d"):
            return np.zeros(len(present), bool)
        leaves: NDArray[np.bool_] = (present & np.uint64(arch._PAGE_PSE)) != 0
        return leaves

    def _used(self, word: int) -> int:
        table = entries.pfn(word, self.level) << 12
        if not word & arch._PAGE_PRESENT or not 0 < table < len(self.source.view) * 8 - 4096:
            return -1
        return int(np.count_nonzero(entries.words(self.source, table)))

    def _run(self, first: int, last: int, leaf: bool, used: dict[int, int]) -> Row:
        word = int(self.words[first])
        at, touched = self._at(first), self._touched(first, last)
        flags = entries.flags(word, self.level)
        frame = entries.pfn(word, self.level)
        if leaf:
            step = self.covers >> 12
            end = entries.pfn(int(self.words[last]), self.level)
            whole = end - frame == (last - first) * step
            kind: RowKind = "leaf" if word & arch._PAGE_PRESENT else "bad"
            return Row(self.level, kind, first, last, at, frame, whole, flags, last - first + 1,
                       touched=touched)  # fmt: skip
        if used[first] < 0:
            return Row(self.level, "bad", first, last, at, frame, touched=touched)
        new = frame << 12 in self.marks.made
        if used[first] == 0 and last > first:
            return Row(self.level, "empty", first, last, at, frame, flags=flags, count=last - first + 1,
                       touched=touched)  # fmt: skip
        return Row(self.level, "table", first, first, at, frame, flags=flags, count=used[first],
                   table=frame << 12, new=new, touched=touched)  # fmt: skip

    def _guards(self) -> Iterator[Row]:
        if self.level != "pte" or not self.marks.guards:
            return
        for index in np.flatnonzero(self.words == 0).tolist():
            owner = self.marks.guards.get(self._at(index))
            if owner is not None:
                yield Row("pte", "guard", index, index, self._at(index), owner=owner)

    def _refused(self) -> Row | None:
        if self.marks.refused is None or self.marks.refused[0] != self.level:
            return None
        addr = self.marks.refused[1]
        index = (addr - self._at(0)) // self.covers
        return Row(self.level, "refused", index, index, self._at(index)) if 0 <= index < 512 else None


def path_to(k: Kernel, source: Any, va: int) -> list[tuple[Level, int]]:
    """The entries a walk of `va` goes through, root first: level and index of each, as far as tables go."""
    level, table, _ = root(k)
    found: list[tuple[Level, int]] = []
    while True:
        index = va // entries.covers(level, k.machine.levels) % entries.ENTRIES
        found.append((level, index))
        word = int(entries.words(source, table)[index])
        if entries.state(word, level) != "table":
            return found
        table, level = entries.pfn(word, level) << 12, child_level(level, k.machine.levels)


class TreeReader:
    """Reads tables again only when something they show was written, or when other marks are set.

    `source` is the replica; `pages` given to `update` are the pages written since, None for any.
    """

    def __init__(self, source: Any, k: Kernel) -> None:
        self.source, self.k = source, k
        self.marks = Marks()
        self._kept: dict[tuple[Level, int, int], tuple[list[Row], frozenset[int]]] = {}

    def update(self, marks: Marks, pages: set[int] | None) -> None:
        """The play-head has moved."""
        old, self.marks = self.marks, marks
        others = (old.made, old.refused, old.guards) != (marks.made, marks.refused, marks.guards)
        if pages is None or others:
            self._kept.clear()
            return
        for written in (old.written, marks.written):
            pages = pages | ({written.start >> 12, (written.stop - 1) >> 12} if written else set())
        self._kept = {table: kept for table, kept in self._kept.items() if not kept[1] & pages}

    def rows(self, level: Level, table: int, va: int) -> list[Row]:
        """The rows of a table."""
        kept = self._kept.get((level, table, va))
        if kept is None:
            found = rows(self.source, self.k, level, table, va, self.marks)
            kept = self._kept[level, table, va] = found, self._pages(level, table)
        return kept[0]

    def _pages(self, level: Level, table: int) -> frozenset[int]:
        """The pages that a table's rows were read from: its own, and the tables whose entries are counted."""
        words = entries.words(self.source, table)
        below = (int(word) for word in words[np.flatnonzero(words)])
        tables = {entries.pfn(word, level) for word in below if entries.state(word, level) == "table"}
        return frozenset(tables | {table >> 12})
