"""What the kernel tells about its areas: /proc/vmallocinfo and mem_dump_obj() (mm/vmalloc.c, v6.12).

Addresses stand in clear, as on a kernel booted with no_hash_pointers.
"""

from __future__ import annotations

from collections import Counter

from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.kallsyms import sprint_symbol
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.lib.printk import printk
from vmgui.engine.lib.seq_file import seq_file, seq_puts
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.page import page_to_nid, pfn_valid
from vmgui.engine.mm.page_array import get_page_slot
from vmgui.engine.mm.slab import kfree, kmalloc
from vmgui.engine.mm.vm_struct import (
    VM_ALLOC,
    VM_DMA_COHERENT,
    VM_IOREMAP,
    VM_MAP,
    VM_SPARSE,
    VM_UNINITIALIZED,
    VM_USERMAP,
)
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr
from vmgui.engine.mm.vmap_block import VMAP_RAM
from vmgui.engine.mm.vmap_find import __find_vmap_area
from vmgui.engine.mm.vmap_node import addr_to_node
from vmgui.engine.structs import vm_struct, vmap_area
from vmgui.engine.trace import kernel_function

#: The words that stand for flags, in the order in which they are printed.
FLAG_WORDS = (
    (VM_IOREMAP, " ioremap"), (VM_SPARSE, " sparse"), (VM_ALLOC, " vmalloc"), (VM_MAP, " vmap"),
    (VM_USERMAP, " user"), (VM_DMA_COHERENT, " dma-coherent"),
)  # fmt: skip
UINT = 4  # bytes of an unsigned int


@kernel_function
def vmalloc_info_show(k: Kernel, m: seq_file) -> int:
    """Print /proc/vmallocinfo: node by node the areas in use, by address within a node; returns 0.

    Behind them come the areas that wait for a purge.  mm/vmalloc.c:vmalloc_info_show, v6.12.
    """
    counters = kmalloc(k, k.machine.numa_nodes * UINT, GFP_KERNEL)
    for i in range(k.nr_vmap_nodes):
        for va in list_for_each_entry(k.vmap_nodes[i].busy.head, vmap_area, "list"):
            if va.vm is None:
                if va.flags & VMAP_RAM:
                    seq_puts(m, f"{extent(va.va_start, va.va_end)} vm_map_ram\n")
            elif not va.vm.flags & VM_UNINITIALIZED:
                show_area(k, m, va.vm, counters)
    show_purge_info(k, m)
    kfree(k, counters)
    return 0


def extent(start: int, end: int) -> str:
    """Write the range [start, end) and its length in bytes."""
    return f"0x{start:016x}-0x{end:016x} {end - start:7d}"


def show_area(k: Kernel, m: seq_file, v: vm_struct, counters: int) -> None:
    """Print the line of one area.  Differs: a part of vmalloc_info_show."""
    seq_puts(m, extent(v.vm_addr, v.vm_addr + v.vm_size))
    if v.caller:
        seq_puts(m, f" {sprint_symbol(k, v.caller)}")
    if v.nr_pages:
        seq_puts(m, f" pages={v.nr_pages}")
    if v.phys_addr:
        seq_puts(m, f" phys=0x{v.phys_addr:016x}")
    for flag, word in FLAG_WORDS:
        if v.flags & flag:
            seq_puts(m, word)
    if is_vmalloc_addr(k, v.pages):
        seq_puts(m, " vpages")
    show_numa_info(k, m, v, counters)
    seq_puts(m, "\n")


@kernel_function
def show_numa_info(k: Kernel, m: seq_file, v: vm_struct, counters: int) -> None:
    """Print how many pages of an area each memory node holds; nothing without room to count.

    mm/vmalloc.c:show_numa_info, v6.12.  Differs: the counts themselves are no words.
    """
    if not counters:
        return
    step = 1 << v.page_order
    found: Counter[int] = Counter()
    for nr in range(0, v.nr_pages, step):
        page = get_page_slot(k, v.pages, nr)
        if page is None:
            page_fault_oops(k, 0, 0)  # its flags
        found[page_to_nid(k, page)] += step
    for nid, pages in sorted(found.items()):
        seq_puts(m, f" N{nid}={pages}")


@kernel_function
def show_purge_info(k: Kernel, m: seq_file) -> None:
    """Print the areas that were freed and wait for a purge.  mm/vmalloc.c:show_purge_info, v6.12."""
    for i in range(k.nr_vmap_nodes):
        for va in list_for_each_entry(k.vmap_nodes[i].lazy.head, vmap_area, "list"):
            seq_puts(m, f"{extent(va.va_start, va.va_end)} unpurged vm_area\n")


@kernel_function
def vmalloc_nr_pages(k: Kernel) -> int:
    """Return how many pages vmalloc memory holds, page arrays included.  mm/vmalloc.c, v6.12."""
    return k.nr_vmalloc_pages


@kernel_function
def vmalloc_dump_obj(k: Kernel, object: int) -> bool:
    """Print what is known about the area that ``object`` is in; False when that is nothing.

    The address is rounded *up* to a page first, and only the busy tree of its own zone is asked: so the
    last bytes before another area are taken for that one, and a large area may not be found at all.
    mm/vmalloc.c:vmalloc_dump_obj, v6.12.
    """
    addr = ALIGN(object, k.PAGE_SIZE)
    va = __find_vmap_area(kasan_reset_tag(k, addr), addr_to_node(k, addr).busy.root)
    if va is None or va.vm is None:
        return False
    vm = va.vm
    where = f"starting at {vm.vm_addr:#x} allocated at {sprint_symbol(k, vm.caller)}"
    printk(k, f" {vm.nr_pages}-page vmalloc region {where}")
    return True


@kernel_function
def mem_dump_obj(k: Kernel, object: int) -> None:
    """Print where the memory at address ``object`` comes from.  mm/util.c:mem_dump_obj, v6.12.

    Differs: small objects are not asked about, as no address of a program leads to them here.
    """
    if vmalloc_dump_obj(k, object):
        return
    if is_vmalloc_addr(k, object):
        type = "vmalloc memory"
    elif virt_addr_valid(k, object):
        type = "non-slab/vmalloc memory"
    elif object == 0:
        type = "NULL pointer"
    elif object == ZERO_SIZE_PTR:
        type = "zero-size pointer"
    else:
        type = "non-paged memory"
    printk(k, f" {type}")


ZERO_SIZE_PTR = 16  # what kmalloc(0) returns


def virt_addr_valid(k: Kernel, kaddr: int) -> bool:
    """Tell whether ``kaddr`` is in the direct map of RAM.  Differs: the kernel's image does not count."""
    return kaddr >= k.PAGE_OFFSET and pfn_valid(k, kaddr - k.va_pa_offset >> k.PAGE_SHIFT)
