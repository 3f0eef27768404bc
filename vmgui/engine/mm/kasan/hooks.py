"""Hooks of the detector of stray accesses, KASAN (include/linux/kasan.h, v6.12).

A kernel built with it backs every area with shadow memory that says which bytes may be used.  Debian's is
not, so here, too, the hooks do nothing unless the machine asks for it; they stand where the kernel calls
them.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.kasan import shadow
from vmgui.engine.mm.kasan.hw_tags import __kasan_unpoison_vmalloc as tag_vmalloc
from vmgui.engine.mm.kasan.hw_tags import __kasan_vrealloc as tag_vrealloc
from vmgui.engine.mm.kasan.shadow import (
    __kasan_poison_vmalloc,
    __kasan_unpoison_vmalloc,
    __kasan_vrealloc,
)
from vmgui.engine.mm.kasan.tags import kasan_hw_tags_enabled

#: What `kasan_unpoison_vmalloc` is told about a mapping.
KASAN_VMALLOC_NONE, KASAN_VMALLOC_INIT, KASAN_VMALLOC_VM_ALLOC = 0x0, 0x1, 0x2
KASAN_VMALLOC_PROT_NORMAL, KASAN_VMALLOC_KEEP_TAG = 0x4, 0x8
#: What `kasan_release_vmalloc` shall do: give back pages, flush TLBs.
KASAN_VMALLOC_PAGE_RANGE, KASAN_VMALLOC_TLB_FLUSH = 0x1, 0x2


def kasan_enabled(k: Kernel) -> bool:
    """Tell whether this kernel was built with KASAN."""
    return k.machine.kasan != "off"


def kasan_vmalloc_enabled(k: Kernel) -> bool:
    """Tell whether areas have shadow of their own (CONFIG_KASAN_VMALLOC in the software mode)."""
    return k.machine.kasan == "generic"


def kasan_populate_vmalloc(k: Kernel, addr: int, size: int, gfp_mask: int) -> int:
    """Back the shadow of a new area; 0, or -ENOMEM."""
    return shadow.kasan_populate_vmalloc(k, addr, size, gfp_mask) if kasan_vmalloc_enabled(k) else 0


def kasan_release_vmalloc(
    k: Kernel, start: int, end: int, free_region_start: int, free_region_end: int, flags: int
) -> None:
    """Give back the shadow of a purged area, as far as nobody else needs it."""
    if kasan_vmalloc_enabled(k):
        shadow.kasan_release_vmalloc(k, start, end, free_region_start, free_region_end, flags)


def kasan_unpoison_vmalloc(k: Kernel, start: int, size: int, flags: int) -> int:
    """Allow accesses to the ``size`` bytes that were asked for; returns the address to use."""
    if kasan_hw_tags_enabled(k):
        return tag_vmalloc(k, start, size, flags)
    return __kasan_unpoison_vmalloc(k, start, size, flags) if kasan_enabled(k) else start


def kasan_poison_vmalloc(k: Kernel, start: int, size: int) -> None:
    """Forbid accesses to memory that is about to be unmapped; tags change when its pages are freed."""
    if kasan_vmalloc_enabled(k):
        __kasan_poison_vmalloc(k, start, size)


def kasan_vrealloc(k: Kernel, start: int, old_size: int, new_size: int) -> None:
    """Move the border of what may be used: the area keeps its pages, the request has changed."""
    if kasan_hw_tags_enabled(k):
        tag_vrealloc(k, start, old_size, new_size)
    elif kasan_enabled(k):
        __kasan_vrealloc(k, start, old_size, new_size)
