"""The kernel writes to RAM through its direct map, and may find that it must not (arch/x86/mm/fault.c).

Differs: Memory is addressed physically, so what the processor would check at every access is asked here,
where the kernel fills pages that somebody else had before.  It leaves no mark in TLBs and entries.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import hw_present, pmd_leaf, pte_pfn, pte_write, table_write
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.fault import X86_PF_PROT, X86_PF_WRITE, page_fault_oops
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.words import WORD


def check_direct_map_write(k: Kernel, phys: int, nbytes: int) -> None:
    """Fault if the direct map does not let the kernel write all of [phys, phys + nbytes)."""
    if k.arch.init_mem_mapping is not None:
        check_write(k, k.va_pa_offset + phys, nbytes)


def check_write(k: Kernel, addr: int, nbytes: int) -> None:
    """Fault if the page tables do not let the kernel write all of [addr, addr + nbytes)."""
    end = addr + nbytes
    while addr < end:
        shift, error_code = write_error(k, addr)
        if error_code:
            page_fault_oops(k, error_code, addr)
        addr = (addr >> shift) + 1 << shift


def write_error(k: Kernel, addr: int) -> tuple[int, int]:
    """Walk to the leaf of ``addr``: the shift of its size, and the error code a write would meet, or 0."""
    shift, entryp, writable = k.PGDIR_SHIFT, pgd_offset_k(k, addr), True
    load, bits = k.mem.load, k.PAGE_SHIFT - 3
    while True:
        entry = load(entryp)
        if not hw_present(k, entry):
            return shift, X86_PF_WRITE
        if shift == k.PAGE_SHIFT or pmd_leaf(k, entry):
            return shift, 0 if writable and pte_write(k, entry) else X86_PF_WRITE | X86_PF_PROT
        writable = writable and table_write(k, entry)
        shift -= bits
        entryp = (pte_pfn(k, entry) << k.PAGE_SHIFT) + (addr >> shift) % k.PTRS_PER_PTE * WORD
