"""Places in the kernel that speak once a boot: the number of each one's word in ``k.once``."""

from __future__ import annotations

from enum import IntEnum, auto


class Once(IntEnum):
    """Every ``*_ONCE`` and ``*_once`` place of the engine; new ones go at the end."""

    VMALLOC_ZERO_SIZE = 0
    VMAP_NO_GUARD = auto()
    VMAP_FLUSH_RESET_PERMS = auto()
    IOREMAP_NOT_MARKED = auto()
    IOREMAP_OUTSIDE_AREA = auto()
    IOREMAP_INVALID_PHYS = auto()
    IOREMAP_ON_RAM = auto()
    IOUNMAP_OUTSIDE = auto()
    MTRR_OVERRIDE = auto()
    VMALLOC_TO_PAGE_P4D = auto()
    VMALLOC_TO_PAGE_PUD = auto()
    VMALLOC_TO_PAGE_PMD = auto()
    ENCODE_VN_ID = auto()
    DECODE_VN_ID = auto()
    NODE_POOL_DEL_VA = auto()
    VA_ALLOC = auto()
    FREE_VMAP_AREA_NOFLUSH = auto()
    VMALLOC_TO_PAGE_PGD = auto()
    VM_UNMAP_RAM = auto()
    PCPU_NO_AREA = auto()
    PCPU_CLIP = auto()
    APPLY_TO_PGD_LEAF = auto()
    APPLY_TO_PGD_BAD = auto()
    APPLY_TO_P4D_LEAF = auto()
    APPLY_TO_P4D_BAD = auto()
    APPLY_TO_PUD_LEAF = auto()
    APPLY_TO_PUD_BAD = auto()
    APPLY_TO_PMD_LEAF = auto()
    APPLY_TO_PMD_BAD = auto()
    CPA_WX = auto()
    CPA_UNALIGNED = auto()
    VMAP_PFN_APPLY = auto()
    SPARSE_FLUSH_RESET_PERMS = auto()
    SPARSE_NO_GUARD = auto()
    SPARSE_NOT_SPARSE = auto()
    ALLOC_PAGES_ORDER = auto()
    MK_PTE = auto()
    RAM_UNCACHED = auto()
    VMALLOC_INIT_AREA = auto()
    VMAP_INIT_FREE_SPACE = auto()
