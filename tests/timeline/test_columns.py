"""Claims about sealed columns and the replica that seeks over them."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmgui.engine.trace import SITES, Recorder, kernel_function
from vmgui.engine.words import transparent
from vmgui.timeline import spans
from vmgui.timeline.columns import BLOCK, NONE, Columns
from vmgui.timeline.cursor import Cursor, Image

WORDS = 12
END = 4096


class Toy:
    """The least that a kernel function needs: memory."""

    def __init__(self) -> None:
        self.mem = Recorder(END // 2, END)
        self.mem.record()
        self.columns = Columns(END)
        self.base = Image(np.array([], np.uint32), np.array([], np.uint64), END)

    def seal(self) -> None:
        """End an operation."""
        self.columns.seal(self.mem.take())

    def cursor(self) -> Cursor:
        """A replica at row 0."""
        return Cursor(self.columns, self.base)


@transparent
def put(k: Toy, index: int, value: int) -> None:
    """Store a word the way set_pte does."""
    k.mem.store(index * 8, value)


@kernel_function
def fill(k: Toy, first: int, values: Any) -> int:
    """Store ``values`` from word ``first`` on."""
    for i, value in enumerate(values):
        put(k, first + i, value)
    return len(values)


def words(source: Any) -> list[int]:
    """The words under test."""
    return [source.load(i * 8) for i in range(WORDS + 4)]


program = st.lists(
    st.tuples(st.integers(1, WORDS - 1), st.lists(st.integers(0, 2**64 - 1), max_size=4)),
    min_size=1,
    max_size=8,
)


def replayed(columns: Columns, at: int) -> list[int]:
    """The words under test after `at` rows, written one by one."""
    slow = [0] * (WORDS + 4)
    for row in range(at):
        slow[columns.rows.word[row]] = int(columns.rows.new[row])
    return slow


@pytest.mark.parametrize("block", [1, 4, 16, BLOCK])
@given(program, st.lists(st.integers(0, 200), min_size=1, max_size=12))
def test_any_sequence_of_seeks_shows_what_slow_replay_shows(block: int, calls: Any, seeks: list[int]) -> None:
    k = Toy()
    for first, values in calls:
        fill(k, first, values)
        k.seal()
    cursor = k.cursor()
    with patch("vmgui.timeline.columns.BLOCK", block):
        for to in seeks:
            at = to % (len(k.columns) + 1)
            cursor.seek(at)
            assert words(cursor) == replayed(k.columns, at)


@pytest.mark.parametrize("block", [1, 4, 16])
@given(program, program, program)
def test_long_ways_are_right_when_rows_were_cut_off_and_others_came(
    block: int, kept: Any, dropped: Any, come: Any
) -> None:
    k = Toy()
    cursor = k.cursor()
    with patch("vmgui.timeline.columns.BLOCK", block):
        for calls in (kept, dropped, come):
            row, span = len(k.columns), len(k.columns.spans)
            for first, values in calls:
                fill(k, first, values)
            k.seal()
            for at in (len(k.columns), 0, len(k.columns)):
                cursor.seek(at)
                assert words(cursor) == replayed(k.columns, at)
            if calls is dropped:
                np.frombuffer(k.mem.view, np.uint64)[: WORDS + 4] = replayed(k.columns, row)
                k.columns.cut(row, span)
                k.mem.restart(row, span)


@given(program)
def test_the_replica_at_the_head_is_the_engine(calls: Any) -> None:
    k = Toy()
    cursor = k.cursor()
    for first, values in calls:
        fill(k, first, values)
        k.seal()
        cursor.seek(len(k.columns))
        assert words(cursor) == words(k.mem)


@given(program, program)
def test_cutting_and_going_on_leaves_the_links_of_a_recording_never_cut(kept: Any, dropped: Any) -> None:
    cut, plain = Toy(), Toy()
    for k in (cut, plain):
        for first, values in kept:
            fill(k, first, values)
        k.seal()
    row, span = len(cut.columns), len(cut.columns.spans)
    before = words(cut.mem)
    cursor = cut.cursor()
    for first, values in dropped:
        fill(cut, first, values)
    cut.seal()
    cursor.seek(len(cut.columns))
    cut.columns.cut(row, span)
    assert cursor.at == row
    assert words(cursor) == before
    for name in ("word", "old", "new", "prev", "next"):
        assert getattr(cut.columns.rows, name).tolist() == getattr(plain.columns.rows, name).tolist()
    for index in range(WORDS):
        assert cut.columns.last_writer(index * 8) == plain.columns.last_writer(index * 8)


def test_who_wrote_this_word_lists_every_writer_oldest_first() -> None:
    k = Toy()
    fill(k, 3, [7])
    k.seal()
    fill(k, 3, [8, 9])
    k.seal()
    assert [int(k.columns.rows.new[row]) for row in k.columns.writes(3 * 8)] == [7, 8]
    assert k.columns.writes(11 * 8) == []
    assert k.columns.last_writer(11 * 8) == NONE


def test_a_word_knows_who_wrote_it_last_and_who_will_next_at_any_place() -> None:
    k = Toy()
    for value in (7, 8, 9):
        fill(k, 3, [value])
        k.seal()
    columns = k.columns
    first, second, third = columns.writes(3 * 8)
    assert columns.writer_before(3 * 8, first) == NONE
    assert columns.writer_after(3 * 8, 0) == first
    assert columns.writer_before(3 * 8, first + 1) == first
    assert columns.writer_after(3 * 8, first + 1) == second
    assert columns.writer_before(3 * 8, len(columns)) == third
    assert columns.writer_after(3 * 8, third + 1) == NONE


def test_a_call_that_wrote_nothing_still_has_its_place_and_result() -> None:
    k = Toy()
    fill(k, 1, [])
    k.seal()
    assert [spans.kind(k.columns, row) for row in range(2)] == [spans.Step.ENTER, spans.Step.EXIT]
    call = spans.call(k.columns, 0)
    assert (call.function.name, call.result, call.arguments["first"]) == ("fill", 0, 1)


def test_the_stack_of_a_row_is_the_calls_it_is_inside_of() -> None:
    @kernel_function
    def outer(k: Toy) -> None:
        put(k, 1, 1)
        fill(k, 2, [5])
        put(k, 1, 2)

    k = Toy()
    outer(k)
    k.seal()
    names = [[spans.call(k.columns, s).function.name for s in spans.stack(k.columns, r)] for r in range(7)]
    assert names == [["outer"]] * 2 + [["outer", "fill"]] * 3 + [["outer"]] * 2


def test_a_store_stands_at_the_line_that_called_the_helper() -> None:
    k = Toy()
    fill(k, 1, [5])
    k.seal()
    code, line = SITES.line(int(k.columns.rows.site[1]))
    assert code.co_name == "fill"
    assert line == code.co_firstlineno + 4


def test_seeking_beyond_the_recording_is_refused() -> None:
    k = Toy()
    with pytest.raises(IndexError, match="row 1 is not in 0..0"):
        k.cursor().seek(1)


def test_a_call_that_never_returned_says_so() -> None:
    @kernel_function
    def breaks(k: Toy) -> None:
        raise RuntimeError("stop")

    k = Toy()
    with pytest.raises(RuntimeError):
        breaks(k)
    k.seal()
    assert spans.call(k.columns, 0).raised
