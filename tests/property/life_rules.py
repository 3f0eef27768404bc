"""What a program may do in a `Life`: rules that behave well, and one that does not; and long runs of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count as count_from
from random import Random

from tests.property.life import (
    DEVICES,
    MACHINES,
    Held,
    Life,
    Step,
    at,
    count,
    flags,
)
from vmgui.engine.kernel import KernelBug
from vmgui.engine.lib.fault_inject import Fault
from vmgui.engine.machine import G, M, Machine
from vmgui.timeline.outcome import ObjKind
from vmgui.timeline.values import (
    Names,
    Value,
    Word,
    number,
)
from vmgui.timeline.verb import Kind, Parameter
from vmgui.timeline.verbs import VERBS

ALLOCATORS = ("vmalloc", "vzalloc", "vmalloc_user", "vmalloc_32", "vmalloc_32_user", "vmalloc_huge",
              "vmalloc_node", "vzalloc_node")  # fmt: skip


# --- rules: allocating -----------------------------------------------------------------------------


def allocate(life: Life) -> None:
    """Allocate in the vmalloc range."""
    verb, pages = life.pick(ALLOCATORS), life.some_pages()
    args: dict[str, Value] = {"size": number(life.some_size(pages))}
    if verb.endswith("_node"):
        args["node"] = number(life.below(life.machine.numa_nodes))
    if verb == "vmalloc_huge":
        args["gfp"] = flags(*life.pick((("kernel",), ("kernel", "zero"), ("kernel", "nowarn"), ("nofs",))))
    life.make("user" if verb.endswith("_user") else "memory", verb, pages, args)


def allocate_huge(life: Life) -> None:
    """Allocate so much that huge pages can map it, if they are not too huge for this RAM."""
    pages = life.k.PMD_SIZE >> life.k.PAGE_SHIFT
    if pages * 8 < life.k.totalram_pages:
        pages = pages * life.pick((1, 2)) + life.pick((0, 0, 1))
        life.make("memory", "vmalloc_huge", pages, {"size": number(life.some_size(pages))})


def some_range(life: Life, pages: int) -> tuple[int, int]:
    """Where to allocate: the range, that of modules, a window, or one with room for this area alone."""
    k = life.k
    low = (k.VMALLOC_START + (k.VMALLOC_END - k.VMALLOC_START) // 2) & -(32 * M)
    size = (pages + 1) << k.PAGE_SHIFT
    return life.pick((
        (k.VMALLOC_START, k.VMALLOC_END), (k.MODULES_VADDR, k.MODULES_END),
        (low, low + (200 << k.PAGE_SHIFT)), (low + 32 * M, low + 32 * M + size),
    ))  # fmt: skip


def allocate_in_range(life: Life) -> None:
    """Allocate in a range, with an alignment, a protection and flags."""
    pages = life.some_pages()
    start, end = some_range(life, pages)
    prot = life.pick(("kernel", "kernel", "exec", "ro"))
    args: dict[str, Value] = {
        "size": number(life.some_size(pages)), "align": number(1 << life.below(26)),
        "start": number(start), "end": number(end), "prot": Word(prot),
        "vmflags": flags(*life.pick(((), (), ("hugevmap",), ("flushreset",)))),
        "gfp": flags(*life.pick((("kernel",), ("kernel", "nowarn"), ("kernel", "zero")))),
    }  # fmt: skip
    constant = prot == "ro" or start == life.k.MODULES_VADDR
    life.make("constant" if constant else "memory", "range", pages, args, prot)


def load_module(life: Life) -> None:
    """Load a part of a module."""
    part = VERBS["module"].parameter("part")
    assert part is not None
    pages = 1 + life.below(40)
    args = {"size": number(life.some_size(pages)), "part": Word(life.pick(part.choices))}
    life.make("constant", "module", pages, args)


def reallocate(life: Life) -> None:
    """Make an allocation larger or smaller."""
    held = life.one("memory")
    if held is None or held.changed or held.prot != "kernel":
        return
    pages = life.some_pages()
    if not life.room_for(pages):
        return
    name = life.new()
    outcome = life.do("vrealloc", name, old=Word(held.name), size=number(life.some_size(pages)))
    if outcome is not None and outcome.value:
        del life.held[held.name]
        life.held[name] = Held(name, "memory", pages)


def allocate_percpu(life: Life) -> None:
    """Allocate per-CPU memory: there is no way to give it back."""
    if life.percpus < 4:
        life.percpus += 1
        life.do("percpu", n=number(1), size=number(8 << life.below(10)), align=number(8))


def reserve(life: Life) -> None:
    """Reserve addresses for something that is mapped later."""
    kind = life.pick(("map", "ioremap", "sparse"))
    pages = life.some_pages()
    words = (kind, *life.pick(((), ("noguard",))))
    args: dict[str, Value] = {"size": number(pages << life.k.PAGE_SHIFT), "vmflags": flags(*words)}
    if life.below(2):
        start, end = some_range(life, pages)
        args |= {"start": number(start), "end": number(end)}
    life.make(f"{kind} area", "area" if "start" in args else "get_area", pages, args)


def get_pages(life: Life) -> None:
    """Get pages to be mapped later."""
    n = 1 + life.below(100)
    name = life.new()
    if not life.room_for(2 * n):
        life.give_one()
    elif life.do("pages", name, n=count(n), kind=Word(life.pick(("contig", "rev", "scatter")))) is not None:
        life.held[name] = Held(name, "pages", n)


# --- rules: mapping --------------------------------------------------------------------------------


def some_array(life: Life) -> tuple[dict[str, Value], int, str]:
    """Pages to map: new ones, or a part of those that the program has."""
    held = life.one("pages") if life.below(2) else None
    if held is None:
        n = life.some_pages()
        return {"pages": count(n)}, n, ""
    off = life.below(held.pages)
    return {"pages": Word(held.name), "off": count(off)}, held.pages - off, held.name


def map_pages(life: Life) -> None:
    """Vmap."""
    args, n, uses = some_array(life)
    prot = life.pick(("kernel", "kernel", "ro", "nocache", "wc"))
    made = life.make("mapping", "vmap", n, {**args, "prot": Word(prot)}, prot)
    if made is not None:
        made.uses = uses


def map_pages_and_put(life: Life) -> None:
    """Vmap pages that vfree is to free."""
    n = life.some_pages()
    life.make("given", "vmap", n, {"pages": count(n), "vmflags": flags("map", "putpages")})


def map_ram(life: Life) -> None:
    """vm_map_ram."""
    args, n, uses = some_array(life)
    made = life.make("ram", "vm_map_ram", n, args)
    if made is not None:
        made.uses = uses


def map_frames(life: Life) -> None:
    """vmap_pfn, of device memory."""
    n = 1 + life.below(40)
    phys = DEVICES + (life.below(64) << life.k.PAGE_SHIFT)
    stride = life.k.PAGE_SIZE * life.pick((1, 1, 3))
    life.make("pfns", "vmap_pfn", n, {"phys": number(phys), "n": count(n), "stride": number(stride)})


def map_device(life: Life) -> None:
    """Ioremap, of one page or of what large pages can map."""
    k = life.k
    verb = life.pick(("ioremap", "ioremap_wc", "ioremap_wt", "ioremap_uc", "ioremap_cache"))
    large = k.PMD_SIZE if k.PMD_SIZE <= 32 * M else k.PAGE_SIZE
    size = life.pick((k.PAGE_SIZE, 3 * k.PAGE_SIZE, 100, large, large + k.PAGE_SIZE, 2 * large))
    phys = DEVICES + life.below(4) * G + life.pick((0, 0, large, k.PAGE_SIZE, 17))
    life.make("io", verb, -(-size >> k.PAGE_SHIFT), {"phys": number(phys), "size": number(size)})


def map_into_area(life: Life) -> None:
    """Map something into a reserved area, or unmap it again."""
    held = life.one("map area", "ioremap area", "sparse area")
    if held is None:
        return
    if held.mapped:
        unmap_from_area(life, held)
        return
    at_least = min(held.pages, 1 + life.below(100))
    if held.kind == "ioremap area":
        phys = DEVICES + (life.below(16) << life.k.PAGE_SHIFT)
        held.mapped = life.do("ioremap_page_range", id=Word(held.name), phys=number(phys)) is not None
        return
    pages = life.one("pages")
    if pages is None or pages.pages < at_least:
        return
    args: dict[str, Value] = {"pages": Word(pages.name), "n": count(at_least)}
    if held.kind == "sparse area":
        outcome = life.do("sparse_map", id=Word(held.name), **args)
    else:
        shift = number(life.k.PAGE_SHIFT)
        outcome = life.do("map_pages", va=at(held.name), shift=shift, **args)
    held.mapped, held.uses = outcome is not None, pages.name


def unmap_from_area(life: Life, held: Held) -> None:
    """Unmap all that is mapped in a reserved area."""
    if held.kind == "sparse area":
        life.do("sparse_unmap", id=Word(held.name), n=count(held.pages))
    else:
        life.do("vunmap_range", va=at(held.name), size=count(held.pages))
    held.mapped, held.uses = False, ""


# --- rules: using, asking, everything around -------------------------------------------------------


def use(life: Life) -> None:
    """Touch, read, write, fill or read back what is mapped."""
    held = life.one("memory", "user", "mapping", "ram")
    if held is None or held.prot == "ro" or held.changed:
        return
    where = at(held.name, 8 * life.below(max(1, (held.pages << life.k.PAGE_SHIFT) // 8 - 32)))
    on: dict[str, Value] = {"cpu": number(life.below(life.machine.online_cpus))} if life.below(2) else {}
    what = life.pick(("touch", "read", "write", "fill", "vread"))
    if what == "fill":
        life.do("fill", addr=where, n=number(1 + life.below(200)), byte=number(life.below(256)))
    elif what == "vread":
        life.do("vread", addr=where, n=number(1 + life.below(9000)))
    elif what == "write":
        life.do("write", addr=where, value=number(life.below(1 << 20)), **on)
    else:
        life.do(what, addr=where, **on)


def protect(life: Life) -> None:
    """Change the permissions of what vmalloc returned."""
    held = life.one("memory")
    if held is None or life.faulty or held.prot != "kernel":
        return
    first = life.below(held.pages)
    held.changed = True
    life.do("setmem", id=Word(held.name), do=Word(life.pick(("ro", "x", "uc", "rox", "rw", "nx", "wb"))),
            at=number(first << life.k.PAGE_SHIFT), n=count(1 + life.below(held.pages - first)))  # fmt: skip
    if life.below(2):
        life.mend(held)


def show_user(life: Life) -> None:
    """Map memory to the program's own process."""
    held = life.one("user")
    if held is not None:
        life.do("remap", id=Word(held.name), n=count(1 + life.below(held.pages)))


