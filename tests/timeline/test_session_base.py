"""A session that begins with the memory of another that has booted."""

from __future__ import annotations

import pytest

from vmgui.engine.machine import PRESETS, preset
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session

LINES = (
    "a = vmalloc 64K",
    "f = ioremap 0x10000000000 4M",
    "p = percpu n=1 size=8K",
    "vfree a",
    "purge",
    "b = vmalloc 4M",
)


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"server-5l", "debian-server", "arm64-64k"}))
def test_it_writes_row_for_row_what_a_booted_one_writes(name):
    booted = Session(preset(name))
    begun = Session(preset(name), base=booted.base)
    operations = [parse_operation(line) for line in LINES if name not in ("tiny",) or "f =" not in line]
    for session in (booted, begun):
        session.apply_all(operations)
    for column in ("word", "old", "new"):
        assert (getattr(booted.columns.rows, column) == getattr(begun.columns.rows, column)).all()
    assert [done.outcome.value for done in booted.operations] == [
        done.outcome.value for done in begun.operations
    ]


def test_undoing_everything_leads_back_to_the_base():
    booted = Session(preset("tiny"))
    begun = Session(preset("tiny"), base=booted.base)
    begun.apply(parse_operation("a = vmalloc 64K"))
    begun.undo()
    assert begun.kernel.mem.view.tobytes() == booted.kernel.mem.view.tobytes()
    assert begun.cursor().view.tobytes() == booted.cursor().view.tobytes()
