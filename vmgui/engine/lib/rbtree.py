"""Red-black trees: staying balanced, and walking in order (lib/rbtree.c, v6.12).

Insertion adds a red node, which can put red below red (rule 4); removal of a black node leaves a path
one black short (rule 5).  Both are repaired on the way up by recolouring, and at most three rotations.
The rules stand in rbtree_augmented.py; capital letters in drawings are black nodes, small ones red.
"""

from __future__ import annotations

from vmgui.engine.lib.rbtree_augmented import (
    RB_BLACK,
    RB_EMPTY_NODE,
    RB_RED,
    Rotate,
    __rb_erase_augmented,
    __rb_rotate_set_parents,
    rb_augment_callbacks,
    rb_is_black,
    rb_is_red,
    rb_parent,
    rb_set_black,
    rb_set_parent,
    rb_set_parent_color,
)
from vmgui.engine.structs import rb_node, rb_root
from vmgui.engine.words import transparent


def __rb_insert(node: rb_node, root: rb_root, augment_rotate: Rotate) -> None:
    """Restore rules 2 and 4 after the red ``node`` was linked in."""
    red: rb_node | None = node
    while red is not None:
        parent = rb_parent(red)
        if parent is None:  # it became the root: rule 2
            rb_set_parent_color(red, None, RB_BLACK)
            return
        if rb_is_black(parent):  # a red node below a black one breaks nothing
            return
        gparent = rb_parent(parent)
        assert gparent is not None  # the parent is red, so it is not the root
        if parent == gparent.rb_left:
            red = ___rb_insert__left(red, parent, gparent, root, augment_rotate)
        else:
            red = ___rb_insert__right(red, parent, gparent, root, augment_rotate)


@transparent
def _color_flip(uncle: rb_node, parent: rb_node, gparent: rb_node) -> rb_node:
    # Case 1, red uncle: push the black of g one level down; g may now be a red child of a red node.
    #
    #       G            g
    #      / \          / \
    #     p   u  -->   P   U
    #    /            /
    #   n            n
    rb_set_parent_color(uncle, gparent, RB_BLACK)
    rb_set_parent_color(parent, gparent, RB_BLACK)
    rb_set_parent_color(gparent, rb_parent(gparent), RB_RED)
    return gparent


def ___rb_insert__left(
    node: rb_node, parent: rb_node, gparent: rb_node, root: rb_root, augment_rotate: Rotate
) -> rb_node | None:
    """One round where the red parent is a left child; returns the next red node to look at, or None.

    Differs: this half of the loop body of __rb_insert is a function of its own, and so is each case.
    """
    uncle = gparent.rb_right
    if uncle is not None and rb_is_red(uncle):  # case 1
        return _color_flip(uncle, parent, gparent)
    if node == parent.rb_right:  # case 2
        ___rb_insert__left_inner(node, parent, augment_rotate)
        parent = node
    ___rb_insert__left_outer(parent, gparent, root, augment_rotate)  # case 3
    return None


def ___rb_insert__left_inner(node: rb_node, parent: rb_node, augment_rotate: Rotate) -> None:
    """Case 2, n is the inner grandchild: rotate left at p, which makes p the outer one.

    Differs: a part of __rb_insert.
    """
    #      G             G
    #     / \           / \
    #    p   U  -->    n   U
    #     \           /
    #      n         p
    tmp = node.rb_left
    parent.rb_right = tmp
    node.rb_left = parent
    if tmp is not None:
        rb_set_parent_color(tmp, parent, RB_BLACK)
    rb_set_parent_color(parent, node, RB_RED)
    augment_rotate(parent, node)


def ___rb_insert__left_outer(
    parent: rb_node, gparent: rb_node, root: rb_root, augment_rotate: Rotate
) -> None:
    """Case 3, n is the outer grandchild: rotate right at g, and p takes its place and its black.

    Differs: a part of __rb_insert.
    """
    #        G           P
    #       / \         / \
    #      p   U  -->  n   g
    #     /                 \
    #    n                   U
    tmp = parent.rb_right
    gparent.rb_left = tmp
    parent.rb_right = gparent
    if tmp is not None:
        rb_set_parent_color(tmp, gparent, RB_BLACK)
    __rb_rotate_set_parents(gparent, parent, root, RB_RED)
    augment_rotate(gparent, parent)


