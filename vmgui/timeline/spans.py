"""Reading spans: the call stack of a row, what a call was given and what it returned."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.trace import FUNCTIONS, RAISED, RETURNED_INT, RETURNED_NONE, RETURNED_PTR, SITES, Function
from vmgui.timeline.columns import Columns


class Step(Enum):
    """What a row is."""

    STORE = "store"
    ENTER = "enter"
    EXIT = "exit"


class Call(NamedTuple):
    """A span, read out: rows ``first`` to ``last`` included, the arguments by name, the result."""

    span: int
    function: Function
    first: int
    last: int
    parent: int
    arguments: dict[str, int]
    result: int | None
    returned: int

    @property
    def raised(self) -> bool:
        """Whether the call never returned: the kernel stopped in it."""
        return self.returned == RAISED

    @property
    def pointer(self) -> bool:
        """Whether the result is an address."""
        return self.returned == RETURNED_PTR


def signed(word: int) -> int:
    """Read a word as the kernel's callers do: the last 4095 numbers of 64 bits are negative errnos."""
    return word - (1 << 64) if word > (1 << 64) - 4096 else word


def call(columns: Columns, span: int) -> Call:
    """Read out one span."""
    spans = columns.spans
    function = FUNCTIONS[int(spans.function[span])]
    arg, count = int(spans.arg[span]), len(function.parameters)
    values = columns.args.value[arg : arg + count].tolist()
    returned = int(spans.returned[span])
    result: int | None = int(spans.result[span])
    if returned in (RETURNED_NONE, RAISED):
        result = None
    elif returned == RETURNED_INT:
        result = signed(int(spans.result[span]))
    return Call(
        span, function, int(spans.first[span]), int(spans.last[span]), int(spans.parent[span]),
        dict(zip(function.parameters, values, strict=False)), result, returned,
    )  # fmt: skip


def innermost(columns: Columns, row: int) -> int:
    """Span that row ``row`` belongs to, or -1: entry and exit rows belong to their own span."""
    spans = columns.spans
    span = int(spans.first.searchsorted(np.uint32(row), "right")) - 1
    while span >= 0 and spans.last[span] < row:
        span = int(spans.parent[span])
    return span


def stack(columns: Columns, row: int) -> list[int]:
    """Spans that row ``row`` is inside of, outermost first."""
    found = []
    span = innermost(columns, row)
    while span >= 0:
        found.append(span)
        span = int(columns.spans.parent[span])
    return found[::-1]


def kind(columns: Columns, row: int) -> Step:
    """Tell whether ``row`` is a store, or enters or leaves a call."""
    if columns.rows.word[row] != 0:
        return Step.STORE
    span = innermost(columns, row)
    return Step.ENTER if span >= 0 and columns.spans.first[span] == row else Step.EXIT


def place(columns: Columns, row: int) -> tuple[str, str, int]:
    """File, function and line of the engine's text that row ``row`` stands for."""
    code, line = SITES.line(int(columns.rows.site[row]))
    return code.co_filename, code.co_qualname, line


def spans_of(columns: Columns, names: frozenset[str], first: int, last: int) -> list[int]:
    """Spans ``first`` to ``last`` (exclusive) whose function is one of ``names``, in order of entry."""
    inside = _are(names, len(FUNCTIONS))[columns.spans.function[first:last]]
    return (inside.nonzero()[0] + first).tolist()


@lru_cache(maxsize=32)
def _are(names: frozenset[str], known: int) -> NDArray[np.bool_]:
    """Which of the first ``known`` functions have one of ``names``."""
    return np.array([function.name in names for function in FUNCTIONS[:known]], np.bool_)


def spans_in(columns: Columns, made: Call, names: frozenset[str]) -> list[int]:
    """Spans inside the call ``made``, at any depth, whose function is one of ``names``."""
    end = int(columns.spans.first.searchsorted(np.uint32(made.last)))
    return spans_of(columns, names, made.span + 1, end)
