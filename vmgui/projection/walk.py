"""The stage at a step: which address it is about, its walk through the tables, and the leaf at stake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import ram_ranges
from vmgui.engine.mm.access import Reason, last_access
from vmgui.engine.trace import FUNCTIONS
from vmgui.projection.address_map import AddressMap
from vmgui.projection.areas import FLUSHES, TRIES
from vmgui.projection.entries import Geometry
from vmgui.projection.guards import Guards
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.scope import ADDRESSES, Scope, address_of, range_of
from vmgui.projection.slots import Slots
from vmgui.projection.stage import (
    Access,
    AccessKind,
    AccessOutcome,
    BitField,
    Column,
    ColumnState,
    FieldName,
    Leaf,
    Physical,
    Stage,
)
from vmgui.timeline.columns import NONE, Columns
from vmgui.timeline.spans import Call

ACCESSES: dict[str, AccessKind] = {"touch": "touch", "read": "read", "write": "write"}
OUTCOMES: dict[Reason, AccessOutcome] = {
    Reason.WALKED: "walk", Reason.TLB_HIT: "hit", Reason.STALE_HIT: "stale",
}  # fmt: skip
REASONS = {
    Reason.GUARD_PAGE: "guard", Reason.READ_ONLY: "read-only", Reason.NOT_CANONICAL: "not-canonical",
    Reason.RESERVED_BIT: "reserved-bit", Reason.STALE_HIT: "stale",
}  # fmt: skip
RECENT = 256
WALKS = frozenset(("access", "page_walk", *ACCESSES))
_LEVEL_IN_NAME = re.compile(r"pgd|p4d|pud|pmd|pte")


@lru_cache(maxsize=1024)
def places_of_address(function: int) -> tuple[int, ...]:
    """Which arguments of a function may be the address it works on, as `address_of` believes them."""
    names = FUNCTIONS[function].parameters
    believed = ADDRESSES[:-1] if "align" in names else ADDRESSES
    return tuple(names.index(name) for name in believed if name in names)


class Found:
    """A level of a walk while it is still to be said what the step does there.

    `parent` is the address of the entry that leads to its table, 0 for the top one.
    """

    __slots__ = "level", "state", "index", "base", "table", "slots", "parent", "was", "error"

    def __init__(self, level: Level, state: ColumnState, index: int, base: int) -> None:
        self.level, self.state, self.index, self.base = level, state, index, base
        self.table: int | None = None
        self.slots: Slots | None = None
        self.was: int | None = None
        self.parent, self.error = 0, False


class Walker:
    """Walks addresses on a replica."""

    def __init__(self, k: Kernel, source: Any, columns: Columns, shape: Geometry) -> None:
        self.k, self.source, self.columns, self.shape = k, source, columns, shape
        self.low = k.VMALLOC_START
        self.high = k.VMALLOC_END + 1
        self._ram = ram_ranges(k.machine)
        self._read: dict[Level, Slots] = {}
        self._cut: tuple[tuple[FieldName, int, int, int, int], ...] = tuple(self._bits())

    # --- which address -------------------------------------------------------------------------------

    def address(self, now: Scope) -> int:
        """The address the step is about: what the running calls were given, else what the operation made."""
        for call in reversed(now.calls):
            if call.function.name in WALKS:
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
        last = int(self.columns.spans.first.searchsorted(np.uint32(now.at)))
        found = self._last_given(done.first_span, last)
        if found is None:
            found = self._last_given(0, done.first_span) if now.at <= done.last_row else None
        return self.low if found is None else found

    def _last_given(self, first: int, last: int) -> int | None:
        """The address that the last of these spans was given, as far back as one would remember."""
        begin, spans, values = max(first, last - RECENT), self.columns.spans, self.columns.args.value
        functions = spans.function[begin:last].tolist()
        for span in range(last - 1, begin - 1, -1):
            places = places_of_address(functions[span - begin])
            for place in places:
                address = int(values[int(spans.arg[span]) + place])
                if self.low <= address < self.high:
                    return address & -self.shape.page_size
        return None

    # --- the walk ------------------------------------------------------------------------------------

    def stage(self, now: Scope, shown: AddressMap, failed: bool = False, look: int | None = None) -> Stage:
        """Everything the stage shows at `now`; with `look` the walk of that address instead."""
        step = now if look is None else None
        address = self.address(now) if look is None else look
        found = self._walk(address, now, shown.guards)
        moved = self._written(found, now) if step is not None else None
        if moved is not None and moved != address:
            address = moved
            found = self._walk(address, now, shown.guards)
        leaf = self._leaf(found, step)
        if step is not None:
            self._mark_working(found, step, failed)
        self._mark_missing(found, leaf, step)
        shape, access = self.shape, self._access(now) if step is not None else None
        owner, page, pages = self._owner(address, shown)
        start, end = self._range(now) if step is not None else (None, None)
        flush = None if step is None else now.running(*FLUSHES, "flush_tlb_all")
        return Stage(
            address, len(shape.levels), self._fields(address), self._columns(found, now), look is not None,
            owner, page, pages, start, end, leaf, self._physical(leaf) or self._stale(access), access,
            flush is not None, next_writes=self._next_writes(leaf), page_shift=shape.page_shift,
            arch=shape.arch,
        )  # fmt: skip

    def _next_writes(self, leaf: Leaf | None) -> int:
        """How many PTEs follow because the smallest of huge leaves was refused."""
        refused = leaf is not None and leaf.state == "refused" and leaf.level == "pmd"
        return leaf.asked >> self.shape.page_shift if leaf is not None and refused else 0

    def _bits(self) -> Iterator[tuple[FieldName, int, int, int, int]]:
        """The fields of every address: name, bits, by how much they are shifted, and how many values."""
        shape, top = self.shape, self.k.machine.va_bits
        yield "sign", 63, top, top, 1 << 64 - top
        for level in LEVELS:
            low, count = shape.shift[level], shape.entries[level]
            if shape.folded(level):
                yield level, low - 1, low, 0, 1
            else:
                yield level, low + count.bit_length() - 2, low, low, count
        yield "offset", shape.page_shift - 1, 0, 0, shape.page_size

    def _fields(self, address: int) -> tuple[BitField, ...]:
        cut = self._cut
        return tuple([BitField(name, high, low, (address >> by) % n) for name, high, low, by, n in cut])

    def _walk(self, address: int, now: Scope, guards: Guards) -> list[Found]:
        """The levels of the walk of an address, as far as its tables lead."""
        found: list[Found] = []
        shape, parent, was = self.shape, 0, None
        table: int | None = self.k.init_mm_pgd
        for level in LEVELS:
            if level not in shape.levels:
                found.append(Found(level, "folded", 0, 0))
                continue
            shift, count = shape.shift[level], shape.entries[level]
            covered = count << shift
            here = Found(level, "done", (address >> shift) % count, address // covered * covered)
            found.append(here)
            if table is None:
                here.state = "unreached" if was is None else "freed"
                here.was, was = was, None
                continue
            here.table, here.parent = table, parent
            here.slots = self._slots(level, table, here.base, guards)
            word = here.slots.words[here.index]
            parent = table + 8 * here.index
            table = self._down(word, level) if word else None
            was = None if word else self._taken_off(parent, level, now)
        return found

    def _slots(self, level: Level, table: int, base: int, guards: Guards) -> Slots:
        """The entries of a table; the same as before while nothing is written in it."""
        raw, known = self.shape.words(self.source, table, level).tobytes(), self._read.get(level)
        if known is not None and known.raw == raw:
            found = known.beside(base, guards)
        else:
            found = Slots(self.shape, level, raw, base, guards)
        self._read[level] = found
        return found

    def _down(self, word: int, level: Level) -> int | None:
        """The table that an entry leads to; None if it leads to none."""
        if self.shape.state(word, level) != "table":
            return None
        table = self.shape.table(word)
        return table if self._is_ram(table) else None

    def _taken_off(self, entry: int, level: Level, now: Scope) -> int | None:
        """The frame of the table that hung at an empty entry until the running operation took it off."""
        row = self.columns.writer_before(entry, now.at)
        if row == NONE or now.done is None or row < now.done.first_row:
            return None
        old = int(self.columns.rows.old[row])
        return self.shape.pfn(old, level) if self.shape.state(old, level) == "table" else None

    def _columns(self, found: list[Found], now: Scope) -> tuple[Column, ...]:
        """What was found, as the stage shows it."""
        first = now.done.first_row if now.done is not None else 0
        return tuple([self._column(each, now.at, first) for each in found])

    def _column(self, found: Found, at: int, first: int) -> Column:
        level, slots, table = found.level, found.slots, found.table
        if found.state == "folded":
            return Column(level, "folded", 0, entries=1, entry_size=1 << self.shape.shift[level])
        entries, size = self.shape.entries[level], 1 << self.shape.shift[level]
        if slots is None or table is None:
            return Column(
                level, found.state, found.index, entries=entries, base=found.base, entry_size=size,
                was=found.was,
            )  # fmt: skip
        made = self.columns.writer_before(found.parent, at) if found.parent else NONE
        return Column(
            level, found.state, found.index, table >> self.shape.page_shift,
            self.shape.top_name if level == "pgd" else "", found.parent != 0 and made == NONE,
            made != NONE and made >= first, found.error, slots.used, entries, found.base, size, None,
            slots, slots.runs,
        )  # fmt: skip

    def _is_ram(self, address: int) -> bool:
        ((start, end), *more) = self._ram
        return start <= address < end or any(first <= address < last for first, last in more)

    def _written(self, found: list[Found], now: Scope) -> int | None:
        """The address whose entry the last row wrote, if that entry is in one of the tables of the walk."""
        byte = self._byte_written(now)
        here = self._holding(found, byte)
        if here is None or here.table is None:
            return None
        index = byte % self.shape.page_size >> 3
        return here.base + (index << self.shape.shift[here.level]) & (1 << 64) - 1

    def _byte_written(self, now: Scope) -> int:
        """Where the last row stored to; 0 if it did not."""
        return int(self.columns.rows.word[now.at - 1]) << 3 if now.at else 0

    def _holding(self, found: list[Found], byte: int) -> Found | None:
        """The level in whose table a byte of memory lies."""
        if byte:
            shift = self.shape.page_shift
            for each in found:
                if each.table is not None and each.table >> shift == byte >> shift:
                    return each
        return None

    # --- the step ------------------------------------------------------------------------------------

    def _mark_working(self, found: list[Found], now: Scope, failed: bool) -> None:
        """Mark the level the innermost call works at; none while the tables are not its business."""
        level = self._working_level(found, now)
        if level is None:
            return
        reached = [each for each in found if each.table is not None]
        chosen = reached[-1]
        for each in reached:
            if each.level == level:
                chosen = each
        chosen.state, chosen.error = "working", failed

    def _working_level(self, found: list[Found], now: Scope) -> Level | None:
        written = self._holding(found, self._byte_written(now))
        if written is not None:
            return written.level
        for call in reversed(now.calls):
            name = call.function.name
            if name in WALKS:
                return [each.level for each in found if each.table is not None][-1]
            if address_of(call, self.low, self.high) is None and not name.endswith("_alloc"):
                continue
            named = _LEVEL_IN_NAME.search(name)
            if named:
                return self.shape.holder(next(level for level in LEVELS if level == named.group()))
        return None

    def _leaf(self, found: list[Found], now: Scope | None) -> Leaf | None:
        """The leaf a running call asks for, else the one the walk ends in."""
        mapped = self._mapped([each for each in found if each.table is not None][-1])
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

    def _mapped(self, last: Found) -> Leaf | None:
        """The leaf that the last table of the walk has for the address."""
        word, shape = last.slots.words[last.index] if last.slots is not None else 0, self.shape
        if not word or shape.state(word, last.level) not in ("leaf", "special"):
            return None
        size = 1 << shape.shift[last.level]
        start = shape.pfn(word, last.level) << shape.page_shift
        return Leaf(shape.leaf_level(last.level), "installed", size, start, size)

    def _mark_missing(self, found: list[Found], leaf: Leaf | None, now: Scope | None) -> None:
        """Say of each level without a table why it has none."""
        above: Level | None = None
        for each in found:
            if each.state == "folded":
                continue
            if each.table is not None:
                above = each.level
                continue
            if each.state != "freed" and leaf is not None:
                if leaf.state == "installed":
                    each.state = "skipped"
                elif now is not None and above == self.shape.holder(leaf.level):
                    each.state = "fallback"
            above = None

    def _physical(self, leaf: Leaf | None) -> Physical | None:
        if leaf is None:
            return None
        start = leaf.phys // leaf.size * leaf.size
        before = 0 if leaf.state != "installed" or start < leaf.size else leaf.size
        start -= before
        return Physical(start, start + before + 2 * leaf.size, leaf.size, not self._is_ram(leaf.phys))

    def _stale(self, access: Access | None) -> Physical | None:
        """Around a page that only the TLB knows the way to."""
        if access is None or access.outcome != "stale" or access.phys is None:
            return None
        size = self.shape.page_size
        page = access.phys & -size
        return Physical(max(page - size, 0), page + 2 * size, size, not self._is_ram(page))

    def _owner(self, address: int, shown: AddressMap) -> tuple[str, int, int]:
        """The area that an address lies in, which page of it that is, and how many it has."""
        block = shown.block_at(address)
        if block is None:
            return "", 0, 0
        return block.name, shown.page(address) - block.first, block.body_end - block.first

    def _range(self, now: Scope) -> tuple[int, int] | tuple[None, None]:
        """What the innermost call that was given a range works on."""
        for call in reversed(now.calls):
            given = range_of(call, self.low, self.high, self.shape.page_size)
            if given is not None:
                return given
        return None, None

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
