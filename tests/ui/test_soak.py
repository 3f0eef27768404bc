"""A user who clicks about at random: nothing fails, Qt says nothing, memory stays flat, steps stay cheap."""

from __future__ import annotations

import pytest

from vmgui.commands.bench_soak import ACTIONS, growth, resident, soak
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.views import ViewReader
from vmgui.timeline.session import Session
from vmgui.ui.highlighter import Text
from vmgui.ui.panes.source import SourceView


def test_three_hundred_random_actions_fail_nowhere_and_make_qt_say_nothing(desk, qapp):
    soak(qapp, desk, 300)
    assert 0 <= desk.player.at <= desk.player.length


@pytest.mark.nightly
@pytest.mark.skipif(not resident(), reason="this system does not say how much memory a process holds")
def test_ten_thousand_random_actions_keep_memory_flat(desk, qapp):
    grown, _held = growth(qapp, desk, ACTIONS)
    assert grown <= 5


def blocks_made_by_a_free(areas: int) -> int:
    """How many of the map's blocks going over a free, back and over it again makes anew."""
    session = Session(Machine(ram=256 * M))
    for i in range(areas):
        session.apply(parse_operation(f"a{i} = vmalloc 4K"))
    done = session.apply(parse_operation(f"vfree a{areas // 2}"))
    cursor = session.cursor()
    reader = ViewReader(session, cursor, Kernel(session.machine, cursor))
    seen = []
    for at in (done.first_row, done.last_row, done.first_row, done.last_row):
        cursor.seek(at)
        seen.append(reader.read().map.blocks)
    known = {id(block) for block in seen[0]}
    made = {id(block) for blocks in seen[1:] for block in blocks}
    return len(made - known)


def test_a_free_among_two_thousand_areas_makes_no_more_blocks_anew_than_among_two_hundred():
    few, many = blocks_made_by_a_free(200), blocks_made_by_a_free(2000)
    assert 0 < many <= 1.5 * few <= 12


def test_going_back_to_where_one_was_makes_no_block_anew():
    session = Session(Machine(ram=256 * M))
    for i in range(50):
        session.apply(parse_operation(f"a{i} = vmalloc 4K"))
    cursor = session.cursor()
    reader = ViewReader(session, cursor, Kernel(session.machine, cursor))
    cursor.seek(len(session))
    before = reader.read().map.blocks
    cursor.seek(0)
    reader.read()
    cursor.seek(len(session))
    assert {id(block) for block in reader.read().map.blocks} == {id(block) for block in before}


def test_a_function_that_comes_into_sight_is_plain_until_one_stays(desk, qtbot, monkeypatch):
    desk.player.seek(desk.player.length // 2)
    source = desk.source.view.source
    view = SourceView()
    qtbot.addWidget(view)
    text = Text(source.file)
    monkeypatch.setattr("vmgui.ui.panes.source.text", lambda file: text)
    view.resize(600, 300)
    view.show()
    view.show_source(source)
    view.grab()
    assert not text.knows(source.first)
    qtbot.waitUntil(lambda: text.knows(source.first))
