"""What mapped pages allow, by the generic names (include/linux/set_memory.h, v6.12).

Each changes ``numpages`` pages from the kernel address ``addr`` on and returns 0 or a negative errno.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.words import transparent

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel


@transparent
def set_memory(k: Kernel, what: str, addr: int, numpages: int) -> int:
    """Make pages ``what``: ro, rw, x, nx, uc, wb or rox; ``k.arch.set_memory`` says which there are."""
    return k.arch.set_memory[what](k, addr, numpages)


@transparent
def set_memory_ro(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing."""
    return set_memory(k, "ro", addr, numpages)


@transparent
def set_memory_nx(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid executing."""
    return set_memory(k, "nx", addr, numpages)


@transparent
def set_memory_rox(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing, allow executing."""
    return set_memory(k, "rox", addr, numpages)
