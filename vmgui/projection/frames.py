"""Physical frames: what each is used for, the I/O windows beside RAM, and the buddy lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
    """`cells[i]` is an index into KINDS, or HOLE, for the frames [i * per_cell, (i + 1) * per_cell).

    `counts` are frames of each kind, in the order of KINDS; `buddy[n]` are free blocks of order n.
    `touched` are frame numbers that the step itself touches.
    """

    total: int
    per_cell: int
    cells: bytes
    counts: tuple[int, ...]
    buddy: tuple[int, ...]
    io: tuple[IoWindow, ...] = ()
    touched: tuple[int, ...] = ()

    @property
    def free(self) -> int:
        """Free frames."""
        return self.counts[0]
