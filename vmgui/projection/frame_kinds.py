"""Physical frames at a step: from the struct page array, the buddy lists and the areas' own page arrays.

A free block has at most 2**MAX_PAGE_ORDER frames and is aligned to its size; so a change can only matter
within its own stretch of so many frames, and only such stretches are read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import ram_ranges
from vmgui.engine.mm.mmzone import nr_free_blocks
from vmgui.engine.mm.page import PG_buddy, PG_table
from vmgui.engine.structs import page
from vmgui.projection.address_map import AddressMap, Block
from vmgui.projection.area_lists import Area
from vmgui.projection.entries import Geometry
from vmgui.projection.frames import HOLE, KINDS, Frames, IoWindow
from vmgui.projection.scope import PIECE, pieces
from vmgui.projection.stage import Leaf
from vmgui.timeline.columns import Columns
from vmgui.timeline.cursor import Image

CELLS = 512
WORDS = page.size // 8
FREE, RESERVED, VMALLOC, HUGE, TABLE = range(len(KINDS))
NO_FRAMES = np.zeros(0, np.int64)
ORDER = 5  # word of a struct page that holds the order of a free block

Kinds = NDArray[np.uint8]


class FrameReader:
    """Keeps the kind of every frame up to date; `forget` names what was written since the last time.

    `image` is what memory held before the first row: so that not even the first look reads every struct
    page, which on a large machine is a quarter of a gigabyte.
    """

    def __init__(self, k: Kernel, source: Any, image: Image, shape: Geometry) -> None:
        self.k, self.source, self.shape = k, source, shape
        self.frames = k.max_pfn
        self.shift, self.stretch = k.PAGE_SHIFT, 1 << k.MAX_PAGE_ORDER
        self.huge_order = k.PMD_SHIFT - k.PAGE_SHIFT
        self.base = ram_ranges(k.machine)[0][0] >> self.shift
        shown = self.frames - self.base
        self.per_cell = max(1 << max((shown - 1) // CELLS, 1).bit_length() - 1, 1)
        while -(-shown // self.per_cell) > CELLS:
            self.per_cell *= 2
        self._first = self._from_image(image)
        self._io: tuple[object, list[Block]] = ((), [])
        self.start_over(())

    def start_over(self, written: Iterable[int]) -> None:
        """Begin again from the image; `written` are all pages written since."""
        self._kinds = self._first.copy()
        self._owner = np.zeros(self.frames, np.uint8)
        self._areas: tuple[Area, ...] = ()
        self._there: set[int] = set()
        self._disowned: set[Area] = set()
        self._holder = np.zeros(self.frames, np.int64)
        self._ticket = 0
        self._frames: dict[Area, tuple[int, NDArray[np.int64]]] = {}
        self._arrays: dict[int, set[Area]] = {}
        self._stale: set[int] = set()
        self._counts = np.bincount(self._kinds, minlength=len(KINDS))[: len(KINDS)].astype(np.int64)
        padding = np.full((self.base - self.frames) % self.per_cell, HOLE, np.uint8)
        shown = np.concatenate((self._kinds[self.base :], padding))
        self._cells = _most_worth(shown.reshape(-1, self.per_cell))
        self.forget(written)

    def forget(self, pages: Iterable[int]) -> None:
        """Note which pages of memory were written."""
        low, each, size = self.k.vmemmap, self.stretch * page.size, 1 << PIECE
        end = low + self.frames * page.size
        for number in pages:
            areas = self._arrays.pop(number, ())
            self._disown(areas)
            self._disowned.update(areas)
            start = number << PIECE
            if start + size > low and start < end:
                self._stale.update(range(max(start - low, 0) // each, (start + size - 1 - low) // each + 1))

    # --- the kind of each frame ----------------------------------------------------------------------

    def _from_image(self, image: Image) -> Kinds:
        """All frames before the first row, from the words that are not zero."""
        kinds = np.full(self.frames, HOLE, np.uint8)
        for start, end in ram_ranges(self.k.machine):
            kinds[start >> self.shift : end >> self.shift] = RESERVED
        low = self.k.vmemmap >> 3
        inside = (image.index >= low) & (image.index < low + self.frames * WORDS)
        index, value = image.index[inside].astype(np.int64) - low, image.value[inside]
        flagged = index % WORDS == 0
        pfns, flags = index[flagged] // WORDS, value[flagged]
        kinds[pfns[(flags & np.uint64(PG_table)) != 0]] = TABLE
        private = dict(zip((index[index % WORDS == ORDER] // WORDS).tolist(),
                           value[index % WORDS == ORDER].tolist(), strict=True))  # fmt: skip
        for head in pfns[(flags & np.uint64(PG_buddy)) != 0].tolist():
            kinds[head : head + (1 << int(private.get(head, 0)))] = FREE
        return kinds

    def _read(self, stretch: int) -> Kinds:
        """The kinds of one stretch; frames that are neither free nor marked belong to somebody."""
        first = stretch * self.stretch
        n = min(self.stretch, self.frames - first)
        kinds = np.full(n, RESERVED, np.uint8)
        array = np.frombuffer(self.source.view, np.uint64, n * WORDS, self.k.vmemmap + first * page.size)
        flags, private = array[0::WORDS], array[ORDER::WORDS]
        kinds[(flags & np.uint64(PG_table)) != 0] = TABLE
        for head in np.flatnonzero(flags & np.uint64(PG_buddy)).tolist():
            kinds[head : head + (1 << int(private[head]))] = FREE
        owner = self._owner[first : first + n]
        mine = (owner != 0) & (kinds == RESERVED)
        kinds[mine] = owner[mine]
        kinds[self._first[first : first + n] == HOLE] = HOLE
        return kinds

    def _refresh(self) -> None:
        """Read the stale stretches again, and the cells and counts they change."""
        for stretch in self._stale:
            first = stretch * self.stretch
            if not 0 <= first < self.frames:
                continue
            before, now = self._kinds[first : first + self.stretch], self._read(stretch)
            self._counts -= np.bincount(before, minlength=len(KINDS))[: len(KINDS)]
            self._counts += np.bincount(now, minlength=len(KINDS))[: len(KINDS)]
            self._kinds[first : first + self.stretch] = now
            end = first + len(now)
            low = max(first - self.base, 0) // self.per_cell
            for cell in range(low, -((self.base - end) // self.per_cell)):
                start = self.base + cell * self.per_cell
                frames = self._kinds[start : start + self.per_cell]
                self._cells[cell] = _most_worth(frames.reshape(1, -1))[0]
        self._stale = set()

    def _own(self, areas: tuple[Area, ...]) -> None:
        """Note which frames the areas own, where that is not known yet."""
        if areas is not self._areas:
            before, there = self._there, set(map(id, areas))
            gone = [area for area in self._areas if id(area) not in there]
            self._disown(gone)
            self._disowned.difference_update(gone)
            self._disowned.update(area for area in areas if id(area) not in before)
            self._areas, self._there = areas, there
        here = [area for area in self._disowned if id(area) in self._there]  # others have gone since
        self._take([area for area in here if area.pages and area not in self._frames])
        self._disowned.clear()

    def _take(self, areas: list[Area]) -> None:
        """Note which frames these areas own; what their arrays of pages say is read at once."""
        parts = [(area, at, n) for area in areas for at, n in self._array_of(area)]
        for area, at, n in parts:
            for number in pieces(at, 8 * n):
                self._arrays.setdefault(number, set()).add(area)
        for area in areas:
            self._frames[area] = 0, NO_FRAMES
        if parts:
            self._read_arrays(areas, parts)

    def _read_arrays(self, areas: list[Area], parts: list[tuple[Area, int, int]]) -> None:
        """Read arrays of pages, each an area with an address and a number of words, all at once."""
        lengths = np.array([n for _area, _at, n in parts], np.int64)
        ends = np.cumsum(lengths)
        starts = np.array([at >> 3 for _area, at, _n in parts], np.int64) - (ends - lengths)
        index = np.repeat(starts, lengths) + np.arange(ends[-1])
        pointers = np.frombuffer(self.source.view, np.uint64)[index]
        low = np.uint64(self.k.vmemmap)
        inside = (pointers >= low) & (pointers < low + np.uint64(self.frames * page.size))
        pfns = np.where(inside, (pointers - low) // np.uint64(page.size), 0).astype(np.int64)
        kinds = np.array([HUGE if a.order >= self.huge_order else VMALLOC for a, _at, _n in parts], np.uint8)
        ticket_of = {id(area): self._ticket + i for i, area in enumerate(areas, 1)}
        self._ticket += len(areas)
        tickets = np.array([ticket_of[id(area)] for area, _at, _n in parts], np.int64)
        for (area, _at, n), end in zip(parts, ends.tolist(), strict=True):
            known, mine = self._frames[area][1], pfns[end - n : end][inside[end - n : end]]
            self._frames[area] = ticket_of[id(area)], np.concatenate((known, mine)) if len(known) else mine
        self._owner[pfns[inside]] = np.repeat(kinds, lengths)[inside]
        self._holder[pfns[inside]] = np.repeat(tickets, lengths)[inside]
        self._stale.update(np.unique(pfns[inside] // self.stretch).tolist())

    def _disown(self, areas: Iterable[Area]) -> None:
        """Forget which frames areas own: they are gone, or their arrays of pages were written."""
        found = [self._frames.pop(area) for area in areas if area in self._frames]
        if not found:
            return
        pfns = np.concatenate([frames for _ticket, frames in found])
        tickets = np.repeat(
            np.array([ticket for ticket, _frames in found]), [len(frames) for _ticket, frames in found]
        )
        pfns = pfns[self._holder[pfns] == tickets]  # another area may have been given a frame since
        self._owner[pfns] = 0
        self._stale.update(np.unique(pfns // self.stretch).tolist())

    def _array_of(self, area: Area) -> Iterator[tuple[int, int]]:
        """Where an area's array of pages lies in memory: address and words; a large one is itself mapped."""
        at, left = area.pages, area.nr_pages if area.pages else 0
        if left and at < self.k.arena_end:
            yield at, left
            return
        while left > 0:
            n = min((self.k.PAGE_SIZE - at % self.k.PAGE_SIZE) // 8, left)
            found = self.shape.physical(self.source, at)
            if found is not None:
                yield found, n
            at, left = at + 8 * n, left - n

    def kinds(self, areas: tuple[Area, ...]) -> Kinds:
        """The kind of every frame while these are the areas, as an index into KINDS or HOLE; a copy."""
        self._own(areas)
        self._refresh()
        return self._kinds.copy()

    # --- what is shown -------------------------------------------------------------------------------

    def read(
        self, areas: tuple[Area, ...], shown: AddressMap, columns: Columns, at: int, leaf: Leaf | None
    ) -> Frames:
        """The frames when the replica has seen `at` rows."""
        self._own(areas)
        self._refresh()
        buddy = tuple(nr_free_blocks(self.k, order) for order in range(self.k.MAX_PAGE_ORDER + 1))
        io = tuple(self._windows(shown, leaf))
        cells, counts = self._cells.tobytes(), tuple(self._counts.tolist())
        touched = tuple(self._touched(columns, at))
        return Frames(
            self.frames, self.per_cell, cells, counts, buddy, io, touched, self.base, self.shift
        )

    def _windows(self, shown: AddressMap, leaf: Leaf | None) -> Iterable[IoWindow]:
        if self._io[0] is not shown.guards or not shown.guards:
            self._io = shown.guards, [b for b in shown.blocks if b.io and b.phys is not None]
        for block in self._io[1]:
            assert block.phys is not None
            size = shown.bytes(block.body_end - block.first)
            asked = leaf is not None and block.phys <= leaf.phys < block.phys + size
            state = leaf.state if asked and leaf is not None else "mapped"
            yield IoWindow(block.phys, size, block.name, "mapped" if state == "installed" else state)

    def _touched(self, columns: Columns, at: int) -> Iterable[int]:
        """The frame that the last row wrote in, or whose struct page it wrote."""
        byte = int(columns.rows.word[at - 1]) << 3 if at else 0
        if 0 < byte < self.k.addr:
            yield byte >> self.shift
        elif self.k.vmemmap <= byte < self.k.vmemmap + self.frames * page.size:
            yield (byte - self.k.vmemmap) // page.size


def _most_worth(cells: Kinds) -> Kinds:
    """The kind to show for each row of frames: the last in KINDS; a hole only if there is nothing else."""
    most: Kinds = (cells + np.uint8(1)).max(axis=1) - np.uint8(1)  # HOLE + 1 wraps to 0
    return most
