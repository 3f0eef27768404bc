"""The entries of a page table as a step finds them, and the stretches of it that are populated."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from vmgui.projection.entries import Geometry
from vmgui.projection.guards import Guards
from vmgui.projection.levels import EntryState, Level
from vmgui.projection.stage import Runs, Slot

#: What an entry is by its code: empty, leading to a table, or mapping memory.
CODES: tuple[EntryState, ...] = "none", "table", "leaf"


class Slots(Sequence[Slot]):
    """The entries of a table, read out one by one as they are drawn.

    `raw` are the bytes of the table, `words` the same as numbers; `used` of them are not empty. `base` is
    the address that entry 0 covers; an empty entry that a guard page begins in has the name of its area.
    """

    __slots__ = "shape", "level", "raw", "base", "guards", "words", "runs", "used"

    def __init__(self, shape: Geometry, level: Level, raw: bytes, base: int, guards: Guards) -> None:
        self.shape, self.level, self.raw, self.base, self.guards = shape, level, raw, base, guards
        self.words = memoryview(raw).cast("Q")
        self.runs, self.used = runs(np.frombuffer(raw, np.uint64), level, shape)

    def beside(self, base: int, guards: Guards) -> Slots:
        """The same entries at another place, or among other areas; these if it is neither."""
        if guards is self.guards and base == self.base:
            return self
        made = Slots.__new__(Slots)
        made.shape, made.level, made.raw, made.words = self.shape, self.level, self.raw, self.words
        made.runs, made.used, made.base, made.guards = self.runs, self.used, base, guards
        return made

    def spliced(self, other: Slots, first: int, last: int) -> Slots:
        """These entries, but [first, last) of another table."""
        raw = self.raw[: 8 * first] + other.raw[8 * first : 8 * last] + self.raw[8 * last :]
        return Slots(self.shape, self.level, raw, self.base, self.guards)

    def __len__(self) -> int:
        return len(self.words)

    @overload
    def __getitem__(self, index: int) -> Slot: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Slot, ...]: ...
    def __getitem__(self, index: int | slice) -> Slot | tuple[Slot, ...]:
        """One entry, or a stretch of them."""
        if isinstance(index, slice):
            first, last, _step = index.indices(len(self.words))
            names = dict(self.guarded(first, last))
            words = self.words[first:last].tolist()
            return tuple([
                self[i] if word else Slot(i, "none", None, 0, names.get(i, ""))
                for i, word in enumerate(words, first)
            ])  # fmt: skip
        word = self.words[index]
        if not word:
            return Slot(index, "none", None, 0, self.guard(index))
        state = self.shape.state(word, self.level)
        if state == "bad":
            return Slot(index, state, None, word)
        frame = self.shape.pfn(word, self.level)
        return Slot(index, state, frame, word, "", self.shape.flags(word, self.level))

    def told(self, first: int, last: int) -> list[Slot]:
        """The entries of [first, last) of which there is more to say than that they are empty."""
        words = self.words
        found = [self[i] for i in range(first, min(last, len(words))) if words[i]]
        return [*found, *(Slot(i, "none", None, 0, name) for i, name in self.guarded(first, last))]

    def guard(self, index: int) -> str:
        """The area whose guard page begins where an entry does; of one without a name "?"."""
        return dict(self.guarded(index, index + 1)).get(index, "")

    def guarded(self, first: int, last: int) -> list[tuple[int, str]]:
        """Which empty ones of the entries [first, last) a guard page begins in, and the name of its area."""
        guards, base, shift, words = self.guards, self.base, self.shape.shift[self.level], self.words
        low, high = guards.between(base + (first << shift), base + (last << shift))
        if low == high:
            return []
        at, found = guards.places, []
        for index in range(at[low] - base >> shift, (at[high - 1] - base >> shift) + 1):
            if not words[index]:
                start = base + (index << shift)
                low = bisect_left(at, start, low, high)
                if low < high and at[low] == start:
                    found.append((index, guards.owner(low) or "?"))
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Slots):
            return NotImplemented
        if self is other:
            return True
        if self.raw != other.raw or self.base != other.base or self.level != other.level:
            return False
        return self.guards is other.guards or self._near() == other._near()

    def __hash__(self) -> int:
        return hash((self.raw, self.base))

    def _near(self) -> Guards:
        """The guard pages that entries of this table begin with."""
        size = 1 << self.shape.shift[self.level]
        return self.guards.within(self.base, self.base + size * len(self.words), size)


def runs(words: Any, level: Level, shape: Geometry) -> tuple[Runs, int]:
    """The populated stretches of a table, and how many of its entries are populated."""
    code = np.zeros(len(words) + 2, np.uint8)
    inner = code[1:-1]
    used = words != 0
    inner[:] = used
    if level == "pte":
        inner *= 2
    else:
        inner += used & shape.leaves(words, level)
    edges = (code[1:] != code[:-1]).nonzero()[0]
    kinds = code[1:][edges[:-1]]
    there = kinds != 0
    starts, ends = edges[:-1][there].tolist(), edges[1:][there].tolist()
    found = zip(starts, ends, map(CODES.__getitem__, kinds[there].tolist()), strict=True)
    return tuple(found), int(np.count_nonzero(used))
