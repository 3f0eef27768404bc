"""The vmap blocks of a kernel, as plain data: every block of the hash, and what each CPU can take from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.lib.xarray import xa_for_each
from vmgui.engine.mm.vmap_block import VMAP_BBMAP_BITS, used_bits, vmap_block, vmap_block_queue_of


class VmapBlock(NamedTuple):
    """One block.  Counts and the dirty range [dirty_min, dirty_max) are pages, ``start`` an address.

    ``bucket`` is the CPU whose array holds it, at ``number``; ``cpu`` the one that takes pieces of it.
    ``used`` is the bitmap in hexadecimal, most significant word first.
    """

    bucket: int
    number: int
    cpu: int
    start: int
    free: int
    dirty: int
    dirty_min: int
    dirty_max: int
    used: str


def blocks(k: Kernel) -> Iterator[VmapBlock]:
    """Every block, bucket by bucket, by address within one."""
    digits = VMAP_BBMAP_BITS(k) // 4
    for bucket in range(k.machine.possible_cpus):
        for index, addr in xa_for_each(vmap_block_queue_of(k, bucket).vmap_blocks):
            vb = vmap_block(k.mem, addr)
            yield VmapBlock(
                bucket, index, vb.cpu, vb.va.va_start, vb.free, vb.dirty, vb.dirty_min, vb.dirty_max,
                f"{used_bits(k, vb):0{digits}x}",
            )  # fmt: skip


def free_lists(k: Kernel) -> Iterator[tuple[int, int]]:
    """CPU and first address of the blocks that have pages left, in the order a CPU looks at its own."""
    for cpu in range(k.machine.possible_cpus):
        for vb in list_for_each_entry(vmap_block_queue_of(k, cpu).free, vmap_block, "free_list"):
            yield cpu, vb.va.va_start
