"""What an architecture does that does nothing of its own (include/linux/vmalloc.h, asm-generic, v6.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.trace import kernel_function

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel


def nothing(k: Kernel) -> None:
    """Do nothing at boot."""


@kernel_function
def flush_cache_vmap(k: Kernel, start: int, end: int) -> None:
    """After [start, end) was mapped: nothing to do, a new address finds the same cached bytes."""


@kernel_function
def flush_cache_vunmap(k: Kernel, start: int, end: int) -> None:
    """Before [start, end) is unmapped: nothing to do, the bytes stay cached under their physical address."""


def arch_sync_kernel_mappings(k: Kernel, start: int, end: int) -> None:
    """Do nothing: no walk asks for it, as ARCH_PAGE_TABLE_SYNC_MASK is 0."""
