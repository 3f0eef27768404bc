"""Physical addresses from 0 on: RAM, firmware, windows of devices, holes; to scale, with breaks in holes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from vmgui.engine.machine import PCI_HOLE, Machine, ram_ranges, system_ram
from vmgui.projection.frames import Frames, IoWindow
from vmgui.projection.numbers import physical, size
from vmgui.texts import Text

RegionKind = Literal["ram", "firmware", "io", "pci", "hole"]
Range = tuple[int, int]
#: A hole longer than this part of what else is shown is broken off.
LONG = 8
#: The room of a break beside all else, and the least room of anything, as parts of the whole.
BREAK, LEAST = 0.05, 0.012


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes [start, end) of physical addresses. `state` is that of a device's window."""

    start: int
    end: int
    kind: RegionKind
    name: str = ""
    state: str = ""

    @property
    def tip(self) -> str:
        """It in words."""
        what = {
            "ram": Text("RAM"), "firmware": Text("RAM that the firmware keeps"),
            "io": Text("a device's window"), "pci": Text("no RAM: a PC has its devices here"),
            "hole": Text("nothing answers here"),
        }[self.kind]  # fmt: skip
        name = f" · {self.name}" if self.name else ""
        ends = f"{physical(self.start)} – {physical(self.end)}"
        return Text("{0} · {1}{2}\n{3}", ends, size(self.end - self.start), name, what)


@dataclass(frozen=True, slots=True)
class PhysicalMap:
    """Regions without a gap, by address, from 0 to the end of the last thing there is."""

    regions: tuple[Region, ...] = ()

    @property
    def end(self) -> int:
        """The end of what is shown, exclusive."""
        return self.regions[-1].end if self.regions else 0


def physical_map(machine: Machine, frames: Frames) -> PhysicalMap:
    """The map of a machine with the windows of its devices."""
    return _map(machine, frames.io)


@lru_cache(maxsize=8)
def _map(machine: Machine, windows: tuple[IoWindow, ...]) -> PhysicalMap:
    given = [*_memory(machine), *_windows(machine, windows)]
    if machine.arch == "x86_64":
        low = min(max(end for start, end in ram_ranges(machine) if start < PCI_HOLE[0]), PCI_HOLE[0])
        given = [*given, *_free_of(given, max(low, PCI_HOLE[0]), PCI_HOLE[1], "pci")]
    given.sort(key=lambda region: region.start)
    end = max((region.end for region in given), default=0)
    return PhysicalMap(tuple(sorted([*given, *_free_of(given, 0, end, "hole")], key=lambda r: r.start)))


def _memory(machine: Machine) -> Iterator[Region]:
    """RAM, and the pieces of it that the firmware keeps."""
    usable = system_ram(machine)
    for start, end in ram_ranges(machine):
        at = start
        for low, high in sorted(r for r in usable if start <= r[0] < end):
            if low > at:
                yield Region(at, low, "firmware")
            yield Region(low, min(high, end), "ram")
            at = high
        if at < end:
            yield Region(at, end, "firmware")


def _windows(machine: Machine, windows: Iterable[IoWindow]) -> Iterator[Region]:
    """Windows of devices outside of RAM; of two that overlap the first keeps what both have."""
    taken = list(ram_ranges(machine))
    for window in sorted(windows, key=lambda w: w.start):
        start, end = window.start, window.start + window.size
        for low, high in sorted(taken):
            if low < end and start < high:
                start, end = (high, end) if low <= start else (start, low)
        if start < end:
            taken.append((start, end))
            yield Region(start, end, "io", window.name, window.state)


def _free_of(given: list[Region], start: int, end: int, kind: RegionKind) -> Iterator[Region]:
    """What of [start, end) no region covers."""
    at = start
    for region in sorted(given, key=lambda region: region.start):
        if region.end <= at or region.start >= end:
            continue
        if region.start > at:
            yield Region(at, region.start, kind)
        at = max(at, region.end)
    if at < end:
        yield Region(at, end, kind)


# --- a scale with breaks ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A region as far as it is in view: [start, end) drawn from `left` to `right`, both in 0 to 1."""

    region: Region
    start: int
    end: int
    left: float
    right: float
    broken: bool


class Scale:
    """Where physical addresses are drawn, from 0 to 1: what there is to scale, long holes broken off."""

    def __init__(self, shown: PhysicalMap, view: Range) -> None:
        self.view = view
        inside = [(r, max(r.start, view[0]), min(r.end, view[1]))
                  for r in shown.regions if r.start < view[1] and r.end > view[0]]  # fmt: skip
        things = sum(end - start for r, start, end in inside if r.kind not in ("hole", "pci"))
        longest = max(things // LONG, 1) if things else view[1] - view[0]
        broken = [r.kind in ("hole", "pci") and end - start > longest for r, start, end in inside]
        to_scale = sum(end - start for (_, start, end), cut in zip(inside, broken, strict=True) if not cut)
        widths = [BREAK if cut else max((end - start) / max(to_scale, 1), LEAST)
                  for (_, start, end), cut in zip(inside, broken, strict=True)]  # fmt: skip
        total, at = sum(widths) or 1.0, 0.0
        pieces: list[Piece] = []
        for (region, start, end), cut, width in zip(inside, broken, widths, strict=True):
            pieces.append(Piece(region, start, end, at / total, (at + width) / total, cut))
            at += width
        self.pieces = tuple(pieces)

    def at(self, phys: int) -> float:
        """Where an address is; outside of the view at its ends."""
        if not self.pieces or phys <= self.pieces[0].start:
            return 0.0
        i = bisect_right(self.pieces, phys, key=lambda piece: piece.start) - 1
        piece = self.pieces[i]
        part = min((phys - piece.start) / (piece.end - piece.start), 1.0)
        return piece.left + (piece.right - piece.left) * part

    def phys(self, at: float) -> int:
        """The address at a place."""
        if not self.pieces:
            return 0
        i = max(bisect_right(self.pieces, at, key=lambda piece: piece.left) - 1, 0)
        piece = self.pieces[i]
        part = min(max((at - piece.left) / max(piece.right - piece.left, 1e-9), 0.0), 1.0)
        return piece.start + int((piece.end - piece.start) * part)


def zoomed(view: Range, whole: Range, about: int, factor: float, least: int) -> Range:
    """A view `factor` times as near, around an address; never wider than all, nor narrower than `least`."""
    length = min(max(int((view[1] - view[0]) / factor), least), whole[1] - whole[0])
    part = (about - view[0]) / max(view[1] - view[0], 1)
    start = min(max(about - int(length * part), whole[0]), whole[1] - length)
    return start, start + length
