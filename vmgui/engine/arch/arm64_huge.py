"""Block mappings of the kernel: set, clear, make room for one (arch/arm64/mm/mmu.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.arm64 import (
    MT_NORMAL,
    MT_NORMAL_TAGGED,
    PTE_ATTRINDX,
    PTE_ATTRINDX_MASK,
    PTE_CONT,
    PTE_NG,
    PTE_PXN,
    PTE_RDONLY,
    PTE_SWBITS_MASK,
    PTE_VALID,
    PTE_WRITE,
)
from vmgui.engine.arch.arm64_entry import (
    huge_entry,
    pmd_page_vaddr,
    pmd_present,
    pmd_sect,
    pmd_table,
    pte_pfn,
    pud_sect,
    pud_table,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.pgalloc import pagetable_free
from vmgui.engine.mm.pgtable import pmd_clear, pmd_offset, pmdp_get, pud_clear, pudp_get, set_pmd, set_pud
from vmgui.engine.mm.tlb import flush_tlb_one_kernel
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


def arch_vmap_p4d_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a P4D entry may be a block: Linux makes none."""
    return False


def arch_vmap_pud_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a PUD entry may be a block: with pages of 4 KiB only."""
    return k.PAGE_SHIFT == 12


def arch_vmap_pmd_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a PMD entry may be a block: always, as no file shows the tables (PTDUMP_DEBUGFS)."""
    return True


def pgattr_change_is_safe(k: Kernel, old: int, new: int) -> bool:
    """Tell whether a live entry may be changed from ``old`` to ``new`` at one stroke.

    Everything else needs a moment without any entry, and flushed TLBs: "break before make".
    arch/arm64/mm/mmu.c:pgattr_change_is_safe, v6.12.
    """
    mask = PTE_PXN | PTE_RDONLY | PTE_WRITE | PTE_NG | PTE_SWBITS_MASK
    # One of them maps nothing.
    if not old & PTE_VALID or not new & PTE_VALID:
        return True
    # Two processors would see different memory.
    if pte_pfn(k, old) != pte_pfn(k, new):
        return False
    # One TLB entry may stand for all of a contiguous group.
    if (old | new) & PTE_CONT:
        return False
    # The entry of one address space would become that of all, beside those remembered before.
    if old & ~new & PTE_NG:
        return False
    normal = (PTE_ATTRINDX(MT_NORMAL), PTE_ATTRINDX(MT_NORMAL_TAGGED))
    if old & PTE_ATTRINDX_MASK in normal and new & PTE_ATTRINDX_MASK in normal:
        mask |= PTE_ATTRINDX_MASK
    return not (old ^ new) & ~mask


@kernel_function
def p4d_set_huge(k: Kernel, p4d: int, addr: int, prot: int) -> int:
    """Refuse: there are no blocks of this size.  include/linux/pgtable.h:p4d_set_huge, v6.12."""
    return 0


@kernel_function
def pud_set_huge(k: Kernel, pudp: int, phys: int, prot: int) -> int:
    """Map what a PUD entry covers with one block: 1, or 0 to have it done in smaller ones.

    arch/arm64/mm/mmu.c:pud_set_huge, v6.12.
    """
    new_pud = huge_entry(k, phys >> k.PAGE_SHIFT, prot)
    if not pgattr_change_is_safe(k, pudp_get(k, pudp), new_pud):
        return 0
    set_pud(k, pudp, new_pud)
    return 1


@kernel_function
def pmd_set_huge(k: Kernel, pmdp: int, phys: int, prot: int) -> int:
    """Map what a PMD entry covers with one block: 1, or 0 to have it done in pages.

    arch/arm64/mm/mmu.c:pmd_set_huge, v6.12.
    """
    new_pmd = huge_entry(k, phys >> k.PAGE_SHIFT, prot)
    if not pgattr_change_is_safe(k, pmdp_get(k, pmdp), new_pmd):
        return 0
    set_pmd(k, pmdp, new_pmd)
    return 1


@kernel_function
def p4d_clear_huge(k: Kernel, p4dp: int) -> None:
    """Do nothing: there is no block to clear.  arch/arm64/mm/mmu.c:p4d_clear_huge, v6.12."""


@kernel_function
def pud_clear_huge(k: Kernel, pudp: int) -> int:
    """Empty the entry if it is a block: 1 if it was, whatever part of it the caller meant, else 0.

    arch/arm64/mm/mmu.c:pud_clear_huge, v6.12.
    """
    if not pud_sect(k, pudp_get(k, pudp)):
        return 0
    pud_clear(k, pudp)
    return 1


@kernel_function
def pmd_clear_huge(k: Kernel, pmdp: int) -> int:
    """Empty the entry if it is a block: 1 if it was, whatever part of it the caller meant, else 0.

    arch/arm64/mm/mmu.c:pmd_clear_huge, v6.12.
    """
    if not pmd_sect(k, pmdp_get(k, pmdp)):
        return 0
    pmd_clear(k, pmdp)
    return 1


@kernel_function
def pmd_free_pte_page(k: Kernel, pmdp: int, addr: int) -> int:
    """Take the PTE table off ``*pmdp`` and free it: always 1, also where there is none.

    The caller knows that nothing the table maps is in use; nothing here checks it.
    arch/arm64/mm/mmu.c:pmd_free_pte_page, v6.12.  Differs: no warning about an entry that is no table, as
    only a kernel with DEBUG_VM gives it.
    """
    return free_pte_page(k, pmdp, addr)


def free_pte_page(k: Kernel, pmdp: int, addr: int) -> int:
    """Do what pmd_free_pte_page does, as a part of the caller: the compiler makes no call of it there."""
    pmd = pmdp_get(k, pmdp)
    if not pmd_table(k, pmd):
        return 1
    table = pmd_page_vaddr(k, pmd)
    pmd_clear(k, pmdp)
    # A processor may still have the old table in its caches and walk it.
    __flush_tlb_kernel_pgtable(k, addr)
    pagetable_free(k, table)
    return 1


@kernel_function
def pud_free_pmd_page(k: Kernel, pudp: int, addr: int) -> int:
    """Take the PMD table off ``*pudp`` and free it with all PTE tables below: always 1.

    The caller knows that nothing the tables map is in use; nothing here checks it.
    arch/arm64/mm/mmu.c:pud_free_pmd_page, v6.12.  Differs: no warning about an entry that is no table.
    """
    if not pud_table(k, pudp_get(k, pudp)):
        return 1
    table = pmdp = pmd_offset(k, pudp, addr)
    next, end = addr, addr + k.PUD_SIZE
    while True:
        if pmd_present(k, pmdp_get(k, pmdp)):
            free_pte_page(k, pmdp, next)
        pmdp += WORD
        next += k.PMD_SIZE
        if next == end:
            break
    pud_clear(k, pudp)
    __flush_tlb_kernel_pgtable(k, addr)
    pagetable_free(k, table)
    return 1


def __flush_tlb_kernel_pgtable(k: Kernel, kaddr: int) -> None:
    """Make every CPU forget what it knows about ``kaddr``, tables on the way included."""
    for cpu in range(k.machine.online_cpus):
        flush_tlb_one_kernel(k, cpu, kaddr)
