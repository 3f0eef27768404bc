"""Compare physical addresses of two kernels: RAM frames through an injective map, the rest exactly.

Which frame an allocation gets depends on everything that ran before, so frame numbers are no part of
the comparison; that the *same* frame appears in the same places is.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator

from msgspec import Struct

from vmgui.formats.records import LeafRun, Level

PAGE_SHIFT = 12
#: log2 of what one leaf of a level maps.
LEAF_SHIFT: dict[Level, int] = {"pte": 12, "pmd": 21, "pud": 30, "p4d": 39}

#: Where the direct map begins tells architecture and width of an address.
GEOMETRIES = {0xFFFF888000000000: ("x86_64", 48), 0xFF11000000000000: ("x86_64", 57),
              # Debian builds arm64 for 52 bits; on a processor without LPA2 that is a machine of 48 bits.
              0xFFF0000000000000: ("arm64", 48)}  # fmt: skip

#: RAM of the recorded machine: pages frames from, to (exclusive).
Ram = list[tuple[int, int]]


def rig_ram(page_offset: int, mem_mib: int) -> Ram:
    """Frames that are RAM on the rig's machines, which is the same for all files of an architecture."""
    pages = mem_mib << 20 >> PAGE_SHIFT
    if page_offset == 0xFFF0000000000000:  # arm64: `virt` has its RAM from 1 GiB on
        return [(0x40000, 0x40000 + pages)]
    low = min(pages, 0xC0000)  # a PC keeps the last GiB below 4 GiB for devices
    return [(0, low)] + ([(0x100000, 0x100000 + pages - low)] if pages > low else [])


def direct_map(page_offset: int) -> int:
    """The address at which the direct map of a rig's machine would show physical address 0.

    arm64 counts from the first byte of RAM, and a kernel built for 52 bits begins lower than it maps.
    """
    return 0xFFFF000000000000 - (1 << 30) if page_offset == 0xFFF0000000000000 else page_offset


def rig_memtypes(page_offset: int, mem_mib: int) -> list[tuple[int, int, str]]:
    """Physical ranges [start, end) that the boot of the rig's PC maps itself, each with its memory type.

    ACPI tables lie at the end of low RAM; the HPET is mapped twice.  The list is that of debugfs
    (x86/pat_memtype_list), and the same in every boot.
    """
    if page_offset == 0xFFF0000000000000:
        return []
    tables, hpet = min(mem_mib << 20, 0xC0000000) - 0x20000, 0xFED00000
    acpi = [(tables, tables + 0x2000, "write-back"), (tables + 0x1000, tables + 0x2000, "write-back")]
    return acpi + [(hpet, hpet + 0x1000, "uncached-minus")] * 2


class FrameMap:
    """Pairs of (kernel frame, engine frame), each in at most one pair, for one life of both."""

    def __init__(self, ram: Ram) -> None:
        self.ram = ram
        self._engine: dict[int, int] = {}
        self._kernel: dict[int, int] = {}

    def is_ram(self, frame: int) -> bool:
        """Tell whether a kernel frame is RAM."""
        return any(start <= frame < end for start, end in self.ram)

    def same(self, kernel: int, engine: int) -> bool:
        """Tell whether two frames can be one; from then on they are."""
        if not self.is_ram(kernel):
            return kernel == engine
        known = self._engine.get(kernel)
        if known is None and engine not in self._kernel:
            self._engine[kernel], self._kernel[engine] = engine, kernel
            return True
        return known == engine

    def partner(self, kernel: int) -> int | None:
        """The engine's frame for a kernel frame, if it has been seen."""
        return self._engine.get(kernel)

    def origin(self, engine: int) -> int | None:
        """The kernel's frame for an engine's frame, if it has been seen."""
        return self._kernel.get(engine)

    def end_lives(self, engine: Iterable[tuple[int, int]]) -> None:
        """Forget the engine's frames [first, first + n) of each run: they were freed."""
        for first, n in engine:
            for frame in range(first, first + n):
                kernel = self._kernel.pop(frame, None)
                if kernel is not None:
                    del self._engine[kernel]


class Ranges:
    """A set of addresses as sorted, disjoint ranges."""

    def __init__(self) -> None:
        self._edges: list[int] = []  # starts at even places, ends at odd ones

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Cut [start, end) where membership changes; yield (start, end, inside)."""
        i = bisect.bisect_right(self._edges, start)
        while start < end:
            stop = min(end, self._edges[i]) if i < len(self._edges) else end
            yield start, stop, bool(i & 1)
            start, i = stop, i + 1

    def put(self, start: int, end: int, inside: bool) -> None:
        """Make [start, end) belong to the set, or not."""
        i, j = bisect.bisect_left(self._edges, start), bisect.bisect_right(self._edges, end)
        edges = [start] if inside != bool(i & 1) else []
        edges += [end] if inside != bool(j & 1) else []
        self._edges[i:j] = edges


class Piece(Struct, frozen=True):
    """Where two leaf lists are alike: the same level, address and bits, with each one's frame."""

    level: Level
    va: int
    n: int
    kernel: int
    engine: int


class LeafDifference(Struct, frozen=True):
    """The first place where two leaf lists differ: a leaf run of each, or None past the end."""

    kernel: LeafRun | None
    engine: LeafRun | None


def pair_leaves(kernel: list[LeafRun], engine: list[LeafRun]) -> Iterator[Piece | LeafDifference]:
    """Walk two leaf lists side by side, whatever their runs; stop at the first difference.

    Physical addresses are left to the caller: how leaves join into runs depends on frame numbers.
    """
    i = j = done_k = done_e = 0
    while i < len(kernel) and j < len(engine):
        level, kva, kpa, kn, kbits = kernel[i]
        elevel, eva, epa, en, ebits = engine[j]
        shift = LEAF_SHIFT[level]
        if level != elevel or kbits != ebits or kva + (done_k << shift) != eva + (done_e << shift):
            break
        if (kpa ^ epa) & (1 << shift) - 1:  # leaves are aligned to their size, wherever they lead
            break
        n = min(kn - done_k, en - done_e)
        if n <= 0:
            break
        at_k, at_e = kpa + (done_k << shift), epa + (done_e << shift)
        yield Piece(level, kva + (done_k << shift), n, at_k >> PAGE_SHIFT, at_e >> PAGE_SHIFT)
        done_k, done_e = done_k + n, done_e + n
        if done_k == kn:
            i, done_k = i + 1, 0
        if done_e == en:
            j, done_e = j + 1, 0
    if i < len(kernel) or j < len(engine):
        yield LeafDifference(kernel[i] if i < len(kernel) else None, engine[j] if j < len(engine) else None)
