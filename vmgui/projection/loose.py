"""Ranges that are mapped although no area owns them: somebody called vmap_page_range() by hand.

The kernel's own callers always have an area; the recordings of mapping tests do not.
"""

from __future__ import annotations

import numpy as np

from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.area_lists import MAPPERS, NO_AREAS, Area, Areas
from vmgui.timeline import spans
from vmgui.timeline.columns import Columns


class LooseRanges:
    """The ranges that the mapping functions were called for, by row; `read` those without an area."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._spans = self._rows = np.zeros(0, np.int64)
        self._start = self._end = np.zeros(0, np.uint64)
        self._latest: tuple[Areas, int, Areas] | None = None

    def changed(self) -> None:
        """Read the calls again: operations were added or taken back."""
        columns, values = self._columns.spans, self._columns.args.value
        found = spans.spans_of(self._columns, frozenset(MAPPERS), 0, len(columns))
        self._spans = np.array(found, np.int64)
        self._rows = columns.first[self._spans].astype(np.int64)
        argument = columns.arg[self._spans].astype(np.int64)
        self._start, self._end = (values[argument + i] for i in self._places())
        self._latest = None

    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Where among its arguments each call has the beginning and the end of its range."""
        which = self._columns.spans.function[self._spans]
        found = np.zeros((2, len(FUNCTIONS)), np.int64)
        for number in set(which.tolist()):
            names = FUNCTIONS[number].parameters
            found[:, number] = names.index("addr"), names.index("end")
        return found[0, which], found[1, which]

    def running(self, at: int) -> int | None:
        """The beginning of the range that is being mapped when `at` rows have happened."""
        last = self._begun(at) - 1
        runs = last >= 0 and int(self._columns.spans.last[self._spans[last]]) >= at - 1
        return int(self._start[last]) if runs else None

    def read(self, at: int, areas: Areas) -> Areas:
        """Ranges without an area when `at` rows have happened and `areas` are there.

        Whether they are mapped is for others to see.
        """
        begun = self._begun(at)
        if self._latest is None or self._latest[0] is not areas or self._latest[1] != begun:
            self._latest = areas, begun, self._without_area(begun, areas)
        return self._latest[2]

    def _begun(self, at: int) -> int:
        return int(self._rows.searchsorted(at))

    def _without_area(self, begun: int, areas: Areas) -> Areas:
        start, end = self._start[:begun], self._end[:begun]
        calls = np.flatnonzero(~areas.overlaps(start, end))
        if not len(calls):
            return NO_AREAS
        which = self._columns.spans.function[self._spans[calls]].tolist()
        ranges = dict(zip(zip(start[calls].tolist(), end[calls].tolist(), strict=True), which, strict=True))
        joined: list[tuple[int, int, int]] = []
        for (low, high), function in sorted(ranges.items()):
            if joined and low < joined[-1][1]:
                joined[-1] = joined[-1][0], max(high, joined[-1][1]), joined[-1][2]
            else:
                joined.append((low, high, function))
        return Areas.of(Area(low, high, False, caller=FUNCTIONS[which].name) for low, high, which in joined)
