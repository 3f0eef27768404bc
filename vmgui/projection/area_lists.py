"""The areas in the allocator's lists, read straight off the words and kept until their words are written.

A large program has thousands of areas, and nearly every step writes near one of them; so only what lies in a
written page is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, VM_NO_GUARD
from vmgui.engine.mm.vmap_block import VMAP_BLOCK
from vmgui.engine.structs import vm_struct, vmap_area
from vmgui.engine.words import offsetof
from vmgui.projection.scope import PIECE

MOST = 200_000
LIST, START, END, VM, VA_FLAGS = (
    offsetof(vmap_area, name) for name in ("list", "va_start", "va_end", "vm", "flags")
)
FLAGS, PAGES, NR_PAGES, ORDER, PHYS = (
    offsetof(vm_struct, name) for name in ("flags", "pages", "nr_pages", "page_order", "phys_addr")
)


@dataclass(frozen=True, slots=True)
class Area:
    """One area as the lists have it; `lazy` when it waits for a purge.

    `guard` is in pages; `pages` is the address of the array of its `nr_pages` struct pages. `caller` names
    the function that mapped a range which no area owns. `block` marks a vmap block, `image` a part of the
    kernel's own image.
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


class AreaLists:
    """Reads the busy and the lazy lists of all nodes; `forget` says which pages of memory were written."""

    def __init__(self, k: Kernel, source: Any) -> None:
        self.k, self.source = k, source
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self._areas: tuple[Area, ...] = ()
        self._fresh = False
        self._watched: set[int] = set()
        self._known: dict[tuple[int, bool], Area | None] = {}
        self._in_page: dict[int, set[tuple[int, bool]]] = {}

    def forget(self, pages: Iterable[int] | None) -> None:
        """Forget what these pages held; None is all."""
        if pages is None:
            self._known.clear()
            self._in_page.clear()
            self._fresh = False
            return
        for page in pages:
            if page in self._watched:
                self._fresh = False
            for key in self._in_page.pop(page, ()):
                self._known.pop(key, None)

    def read(self) -> tuple[Area, ...]:
        """All areas by address; the same tuple as before when nothing about them has changed."""
        if not self._fresh:
            self._watched = set()
            found = {area.start: area for area in self._read()}
            areas = tuple(sorted(found.values(), key=lambda area: area.start))
            if areas != self._areas:
                self._areas = areas
            self._fresh = True
        return self._areas

    def _read(self) -> Iterator[Area]:
        k = self.k
        self._watched.add(k.addr >> PIECE)
        self._watched.add(k.addr + Kernel.size >> PIECE)
        for i in range(k.nr_vmap_nodes):
            node = k.vmap_nodes[i]
            for head, lazy in ((node.lazy.head, True), (node.purge_list, True), (node.busy.head, False)):
                for va in self._walk(head.addr):
                    area = self._area(va, lazy)
                    if area is not None:
                        yield area

    def _walk(self, head: int) -> Iterator[int]:
        """Areas of a list that may be in the middle of a change: no link twice, none at NULL."""
        words, seen = self.source.view, {head}
        limit = len(words) << 3
        self._watched.add(head >> PIECE)
        link = words[head >> 3]
        while LIST < link < limit and link not in seen and len(seen) < MOST:
            seen.add(link)
            self._watched.add(link >> PIECE)
            yield link - LIST
            link = words[link >> 3]

    def _area(self, va: int, lazy: bool) -> Area | None:
        key = (va, lazy)
        if key not in self._known:
            self._known[key] = self.at(va, lazy, key)
        return self._known[key]

    def at(self, va: int, lazy: bool, key: tuple[int, bool] | None = None) -> Area | None:
        """The area whose struct is at `va`; None if that does not look like one.

        While a list is being moved, its head can be taken for an area.
        """
        words, touched = self.source.view, [va, va + vmap_area.size - 8]
        start, end, vm = words[va + START >> 3], words[va + END >> 3], words[va + VM >> 3]
        area: Area | None = None
        if self.low <= start < end <= self.high and not (start | end) % self.k.PAGE_SIZE:
            block = bool(words[va + VA_FLAGS >> 3] & VMAP_BLOCK)
            area = Area(start, end, lazy, block=block and not lazy)
            if not lazy and 0 < vm < len(words) << 3:
                touched += [vm, vm + vm_struct.size - 8]
                area = self._owned(start, end, vm)
        if key is not None:
            for address in touched:
                self._watched.add(address >> PIECE)
                self._in_page.setdefault(address >> PIECE, set()).add(key)
        return area

    def _owned(self, start: int, end: int, vm: int) -> Area:
        words = self.source.view
        flags = words[vm + FLAGS >> 3]
        io = bool(flags & VM_IOREMAP)
        image = bool(flags & VM_MAP) and words[vm + PHYS >> 3] != 0
        return Area(
            start, end, False, 0 if flags & VM_NO_GUARD else 1, io,
            words[vm + PHYS >> 3] if io else None,
            words[vm + PAGES >> 3], words[vm + NR_PAGES >> 3], words[vm + ORDER >> 3], image=image,
        )  # fmt: skip
