"""Huge leaves of kernel mappings: set, clear, make room for one (arch/riscv/mm/pgtable.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.riscv_entry import (
    huge_entry,
    pmd_leaf,
    pmd_none,
    pmd_page_vaddr,
    pud_leaf,
    pud_pgtable,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.pgalloc import pagetable_free
from vmgui.engine.mm.pgtable import pmd_clear, pmdp_get, pud_clear, pudp_get, set_pmd, set_pud
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


def arch_vmap_p4d_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a P4D entry may be a leaf: Linux makes none."""
    return False


def arch_vmap_pud_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a PUD entry may be a leaf: not where the PUD is folded (Sv39)."""
    return k.pgtable_l4_enabled


def arch_vmap_pmd_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a PMD entry may be a leaf: always."""
    return True


@kernel_function
def p4d_set_huge(k: Kernel, p4d: int, addr: int, prot: int) -> int:
    """Refuse: there are no leaves of this size.  arch/riscv/mm/pgtable.c:p4d_set_huge, v6.12."""
    return 0


@kernel_function
def p4d_clear_huge(k: Kernel, p4d: int) -> None:
    """Do nothing: there is no leaf to clear.  arch/riscv/mm/pgtable.c:p4d_clear_huge, v6.12."""


@kernel_function
def pud_set_huge(k: Kernel, pud: int, phys: int, prot: int) -> int:
    """Map the 1 GiB at ``phys`` with one leaf, whatever was in the entry: 1.

    arch/riscv/mm/pgtable.c:pud_set_huge, v6.12.
    """
    set_pud(k, pud, huge_entry(k, phys >> k.PAGE_SHIFT, prot))
    return 1


@kernel_function
def pud_clear_huge(k: Kernel, pud: int) -> int:
    """Empty the entry if it is a leaf: 1 if it was, whatever part of it the caller meant, else 0.

    arch/riscv/mm/pgtable.c:pud_clear_huge, v6.12.
    """
    if not pud_leaf(k, pudp_get(k, pud)):
        return 0
    pud_clear(k, pud)
    return 1


@kernel_function
def pud_free_pmd_page(k: Kernel, pud: int, addr: int) -> int:
    """Take the PMD table off ``*pud`` and free it with all PTE tables below: always 1.

    The caller knows that nothing in [addr, addr + 1 GiB) is in use; nothing here checks it.
    arch/riscv/mm/pgtable.c:pud_free_pmd_page, v6.12.
    """
    pmd = pud_pgtable(k, pudp_get(k, pud))
    pud_clear(k, pud)
    # A processor may still have the old tables in its caches and walk them.
    flush_tlb_kernel_range(k, addr, addr + k.PUD_SIZE)
    for i in range(0, k.PTRS_PER_PMD * WORD, WORD):
        if not pmd_none(k, pmdp_get(k, pmd + i)):
            pagetable_free(k, pmd_page_vaddr(k, pmdp_get(k, pmd + i)))
    pagetable_free(k, pmd)
    return 1


@kernel_function
def pmd_set_huge(k: Kernel, pmd: int, phys: int, prot: int) -> int:
    """Map the 2 MiB at ``phys`` with one leaf, whatever was in the entry: 1.

    arch/riscv/mm/pgtable.c:pmd_set_huge, v6.12.
    """
    set_pmd(k, pmd, huge_entry(k, phys >> k.PAGE_SHIFT, prot))
    return 1


@kernel_function
def pmd_clear_huge(k: Kernel, pmd: int) -> int:
    """Empty the entry if it is a leaf: 1 if it was, whatever part of it the caller meant, else 0.

    arch/riscv/mm/pgtable.c:pmd_clear_huge, v6.12.
    """
    if not pmd_leaf(k, pmdp_get(k, pmd)):
        return 0
    pmd_clear(k, pmd)
    return 1


@kernel_function
def pmd_free_pte_page(k: Kernel, pmd: int, addr: int) -> int:
    """Take the PTE table off ``*pmd`` and free it: always 1.

    The caller knows that nothing in [addr, addr + 2 MiB) is in use; nothing here checks it.
    arch/riscv/mm/pgtable.c:pmd_free_pte_page, v6.12.
    """
    pte = pmd_page_vaddr(k, pmdp_get(k, pmd))
    pmd_clear(k, pmd)
    # A processor may still have the old table in its caches and walk it.
    flush_tlb_kernel_range(k, addr, addr + k.PMD_SIZE)
    pagetable_free(k, pte)
    return 1
