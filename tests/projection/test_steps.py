"""Claims about where steps end."""

from __future__ import annotations

import pytest

from vmgui.engine.machine import Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.steps import GROUPS, Steps
from vmgui.timeline import spans
from vmgui.timeline.session import Session

PROGRAM = ("a = vmalloc 64K", "f = ioremap 0x100101000 4M", "vfree a", "purge")


@pytest.fixture(scope="module")
def session() -> Session:
    """A program of every kind of row."""
    session = Session(Machine())
    session.apply_all(map(parse_operation, PROGRAM))
    return session


def steps_of(session: Session, group: int = 16, services: bool = False) -> Steps:
    """The steps of a session."""
    return Steps(session.columns, session.operations, group, services)


def forwards(steps: Steps) -> list[int]:
    """All stops, walking forwards."""
    stops = [0]
    while stops[-1] < len(steps):
        stops.append(steps.after(stops[-1]))
    return stops


def backwards(steps: Steps) -> list[int]:
    """All stops, walking backwards."""
    stops = [len(steps)]
    while stops[-1] > 0:
        stops.append(steps.before(stops[-1]))
    return stops[::-1]


@pytest.mark.parametrize("services", [False, True])
@pytest.mark.parametrize("group", GROUPS)
def test_the_stops_are_the_same_from_either_side(session: Session, group: int, services: bool) -> None:
    steps = steps_of(session, group, services)
    assert forwards(steps) == backwards(steps)


def test_with_a_group_of_one_and_services_every_row_is_a_step(session: Session) -> None:
    assert forwards(steps_of(session, 1, True)) == list(range(len(session) + 1))


def test_a_run_of_ptes_stops_at_every_multiple_of_the_group(session: Session) -> None:
    for group in (16, 64, 512):
        steps = steps_of(session, group)
        columns = session.columns
        table = next(
            spans.call(columns, s)
            for s in spans.spans_of(columns, frozenset(["vmap_pte_range"]), 0, len(columns.spans))
        )
        inside = [
            at for at in forwards(steps)
            if table.first < at - 1 < table.last and spans.innermost(columns, at - 1) == table.span
        ]  # fmt: skip
        assert len(inside) == 512 // group


def test_a_call_to_the_page_allocator_is_one_step_unless_asked_for(session: Session) -> None:
    columns = session.columns
    found = spans.spans_of(columns, frozenset(["alloc_pages"]), 0, len(columns.spans))
    outermost = spans.call(columns, found[0])
    assert steps_of(session).after(outermost.first) == outermost.last + 1
    assert steps_of(session).before(outermost.last + 1) == outermost.first
    assert steps_of(session, services=True).after(outermost.first) == outermost.first + 1


def test_the_end_of_an_operation_is_a_stop(session: Session) -> None:
    stops = forwards(steps_of(session, 512))
    assert all(done.last_row in stops for done in session.operations)


def test_stepping_over_a_call_ends_behind_its_return(session: Session) -> None:
    steps, columns = steps_of(session), session.columns
    call = spans.call(columns, spans.spans_of(columns, frozenset(["ioremap"]), 0, len(columns.spans))[0])
    assert steps.over(call.first) == call.last + 1
    assert steps.over_back(call.last + 1) == call.first
    assert steps.out(call.first + 3) <= call.last + 1
