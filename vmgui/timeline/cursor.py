"""A replica of the kernel's memory at any row; panes read this, never the engine."""

from __future__ import annotations

import mmap
import os
import weakref

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.words import OverlayWords, Words, anonymous
from vmgui.timeline.columns import Columns


class Image:
    """The words that were not zero when recording began: what every replica starts from."""

    def __init__(self, index: NDArray[np.uint32], value: NDArray[np.uint64], end: int) -> None:
        self.index, self.value, self.end = index, value, end


class Cursor:
    """Memory as it stood before row ``at`` was written: ``at`` rows have happened.

    Struct views bind to it as they bind to the engine's memory.  Seeking from anywhere to anywhere
    writes each changed word once.
    """

    def __init__(self, columns: Columns, base: Image) -> None:
        self.columns = columns
        self.at = 0
        self._file, buffer = _shareable(base.end)
        if self._file is not None:
            weakref.finalize(self, os.close, self._file)
        self.image: NDArray[np.uint64] = np.frombuffer(buffer, np.uint64)
        self.view = self.words = memoryview(buffer).cast("B").cast("Q")
        self.image[base.index] = base.value
        columns.cursors.add(self)

    def load(self, addr: int) -> int:
        """Return the word at byte address ``addr``."""
        return self.view[addr >> 3]

    def private(self) -> Words:
        """Words that begin as this replica stands now and then change apart from it.

        They are only good until the next seek.
        """
        if self._file is None:
            return OverlayWords(self.view)
        copy = mmap.mmap(self._file, self.image.nbytes, flags=mmap.MAP_PRIVATE)
        return memoryview(copy).cast("B").cast("Q")

    def is_zero(self, addr: int, nbytes: int) -> bool:
        """Tell whether the ``nbytes`` from ``addr`` on are all zero."""
        return self.view[addr >> 3 : (addr + nbytes) >> 3].tobytes() == bytes(nbytes)

    def seek(self, to: int) -> None:
        """Go to where ``to`` rows have happened, 0 to the number of rows."""
        if not 0 <= to <= len(self.columns):
            raise IndexError(f"row {to} is not in 0..{len(self.columns)}")
        for words, values in self.columns.writes_on_the_way(self.at, to):
            self.image[words.astype(np.int64)] = values
        self.at = to


def _shareable(nbytes: int) -> tuple[int | None, mmap.mmap]:
    """Memory that can be mapped a second time, copied on write, where the system knows such a thing."""
    if not hasattr(os, "memfd_create"):
        return None, anonymous(nbytes)
    file = os.memfd_create("vmgui replica")
    os.truncate(file, nbytes)
    return file, mmap.mmap(file, nbytes)
