"""Areas from before the allocator of kernel addresses exists (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.printk import BUG_ON
from vmgui.engine.structs import vm_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64


@kernel_function
def vm_area_add_early(k: Kernel, vm: vm_struct) -> None:
    """Put ``vm``, whose range is chosen, in the list of early areas, by address.

    mm/vmalloc.c:vm_area_add_early, v6.12.
    """
    BUG_ON(k, k.vmap_initialized, "mm/vmalloc.c:3113 vm_area_add_early")
    before, tmp = None, k.vmlist
    while tmp is not None:
        if tmp.vm_addr >= vm.vm_addr:
            BUG_ON(k, tmp.vm_addr < vm.vm_addr + vm.vm_size, "mm/vmalloc.c:3116 vm_area_add_early")
            break
        BUG_ON(k, tmp.vm_addr + tmp.vm_size > vm.vm_addr, "mm/vmalloc.c:3119 vm_area_add_early")
        before, tmp = tmp, tmp.next
    link_early(k, vm, before, tmp)


@kernel_function
def vm_area_register_early(k: Kernel, vm: vm_struct, align: int) -> None:
    """Choose the lowest range for ``vm``, whose size is set, and put it in the list of early areas.

    mm/vmalloc.c:vm_area_register_early, v6.12.
    """
    BUG_ON(k, k.vmap_initialized, "mm/vmalloc.c:3142 vm_area_register_early")
    addr = ALIGN(k.VMALLOC_START, align)
    before, cur = None, k.vmlist
    while cur is not None:
        if cur.vm_addr - addr & MASK64 >= vm.vm_size:
            break
        addr = ALIGN(cur.vm_addr + cur.vm_size, align)
        before, cur = cur, cur.next
    BUG_ON(k, addr > k.VMALLOC_END - vm.vm_size, "mm/vmalloc.c:3150 vm_area_register_early")
    vm.vm_addr = addr
    link_early(k, vm, before, cur)


def link_early(k: Kernel, vm: vm_struct, before: vm_struct | None, after: vm_struct | None) -> None:
    """Put ``vm`` between two neighbours of the list."""
    vm.next = after
    if before is None:
        k.vmlist = vm
    else:
        before.next = vm
