"""What an architecture does in its own way, by the generic names; mm/ takes them from here.

Differs: there is one architecture so far, so the names are bound at import; with a second one they
become a choice by ``k.machine.arch``.
"""

from __future__ import annotations

from vmgui.engine.arch.x86_cache import flush_cache_vmap, flush_cache_vunmap
from vmgui.engine.arch.x86_huge import (
    arch_vmap_p4d_supported,
    arch_vmap_pmd_supported,
    arch_vmap_pud_supported,
    p4d_clear_huge,
    p4d_set_huge,
    pmd_clear_huge,
    pmd_free_pte_page,
    pmd_set_huge,
    pud_clear_huge,
    pud_free_pmd_page,
    pud_set_huge,
)
from vmgui.engine.arch.x86_sync import (
    arch_sync_kernel_mappings,
    init_kernel_image_tables,
    preallocate_vmalloc_pages,
)

__all__ = [
    "arch_sync_kernel_mappings", "arch_vmap_p4d_supported", "arch_vmap_pmd_supported",
    "arch_vmap_pud_supported", "flush_cache_vmap", "flush_cache_vunmap", "init_kernel_image_tables",
    "p4d_clear_huge", "p4d_set_huge", "pmd_clear_huge", "pmd_free_pte_page", "pmd_set_huge",
    "preallocate_vmalloc_pages", "pud_clear_huge", "pud_free_pmd_page", "pud_set_huge",
]  # fmt: skip
