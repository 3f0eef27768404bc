"""Read-copy-update: what readers may still look at is freed after a grace period (kernel/rcu/tree.c, v6.12).

A grace period is over when every CPU has passed a moment in which it looked at nothing: a quiescent
state.  Callbacks that came before its beginning may run then.
Differs: one queue of callbacks instead of one a CPU; CPUs report when background work runs, that is at the
end of an operation, and at `settle` and `tick`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TypeVar

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.preempt import __schedule_bug, in_atomic
from vmgui.engine.lib.printk import panic
from vmgui.engine.lib.workqueue import background
from vmgui.engine.structs import rcu_head
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import transparent

F = TypeVar("F", bound=Callable[[Kernel, rcu_head], None])
#: The low bits of ``rcu_gp_seq`` say whether a grace period runs, the others count those that are over.
RCU_SEQ_STATE_MASK = 3


class RcuCallback(IntEnum):
    """Every function that can wait for a grace period; 0 is NULL."""

    KVFREE_RCU = 1
    WAKEME_AFTER_RCU = 2
    FREE_VMAP_BLOCK = 3


#: The functions by number, filled in where they are defined.
RCU_CALLBACKS: dict[int, Callable[[Kernel, rcu_head], None]] = {}


def rcu_callback(number: RcuCallback) -> Callable[[F], F]:
    """Register the decorated function as what ``number`` stands for."""

    def register(fn: F) -> F:
        RCU_CALLBACKS[number] = fn
        return fn

    return register


# --- readers ---------------------------------------------------------------------------------------


@kernel_function
def rcu_read_lock(k: Kernel) -> None:
    """Begin to look at what others may be about to free.  include/linux/rcupdate.h, v6.12."""
    k.rcu_read_lock_nesting[k.current_cpu] += 1


@kernel_function
def rcu_read_unlock(k: Kernel) -> None:
    """End it: from here on what was freed meanwhile may really go.  include/linux/rcupdate.h, v6.12."""
    k.rcu_read_lock_nesting[k.current_cpu] -= 1


# --- callbacks -------------------------------------------------------------------------------------


@kernel_function
def call_rcu(k: Kernel, head: rcu_head, func: RcuCallback) -> None:
    """Call ``func`` with ``head`` after a grace period that begins from now on; never waits.

    kernel/rcu/tree.c:call_rcu, v6.12.
    """
    head.func = func
    head.next = None
    if k.rcu_next_tail is None:
        k.rcu_next_head = head
    else:
        k.rcu_next_tail.next = head
    k.rcu_next_tail = head


@kernel_function
def synchronize_rcu(k: Kernel) -> None:
    """Wait until a whole grace period has passed.  kernel/rcu/tree.c:synchronize_rcu, v6.12.

    Differs: when a reader never ends nobody could end the wait, so the kernel is stopped instead.
    """
    if in_atomic(k):
        __schedule_bug(k)
    call_rcu(k, k.rcu_synchronize, RcuCallback.WAKEME_AFTER_RCU)
    while k.rcu_synchronize.func:
        if not rcu_core(k):
            panic(k, "kernel/rcu/tree.c synchronize_rcu", "a grace period cannot end: a reader never does")


@rcu_callback(RcuCallback.WAKEME_AFTER_RCU)
def wakeme_after_rcu(k: Kernel, head: rcu_head) -> None:
    """Let go on who waits in synchronize_rcu: the head is not queued any more, which it looks for."""


# --- grace periods ---------------------------------------------------------------------------------


def rcu_gp_in_progress(k: Kernel) -> bool:
    """Tell whether a grace period runs."""
    return bool(k.rcu_gp_seq & RCU_SEQ_STATE_MASK)


@background
def rcu_core(k: Kernel) -> bool:
    """Let every CPU report, and do what that makes possible; False when nothing went on.

    Differs: in the kernel the timer interrupt of each CPU does this, for itself.
    """
    if not rcu_gp_in_progress(k):
        if k.rcu_next_head is None:
            return False
        rcu_gp_init(k)
    for cpu in range(k.machine.online_cpus):
        rcu_check_quiescent_state(k, cpu)
    if any(k.rcu_gp_seq_of_cpu[cpu] != k.rcu_gp_seq for cpu in range(k.machine.online_cpus)):
        return False
    rcu_gp_cleanup(k)
    rcu_do_batch(k)
    return True


@kernel_function
def rcu_gp_init(k: Kernel) -> None:
    """Begin a grace period for all callbacks that wait by now.  kernel/rcu/tree.c:rcu_gp_init, v6.12."""
    k.rcu_gp_seq = k.rcu_gp_seq + 1
    k.rcu_wait_head = k.rcu_next_head
    k.rcu_next_head = None
    k.rcu_next_tail = None


def rcu_check_quiescent_state(k: Kernel, cpu: int) -> None:
    """Note that ``cpu`` has passed a quiescent state, unless it is reading."""
    if k.rcu_gp_seq_of_cpu[cpu] != k.rcu_gp_seq and not k.rcu_read_lock_nesting[cpu]:
        rcu_report_qs_rdp(k, cpu)


@kernel_function
def rcu_report_qs_rdp(k: Kernel, cpu: int) -> None:
    """Report for ``cpu``: the grace period need not wait for it.  kernel/rcu/tree.c, v6.12."""
    k.rcu_gp_seq_of_cpu[cpu] = k.rcu_gp_seq


@kernel_function
def rcu_gp_cleanup(k: Kernel) -> None:
    """End the grace period.  kernel/rcu/tree.c:rcu_gp_cleanup, v6.12."""
    k.rcu_gp_seq = (k.rcu_gp_seq | RCU_SEQ_STATE_MASK) + 1


@kernel_function
def rcu_do_batch(k: Kernel) -> None:
    """Call everything that waited for the grace period that is over, in the order in which it came.

    kernel/rcu/tree.c:rcu_do_batch, v6.12.
    """
    head = k.rcu_wait_head
    k.rcu_wait_head = None
    while head is not None:
        next, func = head.next, head.func
        take_head(head)
        RCU_CALLBACKS[func](k, head)
        head = next


@transparent
def take_head(head: rcu_head) -> None:
    """Mark a callback as not queued any more; its function may free the memory it lies in."""
    head.func = 0
