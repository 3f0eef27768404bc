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
from vmgui.engine.mm.mmzone import area_of, populated_zones
from vmgui.engine.mm.page import PG_buddy, PG_table
from vmgui.engine.structs import free_area, page
from vmgui.engine.words import offsetof
from vmgui.projection.address_map import AddressMap, Block
from vmgui.projection.area_lists import NO_AREAS, Area, Areas
from vmgui.projection.entries import Geometry
from vmgui.projection.frames import HOLE, KINDS, Frames, IoWindow
from vmgui.projection.pieces import Flags, Ints, among, flagged, stretches
from vmgui.projection.scope import PIECE
from vmgui.projection.stage import Leaf
from vmgui.timeline.columns import Columns
from vmgui.timeline.cursor import Image

CELLS = 512
#: Rows of numbers: whose a pointer to a struct page is, to which frame it leads, and where it lies.
NO_POINTERS = np.zeros((3, 0), np.int64)
WORDS = page.size // 8
FREE, RESERVED, VMALLOC, HUGE, TABLE = range(len(KINDS))
#: Stretches of frames that are read together.
MOST_STRETCHES = 256
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
        self._whole = -(-self.frames // self.stretch) * self.stretch  # frames of whole stretches
        self.huge_order = k.PMD_SHIFT - k.PAGE_SHIFT
        self._each = self.stretch * page.size  # bytes of the struct pages of a stretch
        self.base = ram_ranges(k.machine)[0][0] >> self.shift
        shown = self.frames - self.base
        self.per_cell = max(1 << max((shown - 1) // CELLS, 1).bit_length() - 1, 1)
        while -(-shown // self.per_cell) > CELLS:
            self.per_cell *= 2
        self._first = self._from_image(image)
        zones, nr_free = list(populated_zones(k)), offsetof(free_area, "nr_free")
        orders = range(k.MAX_PAGE_ORDER + 1)
        self._nr_free = np.array([[area_of(zone, n).addr + nr_free >> 3 for zone in zones] for n in orders])
        self._io: tuple[object, list[Block]] = ((), [])
        self.start_over(np.zeros(0, np.int64))

    def start_over(self, written: Ints) -> None:
        """Begin again from the image; `written` are all pages written since."""
        cells = -(-(self.frames - self.base) // self.per_cell)
        self._padded = np.full(max(self.base + cells * self.per_cell, self._whole), HOLE, np.uint8)
        self._kinds = self._padded[: self.frames]
        self._kinds[:] = self._first
        self._shown = self._padded[self.base : self.base + cells * self.per_cell].reshape(cells, -1)
        self._cells = _most_worth(self._shown)
        self._counts = np.bincount(self._kinds, minlength=len(KINDS))[: len(KINDS)].astype(np.int64)
        self._hole = self._by_stretch(self._padded) == HOLE
        self._otherwise = np.full(self._whole + 1, RESERVED, np.uint8)  # what a frame is if nobody's
        self._areas, self._owned = NO_AREAS, NO_POINTERS
        self._again: Flags = np.zeros(1, np.bool_)
        self._stale: Flags = np.zeros(self._whole // self.stretch + 1, np.bool_)
        self.forget(flagged(written))

    def forget(self, written: Flags) -> None:
        """Note which pieces of memory were written, each of which has a flag."""
        self._again[self._owned[0][among(self._owned[2], written)]] = True
        low = self.k.vmemmap
        first, end = low >> PIECE, (low + self.frames * page.size - 1 >> PIECE) + 1
        start = (written[first:end].nonzero()[0] + first << PIECE) - low
        # a stretch is no shorter than a piece, so a piece lies in one or two of them
        self._stale[np.maximum(start, 0) // self._each] = True
        last = np.minimum(start + (1 << PIECE), self.frames * page.size) - 1
        self._stale[last // self._each] = True

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

    def _by_stretch(self, frames: Kinds) -> Kinds:
        """Kinds of frames, a row for each stretch."""
        return frames[: self._whole].reshape(-1, self.stretch)

    def _frames(self, some: Ints, places: Ints) -> Ints:
        """The frames at some places in stretches that stand one after the other."""
        row = places // self.stretch
        frames: Ints = places + (some[row] - row) * self.stretch
        return frames

    def _read(self, some: Ints) -> Kinds:
        """The kinds in some stretches; frames that are neither free nor marked belong to somebody."""
        structs = np.frombuffer(self.source.view, np.uint64, self._whole * WORDS, self.k.vmemmap)
        flags = structs.reshape(-1, self.stretch, WORDS)[some, :, 0]
        kinds = self._by_stretch(self._otherwise)[some]
        kinds[(flags & PG_table) != 0] = TABLE
        heads = (flags.ravel() & PG_buddy).nonzero()[0]
        order = structs[self._frames(some, heads) * WORDS + ORDER]
        size = 1 << np.minimum(order, self.k.MAX_PAGE_ORDER).astype(np.int64)
        size = np.minimum(size, self.stretch - heads % self.stretch)
        kinds.reshape(-1)[stretches(heads, size)] = FREE
        kinds[self._hole[some]] = HOLE
        return kinds

    def _refresh(self) -> None:
        """Read the stale stretches again, and the cells and counts they change."""
        stale = self._stale[:-1].nonzero()[0]
        self._stale[stale] = False
        for i in range(0, len(stale), MOST_STRETCHES):
            self._renew(stale[i : i + MOST_STRETCHES])

    def _renew(self, some: Ints) -> None:
        kinds, now = self._by_stretch(self._padded), self._read(some)
        was, new = kinds[some].ravel(), now.ravel()
        differs = (new != was).nonzero()[0]
        if not len(differs):
            return
        self._counts -= np.bincount(was[differs], minlength=len(KINDS))[: len(KINDS)]
        self._counts += np.bincount(new[differs], minlength=len(KINDS))[: len(KINDS)]
        kinds[some] = now
        frames = self._frames(some, differs)
        cells = (frames[frames.searchsorted(self.base) :] - self.base) // self.per_cell
        cells = cells[np.append(cells[1:] != cells[:-1], True)] if len(cells) else cells
        self._cells[cells] = _most_worth(self._shown[cells])

    def _own(self, areas: Areas) -> None:
        """Note which frames the areas own, where that is not known yet."""
        if areas is self._areas and not self._again.any():
            return
        before = areas.among(self._areas)
        if self._again.any():
            before = np.where(self._again[before], -1, before)
        come = ((before < 0) & (areas.table["pages"] > 0)).nonzero()[0]
        number = np.full(len(self._areas) + 1, -1)
        number[before] = np.arange(len(areas))  # -1 is the one behind the last
        whose, frames = number[self._owned[0]], self._owned[1]
        self._owned[0] = whose
        self._renounce(frames[whose < 0])
        pointers = self._pointers(areas, come)
        self._owned = np.concatenate((self._owned.compress(whose >= 0, axis=1), pointers), axis=1)
        self._take(areas, pointers[1])
        self._areas, self._again = areas, np.zeros(len(areas) + 1, np.bool_)

    def _take(self, areas: Areas, frames: Ints) -> None:
        """Say of each frame what owns it, now that some are owned that were not."""
        whose, owned, _pieces = self._owned
        self._otherwise[owned] = VMALLOC
        self._otherwise[owned[(areas.table["order"] >= self.huge_order)[whose]]] = HUGE
        self._stale[frames // self.stretch] = True

    def _renounce(self, frames: Ints) -> None:
        self._otherwise[frames] = RESERVED
        self._stale[frames // self.stretch] = True

    def _pointers(self, areas: Areas, come: Ints) -> Ints:
        """What is in the arrays of some areas: whose each pointer is, to which frame, and in which piece.

        What is no pointer to a struct page leads to a frame behind the last.
        """
        whose, at, length = self._arrays_of(areas, come)
        words, low = np.frombuffer(self.source.view, np.int64), self.k.vmemmap
        place = np.minimum(stretches(at >> 3, length), len(words) - 1)
        frames = (words[place] - low) // page.size
        frames[(frames < 0) | (frames >= self.frames)] = self._whole
        return np.array((whose.repeat(length), frames, place >> PIECE - 3))

    def _arrays_of(self, areas: Areas, come: Ints) -> tuple[Ints, Ints, Ints]:
        """Where the arrays of some areas lie: whose each part is, its address and its words."""
        pages, number = areas.table["pages"][come].astype(np.int64), areas.table["nr_pages"][come]
        length = np.minimum(number, np.uint64(self.frames)).astype(np.int64)
        near = (pages > 0) & (pages < self.k.arena_end)
        if near.all():
            return come, pages, length
        parts = [(come[near], pages[near], length[near])]
        for i in come[~near].tolist():  # a large array is itself mapped
            found = np.array(list(self._array_of(areas[i])), np.int64).reshape(-1, 2)
            parts.append((np.full(len(found), i), found[:, 0], found[:, 1]))
        whose, at, length = map(np.concatenate, zip(*parts, strict=True))
        order = whose.argsort(kind="stable")
        return whose[order], at[order], length[order]

    def _array_of(self, area: Area) -> Iterator[tuple[int, int]]:
        """Where an area's array of pages lies in memory: address and words; a large one is itself mapped."""
        at, left = area.pages, min(area.nr_pages, self.frames)
        while left > 0:
            n = min((self.k.PAGE_SIZE - at % self.k.PAGE_SIZE) // 8, left)
            found = self.shape.physical(self.source, at)
            if found is not None:
                yield found, n
            at, left = at + 8 * n, left - n

    def kinds(self, areas: Areas) -> Kinds:
        """The kind of every frame while these are the areas, as an index into KINDS or HOLE; a copy."""
        self._own(areas)
        self._refresh()
        return self._kinds.copy()

    # --- what is shown -------------------------------------------------------------------------------

    def read(
        self, areas: Areas, shown: AddressMap, columns: Columns, at: int, leaf: Leaf | None,
        at_stake: Iterable[int] = (),
    ) -> Frames:  # fmt: skip
        """The frames when the replica has seen `at` rows; those `at_stake` are touched as well."""
        self._own(areas)
        self._refresh()
        words = np.frombuffer(self.source.view, np.uint64)
        buddy = tuple(words[self._nr_free].sum(axis=1).tolist())
        io = tuple(self._windows(areas, shown, leaf))
        cells, counts = self._cells.tobytes(), tuple(self._counts.tolist())
        touched = tuple(dict.fromkeys((*self._touched(columns, at), *at_stake)))
        return Frames(self.frames, self.per_cell, cells, counts, buddy, io, touched, self.base, self.shift)

    def _windows(self, areas: Areas, shown: AddressMap, leaf: Leaf | None) -> Iterable[IoWindow]:
        if self._io[0] is not shown.blocks:
            table = areas.table
            starts = table["start"][table["io"]].tolist()
            self._io = shown.blocks, [b for b in map(shown.block_at, starts) if b is not None]
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
