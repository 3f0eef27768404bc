"""However a program was edited, the session is that of a fresh run of what it says."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.property.programs import lines, machines
from tests.property.test_sessions import columns_of
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.edit import Edit, Failed, Program
from vmgui.timeline.session import Session

_kinds = st.sampled_from(["insert", "delete", "replace", "move", "undo", "stop"])
edits = st.lists(st.tuples(_kinds, st.floats(0, 0.999), st.floats(0, 0.999), lines), min_size=1, max_size=5)


def edit_of(program: Program, kind: str, where: float, to: float, written: list[str]) -> Edit:
    """The edit that these random numbers mean for a program as it is."""
    n, operation = len(program.items), parse_operation(written[0])
    at = int(where * n)
    if kind == "insert" or not n:
        return program.inserted(int(where * (n + 1)), operation)
    if kind == "delete":
        return program.deleted(at)
    return program.moved(at, int(to * n)) if kind == "move" else program.replaced(at, operation)


@given(machines, lines, edits)
def test_random_edits_give_what_a_fresh_run_of_the_edited_program_gives(
    machine: Any, written: list[str], changes: list[tuple[str, float, float, list[str]]]
) -> None:
    program = Program(Session(machine))
    program.extend(map(parse_operation, written))
    for kind, where, to, more in changes:
        edit = edit_of(program, kind, where, to, more)
        before = columns_of(program.session)
        if kind == "stop":
            if not program.change(edit, lambda done, of: done < 1):
                assert columns_of(program.session) == before
        else:
            assert program.change(edit)
        if kind == "undo":
            assert program.change(edit.inverse)
            assert columns_of(program.session) == before
    fresh = Program(Session(machine))
    fresh.extend(item.operation for item in program.items)
    assert columns_of(fresh.session) == columns_of(program.session)
    assert [isinstance(item, Failed) for item in fresh.items] == [
        isinstance(item, Failed) for item in program.items
    ]
