"""Where a step, a call and an operation end: the places the play-head may stop at.

A position counts the rows that have happened; the row at position `at` is the one that comes next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, Protocol, get_args

from vmgui.engine.trace import FUNCTIONS
from vmgui.timeline import query
from vmgui.timeline.columns import Columns
from vmgui.timeline.spans import innermost, stack

#: How many entries of a page table one step may write, for the user to choose from.
GROUPS = (1, 16, 64, 512)
#: What one step can be: an operation, the entry or return of a call, a write, a line of the engine's text.
Size = Literal["operation", "call", "write", "line"]
SIZES: tuple[Size, ...] = get_args(Size)

#: Files of the engine that hold services: what they do is a story of its own.
SERVICES = (
    "lib/printk.py", "lib/rcu.py", "lib/fault_inject.py", "mm/page_alloc.py",
    "mm/page_bulk.py", "mm/mempolicy.py", "mm/shrinker.py", "mm/show_mem.py", "mm/slab.py",
    "mm/kmem_cache.py", "arch/memtype.py",
)  # fmt: skip


@lru_cache(maxsize=1)
def service_functions() -> frozenset[int]:
    """Numbers of the functions that stand in files of services."""
    return frozenset(
        i for i, function in enumerate(FUNCTIONS) if function.code.co_filename.endswith(SERVICES)
    )


class Stretch(Protocol):
    """Something that took the rows `first_row` to `last_row` (exclusive): an operation."""

    @property
    def first_row(self) -> int:
        """Its first row."""
        ...

    @property
    def last_row(self) -> int:
        """The first row after it."""
        ...


class Steps:
    """The stops of one timeline.

    Consecutive writes of one line are one step.  A loop that fills neighbouring words, as one over the
    entries of a page table does, stops at every multiple of `group`: so a stop is the same whichever side
    it is reached from.  With a group of 1 every write is a step.

    A call to a service that vmalloc only leans on (page allocator, kmalloc, log) is one step, unless
    `services` asks to go into them.
    """

    def __init__(
        self, columns: Columns, operations: Sequence[Stretch], group: int = 16, services: bool = False
    ) -> None:
        self.columns, self.operations, self.group, self.services = columns, operations, group, services

    def __len__(self) -> int:
        return len(self.columns)

    def _joined(self, row: int) -> bool:
        """Tell whether `row` and the one after it are the same step."""
        rows = self.columns.rows
        if self.group == 1 or not 0 <= row < len(rows) - 1:
            return False
        word, after = int(rows.word[row]), int(rows.word[row + 1])
        if not word or not after or rows.site[row] != rows.site[row + 1]:
            return False
        return after != word + 1 or after % self.group != 0

    def _service(self, row: int) -> tuple[int, int] | None:
        """First and last row of the outermost call to a service that `row` is inside of."""
        if self.services or not 0 <= row < len(self):
            return None
        spans = self.columns.spans
        for span in stack(self.columns, row):
            if int(spans.function[span]) in service_functions():
                return int(spans.first[span]), int(spans.last[span])
        return None

    def after(self, at: int) -> int:
        """The next stop."""
        inside = self._service(at)
        if inside is not None:
            return inside[1] + 1
        while self._joined(at):
            at += 1
        return min(at + 1, len(self))

    def before(self, at: int) -> int:
        """The stop before."""
        inside = self._service(at - 1)
        if inside is not None:
            return inside[0]
        at -= 1
        while at > 0 and self._joined(at - 1):
            at -= 1
        return max(at, 0)

    def over(self, at: int) -> int:
        """The stop after the call that comes next, or the next stop when none does."""
        spans = self.columns.spans
        if at < len(self):
            span = innermost(self.columns, at)
            if span >= 0 and int(spans.first[span]) == at:
                return int(spans.last[span]) + 1
        return self.after(at)

    def over_back(self, at: int) -> int:
        """The stop before the call that has just returned, or the stop before when none has."""
        spans = self.columns.spans
        if at > 0:
            span = innermost(self.columns, at - 1)
            if span >= 0 and int(spans.last[span]) == at - 1:
                return int(spans.first[span])
        return self.before(at)

    def out(self, at: int) -> int:
        """The stop after the running call has returned; the end of the operation outside of any call."""
        spans = self.columns.spans
        span = innermost(self.columns, at - 1) if at else -1
        if span >= 0 and int(spans.last[span]) == at - 1:
            span = int(spans.parent[span])
        return int(spans.last[span]) + 1 if span >= 0 else self.operation_after(at)

    def call_after(self, at: int) -> int:
        """The stop after the next entry or return of a call; the end when there is none."""
        row = query.next_boundary(self.columns, at)
        if row is None:
            return len(self)
        inside = self._service(row)
        return (inside[1] if inside is not None else row) + 1

    def call_before(self, at: int) -> int:
        """The stop after the last entry or return before `at`; the beginning when there is none."""
        row = query.last_boundary(self.columns, at - 1)
        inside = self._service(row) if row is not None else None
        if inside is not None and inside[1] >= at - 1:
            row = query.last_boundary(self.columns, inside[0])
        return 0 if row is None else row + 1

    def operation_after(self, at: int) -> int:
        """The end of the operation that runs or comes next."""
        i = bisect_right(self.operations, at, key=lambda o: o.last_row)
        return self.operations[i].last_row if i < len(self.operations) else len(self)

    def operation_before(self, at: int) -> int:
        """The beginning of the operation that runs or has just ended."""
        i = bisect_left(self.operations, at, key=lambda o: o.first_row)
        return self.operations[i - 1].first_row if i else 0

    def operation_at(self, at: int) -> int | None:
        """Number of the operation that the last row belongs to; None before the first row."""
        if at <= 0:
            return None
        i = bisect_left(self.operations, at, key=lambda o: o.last_row)
        found = i < len(self.operations) and self.operations[i].first_row < at
        return i if found else None
