"""A red-black tree of areas, read at once: every level of it is a few array operations, whatever its size.

Areas are numbered by address, from 0. So the columns of a picture of the tree are those numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.structs import rb_node, rb_root, vmap_area
from vmgui.engine.words import offsetof

Numbers = NDArray[np.int64]
Words = NDArray[np.uint64]

NODE, START, END, MOST = (
    offsetof(vmap_area, name) for name in ("rb_node", "va_start", "va_end", "subtree_max_size")
)
COLOUR, RIGHT, LEFT = (offsetof(rb_node, name) >> 3 for name in ("rb_parent_color", "rb_right", "rb_left"))
#: A red-black tree with more levels than this has more areas than there are addresses.
DEEPEST = 128
NOBODY = -1


@dataclass(frozen=True, slots=True)
class TreeArea:
    """One area of the tree: where its struct is, its range, its colour, the largest size at or below it."""

    rank: int
    at: int
    start: int
    end: int
    black: bool
    most: int
    depth: int
    count: int


@dataclass(frozen=True, eq=False)
class AreaTree:
    """A tree as columns, by rank: the number of an area in the order of addresses.

    `parent`, `left` and `right` are ranks, -1 for nobody; the areas at or below one are the `count` from
    rank `first` on. `most` is only meant in the free tree.
    """

    at: Words
    start: Words
    end: Words
    most: Words
    black: NDArray[np.bool_]
    depth: Numbers
    parent: Numbers
    left: Numbers
    right: Numbers
    first: Numbers
    count: Numbers

    def __len__(self) -> int:
        """Areas in the tree."""
        return len(self.at)

    @cached_property
    def key(self) -> int:
        """A number that tells two trees apart."""
        columns = (self.at, self.start, self.end, self.most, self.black, self.parent)
        return hash(tuple(column.tobytes() for column in columns))

    @cached_property
    def sizes(self) -> Words:
        """Bytes of every area."""
        return self.end - self.start

    @property
    def total(self) -> int:
        """Bytes of all areas together."""
        return int(self.sizes.sum())

    @property
    def root(self) -> int:
        """Rank of the root, -1 in an empty tree."""
        found = np.flatnonzero(self.depth == 0)
        return int(found[0]) if len(found) else NOBODY

    def area(self, rank: int) -> TreeArea:
        """One area."""
        return TreeArea(
            rank, int(self.at[rank]), int(self.start[rank]), int(self.end[rank]), bool(self.black[rank]),
            int(self.most[rank]), int(self.depth[rank]), int(self.count[rank]),
        )  # fmt: skip

    def rank_of(self, at: int) -> int:
        """Rank of the area whose struct is at an address, -1 if it is not in the tree."""
        found = np.flatnonzero(self.at == np.uint64(at))
        return int(found[0]) if len(found) else NOBODY

    def rank_at(self, va: int) -> int:
        """Rank of the area that an address lies in, -1 if it is in none."""
        rank = int(np.searchsorted(self.start, np.uint64(va), side="right")) - 1
        return rank if rank >= 0 and va < int(self.end[rank]) else NOBODY

    def below(self, rank: int) -> tuple[int, int]:
        """The ranks [first, end) of all areas at or below one."""
        return int(self.first[rank]), int(self.first[rank] + self.count[rank])


def image_of(source: Any) -> Words:
    """The words of a replica or of a memory as one array, without a copy."""
    return np.frombuffer(source.view, np.uint64)


def read_tree(words: Words, root: rb_root) -> AreaTree:
    """Read the tree that hangs at `root`; in the middle of a change, what can be reached."""
    levels, parents, sides = _levels(words, root)
    if not levels:
        none, nothing = np.zeros(0, np.uint64), np.zeros(0, np.int64)
        return AreaTree(none, none, none, none, np.zeros(0, bool), *[nothing] * 6)
    base = np.concatenate(([0], np.cumsum([len(level) for level in levels])))
    count, first, rank = _ranks(levels, parents, sides, base)
    node = np.concatenate(levels)
    parent = np.concatenate(parents)
    by_rank = np.argsort(rank)
    at = (node - np.uint64(NODE))[by_rank]
    index = (at >> np.uint64(3)).astype(np.int64)
    depth = np.repeat(np.arange(len(levels)), np.diff(base))[by_rank]
    above = np.where(parent < 0, NOBODY, rank[parent])[by_rank]
    left, right = np.full(len(node), NOBODY), np.full(len(node), NOBODY)
    side = np.concatenate(sides)[by_rank]
    for column, which in ((left, 0), (right, 1)):
        these = np.flatnonzero((side == which) & (above >= 0))
        column[above[these]] = these
    return AreaTree(
        at, words[index + (START >> 3)], words[index + (END >> 3)], words[index + (MOST >> 3)],
        words[index + (NODE >> 3) + COLOUR] & np.uint64(1) == 1,
        depth, above, left, right, first[by_rank], count[by_rank],
    )  # fmt: skip


def _levels(words: Words, root: rb_root) -> tuple[list[Words], list[Numbers], list[Numbers]]:
    """Nodes level by level, the number of each one's parent, and its side: 0 left, 1 right."""
    top, limit = int(words[root.addr >> 3]), len(words) << 3
    levels: list[Words] = []
    parents: list[Numbers] = []
    sides: list[Numbers] = []
    nodes = np.array([top] if 0 < top < limit else [], np.uint64)
    parent, side = np.full(len(nodes), NOBODY), np.zeros(len(nodes), np.int64)
    done = 0
    while len(nodes) and len(levels) < DEEPEST:
        levels.append(nodes)
        parents.append(parent)
        sides.append(side)
        index = (nodes >> np.uint64(3)).astype(np.int64)
        children = np.stack((words[index + LEFT], words[index + RIGHT]), axis=1).reshape(-1)
        there = np.flatnonzero((children != 0) & (children < limit))
        nodes, parent, side = children[there], done + there // 2, there % 2
        done += len(index)
    return levels, parents, sides


def _ranks(
    levels: list[Words], parents: list[Numbers], sides: list[Numbers], base: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """How many areas are at or below each node, the rank of the first of them, and its own rank."""
    nodes = int(base[-1])
    count, before = np.ones(nodes, np.int64), np.zeros(nodes, np.int64)
    for level in range(len(levels) - 1, 0, -1):
        mine = slice(int(base[level]), int(base[level + 1]))
        np.add.at(count, parents[level], count[mine])
        lefts = sides[level] == 0
        before[parents[level][lefts]] = count[mine][lefts]
    first = np.zeros(nodes, np.int64)
    for level in range(1, len(levels)):
        mine, above = slice(int(base[level]), int(base[level + 1])), parents[level]
        first[mine] = np.where(sides[level] == 0, first[above], first[above] + before[above] + 1)
    return count, first, first + before
