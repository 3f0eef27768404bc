"""Which entries of the page tables differ between two steps, in runs of neighbours that changed alike."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS, Level

Sign = Literal["+", "-", "~"]
#: Signs by the number that columns of them hold.
SIGNS: dict[int, Sign] = {1: "+", 2: "-", 3: "~"}
GONE = 2
#: Level and first address of every table, by its physical address.
Tables = dict[int, tuple[Level, int]]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class EntryRun:
    """`count` entries of one level, one after the other in [va, end), of which all came, went, or changed.

    `table` (a frame number) and `index` name the first; `before` and `after` are its words. `leaf` says
    that they map memory, `parts` lists the tables they are in: physical address, first and last index.
    """

    sign: Sign
    level: Level
    va: int
    end: int
    count: int
    table: int
    index: int
    before: int
    after: int
    leaf: bool
    parts: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, eq=False)
class TreeSigns:
    """Signs of entries as numbers, by the physical address of their table; 0 for none.

    `above` has the entries, by level and address in units of what they cover, that lead to such a table.
    """

    entries: Mapping[int, NDArray[np.int8]]
    above: frozenset[tuple[Level, int]]


def tree_signs(shape: Geometry, runs: Iterable[EntryRun], moved: Container[int] = ()) -> TreeSigns:
    """What a tree shows of these runs; what tables that were `moved` held before is nowhere in it."""
    entries: dict[int, NDArray[np.int8]] = {}
    above: set[tuple[Level, int]] = set()
    numbers = {sign: number for number, sign in SIGNS.items()}
    for run in runs:
        for table, first, last in run.parts:
            if run.sign == "-" and table in moved:
                continue
            if table not in entries:
                entries[table] = np.zeros(shape.entries[run.level], np.int8)
            entries[table][first : last + 1] = numbers[run.sign]
        levels = shape.levels[: shape.levels.index(run.level)]
        for level in levels:
            size = shape.covers(level)
            above.update((level, at) for at in range(run.va // size, (run.end - 1) // size + 1))
    return TreeSigns(entries, frozenset(above))


def tables_of(source: Any, shape: Geometry) -> Tables:
    """All tables that a walk from the root reaches on a replica; a shared one, where it is met first."""
    level, root = shape.levels[0], shape.k.init_mm_pgd
    found: Tables = {root: (level, 0)}
    todo = [root]
    limit = len(source.view) << 3
    while todo:
        table = todo.pop()
        level, va = found[table]
        if level == "pte":
            continue
        words, below = shape.words(source, table, level), shape.below(level)
        index = np.flatnonzero(words)
        for i in index[~shape.leaves(words[index], level)].tolist():
            child = shape.table(int(words[i]))
            fits = 0 < child <= limit - shape.size_of_table(below)
            if fits and child not in found and shape.state(int(words[i]), level) == "table":
                found[child] = below, shape.canonical(va + i * shape.covers(level))
                todo.append(child)
    return found


def entry_runs(
    shape: Geometry, old: Any, new: Any, before: Tables, after: Tables, words: Any, was: Words, now: Words
) -> Iterator[EntryRun]:
    """The runs of entries that differ, level by level; `words` differ, and were and are `was` and `now`."""
    found: dict[Level, list[tuple[int, int, Any, Words, Words]]] = {}
    for table in before.keys() | after.keys():
        place, other = after.get(table), before.get(table)
        if place == other:
            continue
        for where, source, gone in ((other, old, True), (place, new, False)):
            if where is not None:
                entries = shape.words(source, table, where[0])
                index = np.flatnonzero(entries)
                there, none = entries[index], np.zeros(len(index), np.uint64)
                values = (there, none) if gone else (none, there)
                found.setdefault(where[0], []).append((table, where[1], index, *values))
    both = np.array(sorted(t for t in before if after.get(t) == before[t]), np.int64)
    sizes = np.array([shape.entries[before[t][0]] for t in both.tolist()], np.int64)
    lows, highs = np.searchsorted(words, both >> 3), np.searchsorted(words, (both >> 3) + sizes)
    for i in np.flatnonzero(highs > lows).tolist():
        table, part = int(both[i]), slice(int(lows[i]), int(highs[i]))
        level, va = before[table]
        index = words[part].astype(np.int64) - (table >> 3)
        found.setdefault(level, []).append((table, va, index, was[part], now[part]))
    for level in LEVELS:
        yield from _runs(shape, level, found.get(level, []))


def _runs(
    shape: Geometry, level: Level, parts: list[tuple[int, int, Any, Words, Words]]
) -> Iterator[EntryRun]:
    """Join entries that are neighbours in address and changed alike."""
    parts = [part for part in parts if len(part[2])]
    if not parts:
        return
    size = shape.covers(level)
    table = np.concatenate([np.full(len(index), at, np.uint64) for at, _va, index, _w, _n in parts])
    index = np.concatenate([part[2] for part in parts])
    was, now = np.concatenate([part[3] for part in parts]), np.concatenate([part[4] for part in parts])
    base = np.concatenate([np.full(len(part[2]), part[1], np.uint64) for part in parts])
    va = base + index.astype(np.uint64) * np.uint64(size)  # the tables' own addresses have all their bits
    sign = np.where(was == 0, 1, np.where(now == 0, 2, 3))
    leaf = shape.leaves(np.where(now == 0, was, now), level)
    order = np.lexsort((sign, va))
    table, index, was, now, va, sign, leaf = (c[order] for c in (table, index, was, now, va, sign, leaf))
    broken = (np.diff(va) != np.uint64(size)) | (np.diff(sign) != 0) | (leaf[1:] != leaf[:-1])
    cuts = np.flatnonzero(broken) + 1
    for first, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(va)], strict=True):
        low = shape.canonical(int(va[first]))
        yield EntryRun(
            SIGNS[int(sign[first])], level, low, low + (end - first) * size, end - first,
            int(table[first]) >> shape.page_shift, int(index[first]), int(was[first]), int(now[first]),
            bool(leaf[first]), tuple(_parts(table[first:end], index[first:end])),
        )  # fmt: skip


def _parts(table: Any, index: Any) -> Iterator[tuple[int, int, int]]:
    cuts = np.flatnonzero(table[1:] != table[:-1]) + 1
    for first, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(table)], strict=True):
        yield int(table[first]), int(index[first]), int(index[end - 1])
