"""Operations about contents and reports: fill, vread, vrealloc, remap, and the texts that are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from vmgui.engine.machine import PRESETS
from vmgui.formats.document import with_window
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.outcome import ObjKind, Outcome, ValueKind
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError

SMALL = replace(PRESETS["tiny"], ram=64 << 20, possible_cpus=2, online_cpus=2, phys_bits=46)
Run = Callable[[str], Outcome]


@pytest.fixture
def session() -> Session:
    return Session(with_window(SMALL))


@pytest.fixture
def run(session: Session) -> Run:
    return lambda text: session.apply(parse_operation(text)).outcome


def test_what_is_filled_is_read_back(run: Run) -> None:
    run("a = vmalloc 8K")
    assert run("fill @a+4K n=4K byte=0x22").kind is ValueKind.NOTHING
    read = run("vread @a n=12K")
    assert read.value == 12288
    assert read.facts == {"left": 0, "bytes": [(0, 4096), (0x22, 4096), (0, 4096)]}
    told = [line.split(maxsplit=1)[1] for line in read.text.splitlines()]
    assert told == [f"4096 bytes of {byte}" for byte in ("0x00", "0x22", "0x00")]


def test_a_filling_is_undone_word_by_word(session: Session, run: Run) -> None:
    run("a = vmalloc 8K")
    before = bytes(session.kernel.mem.view)
    run("fill @a n=8K byte=0x11")
    session.undo()
    assert bytes(session.kernel.mem.view) == before


@pytest.mark.parametrize(("line", "most"), [("fill W n=17M", "16M"), ("vread W n=5M", "4M")])
def test_how_much_is_filled_or_read_is_capped_and_said(session: Session, line: str, most: str) -> None:
    with pytest.raises(OperationError) as caught:
        session.apply(parse_operation(line))
    assert (caught.value.parameter, caught.value.suggestion) == ("n", f"n={most}")
    assert most in caught.value.why
    assert not session.operations


def test_filling_a_hole_stops_the_kernel(session: Session, run: Run) -> None:
    run("fill W n=8")
    assert session.operations[-1].bug is not None
    assert session.dead


@pytest.mark.parametrize("line", ["vrealloc a size=8K", "a = vrealloc a 8K"])
def test_an_allocation_that_moves_may_keep_its_name(session: Session, run: Run, line: str) -> None:
    old = run("a = vmalloc 4K").value
    new = run(line).value
    assert new not in (0, old)
    assert (session.names["a"].addr, session.names["a"].freed) == (new, False)


def test_another_name_leaves_the_old_one_dangling(session: Session, run: Run) -> None:
    run("a = vmalloc 4K")
    run("b = vrealloc a 8K")
    assert (session.names["a"].freed, session.names["b"].freed) == (True, False)


def test_in_place_both_names_mean_the_same_area(session: Session, run: Run) -> None:
    run("a = vmalloc 8K")
    run("b = vrealloc a 4K")
    assert session.names["a"].addr == session.names["b"].addr
    assert not session.names["a"].freed


def test_a_name_of_something_else_is_still_in_use(session: Session, run: Run) -> None:
    run("a = vmalloc 4K")
    run("b = vmalloc 4K")
    with pytest.raises(OperationError, match="still in use"):
        run("b = vrealloc a 8K")


def test_size_zero_frees_the_old_and_returns_null(session: Session, run: Run) -> None:
    run("a = vmalloc 4K")
    assert run("b = vrealloc a 0").failure == "NULL"
    assert session.names["a"].freed
    assert session.names["b"].kind is ObjKind.NULL


def test_a_failure_keeps_the_old_object_under_its_name(session: Session, run: Run) -> None:
    addr = run("a = vmalloc 4K").value
    assert run("vrealloc a size=2T").failure == "NULL"
    assert (session.names["a"].addr, session.names["a"].freed) == (addr, False)


def test_a_user_area_is_shown_what_it_may_see(run: Run) -> None:
    run("a = vmalloc_user 12K")
    run("b = vmalloc 4K")
    whole = run("remap a")
    assert whole.value == 0
    assert whole.text.startswith("user area 0x00007f")
    assert run("remap a off=1 n=2").value == 0
    for refused in ("remap b", "remap a n=4", "remap a n=2 at=100"):
        assert run(refused).failure == "-EINVAL"
    assert run("remap a n=2 at=4K").failure == "-EFAULT"


def test_reports_are_texts_that_change_nothing_a_program_sees(session: Session, run: Run) -> None:
    addr = run("a = vmalloc 8K").value
    names = dict(session.names)
    assert run("vmallocinfo").text == (
        f"0x{addr:016x}-0x{addr + 12288:016x}   12288 program+0x0/0x0 pages=2 vmalloc N0=2\n"
        + "".join(fences(session))
    )
    assert run("meminfo").text.splitlines()[1] == "VmallocUsed:           8 kB"
    told = f" 2-page vmalloc region starting at {addr:#x} allocated at program+0x0/0x0\n"
    assert run("dump_obj @a").text == told
    assert dict(session.names) == names


def fences(session: Session) -> list[str]:
    """The lines of the areas that fence the window, as the kernel lists them."""
    outcome = Session(session.machine).apply(parse_operation("vmallocinfo")).outcome
    return outcome.text.splitlines(keepends=True)
