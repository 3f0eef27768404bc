"""Claims about what the history tells at a step."""

from __future__ import annotations

from vmgui.engine.machine import Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.history import HistoryReader, reaches
from vmgui.projection.moment import moment
from vmgui.timeline.edit import Failed, Program
from vmgui.timeline.session import Session

LINES = ("a = vmalloc 64K", "vfree nobody", "b = vmalloc 8K", "purge", "vfree a", "vfree none", "purge")


def program() -> Program:
    """Operations that run, and two that do not."""
    made = Program(Session(Machine()))
    made.extend(map(parse_operation, LINES))
    return made


def test_an_operation_is_over_running_or_still_to_come_by_its_own_steps() -> None:
    made, reader = program(), HistoryReader()
    assert sum(isinstance(item, Failed) for item in made.items) == 2
    for at in range(len(made.session) + 1):
        history = reader.read(made.items, (), at)
        for i, (item, entry) in enumerate(zip(made.items, history, strict=True)):
            begun, over = reaches(item, at), at > item.last_row or isinstance(item, Failed)
            assert entry.state == ("later" if not begun else "past" if over else "current")
            assert history.is_current(i) == (entry.state == "current")
            assert (i in history.operations.failed) == bool(entry.failed) == isinstance(item, Failed)
        assert history.reached == sum(reaches(item, at) for item in made.items)


def test_operations_that_were_added_or_changed_are_told_anew() -> None:
    made, reader = program(), HistoryReader()
    assert len(reader.read(made.items, (), 1)) == len(LINES)
    made.append(parse_operation("d = vmalloc 8K"))
    assert reader.read(made.items, (), 1)[-1].text == "d = vmalloc 8K"
    made.change(made.replaced(0, parse_operation("a = vmalloc 4K")))
    told = reader.read(made.items, (), 1)
    assert [entry.text for entry in told][:2] == ["a = vmalloc 4K", "vfree nobody"]
    assert told.failed == 2


def test_what_a_shrinker_answers_is_no_error() -> None:
    made = Program(Session(Machine()))
    made.append(parse_operation("shrink"))
    entry = HistoryReader().read(made.items, (), len(made.session))[0]
    assert (entry.result, entry.error) == ("-1", False)
    told = moment(made.session.columns, len(made.session) - 1)
    assert told is not None
    assert (told.function, told.result, told.failed) == ("vmap_node_shrink_scan", "-1", False)
