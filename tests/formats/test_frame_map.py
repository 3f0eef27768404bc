"""Frames of two kernels: which can be one, for how long, and where that is asked."""

from hypothesis import given
from hypothesis import strategies as st

from vmgui.formats.frame_map import FrameMap, LeafDifference, Piece, Ranges, pair_leaves, rig_ram
from vmgui.formats.records import Hex

RAM = [(0, 1000)]
VA = 0xFFFFD88000000000


def run(level: str, va: int, pa: int, n: int, bits: int = 0x163) -> tuple:
    return level, Hex(va), Hex(pa), n, Hex(bits)


def test_a_pair_of_frames_stays_a_pair():
    frames = FrameMap(RAM)
    assert frames.same(1, 7)
    assert frames.same(1, 7)
    assert not frames.same(1, 8)
    assert not frames.same(2, 7)
    assert frames.partner(1) == 7
    assert frames.partner(2) is None


def test_after_the_end_of_a_life_both_frames_are_free_for_others():
    frames = FrameMap(RAM)
    assert frames.same(1, 7)
    frames.end_lives([(6, 2)])
    assert frames.same(1, 8)
    assert frames.same(2, 7)


def test_a_frame_that_never_met_anybody_can_end_its_life_too():
    frames = FrameMap(RAM)
    frames.end_lives([(0, 1000)])
    assert frames.same(1, 1)


def test_devices_are_compared_as_they_are():
    frames = FrameMap(RAM)
    assert frames.same(1000, 1000)
    assert not frames.same(1001, 1002)
    assert frames.partner(1000) is None


def test_a_machine_with_more_than_three_gib_has_a_hole_below_four():
    assert rig_ram(0xFFFF888000000000, 1024) == [(0, 0x40000)]
    assert rig_ram(0xFFFF888000000000, 4096) == [(0, 0xC0000), (0x100000, 0x140000)]
    assert rig_ram(0xFFF0000000000000, 1024) == [(0x40000, 0x80000)]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10), st.booleans()), max_size=12))
def test_ranges_hold_what_a_set_of_addresses_holds(changes: list[tuple[int, int, bool]]):
    ranges, plain = Ranges(), set()
    for start, length, inside in changes:
        these = set(range(start, start + length))
        plain = plain | these if inside else plain - these
        ranges.put(start, start + length, inside)
    found = {addr for s, e, inside in ranges.pieces(0, 50) if inside for addr in range(s, e)}
    assert found == plain
    assert [(s, e) for s, e, _ in ranges.pieces(7, 7)] == []


def test_leaf_lists_with_other_runs_are_alike():
    his = [run("pte", VA, 0x5000, 3)]
    mine = [run("pte", VA, 0x9000, 1), run("pte", VA + 0x1000, 0x2000, 2)]
    assert list(pair_leaves(his, mine)) == [Piece("pte", VA, 1, 5, 9), Piece("pte", VA + 0x1000, 2, 6, 2)]


def test_another_level_address_or_bit_ends_the_pairing():
    his = [run("pte", VA, 0x5000, 1)]
    for mine in ([run("pmd", VA, 0x5000, 1)], [run("pte", VA + 0x1000, 0x5000, 1)],
                 [run("pte", VA, 0x5000, 1, 0x161)], [run("pte", VA, 0x5001, 1)], []):  # fmt: skip
        (difference,) = pair_leaves(his, mine)
        assert difference == LeafDifference(his[0], mine[0] if mine else None)


def test_a_longer_list_differs_after_the_shorter_one():
    his = [run("pte", VA, 0x5000, 2)]
    pieces = list(pair_leaves(his, [run("pte", VA, 0x5000, 1)]))
    assert pieces == [Piece("pte", VA, 1, 5, 5), LeafDifference(his[0], None)]


def test_a_large_leaf_is_aligned_to_its_size_on_both_sides():
    his, mine = [run("pmd", VA, 0x200000, 1)], [run("pmd", VA, 0x201000, 1)]
    assert [type(piece) for piece in pair_leaves(his, mine)] == [LeafDifference]
