"""What is behind an address of the vmalloc range, by a walk in software (mm/vmalloc.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.entries import (
    p4d_bad,
    p4d_none,
    pgd_bad,
    pgd_none,
    pmd_bad,
    pmd_leaf,
    pmd_none,
    pmd_pfn,
    pte_pfn,
    pte_present,
    pud_bad,
    pud_leaf,
    pud_none,
    pud_pfn,
)
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import WARN_ON_ONCE
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.page import page_to_pfn, pfn_to_page
from vmgui.engine.mm.pgtable import (
    p4d_offset,
    p4dp_get,
    pgd_offset_k,
    pgdp_get,
    pmd_offset,
    pmdp_get,
    pte_offset_kernel,
    ptep_get,
    pud_offset,
    pudp_get,
)
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

#: Where the warnings about entries that make no sense come from.
PLACE = "mm/vmalloc.c vmalloc_to_page"


@kernel_function
def is_vmalloc_addr(k: Kernel, x: int) -> bool:
    """Tell whether ``x`` is in the vmalloc range.  mm/vmalloc.c:is_vmalloc_addr, v6.12.

    VMALLOC_END is the last byte on x86, so that byte does not count.
    """
    addr = kasan_reset_tag(k, x)
    return k.VMALLOC_START <= addr < k.VMALLOC_END


@kernel_function
def is_vmalloc_or_module_addr(k: Kernel, x: int) -> bool:
    """Tell whether ``x`` is in the vmalloc range or among the modules, which have a range of their own here.

    mm/vmalloc.c:is_vmalloc_or_module_addr, v6.12.
    """
    addr = kasan_reset_tag(k, x)
    if k.MODULES_VADDR <= addr < k.MODULES_END:
        return True
    return is_vmalloc_addr(k, x)


@kernel_function
def vmalloc_to_page(k: Kernel, vmalloc_addr: int) -> page | None:
    """Return the struct page behind ``vmalloc_addr``; None in a hole.

    Behind device memory there is none, yet one is returned: nothing checks the frame.
    mm/vmalloc.c:vmalloc_to_page, v6.12.  Differs: no architecture here has leaves above the PUD entries.
    """
    addr = vmalloc_addr
    pgd = pgd_offset_k(k, addr)
    entry = pgdp_get(k, pgd)
    if pgd_none(k, entry):
        return None
    if WARN_ON_ONCE(k, Once.VMALLOC_TO_PAGE_PGD, pgd_bad(k, entry), PLACE):
        return None

    p4d = p4d_offset(k, pgd, addr)
    entry = p4dp_get(k, p4d)
    if p4d_none(k, entry):
        return None
    if WARN_ON_ONCE(k, Once.VMALLOC_TO_PAGE_P4D, p4d_bad(k, entry), PLACE):
        return None
    return _vmalloc_to_page__pud(k, pud_offset(k, p4d, addr), addr)


def _vmalloc_to_page__pud(k: Kernel, pud: int, addr: int) -> page | None:
    """Go on from the PUD entry.  Differs: a part of vmalloc_to_page."""
    entry = pudp_get(k, pud)
    if pud_none(k, entry):
        return None
    if pud_leaf(k, entry):  # the page within the 1 GiB that the leaf maps
        return pfn_to_page(k, pud_pfn(k, entry) + (addr % k.PUD_SIZE >> k.PAGE_SHIFT))
    if WARN_ON_ONCE(k, Once.VMALLOC_TO_PAGE_PUD, pud_bad(k, entry), PLACE):
        return None
    return _vmalloc_to_page__pmd(k, pmd_offset(k, pud, addr), addr)


def _vmalloc_to_page__pmd(k: Kernel, pmd: int, addr: int) -> page | None:
    """Go on from the PMD entry.  Differs: a part of vmalloc_to_page."""
    entry = pmdp_get(k, pmd)
    if pmd_none(k, entry):
        return None
    if pmd_leaf(k, entry):  # the page within what the leaf maps
        return pfn_to_page(k, pmd_pfn(k, entry) + (addr % k.PMD_SIZE >> k.PAGE_SHIFT))
    if WARN_ON_ONCE(k, Once.VMALLOC_TO_PAGE_PMD, pmd_bad(k, entry), PLACE):
        return None
    pte = ptep_get(k, pte_offset_kernel(k, pmd, addr))
    if pte_present(k, pte):
        return pfn_to_page(k, pte_pfn(k, pte))
    return None


@kernel_function
def vmalloc_to_pfn(k: Kernel, vmalloc_addr: int) -> int:
    """Return the frame behind ``vmalloc_addr``; in a hole a number that means nothing.

    mm/vmalloc.c:vmalloc_to_pfn, v6.12.
    """
    return page_to_pfn(k, vmalloc_to_page(k, vmalloc_addr) or page(k.mem, 0)) & MASK64 >> k.PAGE_SHIFT
