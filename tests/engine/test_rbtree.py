"""Red-black trees: the kernel's shape and colours, against a model written another way."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmgui.engine.lib.rbtree import (
    rb_erase,
    rb_erase_augmented,
    rb_first,
    rb_insert_augmented,
    rb_insert_color,
    rb_last,
    rb_next,
    rb_prev,
)
from vmgui.engine.lib.rbtree_augmented import (
    RB_BLACK,
    RB_CLEAR_NODE,
    RB_EMPTY_NODE,
    RB_EMPTY_ROOT,
    rb_augment_callbacks,
    rb_color,
    rb_left_link,
    rb_link_node,
    rb_parent,
    rb_right_link,
    rb_root_link,
)
from vmgui.engine.structs import rb_node, rb_root
from vmgui.engine.words import Memory, Struct, container_of, embedded, ulong

KEYS = 64


class item(Struct):
    key = ulong()
    rb = embedded["rb_node"]("rb_node")
    weight = ulong()  # number of nodes below and at this one


class Model:
    """A red-black tree as in the algorithm books."""

    def __init__(self) -> None:
        self.root: Any = None

    def dump(self) -> Any:
        def walk(n: Any) -> Any:
            return None if n is None else ("BR"[n["red"]], walk(n["l"]), n["key"], walk(n["r"]))

        return walk(self.root)

    def _turn(self, x: Any, side: str) -> None:
        """Rotate ``x`` down to ``side``."""
        other = "r" if side == "l" else "l"
        y = x[other]
        x[other] = y[side]
        if y[side]:
            y[side]["p"] = x
        self._swap(x, y)
        y[side], x["p"] = x, y

    def _swap(self, a: Any, b: Any) -> None:
        p = a["p"]
        if p is None:
            self.root = b
        else:
            p["l" if p["l"] is a else "r"] = b
        if b is not None:
            b["p"] = p

    def insert(self, key: int) -> None:
        z: Any = {"key": key, "red": True, "l": None, "r": None, "p": None}
        n = self.root
        while n is not None:
            z["p"] = n
            n = n["l" if key < n["key"] else "r"]
        if z["p"] is None:
            self.root = z
        else:
            z["p"]["l" if key < z["p"]["key"] else "r"] = z
        while z["p"] and z["p"]["red"]:
            p, g = z["p"], z["p"]["p"]
            side, other = ("l", "r") if p is g["l"] else ("r", "l")
            if g[other] and g[other]["red"]:
                p["red"] = g[other]["red"] = False
                g["red"] = True
                z = g
                continue
            if z is p[other]:
                self._turn(p, side)
                p = z
            p["red"], g["red"] = False, True
            self._turn(g, other)
            break
        self.root["red"] = False

    def erase(self, key: int) -> None:
        z = self.root
        while z["key"] != key:
            z = z["l" if key < z["key"] else "r"]
        was_red = z["red"]
        if z["l"] and z["r"]:
            y = z["r"]
            while y["l"]:
                y = y["l"]
            was_red, x = y["red"], y["r"]
            p = y if y["p"] is z else y["p"]
            if p is not y:
                self._swap(y, x)
                y["r"] = z["r"]
                y["r"]["p"] = y
            self._swap(z, y)
            y["l"] = z["l"]
            y["l"]["p"] = y
            y["red"] = z["red"]
        else:
            x, p = z["l"] or z["r"], z["p"]
            self._swap(z, x)
        if not was_red:
            self._repair(x, p)

    def _repair(self, x: Any, p: Any) -> None:
        def red(n: Any) -> bool:
            return n is not None and n["red"]

        while x is not self.root and not red(x):
            side, other = ("l", "r") if x is p["l"] else ("r", "l")
            w = p[other]
            if red(w):
                w["red"], p["red"] = False, True
                self._turn(p, side)
                w = p[other]
            if not red(w["l"]) and not red(w["r"]):
                w["red"] = True
                x, p = p, p["p"]
                continue
            if not red(w[other]):
                w[side]["red"], w["red"] = False, True
                self._turn(w, other)
                w = p[other]
            w["red"], p["red"], w[other]["red"] = p["red"], False, False
            self._turn(p, side)
            x = self.root
        if x:
            x["red"] = False


class Tree:
    """The engine's tree with a subtree count in every node."""

    def __init__(self, *, augmented: bool) -> None:
        self.mem = Memory(0, 1 << 16)
        self.root = rb_root(self.mem, 8)
        self.items = item(self.mem, 64)
        self.augmented = augmented
        self.callbacks = rb_augment_callbacks(self._propagate, self._copy, self._rotate)

    @staticmethod
    def of(node: rb_node) -> item:
        return container_of(node, item, "rb")

    def _count(self, node: rb_node | None) -> int:
        return self.of(node).weight if node else 0

    def recompute(self, node: rb_node) -> int:
        return 1 + self._count(node.rb_left) + self._count(node.rb_right)

    def _propagate(self, node: rb_node | None, stop: rb_node | None) -> None:
        while node is not None and node != stop:
            if self.of(node).weight == self.recompute(node):
                return
            self.of(node).weight = self.recompute(node)
            node = rb_parent(node)

    def _copy(self, old: rb_node, new: rb_node) -> None:
        self.of(new).weight = self.of(old).weight

    def _rotate(self, old: rb_node, new: rb_node) -> None:
        self._copy(old, new)
        self.of(old).weight = self.recompute(old)

    def insert(self, key: int) -> None:
        it = self.items[key]
        it.key = key
        parent, link = None, rb_root_link(self.root)
        while link.node is not None:
            parent = link.node
            link = rb_left_link(parent) if key < self.of(parent).key else rb_right_link(parent)
        rb_link_node(it.rb, parent, link)
        if self.augmented:
            rb_insert_augmented(it.rb, self.root, self.callbacks)
            it.weight = 0
            self._propagate(it.rb, None)
        else:
            rb_insert_color(it.rb, self.root)

    def erase(self, key: int) -> None:
        it = self.items[key]
        if self.augmented:
            rb_erase_augmented(it.rb, self.root, self.callbacks)
        else:
            rb_erase(it.rb, self.root)
        RB_CLEAR_NODE(it.rb)

    def dump(self, node: rb_node | None = None, *, top: bool = True) -> Any:
        node = self.root.rb_node if top else node
        if node is None:
            return None
        color = "B" if rb_color(node) == RB_BLACK else "R"
        return (
            color,
            self.dump(node.rb_left, top=False),
            self.of(node).key,
            self.dump(node.rb_right, top=False),
        )

    def nodes(self) -> Iterator[rb_node]:
        n = rb_first(self.root)
        while n is not None:
            yield n
            n = rb_next(n)


