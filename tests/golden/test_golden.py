"""The engine against a real kernel: scripts run on both, compared field by field.

Every scenario runs here on one boot, and every boot has its share; `vmgui replay ../shared/kernel/golden`
runs all of them on all boots.
"""

from pathlib import Path

import pytest

from vmgui.formats.recording import find, read
from vmgui.formats.replay import replay

BOOTS = ("x86-4l", "x86-5l", "x86-4l-nohuge", "x86-4l-smp1", "arm64")
SCENARIOS = [f"{n:02}" for n in [*range(1, 42), *range(90, 97)]]
#: 22 without huge pages writes three million PTEs one by one: half a minute that says nothing new.
TOO_LONG = {("x86-4l-nohuge", "22"), ("arm64", "40")}


def chosen() -> list[tuple[str, str]]:
    """(scenario, boot): the boots take turns, scenario by scenario."""
    turns = [(n, BOOTS[i % len(BOOTS)]) for i, n in enumerate(SCENARIOS)]
    return [(n, "x86-4l" if (boot, n) in TOO_LONG else boot) for n, boot in turns]


def recorded(shared: Path, scenario: str, boot: str) -> Path:
    """The recording of a scenario on a boot, or on the first that has it."""
    files = find([shared / "kernel" / "golden"])
    found = {file.parent.name: file for file in files if file.name.startswith(scenario)}
    return found.get(boot) or found[BOOTS[0]]


@pytest.mark.parametrize(("scenario", "boot"), chosen())
def test_every_operation_is_identical(shared: Path, scenario: str, boot: str):
    result = replay(read(recorded(shared, scenario, boot)))
    assert result.first_difference is None
    assert (result.identical, result.unsupported_reasons) == (result.ops, {})
    assert result.compared_fields > result.ops


def test_every_scenario_of_the_kernel_has_its_turn(shared: Path):
    numbers = {file.name.split("_")[0] for file in find([shared / "kernel" / "golden"])}
    assert numbers == set(SCENARIOS)
