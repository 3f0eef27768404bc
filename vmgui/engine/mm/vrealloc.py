"""Giving an allocation another size, in place or by moving it (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import WARN
from vmgui.engine.mm.kasan.hooks import kasan_vrealloc
from vmgui.engine.mm.page_alloc import want_init_on_alloc
from vmgui.engine.mm.string import memcpy, memset
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import find_vm_area, get_vm_area_size
from vmgui.engine.mm.vmalloc import __vmalloc
from vmgui.engine.structs import vm_struct
from vmgui.engine.trace import kernel_function


@kernel_function
def vrealloc(k: Kernel, p: int, size: int, flags: int) -> int:
    """Make the allocation at ``p`` ``size`` bytes long; returns where it is now, or 0.

    With ``p`` 0 it is a new allocation, with ``size`` 0 it is freed.  Contents stay up to the lesser size.
    A size for which the pages suffice is only noted.  After a failure ``p`` is as it was.
    mm/vmalloc.c:vrealloc_noprof, v6.12.
    Differs: no init_on_free, so memory that is shrunk away is zeroed for init_on_alloc or __GFP_ZERO.
    """
    if not size:
        vfree(k, p)
        return 0
    vm, alloced_size, old_size = None, 0, 0
    if p:
        vm = find_vm_area(k, p)
        if not vm:
            why = f"Trying to vrealloc() nonexistent vm area ({p:016x})"
            WARN(k, True, "mm/vmalloc.c:4148 vrealloc_noprof", why)
            return 0
        alloced_size = get_vm_area_size(k, vm)
        old_size = vm.requested_size
        why = f"vrealloc() has mismatched area vs requested sizes ({p:016x})"
        if WARN(k, alloced_size < old_size, "mm/vmalloc.c:4154 vrealloc_noprof", why):
            return 0
    if vm and size <= alloced_size:
        _vrealloc__in_place(k, vm, p, size, old_size, flags)
        return p

    n = __vmalloc(k, size, flags)
    if not n:
        return 0
    if p:
        memcpy(k, n, p, old_size)
        vfree(k, p)
    return n


def _vrealloc__in_place(k: Kernel, vm: vm_struct, p: int, size: int, old_size: int, flags: int) -> None:
    """Note the new size; what is shrunk away becomes zeros, so that growing again finds zeros.

    Differs: a part of vrealloc.
    """
    if size <= old_size and want_init_on_alloc(k, flags):
        memset(k, p + size, 0, old_size - size)
    vm.requested_size = size
    kasan_vrealloc(k, p, old_size, size)
