"""Breakpoints: all steps at which an event happens, found by searching rows and spans, not by stepping."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.access import Reason, last_access
from vmgui.engine.trace import FUNCTIONS, RAISED, RETURNED_INT
from vmgui.engine.words import offsetof
from vmgui.projection.entries import Geometry
from vmgui.projection.marks import FLUSHES, TABLES, TRIES, failed
from vmgui.projection.source import rows_at
from vmgui.projection.text import PACKAGE
from vmgui.texts import Text
from vmgui.timeline import query
from vmgui.timeline.columns import Columns
from vmgui.timeline.query import Numbers
from vmgui.timeline.session import Done

#: What can be stopped at; the last three need to be told which.
Event = Literal["refused", "huge", "table", "purge", "flush", "guard", "error", "function", "write", "line"]
EVENTS: tuple[Event, ...] = get_args(Event)
TELLING: tuple[Event, ...] = ("function", "write", "line")
PURGE = "__purge_vmap_area_lazy"
#: Functions that fill or clear the entries of [addr, end): what maps an address anew.
MAPS = (
    "vmap_pte_range", "vmap_pages_pte_range", "vunmap_pte_range", "vmap_try_huge_pmd", "vmap_try_huge_pud",
    "vmap_try_huge_p4d", "vunmap_pmd_range", "vunmap_pud_range",
)  # fmt: skip
ERRNOS = np.uint64((1 << 64) - 4095)


class BadBreakpoint(ValueError):
    """What a breakpoint was told cannot be understood."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is searched. `k` is any kernel of the machine: only addresses of variables are read off it."""

    columns: Columns
    operations: Sequence[Done]
    shape: Geometry
    k: Kernel


def steps_of(recorded: Recorded, event: Event, what: str = "") -> Numbers:
    """The positions to stop at, in order; BadBreakpoint when `what` cannot be understood."""
    return np.unique(_FINDERS[event](recorded, what))


def check(event: Event, what: str) -> str:
    """`what` as it is kept; BadBreakpoint when it cannot be understood."""
    if event == "function":
        return _function(what)
    if event == "write":
        start, end = address_range(what)
        return f"{start:#x}-{end:#x}"
    if event == "line":
        place_of(what)
        return what.strip()
    return ""


def function_names() -> list[str]:
    """Every function that can be stopped at."""
    return sorted({function.name for function in FUNCTIONS})


def address_range(text: str) -> tuple[int, int]:
    """The range that a text means, end exclusive: 0x1000, 0x1000-0x2000 or 0x1000+4096."""
    found = re.fullmatch(r"\s*(?:0x)?([0-9a-f_]+)\s*(?:([-+])\s*(0x)?([0-9a-f_]+))?\s*", text, re.IGNORECASE)
    if found is None:
        raise BadBreakpoint(
            Text("{0!r} is no address: write 0x1000, 0x1000-0x2000 or 0x1000+4096", text.strip())
        )
    start = int(found[1], 16)
    if found[2] is None:
        end = start + 8
    elif found[2] == "-":
        end = int(found[4], 16)
    elif not found[3] and not found[4].isdecimal():
        raise BadBreakpoint(Text("{0!r} is no number of bytes", found[4]))
    else:
        end = start + int(found[4], 16 if found[3] else 10)
    if not 0 <= start < end <= 1 << 64:
        raise BadBreakpoint(Text("{0!r} is an empty range", text.strip()))
    return start, end


def place_of(text: str) -> tuple[str, int]:
    """The file and line that a text such as engine/mm/vmap_range.py:120 means."""
    name, _, line = text.strip().rpartition(":")
    path = (PACKAGE / name).resolve()
    if not line.isdecimal() or not int(line) or not path.is_relative_to(PACKAGE) or not path.is_file():
        raise BadBreakpoint(
            Text("{0!r} is no line of the engine: write engine/mm/vmap_range.py:120", text.strip())
        )
    return str(path), int(line)


def _function(text: str) -> str:
    name = text.strip().removesuffix("()")
    if name not in function_names():
        raise BadBreakpoint(Text("{0!r} is no function of the engine that is recorded as a call", name))
    return name


# --- finding ---------------------------------------------------------------------------------------------


def _after(columns: Columns, spans: Numbers) -> Numbers:
    """The positions after the calls have returned."""
    return columns.spans.last[spans].astype(np.int64) + 1


