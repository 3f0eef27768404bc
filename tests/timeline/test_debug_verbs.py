"""Operations of the debug services: what they change, what they tell, and when they are refused."""

from __future__ import annotations

import pytest

from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Done, Session
from vmgui.timeline.values import OperationError


def run(session: Session, *lines: str) -> Done:
    """The last of the operations."""
    for line in lines:
        done = session.apply(parse_operation(line))
    return done


def machine(**services: bool) -> Session:
    """A small machine with debug services."""
    return Session(Machine(ram=64 * M, **services))


def test_forget_loses_the_pointer_and_leaves_the_area_alone() -> None:
    session = machine()
    before = run(session, "a = vmalloc 8K").names["a"]
    after = run(session, "forget a").names["a"]
    assert before.addr
    assert not after.addr
    assert after.freed
    assert session.kernel.nr_vmalloc_pages == 2
    run(session, "vfree a")  # a pointer to nothing
    assert session.kernel.nr_vmalloc_pages == 2
    assert run(session, "a = vmalloc 4K").outcome.value  # the name is free again


def test_undo_gives_a_forgotten_pointer_back() -> None:
    session = machine()
    run(session, "a = vmalloc 8K", "forget a")
    session.undo()
    run(session, "vfree a")
    assert session.kernel.nr_vmalloc_pages == 0


def test_leaks_tells_of_what_was_forgotten_once_it_is_five_seconds_old_and_unchanged() -> None:
    session = machine(kmemleak=True)
    assert run(session, "a = vmalloc 4K", "b = vmalloc 8K", "forget b", "leaks", "leaks").outcome.text == ""
    text = run(session, "settle ms=6000", "leaks").outcome.text
    assert text.count("unreferenced object") == 1
    assert "(size 8192)" in text


@pytest.mark.parametrize("line", ["leaks", "debug_object 0xffffc90000000000 on"])
def test_without_its_service_an_operation_is_refused_and_says_what_to_boot(line: str) -> None:
    with pytest.raises(OperationError, match="the machine can be booted with"):
        run(machine(), line)


@pytest.mark.parametrize("last", ["debug_object @a off", "touch @a"])
def test_debug_object_off_before_the_free_keeps_debugobjects_silent(last: str) -> None:
    session = machine(debug_objects=True)
    run(session, "a = vmalloc 4K", "debug_object @a", last, "vfree a")
    said = [line for line in log_lines(session.kernel.mem, session.kernel) if line.startswith("ODEBUG")]
    assert len(said) == (0 if last.endswith("off") else 1)


def test_an_object_that_is_in_use_cannot_begin_to_be_used() -> None:
    session = machine(debug_objects=True)
    assert run(session, "a = vmalloc 4K", "debug_object @a on").outcome.value == 0
    run(session, "debug_object @a on")
    assert any("activate active" in line for line in log_lines(session.kernel.mem, session.kernel))
