"""Where a recording shows that the allocator of per-CPU memory needed another chunk.

What is left in the chunks of a boot is not recorded, so nobody can know beforehand when they are full.  A
new chunk shows by the memory that its maps take: always the same requests, one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmgui.engine.machine import Machine, MachineError
from vmgui.engine.mm.percpu_setup import chunk_areas
from vmgui.formats.frame_map import GEOMETRIES
from vmgui.formats.records import AllocEvent, BootRecord, Event


def chunk_requests(boot: BootRecord) -> tuple[int, ...]:
    """The sizes that one chunk asks for on the machine of a recording, in order; empty if unknown."""
    arch, _ = GEOMETRIES.get(boot.page_offset, ("", 0))
    try:
        machine = Machine(
            arch=arch, possible_cpus=boot.possible_cpus, online_cpus=boot.online_cpus,
            numa_nodes=boot.online_nodes,
        )  # fmt: skip
    except MachineError:
        return ()
    return chunk_areas(machine)


def chunks_made(events: Iterable[Event], requests: tuple[int, ...]) -> list[list[AllocEvent]]:
    """The requests of each new chunk among ``events``, in the order in which the chunks were begun."""
    found: list[list[AllocEvent]] = []
    open_runs: dict[str, list[AllocEvent]] = {}
    for event in events:
        if not isinstance(event, AllocEvent) or event.failed or not requests:
            continue
        run = open_runs.setdefault(event.by, [])
        if event.size != requests[len(run)]:
            run.clear()
        if event.size == requests[len(run)]:
            run.append(event)
        if len(run) == len(requests):
            found.append(open_runs.pop(event.by))
    return found
