"""What must be true of a kernel between two operations: each check returns what is broken, in words.

I1 to I48 number the invariants; those of calls are in check_calls.py, those of answers in check_queries.py.
The checks only read words, so they work on an engine's memory and on a replica at any operation's end.
They follow the data, never the functions that made it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from vmgui.engine.check_blocks import validate_blocks
from vmgui.engine.check_direct_map import validate_direct_map
from vmgui.engine.check_frames import validate_frames, validate_free_lists
from vmgui.engine.check_shadow import validate_shadow
from vmgui.engine.check_tables import (
    is_percpu,
    validate_mappings,
    validate_pages,
    validate_tables,
    validate_tlbs,
)
from vmgui.engine.check_walk import Standing
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.workqueue import work_pending
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.lazy_free import lazy_max_pages
from vmgui.engine.mm.vm_struct import VM_ALLOC, VM_MAP_PUT_PAGES, VM_UNINITIALIZED, get_vm_area_size
from vmgui.engine.structs import MAX_VA_SIZE_PAGES, list_head, node_pool, rb_node, vmap_area, vmap_node
from vmgui.engine.words import MASK64, container_of

FIRST, LAST = 1, MASK64  # the allocator's addresses are [1, 2**64 - 1)
VMAP_RAM, VMAP_BLOCK = 1, 2
RED, BLACK = 0, 1


def validate(k: Kernel, well_behaved: bool = True) -> list[str]:
    """Run every check; ``well_behaved`` adds those that a program can break by wrong calls alone."""
    checks = [
        validate_free_tree,
        validate_nodes,
        validate_overlaps,
        validate_pools,
        validate_lazy_count,
        validate_drain,
        validate_areas,
        validate_tables,
        validate_free_lists,
    ]
    if well_behaved:
        checks += [validate_gaps, validate_page_count, validate_mappings, validate_pages, validate_tlbs]
        checks += [validate_shadow, validate_blocks, validate_direct_map, validate_frames, validate_alignment]
    standing = Standing(k.machine, k.mem)
    return [broken for check in checks for broken in check(standing)]


# --- free addresses ------------------------------------------------------------------------------


def validate_free_tree(k: Kernel) -> list[str]:
    """Free areas: list and tree agree (I1), none touch (I2), none is empty or outside (I3).

    The largest size below each is right (I4), and so are the colours (I5).
    """
    areas, broken = in_order(k.free_vmap_area_root.rb_node, "free tree")
    broken += same_areas(areas, list(listed(k.free_vmap_area_list)), "free")
    for va in areas:
        if not FIRST <= va.va_start < va.va_end <= LAST:
            broken.append(f"free {span(va)} is empty or outside all addresses")
        below = [child(va.rb_node.rb_left), child(va.rb_node.rb_right)]
        most = max(va.va_end - va.va_start, *(area.subtree_max_size if area else 0 for area in below))
        if va.subtree_max_size != most:
            broken.append(f"free {span(va)}: subtree_max_size {va.subtree_max_size:#x}, must be {most:#x}")
    for low, high in pairwise(areas):
        if low.va_end >= high.va_start:
            broken.append(f"free {span(low)} touches {span(high)}: they should be one")
    return broken


def in_order(root: rb_node | None, what: str) -> tuple[list[vmap_area], list[str]]:
    """Return the areas of a tree by position, and what is wrong with its shape and colours."""
    areas: list[vmap_area] = []
    broken: list[str] = []

    def walk(node: rb_node | None, parent: rb_node | None) -> int:
        if node is None:
            return 1
        above, colour = node.rb_parent_color & ~3, node.rb_parent_color & 1
        if above != (parent.addr if parent else 0):
            broken.append(f"{what}: {span(area_of(node))} points at a wrong parent")
        if colour == RED and (parent is None or parent.rb_parent_color & 1 == RED):
            broken.append(f"{what}: {span(area_of(node))} is red below red, or a red root")
        left = walk(node.rb_left, node)
        areas.append(area_of(node))
        right = walk(node.rb_right, node)
        if left != right:
            broken.append(f"{what}: {left} black nodes left of {span(area_of(node))}, {right} on the right")
        return left + colour

    walk(root, None)
    for low, high in pairwise(areas):
        if low.va_end > high.va_start:
            broken.append(f"{what}: {span(low)} stands before {span(high)}")
    return areas, broken


def same_areas(tree: list[vmap_area], listed: list[vmap_area], what: str) -> list[str]:
    """Say so if a list does not hold what the tree holds, in the same order."""
    return [] if tree == listed else [f"{what}: the list {spans(listed)} is not the tree {spans(tree)}"]


def child(node: rb_node | None) -> vmap_area | None:
    """Return the area of a child node, None without one."""
    return area_of(node) if node else None


def area_of(node: rb_node) -> vmap_area:
    """Return the area that a tree node is part of."""
    return container_of(node, vmap_area, "rb_node")


def listed(head: list_head) -> Iterator[vmap_area]:
    """Yield the areas of a list; each once, should the list be broken and lead in circles."""
    link, seen = head.next, {head}
    while link not in seen:
        yield container_of(link, vmap_area, "list")
        seen.add(link)
        link = link.next


def span(va: vmap_area) -> str:
    """Spell the range of an area."""
    return f"[{va.va_start:#x}, {va.va_end:#x})"


def spans(areas: list[vmap_area]) -> str:
    """Spell the ranges of areas."""
    return " ".join(map(span, areas)) or "nothing"


# --- nodes ---------------------------------------------------------------------------------------


def nodes(k: Kernel) -> Iterator[tuple[int, vmap_node]]:
    """Yield every vmap_node with its number."""
    return ((i, k.vmap_nodes[i]) for i in range(k.nr_vmap_nodes))


def busy_areas(k: Kernel) -> list[vmap_area]:
    """Return the areas in use, by address."""
    areas = [va for _, vn in nodes(k) for va in listed(vn.busy.head)]
    return sorted(areas, key=lambda va: va.va_start)


def lazy_areas(k: Kernel) -> list[vmap_area]:
    """Return the areas that wait for a purge, those in the middle of one included."""
    return [va for _, vn in nodes(k) for head in (vn.lazy.head, vn.purge_list) for va in listed(head)]


def pool_areas(k: Kernel) -> list[vmap_area]:
    """Return the areas that lie in pools."""
    pools = (node_pool(vn, i) for _, vn in nodes(k) for i in range(MAX_VA_SIZE_PAGES))
    return [va for pool in pools for va in listed(pool.head)]


def validate_nodes(k: Kernel) -> list[str]:
    """Busy and lazy areas: trees are sound (I5), lists agree (I6).

    Busy areas hang on the node of their address (I10), lazy ones on that they came from (I11).
    """
    broken = []
    for number, vn in nodes(k):
        for what, areas in (("busy", vn.busy), ("lazy", vn.lazy)):
            where = f"{what} areas of node {number}"
            tree, wrong = in_order(areas.root.rb_node, where)
            broken += wrong + same_areas(tree, list(listed(areas.head)), where)
            astray = (va for va in tree if home(k, va, what) != number)
            broken += [f"{where}: {span(va)} belongs to another" for va in astray]
    return broken


def home(k: Kernel, va: vmap_area, what: str) -> int:
    """Return the number of the node an area belongs to: by address, lazy ones by their flags if they tell."""
    noted = va.flags >> 8
    if what == "lazy" and 0 < noted <= k.nr_vmap_nodes:
        return noted - 1
    return va.va_start // k.vmap_zone_size % k.nr_vmap_nodes


def by_address(k: Kernel) -> list[vmap_area]:
    """Return all areas: free, busy, lazy and in pools."""
    areas = [*listed(k.free_vmap_area_list), *busy_areas(k), *lazy_areas(k), *pool_areas(k)]
    return sorted(areas, key=lambda va: va.va_start)


def validate_overlaps(k: Kernel) -> list[str]:
    """No address belongs to two areas (I7), and no area is in two lists (I9)."""
    pairs = pairwise(by_address(k))
    return [f"{span(high)} overlaps {span(low)}" for low, high in pairs if high.va_start < low.va_end]


def validate_gaps(k: Kernel) -> list[str]:
    """I8: every address belongs to an area.

    Wrong calls can lose some for good: vfree of what vm_map_ram mapped (the kernel warns).
    """
    areas = by_address(k)
    ends = [FIRST, *(va.va_end for va in areas)]
    starts = [*(va.va_start for va in areas), LAST]
    gaps = [gap for gap in zip(ends, starts, strict=True) if gap[0] < gap[1]]
    return [f"[{end:#x}, {start:#x}) is in no list" for end, start in gaps]


def validate_pools(k: Kernel) -> list[str]:
    """Pools: right size and node (I12), right length (I13)."""
    broken = []
    for number, vn in nodes(k):
        for i in range(MAX_VA_SIZE_PAGES):
            pool = node_pool(vn, i)
            areas = list(listed(pool.head))
            if pool.len != len(areas):
                broken.append(f"pool {i} of node {number}: len is {pool.len}, the list has {len(areas)}")
            for va in areas:
                if va.va_end - va.va_start != (i + 1) << k.PAGE_SHIFT:
                    broken.append(f"pool {i} of node {number}: {span(va)} has another size")
                if va.flags >> 8 != number + 1:
                    broken.append(f"pool {i} of node {number}: {span(va)} came from another node")
    return broken


# --- counters and owners -------------------------------------------------------------------------


def validate_lazy_count(k: Kernel) -> list[str]:
    """I14: the kernel's count of pages that wait for a purge is right."""
    lazy = sum(va.va_end - va.va_start for va in lazy_areas(k)) >> k.PAGE_SHIFT
    if k.vmap_lazy_nr == lazy:
        return []
    return [f"vmap_lazy_nr is {k.vmap_lazy_nr}, the lazy areas have {lazy} pages"]


