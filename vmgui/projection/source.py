"""The source pane: the engine's own text with the statement that a step stands for."""

from __future__ import annotations

import linecache
from dataclasses import dataclass

from vmgui.projection.moment import Moment, function_at, short_name, statement
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
    def lines(self) -> list[str]:
        """The text, without line ends."""
        return [line.rstrip("\n") for line in linecache.getlines(self.file)]


def source(moment: Moment) -> Source:
    """Where the engine's text stands at a moment."""
    first, last = statement(moment.file, moment.line)
    function = function_at(moment.file, moment.line)
    note = ""
    if moment.kind is Step.EXIT and function != moment.function:
        note = (
            f"→ {moment.result} refused" if moment.refused else f"→ {moment.result}" if moment.result else ""
        )
    return Source(
        moment.file, short_name(moment.file), function, _top(moment.file, moment.line), first, last, note,
        moment.refused or moment.failed,
    )  # fmt: skip


def _top(file: str, line: int) -> int:
    from vmgui.projection.moment import definitions

    around = [d for d in definitions(file) if d[0] <= line <= d[1]]
    return min(around, key=lambda d: d[1] - d[0])[0] if around else 1
