"""Changing what mapped pages allow on riscv64 (arch/riscv/mm/pageattr.c, v6.12).

A leaf in a PUD or PMD entry is never split: it changes as a whole, however little of it was meant.
"""

from __future__ import annotations

from vmgui.engine.arch.riscv64 import _PAGE_EXEC, _PAGE_PRESENT, _PAGE_READ, _PAGE_WRITE
from vmgui.engine.arch.riscv_entry import pmd_leaf, pud_leaf
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.pagewalk import mm_walk, walk_kernel_page_table_range
from vmgui.engine.mm.pgtable import pmdp_get, ptep_get, pudp_get, set_pmd, set_pte, set_pud
from vmgui.engine.mm.tlb import flush_tlb_all
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_or_module_addr
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD

Masks = tuple[int, int]  # bits to set, bits to clear
VM_STRUCT_ADDR = 8  # where a vm_struct has its field `addr`, in the kernel


def set_pageattr_masks(val: int, masks: Masks) -> int:
    """Return an entry with bits cleared, then set."""
    set_mask, clear_mask = masks
    return val & ~clear_mask | set_mask


@kernel_function
def pageattr_pud_entry(k: Kernel, pud: int, masks: Masks) -> int:
    """Change a PUD entry that is a leaf: 0.  arch/riscv/mm/pageattr.c:pageattr_pud_entry, v6.12."""
    val = pudp_get(k, pud)
    if pud_leaf(k, val):
        set_pud(k, pud, set_pageattr_masks(val, masks))
    return 0


@kernel_function
def pageattr_pmd_entry(k: Kernel, pmd: int, masks: Masks) -> int:
    """Change a PMD entry that is a leaf: 0.  arch/riscv/mm/pageattr.c:pageattr_pmd_entry, v6.12."""
    val = pmdp_get(k, pmd)
    if pmd_leaf(k, val):
        set_pmd(k, pmd, set_pageattr_masks(val, masks))
    return 0


@kernel_function
def pageattr_pte_entry(k: Kernel, pte: int, masks: Masks) -> int:
    """Change a PTE, even one that is empty: 0.  arch/riscv/mm/pageattr.c:pageattr_pte_entry, v6.12."""
    set_pte(k, pte, set_pageattr_masks(ptep_get(k, pte), masks))
    return 0


@kernel_function
def __set_memory(k: Kernel, addr: int, numpages: int, set_mask: int, clear_mask: int) -> int:
    """Change ``numpages`` pages from ``addr`` on, then flush everything: 0, or a negative errno.

    arch/riscv/mm/pageattr.c:__set_memory, v6.12.  Differs: the direct map has no tables here, so neither
    is it split nor changed where pages of the area are mapped once more.
    """
    if not numpages:
        return 0
    if is_vmalloc_or_module_addr(k, addr):
        look_at_alias(k, addr)
    walk = mm_walk(pageattr_pud_entry, pageattr_pmd_entry, pageattr_pte_entry, (set_mask, clear_mask))
    ret = walk_kernel_page_table_range(k, addr, addr + k.PAGE_SIZE * numpages, walk)
    # A leaf larger than the range may have changed.
    flush_tlb_all(k)
    return ret


def look_at_alias(k: Kernel, addr: int) -> None:
    """Find the first page of the area at ``addr``, to follow it into the direct map.

    The kernel does not ask whether there is an area, or whether it knows its pages; it faults where not.
    Differs: a part of __set_memory; pages behind the first are not looked at.
    """
    area = find_vm_area(k, addr)
    if area is None:
        page_fault_oops(k, 0, VM_STRUCT_ADDR)
    if not area.pages:
        page_fault_oops(k, 0, (addr - area.vm_addr >> k.PAGE_SHIFT) * WORD)


@kernel_function
def set_memory_ro(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing.  arch/riscv/mm/pageattr.c:set_memory_ro, v6.12."""
    return __set_memory(k, addr, numpages, _PAGE_READ, _PAGE_WRITE)


@kernel_function
def set_memory_rw(k: Kernel, addr: int, numpages: int) -> int:
    """Allow writing.  arch/riscv/mm/pageattr.c:set_memory_rw, v6.12."""
    return __set_memory(k, addr, numpages, _PAGE_READ | _PAGE_WRITE, 0)


@kernel_function
def set_memory_x(k: Kernel, addr: int, numpages: int) -> int:
    """Allow executing.  arch/riscv/mm/pageattr.c:set_memory_x, v6.12."""
    return __set_memory(k, addr, numpages, _PAGE_EXEC, 0)


@kernel_function
def set_memory_nx(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid executing.  arch/riscv/mm/pageattr.c:set_memory_nx, v6.12."""
    return __set_memory(k, addr, numpages, 0, _PAGE_EXEC)


@kernel_function
def set_memory_rox(k: Kernel, addr: int, numpages: int) -> int:
    """Forbid writing, allow executing.  include/linux/set_memory.h:set_memory_rox, v6.12."""
    return set_memory_ro(k, addr, numpages) or set_memory_x(k, addr, numpages)


@kernel_function
def set_direct_map_invalid_noflush(k: Kernel, page: page) -> int:
    """Take a page out of the direct map; in spite of the name, flushes.  0.

    arch/riscv/mm/pageattr.c:set_direct_map_invalid_noflush, v6.12.
    """
    return __set_memory(k, k.va_pa_offset + page_to_phys(k, page), 1, 0, _PAGE_PRESENT)


@kernel_function
def set_direct_map_default_noflush(k: Kernel, page: page) -> int:
    """Put a page back into the direct map, writable; in spite of the name, flushes.  0.

    arch/riscv/mm/pageattr.c:set_direct_map_default_noflush, v6.12.
    """
    return __set_memory(k, k.va_pa_offset + page_to_phys(k, page), 1, k.PAGE_KERNEL, _PAGE_EXEC)


SET_MEMORY = {
    "ro": set_memory_ro,
    "rw": set_memory_rw,
    "x": set_memory_x,
    "nx": set_memory_nx,
    "rox": set_memory_rox,
}
