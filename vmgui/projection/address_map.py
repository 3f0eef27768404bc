"""The address map: areas and table entries of the vmalloc range, in page numbers from VMALLOC_START.

Page numbers, because bytes of a 5-level machine do not fit a float's 53 bits and views count in floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vmgui.projection.levels import Level

BlockKind = Literal["mapped", "pending", "lazy", "vmap-block"]


@dataclass(frozen=True, slots=True)
class Block:
    """One area: pages [first, end), of which the last `guard` are never mapped.

    `mapped` pages from `first` on have a leaf; `leaves` leaves of `level`, the largest one used.
    `used` of `total` pages are taken in a vmap block. `id` is the start address of the area in bytes.
    """

    id: int
    first: int
    end: int
    guard: int
    kind: BlockKind
    name: str = ""
    caller: str = ""
    level: Level | None = None
    leaves: int = 0
    mapped: int = 0
    io: bool = False
    used: int = 0
    total: int = 0
    phys: int | None = None

    @property
    def body_end(self) -> int:
        """The first page of the guard, or the end."""
        return self.end - self.guard


@dataclass(frozen=True, slots=True)
class TopCell:
    """One entry of the top level inside the range: its index, and whether any area lies below it."""

    index: int
    populated: bool
    used: bool


@dataclass(frozen=True, slots=True)
class AddressMap:
    """Everything the map draws. Blocks are sorted and disjoint.

    `base` is VMALLOC_START, `pages` the length of the range. `cell_pages` is what one top-level cell covers;
    `pud_entries` are the page numbers of the populated PUD entries. `focus` is the page range the step works
    on, `candidate` the leaf that was asked for, `flushed` the range of a flush, `here` the page whose walk
    the stage shows.
    """

    base: int
    pages: int
    top_level: Level
    cell_pages: int
    cells: tuple[TopCell, ...]
    blocks: tuple[Block, ...] = ()
    pud_entries: tuple[int, ...] = ()
    focus: tuple[int, int] | None = None
    candidate: tuple[int, int] | None = None
    flushed: tuple[int, int] | None = None
    here: int | None = None

    @property
    def attention(self) -> tuple[int, int] | None:
        """What should be in sight: the step's range, else the page of the stage."""
        if self.focus is not None or self.here is None:
            return self.focus
        return self.here, self.here + 1

    def address(self, page: int) -> int:
        """The virtual address of a page number."""
        return self.base + (page << 12)

    def page(self, va: int) -> int:
        """The page number of a virtual address."""
        return (va - self.base) >> 12
