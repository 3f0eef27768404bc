"""Random programs of the operation language, and machines small enough to run many of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.machine import PRESETS, Machine
from vmgui.engine.trace import Recorder
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError

SMALL = replace(PRESETS["tiny"], ram=64 << 20)
MACHINES = (
    SMALL,
    replace(SMALL, va_bits=57, phys_bits=52),
    replace(SMALL, possible_cpus=3, online_cpus=2, nohugeiomap=True),
    replace(SMALL, possible_cpus=2, online_cpus=2, nohugevmalloc=True, fragmentation=60),
)
NAMES = "abcdef"

_names = st.sampled_from(NAMES)
_sizes = st.sampled_from(["1", "4K", "12K", "64K", "1M", "2M", "2M+4K", "5M"])
_phys = st.sampled_from(["0x100000000", "0x100001000", "0x100200000", "0x101101000", "0x140000000"])
_lines = st.one_of(
    st.builds("{} = vmalloc {}".format, _names, _sizes),
    st.builds("{} = vmalloc_huge {}".format, _names, _sizes),
    st.builds("{} = vmap {}p".format, _names, st.integers(1, 40)),
    st.builds("{} = ioremap {} {}".format, _names, _phys, _sizes),
    st.builds("vfree {}".format, _names),
    st.builds("iounmap {}".format, _names),
    st.builds("vunmap_range va=@{} size=4K".format, _names),
    st.builds("touch @{}".format, _names),
    st.builds("write @{} 7".format, _names),
    st.just("purge"),
    st.just("drain"),
    st.just("unmap_aliases"),
)
lines = st.lists(_lines, min_size=1, max_size=10)
machines = st.sampled_from(MACHINES)


def run(session: Session, program: list[str]) -> list[Operation]:
    """Apply what can be applied; a line that cannot run (no such object) changes nothing and is left out."""
    applied = []
    for text in program:
        if session.dead:
            break
        operation = parse_operation(text)
        try:
            session.apply(operation)
        except OperationError:
            continue
        applied.append(operation)
    return applied


def touched(session: Session) -> Any:
    """Indices of all words that boot or the program ever wrote."""
    return np.union1d(session.base.index, np.unique(session.columns.rows.word))


def state(session: Session) -> Any:
    """All words that were ever written, as index and value."""
    index = touched(session)
    return np.stack([index.astype(np.uint64), np.frombuffer(session.kernel.mem.view, np.uint64)[index]])


def rebuilt(session: Session) -> Kernel:
    """A kernel over a copy of the words of ``session``, and nothing else of it."""
    machine: Machine = session.machine
    mem = Recorder(arena_start(machine), arena_end(machine))
    index = touched(session)
    np.frombuffer(mem.view, np.uint64)[index] = np.frombuffer(session.kernel.mem.view, np.uint64)[index]
    mem.record()
    return Kernel(machine, mem)
