"""Step sizes: from any row to the next or previous one of a size, and runs of writes taken as one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vmgui.timeline import spans

if TYPE_CHECKING:
    from vmgui.timeline.session import Session

#: How many page-table writes of one loop may be taken as one step.
GROUPS = (1, 16, 64, 512)


class Size(Enum):
    """How far one step goes.  A position is the number of rows that have happened."""

    OPERATION = "operation"
    CALL = "call"
    WRITE = "write"


def forward(session: Session, at: int, size: Size = Size.WRITE, group: int = 1) -> int:
    """Position after the next step from position ``at``."""
    if at >= len(session):
        return len(session)
    if size is Size.OPERATION:
        return _operation_after(session, at)
    if size is Size.CALL:
        return _over(session, at)
    return run_end(session, at, group)


def back(session: Session, at: int, size: Size = Size.WRITE, group: int = 1) -> int:
    """Position before the step that ends at position ``at``."""
    if at <= 0:
        return 0
    if size is Size.OPERATION:
        return _operation_before(session, at)
    if size is Size.CALL:
        return _out(session, at)
    return run_begin(session, at - 1, group)


def _operation_after(session: Session, at: int) -> int:
    ends = [done.last_row for done in session.operations]
    i = bisect_right(ends, at)
    return ends[i] if i < len(ends) else len(session)


def _operation_before(session: Session, at: int) -> int:
    ends = [0, *(done.last_row for done in session.operations)]
    return ends[bisect_left(ends, at) - 1]


def _over(session: Session, at: int) -> int:
    """Past the call that row ``at`` enters, else one row on."""
    columns = session.columns
    if spans.kind(columns, at) is spans.Step.ENTER:
        return int(columns.spans.last[spans.innermost(columns, at)]) + 1
    return at + 1


def _out(session: Session, at: int) -> int:
    """Back to before the call that the row before ``at`` is inside of."""
    span = spans.innermost(session.columns, at - 1)
    return int(session.columns.spans.first[span]) if span >= 0 else at - 1


def run_end(session: Session, row: int, group: int) -> int:
    """Position after the run of like writes that ``row`` is in: same line, next word, groups of ``group``."""
    return _run(session, row, group)[1]


def run_begin(session: Session, row: int, group: int) -> int:
    """Position before the run of like writes that ``row`` is in."""
    return _run(session, row, group)[0]


def _run(session: Session, row: int, group: int) -> tuple[int, int]:
    """The rows [begin, end) that are one step together with ``row``: an aligned group of slots."""
    rows = session.columns.rows
    word = int(rows.word[row])
    if group == 1 or word == 0:
        return row, row + 1
    slot = word % group
    begin = row - _same(rows.word[max(0, row - slot) : row][::-1], rows.site, row, word, -1)
    ahead = group - 1 - slot
    end = row + 1 + _same(rows.word[row + 1 : row + 1 + ahead], rows.site, row, word, 1)
    return begin, end


def _same(words: NDArray[np.uint32], sites: NDArray[np.uint32], row: int, word: int, step: int) -> int:
    """How many of ``words`` go on from ``word`` by ``step`` and were written at the line of ``row``."""
    expected = word + step * np.arange(1, len(words) + 1)
    near = sites[row + 1 : row + 1 + len(words)] if step > 0 else sites[row - len(words) : row][::-1]
    like = (words == expected) & (near == sites[row])
    return int(np.argmin(like)) if not like.all() else len(words)
