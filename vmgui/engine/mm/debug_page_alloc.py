"""Faulting at once on memory that was freed (mm/debug_page_alloc.c, v6.12).

Differs: what is freed stays in the direct map.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel


def debug_pagealloc_enabled_static(k: Kernel) -> bool:
    """Tell whether the kernel was started with debug_pagealloc=on."""
    return k.machine.debug_pagealloc