def _entered(columns: Columns, spans: Numbers) -> Numbers:
    """The positions after the calls were entered."""
    return columns.spans.first[spans].astype(np.int64) + 1


def _decided(installed: bool) -> Callable[[Recorded, str], Numbers]:
    """Finds where a whole huge page was asked for, and installed or refused."""

    def find(recorded: Recorded, _what: str) -> Numbers:
        columns, found = recorded.columns, [np.zeros(0, np.int64)]
        for name, level in TRIES.items():
            spans = query.calls(columns, [name])
            asked = query.argument(columns, spans, "end") - query.argument(columns, spans, "addr")
            result = columns.spans.result[spans] != 0
            chosen = result if installed else ~result & (asked == np.uint64(recorded.shape.covers(level)))
            found.append(_after(columns, spans[chosen]))
        return np.concatenate(found)

    return find


def _tables(recorded: Recorded, _what: str) -> Numbers:
    spans = query.calls(recorded.columns, TABLES)
    return _after(recorded.columns, spans[recorded.columns.spans.result[spans] == 0])


def _purges(recorded: Recorded, _what: str) -> Numbers:
    spans = query.calls(recorded.columns, [PURGE])
    return _entered(recorded.columns, spans[recorded.columns.spans.result[spans] != 0])


def _flushes(recorded: Recorded, _what: str) -> Numbers:
    return _after(recorded.columns, query.calls(recorded.columns, FLUSHES))


def _guards(recorded: Recorded, _what: str) -> Numbers:
    """The rows that note in the record of accesses that a guard page was hit."""
    record = last_access(recorded.k)
    word = record.addr + offsetof(type(record), "reason") >> 3
    rows = recorded.columns.rows
    hit = (rows.word == np.uint32(word)) & (rows.new == np.uint64(Reason.GUARD_PAGE))
    return np.flatnonzero(hit) + 1


def _errors(recorded: Recorded, _what: str) -> Numbers:
    """Operations that failed, and in them the calls where the error or the stop began."""
    spans, found = recorded.columns.spans, [np.zeros(0, np.int64)]
    for done in recorded.operations:
        if not failed(done):
            continue
        mine = slice(done.first_span, done.last_span)
        errno = (spans.returned[mine] == RETURNED_INT) & (spans.result[mine] >= ERRNOS)
        bad = np.flatnonzero(errno | (spans.returned[mine] == RAISED)) + done.first_span
        origin = np.setdiff1d(bad, spans.parent[bad])[-1:]
        found.append(_after(recorded.columns, origin) if len(origin) else np.array([done.last_row]))
    return np.concatenate(found)


def _calls(recorded: Recorded, what: str) -> Numbers:
    return _entered(recorded.columns, query.calls(recorded.columns, [_function(what)]))


def _writes(recorded: Recorded, what: str) -> Numbers:
    """Stores to memory of the machine; of a virtual address, accesses that write and changes of its map."""
    columns, (start, end) = recorded.columns, address_range(what)
    if end <= len(recorded.k.mem.view) << 3:
        places = query.bounds([(start, end)])
        return query.inside(columns, places, 0, len(columns)) + 1
    low, high = np.uint64(start), np.uint64(end - 1)
    accesses = query.calls(columns, ["access"])
    address = query.argument(columns, accesses, "addr")
    hit = (query.argument(columns, accesses, "is_write") != 0) & (address >= low) & (address <= high)
    maps = query.calls(columns, MAPS)
    first, last = query.argument(columns, maps, "addr"), query.argument(columns, maps, "end")
    stored = columns.spans.last[maps] > columns.spans.first[maps] + 1
    over = maps[(first <= high) & (last > low) & stored]
    innermost = np.setdiff1d(over, columns.spans.parent[over])
    return np.concatenate([_after(columns, accesses[hit]), _after(columns, innermost)])


def _lines(recorded: Recorded, what: str) -> Numbers:
    return rows_at(recorded.columns, *place_of(what)) + 1


_FINDERS: dict[Event, Callable[[Recorded, str], Numbers]] = {
    "refused": _decided(False), "huge": _decided(True), "table": _tables, "purge": _purges,
    "flush": _flushes, "guard": _guards, "error": _errors, "function": _calls, "write": _writes,
    "line": _lines,
}  # fmt: skip
