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
