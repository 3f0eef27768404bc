"""The address map: areas and table entries of the vmalloc range, in page numbers from VMALLOC_START.

Page numbers, because bytes of a 5-level machine do not fit a float's 53 bits and views count in floats.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vmgui.projection.area_lists import Use
from vmgui.projection.guards import NO_GUARDS, Guards
from vmgui.projection.levels import Level

BlockKind = Literal["mapped", "pending", "lazy", "vmap-block", "image"]


@dataclass(frozen=True, slots=True)
class Block:
    """One area: pages [first, end), of which the last `guard` are never mapped.

    `mapped` pages from `first` on have a leaf; `leaves` leaves of `level`, the largest one used, of
    `leaf_size` bytes each. `used` of `total` pages are taken in a vmap block, `dirty` were given back and
    wait for a flush. `id` is the start address of the area in bytes. `use` marks what is mapped piece by
    piece.
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
    leaf_size: int = 0
    dirty: int = 0
    use: Use = ""

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
    the first begins `cell_lead` pages before the range. `grid_entries` are the page numbers of the populated
    entries of `grid_level`, `grid_slots` to a table, which cover `grid_pages` each: about 1 GiB. Where no
    level has such entries it is None. `focus` is the page range the step works on, `candidate` the leaf that
    was asked for, `flushed` the range of a flush, `here` the page whose walk the stage shows. `lazy` blocks
    wait for a purge. `guards` are the addresses of guard pages with the name of the area in front of them;
    the same object as before while no area has come, gone or got a name.
    """

    base: int
    pages: int
    top_level: Level
    cell_pages: int
    cells: tuple[TopCell, ...]
    blocks: Sequence[Block] = ()
    grid_entries: tuple[int, ...] = ()
    focus: tuple[int, int] | None = None
    candidate: tuple[int, int] | None = None
    flushed: tuple[int, int] | None = None
    here: int | None = None
    page_shift: int = 12
    grid_pages: int = 1 << 18
    grid_level: Level | None = "pud"
    grid_slots: int = 512
    cell_lead: int = 0
    lazy: int = 0
    guards: Guards = NO_GUARDS

    def block_at(self, va: int) -> Block | None:
        """The block that an address lies in."""
        page = self.page(va)
        i = self.number_at(page)
        return self.blocks[i] if i >= 0 and page < self.blocks[i].end else None

    def number_at(self, page: int) -> int:
        """The number of the last block that begins at a page or before it; -1 if there is none."""
        firsts = getattr(self.blocks, "first", None)  # of blocks that are columns, so that none is made
        if firsts is not None:
            return bisect_right(firsts, page) - 1
        return bisect_right(self.blocks, page, key=lambda b: b.first) - 1

    @property
    def gib(self) -> int:
        """Pages of 1 GiB."""
        return 1 << 30 - self.page_shift

    def grid_name(self, page: int) -> str:
        """The entry of `grid_level` that covers a page, PUD[3]."""
        size = self.bytes(self.grid_pages)
        return f"{(self.grid_level or '').upper()}[{self.address(page) // size % self.grid_slots}]"

    def cell_at(self, page: float) -> int:
        """The number of the top-level cell that a page lies in."""
        return max(min(int(page + self.cell_lead) // self.cell_pages, len(self.cells) - 1), 0)

    def cell_range(self, i: int) -> tuple[int, int]:
        """The pages that a top-level cell covers within the range, end exclusive."""
        first = i * self.cell_pages - self.cell_lead
        return max(first, 0), min(first + self.cell_pages, self.pages)

    def bytes(self, pages: int) -> int:
        """A length in pages as bytes."""
        return pages << self.page_shift

    @property
    def attention(self) -> tuple[int, int] | None:
        """What should be in sight: the step's range, else the page of the stage."""
        if self.focus is not None or self.here is None:
            return self.focus
        return self.here, self.here + 1

    def address(self, page: int) -> int:
        """The virtual address of a page number."""
        return self.base + (page << self.page_shift)

    def page(self, va: int) -> int:
        """The page number of a virtual address."""
        return (va - self.base) >> self.page_shift
