"""Walking the kernel's page tables and calling a function for every entry (mm/pagewalk.c, v6.12).

Differs: the functions take an entry's address and what the caller gave, never ask for a second look at an
entry, and nothing is called for holes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from vmgui.engine.arch.entries import pmd_leaf, pmd_none, pmd_present, pud_leaf, pud_none, pud_present
from vmgui.engine.errno import EINVAL
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.pgtable import (
    p4d_addr_end,
    p4d_none_or_clear_bad,
    p4d_offset,
    pgd_addr_end,
    pgd_none_or_clear_bad,
    pgd_offset_k,
    pmd_addr_end,
    pmd_offset,
    pmdp_get,
    pte_offset_kernel,
    pud_addr_end,
    pud_offset,
    pudp_get,
)
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD

Entry = Callable[[Kernel, int, Any], int]


class mm_walk(NamedTuple):
    """What is called for entries, by level, and what it is given; 0 goes on, anything else ends the walk."""

    pud_entry: Entry
    pmd_entry: Entry
    pte_entry: Entry
    private: Any


@kernel_function
def walk_pte_range(k: Kernel, pmd: int, addr: int, end: int, walk: mm_walk) -> int:
    """Go through one PTE table.  mm/pagewalk.c:walk_pte_range, v6.12."""
    pte = pte_offset_kernel(k, pmd, addr)
    while True:
        err = walk.pte_entry(k, pte, walk.private)
        if err or addr >= end - k.PAGE_SIZE:
            return err
        addr += k.PAGE_SIZE
        pte += WORD


@kernel_function
def walk_pmd_range(k: Kernel, pud: int, addr: int, end: int, walk: mm_walk) -> int:
    """Go through one PMD table.  mm/pagewalk.c:walk_pmd_range, v6.12."""
    err, pmd = 0, pmd_offset(k, pud, addr)
    while True:
        next = pmd_addr_end(k, addr, end)
        if not pmd_none(k, pmdp_get(k, pmd)):
            err = walk.pmd_entry(k, pmd, walk.private)
            entry = pmdp_get(k, pmd)
            if not err and pmd_present(k, entry) and not pmd_leaf(k, entry):
                err = walk_pte_range(k, pmd, addr, next, walk)
        pmd += WORD
        addr = next
        if err or addr == end:
            return err


@kernel_function
def walk_pud_range(k: Kernel, p4d: int, addr: int, end: int, walk: mm_walk) -> int:
    """Go through one PUD table.  mm/pagewalk.c:walk_pud_range, v6.12."""
    err, pud = 0, pud_offset(k, p4d, addr)
    while True:
        next = pud_addr_end(k, addr, end)
        if not pud_none(k, pudp_get(k, pud)):
            err = walk.pud_entry(k, pud, walk.private)
            entry = pudp_get(k, pud)
            if not err and pud_present(k, entry) and not pud_leaf(k, entry):
                err = walk_pmd_range(k, pud, addr, next, walk)
        pud += WORD
        addr = next
        if err or addr == end:
            return err


@kernel_function
def walk_p4d_range(k: Kernel, pgd: int, addr: int, end: int, walk: mm_walk) -> int:
    """Go through one P4D table.  mm/pagewalk.c:walk_p4d_range, v6.12."""
    err, p4d = 0, p4d_offset(k, pgd, addr)
    while True:
        next = p4d_addr_end(k, addr, end)
        if not p4d_none_or_clear_bad(k, p4d):
            err = walk_pud_range(k, p4d, addr, next, walk)
        p4d += WORD
        addr = next
        if err or addr == end:
            return err


@kernel_function
def walk_pgd_range(k: Kernel, addr: int, end: int, walk: mm_walk) -> int:
    """Go through the top table.  mm/pagewalk.c:walk_pgd_range, v6.12."""
    err, pgd = 0, pgd_offset_k(k, addr)
    while True:
        next = pgd_addr_end(k, addr, end)
        if not pgd_none_or_clear_bad(k, pgd):
            err = walk_p4d_range(k, pgd, addr, next, walk)
        pgd += WORD
        addr = next
        if err or addr == end:
            return err


def walk_kernel_page_table_range(k: Kernel, start: int, end: int, walk: mm_walk) -> int:
    """Walk the tables of [start, end): 0, -EINVAL for no range, or what a function returned.

    mm/pagewalk.c:walk_kernel_page_table_range, v6.12.
    """
    if start >= end:
        return -EINVAL
    return walk_pgd_range(k, start, end, walk)
