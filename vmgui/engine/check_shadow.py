"""Checks of what debug services keep: shadow that agrees with the areas, and where it is mapped."""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bytewise import load_row
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.mm.kasan.shadow import (
    KASAN_GRANULE_MASK,
    KASAN_GRANULE_SIZE,
    KASAN_VMALLOC_INVALID,
    kasan_mem_to_shadow,
)
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.structs import vmap_area


def metadata_ranges(k: Kernel) -> list[tuple[int, int]]:
    """Return the address ranges [start, end) in which metadata is mapped; none on an ordinary kernel."""
    ranges = []
    if k.machine.kasan == "generic":
        for start, last in ((k.VMALLOC_START, k.VMALLOC_END), (k.MODULES_VADDR, k.MODULES_END - 1)):
            ranges.append((kasan_mem_to_shadow(k, start), kasan_mem_to_shadow(k, last) + 1))
    if k.machine.kmsan:
        ranges.append((k.VMALLOC_END + 1, k.VMEMORY_END + 1))
    return ranges


def is_metadata(k: Kernel, addr: int) -> bool:
    """Tell whether a debug service has mapped ``addr`` for itself."""
    return any(start <= addr < end for start, end in metadata_ranges(k))


def validate_shadow(k: Kernel) -> list[str]:
    """KASAN: exactly what was asked for may be used, and nothing of what waits for a purge."""
    if k.machine.kasan != "generic":
        return []
    broken = []
    for start, end, usable in shadowed_areas(k):
        wrong = first_wrong(k, start, end, usable)
        if wrong:
            broken.append(f"area [{start:#x}, {end:#x}): {usable:#x} bytes may be used, but {wrong}")
    return broken


def shadowed_areas(k: Kernel) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and usable bytes of the busy areas with an owner, and of those that wait."""
    ranges = ((k.VMALLOC_START, k.VMALLOC_END), (k.MODULES_VADDR, k.MODULES_END))
    for i in range(k.nr_vmap_nodes):
        vn = k.vmap_nodes[i]
        for rb, lazy in ((vn.busy, False), (vn.lazy, True)):
            for va in list_for_each_entry(rb.head, vmap_area, "list"):
                vm = None if lazy else va.vm
                if (lazy or vm) and any(start <= va.va_start < end for start, end in ranges):
                    whole = va.va_end - va.va_start  # of what was there before the allocator all may be used
                    yield va.va_start, va.va_end, (vm.requested_size or whole) if vm else 0


def first_wrong(k: Kernel, start: int, end: int, usable: int) -> str:
    """Say which shadow byte of an area is wrong; empty if none is."""
    whole, part = divmod(usable, KASAN_GRANULE_SIZE)
    right = bytes(whole) + bytes([part] if part & KASAN_GRANULE_MASK else [])
    right = right.ljust((end - start) // KASAN_GRANULE_SIZE, bytes([KASAN_VMALLOC_INVALID]))
    shadow = kasan_mem_to_shadow(k, start)
    offset = 0
    while offset < len(right):
        length = min(k.PAGE_SIZE - (shadow + offset) % k.PAGE_SIZE, len(right) - offset)
        at = mapped_at(k, shadow + offset)
        if at is None:
            return f"the shadow page at {shadow + offset:#x} is missing"
        if load_row(k, at, length) != right[offset : offset + length]:
            return f"the shadow from {shadow + offset:#x} on says otherwise"
        offset += length
    return ""
