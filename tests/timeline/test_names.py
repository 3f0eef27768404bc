"""Names are kept once for all operations, and each operation still knows its own."""

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.names import KnownNames
from vmgui.timeline.session import Session
from vmgui.timeline.verbs import results
from vmgui.timeline.verbs.results import busy_area


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


def within(names: KnownNames, start: int = 0, end: int = 1 << 64) -> list[str]:
    return [obj.name for obj in names.areas_within(start, end)]


@pytest.mark.parametrize("free", ["vfree a2", "vfree_addr @a2", "remove_area a2", "c = vrealloc a2 64K"])
def test_a_free_looks_up_what_it_frees_and_no_other_area(free: str, monkeypatch: pytest.MonkeyPatch):
    looked_up: list[int] = []

    def counted(k: Kernel, addr: int) -> object:
        looked_up.append(addr)
        return busy_area(k, addr)

    asked = []
    for areas in (4, 100):
        session = ran(*(f"a{i} = vmalloc 4K" for i in range(areas)))
        looked_up.clear()
        monkeypatch.setattr(results, "busy_area", counted)
        session.apply(parse_operation(free))
        monkeypatch.undo()
        assert session.names["a2"].freed
        asked.append(len(looked_up))
    assert asked[0] == asked[1] <= 3


def test_areas_in_use_are_told_for_every_age():
    session = ran("a = vmalloc 4K", "b = vmalloc 4K", "vfree a", "c = vmalloc 4K")
    assert [within(done.names) for done in session.operations] == [["a"], ["a", "b"], ["b"], ["b", "c"]]


def test_areas_in_use_are_found_by_place():
    session = ran("a = vmalloc 4K", "b = vmalloc 4K", "io = ioremap 0x10000000123 4K")
    a, io = session.names["a"], session.names["io"]
    assert within(session.names, a.addr, a.addr + 1) == ["a"]
    assert within(session.names, a.addr + 1, a.addr + a.size) == []
    assert within(session.names, io.addr & -4096, io.addr + 1) == ["io"]
    assert within(session.operations[0].names, a.addr, a.addr + 1) == ["a"]


def test_what_was_put_off_is_freed_for_all_its_names_once_the_worker_ran():
    before = ran("a = vmalloc 8K", "b = vmalloc 4K", "context irq", "vfree a", "vfree b")
    assert within(before.names) == ["a", "b"]
    before.apply(parse_operation("context task"))
    assert within(before.names) == []


def test_both_names_of_one_area_are_freed_with_it():
    session = ran("a = vmalloc 8K", "b = vrealloc a 4K", "vfree a")
    assert [obj.name for obj in session.names.values() if obj.freed] == ["a", "b"]


def test_of_many_areas_exactly_those_are_freed_that_are_gone():
    many = [f"a{i} = vmalloc 4K" for i in range(80)]
    session = ran(*many, "io = ioremap 0x10000000123 4K", "vfree a7", "iounmap io")
    gone = [obj.name for obj in session.names.values() if obj.freed]
    assert gone == ["a7", "io"]
