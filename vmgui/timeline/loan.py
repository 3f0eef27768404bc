"""A replica lent to somebody who reads for long, and who has to stop at once when it is wanted back."""

from __future__ import annotations

from typing import NoReturn

from vmgui.engine.words import ReadableWords
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.replay import Cancelled


class Loan:
    """The words of a replica as memory; who reads on after `take_back` meets Cancelled.

    Reading costs nothing more than from the replica itself: taking back puts other words in their place.
    """

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.words: ReadableWords = cursor.view

    def load(self, addr: int) -> int:
        """Return the word at byte address ``addr``."""
        return self.words[addr >> 3]

    def is_zero(self, addr: int, nbytes: int) -> bool:
        """Tell whether the ``nbytes`` from ``addr`` on are all zero."""
        return self._cursor.is_zero(addr, nbytes)

    def take_back(self) -> None:
        """End the loan, from any thread."""
        self.words = _Returned()


class _Returned:
    """Words that nobody may read any more."""

    def __getitem__(self, _index: int, /) -> NoReturn:
        raise Cancelled
