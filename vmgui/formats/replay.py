"""Run the script of a recording on the engine, set up from the recording's inputs, and compare.

The runner sees `Inputs` only; what the kernel recorded beyond them meets its results in the comparer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, structs

from vmgui.engine.arch.memtype import UC_MINUS, WB, memtype_reserve
from vmgui.engine.kernel import OTHER_TURNS, Kernel
from vmgui.engine.lib.out import Out
from vmgui.engine.machine import Machine, MachineError
from vmgui.engine.mm.vm_struct import VM_ALLOC, VM_IOREMAP, VM_MAP, VM_NO_GUARD, VM_SPARSE
from vmgui.engine.mm.vmap_block import VMAP_BBMAP_BITS
from vmgui.engine.restore import RestoreError, StartState, restore
from vmgui.engine.words import MASK64
from vmgui.formats import driven, other_tasks
from vmgui.formats.compare import compare
from vmgui.formats.errors import FormatError
from vmgui.formats.frame_map import GEOMETRIES, rig_memtypes, rig_ram
from vmgui.formats.inputs import SPAN_SHIFT, Inputs, OtherTask, Unusable, split
from vmgui.formats.observe import LISTENED, RUNNER, Observer
from vmgui.formats.oplang import parse
from vmgui.formats.records import (
    AllocEvent,
    EndRecord,
    Event,
    FreeEvent,
    Hex,
    InAtomic,
    OpRecord,
    Recording,
    StateRecord,
    TableAt,
)
from vmgui.formats.rig_devices import placed, rig_devices
from vmgui.formats.verdict import PARAMETERS, RIG_PAGE_SIZE, Actual, ActualOp, ScenarioResult, unusable
from vmgui.projection import dump
from vmgui.timeline.env import Env
from vmgui.timeline.operation import Operation, OperationError
from vmgui.timeline.outcome import Outcome, ValueKind
from vmgui.timeline.session import Done, Session
from vmgui.timeline.unrecorded import Unrecorded

#: Operations that change no state: without one of them the rest can still be right.
HARMLESS = frozenset(["to_page", "is_vmalloc", "find", "walk", "vread", "state", "tree", "note", "watch"])
#: What the kernel module calls `nop`: it only looks, and so does waiting when there is nothing to wait for.
LOOK = "settle ms=0"

Prepare = Callable[[Kernel], None]


_BARE = VM_MAP | VM_NO_GUARD  # vmap() clears VM_NO_GUARD: whoever has both reserved addresses only


#: Shown by a recording in which one busy list, area for area, is reached in two orders: two shapes.
BUSY_SHAPE = "shape of a busy tree: the order in which the boot filled it is no input"
LAZY_SHAPE = "shape of a lazy tree: the order in which the boot filled it is no input"


class CannotReplay(ValueError):
    """A machine or a start state that the engine cannot be put into yet."""


def replay(recording: Recording) -> ScenarioResult:
    """Replay one recording and compare; never raises for what a recording may hold."""
    try:
        inputs = split(recording)
    except Unusable as error:
        return unusable(recording, str(error))
    ram = rig_ram(inputs.page_offset, inputs.mem_mib)
    try:
        first = Replay(inputs, unrecorded)
        actual = first.run()
        if first.taken:
            actual = Replay(since_boot(inputs, first.taken), unrecorded).run()
    except CannotReplay as error:
        result = unusable(recording, "")
        result.unusable, result.unsupported_reasons = UNSET, {str(error): len(recording.ops)}
        return result
    return compare(actual, recording, ram, inputs.imported() | actual.imported)


def since_boot(inputs: Inputs, tables: list[TableAt]) -> Inputs:
    """The same inputs, with ``tables`` there from the beginning.

    A replay finds out only on its way that nothing before can have made them; then they were there all the
    time, and are counted among the entries of the table above.
    """
    return structs.replace(inputs, tables=inputs.tables | {0: [*inputs.tables.get(0, ()), *tables]})


def machine_of(inputs: Inputs) -> Machine:
    """The machine of a recording: the rig's profile with what the recording says about itself."""
    arch, va_bits = GEOMETRIES.get(inputs.page_offset, ("", 0))
    if not arch:
        raise CannotReplay(f"no machine with its direct map at {inputs.page_offset:#x} yet")
    parameters: dict[str, Any] = {name: name in inputs.cmdline.split() for name in PARAMETERS}
    try:
        return Machine(
            arch=arch,
            va_bits=va_bits,
            possible_cpus=inputs.possible_cpus,
            online_cpus=inputs.online_cpus,
            nr_cpus=max(inputs.possible_cpus, min(8192, (2 << 20) // max(1, inputs.bbmap_bits))),
            numa_nodes=inputs.online_nodes,
            ram=inputs.mem_mib << 20,
            phys_bits=inputs.phys_bits or 48,  # arm64 does not say
            gbpages=bool(inputs.gbpages),
            window=(inputs.w, inputs.we),
            **parameters,
        )
    except MachineError as error:
        raise CannotReplay(str(error)) from error


def unrecorded(machine: Machine, prepare: Prepare) -> Session:
    """A session for a replay that nobody steps through."""
    return Unrecorded(machine, prepare, LISTENED)


def start_of(inputs: Inputs) -> StartState:
    """The state that a recording begins in, for the engine."""
    return StartState(
        tree=inputs.tree,
        busy=inputs.busy,
        lazy=inputs.lazy,
        pool=inputs.pool,
        blocks=[(b.cpu, b.va, b.free, b.dirty, b.dmin, b.dmax, int(b.used, 16)) for b in inputs.vb],
        block_lists=inputs.vbfree,
        nr_vmalloc_pages=inputs.nr_vmalloc_pages,
        totalram_pages=inputs.totalram_pages,
        devices=placed(rig_devices(inputs.page_offset, inputs.mem_mib), inputs.busy, RIG_PAGE_SIZE),
    )


def put_into(k: Kernel, inputs: Inputs) -> None:
    """Put a fresh kernel into the state that a recording begins in."""
    restore(k, start_of(inputs))
    for start, end, name in rig_memtypes(inputs.page_offset, inputs.mem_mib):
        kind = WB if name == "write-back" else UC_MINUS
        memtype_reserve(k, start, end, kind, Out())


@dataclass
class _Step:
    """One operation under way: the runs of other tasks before and in it, and what becomes of it."""

    index: int
    line: str
    cpu: int
    before: list[Event] = field(default_factory=list)
    during: list[Event] = field(default_factory=list)
    freed: list[tuple[int, int]] = field(default_factory=list)


class Replay:
    """A replay under way: a session of its own, and one recorded operation after the other.

    ``done[i]`` is what the session made of operation ``i``, None where it could not run it.  ``session``
    makes the session; one that keeps no rows must have kept the calls that an `Observer` looks at.
    """

    def __init__(self, inputs: Inputs, session: Callable[[Machine, Prepare], Session] = Session) -> None:
        self.inputs = inputs
        machine = machine_of(inputs)
        try:
            self.session = session(machine, lambda k: put_into(k, inputs))
        except (RestoreError, MachineError) as error:
            raise CannotReplay(str(error)) from error
        self.k = self.session.kernel
        self.observer = Observer(self.session)
        self.watch = (int(inputs.w), int(inputs.we))
        self.done: list[Done | None] = []
        self.reached: list[tuple[int, int]] = []  # where the script can have made tables so far
        self.boot_tables = 0
        self.taken: list[TableAt] = []  # those of them that came to light after the first operation
        self.filled_at_boot = {int(a[1]): int(a[2]) for a in inputs.busy if _may_hold_data(a[4], a[2] - a[1])}
        self.spoiled = ""  # why nothing after it can be right
        self.boot = self._boot()
        self.state: StateRecord = self.observer.allocator(StateRecord)

    def run(self, watched: Callable[[], None] = lambda: None) -> Actual:
        """Replay all operations; ``watched`` is called before each and may raise."""
        ops = []
        for _ in self.inputs.lines:
            watched()
            ops.append(self.step())
        end = None if self.session.dead or self.spoiled else self._end(len(ops))
        unsupported = {"end": self.spoiled} if self.spoiled else {}
        imported = {"tables from t0": self.boot_tables} if self.boot_tables else {}
        return Actual(self.boot, self.state, ops, end, unsupported, imported)

    def _end(self, ops: int) -> EndRecord:
        """Write down the end, after what other tasks did behind the last operation."""
        after = [event for task in self.inputs.others if task.op == ops for event in self._outside(task)]
        counters = {"lazy_nr": self.k.vmap_lazy_nr, "nr_vmalloc_pages": self.k.nr_vmalloc_pages}
        end: EndRecord = self.observer.allocator(EndRecord, ops=ops, pre=after, **counters)
        return end

    def step(self) -> ActualOp:
        """Replay the next operation."""
        i = len(self.done)
        line = self.inputs.lines[i]
        if _word(line) == "note":
            self.done.append(None)
            return ActualOp(OpRecord(i, line, "note", note=True))
        step = _Step(i, line, self.k.current_cpu)
        if not self.spoiled:
            try:
                return self._step(step)
            except (OperationError, FormatError) as error:
                why = getattr(error, "why", str(error))
                if _word(line) not in HARMLESS:
                    self.spoiled = f"after `{line}`: {why}"
                self.done.append(None)
                return _nothing(step, why)
        self.done.append(None)
        return _nothing(step, self.spoiled)

    def _step(self, step: _Step) -> ActualOp:
        if orders := self.inputs.helpers.get(step.index):
            self.session.apply(other_tasks.helpers(orders))
        others = [task for task in self.inputs.others if task.op == step.index]
        for task in (task for task in others if not task.inside):
            step.before += self._other(step, task)
        if step.before:
            self.observer.look()
        self._take_tables(step.index)
        operation = parse(LOOK if _word(step.line) == "nop" else step.line)
        if operation is None:
            raise OperationError("a blank line is no operation")
        if step.index in self.inputs.driven:
            operation = driven.operation(operation, self.inputs.driven[step.index])
        if operation.name == "percpu":
            self._leave_percpu_room(step.index, operation, others)
        counters = (self.k.nr_vmalloc_pages, self.k.vmap_lazy_nr)
        for task in (task for task in others if task.inside and not task.position and not task.work):
            step.during += self._other(step, task)
        if later := [task for task in others if task.work][:OTHER_TURNS]:
            self.session.apply(other_tasks.turns(later))
        done = self._observed(step, operation.as_recorded())
        if later and not self.session.dead:
            self._observed(step, other_tasks.LEFT)
        after = [task for task in others if task.inside and (task.position or task.work)]
        for task in (task for task in after if task not in later):
            step.during += self._other(step, task)
        tables = self.observer.look()
        self.done.append(done)
        self._reach(step, done)
        return ActualOp(self._record(step, done, counters, tables), {}, step.freed,
                        self._filled_at_boot(done), self._shapeless(done.outcome))  # fmt: skip

    def _observed(self, step: _Step, operation: Operation) -> Done:
        """Run an operation and note its events and what it freed as the step's."""
        done = self.session.apply(operation)
        step.during += self.observer.events(done, step.cpu)
        step.freed += self.observer.freed(done)
        return done

    def _leave_percpu_room(self, index: int, operation: Operation, others: list[OtherTask]) -> None:
        """Let what is left of per-CPU memory make the operation need as many chunks as it did."""
        chunks = self.inputs.chunks.get(index, 0)
        if chunks:
            chunks += sum(task.chunk for task in others if task.inside and not task.position)
        self.session.apply(other_tasks.percpu_room(operation, chunks))

    def _take_tables(self, index: int) -> None:
        """Make the tables that are shown here for the first time, and that the script cannot have made."""
        have = {(table.name, table.va) for table in self.observer.tables}
        missing = [
            (level, va)
            for level, va in self.inputs.tables.get(index, ())
            if (level, va) not in have and not self._is_reached(va, va + (1 << SPAN_SHIFT[level]))
        ]
        for level, va in missing:
            self.session.apply(other_tasks.table(SPAN_SHIFT[level] // 9 - 2, va))
        self.boot_tables += len(missing)
        self.taken += missing if index else []
        if missing:
            self.observer.look()

    def _is_reached(self, start: int, end: int) -> bool:
        return any(first < end and start < last for first, last in self.reached)

    def _reach(self, step: _Step, done: Done) -> None:
        """Remember where an operation mapped something, or can have."""
        if done.outcome.scan is not None:
            self.reached.append(done.outcome.scan)
        if done.operation.name == "percpu":  # its areas leave no event, and it fills those there are
            areas = dump.lists(self.k).busy
            self.reached += [(a.start, a.end) for a in areas if a.vm_flags == VM_ALLOC and not a.nr_pages]
        allocated = (e for e in step.before + step.during if isinstance(e, AllocEvent))
        self.reached += [(event.addr, event.addr + event.size) for event in allocated]

        for event in step.before + step.during:
            if isinstance(event, FreeEvent):
                self.filled_at_boot.pop(event.va, None)

    def _filled_at_boot(self, done: Done) -> list[tuple[int, int]]:
        """Which of the bytes that an operation read, from the first on, nobody recorded: the boot's own."""
        if "bytes" not in done.outcome.facts:
            return []
        arguments = Env(self.k, done.before).arguments(done.operation)
        addr, end = arguments["addr"], arguments["addr"] + arguments["n"]
        areas = self.filled_at_boot.items()
        return [(max(s, addr) - addr, min(e, end) - addr) for s, e in areas if s < end and e > addr]

    def _other(self, step: _Step, task: OtherTask) -> list[Event]:
        """Let another task do what it did; returns what could be seen of it."""
        if self.session.dead:
            return []
        done = self.session.apply(other_tasks.operation(task))
        step.freed += self.observer.freed(done)
        return self.observer.events(done, task.cpu)

    def _outside(self, task: OtherTask) -> list[Event]:
        """Let another task do something between the operations of the script."""
        return self._other(_Step(task.op, "", self.k.current_cpu), task)

    def _record(self, step: _Step, done: Done, counters: tuple[int, int], tables: list[Any]) -> OpRecord:
        """Write down the operation as the kernel module does."""
        outcome = done.outcome
        record = OpRecord(step.index, step.line, _word(step.line), pre=step.before, ev=step.during)
        if done.bug is not None:
            record.crashed = True  # nobody looked at the counters before it, and they stay as they are
            record.nr_vmalloc_pages = (None, self.k.nr_vmalloc_pages)
            record.lazy_nr = (None, self.k.vmap_lazy_nr)
            return record
        if outcome.watch is not None:
            self.watch = outcome.watch
        fields: dict[str, Any] = (
            {
                "cpu": step.cpu,
                "ret": _ret(outcome),
                "nr_vmalloc_pages": (counters[0], self.k.nr_vmalloc_pages),
                "lazy_nr": (counters[1], self.k.vmap_lazy_nr),
                "win": self.observer.window(*self.watch),
            }
            | self.observer.blocks()
            | self.observer.table_changes(done, tables)
        )
        if outcome.query:
            fields |= self.observer.area(outcome.query)
        if outcome.scan and outcome.scan[1] & MASK64 > outcome.scan[0]:  # the last byte of all is not shown
            fields |= self.observer.scan(*outcome.scan, tables)
        for name, value in (fields | self._dump(outcome.dump) | _facts(outcome, step)).items():
            setattr(record, name, value)
        return record

    def _dump(self, what: str) -> dict[str, Any]:
        """The complete allocator, or a tree, where the operation asks for it."""
        if what == "state":
            return {"all": self.observer.allocator()}
        if what:
            _, which, node = what.split()
            return {"tree": self.observer.tree(which, int(node))}
        return {}

    def _shapeless(self, outcome: Outcome) -> str:
        """Why nobody can know the shape of the tree that is shown; empty where it follows from the inputs.

        In what order the boot's own areas came to hang in a tree is not recorded, and it decides the shape.
        """
        _, which, number, *_ = [*outcome.dump.split(), "", "", ""]
        if which == "busy" and any(area[0] == int(number) for area in self.inputs.busy):
            return BUSY_SHAPE
        waiting = {area.start for area in dump.lists(self.k).lazy} if which == "lazy" else set()
        return LAZY_SHAPE if waiting & {area[1] for area in self.inputs.lazy} else ""

    def _boot(self) -> dict[str, Any]:
        """The constants that follow from the machine, in the boot record's words."""
        k = self.k
        return {
            "arch": k.machine.arch,
            "levels": k.machine.levels,
            "vs": Hex(k.VMALLOC_START),
            "ve": Hex(k.VMALLOC_END),
            "mv": Hex(k.MODULES_VADDR),
            "me": Hex(k.MODULES_END),
            "bbmap_bits": VMAP_BBMAP_BITS(k),
            "nr_vmap_nodes": k.nr_vmap_nodes,
            "vmap_zone_size": k.vmap_zone_size,
            "lazy_nr": k.vmap_lazy_nr,
            "vmap_allow_huge": k.vmap_allow_huge,
            "ioremap_max_page_shift": k.ioremap_max_page_shift,
            "page_kernel": Hex(k.PAGE_KERNEL),
            "page_kernel_exec": Hex(k.PAGE_KERNEL_EXEC),
            "page_kernel_ro": Hex(k.PAGE_KERNEL_RO),
            "page_kernel_rox": Hex(k.PAGE_KERNEL_ROX),
            "page_kernel_nocache": Hex(k.PAGE_KERNEL_NOCACHE),
            "page_kernel_io": Hex(k.PAGE_KERNEL_IO),
            "page_kernel_io_nocache": Hex(k.PAGE_KERNEL_IO_NOCACHE),
            "wc": Hex(k.PAGE_KERNEL_WC),
        }


def _may_hold_data(vm_flags: int | None, size: int) -> bool:
    """Tell whether an area of the boot may hold what no recording shows; device areas read as zeros.

    An area without pages holds nothing if it is one page, a fence; larger ones are the image of arm64.
    """
    if vm_flags is None:
        return True
    return not vm_flags & (VM_IOREMAP | VM_SPARSE) and (vm_flags & _BARE != _BARE or size > RIG_PAGE_SIZE)


def _word(line: str) -> str:
    return line.split(maxsplit=1)[0] if line.strip() else ""


def _nothing(step: _Step, why: str) -> ActualOp:
    """An operation that was not run."""
    return ActualOp(OpRecord(step.index, step.line, _word(step.line)), unsupported={"*": why})


def _ret(outcome: Outcome) -> Any:
    """A result as the recording writes it: addresses are texts, numbers numbers."""
    if outcome.kind is ValueKind.ADDRESS:
        return hex(outcome.value or 0)
    return outcome.value if outcome.kind in (ValueKind.NUMBER, ValueKind.COUNT) else None


def _facts(outcome: Outcome, step: _Step) -> dict[str, Any]:
    """The answers of a query, as the recording writes them."""
    facts = dict(outcome.facts)
    if "addr" in facts:
        facts["addr"] = Hex(facts["addr"])
    if "in_atomic" in facts:
        own = sum(event.by == RUNNER for event in step.during)  # a worker did the rest, afterwards
        seen = facts["in_atomic"]
        queue = [Hex(addr) for addr in seen["list"]]
        facts["in_atomic"] = InAtomic(len(queue), seen["work_pending"], own, seen["still_busy"], queue)
    return facts
