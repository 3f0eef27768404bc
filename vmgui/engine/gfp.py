"""How an allocation may behave: the gfp flags with the numbers of v6.12 (include/linux/gfp_types.h)."""

from __future__ import annotations

__GFP_DMA, __GFP_HIGHMEM, __GFP_DMA32, __GFP_MOVABLE = 0x1, 0x2, 0x4, 0x8
__GFP_RECLAIMABLE, __GFP_HIGH, __GFP_IO, __GFP_FS = 0x10, 0x20, 0x40, 0x80
__GFP_ZERO, __GFP_DIRECT_RECLAIM, __GFP_KSWAPD_RECLAIM = 0x100, 0x400, 0x800
__GFP_WRITE, __GFP_NOWARN, __GFP_RETRY_MAYFAIL, __GFP_NOFAIL = 0x1000, 0x2000, 0x4000, 0x8000
__GFP_NORETRY, __GFP_MEMALLOC, __GFP_COMP, __GFP_NOMEMALLOC = 0x10000, 0x20000, 0x40000, 0x80000
__GFP_HARDWALL, __GFP_THISNODE, __GFP_ACCOUNT, __GFP_ZEROTAGS = 0x100000, 0x200000, 0x400000, 0x800000
__GFP_SKIP_ZERO, __GFP_SKIP_KASAN = 0x1000000, 0x2000000  # nothing but KASAN's hardware mode sets them
__GFP_RECLAIM = __GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM

GFP_ATOMIC = __GFP_HIGH | __GFP_KSWAPD_RECLAIM
GFP_KERNEL = __GFP_RECLAIM | __GFP_IO | __GFP_FS
GFP_KERNEL_ACCOUNT = GFP_KERNEL | __GFP_ACCOUNT
GFP_NOWAIT = __GFP_KSWAPD_RECLAIM | __GFP_NOWARN
GFP_NOIO = __GFP_RECLAIM
GFP_NOFS = __GFP_RECLAIM | __GFP_IO
GFP_USER = GFP_KERNEL | __GFP_HARDWALL
GFP_DMA, GFP_DMA32 = __GFP_DMA, __GFP_DMA32
GFP_HIGHUSER = GFP_USER | __GFP_HIGHMEM
GFP_HIGHUSER_MOVABLE = GFP_HIGHUSER | __GFP_MOVABLE
GFP_TRANSHUGE_LIGHT = (GFP_HIGHUSER_MOVABLE | __GFP_COMP | __GFP_NOMEMALLOC | __GFP_NOWARN) & ~__GFP_RECLAIM
GFP_TRANSHUGE = GFP_TRANSHUGE_LIGHT | __GFP_DIRECT_RECLAIM
GFP_RECLAIM_MASK = (
    __GFP_RECLAIM | __GFP_HIGH | __GFP_IO | __GFP_FS | __GFP_NOWARN | __GFP_RETRY_MAYFAIL | __GFP_NOFAIL
    | __GFP_NORETRY | __GFP_MEMALLOC | __GFP_NOMEMALLOC
)  # fmt: skip
GFP_ZONEMASK = __GFP_DMA | __GFP_HIGHMEM | __GFP_DMA32 | __GFP_MOVABLE

#: Names as a kernel message gives them, combinations before their parts.
_NAMES = (
    "GFP_TRANSHUGE", "GFP_TRANSHUGE_LIGHT", "GFP_HIGHUSER_MOVABLE", "GFP_HIGHUSER", "GFP_USER",
    "GFP_KERNEL_ACCOUNT", "GFP_KERNEL", "GFP_NOFS", "GFP_ATOMIC", "GFP_NOIO", "GFP_NOWAIT", "GFP_DMA",
    "__GFP_HIGHMEM", "GFP_DMA32", "__GFP_HIGH", "__GFP_IO", "__GFP_FS",
    "__GFP_NOWARN", "__GFP_RETRY_MAYFAIL", "__GFP_NOFAIL", "__GFP_NORETRY", "__GFP_COMP", "__GFP_ZERO",
    "__GFP_NOMEMALLOC", "__GFP_MEMALLOC", "__GFP_HARDWALL", "__GFP_THISNODE", "__GFP_RECLAIMABLE",
    "__GFP_MOVABLE", "__GFP_ACCOUNT", "__GFP_WRITE", "__GFP_RECLAIM", "__GFP_DIRECT_RECLAIM",
    "__GFP_KSWAPD_RECLAIM", "__GFP_ZEROTAGS", "__GFP_SKIP_ZERO", "__GFP_SKIP_KASAN",
)  # fmt: skip


def gfp_names(gfp_mask: int) -> str:
    """Spell ``gfp_mask`` as ``%pGg`` in a kernel message does: ``GFP_KERNEL|__GFP_ZERO``; nothing for 0."""
    names = []
    for name in _NAMES:
        flags: int = globals()[name]
        if gfp_mask & flags == flags:
            names.append(name)
            gfp_mask &= ~flags
    return "|".join(names + ([f"{gfp_mask:#x}"] if gfp_mask else []))
