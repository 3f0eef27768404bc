"""What two steps differ in: entries, tables, areas, frames, free ranges; read off the rows between them.

A word that was written in between has its first old value at the one step and its last new value at the
other.  Nothing else can differ, so nothing else of the tables is read; a table that came or went is read
whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.projection.allocator_tree import image_of, read_tree
from vmgui.projection.area_lists import Area, AreaLists, Areas
from vmgui.projection.diff_entries import (
    SIGNS,
    EntryRun,
    Sign,
    Tables,
    TreeSigns,
    entry_runs,
    tables_of,
    tree_signs,
)
from vmgui.projection.entries import Geometry
from vmgui.projection.frame_kinds import FrameReader
from vmgui.projection.frames import KINDS, FrameKind
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.pieces import flagged, written_pages, written_words
from vmgui.projection.scope import Names
from vmgui.timeline.columns import NONE, Columns
from vmgui.timeline.session import Session

Kinds = NDArray[np.uint8]
Group = Literal["area", "table", "entry", "frame", "free"]
#: Runs of frames and of free ranges told one by one; the counts are of all.
MOST = 2000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many came, went, and are others."""

    added: int = 0
    removed: int = 0
    changed: int = 0

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Item:
    """One difference. `va` and `phys` are byte ranges, end exclusive; `table` is a frame number.

    `count` are entries or frames. `before` and `after` say what it was and is: the words of an entry, or
    for an area "in use" and "lazy", for frames their kinds.
    """

    group: Group
    sign: Sign
    va: tuple[int, int] | None = None
    phys: tuple[int, int] | None = None
    level: Level | None = None
    table: int | None = None
    index: int | None = None
    count: int = 1
    name: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, eq=False)
class Difference:
    """What is at step `b` and was not at step `a`, and the other way round.

    `totals` are counts by group, those of entries by level. `items` are areas first, then tables, entries,
    free ranges and frames.
    `left_out` tells how many items are only counted. `frames` has a sign for every frame, 0 for none.
    """

    a: int
    b: int
    totals: Mapping[str, Counts]
    items: tuple[Item, ...]
    runs: tuple[EntryRun, ...]
    frames: NDArray[np.int8]
    left_out: int = 0
    first_frame: int = 0
    _cells: dict[int, dict[int, Sign]] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether the two steps differ at all."""
        return any(counts.any for counts in self.totals.values())

    def tree(self, shape: Geometry) -> TreeSigns:
        """What the page-table tree at step `b` shows of it."""
        return tree_signs(shape, self.runs, self._moved)

    @property
    def _moved(self) -> frozenset[int]:
        tables = (item for item in self.items if item.group == "table" and item.sign == "-")
        return frozenset(item.phys[0] for item in tables if item.phys)

    def cells(self, per_cell: int) -> dict[int, Sign]:
        """The sign of each cell of so many frames that has one: plus or minus if all its frames have it."""
        if per_cell not in self._cells:
            shown = self.frames[self.first_frame :]
            padded = np.concatenate((shown, np.zeros(-len(shown) % per_cell, np.int8))).reshape(-1, per_cell)
            kinds = [(padded == n).any(axis=1) for n in (1, 2, 3)]
            sign = np.where(
                kinds[2] | kinds[0] & kinds[1], 3, np.where(kinds[0], 1, np.where(kinds[1], 2, 0))
            )
            self._cells[per_cell] = {i: SIGNS[int(sign[i])] for i in np.flatnonzero(sign).tolist()}
        return self._cells[per_cell]

    @property
    def blocks(self) -> Sequence[Item]:
        """The areas that differ, by address."""
        return [item for item in self.items if item.group == "area"]


def changed_words(columns: Columns, a: int, b: int) -> tuple[Any, Any, Any]:
    """Word numbers, sorted, that differ between two steps, with their values at `a` and at `b`."""
    low, high = min(a, b), max(a, b)
    rows = columns.rows
    word, prev, next_ = rows.word[low:high], rows.prev[low:high], rows.next[low:high]
    first = np.flatnonzero(((prev < low) | (prev == NONE)) & (word != 0))
    last = np.flatnonzero((next_ >= high) & (word != 0))
    first, last = (each[np.argsort(word[each], kind="stable")] for each in (first, last))
    before, after = rows.old[low:high][first], rows.new[low:high][last]
    differs = before != after
    words, before, after = word[first][differs], before[differs], after[differs]
    return (words, before, after) if a <= b else (words, after, before)


class Side:
    """A replica at one of the two steps, and what is read off it."""

    def __init__(self, session: Session) -> None:
        self.session, self.cursor = session, session.cursor()
        self.k = Kernel(session.machine, self.cursor)
        self.shape = Geometry(self.k)
        self._areas = AreaLists(self.k, self.cursor)
        self._frames = FrameReader(self.k, self.cursor, session.base, self.shape)

    def seek(self, at: int) -> None:
        """Go to a step; only what was written in between is read again."""
        rows, was = self.session.columns.rows, self.cursor.at
        self._areas.forget(written_words(rows, was, at))
        self._frames.forget(flagged(written_pages(rows, was, at)))
        self.cursor.seek(at)

    def areas(self) -> Areas:
        """The areas in the allocator's lists."""
        return self._areas.read()

    def kinds(self) -> Kinds:
        """The kind of every frame."""
        return self._frames.kinds(self.areas())

    def free(self) -> dict[int, int]:
        """The free ranges of the tree: end by start."""
        tree = read_tree(image_of(self.cursor), self.k.free_vmap_area_root)
        return dict(zip(tree.start.tolist(), tree.end.tolist(), strict=True))

    def tables(self) -> Tables:
        """All tables that a walk can reach."""
        return tables_of(self.cursor, self.shape)

    @property
    def first_frame(self) -> int:
        """The frame that the first cell of the frames' picture begins with."""
        return self._frames.base


