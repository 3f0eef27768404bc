"""Stepping by lines of the engine's text: between two rows the text runs on, and a replay tells where."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vmgui.projection.callstack import Variable, compared
from vmgui.projection.source import Source
from vmgui.projection.steps import SERVICES
from vmgui.projection.text import definition, short_name, statement
from vmgui.timeline.replay import Line, Replayer, lines_from
from vmgui.timeline.session import Done

#: Lines that one replay takes down, and the rows it begins before a line that is looked for backwards.
MOST, BEFORE = 600, (64, 8, 1)
#: Files that say what a machine is: nothing of them is the kernel's text.
PLUMBING = ("engine/machine.py", "engine/kernel.py", "engine/structs.py", "arch/table.py")
#: Where one stands in time, more finely than by rows: rows that have happened, lines that ran since (from 0).
Position = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """The lines around a position: those of the operation from row `begin` on, to its end if `whole`."""

    done: Done
    begin: int
    whole: bool
    positions: tuple[Position, ...]
    lines: tuple[Line, ...]

    def after(self, at: Position) -> int | None:
        """The number of the first line after a position; None if it is not in the window."""
        i = bisect_right(self.positions, at)
        return i if i < len(self.positions) and at >= (self.begin, -1) else None

    def before(self, at: Position) -> int | None:
        """The number of the last line before a position; None if it is not in the window."""
        i = bisect_left(self.positions, at) - 1
        reached = self.whole or bool(self.positions) and self.positions[-1] >= (at[0] - 1, 0)
        return i if i >= 0 and reached else None

    def ends_before(self, at: Position) -> bool:
        """Whether the operation runs no line after a position."""
        return self.whole and at >= (self.begin, -1) and self.after(at) is None

    def begins_after(self, at: Position) -> bool:
        """Whether the operation runs no line before a position."""
        return self.begin <= self.done.first_row and bisect_left(self.positions, at) == 0

    def source(self, number: int) -> Source:
        """A line as the source pane shows it."""
        line = self.lines[number]
        file = line.code.co_filename
        first, last = statement(file, line.line)
        around = definition(file, line.line)
        top = around.first if around else 1
        return Source(file, short_name(file), line.code.co_name, top, first, last)

    def variables(self, number: int) -> tuple[Variable, ...]:
        """What the names hold before a line runs, and which have changed since the last line of its call."""
        line = self.lines[number]
        outside_calls = (found for found in reversed(self.lines[:number]) if found.depth <= line.depth)
        last = next(outside_calls, None)
        same = last is not None and (last.depth, last.code) == (line.depth, line.code)
        return compared(line.variables, last.variables if last is not None and same else None)


def window(done: Done, begin: int, found: Sequence[Line], services: bool) -> Window:
    """The lines that a replay found from row `begin` on; those of services only if they are wanted."""
    positions: list[Position] = []
    kept: list[Line] = []
    for line in found:
        hidden = PLUMBING if services else PLUMBING + SERVICES
        if line.row >= done.last_row or line.code.co_filename.endswith(hidden):
            continue
        again = positions[-1][1] + 1 if positions and positions[-1][0] == line.row else 0
        positions.append((line.row, again))
        kept.append(line)
    return Window(done, begin, len(found) < MOST, tuple(positions), tuple(kept))


def look(
    replayer: Replayer, done: Done, at: Position, way: int, services: bool = False,
    cancelled: Callable[[], bool] = bool,
) -> Window:  # fmt: skip
    """A window that holds the line after (`way` 1) or before (-1) a position, if the operation runs one."""
    if way > 0:
        begin = max(at[0], done.first_row)
        return window(done, begin, lines_from(replayer, done, begin, MOST, cancelled), services)
    found = None
    for rows in BEFORE:
        begin = max(at[0] - rows, done.first_row)
        found = window(done, begin, lines_from(replayer, done, begin, MOST, cancelled), services)
        if found.before(at) is not None:
            break
    assert found is not None
    return found
