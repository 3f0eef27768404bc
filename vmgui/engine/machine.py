"""The machine a kernel boots on: everything that may differ before the first instruction."""

from __future__ import annotations

from dataclasses import dataclass, replace

K, M, G, T = 1 << 10, 1 << 20, 1 << 30, 1 << 40
PAGE_SIZE = 4096
MAX_RAM = 16 * G

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
    ``fragmentation`` is the percentage of 2 MiB blocks of RAM that have lost some of their pages to
    others before the program begins, so that no order-9 page can be had from them.
    """

    arch: str = "x86_64"
    levels: int = 4
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
    window: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Refuse a machine that cannot exist."""
        self._check(self.arch == "x86_64", f"architecture {self.arch!r} is not known: use x86_64")
        self._check(self.levels in (4, 5), f"x86_64 has 4 or 5 page-table levels, not {self.levels}")
        self._check(1 <= self.possible_cpus <= 128, "possible CPUs must be 1 to 128")
        self._check(1 <= self.online_cpus <= self.possible_cpus, "online CPUs must be 1 to possible CPUs")
        self._check(self.possible_cpus <= self.nr_cpus <= 8192, "NR_CPUS must be possible CPUs to 8192")
        self._check(1 <= self.numa_nodes <= 8, "NUMA nodes must be 1 to 8")
        self._check(16 * M <= self.ram <= MAX_RAM, "RAM must be 16M to 16G")
        self._check(self.ram % (4 * M) == 0, "RAM must be a multiple of 4M")
        self._check(0 <= self.fragmentation <= 100, "fragmentation must be 0 to 100 percent")
        self._check(36 <= self.phys_bits <= 52, "physical address bits must be 36 to 52")

    @staticmethod
    def _check(holds: bool, why: str) -> None:
        if not holds:
            raise MachineError(why)


#: Where a PC has devices instead of RAM: what does not fit below continues at 4 GiB.
PCI_HOLE = (2 * G, 4 * G)


def ram_ranges(machine: Machine) -> tuple[tuple[int, int], ...]:
    """Return the physical ranges [start, end) of RAM, in bytes and by address."""
    hole, resume = PCI_HOLE
    if machine.ram <= hole:
        return ((0, machine.ram),)
    return (0, hole), (resume, resume + machine.ram - hole)


#: The machines of the machine dialog and of ``--machine``; the first is the default.
PRESETS: dict[str, Machine] = {
    "x86-4l": Machine(),
    "x86-5l": Machine(levels=5, phys_bits=52),
    "debian-server": Machine(possible_cpus=16, online_cpus=16, ram=16 * G, numa_nodes=2),
    "laptop": Machine(possible_cpus=4, online_cpus=4, ram=4 * G, fragmentation=30),
    "server-5l": Machine(levels=5, phys_bits=52, possible_cpus=64, online_cpus=64, ram=16 * G),
    "tiny": Machine(possible_cpus=1, online_cpus=1, ram=16 * M, phys_bits=36),
}


def preset(name: str) -> Machine:
    """Return the preset ``name``; MachineError names the known ones."""
    if name not in PRESETS:
        raise MachineError(f"unknown machine {name!r}: use one of {', '.join(PRESETS)}")
    return PRESETS[name]


def with_boot_parameters(machine: Machine, parameters: str) -> Machine:
    """Apply a kernel command line to ``machine``; only parameters that vmalloc knows are allowed."""
    for word in parameters.split():
        if word == "nohugevmalloc":
            machine = replace(machine, nohugevmalloc=True)
        elif word == "nohugeiomap":
            machine = replace(machine, nohugeiomap=True)
        else:
            raise MachineError(f"unknown boot parameter {word!r}: use nohugevmalloc, nohugeiomap")
    return machine
