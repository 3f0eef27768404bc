"""Showing kernel memory to the program's own process."""

from __future__ import annotations

from vmgui.engine.mm.remap import remap_vmalloc_range, remap_vmalloc_range_partial
from vmgui.engine.mm.user import mmap
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, Outcome, ValueKind
from vmgui.timeline.values import OperationError, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p

FIRST = Parameter("off", Kind.COUNT, "first page of the area to show", number(0))
PAGES = Parameter("n", Kind.COUNT, "pages to show; the rest of the area", optional=True)
AT = Parameter("at", Kind.SIZE, "offset inside the user's area", number(0))
MOST = 1 << 30  # pages: 4 TiB of addresses


def _remap(env: Env, target: None, id: Obj, off: int, n: int | None, at: int) -> Outcome:
    k = env.kernel
    if n is None:
        n = max(0, (id.size >> k.PAGE_SHIFT) - 1 - off)
    if n > MOST:
        raise OperationError(Text("a user's area cannot be as large"), "n")
    size = n << k.PAGE_SHIFT
    vma = mmap(k, size)
    if vma is None:
        raise OperationError(Text("there is no memory for an area of the user's"))
    if at:
        ret = remap_vmalloc_range_partial(k, vma, vma.vm_start + at, id.addr, off, size)
    else:
        ret = remap_vmalloc_range(k, vma, id.addr, off)
    text = f"user area {vma.vm_start:#018x}-{vma.vm_end:#018x}, flags {vma.vm_flags:#x}\n"
    return Outcome(ret, ValueKind.NUMBER, text=text)


VERBS = (
    Verb("remap", "Show an area to the program, as a driver's mmap does.", (p.OBJECT, FIRST, PAGES, AT),
         calls="remap_vmalloc_range", run=_remap),
)  # fmt: skip
