"""Seeking by meaning: when an entry, an area or a frame changes next, and who wrote it.

A thing is the words that say what it is at the step that is looked at.  Whatever changes it has to write one
of them: an area that nobody maps yet is mapped by writing an entry of a table that is there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.structs import page, vm_struct, vmap_area
from vmgui.engine.words import offsetof
from vmgui.projection import numbers
from vmgui.projection.area_lists import AreaLists
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import Level
from vmgui.projection.moment import number
from vmgui.projection.scope import operation_at
from vmgui.timeline import query, spans
from vmgui.timeline.columns import NONE, Columns
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.session import Done

Ranges = list[tuple[int, int]]
#: Fields that say what an area and a frame are; the others link them into trees and lists.
AREA_FIELDS = tuple(offsetof(vmap_area, name) for name in ("va_start", "va_end", "vm", "flags"))
FRAME_FIELDS = tuple(offsetof(page, name) for name in ("flags", "private", "_refcount"))
#: The tracepoints that tell of an area, and their parameter that is where it begins.
LIVES = {"trace_alloc_vmap_area": "addr", "trace_free_vmap_area_noflush": "va_start"}
#: So many writers are listed, the last ones before the play-head.
MOST = 500


@dataclass(frozen=True, slots=True)
class Thing:
    """What is looked for: byte ranges of memory; an area that is not there has none, only where it begins."""

    ranges: tuple[tuple[int, int], ...] = ()
    start: int = 0

    @property
    def word(self) -> int | None:
        """The address of its word, if it is one word."""
        if len(self.ranges) != 1:
            return None
        start, end = self.ranges[0]
        return start if end - start == 8 else None


@dataclass(frozen=True, slots=True)
class Writer:
    """One write: the position after it, the operation and function that made it, and the word it changed."""

    step: int
    operation: int
    line: str
    function: str
    place: str
    old: str
    new: str


# --- things ----------------------------------------------------------------------------------------------


def entry(shape: Geometry, table: int, index: int) -> Thing:
    """An entry of the table in frame `table`."""
    address = (table << shape.page_shift) + 8 * index
    return Thing(((address, address + 8),))


def area(k: Kernel, cursor: Cursor, shape: Geometry, start: int, end: int) -> Thing:
    """An area: its structs and the entries that map it while there is one, else where it begins."""
    found = AreaLists(k, cursor).find(start) or _between_lists(cursor, start)
    if found is None:
        return Thing(start=start)
    va, vm = found
    ranges = list(mapping(k, cursor, shape, start, end))
    ranges += [(va + field, va + field + 8) for field in AREA_FIELDS]
    ranges += [(vm, vm + vm_struct.size)] if vm else []
    return Thing(tuple(ranges))


def _between_lists(cursor: Cursor, start: int) -> tuple[int, int] | None:
    """The structs of an area that is in no list because it is on its way into one; None if there is none."""
    columns = cursor.columns
    made = _calls_about(columns, "trace_alloc_vmap_area", start)
    freed = _calls_about(columns, "trace_free_vmap_area_noflush", start)
    before = [calls[columns.spans.last[calls] < cursor.at] for calls in (made, freed)]
    if not len(before[0]) or len(before[1]) and before[1][-1] > before[0][-1]:
        return None
    va = int(columns.spans.result[columns.spans.parent[before[0][-1]]])
    if not 0 < va < len(cursor.view) - vmap_area.size << 3:
        return None
    vm = cursor.load(va + offsetof(vmap_area, "vm"))
    return va, vm if vm < len(cursor.view) << 3 else 0


def mapping(k: Kernel, source: Any, shape: Geometry, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The entries on the way to [start, end) in the tables as they are: byte ranges."""
    yield from _descend(k, source, shape, shape.levels[0], k.init_mm_pgd, start, end)


