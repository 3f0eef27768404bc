"""riscv64 as the hook table wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch import (
    generic,
    riscv64,
    riscv_entry,
    riscv_execmem,
    riscv_fault,
    riscv_huge,
    riscv_init,
    riscv_ioremap,
    riscv_set_memory,
)
from vmgui.engine.arch.table import Arch

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel


def proven(k: Kernel) -> str:
    """Say what this machine was checked against."""
    return f"Sv{k.machine.va_bits}: the sources of v6.12 only"


RISCV64 = Arch(
    name="riscv64",
    title="riscv64",
    proven=proven,
    constants=riscv64.constants,
    entry_format=riscv64.entry_format,
    pgd_none=riscv_entry.pgd_none,
    p4d_none=riscv_entry.p4d_none,
    pud_none=riscv_entry.pud_none,
    pmd_none=riscv_entry.pmd_none,
    pte_none=riscv_entry.pte_none,
    pgd_present=riscv_entry.pgd_present,
    p4d_present=riscv_entry.p4d_present,
    pud_present=riscv_entry.pud_present,
    pmd_present=riscv_entry.pmd_present,
    pte_present=riscv_entry.pte_present,
    pgd_bad=riscv_entry.pgd_bad,
    p4d_bad=riscv_entry.p4d_bad,
    pud_bad=riscv_entry.pud_bad,
    pmd_bad=riscv_entry.pmd_bad,
    pgd_leaf=riscv_entry.pgd_leaf,
    p4d_leaf=riscv_entry.p4d_leaf,
    pud_leaf=riscv_entry.pud_leaf,
    pmd_leaf=riscv_entry.pmd_leaf,
    pgd_page_vaddr=riscv_entry.pgd_page_vaddr,
    p4d_pgtable=riscv_entry.p4d_pgtable,
    pud_pgtable=riscv_entry.pud_pgtable,
    pmd_page_vaddr=riscv_entry.pmd_page_vaddr,
    p4d_pfn=riscv_entry.p4d_pfn,
    pud_pfn=riscv_entry.pud_pfn,
    pmd_pfn=riscv_entry.pmd_pfn,
    pte_pfn=riscv_entry.pte_pfn,
    pfn_pte=riscv_entry.pfn_pte,
    mk_pte=riscv_entry.pfn_pte,
    huge_entry=riscv_entry.huge_entry,
    table_entry=riscv_entry.table_entry,
    pgprot_nx=riscv_entry.pgprot_nx,
    arch_vmap_pgprot_tagged=riscv_entry.arch_vmap_pgprot_tagged,
    hw_present=riscv_entry.hw_present,
    table_write=riscv_entry.table_write,
    pte_write=riscv_entry.pte_write,
    pte_dirty=riscv_entry.pte_dirty,
    pte_mkyoung=riscv_entry.pte_mkyoung,
    pte_mkdirty=riscv_entry.pte_mkdirty,
    pte_mkspecial=riscv_entry.pte_mkspecial,
    arch_vmap_p4d_supported=riscv_huge.arch_vmap_p4d_supported,
    arch_vmap_pud_supported=riscv_huge.arch_vmap_pud_supported,
    arch_vmap_pmd_supported=riscv_huge.arch_vmap_pmd_supported,
    p4d_set_huge=riscv_huge.p4d_set_huge,
    pud_set_huge=riscv_huge.pud_set_huge,
    pmd_set_huge=riscv_huge.pmd_set_huge,
    p4d_clear_huge=riscv_huge.p4d_clear_huge,
    pud_clear_huge=riscv_huge.pud_clear_huge,
    pmd_clear_huge=riscv_huge.pmd_clear_huge,
    pud_free_pmd_page=riscv_huge.pud_free_pmd_page,
    pmd_free_pte_page=riscv_huge.pmd_free_pte_page,
    arch_sync_kernel_mappings=generic.arch_sync_kernel_mappings,
    flush_cache_vmap=riscv_init.flush_cache_vmap,
    flush_cache_vunmap=generic.flush_cache_vunmap,
    fault_code=riscv_fault.fault_code,
    kernel_fault=riscv_fault.kernel_fault,
    ioremap=riscv_ioremap.ioremap,
    ioremap_uc=riscv_ioremap.ioremap_uc,
    ioremap_wc=riscv_ioremap.ioremap_wc,
    ioremap_wt=riscv_ioremap.ioremap_wt,
    ioremap_cache=riscv_ioremap.ioremap_cache,
    iounmap=riscv_ioremap.iounmap,
    declare_kernel_vmas=generic.nothing,
    init_kernel_image_tables=generic.nothing,
    memtype_init=generic.nothing,
    preallocate_vmalloc_pages=riscv_init.preallocate_vmalloc_pages,
    execmem_arch_setup=riscv_execmem.execmem_arch_setup,
    set_memory=riscv_set_memory.SET_MEMORY,
    set_direct_map_invalid_noflush=riscv_set_memory.set_direct_map_invalid_noflush,
    set_direct_map_default_noflush=riscv_set_memory.set_direct_map_default_noflush,
)
