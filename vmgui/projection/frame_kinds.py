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
from vmgui.projection.pieces import Flags, Ints, Pieces, flagged, stretches
from vmgui.projection.scope import PIECE
from vmgui.projection.stage import Leaf
from vmgui.timeline.columns import Columns
from vmgui.timeline.cursor import Image

CELLS = 512
WORDS = page.size // 8
FREE, RESERVED, VMALLOC, HUGE, TABLE = range(len(KINDS))
NO_FRAMES = np.zeros(0, np.int64)
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
        self._padded = np.full(self.base + cells * self.per_cell, HOLE, np.uint8)
        self._kinds = self._padded[: self.frames]
        self._kinds[:] = self._first
        self._cells = _most_worth(self._padded[self.base :].reshape(-1, self.per_cell))
        self._counts = np.bincount(self._kinds, minlength=len(KINDS))[: len(KINDS)].astype(np.int64)
        self._owner = np.zeros(self.frames, np.uint8)
        self._areas, self._owned, self._arrays = NO_AREAS, NO_FRAMES, Pieces()
        self._length = np.zeros(0, np.int64)  # how many frames each area owns, one after the other
        self._again: Flags = np.zeros(0, np.bool_)
        self._stale: Flags = np.zeros(-(-self.frames // self.stretch), np.bool_)
        self.forget(flagged(written))

    def forget(self, written: Flags) -> None:
        """Note which pieces of memory were written, each of which has a flag."""
        self._again[self._arrays.from_any(written)] = True
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

    def _read(self, frames: Ints) -> Kinds:
        """The kinds of whole stretches; frames that are neither free nor marked belong to somebody."""
        kinds = np.full(len(frames), RESERVED, np.uint8)
        structs = np.frombuffer(self.source.view, np.uint64, self.frames * WORDS, self.k.vmemmap)
        structs = structs.reshape(-1, WORDS)
        flags = structs[frames, 0]
        kinds[(flags & PG_table) != 0] = TABLE
        heads = (flags & PG_buddy).nonzero()[0]
        order = np.minimum(structs[frames[heads], ORDER], self.k.MAX_PAGE_ORDER).astype(np.int64)
        ends = np.minimum(heads + (1 << order), (heads // self.stretch + 1) * self.stretch)
        edges = np.bincount(heads, minlength=len(frames) + self.stretch)
        edges -= np.bincount(ends, minlength=len(edges))
        kinds[edges.cumsum()[: len(frames)] > 0] = FREE
        owner = self._owner[frames]
        mine = (owner != 0) & (kinds == RESERVED)
        kinds[mine] = owner[mine]
        kinds[self._first[frames] == HOLE] = HOLE
        return kinds

    def _refresh(self) -> None:
        """Read the stale stretches again, and the cells and counts they change."""
        stale = self._stale.nonzero()[0]
        self._stale[stale] = False
        for i in range(0, len(stale), MOST_STRETCHES):
            self._renew(stale[i : i + MOST_STRETCHES])

    def _renew(self, some: Ints) -> None:
        first = some * self.stretch
        frames = stretches(first, np.minimum(first + self.stretch, self.frames) - first)
        now = self._read(frames)
        differs = (now != self._kinds[frames]).nonzero()[0]
        if not len(differs):
            return
        frames, now = frames[differs], now[differs]
        self._counts -= np.bincount(self._kinds[frames], minlength=len(KINDS))[: len(KINDS)]
        self._counts += np.bincount(now, minlength=len(KINDS))[: len(KINDS)]
        self._kinds[frames] = now
        cells = (frames[frames.searchsorted(self.base) :] - self.base) // self.per_cell
        cells = cells[np.append(cells[1:] != cells[:-1], True)] if len(cells) else cells
        self._cells[cells] = _most_worth(self._padded[self.base :].reshape(-1, self.per_cell)[cells])

    def _own(self, areas: Areas) -> None:
        """Note which frames the areas own, where that is not known yet."""
        if areas is self._areas and not self._again.any():
            return
        before, now = self._areas.table, areas.table
        place = self._areas.starts.searchsorted(areas.starts)
        same = place < len(before)
        if len(before):
            place[~same] = 0
            found = before.take(place)
            for name in ("start", "pages", "nr_pages", "order"):
                same &= found[name] == now[name]
            same &= ~self._again[place]
        kept = place[same]
        number = np.full(len(before), -1)
        number[kept] = same.nonzero()[0]
        come = (~same & (now["pages"] > 0)).nonzero()[0]
        frames, length, arrays = self._read_arrays(areas, come)
        self._arrays = self._arrays.renumbered(number).joined(arrays)
        self._disown(self._owned[(number < 0).repeat(self._length)])
        self._take(areas, same, kept, come, frames, length)
        self._areas, self._again = areas, np.zeros(len(areas), np.bool_)

    def _take(self, areas: Areas, same: Flags, kept: Ints, come: Ints, frames: Ints, length: Ints) -> None:
        """Put the frames of areas one after the other, and say of each frame what owns it."""
        begins = self._length.cumsum() - self._length
        lengths, begin = np.zeros((2, len(areas)), np.int64)
        lengths[same], lengths[come] = self._length[kept], length
        begin[same] = begins[kept]
        begin[come] = len(self._owned) + length.cumsum() - length
        self._owned = np.concatenate((self._owned, frames))[stretches(begin, lengths)]
        self._length = lengths
        huge = areas.table["order"] >= self.huge_order
        self._owner[self._owned] = np.where(huge, HUGE, VMALLOC).astype(np.uint8).repeat(lengths)
        self._stale[frames // self.stretch] = True

    def _disown(self, frames: Ints) -> None:
        self._owner[frames] = 0
        self._stale[frames // self.stretch] = True

    def _read_arrays(self, areas: Areas, come: Ints) -> tuple[Ints, Ints, Pieces]:
        """The frames in the arrays of some areas, how many each has, and what they were read from."""
        whose, at, length = self._arrays_of(areas, come)
        words = np.frombuffer(self.source.view, np.uint64)
        pointers = words[np.minimum(stretches(at >> 3, length), len(words) - 1)]
        low = np.uint64(self.k.vmemmap)
        inside = (pointers >= low) & (pointers < low + np.uint64(self.frames * page.size))
        frames = ((pointers[inside] - low) // np.uint64(page.size)).astype(np.int64)
        counts = np.bincount(whose.repeat(length)[inside], minlength=len(areas))[come]
        some = length > 0
        return frames, counts, Pieces.of(whose[some], at[some], 8 * length[some])

    def _arrays_of(self, areas: Areas, come: Ints) -> tuple[Ints, Ints, Ints]:
        """Where the arrays of some areas lie: whose each part is, its address and its words."""
        pages, number = areas.table["pages"][come].astype(np.int64), areas.table["nr_pages"][come]
        length = number.astype(np.int64).clip(0, self.frames)
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
