"""Large leaves of which a part changes: keep the leaf, or split it (arch/x86/mm/pat/set_memory.c, v6.12)."""

from __future__ import annotations

from dataclasses import dataclass

from vmgui.engine.arch.entries import (
    p4d_leaf,
    p4d_none,
    p4d_present,
    pfn_pte,
    pgd_none,
    pmd_leaf,
    pmd_none,
    pmd_pfn,
    pmd_present,
    pud_leaf,
    pud_none,
    pud_pfn,
    pud_present,
)
from vmgui.engine.arch.x86_64 import (
    _KERNPG_TABLE,
    _PAGE_GLOBAL,
    _PAGE_NX,
    _PAGE_PAT,
    _PAGE_PAT_LARGE,
    _PAGE_PRESENT,
    _PAGE_PSE,
    _PAGE_RW,
    PHYSICAL_MASK,
)
from vmgui.engine.arch.x86_direct_map import (
    PG_LEVEL_1G,
    PG_LEVEL_2M,
    PG_LEVEL_4K,
    PG_LEVEL_256T,
    PG_LEVEL_512G,
    pfn_range_is_mapped,
    split_page_count,
)
from vmgui.engine.arch.x86_entry import protval_4k_2_large
from vmgui.engine.errno import EINVAL, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import WARN_ONCE
from vmgui.engine.mm.page import PG_table, page_to_phys, set_flag
from vmgui.engine.mm.page_alloc import __free_page, alloc_pages
from vmgui.engine.mm.pgtable import (
    p4d_offset,
    p4dp_get,
    pgd_offset_k,
    pgdp_get,
    pmd_offset,
    pmdp_get,
    pte_offset_kernel,
    ptep_get,
    pud_offset,
    pudp_get,
    set_pte,
)
from vmgui.engine.mm.tlb import flush_tlb_all
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD

CPA_FLUSHTLB = 1
CPA_NO_CHECK_ALIAS = 8


@dataclass
class cpa_data:
    """A change under way: what to set and clear in the leaves of ``numpages`` pages from ``vaddr`` on.

    Differs: always a range of addresses, never an array of them or of pages.
    """

    vaddr: int
    numpages: int  # what is left; a step sets it to what it has done
    mask_set: int
    mask_clr: int
    flags: int = 0
    curpage: int = 0
    pfn: int = 0  # the frame of the page that was changed last
    force_flush_all: bool = False

    @property
    def value(self) -> int:
        """The address that is changed next: how a recording shows this argument."""
        return self.vaddr


def __cpa_addr(k: Kernel, cpa: cpa_data, idx: int) -> int:
    """Return the address of page ``idx`` of the change."""
    return cpa.vaddr + idx * k.PAGE_SIZE


# --- looking up ------------------------------------------------------------------------------------


def lookup_address_in_pgd_attr(k: Kernel, pgd: int, address: int, level: Out, nx: Out, rw: Out) -> int:
    """Return where the leaf of ``address`` is, whatever its size; 0 where the tables end.

    ``level`` becomes that of the leaf; ``nx`` and ``rw`` what all tables above it forbid and allow.
    An entry that is not present but not empty counts as a leaf, too.
    arch/x86/mm/pat/set_memory.c:lookup_address_in_pgd_attr, v6.12.
    """
    level.value, nx.value, rw.value = PG_LEVEL_256T, 0, 1
    if pgd_none(k, pgdp_get(k, pgd)):
        return 0

    _lookup_address_in_pgd_attr__pass(level, nx, rw, PG_LEVEL_512G, pgdp_get(k, pgd))
    p4d = p4d_offset(k, pgd, address)
    entry = p4dp_get(k, p4d)
    if p4d_none(k, entry):
        return 0
    if p4d_leaf(k, entry) or not p4d_present(k, entry):
        return p4d
    _lookup_address_in_pgd_attr__pass(level, nx, rw, PG_LEVEL_1G, entry)
    return _lookup_address_in_pgd_attr__pud(k, pud_offset(k, p4d, address), address, level, nx, rw)


