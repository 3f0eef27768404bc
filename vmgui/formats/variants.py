"""Machines that differ from a given one in one thing: what two machines are compared in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from vmgui.engine.machine import PRESETS, VA_BITS, Machine, MachineError
from vmgui.formats.document import with_window


def variants(machine: Machine) -> dict[str, Machine]:
    """Machines by what is other: "huge", "levels 5", "cpus 1", and the presets as "preset x86-4l".

    One that cannot exist is left out. Where the machine has a window W, the others have theirs.
    """
    return {name: other for name, other in _variants(machine) if other != machine}


def _variants(machine: Machine) -> Iterator[tuple[str, Machine]]:
    small = machine.nohugevmalloc or machine.nohugeiomap
    yield "huge on" if small else "huge off", replace(machine, nohugevmalloc=not small, nohugeiomap=not small)
    for bits in VA_BITS[machine.arch][machine.page_size]:
        if bits != machine.va_bits:
            for other in _changed(machine, va_bits=bits, phys_bits=52 if bits > 48 else machine.phys_bits):
                yield f"levels {other.levels} bits {bits}", other
    for cpus in (1, 4):
        if cpus != machine.online_cpus:
            for other in _changed(machine, possible_cpus=cpus, online_cpus=cpus):
                yield f"cpus {cpus}", other
    for name, other in PRESETS.items():
        yield f"preset {name}", with_window(other) if machine.window is not None else other


def _changed(machine: Machine, **fields: Any) -> Iterator[Machine]:
    """The machine with other fields, if there can be such a one."""
    moved = "va_bits" in fields and machine.window is not None
    if moved:
        fields["window"] = None
    with suppress(MachineError):
        other = replace(machine, **fields)
        yield with_window(other) if moved else other