def ___rb_insert__right(
    node: rb_node, parent: rb_node, gparent: rb_node, root: rb_root, augment_rotate: Rotate
) -> rb_node | None:
    """Mirror image of ___rb_insert__left: the red parent is a right child.

    Differs: this half of the loop body of __rb_insert is a function of its own, and so is each case.
    """
    uncle = gparent.rb_left
    if uncle is not None and rb_is_red(uncle):  # case 1
        return _color_flip(uncle, parent, gparent)
    if node == parent.rb_left:  # case 2
        ___rb_insert__right_inner(node, parent, augment_rotate)
        parent = node
    ___rb_insert__right_outer(parent, gparent, root, augment_rotate)  # case 3
    return None


def ___rb_insert__right_inner(node: rb_node, parent: rb_node, augment_rotate: Rotate) -> None:
    """Case 2 mirrored: rotate right at p.

    Differs: a part of __rb_insert.
    """
    tmp = node.rb_right
    parent.rb_left = tmp
    node.rb_right = parent
    if tmp is not None:
        rb_set_parent_color(tmp, parent, RB_BLACK)
    rb_set_parent_color(parent, node, RB_RED)
    augment_rotate(parent, node)


def ___rb_insert__right_outer(
    parent: rb_node, gparent: rb_node, root: rb_root, augment_rotate: Rotate
) -> None:
    """Case 3 mirrored: rotate left at g.

    Differs: a part of __rb_insert.
    """
    tmp = parent.rb_left
    gparent.rb_right = tmp
    parent.rb_left = gparent
    if tmp is not None:
        rb_set_parent_color(tmp, gparent, RB_BLACK)
    __rb_rotate_set_parents(gparent, parent, root, RB_RED)
    augment_rotate(gparent, parent)


def __rb_erase_color(parent: rb_node, root: rb_root, augment_rotate: Rotate) -> None:
    """Restore rule 5: paths through ``parent`` and ``node`` are one black short (at first node is empty)."""
    node: rb_node | None = None
    above: rb_node | None = parent
    while above is not None:
        parent = above
        sibling = parent.rb_right
        if node != sibling:  # node is the left child
            assert sibling is not None  # paths through it have one black more than those through node
            done = ___rb_erase_color__left(parent, sibling, root, augment_rotate)
        else:
            sibling = parent.rb_left
            assert sibling is not None
            done = ___rb_erase_color__right(parent, sibling, root, augment_rotate)
        if done:
            return
        node, above = parent, rb_parent(parent)  # the whole subtree is short now: look one level up


def ___rb_erase_color__left(parent: rb_node, sibling: rb_node, root: rb_root, augment_rotate: Rotate) -> bool:
    """One round where the short side is the left one; False means that ``parent`` is still short.

    Differs: this half of the loop body of ____rb_erase_color is a function of its own, and so is each case.
    """
    if rb_is_red(sibling):  # case 1
        sibling = ___rb_erase_color__left_red(parent, sibling, root, augment_rotate)
    right = sibling.rb_right
    if right is None or rb_is_black(right):
        left = sibling.rb_left
        if left is None or rb_is_black(left):  # case 2
            return _sibling_flip(sibling, parent)
        ___rb_erase_color__left_inner(parent, sibling, left, augment_rotate)  # case 3
        right, sibling = sibling, left
    ___rb_erase_color__left_outer(parent, sibling, right, root, augment_rotate)  # case 4
    return True


