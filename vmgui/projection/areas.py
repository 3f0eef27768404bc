"""The address map at a step: areas from the allocator's lists, leaves from the page tables.

What was read is kept until one of the pages it came from is written: a step of a large program costs what
the step changed, not what there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import is_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.projection.address_map import AddressMap, TopCell
from vmgui.projection.area_lists import NO_AREAS, AreaLists, Areas
from vmgui.projection.block_use import BlockReader, BlockUse
from vmgui.projection.blocks import LAZY, Blocks
from vmgui.projection.entries import Geometry
from vmgui.projection.guards import NO_GUARDS
from vmgui.projection.leaves import LeafReader, Leaves
from vmgui.projection.levels import Level
from vmgui.projection.loose import LooseRanges
from vmgui.projection.pieces import Flags, Ints, among
from vmgui.projection.scope import Names, Scope, pieces, range_of
from vmgui.timeline.columns import Columns

Pages = tuple[int, int] | None
TRIES: dict[str, Level] = {"vmap_try_huge_p4d": "p4d", "vmap_try_huge_pud": "pud", "vmap_try_huge_pmd": "pmd"}
FLUSHES = ("flush_tlb_kernel_range",)
NO_USE: dict[int, BlockUse] = {}


class AreaReader:
    """Reads areas and their leaves from a replica; `forget` what was written since the last time."""

    def __init__(self, k: Kernel, source: Any, columns: Columns, shape: Geometry) -> None:
        self.k, self.source, self.shape = k, source, shape
        self.grid = grid_level(shape)
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self.lists = AreaLists(k, source)
        self.block_use = BlockReader(k, source)
        self.loose = LooseRanges(columns)
        self._leaves = LeafReader(k, source, shape)
        self._joined: tuple[Areas, Areas, Areas] = NO_AREAS, NO_AREAS, NO_AREAS
        self._latest: Blocks | None = None
        self._read: tuple[object, ...] = (None,) * 4  # what it was made of
        self._begun = 0
        self._guards = NO_GUARDS
        self._used: tuple[object, list[bool]] = (), []
        self._cells: tuple[tuple[TopCell, ...], tuple[int, ...], Ints] | None = None

    def forget(self, written: Flags | None, words: NDArray[np.uint32] | None = None) -> None:
        """Forget what came from flagged pieces of memory, None is all; `words` are those written, if few."""
        self.lists.forget(words, written)
        self.block_use.forget(written)
        self._leaves.forget(written)
        if written is None or self._cells is not None and among(self._cells[2], written).any():
            self._cells = None

    # --- the map -------------------------------------------------------------------------------------

    def read(self, now: Scope, names: Names) -> AddressMap:
        """The map when the replica stands at `now`."""
        blocks = self._all_blocks(now, names)
        cells, found = self._top(blocks)
        k, page_shift = self.k, self.shape.page_shift
        focus, candidate, flushed = self._focus(now)
        return AddressMap(
            k.VMALLOC_START, self.high - self.low >> page_shift, "pgd", k.PGDIR_SIZE >> page_shift, cells,
            blocks, found, focus, candidate, flushed, page_shift=page_shift, grid_pages=self._grid_pages,
            grid_level=self.grid, grid_slots=self.shape.entries[self.grid] if self.grid else 0,
            cell_lead=self.low % k.PGDIR_SIZE >> page_shift, lazy=int((blocks.kind == LAZY).sum()),
            guards=self._guards,
        )  # fmt: skip

    @property
    def _grid_pages(self) -> int:
        """What a part of the map's second tier covers."""
        return 1 << (self.shape.shift[self.grid] if self.grid else 30) - self.shape.page_shift

    def _all_blocks(self, now: Scope, names: Names) -> Blocks:
        """The blocks; the same object as before when no area and no leaf has changed."""
        areas, leaves = self._with_loose(now)
        used = self.block_use.read() if areas.table["block"].any() else NO_USE
        read, begun = (areas, leaves, used, names), names.begun(now.at)
        if self._latest is not None and begun == self._begun and all(map(is_, read, self._read)):
            return self._latest
        self._read, self._begun = read, begun
        made = names.numbers(areas.starts, now.at)
        blocks = Blocks(self.shape, areas, leaves, made, names, used).resembling(self._latest)
        if blocks is not self._latest:
            self._latest = blocks
            self._guards = blocks.guards().resembling(self._guards)
        return blocks

    def _with_loose(self, now: Scope) -> tuple[Areas, Leaves]:
        """The areas, and the ranges that are mapped without one; the same objects while both are the same."""
        areas = self._with_leaving(now)
        leaves, running = self._leaves.read(areas), self.loose.running(now.at)
        if running is None and int(leaves.mapped.sum()) == self._leaves.mapped:
            return areas, leaves  # no range is mapped without an area
        loose = self.loose.read(now.at, areas)
        if not len(loose):
            return areas, leaves
        if self._joined[0] is not areas or self._joined[1] != loose:
            self._joined = areas, loose, areas.joined(loose)
        areas = self._joined[2]
        leaves = self._leaves.read(areas)
        table = areas.table
        shown = (table["caller"] == 0) | (leaves.mapped > 0)
        if running is not None:
            shown |= table["start"] == running
        if shown.all():
            return areas, leaves
        return areas.chosen(shown), Leaves(*(column[shown] for column in leaves))

    def _with_leaving(self, now: Scope) -> Areas:
        """The areas in the lists, and the one that has left them and is being unmapped."""
        areas = self.lists.read()
        leaving = now.running("free_unmap_vmap_area")
        if leaving is None:
            return areas
        area = self.lists.at(leaving.arguments["va"], True)
        if not len(area) or areas.overlaps(area.table["start"], area.table["end"]).any():
            return areas
        return areas.joined(area)

    def _top(self, blocks: Blocks) -> tuple[tuple[TopCell, ...], tuple[int, ...]]:
        if self._cells is None:
            self._cells = self._read_top()
        cells, puds, _pages = self._cells
        size = self.k.PGDIR_SIZE >> self.shape.page_shift
        if self._used[0] is not blocks:
            first = np.arange(len(cells)) * size - (self.low % self.k.PGDIR_SIZE >> self.shape.page_shift)
            begun, ended = blocks.first.searchsorted(first + size), blocks.end.searchsorted(first, "right")
            self._used = blocks, (begun > ended).tolist()
        used = self._used[1]
        if used != [cell.used for cell in cells]:
            cells = tuple(TopCell(cell.index, cell.populated, uses)
                          for cell, uses in zip(cells, used, strict=True))  # fmt: skip
            self._cells = (cells, puds, _pages)
        return cells, puds

    def _read_top(self) -> tuple[tuple[TopCell, ...], tuple[int, ...], Ints]:
        shape, top = self.shape, self.k.init_mm_pgd
        size, count = shape.covers("pgd"), shape.entries["pgd"]
        words = shape.words(self.source, top, "pgd")
        pages = set(pieces(top, 8 * count))
        starts = range(self.low // size * size, self.high, size)
        indexes = [va // size % count for va in starts]
        cells = tuple(TopCell(index, int(words[index]) != 0, False) for index in indexes)
        found: list[int] = []
        if self.grid is not None:
            found = sorted(self._grid_entries("pgd", top, starts[0], pages, (indexes[0], len(indexes))))
        return cells, tuple(found), np.array(sorted(pages), np.int64)

    def _grid_entries(
        self, level: Level, table: int, va: int, pages: set[int], part: tuple[int, int]
    ) -> Iterator[int]:
        """Page numbers of the populated entries of the grid's level; `va` is what the first entry covers."""
        shape, (first, n) = self.shape, part
        pages.update(pieces(table + 8 * first, 8 * n))
        words = shape.words(self.source, table, level)[first : first + n]
        for i in np.flatnonzero(words).tolist():
            start, word = va + (i << shape.shift[level]), int(words[i])
            if level == self.grid:
                yield start - self.low >> shape.page_shift
            elif shape.state(word, level) == "table":
                below = shape.below(level)
                whole = 0, shape.entries[below]
                yield from self._grid_entries(below, shape.table(word), start, pages, whole)

    def _focus(self, now: Scope) -> tuple[Pages, Pages, Pages]:
        """What the step works on: the innermost range, the leaf that was asked for, what is flushed."""
        focus: Pages = None
        candidate: Pages = None
        flushed: Pages = None
        for call in reversed(now.calls):
            given = range_of(call, self.low, self.high, self.shape.page_size)
            if given is None:
                continue
            shift, last = self.shape.page_shift, given[1] + self.shape.page_size - 1
            pages = given[0] - self.low >> shift, last - self.low >> shift
            focus = focus or pages
            if call.function.name in TRIES:
                size = self.shape.covers(TRIES[call.function.name]) >> shift
                first = pages[0] // size * size
                candidate = (first, first + size)
            if call.function.name in FLUSHES:
                flushed = pages
        return focus, candidate, flushed


def grid_level(shape: Geometry) -> Level | None:
    """The level whose entries the map's second tier shows: those of about 1 GiB; None if there are none."""
    return next((level for level in shape.levels if shape.shift[level] in (29, 30)), None)
