"""The same operations on two machines: what each gave, and where the two first differ.

Operations are aligned, not steps: two machines rarely take the same number of steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import Machine
from vmgui.projection.diff import changed_words
from vmgui.projection.diff_entries import entry_runs, tables_of
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import LEVELS
from vmgui.projection.marks import FLUSHES, TABLES
from vmgui.projection.moment import number
from vmgui.timeline import spans
from vmgui.timeline.edit import Failed, Item, Program, Progress, patient
from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import ValueKind
from vmgui.timeline.session import Done, Session

PURGES = frozenset({"trace_purge_vmap_area_lazy"})
#: What is compared of an operation, in the order of reading; steps are told and not compared.
FACTS = ("returned", "leaves", "tables", "flushes", "purged", "error")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an operation gave on one machine.

    `returned` is written relative to VMALLOC_START where it lies in the range. `leaves` are the leaves that
    were installed, by size; `tables` were allocated, `flushes` done, `purged` areas given back. `error` is an
    errno, a BUG, or why it could not run. `steps` are rows.
    """

    returned: str = ""
    leaves: str = ""
    tables: int = 0
    flushes: int = 0
    purged: int = 0
    error: str = ""
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """One operation on both machines, and which of FACTS differ."""

    operation: Operation
    left: Facts
    right: Facts

    @property
    def differs(self) -> tuple[str, ...]:
        """The names of what differs."""
        return tuple(name for name in FACTS if getattr(self.left, name) != getattr(self.right, name))


class Lane:
    """One of the two machines: its program, what each operation gave, and the row where each ended."""

    def __init__(self, machine: Machine) -> None:
        self.session = Session(machine)
        self.program = Program(self.session)
        self.facts: list[Facts] = []
        self._old, self._new = self.session.cursor(), self.session.cursor()
        self._shape = Geometry(Kernel(machine, self._new))
        self._tables = tables_of(self._new, self._shape)

    @property
    def items(self) -> Sequence[Item]:
        """The operations, those that could not run among them."""
        return self.program.items

    def run(self, operation: Operation) -> Facts:
        """Run the next operation."""
        self.program.extend((operation,))
        self.facts.append(self._facts(self.items[-1]))
        return self.facts[-1]

    def end(self, place: int) -> int:
        """The row where the operation at a place has ended; 0 before the first."""
        return self.items[place].last_row if place >= 0 else 0

    def _facts(self, item: Item) -> Facts:
        if isinstance(item, Failed):
            return Facts(error=item.error.why)
        columns = self.session.columns
        found = spans.spans_of(columns, WATCHED, item.first_span, item.last_span)
        named = [(call.function.name, call) for call in (spans.call(columns, span) for span in found)]
        return Facts(
            self._returned(item),
            self._leaves(item),
            sum(name in TABLES and call.result == 0 for name, call in named),
            sum(name in FLUSHES for name, _call in named),
            sum(call.arguments["npurged"] for name, call in named if name in PURGES),
            item.bug.kind if item.bug is not None else item.outcome.failure,
            item.last_row - item.first_row,
        )

    def _returned(self, done: Done) -> str:
        value, k = done.outcome.value, self.session.kernel
        if value is None or done.outcome.kind is ValueKind.NOTHING:
            return ""
        if done.outcome.kind is ValueKind.ADDRESS and k.VMALLOC_START <= value <= k.VMALLOC_END:
            return f"VS + {value - k.VMALLOC_START:#x}"
        return done.outcome.failure or number(value)

    def _leaves(self, done: Done) -> str:
        """The leaves that the operation installed: 2 × 2M + 16 × 4K."""
        self._old.seek(done.first_row)
        self._new.seek(done.last_row)
        shape = self._shape
        before, after = self._tables, tables_of(self._new, shape)
        self._tables = after
        words = changed_words(self.session.columns, done.first_row, done.last_row)
        counts = dict.fromkeys(LEVELS, 0)
        for run in entry_runs(shape, self._old, self._new, before, after, *words):
            if run.leaf and run.sign == "+":
                counts[run.level] += run.count
        return " + ".join(f"{n} × {shape.badge(level)}" for level, n in counts.items() if n)


WATCHED = TABLES | FLUSHES | PURGES


@dataclass(frozen=True)
class Lockstep:
    """Two machines that have run the same operations."""

    left: Lane
    right: Lane
    pairs: tuple[Pair, ...]

    @property
    def first(self) -> int | None:
        """The first operation in which they differ; None if there is none."""
        return next((place for place, pair in enumerate(self.pairs) if pair.differs), None)


def lockstep(
    left: Machine, right: Machine, operations: Sequence[Operation], progress: Progress = patient
) -> Lockstep | None:
    """Run operations on two machines, one by one; None when `progress` stops it."""
    lanes, pairs = (Lane(left), Lane(right)), []
    for place, operation in enumerate(operations):
        if not progress(place, len(operations)):
            return None
        pairs.append(Pair(operation, *(lane.run(operation) for lane in lanes)))
    progress(len(operations), len(operations))
    return Lockstep(*lanes, tuple(pairs))
