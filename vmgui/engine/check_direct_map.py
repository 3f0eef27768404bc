"""Checks of the direct map: all RAM is in it, each frame at its own address."""

from __future__ import annotations

from vmgui.engine.check_walk import all_leaves, is_in_direct_map
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import ram_ranges


def validate_direct_map(k: Kernel) -> list[str]:
    """Every leaf of the direct map leads to the frame it is named after, and no frame of RAM is missing.

    A program that maps or unmaps addresses there breaks this without breaking the kernel's own books.
    """
    if k.arch.init_mem_mapping is None:
        return []
    direct = [leaf for leaf in all_leaves(k) if is_in_direct_map(k, leaf.va)]
    broken = [
        f"the direct map leads from {leaf.va:#x} to {leaf.pa:#x}"
        for leaf in direct
        if leaf.va - k.PAGE_OFFSET != leaf.pa
    ]
    pages = sum(leaf.end - leaf.va for leaf in direct) >> k.PAGE_SHIFT
    ram = sum(end - start for start, end in ram_ranges(k.machine)) >> k.PAGE_SHIFT
    if pages != ram:
        broken.append(f"the direct map has {pages} pages, RAM {ram}")
    return broken
