"""The tables of a machine as a reader sees them: their sizes, and what an entry is and leads to."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.kasan.shadow import kasan_mem_to_shadow
from vmgui.projection.entry_flags import leaf_flags
from vmgui.projection.levels import LEVELS, EntryState, Level
from vmgui.projection.numbers import short_size

#: Names of the top table in the kernel's text.
TOP_TABLES = {"x86_64": "init_top_pgt"}


Region = Literal["vmalloc", "direct map", "modules", "KASAN shadow"]


def regions(k: Kernel) -> tuple[tuple[Region, int, int], ...]:
    """The parts of the kernel's addresses that can have tables here: name, start, end (exclusive)."""
    ram_end = k.PAGE_OFFSET + (k.max_pfn << k.PAGE_SHIFT)
    found: list[tuple[Region, int, int]] = [
        ("vmalloc", k.VMALLOC_START, k.VMALLOC_END),
        ("modules", k.MODULES_VADDR, k.MODULES_END),
        ("direct map", k.PAGE_OFFSET, ram_end),
    ]
    if k.machine.kasan == "generic":
        low, high = (kasan_mem_to_shadow(k, at) for at in (k.VMALLOC_START, k.VMALLOC_END))
        found.append(("KASAN shadow", low, high))
    return tuple(found)


