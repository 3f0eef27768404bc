"""arm64 as the hook table wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.arch import (
    arm64,
    arm64_entry,
    arm64_execmem,
    arm64_fault,
    arm64_huge,
    arm64_image,
    arm64_ioremap,
    arm64_set_memory,
    generic,
)
from vmgui.engine.arch.table import Arch

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel


def proven(k: Kernel) -> str:
    """Say what this machine was checked against."""
    if (k.machine.page_size, k.machine.va_bits) == (4096, 48):
        return "4K pages, 48-bit addresses: recordings of a running kernel"
    return f"{k.PAGE_SIZE >> 10}K pages, {k.machine.va_bits}-bit addresses: the sources of v6.12 only"


ARM64 = Arch(
    name="arm64",
    title="arm64",
    proven=proven,
    constants=arm64.constants,
    entry_format=arm64.entry_format,
    pgd_none=arm64_entry.pgd_none,
    p4d_none=arm64_entry.p4d_none,
    pud_none=arm64_entry.pud_none,
    pmd_none=arm64_entry.pmd_none,
    pte_none=arm64_entry.pte_none,
    pgd_present=arm64_entry.pgd_present,
    p4d_present=arm64_entry.p4d_present,
    pud_present=arm64_entry.pud_present,
    pmd_present=arm64_entry.pmd_present,
    pte_present=arm64_entry.pte_present,
    pgd_bad=arm64_entry.pgd_bad,
    p4d_bad=arm64_entry.p4d_bad,
    pud_bad=arm64_entry.pud_bad,
    pmd_bad=arm64_entry.pmd_bad,
    pgd_leaf=arm64_entry.pgd_leaf,
    p4d_leaf=arm64_entry.p4d_leaf,
    pud_leaf=arm64_entry.pud_leaf,
    pmd_leaf=arm64_entry.pmd_leaf,
    pgd_page_vaddr=arm64_entry.pgd_page_vaddr,
    p4d_pgtable=arm64_entry.p4d_pgtable,
    pud_pgtable=arm64_entry.pud_pgtable,
    pmd_page_vaddr=arm64_entry.pmd_page_vaddr,
    p4d_pfn=arm64_entry.p4d_pfn,
    pud_pfn=arm64_entry.pud_pfn,
    pmd_pfn=arm64_entry.pmd_pfn,
    pte_pfn=arm64_entry.pte_pfn,
    pfn_pte=arm64_entry.pfn_pte,
    mk_pte=arm64_entry.pfn_pte,
    huge_entry=arm64_entry.huge_entry,
    table_entry=arm64_entry.table_entry,
    pgprot_nx=arm64_entry.pgprot_nx,
    arch_vmap_pgprot_tagged=arm64_entry.arch_vmap_pgprot_tagged,
    hw_present=arm64_entry.hw_present,
    table_write=arm64_entry.table_write,
    pte_write=arm64_entry.pte_write,
    pte_dirty=arm64_entry.pte_dirty,
    pte_mkyoung=arm64_entry.pte_mkyoung,
    pte_mkdirty=arm64_entry.pte_mkdirty,
    pte_mkspecial=arm64_entry.pte_mkspecial,
    arch_vmap_p4d_supported=arm64_huge.arch_vmap_p4d_supported,
    arch_vmap_pud_supported=arm64_huge.arch_vmap_pud_supported,
    arch_vmap_pmd_supported=arm64_huge.arch_vmap_pmd_supported,
    p4d_set_huge=arm64_huge.p4d_set_huge,
    pud_set_huge=arm64_huge.pud_set_huge,
    pmd_set_huge=arm64_huge.pmd_set_huge,
    p4d_clear_huge=arm64_huge.p4d_clear_huge,
    pud_clear_huge=arm64_huge.pud_clear_huge,
    pmd_clear_huge=arm64_huge.pmd_clear_huge,
    pud_free_pmd_page=arm64_huge.pud_free_pmd_page,
    pmd_free_pte_page=arm64_huge.pmd_free_pte_page,
    arch_sync_kernel_mappings=generic.arch_sync_kernel_mappings,
    flush_cache_vmap=generic.flush_cache_vmap,
    flush_cache_vunmap=generic.flush_cache_vunmap,
    fault_code=arm64_fault.fault_code,
    kernel_fault=arm64_fault.kernel_fault,
    ioremap=arm64_ioremap.ioremap,
    ioremap_uc=arm64_ioremap.ioremap_uc,
    ioremap_wc=arm64_ioremap.ioremap_wc,
    ioremap_wt=arm64_ioremap.ioremap_wt,
    ioremap_cache=arm64_ioremap.ioremap_cache,
    iounmap=arm64_ioremap.iounmap,
    declare_kernel_vmas=arm64_image.declare_kernel_vmas,
    init_kernel_image_tables=generic.nothing,
    memtype_init=generic.nothing,
    preallocate_vmalloc_pages=generic.nothing,
    execmem_arch_setup=arm64_execmem.execmem_arch_setup,
    set_memory=arm64_set_memory.SET_MEMORY,
)
