"""KASAN's generic mode: looking at the shadow before every access (mm/kasan/generic.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.lib.printk import panic, printk
from vmgui.engine.mm.kasan.report import kasan_report
from vmgui.engine.mm.kasan.shadow import (
    KASAN_GRANULE_MASK,
    KASAN_GRANULE_SIZE,
    __kasan_unpoison_vmalloc,
    kasan_mem_to_shadow,
    kasan_populate_vmalloc,
    shadow_byte,
)
from vmgui.engine.mm.pgalloc import p4d_alloc, pud_alloc
from vmgui.engine.mm.pgtable import p4d_addr_end, pgd_addr_end, pgd_offset_k
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_or_module_addr
from vmgui.engine.structs import vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64


@kernel_function
def kasan_check_range(k: Kernel, addr: int, size: int, write: bool, ret_ip: str) -> bool:
    """Tell whether the ``size`` bytes at ``addr`` may be used, and report it if not.

    ``ret_ip`` is the function that makes the access.  mm/kasan/generic.c:kasan_check_range, v6.12.
    Differs: only areas have shadow here, so whatever is outside the vmalloc and module ranges may be used.
    """
    if not size:
        return True
    if addr + size > MASK64:
        return not kasan_report(k, addr, size, write, ret_ip)
    if not is_vmalloc_or_module_addr(k, addr):
        return True
    if not memory_is_poisoned(k, addr, size):
        return True
    return not kasan_report(k, addr, size, write, ret_ip)


def memory_is_poisoned(k: Kernel, addr: int, size: int) -> bool:
    """Tell whether any of the ``size`` bytes must not be used; no shadow forbids nothing here.

    mm/kasan/generic.c:memory_is_poisoned_n, v6.12.
    """
    end = addr + size
    for granule in range(addr & -KASAN_GRANULE_SIZE, end, KASAN_GRANULE_SIZE):
        value = shadow_byte(k, granule)
        last = min(end - granule, KASAN_GRANULE_SIZE) - 1  # the last byte of it that is used
        if value and (value > KASAN_GRANULE_MASK or last >= value):
            return True
    return False


def missing_shadow(k: Kernel, addr: int, size: int) -> int:
    """Return the shadow address at which a check of ``size`` bytes at ``addr`` faults; 0 if it does not.

    Where there is no area there is no shadow either, and the check itself touches what is not mapped.
    """
    for last in (addr, addr + size - 1):
        if is_vmalloc_or_module_addr(k, last) and shadow_byte(k, last) is None:
            return kasan_mem_to_shadow(k, last)
    return 0


# --- boot ------------------------------------------------------------------------------------------


@kernel_function
def kasan_init(k: Kernel) -> None:
    """Make the upper tables of the shadow of areas and modules: lower ones come with the areas.

    arch/x86/mm/kasan_init_64.c:kasan_init, v6.12.  Differs: RAM, the kernel image and devices have no
    shadow here.
    """
    if k.machine.arch != "arm64":  # there is one top table for all processes, so nothing is made ahead
        for start, end in ((k.VMALLOC_START, k.VMALLOC_END), (k.MODULES_VADDR, k.MODULES_END)):
            shadow_start, shadow_end = kasan_mem_to_shadow(k, start), kasan_mem_to_shadow(k, end)
            kasan_shallow_populate_pgds(k, shadow_start, shadow_end)
    printk(k, "kasan: KernelAddressSanitizer initialized")


@kernel_function
def kasan_populate_early_areas(k: Kernel) -> None:
    """Give the areas of the kernel's image, where it lies in the vmalloc range, shadow that allows all.

    arch/arm64/mm/kasan_init.c:kasan_init_shadow, v6.12.
    """
    for i in range(k.nr_vmap_nodes):
        for va in list_for_each_entry(k.vmap_nodes[i].busy.head, vmap_area, "list"):
            size = va.va_end - va.va_start
            if kasan_populate_vmalloc(k, va.va_start, size, GFP_KERNEL):
                panic(k, "arch/arm64/mm/kasan_init.c kasan_alloc_zeroed_page", "Failed to allocate page")
            __kasan_unpoison_vmalloc(k, va.va_start, size, 0)


@kernel_function
def kasan_shallow_populate_pgds(k: Kernel, start: int, end: int) -> None:
    """Make all tables of [start, end) that a process could miss in its own top table.

    arch/x86/mm/kasan_init_64.c:kasan_shallow_populate_pgds, v6.12.
    """
    addr = start
    while True:
        next = pgd_addr_end(k, addr, end)
        kasan_shallow_populate_p4ds(k, pgd_offset_k(k, addr), addr, next)
        addr = next
        if addr == end:
            break


def kasan_shallow_populate_p4ds(k: Kernel, pgd: int, addr: int, end: int) -> None:
    """Make the tables below one top-level entry.  Part of `kasan_shallow_populate_pgds`."""
    while True:
        next = p4d_addr_end(k, addr, end)
        p4d = p4d_alloc(k, pgd, addr)
        if not p4d or not pud_alloc(k, p4d, addr):
            panic(k, "arch/x86/mm/kasan_init_64.c early_alloc", "Failed to allocate page")
        addr = next
        if addr == end:
            break
