"""Small machines that are booted in milliseconds, and copies of them."""

from __future__ import annotations

from dataclasses import replace

from vmgui.engine.boot import boot, fresh_memory
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.engine.trace import FUNCTIONS, Recorder

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


def recorded(k: Kernel) -> Kernel:
    """The same kernel over memory that records from now on."""
    mem = Recorder(k.addr, k.arena_end)
    mem.view[:] = k.mem.view
    mem.record()
    return Kernel(k.machine, mem)


def calls(k: Kernel, name: str) -> list[tuple[int, ...]]:
    """The arguments of every call of ``name`` since the last question, in the order of the calls."""
    rows = k.mem.take()
    ends = [*rows.arg[1:], len(rows.args)]
    return [
        tuple(rows.args[first:end])
        for number, first, end in zip(rows.function, rows.arg, ends, strict=True)
        if FUNCTIONS[number].name == name
    ]
