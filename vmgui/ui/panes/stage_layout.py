"""Where the ruler of the stage lies, its columns from left to right, and memory beside them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF

from vmgui.ui.panes.stage_box import HEADER, SLOT

MARGIN, WIDE, FOLDED, MEMORY = 18.0, 123.0, 70.0, 170.0


@lru_cache(maxsize=64)
def lanes(folded: tuple[bool, ...], wide: int, s: float) -> tuple[tuple[float, float], ...]:
    """Left edge and width of each column, and of memory at the right end, in a stage so wide.

    Columns keep their proportions; what is too much is taken from the gaps first.
    """
    count = len(folded)
    shown, small = folded.count(False), min(s, wide / 984)
    margin = MARGIN * small
    room = wide - 2 * margin
    natural = shown * WIDE + (count - shown) * FOLDED + MEMORY
    gap = max(min((room - natural * s) / count, 60 * s), 24 * small + 4)
    shrink = min((room - gap * count) / natural, s)
    found, x = [], margin
    for each in folded:
        width = (FOLDED if each else WIDE) * shrink
        found.append((x, width))
        x += width + gap
    return (*found, (wide - margin - MEMORY * shrink, MEMORY * shrink))


@dataclass(frozen=True, eq=False)
class Plan:
    """Where everything lies: `rows` slots of each column from `top` on, and how much larger than drawn here.

    Of the ruler only the line is known on which its names begin.
    """

    scale: float
    margin: float
    rows: int
    top: float
    lanes: tuple[tuple[float, float], ...]
    ruler: QRectF
    memory: QRectF
    narrow: bool


@lru_cache(maxsize=64)
def plan_of(folded: tuple[bool, ...], wide: int, high: int, s: float, foot: int, low: bool) -> Plan:
    """The plan of a stage so wide and high with a `foot` below its columns that memory has if it is `low`."""
    margin = MARGIN * min(s, wide / 984)
    top = (6 + 64 + 29) * s
    rows = max(min(int((high - top - (HEADER + 5 + foot) * s) / (SLOT * s)), 9), 2)
    places = lanes(folded, wide, s)
    left, room = places[-1]
    bottom = high - 14 * s if low else top + (HEADER + 5 + rows * SLOT) * s
    memory = QRectF(left, top + 8 * s, room, bottom - top + 6 * s)
    ruler = QRectF(margin, 6 * s, wide - 2 * margin, 0)
    return Plan(s, margin, rows, top, places, ruler, memory, wide < 800 * s)
