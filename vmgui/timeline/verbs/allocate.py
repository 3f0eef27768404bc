"""Operations that allocate memory in the vmalloc range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.mm import vmalloc
from vmgui.engine.mm.percpu import __alloc_percpu
from vmgui.engine.mm.vm_struct import NUMA_NO_NODE
from vmgui.engine.mm.vmalloc import __vmalloc_node_range
from vmgui.engine.mm.vrealloc import vrealloc
from vmgui.engine.module import Part, load_module
from vmgui.engine.program import alloc_page_array
from vmgui.texts import Text
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj, ObjKind, Outcome, ValueKind
from vmgui.timeline.values import OperationError, Word, number
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs.results import areas_at, frames_of, made_area, no_longer_busy

SIMPLE = (p.NEW, p.SIZE)
NODE = Parameter("node", Kind.NUMBER, "memory node to try first", number(0))
KINDS = ("contig", "rev", "scatter")
#: More requests at a time than this take too long.
MOST_PERCPU = 100_000


def _sized(allocate: Callable[[Kernel, int], int]) -> Callable[..., Outcome]:
    """Run one of the functions that take only a size."""

    def run(env: Env, target: str | None, size: int) -> Outcome:
        return made_area(env, target, allocate(env.kernel, size))

    return run


def _on_node(allocate: Callable[[Kernel, int, int], int]) -> Callable[..., Outcome]:
    """Run one of the functions that take a size and a memory node."""

    def run(env: Env, target: str | None, size: int, node: int) -> Outcome:
        if node >= env.kernel.machine.numa_nodes:
            raise OperationError(Text("there is no memory node {0}", node), "node", "node=0")
        return made_area(env, target, allocate(env.kernel, size, node))

    return run


def _huge(env: Env, target: str | None, size: int, gfp: int) -> Outcome:
    return made_area(env, target, vmalloc.vmalloc_huge(env.kernel, size, gfp))


def _range(
    env: Env, target: str | None, size: int, align: int, start: int, end: int, prot: int, vmflags: int,
    gfp: int,
) -> Outcome:  # fmt: skip
    addr = __vmalloc_node_range(
        env.kernel, size, align, start, end, gfp, prot, vmflags, NUMA_NO_NODE, Symbol.PROGRAM
    )
    return made_area(env, target, addr)


def _vrealloc(env: Env, target: str | None, old: Obj, size: int, gfp: int) -> Outcome:
    areas = areas_at(env, old.addr)
    outcome = made_area(env, target or old.name, vrealloc(env.kernel, old.addr, size, gfp))
    if target is None and size and not outcome.value:
        return replace(outcome, made=None)  # the old one is still there
    return replace(outcome, freed=no_longer_busy(env, areas))


def _pages(env: Env, target: str | None, n: int, kind: str) -> Outcome:
    k = env.kernel
    array = alloc_page_array(k, n, KINDS.index(kind))
    if not array:
        raise OperationError(Text("there is no free block of RAM for {0} pages", n), "n")
    obj = Obj(target or "_", ObjKind.PAGES, array=array, pages=frames_of(k, array, n))
    return Outcome(n, ValueKind.NUMBER, made=obj)


def _module(env: Env, target: str | None, size: int, part: str) -> Outcome:
    return made_area(env, target, load_module(env.kernel, Part[part.upper()], size))


def _percpu(env: Env, target: str | None, n: int, size: int, align: int) -> Outcome:
    if n > MOST_PERCPU:
        raise OperationError(Text("more than {0} take too long", MOST_PERCPU), "n", f"n={MOST_PERCPU}")
    done = 0
    while done < n and __alloc_percpu(env.kernel, size, align):
        done += 1
    return Outcome(done, ValueKind.NUMBER)


VERBS = (
    Verb("vmalloc", "Allocate virtually contiguous memory, page by page.", SIMPLE, True, palette=True,
         run=_sized(vmalloc.vmalloc)),
    Verb("vmalloc_huge", "Allocate memory, in huge pages where it is large enough.", (*SIMPLE, p.GFP), True,
         palette=True, run=_huge),
    Verb("vzalloc", "Allocate zeroed memory.", SIMPLE, True, run=_sized(vmalloc.vzalloc), palette=True),
    Verb("vmalloc_user", "Allocate zeroed memory that may be mapped to user space.", SIMPLE, True,
         run=_sized(vmalloc.vmalloc_user)),
    Verb("vmalloc_32", "Allocate memory below 4 GiB.", SIMPLE, True, run=_sized(vmalloc.vmalloc_32)),
    Verb("vmalloc_32_user", "Allocate zeroed memory below 4 GiB that may be mapped to user space.", SIMPLE,
         True, run=_sized(vmalloc.vmalloc_32_user)),
    Verb("vmalloc_node", "Allocate memory on a memory node.", (*SIMPLE, NODE), True,
         run=_on_node(vmalloc.vmalloc_node)),
    Verb("vzalloc_node", "Allocate zeroed memory on a memory node.", (*SIMPLE, NODE), True,
         run=_on_node(vmalloc.vzalloc_node)),
    Verb("range", "Allocate memory inside a given address range.",
         (p.NEW, p.SIZE, p.ALIGN, p.START, p.END, p.prot("kernel"), p.vmflags("0"), p.GFP), True,
         calls="__vmalloc_node_range", run=_range),
    Verb("vrealloc", "Change the size of an allocation; it may move.",
         (Parameter("old", Kind.OBJECT, "allocation to resize", positional=True), p.NEW, p.SIZE, p.GFP), True,
         run=_vrealloc),
    Verb("percpu", "Allocate per-CPU memory n times.",
         (p.NEW, Parameter("n", Kind.NUMBER, "how often", number(1)),
          Parameter("size", Kind.SIZE, "bytes a CPU", number(1024)),
          Parameter("align", Kind.SIZE, "alignment in bytes", number(8))), True, calls="__alloc_percpu",
         run=_percpu),
    Verb("module", "Load a part of a module: memory near the kernel, with its permissions.",
         (p.NEW, p.SIZE,
          Parameter("part", Kind.CHOICE, "what it is for", Word("text"),
                    choices=tuple(part.name.lower() for part in Part))), True, calls="load_module",
         run=_module),
    Verb("pages", "Allocate pages, to be mapped later.",
         (p.NEW, Parameter("n", Kind.COUNT, "number of pages", number(1), positional=True),
          Parameter("kind", Kind.CHOICE, "contig: one block; rev: it, descending; scatter: never adjacent",
                    Word("contig"), choices=KINDS)), True, calls="alloc_pages", run=_pages),
)  # fmt: skip