class Geometry:
    """Levels, sizes and entries of one machine.

    `levels` are those that have tables, root first; the others are folded: their entry is the top table's.
    """

    def __init__(self, k: Kernel) -> None:
        self.k, self.arch = k, k.machine.arch
        self.page_shift, self.page_size = k.PAGE_SHIFT, k.PAGE_SIZE
        self.levels: tuple[Level, ...] = k.table_levels
        self.top_name = TOP_TABLES.get(self.arch, "swapper_pg_dir")
        shifts = (k.PGDIR_SHIFT, k.P4D_SHIFT, k.PUD_SHIFT, k.PMD_SHIFT, k.PAGE_SHIFT)
        counts = (k.PTRS_PER_PGD, k.PTRS_PER_P4D, k.PTRS_PER_PUD, k.PTRS_PER_PMD, k.PTRS_PER_PTE)
        self.shift: dict[Level, int] = dict(zip(LEVELS, shifts, strict=True))
        self.entries: dict[Level, int] = dict(zip(LEVELS, counts, strict=True))
        self.format = k.arch.entry_format(k)
        #: Bits the processor sets by itself: two entries that differ only in them are alike.
        self.by_hardware = k.arch.pte_mkyoung(k, 0) | k.arch.pte_mkdirty(k, 0)
        self._table_mask = np.uint64(self.format.table_mask)
        self._table_value = np.uint64(self.format.table_value)
        self._present = np.uint64(self.format.present)
        form, shift = self.format, max(0, self.page_shift - self.format.address_shift)
        self._where = (
            (np.uint64(form.address_mask & -1 << shift), np.uint64(form.address_shift)),
            (np.uint64(form.high_mask), np.uint64(form.high_shift)),
        )
        self._alike = ~np.uint64(self.format.address_bits(self.page_shift) | self.by_hardware)
        self._no_address = {level: ~self.format.address_bits(shift) for level, shift in self.shift.items()}
        self._special = k.arch.pte_mkspecial(k, 0)
        self._canonical = k.KERNEL_VA_START
        self._regions = regions(k)

    # --- levels --------------------------------------------------------------------------------------

    def folded(self, level: Level) -> bool:
        """Whether a level has no tables of its own."""
        return level not in self.levels

    def below(self, level: Level) -> Level:
        """The level that a table entry of `level` leads to."""
        return self.levels[self.levels.index(level) + 1]

    def holder(self, level: Level) -> Level:
        """The level whose table holds the entries of `level`: of a folded one, the top table."""
        return level if level in self.levels else "pgd"

    def leaf_level(self, level: Level) -> Level:
        """What the kernel calls a leaf in a table of `level`: the lowest level that is folded into it."""
        if level != "pgd":
            return level
        return LEVELS[len(LEVELS) - len(self.levels)]

    def covers(self, level: Level) -> int:
        """Bytes that one entry of `level` covers."""
        return 1 << self.shift[level]

    def badge(self, level: Level) -> str:
        """What one entry of `level` covers, in short."""
        return short_size(self.covers(level))

    def canonical(self, va: int) -> int:
        """An address with the bits that no table translates as they must be."""
        bits = self.k.machine.va_bits
        va &= (1 << bits) - 1
        return va | self._canonical if va >= self._canonical % (1 << bits) else va

    def region_of(self, start: int, end: int) -> Region | None:
        """What the kernel uses the addresses [start, end) for; None where nothing is known."""
        return next((name for name, low, high in self._regions if start < high and low < end), None)

    # --- entries -------------------------------------------------------------------------------------

    def words(self, source: Any, table: int, level: Level) -> NDArray[np.uint64]:
        """The words of the table of `level` at physical address `table`, without copying them."""
        return np.frombuffer(source.view, np.uint64, self.entries[level], table)

    def state(self, word: int, level: Level) -> EntryState:
        """What an entry is."""
        if not word & self.format.present:
            return "none" if not word else "bad"
        if level != "pte" and word & self.format.table_mask == self.format.table_value:
            return "table"
        return "special" if level == "pte" and word & self._special else "leaf"

    def leaves(self, words: NDArray[np.uint64], level: Level) -> NDArray[np.bool_]:
        """Which of these entries, none of them empty, lead to no table."""
        if level == "pte":
            return np.ones(len(words), bool)
        found: NDArray[np.bool_] = (words & self._table_mask) != self._table_value
        return found

    def present(self, words: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of these entries the hardware takes for valid."""
        found: NDArray[np.bool_] = (words & self._present) != 0
        return found

    def tables(self, words: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which of these entries above the lowest level lead to a table."""
        found: NDArray[np.bool_] = (words & self._table_mask) == self._table_value
        return found & self.present(words)

    def table_addresses(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The physical addresses of the tables that these entries lead to."""
        (low, left), (high, farther) = self._where
        found: NDArray[np.uint64] = (words & low) << left
        if high:
            found |= (words & high) << farther
        return found

    def alike(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """What must be equal in entries that are told in one row."""
        return words & self._alike

    def pfn(self, word: int, level: Level) -> int:
        """The frame an entry leads to: a table, or the first frame of a leaf."""
        shift = self.page_shift if self.state(word, level) == "table" else self.shift[level]
        return self.format.address(word, shift) >> self.page_shift

    def table(self, word: int) -> int:
        """The physical address of the table that an entry leads to."""
        return self.format.address(word, self.page_shift)

    def physical(self, source: Any, va: int) -> int | None:
        """Where the tables lead `va`; None if they lead nowhere."""
        level, table = self.levels[0], self.k.init_mm_pgd
        while True:
            shift = self.shift[level]
            word = int(self.words(source, table, level)[(va >> shift) % self.entries[level]])
            state = self.state(word, level)
            if state == "table":
                level, table = self.below(level), self.table(word)
            elif state in ("none", "bad"):
                return None
            else:
                return self.format.address(word, shift) | va & (1 << shift) - 1

    def flags(self, word: int, level: Level) -> str:
        """The flags of a present entry in letters: RW NX G and the memory type, where it is not usual."""
        what = self.state(word, level)
        if what in ("none", "bad"):
            return ""
        if what == "table":
            return "RW" if self.k.arch.table_write(self.k, word) else "RO"
        return leaf_flags(self.arch, word & self._no_address[level], level != "pte")

    def size_of_table(self, level: Level) -> int:
        """Bytes of a table of `level`."""
        return 8 * self.entries[level]
