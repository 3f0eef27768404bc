"""What a boot still has to clear away when a script begins, in its first two operations (settle, purge).

A free or a purge of another task may have begun before the start state was taken.  Its later effects
then follow from nothing that a replay is told, and are not compared; everything else still is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from vmgui.engine.mm.vm_struct import VM_ALLOC
from vmgui.formats.compare_events import RUNNER, RUNNER_TASK, Happening
from vmgui.formats.inputs import is_left_over
from vmgui.formats.records import Event, FnEvent, OpRecord, PurgeEvent, Recording

#: Events of a purge that tell what it found.
_FOUND = ("flush_tlb_kernel_range", "purge_vmap_node")


class LeftOvers:
    """Goes from operation to operation.

    ``split``: the snapshot before this operation fell into another task's purge.  ``late``: a purge came
    that had begun before the start state.  ``waiting``: pages that the start state counts though their
    areas are gone already; ``uncounted``: those of them that have left the kernel's counter by now.
    """

    def __init__(self, waiting: int) -> None:
        self.split = self.late = False
        self.waiting, self.uncounted = waiting, 0

    def begin(self, op: OpRecord, mine: OpRecord) -> None:
        """Look at an operation and its replay before they are compared."""
        theirs, ours = _ended(op), _ended(mine)
        begun = sum(_is_purge_of_others(event) for event in op.pre + op.ev)
        # only the first operation can see the end of a purge whose beginning it does not see
        credible = op.i == 0 or sum(theirs) <= begun
        self.late = is_left_over(op) and (self.late or (sum(theirs) > sum(ours) and credible))
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
        own = [h for h in happened if h.by == RUNNER or h.what not in ("fn", "purge")]
        kept = [h for h in own if not (h.what == "fn" and h.values[0] in _FOUND)]
        return [structs.replace(h, values=_certain(h)) for h in kept]

    def lazy(self, op: OpRecord, theirs: Any, ours: Any) -> tuple[Any, Any]:
        """The pages that wait, before and after, as far as both can be known."""
        if not self.any or not isinstance(theirs, tuple) or not isinstance(ours, tuple):
            return theirs, ours
        after_only = self.split or op.i > 0 or bool(op.pre)
        return (theirs[1:], ours[1:]) if after_only else (theirs[:1], ours[:1])

    def pages(self, op: OpRecord, theirs: Any, ours: Any) -> tuple[tuple[Any, Any], bool]:
        """Both page counters as if nothing had been waiting to leave the kernel's; whether it left now.

        A free takes its area away first and its pages off the counter last.  The start state shows how many
        are waiting between the two; when they leave, in the first two operations, it does not.
        """
        left = False
        if isinstance(theirs, tuple) and isinstance(ours, tuple) and theirs[0] is not None:
            before, after = theirs
            if self._leave(op, before, ours[0]):
                left = True
            before += self.uncounted
            if self._leave(op, after, ours[1]):
                left = True
            theirs = (before, after + self.uncounted)
            if self.split:  # what frees that purge is counted in the middle of it
                return (theirs[1:], ours[1:]), left
        return (theirs, ours), left

    def _leave(self, op: OpRecord, theirs: int, ours: int) -> bool:
        """Take notice that the waiting pages have left the counter, where it shows."""
        if not self.waiting or not is_left_over(op) or ours - theirs - self.uncounted != self.waiting:
            return False
        self.uncounted, self.waiting = self.uncounted + self.waiting, 0
        return True


def pages_leaving(recording: Recording) -> int:
    """Pages that the counter of the start state still has, though their areas have been taken away."""
    held = sum(area[5] for area in recording.state.busy if area[4] is not None and area[4] & VM_ALLOC)
    return recording.boot.nr_vmalloc_pages - held


def _ended(record: OpRecord) -> list[int]:
    """How many purges other tasks ended, before and in an operation."""
    return [
        sum(isinstance(event, PurgeEvent) and event.by != RUNNER_TASK for event in events)
        for events in (record.pre, record.ev)
    ]


def _is_purge_of_others(event: Event) -> bool:
    return isinstance(event, FnEvent) and event.name == "__purge_vmap_area_lazy" and event.by != RUNNER_TASK


def _certain(happening: Happening) -> tuple[Any, ...]:
    """The values of an event that no late purge changes."""
    if happening.what == "free":
        va, _, most = happening.values
        return (va, most)
    return () if happening.what == "purge" else happening.values
