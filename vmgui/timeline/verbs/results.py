"""Turning what a kernel function returned into an outcome, without adding to the recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.page import page_to_pfn
from vmgui.engine.mm.vmap_find import __find_vmap_area
from vmgui.engine.program import alloc_single_pages
from vmgui.engine.structs import page, vmap_area
from vmgui.engine.words import offsetof
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.names import areas_in_use
from vmgui.timeline.outcome import Obj, ObjKind, Outcome, ValueKind
from vmgui.timeline.values import OperationError

#: With more areas in use than this their lists are read once instead of their trees searched for each.
FEW = 64


def busy_area(k: Kernel, addr: int) -> vmap_area | None:
    """The busy area that holds ``addr``; only reads, so the recording does not show it."""
    addr = kasan_reset_tag(k, addr)
    found = (__find_vmap_area(addr, k.vmap_nodes[i].busy.root) for i in range(k.nr_vmap_nodes))
    return next((va for va in found if va is not None), None)


def made_area(env: Env, target: str | None, addr: int) -> Outcome:
    """What a call made that returns the address of an area, or 0."""
    name = target or "_"
    if not addr:
        return Outcome(0, ValueKind.ADDRESS, made=Obj(name, ObjKind.NULL))
    page = kasan_reset_tag(env.kernel, addr) & env.kernel.PAGE_MASK
    va = busy_area(env.kernel, page)
    vm = va.vm if va is not None else None
    obj = Obj(name, ObjKind.AREA, addr, vm.vm_size if vm else 0, vm.addr if vm else 0)
    return Outcome(addr, ValueKind.ADDRESS, (page, page + obj.size), page, obj)


def number(value: int, start: int = 0, end: int = 0, query: int | None = None) -> Outcome:
    """A number that a call about [start, end) returned."""
    return Outcome(value, ValueKind.NUMBER, extent(start, end), query)


def extent(start: int, end: int) -> tuple[int, int] | None:
    """The range [start, end), None when it is empty."""
    return (start, end) if end > start else None


def whole(env: Env, obj: Obj) -> tuple[int, int] | None:
    """The range of an object."""
    start = kasan_reset_tag(env.kernel, obj.addr) & env.kernel.PAGE_MASK
    return extent(start, start + obj.size)


def no_longer_busy(env: Env) -> tuple[str, ...]:
    """Names of the areas that were in use and are not any more."""
    live = areas_in_use(env.names)
    if len(live) > FEW:
        listed = busy_starts(env.kernel)
        live = [obj for obj in live if obj.place & env.kernel.PAGE_MASK not in listed]
    return tuple(obj.name for obj in live if busy_area(env.kernel, obj.addr) is None)


def busy_starts(k: Kernel) -> set[int]:
    """The first addresses of all areas in the busy lists, cheaper than a search for each."""
    words, found = k.mem.words, set[int]()
    link, start = offsetof(vmap_area, "list"), offsetof(vmap_area, "va_start")
    for i in range(k.nr_vmap_nodes):
        head = k.vmap_nodes[i].busy.head.addr
        at, seen = words[head >> 3], {head}
        while at not in seen and k.addr < at < k.arena_end:
            seen.add(at)
            found.add(words[at - link + start >> 3])
            at = words[at >> 3]
    return found


def array_slice(obj: Obj, off: int, n: int | None) -> tuple[int, int]:
    """Address and length of a part of a page array: ``n`` pages from ``off`` on, or all the rest."""
    off = min(off, len(obj.pages))
    rest = len(obj.pages) - off
    if n is not None and n > rest:
        raise OperationError(Text("{0!r} has only {1} pages from there on", obj.name, rest), "n", f"n={rest}")
    return obj.array + 8 * off, rest if n is None else n


def page_array(env: Env, pages: Obj | int, off: int, n: int | None) -> tuple[int, int]:
    """Address and length of the page array that is asked for; a number asks for new pages."""
    if isinstance(pages, Obj):
        return array_slice(pages, off, n)
    array = alloc_single_pages(env.kernel, pages)
    if pages and not array:
        raise OperationError(Text("there are no {0} free pages", pages), "pages")
    return array, pages


def holding(env: Env, outcome: Outcome, pages: Obj | int, array: int, count: int) -> Outcome:
    """The outcome of mapping pages: what was made also holds those that were allocated for it."""
    if isinstance(pages, Obj) or not count or outcome.made is None:
        return outcome
    held = frames_of(env.kernel, array, count)
    return replace(outcome, made=replace(outcome.made, array=array, pages=held))


def frames_of(k: Kernel, array: int, n: int) -> tuple[int, ...]:
    """Frame numbers of the pages that an array points at."""
    return tuple(page_to_pfn(k, page(k.mem, k.mem.load(array + 8 * i))) for i in range(n))


def bytes_read(addr: int, runs: Iterable[tuple[int, int]]) -> str:
    """What was read from ``addr`` on, a line for each run of one byte."""
    lines = []
    for byte, n in runs:
        lines.append(f"{addr:#018x}-{addr + n:#018x} {n:7} bytes of {byte:#04x}\n")
        addr += n
    return "".join(lines)
