"""Split a recording into what a replay may know beforehand and what it has to come up with itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import UNSET, Struct

from vmgui.formats.causes import (
    Cause,
    NodeOrder,
    helper_orders,
    is_retry,
    next_work,
    root_causes,
    work_begins,
)
from vmgui.formats.percpu_chunks import chunk_requests, chunks_made
from vmgui.formats.records import (
    AllocEvent,
    Block,
    Event,
    FreeEvent,
    Hex,
    Lazy,
    Level,
    MsgEvent,
    OpRecord,
    Pooled,
    Recording,
    StateRecord,
    TableAt,
)
from vmgui.formats.tree_shape import complaint

#: The free address space begins at 1 and ends before the last byte.
FIRST, LAST = 1, (1 << 64) - 1
#: log2 of what one table of a level covers.
SPAN_SHIFT: dict[Level, int] = {"pte": 21, "pmd": 30, "pud": 39, "p4d": 48}
#: The kernel module has room for no more page tables.
MOST_TABLES = 24000
#: The kernel's own words when it dies.
CRASH = re.compile(
    r"^(kernel BUG at |BUG: unable to handle |BUG: kernel NULL pointer |(Internal error: )?Oops: |"
    r"Kernel panic )"
)


class Unusable(ValueError):
    """A recording that cannot be replayed; the text says why."""


class OtherTask(Struct, frozen=True):
    """Something another task did: an allocation (its arguments) or the free of a boot-time area.

    ``inside`` is False when it happened before the operation began; ``position`` counts the runner's
    own events in this operation that came before it.  ``work`` is the number, from 1, of the work of this
    operation that it came right before; 0 where ``position`` says it all.
    """

    op: int
    inside: bool
    position: int
    cpu: int
    alloc: tuple[int, int, int, int] | None = None
    free: int | None = None
    work: int = 0
    chunk: bool = False  # it needed another chunk of per-CPU memory


class Inputs(Struct, frozen=True):
    """All that a replay is told: the machine, the script, the state it starts from, other tasks.

    ``tables`` are page tables by the operation whose `t0` is the first to show them; ``helpers`` the
    nodes of each purge that used helpers, in the order they were purged; ``driven`` what the tasks of an
    operation did that has a trace instead of a meaning of its own; ``chunks`` how many chunks of per-CPU
    memory an operation needed.  The number past the last operation
    stands for what came after it.
    """

    mem_mib: int
    cmdline: str
    lines: list[str]
    w: Hex
    we: Hex
    mv: Hex
    me: Hex
    possible_cpus: int
    online_cpus: int
    online_nodes: int
    totalram_pages: int
    gbpages: int
    phys_bits: int
    bbmap_bits: int
    page_offset: Hex
    nr_vmalloc_pages: int
    fn_probes: list[str]
    tree: list[tuple[int, str, Hex, Hex]]
    busy: list[tuple[int, Hex, Hex, Hex, Hex | None, int]]
    lazy: list[Lazy]
    pool: list[Pooled]
    vb: list[Block]
    vbfree: list[tuple[int, Hex]]
    tables: dict[int, list[TableAt]]
    others: list[OtherTask]
    helpers: dict[int, list[NodeOrder]]
    driven: dict[int, list[Cause]] = {}
    chunks: dict[int, int] = {}

    def imported(self) -> dict[str, int]:
        """What was taken over from the recording beyond the machine and the script, and how much of it."""
        counts = {
            "free areas": len(self.tree),
            "busy areas": len(self.busy),
            "lazy areas": len(self.lazy),
            "pooled areas": len(self.pool),
            "vmap blocks": len(self.vb),
            "events of other tasks": len(self.others),
            "helper orders": sum(map(len, self.helpers.values())),
            "chunks of per-CPU memory": sum(self.chunks.values()),
            "causes from a trace": sum(map(len, self.driven.values())),
        }
        return {what: n for what, n in counts.items() if n}


def split(recording: Recording) -> Inputs:
    """Take from a recording exactly what a replay may know; `Unusable` if its state does not tile."""
    run, boot, state = recording.run, recording.boot, recording.state
    check_state(state)
    if lossy := next((op for op in recording.ops if op.ev_lost or op.pg_lost), None):
        raise Unusable(f"operation {lossy.i} has lost events or page tables")
    assert state.tree is not UNSET
    return Inputs(
        mem_mib=run.mem_mib,
        cmdline=run.cmdline,
        lines=[op.line for op in recording.ops],
        w=boot.w,
        we=boot.we,
        mv=boot.mv,
        me=boot.me,
        possible_cpus=boot.possible_cpus,
        online_cpus=boot.online_cpus,
        online_nodes=boot.online_nodes,
        totalram_pages=boot.totalram_pages,
        gbpages=boot.gbpages,
        phys_bits=boot.phys_bits,
        bbmap_bits=boot.bbmap_bits,
        page_offset=boot.page_offset,
        nr_vmalloc_pages=boot.nr_vmalloc_pages,
        fn_probes=boot.fn_probes,
        tree=[node[:4] for node in state.tree],
        busy=[area[:6] for area in state.busy],
        lazy=state.lazy,
        pool=state.pool,
        vb=state.vb,
        vbfree=state.vbfree,
        tables=_tables(recording),
        others=_checked(list(_others(recording)), boot.possible_cpus),
        helpers=_helpers(recording),
        chunks=_chunks(recording),
        driven=_driven(recording),
    )


def check_state(state: StateRecord) -> None:
    """Refuse a start state that has no tree or does not cover [1, ~0) without gap and overlap."""
    if state.tree is UNSET:
        raise Unusable("the state has no free tree")
    if state.overflow:
        raise Unusable("the state is cut short")
    extents = [node[2:4] for node in state.tree]
    if why := complaint(state.tree):
        raise Unusable(why)
    extents += [area[1:3] for area in state.busy] + [area[1:3] for area in state.lazy]
    extents += [area[2:4] for area in state.pool]
    at = FIRST
    for start, end in sorted(extents):
        if start != at or end <= start:
            what = "a gap" if start > at else "an overlap"
            raise Unusable(f"the state does not tile: {what} at {min(start, at):#x}")
        at = end
    if at != LAST:
        raise Unusable(f"the state does not tile: it ends at {at:#x}")


def own_events(events: list[Event]) -> Iterator[tuple[int, Event]]:
    """Yield every event up to the crash with the number of the runner's own events before it."""
    own = 0
    for event in events:
        if isinstance(event, MsgEvent):
            if event.by == "cur" and CRASH.match(event.text):
                return
            continue
        yield own, event
        own += event.by == "cur"


