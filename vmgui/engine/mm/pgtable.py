"""Walking page tables: offsets, ends of entries, reading and writing them (include/linux/pgtable.h, v6.12).

A ``pgd``, ``p4d``, ``pud``, ``pmd`` or ``ptep`` argument here is a pointer: the byte address of an entry;
the next entry is 8 bytes on.  Sizes and addresses are bytes, ``end`` is exclusive.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import (
    p4d_bad,
    p4d_none,
    p4d_pgtable,
    pgd_bad,
    pgd_none,
    pgd_page_vaddr,
    pmd_bad,
    pmd_none,
    pmd_page_vaddr,
    pud_bad,
    pud_none,
    pud_pgtable,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import printk
from vmgui.engine.mm.fault import fault_in_direct_map
from vmgui.engine.mm.page import pfn_valid
from vmgui.engine.words import WORD, transparent

# --- reading an entry ------------------------------------------------------------------------------


def ptep_get(k: Kernel, ptep: int) -> int:
    """Return the entry at ``ptep``.

    Tables are RAM.  A walk that took something else for a table leaves RAM here, and faults.
    """
    if ptep >= k.low_ram_end and not pfn_valid(k, ptep >> k.PAGE_SHIFT):
        fault_in_direct_map(k, ptep)
    return k.mem.load(ptep)  # type: ignore[no-any-return]


pgdp_get = p4dp_get = pudp_get = pmdp_get = ptep_get


# --- the entry that an address belongs to ----------------------------------------------------------


def pgd_offset_k(k: Kernel, addr: int) -> int:
    """Return the entry of the kernel's top table for ``addr``."""
    return k.init_mm_pgd + (addr >> k.PGDIR_SHIFT) % k.PTRS_PER_PGD * WORD


def p4d_offset(k: Kernel, pgd: int, addr: int) -> int:
    """Return the P4D entry for ``addr``: the PGD entry itself where P4D tables are folded."""
    if k.mm_p4d_folded:
        return pgd
    return pgd_page_vaddr(k, pgdp_get(k, pgd)) + (addr >> k.P4D_SHIFT) % k.PTRS_PER_P4D * WORD


def pud_offset(k: Kernel, p4d: int, addr: int) -> int:
    """Return the PUD entry for ``addr`` in the table that ``*p4d`` points at; folded, ``p4d`` itself."""
    if k.mm_pud_folded:
        return p4d
    return p4d_pgtable(k, p4dp_get(k, p4d)) + (addr >> k.PUD_SHIFT) % k.PTRS_PER_PUD * WORD


def pmd_offset(k: Kernel, pud: int, addr: int) -> int:
    """Return the PMD entry for ``addr`` in the table that ``*pud`` points at; folded, ``pud`` itself."""
    if k.mm_pmd_folded:
        return pud
    return pud_pgtable(k, pudp_get(k, pud)) + (addr >> k.PMD_SHIFT) % k.PTRS_PER_PMD * WORD


def pte_offset_kernel(k: Kernel, pmd: int, addr: int) -> int:
    """Return the PTE for ``addr`` in the table that ``*pmd`` points at.

    Nothing asks whether it points at a table: a leaf's memory is taken for one.
    """
    return pmd_page_vaddr(k, pmdp_get(k, pmd)) + (addr >> k.PAGE_SHIFT) % k.PTRS_PER_PTE * WORD


# --- where the part of a range that one entry covers ends -----------------------------------------
# One is taken off both sides, so that it also works for the very last entry, whose end wraps to 0.


def pgd_addr_end(k: Kernel, addr: int, end: int) -> int:
    """Return where the PGD entry of ``addr`` ends, or ``end`` if that comes first."""
    boundary = (addr + k.PGDIR_SIZE) & -k.PGDIR_SIZE
    return boundary if boundary - 1 < end - 1 else end


def p4d_addr_end(k: Kernel, addr: int, end: int) -> int:
    """Return where the P4D entry of ``addr`` ends, or ``end`` if that comes first."""
    boundary = (addr + k.P4D_SIZE) & -k.P4D_SIZE
    return boundary if boundary - 1 < end - 1 else end


