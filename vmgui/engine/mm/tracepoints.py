"""The tracepoints of vmalloc, as spans (include/trace/events/vmalloc.h, v6.12).

They do nothing but be there: the recorder keeps their arguments.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.trace import kernel_function


@kernel_function
def trace_alloc_vmap_area(
    k: Kernel, addr: int, size: int, align: int, vstart: int, vend: int, failed: bool
) -> None:
    """One attempt to find [addr, addr + size) inside [vstart, vend); a failed one has ``addr`` = ``vend``."""


@kernel_function
def trace_purge_vmap_area_lazy(k: Kernel, start: int, end: int, npurged: int) -> None:
    """A purge is over: what was flushed, and how many areas it gave back."""


@kernel_function
def trace_free_vmap_area_noflush(k: Kernel, va_start: int, nr_lazy: int, nr_lazy_max: int) -> None:
    """An area waits for the next purge; ``nr_lazy`` of at most ``nr_lazy_max`` pages wait now."""