def ask(life: Life) -> None:
    """Ask about an address, or read one of the kernel's reports."""
    what = life.pick(("find", "to_page", "is_vmalloc", "dump_obj", "vmallocinfo", "meminfo", "walk", "tree",
                      "state", "vread", "watch"))  # fmt: skip
    held = life.pick([*life.held.values()]) if life.held else None
    where = at(held.name, life.below(1 << 14)) if held and held.kind != "pages" else None
    if what in ("vmallocinfo", "meminfo", "state"):
        life.do(what)
    elif what == "tree":
        life.do("tree", which=Word(life.pick(("free", "busy", "lazy"))))
    elif what == "watch":
        life.do("watch", start=number(life.k.VMALLOC_START), end=number(life.k.VMALLOC_END))
    elif where is not None:
        life.do(what, **{"va" if what == "walk" else "addr": where})


def clean_up(life: Life) -> None:
    """Let the kernel clean up."""
    life.do(life.pick(("purge", "drain", "unmap_aliases", "shrink", "flush")))


def move(life: Life) -> None:
    """Go on on another CPU."""
    life.do("cpu", n=number(life.below(life.machine.online_cpus)))


def pass_time(life: Life) -> None:
    """Let time pass."""
    if life.below(2):
        life.do("tick", n=number(1 + life.below(50)))
    else:
        life.do("settle", ms=number(life.below(40)))


