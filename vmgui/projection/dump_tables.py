"""Page tables as data: leaves as runs, tables with their used entries, what came and what went.

Only present entries are followed, so a range of a terabyte costs what is mapped in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel

ENTRIES = 512
_PRESENT, _PSE = 1, 1 << 7
_PA = 0x000FFFFFFFFFF000

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

    @property
    def name(self) -> str:
        """Its level by name."""
        return NAMES[self.level]

    @property
    def span(self) -> int:
        """Bytes that it covers."""
        return 1 << entry_shift(self.level + 1)


def entry_shift(level: int) -> int:
    """log2 of the bytes that one entry of a table of ``level`` covers."""
    return 12 + 9 * level


def words_of(source: Viewable) -> Words:
    """The words of memory, or of a replica, as one array; it follows their changes."""
    return np.frombuffer(source.view, np.uint64)


class _Walk:
    """A walk over the tables of a kernel, top table first."""

    def __init__(self, k: Kernel) -> None:
        self.words = words_of(k.mem)
        self.top = k.machine.levels - 1
        self.root = k.init_mm_pgd
        self._sign = 1 << entry_shift(self.top) + 8

    def _canonical(self, va: int) -> int:
        """Extend the highest bit that the tables translate."""
        return (va & self._sign * 2 - 1 ^ self._sign) - self._sign & (1 << 64) - 1

    def entries(self, table: int, level: int, base: int, start: int, end: int) -> Iterator[tuple[int, Words]]:
        """Yield (first address, entries) of the part of a table that meets [start, end)."""
        step = 1 << entry_shift(level)
        first, last = 0, ENTRIES
        if level < self.top:
            first, last = max(0, (start - base) // step), min(ENTRIES, -(-(end - base) // step))
        elif start >> 63 == end - 1 >> 63:
            shift = entry_shift(level)
            first, last = (start >> shift) % ENTRIES, (end - 1 >> shift) % ENTRIES + 1
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
            length = last.n << entry_shift(level)
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
    shift = entry_shift(level)
    for first, entries in walk.entries(table, level, base, start, end):
        used = np.flatnonzero(entries)
        if level == 0:
            yield from _small_runs(first, used, entries[used])
            continue
        for i in used.tolist():
            entry, va = int(entries[i]), first + (i << shift)
            if entry & _PSE or not entry & _PRESENT:
                pa = entry & _PA & -1 << shift
                yield level, va, pa, 1, entry & ~pa
            else:
                yield from _leaf_runs(walk, entry & _PA, level - 1, va, start, end)


def _small_runs(
    first: int, used: NDArray[np.intp], entries: Words
) -> Iterator[tuple[int, int, int, int, int]]:
    """Join the 4 KiB leaves of one table: a run goes on where slot and address go up together."""
    if not len(used):
        return
    pa, bits = entries & np.uint64(_PA), entries & np.uint64(~_PA & (1 << 64) - 1)
    breaks = (np.diff(used) != 1) | (np.diff(pa) != 1 << 12) | (bits[1:] != bits[:-1])
    starts = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    lengths = np.diff(np.append(starts, len(used)))
    for at, n in zip(starts.tolist(), lengths.tolist(), strict=True):
        yield 0, first + (int(used[at]) << 12), int(pa[at]), n, int(bits[at])


def tables(k: Kernel, start: int, end: int) -> list[Table]:
    """Every table page that meets [start, end), a table before those below it, in address order."""
    walk = _Walk(k)
    return list(_tables(walk, walk.root, walk.top, 0, start, end))


def _tables(walk: _Walk, table: int, level: int, base: int, start: int, end: int) -> Iterator[Table]:
    for first, entries in walk.entries(table, level, base, start, end):
        flags = entries & np.uint64(_PRESENT | _PSE)
        for i in np.flatnonzero(flags == _PRESENT).tolist():
            below, va = int(entries[i]) & _PA, first + (i << entry_shift(level))
            content = walk.words[below >> 3 : (below >> 3) + ENTRIES]
            yield Table(level - 1, va, below, int(np.count_nonzero(content)))
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


def in_order(found: Iterable[Table], frames: Iterable[int], last: bool) -> list[Table]:
    """Put tables into the order in which their frames were taken or given back.

    A frame can be used again: ``last`` counts its last mention (it came as a table with its last
    allocation), else its first.
    """
    by_frame = {table.pa >> 12: table for table in found}
    mentioned = [frame for frame in frames if frame in by_frame]
    if last:
        mentioned.reverse()
    order = list(dict.fromkeys(mentioned))
    return [by_frame[frame] for frame in (reversed(order) if last else order)]
