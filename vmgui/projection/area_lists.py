"""The areas in the allocator's lists, read straight off the words and kept until their words are written.

A large program has thousands of areas, and a jump goes past as many of them; so the words of all areas are
taken at once, as columns, and an `Area` is made of them only when somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, VM_NO_GUARD, VM_SPARSE
from vmgui.engine.mm.vmap_block import VMAP_BLOCK
from vmgui.engine.structs import vm_struct, vmap_area
from vmgui.engine.words import offsetof

MOST = 200_000
#: So many new links in a row are looked up in the list that was walked before.
MOST_NEW = 64
Use = Literal["", "percpu", "sparse"]
USES: tuple[Use, ...] = ("", "percpu", "sparse")
#: Functions that map a range [addr, end) for whoever calls them, also where no area owns it.
MAPPERS = ("vmap_page_range", "vmap_pages_range_noflush")
CALLERS = ("", *MAPPERS)
LIST, START, END, VM, VA_FLAGS = (
    offsetof(vmap_area, name) for name in ("list", "va_start", "va_end", "vm", "flags")
)
FLAGS, PAGES, NR_PAGES, ORDER, PHYS, CALLER = (
    offsetof(vm_struct, name) for name in ("flags", "pages", "nr_pages", "page_order", "phys_addr", "caller")
)
#: The words that an area is read from, and the globals that say where the lists are.
OF_AREA, OF_VM = (START, END, VM, VA_FLAGS), (FLAGS, PAGES, NR_PAGES, ORDER, PHYS, CALLER)
GLOBALS = ("vmap_nodes", "nr_vmap_nodes")
COLUMNS = np.dtype([
    ("start", "u8"), ("end", "u8"), ("phys", "u8"), ("pages", "u8"), ("nr_pages", "u8"), ("order", "u8"),
    ("guard", "i8"), ("lazy", "?"), ("io", "?"), ("block", "?"), ("image", "?"), ("caller", "u1"),
    ("use", "u1"),
])  # fmt: skip
Ints = NDArray[np.int64]
Table = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Area:
    """One area as the lists have it; `lazy` when it waits for a purge.

    `guard` is in pages; `pages` is the address of the array of its `nr_pages` struct pages. `caller` names
    the function that mapped a range which no area owns. `block` marks a vmap block, `image` a part of the
    kernel's own image. `use` marks what is mapped piece by piece: per-CPU memory, a sparse area.
    """

    start: int
    end: int
    lazy: bool
    guard: int = 0
    io: bool = False
    phys: int | None = None
    pages: int = 0
    nr_pages: int = 0
    order: int = 0
    caller: str = ""
    block: bool = False
    image: bool = False
    use: Use = ""


class Areas(Sequence[Area]):
    """Areas by address: `table` has a row of COLUMNS for each."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def of(cls, areas: Iterable[Area]) -> Areas:
        """Areas that are known one by one."""
        rows = [
            (a.start, a.end, a.phys or 0, a.pages, a.nr_pages, a.order, a.guard, a.lazy, a.io, a.block,
             a.image, CALLERS.index(a.caller), USES.index(a.use))
            for a in areas
        ]  # fmt: skip
        return cls(np.array(rows, COLUMNS))

    def joined(self, others: Areas) -> Areas:
        """These areas and others; where two begin at one address, the last one."""
        table = np.concatenate((self.table, others.table))
        order = np.argsort(table["start"], kind="stable")
        starts = table["start"][order]
        return Areas(table[order[np.append(starts[1:] != starts[:-1], True)]] if len(table) else table)

    def overlaps(self, starts: NDArray[np.uint64], ends: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of the ranges [start, end) share an address with an area."""
        near = np.searchsorted(self.table["start"], ends)  # the first area that begins behind the range
        found: NDArray[np.bool_] = near > 0
        found[found] = self.table["end"][near[found] - 1] > starts[found]
        return found

    def __len__(self) -> int:
        return len(self.table)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Areas):
            return self.table is other.table or self.table.tobytes() == other.table.tobytes()
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    @overload
    def __getitem__(self, index: int) -> Area: ...
    @overload
    def __getitem__(self, index: slice) -> Areas: ...
    def __getitem__(self, index: int | slice) -> Area | Areas:
        """One area, or a stretch of them."""
        if isinstance(index, slice):
            return Areas(self.table[index])
        (start, end, phys, pages, nr_pages, order, guard, lazy, io, block, image, caller, use) = self.table[
            index
        ].item()
        return Area(
            start, end, lazy, guard, io, phys if io else None, pages, nr_pages, order, CALLERS[caller],
            block, image, USES[use],
        )  # fmt: skip


NO_AREAS = Areas(np.zeros(0, COLUMNS))


class AreaLists:
    """Reads the busy and the lazy lists of all nodes; `forget` says which words were written."""

    def __init__(self, k: Kernel, source: Any) -> None:
        self.k, self.source = k, source
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self._areas = NO_AREAS
        self._fresh = False
        self._first = k.addr >> 3  # what lies below is no kernel object: told by one flag together
        self._read_from = np.zeros((k.arena_end >> 3) - self._first + 2, np.bool_)
        self._flagged: Ints = np.zeros(0, np.int64)
        self._walked: dict[int, Ints] = {}

    def forget(self, words: NDArray[np.uint32] | None) -> None:
        """Forget what these words held; None is all."""
        if self._fresh and (words is None or self._read_from[self._spot(words.astype(np.int64))].any()):
            self._fresh = False

    def read(self) -> Areas:
        """All areas by address; the same object as before when nothing about them has changed."""
        if not self._fresh:
            va, lazy, links = self._structs()
            table, vm = self._rows(va, lazy)
            areas = NO_AREAS.joined(Areas(table))
            if areas != self._areas:
                self._areas = areas
            self._watch(va, vm, links)
            self._fresh = True
        return self._areas

    def find(self, start: int) -> tuple[int, int] | None:
        """Addresses of the vmap_area at `start` and of its vm_struct, 0 if it has none; None in no list."""
        words, found = self.source.view, None
        va, lazy, _links = self._structs()
        for at, free in zip(va.tolist(), lazy.tolist(), strict=True):
            if words[at + START >> 3] == start:
                vm = 0 if free else words[at + VM >> 3]
                found = at, vm if vm < len(words) << 3 else 0
        return found

    def at(self, va: int, lazy: bool) -> Areas:
        """The area whose struct is at `va`; none if that does not look like one."""
        return Areas(self._rows(np.array([va], np.int64), np.array([lazy]))[0])

    # --- words ---------------------------------------------------------------------------------------

    def _rows(self, va: Ints, lazy: NDArray[np.bool_]) -> tuple[Table, Ints]:
        """The rows of the structs that look like areas, and the addresses of their vm_structs or 0.

        While a list is being moved, its head can be taken for an area.
        """
        words = np.frombuffer(self.source.view, np.uint64)
        start, end, vm, flags = words[_inside(va[:, None] + np.array(OF_AREA), words)].T
        owned = ~lazy & (vm > 0) & (vm < len(words) << 3)
        owner = np.where(owned, vm, 0).astype(np.int64)
        vm_flags, pages, nr_pages, order, phys, caller = (
            words[_inside(owner[:, None] + np.array(OF_VM), words)] * owned[:, None].astype(np.uint64)
        ).T
        table = np.zeros(len(va), COLUMNS)
        table["start"], table["end"], table["lazy"] = start, end, lazy
        table["pages"], table["nr_pages"], table["order"] = pages, nr_pages, order
        table["guard"] = owned & (vm_flags & VM_NO_GUARD == 0)
        table["io"] = io = vm_flags & VM_IOREMAP != 0
        table["phys"] = np.where(io, phys, 0)
        table["block"] = ~lazy & ~owned & (flags & VMAP_BLOCK != 0)
        table["image"] = (vm_flags & VM_MAP != 0) & (phys != 0)
        percpu = owned & (caller == int(Symbol.PCPU_GET_VM_AREAS))
        sparse = vm_flags & VM_SPARSE != 0
        table["use"] = np.where(sparse, USES.index("sparse"), percpu * USES.index("percpu"))
        likely = (start >= self.low) & (start < end) & (end <= self.high)
        return table[likely & ((start | end) % self.k.PAGE_SIZE == 0)], owner

    def _watch(self, va: Ints, vm: Ints, links: list[int]) -> None:
        """Note the words that were read."""
        shared = [self.k.addr + offsetof(Kernel, name) for name in GLOBALS]
        parts = [
            (va[:, None] + np.array((LIST, *OF_AREA))).ravel(),
            (vm[vm > 0][:, None] + np.array(OF_VM)).ravel(),
            np.array([*links, *shared], np.int64),
        ]
        self._read_from[self._flagged] = False
        self._flagged = self._spot(np.concatenate(parts) >> 3)
        self._read_from[self._flagged] = True

    def _spot(self, words: Ints) -> Ints:
        """The flag of each word: the first one is for all that lie before the kernel's objects."""
        found: Ints = np.clip(words - self._first, -1, len(self._read_from) - 2) + 1
        return found

    def _structs(self) -> tuple[Ints, NDArray[np.bool_], list[int]]:
        """Every vmap_area in a list, whether it waits for a purge, and the heads of the lists."""
        nodes = [self.k.vmap_nodes[i] for i in range(self.k.nr_vmap_nodes)]
        heads = [
            (head, lazy)
            for node in nodes
            for head, lazy in ((node.lazy.head.addr, True), (node.purge_list.addr, True),
                               (node.busy.head.addr, False))
        ]  # fmt: skip
        ends = {0, *(head for head, _lazy in heads)}
        self._walked = {head: self._walk(head, ends) for head, _lazy in heads}
        found = list(self._walked.values())
        lazy = np.repeat(np.array([lazy for _head, lazy in heads], np.bool_), [len(each) for each in found])
        links = np.concatenate(found) if found else np.zeros(0, np.int64)
        return links - LIST, lazy, [head for head, _lazy in heads]

    def _walk(self, head: int, ends: set[int]) -> Ints:
        """Links of a list that may be in the middle of a change: up to a head, NULL, or a wild pointer."""
        before = self._walked.get(head)
        found = self._walk_along(head, before, ends) if before is not None and len(before) else None
        return found if found is not None else np.array(self._walk_anew(head, ends), np.int64)

    def _walk_along(self, head: int, before: Ints, ends: set[int]) -> Ints | None:
        """The links of a list that was walked before: only where one leads elsewhere than it did, one by one.

        None if too much is different for that.
        """
        words, limit = self.source.view, len(self.source.view) << 3
        path = np.append(head, before)
        leads = np.frombuffer(words, np.uint64)[path[:-1] >> 3].astype(np.int64)
        moved = np.append(np.flatnonzero(leads != before), len(before))
        found: list[Ints] = []
        at = 0
        while True:
            stop = int(moved[np.searchsorted(moved, at)])
            found.append(before[at:stop])
            link = words[int(path[stop]) >> 3]
            new: list[int] = []
            while link not in ends and LIST < link < limit:
                known = np.flatnonzero(before == link)
                if len(known):
                    break
                new.append(link)
                if len(new) > MOST_NEW:
                    return None
                link = words[link >> 3]
            else:
                return np.concatenate((*found, np.array(new, np.int64)))
            if known[0] < stop:
                return None
            at = int(known[0]) + 1
            found.append(np.array([*new, link], np.int64))

    def _walk_anew(self, head: int, ends: set[int]) -> list[int]:
        words = self.source.view
        found: list[int] = []
        limit, link = len(words) << 3, words[head >> 3]
        while link not in ends and LIST < link < limit and len(found) < MOST:
            found.append(link)
            link = words[link >> 3]
        return found if len(found) < MOST else list(dict.fromkeys(found))


def _inside(addresses: Ints, words: NDArray[np.uint64]) -> Ints:
    """Numbers of the words at these addresses; a wild pointer is not followed beyond the end."""
    found: Ints = np.minimum(addresses >> 3, len(words) - 1)
    return found
