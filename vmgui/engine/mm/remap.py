"""Showing vmalloc memory to a user program (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.errno import EINVAL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN, IS_ALIGNED
from vmgui.engine.mm.user import VM_DONTDUMP, VM_DONTEXPAND, vm_area_struct, vm_insert_page
from vmgui.engine.mm.vm_struct import VM_DMA_COHERENT, VM_USERMAP, find_vm_area, get_vm_area_size
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64


@kernel_function
def remap_vmalloc_range_partial(
    k: Kernel, vma: vm_area_struct, uaddr: int, kaddr: int, pgoff: int, size: int
) -> int:
    """Map ``size`` bytes of the area at ``kaddr``, from its page ``pgoff`` on, at user address ``uaddr``.

    0; -EINVAL for addresses inside a page, or a range that is not all in an area made for users; else
    what mapping a page returned, with the pages before it left mapped.
    mm/vmalloc.c:remap_vmalloc_range_partial, v6.12.
    """
    off = pgoff << k.PAGE_SHIFT
    if off > MASK64:
        return -EINVAL
    size = ALIGN(size, k.PAGE_SIZE)
    if not IS_ALIGNED(uaddr, k.PAGE_SIZE) or not IS_ALIGNED(kaddr, k.PAGE_SIZE):
        return -EINVAL
    area = find_vm_area(k, kaddr)
    if not area:
        return -EINVAL
    if not area.flags & (VM_USERMAP | VM_DMA_COHERENT):
        return -EINVAL  # memory that was not zeroed could show a user what it held before
    end_index = size + off
    if end_index > MASK64 or end_index > get_vm_area_size(k, area):
        return -EINVAL
    kaddr += off

    while True:
        ret = vm_insert_page(k, vma, uaddr, vmalloc_to_page(k, kaddr))
        if ret:
            return ret
        uaddr, kaddr, size = uaddr + k.PAGE_SIZE, kaddr + k.PAGE_SIZE, size - k.PAGE_SIZE
        if not size:
            break
    vma.vm_flags = vma.vm_flags | VM_DONTEXPAND | VM_DONTDUMP
    return 0


@kernel_function
def remap_vmalloc_range(k: Kernel, vma: vm_area_struct, addr: int, pgoff: int) -> int:
    """Map the area at ``addr``, from its page ``pgoff`` on, over all of ``vma``; errno as for a part of it.

    mm/vmalloc.c:remap_vmalloc_range, v6.12.
    """
    return remap_vmalloc_range_partial(k, vma, vma.vm_start, addr, pgoff, vma.vm_end - vma.vm_start)
