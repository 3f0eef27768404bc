"""Mapping frames that have no struct page, by their numbers (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from dataclasses import dataclass

from vmgui.engine.arch.entries import pfn_pte, pgprot_nx, pte_mkspecial
from vmgui.engine.arch.hooks import flush_cache_vmap
from vmgui.engine.errno import EINVAL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE
from vmgui.engine.mm.memory import apply_to_page_range
from vmgui.engine.mm.page import pfn_valid
from vmgui.engine.mm.pgtable import set_pte_at
from vmgui.engine.mm.vm_struct import VM_IOREMAP, free_vm_area, get_vm_area_caller
from vmgui.engine.trace import kernel_function


@dataclass
class vmap_pfn_data:
    """How far a mapping has got: frame ``idx`` is the next."""

    pfns: int  # address of an array of frame numbers
    prot: int
    idx: int = 0

    @property
    def value(self) -> int:
        """Where the next frame number is: how a recording shows this argument."""
        return self.pfns + 8 * self.idx


@kernel_function
def vmap_pfn_apply(k: Kernel, pte: int, addr: int, private: vmap_pfn_data) -> int:
    """Map the next frame at ``addr``: 0, or -EINVAL for RAM, whose pages have owners who count.

    mm/vmalloc.c:vmap_pfn_apply, v6.12.
    """
    pfn: int = k.mem.load(private.value)
    if WARN_ON_ONCE(k, Once.VMAP_PFN_APPLY, pfn_valid(k, pfn), "mm/vmalloc.c:3551 vmap_pfn_apply"):
        return -EINVAL
    # Special: nobody may look for a struct page behind this entry.
    ptent = pte_mkspecial(k, pfn_pte(k, pfn, private.prot))
    set_pte_at(k, addr, pte, ptent)
    private.idx += 1
    return 0


@kernel_function
def vmap_pfn(k: Kernel, pfns: int, count: int, prot: int) -> int:
    """Map ``count`` frames, whose numbers are in the array at ``pfns``; the address, or 0.

    mm/vmalloc.c:vmap_pfn, v6.12.
    """
    data = vmap_pfn_data(pfns, pgprot_nx(k, prot))
    area = get_vm_area_caller(k, count * k.PAGE_SIZE, VM_IOREMAP, _RET_IP_)
    if not area:
        return 0
    if apply_to_page_range(k, area.vm_addr, count * k.PAGE_SIZE, vmap_pfn_apply, data):
        free_vm_area(k, area)
        return 0
    flush_cache_vmap(k, area.vm_addr, area.vm_addr + count * k.PAGE_SIZE)
    return area.vm_addr
