"""Memory about memory: where KASAN and KMSAN keep what they know, and how it is reached.

Every byte they watch has its metadata at a fixed distance, and the page tables map it like anything else.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.arch.entries import (
    p4d_none,
    pgd_none,
    pmd_leaf,
    pmd_none,
    pmd_page_vaddr,
    pte_pfn,
    pte_present,
    pud_leaf,
    pud_none,
    pud_pgtable,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bytewise import fill_bytes
from vmgui.engine.mm.fault import page_fault_oops
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
)
from vmgui.engine.words import transparent


def mapped_at(k: Kernel, addr: int) -> int | None:
    """Return where in memory the byte at kernel address ``addr`` is; None if nothing is mapped there.

    Differs: this is the processor's work, and it leaves no mark in TLB or accessed bits.
    """
    pgd = pgd_offset_k(k, addr)
    if pgd_none(k, pgdp_get(k, pgd)):
        return None
    p4d = p4d_offset(k, pgd, addr)
    if p4d_none(k, p4dp_get(k, p4d)):
        return None
    pud = pud_offset(k, p4d, addr)
    entry = pudp_get(k, pud)
    if pud_none(k, entry):
        return None
    if pud_leaf(k, entry):
        return pud_pgtable(k, entry) + addr % k.PUD_SIZE
    pmd = pmd_offset(k, pud, addr)
    entry = pmdp_get(k, pmd)
    if pmd_none(k, entry):
        return None
    if pmd_leaf(k, entry):
        return pmd_page_vaddr(k, entry) + addr % k.PMD_SIZE
    pte = ptep_get(k, pte_offset_kernel(k, pmd, addr))
    return (pte_pfn(k, pte) << k.PAGE_SHIFT) + addr % k.PAGE_SIZE if pte_present(k, pte) else None


def pieces_at(k: Kernel, addr: int, nbytes: int) -> Iterator[tuple[int, int]]:
    """Yield (where in memory, bytes) of each page of the mapped range; a hole stops the kernel."""
    end = addr + nbytes
    while addr < end:
        length = min(end - addr, k.PAGE_SIZE - addr % k.PAGE_SIZE)
        at = mapped_at(k, addr)
        if at is None:
            page_fault_oops(k, 0, addr)
        yield at, length
        addr += length


@transparent
def set_metadata(k: Kernel, addr: int, byte: int, nbytes: int) -> None:
    """Set ``nbytes`` of metadata from kernel address ``addr`` on (memset without checks)."""
    for at, length in pieces_at(k, addr, nbytes):
        fill_bytes(k, at, byte, length)
