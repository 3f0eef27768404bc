"""The direct map follows the memory type that a device mapping gives to RAM (arch/x86/mm, v6.12).

RAM that the kernel keeps for itself may be mapped as a device.  It is in the direct map as well, and one
frame must not be cached in two ways.
"""

from __future__ import annotations

from collections.abc import Callable

from vmgui.engine.arch.memtype import WB, WC, WT, cattr_name
from vmgui.engine.arch.x86_64 import _PAGE_CACHE_UC_MINUS, _PAGE_CACHE_WC, _PAGE_CACHE_WT
from vmgui.engine.arch.x86_set_memory import _PAGE_CACHE_MASK, change_page_attr_set_clr
from vmgui.engine.errno import EINVAL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import printk
from vmgui.engine.machine import system_ram
from vmgui.engine.trace import kernel_function


@kernel_function
def memtype_kernel_map_sync(k: Kernel, base: int, size: int, pcm: int) -> int:
    """Give the direct map of [base, base + size) the memory type ``pcm``, if ``base`` is RAM: 0, -EINVAL.

    arch/x86/mm/pat/memtype.c:memtype_kernel_map_sync, v6.12.
    """
    high = system_ram(k.machine)[-1][1]
    if base >= high or not page_is_ram(k, base >> k.PAGE_SHIFT):
        return 0
    id_sz = min(size, high - base)
    if ioremap_change_attr(k, k.PAGE_OFFSET + base, id_sz, pcm) < 0:
        where = f"[mem {base:#010x}-{base + size - 1:#010x}]"
        printk(k, f"x86/PAT: init:1 ioremap_change_attr failed {cattr_name(pcm)} for {where}")
        return -EINVAL
    return 0


def page_is_ram(k: Kernel, pfn: int) -> bool:
    """Tell whether all of frame ``pfn`` is RAM that the firmware left to the kernel."""
    start, end = pfn << k.PAGE_SHIFT, pfn + 1 << k.PAGE_SHIFT
    return any(first <= start and end <= last for first, last in system_ram(k.machine))


@kernel_function
def ioremap_change_attr(k: Kernel, vaddr: int, size: int, pcm: int) -> int:
    """Give the leaves of [vaddr, vaddr + size) a memory type; 0, -EFAULT, -ENOMEM.

    arch/x86/mm/ioremap.c:ioremap_change_attr, v6.12.
    """
    nrpages = size >> k.PAGE_SHIFT
    changes: dict[int, Callable[[Kernel, int, int], int]] = {
        WC: _set_memory_wc, WT: _set_memory_wt, WB: _set_memory_wb,
    }  # fmt: skip
    return changes.get(pcm, _set_memory_uc)(k, vaddr, nrpages)


@kernel_function
def _set_memory_uc(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid caching, whoever may need it.  arch/x86/mm/pat/set_memory.c:_set_memory_uc, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, _PAGE_CACHE_UC_MINUS, 0)


@kernel_function
def _set_memory_wc(k: Kernel, addr: int, numpages: int) -> int:
    """Let writes be gathered, by way of uncached.  arch/x86/mm/pat/set_memory.c:_set_memory_wc, v6.12."""
    ret = change_page_attr_set_clr(k, addr, numpages, _PAGE_CACHE_UC_MINUS, 0)
    if ret:
        return ret
    return change_page_attr_set_clr(k, addr, numpages, _PAGE_CACHE_WC, _PAGE_CACHE_MASK)


@kernel_function
def _set_memory_wt(k: Kernel, addr: int, numpages: int) -> int:
    """Let reads be cached.  arch/x86/mm/pat/set_memory.c:_set_memory_wt, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, _PAGE_CACHE_WT, 0)


@kernel_function
def _set_memory_wb(k: Kernel, addr: int, numpages: int) -> int:
    """Allow caching again.  arch/x86/mm/pat/set_memory.c:_set_memory_wb, v6.12."""
    return change_page_attr_set_clr(k, addr, numpages, 0, _PAGE_CACHE_MASK)