def arrange(life: Life) -> None:
    """Change how the kernel goes on from here."""
    what = life.pick(("notifier", "ptdump", "mempolicy", "notifier"))
    parameter = VERBS[what].parameters[0]
    choices = [word for word in parameter.choices if word != "freed_once"]
    life.do(what, **{parameter.name: Word(life.pick(choices))})


def break_on_purpose(life: Life) -> None:
    """Let one of the next allocations fail."""
    kind = life.pick((*(fault.name.lower() for fault in Fault), "off"))
    life.do("fail", kind=Word(kind), nth=number(1 + life.below(12)), times=number(1 + life.below(3)),
            interval=number(1 + life.below(3)))  # fmt: skip


def bustle(life: Life) -> None:
    """Many allocations in one operation."""
    if life.faulty or not life.room_for(600):
        return
    start, end = life.k.VMALLOC_START + (64 << 30), life.k.VMALLOC_START + (65 << 30)
    life.do("stress", seed=number(1 + life.below(1 << 16)), n=number(life.below(30)), slots=number(8),
            maxp=number(1 + life.below(40)), mode=Word(life.pick(("area", "default", "vmalloc"))),
            start=number(start), end=number(end))  # fmt: skip


def run_test_module(life: Life) -> None:
    """Load the kernel's own test."""
    case = VERBS["test_vmalloc"].parameter("case")
    assert case is not None
    if not life.faulty and life.room_for(2000) and life.k.PAGE_SIZE == 4096 and not life.below(4):
        word = life.pick([word for word in case.choices if word != "all"])
        life.do("test_vmalloc", case=Word(word), loops=number(1), areas=number(4),
                seed=number(life.below(99)))  # fmt: skip


