"""Reading the vmalloc range from outside, holes and all, as /proc/kcore does (mm/vmalloc.c, v6.12).

The reader knows nothing of areas.  What is mapped memory is copied, everything else comes out as zeros.
"""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import WARN_ON
from vmgui.engine.mm.iov_iter import copy_page_to_iter_nofault, iov_iter, iov_iter_zero
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_SPARSE, VM_UNINITIALIZED, get_vm_area_size
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.mm.vmap_block import (
    VMAP_BLOCK,
    VMAP_RAM,
    addr_to_vb,
    used_ranges,
    vmap_block,
    vmap_block_vaddr,
)
from vmgui.engine.mm.vmap_find import find_vmap_area_exceed_addr_lock
from vmgui.engine.structs import vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

VMAP_FLAGS_MASK = VMAP_RAM | VMAP_BLOCK


@kernel_function
def zero_iter(k: Kernel, iter: iov_iter, count: int) -> int:
    """Write ``count`` zeros for the reader, a page at a time; returns how many there was room for.

    mm/vmalloc.c:zero_iter, v6.12.  Differs: the kernel copies its page of zeros, which is no frame here.
    """
    remains = count
    while remains > 0:
        num = min(remains, k.PAGE_SIZE)
        copied = iov_iter_zero(k, num, iter)
        remains -= copied
        if copied < num:
            break
    return count - remains


@kernel_function
def aligned_vread_iter(k: Kernel, iter: iov_iter, addr: int, count: int) -> int:
    """Copy ``count`` bytes from ``addr`` on, page by page; zeros where nothing is mapped.

    Returns how many bytes went out.  mm/vmalloc.c:aligned_vread_iter, v6.12.
    """
    remains = count
    while remains > 0:
        offset = addr % k.PAGE_SIZE
        length = min(k.PAGE_SIZE - offset, remains)
        page = vmalloc_to_page(k, addr)
        # The page is read through the direct map: the mapping in the area may go at any time.
        if page is not None:
            copied = copy_page_to_iter_nofault(k, page, offset, length, iter)
        else:
            copied = zero_iter(k, iter, length)
        addr += copied
        remains -= copied
        if copied != length:
            break
    return count - remains


@kernel_function
def vmap_ram_vread_iter(k: Kernel, iter: iov_iter, addr: int, count: int, flags: int) -> int:
    """Read ``count`` bytes of a vm_map_ram area; returns how many went out.

    In a block only the parts that are handed out are looked at: the rest may still be mapped, but its
    pages belong to somebody else by now.  mm/vmalloc.c:vmap_ram_vread_iter, v6.12.
    """
    if not flags & VMAP_BLOCK:
        return aligned_vread_iter(k, iter, addr, count)
    vb = addr_to_vb(k, addr)
    if vb is None:
        return zero_iter(k, iter, count)
    at, remains = Out(addr), Out(count)
    for rs, re in used_ranges(k, vb):
        if not _vmap_ram_vread_iter__range(k, iter, vb, rs, re, at, remains):
            return count - remains.value
    return count - remains.value + zero_iter(k, iter, remains.value)


def _vmap_ram_vread_iter__range(
    k: Kernel, iter: iov_iter, vb: vmap_block, rs: int, re: int, addr: Out, remains: Out
) -> bool:
    """Read what the pages [rs, re) of a block hold, and zeros before them; False ends the reading.

    As in the kernel, one page more than the range is read, and whoever begins within the range gets its
    first page all the same.  Differs: a part of vmap_ram_vread_iter.
    """
    if remains.value == 0:
        return False
    start = vmap_block_vaddr(k, vb.va.va_start, rs)
    if addr.value < start and not zero_up_to(k, iter, start, addr, remains):
        return False
    offset = addr.value % k.PAGE_SIZE
    n = min((re - rs + 1 << k.PAGE_SHIFT) - offset, remains.value)
    copied = aligned_vread_iter(k, iter, start + offset, n)
    addr.value += copied
    remains.value -= copied
    return copied == n


@kernel_function
def vread_iter(k: Kernel, iter: iov_iter, addr: int, count: int) -> int:
    """Read ``count`` bytes from ``addr`` on; returns how many went out: all there was room for.

    Guard pages, holes, device and sparse areas come out as zeros.  A range that wraps ends with the
    last address.  mm/vmalloc.c:vread_iter, v6.12.
    """
    addr = kasan_reset_tag(k, addr)
    if addr + count > MASK64:
        count = -addr & MASK64
    at, remains = Out(addr), Out(count)
    va = find_vmap_area_exceed_addr_lock(k, addr)
    if va is not None and addr + count > va.va_start:
        while va is not None:
            if _vread_iter__area(k, iter, va, at, remains):
                return count - remains.value
            va = find_vmap_area_exceed_addr_lock(k, va.va_end)
    return count - remains.value + zero_iter(k, iter, remains.value)


def _vread_iter__area(k: Kernel, iter: iov_iter, va: vmap_area, addr: Out, remains: Out) -> bool:
    """Read what the range has of one area, and the hole before it; True when that ends the reading.

    Differs: a part of vread_iter.
    """
    if remains.value == 0:
        return True
    vm = va.vm
    flags = va.flags & VMAP_FLAGS_MASK
    WARN_ON(k, flags == VMAP_BLOCK, "mm/vmalloc.c:4459 vread_iter")
    if not vm and not flags:
        return False
    if vm and vm.flags & VM_UNINITIALIZED:
        return False

    vaddr = va.va_start
    size = get_vm_area_size(k, vm) if vm else va.va_end - va.va_start
    if addr.value >= vaddr + size:
        return False
    if addr.value < vaddr and not zero_up_to(k, iter, vaddr, addr, remains):
        return True

    n = min(vaddr + size - addr.value, remains.value)
    if flags & VMAP_RAM:
        copied = vmap_ram_vread_iter(k, iter, addr.value, n, flags)
    elif not (vm and vm.flags & (VM_IOREMAP | VM_SPARSE)):
        copied = aligned_vread_iter(k, iter, addr.value, n)
    else:
        copied = zero_iter(k, iter, n)  # to read a device may change it
    addr.value += copied
    remains.value -= copied
    return copied != n


def zero_up_to(k: Kernel, iter: iov_iter, start: int, addr: Out, remains: Out) -> bool:
    """Write zeros for the hole from ``addr`` to ``start``; False when nothing can follow any more.

    Differs: a part of vread_iter and of vmap_ram_vread_iter.
    """
    to_zero = min(start - addr.value, remains.value)
    zeroed = zero_iter(k, iter, to_zero)
    addr.value += zeroed
    remains.value -= zeroed
    return remains.value != 0 and zeroed == to_zero
