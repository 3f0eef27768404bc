"""Rows in preorder that are a red-black search tree, and the many that are not."""

import pytest

from vmgui.formats.tree_shape import complaint


def rows(*nodes: tuple[int, str, int]) -> list[tuple[int, str, int, int, int]]:
    return [(depth, colour, start, start + 1, 0) for depth, colour, start in nodes]


GOOD = [(0, "B", 50), (1, "R", 20), (2, "B", 10), (2, "B", 30), (1, "B", 70), (2, "R", 90)]


def test_a_red_black_tree_in_preorder_is_accepted():
    assert complaint(rows(*GOOD)) == ""
    assert complaint([]) == ""
    assert complaint(rows((0, "B", 1))) == ""


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        ([(0, "R", 50)], "red root"),
        ([(0, "B", 50), (2, "B", 20)], "preorder"),
        ([(0, "B", 50), (0, "B", 60)], "preorder"),
        ([(0, "B", 50), (1, "R", 20), (2, "R", 10)], "a red node below a red one"),
        ([(0, "B", 50), (1, "B", 20)], "black heights"),
        ([(0, "B", 50), (1, "R", 60), (1, "R", 20)], "search tree"),
        ([(0, "B", 50), (1, "R", 20), (1, "R", 30)], "search tree"),
        ([(0, "B", 50), (1, "R", 50)], "search tree"),
        ([(0, "B", 50), (1, "R", 20), (2, "B", 10), (2, "B", 60), (1, "B", 70), (2, "R", 90)], "search tree"),
        ([(depth, "BR"[depth % 2], 100 - depth) for depth in range(80)], "preorder"),
    ],
)
def test_anything_else_is_refused_with_a_reason(nodes: list, why: str):
    assert why in complaint(rows(*nodes))


def test_a_node_without_extent_is_refused():
    assert complaint([(0, "B", 5, 5, 0)])
