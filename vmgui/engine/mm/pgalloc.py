"""Making page tables: one page of RAM each, all entries empty (asm-generic/pgalloc.h, mm/memory.c, v6.12).

Differs: there is one kernel, `init_mm`, so its argument is left out, and one operation runs at a time, so
nobody else can have filled the entry between the question and the answer.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import p4d_none, pgd_none, pud_none, table_entry
from vmgui.engine.errno import ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, should_fail
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.page import PG_table, clear_flag, page_to_phys, pfn_valid, set_flag, virt_to_page
from vmgui.engine.mm.page_alloc import __free_page, get_zeroed_page
from vmgui.engine.mm.pgtable import (
    p4d_offset,
    p4dp_get,
    pgdp_get,
    pmd_offset,
    pud_offset,
    pudp_get,
    set_p4d,
    set_pgd,
    set_pmd,
    set_pud,
)
from vmgui.engine.trace import kernel_function


def pagetable_alloc(k: Kernel) -> int:
    """Return the address of a new, empty table; 0 when there is no memory.

    A table is made with GFP_KERNEL whatever its caller was allowed.  include/linux/mm.h, v6.12.
    """
    page = None if should_fail(k, Fault.TABLE, GFP_KERNEL) else get_zeroed_page(k, GFP_KERNEL)
    if page is None:
        return 0
    set_flag(page, PG_table)  # Differs: the kernel's own PTE tables carry no mark in v6.12
    return page_to_phys(k, page)


def pagetable_free(k: Kernel, table: int) -> None:
    """Give back the table at ``table``.

    Nothing checks that it is one: when a huge leaf over live huge leaves is made, the memory that they
    map is freed, and if that is a device there is no struct page, and the kernel faults.
    """
    page = virt_to_page(k, table)
    if not pfn_valid(k, table >> k.PAGE_SHIFT):
        page_fault_oops(k, 0, k.VMEMMAP_START + page.addr - k.vmemmap)
    clear_flag(page, PG_table)
    __free_page(k, page)


@kernel_function
def __p4d_alloc(k: Kernel, pgd: int, address: int) -> int:
    """Hang a new P4D table on ``*pgd``: 0, or -ENOMEM.  mm/memory.c:__p4d_alloc, v6.12."""
    new = pagetable_alloc(k)
    if not new:
        return -ENOMEM
    set_pgd(k, pgd, table_entry(k, new))
    return 0


@kernel_function
def __pud_alloc(k: Kernel, p4d: int, address: int) -> int:
    """Hang a new PUD table on ``*p4d``: 0, or -ENOMEM.  mm/memory.c:__pud_alloc, v6.12."""
    new = pagetable_alloc(k)
    if not new:
        return -ENOMEM
    set_p4d(k, p4d, table_entry(k, new))
    return 0


@kernel_function
def __pmd_alloc(k: Kernel, pud: int, address: int) -> int:
    """Hang a new PMD table on ``*pud``: 0, or -ENOMEM.  mm/memory.c:__pmd_alloc, v6.12."""
    new = pagetable_alloc(k)
    if not new:
        return -ENOMEM
    set_pud(k, pud, table_entry(k, new))
    return 0


@kernel_function
def __pte_alloc_kernel(k: Kernel, pmd: int) -> int:
    """Hang a new PTE table on ``*pmd``: 0, or -ENOMEM.  mm/memory.c:__pte_alloc_kernel, v6.12."""
    new = pagetable_alloc(k)
    if not new:
        return -ENOMEM
    set_pmd(k, pmd, table_entry(k, new))
    return 0


def p4d_alloc(k: Kernel, pgd: int, address: int) -> int:
    """Return the P4D entry for ``address``, making its table if there is none; 0 without memory."""
    if pgd_none(k, pgdp_get(k, pgd)) and __p4d_alloc(k, pgd, address):
        return 0
    return p4d_offset(k, pgd, address)


def pud_alloc(k: Kernel, p4d: int, address: int) -> int:
    """Return the PUD entry for ``address``, making its table if there is none; 0 without memory."""
    if p4d_none(k, p4dp_get(k, p4d)) and __pud_alloc(k, p4d, address):
        return 0
    return pud_offset(k, p4d, address)


def pmd_alloc(k: Kernel, pud: int, address: int) -> int:
    """Return the PMD entry for ``address``, making its table if there is none; 0 without memory."""
    if pud_none(k, pudp_get(k, pud)) and __pmd_alloc(k, pud, address):
        return 0
    return pmd_offset(k, pud, address)
