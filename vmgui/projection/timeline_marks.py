"""The scrubber's picture of time: a segment for each operation, a mark for each event worth finding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

SegmentKind = Literal["pte", "pmd", "pud", "io", "free", "error", "other"]
MarkKind = Literal["table", "huge", "refused", "flush", "error"]


@dataclass(frozen=True, slots=True)
class Segment:
    """One operation: steps [first, last), `text` as the user wrote it, `short` the name it made."""

    operation: int
    first: int
    last: int
    text: str
    short: str
    kind: SegmentKind


@dataclass(frozen=True, slots=True)
class Mark:
    """An event at a step: a table allocated, a huge leaf installed or refused, a TLB flush, an error."""

    step: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class TimelineMarks:
    """All operations and events, in order; `steps` is the length of time."""

    steps: int
    segments: tuple[Segment, ...] = ()
    marks: tuple[Mark, ...] = ()

    def until(self, step: int | None) -> TimelineMarks:
        """What gives nothing away of what comes after a step: neither its marks nor how operations end."""
        if step is None:
            return self
        segments = tuple(each if each.last <= step else replace(each, kind="other") for each in self.segments)
        return replace(self, segments=segments, marks=tuple(each for each in self.marks if each.step <= step))
