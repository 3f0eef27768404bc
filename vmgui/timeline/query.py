"""Searching what was recorded: who writes these words next, which calls were made, what they were given.

Everything is found in the columns; nothing is replayed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.trace import FUNCTIONS
from vmgui.timeline.columns import Columns

#: Numbers of rows or of spans, in order.
Numbers: TypeAlias = NDArray[np.int64]
#: Rows looked at first; each further look is at four times as many, so that what is near is found at once.
NEAR = 4096


def bounds(ranges: Iterable[tuple[int, int]]) -> NDArray[np.uint64]:
    """Byte ranges, end exclusive, as the first and the end word of each, joined and in order.

    A word is inside when an odd number of bounds is at or below it.  Word 0 is never inside: its rows are
    no stores.
    """
    joined: list[list[int]] = []
    for first, end in sorted((max(start >> 3, 1), end + 7 >> 3) for start, end in ranges):
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(end, joined[-1][1])
        elif first < end:
            joined.append([first, end])
    return np.array(joined, np.uint64).ravel()


def inside(columns: Columns, places: NDArray[np.uint64], first: int, last: int) -> Numbers:
    """The rows from ``first`` to ``last``, exclusive, that changed a word inside ``places``."""
    rows = columns.rows
    words = rows.word[first:last]
    found = np.searchsorted(places, words, "right") % 2 == 1
    found &= rows.old[first:last] != rows.new[first:last]
    return np.flatnonzero(found) + first


def next_write(columns: Columns, places: NDArray[np.uint64], at: int) -> int | None:
    """The first row from ``at`` on that changed a word inside ``places``."""
    size, end = NEAR, len(columns)
    while at < end:
        found = inside(columns, places, at, min(at + size, end))
        if len(found):
            return int(found[0])
        at, size = at + size, size * 4
    return None


def last_write(columns: Columns, places: NDArray[np.uint64], at: int) -> int | None:
    """The last row before ``at`` that changed a word inside ``places``."""
    size = NEAR
    while at > 0:
        found = inside(columns, places, max(at - size, 0), at)
        if len(found):
            return int(found[-1])
        at, size = at - size, size * 4
    return None


def next_boundary(columns: Columns, at: int) -> int | None:
    """The first row from ``at`` on at which a call is entered or left."""
    size, words = NEAR, columns.rows.word
    while at < len(words):
        found = np.flatnonzero(words[at : at + size] == 0)
        if len(found):
            return at + int(found[0])
        at, size = at + size, size * 4
    return None


def last_boundary(columns: Columns, at: int) -> int | None:
    """The last row before ``at`` at which a call is entered or left."""
    size, words = NEAR, columns.rows.word
    while at > 0:
        first = max(at - size, 0)
        found = np.flatnonzero(words[first:at] == 0)
        if len(found):
            return first + int(found[-1])
        at, size = first, size * 4
    return None


def calls(columns: Columns, names: Iterable[str]) -> Numbers:
    """The spans of all functions with these names, in order of entry."""
    wanted = set(names)
    numbers = [i for i, function in enumerate(FUNCTIONS) if function.name in wanted]
    return np.flatnonzero(np.isin(columns.spans.function, numbers))


def argument(columns: Columns, spans: Numbers, name: str) -> NDArray[np.uint64]:
    """What the spans were given for a parameter; 0 where the function has none of that name."""
    given = np.zeros(len(spans), np.uint64)
    functions = columns.spans.function[spans]
    for number in np.unique(functions).tolist():
        parameters = FUNCTIONS[number].parameters
        if name in parameters:
            mine = functions == number
            first: Any = columns.spans.arg[spans[mine]].astype(np.int64)
            given[mine] = columns.args.value[first + parameters.index(name)]
    return given
