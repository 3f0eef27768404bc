"""The history: every operation with what came of it, and where the play-head is among them."""

from __future__ import annotations

from bisect import bisect_left
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


class History(Sequence[Entry]):
    """All operations as they stand when `at` rows have happened; an entry is made when it is looked at.

    The entries before `past` are over; those before `reached` have begun. `items` are what they are made of.
    """

    def __init__(self, items: Sequence[Item] = (), segments: Sequence[Segment] = (), at: int = 0) -> None:
        self.items, self._segments, self._at = items, segments, at
        self._length = len(items)
        self.past = bisect_left(items, at, key=lambda item: item.last_row)
        self.reached = bisect_left(items, True, key=lambda item: not reaches(item, at))

    def __len__(self) -> int:
        """Return the number of operations."""
        return self._length

    @overload
    def __getitem__(self, i: int) -> Entry: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[Entry]: ...
    def __getitem__(self, i: int | slice) -> Entry | Sequence[Entry]:
        """Return an entry, or several."""
        if isinstance(i, slice):
            return [self[n] for n in range(*i.indices(self._length))]
        i = range(self._length)[i]
        item = self.items[i]
        if isinstance(item, Failed):
            return _failed(item, i, self._at)
        kind = self._segments[item.index].kind if item.index < len(self._segments) else "other"
        return _entry(item, i, kind, self._at)

    def is_current(self, i: int) -> bool:
        """Whether an operation has begun and is not over before the play-head."""
        return self.past <= i < self.reached and isinstance(self.items[i], Done)

    @property
    def failed(self) -> int:
        """How many operations could not run."""
        return sum(isinstance(item, Failed) for item in self.items)

    def is_failed(self, i: int) -> bool:
        """Whether an operation could not run."""
        return isinstance(self.items[i], Failed)


def _failed(item: Failed, i: int, at: int) -> Entry:
    state: State = "past" if reaches(item, at) else "later"
    return Entry(
        i + 1, str(item.operation), "", item.error.why, state, "error", item.row, item.row, True, "",
        item.error.why,
    )  # fmt: skip


def _entry(done: Done, i: int, kind: SegmentKind, at: int) -> Entry:
    state: State = "later" if not reaches(done, at) else "past" if at > done.last_row else "current"
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
