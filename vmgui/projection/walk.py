"""The stage at a step: which address it is about, its walk through the tables, and the leaf at stake."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import ram_ranges
from vmgui.engine.mm.access import Reason, last_access
from vmgui.projection.address_map import AddressMap
from vmgui.projection.areas import FLUSHES, TRIES
from vmgui.projection.entries import Geometry
from vmgui.projection.guards import Guards
from vmgui.projection.levels import LEVELS, EntryState, Level
from vmgui.projection.scope import Scope, address_of, range_of
from vmgui.projection.stage import (
    Access,
    AccessKind,
    AccessOutcome,
    BitField,
    Column,
    ColumnState,
    Leaf,
    Physical,
    Slot,
    Stage,
)
from vmgui.timeline.columns import NONE, Columns
from vmgui.timeline.spans import Call
from vmgui.timeline.spans import call as call_of

ACCESSES: dict[str, AccessKind] = {"touch": "touch", "read": "read", "write": "write"}
OUTCOMES: dict[Reason, AccessOutcome] = {
    Reason.WALKED: "walk", Reason.TLB_HIT: "hit", Reason.STALE_HIT: "stale",
}  # fmt: skip
REASONS = {
    Reason.GUARD_PAGE: "guard", Reason.READ_ONLY: "read-only", Reason.NOT_CANONICAL: "not-canonical",
    Reason.RESERVED_BIT: "reserved-bit", Reason.STALE_HIT: "stale",
}  # fmt: skip
RECENT = 256
#: What an entry is that leads to a table, and one that does not.
STATES: tuple[EntryState, EntryState] = "table", "leaf"
_LEVEL_IN_NAME = re.compile(r"pgd|p4d|pud|pmd|pte")


@dataclass(frozen=True, slots=True)
class Slots(Sequence[Slot]):
    """The entries of a table, read out one by one as they are drawn."""

    shape: Geometry = field(compare=False)
    level: Level
    words: tuple[int, ...]
    guards: tuple[tuple[int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.words)

    @overload
    def __getitem__(self, index: int) -> Slot: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Slot, ...]: ...
    def __getitem__(self, index: int | slice) -> Slot | tuple[Slot, ...]:
        """One entry, or a stretch of them."""
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self.words))))
        word = self.words[index]
        state = self.shape.state(word, self.level)
        frame = None if state in ("none", "bad") else self.shape.pfn(word, self.level)
        guard = "" if word else self._guard(index)
        return Slot(index, state, frame, word, guard, self.shape.flags(word, self.level))

    def _guard(self, index: int) -> str:
        at = bisect_left(self.guards, (index, ""))
        return self.guards[at][1] if at < len(self.guards) and self.guards[at][0] == index else ""


class Walker:
    """Walks addresses on a replica."""

    def __init__(self, k: Kernel, source: Any, columns: Columns, shape: Geometry) -> None:
        self.k, self.source, self.columns, self.shape = k, source, columns, shape
        self.low = k.VMALLOC_START
        self.high = k.VMALLOC_END + 1

    # --- which address -------------------------------------------------------------------------------

    def address(self, now: Scope) -> int:
        """The address the step is about: what the running calls were given, else what the operation made."""
        for call in reversed(now.calls):
            if call.function.name in ("access", "page_walk", *ACCESSES):
                return call.arguments["addr"]
            given = address_of(call, self.low, self.high)
            if given is not None:
                return given
        return self._of_operation(now)

    def _of_operation(self, now: Scope) -> int:
        done = now.done
        if done is None:
            return self.low
        made = done.outcome.made
        if made is not None and self.low <= made.place < self.high and now.at == done.last_row:
            return made.place & -self.shape.page_size
        last = int(np.searchsorted(self.columns.spans.first, now.at))
        found = self._last_given(done.first_span, last)
        if found is None:
            found = self._last_given(0, done.first_span) if now.at <= done.last_row else None
        return self.low if found is None else found

    def _last_given(self, first: int, last: int) -> int | None:
        """The address that the last of these spans was given, as far back as one would remember."""
        for span in range(last - 1, max(first, last - RECENT) - 1, -1):
            found = address_of(call_of(self.columns, span), self.low, self.high)
            if found is not None:
                return found & -self.shape.page_size
        return None

    # --- the walk ------------------------------------------------------------------------------------

    def stage(self, now: Scope, shown: AddressMap, failed: bool = False, look: int | None = None) -> Stage:
        """Everything the stage shows at `now`; with `look` the walk of that address instead."""
        address = self.address(now) if look is None else look
        guards = shown.guards
        columns = self._columns(address, now, guards)
        if look is None:
            moved = self._written(columns, now)
            if moved is not None and moved != address:
                address = moved
                columns = self._columns(address, now, guards)
        leaf = self._leaf(columns, now if look is None else None)
        shape, fields = self.shape, tuple(self._fields(address))
        stage = Stage(
            address, len(shape.levels), fields, tuple(columns), look is not None,
            page_shift=shape.page_shift, arch=shape.arch,
        )  # fmt: skip
        stage = self._owned(stage, shown)
        if look is None:
            columns = self._working(columns, now, failed)
            stage = self._about(stage, now)
        return replace(
            stage,
            columns=tuple(self._beyond(columns, leaf, now if look is None else None)),
            leaf=leaf,
            physical=self._physical(leaf) or stage.physical,
            next_writes=self._next_writes(leaf),
        )

    def _next_writes(self, leaf: Leaf | None) -> int:
        """How many PTEs follow because the smallest of huge leaves was refused."""
        refused = leaf is not None and leaf.state == "refused" and leaf.level == "pmd"
        return leaf.asked >> self.shape.page_shift if leaf is not None and refused else 0

    def _fields(self, address: int) -> Iterator[BitField]:
        shape, top = self.shape, self.k.machine.va_bits
        yield BitField("sign", 63, top, address >> top)
        for level in LEVELS:
            low, count = shape.shift[level], shape.entries[level]
            if shape.folded(level):
                yield BitField(level, low - 1, low, 0)
            else:
                yield BitField(level, low + count.bit_length() - 2, low, (address >> low) % count)
        yield BitField("offset", shape.page_shift - 1, 0, address % shape.page_size)

    def _columns(self, address: int, now: Scope, guards: Guards) -> list[Column]:
        found: list[Column] = []
        table: int | None = self.k.init_mm_pgd
        parent, was = 0, None
        for level in LEVELS:
            size, count = self.shape.covers(level), self.shape.entries[level]
            if self.shape.folded(level):
                found.append(Column(level, "folded", 0, entries=1, entry_size=size))
                continue
            index = address // size % count
            base = address // (size * count) * size * count
            if table is None:
                state: ColumnState = "unreached" if was is None else "freed"
                found.append(Column(level, state, index, entries=count, base=base, entry_size=size, was=was))
                was = None
                continue
            column = self._column(level, table, index, base, parent, now, guards)
            found.append(column)
            word = column.slots[index].word
            parent = table + 8 * index
            down = self.shape.table(word)
            table = down if self.shape.state(word, level) == "table" and self._is_ram(down) else None
            was = None if word else self._taken_off(parent, level, now)
        return found

    def _taken_off(self, entry: int, level: Level, now: Scope) -> int | None:
        """The frame of the table that hung at an empty entry until the running operation took it off."""
        row = self._made(entry, now.at)
        if row == NONE or now.done is None or row < now.done.first_row:
            return None
        old = int(self.columns.rows.old[row])
        return self.shape.pfn(old, level) if self.shape.state(old, level) == "table" else None

    def _column(
        self,
        level: Level,
        table: int,
        index: int,
        base: int,
        parent: int,
        now: Scope,
        guards: Guards,
    ) -> Column:
        array = self.shape.words(self.source, table, level)
        words = array.tolist()
        size = self.shape.covers(level)
        guarded = tuple(
            ((va - base) // size, name or "?")
            for va, name in guards.within(base, base + size * len(words), size)
            if not words[(va - base) // size]  # else the area itself reaches into the entry
        )
        made = self._made(parent, now.at) if parent else NONE
        first = now.done.first_row if now.done is not None else 0
        return Column(
            level, "done", index, table >> self.shape.page_shift,
            self.shape.top_name if level == "pgd" else "",
            boot=bool(parent) and made == NONE,
            new=made != NONE and made >= first,
            count=int(np.count_nonzero(array)),
            entries=len(words),
            base=base,
            entry_size=size,
            slots=Slots(self.shape, level, tuple(words), guarded),
            runs=runs(array, level, self.shape),
        )  # fmt: skip

    def _made(self, entry: int, at: int) -> int:
        """The row that wrote an entry before `at`; NONE if it is from boot."""
        row = self.columns.last_writer(entry)
        while row != NONE and row >= at:
            row = int(self.columns.rows.prev[row])
        return row

    def _is_ram(self, address: int) -> bool:
        return any(start <= address < end for start, end in ram_ranges(self.k.machine))

    def _written(self, columns: list[Column], now: Scope) -> int | None:
        """The address whose entry the last row wrote, if that entry is in one of the tables of the walk."""
        if not now.at:
            return None
        byte = int(self.columns.rows.word[now.at - 1]) << 3
        column = self._holding(columns, byte)
        if column is None or column.table is None:
            return None
        return column.va(byte - (column.table << self.shape.page_shift) >> 3)[0]

    def _holding(self, columns: list[Column], byte: int) -> Column | None:
        """The column in whose table a byte of memory lies."""
        frame = byte >> self.shape.page_shift
        return next((c for c in columns if byte and c.table == frame), None)

    # --- the step ------------------------------------------------------------------------------------

    def _working(self, columns: list[Column], now: Scope, failed: bool) -> list[Column]:
        """Mark the level the innermost call works at; none while the tables are not its business."""
        level = self._working_level(columns, now)
        reached = [c for c in columns if c.table is not None]
        if level is None:
            return columns
        names = [c.level for c in reached]
        chosen = level if level in names else names[-1]
        return [
            replace(c, state="working", error=failed) if c.level == chosen and c.table is not None else c
            for c in columns
        ]

    def _working_level(self, columns: list[Column], now: Scope) -> Level | None:
        if now.at:
            written = self._holding(columns, int(self.columns.rows.word[now.at - 1]) << 3)
            if written is not None:
                return written.level
        for call in reversed(now.calls):
            name = call.function.name
            if name in ("access", "page_walk", *ACCESSES):
                return [c.level for c in columns if c.table is not None][-1]
            if address_of(call, self.low, self.high) is None and not name.endswith("_alloc"):
                continue
            found = _LEVEL_IN_NAME.search(name)
            if found:
                return self.shape.holder(next(level for level in LEVELS if level == found.group()))
        return None

    def _leaf(self, columns: list[Column], now: Scope | None) -> Leaf | None:
        """The leaf a running call asks for, else the one the walk ends in."""
        last = [c for c in columns if c.table is not None][-1]
        slot = last.slots[last.index]
        mapped = None
        if slot.state in ("leaf", "special") and slot.pfn is not None:
            size = last.entry_size
            level = self.shape.leaf_level(last.level)
            mapped = Leaf(level, "installed", size, slot.pfn << self.shape.page_shift, size)
        call = now.running(*TRIES) if now is not None else None
        if call is None or now is None or mapped is not None:
            return mapped
        level = TRIES[call.function.name]
        given, size = call.arguments, self.shape.covers(level)
        ended = now.exits and now.innermost is not None and now.innermost.span == call.span
        return Leaf(
            level, "refused" if ended and not call.result else "tried", size, given["phys_addr"],
            given["end"] - given["addr"],
        )  # fmt: skip

    def _beyond(self, columns: list[Column], leaf: Leaf | None, now: Scope | None) -> Iterator[Column]:
        """Say of each level without a table why it has none."""
        above: Level | None = None
        for column in columns:
            if column.state == "folded":
                yield column
                continue
            if column.table is not None:
                above = column.level
                yield column
                continue
            state: ColumnState = column.state
            if state == "freed":
                pass
            elif leaf is not None and leaf.state == "installed":
                state = "skipped"
            elif now is not None and leaf is not None and above == self.shape.holder(leaf.level):
                state = "fallback"
            above = None
            yield replace(column, state=state)

    def _physical(self, leaf: Leaf | None) -> Physical | None:
        if leaf is None:
            return None
        start = leaf.phys // leaf.size * leaf.size
        before = 0 if leaf.state != "installed" or start < leaf.size else leaf.size
        start -= before
        return Physical(start, start + before + 2 * leaf.size, leaf.size, not self._is_ram(leaf.phys))

    def _owned(self, stage: Stage, shown: AddressMap) -> Stage:
        page, block = shown.page(stage.address), shown.block_at(stage.address)
        if block is None:
            return stage
        pages = block.body_end - block.first
        return replace(stage, owner=block.name, page=page - block.first, pages=pages)

    def _about(self, stage: Stage, now: Scope) -> Stage:
        size = self.shape.page_size
        ranges = (range_of(c, self.low, self.high, size) for c in reversed(now.calls))
        given = next((found for found in ranges if found), None)
        flush = now.running(*FLUSHES, "flush_tlb_all")
        start, end = given or (None, None)
        access = self._access(now)
        stage = replace(stage, start=start, end=end, flushed=flush is not None, access=access)
        if access is None or access.outcome != "stale" or access.phys is None:
            return stage
        page = access.phys & -size  # only the TLB knows the way there
        physical = Physical(max(page - size, 0), page + 2 * size, size, not self._is_ram(page))
        return replace(stage, physical=physical)

    def _access(self, now: Scope) -> Access | None:
        """How a touch, read or write ended, as soon as it has."""
        outer = now.running(*ACCESSES)
        call: Call | None = now.innermost
        if outer is None or call is None or not now.exits or call.function.name not in ("access", *ACCESSES):
            return None
        record = last_access(self.k)
        reason = Reason(record.reason)
        outcome = OUTCOMES.get(reason, "fault")
        words = REASONS.get(reason, "hole" if outcome == "fault" else "")
        phys = record.phys if outcome != "fault" else None
        return Access(ACCESSES[outer.function.name], record.cpu, outcome, words, phys)


def runs(words: Any, level: Level, shape: Geometry) -> tuple[tuple[int, int, EntryState], ...]:
    """The populated stretches of a table: first entry, end (exclusive), what they are."""
    used = np.flatnonzero(words)
    if not len(used):
        return ()
    large = shape.leaves(words[used], level)
    cuts = np.flatnonzero((np.diff(used) != 1) | (large[1:] != large[:-1])) + 1
    starts = np.concatenate(([0], cuts))
    first, end = used[starts].tolist(), (used[np.concatenate((cuts, [len(used)])) - 1] + 1).tolist()
    return tuple(zip(first, end, map(STATES.__getitem__, large[starts].tolist()), strict=True))
