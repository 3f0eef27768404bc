"""Claims about where a bookmark stands after the program was edited."""

from __future__ import annotations

from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.bookmarks import anchor, step_of
from vmgui.timeline.session import Session

MACHINE = Machine(ram=64 * M, possible_cpus=1, online_cpus=1)
PROGRAM = ("a = vmalloc 16K", "b = vmalloc 32K", "vfree a")


def ran(*lines: str) -> Session:
    """A session that ran these lines."""
    session = Session(MACHINE)
    session.apply_all(map(parse_operation, lines))
    return session


def test_a_bookmark_stays_where_it_is_while_nothing_changes():
    operations = ran(*PROGRAM).operations
    for step in range(operations[-1].last_row + 1):
        assert step_of(operations, anchor(operations, step)) == step


def test_a_bookmark_moves_with_its_operation_when_another_is_put_before_it():
    before, after = ran(*PROGRAM).operations, ran("z = vmalloc 4K", *PROGRAM).operations
    held = anchor(before, before[1].first_row + 20)
    assert step_of(after, held) == after[2].first_row + 20


def test_a_bookmark_moves_with_its_operation_when_one_before_it_is_taken_out():
    before, after = ran(*PROGRAM).operations, ran("b = vmalloc 32K").operations
    assert step_of(after, anchor(before, before[1].first_row + 20)) == 20


def test_a_bookmark_stays_with_an_operation_whose_size_is_changed():
    before, after = ran(*PROGRAM).operations, ran("a = vmalloc 16K", "b = vmalloc 64K").operations
    assert step_of(after, anchor(before, before[1].first_row + 20)) == after[1].first_row + 20


def test_of_operations_that_are_alike_a_bookmark_goes_to_the_nearest():
    before = ran("a = vmalloc 4K", "purge", "vfree a", "purge").operations
    after = ran("purge", "a = vmalloc 4K", "vfree a", "tick", "purge").operations
    held = anchor(before, before[3].first_row + 1)
    assert step_of(after, held) == after[4].first_row + 1


def test_a_bookmark_never_leaves_its_operation_though_that_became_shorter():
    before, after = ran("a = vmalloc 256K", "vfree a").operations, ran("a = vmalloc 4K", "vfree a").operations
    assert step_of(after, anchor(before, before[0].last_row)) == after[0].last_row


def test_a_bookmark_waits_while_its_operation_is_gone_and_comes_back_with_it():
    before = ran(*PROGRAM).operations
    held = anchor(before, before[2].first_row + 5)
    assert step_of(ran(*PROGRAM[:2]).operations, held) is None
    assert step_of(ran(*PROGRAM).operations, held) == before[2].first_row + 5


def test_the_beginning_stays_the_beginning():
    assert step_of(ran("vmalloc 4K").operations, anchor(ran(*PROGRAM).operations, 0)) == 0
