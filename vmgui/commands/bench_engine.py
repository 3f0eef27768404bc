"""The engine's part of ``vmgui bench``: the kernel's own test of vmalloc, recorded and unrecorded.

An operation is a round of a case's loop, with the allocations before and after shared out.  Both kinds of
memory take turns on fresh kernels, so that a machine that changes its speed changes both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from functools import partial

from vmgui.engine.boot import boot
from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.machine import M, Machine
from vmgui.engine.selftest import load_test_vmalloc, test_case_array, test_vmalloc_parameters
from vmgui.engine.trace import Recorder
from vmgui.engine.words import Memory

#: Case, rounds, and areas that it holds besides; the last is what makes full_fit_alloc_test what it is.
WORKLOADS = (
    ("fix_size_alloc_test", 300, 0),
    ("random_size_alloc_test", 60, 0),
    ("full_fit_alloc_test", 300, 100),
)
#: What recording may cost, as a factor.
GOAL = 2.5

Row = tuple[str, float, str, float | None, str]


def started(memory: type[Memory], machine: Machine) -> Kernel:
    """A fresh kernel on memory of a kind; recorded memory records from now on."""
    mem = memory(arena_start(machine), arena_end(machine))
    k = boot(machine, mem)
    if isinstance(mem, Recorder):
        mem.record()
    return k


def seconds_of(case: str, rounds: int, areas: int, memory: type[Memory]) -> float:
    """Time one run of a case on a fresh kernel."""
    k = started(memory, Machine(ram=256 * M))
    number = [each.test_name for each in test_case_array].index(case)
    parameters = test_vmalloc_parameters(test_loop_count=rounds, run_test_mask=1 << number, nr_areas=areas)
    begin = time.perf_counter()
    passed, _failed = load_test_vmalloc(k, parameters)
    took = time.perf_counter() - begin
    if passed != 1:
        raise RuntimeError(f"{case} failed: its time means nothing")
    return took


def speed(quick: bool) -> Iterator[Row]:
    """Operations a second of each case, plain and recorded, and what recording costs."""
    for case, rounds, areas in WORKLOADS:
        rounds = rounds // 5 if quick else rounds
        run = partial(seconds_of, case, rounds, areas // 5 if quick else areas)
        pairs = [(run(Memory), run(Recorder)) for _ in range(3 if quick else 7)]
        plain, recorded = (rounds / statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(slow / fast for fast, slow in pairs)
        behind = f"{plain:.0f} operations/s plain, {recorded:.0f} recorded (medians of {len(pairs)} pairs)"
        yield f"{case}, unrecorded", plain, "operations/s", None, f"{rounds} rounds"
        yield f"{case}, recorded", recorded, "operations/s", None, f"{rounds} rounds"
        yield f"{case}, recorded / unrecorded", ratio, "x", GOAL, behind
