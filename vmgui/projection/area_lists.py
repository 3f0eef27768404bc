"""The areas in the allocator's lists, read straight off the words and kept until their words are written.

A large program has thousands of areas, and a jump goes past as many of them; so the words of all areas are
taken at once, as columns, and an `Area` is made of them only when somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, overload
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, VM_NO_GUARD, VM_SPARSE
from vmgui.engine.mm.vmap_block import VMAP_BLOCK
from vmgui.engine.structs import vm_struct, vmap_area
from vmgui.engine.words import offsetof
from vmgui.projection.pieces import Flags, Ints, among
from vmgui.projection.scope import PIECE

MOST = 200_000
#: A list that leads elsewhere than it did at more places is walked anew.
MOST_MOVED = 64
#: So many links are followed at once.
TOGETHER = 4_096
#: So many new links in a row are searched for in the list as it was; of more a table is made.
FEW_NEW = 16
#: In so many bytes, as a power of two, no two structs begin.
GRANULE = 6
Use = Literal["", "percpu", "sparse"]
USES: tuple[Use, ...] = ("", "percpu", "sparse")
PERCPU, SPARSE = USES.index("percpu"), USES.index("sparse")
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
#: A row takes 64 bytes, so that its numbers are where a processor likes them.
COLUMNS = np.dtype([
    ("start", "u8"), ("end", "u8"), ("phys", "u8"), ("pages", "u8"), ("nr_pages", "u8"), ("order", "u8"),
    ("guard", "i8"), ("lazy", "?"), ("io", "?"), ("block", "?"), ("image", "?"), ("caller", "u1"),
    ("use", "u1"), ("unused", "u2"),
])  # fmt: skip
#: A whole row: NumPy joins these much faster than it does column by column.
RAW = np.dtype((np.void, COLUMNS.itemsize))
#: Bits of the structs that are watched, vmap_area, vm_struct and single words, and which of their words.
WATCHED = tuple(
    (bit, np.array(offsets) // 8) for bit, offsets in ((1, (LIST, *OF_AREA)), (2, OF_VM), (4, (0,)))
)
ANY = 7
Table = NDArray[Any]
NO_LINKS: Ints = np.zeros(0, np.int64)
NO_STRUCT: Ints = np.zeros(1, np.int64)


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

    def __init__(self, table: Table, before: Areas | None = None, number: Ints = NO_LINKS) -> None:
        """Rows of areas; if given, the number that each had among those before, or -1."""
        self.table, self._number = table, number
        self._before = ref(before) if before is not None else None

    @cached_property
    def starts(self) -> NDArray[np.uint64]:
        """Where the areas begin, side by side in memory: much faster to search than the table."""
        return np.ascontiguousarray(self.table["start"])

    @cached_property
    def ends(self) -> NDArray[np.uint64]:
        """Where the areas end, side by side in memory."""
        return np.ascontiguousarray(self.table["end"])

    @classmethod
    def of(cls, areas: Iterable[Area]) -> Areas:
        """Areas that are known one by one."""
        rows = [
            (a.start, a.end, a.phys or 0, a.pages, a.nr_pages, a.order, a.guard, a.lazy, a.io, a.block,
             a.image, CALLERS.index(a.caller), USES.index(a.use), 0)
            for a in areas
        ]  # fmt: skip
        return cls(np.array(rows, COLUMNS))

    def among(self, others: Areas) -> Ints:
        """The number of each area among others, as far as it is known to be one of those; else -1."""
        if others is self:
            return np.arange(len(self))
        known = self._before is not None and self._before() is others
        return self._number if known else np.full(len(self), -1)

    def rows(self, numbers: Ints) -> Table:
        """A copy of the rows with these numbers; any row for -1."""
        return (self.table if len(self) else np.zeros(1, COLUMNS)).take(numbers)

    def joined(self, others: Areas) -> Areas:
        """These areas and others; where two begin at one address, the last one."""
        both = np.concatenate((self.table.view(RAW), others.table.view(RAW)))
        return Areas(_in_order(both.view(COLUMNS)))

    def chosen(self, flags: Flags) -> Areas:
        """Some of the areas."""
        return Areas(self.table.compress(flags))

    def overlaps(self, starts: NDArray[np.uint64], ends: NDArray[np.uint64]) -> Flags:
        """Which of the ranges [start, end) share an address with an area."""
        if not len(self.table):
            return np.zeros(len(ends), np.bool_)
        near = self.starts.searchsorted(ends)  # the first area that begins behind the range
        found: Flags = (near > 0) & (self.ends[near - 1] > starts)
        return found

    def __len__(self) -> int:
        return len(self.table)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Areas):
            return self.table is other.table or (
                len(self) == len(other)
                and bool((self.table["start"] == other.table["start"]).all())
                and self.table.tobytes() == other.table.tobytes()
            )
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    @overload
    def __getitem__(self, index: int) -> Area: ...
    @overload
    def __getitem__(self, index: slice) -> Areas: ...
    def __getitem__(self, index: int | slice) -> Area | Areas:
        """One area, or a stretch of them."""
        if isinstance(index, slice):
            return Areas(self.table[index])
        (start, end, phys, pages, nr_pages, order, guard, lazy, io, block, image, caller, use, _unused) = (
            self.table[index].item()
        )
        return Area(
            start, end, lazy, guard, io, phys if io else None, pages, nr_pages, order, CALLERS[caller],
            block, image, USES[use],
        )  # fmt: skip


def _in_order(table: Table) -> Table:
    """Rows by their start, of two with the same one the last."""
    starts = table["start"]
    if (starts[1:] > starts[:-1]).all():
        return table
    order = starts.argsort(kind="stable")
    starts = starts[order]
    found: Table = table.take(order[np.append(starts[1:] != starts[:-1], True)])
    return found


NO_AREAS = Areas(np.zeros(0, COLUMNS))


class AreaLists:
    """Reads the busy and the lazy lists of all nodes; `forget` says which words were written."""

    def __init__(self, k: Kernel, source: Any) -> None:
        self.k, self.source = k, source
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self._areas = NO_AREAS
        self._fresh = False
        self._rows_at = np.zeros((len(source.view) << 3 >> GRANULE) + 1, np.int32)
        self._structs_of(NO_LINKS, NO_LINKS)
        self._first = k.addr >> 3  # what lies below is no kernel object: told by one flag together
        self._structs_at = np.zeros((k.arena_end >> 3) - self._first + 2, np.uint8)  # bits of WATCHED
        self._flagged: Ints = np.zeros(0, np.int64)
        self._read_last: tuple[Ints, Ints, list[int]] | None = None  # but not yet flagged
        self._walked: dict[int, Ints] = {}
        self._globals = [k.addr + offsetof(Kernel, name) >> 3 for name in GLOBALS]
        self._lists: tuple[list[int], dict[int, bool], set[int]] = [], {}, set()

    def forget(self, words: NDArray[np.uint32] | None, written: Flags | None = None) -> None:
        """Forget what was written: these words, if they are few, in flagged pieces; None is all."""
        if self._fresh and words is not None:
            self._watch()
            if not self._was_read(words.astype(np.int64)[:, None]):
                return
        self._fresh = False
        if written is None:
            self._stale[:] = True
        else:
            self._stale[:-1] |= among(self._pieces, written).any(axis=0)

    def _was_read(self, words: Ints) -> bool:
        """Whether one of some words belongs to what was read."""
        found = (self._structs_at[self._spot(words - of)] & bit for bit, of in WATCHED)
        return any(each.any() for each in found)

    def read(self) -> Areas:
        """All areas by address; the same object as before when nothing about them has changed."""
        if not self._fresh:
            self._fresh = True
            va, lazy, links = self._structs()
            order = np.frombuffer(self.source.view, np.uint64)[va + START >> 3].argsort(kind="stable")
            self._areas = self._renewed(va[order], lazy[order], links)
        return self._areas

    def _renewed(self, va: Ints, lazy: Flags, links: list[int]) -> Areas:
        """The areas of these structs, sorted by address: only of those read again that were written."""
        before, number = self._areas, self._numbers(va)
        again = ((number < 0) | self._stale.take(number)).nonzero()[0]
        rows, owners, likely = self._rows(va[again], lazy[again])
        table, vm = before.rows(number), self._vm.take(number)
        known = again[number[again] >= 0]
        was = table.take(known)
        table.view(RAW)[again], vm[again] = rows.view(RAW), owners
        words = table.take(known).view(np.uint64) != was.view(np.uint64)
        number[known[words.nonzero()[0] * 8 // COLUMNS.itemsize]] = -1
        self._read_last = va, vm, links
        if not likely.all():
            there = np.ones(len(va), np.bool_)
            there[again] = likely
            va, vm, number, table = (each.compress(there) for each in (va, vm, number, table))
        areas = Areas(table, before, number)
        last = areas.starts[1:] != areas.starts[:-1]
        if not last.all():
            last = np.append(last, True)
            va, vm, number = (each.compress(last) for each in (va, vm, number))
            areas = Areas(table.compress(last), before, number)
        self._structs_of(va, vm)
        return before if len(areas) == len(before) and (number >= 0).all() else areas

    def _numbers(self, va: Ints) -> Ints:
        """The number that each area had when structs were read last, by where its struct is; or -1."""
        number = np.minimum(self._rows_at.take(va >> GRANULE), len(self._va) - 1).astype(np.int64)
        number[self._va.take(number) != va] = -1
        return number

    def _structs_of(self, va: Ints, vm: Ints) -> None:
        """Note where the structs of the areas lie, in their order."""
        self._va, self._vm = np.concatenate((va, NO_STRUCT)), np.concatenate((vm, NO_STRUCT))
        self._rows_at[va >> GRANULE] = np.arange(len(va), dtype=np.int32)
        self._pieces = np.array((va, va + VA_FLAGS, vm, vm + CALLER)) >> PIECE
        self._stale = np.zeros(len(va) + 1, np.bool_)

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
        table, _vm, likely = self._rows(np.array([va], np.int64), np.array([lazy]))
        return Areas(table.compress(likely))

    # --- words ---------------------------------------------------------------------------------------

    def _rows(self, va: Ints, lazy: Flags) -> tuple[Table, Ints, Flags]:
        """The rows of structs, the addresses of their vm_structs or 0, and which of them look like areas.

        While a list is being moved, its head can be taken for an area.
        """
        words = np.frombuffer(self.source.view, np.uint64)
        start, end, vm, flags = _fields(words, va, OF_AREA)
        owned = ~lazy & (vm > 0) & (vm < len(words) << 3)
        owner = (vm * owned).astype(np.int64)
        of_vm = _fields(words, owner, OF_VM)
        if not owned.all():
            of_vm *= owned
        vm_flags, pages, nr_pages, order, phys, caller = of_vm
        table = np.zeros(len(va), COLUMNS)
        table["start"], table["end"], table["lazy"] = start, end, lazy
        table["pages"], table["nr_pages"], table["order"] = pages, nr_pages, order
        table["guard"] = owned & (vm_flags & VM_NO_GUARD == 0)
        table["io"] = io = vm_flags & VM_IOREMAP != 0
        table["phys"] = phys * io
        table["block"] = ~lazy & ~owned & (flags & VMAP_BLOCK != 0)
        table["image"] = (vm_flags & VM_MAP != 0) & (phys != 0)
        percpu = owned & (caller == int(Symbol.PCPU_GET_VM_AREAS))
        table["use"] = percpu * PERCPU
        table["use"][vm_flags & VM_SPARSE != 0] = SPARSE
        likely = (start >= self.low) & (start < end) & (end <= self.high)
        likely &= (start | end) & np.uint64(self.k.PAGE_SIZE - 1) == 0
        return table, owner, likely

    def _watch(self) -> None:
        """Note where the structs lie that were read last."""
        if self._read_last is None:
            return
        va, vm, links = self._read_last
        self._read_last = None
        others = np.array([*(link >> 3 for link in links), *self._globals])
        spots = [self._spot(words) for words in (va >> 3, vm[vm > 0] >> 3, others)]
        self._structs_at[self._flagged] = 0
        for (bit, _of), each in zip(WATCHED, spots, strict=True):
            self._structs_at[each] = bit
        self._structs_at[0] = ANY if self._structs_at[0] else 0
        self._flagged = np.concatenate(spots)

    def _spot(self, words: Ints) -> Ints:
        """The flag of each word: the first one is for all that lie before the kernel's objects."""
        found: Ints = np.minimum(np.maximum(words - self._first, -1), len(self._structs_at) - 2) + 1
        return found

    def _structs(self) -> tuple[Ints, Flags, list[int]]:
        """Every vmap_area in a list, whether it waits for a purge, and the heads of the lists."""
        heads, ends = self._heads()
        words = self.source.view
        found, lazy = [NO_LINKS], [False]
        for head, free in heads.items():
            if words[head >> 3] not in ends:
                found.append(self._walk(head, ends))
                lazy.append(free)
        links = np.concatenate(found)
        return links - LIST, np.array(lazy).repeat([len(each) for each in found]), list(heads)

    def _heads(self) -> tuple[dict[int, bool], set[int]]:
        """The heads of all lists, whether they hold what waits for a purge; where a list ends."""
        read = [self.source.view[word] for word in self._globals]
        if read != self._lists[0]:
            nodes = [self.k.vmap_nodes[i] for i in range(self.k.nr_vmap_nodes)]
            heads = {
                head: lazy
                for node in nodes
                for head, lazy in ((node.lazy.head.addr, True), (node.purge_list.addr, True),
                                   (node.busy.head.addr, False))
            }  # fmt: skip
            self._lists = read, heads, {0, *heads}
        return self._lists[1:]

    def _walk(self, head: int, ends: set[int]) -> Ints:
        """Links of a list that may be in the middle of a change: up to a head, NULL, or a wild pointer."""
        path = self._walked.get(head)
        found = self._walk_along(path, ends) if path is not None else None
        if found is None:
            found = np.array([head, *self._walk_anew(head, ends)], np.int64)
        if path is None or found.base is not path:
            self._walked[head] = found  # else it has only grown shorter
        return found[1:]

    def _walk_along(self, path: Ints, ends: set[int]) -> Ints | None:
        """The head and the links of a list that was walked before: one by one only where it leads elsewhere.

        A part of the path if it has only grown shorter; None if too much is different.
        """
        found: list[Ints] = []
        at = 0
        for _ in range(MOST_MOVED):
            stop = self._stop(path, at)
            new, known = self._new_links(int(path[stop]), path[1:], ends)
            if known is None and not new and not found:
                return path[: stop + 1]
            found += path[at : stop + 1], np.array(new, np.int64)
            if known is None:
                return np.concatenate(found) if len(new) < MOST else None
            if known < stop:
                return None
            at = known + 1
        return None

    def _stop(self, path: Ints, at: int) -> int:
        """The number of the first link from one on that does not lead to the next."""
        words, last = np.frombuffer(self.source.view, np.int64), len(path) - 1
        while at < last:
            end = min(at + TOGETHER, last)
            differs = words[path[at:end] >> 3] != path[at + 1 : end + 1]
            first = int(differs.argmax())
            if differs[first]:
                return at + first
            at = end
        return last

    def _new_links(self, link: int, before: Ints, ends: set[int]) -> tuple[list[int], int | None]:
        """The links after one up to one that is known, and the number of that: None where the list ends."""
        words, limit = self.source.view, len(self.source.view) << 3
        new: list[int] = []
        places: dict[int, int] | None = None
        link = words[link >> 3]
        while link not in ends and LIST < link < limit and len(new) < MOST:
            if len(new) < FEW_NEW:
                found = (before == link).nonzero()[0]
                known = int(found[0]) if len(found) else None
            else:
                places = places or dict(zip(before.tolist(), range(len(before)), strict=True))
                known = places.get(link)
            if known is not None:
                return new, known
            new.append(link)
            link = words[link >> 3]
        return new, None

    def _walk_anew(self, head: int, ends: set[int]) -> list[int]:
        words = self.source.view
        found: list[int] = []
        limit, link = len(words) << 3, words[head >> 3]
        while link not in ends and LIST < link < limit and len(found) < MOST:
            found.append(link)
            link = words[link >> 3]
        return found if len(found) < MOST else list(dict.fromkeys(found))


def _fields(words: NDArray[np.uint64], structs: Ints, offsets: tuple[int, ...]) -> NDArray[np.uint64]:
    """Fields of structs at these addresses, a row for each; a wild pointer is not followed beyond the end."""
    found: NDArray[np.uint64] = words.take((structs >> 3) + np.array(offsets)[:, None] // 8, mode="wrap")
    return found