def debug(life: Life) -> None:
    """Use the services that look for mistakes."""
    held = life.one("memory")
    if life.machine.kmemleak and life.below(2):
        life.do("leaks")
    elif life.machine.debug_objects and held is not None:
        life.do("debug_object", addr=at(held.name, 64), active=Word("on"))
        life.do("debug_object", addr=at(held.name, 64), active=Word("off"))


Rule = Callable[[Life], None]
_WEIGHTS: dict[Rule, int] = {
    allocate: 9, allocate_in_range: 4, allocate_huge: 1, load_module: 1, reallocate: 2, allocate_percpu: 1,
    reserve: 3, get_pages: 2, map_pages: 3, map_pages_and_put: 1, map_ram: 5, map_frames: 1, map_device: 3,
    map_into_area: 4, Life.give_one: 22, use: 6, protect: 1, show_user: 1, ask: 5, clean_up: 4, move: 4,
    pass_time: 2, arrange: 2, break_on_purpose: 2, bustle: 1, run_test_module: 1, debug: 1,
}  # fmt: skip
RULES: tuple[Rule, ...] = tuple(rule for rule, weight in _WEIGHTS.items() for _ in range(weight))


# --- wrong calls -----------------------------------------------------------------------------------


def anything(life: Life) -> None:
    """Any operation with any arguments: freed objects, foreign addresses, sizes from 0 to too much."""
    verb = life.pick([verb for verb in VERBS.values() if verb.name not in SLOW])
    args = {}
    for parameter in verb.parameters:
        if parameter.kind is Kind.NEW or not (parameter.required or life.below(2)):
            continue
        value = any_value(life, parameter)
        if value is None:
            return
        args[parameter.name] = value
    life.do(verb.name, life.new() if verb.makes else None, **args)


