"""Page tables as data: leaves as runs, tables with their used entries, what came and what went.

Only present entries are followed, so a range of a terabyte costs what is mapped in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel

#: Names of what a table or a leaf is, by level number: 0 for a table of 4 KiB leaves.
NAMES = ("pte", "pmd", "pud", "p4d", "pgd")

Words = NDArray[np.uint64]


class Viewable(Protocol):
    """Memory, or a replica of it: words in one piece."""

    @property
    def view(self) -> memoryview:
        """All words, as format ``Q``."""
        ...


class Leaf(NamedTuple):
    """``n`` leaves of one level, contiguous both ways, with the same bits.

    ``bits`` is what is no address in the entry.
    """

    level: str
    va: int
    pa: int
    n: int
    bits: int


class Table(NamedTuple):
    """One table page below the top one: what it is, the first address it covers, its entries in use."""

    level: int
    va: int
    pa: int
    used: int
    span: int = 2 << 20  # bytes that it covers

    @property
    def name(self) -> str:
        """Its level by name."""
        return NAMES[self.level]


def words_of(source: Viewable) -> Words:
    """The words of memory, or of a replica, as one array; it follows their changes."""
    return np.frombuffer(source.view, np.uint64)


class _Walk:
    """A walk over the tables of a kernel, top table first."""

    def __init__(self, k: Kernel) -> None:
        self.words = words_of(k.mem)
        self.levels = k.tables[::-1]  # lowest first
        self.top = len(self.levels) - 1
        self.root = k.init_mm_pgd
        self.format = k.arch.entry_format(k)
        self.page_shift = k.PAGE_SHIFT
        self._kernel = k.KERNEL_VA_START

    def _canonical(self, va: int) -> int:
        """Set the bits that no table translates: those of the kernel's addresses are the same in all."""
        va &= (1 << self.levels[-1].shift) * self.levels[-1].entries - 1
        return va | self._kernel if va >= self._kernel % (1 << self._width) else va

    @property
    def _width(self) -> int:
        """Bits of an address that the tables translate."""
        return self.levels[-1].shift + self.levels[-1].entries.bit_length() - 1

    def points_at_table(self, entry: int) -> bool:
        """Tell whether an entry above the PTEs leads to a table."""
        return entry & self.format.table_mask == self.format.table_value

    def entries(self, table: int, level: int, base: int, start: int, end: int) -> Iterator[tuple[int, Words]]:
        """Yield (first address, entries) of the part of a table that meets [start, end)."""
        _, shift, count = self.levels[level]
        step = 1 << shift
        first, last = 0, count
        if level < self.top:
            first, last = max(0, (start - base) // step), min(count, -(-(end - base) // step))
        elif start >> 63 == end - 1 >> 63:
            first, last = (start >> shift) % count, (end - 1 >> shift) % count + 1
        if first < last:
            at = (table >> 3) + first
            yield self._canonical(base + first * step), self.words[at : at + last - first]


def leaves(k: Kernel, start: int, end: int) -> list[Leaf]:
    """Every leaf that meets [start, end), in address order, joined into runs."""
    runs: list[Leaf] = []
    walk = _Walk(k)
    for level, va, pa, n, bits in _leaf_runs(walk, walk.root, walk.top, 0, start, end):
        if runs:
            last = runs[-1]
            length = last.n << walk.levels[level].shift
            joins = last.level == NAMES[level] and last.bits == bits
            if joins and last.va + length == va and last.pa + length == pa:
                runs[-1] = last._replace(n=last.n + n)
                continue
        runs.append(Leaf(NAMES[level], va, pa, n, bits))
    return runs


def _leaf_runs(
    walk: _Walk, table: int, level: int, base: int, start: int, end: int
) -> Iterator[tuple[int, int, int, int, int]]:
    """Yield (level number, va, pa, n, bits), not yet joined across tables."""
    shift = walk.levels[level].shift
    for first, entries in walk.entries(table, level, base, start, end):
        used = np.flatnonzero(entries)
        if level == 0:
            yield from _small_runs(walk, first, used, entries[used])
            continue
        for i in used.tolist():
            entry, va = int(entries[i]), first + (i << shift)
            if walk.points_at_table(entry):
                below = walk.format.address(entry, walk.page_shift)
                yield from _leaf_runs(walk, below, level - 1, va, start, end)
            else:
                bits = entry & ~walk.format.address_bits(shift)
                yield level, va, walk.format.address(entry, shift), 1, bits


def _small_runs(
    walk: _Walk, first: int, used: NDArray[np.intp], entries: Words
) -> Iterator[tuple[int, int, int, int, int]]:
    """Join the page leaves of one table: a run goes on where slot and address go up together."""
    if not len(used):
        return
    form, shift = walk.format, walk.page_shift
    address_bits = np.uint64(form.address_bits(shift))
    pa = (entries & np.uint64(form.address_mask)) << np.uint64(form.address_shift)
    pa |= (entries & np.uint64(form.high_mask)) << np.uint64(form.high_shift)
    bits = entries & ~address_bits
    breaks = (np.diff(used) != 1) | (np.diff(pa) != 1 << shift) | (bits[1:] != bits[:-1])
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    lengths = np.diff(np.append(starts, len(used)))
    for at, n in zip(starts.tolist(), lengths.tolist(), strict=True):
        yield 0, first + (int(used[at]) << shift), int(pa[at]), n, int(bits[at])


def tables(k: Kernel, start: int, end: int) -> list[Table]:
    """Every table page that meets [start, end), a table before those below it, in address order."""
    walk = _Walk(k)
    return list(_tables(walk, walk.root, walk.top, 0, start, end))


def _tables(walk: _Walk, table: int, level: int, base: int, start: int, end: int) -> Iterator[Table]:
    for first, entries in walk.entries(table, level, base, start, end):
        flags = entries & np.uint64(walk.format.table_mask)
        shift = walk.levels[level].shift
        for i in np.flatnonzero(flags == walk.format.table_value).tolist():
            below, va = walk.format.address(int(entries[i]), walk.page_shift), first + (i << shift)
            content = walk.words[below >> 3 : (below >> 3) + walk.levels[level - 1].entries]
            yield Table(level - 1, va, below, int(np.count_nonzero(content)), 1 << shift)
            if level > 1:
                yield from _tables(walk, below, level - 1, va, start, end)


def vmalloc_tables(k: Kernel) -> list[Table]:
    """Every table page of the vmalloc range."""
    return tables(k, k.VMALLOC_START, k.VMALLOC_END)


def table_runs(found: Iterable[Table], start: int, end: int) -> dict[str, list[tuple[int, int, int]]]:
    """Those of ``found`` that meet [start, end): by level, highest first, runs (va, n, used)."""
    by_level: dict[int, list[tuple[int, int, int]]] = {}
    for table in found:
        if table.va >= end or table.va + table.span <= start:
            continue
        runs = by_level.setdefault(table.level, [])
        if runs and runs[-1][0] + runs[-1][1] * table.span == table.va and runs[-1][2] == table.used:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1, table.used)
        else:
            runs.append((table.va, 1, table.used))
    return {NAMES[level]: by_level[level] for level in sorted(by_level, reverse=True)}


def appeared(before: Iterable[Table], after: Iterable[Table]) -> list[Table]:
    """Tables of ``after`` that were not there before: another place or another page."""
    known = {table[:3] for table in before}
    return [table for table in after if table[:3] not in known]


def in_order(
    found: Iterable[Table], frames: Iterable[int], last: bool, page_shift: int = 12
) -> list[Table]:
    """Put tables into the order in which their frames were taken or given back.

    A frame can be used again: ``last`` counts its last mention (it came as a table with its last
    allocation), else its first.
    """
    by_frame = {table.pa >> page_shift: table for table in found}
    mentioned = [frame for frame in frames if frame in by_frame]
    if last:
        mentioned.reverse()
    order = list(dict.fromkeys(mentioned))
    return [by_frame[frame] for frame in (reversed(order) if last else order)]
