"""Whatever services watch a program, it gets what it would get without them, and the checks hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from tests.property.programs import SMALL, lines
from vmgui.engine.check import validate
from vmgui.engine.lib.printk import HZ
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.mm.kmemleak_scan import kmemleak_scan, kmemleak_seq_show
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError

SERVICES: tuple[dict[str, Any], ...] = (
    {"kasan": "generic"},
    {"kmsan": True},
    {"kmemleak": True},
    {"debug_objects": True, "debug_pagealloc": True},
    {"kasan": "generic", "kmemleak": True, "debug_objects": True, "debug_pagealloc": True},
)
USES = ("touch", "read", "write")  # what a service may well answer in its own way


def done(session: Session, text: str) -> object:
    """What came of an operation: its value, or why it cannot run."""
    try:
        return session.apply(parse_operation(text)).outcome.value
    except OperationError as error:
        return str(error)


def lost(session: Session) -> str:
    """What a careful owner of all names has lost."""
    k = session.kernel
    k.jiffies = k.jiffies + 6 * HZ
    held = tuple(word for obj in session.names.values() for word in (obj.addr, obj.array))
    kmemleak_scan(k, held)
    kmemleak_scan(k, held)
    m = seq_file()
    kmemleak_seq_show(k, m)
    return m.text


@pytest.mark.parametrize("services", SERVICES, ids=lambda services: "+".join(services))
@settings(max_examples=4)
@given(lines)
def test_a_watched_program_gets_the_same_addresses_and_the_checks_hold(
    services: dict[str, Any], program: list[str]
) -> None:
    watched, plain = Session(replace(SMALL, **services)), Session(SMALL)
    for text in program:
        if plain.dead or watched.dead:
            break
        theirs, ours = done(plain, text), done(watched, text)
        if not text.startswith(USES):
            assert ours == theirs, text
    assert watched.dead == plain.dead
    assert watched.dead or validate(watched.kernel, well_behaved=False) == []


@settings(max_examples=10)
@given(lines)
def test_a_program_that_keeps_its_names_loses_no_area(program: list[str]) -> None:
    session = Session(replace(SMALL, kmemleak=True))
    overwritten = set()
    for text in program:
        before = dict(session.names)
        done(session, text)
        if session.dead:
            return
        overwritten |= {name for name, obj in before.items() if session.names[name] != obj and not obj.freed}
    areas = (f"{obj.addr & -4096:#010x}" for name, obj in session.names.items() if name not in overwritten)
    report = lost(session)
    assert not any(f"unreferenced object {area} " in report for area in areas)
