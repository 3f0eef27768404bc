"""The nodes of the allocator: what each has busy, lazily freed, pooled; and what waits for a worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vmgui.engine.arch.entries import pte_pfn
from vmgui.engine.check import listed
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.workqueue import WORK_FUNCTIONS
from vmgui.engine.mm.access import translation
from vmgui.engine.mm.lazy_free import lazy_max_pages
from vmgui.engine.mm.vfree import vfree_deferred
from vmgui.engine.structs import MAX_VA_SIZE_PAGES, list_head, node_pool, vmap_pool, work_struct
from vmgui.engine.words import container_of, offsetof
from vmgui.projection.allocator_tree import AreaTree, Words

Range = tuple[int, int]
#: More than this in one list is a list in the middle of a change.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Pool:
    """Areas of one size, guard page included, that are ready to be handed out."""

    pages: int
    areas: int


@dataclass(frozen=True, slots=True, eq=False)
class NodeUse:
    """One node. `purging` are the areas on its purge list: flushed or about to be, and not free yet."""

    number: int
    busy: AreaTree
    lazy: AreaTree
    purging: tuple[Range, ...]
    pools: tuple[Pool, ...]

    @property
    def pooled(self) -> int:
        """Areas in all pools."""
        return sum(pool.areas for pool in self.pools)


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is queued: the function that a worker on `cpu` is going to call."""

    function: str
    cpu: int


@dataclass(frozen=True, slots=True)
class Deferred:
    """What one CPU could not free at once, in the order in which it is going to be freed."""

    cpu: int
    addresses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: pages for a purge, of at most `lazy_max`; queued work; deferred frees."""

    lazy: int
    lazy_max: int
    jobs: tuple[Job, ...]
    deferred: tuple[Deferred, ...]


def pools(words: Words, k: Kernel, number: int) -> tuple[Pool, ...]:
    """The pools of a node that are not empty, smallest areas first."""
    base = k.vmap_nodes[number].pool.addr
    stride = vmap_pool.size >> 3
    first = base + offsetof(vmap_pool, "len") >> 3
    lengths = words[first : first + stride * MAX_VA_SIZE_PAGES : stride]
    return tuple(Pool(int(i) + 1, int(lengths[i])) for i in lengths.nonzero()[0])


def pool_areas(k: Kernel, number: int, pages: int) -> tuple[Range, ...]:
    """The areas of one pool, the next to be handed out first."""
    return ranges(k, node_pool(k.vmap_nodes[number], pages - 1).head)


def ranges(k: Kernel, head: list_head) -> tuple[Range, ...]:
    """The areas of a list; while a list is being moved its head can be taken for one, and is left out."""
    found: list[Range] = []
    for va in listed(head):
        if va.addr <= 0 or len(found) >= MOST:
            break
        start, end = va.va_start, va.va_end
        if k.KERNEL_VA_START <= start < end and not (start | end) % k.PAGE_SIZE:
            found.append((start, end))
    return tuple(found)


def waiting(k: Kernel) -> Waiting:
    """What waits for a worker."""
    cpus = range(k.machine.possible_cpus)
    deferred = (Deferred(cpu, tuple(_deferred(k, cpu))) for cpu in cpus)
    return Waiting(
        k.vmap_lazy_nr, lazy_max_pages(k), tuple(_jobs(k)), tuple(d for d in deferred if d.addresses)
    )


def _jobs(k: Kernel) -> Iterator[Job]:
    link, seen = k.worklist.next, {k.worklist.addr}
    while link.addr and link.addr not in seen:
        seen.add(link.addr)
        work = container_of(link, work_struct, "entry")
        function: Any = WORK_FUNCTIONS.get(work.func)
        yield Job(function.__name__ if function is not None else "?", work.cpu)
        link = link.next


def _deferred(k: Kernel, cpu: int) -> Iterator[int]:
    """The list of one CPU: each word is in the first bytes of the memory that is to be freed."""
    seen: set[int] = set()
    addr = vfree_deferred(k.mem, k.vfree_deferred)[cpu].list
    while addr and addr not in seen and len(seen) < MOST:
        seen.add(addr)
        yield addr
        leaf, shift = translation(k, addr)
        if not shift:
            return
        frame = pte_pfn(k, leaf) << k.PAGE_SHIFT >> shift << shift
        at = frame + addr % (1 << shift)
        if at >= k.addr:
            return
        addr = k.mem.load(at)
