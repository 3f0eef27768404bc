"""Statistics over time: what the kernel counts, as it changes from step to step.

Read off rows and spans by whole arrays: what is appended is read once, what was taken back is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.page import PG_table
from vmgui.engine.structs import page
from vmgui.engine.trace import FUNCTIONS
from vmgui.engine.words import offsetof
from vmgui.projection.allocator_tree import image_of
from vmgui.projection.entries import Geometry
from vmgui.projection.marks import FLUSHES
from vmgui.projection.statistics_free import FreeRanges, History
from vmgui.projection.statistics_tables import Change, MappedReader, Marks, Numbers, Words
from vmgui.timeline import query
from vmgui.timeline.columns import Table
from vmgui.timeline.session import Session

#: What is counted: pages that wait for a purge and purges that found some; free ranges of the vmalloc range,
#: their bytes and those of the largest; flushes of TLBs so far; frames that are page tables; bytes of the
#: vmalloc range mapped by entries as small as a page, and by larger ones.
Name = Literal["lazy", "purges", "ranges", "free", "largest", "flushes", "tables", "small", "huge"]
NAMES: tuple[Name, ...] = get_args(Name)
CUTS = frozenset({"va_clip"})
GROWS = frozenset({"augment_tree_propagate_from"})
INSIDE = frozenset({"va_clip", "insert_vmap_area_augment"})


@dataclass(frozen=True, slots=True)
class Series:
    """A value over time: from position `at[i]` on, counted in rows that have happened, it is `value[i]`."""

    at: Numbers
    value: NDArray[Any]

    def thinned(self, first: float, end: float, most: int) -> Series:
        """Enough of it to draw [first, end) on `most` columns: the ends and the extremes of each."""
        low = max(int(np.searchsorted(self.at, first, "right")) - 1, 0)
        high = int(np.searchsorted(self.at, end, "right"))
        at, value = self.at[low:high], self.value[low:high]
        if len(at) <= 4 * most:
            return Series(at, value)
        column = ((at - first) * most / (end - first)).astype(np.int64)
        begins = np.flatnonzero(np.concatenate(([True], column[1:] != column[:-1])))
        ends = np.append(begins[1:], len(at)) - 1
        order = np.lexsort((value, column))  # within a column by value: its least first, its greatest last
        kept = np.unique(np.concatenate((begins, ends, order[begins], order[ends])))
        return Series(at[kept], value[kept])


class StatisticsReader:
    """Keeps all series up to date with a session; `read` after operations were added or taken back.

    It has a replica of its own, which stands where it has read to: rows that are taken back bring it back.
    """

    def __init__(self, session: Session) -> None:
        self._columns, self._cursor = session.columns, session.cursor()
        self.k = k = Kernel(session.machine, self._cursor)
        self._image: Words = image_of(self._cursor)
        self._mapped = MappedReader(Geometry(k))
        self._tables = {name: Table({"at": np.int64, "value": np.int64}) for name in NAMES}
        self._free = FreeRanges(k.VMALLOC_START, k.VMALLOC_END + 1)
        self._row = -1
        base = session.base
        low, width = k.vmemmap >> 3, page.size // 8
        inside = (base.index >= low) & (base.index < low + k.max_pfn * width)
        flags = base.value[inside][(base.index[inside] - low) % width == 0]
        self._first_tables = int((flags & np.uint64(PG_table) != 0).sum())

    def __getitem__(self, name: Name) -> Series:
        """One series as it was read last."""
        table = self._tables[name]
        return Series(table.at, table.value)

    @property
    def length(self) -> int:
        """How many rows have been read."""
        return self._cursor.at

    def read(self) -> bool:
        """Read what has changed since the last time; whether anything has."""
        begin, end = self._cursor.at, len(self._columns)
        if begin == end == self._row:
            return False
        if begin != self._row:
            self._begin(begin)
        if begin < end:
            self._follow(begin, end)
            self._cursor.seek(end)
        self._row = end
        return True

    def _begin(self, row: int) -> None:
        """Believe what was read up to a row, and read there what the rest is counted from."""
        for table in self._tables.values():
            table.cut(int(np.searchsorted(table.at, row, "right")))
        small, large = self._mapped.start(self._image)
        ranges = self._free.start(self._image, self.k.free_vmap_area_root)
        if len(self._tables["lazy"]):
            return
        first: dict[Name, int] = {
            "lazy": self.k.vmap_lazy_nr, "purges": 0, "flushes": 0, "tables": self._first_tables,
            "ranges": len(ranges), "free": int(ranges.sum()), "largest": int(ranges.max(initial=0)),
            "small": small, "huge": large,
        }  # fmt: skip
        for name, value in first.items():
            self._append(name, np.array([0]), np.array([value]))

    def _append(self, name: Name, at: Numbers, value: Numbers) -> None:
        table = self._tables[name]
        added = table.extend(len(at))
        table.at[added], table.value[added] = at, value

    def _add(self, name: Name, change: Change) -> None:
        """Append what rows, in order, change of the last value."""
        rows, changes = change
        self._append(name, rows + 1, int(self._tables[name].value[-1]) + np.cumsum(changes))

    # --- what rows have changed ----------------------------------------------------------------------

    def _follow(self, begin: int, end: int) -> None:
        rows, k = self._columns.rows, self.k
        word, new = rows.word[begin:end], rows.new[begin:end]
        lazy = np.flatnonzero(word == k.addr + offsetof(Kernel, "vmap_lazy_nr") >> 3)
        self._append("lazy", lazy + begin + 1, new[lazy].astype(np.int64))
        spans = int(np.searchsorted(self._columns.spans.first, np.uint32(begin)))
        purges = frozenset({"__purge_vmap_area_lazy"})
        counted: dict[Name, frozenset[str]] = {"flushes": FLUSHES, "purges": purges}
        for name, functions in counted.items():
            found = self._calls(functions, spans)
            if name == "purges":
                found = found[self._columns.spans.result[found] != 0]
            ended = np.sort(self._columns.spans.last[found].astype(np.int64))
            self._add(name, (ended, np.ones(len(ended), np.int64)))
        marks = self._marks(begin, end)
        self._add("tables", (marks[1], np.where(marks[2], 1, -1)))
        small, huge = self._mapped.follow(self._columns, begin, end, self._image, marks)
        self._add("small", small)
        self._add("huge", huge)
        self._follow_free(begin, end, spans)

    def _calls(self, names: frozenset[str], first: int) -> Numbers:
        """The spans from `first` on of functions with these names."""
        numbers = [i for i, function in enumerate(FUNCTIONS) if function.name in names]
        return np.flatnonzero(np.isin(self._columns.spans.function[first:], numbers)) + first

    def _marks(self, begin: int, end: int) -> Marks:
        """The rows that mark frames as tables, or no more."""
        rows, k, width = self._columns.rows, self.k, page.size // 8
        index = rows.word[begin:end].astype(np.int64) - (k.vmemmap >> 3)
        changed = (rows.old[begin:end] ^ rows.new[begin:end]) & np.uint64(PG_table) != 0
        at = np.flatnonzero(changed & (index >= 0) & (index < k.max_pfn * width) & (index % width == 0))
        return index[at] // width, at + begin, rows.new[begin:end][at] & np.uint64(PG_table) != 0

    # --- the free tree -------------------------------------------------------------------------------

    def _follow_free(self, begin: int, end: int, spans: int) -> None:
        """Number, sum and greatest of the free ranges, wherever the free tree is whole again."""
        samples = self._samples(spans)
        if not len(samples):
            return
        history = History(self._columns, begin, end, self._image)
        free = self._free.follow(history, *self._turns(spans))
        ranges, size = (int(table.value[-1]) for table in (self._tables["ranges"], self._tables["free"]))
        self._append("ranges", samples + 1, ranges + free.summed(samples, True))
        self._append("free", samples + 1, size + free.summed(samples, False))
        self._append("largest", samples + 1, free.greatest(samples))

    def _samples(self, spans: int) -> Numbers:
        """The rows that leave a function behind which the free tree is in order."""
        columns = self._columns.spans
        cut, grown = self._calls(CUTS, spans), self._calls(GROWS, spans)
        inside = [i for i, function in enumerate(FUNCTIONS) if function.name in INSIDE]
        parent = columns.parent[grown]
        grown = grown[(parent < 0) | ~np.isin(columns.function[parent], inside)]
        return np.sort(columns.last[np.concatenate((cut, grown))].astype(np.int64))

    def _turns(self, spans: int) -> tuple[Words, Numbers, NDArray[np.bool_]]:
        """Areas that went into the free tree or out of it, at what rows, and which of the two."""
        columns, root = self._columns, self.k.free_vmap_area_root.addr
        found: list[tuple[Words, Numbers]] = []
        for name in ("__link_va", "__unlink_va"):
            calls = self._calls(frozenset({name}), spans)
            calls = calls[query.argument(columns, calls, "root") == root]
            found.append((query.argument(columns, calls, "va"), columns.spans.last[calls].astype(np.int64)))
        (linked, linked_at), (unlinked, unlinked_at) = found
        areas, rows = np.concatenate((linked, unlinked)), np.concatenate((linked_at, unlinked_at))
        return areas, rows, np.arange(len(areas)) < len(linked)


def rows(reader: StatisticsReader) -> Iterator[tuple[int, ...]]:
    """A table: at each step where anything changes, the step and all values in the order of NAMES."""
    series = [reader[name] for name in NAMES]
    at = np.unique(np.concatenate([one.at for one in series]))
    columns = [one.value[np.searchsorted(one.at, at, "right") - 1] for one in series]
    yield from zip(at.tolist(), *(column.tolist() for column in columns), strict=True)
