"""Huge leaves of kernel mappings: set, clear, make room for one (arch/x86/mm/pgtable.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.mtrr import mtrr_type_lookup
from vmgui.engine.arch.x86_64 import PAGE_SIZE
from vmgui.engine.arch.x86_entry import (
    huge_entry,
    pmd_leaf,
    pmd_none,
    pmd_page_vaddr,
    pmd_present,
    pud_leaf,
    pud_pgtable,
    pud_present,
)
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import printk_once
from vmgui.engine.mm.page import page_address
from vmgui.engine.mm.page_alloc import __free_page, alloc_page
from vmgui.engine.mm.pgalloc import pagetable_free
from vmgui.engine.mm.pgtable import pmd_clear, pmdp_get, pud_clear, pudp_get, set_pmd, set_pte
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


def arch_vmap_p4d_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a P4D entry may be a leaf: no x86 processor has 512 GiB pages."""
    return False


def arch_vmap_pud_supported(k: Kernel, prot: int) -> bool:
    """Tell whether this processor has 1 GiB pages (the feature flag pdpe1gb)."""
    return k.machine.gbpages


def arch_vmap_pmd_supported(k: Kernel, prot: int) -> bool:
    """Tell whether this processor has 2 MiB pages (the feature flag pse)."""
    return k.machine.pse


@kernel_function
def p4d_set_huge(k: Kernel, p4d: int, addr: int, prot: int) -> int:
    """Refuse: there are no leaves of this size.  arch/x86/mm/pgtable.c:p4d_set_huge, v6.12."""
    return 0


@kernel_function
def pud_set_huge(k: Kernel, pud: int, addr: int, prot: int) -> int:
    """Map the 1 GiB at physical address ``addr`` with one leaf: 1, or 0 to have it done in smaller ones.

    arch/x86/mm/pgtable.c:pud_set_huge, v6.12.
    """
    uniform = Out()
    mtrr_type_lookup(k, addr, addr + k.PUD_SIZE, uniform)
    # One leaf has one memory type, and MTRRs could force another one on a part of it.
    if not uniform.value:
        return 0
    # A table hangs here, and overwriting the pointer would lose it.
    if pud_present(k, pudp_get(k, pud)) and not pud_leaf(k, pudp_get(k, pud)):
        return 0
    set_pte(k, pud, huge_entry(k, addr >> k.PAGE_SHIFT, prot))
    return 1


@kernel_function
def pmd_set_huge(k: Kernel, pmd: int, addr: int, prot: int) -> int:
    """Map the 2 MiB at physical address ``addr`` with one leaf: 1, or 0 to have it done in 4 KiB ones.

    arch/x86/mm/pgtable.c:pmd_set_huge, v6.12.
    """
    uniform = Out()
    mtrr_type_lookup(k, addr, addr + k.PMD_SIZE, uniform)
    # One leaf has one memory type, and MTRRs could force another one on a part of it.
    if not uniform.value:
        printk_once(k, Once.MTRR_OVERRIDE, mtrr_override(addr, addr + k.PMD_SIZE))
        return 0
    # A table hangs here, and overwriting the pointer would lose it.
    if pmd_present(k, pmdp_get(k, pmd)) and not pmd_leaf(k, pmdp_get(k, pmd)):
        return 0
    set_pte(k, pmd, huge_entry(k, addr >> k.PAGE_SHIFT, prot))
    return 1


def mtrr_override(start: int, end: int) -> str:
    """Say that [start, end) cannot be one leaf, in the kernel's words."""
    return (
        f"pmd_set_huge: Cannot satisfy [mem {start:#010x}-{end:#010x}] "
        "with a huge-page mapping due to MTRR override."
    )


@kernel_function
def p4d_clear_huge(k: Kernel, p4d: int) -> None:
    """Do nothing: there is no leaf to clear.  arch/x86/mm/pgtable.c:p4d_clear_huge, v6.12."""


@kernel_function
def pud_clear_huge(k: Kernel, pud: int) -> int:
    """Empty the entry if it is a leaf: 1 if it was, whatever part of it the caller meant, else 0.

    arch/x86/mm/pgtable.c:pud_clear_huge, v6.12.
    """
    if pud_leaf(k, pudp_get(k, pud)):
        pud_clear(k, pud)
        return 1
    return 0


@kernel_function
def pmd_clear_huge(k: Kernel, pmd: int) -> int:
    """Empty the entry if it is a leaf: 1 if it was, whatever part of it the caller meant, else 0.

    arch/x86/mm/pgtable.c:pmd_clear_huge, v6.12.
    """
    if pmd_leaf(k, pmdp_get(k, pmd)):
        pmd_clear(k, pmd)
        return 1
    return 0


@kernel_function
def pud_free_pmd_page(k: Kernel, pud: int, addr: int) -> int:
    """Take the PMD table off ``*pud`` and free it with all PTE tables below: 1, or 0 without memory.

    The caller knows that nothing in [addr, addr + 1 GiB) is in use; nothing here checks it.
    arch/x86/mm/pgtable.c:pud_free_pmd_page, v6.12.
    """
    pmd = pud_pgtable(k, pudp_get(k, pud))
    # The tables may only be freed after the flush, so what to free must be remembered meanwhile.
    page = alloc_page(k, GFP_KERNEL)
    if page is None:
        return 0
    pmd_sv = page_address(k, page)
    _pud_free_pmd_page__save_and_clear(k, pmd, pmd_sv)
    pud_clear(k, pud)
    # A processor may still have the old tables in its caches and walk them.
    flush_tlb_kernel_range(k, addr, addr + PAGE_SIZE - 1)
    _pud_free_pmd_page__free_pte_tables(k, pmd_sv)
    __free_page(k, page)
    pagetable_free(k, pmd)
    return 1


def _pud_free_pmd_page__save_and_clear(k: Kernel, pmd: int, pmd_sv: int) -> None:
    """Copy every entry of the table ``pmd`` to ``pmd_sv`` and empty it.

    Differs: a part of pud_free_pmd_page; an empty entry is not copied, as the scratch page is empty.
    """
    for i in range(0, k.PTRS_PER_PMD * WORD, WORD):
        if not pmd_none(k, pmdp_get(k, pmd + i)):
            set_pmd(k, pmd_sv + i, pmdp_get(k, pmd + i))
            pmd_clear(k, pmd + i)


def _pud_free_pmd_page__free_pte_tables(k: Kernel, pmd_sv: int) -> None:
    """Free the PTE table behind each saved entry, lowest address first.

    Differs: a part of pud_free_pmd_page.
    """
    for i in range(0, k.PTRS_PER_PMD * WORD, WORD):
        if not pmd_none(k, pmdp_get(k, pmd_sv + i)):
            pagetable_free(k, pmd_page_vaddr(k, pmdp_get(k, pmd_sv + i)))


@kernel_function
def pmd_free_pte_page(k: Kernel, pmd: int, addr: int) -> int:
    """Take the PTE table off ``*pmd`` and free it: always 1.

    The caller knows that nothing in [addr, addr + 2 MiB) is in use; nothing here checks it.
    arch/x86/mm/pgtable.c:pmd_free_pte_page, v6.12.
    """
    pte = pmd_page_vaddr(k, pmdp_get(k, pmd))
    pmd_clear(k, pmd)
    # A processor may still have the old table in its caches and walk it.
    flush_tlb_kernel_range(k, addr, addr + PAGE_SIZE - 1)
    pagetable_free(k, pte)
    return 1
