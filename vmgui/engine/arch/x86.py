"""x86-64 as the hook table wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch import (
    generic,
    memtype,
    x86_64,
    x86_direct_map,
    x86_entry,
    x86_execmem,
    x86_fault,
    x86_huge,
    x86_ioremap,
    x86_set_memory,
    x86_sync,
)
from vmgui.engine.arch.table import Arch

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel


def proven(k: Kernel) -> str:
    """Say what this machine was checked against."""
    return f"{k.machine.levels} levels: recordings of a running kernel"


X86_64 = Arch(
    name="x86_64",
    title="x86-64",
    proven=proven,
    constants=x86_64.constants,
    entry_format=x86_64.entry_format,
    pgd_none=x86_entry.pgd_none,
    p4d_none=x86_entry.p4d_none,
    pud_none=x86_entry.pud_none,
    pmd_none=x86_entry.pmd_none,
    pte_none=x86_entry.pte_none,
    pgd_present=x86_entry.pgd_present,
    p4d_present=x86_entry.p4d_present,
    pud_present=x86_entry.pud_present,
    pmd_present=x86_entry.pmd_present,
    pte_present=x86_entry.pte_present,
    pgd_bad=x86_entry.pgd_bad,
    p4d_bad=x86_entry.p4d_bad,
    pud_bad=x86_entry.pud_bad,
    pmd_bad=x86_entry.pmd_bad,
    pgd_leaf=x86_entry.pgd_leaf,
    p4d_leaf=x86_entry.p4d_leaf,
    pud_leaf=x86_entry.pud_leaf,
    pmd_leaf=x86_entry.pmd_leaf,
    pgd_page_vaddr=x86_entry.pgd_page_vaddr,
    p4d_pgtable=x86_entry.p4d_pgtable,
    pud_pgtable=x86_entry.pud_pgtable,
    pmd_page_vaddr=x86_entry.pmd_page_vaddr,
    p4d_pfn=x86_entry.p4d_pfn,
    pud_pfn=x86_entry.pud_pfn,
    pmd_pfn=x86_entry.pmd_pfn,
    pte_pfn=x86_entry.pte_pfn,
    pfn_pte=x86_entry.pfn_pte,
    huge_entry=x86_entry.huge_entry,
    table_entry=x86_entry.table_entry,
    pgprot_nx=x86_entry.pgprot_nx,
    arch_vmap_pgprot_tagged=x86_entry.arch_vmap_pgprot_tagged,
    hw_present=x86_entry.hw_present,
    table_write=x86_entry.table_write,
    pte_write=x86_entry.pte_write,
    pte_dirty=x86_entry.pte_dirty,
    pte_mkyoung=x86_entry.pte_mkyoung,
    pte_mkdirty=x86_entry.pte_mkdirty,
    pte_mkspecial=x86_entry.pte_mkspecial,
    arch_vmap_p4d_supported=x86_huge.arch_vmap_p4d_supported,
    arch_vmap_pud_supported=x86_huge.arch_vmap_pud_supported,
    arch_vmap_pmd_supported=x86_huge.arch_vmap_pmd_supported,
    p4d_set_huge=x86_huge.p4d_set_huge,
    pud_set_huge=x86_huge.pud_set_huge,
    pmd_set_huge=x86_huge.pmd_set_huge,
    p4d_clear_huge=x86_huge.p4d_clear_huge,
    pud_clear_huge=x86_huge.pud_clear_huge,
    pmd_clear_huge=x86_huge.pmd_clear_huge,
    pud_free_pmd_page=x86_huge.pud_free_pmd_page,
    pmd_free_pte_page=x86_huge.pmd_free_pte_page,
    arch_sync_kernel_mappings=x86_sync.arch_sync_kernel_mappings,
    flush_cache_vmap=generic.flush_cache_vmap,
    flush_cache_vunmap=generic.flush_cache_vunmap,
    fault_code=x86_fault.fault_code,
    kernel_fault=x86_fault.kernel_fault,
    ioremap=x86_ioremap.ioremap,
    ioremap_uc=x86_ioremap.ioremap_uc,
    ioremap_wc=x86_ioremap.ioremap_wc,
    ioremap_wt=x86_ioremap.ioremap_wt,
    ioremap_cache=x86_ioremap.ioremap_cache,
    iounmap=x86_ioremap.iounmap,
    declare_kernel_vmas=generic.nothing,
    init_kernel_image_tables=x86_sync.init_kernel_image_tables,
    memtype_init=memtype.memtype_init,
    preallocate_vmalloc_pages=x86_sync.preallocate_vmalloc_pages,
    init_mem_mapping=x86_direct_map.init_mem_mapping,
    set_memory={
        "ro": x86_set_memory.set_memory_ro,
        "rw": x86_set_memory.set_memory_rw,
        "x": x86_set_memory.set_memory_x,
        "nx": x86_set_memory.set_memory_nx,
        "uc": x86_set_memory.set_memory_uc,
        "wb": x86_set_memory.set_memory_wb,
        "rox": x86_set_memory.set_memory_rox,
    },
    set_direct_map_invalid_noflush=x86_set_memory.set_direct_map_invalid_noflush,
    set_direct_map_default_noflush=x86_set_memory.set_direct_map_default_noflush,
    execmem_arch_setup=x86_execmem.execmem_arch_setup,
)
