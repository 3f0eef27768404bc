"""Operations that only ask."""

from __future__ import annotations

from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.mm.meminfo import meminfo_proc_show
from vmgui.engine.mm.page import page_to_pfn
from vmgui.engine.mm.vmalloc_info import mem_dump_obj, vmalloc_info_show
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr, is_vmalloc_or_module_addr, vmalloc_to_page
from vmgui.engine.mm.vmap_find import find_vmap_area
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Outcome, ValueKind
from vmgui.timeline.values import Word, number, pages
from vmgui.timeline.verb import Kind, Parameter, Verb
from vmgui.timeline.verbs import parameters as p
from vmgui.timeline.verbs.results import extent

LENGTH = Parameter("size", Kind.SIZE, "length of the range", pages(1), positional=True)
START = Parameter("va", Kind.ADDRESS, "first virtual address", p.VA.default, positional=True)


def _to_page(env: Env, target: None, addr: int) -> Outcome:
    k = env.kernel
    page = vmalloc_to_page(k, addr)
    start = addr & k.PAGE_MASK
    facts = {"addr": addr, "page_is_null": page is None}
    return Outcome(-1 if page is None else page_to_pfn(k, page), ValueKind.NUMBER,
                   (start, start + k.PAGE_SIZE), facts=facts)  # fmt: skip


def _is_vmalloc(env: Env, target: None, addr: int) -> Outcome:
    k = env.kernel
    return Outcome(facts={
        "addr": addr,
        "is_vmalloc_addr": int(is_vmalloc_addr(k, addr)),
        "is_vmalloc_or_module_addr": int(is_vmalloc_or_module_addr(k, addr)),
    })  # fmt: skip


def _find(env: Env, target: None, addr: int) -> Outcome:
    find_vmap_area(env.kernel, addr)
    return Outcome(query=addr, facts={"addr": addr})


def _walk(env: Env, target: None, va: int, size: int) -> Outcome:
    return Outcome(scan=extent(va, va + size))


def _tree(env: Env, target: None, which: str, node: int) -> Outcome:
    return Outcome(dump=f"tree {which} {node}")


def _state(env: Env, target: None) -> Outcome:
    return Outcome(dump="state")


def _vmallocinfo(env: Env, target: None) -> Outcome:
    m = seq_file()
    vmalloc_info_show(env.kernel, m)
    return Outcome(text=m.text)


def _meminfo(env: Env, target: None) -> Outcome:
    m = seq_file()
    meminfo_proc_show(env.kernel, m)
    return Outcome(text=m.text)


def _dump_obj(env: Env, target: None, addr: int) -> Outcome:
    k = env.kernel
    since = k.log_next
    mem_dump_obj(k, addr)
    return Outcome(text="".join(f"{line}\n" for line in log_lines(k.mem, k, since)))


VERBS = (
    Verb("to_page", "Find the page behind an address.", (p.ADDR,), calls="vmalloc_to_page",
         run=_to_page),
    Verb("is_vmalloc", "Ask whether an address is in the vmalloc range.", (p.ADDR,),
         calls="is_vmalloc_addr", run=_is_vmalloc),
    Verb("find", "Find the area that holds an address.", (p.ADDR,), calls="find_vmap_area",
         run=_find),
    Verb("walk", "Look at the page tables of a range.", (START, LENGTH), run=_walk),
    Verb("tree", "Show one of the trees of areas.",
         (Parameter("which", Kind.CHOICE, "which tree", Word("free"), choices=("free", "busy", "lazy")),
          Parameter("node", Kind.NUMBER, "vmap node", number(0))), run=_tree),
    Verb("state", "Show the whole allocator.", run=_state),
    Verb("vmallocinfo", "Read /proc/vmallocinfo.", calls="vmalloc_info_show", run=_vmallocinfo),
    Verb("meminfo", "Read the Vmalloc lines of /proc/meminfo.", calls="meminfo_proc_show", run=_meminfo),
    Verb("dump_obj", "Let the kernel say where the memory at an address comes from.", (p.AT,),
         calls="mem_dump_obj", run=_dump_obj),
)  # fmt: skip
