"""What runs at a step and what the program calls things: the names that panes write beside addresses."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.session import Done
from vmgui.timeline.spans import Call

#: Caches know memory in pieces of this size, whatever a page of the machine is.
PIECE = 12
FIRST_ROW = attrgetter("first_row")
#: Parameters that hold the virtual address a function works on, in the order they are believed.
ADDRESSES = ("addr", "address", "va_start", "start")


@dataclass(frozen=True, slots=True)
class Made:
    """An object of the program: its name, the operation that made it, and the row from which it is known."""

    name: str
    verb: str
    row: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The moment when `at` rows have happened.

    `done` is the operation that runs, or has just ended; `calls` are the calls the last row is inside of,
    outermost first; `exits` says that the last row was the innermost one's return.
    """

    at: int
    done: Done | None
    calls: tuple[Call, ...]
    exits: bool

    @property
    def innermost(self) -> Call | None:
        """The call the last row belongs to."""
        return self.calls[-1] if self.calls else None

    def running(self, *names: str) -> Call | None:
        """The innermost running call of one of these functions."""
        for call in reversed(self.calls):
            if call.function.name in names:
                return call
        return None


def scope(columns: Columns, operations: Sequence[Done], at: int) -> Scope:
    """Read out what runs when `at` rows have happened."""
    found = spans.stack(columns, at - 1) if 0 < at <= len(columns) else []
    calls = tuple([spans.call(columns, span) for span in found])
    exits = bool(calls) and calls[-1].last == at - 1
    return Scope(at, operation_at(operations, at), calls, exits)


def operation_at(operations: Sequence[Done], at: int) -> Done | None:
    """The operation that the last of `at` rows belongs to."""
    i = bisect_right(operations, at - 1, key=FIRST_ROW) - 1
    return operations[i] if i >= 0 and at > 0 else None


class Names:
    """Names of objects by the page they begin at; an address may have had several.

    `all` has them in the order they were made.
    """

    def __init__(self, operations: Sequence[Done], page_shift: int) -> None:
        self._page_shift = page_shift
        self.all: list[Made] = []
        self._made: dict[int, list[Made]] = {}
        pages: list[int] = []
        for done in operations:
            made = done.outcome.made
            if made is not None and made.addr:
                self.all.append(Made(made.name, done.operation.verb.name, done.first_row))
                pages.append(made.place >> page_shift)
                self._made.setdefault(pages[-1], []).append(self.all[-1])
        self._rows = [made.row for made in self.all]
        self._order = np.argsort(np.array(pages, np.int64), kind="stable")
        self._sorted = np.array(pages, np.int64)[self._order]
        self._twice = len(self._made) < len(pages)  # an address had several names

    def begun(self, at: int) -> int:
        """How many objects are known when `at` rows have happened: while it is the same, so are the names."""
        return bisect_left(self._rows, at)

    def numbers(self, starts: NDArray[np.uint64], at: int) -> NDArray[np.int64]:
        """What the program calls the areas at these addresses: numbers among `all`, -1 for no name."""
        begun, pages = self.begun(at), (starts >> self._page_shift).view(np.int64)
        order, ordered = self._order, self._sorted
        if begun < len(order) and self._twice:
            known = order < begun
            order, ordered = order.compress(known), ordered.compress(known)
        if not len(order):
            return np.full(len(pages), -1)
        place = ordered.searchsorted(pages, "right") - 1  # the last one if it is before the first
        found: NDArray[np.int64] = order[place]
        found[(ordered[place] != pages) | (found >= begun)] = -1
        return found

    def of(self, va: int, at: int) -> Made | None:
        """What the program calls the area at `va`, when `at` rows have happened."""
        known = self._made.get(va >> self._page_shift, ())
        return next((made for made in reversed(known) if made.row < at), None)


def address_of(call: Call, low: int, high: int) -> int | None:
    """The virtual address in [low, high) that a call was given to work on.

    Who is given an alignment looks for a place between `start` and `end`: none of the two is an address.
    """
    given: Mapping[str, int] = call.arguments
    believed = ADDRESSES[:-1] if "align" in given else ADDRESSES
    for name in believed:
        if name in given and low <= given[name] < high:
            return given[name]
    return None


def range_of(call: Call, low: int, high: int, page_size: int) -> tuple[int, int] | None:
    """The virtual range [start, end) that a call was given, if it was given one."""
    start, end = address_of(call, low, high), call.arguments.get("end", 0)
    return (start, end) if start is not None and start < end <= high + page_size else None


def pieces(start: int, length: int) -> range:
    """The pieces of memory that [start, start + length) lies in."""
    return range(start >> PIECE, (start + length - 1 >> PIECE) + 1)
