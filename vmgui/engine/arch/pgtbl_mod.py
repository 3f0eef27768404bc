"""What a walk has changed: a set of levels of page tables (include/linux/pgtable.h, v6.12)."""

from __future__ import annotations

from vmgui.engine.lib.out import Out

PGTBL_PGD_MODIFIED, PGTBL_P4D_MODIFIED, PGTBL_PUD_MODIFIED = 1 << 0, 1 << 1, 1 << 2
PGTBL_PMD_MODIFIED, PGTBL_PTE_MODIFIED = 1 << 3, 1 << 4


class pgtbl_mod_mask(Out):
    """Which levels of the page tables a walk has changed: a set of PGTBL_*_MODIFIED bits."""

    __slots__ = ()

    def add(self, bit: int) -> None:
        """Remember that entries of one more level have changed."""
        self.value |= bit
