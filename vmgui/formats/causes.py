"""What lies behind the events of a recording: who asked for what, as opposed to what followed from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from vmgui.formats.records import AllocEvent, Event, FnEvent, FreeEvent, PurgeEvent

#: vmap nodes in the order in which one purge got to them.
NodeOrder: TypeAlias = list[int]
#: Functions that are works, or parts of one.
WORKS = ("drain_vmap_area_work", "delayed_vfree_work", "purge_vmap_node")


class Cause(Struct, frozen=True):
    """A request for an area (its arguments), a free (its address), or with neither: the drain worker ran.

    ``task`` numbers the tasks of one trace, 0 is the runner of the script.
    """

    task: int
    cpu: int
    alloc: tuple[int, int, int, int] | None = None
    free: int | None = None


def root_causes(events: Iterable[Event]) -> Iterator[Cause]:
    """What the tasks did of their own accord; second attempts and purges of their own left out."""
    tasks: dict[str, int] = {"cur": 0}
    own: dict[str, list[Event]] = {}
    for event in events:
        before = own.setdefault(event.by, [])
        task = tasks.setdefault(event.by, len(tasks))
        if isinstance(event, FreeEvent):
            yield Cause(task, event.cpu, free=event.va)
        elif isinstance(event, AllocEvent) and not is_retry(event, before):
            yield Cause(task, event.cpu, alloc=(event.size, event.align, event.vstart, event.vend))
        elif isinstance(event, PurgeEvent) and task and not has_failed(before):
            yield Cause(task, event.cpu)
        before.append(event)
        del before[:-2]


def has_failed(before: Sequence[Event]) -> bool:
    """Tell whether the last thing that a task did was to look for room in vain."""
    return bool(before) and isinstance(before[-1], AllocEvent) and bool(before[-1].failed)


def is_retry(event: AllocEvent, before: Sequence[Event]) -> bool:
    """Tell whether a task looks for the same room again, after a purge; ``before`` may name other tasks."""
    own = [e for e in before if e.by == event.by and isinstance(e, AllocEvent | PurgeEvent | FreeEvent)][-2:]
    if len(own) < 2 or not isinstance(own[1], PurgeEvent) or not has_failed(own[:1]):
        return False
    first = own[0]
    assert isinstance(first, AllocEvent)
    wanted = (event.size, event.align, event.vstart, event.vend)
    return wanted == (first.size, first.align, first.vstart, first.vend)


def helper_orders(events: Iterable[Event]) -> Iterator[NodeOrder]:
    """The order of the nodes, for each purge in which more than one task purged nodes."""
    order: NodeOrder = []
    tasks: set[str] = set()
    for event in events:
        if isinstance(event, FnEvent) and event.name == "purge_vmap_node" and event.a:
            order.append(int(event.a[0]))
            tasks.add(event.by)
        elif isinstance(event, PurgeEvent):
            if len(tasks) > 1:
                yield order
            order, tasks = [], set()


def work_begins(events: Sequence[Event]) -> list[int]:
    """Indices of the events in which a worker takes up something new."""
    begins: list[int] = []
    purger = ""
    for i, event in enumerate(events):
        if not isinstance(event, FnEvent):
            continue
        if event.name == "__purge_vmap_area_lazy":
            purger = event.by
        own = "cur" if event.name in ("drain_vmap_area_work", "delayed_vfree_work") else purger
        if event.name in WORKS and event.by != own:
            begins.append(i)
    return begins


def next_work(begins: Sequence[int], at: int, own: int, of: int) -> int:
    """The number, from 1, of the work that event ``at`` came before; one more than there are: after all.

    ``own`` of the ``of`` events of the runner came before it.  0: it belongs before everything the runner
    and the workers did, or among what the runner did.
    """
    before = sum(i < at for i in begins)
    return before + 1 if begins and own == of and (own or before) else 0
