"""The rows of a page table: columns that are compared at once, and a `Row` made of what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


class Rows(Sequence[Row]):
    """Rows in order: their first entries and kinds, what their looks come from, and how to make one."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self, first: Ints, last: Ints, kind: Ints, looks: Ints, opens: Ints, make: Callable[[int], Row]
    ) -> None:
        self.first, self.last, self.kind, self.looks, self._make = first, last, kind, looks, make
        self.opens = opens  # which lead to a table with something to show: 2, or perhaps: 1
        self._leads: list[bool] = (kind == KINDS.index("table")).tolist()
        self._known: dict[int, Row] = {}
        self._places: dict[int, int] | None = None

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Rows:
        """Rows that are known one by one."""
        if isinstance(rows, Rows):
            return rows
        each = [(row.first, row.last, KINDS.index(row.kind), hash(row)) for row in rows]
        first, last, kind, look = np.array(each, np.int64).reshape(-1, 4).T
        opens = np.array([row.opens + (row.opens and row.count > 0) for row in rows], np.int64)
        return cls(first, last, kind, look[:, None], opens, tuple(rows).__getitem__)

    @property
    def keys(self) -> Ints:
        """What stays the same while a row only changes its looks; rising, except where two share an entry."""
        found: Ints = self.first * len(KINDS) + self.kind
        return found

    def leads(self, i: int) -> bool:
        """Whether there is such a row and it leads to a table."""
        return i < len(self._leads) and self._leads[i]

    def holding(self, index: int) -> int | None:
        """The first row that an entry belongs to; None if it has none."""
        inside = (self.first <= index) & (index <= self.last) & (self.kind != KINDS.index("folded"))
        found = np.flatnonzero(inside)
        return int(found[0]) if len(found) else None

    def table_at(self, index: int) -> int:
        """The row of the entry that leads to a table."""
        if self._places is None:  # asked for many times, by Qt: what is a row's parent?
            first = self.first.tolist()
            self._places = {first[i]: i for i in reversed(self.tables())}
        return self._places[index]

    def tables(self) -> list[int]:
        """The rows that lead to tables."""
        return np.flatnonzero(self.kind == KINDS.index("table")).tolist()

    def among(self, others: Rows) -> Flags:
        """Which of the rows have the key of one of the others."""
        mine, theirs = self.keys, others.keys
        if not len(mine) or not len(theirs):
            return np.zeros(len(mine), np.bool_)
        low = min(int(mine.min()), int(theirs.min()))
        there = np.zeros(max(int(mine.max()), int(theirs.max())) - low + 1, np.bool_)
        there[theirs - low] = True
        return there[mine - low]

    def differing(self, others: Rows, mine: Flags, theirs: Flags) -> Flags:
        """Which of some rows have other looks than the same number of others."""
        if not mine.any():
            return np.zeros(0, np.bool_)
        found: Flags = (self.looks[mine] != others.looks[theirs]).any(1)
        found |= self.last[mine] != others.last[theirs]
        return found

    def __len__(self) -> int:
        return len(self.first)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows) and self.looks.shape == other.looks.shape:
            names = ("first", "last", "kind", "looks")
            return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)
        return isinstance(other, Sequence) and list(self) == list(other)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """One row, or a stretch of them."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        i = index + len(self) if index < 0 else index
        if i not in self._known:
            if not 0 <= i < len(self):
                raise IndexError(index)
            self._known[i] = self._make(i)
        return self._known[i]


class Changing(Sequence[Row]):
    """The rows of a table while stretches of them go and others come."""

    def __init__(self, before: Rows, wanted: Rows, numbers: Ints | None = None) -> None:
        self.before, self.wanted = before, wanted
        #: The number of a wanted row, or ~ that of one before.
        self._numbers = ~np.arange(len(before)) if numbers is None else numbers

    def without(self, first: int, last: int) -> Changing:
        """The rows but a stretch of them, both ends included."""
        return Changing(self.before, self.wanted, np.delete(self._numbers, slice(first, last + 1)))

    def with_wanted(self, first: int, last: int) -> Changing:
        """The rows, and at its place a stretch of the wanted ones, both ends included."""
        come = np.insert(self._numbers, first, np.arange(first, last + 1))
        return Changing(self.before, self.wanted, come)

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
        number = int(self._numbers[index])
        return self.wanted[number] if number >= 0 else self.before[~number]
