"""Checks of vmap blocks: what is handed out, what has come back, and where a block is to be found."""

from __future__ import annotations

from collections.abc import Iterator

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
from vmgui.engine.structs import vmap_area


def live_blocks(k: Kernel) -> Iterator[vmap_block]:
    """Yield every block that an address leads to."""
    for cpu in range(k.machine.possible_cpus):
        yield from vmap_blocks_of(vmap_block_queue_of(k, cpu))


def block_areas(k: Kernel) -> list[vmap_area]:
    """Return the busy areas that are blocks."""
    busy = (k.vmap_nodes[i].busy.head for i in range(k.nr_vmap_nodes))
    areas = (va for head in busy for va in list_for_each_entry(head, vmap_area, "list"))
    return [va for va in areas if va.flags & VMAP_BLOCK]


def validate_block_counts(k: Kernel) -> list[str]:
    """Blocks: pages handed out, come back and left add up (I32); what is left is their end (I33).

    Differs: a piece that has come back is cleared in the map, so what is used and what has come back are
    apart; and what lies between the pieces by rounding counts as used.
    """
    broken = []
    bits = VMAP_BBMAP_BITS(k)
    for vb in live_blocks(k):
        used = used_bits(k, vb)
        if used.bit_count() + vb.dirty + vb.free != bits:
            counts = f"{used.bit_count()} pages used, {vb.dirty} dirty, {vb.free} free"
            broken.append(f"the block at {vb.va.va_start:#x} has {counts}: not {bits}")
        if used >> bits - vb.free:
            broken.append(f"the block at {vb.va.va_start:#x} has pages in use among its {vb.free} free ones")
    return broken


def validate_block_dirt(k: Kernel) -> list[str]:
    """I34: the range of a block that waits for a flush is empty, or lies within what was handed out."""
    broken = []
    bits = VMAP_BBMAP_BITS(k)
    for vb in live_blocks(k):
        if (vb.dirty_min, vb.dirty_max) != (bits, 0) and not vb.dirty_min < vb.dirty_max <= bits - vb.free:
            broken.append(
                f"the block at {vb.va.va_start:#x} is dirty from {vb.dirty_min} to {vb.dirty_max}, "
                f"{vb.free} pages were never used"
            )
    return broken


def validate_block_queues(k: Kernel) -> list[str]:
    """I35: a CPU's queue has exactly those of its blocks that have pages left."""
    queued = [
        (cpu, vb)
        for cpu in range(k.machine.possible_cpus)
        for vb in list_for_each_entry(vmap_block_queue_of(k, cpu).free, vmap_block, "free_list")
    ]
    left = [(vb.cpu, vb) for vb in live_blocks(k) if vb.free]
    missing = [
        f"the block at {vb.va.va_start:#x} is in no queue" for _, vb in left if (vb.cpu, vb) not in queued
    ]
    return missing + [f"CPU {cpu} queues a wrong block" for cpu, vb in queued if (cpu, vb) not in left]


def validate_block_lookup(k: Kernel) -> list[str]:
    """I36: first and last address of a block lead to it, and to no block anywhere else.

    I37: a block is as large as it is aligned.
    """
    broken = []
    size = VMAP_BLOCK_SIZE(k)
    areas = block_areas(k)
    for va in areas:
        if va.va_start % size or va.va_end - va.va_start != size:
            broken.append(f"the block [{va.va_start:#x}, {va.va_end:#x}) has not {size:#x} bytes, aligned")
        for addr in (va.va_start, va.va_end - 1):
            vb = addr_to_vb(k, addr)
            if vb is None or vb.va != va:
                broken.append(f"{addr:#x} does not lead to the block at {va.va_start:#x}")
    broken += [
        f"the block at {vb.va.va_start:#x} is still found, but its area is gone"
        for vb in live_blocks(k)
        if vb.va not in areas
    ]
    return broken


def waits_for_flush(k: Kernel, addr: int) -> bool:
    """Tell whether ``addr`` lies in a part of a block that has come back, and is not flushed yet (I31)."""
    vb = addr_to_vb(k, addr)
    if vb is None:
        return False
    page = addr - vb.va.va_start >> k.PAGE_SHIFT
    return vb.dirty_min <= page < vb.dirty_max and not used_bits(k, vb) >> page & 1
