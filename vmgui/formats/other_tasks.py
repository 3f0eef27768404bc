"""Operations that are no part of a script: what other tasks of a recorded machine did meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.mm.percpu_setup import PCPU_MIN_ALLOC_SIZE, pcpu_build_alloc_info
from vmgui.engine.other_task import (
    alloc_by_other_task,
    chunk_by_other_task,
    free_by_other_task,
    give_turns,
    helpers_to_come,
    room_in_chunks,
    table_of_the_boot,
    take_turn,
)
from vmgui.formats.causes import NodeOrder
from vmgui.formats.inputs import OtherTask
from vmgui.timeline.env import Env
from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import Outcome
from vmgui.timeline.values import number
from vmgui.timeline.verb import Kind, Parameter, Verb


def _free(env: Env, target: str | None, cpu: int, addr: int) -> Outcome:
    free_by_other_task(env.kernel, cpu, addr)
    return Outcome()


def _alloc(env: Env, target: str | None, cpu: int, size: int, align: int, start: int, end: int) -> Outcome:
    alloc_by_other_task(env.kernel, cpu, size, align, start, end)
    return Outcome()


def _table(env: Env, target: str | None, level: int, va: int) -> Outcome:
    table_of_the_boot(env.kernel, level, va)
    return Outcome()


def _numbers(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name, Kind.NUMBER, name) for name in names)


FREE = Verb("other_task_frees", "Another task frees an area.", _numbers("cpu", "addr"), run=_free)
ALLOC = Verb("other_task_allocates", "Another task allocates an area.",
             _numbers("cpu", "size", "align", "start", "end"), run=_alloc)  # fmt: skip

TABLE = Verb(
    "table_of_the_boot", "A page table is there since the boot.", _numbers("level", "va"), run=_table
)


def _chunk(env: Env, target: str | None, cpu: int) -> Outcome:
    chunk_by_other_task(env.kernel, cpu)
    return Outcome()


CHUNK = Verb("other_task_needs_chunk", "Another task needs a chunk of per-CPU memory.", _numbers("cpu"),
             run=_chunk)  # fmt: skip


def percpu_room(wanted: Operation, chunks: int) -> Operation:
    """The operation that leaves as much per-CPU memory as makes ``wanted`` fill ``chunks`` more."""

    def run(env: Env, target: str | None, n: int, size: int, align: int) -> Outcome:
        step = ALIGN(max(size, 1), max(align, PCPU_MIN_ALLOC_SIZE))
        fit = max(1, pcpu_build_alloc_info(env.kernel.machine).unit_size // step)
        room_in_chunks(env.kernel, max(0, n - chunks * fit) * step)
        return Outcome()

    verb = Verb("percpu_room", "What others left of per-CPU memory.", wanted.verb.parameters[1:], run=run)
    return Operation(verb, args=dict(wanted.args))


def helpers(orders: Sequence[NodeOrder]) -> Operation:
    """The operation that says in which order the nodes of the purges to come get their turn."""

    def run(env: Env, target: str | None) -> Outcome:
        helpers_to_come(env.kernel, orders)
        return Outcome()

    return Operation(Verb("helpers_to_come", "How the scheduler lets helpers run.", run=run))


def turns(tasks: Sequence[OtherTask]) -> Operation:
    """The operation that keeps what ``tasks`` did until the works begin that they came before."""
    given = [(task.work, task.cpu, *(task.alloc or (0, 0, task.free or 0, 0))) for task in tasks]

    def run(env: Env, target: str | None) -> Outcome:
        give_turns(env.kernel, given)
        return Outcome()

    return Operation(Verb("give_turns", "What other tasks do before works begin.", run=run))


def _left(env: Env, target: str | None) -> Outcome:
    while env.kernel.turns_left:
        take_turn(env.kernel)
    return Outcome()


LEFT = Operation(Verb("take_turns_left", "Other tasks do what they have not done yet.", run=_left))


def table(level: int, va: int) -> Operation:
    """The operation that makes a table which the boot had left; level 0 is a PTE table."""
    return Operation(TABLE, args={"level": number(level), "va": number(va)})


def operation(task: OtherTask) -> Operation:
    """The operation that does what ``task`` did."""
    if task.alloc is not None:
        values = dict(zip(("size", "align", "start", "end"), task.alloc, strict=True))
        return Operation(ALLOC, args={name: number(v) for name, v in ({"cpu": task.cpu} | values).items()})
    if task.chunk:
        return Operation(CHUNK, args={"cpu": number(task.cpu)})
    return Operation(FREE, args={"cpu": number(task.cpu), "addr": number(task.free or 0)})
