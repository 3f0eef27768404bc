"""Changing what mapped pages allow on arm64 (arch/arm64/mm/pageattr.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.arm64 import PTE_PXN, PTE_RDONLY, PTE_WRITE
from vmgui.engine.errno import EINVAL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import IS_ALIGNED
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.memory import apply_to_page_range
from vmgui.engine.mm.pgtable import ptep_get, set_pte
from vmgui.engine.mm.purge import vm_unmap_aliases
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.mm.vm_struct import VM_ALLOC, find_vm_area
from vmgui.engine.trace import kernel_function


def change_page_range(k: Kernel, ptep: int, addr: int, data: tuple[int, int]) -> int:
    """Clear and set bits in one PTE: 0.  arch/arm64/mm/pageattr.c:change_page_range, v6.12."""
    set_mask, clear_mask = data
    set_pte(k, ptep, ptep_get(k, ptep) & ~clear_mask | set_mask)
    return 0


def __change_memory_common(k: Kernel, start: int, size: int, set_mask: int, clear_mask: int) -> int:
    """Change the PTEs of [start, start + size) and flush: 0, or a negative errno."""
    ret = apply_to_page_range(k, start, size, change_page_range, (set_mask, clear_mask))
    flush_tlb_kernel_range(k, start, start + size)
    return ret


@kernel_function
def change_memory_common(k: Kernel, addr: int, numpages: int, set_mask: int, clear_mask: int) -> int:
    """Change ``numpages`` pages of one vmalloc area: 0, -EINVAL elsewhere.

    Huge leaves could not be split while they are in use, so only vmalloc memory is allowed; where that has
    some, apply_to_page_range refuses and warns.  arch/arm64/mm/pageattr.c:change_memory_common, v6.12.
    Differs: the direct map has no tables here, so nothing is changed in it, nor before pages are freed:
    as with rodata=on.
    """
    start, size = addr, k.PAGE_SIZE * numpages
    if WARN_ON_ONCE(k, Once.CPA_UNALIGNED, not IS_ALIGNED(addr, k.PAGE_SIZE), "arch/arm64/mm/pageattr.c:83"):
        start &= k.PAGE_MASK
    area = find_vm_area(k, addr)
    if area is None or not area.flags & VM_ALLOC:
        return -EINVAL
    if start + size > kasan_reset_tag(k, area.vm_addr) + area.vm_size:
        return -EINVAL
    if not numpages:
        return 0
    # A lazily unmapped alias could go on with the rights from before.
    vm_unmap_aliases(k)
    return __change_memory_common(k, start, size, set_mask, clear_mask)


@kernel_function
def set_memory_ro(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing.  arch/arm64/mm/pageattr.c:set_memory_ro, v6.12."""
    return change_memory_common(k, addr, numpages, PTE_RDONLY, PTE_WRITE)


@kernel_function
def set_memory_rw(k: Kernel, addr: int, numpages: int) -> int:
    """Allow writing.  arch/arm64/mm/pageattr.c:set_memory_rw, v6.12."""
    return change_memory_common(k, addr, numpages, PTE_WRITE, PTE_RDONLY)


@kernel_function
def set_memory_nx(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid executing.  arch/arm64/mm/pageattr.c:set_memory_nx, v6.12."""
    return change_memory_common(k, addr, numpages, PTE_PXN, 0)


@kernel_function
def set_memory_x(k: Kernel, addr: int, numpages: int) -> int:
    """Allow executing.  arch/arm64/mm/pageattr.c:set_memory_x, v6.12."""
    return change_memory_common(k, addr, numpages, 0, PTE_PXN)


@kernel_function
def set_memory_rox(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing, allow executing.  include/linux/set_memory.h:set_memory_rox, v6.12."""
    return set_memory_ro(k, addr, numpages) or set_memory_x(k, addr, numpages)


SET_MEMORY = {
    "ro": set_memory_ro,
    "rw": set_memory_rw,
    "x": set_memory_x,
    "nx": set_memory_nx,
    "rox": set_memory_rox,
}
