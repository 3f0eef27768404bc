"""Claims about stepping by lines of the engine's text."""

from __future__ import annotations

import linecache
from collections import defaultdict
from itertools import pairwise

import pytest

from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.lines import PLUMBING, look
from vmgui.projection.moment import moment
from vmgui.projection.source import next_at, rows_at, source
from vmgui.projection.steps import SERVICES
from vmgui.timeline.replay import Replayer, line_steps, lines_from
from vmgui.timeline.session import Session

PROGRAM = ("a = vmalloc 16K", "f = ioremap 0x100101000 64K", "vfree a")


@pytest.fixture(scope="module")
def session() -> Session:
    """A small program."""
    session = Session(Machine(ram=64 * M, possible_cpus=1, online_cpus=1))
    session.apply_all(map(parse_operation, PROGRAM))
    return session


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9, 1])
@pytest.mark.parametrize("number", range(3))
def test_lines_from_a_row_on_are_those_of_the_whole_operation_from_there_on(session, number, part):
    done, replayer = session.operations[number], Replayer(session)
    row = done.first_row + int((done.last_row - done.first_row) * part)
    whole = [line for line in line_steps(replayer, done) if line.row >= row]
    assert lines_from(replayer, done, row, 100) == whole[:100]


def walk(session: Session, way: int, services: bool) -> list[tuple[int, int]]:
    """All positions of the second operation, from one end to the other."""
    done, replayer = session.operations[1], Replayer(session)
    at = (done.first_row, -1) if way > 0 else (done.last_row, -1)
    found = []
    known = look(replayer, done, at, way, services)
    while True:
        number = known.after(at) if way > 0 else known.before(at)
        if number is None:
            if known.ends_before(at) if way > 0 else known.begins_after(at):
                return found
            known = look(replayer, done, at, way, services)
            number = known.after(at) if way > 0 else known.before(at)
            if number is None:
                return found
        at = known.positions[number]
        found.append(at)


def test_the_rows_at_a_line_are_those_that_the_source_shows_there(session):
    columns, shown = session.columns, defaultdict(list)
    for row in range(len(session)):
        at = source(moment(columns, row))
        shown[at.file, at.first].append(row)
    assert len(shown) > 100
    for (file, line), rows in shown.items():
        assert rows_at(columns, file, line).tolist() == rows
        assert next_at(columns, 1, file, line) == next((row + 1 for row in rows if row >= 1), None)


def assigned(line) -> str:
    """The one name that a line gives a number or an address to; empty where it does something else."""
    text = linecache.getline(line.code.co_filename, line.line).strip()
    name, equals, given = text.partition(" = ")
    return name if equals and name.isidentifier() and given.count("(") == given.count(")") else ""


def test_the_variables_of_a_line_are_those_before_it_runs(session):
    done = session.operations[1]
    known = look(Replayer(session), done, (done.first_row, -1), 1)
    seen = 0
    for number, (line, after) in enumerate(pairwise(known.lines)):
        name = assigned(line)
        if name and (after.depth, after.code) == (line.depth, line.code):
            held = {v.name: v for v in known.variables(number)}
            then = {v.name: v for v in known.variables(number + 1)}
            others = set(then) - {name}
            assert {n: then[n].text for n in others} == {n: held[n].text for n in others}
            assert not any(then[n].changed for n in others)
            if name in held and name in then:
                assert then[name].changed == (then[name].text != held[name].text)
                seen += then[name].changed
            seen += name in then and name not in held
    assert seen > 10


@pytest.mark.parametrize("services", [False, True])
def test_the_same_lines_are_met_forwards_and_backwards(session, services):
    there, back = walk(session, 1, services), walk(session, -1, services)
    assert there == back[::-1]
    assert there == sorted(set(there))
    done = session.operations[1]
    hidden = PLUMBING if services else PLUMBING + SERVICES
    ran = [line for line in line_steps(Replayer(session), done) if line.row < done.last_row]
    wanted = [line for line in ran if not line.code.co_filename.endswith(hidden)]
    assert len(there) == len(wanted)


def test_a_line_is_shown_in_its_function(session):
    done = session.operations[1]
    known = look(Replayer(session), done, (done.first_row, -1), 1)
    shown = known.source(0)
    assert shown.top <= shown.first <= known.lines[0].line <= shown.last
