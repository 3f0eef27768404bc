"""The areas in the allocator's lists, read straight off the words and kept until their words are written.

A large program has thousands of areas, and nearly every step writes near one of them; so an area is read
again only when one of its own words was written, and a list only when one of its links was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, VM_NO_GUARD, VM_SPARSE
from vmgui.engine.mm.vmap_block import VMAP_BLOCK
from vmgui.engine.structs import vm_struct, vmap_area
from vmgui.engine.words import offsetof

MOST = 200_000
Use = Literal["", "percpu", "sparse"]
LIST, START, END, VM, VA_FLAGS = (
    offsetof(vmap_area, name) for name in ("list", "va_start", "va_end", "vm", "flags")
)
FLAGS, PAGES, NR_PAGES, ORDER, PHYS, CALLER = (
    offsetof(vm_struct, name) for name in ("flags", "pages", "nr_pages", "page_order", "phys_addr", "caller")
)
#: The words that an area is read from, and the globals that say where the lists are.
OF_AREA, OF_VM = (START, END, VM, VA_FLAGS), (FLAGS, PAGES, NR_PAGES, ORDER, PHYS, CALLER)
GLOBALS = ("vmap_nodes", "nr_vmap_nodes")


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


class AreaLists:
    """Reads the busy and the lazy lists of all nodes; `forget` says which pages of memory were written."""

    def __init__(self, k: Kernel, source: Any) -> None:
        self.k, self.source = k, source
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self._areas: tuple[Area, ...] = ()
        self._fresh = False
        self._links: set[int] = set()
        self._known: dict[tuple[int, bool], Area | None] = {}
        self._stale: set[tuple[int, bool]] = set()
        self._about: dict[int, int] = {}

    def forget(self, words: Iterable[int] | None) -> None:
        """Forget what these words held; None is all."""
        if words is None:
            self._stale.update(self._known)
            self._fresh = False
            return
        for word in words:
            if word in self._links:
                self._fresh = False
            va = self._about.get(word)
            if va is not None:
                self._stale.update(((va, False), (va, True)))
                self._fresh = False

    def read(self) -> tuple[Area, ...]:
        """All areas by address; the same tuple as before when nothing about them has changed."""
        if not self._fresh:
            self._links = {(self.k.addr + offsetof(Kernel, name)) >> 3 for name in GLOBALS}
            found = {area.start: area for area in self._read()}
            areas = tuple(sorted(found.values(), key=lambda area: area.start))
            if areas != self._areas:
                self._areas = areas
            self._fresh = True
        return self._areas

    def find(self, start: int) -> tuple[int, int] | None:
        """Addresses of the vmap_area at `start` and of its vm_struct, 0 if it has none; None in no list."""
        words, found = self.source.view, None
        for va, lazy in self._structs():
            if words[va + START >> 3] == start:
                vm = 0 if lazy else words[va + VM >> 3]
                found = va, vm if vm < len(words) << 3 else 0
        return found

    def _read(self) -> Iterator[Area]:
        for va, lazy in self._structs():
            area = self._area(va, lazy)
            if area is not None:
                yield area

    def _structs(self) -> Iterator[tuple[int, bool]]:
        """Every vmap_area in a list, and whether it waits for a purge."""
        k = self.k
        for i in range(k.nr_vmap_nodes):
            node = k.vmap_nodes[i]
            for head, lazy in ((node.lazy.head, True), (node.purge_list, True), (node.busy.head, False)):
                for va in self._walk(head.addr):
                    yield va, lazy

    def _walk(self, head: int) -> list[int]:
        """Areas of a list that may be in the middle of a change: no link twice, none at NULL."""
        words, links = self.source.view, self._links
        found: list[int] = []
        limit, number = len(words) << 3, head >> 3
        while number not in links and len(found) < MOST:
            links.add(number)
            link = words[number]
            if not LIST < link < limit:
                break
            found.append(link - LIST)
            number = link >> 3
        else:
            found = found[:-1]  # back at the head, or where it has been already
        return found

    def _area(self, va: int, lazy: bool) -> Area | None:
        key = (va, lazy)
        if key not in self._known or key in self._stale:
            area, known = self.at(va, lazy, True), self._known.get(key)
            self._known[key] = known if known == area else area  # the same object for the same area
            self._stale.discard(key)
        return self._known[key]

    def at(self, va: int, lazy: bool, watch: bool = False) -> Area | None:
        """The area whose struct is at `va`; None if that does not look like one.

        While a list is being moved, its head can be taken for an area.
        """
        words, touched = self.source.view, [va + offset for offset in OF_AREA]
        start, end, vm = words[va + START >> 3], words[va + END >> 3], words[va + VM >> 3]
        area: Area | None = None
        if self.low <= start < end <= self.high and not (start | end) % self.k.PAGE_SIZE:
            block = bool(words[va + VA_FLAGS >> 3] & VMAP_BLOCK)
            area = Area(start, end, lazy, block=block and not lazy)
            if not lazy and 0 < vm < len(words) << 3:
                touched += [vm + offset for offset in OF_VM]
                area = self._owned(start, end, vm)
        if watch:
            self._about.update((address >> 3, va) for address in touched)
        return area

    def _owned(self, start: int, end: int, vm: int) -> Area:
        words = self.source.view
        flags = words[vm + FLAGS >> 3]
        io = bool(flags & VM_IOREMAP)
        image = bool(flags & VM_MAP) and words[vm + PHYS >> 3] != 0
        percpu = words[vm + CALLER >> 3] == Symbol.PCPU_GET_VM_AREAS
        use: Use = "sparse" if flags & VM_SPARSE else "percpu" if percpu else ""
        return Area(
            start, end, False, 0 if flags & VM_NO_GUARD else 1, io,
            words[vm + PHYS >> 3] if io else None,
            words[vm + PAGES >> 3], words[vm + NR_PAGES >> 3], words[vm + ORDER >> 3], image=image, use=use,
        )  # fmt: skip
