"""Operations and events of a timeline: read from the spans, nothing is replayed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vmgui.projection.entries import Geometry
from vmgui.projection.levels import Level
from vmgui.projection.timeline_marks import Mark, MarkKind, Segment, SegmentKind, TimelineMarks
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.session import Done

TABLES = frozenset({"__p4d_alloc", "__pud_alloc", "__pmd_alloc", "__pte_alloc_kernel"})
TRIES: dict[str, Level] = {"vmap_try_huge_p4d": "p4d", "vmap_try_huge_pud": "pud", "vmap_try_huge_pmd": "pmd"}
FLUSHES = frozenset({"flush_tlb_kernel_range", "flush_tlb_all"})
SMALL = frozenset({"vmap_pte_range", "vmap_pages_pte_range"})
WATCHED = TABLES | frozenset(TRIES) | FLUSHES | SMALL
FREEING = frozenset({
    "vfree", "vunmap", "iounmap", "purge", "unmap_aliases", "free_area", "remove_area", "vfree_addr",
    "vunmap_addr", "vfree_bh", "vfree_atomic", "drain", "shrink", "vm_unmap_ram", "vunmap_range",
    "sparse_unmap", "flush", "settle",
})  # fmt: skip


class MarksReader:
    """Segments and marks of a timeline that grows at its end; an operation is read once."""

    def __init__(self, columns: Columns, operations: Sequence[Done], shape: Geometry) -> None:
        self._columns, self._operations, self._shape = columns, operations, shape
        self._known: list[tuple[Done, Segment, list[Mark]]] = []

    def read(self) -> TimelineMarks:
        """All operations as segments, with their events."""
        known, operations = self._known, self._operations
        same = min(len(known), len(operations))
        while same and known[same - 1][0] is not operations[same - 1]:
            same -= 1
        known[same:] = [(done, *self._of(done)) for done in operations[same:]]
        marks = [mark for _done, _segment, found in known for mark in found]
        segments = tuple(segment for _done, segment, _found in known)
        return TimelineMarks(len(self._columns), segments, tuple(marks))

    def _of(self, done: Done) -> tuple[Segment, list[Mark]]:
        events = list(_events(self._columns, done, self._shape))
        marks = [Mark(step, kind) for step, kind, _level in events if kind is not None]
        if failed(done):
            marks.append(Mark(done.last_row, "error"))
        return _segment(done, events), sorted(marks, key=lambda mark: mark.step)


def failed(done: Done) -> bool:
    """Whether an operation failed or stopped the kernel."""
    return done.bug is not None or bool(done.outcome.failure)


def _events(
    columns: Columns, done: Done, shape: Geometry
) -> Iterator[tuple[int, MarkKind | None, Level | None]]:
    """Position after which an event has happened, its kind (None: small pages), and the level of a leaf."""
    for span in spans.spans_of(columns, WATCHED, done.first_span, done.last_span):
        call = spans.call(columns, span)
        name, step = call.function.name, call.last + 1
        if name in TRIES:
            level = TRIES[name]
            if call.result:
                yield step, "huge", level
            elif call.arguments["end"] - call.arguments["addr"] == shape.covers(level):
                yield step, "refused", level  # a whole entry was asked for: less could never be a leaf
        elif name in TABLES:
            if call.result == 0:
                yield step, "table", None
        elif name in FLUSHES:
            yield step, "flush", None
        else:
            yield step, None, "pte"


def _segment(done: Done, events: list[tuple[int, MarkKind | None, Level | None]]) -> Segment:
    operation = done.operation
    return Segment(
        done.index, done.first_row, done.last_row, str(operation), operation.target or "",
        _kind(done, {level for _step, kind, level in events if kind in ("huge", None)}),
    )  # fmt: skip


def _kind(done: Done, levels: set[Level | None]) -> SegmentKind:
    name = done.operation.verb.name
    if failed(done):
        return "error"
    if name in FREEING:
        return "free"
    if name.startswith("ioremap"):
        return "io"
    if "pud" in levels:
        return "pud"
    if "pmd" in levels:
        return "pmd"
    return "pte" if "pte" in levels else "other"