class Differ:
    """Compares steps of one session, on two replicas of its own."""

    def __init__(self, session: Session) -> None:
        self.session, self.rows = session, len(session)
        self.sides = Side(session), Side(session)

    def difference(self, a: int, b: int) -> Difference:
        """What step `b` has that step `a` has not, and the other way round."""
        old, new = self.sides
        old.seek(a)
        new.seek(b)
        words = changed_words(self.session.columns, a, b)
        before, after = old.tables(), new.tables()
        runs = tuple(entry_runs(new.shape, old.cursor, new.cursor, before, after, *words))
        names = Names(self.session.operations, new.shape.page_shift)
        areas = list(_areas(old.areas(), new.areas(), names, a, b))
        tables = list(_tables(new.shape, before, after))
        free = list(_free(old.free(), new.free()))
        signs, frames = _frames(old.kinds(), new.kinds(), new.shape.page_shift)
        totals = {"area": _count(areas), "table": _count(tables), **_by_level(new.shape, runs)}
        totals["free"] = _count(free)
        totals["frame"] = Counts(*(int((signs == number).sum()) for number in SIGNS))
        shown = [*areas, *tables, *map(_of_run, runs[:MOST]), *free[:MOST], *frames[:MOST]]
        everything = len(areas) + len(tables) + len(runs) + len(free) + len(frames)
        return Difference(a, b, totals, tuple(shown), runs, signs, everything - len(shown), new.first_frame)


def _count(items: Sequence[Item]) -> Counts:
    return Counts(*(sum(item.sign == sign for item in items) for sign in ("+", "-", "~")))


def _by_level(shape: Geometry, runs: Sequence[EntryRun]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for level in LEVELS:
        if level in shape.levels:
            mine = [run for run in runs if run.level == level]
            found[level] = Counts(
                *(sum(run.count for run in mine if run.sign == sign) for sign in ("+", "-", "~"))
            )
    return found


def _of_run(run: EntryRun) -> Item:
    return Item(
        "entry", run.sign, (run.va, run.end), None, run.level, run.table, run.index, run.count,
        before=f"{run.before:#x}" if run.before else "", after=f"{run.after:#x}" if run.after else "",
    )  # fmt: skip


def _areas(old: Sequence[Area], new: Sequence[Area], names: Names, a: int, b: int) -> Iterator[Item]:
    """Areas that came, went, were given back lazily, or have another length."""
    before, after = {area.start: area for area in old}, {area.start: area for area in new}
    for start in sorted(before.keys() | after.keys()):
        was, now = before.get(start), after.get(start)
        if was is not None and now is not None and (was.end, was.lazy) == (now.end, now.lazy):
            continue
        sign: Sign = "+" if was is None else "-" if now is None else "~"
        area = now or was
        assert area is not None
        made = names.of(start, max(a, b))
        yield Item(
            "area", sign, (start, area.end), name=made.name if made else "", before=_state(was),
            after=_state(now),
        )  # fmt: skip


def _state(area: Area | None) -> str:
    return "" if area is None else "lazy" if area.lazy else "in use"


def _tables(shape: Geometry, before: Tables, after: Tables) -> Iterator[Item]:
    """Tables that came or went."""
    for address in sorted(before.keys() | after.keys()):
        was, now = before.get(address), after.get(address)
        if was == now:
            continue
        if was is not None:
            yield _table(shape, "-", address, *was)
        if now is not None:
            yield _table(shape, "+", address, *now)


def _table(shape: Geometry, sign: Sign, address: int, level: Level, va: int) -> Item:
    size = shape.covers(level) * shape.entries[level]
    phys = address, address + shape.size_of_table(level)
    return Item("table", sign, (va, va + size), phys, level, address >> shape.page_shift)


def _free(before: Mapping[int, int], after: Mapping[int, int]) -> Iterator[Item]:
    """Free ranges that came, went, or end elsewhere."""
    for start, end in sorted(before.items() ^ after.items()):
        if start in before and start in after:
            if after[start] == end:
                yield Item(
                    "free", "~", (start, end), before=f"{before[start] - start}", after=f"{end - start}"
                )
        else:
            yield Item("free", "+" if start in after else "-", (start, end))


def _frames(before: Kinds, after: Kinds, shift: int) -> tuple[NDArray[np.int8], list[Item]]:
    """A sign for every frame (0 for none), and the runs of those that changed alike."""
    free = KINDS.index("free")
    differs = before != after
    signs = np.where(differs, np.where(before == free, 1, np.where(after == free, 2, 3)), 0).astype(np.int8)
    index = np.flatnonzero(signs)
    if not len(index):
        return signs, []
    alike = before[index].astype(np.int32) * 256 + after[index]
    cuts = np.flatnonzero((np.diff(index) != 1) | (np.diff(alike) != 0)) + 1
    starts, ends = np.concatenate(([0], cuts)), np.concatenate((cuts, [len(index)])) - 1
    runs = zip(index[starts].tolist(), index[ends].tolist(), strict=True)
    return signs, [
        Item("frame", SIGNS[int(signs[low])], phys=(low << shift, high + 1 << shift), count=high + 1 - low,
             before=_kind(int(before[low])), after=_kind(int(after[low])))
        for low, high in runs
    ]  # fmt: skip


def _kind(number: int) -> FrameKind | str:
    return KINDS[number] if number < len(KINDS) else ""
