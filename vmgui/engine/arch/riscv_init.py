"""Setting up page tables on riscv64 (arch/riscv/mm/init.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.printk import panic
from vmgui.engine.mm.pgalloc import p4d_alloc, pmd_alloc, pud_alloc
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.trace import kernel_function


def preallocate_vmalloc_pages(k: Kernel) -> None:
    """Make the tables that top-level entries of vmalloc range and modules point at, once and for all.

    So processes can copy those entries, and none is ever added (the kernel calls this pgtable_cache_init).
    """
    preallocate_pgd_pages_range(k, k.VMALLOC_START, k.VMALLOC_END, "vmalloc")
    preallocate_pgd_pages_range(k, k.MODULES_VADDR, k.MODULES_END, "bpf/modules")


@kernel_function
def preallocate_pgd_pages_range(k: Kernel, start: int, end: int, area: str) -> None:
    """Make the table behind every top-level entry of [start, end).

    arch/riscv/mm/init.c:preallocate_pgd_pages_range, v6.12.
    """
    addr = start
    while start <= addr < end:
        pgd = pgd_offset_k(k, addr)
        lvl = _preallocate_pgd_pages_range__one(k, pgd, addr)
        if lvl:
            why = f"Failed to pre-allocate {lvl} pages for {area} area"
            panic(k, "arch/riscv/mm/init.c preallocate_pgd_pages_range", why)
        addr = ALIGN(addr + 1, k.PGDIR_SIZE)


def _preallocate_pgd_pages_range__one(k: Kernel, pgd: int, addr: int) -> str:
    """Make the table behind one top-level entry; returns the level for which there was no memory, or "".

    Differs: a part of preallocate_pgd_pages_range.
    """
    p4d = p4d_alloc(k, pgd, addr)
    if not p4d:
        return "p4d"
    if k.pgtable_l5_enabled:
        return ""
    # With fewer levels the upper ones are folded, so the next one down hangs on the top level.
    pud = pud_alloc(k, p4d, addr)
    if not pud:
        return "pud"
    if k.pgtable_l4_enabled:
        return ""
    return "" if pmd_alloc(k, pud, addr) else "pmd"


@kernel_function
def flush_cache_vmap(k: Kernel, start: int, end: int) -> None:
    """After [start, end) was mapped: nothing that shows here.

    arch/riscv/include/asm/cacheflush.h:flush_cache_vmap, v6.12.  Differs: a processor may remember that an
    address is not mapped, so the kernel marks every CPU to fence at its next fault; TLBs here never do.
    """
