"""The allocator at a step: free tree, search, nodes, blocks, TLBs, each read when it is asked for.

What was read is kept until one of the pieces of memory that it came from is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np

from vmgui.engine.kernel import Kernel
from vmgui.engine.structs import rb_root, vmap_area
from vmgui.projection import allocator_blocks, allocator_nodes, allocator_tlb
from vmgui.projection.allocator_blocks import Block
from vmgui.projection.allocator_nodes import NodeUse, Waiting
from vmgui.projection.allocator_search import Search, SearchReader
from vmgui.projection.allocator_tlb import CpuTlb
from vmgui.projection.allocator_tree import AreaTree, image_of, read_tree
from vmgui.projection.block_use import Watched
from vmgui.projection.pieces import Ints, written_pages
from vmgui.projection.scope import PIECE, Made, Names, Scope
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.session import Session

T = TypeVar("T")
#: After more rows than this, reading anew is faster than finding out what they wrote.
FAR = 50_000


class _Kept(Generic[T]):
    """Something read through a kernel that notes which pieces of memory it came from."""

    def __init__(self, session: Session, cursor: Cursor, read: Callable[[Kernel], T]) -> None:
        self._watched = Watched(cursor)
        self._kernel, self._read = Kernel(session.machine, self._watched), read
        self._value: T | None = None

    def forget(self, pieces: Ints | None) -> None:
        if pieces is None or self._watched.read_from(pieces):
            self._value = None

    def value(self) -> T:
        if self._value is None:
            self._watched.pieces.clear()
            self._value = self._read(self._kernel)
        return self._value


class AllocatorReader:
    """Reads the allocator off a replica that somebody else moves; `k` is a kernel bound to it.

    Call `changed` when operations were added or taken back.
    """

    def __init__(self, session: Session, cursor: Cursor, k: Kernel) -> None:
        self.k, self._session, self._cursor = k, session, cursor
        self._words = image_of(cursor)
        self._search = SearchReader(session.machine, cursor, session.columns)
        self._at = cursor.at
        self._trees: dict[int, tuple[AreaTree, Ints]] = {}
        self._nodes: tuple[NodeUse, ...] | None = None
        self._blocks = _Kept(session, cursor, allocator_blocks.blocks)
        self._waiting = _Kept(session, cursor, allocator_nodes.waiting)
        self._tlbs = _Kept(session, cursor, self._read_tlbs)
        self.changed()

    def changed(self) -> None:
        """Operations were added or taken back: nothing that was read is believed."""
        self._names: Names | None = None
        self._search.forget()
        self._forget(None)
        self._at = self._cursor.at

    @property
    def page_shift(self) -> int:
        """Binary logarithm of the page size."""
        return self.k.PAGE_SHIFT

    def name_of(self, va: int) -> Made | None:
        """What the program calls the area at an address."""
        if self._names is None:
            self._names = Names(self._session.operations, self.k.PAGE_SHIFT)
        return self._names.of(va, self._cursor.at)

    def operation_at(self, row: int) -> str:
        """The operation that wrote a row, as the program has it."""
        done = self._session.operation_at(row)
        return str(done.operation) if done is not None else ""

    def free_tree(self) -> AreaTree:
        """The free areas."""
        self._follow()
        return self._tree(self.k.free_vmap_area_root)

    def search(self, now: Scope) -> Search | None:
        """The search that the step is in, or that has just ended."""
        return self._search.read(now)

    def nodes(self) -> tuple[NodeUse, ...]:
        """What every node has; the same tuple as before when nothing about them has changed."""
        self._follow()
        found = tuple(self._node(i) for i in range(self.k.nr_vmap_nodes))
        if self._nodes is None or not all(map(_alike, found, self._nodes)):
            self._nodes = found
        return self._nodes

    def pool_areas(self, number: int, pages: int) -> tuple[tuple[int, int], ...]:
        """The areas of one pool of a node."""
        return allocator_nodes.pool_areas(self.k, number, pages)

    def waiting(self) -> Waiting:
        """What waits for a worker."""
        self._follow()
        return self._waiting.value()

    def blocks(self) -> tuple[Block, ...]:
        """The vmap blocks."""
        self._follow()
        return self._blocks.value()

    def tlbs(self) -> tuple[CpuTlb, ...]:
        """The TLBs of the CPUs that are online."""
        self._follow()
        return self._tlbs.value()

    # --- keeping -------------------------------------------------------------------------------------

    def _read_tlbs(self, k: Kernel) -> tuple[CpuTlb, ...]:
        return allocator_tlb.tlbs(k, self._session.columns, self._cursor.at)

    def _node(self, number: int) -> NodeUse:
        node = self.k.vmap_nodes[number]
        return NodeUse(
            number, self._tree(node.busy.root), self._tree(node.lazy.root),
            allocator_nodes.ranges(self.k, node.purge_list),
            allocator_nodes.pools(self._words, self.k, number),
        )  # fmt: skip

    def _tree(self, root: rb_root) -> AreaTree:
        if root.addr not in self._trees:
            tree = read_tree(self._words, root)
            ends = (tree.at, tree.at + np.uint64(vmap_area.size - 8))
            pieces = np.append(np.concatenate(ends).astype(np.int64), root.addr) >> PIECE
            self._trees[root.addr] = tree, np.unique(pieces)
        return self._trees[root.addr][0]

    def _follow(self) -> None:
        """Forget what was written since the last time."""
        at = self._cursor.at
        if at != self._at:
            near = abs(at - self._at) < FAR
            rows = self._session.columns.rows
            self._forget(written_pages(rows, self._at, at) if near else None)
            self._at = at

    def _forget(self, pieces: Ints | None) -> None:
        stale = [
            root for root, (_, read) in self._trees.items() if pieces is None or np.isin(read, pieces).any()
        ]
        for root in stale:
            del self._trees[root]
        for kept in (self._blocks, self._waiting, self._tlbs):
            kept.forget(pieces)


def _alike(one: NodeUse, other: NodeUse) -> bool:
    """Whether two readings of a node are the same; a tree that was kept is the same object."""
    same_trees = one.busy is other.busy and one.lazy is other.lazy
    return same_trees and (one.purging, one.pools) == (other.purging, other.pools)
