"""What conditions and expressions can ask of a state: names, and functions in `fact_functions`.

Everything is read off what the engine recorded; nothing is computed a second time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from vmgui.engine.lib.printk import log_lines
from vmgui.engine.mm.mmzone import nr_free_blocks, populated_zones, zone_free_pages
from vmgui.lessons.conditions import Node, Unknown, Value, number
from vmgui.lessons.places import NoPlace, operation
from vmgui.lessons.replica import Replica
from vmgui.projection.allocator_nodes import pools, ranges
from vmgui.projection.allocator_tree import image_of
from vmgui.projection.breakpoints import EVENTS, TELLING, Event
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.statistics_free import FreeRanges
from vmgui.projection.trouble import WARNING
from vmgui.texts import Text
from vmgui.timeline import query, spans
from vmgui.timeline.env import Env
from vmgui.timeline.outcome import Obj
from vmgui.timeline.session import Done, Session
from vmgui.timeline.values import CONSTANTS, OperationError

BEFORE = "before."
#: Constants of the machine beside those of the language of operations, and how they are written.
MACHINE = {
    "PAGE_SIZE": "size", "PMD_SIZE": "size", "PUD_SIZE": "size", "P4D_SIZE": "size", "PGDIR_SIZE": "size",
    "PAGE_SHIFT": "n", "PMD_SHIFT": "n", "PUD_SHIFT": "n", "P4D_SHIFT": "n", "PGDIR_SHIFT": "n",
    "VMALLOC_START": "hex", "VMALLOC_END": "hex",
}  # fmt: skip
LEAF_LEVELS: tuple[Level, ...] = ("pte", "pmd", "pud", "p4d")


class Facts:
    """The facts of a session when `at` rows have happened (default: all).

    `start` and `first` are the row and the number of the operation that the page begins with: what
    ``before.`` and ``op 3`` count from.  `values` are the parameters of the lesson.
    """

    def __init__(
        self,
        session: Session | Replica,
        at: int | None = None,
        start: int = 0,
        values: Mapping[str, str] | None = None,
        first: int = 0,
        count: int | None = None,
    ) -> None:
        self.replica = session if isinstance(session, Replica) else Replica(session)
        self.session = self.replica.session
        self.position = len(self.session) if at is None else at
        self.start, self.first, self.values = start, first, values or {}
        if count is None:
            count = bisect_right(self.session.operations, self.position, key=lambda done: done.last_row)
        #: How many operations are over.
        self.count = count

    def moved(self, at: int, count: int | None = None) -> Facts:
        """The same at another step."""
        return Facts(self.replica, at, self.start, self.values, self.first, count)

    @property
    def before(self) -> Facts:
        """The facts at the start of the page."""
        return self.moved(self.start, self.first)

    # --- what conditions ask -------------------------------------------------------------------------

    def name(self, name: str) -> Value:
        """The value of a name; `Unknown` if there is none of that name."""
        if name.startswith(BEFORE):
            return self.before.name(name.removeprefix(BEFORE))
        if name in self.values:
            value = number(self.values[name])
            return self.values[name] if value is None else value
        if name in LEVELS:
            return name
        if name in NAMES:
            return NAMES[name](self)
        return self.constant(name)

    def call(self, name: str, arguments: Sequence[Node]) -> Value:
        """The value of a function of `fact_functions`; `Unknown` if there is none of that name."""
        from vmgui.lessons.fact_functions import called

        if name.startswith(BEFORE):
            return self.before.call(name.removeprefix(BEFORE), arguments)
        return called(self, name, arguments)

    def constant(self, name: str) -> int:
        """A constant of the machine."""
        k: Any = self.session.kernel
        if name == "LEVELS":
            return len(self.replica.shape.levels)
        if name == "CPUS":
            return int(k.machine.online_cpus)
        if name == "PTRS":
            return int(k.PTRS_PER_PTE)
        if name in MACHINE:
            return int(getattr(k, name))
        if name in CONSTANTS:
            try:
                return Env(k).constant(name)
            except OperationError as error:
                raise Unknown(error.why, error.suggestion) from error
        known = (*NAMES, *MACHINE, *CONSTANTS, *self.values, "PTRS", "CPUS", "LEVELS")
        raise Unknown(Text("there is no {0!r}", name), nearest(name, known))

    # --- what is known of objects and operations --------------------------------------------------------

    @property
    def operations(self) -> Sequence[Done]:
        """The operations that are over."""
        return self.session.operations[: self.count]

    @property
    def names(self) -> Mapping[str, Obj]:
        """Objects by name."""
        return self.session.operations[self.count - 1].names if self.count else {}

    def object(self, name: str) -> Obj:
        """What a name stands for."""
        if name not in self.names:
            raise Unknown(Text("there is no object {0!r} here", name), nearest(name, self.names))
        return self.names[name]

    def operation(self, text: str) -> Done:
        """The operation that made `text`, or that ``op 3`` or ``vfree f`` means."""
        try:
            return operation(self.session, text, self.first, self.count)
        except NoPlace as error:
            raise Unknown(error.why, error.near) from error

    @property
    def kernel(self) -> Any:
        """The kernel as it stands here; good until another step is asked about."""
        return self.replica.at(self.position)


def nearest(name: str, known: Any) -> str | None:
    """The known name that is most like `name`."""
    return next(iter(get_close_matches(name, list(known), 1)), None)


# --- names ---------------------------------------------------------------------------------------------


def _leaves(level: Level | None) -> Callable[[Facts], int]:
    def read(facts: Facts) -> int:
        k = facts.session.kernel
        found = facts.replica.census(facts.position, k.VMALLOC_START, k.VMALLOC_END + 1).leaves
        return found[level] if level else found.total()

    return read


def _tables(level: Level | None) -> Callable[[Facts], int]:
    def read(facts: Facts) -> int:
        k = facts.session.kernel
        found = facts.replica.census(facts.position, k.VMALLOC_START, k.VMALLOC_END + 1).tables
        return found[level] if level else found.total()

    return read


def _areas(which: str) -> Callable[[Facts], int]:
    def read(facts: Facts) -> int:
        k = facts.kernel
        nodes = [k.vmap_nodes[i] for i in range(k.nr_vmap_nodes)]
        if which == "busy":
            return sum(len(ranges(k, node.busy.head)) for node in nodes)
        return sum(len(ranges(k, node.lazy.head)) + len(ranges(k, node.purge_list)) for node in nodes)

    return read


def _pooled(facts: Facts) -> int:
    k = facts.kernel
    words = image_of(k.mem)
    return sum(pool.areas for i in range(k.nr_vmap_nodes) for pool in pools(words, k, i))


def _free(what: str) -> Callable[[Facts], int]:
    def read(facts: Facts) -> int:
        k = facts.kernel
        sizes = FreeRanges(k.VMALLOC_START, k.VMALLOC_END + 1).start(image_of(k.mem), k.free_vmap_area_root)
        if what == "ranges":
            return len(sizes)
        return int(sizes.sum() if what == "bytes" else sizes.max(initial=0))

    return read


def _largest_block(facts: Facts) -> int:
    """The frames of the largest block of free memory that lies side by side, as the buddy keeps it."""
    k = facts.kernel
    return max((1 << order for order in range(k.MAX_PAGE_ORDER + 1) if nr_free_blocks(k, order)), default=0)


def _event(event: Event) -> Callable[[Facts], int]:
    return lambda facts: facts.replica.events(event, facts.position)


def _writes(facts: Facts) -> int:
    return int((facts.session.columns.rows.word[: facts.position] != 0).sum())


def _faults(facts: Facts) -> int:
    columns = facts.session.columns
    calls = (spans.call(columns, span) for span in query.calls(columns, ["access"]).tolist())
    return sum(call.last < facts.position and (call.result or 0) < 0 for call in calls)


def _warnings(facts: Facts) -> int:
    k = facts.kernel
    return sum(line.startswith(WARNING) for line in log_lines(k.mem, k))


NAMES: dict[str, Callable[[Facts], int]] = {
    "areas": _areas("busy"), "areas.lazy": _areas("lazy"), "areas.pool": _pooled,
    "leaves": _leaves(None), "tables": _tables(None),
    **{f"leaves.{level}": _leaves(level) for level in LEAF_LEVELS},
    **{f"tables.{level}": _tables(level) for level in LEAF_LEVELS},
    "lazy": lambda facts: int(facts.kernel.vmap_lazy_nr),
    "free.ranges": _free("ranges"), "free.bytes": _free("bytes"), "free.largest": _free("largest"),
    "frames.free": lambda facts: sum(zone_free_pages(zone) for zone in populated_zones(facts.kernel)),
    "frames.largest": _largest_block,
    "operations": lambda facts: facts.count,
    "writes": _writes, "faults": _faults, "warnings": _warnings,
    "bugs": lambda facts: sum(done.bug is not None for done in facts.operations),
    "purges": _event("purge"), "flushes": _event("flush"),
    **{f"events.{event}": _event(event) for event in EVENTS if event not in TELLING},
}  # fmt: skip

#: How values of names are written when nobody says.
UNITS = {
    "free.bytes": "size", "free.largest": "size", **MACHINE, **dict.fromkeys(CONSTANTS, "hex"), "RAM": "size",
}  # fmt: skip
