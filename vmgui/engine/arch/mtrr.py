"""Memory type range registers: memory types by physical address (arch/x86/kernel/cpu/mtrr/generic.c, v6.12).

The kernel sorts what the registers say into a map of ranges; here the machine gives that map.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.out import Out
from vmgui.engine.machine import MTRR_UC, MTRR_WB, MTRR_WT
from vmgui.engine.trace import kernel_function

MTRR_TYPE_INVALID = 0xFF
DEF_TYPE = MTRR_WB  # of memory that no range names


@kernel_function
def mtrr_type_lookup(k: Kernel, start: int, end: int, uniform: Out) -> int:
    """Return the memory type of the physical range [start, end), in bytes.

    ``uniform`` becomes 1 if one type holds for all of it, else 0.
    arch/x86/kernel/cpu/mtrr/generic.c:mtrr_type_lookup, v6.12.
    """
    type = MTRR_TYPE_INVALID
    uniform.value = 1
    for entry in sorted(k.machine.mtrrs, key=lambda entry: entry.start):
        if start >= end:
            break
        if start >= entry.end:
            continue
        if start < entry.start:  # a part before this entry, which has the default type
            type = type_merge(type, DEF_TYPE, uniform)
            if end <= entry.start:
                return type
        type = type_merge(type, entry.type, uniform)
        start = entry.end
    if start < end:
        type = type_merge(type, DEF_TYPE, uniform)
    return type


def type_merge(type: int, new_type: int, uniform: Out) -> int:
    """Return the type of memory that is ``type`` in one part and ``new_type`` in the next."""
    if type == MTRR_TYPE_INVALID:
        return new_type
    effective_type = get_effective_type(type, new_type)
    if type != effective_type:
        uniform.value = 0
    return effective_type


def get_effective_type(type1: int, type2: int) -> int:
    """Return the type that is safe for both: uncached wins, write-through beats write-back."""
    if type1 == type2:
        return type1
    return MTRR_WT if {type1, type2} == {MTRR_WB, MTRR_WT} else MTRR_UC
