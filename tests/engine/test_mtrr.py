"""Memory types by physical address, and whether one type holds for a range."""

from __future__ import annotations

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.mtrr import MTRR_TYPE_INVALID, mtrr_type_lookup
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.out import Out
from vmgui.engine.machine import MTRR_UC, MTRR_WB, MTRR_WC, MTRR_WT, MtrrRange

M, G = 1 << 20, 1 << 30


def lookup(k: Kernel, start: int, end: int) -> tuple[int, int]:
    uniform = Out()
    return mtrr_type_lookup(k, start, end, uniform), uniform.value


@pytest.mark.parametrize(("start", "end", "expected"), [
    (0, 0xA0000, (MTRR_WB, 1)),  # exactly one range
    (0, 2 * M, (MTRR_UC, 0)),  # the first MiB holds three types
    (0xC0000, 0x100000, (MTRR_WT, 1)),
    (0xC0000, 2 * M, (MTRR_WT, 1)),  # write-through wins over the default behind it, and it came first
    (2 * M, 4 * M, (MTRR_WB, 1)),  # nothing names it
    (G, 2 * G, (MTRR_WB, 1)),  # up to the devices
    (2 * G - M, 2 * G + M, (MTRR_UC, 0)),  # across their border
    (2 * G, 3 * G, (MTRR_UC, 1)),
    (3 * G, 5 * G, (MTRR_UC, 1)),  # uncached wins over what follows it
    (512 * G, 513 * G, (MTRR_WB, 1)),  # past the last range
])  # fmt: skip
def test_types_of_a_pc(start: int, end: int, expected: tuple[int, int]) -> None:
    assert lookup(booted(), start, end) == expected


def test_the_default_type_before_a_range_counts() -> None:
    k = booted(mtrrs=(MtrrRange(4 * M, 6 * M, MTRR_UC),))
    assert lookup(k, 2 * M, 6 * M) == (MTRR_UC, 0)
    assert lookup(k, 2 * M, 4 * M) == (MTRR_WB, 1)


def test_two_types_that_do_not_go_together_are_uncached() -> None:
    k = booted(mtrrs=(MtrrRange(0, M, MTRR_WC), MtrrRange(M, 2 * M, MTRR_WT)))
    assert lookup(k, 0, 2 * M) == (MTRR_UC, 0)


def test_the_same_type_in_two_ranges_is_uniform() -> None:
    k = booted(mtrrs=(MtrrRange(M, 2 * M, MTRR_WC), MtrrRange(0, M, MTRR_WC)))
    assert lookup(k, 0, 2 * M) == (MTRR_WC, 1)


def test_an_empty_range_has_no_type() -> None:
    assert lookup(booted(), M, M) == (MTRR_TYPE_INVALID, 1)
