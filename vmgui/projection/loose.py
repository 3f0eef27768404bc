"""Ranges that are mapped although no area owns them: somebody called vmap_page_range() by hand.

The kernel's own callers always have an area; the recordings of mapping tests do not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

import numpy as np

from vmgui.projection.area_lists import Area
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns

#: Functions that map a range [addr, end) for whoever calls them.
MAPPERS = frozenset(["vmap_page_range", "vmap_pages_range_noflush"])


class LooseRanges:
    """The ranges that the mapping functions were called for, by row; `read` those without an area."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._calls: list[spans.Call] = []
        self._rows = np.zeros(0, np.int64)
        self._known: dict[tuple[int, int], Area] = {}
        self._latest: tuple[tuple[Area, ...], int, tuple[Area, ...]] | None = None

    def changed(self) -> None:
        """Read the calls again: operations were added or taken back."""
        found = spans.spans_of(self._columns, MAPPERS, 0, len(self._columns.spans))
        self._calls = [spans.call(self._columns, span) for span in found]
        self._rows = np.array([call.first for call in self._calls], np.int64)
        self._latest = None

    def read(
        self, at: int, areas: tuple[Area, ...], is_mapped: Callable[[int, int], bool]
    ) -> tuple[Area, ...]:
        """Ranges that are mapped, or being mapped, when `at` rows have happened and `areas` are there."""
        begun = int(np.searchsorted(self._rows, at))
        if self._latest is None or self._latest[0] is not areas or self._latest[1] != begun:
            self._latest = areas, begun, self._without_area(self._calls[:begun], areas)
        last = self._calls[begun - 1] if begun and self._calls[begun - 1].last >= at - 1 else None
        running = last.arguments["addr"] if last else None
        return tuple(a for a in self._latest[2] if a.start == running or is_mapped(a.start, a.end))

    def _without_area(self, calls: list[spans.Call], areas: tuple[Area, ...]) -> tuple[Area, ...]:
        starts = [area.start for area in areas]
        joined: list[tuple[int, int, str]] = []
        ranges = {(call.arguments["addr"], call.arguments["end"]): call.function.name for call in calls}
        for (start, end), name in sorted(ranges.items()):
            near = bisect_left(starts, end)  # the last area that begins before the range ends
            if near and areas[near - 1].end > start:
                continue
            if joined and start < joined[-1][1]:
                joined[-1] = joined[-1][0], max(end, joined[-1][1]), joined[-1][2]
            else:
                joined.append((start, end, name))
        return tuple(self._area(*found) for found in joined)

    def _area(self, start: int, end: int, name: str) -> Area:
        """The same object for the same range, so that what was read of it is kept."""
        if (start, end) not in self._known:
            self._known[start, end] = Area(start, end, False, caller=name)
        return self._known[start, end]