def _lookup_address_in_pgd_attr__pud(k: Kernel, pud: int, address: int, level: Out, nx: Out, rw: Out) -> int:
    """Go on from the PUD entry.  Differs: a part of lookup_address_in_pgd_attr."""
    entry = pudp_get(k, pud)
    if pud_none(k, entry):
        return 0
    if pud_leaf(k, entry) or not pud_present(k, entry):
        return pud

    _lookup_address_in_pgd_attr__pass(level, nx, rw, PG_LEVEL_2M, entry)
    pmd = pmd_offset(k, pud, address)
    entry = pmdp_get(k, pmd)
    if pmd_none(k, entry):
        return 0
    if pmd_leaf(k, entry) or not pmd_present(k, entry):
        return pmd

    _lookup_address_in_pgd_attr__pass(level, nx, rw, PG_LEVEL_4K, entry)
    return pte_offset_kernel(k, pmd, address)


def _lookup_address_in_pgd_attr__pass(level: Out, nx: Out, rw: Out, below: int, entry: int) -> None:
    """Go through a table's entry to the level ``below``.

    Differs: a part of lookup_address_in_pgd_attr.
    """
    level.value = below
    nx.value |= int(bool(entry & _PAGE_NX))
    rw.value &= int(bool(entry & _PAGE_RW))


def lookup_address(k: Kernel, address: int, level: Out) -> int:
    """Return where the leaf of ``address`` is, and its ``level``; 0 where the tables end."""
    return lookup_address_in_pgd_attr(k, pgd_offset_k(k, address), address, level, Out(), Out())


# --- protections -----------------------------------------------------------------------------------


def pgprot_large_2_4k(pgprot: int) -> int:
    """Move the PAT bit of a large leaf to where small ones have it, and drop PSE."""
    return pgprot & ~(_PAGE_PAT | _PAGE_PAT_LARGE) | (pgprot & _PAGE_PAT_LARGE) >> 5


def pgprot_clear_protnone_bits(pgprot: int) -> int:
    """Drop G from an entry that is not present: there it would mean that user space may not use it."""
    return pgprot if pgprot & _PAGE_PRESENT else pgprot & ~_PAGE_GLOBAL


def verify_rwx(
    k: Kernel, old: int, new: int, start: int, pfn: int, npg: int, nx: int, rw: int
) -> int:
    """Complain, once, about a page that becomes writable and executable; it does so all the same.

    arch/x86/mm/pat/set_memory.c:verify_rwx, v6.12.
    """
    if not (old ^ new) & (_PAGE_RW | _PAGE_NX):
        return new
    if new & (_PAGE_RW | _PAGE_NX) != _PAGE_RW:
        return new
    if not rw or nx:  # a table above forbids one of the two
        return new
    end = start + npg * k.PAGE_SIZE - 1
    text = (
        f"CPA detected W^X violation: {old:016x} -> {new:016x} "
        f"range: 0x{start:016x} - 0x{end:016x} PFN {pfn:x}"
    )
    place = "arch/x86/mm/pat/set_memory.c:665 __change_page_attr_set_clr"
    WARN_ONCE(k, Once.CPA_WX, True, place, text)
    return new


# --- keep or split ---------------------------------------------------------------------------------


