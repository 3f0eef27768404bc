"""Beats: the few steps of an operation that a lecturer stops at, read from the spans; nothing is replayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from vmgui.projection.entries import Geometry
from vmgui.projection.levels import Level
from vmgui.projection.marks import FREEING, TRIES, failed
from vmgui.projection.narration import Mood
from vmgui.projection.numbers import count, size
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns
from vmgui.timeline.session import Done
from vmgui.timeline.spans import Call

BeatKind = Literal[
    "begin", "area", "frames", "table", "refused", "huge", "small", "written", "cleared", "table freed",
    "lazy", "flush", "purge", "access", "error", "panic",
]  # fmt: skip
Values = tuple[tuple[str, str], ...]

#: How many beats of one sort an operation shows at its beginning; of those that follow only the last.
KEPT = 2
#: The longest name that a sentence bears.
LONGEST = 24
TABLES: dict[str, Level] = {
    "__p4d_alloc": "p4d", "__pud_alloc": "pud", "__pmd_alloc": "pmd", "__pte_alloc_kernel": "pte",
}  # fmt: skip
WRITERS = frozenset({"vmap_pte_range", "vmap_pages_pte_range"})
LEAVES: dict[str, Level] = {"pmd_clear_huge": "pmd", "pud_clear_huge": "pud", "p4d_clear_huge": "p4d"}
FREED: dict[str, Level] = {"pmd_free_pte_page": "pte", "pud_free_pmd_page": "pmd"}
FLUSHES = frozenset({"flush_tlb_kernel_range", "flush_tlb_all"})
PURGING = frozenset({"purge", "unmap_aliases", "drain", "shrink"})
ACCESSING = frozenset({"touch", "read", "write"})
MAPPING = frozenset({"vmap", "vmap_pfn", "vm_map_ram", "map_pages", "sparse_map"})
SETTERS = frozenset({"pmd_set_huge", "pud_set_huge"})


@dataclass(frozen=True, slots=True)
class Beat:
    """A place to stop at: `step` rows have happened. `key` and `values` find and fill its texts.

    `alike` beats of the same sort were left out before it.
    """

    step: int
    kind: BeatKind
    operation: int
    key: str
    values: Values = ()
    mood: Mood = "plain"
    alike: int = 0


Found = tuple[int, BeatKind, str, dict[str, str], Mood]


class BeatReader:
    """The beats of a timeline that grows at its end or is edited; an operation is read once."""

    def __init__(self, columns: Columns, operations: Sequence[Done], shape: Geometry) -> None:
        self._columns, self._operations, self._shape = columns, operations, shape
        self._known: list[tuple[Done, tuple[Beat, ...]]] = []

    def of(self, index: int) -> tuple[Beat, ...]:
        """The beats of an operation, in order; the first is its beginning."""
        operations = self._operations
        del self._known[len(operations) :]
        while len(self._known) <= index:
            done = operations[len(self._known)]
            self._known.append((done, self._read(done)))
        done, known = self._known[index]
        if done is not operations[index]:
            known = self._read(operations[index])
            self._known[index] = operations[index], known
        return known

    def at(self, step: int) -> Beat | None:
        """The beat that is running when `step` rows have happened; None before the first."""
        for index in reversed(range(len(self._operations))):
            if self._operations[index].first_row < step:
                return next((b for b in reversed(self.of(index)) if b.step <= step), None)
        return None

    def after(self, step: int) -> Beat | None:
        """The first beat behind a step."""
        for index, done in enumerate(self._operations):
            if done.last_row > step:
                found = next((b for b in self.of(index) if b.step > step), None)
                if found is not None:
                    return found
        return None

    def before(self, step: int) -> Beat | None:
        """The last beat before a step."""
        for index in reversed(range(len(self._operations))):
            if self._operations[index].first_row < step:
                found = next((b for b in reversed(self.of(index)) if b.step < step), None)
                if found is not None:
                    return found
        return None

    def _read(self, done: Done) -> tuple[Beat, ...]:
        beats = [_begin(done)]
        for step, kind, key, values, mood in sorted(self._events(done), key=lambda found: found[0]):
            fallback = kind == "table" and beats[-1].kind == "refused"
            key = key.replace(": table", ": fallback") if fallback else key
            beats.append(Beat(step, kind, done.index, key, tuple(values.items()), mood))
        return tuple(_thinned(beats)) + tuple(_end(done, beats[-1]))

    def _events(self, done: Done) -> Iterator[Found]:
        for span in spans.spans_of(self._columns, WATCHED, done.first_span, done.last_span):
            call = spans.call(self._columns, span)
            if not call.raised:
                yield from READERS[call.function.name](call, self._columns, self._shape)


def _begin(done: Done) -> Beat:
    verb = done.operation.verb.name
    values = ("LINE", str(done.operation)), ("VERB", shortened(verb))
    return Beat(min(done.first_row + 1, done.last_row), "begin", done.index, f"begin: {family(verb)}", values)


def family(verb: str) -> str:
    """What sort of operation it is, for what is said at its beginning."""
    if verb in PURGING:
        return "purge"
    if verb in FREEING:
        return "free"
    if verb in ACCESSING:
        return "access"
    if verb in MAPPING:
        return "map"
    return "io" if verb.startswith("ioremap") else "allocate" if "alloc" in verb else "any"


def _end(done: Done, last: Beat) -> Iterator[Beat]:
    verb = ("VERB", shortened(done.operation.verb.name))
    if done.bug is not None:
        place = shortened(done.bug.place.split()[-1].split(":")[-1])
        yield Beat(done.last_row, "panic", done.index, "end: panic", (("PLACE", place), verb), "error")
    elif failed(done) and not (last.kind == "access" and last.mood == "error"):
        said = ("ERROR", done.outcome.failure), verb
        yield Beat(done.last_row, "error", done.index, "end: failed", said, "error")


def _thinned(beats: list[Beat]) -> Iterator[Beat]:
    """The first of each sort, and the last, which tells how many there were between."""
    total = Counter(beat.key for beat in beats)
    seen: Counter[str] = Counter()
    for beat in beats:
        seen[beat.key] += 1
        number = seen[beat.key]
        if number <= KEPT:
            yield beat
        elif number == total[beat.key]:
            yield replace(beat, alike=number - KEPT - 1)


def shortened(name: str) -> str:
    """A name that a sentence can bear."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


