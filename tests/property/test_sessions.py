"""Laws that hold for every program: however a state is reached, it is the same state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.property.programs import MACHINES, lines, machines, rebuilt, run, state, touched
from vmgui.engine.kernel import KernelBug
from vmgui.formats.document import Document, dump, parse_document
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Session
from vmgui.timeline.values import number


def columns_of(session: Session) -> list[Any]:
    """All recorded rows without their sites."""
    return [getattr(session.columns.rows, name).tolist() for name in ("word", "old", "new", "prev", "next")]


@given(machines, lines)
def test_running_a_program_again_gives_the_same_rows(machine: Any, program: list[str]) -> None:
    first, again = Session(machine), Session(machine)
    again.apply_all(run(first, program))
    assert columns_of(first) == columns_of(again)
    assert (state(first) == state(again)).all()


@given(machines, lines)
def test_a_document_saved_and_loaded_gives_the_same_rows(machine: Any, program: list[str]) -> None:
    session = Session(machine)
    saved = dump(Document(machine, tuple(map(str, run(session, program)))))
    loaded = parse_document(saved)
    again = Session(loaded.machine)
    again.apply_all(loaded.operations)
    assert columns_of(again) == columns_of(session)


@given(machines, lines)
def test_the_replica_equals_the_engine_after_every_operation(machine: Any, program: list[str]) -> None:
    session = Session(machine)
    cursor = session.cursor()
    for text in program:
        run(session, [text])
        cursor.seek(len(session))
        index = touched(session)
        assert (cursor.image[index] == np.frombuffer(session.kernel.mem.view, np.uint64)[index]).all()


@given(machines, lines, st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_stepping_and_seeking_meet_in_the_same_state(
    machine: Any, program: list[str], seeks: list[float]
) -> None:
    session = Session(machine)
    run(session, program)
    jumping, stepping = session.cursor(), session.cursor()
    for part in sorted(seeks):
        row = int(part * len(session))
        jumping.seek(len(session))
        jumping.seek(row)
        for at in range(stepping.at, row):
            stepping.seek(at + 1)
        index = touched(session)
        assert (jumping.image[index] == stepping.image[index]).all()


@given(machines, lines, lines)
def test_a_kernel_rebuilt_from_words_alone_goes_on_identically(
    machine: Any, head: list[str], tail: list[str]
) -> None:
    session = Session(machine)
    run(session, head)
    if session.dead:
        return
    other, names = rebuilt(session), session.names
    for operation in run(session, tail):
        try:
            outcome = Session.run(other, Done(0, operation, 0, 0, 0, 0, before=names))
        except KernelBug:
            break
        names = names.after(outcome)
    index = touched(session)
    assert (np.frombuffer(session.kernel.mem.view, np.uint64)[index]
            == np.frombuffer(other.mem.view, np.uint64)[index]).all()  # fmt: skip


@given(machines, lines, lines)
def test_undoing_brings_back_the_words_and_redoing_the_rows(
    machine: Any, head: list[str], tail: list[str]
) -> None:
    session = Session(machine)
    run(session, head)
    before, rows = state(session), len(session)
    done = run(session, tail)
    after = columns_of(session)
    for _ in done:
        session.undo()
    assert len(session) == rows
    assert (state(session) == before).all()
    for _ in done:
        session.redo()
    assert columns_of(session) == after


@given(machines, lines, lines)
def test_a_fork_goes_on_as_the_session_it_came_from(
    machine: Any, head: list[str], tail: list[str]
) -> None:
    session = Session(machine)
    fork = session.fork(len(run(session, head)))
    for one in (session, fork):
        run(one, tail)
    assert columns_of(fork) == columns_of(session)


def test_an_operation_that_breaks_off_leaves_nothing_behind() -> None:
    session = Session(MACHINES[0])
    run(session, ["a = vmalloc 4K"])
    before, words = columns_of(session), state(session)
    verb = parse_operation("vmalloc 4K").verb

    def breaks(env: Any, target: Any, **arguments: Any) -> Any:
        assert verb.run is not None
        verb.run(env, target, **arguments)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        session.apply(Operation(replace(verb, run=breaks), args={"size": number(4096)}))
    assert columns_of(session) == before
    assert (state(session) == words).all()
    assert run(session, ["b = vmalloc 4K"])


@given(lines, lines)
def test_two_machines_in_one_process_do_not_know_of_each_other(one: list[str], two: list[str]) -> None:
    alone = [Session(MACHINES[0]), Session(MACHINES[1])]
    run(alone[0], one)
    run(alone[1], two)
    together = [Session(MACHINES[0]), Session(MACHINES[1])]
    for i in range(max(len(one), len(two))):
        run(together[0], one[i : i + 1])
        run(together[1], two[i : i + 1])
    for a, b in zip(alone, together, strict=True):
        assert columns_of(a) == columns_of(b)


def test_a_refused_operation_changes_nothing() -> None:
    session = Session(MACHINES[0])
    run(session, ["a = vmalloc 4K"])
    before = columns_of(session)
    assert run(session, ["vfree nobody", "touch @nobody"]) == []
    assert columns_of(session) == before
    assert list(session.names) == ["a"]
