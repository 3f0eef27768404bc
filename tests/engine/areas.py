"""A kernel with nothing but the address allocator, and ways to look at all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.lib.list import list_add_tail, list_for_each_entry
from vmgui.engine.lib.rbtree_augmented import rb_color, rb_parent
from vmgui.engine.lib.workqueue import workqueue_init
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.kmem_cache import kmem_cache_zalloc, vmap_area_cachep
from vmgui.engine.mm.lazy_free import free_vmap_area_noflush, lazy_max_pages
from vmgui.engine.mm.tlb import tlb_init
from vmgui.engine.mm.vmap_area import alloc_vmap_area
from vmgui.engine.mm.vmap_block import vmap_block_queue_init
from vmgui.engine.mm.vmap_find import find_unlink_vmap_area
from vmgui.engine.mm.vmap_node import vmap_init_free_space, vmap_init_nodes
from vmgui.engine.mm.vmap_tree import compute_subtree_max_size, insert_vmap_area, rb_entry, va_size
from vmgui.engine.structs import MAX_VA_SIZE_PAGES, list_head, node_pool, rb_node, rb_root, vmap_area
from vmgui.engine.trace import FUNCTIONS, Recorder

PAGE = 4096
EVERYTHING = (1, (1 << 64) - 1)

Range = tuple[int, int]
#: [depth, "B" or "R", start, end, largest area at or below it], as the recordings write a tree.
TreeRow = tuple[int, str, int, int, int]


def allocator(machine: Machine | None = None) -> Kernel:
    """An allocator as at boot: everything is free."""
    machine = machine or Machine(ram=16 * M)
    mem = Recorder(arena_start(machine), arena_end(machine))
    k = Kernel(machine, mem)
    workqueue_init(k)
    tlb_init(k)
    vmap_block_queue_init(k)
    vmap_init_nodes(k)
    vmap_init_free_space(k)
    k.vmap_initialized = 1
    return k


def alloc(
    k: Kernel,
    size: int,
    align: int = 1,
    vstart: int | None = None,
    vend: int | None = None,
    *,
    gfp: int = GFP_KERNEL,
    va_flags: int = 0,
) -> int:
    """Allocate as a caller would; returns the address, or a negative errno."""
    vstart = k.VMALLOC_START if vstart is None else vstart
    vend = k.VMALLOC_END if vend is None else vend
    va = alloc_vmap_area(k, size, align, vstart, vend, -1, gfp, va_flags, None)
    return va if isinstance(va, int) else va.va_start


def free(k: Kernel, addr: int) -> None:
    """Free an area of which nothing was mapped."""
    va = find_unlink_vmap_area(k, addr)
    assert va is not None
    free_vmap_area_noflush(k, va)


# --- looking ---------------------------------------------------------------------------------------


def on_list(head: list_head) -> list[vmap_area]:
    return list(list_for_each_entry(head, vmap_area, "list"))


def in_tree(root: rb_root) -> Iterator[tuple[int, rb_node]]:
    """Depth and node, in preorder."""
    stack = [(0, root.rb_node)]
    while stack:
        depth, node = stack.pop()
        if node is not None:
            yield depth, node
            stack += [(depth + 1, node.rb_right), (depth + 1, node.rb_left)]


def dump_tree(root: rb_root) -> list[TreeRow]:
    rows = []
    for depth, node in in_tree(root):
        va = rb_entry(node)
        rows.append((depth, "RB"[rb_color(node)], va.va_start, va.va_end, va.subtree_max_size))
    return rows


def ranges(areas: Iterable[vmap_area]) -> list[Range]:
    return [(va.va_start, va.va_end) for va in areas]


def free_ranges(k: Kernel) -> list[Range]:
    return ranges(on_list(k.free_vmap_area_list))


def busy(k: Kernel) -> list[tuple[int, int, int, int]]:
    """(node, start, end, flags), node by node, by address."""
    return [
        (i, va.va_start, va.va_end, va.flags)
        for i in range(k.nr_vmap_nodes)
        for va in on_list(k.vmap_nodes[i].busy.head)
    ]


def lazy(k: Kernel) -> list[tuple[int, int, int, int]]:
    """(node, start, end, flags), node by node, by address."""
    return [
        (i, va.va_start, va.va_end, va.flags)
        for i in range(k.nr_vmap_nodes)
        for va in on_list(k.vmap_nodes[i].lazy.head)
    ]


def pooled(k: Kernel) -> list[tuple[int, int, int, int, int]]:
    """(node, index, start, end, flags) in list order: the first of each is handed out next."""
    return [
        (i, index, va.va_start, va.va_end, va.flags)
        for i in range(k.nr_vmap_nodes)
        for index in range(MAX_VA_SIZE_PAGES)
        for va in on_list(node_pool(k.vmap_nodes[i], index).head)
    ]


# --- the rules that always hold ------------------------------------------------------------------------


def check(k: Kernel) -> None:
    """Assert every rule the allocator keeps between operations."""
    every = free_ranges(k) + [row[1:3] for row in busy(k) + lazy(k)] + [row[2:4] for row in pooled(k)]
    every.sort()
    assert every[0][0] == 1
    assert every[-1][1] == (1 << 64) - 1
    assert all(before[1] == after[0] for before, after in zip(every, every[1:], strict=False)), (
        "gap or overlap"
    )
    assert all(start < end for start, end in every)

    free_list = free_ranges(k)
    assert all(a[1] < b[0] for a, b in zip(free_list, free_list[1:], strict=False)), "unmerged or unsorted"
    check_tree(k.free_vmap_area_root, k.free_vmap_area_list)
    for _, node in in_tree(k.free_vmap_area_root):
        va = rb_entry(node)
        assert va.subtree_max_size == compute_subtree_max_size(va)

    waiting = 0
    for i in range(k.nr_vmap_nodes):
        vn = k.vmap_nodes[i]
        for part in (vn.busy, vn.lazy):
            check_tree(part.root, part.head)
        for va in on_list(vn.busy.head):
            assert va.va_start // k.vmap_zone_size % k.nr_vmap_nodes == i
        waiting += sum(va_size(va) for va in on_list(vn.lazy.head)) // PAGE
        for index in range(MAX_VA_SIZE_PAGES):
            pool = node_pool(vn, index)
            areas = on_list(pool.head)
            assert pool.len == len(areas)
            assert all(va_size(va) == (index + 1) * PAGE for va in areas)
    assert waiting == k.vmap_lazy_nr
    assert waiting <= lazy_max_pages(k) or k.drain_vmap_work.entry.next != k.drain_vmap_work.entry


def check_tree(root: rb_root, head: list_head) -> None:
    """Assert that the list is the tree in order, and that its colours keep every path short."""
    listed = on_list(head)
    starts = [va.va_start for va in listed]
    assert starts == sorted(starts)
    assert [va.addr for va in walk(root.rb_node)] == [va.addr for va in listed]
    blacks = set()
    for _, node in in_tree(root):
        parent = rb_parent(node)
        assert parent is not None or (rb_color(node) and root.rb_node == node)
        assert parent is None or node in (parent.rb_left, parent.rb_right)
        assert parent is None or rb_color(node) or rb_color(parent), "a red node below a red one"
        if node.rb_left is None or node.rb_right is None:
            blacks.add(black_height(node))
    assert len(blacks) <= 1, "paths with different numbers of black nodes"


def walk(node: rb_node | None) -> Iterator[vmap_area]:
    if node is not None:
        yield from walk(node.rb_left)
        yield rb_entry(node)
        yield from walk(node.rb_right)


def black_height(node: rb_node | None) -> int:
    height = 0
    while node is not None:
        height += rb_color(node)
        node = rb_parent(node)
    return height


# --- putting a recorded state in -----------------------------------------------------------------------


def new_area(k: Kernel, start: int, end: int, flags: int = 0) -> vmap_area:
    va = kmem_cache_zalloc(k, vmap_area_cachep, GFP_KERNEL)
    assert va is not None
    va.va_start, va.va_end, va.flags = start, end, flags
    return va


def put_tree(k: Kernel, rows: Iterable[TreeRow]) -> None:
    """Make the free tree exactly this one."""
    k.free_vmap_area_root.rb_node = None
    path: list[rb_node] = []
    areas = []
    for depth, colour, start, end, largest in rows:
        va = new_area(k, start, end)
        va.subtree_max_size = largest
        del path[depth:]
        if not path:
            k.free_vmap_area_root.rb_node = va.rb_node
        elif start < rb_entry(path[-1]).va_start:
            path[-1].rb_left = va.rb_node
        else:
            path[-1].rb_right = va.rb_node
        va.rb_node.rb_parent_color = (path[-1].addr if path else 0) + (colour == "B")
        path.append(va.rb_node)
        areas.append(va)
    head = k.free_vmap_area_list
    head.next = head.prev = head
    for va in sorted(areas, key=lambda va: va.va_start):
        list_add_tail(va.list, head)


def put_busy(k: Kernel, node: int, start: int, end: int, flags: int) -> None:
    part = k.vmap_nodes[node].busy
    insert_vmap_area(k, new_area(k, start, end, flags), part.root, part.head)


def put_lazy(k: Kernel, node: int, start: int, end: int, flags: int) -> None:
    part = k.vmap_nodes[node].lazy
    insert_vmap_area(k, new_area(k, start, end, flags), part.root, part.head)
    k.vmap_lazy_nr += (end - start) // PAGE


def put_pooled(k: Kernel, node: int, index: int, start: int, end: int, flags: int) -> None:
    pool = node_pool(k.vmap_nodes[node], index)
    list_add_tail(new_area(k, start, end, flags).list, pool.head)
    pool.len += 1


# --- what was called -----------------------------------------------------------------------------------


def calls(k: Kernel, *names: str) -> list[tuple[str, tuple[int, ...]]]:
    """Spans of these functions since the last look, in the order they began, with their arguments."""
    rows = k.mem.take()
    ends = [*rows.arg[1:], len(rows.args)]
    found = []
    for i, number in enumerate(rows.function):
        if FUNCTIONS[number].name in names:
            found.append((FUNCTIONS[number].name, tuple(rows.args[rows.arg[i] : ends[i]])))
    return found
