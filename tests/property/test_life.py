"""Whatever a program does, in any order, on any machine: the invariants hold after every operation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.life import MACHINES
from tests.property.life_rules import lead, many_lives
from vmgui.engine.machine import Machine

steps = st.lists(
    st.tuples(st.integers(0, 120), *(st.integers(0, 4095) for _ in range(7))), min_size=1, max_size=60
)


@settings(max_examples=30)
@given(st.sampled_from(MACHINES), steps)
def test_right_calls_break_nothing(machine: Machine, program: list[tuple[int, ...]]) -> None:
    lead(machine, program, well_behaved=True, every=12)


@settings(max_examples=30)
@given(st.sampled_from(MACHINES), steps)
def test_wrong_calls_do_not_break_what_always_holds(machine: Machine, program: list[tuple[int, ...]]) -> None:
    lead(machine, program, well_behaved=False, every=12)


@pytest.mark.parametrize("seed", [1, 100])
def test_a_long_program_breaks_nothing(seed: int) -> None:
    lives = list(many_lives(seed, 1000, every=100))
    assert sum(operations for _, _, operations in lives) >= 1000


@pytest.mark.nightly
def test_two_hundred_thousand_operations_break_nothing() -> None:
    operations = sum(lived for _, _, lived in many_lives(1, 200_000))
    assert operations >= 200_000