def ___rb_erase_color__left_red(
    parent: rb_node, sibling: rb_node, root: rb_root, augment_rotate: Rotate
) -> rb_node:
    """Case 1, red sibling: rotate left at p, so that the sibling is a black node; returns that one.

    Differs: a part of ____rb_erase_color.
    """
    #     P               S
    #    / \             / \
    #   N   s    -->    p   Sr
    #      / \         / \
    #     Sl  Sr      N   Sl
    tmp1 = sibling.rb_left
    assert tmp1 is not None  # a red node on a longer path has black children
    parent.rb_right = tmp1
    sibling.rb_left = parent
    rb_set_parent_color(tmp1, parent, RB_BLACK)
    __rb_rotate_set_parents(parent, sibling, root, RB_RED)
    augment_rotate(parent, sibling)
    return tmp1


def ___rb_erase_color__left_inner(
    parent: rb_node, sibling: rb_node, left: rb_node, augment_rotate: Rotate
) -> None:
    """Case 3, only the inner nephew is red: rotate right at s, then the outer one is.

    Differs: a part of ____rb_erase_color.
    """
    #   (p)           (p)
    #   / \           / \
    #  N   S    -->  N   sl
    #     / \             \
    #    sl  Sr            S
    #                       \
    #                        Sr
    tmp1 = left.rb_right
    sibling.rb_left = tmp1
    left.rb_right = sibling
    parent.rb_right = left
    if tmp1 is not None:
        rb_set_parent_color(tmp1, sibling, RB_BLACK)
    augment_rotate(sibling, left)


def ___rb_erase_color__left_outer(
    parent: rb_node, sibling: rb_node, right: rb_node, root: rb_root, augment_rotate: Rotate
) -> None:
    """Case 4, the outer nephew is red: rotate left at p; the colours of p and sr pay for the missing black.

    Differs: a part of ____rb_erase_color.
    """
    #      (p)             (s)
    #      / \             / \
    #     N   S     -->   P   Sr
    #        / \         / \
    #      (sl) sr      N  (sl)
    tmp2 = sibling.rb_left
    parent.rb_right = tmp2
    sibling.rb_left = parent
    rb_set_parent_color(right, sibling, RB_BLACK)
    if tmp2 is not None:
        rb_set_parent(tmp2, parent)
    __rb_rotate_set_parents(parent, sibling, root, RB_BLACK)
    augment_rotate(parent, sibling)


def ___rb_erase_color__right(
    parent: rb_node, sibling: rb_node, root: rb_root, augment_rotate: Rotate
) -> bool:
    """Mirror image of ___rb_erase_color__left: the short side is the right one.

    Differs: this half of the loop body of ____rb_erase_color is a function of its own, and so is each case.
    """
    if rb_is_red(sibling):  # case 1
        sibling = ___rb_erase_color__right_red(parent, sibling, root, augment_rotate)
    left = sibling.rb_left
    if left is None or rb_is_black(left):
        right = sibling.rb_right
        if right is None or rb_is_black(right):  # case 2
            return _sibling_flip(sibling, parent)
        ___rb_erase_color__right_inner(parent, sibling, right, augment_rotate)  # case 3
        left, sibling = sibling, right
    ___rb_erase_color__right_outer(parent, sibling, left, root, augment_rotate)  # case 4
    return True


def ___rb_erase_color__right_red(
    parent: rb_node, sibling: rb_node, root: rb_root, augment_rotate: Rotate
) -> rb_node:
    """Case 1 mirrored: rotate right at p; returns the new sibling.

    Differs: a part of ____rb_erase_color.
    """
    tmp1 = sibling.rb_right
    assert tmp1 is not None
    parent.rb_left = tmp1
    sibling.rb_right = parent
    rb_set_parent_color(tmp1, parent, RB_BLACK)
    __rb_rotate_set_parents(parent, sibling, root, RB_RED)
    augment_rotate(parent, sibling)
    return tmp1


def ___rb_erase_color__right_inner(
    parent: rb_node, sibling: rb_node, right: rb_node, augment_rotate: Rotate
) -> None:
    """Case 3 mirrored: rotate left at s.

    Differs: a part of ____rb_erase_color.
    """
    tmp1 = right.rb_left
    sibling.rb_right = tmp1
    right.rb_left = sibling
    parent.rb_left = right
    if tmp1 is not None:
        rb_set_parent_color(tmp1, sibling, RB_BLACK)
    augment_rotate(sibling, right)


