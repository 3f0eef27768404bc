"""Data caches and mappings: x86 caches by physical address (asm-generic/cacheflush.h, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.trace import kernel_function


@kernel_function
def flush_cache_vmap(k: Kernel, start: int, end: int) -> None:
    """After [start, end) was mapped: nothing to do, a new address finds the same cached bytes."""


@kernel_function
def flush_cache_vunmap(k: Kernel, start: int, end: int) -> None:
    """Before [start, end) is unmapped: nothing to do, the bytes stay cached under their physical address."""