def validate_drain(k: Kernel) -> list[str]:
    """I16: when more pages wait than may, the drain worker is queued."""
    most = lazy_max_pages(k)
    if k.vmap_lazy_nr <= most or work_pending(k.drain_vmap_work):
        return []
    return [f"{k.vmap_lazy_nr} pages wait, more than {most}, and nobody is going to purge them"]


def validate_alignment(k: Kernel) -> list[str]:
    """I17: areas begin and end at pages, but for the first and the last address that is free.

    Who allocates from address 0 on without asking for an alignment gets an area at address 1.
    """
    ends = [end for va in by_address(k) for end in (va.va_start, va.va_end)]
    odd = [end for end in ends if end % k.PAGE_SIZE and end not in (FIRST, LAST)]
    return [f"an area begins or ends at {end:#x}, inside a page" for end in odd]


def validate_page_count(k: Kernel) -> list[str]:
    """I29: the kernel's count of pages in vmalloc areas is right.

    Wrong calls can lose pages for good: vunmap of what vmalloc returned.
    """
    owners = [va.vm for va in busy_areas(k) if va.vm]
    pages = sum(vm.nr_pages for vm in owners if vm.flags & (VM_ALLOC | VM_MAP_PUT_PAGES) == VM_ALLOC)
    if k.nr_vmalloc_pages == pages:
        return []
    return [f"nr_vmalloc_pages is {k.nr_vmalloc_pages}, the areas have {pages}"]


def validate_areas(k: Kernel) -> list[str]:
    """Busy areas and their owners agree about range (I25), kind (I26, I27) and size (I28).

    None is half made.
    """
    broken = []
    for va in busy_areas(k):
        if va.flags & VMAP_BLOCK and not va.flags & VMAP_RAM:
            broken.append(f"busy {span(va)} is a block, but not of vm_map_ram")
        vm = va.vm
        if bool(vm) == bool(va.flags & VMAP_RAM):
            broken.append(f"busy {span(va)} must have an owner, or be of vm_map_ram")
        if not vm:
            continue
        if (kasan_reset_tag(k, vm.vm_addr), vm.vm_size) != (va.va_start, va.va_end - va.va_start):
            broken.append(f"busy {span(va)}: its owner says [{vm.vm_addr:#x}, +{vm.vm_size:#x})")
        usable = vm.vm_size if is_percpu(vm) else get_vm_area_size(k, vm)
        if vm.requested_size > usable:
            broken.append(f"busy {span(va)}: {vm.requested_size} bytes were requested, more than fit")
        if vm.flags & VM_UNINITIALIZED:
            broken.append(f"busy {span(va)} was never finished")
    return broken
