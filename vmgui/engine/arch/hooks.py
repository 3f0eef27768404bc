"""What an architecture does in its own way, by the generic names; mm/ takes them from here.

The choice is below the algorithm: a step in a hook was called by the line that named the hook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmgui.engine.mm.pgtable import set_pte_at
from vmgui.engine.words import transparent

if TYPE_CHECKING:
    from vmgui.engine.kernel import Kernel
    from vmgui.engine.structs import page


# --- which leaves a mapping may have ---------------------------------------------------------------


@transparent
def arch_vmap_p4d_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a P4D entry may be a leaf."""
    return k.arch.arch_vmap_p4d_supported(k, prot)


@transparent
def arch_vmap_pud_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a PUD entry may be a leaf."""
    return k.arch.arch_vmap_pud_supported(k, prot)


@transparent
def arch_vmap_pmd_supported(k: Kernel, prot: int) -> bool:
    """Tell whether a PMD entry may be a leaf."""
    return k.arch.arch_vmap_pmd_supported(k, prot)


@transparent
def arch_vmap_pte_range_map_size(k: Kernel, addr: int, end: int, pfn: int, max_page_shift: int) -> int:
    """Return how many bytes from ``addr`` on, up to ``end``, the next PTEs shall map as one leaf."""
    hook = k.arch.arch_vmap_pte_range_map_size
    return k.PAGE_SIZE if hook is None else hook(k, addr, end, pfn, max_page_shift)


@transparent
def arch_vmap_pte_supported_shift(k: Kernel, size: int) -> int:
    """Return the binary logarithm of the largest PTE leaf that an area of ``size`` bytes can use."""
    hook = k.arch.arch_vmap_pte_supported_shift
    return k.PAGE_SHIFT if hook is None else hook(k, size)


@transparent
def arch_make_huge_pte(k: Kernel, entry: int, size: int) -> int:
    """Return the PTE that is a part of a leaf of ``size`` bytes."""
    hook = k.arch.arch_make_huge_pte
    return entry if hook is None else hook(k, entry, size)


@transparent
def set_huge_pte_at(k: Kernel, addr: int, ptep: int, pte: int, size: int) -> None:
    """Write the PTEs from ``ptep`` on that together are the leaf ``pte`` of ``size`` bytes."""
    hook = k.arch.set_huge_pte_at
    if hook is None:
        set_pte_at(k, addr, ptep, pte)
    else:
        hook(k, addr, ptep, pte, size)


# --- huge leaves -----------------------------------------------------------------------------------


@transparent
def p4d_set_huge(k: Kernel, p4d: int, addr: int, prot: int) -> int:
    """Map what a P4D entry covers with one leaf, from physical ``addr`` on: 1, or 0 if that is refused."""
    return k.arch.p4d_set_huge(k, p4d, addr, prot)


@transparent
def pud_set_huge(k: Kernel, pud: int, addr: int, prot: int) -> int:
    """Map what a PUD entry covers with one leaf, from physical ``addr`` on: 1, or 0 if that is refused."""
    return k.arch.pud_set_huge(k, pud, addr, prot)


@transparent
def pmd_set_huge(k: Kernel, pmd: int, addr: int, prot: int) -> int:
    """Map what a PMD entry covers with one leaf, from physical ``addr`` on: 1, or 0 if that is refused."""
    return k.arch.pmd_set_huge(k, pmd, addr, prot)


@transparent
def p4d_clear_huge(k: Kernel, p4d: int) -> None:
    """Empty a P4D entry that is a leaf."""
    k.arch.p4d_clear_huge(k, p4d)


@transparent
def pud_clear_huge(k: Kernel, pud: int) -> int:
    """Empty a PUD entry if it is a leaf: 1 if it was."""
    return k.arch.pud_clear_huge(k, pud)


@transparent
def pmd_clear_huge(k: Kernel, pmd: int) -> int:
    """Empty a PMD entry if it is a leaf: 1 if it was."""
    return k.arch.pmd_clear_huge(k, pmd)


@transparent
def pud_free_pmd_page(k: Kernel, pud: int, addr: int) -> int:
    """Take the PMD table off ``*pud`` and free it with all below: 1, or 0 without memory."""
    return k.arch.pud_free_pmd_page(k, pud, addr)


@transparent
def pmd_free_pte_page(k: Kernel, pmd: int, addr: int) -> int:
    """Take the PTE table off ``*pmd`` and free it: 1."""
    return k.arch.pmd_free_pte_page(k, pmd, addr)


# --- what else a mapping involves ------------------------------------------------------------------


@transparent
def arch_sync_kernel_mappings(k: Kernel, start: int, end: int) -> None:
    """Copy new top-level entries for [start, end] to every process."""
    k.arch.arch_sync_kernel_mappings(k, start, end)


@transparent
def flush_cache_vmap(k: Kernel, start: int, end: int) -> None:
    """Do what caches need after [start, end) was mapped."""
    k.arch.flush_cache_vmap(k, start, end)


@transparent
def flush_cache_vunmap(k: Kernel, start: int, end: int) -> None:
    """Do what caches need before [start, end) is unmapped."""
    k.arch.flush_cache_vunmap(k, start, end)


# --- at boot ---------------------------------------------------------------------------------------


@transparent
def declare_kernel_vmas(k: Kernel) -> None:
    """Register the kernel's image where it lies in the vmalloc range."""
    k.arch.declare_kernel_vmas(k)


@transparent
def init_kernel_image_tables(k: Kernel) -> None:
    """Link the tables that are pages of the kernel's image."""
    k.arch.init_kernel_image_tables(k)


@transparent
def memtype_init(k: Kernel) -> None:
    """Begin to keep account of memory types, where that is done."""
    k.arch.memtype_init(k)


@transparent
def preallocate_vmalloc_pages(k: Kernel) -> None:
    """Make the tables that top-level entries of the vmalloc range point at, where they are made at boot."""
    k.arch.preallocate_vmalloc_pages(k)


@transparent
def init_mem_mapping(k: Kernel) -> None:
    """Map all RAM once more, where the architecture's direct map is modelled."""
    if k.arch.init_mem_mapping is not None:
        k.arch.init_mem_mapping(k)


@transparent
def execmem_arch_setup(k: Kernel) -> None:
    """Say where code may lie."""
    k.arch.execmem_arch_setup(k)


# --- what a page allows ----------------------------------------------------------------------------


@transparent
def set_direct_map_invalid_noflush(k: Kernel, page: page) -> int:
    """Take a page out of the direct map, where there is one; the caller flushes.  0, -ENOMEM."""
    change = k.arch.set_direct_map_invalid_noflush
    return change(k, page) if change is not None else 0


@transparent
def set_direct_map_default_noflush(k: Kernel, page: page) -> int:
    """Put a page back into the direct map, writable.  0, -ENOMEM."""
    change = k.arch.set_direct_map_default_noflush
    return change(k, page) if change is not None else 0
