"""How many leaves and tables of each level there are in a range, counted in the page tables as they stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS, Level


@dataclass(frozen=True, slots=True)
class Census:
    """Leaves by the kernel's name for their level, and tables by their level."""

    leaves: Counter[Level] = field(default_factory=Counter)
    tables: Counter[Level] = field(default_factory=Counter)

    @property
    def largest(self) -> Level | None:
        """The level of the largest leaf; None if there is none."""
        return next((level for level in LEVELS if self.leaves[level]), None)


def census(shape: Geometry, source: Any, start: int, end: int) -> Census:
    """Count what maps [start, end); a table counts if any of it may do so."""
    found = Census()
    if start < end:
        _descend(shape, source, shape.levels[0], shape.k.init_mm_pgd, start, end, found)
    return found


def _descend(
    shape: Geometry, source: Any, level: Level, table: int, start: int, end: int, found: Census
) -> None:
    size = shape.covers(level)
    first = start // size % shape.entries[level]
    words = shape.words(source, table, level)[first : first + (end - 1) // size - start // size + 1]
    if level == "pte":
        found.leaves["pte"] += int(np.count_nonzero(words))
        return
    for i in np.flatnonzero(words).tolist():
        word = int(words[i])
        state = shape.state(word, level)
        if state == "leaf":
            found.leaves[shape.leaf_level(level)] += 1
        elif state == "table" and 0 < (down := shape.table(word)) < shape.k.addr:
            at, below = (start // size + i) * size, shape.below(level)
            found.tables[below] += 1
            _descend(shape, source, below, down, max(start, at), min(end, at + size), found)
