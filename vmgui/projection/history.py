"""The history: every operation with what came of it, and where the play-head is among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vmgui.projection import numbers
from vmgui.projection.moment import number
from vmgui.projection.timeline_marks import Segment, SegmentKind
from vmgui.timeline.outcome import ValueKind
from vmgui.timeline.session import Done

State = Literal["past", "current", "later"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation, numbered from 1; it took the steps [first, last), and `answer` is what it asked for."""

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


def history(operations: Sequence[Done], segments: Sequence[Segment], at: int) -> tuple[Entry, ...]:
    """All operations as they stand when `at` rows have happened."""
    return tuple(
        _entry(done, segments[i].kind if i < len(segments) else "other", at)
        for i, done in enumerate(operations)
    )


def _entry(done: Done, kind: SegmentKind, at: int) -> Entry:
    state: State = "later" if not reaches(done, at) else "past" if at > done.last_row else "current"
    short, full, error = result(done)
    return Entry(
        done.index + 1, str(done.operation), short, full, state, kind, done.first_row, done.last_row, error,
        done.outcome.text,
    )  # fmt: skip


def reaches(done: Done, at: int) -> bool:
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
