"""The lock that a dump of the page tables holds while it walks them (linux/mmap_lock.h, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel


def mmap_read_trylock(k: Kernel) -> bool:
    """Tell whether the lock of `init_mm` can be had at once: nobody holds it for writing.

    Differs: it is not taken, as one operation runs at a time; so there is nothing to unlock either.
    """
    return not k.init_mm_mmap_lock
