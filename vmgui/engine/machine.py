"""The machine a kernel boots on: everything that may differ before the first instruction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from vmgui.texts import Text

K, M, G, T = 1 << 10, 1 << 20, 1 << 30, 1 << 40
MAX_RAM = 16 * G

#: What can be built: by architecture and page size in bytes, the widths of a virtual address in bits.
VA_BITS: dict[str, dict[int, tuple[int, ...]]] = {
    "x86_64": {4 * K: (48, 57)},
    "arm64": {4 * K: (39, 48, 52), 16 * K: (36, 47, 48, 52), 64 * K: (42, 48, 52)},
    "riscv64": {4 * K: (39, 48, 57)},
}

#: Ways to build KASAN in: not at all, with a shadow byte for every 8 bytes, or with the processor's tags.
KASAN_MODES = ("off", "generic", "hw_tags")

#: Debug services that need no other build, only a boot parameter, and the field that stands for it.
DEBUG_PARAMETERS = {
    "kmemleak=on": "kmemleak", "debug_objects": "debug_objects", "debug_pagealloc=on": "debug_pagealloc",
}  # fmt: skip

#: Memory types of an MTRR range, as the processor numbers them (arch/x86/include/uapi/asm/mtrr.h).
MTRR_UC, MTRR_WC, MTRR_WT, MTRR_WB = 0, 1, 4, 6


class MachineError(ValueError):
    """A machine that cannot exist; the text says what to change."""


@dataclass(frozen=True)
class MtrrRange:
    """One memory type over the physical range [start, end), in bytes."""

    start: int
    end: int
    type: int


#: A PC: mixed types below 1 MiB, uncached devices from 2 GiB up to 4 GiB, memory elsewhere.
PC_MTRRS = (
    MtrrRange(0, 0xA0000, MTRR_WB),
    MtrrRange(0xA0000, 0xC0000, MTRR_UC),
    MtrrRange(0xC0000, 0x100000, MTRR_WT),
    MtrrRange(0x80000000, 0x100000000, MTRR_UC),
)


@dataclass(frozen=True)
class Machine:
    """A machine and its boot parameters.  Sizes are bytes, ranges [start, end).

    ``window`` is a fenced, empty part of the vmalloc range that programs call W, or None.
    ``fragmentation`` is the percentage of PMD-sized blocks of RAM that have lost some of their pages to
    others before the program begins, so that none can be had whole.
    ``kasan``, ``kmsan``, ``kmemleak``, ``debug_objects`` and ``debug_pagealloc`` switch on debug services.
    ``va_bits`` is the width of a virtual address; the number of page-table levels follows from it.
    """

    arch: str = "x86_64"
    page_size: int = 4 * K
    va_bits: int = 48
    possible_cpus: int = 2
    online_cpus: int = 2
    nr_cpus: int = 8192
    numa_nodes: int = 1
    ram: int = G
    fragmentation: int = 0
    seed: int = 1
    phys_bits: int = 46
    pse: bool = True
    gbpages: bool = True
    mtrrs: tuple[MtrrRange, ...] = PC_MTRRS
    nohugevmalloc: bool = False
    nohugeiomap: bool = False
    init_on_alloc: bool = True
    kasan: str = "off"
    kmsan: bool = False
    kmemleak: bool = False
    debug_objects: bool = False
    debug_pagealloc: bool = False
    window: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Refuse a machine that cannot exist."""
        self._check_geometry()
        self._check(1 <= self.possible_cpus <= 128, Text("possible CPUs must be 1 to 128"))
        self._check(
            1 <= self.online_cpus <= self.possible_cpus, Text("online CPUs must be 1 to possible CPUs")
        )
        self._check(self.possible_cpus <= self.nr_cpus <= 8192, Text("NR_CPUS must be possible CPUs to 8192"))
        self._check(1 <= self.numa_nodes <= 8, Text("NUMA nodes must be 1 to 8"))
        self._check(16 * M <= self.ram <= MAX_RAM, Text("RAM must be 16M to 16G"))
        self._check(self.ram % (4 * M) == 0, Text("RAM must be a multiple of 4M"))
        self._check(0 <= self.fragmentation <= 100, Text("fragmentation must be 0 to 100 percent"))
        self._check(36 <= self.phys_bits <= 56, Text("physical address bits must be 36 to 56"))
        self._check(
            all(0 <= m.start < m.end for m in self.mtrrs), Text("a memory type must end after it begins")
        )
        start, end = self.window or (0, self.page_size)
        self._check(0 <= start < end and not (start | end) % self.page_size,
                    Text("the window must be whole pages, and end after it begins"))  # fmt: skip
        self._check_debug_services()

    def _check_geometry(self) -> None:
        builds = VA_BITS.get(self.arch)
        if builds is None:
            raise MachineError(Text("architecture {0!r} is not known: use {1}", self.arch, _either(VA_BITS)))
        if self.page_size not in builds:
            sizes = _either(f"{size // K}K" for size in builds)
            raise MachineError(
                Text("{0} has no pages of {1} bytes: use {2}", self.arch, self.page_size, sizes)
            )
        if self.va_bits not in builds[self.page_size]:
            what = Text(
                "{0} with {1}K pages has no {2}-bit addresses", self.arch, self.page_size // K, self.va_bits
            )
            raise MachineError(Text("{0}: use {1}", what, _either(builds[self.page_size])))

    def _check_debug_services(self) -> None:
        modes = _either(KASAN_MODES)
        self._check(self.kasan in KASAN_MODES, Text("KASAN is {0}, not {1!r}", modes, self.kasan))
        tags = self.kasan == "hw_tags"
        self._check(
            not tags or self.arch == "arm64", Text("KASAN with hw_tags needs arm64: no other tags memory")
        )
        self._check(not (self.kmsan and self.kasan != "off"), Text("a kernel has KASAN or KMSAN, not both"))
        self._check(not self.kmsan or self.arch == "x86_64", Text("KMSAN needs x86_64"))
        self._check(
            not self.kmsan or self.ram <= G, Text("KMSAN needs RAM of at most 1G: two thirds are its own")
        )

    @property
    def page_shift(self) -> int:
        """Binary logarithm of the page size."""
        return self.page_size.bit_length() - 1

    @property
    def levels(self) -> int:
        """How many levels of page tables there are: a table is a page, and resolves page_shift - 3 bits."""
        return -(-(self.va_bits - self.page_shift) // (self.page_shift - 3))

    @staticmethod
    def _check(holds: bool, why: str) -> None:
        if not holds:
            raise MachineError(why)


def _either(choices: Iterable[object]) -> str:
    *others, last = map(str, choices)
    return Text("{0} or {1}", ", ".join(others), last) if others else last


def va_bits_of(arch: str, page_size: int, levels: int) -> int:
    """Return the widest address that ``levels`` levels of tables translate; MachineError if there is none."""
    found = [
        bits
        for bits in VA_BITS.get(arch, {}).get(page_size, ())
        if Machine(arch, page_size, bits).levels == levels
    ]
    if not found:
        raise MachineError(
            Text("{0} with {1}K pages has no {2} levels of page tables", arch, page_size // K, levels)
        )
    return max(found)


def rebuilt(machine: Machine, arch: str | None, page_size: int | None, va_bits: int | None) -> Machine:
    """Return ``machine`` built for what is given; what is not stays, or becomes the nearest that can be."""
    arch = arch or machine.arch
    builds = VA_BITS.get(arch, {})
    size = page_size or (machine.page_size if machine.page_size in builds else min(builds, default=0))
    widths = builds.get(size, (0,))
    bits = va_bits or min(widths, key=lambda width: abs(width - machine.va_bits))
    return replace(machine, arch=arch, page_size=size, va_bits=bits)


#: Where a PC has devices instead of RAM: what does not fit below continues at 4 GiB.
PCI_HOLE = (2 * G, 4 * G)
#: Where RAM begins on the boards of the other architectures: devices and firmware come first.
RAM_BASE = {"arm64": G, "riscv64": 2 * G}


def ram_ranges(machine: Machine) -> tuple[tuple[int, int], ...]:
    """Return the physical ranges [start, end) of RAM, in bytes and by address."""
    base = RAM_BASE.get(machine.arch)
    if base is not None:
        return ((base, base + machine.ram),)
    hole, resume = PCI_HOLE
    if machine.ram <= hole:
        return ((0, machine.ram),)
    return (0, hole), (resume, resume + machine.ram - hole)


#: A PC's firmware keeps the first page, what is below 1 MiB from here on, and the end of low RAM.
FIRMWARE_FIRST, FIRMWARE_LOW, FIRMWARE_HIGH = 4 * K, (0x9FC00, M), 128 * K


def system_ram(machine: Machine) -> tuple[tuple[int, int], ...]:
    """Return the physical ranges [start, end) of RAM that the firmware leaves to the kernel, by address."""
    low, *rest = ram_ranges(machine)
    if machine.arch != "x86_64" or low[1] - FIRMWARE_HIGH <= FIRMWARE_LOW[1]:
        return (low, *rest)
    return ((FIRMWARE_FIRST, FIRMWARE_LOW[0]), (FIRMWARE_LOW[1], low[1] - FIRMWARE_HIGH), *rest)


#: The machines of the machine dialog and of ``--machine``; the first is the default.
PRESETS: dict[str, Machine] = {
    "x86-4l": Machine(),
    "x86-5l": Machine(va_bits=57, phys_bits=52),
    "debian-server": Machine(possible_cpus=16, online_cpus=16, ram=16 * G, numa_nodes=2),
    "laptop": Machine(possible_cpus=4, online_cpus=4, ram=4 * G, fragmentation=30),
    "server-5l": Machine(va_bits=57, phys_bits=52, possible_cpus=64, online_cpus=64, ram=16 * G),
    "arm64": Machine("arm64", possible_cpus=4, online_cpus=4, nr_cpus=512, ram=4 * G, phys_bits=48),
    "arm64-64k": Machine(
        "arm64", 64 * K, 52, possible_cpus=16, online_cpus=16, nr_cpus=512, ram=16 * G, phys_bits=52
    ),
    "riscv-sv39": Machine("riscv64", va_bits=39, nr_cpus=64, phys_bits=56),
    "tiny": Machine(possible_cpus=1, online_cpus=1, ram=16 * M, phys_bits=36),
}


def preset(name: str) -> Machine:
    """Return the preset ``name``; MachineError names the known ones."""
    if name not in PRESETS:
        raise MachineError(Text("unknown machine {0!r}: use one of {1}", name, ", ".join(PRESETS)))
    return PRESETS[name]


def with_boot_parameters(machine: Machine, parameters: str) -> Machine:
    """Apply a kernel command line to ``machine``; only parameters that vmalloc knows are allowed."""
    for word in parameters.split():
        if word == "nohugevmalloc":
            machine = replace(machine, nohugevmalloc=True)
        elif word == "nohugeiomap":
            machine = replace(machine, nohugeiomap=True)
        elif word in DEBUG_PARAMETERS:
            service: Any = {DEBUG_PARAMETERS[word]: True}
            machine = replace(machine, **service)
        else:
            known = ", ".join(("nohugevmalloc", "nohugeiomap", *DEBUG_PARAMETERS))
            raise MachineError(Text("unknown boot parameter {0!r}: use {1}", word, known))
    return machine
