"""The kernel's own page tables at boot, before anything is mapped (arch/x86/mm/init_64.c, head_64.S, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.hooks import preallocate_vmalloc_pages
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import INIT_LIST_HEAD
from vmgui.engine.lib.out import pgtbl_mod_mask
from vmgui.engine.mm.pgalloc import p4d_alloc, pagetable_alloc, pud_alloc
from vmgui.engine.mm.pgalloc_track import pmd_alloc_track
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.mm.tlb import tlb_init
from vmgui.engine.trace import kernel_function


@kernel_function
def paging_init(k: Kernel) -> None:
    """Make the top table, the tables that must never change later, and an empty TLB a CPU.

    Needs the page allocator.  Differs: direct map and kernel image are left out; nobody maps there.
    """
    INIT_LIST_HEAD(k.pgd_list)
    k.init_mm_pgd = pagetable_alloc(k)
    preallocate_vmalloc_pages(k)
    map_modules_tables(k)
    tlb_init(k)


def map_modules_tables(k: Kernel) -> None:
    """Make the tables down to the PMDs of the modules area, which are part of the kernel image."""
    addr = k.MODULES_VADDR
    pud = pud_alloc(k, p4d_alloc(k, pgd_offset_k(k, addr), addr), addr)
    pmd_alloc_track(k, pud, addr, pgtbl_mod_mask())
