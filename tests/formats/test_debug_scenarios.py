"""Each debug service has a scenario, and the scenario makes it speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmgui.engine.check import validate
from vmgui.engine.lib.printk import log_lines
from vmgui.formats.document import load
from vmgui.timeline.session import Session

#: By scenario: the field of the machine, and what the service says, in this order.
SPEAKS = {
    "kasan-generic": ("kasan", ["BUG: KASAN: vmalloc-out-of-bounds in touch"] * 2),
    "kasan-hw-tags": ("kasan", ["BUG: KASAN: invalid-access in touch"] * 2),
    "kmsan": ("kmsan", ["BUG: KMSAN: uninit-value in read"] * 2),
    "kmemleak": ("kmemleak", ["kmemleak: 1 new suspected memory leaks"]),
    "debug-objects": ("debug_objects", ["ODEBUG: free active"]),
}


def played(root: Path, name: str) -> Session:
    """A session at the end of a scenario."""
    document = load(root / "resources" / "scenarios" / f"{name}.vmgui")
    assert len(document.lines) > len(document.operations)  # it explains what it does
    session = Session(document.machine)
    session.apply_all(document.operations)
    return session


@pytest.mark.parametrize("name", SPEAKS)
def test_the_scenario_of_a_service_makes_it_speak(root: Path, name: str) -> None:
    field, expected = SPEAKS[name]
    session = played(root, name)
    assert getattr(session.kernel.machine, field) not in (False, "off")
    said = log_lines(session.kernel.mem, session.kernel)
    heads = [line for line in said if line.startswith(("BUG", "ODEBUG", "kmemleak"))]
    assert len(heads) == len(expected)
    assert all(line.startswith(head) for line, head in zip(heads, expected, strict=True))
    assert not session.dead
    assert validate(session.kernel) == []


def test_with_debug_pagealloc_a_use_after_free_faults_at_once(root: Path) -> None:
    session = played(root, "debug-pagealloc")
    touches = [done for done in session.operations if done.operation.verb.name == "touch"]
    assert [done.outcome.failure for done in touches] == ["", "-EFAULT"]


def test_the_program_holds_a_tagged_pointer_and_the_panes_find_its_area(root: Path) -> None:
    session = played(root, "kasan-hw-tags")
    made = session.operations[0].outcome.made
    assert made is not None
    assert made.addr >> 56 < 0xFE
    assert made.place >> 56 == 0xFF
    assert made.vm
    assert session.operations[0].outcome.scan == (made.place, made.place + made.size)