@pytest.mark.parametrize("augmented", [False, True])
@given(toggles=st.lists(st.integers(0, KEYS - 1), max_size=200))
def test_shape_and_colours_are_those_of_a_textbook_tree(augmented: bool, toggles: list[int]) -> None:
    tree, model, present = Tree(augmented=augmented), Model(), set[int]()
    for key in toggles:
        for t in (tree, model):
            (t.erase if key in present else t.insert)(key)
        present ^= {key}
        assert tree.dump() == model.dump()
    forward = [tree.of(n).key for n in tree.nodes()]
    assert forward == sorted(present)
    for n in tree.nodes():
        before, after = rb_prev(n), rb_next(n)
        assert before is None or rb_next(before) == n
        assert after is None or rb_prev(after) == n
    if augmented:
        assert all(tree.of(n).weight == tree.recompute(n) for n in tree.nodes())


def test_a_thousand_random_steps_in_a_full_tree_keep_the_textbook_shape() -> None:
    draw, tree, model, present = Random(1), Tree(augmented=True), Model(), set[int]()
    for _ in range(1000):
        key = draw.randrange(KEYS)
        for t in (tree, model):
            (t.erase if key in present else t.insert)(key)
        present ^= {key}
        assert tree.dump() == model.dump()


def test_a_cleared_node_is_in_no_tree_and_has_no_neighbours() -> None:
    tree = Tree(augmented=False)
    for key in (1, 2, 3):
        tree.insert(key)
    tree.erase(2)
    node = tree.items[2].rb
    assert RB_EMPTY_NODE(node)
    assert rb_next(node) is None
    assert rb_prev(node) is None


def test_an_empty_tree_has_neither_first_nor_last() -> None:
    tree = Tree(augmented=False)
    assert RB_EMPTY_ROOT(tree.root)
    assert rb_first(tree.root) is None
    assert rb_last(tree.root) is None
    tree.insert(5)
    assert rb_first(tree.root) == rb_last(tree.root) == tree.items[5].rb


def test_parent_and_colour_share_one_word() -> None:
    tree = Tree(augmented=False)
    for key in (2, 1, 3):
        tree.insert(key)
    two, one = tree.items[2].rb, tree.items[1].rb
    assert two.rb_parent_color == RB_BLACK  # no parent, black
    assert one.rb_parent_color == two.addr  # red adds nothing


def test_first_and_last_are_the_ends_of_the_order() -> None:
    tree = Tree(augmented=False)
    for key in (4, 2, 6, 1, 7):
        tree.insert(key)
    assert (rb_first(tree.root), rb_last(tree.root)) == (tree.items[1].rb, tree.items[7].rb)
