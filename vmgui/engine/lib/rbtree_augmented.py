"""Red-black trees: colours, links, and taking a node out (include/linux/rbtree_augmented.h, v6.12).

Five rules keep every path from the root short: 1) a node is red or black; 2) the root is black;
3) an empty place counts as black; 4) a red node has only black children; 5) every path from a node
down to an empty place meets equally many black nodes.

The address of the parent and the colour share one word: structs are word aligned, so bit 0 is free.
An augmented tree keeps a value about the subtree in every node; ``rb_augment_callbacks`` repair it.

In the drawings a capital letter is a black node, a small one is red, and in (brackets) either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vmgui.engine.structs import rb_link, rb_node, rb_root
from vmgui.engine.words import offsetof, transparent

RB_RED = 0
RB_BLACK = 1
RB_LEFT, RB_RIGHT = offsetof(rb_node, "rb_left"), offsetof(rb_node, "rb_right")

Rotate = Callable[[rb_node, rb_node], None]


class rb_augment_callbacks(NamedTuple):
    """What to do to the augmented values when the shape of the tree changes."""

    propagate: Callable[[rb_node | None, rb_node | None], None]  # recompute from a node up to stop
    copy: Callable[[rb_node, rb_node], None]  # new takes the place of old
    rotate: Callable[[rb_node, rb_node], None]  # the same, and old ends up below new


def __rb_parent(mem_of: rb_node, pc: int) -> rb_node | None:
    addr = pc & ~3
    return rb_node(mem_of.mem, addr) if addr else None


def rb_parent(rb: rb_node) -> rb_node | None:
    """Return the parent, None for the root."""
    return __rb_parent(rb, rb.rb_parent_color)


def rb_color(rb: rb_node) -> int:
    """Return RB_RED or RB_BLACK."""
    return rb.rb_parent_color & 1


def rb_is_red(rb: rb_node) -> bool:
    """Tell whether ``rb`` is red."""
    return rb_color(rb) == RB_RED


def rb_is_black(rb: rb_node | None) -> bool:
    """Tell whether ``rb`` is black; an empty place is (rule 3)."""
    return rb is None or rb_color(rb) == RB_BLACK


def RB_EMPTY_ROOT(root: rb_root) -> bool:
    """Tell whether the tree has no node."""
    return root.rb_node is None


def RB_EMPTY_NODE(node: rb_node) -> bool:
    """Tell whether ``node`` is in no tree: then it claims to be its own parent."""
    return node.rb_parent_color == node.addr


@transparent
def RB_CLEAR_NODE(node: rb_node) -> None:
    """Mark ``node`` as being in no tree."""
    node.rb_parent_color = node.addr


def rb_left_link(node: rb_node) -> rb_link:
    """Return ``&node->rb_left``."""
    return rb_link(node.mem, node.addr + RB_LEFT)


def rb_right_link(node: rb_node) -> rb_link:
    """Return ``&node->rb_right``."""
    return rb_link(node.mem, node.addr + RB_RIGHT)


def rb_root_link(root: rb_root) -> rb_link:
    """Return ``&root->rb_node``."""
    return rb_link(root.mem, root.addr)


@transparent
def rb_link_node(node: rb_node, parent: rb_node | None, link: rb_link) -> None:
    """Hang ``node`` below ``parent`` at ``link``, red and without children; it may be unbalanced now."""
    node.rb_parent_color = parent.addr if parent else 0
    node.rb_left = None
    node.rb_right = None
    link.node = node


@transparent
def rb_set_parent(rb: rb_node, p: rb_node) -> None:
    """Change the parent, keep the colour."""
    rb.rb_parent_color = rb_color(rb) + p.addr


@transparent
def rb_set_parent_color(rb: rb_node, p: rb_node | None, color: int) -> None:
    """Change parent and colour."""
    rb.rb_parent_color = (p.addr if p else 0) + color


@transparent
def rb_set_black(rb: rb_node) -> None:
    """Turn a red node black."""
    rb.rb_parent_color += RB_BLACK


@transparent
def __rb_change_child(old: rb_node, new: rb_node | None, parent: rb_node | None, root: rb_root) -> None:
    """Make whatever pointed down at ``old`` point at ``new``."""
    if parent is None:
        root.rb_node = new
    elif parent.rb_left == old:
        parent.rb_left = new
    else:
        parent.rb_right = new


@transparent
def __rb_rotate_set_parents(old: rb_node, new: rb_node, root: rb_root, color: int) -> None:
    """Give ``new`` the parent and colour of ``old``; ``old`` goes below it with ``color``."""
    parent = rb_parent(old)
    new.rb_parent_color = old.rb_parent_color
    rb_set_parent_color(old, new, color)
    __rb_change_child(old, new, parent, root)


def __rb_erase_augmented(node: rb_node, root: rb_root, augment: rb_augment_callbacks) -> rb_node | None:
    """Unlink ``node``; returns the node below which one black is missing now, or None."""
    if node.rb_left is None or node.rb_right is None:
        rebalance, changed = ___rb_erase_augmented__one_child(node, root)
    else:
        rebalance, changed = ___rb_erase_augmented__two_children(node, root, augment)
    augment.propagate(changed, None)
    return rebalance


def ___rb_erase_augmented__one_child(node: rb_node, root: rb_root) -> tuple[rb_node | None, rb_node | None]:
    """Case 1, at most one child: it moves up.  Returns (where to rebalance, where values changed).

    By rule 5 an only child is red and ``node`` is black, so the child takes that black over.
    Differs: this branch of __rb_erase_augmented is a function of its own.
    """
    child = node.rb_right if node.rb_left is None else node.rb_left
    pc = node.rb_parent_color
    parent = rb_parent(node)
    __rb_change_child(node, child, parent, root)
    if child is not None:
        child.rb_parent_color = pc
        return None, parent
    return (parent if pc & RB_BLACK else None), parent


def ___rb_erase_augmented__two_children(
    node: rb_node, root: rb_root, augment: rb_augment_callbacks
) -> tuple[rb_node | None, rb_node | None]:
    """Two children: the successor, leftmost on the right side, takes the place and colour of ``node``.

    Returns (where to rebalance, where values changed).
    Differs: this branch of __rb_erase_augmented is a function of its own, and so are its cases.
    """
    child, left = node.rb_right, node.rb_left
    assert child is not None
    assert left is not None
    if child.rb_left is None:
        parent, successor, child2 = ___rb_erase_augmented__successor_is_child(node, child, augment)
    else:
        parent, successor, child2 = ___rb_erase_augmented__successor_below(node, child, augment)

    successor.rb_left = left
    rb_set_parent(left, successor)
    pc = node.rb_parent_color
    __rb_change_child(node, successor, rb_parent(node), root)

    rebalance = None
    if child2 is not None:  # red by rule 5, and turned black it makes up for the one that left
        rb_set_parent_color(child2, parent, RB_BLACK)
    elif rb_is_black(successor):
        rebalance = parent
    successor.rb_parent_color = pc
    return rebalance, successor


def ___rb_erase_augmented__successor_is_child(
    node: rb_node, child: rb_node, augment: rb_augment_callbacks
) -> tuple[rb_node, rb_node, rb_node | None]:
    """Case 2, the successor is the right child itself; returns (parent, successor, child2).

    ``parent`` is who has the place that the successor leaves, ``child2`` who moves up into it.
    Differs: a part of __rb_erase_augmented.
    """
    #    (n)          (s)
    #    / \          / \
    #  (x) (s)  ->  (x) (c)
    #        \
    #        (c)
    child2 = child.rb_right
    augment.copy(node, child)
    return child, child, child2


def ___rb_erase_augmented__successor_below(
    node: rb_node, child: rb_node, augment: rb_augment_callbacks
) -> tuple[rb_node, rb_node, rb_node | None]:
    """Case 3, the successor is further down, and its right child takes its place; returns as case 2.

    Differs: a part of __rb_erase_augmented.
    """
    #    (n)          (s)
    #    / \          / \
    #  (x) (y)  ->  (x) (y)
    #      /            /
    #    (p)          (p)
    #    /            /
    #  (s)          (c)
    #    \
    #    (c)
    successor = parent = child
    while successor.rb_left is not None:
        parent, successor = successor, successor.rb_left
    child2 = successor.rb_right
    parent.rb_left = child2
    successor.rb_right = child
    rb_set_parent(child, successor)
    augment.copy(node, successor)
    augment.propagate(parent, successor)
    return parent, successor, child2
