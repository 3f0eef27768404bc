"""Operations on device memory."""

from __future__ import annotations

from collections.abc import Callable

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm import ioremap, vmap
from vmgui.engine.mm.vm_struct import VM_NO_GUARD
from vmgui.engine.structs import vm_struct
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, Outcome
from vmgui.timeline.values import OperationError
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs import results
from vmgui.timeline.verbs.results import areas_at, made_area, no_longer_busy, whole

BYTES = Parameter("size", Kind.SIZE, "bytes to map", positional=True)
MAP = (p.NEW, p.PHYS, BYTES)
ONTO = Parameter("id", Kind.OBJECT, "area to map into", positional=True, optional=True)
FIRST = Parameter("va", Kind.ADDRESS, "first virtual address; the area's", optional=True)
LENGTH = Parameter("size", Kind.SIZE, "length; the area's without its guard page", optional=True)


def _mapped(function: Callable[[Kernel, int, int], int]) -> Callable[..., Outcome]:
    """Run one of the ioremap functions."""

    def run(env: Env, target: str | None, phys: int, size: int) -> Outcome:
        return made_area(env, target, function(env.kernel, phys, size))

    return run


def _iounmap(env: Env, target: None, id: Obj) -> Outcome:
    areas = areas_at(env, id.addr)
    ioremap.iounmap(env.kernel, id.addr)
    return Outcome(scan=whole(env, id), freed=no_longer_busy(env, areas))


def _ioremap_page_range(
    env: Env, target: None, id: Obj | None, phys: int, va: int | None, size: int | None, prot: int
) -> Outcome:
    start, length = _extent(env, id, va, size)
    if start + length >> 64:
        raise OperationError(Text("{0:#x} + {1:#x} is beyond the address space", start, length), "size")
    ret = vmap.ioremap_page_range(env.kernel, start, start + length, phys, prot)
    end = max(start + length, id.addr + id.size if id else 0)
    return results.number(ret, start, end, start)


def _extent(env: Env, id: Obj | None, va: int | None, size: int | None) -> tuple[int, int]:
    """Where to map: what is given, or else the area without its guard page."""
    if id is None:
        if va is None or size is None:
            raise OperationError(Text("without an area both va and size are needed"), "va")
        return va, size
    unguarded = bool(id.vm and vm_struct(env.kernel.mem, id.vm).flags & VM_NO_GUARD)
    usable = max(0, id.size - (0 if unguarded else env.page_size))
    return id.addr if va is None else va, usable if size is None else size


VERBS = (
    Verb("ioremap", "Map device memory, uncached.", MAP, True, palette=True, run=_mapped(ioremap.ioremap)),
    Verb("ioremap_wc", "Map device memory, write combining.", MAP, True, run=_mapped(ioremap.ioremap_wc)),
    Verb("ioremap_wt", "Map device memory, write through.", MAP, True, run=_mapped(ioremap.ioremap_wt)),
    Verb("ioremap_uc", "Map device memory, strongly uncached.", MAP, True, run=_mapped(ioremap.ioremap_uc)),
    Verb("ioremap_cache", "Map device memory, cached.", MAP, True, run=_mapped(ioremap.ioremap_cache)),
    Verb("iounmap", "Unmap device memory.", (p.OBJECT,), palette=True, run=_iounmap),
    Verb("ioremap_page_range", "Map device memory into an area made for it.",
         (ONTO, p.PHYS_NAMED, FIRST, LENGTH, p.prot("io")), run=_ioremap_page_range),
)  # fmt: skip
