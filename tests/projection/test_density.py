from hypothesis import given
from hypothesis import strategies as st

from vmgui.projection.address_map import Block
from vmgui.projection.density import FIRST_LEVEL, LAZY, Density, stretch

PAGES_5L = (12800 << 40) >> 12


@st.composite
def blocks(draw, base=0):
    """Sorted, disjoint blocks from `base` on."""
    found, at = [], base
    for _ in range(draw(st.integers(0, 8))):
        first = at + draw(st.integers(0, 40))
        at = first + draw(st.integers(1, 60))
        kind = draw(st.sampled_from(["mapped", "lazy"]))
        level = draw(st.sampled_from(["pte", "pmd"]))
        found.append(Block(first, first, at, 0, kind, level=level))
    return tuple(found)


def slow_cover(found, first, end):
    """Covered pages of [first, end), page by page."""
    return sum(any(b.first <= page < b.end for b in found) for page in range(first, end))


@given(blocks(), st.integers(0, 200), st.integers(1, 300), st.integers(1, 40))
def test_a_pixel_is_coloured_exactly_where_something_lies_in_it(found, first, pages, width):
    _kinds, share = Density(found).row(first, first + pages, width)
    edges = [first + i * pages // width for i in range(width + 1)]
    for i, part in enumerate(share):
        assert (part > 0) == (slow_cover(found, edges[i], edges[i + 1]) > 0)


@given(blocks(base=PAGES_5L - 1000))
def test_the_far_end_of_a_five_level_machine_is_exact(found):
    first, end = PAGES_5L - 1000, PAGES_5L
    _kinds, share = Density(found).row(first, end, end - first)
    assert [p > 0 for p in share] == [slow_cover(found, p, p + 1) > 0 for p in range(first, end)]


def test_the_kind_that_covers_most_of_a_pixel_gives_its_colour():
    found = (Block(0, 0, 3, 0, "lazy"), Block(3, 3, 10, 0, "mapped", level="pmd"))
    kinds, _share = Density(found).row(0, 20, 2)
    assert kinds.tolist() == [FIRST_LEVEL + 3, 0]
    assert Density(found).row(0, 3, 1)[0].tolist() == [LAZY]


@given(blocks(), st.integers(0, 200), st.integers(1, 100))
def test_visible_blocks_are_those_that_touch_the_view(found, first, pages):
    seen = found[Density(found).visible(first, first + pages)]
    assert list(seen) == [b for b in found if b.end > first and b.first < first + pages]


def test_a_block_that_ends_where_the_view_begins_is_out_of_sight():
    found = Density((Block(0, 0, 5, 0, "mapped", level="pte"), Block(5, 5, 9, 0, "mapped", level="pte")))
    assert found.visible(5, 9) == slice(1, 2)
    assert found.visible(0, 5) == slice(0, 1)


@given(blocks(), st.integers(0, 200), st.integers(1, 100))
def test_a_stretch_knows_what_begins_at_a_page_and_what_lies_in_a_range(found, first, pages):
    seen = stretch(found, slice(None))
    assert seen.at(first) == next((i for i, b in enumerate(found) if b.first == first), None)
    assert seen.touches(first, first + pages) == (slow_cover(found, first, first + pages) > 0)
