"""The guard pages behind areas, as columns: sorted by address, each with the name of the area before it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from vmgui.projection.pieces import Flags, Ints
from vmgui.projection.scope import Names


class Guards(Sequence[tuple[int, str]]):
    """Pairs of an address and a name; `made` are numbers among all objects of the program, or -1."""

    def __init__(self, at: NDArray[np.uint64], made: Ints, names: Names | None) -> None:
        self.at, self.made, self.names = at, made, names
        self.places = at.data  # a single one is read from here faster

    def resembling(self, other: Guards) -> Guards:
        """The other guards if these are the same."""
        return other if self == other else self

    def within(self, start: int, end: int, size: int) -> Guards:
        """The guard pages in [start, end) that begin at a multiple of `size`, a power of two."""
        low = np.searchsorted(self.at, np.uint64(start))
        high = np.searchsorted(self.at, np.uint64(end - 1), "right")
        near = Guards(self.at[low:high], self.made[low:high], self.names)
        return near.chosen(near.at & np.uint64(size - 1) == 0)

    def chosen(self, flags: Flags) -> Guards:
        """Some of the guard pages."""
        return Guards(self.at[flags], self.made[flags], self.names)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The guard pages in [start, end): the number of the first one, and of the first behind them."""
        low = bisect_left(self.places, start)
        return low, bisect_left(self.places, end, low)

    def owner(self, i: int) -> str:
        """The name of the area that a guard page is behind."""
        return self._name(int(self.made[i]))

    def _name(self, made: int) -> str:
        return self.names.all[made].name if self.names is not None and made >= 0 else ""

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return zip(self.at.tolist(), map(self._name, self.made.tolist()), strict=True)

    def __len__(self) -> int:
        return len(self.at)

    def __hash__(self) -> int:
        return len(self.at)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Guards) or len(self) != len(other):
            return False
        if self.names is not other.names:
            return tuple(self) == tuple(other)
        return bool((self.at == other.at).all() and (self.made == other.made).all())

    @overload
    def __getitem__(self, index: int) -> tuple[int, str]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[int, str]]: ...
    def __getitem__(self, index: int | slice) -> tuple[int, str] | Sequence[tuple[int, str]]:
        """One guard page, or a stretch of them."""
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        return int(self.at[index]), self._name(int(self.made[index]))


NO_GUARDS = Guards(np.zeros(0, np.uint64), np.zeros(0, np.int64), None)
