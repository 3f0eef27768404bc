"""Small machines that are booted in milliseconds, and copies of them."""

from __future__ import annotations

from dataclasses import replace

from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine

SMALL = Machine(ram=64 * M, possible_cpus=2, online_cpus=2)


def booted(machine: Machine = SMALL, **changes: object) -> Kernel:
    """A fresh kernel on ``machine`` with some of its properties changed."""
    machine = replace(machine, **changes)
    return boot(machine, fresh_memory(machine))


def rebuilt(k: Kernel) -> Kernel:
    """A kernel over a copy of the words of ``k``: all it knows is in them."""
    mem = fresh_memory(k.machine)
    mem.view[:] = k.mem.view
    return Kernel(k.machine, mem)