#: Operations that take long, or after which nothing else can be tried.
SLOW = ("test_vmalloc", "stress", "fill", "leaks", "context", "rcu_read", "fail", "remap")


def any_value(life: Life, p: Parameter) -> Value | None:
    """Some value that may stand for ``p``; None when it needs an object and there is none."""
    if p.words and p.kind in (Kind.CHOICE, Kind.PROT):
        return Word(life.pick(p.words))
    if p.kind in (Kind.VMFLAGS, Kind.GFP):
        return flags(life.pick([word for word in p.words if word != "nofail"]))
    names = [*life.names]
    if p.kind in (Kind.OBJECT, Kind.OBJECTS, Kind.PAGES):
        if not names:
            return None
        name = life.pick(names)
        return Names((name,)) if p.kind is Kind.OBJECTS else Word(name)
    page = life.k.PAGE_SIZE
    if p.kind is Kind.ADDRESS:
        objects = [obj.name for obj in life.names.values() if obj.kind is not ObjKind.PAGES]
        if objects and life.below(4):
            return at(life.pick(objects), life.pick((0, 0, page, 8, 3 * page)))
        return number(life.pick((0, life.k.VMALLOC_START, life.k.MODULES_VADDR, page, life.k.PAGE_OFFSET)))
    if p.kind is Kind.PHYS:
        return number(life.pick((0, DEVICES, DEVICES + page, 17, 32 * M)))
    if p.kind is Kind.SIZE:
        return number(life.pick((0, 1, page, 3 * page, 65 * page, 1 << 20, 1 << 21, 1 << 26)))
    if p.kind is Kind.COUNT:
        return count(life.pick((0, 1, 2, 3, 64, 65, 100)))
    return number(life.below(40))


WRONG_RULES: tuple[Rule, ...] = (*RULES, *(anything for _ in RULES))


# --- many operations -------------------------------------------------------------------------------


def random_steps(seed: int) -> Iterator[Step]:
    """Steps from a seed, without an end."""
    random = Random(seed)
    while True:
        yield tuple(random.getrandbits(20) for _ in range(12))


OPERATIONS = 400  # of one life: what is held grows for a while, then it is in balance


def many_lives(seed: int, operations: int, every: int = 50) -> Iterator[tuple[Machine, bool, int]]:
    """Go through the machines until so many operations are done; a third of the lives makes wrong calls.

    Yields the machine of each life, whether it behaved well, and how many operations it had.
    """
    done = 0
    for life in count_from(0):
        rounds, which = divmod(life, len(MACHINES))
        machine, well_behaved = MACHINES[which], (life + rounds) % 3 != 2
        lived = live(machine, seed + life, min(OPERATIONS, operations - done), well_behaved, every)
        done += lived
        yield machine, well_behaved, lived
        if done >= operations:
            return


def live(machine: Machine, seed: int, operations: int, well_behaved: bool = True, every: int = 50) -> int:
    """Do about so many operations on one kernel; the number that was done.  Broken when a check fails."""
    return lead(machine, random_steps(seed), well_behaved, every, operations)


def lead(
    machine: Machine, steps: Iterable[Step], well_behaved: bool, every: int, operations: int = 1 << 30
) -> int:
    """Follow the steps, up to so many operations; the number that was done.  Broken when a check fails."""
    life = Life(machine, RULES if well_behaved else WRONG_RULES, well_behaved, every)
    for step in steps:
        try:
            life.step(step)
        except KernelBug as stopped:
            if well_behaved:
                life.must_hold([str(stopped)])
            return len(life.log)
        if len(life.log) >= operations:
            break
    if well_behaved:
        life.finish()
    return len(life.log)
