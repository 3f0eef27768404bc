"""Areas for per-CPU memory: several at fixed distances, from the top of the range down (mm/vmalloc.c, v6.12).

A per-CPU variable lies at the same offset in the area of every group of CPUs, so all areas of a chunk must
fit at once.  They come from the other end of the range, where ordinary requests seldom are.
Addresses, offsets and sizes are bytes; all arithmetic wraps at 64 bits, as the kernel's does.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN, ALIGN_DOWN, IS_ALIGNED, is_power_of_2
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import BUG_ON, WARN_ON, WARN_ON_ONCE
from vmgui.engine.lib.rbtree import rb_prev
from vmgui.engine.mm import purge
from vmgui.engine.mm.kasan.hooks import (
    KASAN_VMALLOC_PAGE_RANGE,
    KASAN_VMALLOC_PROT_NORMAL,
    KASAN_VMALLOC_TLB_FLUSH,
    kasan_populate_vmalloc,
    kasan_release_vmalloc,
    kasan_unpoison_vmalloc,
)
from vmgui.engine.mm.kmem_cache import kmem_cache_free, kmem_cache_zalloc, vmap_area_cachep
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.mm.vm_struct import VM_ALLOC, free_vm_area
from vmgui.engine.mm.vmap_area import va_clip
from vmgui.engine.mm.vmap_node import addr_to_node
from vmgui.engine.mm.vmap_tree import (
    insert_vmap_area,
    list_entry,
    merge_or_add_vmap_area_augment,
    rb_entry,
    va_size,
)
from vmgui.engine.structs import vm_struct, vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, WORD, WordArray

Place = tuple[vmap_area | None, int]


@kernel_function
def pvm_find_va_enclose_addr(k: Kernel, addr: int) -> vmap_area | None:
    """Return the free area that holds ``addr``, or else the highest one below it; None if there is none.

    mm/vmalloc.c:pvm_find_va_enclose_addr, v6.12.
    """
    n, va = k.free_vmap_area_root.rb_node, None
    while n is not None:
        tmp = rb_entry(n)
        if tmp.va_start <= addr:
            va = tmp
            if tmp.va_end >= addr:
                break
            n = n.rb_right
        else:
            n = n.rb_left
    return va


@kernel_function
def pvm_determine_end_from_reverse(k: Kernel, va: vmap_area | None, align: int) -> int:
    """Return the highest aligned end of free addresses in ``va`` or below it, 0 if there is none.

    mm/vmalloc.c:pvm_determine_end_from_reverse, v6.12.  Differs: the area that the end lies in is asked
    for with `area_of_end`, where the kernel hands it back through the argument.
    """
    found = area_of_end(k, va, align)
    return _end_in(k, found, align) if found is not None else 0


def area_of_end(k: Kernel, va: vmap_area | None, align: int) -> vmap_area | None:
    """Return the free area, ``va`` or one below it, that the highest aligned end lies in."""
    link = va.list if va is not None else k.free_vmap_area_list
    while link != k.free_vmap_area_list:
        found = list_entry(link)
        if found.va_start < _end_in(k, found, align):
            return found
        link = link.prev
    return None


def _end_in(k: Kernel, va: vmap_area, align: int) -> int:
    return min(ALIGN_DOWN(va.va_end, align), ALIGN_DOWN(k.VMALLOC_END, align))


@kernel_function
def pcpu_get_vm_areas(
    k: Kernel, offsets: Sequence[int], sizes: Sequence[int], nr_vms: int, align: int
) -> int:
    """Reserve ``nr_vms`` areas of ``sizes`` at ``offsets`` from one base, as high as possible.

    All are multiples of ``align``, a power of two.  Returns an array of pointers to the vm_structs, which
    `pcpu_free_vm_areas` frees; 0 without memory or room.  mm/vmalloc.c:pcpu_get_vm_areas, v6.12.
    """
    last_area = _pcpu_get_vm_areas__last(k, offsets, sizes, nr_vms, align)
    vmalloc_start, vmalloc_end = ALIGN(k.VMALLOC_START, align), ALIGN_DOWN(k.VMALLOC_END, align)
    if WARN_ON(
        k, vmalloc_end - vmalloc_start < offsets[last_area] + sizes[last_area],
        "mm/vmalloc.c:4746 pcpu_get_vm_areas",
    ):  # fmt: skip
        return 0
    vms, vas = kzalloc(k, nr_vms * WORD, GFP_KERNEL), kzalloc(k, nr_vms * WORD, GFP_KERNEL)
    if not vas or not vms:
        kfree(k, vas)
        kfree(k, vms)
        return 0
    purged = False
    while _pcpu_get_vm_areas__objects(k, vms, vas, nr_vms):
        base = _pcpu_get_vm_areas__base(k, offsets, sizes, nr_vms, align, last_area)
        if base is not None and _pcpu_get_vm_areas__clip(k, vas, offsets, sizes, nr_vms, base):
            if _pcpu_get_vm_areas__insert(k, vms, vas, sizes, nr_vms):
                kfree(k, vas)
                return vms
            break
        if purged:
            break
        purge.reclaim_and_purge_vmap_areas(k)  # what waits to be freed may be what is missing
        purged = True
    _pcpu_get_vm_areas__free(k, vms, vas, nr_vms)
    return 0


def _pcpu_get_vm_areas__last(
    k: Kernel, offsets: Sequence[int], sizes: Sequence[int], nr_vms: int, align: int
) -> int:
    """Check what was asked for; returns the number of the area with the highest address.

    Differs: these lines of pcpu_get_vm_areas are a function of their own.
    """
    place = "pcpu_get_vm_areas"
    BUG_ON(k, align % k.PAGE_SIZE or not is_power_of_2(align), f"mm/vmalloc.c:4723 {place}")
    last_area = 0
    for area in range(nr_vms):
        start, end = offsets[area], offsets[area] + sizes[area]
        BUG_ON(k, not IS_ALIGNED(offsets[area], align), f"mm/vmalloc.c:4729 {place}")
        BUG_ON(k, not IS_ALIGNED(sizes[area], align), f"mm/vmalloc.c:4730 {place}")
        if start > offsets[last_area]:
            last_area = area
        for area2 in range(area + 1, nr_vms):
            start2, end2 = offsets[area2], offsets[area2] + sizes[area2]
            BUG_ON(k, start2 < end and start < end2, f"mm/vmalloc.c:4740 {place}")
    return last_area


def _pcpu_get_vm_areas__objects(k: Kernel, vms: int, vas: int, nr_vms: int) -> bool:
    """Make the objects that are missing; False without memory.

    Differs: these lines of pcpu_get_vm_areas are a function of their own.
    """
    owners, areas = WordArray(k.mem, vms), WordArray(k.mem, vas)
    for area in range(nr_vms):
        if not areas[area]:
            va = kmem_cache_zalloc(k, vmap_area_cachep, GFP_KERNEL)
            areas[area] = va.addr if va is not None else 0
        if not owners[area]:
            owners[area] = kzalloc(k, vm_struct.size, GFP_KERNEL)
        if not areas[area] or not owners[area]:
            return False
    return True


def _pcpu_get_vm_areas__base(
    k: Kernel, offsets: Sequence[int], sizes: Sequence[int], nr_vms: int, align: int, last_area: int
) -> int | None:
    """Find the highest base from which all areas fit; None if there is none.

    One area after the other is tried, downwards.  One that does not fit pulls the base down, and then all
    others have to be tried again.
    Differs: these lines of pcpu_get_vm_areas are a function of their own.
    """
    vmalloc_start = ALIGN(k.VMALLOC_START, align)
    last_end = offsets[last_area] + sizes[last_area]
    area = term_area = last_area
    start, end = offsets[area], offsets[area] + sizes[area]
    va, top = pvm_highest_end(k, pvm_find_va_enclose_addr(k, ALIGN_DOWN(k.VMALLOC_END, align)), align)
    base = top - end & MASK64
    while True:
        # the base may have wrapped below 0
        if base + last_end & MASK64 < vmalloc_start + last_end & MASK64 or va is None:
            return None
        if base + end & MASK64 > va.va_end:  # it ends above the free area: move down to its end
            va, top = pvm_highest_end(k, va, align)
            base, term_area = top - end & MASK64, area
            continue
        if base + start & MASK64 < va.va_start:  # it begins below it: try the next free area
            before = rb_prev(va.rb_node)
            va, top = pvm_highest_end(k, rb_entry(before) if before is not None else None, align)
            base, term_area = top - end & MASK64, area
            continue
        area = (area + nr_vms - 1) % nr_vms
        if area == term_area:
            return base
        start, end = offsets[area], offsets[area] + sizes[area]
        va = pvm_find_va_enclose_addr(k, base + end)


def pvm_highest_end(k: Kernel, va: vmap_area | None, align: int) -> Place:
    """Return both answers of `pvm_determine_end_from_reverse`: the area, and the end in it."""
    return area_of_end(k, va, align), pvm_determine_end_from_reverse(k, va, align)


def _pcpu_get_vm_areas__clip(
    k: Kernel, vas: int, offsets: Sequence[int], sizes: Sequence[int], nr_vms: int, base: int
) -> bool:
    """Cut all areas out of the free ones; False if that fails, and then nothing is cut out.

    Differs: these lines of pcpu_get_vm_areas are a function of their own.
    """
    areas = WordArray(k.mem, vas)
    for area in range(nr_vms):
        start, size = base + offsets[area], sizes[area]
        va = pvm_find_va_enclose_addr(k, start)
        lost = WARN_ON_ONCE(k, Once.PCPU_NO_AREA, va is None, "mm/vmalloc.c:4827 pcpu_get_vm_areas")
        if lost or va is None:
            _pcpu_get_vm_areas__recover(k, vas, area)
            return False
        ret = va_clip(k, k.free_vmap_area_root, k.free_vmap_area_list, va, start, size)
        if WARN_ON_ONCE(k, Once.PCPU_CLIP, ret, "mm/vmalloc.c:4833 pcpu_get_vm_areas"):
            _pcpu_get_vm_areas__recover(k, vas, area)
            return False
        taken = vmap_area(k.mem, areas[area])
        taken.va_start = start
        taken.va_end = start + size
    return True


def _pcpu_get_vm_areas__recover(k: Kernel, vas: int, count: int) -> None:
    """Give the last ``count`` areas that were cut out back, the highest number first.

    Differs: these lines of pcpu_get_vm_areas are a function of their own.
    """
    areas = WordArray(k.mem, vas)
    for area in reversed(range(count)):
        va = vmap_area(k.mem, areas[area])
        areas[area] = 0
        start, end = va.va_start, va.va_end
        merged = merge_or_add_vmap_area_augment(k, va, k.free_vmap_area_root, k.free_vmap_area_list)
        if merged is None:
            continue
        kasan_release_vmalloc(
            k, start, end, merged.va_start, merged.va_end, KASAN_VMALLOC_PAGE_RANGE | KASAN_VMALLOC_TLB_FLUSH
        )


def _pcpu_get_vm_areas__insert(k: Kernel, vms: int, vas: int, sizes: Sequence[int], nr_vms: int) -> bool:
    """Make all areas busy and give them their owners; False if their shadow memory cannot be had.

    Differs: these lines of pcpu_get_vm_areas are a function of their own.
    """
    areas, owners = WordArray(k.mem, vas), WordArray(k.mem, vms)
    for area in range(nr_vms):
        if kasan_populate_vmalloc(k, vmap_area(k.mem, areas[area]).va_start, sizes[area], GFP_KERNEL):
            _pcpu_get_vm_areas__recover(k, vas, nr_vms)
            return False
    for area in range(nr_vms):
        va = vmap_area(k.mem, areas[area])
        vn = addr_to_node(k, va.va_start)
        insert_vmap_area(k, va, vn.busy.root, vn.busy.head)
        setup_vmalloc_vm(k, vm_struct(k.mem, owners[area]), va, VM_ALLOC, Symbol.PCPU_GET_VM_AREAS)
    for area in range(nr_vms):
        vm = vm_struct(k.mem, owners[area])
        kasan_unpoison_vmalloc(k, vm.vm_addr, vm.vm_size, KASAN_VMALLOC_PROT_NORMAL)
    return True


def setup_vmalloc_vm(k: Kernel, vm: vm_struct, va: vmap_area, flags: int, caller: int) -> None:
    """Describe who owns ``va``: there is no guard page, so all of it was asked for.

    mm/vmalloc.c:setup_vmalloc_vm, v6.12.
    """
    vm.flags = flags
    vm.vm_addr = va.va_start
    vm.vm_size = vm.requested_size = va_size(va)
    vm.caller = caller
    va.vm = vm


def _pcpu_get_vm_areas__free(k: Kernel, vms: int, vas: int, nr_vms: int) -> None:
    """Free all objects and both arrays, after a failure.

    Differs: these lines of pcpu_get_vm_areas are a function of their own.
    """
    areas, owners = WordArray(k.mem, vas), WordArray(k.mem, vms)
    for area in range(nr_vms):
        if areas[area]:
            kmem_cache_free(k, vmap_area_cachep, vmap_area(k.mem, areas[area]))
        kfree(k, owners[area])
    kfree(k, vas)
    kfree(k, vms)


@kernel_function
def pcpu_free_vm_areas(k: Kernel, vms: int, nr_vms: int) -> None:
    """Free what `pcpu_get_vm_areas` returned.  mm/vmalloc.c:pcpu_free_vm_areas, v6.12."""
    for i in range(nr_vms):
        free_vm_area(k, vm_struct(k.mem, WordArray(k.mem, vms)[i]))
    kfree(k, vms)
