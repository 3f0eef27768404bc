"""Bits of `pgtbl_mod_mask`: the level whose entries a walk has changed (include/linux/pgtable.h, v6.12)."""

PGTBL_PGD_MODIFIED, PGTBL_P4D_MODIFIED, PGTBL_PUD_MODIFIED = 1 << 0, 1 << 1, 1 << 2
PGTBL_PMD_MODIFIED, PGTBL_PTE_MODIFIED = 1 << 3, 1 << 4
