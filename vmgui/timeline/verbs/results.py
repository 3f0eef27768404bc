"""Turning what a kernel function returned into an outcome, without adding to the recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.page import page_to_pfn
from vmgui.engine.mm.vfree import vfree_deferred
from vmgui.engine.mm.vmap_find import __find_vmap_area
from vmgui.engine.program import alloc_single_pages
from vmgui.engine.structs import page, vmap_area
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.names import areas_within
from vmgui.timeline.outcome import Obj, ObjKind, Outcome, ValueKind
from vmgui.timeline.values import OperationError


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


def areas_at(env: Env, *addresses: int) -> list[tuple[int, int]]:
    """Ranges [start, end) of the busy areas that hold ``addresses``: asked before they may be freed."""
    found = (busy_area(env.kernel, addr) for addr in addresses)
    return [(va.va_start, va.va_end) for va in found if va is not None]


def put_off(env: Env) -> list[tuple[int, int]]:
    """Where areas may lie that could not be freed at once: anywhere, if a CPU has such, else nowhere."""
    k = env.kernel
    queues = vfree_deferred(k.mem, k.vfree_deferred)
    waits = any(queues[cpu].list for cpu in range(k.machine.possible_cpus))
    return [(0, 1 << 64)] if waits else []


def no_longer_busy(env: Env, areas: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """Names in use for those of ``areas``, which `areas_at` found, that are busy no more.

    Only what the call could free is looked up: a program may have thousands of other areas.
    """
    live = (obj for start, end in areas for obj in areas_within(env.names, start, end))
    return tuple(obj.name for obj in live if busy_area(env.kernel, obj.addr) is None)


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