def ___rb_erase_color__right_outer(
    parent: rb_node, sibling: rb_node, left: rb_node, root: rb_root, augment_rotate: Rotate
) -> None:
    """Case 4 mirrored: rotate right at p.

    Differs: a part of ____rb_erase_color.
    """
    tmp2 = sibling.rb_right
    parent.rb_left = tmp2
    sibling.rb_right = parent
    rb_set_parent_color(left, sibling, RB_BLACK)
    if tmp2 is not None:
        rb_set_parent(tmp2, parent)
    __rb_rotate_set_parents(parent, sibling, root, RB_BLACK)
    augment_rotate(parent, sibling)


@transparent
def _sibling_flip(sibling: rb_node, parent: rb_node) -> bool:
    # Case 2, no red nephew: a red sibling makes both sides equally short; a red parent can pay for it.
    #
    #    (p)           (p)
    #    / \           / \
    #   N   S    -->  N   s
    #      / \           / \
    #     Sl  Sr        Sl  Sr
    rb_set_parent_color(sibling, parent, RB_RED)
    if rb_is_red(parent):
        rb_set_black(parent)
        return True
    return False


# --- the functions that users of trees call --------------------------------------------------------


def dummy_propagate(node: rb_node | None, stop: rb_node | None) -> None:
    """Do nothing: a plain tree keeps no values."""


def dummy_copy(old: rb_node, new: rb_node) -> None:
    """Do nothing: a plain tree keeps no values."""


dummy_rotate = dummy_copy
dummy_callbacks = rb_augment_callbacks(dummy_propagate, dummy_copy, dummy_rotate)


def rb_insert_color(node: rb_node, root: rb_root) -> None:
    """Balance the tree after rb_link_node()."""
    __rb_insert(node, root, dummy_rotate)


def rb_insert_augmented(node: rb_node, root: rb_root, augment: rb_augment_callbacks) -> None:
    """Balance after rb_link_node(), with subtree values; the caller has updated those above ``node``."""
    __rb_insert(node, root, augment.rotate)


def rb_erase(node: rb_node, root: rb_root) -> None:
    """Take ``node`` out; its own three words keep their values."""
    rb_erase_augmented(node, root, dummy_callbacks)


def rb_erase_augmented(node: rb_node, root: rb_root, augment: rb_augment_callbacks) -> None:
    """Take ``node`` out of a tree with subtree values."""
    rebalance = __rb_erase_augmented(node, root, augment)
    if rebalance is not None:
        __rb_erase_color(rebalance, root, augment.rotate)


def rb_first(root: rb_root) -> rb_node | None:
    """Return the lowest node."""
    n = root.rb_node
    while n is not None and n.rb_left is not None:
        n = n.rb_left
    return n


def rb_last(root: rb_root) -> rb_node | None:
    """Return the highest node."""
    n = root.rb_node
    while n is not None and n.rb_right is not None:
        n = n.rb_right
    return n


def rb_next(node: rb_node) -> rb_node | None:
    """Return the next higher node, None behind the last or when ``node`` is in no tree."""
    if RB_EMPTY_NODE(node):
        return None
    if node.rb_right is not None:  # the lowest one on the right side
        node = node.rb_right
        while node.rb_left is not None:
            node = node.rb_left
        return node
    parent = rb_parent(node)  # the first ancestor that has us on its left
    while parent is not None and node == parent.rb_right:
        node, parent = parent, rb_parent(parent)
    return parent


def rb_prev(node: rb_node) -> rb_node | None:
    """Return the next lower node, None before the first or when ``node`` is in no tree."""
    if RB_EMPTY_NODE(node):
        return None
    if node.rb_left is not None:  # the highest one on the left side
        node = node.rb_left
        while node.rb_right is not None:
            node = node.rb_right
        return node
    parent = rb_parent(node)  # the first ancestor that has us on its right
    while parent is not None and node == parent.rb_left:
        node, parent = parent, rb_parent(parent)
    return parent