# --- what each function tells ------------------------------------------------------------------------


def _area(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    traces = spans.spans_in(columns, call, frozenset({"trace_alloc_vmap_area"}))
    refused = bool(traces) and bool(spans.call(columns, traces[-1]).arguments["failed"])
    pages = call.arguments["size"] >> shape.page_shift
    values = {"COUNT": count(pages)}
    if refused:
        yield call.last + 1, "area", f"{call.function.name}: none", values, "error"
    else:
        yield call.last + 1, "area", _many(f"{call.function.name}: found", pages), values, "plain"


def _frames(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    asked, order = call.arguments["nr_pages"], call.arguments["order"]
    values = {"COUNT": count(call.result or 0), "ASKED": count(asked), "ONE": size(shape.page_size << order)}
    if call.result != asked:
        yield call.last + 1, "frames", f"{call.function.name}: short", values, "error"
    else:
        what = "large" if order else "single"
        yield call.last + 1, "frames", _many(f"{call.function.name}: {what}", asked), values, "plain"


def _table(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    level = TABLES[call.function.name]
    values = {"LEVEL": level.upper(), "ENTRIES": count(shape.entries[level])}
    if call.result:
        yield call.last + 1, "table", f"{call.function.name}: no memory", values, "error"
    else:
        yield call.last + 1, "table", f"{call.function.name}: table", values, "plain"


def _try(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    level = TRIES[call.function.name]
    given, one = call.arguments, shape.covers(level)
    values = {"HUGE": size(one), "LEVEL": level.upper(), "PAGE": size(shape.page_size)}
    values["COUNT"] = count(one >> shape.page_shift)
    if call.result:
        yield call.last + 1, "huge", f"{call.function.name}: huge", values, "huge"
    elif given["end"] - given["addr"] == one:  # less could never be a leaf: nobody would ask why
        setter = any(spans.call(columns, s).result == 0 for s in spans.spans_in(columns, call, SETTERS))
        what = "setter" if setter else "refused"
        yield call.last + 1, "refused", f"{call.function.name}: {what}", values, "refused"


def _small(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    values = {"PAGE": size(shape.page_size)}
    yield call.first + 1, "small", f"{call.function.name}: asked", values, "plain"


def _written(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    pages = call.arguments["end"] - call.arguments["addr"] >> shape.page_shift
    values = {"COUNT": count(pages), "PAGE": size(shape.page_size)}
    if not call.result:
        yield call.last + 1, "written", _many(f"{call.function.name}: written", pages), values, "plain"


def _cleared(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    rows = columns.rows
    stores = slice(call.first, call.last + 1)
    entries = int(np.count_nonzero((rows.old[stores] != 0) & (rows.new[stores] == 0)))
    if entries:
        key = _many(f"{call.function.name}: cleared", entries)
        yield call.last + 1, "cleared", key, {"COUNT": count(entries)}, "plain"


def _leaf(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    level = LEAVES[call.function.name]
    if call.result:
        values = {"HUGE": size(shape.covers(level)), "LEVEL": level.upper()}
        yield call.last + 1, "cleared", f"{call.function.name}: cleared", values, "plain"


def _freed(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    values = {"LEVEL": FREED[call.function.name].upper()}
    if call.result:
        yield call.last + 1, "table freed", f"{call.function.name}: freed", values, "plain"


def _lazy(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    for span in spans.spans_in(columns, call, frozenset({"trace_free_vmap_area_noflush"})):
        said = spans.call(columns, span).arguments
        values = {"COUNT": count(said["nr_lazy"]), "MAX": count(said["nr_lazy_max"])}
        yield call.last + 1, "lazy", f"{call.function.name}: lazy", values, "plain"


def _flush(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    parent = spans.call(columns, call.parent).function.name if call.parent >= 0 else ""
    length = call.arguments.get("end", 0) - call.arguments.get("start", 0)
    what = "table" if parent in FREED else "purge" if parent == "__purge_vmap_area_lazy" else "flush"
    values = {"SIZE": size(length) if 0 < length < 1 << 62 else ""}
    yield call.last + 1, "flush", f"{call.function.name}: {what}", values, "plain"


def _purge(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    traces = spans.spans_in(columns, call, frozenset({"trace_purge_vmap_area_lazy"}))
    areas = sum(spans.call(columns, span).arguments["npurged"] for span in traces)
    if areas:
        key = _many(f"{call.function.name}: purged", areas)
        yield call.last + 1, "purge", key, {"COUNT": count(areas)}, "plain"


def _access(call: Call, columns: Columns, shape: Geometry) -> Iterator[Found]:
    walked = bool(spans.spans_in(columns, call, frozenset({"page_walk"})))
    what = "fault" if call.result and call.result < 0 else "walk" if walked else "hit"
    mood: Mood = "error" if what == "fault" else "plain"
    yield call.last + 1, "access", f"{call.function.name}: {what}", {}, mood


def _many(key: str, number: int) -> str:
    """The key of a sentence about one thing is another."""
    return f"{key} one" if number == 1 else key


READERS: dict[str, Callable[[Call, Columns, Geometry], Iterator[Found]]] = {
    "alloc_vmap_area": _area, "vm_area_alloc_pages": _frames, "vmap_small_pages_range_noflush": _small,
    "vunmap_pte_range": _cleared, "free_vmap_area_noflush": _lazy, "__purge_vmap_area_lazy": _purge,
    "access": _access,
    **dict.fromkeys(TABLES, _table), **dict.fromkeys(TRIES, _try), **dict.fromkeys(WRITERS, _written),
    **dict.fromkeys(LEAVES, _leaf), **dict.fromkeys(FREED, _freed), **dict.fromkeys(FLUSHES, _flush),
}  # fmt: skip
WATCHED = frozenset(READERS)
