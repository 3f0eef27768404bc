"""Calling a function for every PTE of a range of kernel addresses (mm/memory.c, v6.12).

Sizes and addresses are bytes, ``end`` is exclusive.  ``fn(k, ptep, addr, data)`` returns 0, or a negative
errno that ends the walk.  With ``create`` missing tables are made; without it holes are stepped over.
Differs: there is one kernel, `init_mm`, so its argument is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vmgui.engine.arch.entries import (
    PGTBL_PTE_MODIFIED,
    p4d_bad,
    p4d_leaf,
    p4d_none,
    pgd_bad,
    pgd_leaf,
    pgd_none,
    pmd_bad,
    pmd_leaf,
    pmd_none,
    pte_none,
    pud_bad,
    pud_leaf,
    pud_none,
)
from vmgui.engine.arch.hooks import arch_sync_kernel_mappings
from vmgui.engine.arch.pgtbl_mod import pgtbl_mod_mask
from vmgui.engine.errno import EINVAL, ENOMEM
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import BUG_ON, WARN_ON, WARN_ON_ONCE
from vmgui.engine.mm.pgalloc_track import (
    p4d_alloc_track,
    pmd_alloc_track,
    pte_alloc_kernel_track,
    pud_alloc_track,
)
from vmgui.engine.mm.pgtable import (
    p4d_addr_end,
    p4d_none_or_clear_bad,
    p4d_offset,
    p4dp_get,
    pgd_addr_end,
    pgd_none_or_clear_bad,
    pgd_offset_k,
    pgdp_get,
    pmd_addr_end,
    pmd_none_or_clear_bad,
    pmd_offset,
    pmdp_get,
    pte_offset_kernel,
    ptep_get,
    pud_addr_end,
    pud_none_or_clear_bad,
    pud_offset,
    pudp_get,
)
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD

pte_fn_t = Callable[[Kernel, int, int, Any], int]


@kernel_function
def apply_to_pte_range(
    k: Kernel, pmd: int, addr: int, end: int, fn: pte_fn_t, data: Any, create: bool, mask: pgtbl_mod_mask
) -> int:
    """Call ``fn`` for the PTEs of [addr, end): 0, -ENOMEM without a table, or what ``fn`` returned.

    mm/memory.c:apply_to_pte_range, v6.12.
    """
    err = 0
    pte = pte_alloc_kernel_track(k, pmd, addr, mask) if create else pte_offset_kernel(k, pmd, addr)
    if not pte:
        return -ENOMEM
    while True:
        if create or not pte_none(k, ptep_get(k, pte)):
            err = fn(k, pte, addr, data)
            if err:
                break
        pte += WORD
        addr += k.PAGE_SIZE
        if addr == end:
            break
    mask.add(PGTBL_PTE_MODIFIED)
    return err


@kernel_function
def apply_to_pmd_range(
    k: Kernel, pud: int, addr: int, end: int, fn: pte_fn_t, data: Any, create: bool, mask: pgtbl_mod_mask
) -> int:
    """Go through one PMD table: 0, -EINVAL at a leaf, or what failed below.

    mm/memory.c:apply_to_pmd_range, v6.12.
    """
    BUG_ON(k, pud_leaf(k, pudp_get(k, pud)), "mm/memory.c:2840 apply_to_pmd_range")
    pmd = pmd_alloc_track(k, pud, addr, mask) if create else pmd_offset(k, pud, addr)
    if not pmd:
        return -ENOMEM
    err = 0
    while True:
        next = pmd_addr_end(k, addr, end)
        entry, here = pmdp_get(k, pmd), "mm/memory.c:2853 apply_to_pmd_range"
        empty = pmd_none(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_PMD_LEAF, not empty and pmd_leaf(k, entry), here):
            return -EINVAL
        bad = not empty and pmd_bad(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_PMD_BAD, bad, "mm/memory.c:2855 apply_to_pmd_range") and create:
            pmd_none_or_clear_bad(k, pmd)
        if create or not (empty or bad):
            err = apply_to_pte_range(k, pmd, addr, next, fn, data, create, mask)
            if err:
                break
        pmd += WORD
        addr = next
        if addr == end:
            break
    return err


@kernel_function
def apply_to_pud_range(
    k: Kernel, p4d: int, addr: int, end: int, fn: pte_fn_t, data: Any, create: bool, mask: pgtbl_mod_mask
) -> int:
    """Go through one PUD table: 0, -EINVAL at a leaf, or what failed below.

    mm/memory.c:apply_to_pud_range, v6.12.
    """
    pud = pud_alloc_track(k, p4d, addr, mask) if create else pud_offset(k, p4d, addr)
    if not pud:
        return -ENOMEM
    err = 0
    while True:
        next = pud_addr_end(k, addr, end)
        entry, here = pudp_get(k, pud), "mm/memory.c:2889 apply_to_pud_range"
        empty = pud_none(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_PUD_LEAF, not empty and pud_leaf(k, entry), here):
            return -EINVAL
        bad = not empty and pud_bad(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_PUD_BAD, bad, "mm/memory.c:2891 apply_to_pud_range") and create:
            pud_none_or_clear_bad(k, pud)
        if create or not (empty or bad):
            err = apply_to_pmd_range(k, pud, addr, next, fn, data, create, mask)
            if err:
                break
        pud += WORD
        addr = next
        if addr == end:
            break
    return err


@kernel_function
def apply_to_p4d_range(
    k: Kernel, pgd: int, addr: int, end: int, fn: pte_fn_t, data: Any, create: bool, mask: pgtbl_mod_mask
) -> int:
    """Go through one P4D table: 0, -EINVAL at a leaf, or what failed below.

    mm/memory.c:apply_to_p4d_range, v6.12.
    """
    p4d = p4d_alloc_track(k, pgd, addr, mask) if create else p4d_offset(k, pgd, addr)
    if not p4d:
        return -ENOMEM
    err = 0
    while True:
        next = p4d_addr_end(k, addr, end)
        entry, here = p4dp_get(k, p4d), "mm/memory.c:2925 apply_to_p4d_range"
        empty = p4d_none(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_P4D_LEAF, not empty and p4d_leaf(k, entry), here):
            return -EINVAL
        bad = not empty and p4d_bad(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_P4D_BAD, bad, "mm/memory.c:2927 apply_to_p4d_range") and create:
            p4d_none_or_clear_bad(k, p4d)
        if create or not (empty or bad):
            err = apply_to_pud_range(k, p4d, addr, next, fn, data, create, mask)
            if err:
                break
        p4d += WORD
        addr = next
        if addr == end:
            break
    return err


@kernel_function
def __apply_to_page_range(k: Kernel, addr: int, size: int, fn: pte_fn_t, data: Any, create: bool) -> int:
    """Call ``fn`` for the PTEs of [addr, addr + size): 0, -EINVAL, -ENOMEM, or what ``fn`` returned.

    mm/memory.c:__apply_to_page_range, v6.12.
    """
    err = 0
    start, end = addr, addr + size
    mask = pgtbl_mod_mask()
    if WARN_ON(k, addr >= end, "mm/memory.c:2951 __apply_to_page_range"):
        return -EINVAL
    pgd = pgd_offset_k(k, addr)
    while True:
        next = pgd_addr_end(k, addr, end)
        entry, here = pgdp_get(k, pgd), "mm/memory.c:2959 __apply_to_page_range"
        empty = pgd_none(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_PGD_LEAF, not empty and pgd_leaf(k, entry), here):
            err = -EINVAL
            break
        bad = not empty and pgd_bad(k, entry)
        if WARN_ON_ONCE(k, Once.APPLY_TO_PGD_BAD, bad, "mm/memory.c:2963 __apply_to_page_range") and create:
            pgd_none_or_clear_bad(k, pgd)
        if create or not (empty or bad):
            err = apply_to_p4d_range(k, pgd, addr, next, fn, data, create, mask)
            if err:
                break
        pgd += WORD
        addr = next
        if addr == end:
            break
    if mask.value & k.ARCH_PAGE_TABLE_SYNC_MASK:
        arch_sync_kernel_mappings(k, start, end)
    return err


def apply_to_page_range(k: Kernel, addr: int, size: int, fn: pte_fn_t, data: Any) -> int:
    """Call ``fn`` for every PTE of the range; tables that are missing are made.

    mm/memory.c:apply_to_page_range, v6.12.
    """
    return __apply_to_page_range(k, addr, size, fn, data, True)


def apply_to_existing_page_range(k: Kernel, addr: int, size: int, fn: pte_fn_t, data: Any) -> int:
    """Call ``fn`` for the PTEs of the range that are not empty; nothing is made.

    mm/memory.c:apply_to_existing_page_range, v6.12.
    """
    return __apply_to_page_range(k, addr, size, fn, data, False)
