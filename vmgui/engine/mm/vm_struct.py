"""Areas with an owner: a range of kernel addresses and the vm_struct that says whose it is (mm/vmalloc.c)."""

from __future__ import annotations

from vmgui.engine.gfp import GFP_KERNEL, GFP_RECLAIM_MASK
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN, IS_ALIGNED
from vmgui.engine.lib.debugobjects import debug_check_no_obj_freed
from vmgui.engine.lib.fault_inject import Fault, should_fail
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.lib.preempt import in_interrupt
from vmgui.engine.lib.printk import BUG_ON, WARN
from vmgui.engine.mm.kasan.hooks import (
    KASAN_VMALLOC_PROT_NORMAL,
    kasan_poison_vmalloc,
    kasan_unpoison_vmalloc,
)
from vmgui.engine.mm.lazy_free import free_unmap_vmap_area
from vmgui.engine.mm.mmzone import NUMA_NO_NODE as NUMA_NO_NODE
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.mm.vmap_area import alloc_vmap_area
from vmgui.engine.mm.vmap_find import find_unlink_vmap_area, find_vmap_area
from vmgui.engine.structs import vm_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

#: Bits of vm_struct.flags (include/linux/vmalloc.h).
VM_IOREMAP, VM_ALLOC, VM_MAP, VM_USERMAP = 0x1, 0x2, 0x4, 0x8
VM_DMA_COHERENT, VM_UNINITIALIZED, VM_NO_GUARD, VM_KASAN = 0x10, 0x20, 0x40, 0x80
VM_FLUSH_RESET_PERMS, VM_MAP_PUT_PAGES, VM_ALLOW_HUGE_VMAP = 0x100, 0x200, 0x400
VM_SPARSE = 0x1000


def get_vm_area_size(k: Kernel, area: vm_struct) -> int:
    """Return the bytes of an area that can be used: all but its guard page."""
    if area.flags & VM_NO_GUARD:
        return area.vm_size
    return area.vm_size - k.PAGE_SIZE


@kernel_function
def __get_vm_area_node(
    k: Kernel, size: int, align: int, shift: int, flags: int, start: int, end: int, node: int,
    gfp_mask: int, caller: int,
) -> vm_struct | None:  # fmt: skip
    """Reserve ``size`` bytes of addresses in [start, end) and describe them; None if there is no room.

    ``size`` is rounded up to 2**shift, and a guard page is added that nothing will ever map.
    mm/vmalloc.c:__get_vm_area_node, v6.12.
    """
    requested_size = size
    BUG_ON(k, in_interrupt(k), "mm/vmalloc.c:3177 __get_vm_area_node")
    size = ALIGN(size, 1 << shift)
    if not size:
        return None

    if flags & VM_IOREMAP:
        # Device areas are aligned to their own size, so that huge entries can map them.
        order = (size - 1).bit_length()
        align = 1 << min(max(order, k.PAGE_SHIFT), k.IOREMAP_MAX_ORDER)

    area = ___get_vm_area_node__struct(k, flags, caller, requested_size, gfp_mask)
    if area is None:
        return None
    if not flags & VM_NO_GUARD:
        size = size + k.PAGE_SIZE & MASK64  # who runs off the end shall fault, not hit the neighbour

    va = alloc_vmap_area(k, size, align, start, end, node, gfp_mask, 0, area)
    if isinstance(va, int):  # a negative errno
        kfree(k, area.addr)
        return None
    if not flags & VM_ALLOC:  # what vmalloc allocates must be mapped first
        kasan_unpoison_vmalloc(k, area.vm_addr, requested_size, KASAN_VMALLOC_PROT_NORMAL)
    return area


def ___get_vm_area_node__struct(
    k: Kernel, flags: int, caller: int, requested_size: int, gfp_mask: int
) -> vm_struct | None:
    """Take memory for the description, and say in it who asked for what.

    Differs: a part of __get_vm_area_node.
    """
    gfp = gfp_mask & GFP_RECLAIM_MASK
    addr = 0 if should_fail(k, Fault.STRUCT, gfp) else kzalloc(k, vm_struct.size, gfp)
    if not addr:
        return None
    area = vm_struct(k.mem, addr)
    area.flags = flags
    area.caller = caller
    area.requested_size = requested_size
    return area


@kernel_function
def __get_vm_area_caller(
    k: Kernel, size: int, flags: int, start: int, end: int, caller: int
) -> vm_struct | None:
    """Reserve ``size`` bytes of addresses in [start, end).  mm/vmalloc.c:__get_vm_area_caller, v6.12."""
    return __get_vm_area_node(
        k, size, 1, k.PAGE_SHIFT, flags, start, end, NUMA_NO_NODE, GFP_KERNEL, caller
    )


@kernel_function
def get_vm_area(k: Kernel, size: int, flags: int) -> vm_struct | None:
    """Reserve ``size`` bytes of addresses anywhere in the vmalloc range; None if there is no room.

    mm/vmalloc.c:get_vm_area, v6.12.
    """
    return __get_vm_area_node(
        k, size, 1, k.PAGE_SHIFT, flags, k.VMALLOC_START, k.VMALLOC_END, NUMA_NO_NODE, GFP_KERNEL,
        _RET_IP_,
    )  # fmt: skip


@kernel_function
def get_vm_area_caller(k: Kernel, size: int, flags: int, caller: int) -> vm_struct | None:
    """Reserve addresses as `get_vm_area` does, on behalf of ``caller``.

    mm/vmalloc.c:get_vm_area_caller, v6.12.
    """
    return __get_vm_area_node(
        k, size, 1, k.PAGE_SHIFT, flags, k.VMALLOC_START, k.VMALLOC_END, NUMA_NO_NODE, GFP_KERNEL, caller
    )


@kernel_function
def find_vm_area(k: Kernel, addr: int) -> vm_struct | None:
    """Return the owner of the area that ``addr`` lies in, guard page included; None if there is none.

    mm/vmalloc.c:find_vm_area, v6.12.
    """
    va = find_vmap_area(k, addr)
    if not va:
        return None
    return va.vm


@kernel_function
def remove_vm_area(k: Kernel, addr: int) -> vm_struct | None:
    """Unmap the area that ``addr`` lies in and hand back its owner, which the caller must free.

    The addresses are not free yet: they wait for the TLBs to be flushed.
    mm/vmalloc.c:remove_vm_area, v6.12.
    """
    if WARN(
        k,
        not IS_ALIGNED(addr, k.PAGE_SIZE),
        "mm/vmalloc.c:3291 remove_vm_area",
        f"Trying to vfree() bad address ({addr:016x})",
    ):
        return None

    va = find_unlink_vmap_area(k, addr)
    if not va or not va.vm:
        return None  # without an owner the range is in no tree any more: its addresses are lost
    vm = va.vm
    debug_check_no_obj_freed(k, vm.vm_addr, get_vm_area_size(k, vm))
    kasan_poison_vmalloc(k, vm.vm_addr, get_vm_area_size(k, vm))
    free_unmap_vmap_area(k, va)
    return vm


@kernel_function
def free_vm_area(k: Kernel, area: vm_struct) -> None:
    """Undo `get_vm_area`; pages mapped there stay with whoever has them.

    mm/vmalloc.c:free_vm_area, v6.12.
    """
    ret = remove_vm_area(k, area.vm_addr)
    BUG_ON(k, ret != area, "mm/vmalloc.c:4613 free_vm_area")
    kfree(k, area.addr)
