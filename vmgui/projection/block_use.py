"""How much of each vmap block is taken, read again only when a word that was read for it is written."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.vmap_block import VMAP_BBMAP_BITS
from vmgui.engine.words import ReadableWords
from vmgui.projection import dump_blocks
from vmgui.projection.pieces import Flags
from vmgui.projection.scope import PIECE


class BlockUse(NamedTuple):
    """Pages of a block: all, those handed out and in use, those that came back and wait for a flush."""

    total: int
    used: int
    dirty: int


class Watched:
    """Memory that notes which pieces of it are read, word by word."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.words: ReadableWords = self
        self.pieces: set[int] = set()

    def read_from(self, pieces: NDArray[np.int64]) -> bool:
        """Whether anything was read from one of these pieces."""
        return not self.pieces.isdisjoint(pieces.tolist())

    def __getitem__(self, index: int) -> int:
        """Return a word by its number."""
        self.pieces.add(index >> PIECE - 3)
        return int(self.source.view[index])

    def load(self, addr: int) -> int:
        """Return the word at byte address ``addr``."""
        return self[addr >> 3]


class BlockReader:
    """Reads all blocks; `forget` says which pieces of memory were written."""

    def __init__(self, k: Kernel, source: Any) -> None:
        self._watched = Watched(source)
        self._kernel = Kernel(k.machine, self._watched)
        self._known: dict[int, BlockUse] | None = None

    def forget(self, written: Flags | None) -> None:
        """Forget what came from flagged pieces; None is all."""
        if self._known is not None and (written is None or self._watched.read_from(written.nonzero()[0])):
            self._known = None

    def read(self) -> dict[int, BlockUse]:
        """Use of every block, by its first address."""
        if self._known is None:
            self._watched.pieces.clear()
            self._known = {}
            total = VMAP_BBMAP_BITS(self._kernel)
            for found in dump_blocks.blocks(self._kernel):
                used = total - found.free - found.dirty
                self._known[found.start] = BlockUse(total, used, found.dirty)
        return self._known
