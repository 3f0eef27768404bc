"""A program that does everything a kernel lets it do, one operation at a time, led by small numbers.

The numbers come from Hypothesis, which makes a failing list of them shorter, or from a seed, which is
fast.  Every operation is one of the language, so a failure is a program that can be run by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Any, TypeVar

from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.check import busy_areas, listed, validate, validate_lazy_count
from vmgui.engine.check_calls import Watched, watched_memory
from vmgui.engine.check_queries import validate_queries
from vmgui.engine.check_shadow import is_metadata
from vmgui.engine.check_walk import leaves
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, fault_attr_of
from vmgui.engine.machine import G, M, Machine
from vmgui.engine.mm.vmap_block import VMAP_BLOCK
from vmgui.timeline.env import Obj, ObjKind, Outcome
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Session, names_after
from vmgui.timeline.values import (
    AddressOf,
    Expr,
    Flags,
    Names,
    Number,
    OperationError,
    Term,
    Value,
    Word,
    number,
)
from vmgui.timeline.verb import Kind, Parameter
from vmgui.timeline.verbs import VERBS

T = TypeVar("T")
Step = tuple[int, ...]

SMALL = Machine(ram=64 * M, possible_cpus=1, online_cpus=1)
#: One of each: levels, CPUs, memory nodes, what may be huge, architectures, page sizes, debug services.
MACHINES: tuple[Machine, ...] = (
    SMALL,
    replace(SMALL, possible_cpus=2, online_cpus=2, numa_nodes=2),
    replace(SMALL, va_bits=57, phys_bits=52, possible_cpus=4, online_cpus=3),
    replace(SMALL, possible_cpus=8, online_cpus=8, numa_nodes=4, fragmentation=40),
    replace(SMALL, possible_cpus=3, online_cpus=2, nohugevmalloc=True, nohugeiomap=True),
    replace(SMALL, arch="arm64", possible_cpus=2, online_cpus=2),
    replace(SMALL, arch="arm64", page_size=16384, va_bits=47, ram=256 * M, possible_cpus=4, online_cpus=4),
    replace(SMALL, arch="arm64", page_size=65536, va_bits=42, ram=512 * M, possible_cpus=2, online_cpus=2),
    replace(SMALL, arch="arm64", page_size=65536, va_bits=52, ram=512 * M, numa_nodes=3),
    replace(SMALL, arch="riscv64", va_bits=39, possible_cpus=2, online_cpus=2),
    replace(SMALL, arch="riscv64", va_bits=48, possible_cpus=5, online_cpus=5, numa_nodes=2),
    replace(SMALL, arch="riscv64", va_bits=57, nohugevmalloc=True),
    replace(SMALL, kasan="generic", possible_cpus=2, online_cpus=2),
    replace(SMALL, kmsan=True, possible_cpus=2, online_cpus=2),
    replace(SMALL, kmemleak=True, debug_objects=True, debug_pagealloc=True),
)
DEVICES = 256 * G  # a physical address above all RAM
PAGES = (1, 2, 3, 1, 4, 5, 7, 16, 17, 33, 63, 64, 65, 100, 128, 255, 256, 257, 300, 513)
ALLOCATORS = ("vmalloc", "vzalloc", "vmalloc_user", "vmalloc_32", "vmalloc_32_user", "vmalloc_huge",
              "vmalloc_node", "vzalloc_node")  # fmt: skip
MOST_HELD = 40
MOST_PAGES = 6000  # of 4 KiB, held at a time: RAM has more, so nothing fails that is not made to


@dataclass
class Held:
    """What the program has and must give back: ``kind`` says how, ``pages`` what it can use."""

    name: str
    kind: str
    pages: int
    changed: bool = False  # its permissions are not what they were
    mapped: bool = False  # something is mapped into a reserved area
    uses: str = ""  # the name of the pages that are mapped there
    prot: str = "kernel"


class Broken(AssertionError):
    """A check failed; the text has what is broken and the program that led there."""


@lru_cache(maxsize=4)
def _image(machine: Machine) -> tuple[tuple[int, int], ...]:
    mem = fresh_memory(machine)
    boot(machine, mem)
    words = mem.view
    return tuple((i, words[i]) for i in _nonzero(words))


def _nonzero(words: memoryview) -> Iterator[int]:
    """Numbers of the words that are not 0; all zero stretches are passed at once."""
    size, zeros = 1 << 16, bytes(8 << 16)
    for first in range(0, len(words), size):
        part = words[first : first + size]
        if part.tobytes() != zeros[: 8 * len(part)]:
            yield from (first + i for i, word in enumerate(part) if word)


def booted(machine: Machine) -> Kernel:
    """A freshly booted kernel, from a copy of an image, in memory whose calls are watched."""
    mem = watched_memory(machine)
    for i, word in _image(machine):
        mem.words[i] = word
    return Kernel(machine, mem)


def state_that_counts(k: Kernel) -> Any:
    """What a failed call must leave as it was: areas in use, pages in them, what is mapped (I41)."""
    busy = [(va.va_start, va.va_end) for va in busy_areas(k) if not va.flags & VMAP_BLOCK]
    ours = [leaf for leaf in leaves(k) if not is_metadata(k, leaf.va)]
    return busy, k.nr_vmalloc_pages, ours


class Life:
    """One run of one kernel under a program; `step` does the next thing and checks what must hold."""

    def __init__(self, machine: Machine, well_behaved: bool = True, every: int = 16) -> None:
        self.machine, self.well_behaved, self.every = machine, well_behaved, every
        self.k = booted(machine)
        self.watched: Watched = self.k.mem.watch(self.k)
        self.names: Mapping[str, Obj] = {}
        self.held: dict[str, Held] = {}
        self.log: list[str] = []
        self.made = self.percpus = 0
        self.numbers: Iterator[int] = iter(())
        self.at_boot = free_ranges(self.k)

    # --- numbers ---------------------------------------------------------------------------------

    def pick(self, among: Sequence[T]) -> T:
        """One of a few, as the next number of the step says; the first when there are no more."""
        return among[next(self.numbers, 0) % len(among)]

    def below(self, n: int) -> int:
        """A number below ``n``."""
        return next(self.numbers, 0) % n

    def some_pages(self) -> int:
        """How many pages; half of the time one of the sizes where something changes."""
        n = self.pick(PAGES) if self.below(2) == 0 else 1 + self.below(300)
        return min(n, 300) if self.k.PAGE_SIZE > 4096 else n

    def some_size(self, pages: int) -> int:
        """Bytes that are rounded up to ``pages`` pages."""
        return (pages << self.k.PAGE_SHIFT) - self.pick((0, 0, 1, 100))

    # --- doing -----------------------------------------------------------------------------------

    def step(self, numbers: Step) -> None:
        """Do one thing; Broken when a check fails, KernelBug in a program that behaves well."""
        self.numbers = iter(numbers)
        rules = RULES if self.well_behaved or self.below(2) else WRONG_RULES
        self.pick(rules)(self)

    def do(self, verb: str, to: str | None = None, **args: Value) -> Outcome | None:
        """Run one operation and check; None when it cannot be run as it is written."""
        operation = Operation(VERBS[verb], to, args)
        self.log.append(str(operation))
        failing = self.faulty
        before = state_that_counts(self.k) if failing and operation.verb.makes and verb != "pages" else None
        try:
            outcome = Session.run(self.k, Done(0, operation, 0, 0, 0, 0, before=self.names))
        except OperationError:
            return None
        self.names = names_after(self.names, outcome)
        if before is not None and outcome.kind.value == "address" and not outcome.value:
            self.must_be_equal("a failed call changed what counts (I41)", before, state_that_counts(self.k))
        self.check()
        return outcome

    def check(self) -> None:
        """What is checked after every operation, and all of it now and then."""
        broken = self.watched.take_broken() + validate_lazy_count(self.k)
        if len(self.log) % self.every == 0:
            broken += validate(self.k, self.well_behaved)
            broken += validate_queries(self.k) if self.well_behaved else []
        if broken:
            raise Broken("\n".join([*broken[:8], f"after {len(self.log)} operations:", *self.log[-40:]]))

    def must_be_equal(self, what: str, one: Any, other: Any) -> None:
        """Broken unless two states are the same."""
        if one != other:
            raise Broken("\n".join([what, *map(repr, differences(one, other)), *self.log[-40:]]))

    @property
    def faulty(self) -> bool:
        """Whether an allocation may be about to fail on purpose."""
        return any(fault_attr_of(self.k, kind).times for kind in Fault)

    # --- objects ---------------------------------------------------------------------------------

    def new(self) -> str:
        """A name that nothing has."""
        self.made += 1
        return f"n{self.made}"

    def room_for(self, pages: int) -> bool:
        """Whether so many pages more can be held without running out of memory."""
        most = MOST_PAGES if self.k.PAGE_SIZE == 4096 else (self.k.totalram_pages * 2) // 5
        return len(self.held) < MOST_HELD and sum(h.pages for h in self.held.values()) + pages < most

    def make(
        self, kind: str, verb: str, n: int, args: dict[str, Value], access: str = "kernel"
    ) -> Held | None:
        """Call what makes an object; None when it returned NULL."""
        if not self.room_for(n):
            self.give_one()
            return None
        name = self.new()
        outcome = self.do(verb, name, **args)
        if outcome is None or not outcome.value:
            if outcome is not None and self.names[name].pages:
                self.do("free_pages", pages=Word(name))  # the pages are there, only the mapping is not
            return None
        self.held[name] = held = Held(name, kind, n, prot=access)
        return held

    def one(self, *kinds: str) -> Held | None:
        """Something of the program's that is of one of these kinds."""
        found = [held for held in self.held.values() if held.kind in kinds]
        return self.pick(found) if found else None

    def give_one(self) -> None:
        """Give something back, in one of the right ways."""
        if self.held:
            self.give(self.pick([*self.held.values()]))

    def give(self, held: Held) -> None:
        """Give ``held`` back as it must be."""
        if held.kind == "pages" and any(other.uses == held.name for other in self.held.values()):
            return
        if held.changed:
            self.mend(held)
        GIVE[held.kind](self, held)
        del self.held[held.name]
        if not held.uses and held.kind in ("mapping", "ram"):
            self.do("free_pages", pages=Word(held.name))

    def mend(self, held: Held) -> None:
        """Undo what was done to the permissions of ``held``: its pages are somebody else's next."""
        self.do("fail", kind=Word("off"))
        for do in ("rw", "nx", "wb"):
            self.do("setmem", id=Word(held.name), do=Word(do), n=count(held.pages))
        held.changed = False

    def finish(self) -> None:
        """Give everything back; after a full purge all addresses are free again (I43)."""
        self.numbers = iter(())
        self.do("fail", kind=Word("off"))
        self.do("context", kind=Word("task"))
        while self.held:
            users_first = sorted(self.held.values(), key=lambda held: held.kind == "pages")
            self.give(users_first[0])
        self.do("settle", ms=number(40))
        self.do("purge")
        self.do("settle", ms=number(40))
        self.do("purge")
        broken = validate(self.k, self.well_behaved) + validate_queries(self.k)
        if broken:
            raise Broken("\n".join(["at the end:", *broken[:8], *self.log[-40:]]))
        if not self.percpus:
            self.must_be_equal("addresses are missing after a full purge (I43)",
                               self.at_boot, free_ranges(self.k))  # fmt: skip


