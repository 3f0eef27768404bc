"""Hooks of the detector of stray accesses, KASAN (include/linux/kasan.h, v6.12).

A kernel built with it backs every area with shadow memory.  Debian's is not, so the hooks do nothing;
they stand where the kernel calls them.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel


def kasan_populate_vmalloc(k: Kernel, addr: int, size: int, gfp_mask: int) -> int:
    """Back the shadow of a new area; 0, or -ENOMEM."""
    return 0


def kasan_release_vmalloc(k: Kernel, start: int, end: int) -> None:
    """Give back the shadow of purged areas."""


def kasan_unpoison_vmalloc(k: Kernel, start: int, size: int) -> None:
    """Allow accesses to the ``size`` bytes that were asked for.

    Differs: returns nothing, where a build that tags pointers gets the tagged one.
    """


def kasan_poison_vmalloc(k: Kernel, start: int, size: int) -> None:
    """Forbid accesses to memory that is about to be unmapped."""
