"""What a boot still has to clear away when a script begins, in its first two operations (settle, purge).

A free or a purge of another task may have begun before the start state was taken.  Its later effects
then follow from nothing that a replay is told, and are not compared; everything else still is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import structs

from vmgui.formats.compare_events import RUNNER_TASK, Happening
from vmgui.formats.inputs import is_left_over
from vmgui.formats.records import Event, FnEvent, OpRecord, PurgeEvent

#: Events of a purge that tell what it found.
_FOUND = ("flush_tlb_kernel_range", "purge_vmap_node")


class LeftOvers:
    """Goes from operation to operation.

    ``split``: the snapshot before this operation fell into another task's purge.  ``late``: a purge came
    that had begun before the start state.  ``uncounted``: pages whose free took them off the counter
    later than a replay can know, or not at all.
    """

    def __init__(self) -> None:
        self.split = self.late = False
        self.uncounted = 0

    def begin(self, op: OpRecord, mine: OpRecord) -> None:
        """Look at an operation and its replay before they are compared."""
        theirs, ours = _ended(op), _ended(mine)
        begun = sum(_is_purge_of_others(event) for event in op.pre + op.ev)
        # only the first operation can see the end of a purge whose beginning it does not see
        credible = op.i == 0 or sum(theirs) <= begun
        self.late = is_left_over(op) and (self.late or (sum(theirs) != sum(ours) and credible))
        self.split = is_left_over(op) and not self.late and theirs != ours

    @property
    def any(self) -> bool:
        """Whether this operation is touched."""
        return self.split or self.late

    def events(self, op: OpRecord, mine: OpRecord) -> Iterator[tuple[str, list[Event], list[Event]]]:
        """The event lists to compare: where a purge lies across the snapshot, both as one."""
        if self.split:
            yield "ev", op.pre + op.ev, mine.pre + mine.ev
            return
        yield "pre", op.pre, mine.pre
        yield "ev", op.ev, mine.ev

    def loosened(self, happened: list[Happening]) -> list[Happening]:
        """Leave out what depends on a late purge: how many pages wait, and what the next purge finds."""
        if not self.late:
            return happened
        kept = [h for h in happened if not (h.what == "fn" and h.values[0] in _FOUND)]
        return [structs.replace(h, values=_certain(h)) for h in kept]

    def lazy(self, op: OpRecord, theirs: Any, ours: Any) -> tuple[Any, Any]:
        """The pages that wait, before and after, as far as both can be known."""
        if not self.any or not isinstance(theirs, tuple) or not isinstance(ours, tuple):
            return theirs, ours
        after_only = self.split or op.i > 0 or bool(op.pre)
        return (theirs[1:], ours[1:]) if after_only else (theirs[:1], ours[:1])

    def pages(self, op: OpRecord, theirs: Any, ours: Any) -> tuple[Any, bool]:
        """The kernel's page counter as it would be with every free counted at once; whether that moved."""
        moved = False
        if isinstance(theirs, tuple) and isinstance(ours, tuple) and theirs[0] is not None:
            before, after = theirs[0] + self.uncounted, theirs[1] + self.uncounted
            if late := ours[0] - before if _may_be_late(op, op.pre) else 0:
                before, after, moved = before + late, after + late, True
                self.uncounted += late
            if late := ours[1] - after if _may_be_late(op, op.ev) else 0:
                after, moved = after + late, True
                self.uncounted += late
            theirs = (before, after)
        return theirs, moved


def _ended(record: OpRecord) -> list[int]:
    """How many purges other tasks ended, before and in an operation."""
    return [
        sum(isinstance(event, PurgeEvent) and event.by != RUNNER_TASK for event in events)
        for events in (record.pre, record.ev)
    ]


def _is_purge_of_others(event: Event) -> bool:
    return isinstance(event, FnEvent) and event.name == "__purge_vmap_area_lazy" and event.by != RUNNER_TASK


def _may_be_late(op: OpRecord, events: Iterable[Event]) -> bool:
    return is_left_over(op) and any(event.by != RUNNER_TASK for event in events)


def _certain(happening: Happening) -> tuple[Any, ...]:
    """The values of an event that no late purge changes."""
    if happening.what == "free":
        va, _, most = happening.values
        return (va, most)
    return () if happening.what == "purge" else happening.values
