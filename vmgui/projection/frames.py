"""Physical frames: what each is used for, the I/O windows beside RAM, and the buddy lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FrameKind = Literal["free", "reserved", "vmalloc", "huge", "table"]
# From the least to the most worth seeing: a cell of several frames shows the last kind it holds.
KINDS: tuple[FrameKind, ...] = ("free", "reserved", "vmalloc", "huge", "table")
# A cell that is no RAM: the hole below 4 GiB, where a PC has its devices.
HOLE = 255


@dataclass(frozen=True, slots=True)
class IoWindow:
    """A physical range outside RAM that an ioremap names: mapped, or refused a huge leaf in this step."""

    start: int
    size: int
    name: str
    state: Literal["mapped", "refused", "tried"]


@dataclass(frozen=True, slots=True)
class Frames:
    """`cells[i]` is an index into KINDS, or HOLE, for `per_cell` frames from `first` + i * per_cell on.

    `counts` are frames of each kind, in the order of KINDS; `buddy[n]` are free blocks of order n.
    `touched` are frame numbers that the step itself touches. `total` is the end of RAM, in frames.
    """

    total: int
    per_cell: int
    cells: bytes
    counts: tuple[int, ...]
    buddy: tuple[int, ...]
    io: tuple[IoWindow, ...] = ()
    touched: tuple[int, ...] = ()
    first: int = 0
    page_shift: int = 12

    def cell_of(self, pfn: int) -> int:
        """The number of the cell that a frame lies in; outside of the cells for one that is no RAM."""
        return (pfn - self.first) // self.per_cell

    def along(self, start: int, end: int, parts: int) -> NDArray[np.uint8]:
        """The kind most worth seeing in each of so many equal parts of the bytes [start, end) of RAM."""
        edges = start + (end - start) * np.arange(parts + 1) // parts
        first = (edges[:-1] >> self.page_shift) - self.first
        last = (edges[1:] - 1 >> self.page_shift) - self.first
        cells = np.frombuffer(self.cells + bytes([HOLE]), np.uint8) + np.uint8(1)  # HOLE + 1 wraps to 0
        begin = (first // self.per_cell).clip(0, len(self.cells))
        behind = np.maximum(last // self.per_cell + 1, begin + 1).clip(1, len(self.cells))
        most = np.maximum.reduceat(cells, np.stack((begin, behind), axis=1).ravel())[::2]
        return np.maximum(most, 1) - np.uint8(1)

    @property
    def free(self) -> int:
        """Free frames."""
        return self.counts[0]
