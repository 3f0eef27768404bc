"""Claims about finding steps by what happens there."""

from __future__ import annotations

import numpy as np
import pytest

from vmgui.engine.check import busy_areas
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.vm_struct import vm_struct
from vmgui.engine.structs import vmap_area
from vmgui.engine.words import offsetof
from vmgui.formats.oplang import parse_operation
from vmgui.projection import seek
from vmgui.projection.entries import Geometry
from vmgui.timeline import query
from vmgui.timeline.session import Session

PROGRAM = ("a = vmalloc 64K", "f = ioremap 0x100101000 4M", "vfree a", "purge", "b = vmalloc 16K")


@pytest.fixture(scope="module")
def session() -> Session:
    """A program in which an area comes, goes, and another one takes its place."""
    session = Session(Machine(ram=64 * M, possible_cpus=1, online_cpus=1))
    session.apply_all(map(parse_operation, PROGRAM))
    return session


class At:
    """The session at a position: what a pane would have."""

    def __init__(self, session: Session, at: int) -> None:
        self.session, self.at = session, at
        self.cursor = session.cursor()
        self.cursor.seek(at)
        self.k = Kernel(session.machine, self.cursor)
        self.shape = Geometry(self.k)

    def area(self, number: int) -> seek.Thing:
        """The area that an operation made."""
        made = self.session.operations[number].outcome.made
        assert made is not None
        return seek.area(self.k, self.cursor, self.shape, made.place, made.place + made.size)


def changed_words(session: Session, ranges: tuple[tuple[int, int], ...], row: int) -> bool:
    """Whether a row changed a word of these ranges, found the slow way."""
    rows = session.columns.rows
    word = int(rows.word[row]) * 8
    return any(start <= word < end for start, end in ranges) and rows.old[row] != rows.new[row]


@pytest.mark.parametrize("number", [0, 1, 4])
@pytest.mark.parametrize("way", [1, -1])
def test_a_change_of_an_area_is_the_nearest_row_that_changed_one_of_its_words(session, number, way):
    for at in range(0, len(session), 37):
        thing = At(session, at).area(number)
        if thing.start:
            continue
        rows = range(at, len(session)) if way > 0 else range(at - 2, -1, -1)
        slow = next((row + 1 for row in rows if changed_words(session, thing.ranges, row)), None)
        find = seek.next_change if way > 0 else seek.previous_change
        assert find(session.columns, thing, at) == slow


def test_an_area_is_its_structs_and_the_entries_that_map_it(session):
    at, made = At(session, session.operations[0].last_row), session.operations[0].outcome.made
    (va,) = (va for va in busy_areas(at.k) if va.va_start == made.place)
    words = [va.addr + offsetof(vmap_area, "va_end"), va.vm.addr + offsetof(vm_struct, "nr_pages")]
    words.append(list(seek.mapping(at.k, at.cursor, at.shape, made.place, made.place + 1))[-1][0])
    ranges = at.area(0).ranges
    assert [any(start <= word < end for start, end in ranges) for word in words] == [True, True, True]


def test_an_area_that_is_not_there_yet_is_next_changed_where_it_is_made(session):
    made = session.operations[1]
    step = seek.next_change(session.columns, At(session, 0).area(1), 0)
    assert made.first_row < step <= made.last_row


def test_an_area_that_is_gone_was_last_changed_where_it_was_freed(session):
    freed, at = session.operations[2], session.operations[3].last_row
    step = seek.previous_change(session.columns, At(session, at).area(0), at)
    assert freed.first_row < step <= freed.last_row


def test_walking_from_change_to_change_there_and_back_meets_the_same_steps(session):
    here = At(session, len(session))
    entry = next(
        iter(seek.mapping(here.k, here.cursor, here.shape, here.k.VMALLOC_START, here.k.VMALLOC_START + 1))
    )
    thing = seek.entry(
        here.shape, entry[0] >> here.shape.page_shift, (entry[0] & here.shape.page_size - 1) // 8
    )
    there, at = [], 0
    while (at := seek.next_change(session.columns, thing, at) or 0) != 0:
        there.append(at)
    back, at = [], len(session) + 1
    while (at := seek.previous_change(session.columns, thing, at) or 0) != 0:
        back.append(at)
    assert there == back[::-1]


def test_who_wrote_an_entry_names_step_operation_function_and_values(session):
    done = session.operations[0]
    here = At(session, done.last_row)
    table, _end = list(
        seek.mapping(here.k, here.cursor, here.shape, done.outcome.value, done.outcome.value + 1)
    )[-1]
    thing = seek.entry(here.shape, table >> here.shape.page_shift, (table & here.shape.page_size - 1) // 8)
    (writer,) = seek.writers(session.columns, session.operations, thing, done.last_row)
    assert writer.line == "a = vmalloc 64K"
    assert writer.function == "vmap_pages_pte_range"
    assert writer.old == "0"
    assert int(writer.new, 16) & 1
    assert done.first_row < writer.step <= done.last_row


def test_frames_change_when_they_are_taken(session):
    page = session.operations[0].outcome.made
    here = At(session, session.operations[0].last_row)
    phys = here.shape.physical(here.cursor, page.place)
    thing = seek.frames(here.k, here.shape, phys, phys + here.shape.page_size)
    step = seek.next_change(session.columns, thing, 0)
    assert session.operations[0].first_row < step < session.operations[0].last_row


def test_frames_that_are_no_ram_never_change(session):
    here = At(session, 0)
    thing = seek.frames(here.k, here.shape, 0x100000000, 0x100001000)
    assert seek.next_change(session.columns, thing, 0) is None
    assert seek.writers(session.columns, session.operations, thing, len(session)) == ()


def test_bounds_join_and_leave_word_zero_out():
    assert query.bounds([(64, 80), (72, 128), (0, 8)]).tolist() == [8, 16]
    assert query.bounds([]).tolist() == []


def test_searching_near_and_far_finds_the_same(session):
    places = query.bounds([(int(w) * 8, int(w) * 8 + 8) for w in np.unique(session.columns.rows.word)[1:2]])
    all_rows = query.inside(session.columns, places, 0, len(session)).tolist()
    assert query.next_write(session.columns, places, 0) == (all_rows[0] if all_rows else None)
    assert query.last_write(session.columns, places, len(session)) == (all_rows[-1] if all_rows else None)


def test_what_a_call_was_given_is_read_for_many_calls_at_once(session):
    from vmgui.timeline import spans

    calls = query.calls(session.columns, ["vmap_pte_range", "vfree"])
    given = query.argument(session.columns, calls, "addr").tolist()
    assert given == [spans.call(session.columns, int(c)).arguments["addr"] for c in calls]
    assert query.argument(session.columns, calls, "nobody has this").tolist() == [0] * len(calls)
