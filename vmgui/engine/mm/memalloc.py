"""Scopes in which no allocation may wait for I/O or for a file system (include/linux/sched/mm.h, v6.12).

Whoever holds a lock that writing out pages needs must not wait for pages to be written out.  A flag of the
task takes the permission from every allocation that is made below.
"""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_FS, __GFP_IO
from vmgui.engine.kernel import Kernel
from vmgui.engine.trace import kernel_function

#: Bits of the task's flags (include/linux/sched.h).
PF_MEMALLOC, PF_MEMALLOC_NOFS, PF_MEMALLOC_NOIO = 0x800, 0x40000, 0x80000


def current_gfp_context(k: Kernel, flags: int) -> int:
    """Return ``flags`` without what the scopes of the task forbid."""
    if k.current_flags & PF_MEMALLOC_NOIO:
        return flags & ~(__GFP_IO | __GFP_FS)
    if k.current_flags & PF_MEMALLOC_NOFS:
        return flags & ~__GFP_FS
    return flags


@kernel_function
def memalloc_nofs_save(k: Kernel) -> int:
    """Begin a scope without file systems; returns what its end needs.  include/linux/sched/mm.h, v6.12."""
    return memalloc_flags_save(k, PF_MEMALLOC_NOFS)


@kernel_function
def memalloc_nofs_restore(k: Kernel, flags: int) -> None:
    """End a scope without file systems.  include/linux/sched/mm.h, v6.12."""
    memalloc_flags_restore(k, flags)


@kernel_function
def memalloc_noio_save(k: Kernel) -> int:
    """Begin a scope without I/O; returns what its end needs.  include/linux/sched/mm.h, v6.12."""
    return memalloc_flags_save(k, PF_MEMALLOC_NOIO)


@kernel_function
def memalloc_noio_restore(k: Kernel, flags: int) -> None:
    """End a scope without I/O.  include/linux/sched/mm.h, v6.12."""
    memalloc_flags_restore(k, flags)


def memalloc_flags_save(k: Kernel, flags: int) -> int:
    """Set flags of the task; returns those that were not set before."""
    oldflags = ~k.current_flags & flags
    k.current_flags = k.current_flags | flags
    return oldflags


def memalloc_flags_restore(k: Kernel, flags: int) -> None:
    """Clear flags of the task."""
    k.current_flags = k.current_flags & ~flags
