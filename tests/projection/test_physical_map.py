"""Claims about the physical map: it covers all, holes are broken off, and its scale goes there and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmgui.engine.machine import PRESETS, Machine
from vmgui.projection.frames import HOLE, KINDS, Frames, IoWindow
from vmgui.projection.physical_map import PhysicalMap, Scale, physical_map, zoomed

G = 1 << 30


def shown(machine: Machine, *windows: IoWindow) -> PhysicalMap:
    return physical_map(machine, Frames(0, 1, b"", (0,) * 5, (), tuple(windows)))


@pytest.mark.parametrize("preset", PRESETS)
def test_regions_follow_each_other_without_a_gap_from_zero(preset: str) -> None:
    regions = shown(PRESETS[preset], IoWindow(0x8_0000_0000, G, "fb", "mapped")).regions
    assert regions[0].start == 0
    assert all(one.end == other.start for one, other in zip(regions, regions[1:], strict=False))
    assert all(region.start < region.end for region in regions)


def test_a_pc_has_firmware_in_its_ram_and_devices_below_4_gib() -> None:
    regions = shown(Machine(ram=8 * G)).regions
    assert [r.kind for r in regions] == ["firmware", "ram", "firmware", "ram", "firmware", "pci", "ram"]
    assert [(r.start, r.end) for r in regions if r.kind == "pci"] == [(2 * G, 4 * G)]
    assert sum(r.end - r.start for r in regions if r.kind in ("ram", "firmware")) == 8 * G


def test_a_window_of_a_device_is_shown_with_its_state_and_what_lies_before_is_a_hole() -> None:
    regions = shown(Machine(), IoWindow(0x8_0000_0000, G, "fb", "refused")).regions
    assert (regions[-1].kind, regions[-1].name, regions[-1].state) == ("io", "fb", "refused")
    assert regions[-2].kind == "hole"


def test_two_windows_on_the_same_addresses_are_not_drawn_twice() -> None:
    one, other = IoWindow(32 * G, G, "a", "mapped"), IoWindow(32 * G, G, "b", "mapped")
    assert [r.name for r in shown(Machine(), one, other).regions if r.kind == "io"] == ["a"]


def test_of_a_window_that_reaches_into_ram_only_the_rest_is_shown() -> None:
    regions = shown(Machine(ram=8 * G), IoWindow(4 * G - G // 4, G // 2, "fb", "mapped")).regions
    assert [(r.start, r.end) for r in regions if r.kind == "io"] == [(4 * G - G // 4, 4 * G)]


def test_a_long_hole_is_broken_off_and_ram_keeps_its_scale() -> None:
    pieces = Scale(shown(Machine(), IoWindow(0x80_0000_0000, G, "fb", "mapped")), (0, 0x80_4000_0000)).pieces
    wide = {(p.region.kind, p.region.name): p.right - p.left for p in pieces}
    assert {p.region.kind for p in pieces if p.broken} == {"hole", "pci"}
    assert wide["io", "fb"] > 0.3


@given(part=st.floats(0, 1))
def test_a_place_and_its_address_go_there_and_back(part: float) -> None:
    regions = shown(Machine(), IoWindow(0x8_0000_0000, G, "fb", "mapped"))
    scale = Scale(regions, (0, regions.end))
    phys = scale.phys(part)
    assert 0 <= phys <= regions.end
    assert abs(scale.at(phys) - part) < 1e-3


@given(notches=st.lists(st.sampled_from([1.25, 0.8]), max_size=60), part=st.floats(0, 1))
def test_zooming_stays_inside_the_whole_and_never_below_the_least(notches: list[float], part: float) -> None:
    whole = view = (0, 40 * G)
    for factor in notches:
        about = view[0] + int((view[1] - view[0]) * part)
        view = zoomed(view, whole, about, factor, 1 << 16)
        assert whole[0] <= view[0] < view[1] <= whole[1]
        assert view[1] - view[0] >= 1 << 16


def test_the_map_is_made_once_for_the_same_windows() -> None:
    window = IoWindow(32 * G, G, "a", "mapped")
    assert shown(Machine(), window) is shown(Machine(), window)
    assert shown(Machine(), window) is not shown(Machine(), replace(window, state="tried"))


@given(
    st.lists(st.sampled_from([*range(len(KINDS)), HOLE]), min_size=1, max_size=40),
    st.integers(1, 8),
    st.integers(0, 1 << 20),
    st.integers(1, 1 << 20),
    st.integers(1, 60),
)
def test_each_part_of_ram_is_of_the_kind_most_worth_seeing_in_it(
    cells: list[int], per_cell: int, start: int, length: int, parts: int
) -> None:
    first, end = 3, start + length
    frames = Frames(3 + len(cells) * per_cell, per_cell, bytes(cells), (0,) * 5, (), first=first)
    start, end = (min(first << 12 | at, frames.total << 12) for at in (start, end))
    for part, kind in enumerate(frames.along(start, end, parts)):
        low, high = (start + (end - start) * i // parts for i in (part, part + 1))
        last = max(frames.cell_of(high - 1 >> 12), frames.cell_of(low >> 12))
        inside = cells[frames.cell_of(low >> 12) : last + 1]
        assert kind == max((each for each in inside if each != HOLE), default=0)
