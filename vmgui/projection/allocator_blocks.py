"""Vmap blocks page by page: what is handed out, what has come back, what was never used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.mm.vmap_block import (
    VMAP_BBMAP_BITS,
    used_ranges,
    vmap_block,
    vmap_block_queue_of,
    vmap_blocks_of,
)

#: "back" has come back and waits for a flush; "spent" has come back, is flushed, and never used again.
PageState = Literal["used", "back", "spent", "free"]
Run = tuple[int, int, PageState]


@dataclass(frozen=True, slots=True)
class Block:
    """One block. Counts, and the dirty range [dirty_min, dirty_max), are pages.

    `queue` is its place in the queue of `cpu`, from 0; None when it has no pages left to hand out. `runs`
    are its pages, [first, end) by state.
    """

    start: int
    end: int
    cpu: int
    bucket: int
    queue: int | None
    total: int
    free: int
    dirty: int
    dirty_min: int
    dirty_max: int
    runs: tuple[Run, ...]

    @property
    def used(self) -> int:
        """Pages that are handed out."""
        return self.total - self.free - self.dirty

    @property
    def to_flush(self) -> bool:
        """Whether anything has come back since the last flush."""
        return self.dirty_min < self.dirty_max


def blocks(k: Kernel) -> tuple[Block, ...]:
    """Every block: by CPU, those of its queue first and in its order."""
    places: dict[int, int] = {}
    for cpu in range(k.machine.possible_cpus):
        queue = vmap_block_queue_of(k, cpu).free
        for place, vb in enumerate(list_for_each_entry(queue, vmap_block, "free_list")):
            places.setdefault(vb.addr, place)
    found = [
        _block(k, vb, bucket, places.get(vb.addr))
        for bucket in range(k.machine.possible_cpus)
        for vb in vmap_blocks_of(vmap_block_queue_of(k, bucket))
    ]
    last = len(found)
    return tuple(sorted(found, key=lambda b: (b.cpu, last if b.queue is None else b.queue, b.start)))


def _block(k: Kernel, vb: vmap_block, bucket: int, queue: int | None) -> Block:
    total, free, va = VMAP_BBMAP_BITS(k), vb.free, vb.va
    dirty = vb.dirty_min, vb.dirty_max
    return Block(
        va.va_start, va.va_end, vb.cpu, bucket, queue, total, free, vb.dirty, *dirty,
        tuple(_runs(list(used_ranges(k, vb)), total, total - free, dirty)),
    )  # fmt: skip


def _runs(used: list[tuple[int, int]], total: int, fresh: int, dirty: tuple[int, int]) -> Iterator[Run]:
    """The pages of a block by state; from `fresh` on they were never handed out."""
    cuts = {0, fresh, total, *(cut for cut in dirty if 0 < cut < fresh)}
    cuts.update(edge for part in used for edge in part)
    edges = sorted(cuts)
    for first, end in zip(edges, edges[1:], strict=False):
        state: PageState = "back" if dirty[0] <= first < dirty[1] else "spent"
        if first >= fresh:
            state = "free"
        elif any(low <= first < high for low, high in used):
            state = "used"
        yield first, end, state
