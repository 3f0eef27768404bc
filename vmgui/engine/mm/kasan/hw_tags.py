"""KASAN's hardware mode: a pointer and the memory it may use have the same tag (mm/kasan/hw_tags.c, v6.12).

Differs: as if booted with kasan.stacktrace=off; only what vmalloc hands out is tagged, as all other memory is
used by pointers that fit any tag.
"""

from __future__ import annotations

from vmgui.engine.arch.arm64_mte import (
    MTE_GRANULE_SIZE,
    hw_get_random_tag,
    hw_set_mem_tag_range,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN, ALIGN_DOWN
from vmgui.engine.lib.printk import WARN_ON, printk
from vmgui.engine.lib.random import seed_random
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.kasan.tags import (
    KASAN_TAG_INVALID,
    get_tag,
    kasan_reset_tag,
    page_kasan_tag_set,
    set_tag,
)
from vmgui.engine.mm.page_array import page_at_slot, page_slots
from vmgui.engine.mm.vmap_find import find_vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

#: As in hooks.py, which tells what they are.
KASAN_VMALLOC_INIT, KASAN_VMALLOC_VM_ALLOC = 0x1, 0x2
KASAN_VMALLOC_PROT_NORMAL, KASAN_VMALLOC_KEEP_TAG = 0x4, 0x8
SPREAD = 0x9E3779B97F4A7C15  # so that small seeds differ in all bits


@kernel_function
def kasan_init_hw_tags(k: Kernel) -> None:
    """Begin to tag.  Tags are drawn by the machine's seed.  mm/kasan/hw_tags.c:kasan_init_hw_tags, v6.12."""
    seed_random(k, k.machine.seed * SPREAD & MASK64)
    text = "KernelAddressSanitizer initialized (hw-tags, mode=sync, vmalloc=on, stacktrace=off)"
    printk(k, f"kasan: {text}")


# --- what may be used ------------------------------------------------------------------------------


@kernel_function
def kasan_unpoison(k: Kernel, addr: int, size: int, init: bool) -> None:
    """Give the ``size`` bytes at ``addr``, up to a multiple of 16, the tag of ``addr``.  mm/kasan/kasan.h."""
    if WARN_ON(k, addr & MTE_GRANULE_SIZE - 1, "mm/kasan/kasan.h:485 kasan_unpoison"):
        return
    hw_set_mem_tag_range(k, kasan_reset_tag(k, addr), ALIGN(size, MTE_GRANULE_SIZE), get_tag(addr), init)


@kernel_function
def kasan_poison(k: Kernel, addr: int, size: int, value: int, init: bool) -> None:
    """Give the ``size`` bytes at ``addr``, a multiple of 16, the tag ``value``.  mm/kasan/kasan.h."""
    if WARN_ON(k, addr & MTE_GRANULE_SIZE - 1, "mm/kasan/kasan.h:473 kasan_poison"):
        return
    if WARN_ON(k, size & MTE_GRANULE_SIZE - 1, "mm/kasan/kasan.h:475 kasan_poison"):
        return
    hw_set_mem_tag_range(k, kasan_reset_tag(k, addr), size, value, init)


@kernel_function
def __kasan_unpoison_vmalloc(k: Kernel, start: int, size: int, flags: int) -> int:
    """Tag the ``size`` bytes of a vmalloc area and the pointer to them, which is returned.

    Memory has but one tag, so only the first mapping can have it: that of vmalloc.  Code is not tagged, as
    the processor's instruction pointer has no tag.  mm/kasan/hw_tags.c:__kasan_unpoison_vmalloc, v6.12.
    """
    init = bool(flags & KASAN_VMALLOC_INIT)
    if not flags & KASAN_VMALLOC_VM_ALLOC:
        WARN_ON(k, init, "mm/kasan/hw_tags.c:335 __kasan_unpoison_vmalloc")
        return start
    if not flags & KASAN_VMALLOC_PROT_NORMAL:
        WARN_ON(k, init, "mm/kasan/hw_tags.c:344 __kasan_unpoison_vmalloc")
        return start
    tag = get_tag(start) if flags & KASAN_VMALLOC_KEEP_TAG else hw_get_random_tag(k)
    start = set_tag(start, tag)
    kasan_unpoison(k, start, size, init)
    redzone_start = ALIGN(start + size, MTE_GRANULE_SIZE)
    redzone_size = ALIGN(redzone_start, k.PAGE_SIZE) - redzone_start
    kasan_poison(k, redzone_start, redzone_size, KASAN_TAG_INVALID, init)
    unpoison_vmalloc_pages(k, start, tag)
    return start


@kernel_function
def __kasan_vrealloc(k: Kernel, addr: int, old_size: int, new_size: int) -> None:
    """Let what may be used end ``new_size`` bytes behind ``addr``, if it grows: shrinking takes no tag away.

    mm/kasan/common.c:__kasan_vrealloc, v6.12.
    """
    if new_size > old_size:
        old_size = ALIGN_DOWN(old_size, MTE_GRANULE_SIZE)
        flags = KASAN_VMALLOC_PROT_NORMAL | KASAN_VMALLOC_VM_ALLOC | KASAN_VMALLOC_KEEP_TAG
        __kasan_unpoison_vmalloc(k, addr + old_size, new_size - old_size, flags)


@kernel_function
def unpoison_vmalloc_pages(k: Kernel, addr: int, tag: int) -> None:
    """Note the tag in all pages of the area.  mm/kasan/hw_tags.c:unpoison_vmalloc_pages, v6.12."""
    va = find_vmap_area(k, addr)
    if va is None or va.vm is None:
        WARN_ON(k, True, "mm/kasan/hw_tags.c:282 unpoison_vmalloc_pages")
        return
    for slot in page_slots(k, va.vm.pages, 0, va.vm.nr_pages):
        page = page_at_slot(k, slot)
        if page is None:
            page_fault_oops(k, 0, 0)  # its flags
        page_kasan_tag_set(page, tag)
