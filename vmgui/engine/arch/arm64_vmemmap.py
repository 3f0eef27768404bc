"""Where arm64 has the array of all struct pages: above the vmalloc range (arch/arm64/mm/mmu.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.arm64 import PTE_DIRTY, STRUCT_PAGE
from vmgui.engine.errno import ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.machine import M
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.page_alloc import alloc_pages
from vmgui.engine.mm.vmap_range import vmap_range_noflush
from vmgui.engine.trace import kernel_function

SECTION_SIZE = 128 * M


@kernel_function
def vmemmap_populate(k: Kernel) -> int:
    """Map the struct pages of all RAM, in PMD leaves if pages have 4 KiB; 0 or -ENOMEM.

    arch/arm64/mm/mmu.c:vmemmap_populate, v6.12.  Differs: only what a recorded boot had mapped is shown so;
    the struct pages themselves lie in Memory behind the kernel's variables.
    """
    start, prot = k.VMEMMAP_START, k.PAGE_KERNEL & ~PTE_DIRTY
    shift = k.PMD_SHIFT if k.PAGE_SHIFT == 12 else k.PAGE_SHIFT
    pages = ALIGN(k.machine.ram, SECTION_SIZE) >> k.PAGE_SHIFT
    for addr in range(start, start + pages * STRUCT_PAGE, 1 << shift):
        page = alloc_pages(k, GFP_KERNEL, shift - k.PAGE_SHIFT)
        if page is None:
            return -ENOMEM
        if err := vmap_range_noflush(k, addr, addr + (1 << shift), page_to_phys(k, page), prot, shift):
            return err
    return 0
