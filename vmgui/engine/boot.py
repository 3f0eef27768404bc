"""Starting a kernel: what happens before the first program can run, in the kernel's order (init/main.c)."""

from __future__ import annotations

from vmgui.engine.arch import architectures as architectures  # so that all functions are known now
from vmgui.engine.arch.hooks import (
    declare_kernel_vmas,
    init_kernel_image_tables,
    init_mem_mapping,
    memtype_init,
    preallocate_vmalloc_pages,
)
from vmgui.engine.kernel import Kernel, arena_end, arena_start
from vmgui.engine.lib.debugobjects import debug_objects_mem_init
from vmgui.engine.lib.list import INIT_LIST_HEAD
from vmgui.engine.lib.workqueue import workqueue_init
from vmgui.engine.machine import Machine, MachineError
from vmgui.engine.mm.execmem import execmem_init
from vmgui.engine.mm.kasan.generic import kasan_init, kasan_populate_early_areas
from vmgui.engine.mm.kasan.hooks import kasan_vmalloc_enabled
from vmgui.engine.mm.kasan.hw_tags import kasan_init_hw_tags
from vmgui.engine.mm.kasan.tags import kasan_hw_tags_enabled
from vmgui.engine.mm.kmemleak import kmemleak_init
from vmgui.engine.mm.kmsan.init import kmsan_init_runtime, kmsan_init_shadow
from vmgui.engine.mm.kvfree_rcu import kfree_rcu_init
from vmgui.engine.mm.mm_init import mem_init, reserved_ranges
from vmgui.engine.mm.mmzone import numa_init
from vmgui.engine.mm.page import PG_table, pfn_to_page, set_flag
from vmgui.engine.mm.percpu import setup_per_cpu_areas
from vmgui.engine.mm.tlb import tlb_init
from vmgui.engine.mm.vm_struct import VM_MAP, VM_NO_GUARD, __get_vm_area_caller
from vmgui.engine.mm.vmalloc_init import vmalloc_init
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Memory
from vmgui.texts import Text

NO_CAP = 63  # leaves of any size: the largest shift of a 64-bit number


def fresh_memory(machine: Machine) -> Memory:
    """Return memory of the right size for ``machine``, all zeros."""
    return Memory(arena_start(machine), arena_end(machine))


def boot(machine: Machine, mem: Memory) -> Kernel:
    """Start a kernel on ``machine`` in ``mem``, which holds nothing but zeros; MachineError if it cannot."""
    k = Kernel(machine, mem)
    start_kernel(k)
    if machine.window is not None:
        fence_window(k, *machine.window)
    return k


@kernel_function
def start_kernel(k: Kernel) -> None:
    """Set up memory, page tables and the vmalloc range, in this order.  init/main.c:start_kernel, v6.12."""
    parse_early_param(k)
    workqueue_init(k)
    setup_per_cpu_areas(k)
    if kasan_hw_tags_enabled(k):
        kasan_init_hw_tags(k)
    paging_init(k)
    init_kernel_image_tables(k)
    init_mem_mapping(k)
    if k.machine.kmsan:
        kmsan_init_shadow(k)
    numa_init(k)
    mem_init(k)
    execmem_init(k)
    tlb_init(k)
    memtype_init(k)
    if kasan_vmalloc_enabled(k):
        kasan_init(k)
    preallocate_vmalloc_pages(k)
    declare_kernel_vmas(k)
    if k.machine.kmemleak:
        kmemleak_init(k)
    if k.machine.debug_objects:
        debug_objects_mem_init(k)
    vmalloc_init(k)
    if kasan_vmalloc_enabled(k):
        kasan_populate_early_areas(k)
    if k.machine.kmsan:
        kmsan_init_runtime(k)
    kfree_rcu_init(k)


def parse_early_param(k: Kernel) -> None:
    """Take over what the kernel command line says about huge mappings."""
    k.vmap_allow_huge = int(not k.machine.nohugevmalloc)
    k.ioremap_max_page_shift = k.PAGE_SHIFT if k.machine.nohugeiomap else NO_CAP


@kernel_function
def paging_init(k: Kernel) -> None:
    """Take the top table of the kernel's own address space, which is a page of its image.

    arch/x86/mm/init_64.c:paging_init, v6.12.  Differs: there are no processes yet.
    """
    _, (image, _) = reserved_ranges(k.machine)
    k.init_mm_pgd = image
    set_flag(pfn_to_page(k, image >> k.PAGE_SHIFT), PG_table)
    INIT_LIST_HEAD(k.pgd_list)


def fence_window(k: Kernel, start: int, end: int) -> None:
    """Take a page on each side of [start, end), so that no neighbour merges with what is free inside."""
    for fence in (start - k.PAGE_SIZE, end):
        if k.machine.kmsan and not k.VMALLOC_START <= fence < k.VMALLOC_END:
            first = f"{k.VMALLOC_START:#x} to {k.VMALLOC_END:#x}"
            raise MachineError(
                Text("with KMSAN the window must lie in the first quarter of the range, {0}", first)
            )
        if not __get_vm_area_caller(k, k.PAGE_SIZE, VM_MAP | VM_NO_GUARD, fence, fence + k.PAGE_SIZE, 0):
            raise MachineError(Text("the window {0:#x}-{1:#x} is not free in the vmalloc range", start, end))
