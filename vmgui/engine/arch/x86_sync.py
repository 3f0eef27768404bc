"""Top tables of all processes agree about the kernel (arch/x86/mm/init_64.c, v6.12)."""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.arch.x86_entry import p4d_none, p4d_pgtable, pgd_none, pgd_page_vaddr, table_entry
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.lib.printk import BUG_ON, panic
from vmgui.engine.mm.page import PG_table, page_address, set_flag, virt_to_page
from vmgui.engine.mm.pgalloc import p4d_alloc, pud_alloc
from vmgui.engine.mm.pgtable import p4d_offset, p4dp_get, pgd_offset_k, pgdp_get, set_p4d, set_pgd, set_pte
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD


@kernel_function
def preallocate_vmalloc_pages(k: Kernel) -> None:
    """Make every table of the vmalloc range that a top-level entry points at, once and for all.

    So no later mapping ever changes a top-level entry, and processes can share what hangs there.
    arch/x86/mm/init_64.c:preallocate_vmalloc_pages, v6.12.
    """
    for addr in top_level_steps(k, k.VMALLOC_START, k.VMEMORY_END):
        pgd = pgd_offset_k(k, addr)
        p4d = p4d_alloc(k, pgd, addr)
        if not p4d:
            _preallocate_vmalloc_pages__failed(k, "p4d")
        if k.pgtable_l5_enabled:
            continue
        # With 4 levels the P4D table is folded, so the next one down hangs on the top level.
        if not pud_alloc(k, p4d, addr):
            _preallocate_vmalloc_pages__failed(k, "pud")


def _preallocate_vmalloc_pages__failed(k: Kernel, lvl: str) -> None:
    """Give up: without these tables processes would miss mappings later.

    Differs: a part of preallocate_vmalloc_pages.
    """
    why = f"Failed to pre-allocate {lvl} pages for vmalloc area"
    panic(k, "arch/x86/mm/init_64.c preallocate_vmalloc_pages", why)


@kernel_function
def arch_sync_kernel_mappings(k: Kernel, start: int, end: int) -> None:
    """Copy new top-level entries for [start, end] to every process.

    arch/x86/mm/init_64.c:arch_sync_kernel_mappings, v6.12.
    """
    if k.pgtable_l5_enabled:
        sync_global_pgds_l5(k, start, end)
    else:
        sync_global_pgds_l4(k, start, end)


@kernel_function
def sync_global_pgds_l5(k: Kernel, start: int, end: int) -> None:
    """Copy PGD entries that processes lack.  arch/x86/mm/init_64.c:sync_global_pgds_l5, v6.12."""
    for addr in top_level_steps(k, start, end):
        pgd_ref = pgdp_get(k, pgd_offset_k(k, addr))
        if pgd_none(k, pgd_ref):
            continue
        for pgd in process_entries(k, addr):
            old = pgdp_get(k, pgd)
            # Two processes that see different kernels could never be put right.
            BUG_ON(
                k,
                not pgd_none(k, old) and pgd_page_vaddr(k, old) != pgd_page_vaddr(k, pgd_ref),
                "arch/x86/mm/init_64.c:155 sync_global_pgds_l5",
            )
            if pgd_none(k, old):
                set_pgd(k, pgd, pgd_ref)


@kernel_function
def sync_global_pgds_l4(k: Kernel, start: int, end: int) -> None:
    """Copy P4D entries that processes lack: the top level that is not folded.

    arch/x86/mm/init_64.c:sync_global_pgds_l4, v6.12.
    """
    for addr in top_level_steps(k, start, end):
        p4d_ref = p4dp_get(k, p4d_offset(k, pgd_offset_k(k, addr), addr))
        if p4d_none(k, p4d_ref):
            continue
        for p4d in process_entries(k, addr):
            old = p4dp_get(k, p4d)
            # Two processes that see different kernels could never be put right.
            BUG_ON(
                k,
                not p4d_none(k, old) and p4d_pgtable(k, old) != p4d_pgtable(k, p4d_ref),
                "arch/x86/mm/init_64.c:196 sync_global_pgds_l4",
            )
            if p4d_none(k, old):
                set_p4d(k, p4d, p4d_ref)


def top_level_steps(k: Kernel, start: int, end: int) -> Iterator[int]:
    """Yield ``start``, then where every further top-level entry up to ``end`` begins, inclusive."""
    addr = start
    while addr <= end:
        yield addr
        addr = (addr + k.PGDIR_SIZE) & -k.PGDIR_SIZE


def process_entries(k: Kernel, addr: int) -> Iterator[int]:
    """Yield the top-level entry for ``addr`` in every process's own table."""
    for process in list_for_each_entry(k.pgd_list, page, "lru"):
        yield page_address(k, process) + (pgd_offset_k(k, addr) - k.init_mm_pgd)


@kernel_function
def init_kernel_image_tables(k: Kernel) -> None:
    """Link the tables that reach the PMD entries of the modules area: pages of the kernel's image.

    They lie behind the top table, so nothing that is mapped there later ever changes a top-level entry.
    arch/x86/kernel/head_64.S: level4_kernel_pgt, level3_kernel_pgt, level2_fixmap_pgt, v6.12.
    """
    addr, table = k.MODULES_VADDR, k.init_mm_pgd
    entry = pgd_offset_k(k, addr)
    for level in k.tables[1:-1]:
        table += k.PAGE_SIZE
        set_flag(virt_to_page(k, table), PG_table)
        set_pte(k, entry, table_entry(k, table))
        entry = table + (addr >> level.shift) % level.entries * WORD
