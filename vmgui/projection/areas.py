"""The address map at a step: areas from the allocator's lists, leaves from the page tables.

What was read is kept until one of the pages it came from is written: a step of a large program costs what
the step changed, not what there is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.projection import entries
from vmgui.projection.address_map import AddressMap, Block, BlockKind, TopCell
from vmgui.projection.area_lists import Area, AreaLists
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.loose import LooseRanges
from vmgui.projection.scope import PAGE, Made, Names, Scope, range_of
from vmgui.timeline.columns import Columns

Pages = tuple[int, int] | None
TRIES: dict[str, Level] = {"vmap_try_huge_p4d": "p4d", "vmap_try_huge_pud": "pud", "vmap_try_huge_pmd": "pmd"}
FLUSHES = ("flush_tlb_kernel_range",)


@dataclass(frozen=True, slots=True)
class Leaves:
    """What maps an area: its largest leaf, how many of those, pages with any leaf, and the tables read."""

    level: Level | None
    count: int
    mapped: int
    tables: frozenset[int]


class AreaReader:
    """Reads areas and their leaves from a replica; `forget` what was written since the last time."""

    def __init__(self, k: Kernel, source: Any, columns: Columns) -> None:
        self.k, self.source = k, source
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self.lists = AreaLists(k, source)
        self.loose = LooseRanges(columns)
        self._joined: tuple[tuple[Area, ...], tuple[Area, ...], tuple[Area, ...]] | None = None
        self._leaves: dict[tuple[int, int], Leaves] = {}
        self._blocks: dict[int, tuple[Area, Leaves, Made | None, Block]] = {}
        self._latest: tuple[tuple[Area, ...], int, int, tuple[Block, ...]] | None = None
        self._changes = 0
        self._used: tuple[tuple[Block, ...], set[int]] = ((), set())
        self._cells: tuple[tuple[TopCell, ...], tuple[int, ...], frozenset[int]] | None = None

    def forget(self, pages: set[int] | None) -> None:
        """Forget what came from these pages of memory; None is all."""
        self.lists.forget(pages)
        if pages is None:
            self._leaves.clear()
            self._cells = self._latest = None
            return
        stale = [key for key, leaves in self._leaves.items() if not leaves.tables.isdisjoint(pages)]
        for key in stale:
            del self._leaves[key]
        self._changes += bool(stale)
        if self._cells is not None and not self._cells[2].isdisjoint(pages):
            self._cells = None

    # --- leaves --------------------------------------------------------------------------------------

    def leaves(self, start: int, end: int) -> Leaves:
        """What maps [start, end) now."""
        key = (start, end)
        if key not in self._leaves:
            self._leaves[key] = self._count(start, end)
        return self._leaves[key]

    def _count(self, start: int, end: int) -> Leaves:
        counts: dict[Level, int] = {}
        tables: set[int] = set()
        self._descend("pgd", self.k.init_mm_pgd, start, end, counts, tables)
        mapped = sum(n * entries.COVERS[level] >> PAGE for level, n in counts.items())
        largest = next((level for level in LEVELS if level in counts), None)
        return Leaves(largest, counts.get(largest, 0) if largest else 0, mapped, frozenset(tables))

    def _descend(
        self, level: Level, table: int, start: int, end: int, counts: dict[Level, int], tables: set[int]
    ) -> None:
        if not 0 < table < self.k.addr:
            return
        tables.add(table >> PAGE)
        size = entries.covers(level, self.k.machine.levels)
        first = start // size % entries.ENTRIES
        last = first + ((end - 1) // size - start // size)
        words = entries.words(self.source, table)[first : last + 1]
        if level == "pte":
            n = int(np.count_nonzero(words))
            if n:
                counts[level] = counts.get(level, 0) + n
            return
        below = "pud" if level == "pgd" and self.k.machine.levels == 4 else LEVELS[LEVELS.index(level) + 1]
        for i in np.flatnonzero(words).tolist():
            word = int(words[i])
            state = entries.state(word, level)
            if state == "leaf":
                counts[level] = counts.get(level, 0) + 1
            elif state == "table":
                at = (start // size + i) * size
                frame = entries.pfn(word, level) << PAGE
                self._descend(below, frame, max(start, at), min(end, at + size), counts, tables)

    # --- the map -------------------------------------------------------------------------------------

    def read(self, now: Scope, names: Names) -> AddressMap:
        """The map when the replica stands at `now`."""
        blocks = self._all_blocks(now, names)
        cells, puds = self._top(blocks)
        k = self.k
        focus, candidate, flushed = self._focus(now)
        return AddressMap(
            k.VMALLOC_START, self.high - self.low >> PAGE, "pgd", k.PGDIR_SIZE >> PAGE, cells, blocks, puds,
            focus, candidate, flushed,
        )  # fmt: skip

    def _all_blocks(self, now: Scope, names: Names) -> tuple[Block, ...]:
        """The blocks; the same tuple as before when no area and no leaf has changed."""
        areas, operation = self._with_loose(now), now.done.index if now.done else -1
        known = self._latest
        if known is not None and known[0] is areas and known[1:3] == (self._changes, operation):
            return known[3]
        blocks = tuple(self._block(area, now, names) for area in areas)
        if len(self._blocks) > 2 * len(blocks) + 64:
            self._blocks = {start: self._blocks[start] for start in (b.id for b in blocks)}
        if known is not None and known[3] == blocks:
            blocks = known[3]
        self._latest = (areas, self._changes, operation, blocks)
        return blocks

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
        made = names.of(area.start, now.at)
        leaves = self.leaves(area.start, area.end - (area.guard << PAGE))
        known = self._blocks.get(area.start)
        if known is not None and known[0] is area and known[1] is leaves and known[2] is made:
            return known[3]
        kind: BlockKind = "lazy" if area.lazy else "mapped" if leaves.mapped else "pending"
        block = Block(
            area.start, area.start - self.low >> PAGE, area.end - self.low >> PAGE, area.guard, kind,
            made.name if made else "", made.verb if made else area.caller,
            leaves.level, leaves.count, leaves.mapped, area.io, phys=area.phys,
        )  # fmt: skip
        self._blocks[area.start] = (area, leaves, made, block)
        return block

    def _top(self, blocks: tuple[Block, ...]) -> tuple[tuple[TopCell, ...], tuple[int, ...]]:
        if self._cells is None:
            self._cells = self._read_top()
        cells, puds, _pages = self._cells
        size = self.k.PGDIR_SIZE >> PAGE
        if self._used[0] is not blocks:
            used = {page for b in blocks for page in range(b.first // size, (b.end - 1) // size + 1)}
            self._used = (blocks, used)
        used = self._used[1]
        if any(cell.used != (i in used) for i, cell in enumerate(cells)):
            cells = tuple(replace(cell, used=i in used) for i, cell in enumerate(cells))
            self._cells = (cells, puds, _pages)
        return cells, puds

    def _read_top(self) -> tuple[tuple[TopCell, ...], tuple[int, ...], frozenset[int]]:
        k, size = self.k, self.k.PGDIR_SIZE
        words = entries.words(self.source, k.init_mm_pgd)
        pages = {k.init_mm_pgd >> PAGE}
        cells, puds = [], []
        for va in range(self.low, self.high, size):
            index = va // size % entries.ENTRIES
            word = int(words[index])
            cells.append(TopCell(index, word != 0, False))
            if word:
                puds += self._pud_entries(entries.pfn(word, "pgd") << PAGE, va, pages)
        return tuple(cells), tuple(puds), frozenset(pages)

    def _pud_entries(self, table: int, va: int, pages: set[int]) -> list[int]:
        tables = [(table, va)]
        if self.k.machine.levels == 5:
            pages.add(table >> PAGE)
            words = entries.words(self.source, table)
            used = np.flatnonzero(words).tolist()
            tables = [(entries.pfn(int(words[i]), "p4d") << PAGE, va + (i << 39)) for i in used]
        found = []
        for pud, start in tables:
            pages.add(pud >> PAGE)
            indexes = np.flatnonzero(entries.words(self.source, pud)).tolist()
            found += [(start + (i << 30) - self.low) >> PAGE for i in indexes]
        return found

    def _focus(self, now: Scope) -> tuple[Pages, Pages, Pages]:
        """What the step works on: the innermost range, the leaf that was asked for, what is flushed."""
        focus: Pages = None
        candidate: Pages = None
        flushed: Pages = None
        for call in reversed(now.calls):
            given = range_of(call, self.low, self.high)
            if given is None:
                continue
            pages = given[0] - self.low >> PAGE, given[1] + 4095 - self.low >> PAGE
            focus = focus or pages
            if call.function.name in TRIES:
                size = entries.COVERS[TRIES[call.function.name]] >> PAGE
                first = pages[0] // size * size
                candidate = (first, first + size)
            if call.function.name in FLUSHES:
                flushed = pages
        return focus, candidate, flushed


def written_pages(rows: Any, before: int, after: int) -> set[int]:
    """Pages of memory that the rows between two positions wrote."""
    low, high = min(before, after), max(before, after)
    return set(np.unique(rows.word[low:high] >> 9).tolist()) - {0}
