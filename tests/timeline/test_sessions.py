"""Sessions: what is taken back leaves nothing, and replicas stay inside what was recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vmgui.engine.machine import PRESETS
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session
from vmgui.timeline.unrecorded import Unrecorded
from vmgui.timeline.values import OperationError

SMALL = replace(PRESETS["tiny"], ram=64 << 20)


def ran(*program: str) -> Session:
    session = Session(SMALL)
    session.apply_all(map(parse_operation, program))
    return session


def test_undo_and_redo_go_to_the_same_rows_and_names() -> None:
    session = ran("a = vmalloc 8K", "b = vmalloc 64K", "vfree a")
    rows, names = session.columns.rows.new.tolist(), dict(session.names)
    taken = [session.undo() for _ in range(2)]
    assert session.can_redo
    assert dict(session.names).keys() == {"a"}
    assert [session.redo().operation for _ in taken] == taken[::-1]
    assert not session.can_redo
    assert (session.columns.rows.new.tolist(), dict(session.names)) == (rows, names)


def test_nothing_undone_cannot_be_done_again() -> None:
    session = ran("a = vmalloc 8K")
    with pytest.raises(IndexError):
        session.redo()
    session.undo()
    with pytest.raises(IndexError):
        session.undo()


def test_an_operation_that_cannot_run_can_still_be_done_again_later() -> None:
    session = ran("a = vmalloc 8K")
    session.undo()
    session.apply(parse_operation("b = vmalloc 8K"))
    assert not session.can_redo


def test_a_fork_has_the_first_operations_and_goes_its_own_way() -> None:
    session = ran("a = vmalloc 8K", "b = vmalloc 64K")
    other = session.fork(1)
    other.apply(parse_operation("c = vmalloc 4K"))
    assert list(other.names) == ["a", "c"]
    assert list(session.names) == ["a", "b"]
    assert other.operations[0].last_row == session.operations[0].last_row


def test_every_row_of_a_program_belongs_to_one_operation() -> None:
    session = ran("a = vmalloc 8K", "tree", "vfree a")
    for done in session.operations:
        for row in range(done.first_row, done.last_row):
            assert session.operation_at(row) is done
    assert session.operation_at(len(session)) is None


@pytest.mark.parametrize("row", [-1, 1 << 40])
def test_a_replica_cannot_go_where_nothing_was_recorded(row: int) -> None:
    with pytest.raises(IndexError, match="is not in 0"):
        ran("a = vmalloc 8K").cursor().seek(row)


def test_a_replica_reads_what_the_engine_holds() -> None:
    session = ran("a = vmalloc 8K", "write @a 0x1234")
    cursor, mem = session.cursor(), session.kernel.mem
    cursor.seek(len(session))
    rows = session.columns.rows
    (word,) = rows.word[rows.new == 0x1234].tolist()
    assert cursor.load(word * 8) == mem.load(word * 8) == 0x1234
    assert not cursor.is_zero(word * 8, 8)
    cursor.seek(0)
    assert cursor.is_zero(word * 8, 8)


def test_an_unknown_column_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="colour"):
        _ = ran("a = vmalloc 8K").columns.rows.colour


def test_an_unrecorded_session_reaches_the_same_words_and_keeps_only_what_it_listens_to() -> None:
    session, unrecorded = Session(SMALL), Unrecorded(SMALL, None, frozenset(["alloc_vmap_area"]))
    for line in ("a = vmalloc 8K", "b = ioremap 0x100000000 4M", "vfree a", "purge"):
        operation = parse_operation(line)
        assert unrecorded.apply(operation).outcome == session.apply(operation).outcome
    assert bytes(unrecorded.kernel.mem.view) == bytes(session.kernel.mem.view)
    assert len(unrecorded.columns.spans) == 2


def test_an_unrecorded_operation_that_cannot_run_leaves_no_word_changed() -> None:
    unrecorded = Unrecorded(SMALL, None, frozenset())
    unrecorded.apply(parse_operation("a = vmalloc 8K"))
    before = bytes(unrecorded.kernel.mem.view)
    with pytest.raises(OperationError):
        unrecorded.apply(parse_operation("stress n=4 slots=0"))
    assert bytes(unrecorded.kernel.mem.view) == before


def test_an_unrecorded_session_has_no_moments_to_move_through() -> None:
    with pytest.raises(NotImplementedError):
        Unrecorded(SMALL, None, frozenset()).cursor()
