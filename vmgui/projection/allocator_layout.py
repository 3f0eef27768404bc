"""Where the areas of a tree are drawn: columns by address, rows by depth, folded where they are too small.

Lengths are logical pixels. A tree of any size costs no more than what is drawn of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.allocator_tree import AreaTree, Numbers

#: What of an area there is room for: range, size and maximum; the latter two; its colour's letter; a dot.
Look = Literal["full", "short", "letter", "dot"]
Places = NDArray[np.float64]
Flags = NDArray[np.bool_]
#: A subtree narrower than this is drawn as one box; what a search visits has at least that much room.
FOLD, READABLE = 34.0, 66.0
WIDEST, APART, ROW_GAP, MARGIN, TOP = 124.0, 6.0, 22.0, 10.0, 16.0
#: The narrowest box of each look, and its height.
LOOKS: tuple[tuple[Look, float, float], ...] = (
    ("full", 88.0, 46.0), ("short", 58.0, 33.0), ("letter", 16.0, 18.0), ("dot", 0.0, 9.0),
)  # fmt: skip
ZOOMED = 64.0


@dataclass(frozen=True, slots=True)
class Box:
    """One area: its middle, top, and size. `folded` counts the areas that it stands for, 0 for itself."""

    rank: int
    parent: int
    x: float
    y: float
    width: float
    height: float
    look: Look
    folded: int

    @property
    def left(self) -> float:
        """Its left edge."""
        return self.x - self.width / 2


def fitting(tree: AreaTree, width: float) -> float:
    """Pixels a column takes when the whole tree is as wide as the pane."""
    return min((width - 2 * MARGIN) / max(len(tree), 1), WIDEST + APART)


def arrange(
    tree: AreaTree, pitch: float, left: float, width: float, keep: frozenset[int] = frozenset()
) -> tuple[list[Box], float]:
    """The boxes that are in view and the height of all rows.

    A column is `pitch` wide, `left` pixels of them are left of the pane. What hangs below a rank of `keep`
    is never folded away.
    """
    if not len(tree):
        return [], 0.0
    opened = tree.count * pitch >= FOLD
    opened[list(keep)] = True
    shown = (tree.parent < 0) | opened[tree.parent]
    ranks = np.flatnonzero(shown)
    folded = ~opened[ranks] & (tree.count[ranks] > 1)
    middle = np.where(folded, tree.first[ranks] + (tree.count[ranks] - 1) / 2, ranks)
    x = MARGIN + (middle + 0.5) * pitch - left
    edges = np.minimum(x + left, len(tree) * pitch + 2 * MARGIN - x - left) - 3
    room = np.minimum(_rooms(x, tree.depth[ranks]), 2 * edges)
    there = _widen(x, room, tree.depth[ranks], np.isin(ranks, list(keep)), left, len(tree) * pitch)
    looks = np.minimum(np.searchsorted([-least for _, least, _ in LOOKS], -room), len(LOOKS) - 1)
    tops = _tops(looks, tree.depth[ranks])
    total = tops[-1]
    inside = np.flatnonzero((x > -WIDEST) & (x < width + WIDEST) & there)
    boxes = []
    for i in inside.tolist():
        rank, (look, _, height) = int(ranks[i]), LOOKS[looks[i]]
        wide = min(float(room[i]), {"letter": 18.0, "dot": 9.0}.get(look, WIDEST))
        wide = max(wide, 3.0)
        boxes.append(Box(
            rank, int(tree.parent[rank]), float(x[i]), tops[int(tree.depth[rank])], wide, height, look,
            int(tree.count[rank]) if folded[i] else 0,
        ))  # fmt: skip
    return boxes, total


def _widen(x: Places, room: Places, depth: Numbers, kept: Flags, left: float, total: float) -> Flags:
    """Make kept boxes wide enough to be read, and say which boxes stay: what they would hide does not."""
    there = np.ones(len(x), bool)
    chosen = np.flatnonzero(kept)
    if not len(chosen):
        return there
    wanted = np.minimum(_rooms(x[chosen], depth[chosen]), READABLE)
    room[chosen] = np.maximum(room[chosen], wanted)
    edge = room[chosen] / 2 + 7  # and its halo
    x[chosen] = np.clip(x[chosen] + left, edge, np.maximum(total + 2 * MARGIN - edge, edge)) - left
    for i in chosen.tolist():
        near = np.abs(x - x[i]) < (room + room[i]) / 2 + 2
        there &= kept | (depth != depth[i]) | ~near
    return there


def _rooms(x: Places, depth: Numbers) -> Places:
    """How wide a box may be so that it does not touch its neighbours in its row."""
    room = np.full(len(x), WIDEST)
    order = np.lexsort((x, depth))
    gaps = np.diff(x[order]) - APART
    gaps[np.diff(depth[order]) != 0] = WIDEST
    room[order[:-1]] = np.minimum(room[order[:-1]], gaps)
    room[order[1:]] = np.minimum(room[order[1:]], gaps)
    return room


def _tops(looks: Numbers, depth: Numbers) -> list[float]:
    """Where each row begins, and the height of all."""
    tops, y = [], TOP
    for row in range(int(depth.max()) + 1):
        tops.append(y)
        y += LOOKS[int(looks[depth == row].min())][2] + ROW_GAP
    return [*tops, y]
