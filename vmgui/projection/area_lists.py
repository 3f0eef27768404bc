"""The areas in the allocator's lists, read straight off the words and kept until their words are written.

A large program has thousands of areas, and nearly every step writes near one of them; so the lists are read
again only when a link or a word of an area was written.  Then the words of all areas are taken at once, and
what they were last time they held the same is taken as it was: also after a jump to somewhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, VM_NO_GUARD, VM_SPARSE
from vmgui.engine.mm.vmap_block import VMAP_BLOCK
from vmgui.engine.structs import vm_struct, vmap_area
from vmgui.engine.words import offsetof

MOST = 200_000
#: So many states of areas are kept, besides some for each area that there is.
MOST_STATES = 50_000
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

    def __hash__(self) -> int:
        """Tell areas apart by where they begin: quicker than by everything that is known of them."""
        return hash(self.start)


class AreaLists:
    """Reads the busy and the lazy lists of all nodes; `forget` says which pages of memory were written."""

    def __init__(self, k: Kernel, source: Any) -> None:
        self.k, self.source = k, source
        self.low, self.high = k.VMALLOC_START, k.VMALLOC_END + 1
        self._areas: tuple[Area, ...] = ()
        self._fresh = False
        self._links: set[int] = set()
        self._known: dict[bytes, Area | None] = {}
        self._about: set[int] = set()

    def forget(self, words: set[int] | None) -> None:
        """Forget what these words held; None is all."""
        if words is None or not (words.isdisjoint(self._links) and words.isdisjoint(self._about)):
            self._fresh = False

    def read(self) -> tuple[Area, ...]:
        """All areas by address; the same tuple as before when nothing about them has changed."""
        if not self._fresh:
            self._links = {(self.k.addr + offsetof(Kernel, name)) >> 3 for name in GLOBALS}
            found = {area.start: area for area in self._read() if area is not None}
            areas = tuple(found[start] for start in sorted(found))
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

    def _read(self) -> list[Area | None]:
        """The area of every struct in a list; None for what does not look like one."""
        structs = list(self._structs())
        if not structs:
            return []
        words = np.frombuffer(self.source.view, np.uint64)
        place = np.array(structs, np.int64)
        own = words[_inside(place[:, :1] + np.array(OF_AREA), words)]
        vm = np.where((own[:, 2] < len(words) << 3) & (place[:, 1] == 0), own[:, 2], 0).astype(np.int64)
        owner = words[_inside(vm[:, None] + np.array(OF_VM), words)]
        table = np.concatenate((place.astype(np.uint64), own, owner * (vm > 0)[:, None].astype(np.uint64)), 1)
        data, width = table.tobytes(), table.shape[1] * 8
        if len(self._known) > MOST_STATES + 8 * len(structs):
            self._known.clear()
        known, found = self._known, list[Area | None]()
        for i, (va, lazy) in enumerate(structs):
            key = data[i * width : (i + 1) * width]
            if key not in known:
                known[key] = self.at(va, lazy)
                self._watch(va, int(vm[i]))
            found.append(known[key])
        return found

    def _watch(self, va: int, vm: int) -> None:
        """Note the words that say what the area at `va` is."""
        self._about.update(va + offset >> 3 for offset in OF_AREA)
        if vm:
            self._about.update(vm + offset >> 3 for offset in OF_VM)

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

    def at(self, va: int, lazy: bool) -> Area | None:
        """The area whose struct is at `va`; None if that does not look like one.

        While a list is being moved, its head can be taken for an area.
        """
        words = self.source.view
        start, end, vm = words[va + START >> 3], words[va + END >> 3], words[va + VM >> 3]
        if not self.low <= start < end <= self.high or (start | end) % self.k.PAGE_SIZE:
            return None
        if not lazy and 0 < vm < len(words) << 3:
            return self._owned(start, end, vm)
        block = bool(words[va + VA_FLAGS >> 3] & VMAP_BLOCK)
        return Area(start, end, lazy, block=block and not lazy)

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


def _inside(addresses: NDArray[np.int64], words: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Numbers of the words at these addresses; a wild pointer is not followed beyond the end."""
    found: NDArray[np.int64] = np.minimum(addresses >> 3, len(words) - 1)
    return found
