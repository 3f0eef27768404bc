"""Levels of page tables: which ones a machine really has, and what their entries cover.

A table is one page, so each level resolves PAGE_SHIFT - 3 bits of an address, and the top level what is
left over.  A machine with fewer than five has the upper ones *folded*: the walk still passes through every
level, but a folded table has one entry, which is the entry of the level above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel

LevelName = Literal["pgd", "p4d", "pud", "pmd", "pte"]
_ABOVE_THE_PTES: tuple[LevelName, ...] = ("pmd", "pud", "p4d")


class TableLevel(NamedTuple):
    """A level that has tables of its own: an entry covers 2**shift bytes, a table has ``entries``."""

    name: LevelName
    shift: int
    entries: int


def page_table_levels(k: Kernel, top_bits: int) -> None:
    """Set shifts, sizes and numbers of entries of all levels on ``k``.

    ``top_bits`` is how many bits of an address the top table is indexed by.
    """
    machine = k.machine
    k.PAGE_SHIFT, k.PAGE_SIZE = machine.page_shift, machine.page_size
    k.PAGE_MASK = -machine.page_size & (1 << 64) - 1
    bits, top = k.PAGE_SHIFT - 3, machine.levels - 1
    shifts = [k.PAGE_SHIFT + bits * min(level, top) for level in range(5)]
    _, k.PMD_SHIFT, k.PUD_SHIFT, k.P4D_SHIFT, k.PGDIR_SHIFT = shifts
    _, k.PMD_SIZE, k.PUD_SIZE, k.P4D_SIZE, k.PGDIR_SIZE = (1 << shift for shift in shifts)
    # The top level keeps the name PGD; a level at its height or above is folded into it.
    entries = [1 << bits if level < top else 1 for level in range(4)]
    k.PTRS_PER_PTE, k.PTRS_PER_PMD, k.PTRS_PER_PUD, k.PTRS_PER_P4D = entries
    k.PTRS_PER_PGD = 1 << top_bits
    k.mm_pmd_folded, k.mm_pud_folded, k.mm_p4d_folded = (count == 1 for count in entries[1:])
    lower = [TableLevel("pte", k.PAGE_SHIFT, 1 << bits)]
    lower += [TableLevel(name, shifts[i], 1 << bits) for i, name in enumerate(_ABOVE_THE_PTES, 1) if i < top]
    k.tables = (TableLevel("pgd", k.PGDIR_SHIFT, k.PTRS_PER_PGD), *reversed(lower))
    k.table_levels = tuple(level.name for level in k.tables)
