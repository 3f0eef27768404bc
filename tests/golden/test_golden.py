"""The engine against a real kernel: scripts run on both, compared field by field."""

from pathlib import Path

import pytest

from tests.golden.recordings import golden
from vmgui.formats.replay import replay_file

BOOTS = ("x86-4l", "x86-5l", "x86-4l-nohuge")
#: Scenarios about page tables alone.
MAPPING = ("15", "22", "23", "24", "25", "26", "40", "91", "92", "93", "96")
#: 22 without huge pages writes three million PTEs one by one: half a minute that says nothing new.
LEFT_OUT = {("x86-4l-nohuge", "22"), ("x86-4l-nohuge", "40")}
CASES = [(boot, n) for boot in BOOTS for n in MAPPING if (boot, n) not in LEFT_OUT]
#: Scenarios about contents: what is read, and what a new size leaves.
CASES += [(boot, n) for boot in (*BOOTS, "x86-4l-smp1") for n in ("27", "32")]
#: What pages allow, sparse areas, frames without pages, wrong frees.
CASES += [(boot, n) for boot in (*BOOTS, "x86-4l-smp1") for n in ("13", "33", "34", "90")]
#: Pieces of blocks, per-CPU chunks, the trees of areas in use.
CASES += [(boot, n) for boot in (*BOOTS, "x86-4l-smp1") for n in ("16", "17", "18", "31", "35", "94", "95")]


@pytest.mark.parametrize(("boot", "scenario"), CASES)
def test_every_operation_is_identical(shared: Path, boot: str, scenario: str):
    result = replay_file(golden(shared, boot, scenario))
    assert result.first_difference is None
    assert (result.identical, result.unsupported_reasons) == (result.ops, {})


OTHERS = [("x86-5l", f"{n:02}") for n in [*range(1, 42), 90, 94, 95] if f"{n:02}" not in MAPPING]
ONE_CPU = [("x86-4l-smp1", n) for n in ("07", "30", "35", "41")]


@pytest.mark.parametrize(("boot", "scenario"), OTHERS + ONE_CPU)
def test_no_operation_of_any_other_scenario_differs(shared: Path, boot: str, scenario: str):
    result = replay_file(golden(shared, boot, scenario))
    assert result.first_difference is None
    assert result.identical + result.unsupported == result.ops
    assert result.compared_fields > result.identical
