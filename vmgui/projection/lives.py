"""When something came and went: the steps that wrote a page-table entry, the operation that made an area."""

from __future__ import annotations

from collections.abc import Sequence

from vmgui.timeline.columns import Columns
from vmgui.timeline.session import Done


def entry_steps(columns: Columns, table: int, index: int, at: int) -> tuple[int | None, int | None]:
    """Positions after which an entry got what it holds at `at`, and lost it; None where there is none.

    `table` is the physical address of the table. An entry that is empty at `at` was made by nobody yet.
    """
    rows = columns.rows
    made = gone = None
    for row in columns.writes(table + 8 * index):
        filled = int(rows.new[row]) != 0
        if row < at:
            made = row + 1 if filled and not int(rows.old[row]) else made if filled else None
        elif not filled:
            gone = row + 1
            break
    return made, gone


def area_steps(operations: Sequence[Done], start: int, at: int) -> tuple[int | None, int | None]:
    """First steps of the operations that made the area at `start` before `at`, and that freed it after."""
    made = name = gone = None
    for done in operations:
        obj = done.outcome.made
        if obj is not None and obj.place == start and done.first_row < at:
            made, name, gone = done.first_row, obj.name, None
        elif name is not None and name in done.outcome.freed and gone is None:
            gone = done.first_row
    return made, gone
