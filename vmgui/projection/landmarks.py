"""Steps that a first look should not miss: where a huge page was refused, where one was installed."""

from __future__ import annotations

import numpy as np

from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.levels import Level
from vmgui.projection.moment import huge_level
from vmgui.timeline.columns import Columns


def decisions(columns: Columns, level: Level, installed: bool) -> list[int]:
    """Positions right after every decision on a huge page at a level, in order."""
    numbers = [i for i, function in enumerate(FUNCTIONS) if huge_level(function.name) == level]
    spans = columns.spans
    found = np.isin(spans.function, numbers) & ((spans.result != 0) == installed)
    after: list[int] = (spans.last[found].astype(np.int64) + 1).tolist()
    return after


def first_decision(columns: Columns, installed: bool) -> int | None:
    """Position after the first huge page in a PMD entry that was refused or installed, else a larger one."""
    levels: tuple[Level, ...] = ("pmd", "pud")
    return next((found[0] for level in levels if (found := decisions(columns, level, installed))), None)