def free_ranges(k: Kernel) -> list[tuple[int, int]]:
    """All free ranges."""
    return [(va.va_start, va.va_end) for va in listed(k.free_vmap_area_list)]


def differences(one: Any, other: Any) -> list[Any]:
    """The parts of two states that are not the same."""
    if isinstance(one, tuple | list) and len(one) == len(other):
        return [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return [[x for x in one if x not in other], [x for x in other if x not in one]]


def count(n: int) -> Expr:
    """A number of pages."""
    return Expr((Term(Number(n, True)),))


def at(name: str, offset: int = 0) -> Expr:
    """An address inside an object."""
    return Expr((Term(AddressOf(name)), Term(Number(offset))))


def flags(*words: str) -> Flags:
    """Flags by name; none is 0."""
    return Flags(tuple(map(Word, words)) or (number(0, "0"),))


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
    made = life.make("constant" if constant else "memory", "range", pages, args, prot)
    if made and not start <= life.names[made.name].addr < end:
        raise Broken(f"{life.log[-1]}: the area is outside its range (I18)")


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


# --- rules: giving back ----------------------------------------------------------------------------


def free_memory(life: Life, held: Held) -> None:
    """Free what vmalloc returned, in any of the contexts that may."""
    way = life.pick(("vfree", "vfree", "vfree_bh", "vfree_atomic", "context", "rcu", "rcu head"))
    if way in ("vfree", "vfree_bh", "vfree_atomic"):
        more = {"ids": Names((held.name,))} if way != "vfree" else {"id": Word(held.name)}
        life.do(way, **more)
    elif way == "context":
        life.do("context", kind=Word(life.pick(("bh", "irq"))))
        life.do("vfree", id=Word(held.name))
        life.do("context", kind=Word("task"))
    elif way == "rcu head" and held.kind == "memory" and held.prot == "kernel":
        life.do("rcu_read", on=Word("on"))
        life.do("kvfree_rcu", id=Word(held.name), head=number(8 * life.below(8)))
        life.do("rcu_read", on=Word("off"))
        life.do("settle", ms=number(20))
    else:
        life.do("kvfree_rcu", id=Word(held.name))


def unmap(life: Life, held: Held) -> None:
    """Vunmap."""
    life.do("vunmap", id=Word(held.name))


def unmap_ram(life: Life, held: Held) -> None:
    """vm_unmap_ram."""
    life.do("vm_unmap_ram", id=Word(held.name))


def unmap_device(life: Life, held: Held) -> None:
    """Iounmap."""
    life.do("iounmap", id=Word(held.name))


def free_area(life: Life, held: Held) -> None:
    """Give a reserved area back, with what is mapped there."""
    life.do(life.pick(("free_area", "remove_area", "vunmap")), id=Word(held.name))


def free_given(life: Life, held: Held) -> None:
    """Free what nobody can write to, or what kvfree does not know, or a mapping with its pages."""
    life.do("vfree", id=Word(held.name))


def free_pages(life: Life, held: Held) -> None:
    """Give pages back."""
    life.do("free_pages", pages=Word(held.name))


GIVE: dict[str, Callable[[Life, Held], None]] = {
    "memory": free_memory, "user": free_memory, "constant": free_given, "given": free_given,
    "mapping": unmap, "pfns": unmap, "ram": unmap_ram, "io": unmap_device, "map area": free_area,
    "ioremap area": free_area, "sparse area": free_area, "pages": free_pages,
}  # fmt: skip


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
    lazy = life.k.vmap_lazy_nr
    if life.log[-1] in ("drain", "purge") and lazy:
        raise Broken(f"{lazy} pages are lazy after a {life.log[-1]} (I15)\n" + "\n".join(life.log[-40:]))


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
        return number(life.pick((0, 1, page, 3 * page, 65 * page, 1 << 20, 1 << 21, 1 << 45)))
    if p.kind is Kind.COUNT:
        return count(life.pick((0, 1, 2, 3, 64, 65, 100)))
    return number(life.below(40))


WRONG_RULES: tuple[Rule, ...] = (anything,)


# --- many operations -------------------------------------------------------------------------------


def random_steps(seed: int) -> Iterator[Step]:
    """Steps from a seed, without an end."""
    random = Random(seed)
    while True:
        yield tuple(random.getrandbits(20) for _ in range(12))


def live(machine: Machine, seed: int, operations: int, well_behaved: bool = True, every: int = 16) -> int:
    """Do about so many operations on one kernel; the number that was done.  Broken when a check fails."""
    life = Life(machine, well_behaved, every)
    for step in random_steps(seed):
        try:
            life.step(step)
        except KernelBug as stopped:
            if well_behaved:
                raise Broken(f"{stopped}\n" + "\n".join(life.log[-40:])) from stopped
            return len(life.log)
        if len(life.log) >= operations:
            break
    if well_behaved:
        life.finish()
    return len(life.log)
