"""Operations that map given pages, with or without an area of their own."""

from __future__ import annotations

from vmgui.engine import program
from vmgui.engine.mm import sparse, vmap, vmap_api, vmap_pfn, vunmap
from vmgui.engine.mm.slab import kfree
from vmgui.engine.structs import vm_struct
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, Outcome
from vmgui.timeline.values import OperationError, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results
from vmgui.timeline.verbs.results import extent, made_area

SHIFT = Parameter("shift", Kind.NUMBER, "binary logarithm of the largest leaf; that of a page", optional=True)
INSIDE = Parameter("at", Kind.SIZE, "offset inside the area", number(0))
STRIDE = Parameter("stride", Kind.SIZE, "bytes from one frame to the next; a page", optional=True)


def _vmap(
    env: Env, target: str | None, pages: Obj | int, off: int, n: int | None, vmflags: int, prot: int
) -> Outcome:
    k = env.kernel
    array, count = results.page_array(env, pages, off, n)
    outcome = made_area(env, target, vmap_api.vmap(k, array, count, vmflags, prot))
    return results.holding(env, outcome, pages, array, count)


def _vmap_page_range(env: Env, target: None, va: int, size: int, phys: int, prot: int) -> Outcome:
    env.check_range(va, size)
    ret = vmap.vmap_page_range(env.kernel, va, va + size, phys, prot)
    return results.number(ret, va, va + size)


def _map_pages(
    env: Env, target: None, va: int, pages: Obj | int, off: int, n: int | None, shift: int | None, prot: int
) -> Outcome:
    k = env.kernel
    shift = k.PAGE_SHIFT if shift is None else shift
    if not k.PAGE_SHIFT <= shift <= k.PUD_SHIFT:
        raise OperationError(Text("shift is {0} to {1}, not {2}", k.PAGE_SHIFT, k.PUD_SHIFT, shift), "shift")
    array, count = results.page_array(env, pages, off, n)
    size = count << k.PAGE_SHIFT
    env.check_range(va, -(-size >> shift) << shift if size else 0)
    ret = vmap.vmap_pages_range_noflush(k, va, va + size, prot, array, shift)
    return results.number(ret, va, va + size)


def _vunmap_range(env: Env, target: None, va: int, size: int) -> Outcome:
    env.check_range(va, size)
    vunmap.vunmap_range(env.kernel, va, va + size)
    return Outcome(scan=extent(va, va + size))


def _vmap_pfn(env: Env, target: str | None, phys: int, n: int, stride: int | None, prot: int) -> Outcome:
    k = env.kernel
    stride = k.PAGE_SIZE if stride is None else stride
    pfns = program.alloc_pfn_array(k, phys, n, stride)
    if n and not pfns:
        raise OperationError(Text("there is no memory for the numbers of {0} frames", n), "n")
    addr = vmap_pfn.vmap_pfn(k, pfns, n, prot)
    kfree(k, pfns)
    return made_area(env, target, addr)


def _sparse(env: Env, id: Obj, at: int, n: int) -> tuple[vm_struct, int, int]:
    """The area of an object, and the range of ``n`` pages in it."""
    if not id.vm:
        raise OperationError(Text("{0!r} has no vm_struct", id.name), "id")
    start = id.addr + at
    env.check_range(start, n * env.page_size)
    return vm_struct(env.kernel.mem, id.vm), start, start + n * env.page_size


def _sparse_map(
    env: Env, target: None, id: Obj, at: int, pages: Obj | int, off: int, n: int | None
) -> Outcome:
    array, count = results.page_array(env, pages, off, n)
    area, start, end = _sparse(env, id, at, count)
    ret = sparse.vm_area_map_pages(env.kernel, area, start, end, array)
    return results.number(ret, id.addr, id.addr + id.size, id.addr)


def _sparse_unmap(env: Env, target: None, id: Obj, at: int, n: int) -> Outcome:
    area, start, end = _sparse(env, id, at, n)
    sparse.vm_area_unmap_pages(env.kernel, area, start, end)
    return Outcome(scan=extent(id.addr, id.addr + id.size), query=id.addr)


VERBS = (
    Verb("vmap", "Map an array of pages, page by page.",
         (p.NEW, p.PAGES, p.OFF, p.N, p.vmflags("map"), p.prot("kernel")), True, palette=True, run=_vmap),
    Verb("vmap_pfn", "Map device frames.",
         (p.NEW, p.PHYS, p.count(1), STRIDE, p.prot("kernel")), True, run=_vmap_pfn),
    Verb("vmap_page_range", "Map physical memory at an address, with the largest leaves that fit.",
         (p.VA, p.RANGE_SIZE, p.PHYS_NAMED, p.prot("io")), run=_vmap_page_range),
    Verb("map_pages", "Map an array of pages at an address.",
         (p.VA, p.PAGES, p.OFF, p.N, SHIFT, p.prot("kernel")), calls="vmap_pages_range_noflush",
         run=_map_pages),
    Verb("vunmap_range", "Clear the page-table entries of a range and flush it.", (p.VA, p.RANGE_SIZE),
         run=_vunmap_range),
    Verb("sparse_map", "Map pages into a sparse area.", (p.OBJECT, INSIDE, p.PAGES, p.OFF, p.N),
         calls="vm_area_map_pages", run=_sparse_map),
    Verb("sparse_unmap", "Unmap pages of a sparse area.", (p.OBJECT, INSIDE, p.count(1)),
         calls="vm_area_unmap_pages", run=_sparse_unmap),
)  # fmt: skip
