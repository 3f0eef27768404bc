"""The history: every operation with what came of it, and where the play-head is among them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, overload

from vmgui.projection import numbers
from vmgui.projection.moment import number
from vmgui.projection.timeline_marks import Segment, SegmentKind
from vmgui.timeline.edit import Failed, Item
from vmgui.timeline.outcome import ValueKind
from vmgui.timeline.session import Done

State = Literal["past", "current", "later"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation, numbered from 1; it took the steps [first, last), and `answer` is what it asked for.

    `failed` says why it could not run; then it has no steps.
    """

    number: int
    text: str
    result: str
    full: str
    state: State
    kind: SegmentKind
    first: int
    last: int
    error: bool = False
    answer: str = ""
    failed: str = ""


class Operations:
    """The operations of a program, wherever the play-head is; an entry is made once, when it is looked at."""

    def __init__(self, items: Sequence[Item] = (), segments: Sequence[Segment] = ()) -> None:
        self.items, self.segments, self.length = items, segments, len(items)
        self.firsts = [item.first_row for item in items]
        self.lasts = [item.last_row for item in items]
        self.failed = frozenset(i for i, item in enumerate(items) if isinstance(item, Failed))
        self._made: dict[tuple[int, State], Entry] = {}

    def entry(self, i: int, state: State) -> Entry:
        """An operation as it stands in a state."""
        made = self._made.get((i, state))
        if made is None:
            made = self._made[i, state] = self._make(i, state)
        return made

    def _make(self, i: int, state: State) -> Entry:
        item = self.items[i]
        if isinstance(item, Failed):
            return _failed(item, i, state)
        kind = self.segments[item.index].kind if item.index < len(self.segments) else "other"
        return _entry(item, i, kind, state)


class History(Sequence[Entry]):
    """All operations as they stand when `at` rows have happened.

    The entries before `past` are over; those before `reached` have begun.
    """

    def __init__(self, operations: Operations | None = None, at: int = 0) -> None:
        self.operations = operations = Operations() if operations is None else operations
        self.items, self.length = operations.items, operations.length
        self.past = bisect_left(operations.lasts, at)
        ended = bisect_right(operations.lasts, at) if at > 0 else 0  # one without rows begins at once
        self.reached = max(bisect_left(operations.firsts, at), ended)

    def __len__(self) -> int:
        """Return the number of operations."""
        return self.length

    @overload
    def __getitem__(self, i: int) -> Entry: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[Entry]: ...
    def __getitem__(self, i: int | slice) -> Entry | Sequence[Entry]:
        """Return an entry, or several."""
        if isinstance(i, slice):
            return [self[n] for n in range(*i.indices(self.length))]
        return self.entry(range(self.length)[i])

    def entry(self, i: int) -> Entry:
        """The operation at a place, counted from 0."""
        state: State = "later" if i >= self.reached else "past" if i < self.past else "current"
        return self.operations.entry(i, state)

    def is_current(self, i: int) -> bool:
        """Whether an operation has begun and is not over before the play-head."""
        return self.past <= i < self.reached and i not in self.operations.failed

    @property
    def failed(self) -> int:
        """How many operations could not run."""
        return len(self.operations.failed)


class HistoryReader:
    """Histories of one program after the other; what the play-head does not change is read once."""

    def __init__(self) -> None:
        self._known = Operations()

    def read(self, items: Sequence[Item], segments: Sequence[Segment], at: int) -> History:
        """The operations `items`, which only grow or are others, when `at` rows have happened."""
        known = self._known
        if known.items is not items or known.segments is not segments or known.length != len(items):
            self._known = known = Operations(items, segments)
        return History(known, at)


def _failed(item: Failed, i: int, state: State) -> Entry:
    return Entry(
        i + 1, str(item.operation), "", item.error.why, "past" if state == "current" else state, "error",
        item.row, item.row, True, "", item.error.why,
    )  # fmt: skip


def _entry(done: Done, i: int, kind: SegmentKind, state: State) -> Entry:
    short, full, error = result(done)
    return Entry(
        i + 1, str(done.operation), short, full, state, kind, done.first_row, done.last_row, error,
        done.outcome.text,
    )  # fmt: skip


def reaches(done: Item, at: int) -> bool:
    """Whether an operation has begun when `at` rows have happened; one without rows begins at once."""
    return at > done.first_row or (at == done.last_row and at > 0)


def result(done: Done) -> tuple[str, str, bool]:
    """What an operation returned: in short, in full, and whether it failed."""
    if done.bug is not None:
        return done.bug.kind, str(done.bug), True
    value, failure = done.outcome.value, done.outcome.failure
    if failure:
        return failure, failure, True
    if value is None or done.outcome.kind is ValueKind.NOTHING:
        return "", "", False
    if done.outcome.kind is ValueKind.ADDRESS:
        return numbers.tail(value), numbers.address(value), False
    return number(value), number(value), False
