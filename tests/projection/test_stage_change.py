"""Claims about what is different between two stages, and the stages on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.beats import BeatReader
from vmgui.projection.entries import Geometry
from vmgui.projection.stage import Stage
from vmgui.projection.stage_change import Change, Run, between, change, only_reason, words
from vmgui.projection.views import ViewReader
from vmgui.timeline.session import Session

SMALL = Machine(ram=64 * M, possible_cpus=1, online_cpus=1)


class Told:
    """The stages at the beats of a program."""

    def __init__(self, *lines: str) -> None:
        self.session = Session(SMALL)
        for line in lines:
            self.session.apply(parse_operation(line))
        self.cursor = self.session.cursor()
        self.views = ViewReader(self.session, self.cursor, Kernel(SMALL, self.cursor))
        self.beats = BeatReader(self.session.columns, self.session.operations, Geometry(self.session.kernel))

    def stages(self, operation: int, kind: str) -> tuple[Stage, Stage]:
        """The stage of the beat before the first of a kind, and its own."""
        beats = self.beats.of(operation)
        at = next(i for i, beat in enumerate(beats) if beat.kind == kind)
        return self.stage(beats[at - 1].step), self.stage(beats[at].step)

    def stage(self, step: int) -> Stage:
        self.cursor.seek(step)
        stage = self.views.read().stage
        assert stage is not None
        return stage


def test_a_new_table_grows_from_the_entry_above() -> None:
    found = change(*Told("a = vmalloc 16K").stages(0, "table"))
    assert found == Change(("pmd",), None, None)


def test_a_refused_leaf_is_told_once() -> None:
    before, after = Told("a = vmalloc 4K", "f = ioremap 0x100101000 2M").stages(1, "refused")
    assert change(before, after) == Change((), "refused", None)
    assert not change(after, replace(after, next_writes=3))


def test_an_installed_leaf_is_an_arrow_and_no_run() -> None:
    before, after = Told("a = vmalloc 4K", "g = ioremap 0x200000000 2M").stages(1, "huge")
    assert change(before, after) == Change((), "installed", None)


def test_a_written_run_fills_from_its_first_entry() -> None:
    before, after = Told("f = ioremap 0x100101000 2M").stages(0, "written")
    found = change(before, after)
    assert found.run == Run("pte", 0, 512, True)
    half = between(before, after, found.run, 0.5).column("pte")
    assert half is not None
    assert half.count == 256
    assert half.runs == ((0, 256, "leaf"),)
    assert [bool(word) for word in words(half)] == [True] * 256 + [False] * 256
    assert half.slots[255].state == "leaf"
    assert half.slots[256].state == "none"


def test_a_cleared_run_empties_from_its_first_entry() -> None:
    before, after = Told("a = vmalloc 64K", "vfree a").stages(1, "cleared")
    found = change(before, after)
    assert found.run == Run("pte", 0, 16, False)
    some = between(before, after, found.run, 0.25).column("pte")
    assert some is not None
    assert some.count == 12
    assert some.runs == ((4, 16, "leaf"),)


@pytest.mark.parametrize("kind", ["table", "refused", "written"])
def test_the_end_of_the_way_is_the_stage_itself(kind: str) -> None:
    before, after = Told("f = ioremap 0x100101000 2M").stages(0, kind)
    run = change(before, after).run or Run("pte", 0, 4, True)
    assert between(before, after, run, 1.0) is after


def test_the_reason_of_a_refusal_is_no_change_of_the_walk() -> None:
    _before, after = Told("f = ioremap 0x100101000 2M").stages(0, "refused")
    assert after.leaf is not None
    known = replace(after, leaf=replace(after.leaf, refusal="phys-misaligned"), ringed_bits=(12,))
    assert only_reason(after, known)
    assert not only_reason(after, replace(known, address=0))
    assert not only_reason(None, known)