def _checked(others: list[OtherTask], cpus: int) -> list[OtherTask]:
    """Refuse other tasks on CPUs that the machine does not have."""
    for task in others:
        if task.cpu >= cpus:
            raise Unusable(f"operation {task.op}: another task on CPU {task.cpu} of {cpus}")
    return others


def _happened(recording: Recording) -> Iterator[tuple[int, bool, list[Event]]]:
    """Operation, whether inside it, and events; what came after the last one belongs to one more."""
    for op in recording.ops:
        yield op.i, False, op.pre
        if op.i not in recording.traced:
            yield op.i, True, op.ev
    if recording.end is not None:
        yield len(recording.ops), False, recording.end.pre


def _others(recording: Recording) -> Iterator[OtherTask]:
    """Root causes: allocations of other tasks, and frees of areas that are not the script's own."""
    theirs = {area[1] for area in recording.state.busy}
    requests = chunk_requests(recording.boot)
    for i, inside, events in _happened(recording):
        before: list[Event] = []
        made = chunks_made(events, requests)
        begun, parts = [id(run[0]) for run in made], {id(event) for run in made for event in run}
        begins = work_begins([event for _, event in own_events(events)]) if inside else []
        own = sum(event.by == "cur" for _, event in own_events(events))
        for at, (position, event) in enumerate(own_events(events)):
            work = next_work(begins, at, position, own)
            if event.by != "cur" and isinstance(event, FreeEvent) and event.va in theirs:
                theirs.discard(event.va)
                yield OtherTask(i, inside, position, event.cpu, free=event.va, work=work)
            elif event.by != "cur" and isinstance(event, AllocEvent):
                if not event.failed:
                    theirs.add(event.addr)
                if id(event) in parts:
                    if id(event) in begun:
                        yield OtherTask(i, inside, position, event.cpu, chunk=True)
                elif not is_retry(event, before):
                    arguments = (event.size, event.align, event.vstart, event.vend)
                    yield OtherTask(i, inside, position, event.cpu, alloc=arguments, work=work)
            before.append(event)


def _driven(recording: Recording) -> dict[int, list[Cause]]:
    """What lies behind the traced operations; `Unusable` if it names a CPU that the machine does not have."""
    traced = {op.i: list(root_causes(op.ev)) for op in recording.ops if op.i in recording.traced}
    cpus = recording.boot.possible_cpus
    for i, causes in traced.items():
        if strange := next((cause for cause in causes if cause.cpu >= cpus), None):
            raise Unusable(f"operation {i}: the trace has CPU {strange.cpu} of {cpus}")
    return traced


def _chunks(recording: Recording) -> dict[int, int]:
    """How many chunks of per-CPU memory the runner itself needed, by operation."""
    requests = chunk_requests(recording.boot)
    asked = [op for op in recording.ops if op.op == "percpu"]
    made = {op.i: sum(run[0].by == "cur" for run in chunks_made(op.ev, requests)) for op in asked}
    return {i: n for i, n in made.items() if n}


def _helpers(recording: Recording) -> dict[int, list[NodeOrder]]:
    """For each operation whose purges used helper workers: the nodes in the order they were purged."""
    orders: dict[int, list[NodeOrder]] = {}
    for i, _, events in _happened(recording):
        if found := list(helper_orders(events)):
            orders.setdefault(i, []).extend(found)
    return orders


def _tables(recording: Recording) -> dict[int, list[TableAt]]:
    """Where tables were when an operation began, each with the first operation that shows it."""
    seen: set[TableAt] = set()
    tables: dict[int, list[TableAt]] = {}
    for op in recording.ops:
        shown = op.t0 if isinstance(op.t0, dict) else {}
        if sum(n for runs in shown.values() for _, n, _ in runs) > MOST_TABLES:
            raise Unusable(f"operation {op.i} shows more than {MOST_TABLES} page tables")
        for level, runs in shown.items():
            places = [Hex(va + i * (1 << SPAN_SHIFT[level])) for va, n, _ in runs for i in range(n)]
            new = [(level, va) for va in places if (level, va) not in seen]
            seen.update(new)
            if new:
                tables.setdefault(op.i, []).extend(new)
    return tables


def is_left_over(op: OpRecord) -> bool:
    """Tell whether the boot's left-overs are still being cleared away in this operation."""
    return op.i <= 1 and op.op in ("settle", "purge")