def _descend(
    k: Kernel, source: Any, shape: Geometry, level: Level, table: int, start: int, end: int
) -> Iterator[tuple[int, int]]:
    if not 0 < table < k.addr:
        return
    size = shape.covers(level)
    first = start // size % shape.entries[level]
    last = min(first + (end - 1) // size - start // size, shape.entries[level] - 1)
    yield table + 8 * first, table + 8 * (last + 1)
    if level == "pte":
        return
    words = shape.words(source, table, level)[first : last + 1]
    for i in np.flatnonzero(words).tolist():
        if shape.state(int(words[i]), level) == "table":
            at, down = (start // size + i) * size, shape.table(int(words[i]))
            yield from _descend(
                k, source, shape, shape.below(level), down, max(start, at), min(end, at + size)
            )


def frames(k: Kernel, shape: Geometry, start: int, end: int) -> Thing:
    """The frames of physical addresses [start, end): their bytes and what their struct pages say."""
    first, last = start >> shape.page_shift, min(end >> shape.page_shift, k.max_pfn)
    if first >= last:
        return Thing(())
    ranges: Ranges = [(start, last << shape.page_shift)]
    for pfn in range(first, last):
        struct = k.vmemmap + pfn * page.size
        ranges += [(struct + field, struct + field + 8) for field in FRAME_FIELDS]
    return Thing(tuple(ranges))


# --- changes ---------------------------------------------------------------------------------------------


def next_change(columns: Columns, thing: Thing, at: int) -> int | None:
    """The position after the first change from `at` on; None if there is none."""
    if thing.word is not None:
        row = columns.writer_after(thing.word, at)
        while row != NONE and columns.rows.old[row] == columns.rows.new[row]:
            row = int(columns.rows.next[row])
        return None if row == NONE else row + 1
    if thing.start:
        met = _lives(columns, thing.start)
        return next((int(step) for step in met if step > at), None)
    found = query.next_write(columns, query.bounds(thing.ranges), at)
    return None if found is None else found + 1


def previous_change(columns: Columns, thing: Thing, at: int) -> int | None:
    """The position after the last change before the one at `at`; None if there is none."""
    if thing.word is not None:
        row = columns.writer_before(thing.word, at - 1)
        while row != NONE and columns.rows.old[row] == columns.rows.new[row]:
            row = int(columns.rows.prev[row])
        return None if row == NONE else row + 1
    if thing.start:
        met = _lives(columns, thing.start)
        return next((int(step) for step in met[::-1] if step < at), None)
    found = query.last_write(columns, query.bounds(thing.ranges), at - 1)
    return None if found is None else found + 1


def _lives(columns: Columns, start: int) -> NDArray[np.int64]:
    """The positions after an area was made or freed at an address."""
    found = np.concatenate([_calls_about(columns, name, start) for name in LIVES])
    return np.sort(columns.spans.last[found].astype(np.int64) + 1)


def _calls_about(columns: Columns, name: str, start: int) -> query.Numbers:
    """The spans of a tracepoint that tell of the area at an address."""
    calls = query.calls(columns, [name])
    mine: query.Numbers = calls[query.argument(columns, calls, LIVES[name]) == np.uint64(start)]
    return mine


def writers(columns: Columns, operations: Sequence[Done], thing: Thing, at: int) -> tuple[Writer, ...]:
    """Who changed a thing before the position `at`, the latest first; at most MOST of them."""
    rows = _rows(columns, thing, at)[-MOST:][::-1]
    return tuple(_writer(columns, operations, int(row)) for row in rows)


def _rows(columns: Columns, thing: Thing, at: int) -> NDArray[np.int64]:
    if thing.word is not None:
        known = np.array(columns.writes(thing.word), np.int64)
        known = known[known < at]
        changed: NDArray[np.int64] = known[columns.rows.old[known] != columns.rows.new[known]]
        return changed
    if thing.start:
        met = _lives(columns, thing.start) - 1
        return met[met < at]
    return query.inside(columns, query.bounds(thing.ranges), 0, at)


def _writer(columns: Columns, operations: Sequence[Done], row: int) -> Writer:
    done = operation_at(operations, row + 1)
    span = spans.innermost(columns, row)
    function = spans.call(columns, span).function.name if span >= 0 else spans.place(columns, row)[1]
    return Writer(
        row + 1, done.index + 1 if done else 0, str(done.operation) if done else "", function,
        *_values(columns, row),
    )  # fmt: skip


def _values(columns: Columns, row: int) -> tuple[str, str, str]:
    """Where a row wrote, what was there, what is there; nothing of a row that is no store."""
    rows, word = columns.rows, int(columns.rows.word[row])
    if not word:
        return "", "", ""
    return numbers.physical(word << 3), number(int(rows.old[row])), number(int(rows.new[row]))
