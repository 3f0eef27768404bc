"""A program that does everything a kernel lets it do, one operation at a time, led by small numbers.

The numbers come from Hypothesis, which makes a failing list of them shorter, or from a seed, which is
fast.  Every operation is one of the language, so a failure is a program that can be run by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.check import validate, validate_lazy_count
from vmgui.engine.check_calls import (
    Watched,
    free_ranges,
    state_that_counts,
    validate_failed_call,
    validate_full_purge,
    watched_memory,
)
from vmgui.engine.check_queries import validate_queries
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, fault_attr_of
from vmgui.engine.machine import G, M, Machine
from vmgui.timeline.names import KnownNames
from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import Obj, Outcome
from vmgui.timeline.session import Done, Session
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
from vmgui.timeline.verbs import VERBS

T = TypeVar("T")
Step = tuple[int, ...]
Rules = Sequence[Callable[["Life"], None]]

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
MOST_HELD = 30
MOST_PAGES = 3000  # of 4 KiB, held at a time: RAM has more, so nothing fails that is not made to


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


@lru_cache(maxsize=16)
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


class Life:
    """One run of one kernel under a program; `step` does the next thing and checks what must hold."""

    def __init__(
        self, machine: Machine, rules: Rules, well_behaved: bool = True, every: int = 16
    ) -> None:
        self.rules = rules
        self.machine, self.well_behaved, self.every = machine, well_behaved, every
        self.k = booted(machine)
        self.watched: Watched = self.k.mem.watch(self.k)
        self.watched.well_behaved = well_behaved
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
        n = self.pick(PAGES) if self.below(3) == 0 else 1 + self.below(self.pick((8, 8, 40, 300)))
        return min(n, 300) if self.k.PAGE_SIZE > 4096 else n

    def some_size(self, pages: int) -> int:
        """Bytes that are rounded up to ``pages`` pages."""
        return (pages << self.k.PAGE_SHIFT) - self.pick((0, 0, 1, 100))

    # --- doing -----------------------------------------------------------------------------------

    def step(self, numbers: Step) -> None:
        """Do one thing; Broken when a check fails, KernelBug in a program that behaves well."""
        self.numbers = iter(numbers)
        self.pick(self.rules)(self)

    def do(self, verb: str, to: str | None = None, **args: Value) -> Outcome | None:
        """Run one operation and check; None when it cannot be run as it is written."""
        operation = Operation(VERBS[verb], to, args)
        self.log.append(str(operation))
        watch = self.faulty and operation.verb.makes and verb != "pages"
        walk = len(self.log) % 6 == 0  # to walk all tables each time would take most of the time
        before = state_that_counts(self.k, walk) if watch else None
        try:
            outcome = Session.run(self.k, Done(0, operation, 0, 0, 0, 0, before=self.names))
        except OperationError:
            return None
        self.names = self.remembered(KnownNames.of(self.names).after(outcome))
        failed = outcome.failure == "NULL" and not outcome.freed  # vrealloc to nothing frees
        if before is not None and failed:
            self.must_hold(validate_failed_call(before, state_that_counts(self.k, walk)))
        self.check()
        return outcome

    def remembered(self, names: Mapping[str, Obj]) -> Mapping[str, Obj]:
        """What the program still has, and a few of the names it knew last: those dangle."""
        last = [*names][-8:]
        return {name: obj for name, obj in names.items() if name in self.held or name in last or obj.pages}

    def check(self) -> None:
        """What is checked after every operation, and all of it now and then."""
        broken = self.watched.take_broken() + validate_lazy_count(self.k)
        if len(self.log) % self.every == 0:
            broken += validate(self.k, self.well_behaved)
            broken += validate_queries(self.k) if self.well_behaved else []
        self.must_hold(broken)

    def must_hold(self, broken: list[str]) -> None:
        """Broken if anything is, with the last operations."""
        if broken:
            raise Broken("\n".join([*broken[:8], f"after {len(self.log)} operations:", *self.log[-40:]]))

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
        most = MOST_PAGES if self.k.PAGE_SIZE == 4096 else self.k.totalram_pages // 4
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
        self.must_hold(validate(self.k) + validate_queries(self.k))
        if not self.percpus:
            self.must_hold(validate_full_purge(self.at_boot, free_ranges(self.k)))


def count(n: int) -> Expr:
    """A number of pages."""
    return Expr((Term(Number(n, True)),))


def at(name: str, offset: int = 0) -> Expr:
    """An address inside an object."""
    return Expr((Term(AddressOf(name)), Term(Number(offset))))


def flags(*words: str) -> Flags:
    """Flags by name; none is 0."""
    return Flags(tuple(map(Word, words)) or (number(0, "0"),))


# --- giving back -----------------------------------------------------------------------------------


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
