"""The address map at a step: areas from the allocator's lists, leaves from the page tables.

What was read is kept until one of the pages it came from is written: a step of a large program costs what
the step changed, not what there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.projection.address_map import AddressMap, Block, BlockKind, TopCell
from vmgui.projection.area_lists import Area, AreaLists
from vmgui.projection.block_use import BlockReader, BlockUse
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.loose import LooseRanges
from vmgui.projection.scope import PIECE, Made, Names, Scope, pieces, range_of
from vmgui.timeline.columns import Columns

Pages = tuple[int, int] | None
TRIES: dict[str, Level] = {"vmap_try_huge_p4d": "p4d", "vmap_try_huge_pud": "pud", "vmap_try_huge_pmd": "pmd"}
FLUSHES = ("flush_tlb_kernel_range",)
#: Rows that are looked at one by one.
FEW = 20_000
NO_USE: dict[int, BlockUse] = {}
#: Blocks that are kept for when the play-head comes back.
MOST_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Leaves:
    """What maps an area: its largest leaf, how many of those, pages with any leaf, and the tables read."""

    level: Level | None
    count: int
    mapped: int
    tables: frozenset[int]


#: What a block was made of, and the block.
Known = tuple[Area, Leaves, Made | BlockUse | None, Block]


class AreaReader:
    """Reads areas and their leaves from a replica; `forget` what was written since the last time."""

    def __init__(self, k: Kernel, source: Any, columns: Columns, shape: Geometry) -> None:
        self.k, self.source, self.shape = k, source, shape
        self.grid = grid_level(shape)
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self.lists = AreaLists(k, source)
        self.block_use = BlockReader(k, source)
        self.loose = LooseRanges(columns)
        self._joined: tuple[tuple[Area, ...], tuple[Area, ...], tuple[Area, ...]] | None = None
        self._leaves: dict[tuple[int, int], Leaves] = {}
        self._small: dict[tuple[frozenset[int], int], Leaves] = {}
        self._blocks: dict[int, Known] = {}
        self._kept: dict[tuple[int, int, int], Known] = {}
        self._latest: tuple[tuple[Area, ...], int, tuple[Block, ...]] | None = None
        self._in_page: dict[int, set[tuple[int, int]]] = {}
        self._lazy = 0
        self._guards: tuple[tuple[int, str], ...] = ()
        self._with_use: tuple[tuple[Area, ...], bool] = ((), False)
        self._stale: set[int] = set()
        self._order: tuple[tuple[Area, ...], dict[int, int]] = ((), {})
        self._use_shown: dict[int, BlockUse] = {}
        self._used: tuple[tuple[Block, ...], set[int]] = ((), set())
        self._cells: tuple[tuple[TopCell, ...], tuple[int, ...], frozenset[int]] | None = None

    def forget(self, pages: set[int] | None, words: set[int] | None = None) -> None:
        """Forget what came from these pages of memory, None is all; `words` are those written, if few."""
        self.lists.forget(words)
        self.block_use.forget(pages)
        if pages is None:
            self._leaves.clear()
            self._in_page.clear()
            self._cells = self._latest = None
            return
        for page in pages:
            for key in self._in_page.pop(page, ()):
                if self._leaves.pop(key, None) is not None:
                    self._stale.add(key[0])
        if self._cells is not None and not self._cells[2].isdisjoint(pages):
            self._cells = None

    # --- leaves --------------------------------------------------------------------------------------

    def leaves(self, start: int, end: int) -> Leaves:
        """What maps [start, end) now."""
        key = (start, end)
        if key not in self._leaves:
            found = self._leaves[key] = self._count(start, end)
            for page in found.tables:
                self._in_page.setdefault(page, set()).add(key)
        return self._leaves[key]

    def _read_small(self, areas: tuple[Area, ...]) -> None:
        """Count at once the leaves of all areas that lie below one table of small pages each."""
        shape, size = self.shape, self.shape.covers(self.shape.levels[-2])
        spots: dict[int, list[tuple[int, int]]] = {}
        for area in areas:
            key = area.start, area.end - (area.guard << shape.page_shift)
            if key not in self._leaves and (key[1] - 1) // size == key[0] // size:
                spots.setdefault(key[0] // size, []).append(key)
        for spot, keys in spots.items():
            if len(keys) > 1:
                self._count_below(spot * size, keys)

    def _count_below(self, base: int, keys: list[tuple[int, int]]) -> None:
        """Count the leaves of ranges that share a table of small pages, if there is one."""
        shape, above = self.shape, set[int]()
        table = self._table_of(base, above)
        if table is None:
            return
        words = shape.words(self.source, table, "pte")
        sums = [0, *np.cumsum(words != 0).tolist()]
        known: dict[int, frozenset[int]] = {}
        for key in keys:
            first, last = key[0] - base >> shape.page_shift, key[1] - base >> shape.page_shift
            n, piece = sums[last] - sums[first], table + 8 * first >> PIECE
            if (table + 8 * last - 1) >> PIECE != piece:
                continue  # across two pieces of a table that is larger than one: counted on its own
            tables = known.setdefault(piece, frozenset((*above, piece)))
            found = self._small.get((tables, n))
            if found is None:
                found = self._small[tables, n] = Leaves("pte" if n else None, n, n, tables)
            self._leaves[key] = found
            for page in tables:
                self._in_page.setdefault(page, set()).add(key)

    def _table_of(self, va: int, read: set[int]) -> int | None:
        """The table of small pages that maps `va`; `read` takes the pieces of memory that say so."""
        level, table, shape = self.shape.levels[0], self.k.init_mm_pgd, self.shape
        while level != "pte":
            if not 0 < table < self.k.addr:
                return None
            index = va // shape.covers(level) % shape.entries[level]
            read.update(pieces(table + 8 * index, 8))
            word = int(shape.words(self.source, table, level)[index])
            if shape.state(word, level) != "table":
                return None
            table, level = shape.table(word), shape.below(level)
        return table if 0 < table < self.k.addr else None

    def _count(self, start: int, end: int) -> Leaves:
        counts: dict[Level, int] = {}
        tables: set[int] = set()
        self._descend("pgd", self.k.init_mm_pgd, start, end, counts, tables)
        shape = self.shape
        mapped = sum(n * shape.covers(level) >> shape.page_shift for level, n in counts.items())
        largest = next((level for level in LEVELS if level in counts), None)
        return Leaves(largest, counts.get(largest, 0) if largest else 0, mapped, frozenset(tables))

    def _descend(
        self, level: Level, table: int, start: int, end: int, counts: dict[Level, int], tables: set[int]
    ) -> None:
        if not 0 < table < self.k.addr:
            return
        shape, size = self.shape, self.shape.covers(level)
        first = start // size % shape.entries[level]
        last = first + ((end - 1) // size - start // size)
        tables.update(pieces(table + 8 * first, 8 * (last + 1 - first)))
        words = shape.words(self.source, table, level)[first : last + 1]
        if level == "pte":
            n = int(np.count_nonzero(words))
            if n:
                counts[level] = counts.get(level, 0) + n
            return
        leaf = shape.leaf_level(level)
        for i in np.flatnonzero(words).tolist():
            word = int(words[i])
            state = shape.state(word, level)
            if state == "leaf":
                counts[leaf] = counts.get(leaf, 0) + 1
            elif state == "table":
                at, down = (start // size + i) * size, shape.table(word)
                self._descend(shape.below(level), down, max(start, at), min(end, at + size), counts, tables)

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
            cell_lead=self.low % k.PGDIR_SIZE >> page_shift, lazy=self._lazy, guards=self._guards,
        )  # fmt: skip

    @property
    def _grid_pages(self) -> int:
        """What a part of the map's second tier covers."""
        return 1 << (self.shape.shift[self.grid] if self.grid else 30) - self.shape.page_shift

    def _all_blocks(self, now: Scope, names: Names) -> tuple[Block, ...]:
        """The blocks; the same tuple as before when no area and no leaf has changed."""
        areas, known = self._with_loose(now), self._latest
        if self._with_use[0] is not areas:
            self._with_use = areas, any(area.block for area in areas)
        used = self.block_use.read() if self._with_use[1] else NO_USE
        same_use, self._use_shown = used is self._use_shown, used
        begun = names.begun(now.at)
        if known is not None:
            self._stale.update(names.between(known[1], begun))
        for start in self._stale:  # also of areas that are not there now and may come back
            self._blocks.pop(start, None)
        same = known is not None and known[0] is areas and known[1] == begun and same_use
        if known is not None and same:
            blocks = self._renewed(known[2], areas, now, names)
        else:
            blocks = self._made_of(areas, now, names, same_use and known is not None)
            if known is not None and known[2] == blocks:
                blocks = known[2]
            self._lazy = sum(block.kind == "lazy" for block in blocks)
            self._guards = tuple(
                (self.low + (b.body_end << self.shape.page_shift), b.name) for b in blocks if b.guard
            )
            if len(self._blocks) > 2 * len(blocks) + 64:
                self._blocks = {start: self._blocks[start] for start in (b.id for b in blocks)}
        self._stale.clear()
        self._latest = (areas, begun, blocks)
        return blocks

    def _made_of(
        self, areas: tuple[Area, ...], now: Scope, names: Names, believed: bool
    ) -> tuple[Block, ...]:
        """The blocks of areas; what is known of an area that nothing has changed is taken as it is."""
        known = self._blocks
        self._read_small(areas)
        if not believed:
            return tuple(self._block(area, now, names) for area in areas)
        return tuple(
            known[area.start][3]
            if area.start in known and known[area.start][0] is area
            else self._block(area, now, names)
            for area in areas
        )

    def _renewed(
        self, blocks: tuple[Block, ...], areas: tuple[Area, ...], now: Scope, names: Names
    ) -> tuple[Block, ...]:
        """The blocks of the same areas, those made anew whose leaves have changed."""
        if not self._stale:
            return blocks
        if self._order[0] is not areas:
            self._order = areas, {area.start: i for i, area in enumerate(areas)}
        stale = (self._order[1].get(start) for start in self._stale)
        changed = {i: self._block(areas[i], now, names) for i in stale if i is not None}
        if all(blocks[i] is block for i, block in changed.items()):
            return blocks
        renewed = list(blocks)
        for i, block in changed.items():
            renewed[i] = block
        return tuple(renewed)

    def _with_loose(self, now: Scope) -> tuple[Area, ...]:
        """The areas, and the ranges that are mapped without one; the same tuple while both are the same."""
        areas = self._with_leaving(now)
        loose = self.loose.read(now.at, areas, lambda start, end: self.leaves(start, end).mapped > 0)
        if not loose:
            return areas
        if self._joined is None or self._joined[0] is not areas or self._joined[1] != loose:
            self._joined = areas, loose, tuple(sorted((*areas, *loose), key=lambda area: area.start))
        return self._joined[2]

    def _with_leaving(self, now: Scope) -> tuple[Area, ...]:
        """The areas in the lists, and the one that has left them and is being unmapped."""
        areas = self.lists.read()
        leaving = now.running("free_unmap_vmap_area")
        if leaving is None:
            return areas
        area = self.lists.at(leaving.arguments["va"], True)
        if area is None or any(a.start < area.end and area.start < a.end for a in areas):
            return areas
        return tuple(sorted((*areas, area), key=lambda area: area.start))

    def _block(self, area: Area, now: Scope, names: Names) -> Block:
        use = self.block_use.read().get(area.start) if area.block else None
        made = names.of(area.start, now.at) if use is None else None
        shift = self.shape.page_shift
        leaves = self.leaves(area.start, area.end - (area.guard << shift))
        known = self._blocks.get(area.start)
        about = use or made
        if known is not None and known[0] is area and known[1] is leaves and known[2] == about:
            return known[3]
        key = id(area), id(leaves), id(about)  # all three are held by what is kept, so no other has their id
        if key in self._kept:
            self._blocks[area.start] = self._kept[key]
            return self._kept[key][3]
        kind: BlockKind = "lazy" if area.lazy else "mapped" if leaves.mapped else "pending"
        kind = "vmap-block" if use is not None else "image" if area.image else kind
        block = Block(
            area.start, area.start - self.low >> shift, area.end - self.low >> shift, area.guard, kind,
            made.name if made else "", made.verb if made else "vm_map_ram" if use else area.caller,
            leaves.level, leaves.count, leaves.mapped, area.io, phys=area.phys,
            leaf_size=shape_size(self.shape, leaves.level), used=use.used if use else 0,
            total=use.total if use else 0, dirty=use.dirty if use else 0, use=area.use,
        )  # fmt: skip
        self._blocks[area.start] = (area, leaves, about, block)
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        self._kept[key] = self._blocks[area.start]
        return block

    def _top(self, blocks: tuple[Block, ...]) -> tuple[tuple[TopCell, ...], tuple[int, ...]]:
        if self._cells is None:
            self._cells = self._read_top()
        cells, puds, _pages = self._cells
        size = self.k.PGDIR_SIZE >> self.shape.page_shift
        if self._used[0] is not blocks:
            lead = self.low % self.k.PGDIR_SIZE >> self.shape.page_shift
            used = {
                cell
                for b in blocks
                for cell in range((b.first + lead) // size, (b.end - 1 + lead) // size + 1)
            }
            self._used = (blocks, used)
        used = self._used[1]
        if any(cell.used != (i in used) for i, cell in enumerate(cells)):
            cells = tuple(replace(cell, used=i in used) for i, cell in enumerate(cells))
            self._cells = (cells, puds, _pages)
        return cells, puds

    def _read_top(self) -> tuple[tuple[TopCell, ...], tuple[int, ...], frozenset[int]]:
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
        return cells, tuple(found), frozenset(pages)

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


def shape_size(shape: Geometry, level: Level | None) -> int:
    """Bytes of a leaf of `level`; 0 for none."""
    return shape.covers(level) if level is not None else 0


def written_pages(rows: Any, before: int, after: int) -> set[int]:
    """Pieces of memory that the rows between two positions wrote."""
    low, high = min(before, after), max(before, after)
    pages = rows.word[low:high] >> PIECE - 3
    if len(pages) < FEW:
        return set(pages.tolist()) - {0}
    seen = np.zeros(int(pages.max()) + 1, bool)
    seen[pages] = True
    return set(np.flatnonzero(seen).tolist()) - {0}


def written_words(rows: Any, before: int, after: int) -> set[int] | None:
    """Words that the rows between two positions wrote; None when they are so many that all may be meant."""
    low, high = min(before, after), max(before, after)
    return set(rows.word[low:high].tolist()) if high - low < FEW else None
