"""Areas that are populated piece by piece: VM_SPARSE (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.errno import E2BIG, EINVAL, ERANGE
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE
from vmgui.engine.mm.vm_struct import VM_FLUSH_RESET_PERMS, VM_NO_GUARD, VM_SPARSE, get_vm_area_size
from vmgui.engine.mm.vmap import vmap_pages_range
from vmgui.engine.mm.vunmap import vunmap_range
from vmgui.engine.structs import vm_struct
from vmgui.engine.trace import kernel_function


@kernel_function
def check_sparse_vm_area(k: Kernel, area: vm_struct, start: int, end: int) -> int:
    """Say whether [start, end) may be changed in ``area``: 0, -EINVAL, -E2BIG or -ERANGE.

    mm/vmalloc.c:check_sparse_vm_area, v6.12.
    """
    flags, place = area.flags, "mm/vmalloc.c:{} check_sparse_vm_area"
    # Its pages are unknown to the area, so their permissions could not be reset.
    resets = flags & VM_FLUSH_RESET_PERMS
    if WARN_ON_ONCE(k, Once.SPARSE_FLUSH_RESET_PERMS, resets, place.format(726)):
        return -EINVAL
    if WARN_ON_ONCE(k, Once.SPARSE_NO_GUARD, flags & VM_NO_GUARD, place.format(728)):
        return -EINVAL
    if WARN_ON_ONCE(k, Once.SPARSE_NOT_SPARSE, not flags & VM_SPARSE, place.format(730)):
        return -EINVAL
    if end - start >> k.PAGE_SHIFT > k.totalram_pages:
        return -E2BIG
    if start < area.vm_addr or end > area.vm_addr + get_vm_area_size(k, area):
        return -ERANGE
    return 0


@kernel_function
def vm_area_map_pages(k: Kernel, area: vm_struct, start: int, end: int, pages: int) -> int:
    """Map the pages of an array to [start, end) inside a sparse area: 0, or a negative errno.

    mm/vmalloc.c:vm_area_map_pages, v6.12.
    """
    err = check_sparse_vm_area(k, area, start, end)
    if err:
        return err
    return vmap_pages_range(k, start, end, k.PAGE_KERNEL, pages, k.PAGE_SHIFT)


@kernel_function
def vm_area_unmap_pages(k: Kernel, area: vm_struct, start: int, end: int) -> None:
    """Unmap [start, end) inside a sparse area and flush it; the pages stay with their owner.

    mm/vmalloc.c:vm_area_unmap_pages, v6.12.
    """
    if check_sparse_vm_area(k, area, start, end):
        return
    vunmap_range(k, start, end)
