"""Run what a raw trace tells: each request, each free and each run of the drain worker, at its place.

Only causes are followed.  What they lead to (addresses, counts, retries, purges) is the engine's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.workqueue import process_one_work, work_pending
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, find_vm_area
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr
from vmgui.engine.other_task import alloc_by_other_task, free_by_other_task, switch_to_cpu
from vmgui.engine.stress import STRESS_VMALLOC, make_area, stress_free
from vmgui.formats.causes import Cause
from vmgui.timeline.env import Env
from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import Outcome
from vmgui.timeline.verb import Verb
from vmgui.timeline.verbs import results
from vmgui.timeline.verbs.control import STRESS_MODES


def operation(wanted: Operation, causes: Sequence[Cause]) -> Operation:
    """The operation that does what a trace tells of ``wanted``, a `stress`."""

    def run(env: Env, target: str | None) -> Outcome:
        mode = env.arguments(wanted)["mode"]
        return results.number(Driver(env.kernel, STRESS_MODES.index(mode)).run(causes))

    return Operation(Verb("driven_by_its_trace", "What a trace tells.", run=run))


class Driver:
    """``mode`` says what makes the runner's areas, as for `stress`.

    ``arrays`` are areas that hold the page array of another: they come and go with it, and the trace
    shows them as requests of their own.
    """

    def __init__(self, k: Kernel, mode: int) -> None:
        self.k, self.mode = k, mode
        self.arrays: set[int] = set()
        self.owed: dict[int, int] = {}  # arrays made, by task, that the trace has not come to yet

    def run(self, causes: Sequence[Cause]) -> int:
        """Follow all causes; returns how many requests of the runner failed."""
        failed, own = 0, self.k.current_cpu
        for cause in causes:
            switch_to_cpu(self.k, cause.cpu)
            if cause.alloc is not None:
                failed += not self._request(cause, *cause.alloc) and not cause.task
            elif cause.free is not None:
                self._free(cause, cause.free)
            elif work_pending(self.k.drain_vmap_work):  # a worker that nobody has called does not run
                process_one_work(self.k, self.k.drain_vmap_work)
        switch_to_cpu(self.k, own)
        return failed

    def _request(self, cause: Cause, size: int, align: int, start: int, end: int) -> bool:
        """Make an area of ``size`` bytes, guard page included; False if there is no room."""
        if self.owed.get(cause.task):
            self.owed[cause.task] -= 1
            return True
        k = self.k
        if cause.task:
            addr = alloc_by_other_task(k, cause.cpu, size, align, start, end)
        else:
            flags = VM_MAP if align == 1 else VM_IOREMAP  # only a device's area asks for more
            addr = make_area(k, size - k.PAGE_SIZE, flags, self.mode, start, end)
        array = self._array(addr) if cause.task or self.mode == STRESS_VMALLOC else 0
        if array:
            self.arrays.add(array)
            self.owed[cause.task] = self.owed.get(cause.task, 0) + 1
        return bool(addr)

    def _free(self, cause: Cause, addr: int) -> None:
        if addr in self.arrays:  # gone already, with the area it belonged to
            self.arrays.discard(addr)
        elif cause.task:
            free_by_other_task(self.k, cause.cpu, addr)
        else:
            stress_free(self.k, addr, self.mode)

    def _array(self, addr: int) -> int:
        """Address of the area that holds the page array of the one at ``addr``, or 0."""
        area = find_vm_area(self.k, addr) if addr else None
        return area.pages if area and is_vmalloc_addr(self.k, area.pages) else 0
