"""What must be true of vmap blocks between two operations: each check returns what is broken, in words.

The checks only read words and follow the data, never the functions that made it.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.mm.vmap_block import (
    VMAP_BBMAP_BITS,
    VMAP_BLOCK,
    VMAP_BLOCK_SIZE,
    addr_to_vb,
    used_bits,
    vmap_block,
    vmap_block_queue_of,
    vmap_blocks_of,
)
from vmgui.engine.mm.vmap_find import __find_vmap_area
from vmgui.engine.structs import vmap_area
from vmgui.engine.words import container_of


def blocks(k: Kernel) -> list[tuple[int, vmap_block]]:
    """Return every block of the hash, with the bucket it is in."""
    cpus = range(k.machine.possible_cpus)
    return [(cpu, vb) for cpu in cpus for vb in vmap_blocks_of(vmap_block_queue_of(k, cpu))]


def validate_block_counts(k: Kernel) -> list[str]:
    """I32: what is used, dirty and free makes up the block."""
    bits = VMAP_BBMAP_BITS(k)
    sums = [(vb, used_bits(k, vb).bit_count(), vb.dirty, vb.free) for _, vb in blocks(k)]
    return [
        f"block {vb.va.va_start:#x}: {used} used, {dirty} dirty and {free} free pages are not {bits}"
        for vb, used, dirty, free in sums
        if used + dirty + free != bits
    ]


def validate_block_order(k: Kernel) -> list[str]:
    """I33: pages are handed out from the front, so what is free is the end of the block."""
    found = [(vb, used_bits(k, vb) >> VMAP_BBMAP_BITS(k) - vb.free) for _, vb in blocks(k)]
    return [f"block {vb.va.va_start:#x}: a page of the free end is in use" for vb, wrong in found if wrong]


def validate_dirty_range(k: Kernel) -> list[str]:
    """I34: the dirty range is empty, or a range of pages that were handed out."""
    bits, broken = VMAP_BBMAP_BITS(k), []
    for _, vb in blocks(k):
        low, high = vb.dirty_min, vb.dirty_max
        empty = (low, high) == (bits, 0)
        if not empty and not (low < high <= bits - vb.free and vb.dirty):
            broken.append(f"block {vb.va.va_start:#x}: the dirty range [{low}, {high}) cannot be")
    return broken


def validate_block_queues(k: Kernel) -> list[str]:
    """I35: a block is on the list of its CPU if, and only if, it has pages left."""
    listed = {}
    for cpu in range(k.machine.possible_cpus):
        for vb in list_for_each_entry(vmap_block_queue_of(k, cpu).free, vmap_block, "free_list"):
            listed[vb.addr] = cpu
    known = {vb.addr: vb for _, vb in blocks(k)}
    broken = [f"a list of CPU {cpu} holds the block at {addr:#x}, which the hash does not know"
              for addr, cpu in listed.items() if addr not in known]  # fmt: skip
    for addr, vb in known.items():
        if listed.get(addr) != (vb.cpu if vb.free else None):
            broken.append(f"block {vb.va.va_start:#x} has {vb.free} pages left: it is on the wrong list")
    return broken


def validate_block_hash(k: Kernel) -> list[str]:
    """I36: every block is in the bucket of its address, and every busy area of this kind has a block."""
    size, broken, known = VMAP_BLOCK_SIZE(k), [], set()
    for bucket, vb in blocks(k):
        start = vb.va.va_start
        known.add(start)
        if bucket != start // size % k.machine.possible_cpus:
            broken.append(f"block {start:#x} is in bucket {bucket}")
        home = k.vmap_nodes[start // k.vmap_zone_size % k.nr_vmap_nodes].busy.root
        if __find_vmap_area(start, home) != vb.va:
            broken.append(f"block {start:#x}: its area is not busy")
    starts = {va.va_start for va in block_areas(k)}
    return broken + [f"the area {start:#x} is a block that nobody finds" for start in sorted(starts - known)]


def validate_block_places(k: Kernel) -> list[str]:
    """I37: a block has its size, and is aligned to it."""
    size = VMAP_BLOCK_SIZE(k)
    areas = [(vb.va.va_start, vb.va.va_end) for _, vb in blocks(k)]
    return [
        f"[{start:#x}, {end:#x}) is no block" for start, end in areas if start % size or end - start != size
    ]


def block_areas(k: Kernel) -> list[vmap_area]:
    """Return the busy areas that are blocks."""
    found = []
    for i in range(k.nr_vmap_nodes):
        head = k.vmap_nodes[i].busy.head
        link = head.next
        while link != head:
            va = container_of(link, vmap_area, "list")
            if va.flags & VMAP_BLOCK:
                found.append(va)
            link = link.next
    return found


BLOCK_CHECKS = (
    validate_block_counts,
    validate_block_order,
    validate_dirty_range,
    validate_block_queues,
    validate_block_hash,
    validate_block_places,
)


def validate_blocks(k: Kernel) -> list[str]:
    """Run every check of this file; unmapping the same piece twice, a wrong call, breaks the counts."""
    return [broken for check in BLOCK_CHECKS for broken in check(k)]


def waits_for_flush(k: Kernel, addr: int) -> bool:
    """Tell whether ``addr`` lies in a piece of a block that has come back, and is not flushed yet."""
    vb = addr_to_vb(k, addr)
    if vb is None:
        return False
    page = addr - vb.va.va_start >> k.PAGE_SHIFT
    return vb.dirty_min <= page < vb.dirty_max and not used_bits(k, vb) >> page & 1
