"""Editing a program in the middle: the rest runs again, what fails stays, what is stopped changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.property.programs import SMALL
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.edit import Done, Edit, Failed, Program, same_place
from vmgui.timeline.operation import Operation, OperationError
from vmgui.timeline.session import Session, Stopped


def program(*lines: str) -> Program:
    """A program of these lines on a small machine."""
    made = Program(Session(SMALL))
    made.extend(map(parse_operation, lines))
    return made


def texts(made: Program) -> list[str]:
    """The program, with a cross before what failed."""
    return [f"{'✗ ' if isinstance(item, Failed) else ''}{item.operation}" for item in made.items]


def everything(session: Session) -> list[Any]:
    """All rows and spans."""
    rows, spans = session.columns.rows, session.columns.spans
    return [getattr(rows, n).tolist() for n in ("word", "old", "new", "site", "prev", "next")] + [
        getattr(spans, n).tolist() for n in ("function", "first", "last", "parent", "result", "arg")
    ]


def test_a_changed_operation_gives_what_a_fresh_run_gives() -> None:
    edited = program("a = vmalloc 16K", "b = vmalloc 2M", "vfree a")
    assert edited.change(edited.replaced(0, parse_operation("a = vmalloc 64K")))
    assert texts(edited) == ["a = vmalloc 64K", "b = vmalloc 2M", "vfree a"]
    fresh = program("a = vmalloc 64K", "b = vmalloc 2M", "vfree a")
    assert everything(edited.session) == everything(fresh.session)


def test_what_lost_its_name_stays_and_runs_again_when_the_name_is_back() -> None:
    edited = program("a = vmalloc 16K", "touch @a", "purge")
    gone = edited.deleted(0)
    assert edited.change(gone)
    assert texts(edited) == ["✗ touch @a", "purge"]
    failed = edited.items[0]
    assert isinstance(failed, Failed)
    assert "'a'" in failed.error.why
    assert edited.change(gone.inverse)
    assert texts(edited) == ["a = vmalloc 16K", "touch @a", "purge"]


def test_after_a_crash_the_rest_is_kept_as_not_run() -> None:
    edited = program("vmap_page_range va=VS+1G size=8K phys=0x8000000000", "a = vmalloc 16K", "purge")
    crash = parse_operation("vmap_page_range va=VS+1G size=4K phys=0x8000000000")
    assert edited.change(edited.inserted(1, crash), must_run=True)
    assert edited.session.dead
    assert texts(edited)[2:] == ["✗ a = vmalloc 16K", "✗ purge"]
    assert edited.change(edited.deleted(1))
    assert texts(edited)[1:] == ["a = vmalloc 16K", "purge"]


def test_an_operation_can_be_moved_over_several_others() -> None:
    edited = program("a = vmalloc 4K", "b = vmalloc 8K", "c = vmalloc 12K", "purge")
    assert edited.change(edited.moved(0, 2))
    assert texts(edited) == ["b = vmalloc 8K", "c = vmalloc 12K", "a = vmalloc 4K", "purge"]
    assert edited.change(edited.moved(2, 0))
    assert texts(edited)[0] == "a = vmalloc 4K"


def test_a_stopped_edit_changes_nothing() -> None:
    edited = program("a = vmalloc 16K", "b = vmalloc 2M", "vfree a", "c = vmalloc 1M")
    before, words = everything(edited.session), edited.session.kernel.mem.view.tobytes()
    items = list(edited.items)
    assert not edited.change(edited.deleted(1), lambda done, of: done < 1)
    assert everything(edited.session) == before
    assert edited.session.kernel.mem.view.tobytes() == words
    assert edited.items == items
    assert edited.session.operations == items
    assert isinstance(edited.append(parse_operation("vfree c")), Done)


def stopping(after: int) -> Callable[..., bool]:
    """Ask for an end the n-th time one is asked."""
    asked: list[object] = []

    def going(*told: object) -> bool:
        asked.append(told)
        return len(asked) < after

    return going


LONG = "test_vmalloc case=fix_size_alloc_test loops=100 areas=10"


def test_an_operation_that_is_stopped_while_it_runs_changes_nothing() -> None:
    edited = program("a = vmalloc 16K")
    before, words = everything(edited.session), edited.session.kernel.mem.view.tobytes()
    with pytest.raises(Stopped):
        edited.append(parse_operation(LONG), stopping(3))
    assert everything(edited.session) == before
    assert edited.session.kernel.mem.view.tobytes() == words
    again = edited.append(parse_operation(LONG))
    fresh = program("a = vmalloc 16K", LONG)
    assert again.outcome == fresh.session.operations[-1].outcome
    assert everything(edited.session) == everything(fresh.session)


def test_whoever_waits_hears_how_many_steps_an_operation_has_taken() -> None:
    told: list[int] = []
    done = program().append(parse_operation(LONG), lambda steps: told.append(steps) is None)
    assert told == sorted(told)
    assert len(told) > 3
    assert told[-1] < done.last_row


def test_an_edit_that_is_stopped_inside_an_operation_changes_nothing() -> None:
    edited = program("a = vmalloc 16K", LONG)
    before = everything(edited.session)
    assert not edited.change(edited.inserted(0, parse_operation("z = vmalloc 4K")), stopping(6))
    assert everything(edited.session) == before


def test_of_a_program_that_is_stopped_inside_an_operation_nothing_that_follows_runs() -> None:
    edited = program()
    lines = ("a = vmalloc 16K", LONG, "b = vmalloc 4K")
    failed = edited.extend([parse_operation(line) for line in lines], stopping(5))
    assert [str(item.operation) for item in failed] == [str(parse_operation(line)) for line in lines[1:]]
    assert len(edited.session.operations) == 1


def test_a_new_operation_that_cannot_run_is_refused_and_changes_nothing() -> None:
    edited = program("a = vmalloc 16K", "vfree a")
    before = everything(edited.session)
    with pytest.raises(OperationError, match="'z'"):
        edited.change(edited.inserted(1, parse_operation("touch @z")), must_run=True)
    assert everything(edited.session) == before
    assert texts(edited) == ["a = vmalloc 16K", "vfree a"]


def test_a_cursor_beyond_an_edit_is_brought_back_to_it() -> None:
    edited = program("a = vmalloc 16K", "b = vmalloc 2M")
    cursor = edited.session.cursor()
    cursor.seek(len(edited.session))
    edited.change(edited.replaced(1, parse_operation("b = vmalloc 4K")))
    assert cursor.at == edited.items[0].last_row
    cursor.seek(len(edited.session))
    view = edited.session.kernel.mem.view
    assert cursor.view.tobytes() == view.tobytes()


def head(made: Program, edit: Edit, at: int) -> int:
    """Where a play-head at ``at`` is after an edit."""
    old = list(made.items)
    assert made.change(edit)
    return same_place(old, edit, made.items, at)


def test_the_play_head_stays_in_the_operation_it_was_in() -> None:
    made = program("a = vmalloc 16K", "b = vmalloc 2M", "c = vmalloc 4K")
    at = made.items[2].first_row + 5
    assert head(made, made.inserted(1, parse_operation("purge")), at) == made.items[3].first_row + 5
    end = made.items[3].last_row
    assert head(made, made.deleted(1), end) == made.items[2].last_row
    assert head(made, made.deleted(2), made.items[2].last_row) == made.items[1].last_row
    assert head(made, made.moved(0, 1), made.items[0].first_row + 3) == made.items[1].first_row + 3
    assert head(made, made.deleted(0), 0) == 0


def test_an_edit_of_what_comes_later_does_not_move_the_play_head() -> None:
    made = program("a = vmalloc 16K", "b = vmalloc 2M")
    assert head(made, made.replaced(1, Operation(parse_operation("purge").verb)), 7) == 7


def test_what_failed_lies_between_its_neighbours_and_has_no_rows() -> None:
    made = program("a = vmalloc 16K", "touch @z", "purge")
    before, failed, after = made.items
    assert isinstance(failed, Failed)
    assert before.last_row == failed.first_row == failed.last_row == after.first_row
