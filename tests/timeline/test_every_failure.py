"""Whichever allocation a call makes fails on purpose: the call answers, and the kernel stays sound."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vmgui.engine.check import validate
from vmgui.engine.lib.fault_inject import Fault
from vmgui.engine.machine import PRESETS, Machine
from vmgui.formats.document import with_window
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError

SMALL = replace(PRESETS["tiny"], ram=64 << 20, possible_cpus=2, online_cpus=2, phys_bits=46)
MACHINES = {
    "plain": SMALL,
    "kasan": replace(SMALL, kasan="generic"),
    "kmsan": replace(SMALL, kmsan=True),
    "watched": replace(SMALL, kmemleak=True, debug_objects=True),
}
BEFORE = ("g = pages 4", "a = vmalloc 16K", "b = vmalloc 8K")
CALLS = (
    "p = percpu size=16K", "x = vmalloc 64K", "r = vm_map_ram g", "v = vmap g",
    "f = ioremap 0x100000000 16K", "c = vrealloc a 32K", "remap a", "kvfree_rcu b", "m = module 8K",
)  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_a_call_whose_nth_allocation_fails_leaves_a_sound_kernel(machine: Machine, call: str) -> None:
    session = Session(with_window(machine))
    session.apply_all(map(parse_operation, BEFORE))
    for kind in Fault:
        for nth in (1, 3):
            session.apply(parse_operation(f"fail {kind.name.lower()} nth={nth} times=40"))
            try:
                session.apply(parse_operation(call))
            except OperationError:  # what the program itself needs was refused
                session.undo()
                continue
            assert not session.dead
            assert validate(session.kernel) == []
            session.undo()
            session.undo()
