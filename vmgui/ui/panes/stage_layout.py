"""Where the columns of the stage lie, from left to right, and memory beside them."""

from __future__ import annotations

from functools import lru_cache

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