@kernel_function
def __should_split_large_page(k: Kernel, kpte: int, address: int, cpa: cpa_data) -> int:
    """Change the large leaf at ``kpte`` as a whole and return 0, or 1: it must be split first.

    ``cpa.numpages`` becomes the pages of this change that the leaf covers.
    arch/x86/mm/pat/set_memory.c:__should_split_large_page, v6.12.  Differs: the kernel's own text and
    data are not mapped here, so no place has protections of its own.
    """
    level, nx, rw = Out(), Out(), Out()
    lookup_address_in_pgd_attr(k, pgd_offset_k(k, address), address, level, nx, rw)
    if level.value not in (PG_LEVEL_2M, PG_LEVEL_1G):
        return -EINVAL
    psize = k.PMD_SIZE if level.value == PG_LEVEL_2M else k.PUD_SIZE
    old = ptep_get(k, kpte)
    old_prot = old & ~(PHYSICAL_MASK & -psize)
    old_pfn = pmd_pfn(k, old) if level.value == PG_LEVEL_2M else pud_pfn(k, old)

    numpages = (address + psize & -psize) - address >> k.PAGE_SHIFT
    cpa.numpages = min(numpages, cpa.numpages)

    req_prot = pgprot_large_2_4k(old_prot) & ~cpa.mask_clr | cpa.mask_set
    req_prot = pgprot_clear_protnone_bits(protval_4k_2_large(k, req_prot))
    if req_prot & _PAGE_PRESENT:
        req_prot |= _PAGE_PSE
    cpa.pfn = old_pfn + (address % psize >> k.PAGE_SHIFT)

    if req_prot == old_prot:  # nothing to do, however much of the leaf is meant
        return 0
    if address % psize or cpa.numpages != psize >> k.PAGE_SHIFT:
        return 1
    new_prot = verify_rwx(k, old_prot, req_prot, address, old_pfn, cpa.numpages, nx.value, rw.value)
    set_pte(k, kpte, pfn_pte(k, old_pfn, new_prot))
    cpa.flags |= CPA_FLUSHTLB
    return 0


@kernel_function
def __split_large_page(k: Kernel, cpa: cpa_data, kpte: int, address: int, base: page) -> int:
    """Replace the large leaf at ``kpte`` by the table ``base``, whose leaves map the same; 0, or 1 if not.

    arch/x86/mm/pat/set_memory.c:__split_large_page, v6.12.
    """
    level, entry = Out(), ptep_get(k, kpte)
    lookup_address(k, address, level)
    if level.value == PG_LEVEL_2M:
        psize, lpinc, ref_pfn = k.PMD_SIZE, k.PAGE_SIZE, pmd_pfn(k, entry)
        ref_prot = pgprot_large_2_4k(entry & ~(PHYSICAL_MASK & -psize))
    elif level.value == PG_LEVEL_1G:
        psize, lpinc, ref_pfn = k.PUD_SIZE, k.PMD_SIZE, pud_pfn(k, entry)
        ref_prot = entry & ~(PHYSICAL_MASK & -psize)
        if not ref_prot & _PAGE_PRESENT:
            ref_prot &= ~_PAGE_PSE  # with PSE a PMD entry counts as present
    else:
        return 1
    ref_prot = pgprot_clear_protnone_bits(ref_prot)

    pbase = page_to_phys(k, base)
    for i in range(psize // lpinc):
        set_pte(k, pbase + i * WORD, pfn_pte(k, ref_pfn + (i * lpinc >> k.PAGE_SHIFT), ref_prot))
    pfn = address - k.PAGE_OFFSET >> k.PAGE_SHIFT
    if pfn_range_is_mapped(k, pfn, pfn + 1):
        split_page_count(k, level.value)
    set_pte(k, kpte, pbase | _KERNPG_TABLE)
    # No TLB may hold both the large and a small translation once they begin to differ.
    flush_tlb_all(k)
    return 0


@kernel_function
def split_large_page(k: Kernel, cpa: cpa_data, kpte: int, address: int) -> int:
    """Split the large leaf at ``kpte`` that covers ``address``: 0, or -ENOMEM.

    arch/x86/mm/pat/set_memory.c:split_large_page, v6.12.
    """
    base = alloc_pages(k, GFP_KERNEL, 0)
    if base is None:
        return -ENOMEM
    set_flag(base, PG_table)  # Differs: the kernel's own PTE tables carry no mark in v6.12
    if __split_large_page(k, cpa, kpte, address, base):
        __free_page(k, base)
    return 0
