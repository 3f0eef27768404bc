"""The allocator as data: areas by where they are, the free tree with its shape, counters.

Everything is read from words, so it works on the engine and on a replica at any step alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vmgui.engine.kernel import Kernel
from vmgui.engine.structs import (
    MAX_VA_SIZE_PAGES,
    list_head,
    node_pool,
    rb_node,
    vmap_area,
    vmap_node,
)
from vmgui.engine.words import container_of

RB_BLACK = 1


class Busy(NamedTuple):
    """An area in use; ``vm_flags`` is None when nobody owns it (vm_map_ram)."""

    node: int
    start: int
    end: int
    flags: int
    vm_flags: int | None
    nr_pages: int


class Lazy(NamedTuple):
    """An area that was freed and not purged yet."""

    node: int
    start: int
    end: int
    flags: int


class Pooled(NamedTuple):
    """An area ready to be handed out: ``size_index`` is its size in pages, less one."""

    node: int
    size_index: int
    start: int
    end: int
    flags: int


class TreeNode(NamedTuple):
    """A node of the free tree in preorder; ``subtree_max_size`` in bytes."""

    depth: int
    colour: str
    start: int
    end: int
    subtree_max_size: int


class Lists(NamedTuple):
    """Every area of the allocator, each list in its own order."""

    free: list[tuple[int, int]]
    busy: list[Busy]
    lazy: list[Lazy]
    pool: list[Pooled]

    def within(self, start: int, end: int) -> Lists:
        """Those areas that meet [start, end)."""
        return Lists(
            [a for a in self.free if a[0] < end and a[1] > start],
            [a for a in self.busy if a.start < end and a.end > start],
            [a for a in self.lazy if a.start < end and a.end > start],
            [a for a in self.pool if a.start < end and a.end > start],
        )


def areas(head: list_head) -> Iterator[vmap_area]:
    """Walk a list of areas."""
    link = head.next
    while link != head:
        yield container_of(link, vmap_area, "list")
        link = link.next


def nodes(k: Kernel) -> Iterator[tuple[int, vmap_node]]:
    """Every vmap node with its number."""
    first = k.vmap_nodes
    for i in range(k.nr_vmap_nodes):
        assert first is not None
        yield i, first[i]


def lists(k: Kernel) -> Lists:
    """Every area of the allocator."""
    return Lists(
        [(va.va_start, va.va_end) for va in areas(k.free_vmap_area_list)],
        [_busy(i, va) for i, node in nodes(k) for va in areas(node.busy.head)],
        [Lazy(i, va.va_start, va.va_end, va.flags) for i, node in nodes(k) for va in areas(node.lazy.head)],
        list(_pooled(k)),
    )


def _busy(i: int, va: vmap_area) -> Busy:
    vm = va.vm
    if vm is None:
        return Busy(i, va.va_start, va.va_end, va.flags, None, 0)
    return Busy(i, va.va_start, va.va_end, va.flags, vm.flags, vm.nr_pages)


def _pooled(k: Kernel) -> Iterator[Pooled]:
    for i, node in nodes(k):
        for index in range(MAX_VA_SIZE_PAGES):
            pool = node_pool(node, index)
            if pool.len:
                for va in areas(pool.head):
                    yield Pooled(i, index, va.va_start, va.va_end, va.flags)


def tree(root: rb_node | None, free: bool = True, depth: int = 0) -> Iterator[TreeNode]:
    """A tree of areas in preorder; only the free tree keeps maxima, others show 0."""
    if root is None:
        return
    va = container_of(root, vmap_area, "rb_node")
    colour = "B" if color(root) == RB_BLACK else "R"
    yield TreeNode(depth, colour, va.va_start, va.va_end, va.subtree_max_size if free else 0)
    yield from tree(root.rb_left, free, depth + 1)
    yield from tree(root.rb_right, free, depth + 1)


def color(node: rb_node) -> int:
    """Bit 0 of the first word of a node: 1 is black."""
    return int(node.mem.load(node.addr)) & 1


def free_tree(k: Kernel) -> list[TreeNode]:
    """The free tree in preorder, with colours and maxima."""
    return list(tree(k.free_vmap_area_root.rb_node))


def find_area(k: Kernel, addr: int) -> vmap_area | None:
    """The area in use that contains ``addr``, wherever it is kept."""
    for _, node in nodes(k):
        for va in areas(node.busy.head):
            if va.va_start <= addr < va.va_end:
                return va
    return None


def home_node(k: Kernel, va: vmap_area) -> int:
    """Number of the vmap node whose busy tree holds an area."""
    return va.va_start // k.vmap_zone_size % k.nr_vmap_nodes
