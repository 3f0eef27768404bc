"""In which context the kernel runs: a task, bottom halves off, an interrupt (include/linux/preempt.h, v6.12).

One word counts everything that forbids to switch to another task, a field of bits for each reason.
Differs: the word is that of what runs now, not one a CPU; a worker thread begins with 0.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import printk
from vmgui.engine.trace import kernel_function

PREEMPT_OFFSET, SOFTIRQ_OFFSET, HARDIRQ_OFFSET, NMI_OFFSET = 1 << 0, 1 << 8, 1 << 16, 1 << 20
PREEMPT_MASK, SOFTIRQ_MASK, HARDIRQ_MASK, NMI_MASK = 0xFF, 0xFF00, 0xF0000, 0xF00000
#: Serving a bottom half counts 1, forbidding them 2: so the lowest bit tells one from the other.
SOFTIRQ_DISABLE_OFFSET = 2 * SOFTIRQ_OFFSET


def in_interrupt(k: Kernel) -> bool:
    """Tell whether this is no plain task: an interrupt, a bottom half, or a task that has them forbidden."""
    return bool(k.preempt_count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))


def in_atomic(k: Kernel) -> bool:
    """Tell whether nobody may wait here, for any reason."""
    return k.preempt_count != 0


def in_task(k: Kernel) -> bool:
    """Tell whether a task runs, even one that has bottom halves forbidden."""
    return not k.preempt_count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)


@kernel_function
def preempt_disable(k: Kernel) -> None:
    """Begin what no other task may come between.  include/linux/preempt.h, v6.12."""
    k.preempt_count = k.preempt_count + PREEMPT_OFFSET


@kernel_function
def preempt_enable(k: Kernel) -> None:
    """End it.  include/linux/preempt.h, v6.12."""
    k.preempt_count = k.preempt_count - PREEMPT_OFFSET


@kernel_function
def local_bh_disable(k: Kernel) -> None:
    """Begin what may not be interrupted by bottom halves, nor wait.  include/linux/bottom_half.h, v6.12."""
    k.preempt_count = k.preempt_count + SOFTIRQ_DISABLE_OFFSET


@kernel_function
def local_bh_enable(k: Kernel) -> None:
    """End it: waiting is allowed again.  include/linux/bottom_half.h, v6.12."""
    k.preempt_count = k.preempt_count - SOFTIRQ_DISABLE_OFFSET


@kernel_function
def irq_enter(k: Kernel) -> None:
    """Begin to serve an interrupt.  kernel/softirq.c:irq_enter, v6.12."""
    k.preempt_count = k.preempt_count + HARDIRQ_OFFSET


@kernel_function
def irq_exit(k: Kernel) -> None:
    """Go on where the interrupt came.  kernel/softirq.c:irq_exit, v6.12."""
    k.preempt_count = k.preempt_count - HARDIRQ_OFFSET


@kernel_function
def __schedule_bug(k: Kernel) -> None:
    """Complain that somebody waits where nobody may.  kernel/sched/core.c:__schedule_bug, v6.12."""
    printk(k, f"BUG: scheduling while atomic: init/1/{k.preempt_count:#010x}")
