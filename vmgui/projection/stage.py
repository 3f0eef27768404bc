"""The stage: one address's walk through the page tables, and the physical memory it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from vmgui.projection.levels import EntryState, Level

ColumnState = Literal["done", "working", "folded", "fallback", "skipped", "unreached", "freed"]
LeafState = Literal["tried", "refused", "installed"]
AccessKind = Literal["touch", "read", "write"]
AccessOutcome = Literal["hit", "walk", "stale", "fault"]
FieldName = Literal["sign", "pgd", "p4d", "pud", "pmd", "pte", "offset"]
#: Stretches of a table: first entry, end (exclusive), what they are.
Runs = tuple[tuple[int, int, EntryState], ...]
Refusal = Literal[
    "shift-cap", "arch-unsupported", "partial-entry", "virt-misaligned", "phys-misaligned",
    "ptdump-busy", "cannot-free-table", "arch-setter-refused",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BitField:
    """One field of the ruler: bits high..low, both inclusive; high < low where the level is folded."""

    name: FieldName
    high: int
    low: int
    value: int

    @property
    def width(self) -> int:
        """How many bits it has: 0 for a folded level."""
        return max(self.high - self.low + 1, 0)

    @property
    def bits(self) -> str:
        """Its binary digits, highest first; empty for a folded level."""
        return f"{self.value:0{self.width}b}" if self.width else ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry of a table. `pfn` is the table or first frame it leads to, None when nothing is there."""

    index: int
    state: EntryState = "none"
    pfn: int | None = None
    word: int = 0
    guard_of: str = ""
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One level of the walk.

    `table` is the table's frame number, None where there is no table (state says why). `index` is the entry
    the address selects. `slots` are all entries of the table; `runs` are its populated stretches
    (first, end exclusive, state), for the strip beside the slots. `count` is the number of populated entries.
    `base` is the virtual address of entry 0, `entry_size` the bytes one entry covers. `was` is the frame of
    the table that the running operation has taken off here.
    """

    level: Level
    state: ColumnState
    index: int
    table: int | None = None
    name: str = ""
    boot: bool = False
    new: bool = False
    error: bool = False
    count: int = 0
    entries: int = 512
    base: int = 0
    entry_size: int = 0
    was: int | None = None
    slots: Sequence[Slot] = ()
    runs: Runs = ()

    @property
    def index_bits(self) -> int:
        """How many bits of an address select an entry."""
        return max(self.entries.bit_length() - 1, 1)

    def slot(self, index: int) -> Slot:
        """The entry at `index`; an empty one where nothing is known."""
        return self.slots[index] if 0 <= index < len(self.slots) else Slot(index)

    def va(self, index: int) -> tuple[int, int]:
        """The virtual range an entry covers, end exclusive."""
        start = (self.base + index * self.entry_size) % (1 << 64)
        return start, start + self.entry_size


@dataclass(frozen=True, slots=True)
class Leaf:
    """The leaf the step asks for, or that the walk ends in: `size` bytes at `phys`, set at `level`.

    `asked` is the length of the range that was offered to it (shorter than `size` for "partial-entry").
    """

    level: Level
    state: LeafState
    size: int
    phys: int
    asked: int
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A touch, read or write by a CPU and its end; `reason` is a key such as "guard", "hole", "stale".

    `phys` is where it went, None after a fault.
    """

    kind: AccessKind
    cpu: int
    outcome: AccessOutcome
    reason: str = ""
    phys: int | None = None


@dataclass(frozen=True, slots=True)
class Physical:
    """The stretch [start, end) of physical addresses shown, and its grid of `grid` bytes."""

    start: int
    end: int
    grid: int
    io: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the stage draws. `looking` is a walk asked for by hand, not by the step.

    [start, end) is the range the running function works on; `page` counts pages from the owner's start.
    `owner` is the area's name in the program, "" for none. `next_writes` are the PTEs that follow a refusal.
    """

    address: int
    levels: int
    fields: tuple[BitField, ...]
    columns: tuple[Column, ...]
    looking: bool = False
    owner: str = ""
    page: int = 0
    pages: int = 0
    start: int | None = None
    end: int | None = None
    leaf: Leaf | None = None
    physical: Physical | None = None
    access: Access | None = None
    flushed: bool = False
    ringed_bits: tuple[int, ...] = field(default=())
    next_writes: int = 0
    page_shift: int = 12
    arch: str = "x86_64"

    @property
    def own_top(self) -> bool:
        """Whether the kernel's addresses have a top table of their own, beside that of the process."""
        return self.arch == "arm64"

    @property
    def page_size(self) -> int:
        """Bytes of a page."""
        return 1 << self.page_shift

    def frames(self, pfn: int, n: int = 1) -> tuple[int, int]:
        """The physical range of `n` frames."""
        return pfn << self.page_shift, (pfn + n) << self.page_shift

    def column(self, level: Level) -> Column | None:
        """The column of a level; None where the machine has no such column."""
        return next((c for c in self.columns if c.level == level), None)
