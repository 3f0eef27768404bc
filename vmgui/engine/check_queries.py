"""What must be true of the kernel's answers: checks that ask it, and compare with what is in its words.

They call the kernel's own functions, so they need a kernel that can run, and they leave it as it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.check import busy_areas, lazy_areas, listed, span
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.seq_file import seq_file
from vmgui.engine.mm.iov_iter import iov_iter
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_SPARSE, VM_UNINITIALIZED
from vmgui.engine.mm.vmalloc_info import vmalloc_info_show
from vmgui.engine.mm.vmap_find import find_vmap_area
from vmgui.engine.mm.vread import vread_iter
from vmgui.engine.structs import vmap_area

UNREAD = 0xEE
MOST_READ = 4  # pages of a range: one is like another


def validate_queries(k: Kernel) -> list[str]:
    """Ask everything."""
    checks = (validate_lookup, validate_report, validate_reading)
    return [broken for check in checks for broken in check(k)]


def validate_lookup(k: Kernel) -> list[str]:
    """I46: every address of a busy area, the last one too, leads to it."""
    broken = []
    for va in busy_areas(k):
        for addr in (va.va_start, (va.va_start + va.va_end) // 2, va.va_end - 1):
            found = find_vmap_area(k, addr)
            if found != va:
                broken.append(f"{addr:#x} leads to {span(found) if found else 'nothing'}, not to {span(va)}")
    return broken


def validate_report(k: Kernel) -> list[str]:
    """I45: /proc/vmallocinfo accounts for every byte in use or waiting; I48: but for what is half made."""
    m = seq_file()
    vmalloc_info_show(k, m)
    lines = [line.split() for line in m.text.splitlines()]
    shown = sum(int(line[1]) for line in lines)
    waiting = [va for va in lazy_areas(k) if va not in purging(k)]
    visible = [*(va for va in busy_areas(k) if not half_made(va)), *waiting]
    sizes = sum(va.va_end - va.va_start for va in visible)
    if (shown, len(lines)) == (sizes, len(visible)):
        return []
    return [f"vmallocinfo has {len(lines)} areas of {shown:#x} bytes, there are {len(visible)} of {sizes:#x}"]


def purging(k: Kernel) -> list[vmap_area]:
    """Return the areas in the middle of a purge."""
    return [va for i in range(k.nr_vmap_nodes) for va in listed(k.vmap_nodes[i].purge_list)]


def half_made(va: vmap_area) -> bool:
    """Tell whether the owner of an area has not finished it."""
    return va.vm is not None and bool(va.vm.flags & VM_UNINITIALIZED)


def validate_reading(k: Kernel) -> list[str]:
    """I44: nothing but zeros is read where nothing is mapped for reading; I48: nor from what is half made."""
    broken = []
    for start, end, what in unreadable(k):
        size = min(end - start, MOST_READ << k.PAGE_SHIFT)
        iter = iov_iter(size, UNREAD)
        vread_iter(k, iter, start, size)
        if not set(iter.data) <= {0, UNREAD}:
            broken.append(f"{what} [{start:#x}, {end:#x}) reads as something else than zeros")
    return broken


def unreadable(k: Kernel) -> Iterator[tuple[int, int, str]]:
    """Yield ranges that read as zeros, and what they are."""
    for va in lazy_areas(k):
        yield va.va_start, va.va_end, "the lazy area"
    for va in busy_areas(k):
        if va.vm is not None and va.vm.flags & (VM_IOREMAP | VM_SPARSE | VM_UNINITIALIZED):
            yield va.va_start, va.va_end, "the area"
    for va in listed(k.free_vmap_area_list):
        if k.VMALLOC_START <= va.va_start < k.VMALLOC_END:
            yield va.va_start, min(va.va_end, k.VMALLOC_END), "the free range"
