"""Checks of physical memory: what is free is in the buddy lists, and what is used has one owner."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from vmgui.engine.check_shadow import is_metadata
from vmgui.engine.check_walk import leaves, owned_by_areas, tables
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.mmzone import nr_free_blocks, piece_of
from vmgui.engine.mm.page import PG_buddy, page_count, page_to_pfn, pfn_to_page, pfn_valid
from vmgui.engine.mm.page_alloc import blocks_of
from vmgui.engine.mm.vm_struct import VM_ALLOC


def free_blocks(k: Kernel) -> Iterator[tuple[int, int]]:
    """Yield (first frame, order) of every free block, list by list, as far as the lists lead."""
    for order in range(k.MAX_PAGE_ORDER + 1):
        for block in islice(blocks_of(k, order), (k.max_pfn >> order) + 1):
            yield page_to_pfn(k, block), order


def validate_free_lists(k: Kernel) -> list[str]:
    """I42: free blocks are marked and aligned, apart from each other, never beside a free buddy, counted."""
    broken = []
    blocks = dict(free_blocks(k))
    for pfn, order in blocks.items():
        page = pfn_to_page(k, pfn)
        if not page.flags & PG_buddy or page.private != order:
            broken.append(f"frame {pfn:#x} is on free list {order}, but not marked so")
        if pfn & (1 << order) - 1 or not pfn_valid(k, pfn):
            broken.append(f"frame {pfn:#x} cannot begin a block of order {order}")
        buddy = pfn ^ 1 << order
        if order < k.MAX_PAGE_ORDER and blocks.get(buddy) == order and piece_of(k, buddy) == piece_of(k, pfn):
            broken.append(f"frame {pfn:#x} and its buddy of order {order} are both free: they should be one")
    end = 0
    for pfn, order in sorted(blocks.items()):
        if pfn < end:
            broken.append(f"the free block at frame {pfn:#x} begins inside another")
        end = max(end, pfn + (1 << order))
    counts = Counter(order for _, order in free_blocks(k))
    for order in range(k.MAX_PAGE_ORDER + 1):
        nr_free = nr_free_blocks(k, order)
        if nr_free != counts[order]:
            broken.append(f"free list {order} has {counts[order]} blocks, nr_free says {nr_free}")
    free = sum(1 << order for order in blocks.values())
    if free != k.nr_free_pages:
        broken.append(f"{free} pages are free, nr_free_pages says {k.nr_free_pages}")
    return broken


def validate_frames(k: Kernel) -> list[str]:
    """I42: frames of page tables and of vmalloc areas are in use, and no frame has two such owners.

    A program that maps over a huge leaf breaks this: the kernel takes the leaf for a table, and frees it.
    """
    owners: dict[int, str] = {}
    broken = []
    for pfn, owner in used_frames(k):
        if pfn in owners:
            broken.append(f"frame {pfn:#x} belongs to {owners[pfn]} and to {owner}")
        owners[pfn] = owner
        page = pfn_to_page(k, pfn)
        if not page_count(page):
            broken.append(f"frame {pfn:#x} of {owner} has no reference")
    free = sorted(free_blocks(k))
    for pfn, owner in owners.items():
        below = bisect_right(free, (pfn, k.MAX_PAGE_ORDER)) - 1
        if below >= 0 and pfn < free[below][0] + (1 << free[below][1]):
            broken.append(f"frame {pfn:#x} of {owner} is free")
    return broken


def used_frames(k: Kernel) -> Iterator[tuple[int, str]]:
    """Yield every frame that is a page table or belongs to a vmalloc area, with a name for its owner."""
    for table in tables(k):
        yield table.address >> k.PAGE_SHIFT, f"the {table.level} table of {table.va:#x}"
    for vm, page in owned_by_areas(k):
        if vm.flags & VM_ALLOC:
            yield page_to_pfn(k, page), f"the area at {vm.vm_addr:#x}"
    if k.machine.kasan == "generic":
        shadows = (leaf for leaf in leaves(k) if is_metadata(k, leaf.va))
        yield from ((leaf.pa >> k.PAGE_SHIFT, f"the shadow at {leaf.va:#x}") for leaf in shadows)
