"""The hook table: everything in which one architecture differs from another, by the kernel's own names.

mm/ asks through `arch.entries` and `arch.hooks`, which look here by ``k.arch``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from vmgui.engine.arch.entry_format import EntryFormat

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel
    from vmgui.engine.structs import page

#: The usual shapes: about an entry, from an entry, about a protection, with a pointer to an entry.
Question = Callable[["Kernel", int], bool]
Value = Callable[["Kernel", int], int]
SetHuge = Callable[["Kernel", int, int, int], int]
FreeTable = Callable[["Kernel", int, int], int]
Range = Callable[["Kernel", int, int], None]
Ioremap = Callable[["Kernel", int, int], int]
AtBoot = Callable[["Kernel"], None]
SetMemory = Callable[["Kernel", int, int], int]
SetDirectMap = Callable[["Kernel", "page"], int]


@dataclass(frozen=True)
class Arch:
    """One architecture.  ``proven`` says what its behaviour here was checked against."""

    name: str
    title: str
    proven: Callable[[Kernel], str]
    constants: AtBoot
    entry_format: Callable[[Kernel], EntryFormat]

    # what the bits of an entry mean
    pgd_none: Question
    p4d_none: Question
    pud_none: Question
    pmd_none: Question
    pte_none: Question
    pgd_present: Question
    p4d_present: Question
    pud_present: Question
    pmd_present: Question
    pte_present: Question
    pgd_bad: Question
    p4d_bad: Question
    pud_bad: Question
    pmd_bad: Question
    pgd_leaf: Question
    p4d_leaf: Question
    pud_leaf: Question
    pmd_leaf: Question
    table_write: Question
    pte_write: Question
    pte_dirty: Question
    hw_present: Question
    # where an entry leads
    pgd_page_vaddr: Value
    p4d_pgtable: Value
    pud_pgtable: Value
    pmd_page_vaddr: Value
    p4d_pfn: Value
    pud_pfn: Value
    pmd_pfn: Value
    pte_pfn: Value
    # making an entry
    pfn_pte: Callable[[Kernel, int, int], int]
    mk_pte: Callable[[Kernel, int, int], int]
    huge_entry: Callable[[Kernel, int, int], int]
    table_entry: Value
    pgprot_nx: Value
    arch_vmap_pgprot_tagged: Value
    pte_mkyoung: Value
    pte_mkdirty: Value
    pte_mkspecial: Value

    # huge leaves and the tables in their way
    arch_vmap_p4d_supported: Question
    arch_vmap_pud_supported: Question
    arch_vmap_pmd_supported: Question
    p4d_set_huge: SetHuge
    pud_set_huge: SetHuge
    pmd_set_huge: SetHuge
    p4d_clear_huge: Callable[[Kernel, int], None]
    pud_clear_huge: Value
    pmd_clear_huge: Value
    pud_free_pmd_page: FreeTable
    pmd_free_pte_page: FreeTable
    # what else a mapping involves
    arch_sync_kernel_mappings: Range
    flush_cache_vmap: Range
    flush_cache_vunmap: Range
    # what the processor says about a fault, and what the kernel makes of it
    fault_code: Callable[[Kernel, int, int], int]
    kernel_fault: Callable[[Kernel, int, int], NoReturn]
    # devices
    ioremap: Ioremap
    ioremap_uc: Ioremap
    ioremap_wc: Ioremap
    ioremap_wt: Ioremap
    ioremap_cache: Ioremap
    iounmap: Callable[[Kernel, int], None]
    # at boot
    declare_kernel_vmas: AtBoot
    execmem_arch_setup: AtBoot  # fills k.execmem_info
    init_kernel_image_tables: AtBoot
    memtype_init: AtBoot
    preallocate_vmalloc_pages: AtBoot
    # leaves of several PTEs; None where v6.12 has none: a leaf is PAGE_SIZE
    arch_vmap_pte_range_map_size: Callable[[Kernel, int, int, int, int], int] | None = None
    arch_vmap_pte_supported_shift: Value | None = None
    arch_make_huge_pte: Callable[[Kernel, int, int], int] | None = None
    set_huge_pte_at: Callable[[Kernel, int, int, int, int], None] | None = None
    # the direct map and what pages allow; None and empty where that is not modelled
    init_mem_mapping: AtBoot | None = None
    set_memory: Mapping[str, SetMemory] = field(default_factory=dict)
    set_direct_map_invalid_noflush: SetDirectMap | None = None
    set_direct_map_default_noflush: SetDirectMap | None = None


def arch_of(name: str) -> Arch:
    """Return the architecture that machines call ``name``."""
    # Late, because what is in the table works on the kernel, whose module needs this one.
    from vmgui.engine.arch.architectures import ARCHITECTURES

    return ARCHITECTURES[name]
