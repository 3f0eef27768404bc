"""The source pane: the engine's own text with the statement that a step stands for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import CodeType

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.trace import FUNCTIONS, SITES
from vmgui.projection.moment import Moment
from vmgui.projection.text import ENGINE, definition, short_name, statement, text_of
from vmgui.texts import Text
from vmgui.timeline.columns import Columns
from vmgui.timeline.spans import Step


@dataclass(frozen=True, slots=True)
class Source:
    """A file and the statement first..last (lines from 1, both included) that runs.

    `top` is the first line of the function around it. `note` stands at the end of the line: what the call
    made there has just returned; `bad` says that it refused or failed.
    """

    file: str
    name: str
    function: str
    top: int
    first: int
    last: int
    note: str = ""
    bad: bool = False

    @property
    def statement(self) -> str:
        """Its text in one line, as wide as it is written."""
        return _one_line(self.file, self.first, self.last)


@lru_cache(maxsize=4096)
def _one_line(file: str, first: int, last: int) -> str:
    return " ".join(text_of(file, first, last).splitlines())


def _note(moment: Moment) -> str:
    """What a call that has just returned gave its caller."""
    if moment.refused:
        return Text("→ {0} refused", moment.result)
    return f"→ {moment.result}" if moment.result else ""


def source(moment: Moment) -> Source:
    """Where the engine's text stands at a moment."""
    first, last = statement(moment.file, moment.line)
    around = definition(moment.file, moment.line)
    function, top = (around.name, around.first) if around else ("", 1)
    returned = moment.kind is Step.EXIT and function != moment.function
    return Source(
        moment.file, short_name(moment.file), function, top, first, last, _note(moment) if returned else "",
        moment.refused or moment.failed,
    )  # fmt: skip


def rows_at(columns: Columns, file: str, line: int, begin: int = 0) -> NDArray[np.int64]:
    """The rows from `begin` on that are shown in the statement at a line: calls begin at their ``def``."""
    first, last = statement(file, line)
    places = {int(site): SITES.line(int(site)) for site in np.unique(columns.rows.site)}
    wanted = [s for s, (code, n) in places.items() if code.co_filename == file and first <= n <= last]
    foreign = [s for s, (code, _) in places.items() if not code.co_filename.startswith(str(ENGINE))]
    spans, sites = columns.spans, columns.rows.site
    shown = np.isin(sites, wanted)
    here = [i for i, f in enumerate(FUNCTIONS) if _begins_in(f.code, file, first, last)]
    begun = np.isin(spans.function, here)
    shown[spans.first] = begun
    shown[spans.last[begun & np.isin(sites[spans.last], foreign)]] = True  # no line of the engine called it
    return np.flatnonzero(shown[begin:]) + begin


def _begins_in(code: CodeType, file: str, first: int, last: int) -> bool:
    """Whether the ``def`` of a function stands in these lines."""
    head = definition(file, code.co_firstlineno) if code.co_filename == file else None
    return head is not None and first <= head.line <= last


def next_at(columns: Columns, at: int, file: str, line: int) -> int | None:
    """The next position after `at` whose last row stands in the statement at a line; None if none does."""
    found = rows_at(columns, file, line, at)
    return int(found[0]) + 1 if len(found) else None


def place_of_line(name: str, line: int) -> Source | None:
    """A line of the engine's function `name`, to look at."""
    for function in FUNCTIONS:
        if function.name == name:
            file = function.code.co_filename
            first, last = statement(file, line)
            around = definition(file, line)
            return Source(file, short_name(file), name, around.first if around else 1, first, last)
    return None
