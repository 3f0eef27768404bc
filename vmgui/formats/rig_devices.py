"""What the boots of the rig's machines map for devices and firmware tables, the same in every boot.

A state tells where a device area is and how large, not where it leads; /proc/vmallocinfo of the same
machine does.
"""

from __future__ import annotations

from collections.abc import Iterable

K, M = 1 << 10, 1 << 20
VM_IOREMAP = 0x1
VIRT = 0xFFF0000000000000  # where the direct map of arm64's `virt` begins
FIRMWARE, PCI_HOLE = 128 * K, 0xC0000000

#: Physical address, bytes mapped, memory type.
Device = tuple[int, int, str]

#: The machine `virt`, by virtual address: interrupts (at 0x8000000, 0x8080000, 0x80a0000), serial line,
#: GPIO, virtio, PCI, clock, configuration space of PCI.
_VIRT: tuple[Device, ...] = (
    (0x8000000, 64 * K, "device"), (0x9000000, 4 * K, "device"), (0x9030000, 4 * K, "device"),
    (0x8000000000, 4 * K, "device"), (0x8000001000, 4 * K, "device"), (0x8000003000, 4 * K, "device"),
    (0x8000002000, 4 * K, "device"), (0x10000000, 4 * K, "device"), (0x9010000, 4 * K, "device"),
    (0x8080000, 64 * K, "device"), (0x80A0000, 0xF60000, "device"),
    (0x4010000000, 256 * M, "strongly ordered"),
)  # fmt: skip


def rig_devices(page_offset: int, mem_mib: int) -> tuple[Device, ...]:
    """The device areas of a rig's machine in the order of their virtual addresses.

    On a PC: ACPI tables at the end of low RAM, the HPET twice, the BIOS's table about itself.
    """
    if page_offset == VIRT:
        return _VIRT
    tables, hpet = min(mem_mib << 20, PCI_HOLE) - FIRMWARE, 0xFED00000
    return (
        (tables + 4 * K, 4 * K, "write-back"), (tables, 8 * K, "write-back"), (hpet, 4 * K, "uncached-minus"),
        (hpet, 4 * K, "uncached-minus"), (0xF5000, 4 * K, "write-back"),
    )  # fmt: skip


def placed(
    devices: tuple[Device, ...], busy: Iterable[tuple[int, int, int, int, int | None, int]], page: int
) -> dict[int, tuple[int, str]]:
    """Physical address and memory type of each device area, by its start.

    Empty unless the device areas of a state (rows of its busy list) are as many and as large as ``devices``;
    each has a guard ``page``.
    """
    areas = sorted((start, end) for _, start, end, _, vm_flags, _ in busy if (vm_flags or 0) & VM_IOREMAP)
    if [end - start - page for start, end in areas] != [size for _, size, _ in devices]:
        return {}
    return {start: (phys, kind) for (start, _), (phys, _, kind) in zip(areas, devices, strict=True)}