def pud_addr_end(k: Kernel, addr: int, end: int) -> int:
    """Return where the PUD entry of ``addr`` ends, or ``end`` if that comes first."""
    boundary = (addr + k.PUD_SIZE) & -k.PUD_SIZE
    return boundary if boundary - 1 < end - 1 else end


def pmd_addr_end(k: Kernel, addr: int, end: int) -> int:
    """Return where the PMD entry of ``addr`` ends, or ``end`` if that comes first."""
    boundary = (addr + k.PMD_SIZE) & -k.PMD_SIZE
    return boundary if boundary - 1 < end - 1 else end


# --- writing an entry ------------------------------------------------------------------------------


@transparent
def set_pte(k: Kernel, ptep: int, pte: int) -> None:
    """Write an entry of any level."""
    k.mem.store(ptep, pte)


set_pgd = set_p4d = set_pud = set_pmd = set_pte


@transparent
def set_pte_at(k: Kernel, addr: int, ptep: int, pte: int) -> None:
    """Write the PTE of ``addr``."""
    k.mem.store(ptep, pte)


@transparent
def pmd_clear(k: Kernel, pmd: int) -> None:
    """Empty a PMD entry."""
    k.mem.store(pmd, 0)


@transparent
def pud_clear(k: Kernel, pud: int) -> None:
    """Empty a PUD entry; one that is folded is left to the level below."""
    if not k.mm_pmd_folded:
        k.mem.store(pud, 0)


@transparent
def p4d_clear(k: Kernel, p4d: int) -> None:
    """Empty a P4D entry; one that is folded is left to the level below."""
    if not k.mm_pud_folded:
        k.mem.store(p4d, 0)


@transparent
def pgd_clear(k: Kernel, pgd: int) -> None:
    """Empty a PGD entry; one that is folded is left to the level below."""
    if not k.mm_p4d_folded:
        k.mem.store(pgd, 0)


@transparent
def ptep_get_and_clear(k: Kernel, addr: int, ptep: int) -> int:
    """Empty a PTE and return what it was, in one go: the processor may be setting A or D in it."""
    pte = ptep_get(k, ptep)
    k.mem.store(ptep, 0)
    return pte


# --- entries to skip -------------------------------------------------------------------------------


def pgd_none_or_clear_bad(k: Kernel, pgd: int) -> bool:
    """Tell whether there is nothing below a PGD entry; garbage is reported and removed first."""
    if pgd_none(k, pgdp_get(k, pgd)):
        return True
    if pgd_bad(k, pgdp_get(k, pgd)):
        entry_error(k, "pgd", pgd)
        pgd_clear(k, pgd)
        return True
    return False


def p4d_none_or_clear_bad(k: Kernel, p4d: int) -> bool:
    """Tell whether there is nothing below a P4D entry; garbage is reported and removed first."""
    if p4d_none(k, p4dp_get(k, p4d)):
        return True
    if p4d_bad(k, p4dp_get(k, p4d)):
        entry_error(k, "p4d", p4d)
        p4d_clear(k, p4d)
        return True
    return False


def pud_none_or_clear_bad(k: Kernel, pud: int) -> bool:
    """Tell whether there is nothing below a PUD entry; garbage is reported and removed first."""
    if pud_none(k, pudp_get(k, pud)):
        return True
    if pud_bad(k, pudp_get(k, pud)):
        entry_error(k, "pud", pud)
        pud_clear(k, pud)
        return True
    return False


def pmd_none_or_clear_bad(k: Kernel, pmd: int) -> bool:
    """Tell whether there is nothing below a PMD entry; garbage is reported and removed first."""
    if pmd_none(k, pmdp_get(k, pmd)):
        return True
    if pmd_bad(k, pmdp_get(k, pmd)):
        entry_error(k, "pmd", pmd)
        pmd_clear(k, pmd)
        return True
    return False


def entry_error(k: Kernel, level: str, entryp: int) -> None:
    """Report an entry that is neither empty nor a pointer to a table (the kernel's p?d_ERROR)."""
    printk(k, f"mm/pgtable-generic.c: bad {level} {k.va_pa_offset + entryp:016x}({ptep_get(k, entryp):016x})")
