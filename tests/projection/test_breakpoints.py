"""Claims about where breakpoints stop."""

from __future__ import annotations

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.breakpoints import (
    EVENTS,
    BadBreakpoint,
    Recorded,
    address_range,
    check,
    function_names,
    place_of,
    steps_of,
)
from vmgui.projection.entries import Geometry
from vmgui.projection.marks import MarksReader
from vmgui.projection.scope import operation_at
from vmgui.timeline import spans
from vmgui.timeline.session import Session

PROGRAM = (
    "a = vmalloc 16K", "f = ioremap 0x100101000 4M", "g = ioremap 0x200000000 4M", "write @a 0x1234",
    "touch @a+16K", "vfree a", "purge", "x = vmalloc 1T",
)  # fmt: skip


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    """A program with every event in it."""
    session = Session(Machine(ram=64 * M, possible_cpus=1, online_cpus=1))
    session.apply_all(map(parse_operation, PROGRAM))
    k = Kernel(session.machine, session.cursor())
    return Recorded(session.columns, session.operations, Geometry(k), k)


def where(recorded: Recorded, event: str, what: str = "") -> list[str]:
    """The operations that a breakpoint stops in."""
    found = [operation_at(recorded.operations, int(s)) for s in steps_of(recorded, event, what)]
    return list(dict.fromkeys(str(done.operation) for done in found if done))


@pytest.mark.parametrize("kind", ["refused", "huge", "table", "flush"])
def test_an_event_stops_where_the_timeline_has_its_mark(recorded, kind):
    marks = MarksReader(recorded.columns, recorded.operations, recorded.shape).read().marks
    assert steps_of(recorded, kind).tolist() == sorted({m.step for m in marks if m.kind == kind})
    assert len(steps_of(recorded, kind))


def test_a_guard_page_is_hit_by_who_runs_off_the_end(recorded):
    assert where(recorded, "guard") == ["touch @a+16K"]


def test_a_purge_stops_where_it_begins(recorded):
    (step,) = steps_of(recorded, "purge")
    row = int(step) - 1
    assert (
        spans.call(recorded.columns, spans.innermost(recorded.columns, row)).function.name
        == "__purge_vmap_area_lazy"
    )
    assert spans.kind(recorded.columns, row) is spans.Step.ENTER


def test_an_error_stops_in_the_operation_that_failed(recorded):
    assert "x = vmalloc 1T" in where(recorded, "error")
    assert "a = vmalloc 16K" not in where(recorded, "error")


def test_a_function_stops_at_each_of_its_calls(recorded):
    steps = steps_of(recorded, "function", "vmap_pmd_range")
    names = [
        spans.call(recorded.columns, spans.innermost(recorded.columns, int(s) - 1)).function.name
        for s in steps
    ]
    assert set(names) == {"vmap_pmd_range"}
    assert steps_of(recorded, "function", "vmap_pmd_range()").tolist() == steps.tolist()


def test_an_address_stops_where_it_is_mapped_written_and_unmapped(recorded):
    start = recorded.operations[0].outcome.value
    assert where(recorded, "write", f"{start:#x}") == ["a = vmalloc 16K", "write @a 0x1234", "vfree a"]


def test_an_address_of_memory_stops_at_every_change_of_its_words(recorded):
    rows = recorded.columns.rows
    word = int(rows.word[rows.word != 0][5])
    steps = steps_of(recorded, "write", f"{word * 8:#x}+8")
    changed = (rows.word == word) & (rows.old != rows.new)
    assert steps.tolist() == [int(row) + 1 for row in changed.nonzero()[0]]


def test_a_line_stops_at_every_row_that_stands_in_it(recorded):
    row = next(i for i in range(len(recorded.columns)) if recorded.columns.rows.word[i])
    file, _function, line = spans.place(recorded.columns, row)
    from vmgui.projection.text import short_name

    steps = steps_of(recorded, "line", f"{short_name(file)}:{line}")
    assert row + 1 in steps


@pytest.mark.parametrize("event", EVENTS)
def test_stops_are_in_order_and_inside_of_the_timeline(recorded, event):
    what = {"function": "vmap_pte_range", "write": "0-0x4000000", "line": "engine/mm/vmap_range.py:1"}.get(
        event, ""
    )
    steps = steps_of(recorded, event, what).tolist()
    assert steps == sorted(set(steps))
    assert all(0 < step <= len(recorded.columns) for step in steps)


@pytest.mark.parametrize(
    ("text", "found"),
    [("0x1000", (0x1000, 0x1008)), ("1000-2000", (0x1000, 0x2000)), ("0x1000 + 16", (0x1000, 0x1010)),
     ("0x1000+0x10", (0x1000, 0x1010)), ("ffff_c900_0000_0000", (0xFFFFC90000000000, 0xFFFFC90000000008))],
)  # fmt: skip
def test_a_range_is_understood(text, found):
    assert address_range(text) == found


@pytest.mark.parametrize("text", ["", "x", "0x2000-0x1000", "0x1000+zz", "0x1000-", "1" * 17, "0x1000+0"])
def test_a_range_that_is_none_is_refused(text):
    with pytest.raises(BadBreakpoint):
        address_range(text)


@pytest.mark.parametrize(
    ("event", "what"),
    [("function", "nobody"), ("function", ""), ("line", "engine/mm/nobody.py:1"),
     ("line", "engine/mm/vfree.py:x"),
     ("line", "../pyproject.toml:1"), ("line", ""), ("write", "here")],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused_before_it_is_kept(event, what):
    with pytest.raises(BadBreakpoint):
        check(event, what)


def test_what_is_understood_is_kept_in_one_way():
    assert check("function", " vfree() ") == "vfree"
    assert check("write", "1000+16") == "0x1000-0x1010"
    assert check("table", "whatever") == ""
    assert "vfree" in function_names()
    assert place_of("engine/mm/vfree.py:3")[1] == 3
