"""The rows of a page table: columns that are compared at once, and a `Row` made of what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args, overload

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.levels import Level

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

    @property
    def opens(self) -> bool:
        """Whether it leads to a table that may have something to show.

        There may only be rows of what is gone, or in a new table of what was refused.
        """
        return self.kind == "table" and (self.count > 0 or bool(self.sign) or self.new)


Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
KINDS: tuple[RowKind, ...] = get_args(RowKind)
#: Kinds by the number that columns hold.
NUMBERS: dict[RowKind, int] = {kind: number for number, kind in enumerate(KINDS)}
TABLE = NUMBERS["table"]
#: Of so many rows that have been looked at it is found out which of them look otherwise.
MOST_COMPARED = 64


class Rows(Sequence[Row]):
    """Rows in order: columns of their first and last entries and kinds, and how to make one."""

    def __init__(self, first: Ints, last: Ints, kind: Ints, opens: Ints, make: Callable[[int], Row]) -> None:
        self.first, self.last, self.kind = first, last, kind
        self.opens = opens  # which lead to a table with something to show: 2, or perhaps: 1
        self.size = len(first)
        self._make = make
        self._known: dict[int, Row] = {}

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Rows:
        """Rows that are known one by one."""
        if isinstance(rows, Rows):
            return rows
        each = [(row.first, row.last, NUMBERS[row.kind], row.opens * (1 + (row.count > 0))) for row in rows]
        first, last, kind, opens = np.array(each, np.int64).reshape(-1, 4).T
        return cls(first, last, kind, opens, tuple(rows).__getitem__)

    @cached_property
    def keys(self) -> Ints:
        """What stays the same while a row only changes its looks; rising, except where two share an entry."""
        found: Ints = self.first * len(KINDS) + self.kind
        return found

    @cached_property
    def doubtful(self) -> list[int]:
        """The rows of tables that may have something to show, though nothing in them is in use."""
        found: list[int] = (self.opens == 1).nonzero()[0].tolist()
        return found

    def leads(self, i: int) -> bool:
        """Whether there is such a row and it leads to a table."""
        return i < self.size and bool(self.kind[i] == TABLE)

    def holding(self, index: int) -> int | None:
        """The first row that an entry belongs to; None if it has none."""
        found = ((self.first <= index) & (self.last >= index)).nonzero()[0]
        return int(found[0]) if len(found) else None

    def table_at(self, index: int) -> int:
        """The row of the entry that leads to a table; -1 if the entry leads to none."""
        i = int(self.first.searchsorted(index))
        while i < self.size and self.first[i] == index:
            if self.kind[i] == TABLE:
                return i
            i += 1
        return -1

    def alike(self, others: Rows) -> bool:
        """Whether they are as many, of the same entries and kinds."""
        return self.size == others.size and bool((self.keys == others.keys).all())

    def among(self, others: Rows) -> Flags:
        """Which of the rows have the key of one of the others."""
        mine, theirs = self.keys, others.keys
        if not self.size or not others.size:
            return np.zeros(self.size, np.bool_)
        low, kinds = min(int(self.first[0]), int(others.first[0])) * len(KINDS), len(KINDS)
        end = (max(int(self.first[-1]), int(others.first[-1])) + 1) * kinds
        there = np.zeros(end - low, np.bool_)
        there[theirs - low] = True
        return there[mine - low]

    def differing(self, others: Rows) -> tuple[int, int] | None:
        """The first and the last row that looks otherwise than that of as many others.

        Only those count that somebody has looked at; of many they are not compared one by one.
        """
        if len(self._known) > MOST_COMPARED:
            return 0, self.size - 1
        found = [i for i, row in self._known.items() if others.row(i) != row]
        return (min(found), max(found)) if found else None

    def with_others(self, others: Sequence[Row]) -> Rows:
        """These rows and some others, in order; a refused one stands for what else there is of its entry."""
        n, more = self.size, Rows.of(others)
        first, last = np.concatenate((self.first, more.first)), np.concatenate((self.last, more.last))
        kind = np.concatenate((self.kind, more.kind))
        order = first.argsort(kind="stable")
        for row in others:
            if row.kind == "refused":
                same = (first[order] == row.first) & (last[order] == row.first)
                order = order[~same | (kind[order] == TABLE) | (kind[order] == NUMBERS["refused"])]

        def make(i: int) -> Row:
            number = int(order[i])
            return self[number] if number < n else more[number - n]

        opens = np.concatenate((self.opens, np.zeros(more.size, np.int64)))
        return Rows(first[order], last[order], kind[order], opens[order], make)

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """One row, or a stretch of them."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        found = self.row(index + self.size if index < 0 else index)
        if found is None:
            raise IndexError(index)
        return found

    def row(self, i: int) -> Row | None:
        """The row of a number from 0 on; None if there are not so many."""
        found = self._known.get(i)
        if found is None and 0 <= i < self.size:
            found = self._known[i] = self._make(i)
        return found


class Changing(Sequence[Row]):
    """The rows of a table while stretches of them go and others come."""

    def __init__(self, before: Rows, wanted: Rows, numbers: Sequence[int] | None = None) -> None:
        self.before, self.wanted = before, wanted
        #: The number of a wanted row, or ~ that of one before.
        self._numbers = range(-1, ~len(before), -1) if numbers is None else numbers

    def without(self, first: int, last: int) -> Changing:
        """The rows but a stretch of them, both ends included."""
        now = self._numbers
        return Changing(self.before, self.wanted, [*now[:first], *now[last + 1 :]])

    def with_wanted(self, first: int, last: int) -> Changing:
        """The rows, and at its place a stretch of the wanted ones, both ends included."""
        now = self._numbers
        return Changing(self.before, self.wanted, [*now[:first], *range(first, last + 1), *now[first:]])

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """One row, or a stretch of them."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        number = self._numbers[index]
        return self.wanted[number] if number >= 0 else self.before[~number]

    def row(self, i: int) -> Row | None:
        """The row of a number from 0 on; None if there are not so many."""
        return self[i] if i < len(self._numbers) else None
