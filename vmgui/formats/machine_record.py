"""A machine as a document writes it: sizes as 1G, addresses in hexadecimal, and nothing unknown."""

from __future__ import annotations

import re

import msgspec

from vmgui.engine.machine import MTRR_UC, MTRR_WB, MTRR_WC, MTRR_WT, PC_MTRRS, Machine, MtrrRange, va_bits_of
from vmgui.timeline.values import SUFFIXES, size_text

_QUANTITY = re.compile(r"(0x[0-9a-fA-F_]+|[0-9]+)([KMGT]?)")
_TYPES = {"uncached": MTRR_UC, "write-combining": MTRR_WC, "write-through": MTRR_WT, "write-back": MTRR_WB}
#: Characters of a size or an address; longer is a mistake.
LONGEST = 40
_TYPE_NAMES = {number: name for name, number in _TYPES.items()}


class MtrrRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One memory type over the physical range [start, end)."""

    start: str
    end: str
    type: str


class MachineRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of a Machine, all of them written; what a file leaves out is as on the default machine."""

    arch: str = "x86_64"
    page_size: str = "4K"
    va_bits: int = 48
    levels: int | msgspec.UnsetType = msgspec.UNSET  # what documents said before they knew va_bits
    possible_cpus: int = 2
    online_cpus: int = 2
    nr_cpus: int = 8192
    numa_nodes: int = 1
    ram: str = "1G"
    fragmentation: int = 0
    seed: int = 1
    phys_bits: int = 46
    pse: bool = True
    gbpages: bool = True
    mtrrs: tuple[MtrrRecord, ...] | None = None
    nohugevmalloc: bool = False
    nohugeiomap: bool = False
    init_on_alloc: bool = True
    kasan: str = "off"
    kmsan: bool = False
    kmemleak: bool = False
    debug_objects: bool = False
    debug_pagealloc: bool = False
    window: tuple[str, str] | None = None

    @classmethod
    def of(cls, machine: Machine) -> MachineRecord:
        """Write ``machine`` down."""
        plain = {name: getattr(machine, name) for name in cls.__struct_fields__ if name != "levels"}
        mtrrs = tuple(MtrrRecord(hex(m.start), hex(m.end), _TYPE_NAMES[m.type]) for m in machine.mtrrs)
        window = machine.window and (hex(machine.window[0]), hex(machine.window[1]))
        plain |= {"ram": size_text(machine.ram), "page_size": size_text(machine.page_size), "window": window}
        return cls(**plain | {"mtrrs": None if machine.mtrrs == PC_MTRRS else mtrrs})

    def machine(self) -> Machine:
        """The machine itself; ValueError says what cannot be."""
        plain = {name: getattr(self, name) for name in self.__struct_fields__ if name != "levels"}
        page_size = quantity(self.page_size)
        plain |= {"page_size": page_size, "va_bits": self._va_bits(page_size)}
        mtrrs = PC_MTRRS if self.mtrrs is None else tuple(_mtrr(m) for m in self.mtrrs)
        window = self.window and (quantity(self.window[0]), quantity(self.window[1]))
        return Machine(**plain | {"ram": quantity(self.ram), "mtrrs": mtrrs, "window": window})

    def _va_bits(self, page_size: int) -> int:
        """The width of an address: as written, or what the number of levels says."""
        if self.levels is msgspec.UNSET:
            return self.va_bits
        by_levels = va_bits_of(self.arch, page_size, self.levels)
        if self.va_bits not in (Machine.va_bits, by_levels):
            raise ValueError(f"{self.va_bits}-bit addresses do not have {self.levels} levels of page tables")
        return by_levels


def _mtrr(record: MtrrRecord) -> MtrrRange:
    if record.type not in _TYPES:
        raise ValueError(f"{record.type!r} is no memory type: use one of {', '.join(_TYPES)}")
    return MtrrRange(quantity(record.start), quantity(record.end), _TYPES[record.type])


def quantity(text: str) -> int:
    """Read 1G, 512M, 4096 or 0x1000; ValueError otherwise."""
    match = _QUANTITY.fullmatch(text)
    if not match or text.endswith(("x", "_")) or len(text) > LONGEST:
        shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
        raise ValueError(f"{shown!r} is no size or address: write 1G, 512M, 4096 or 0x1000")
    value = int(match[1], 0) if match[1].startswith("0x") else int(match[1], 10)
    if value >> 64:
        raise ValueError(f"{text!r} does not fit in 64 bits")
    return value << SUFFIXES.get(match[2], 0)
