"""Names are kept once for all operations, and each operation still knows its own."""

import pytest

from vmgui.engine.machine import Machine
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session


def ran(*lines: str) -> Session:
    session = Session(Machine())
    session.apply_all(parse_operation(line) for line in lines)
    return session


def test_each_operation_knows_the_names_of_its_own_time():
    session = ran("a = vmalloc 4K", "b = vmalloc 4K", "vfree a")
    assert [list(done.names) for done in session.operations] == [["a"], ["a", "b"], ["a", "b"]]
    assert [done.names["a"].freed for done in session.operations] == [False, False, True]
    assert len(session.operations[0].names) == 1
    with pytest.raises(KeyError):
        session.operations[0].names["b"]


def test_what_was_taken_back_is_no_name_of_what_comes_instead():
    session = ran("a = vmalloc 4K", "b = vmalloc 8K")
    gone = session.operations[1]
    session.undo()
    session.apply(parse_operation("c = vmalloc 4K"))
    assert list(session.names) == ["a", "c"]
    assert list(gone.names) == ["a", "b"]


def test_an_operation_that_makes_nothing_keeps_no_names_of_its_own():
    session = ran("a = vmalloc 4K", "purge")
    assert session.operations[1].names is session.operations[0].names


def test_undo_and_redo_give_the_same_names_again():
    session = ran("a = vmalloc 4K", "b = vmalloc 8K", "vfree a")
    before = dict(session.names)
    session.undo(), session.undo()
    session.redo(), session.redo()
    assert dict(session.names) == before


def test_a_free_looks_at_the_areas_in_use_and_not_at_every_name_there_ever_was():
    lines = [line for i in range(200) for line in (f"a{i} = vmalloc 4K", f"vfree a{i}")]
    session = ran(*lines, "b = vmalloc 4K")
    assert len(session.names) == 201
    assert [obj.name for obj in session.names.areas_in_use()] == ["b"]


def test_areas_in_use_are_told_for_every_age():
    session = ran("a = vmalloc 4K", "b = vmalloc 4K", "vfree a", "c = vmalloc 4K")
    found = [[obj.name for obj in done.names.areas_in_use()] for done in session.operations]
    assert found == [["a"], ["a", "b"], ["b"], ["b", "c"]]


def test_of_many_areas_exactly_those_are_freed_that_are_gone():
    many = [f"a{i} = vmalloc 4K" for i in range(80)]
    session = ran(*many, "io = ioremap 0x10000000123 4K", "vfree a7", "iounmap io")
    gone = [obj.name for obj in session.names.values() if obj.freed]
    assert gone == ["a7", "io"]
