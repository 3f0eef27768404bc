"""Whether nodes in preorder make a red-black search tree over ranges, as the kernel's free tree is one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

#: A red-black tree of 2**32 areas is not deeper.
DEEPEST = 64


class _Node(Struct):
    colour: str
    start: int
    end: int
    blacks: int  # black nodes from the root down to here, this one included
    left: bool = False
    right: bool = False


def complaint(tree: Sequence[tuple[int, str, int, int, int]]) -> str:
    """Say what is wrong with (depth, colour, start, end, ...) rows in preorder; empty when nothing is."""
    nodes: list[_Node] = []
    path: list[_Node] = []
    for depth, colour, start, end, _ in tree:
        if depth > min(len(path), DEEPEST) or (depth == 0 and nodes):
            return "the free tree is not in preorder"
        del path[depth:]
        parent = path[-1] if path else None
        if parent is None and colour == "R" or parent is not None and parent.colour == colour == "R":
            return "the free tree is not a red-black tree: a red node below a red one, or a red root"
        node = _Node(colour, start, end, (parent.blacks if parent else 0) + (colour == "B"))
        if start >= end or not (parent is None or _hang(node, parent)):
            return "the free tree is not a search tree in preorder"
        path.append(node)
        nodes.append(node)
    return _uneven(nodes) or _unsorted(tree)


def _hang(node: _Node, parent: _Node) -> bool:
    """Make ``node`` a child of ``parent``; False if that side is taken, or the left one comes second."""
    if node.end <= parent.start and not parent.left and not parent.right:
        parent.left = True
        return True
    if node.start >= parent.end and not parent.right:
        parent.right = True
        return True
    return False


def _uneven(nodes: list[_Node]) -> str:
    """Every way down to a missing child passes the same number of black nodes."""
    heights = {node.blacks for node in nodes if not (node.left and node.right)}
    return "" if len(heights) < 2 else "the free tree is not a red-black tree: its black heights differ"


def _unsorted(tree: Sequence[tuple[int, str, int, int, int]]) -> str:
    """Each node lies within what the nodes above leave to it."""
    room: list[tuple[int, int]] = []  # of each open node: lowest and highest address for what comes below
    open_nodes: list[tuple[int, int]] = []
    for depth, _, start, end, _ in tree:
        low, high = 0, 1 << 64
        if depth:
            del room[depth:], open_nodes[depth:]
            low, high = room[-1]
            at = open_nodes[-1]
            low, high = (low, at[0]) if end <= at[0] else (at[1], high)
        if not low <= start < end <= high:
            return "the free tree is not a search tree in preorder"
        room.append((low, high))
        open_nodes.append((start, end))
    return ""
