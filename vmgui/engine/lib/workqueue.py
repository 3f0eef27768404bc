"""Work for later: functions that a kernel thread calls when the current operation is over.

kernel/workqueue.c, v6.12.  Differs: one queue, first in first out, and it runs at the end of an
operation; in the kernel many threads share the work, and when they run is up to the scheduler.
A function in a word is its number in ``Work``.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TypeVar

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add_tail, list_del_init, list_empty, list_first_entry
from vmgui.engine.structs import work_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import transparent

F = TypeVar("F", bound=Callable[[Kernel, work_struct], None])


class Work(IntEnum):
    """Every function that can be queued; 0 is NULL."""

    DRAIN_VMAP_AREA = 1
    PURGE_VMAP_NODE = 2
    DELAYED_VFREE = 3
    KFREE_RCU_MONITOR = 4
    KFREE_RCU_WORK = 5
    PCPU_BALANCE = 6
    OTHER_TASKS = 7


#: Works whose beginning a recording shows.
TRACED = (Work.DRAIN_VMAP_AREA, Work.PURGE_VMAP_NODE, Work.DELAYED_VFREE)
#: The functions by number, filled in where they are defined.
WORK_FUNCTIONS: dict[int, Callable[[Kernel, work_struct], None]] = {}


def work_function(number: Work) -> Callable[[F], F]:
    """Register the decorated function as what ``number`` stands for."""

    def register(fn: F) -> F:
        WORK_FUNCTIONS[number] = fn
        return fn

    return register


#: What else goes on in the background: functions that say whether they got any further.
BACKGROUND: list[Callable[[Kernel], bool]] = []


def background(fn: Callable[[Kernel], bool]) -> Callable[[Kernel], bool]:
    """Let the decorated function run whenever no work is queued."""
    BACKGROUND.append(fn)
    return fn


def workqueue_init(k: Kernel) -> None:
    """Make the queue empty, at boot."""
    INIT_LIST_HEAD(k.worklist)


@transparent
def INIT_WORK(work: work_struct, func: Work) -> None:
    """Prepare ``work`` to be queued."""
    work.func = func
    INIT_LIST_HEAD(work.entry)


def work_pending(work: work_struct) -> bool:
    """Tell whether ``work`` is queued and has not begun to run."""
    return not list_empty(work.entry)


def schedule_work(k: Kernel, work: work_struct) -> bool:
    """Queue ``work`` for this CPU; False if it was queued already."""
    return schedule_work_on(k, k.current_cpu, work)


@kernel_function
def schedule_work_on(k: Kernel, cpu: int, work: work_struct) -> bool:
    """Queue ``work`` for a thread on ``cpu``; False if it was queued already, which changes nothing."""
    if work_pending(work):
        return False
    work.cpu = cpu
    list_add_tail(work.entry, k.worklist)
    return True


def flush_work(k: Kernel, work: work_struct) -> bool:
    """Wait until ``work`` has run; False if it was not queued.

    Differs: waiting means to run it here and now, with the CPU it was queued for as the current one.
    """
    if not work_pending(work):
        return False
    process_one_work(k, work)
    return True


def run_pending_work(k: Kernel) -> None:
    """Let the kernel threads work until nothing is queued any more, and all else until it can go no further.

    While the CPU that runs must not be left, nobody else gets it.
    """
    if k.preempt_count:
        return
    while not list_empty(k.worklist) or any(more(k) for more in BACKGROUND):
        if not list_empty(k.worklist):
            process_one_work(k, list_first_entry(k.worklist, work_struct, "entry"))


@kernel_function
def process_one_work(k: Kernel, work: work_struct) -> None:
    """Take ``work`` off the queue and call its function, as a worker thread on its CPU.

    It leaves the queue first, so the function may queue it again.  Everything below this call is done
    by a worker, not by the caller of the operation.  Differs: until it begins, other tasks may have the
    CPU, as far as something is known of them.
    """
    if k.turns_left and work.func in TRACED:
        WORK_FUNCTIONS[Work.OTHER_TASKS](k, work)
    list_del_init(work.entry)
    cpu, count = k.current_cpu, k.preempt_count
    switch_to(k, work.cpu, 0)
    WORK_FUNCTIONS[work.func](k, work)
    switch_to(k, cpu, count)


@transparent
def switch_to(k: Kernel, cpu: int, preempt_count: int) -> None:
    """Go on on ``cpu`` in another context."""
    k.current_cpu = cpu
    if k.preempt_count != preempt_count:
        k.preempt_count = preempt_count
