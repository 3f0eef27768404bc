"""The direct map: all RAM once more, at PAGE_OFFSET, in the largest pages (arch/x86/mm/init.c, init_64.c).

The kernel reaches every frame through it, so a page that has a second mapping can be read and written
through both.  Differs: Memory is addressed physically here, so only who asks goes through these tables.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmgui.engine.arch.entries import (
    huge_entry,
    p4d_none,
    p4d_pgtable,
    pfn_pte,
    pgd_none,
    pgd_page_vaddr,
    pmd_leaf,
    pmd_none,
    pmd_page_vaddr,
    pte_none,
    pud_leaf,
    pud_none,
    pud_pgtable,
    table_entry,
)
from vmgui.engine.arch.memtype import ISA_END_ADDRESS, ISA_START_ADDRESS
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN, ALIGN_DOWN
from vmgui.engine.machine import ram_ranges
from vmgui.engine.mm.page import PG_table, page_to_phys, pfn_to_page, set_flag
from vmgui.engine.mm.pgtable import (
    p4dp_get,
    pgd_offset_k,
    pgdp_get,
    pmdp_get,
    ptep_get,
    pudp_get,
    set_p4d,
    set_pgd,
    set_pmd,
    set_pte,
    set_pud,
)
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, transparent

#: How large a leaf is: 4 KiB, 2 MiB, 1 GiB (arch/x86/include/asm/pgtable_types.h: enum pg_level).
PG_LEVEL_4K, PG_LEVEL_2M, PG_LEVEL_1G, PG_LEVEL_512G, PG_LEVEL_256T = range(1, 6)

#: Pages of the kernel's image behind the top table that are tables already when RAM is mapped.
EARLY_TABLES = 4


@dataclass
class map_range:
    """The physical range [start, end), to be mapped with leaves of the levels in ``page_size_mask``."""

    start: int
    end: int
    page_size_mask: int


@kernel_function
def init_mem_mapping(k: Kernel) -> None:
    """Map all RAM at PAGE_OFFSET.  arch/x86/mm/init.c:init_mem_mapping, v6.12.

    Differs: from the bottom, a range of RAM in one go.  The kernel begins at the top with small steps,
    as it takes its tables from what is mapped already; what comes out is the same.
    """
    k.pgt_buf_end = (k.init_mm_pgd >> k.PAGE_SHIFT) + EARLY_TABLES
    # The first MiB is always mapped, whatever is in it.
    init_memory_mapping(k, 0, ISA_END_ADDRESS, k.PAGE_KERNEL)
    for start, end in ram_ranges(k.machine):
        init_memory_mapping(k, max(start, ISA_END_ADDRESS), end, k.PAGE_KERNEL)


@kernel_function
def init_memory_mapping(k: Kernel, start: int, end: int, prot: int) -> None:
    """Map the physical range [start, end).  arch/x86/mm/init.c:init_memory_mapping, v6.12."""
    for mr in split_mem_range(k, start, end):
        kernel_physical_mapping_init(k, mr.start, mr.end, mr.page_size_mask, prot)


def probe_page_size_mask(k: Kernel) -> int:
    """Return which large leaves this processor has, a bit for each level."""
    if not k.machine.pse:
        return 0
    return 1 << PG_LEVEL_2M | (1 << PG_LEVEL_1G if k.machine.gbpages else 0)


def split_mem_range(k: Kernel, start: int, end: int) -> list[map_range]:
    """Cut [start, end) where larger leaves begin to fit and where they cease to.

    arch/x86/mm/init.c:split_mem_range, v6.12.  Differs: neighbours of one size are not joined again, as
    they are mapped one after the other anyway.
    """
    page_size_mask = probe_page_size_mask(k)
    two_mib = page_size_mask & 1 << PG_LEVEL_2M
    ends = (
        (ALIGN(start, k.PMD_SIZE), 0),  # the head that no 2 MiB leaf begins in
        (min(ALIGN(start, k.PUD_SIZE), ALIGN_DOWN(end, k.PMD_SIZE)), two_mib),
        (ALIGN_DOWN(end, k.PUD_SIZE), page_size_mask),
        (ALIGN_DOWN(end, k.PMD_SIZE), two_mib),
        (end, 0),
    )
    mr = []
    for part_end, mask in ends:
        part_end = min(part_end, end)
        if start < part_end:
            mr.append(map_range(start, part_end, mask))
            start = part_end
    adjust_range_page_size_mask(k, mr, page_size_mask)
    return mr


def adjust_range_page_size_mask(k: Kernel, mr: list[map_range], page_size_mask: int) -> None:
    """Allow a larger leaf where all it would cover is RAM, though the range ends inside.

    arch/x86/mm/init.c:adjust_range_page_size_mask, v6.12.
    """
    for level, size in ((PG_LEVEL_2M, k.PMD_SIZE), (PG_LEVEL_1G, k.PUD_SIZE)):
        for part in mr:
            start, end = ALIGN_DOWN(part.start, size), ALIGN(part.end, size)
            if page_size_mask & 1 << level and memblock_is_region_memory(k, start, end):
                part.page_size_mask |= 1 << level


def memblock_is_region_memory(k: Kernel, start: int, end: int) -> bool:
    """Tell whether [start, end) is RAM and nothing else; firmware owns the end of the first MiB."""
    if start < ISA_END_ADDRESS and end > ISA_START_ADDRESS:
        return False
    return any(first <= start and end <= last for first, last in ram_ranges(k.machine))


# --- making the tables -----------------------------------------------------------------------------


@transparent
def alloc_low_page(k: Kernel) -> int:
    """Return the address of an empty page for a table, before there is a page allocator.

    arch/x86/mm/mm_internal.h:alloc_low_page, v6.12.
    Differs: always a page that belongs to the kernel's image.
    """
    pfn = k.pgt_buf_end
    k.pgt_buf_end = pfn + 1
    set_flag(pfn_to_page(k, pfn), PG_table)
    return page_to_phys(k, pfn_to_page(k, pfn))


@kernel_function
def kernel_physical_mapping_init(k: Kernel, start: int, end: int, page_size_mask: int, prot: int) -> None:
    """Map the physical range [start, end) with leaves of the levels in ``page_size_mask``.

    arch/x86/mm/init_64.c:kernel_physical_mapping_init, v6.12.
    """
    vaddr, vaddr_end = k.PAGE_OFFSET + start, k.PAGE_OFFSET + end
    while vaddr < vaddr_end:
        vaddr_next = min(ALIGN_DOWN(vaddr, k.PGDIR_SIZE) + k.PGDIR_SIZE, vaddr_end)
        p4d = pgd = pgd_offset_k(k, vaddr)
        if k.pgtable_l5_enabled:
            if pgd_none(k, pgdp_get(k, pgd)):
                set_pgd(k, pgd, table_entry(k, alloc_low_page(k)))
            table = pgd_page_vaddr(k, pgdp_get(k, pgd))
            p4d = table + (vaddr >> k.P4D_SHIFT) % k.PTRS_PER_P4D * WORD
        phys_p4d_init(k, p4d, vaddr - k.PAGE_OFFSET, vaddr_next - k.PAGE_OFFSET, page_size_mask, prot)
        vaddr = vaddr_next


def phys_p4d_init(k: Kernel, p4d: int, paddr: int, paddr_end: int, page_size_mask: int, prot: int) -> None:
    """Map [paddr, paddr_end) below P4D entries from ``p4d`` on.

    arch/x86/mm/init_64.c:phys_p4d_init, v6.12.
    """
    while paddr < paddr_end:
        # RAM begins in the middle of what an entry covers: PAGE_OFFSET need not be aligned to it
        vaddr_next = ALIGN_DOWN(k.PAGE_OFFSET + paddr, k.P4D_SIZE) + k.P4D_SIZE
        paddr_next = min(vaddr_next - k.PAGE_OFFSET, paddr_end)
        if p4d_none(k, p4dp_get(k, p4d)):
            set_p4d(k, p4d, table_entry(k, alloc_low_page(k)))
        phys_pud_init(k, p4d_pgtable(k, p4dp_get(k, p4d)), paddr, paddr_next, page_size_mask, prot)
        p4d += WORD
        paddr = paddr_next


def phys_pud_init(
    k: Kernel, pud_page: int, paddr: int, paddr_end: int, page_size_mask: int, prot: int
) -> None:
    """Map [paddr, paddr_end) in a PUD table: 1 GiB leaves, or tables of smaller ones.

    arch/x86/mm/init_64.c:phys_pud_init, v6.12.
    """
    pages = 0
    while paddr < paddr_end:
        pud = pud_page + (k.PAGE_OFFSET + paddr >> k.PUD_SHIFT) % k.PTRS_PER_PUD * WORD
        paddr_next = ALIGN_DOWN(paddr, k.PUD_SIZE) + k.PUD_SIZE
        entry = pudp_get(k, pud)
        if pud_none(k, entry) and page_size_mask & 1 << PG_LEVEL_1G:
            pages += 1
            set_pud(k, pud, huge_entry(k, ALIGN_DOWN(paddr, k.PUD_SIZE) >> k.PAGE_SHIFT, prot))
        elif not pud_leaf(k, entry):
            if pud_none(k, entry):
                set_pud(k, pud, table_entry(k, alloc_low_page(k)))
            pmd_page = pud_pgtable(k, pudp_get(k, pud))
            phys_pmd_init(k, pmd_page, paddr, min(paddr_next, paddr_end), page_size_mask, prot)
        paddr = paddr_next
    update_page_count(k, PG_LEVEL_1G, pages)


def phys_pmd_init(
    k: Kernel, pmd_page: int, paddr: int, paddr_end: int, page_size_mask: int, prot: int
) -> None:
    """Map [paddr, paddr_end) in a PMD table: 2 MiB leaves, or tables of smaller ones.

    arch/x86/mm/init_64.c:phys_pmd_init, v6.12.
    """
    pages = 0
    while paddr < paddr_end:
        pmd = pmd_page + (paddr >> k.PMD_SHIFT) % k.PTRS_PER_PMD * WORD
        paddr_next = ALIGN_DOWN(paddr, k.PMD_SIZE) + k.PMD_SIZE
        entry = pmdp_get(k, pmd)
        if pmd_none(k, entry) and page_size_mask & 1 << PG_LEVEL_2M:
            pages += 1
            set_pmd(k, pmd, huge_entry(k, ALIGN_DOWN(paddr, k.PMD_SIZE) >> k.PAGE_SHIFT, prot))
        elif not pmd_leaf(k, entry):
            if pmd_none(k, entry):
                set_pmd(k, pmd, table_entry(k, alloc_low_page(k)))
            phys_pte_init(k, pmd_page_vaddr(k, pmdp_get(k, pmd)), paddr, min(paddr_next, paddr_end), prot)
        paddr = paddr_next
    update_page_count(k, PG_LEVEL_2M, pages)


def phys_pte_init(k: Kernel, pte_page: int, paddr: int, paddr_end: int, prot: int) -> None:
    """Map [paddr, paddr_end) in a PTE table.  arch/x86/mm/init_64.c:phys_pte_init, v6.12."""
    pages = 0
    pte = pte_page + (paddr >> k.PAGE_SHIFT) % k.PTRS_PER_PTE * WORD
    for addr in range(paddr, paddr_end, k.PAGE_SIZE):
        if pte_none(k, ptep_get(k, pte)):
            pages += 1
            set_pte(k, pte, pfn_pte(k, addr >> k.PAGE_SHIFT, prot))
        pte += WORD
    update_page_count(k, PG_LEVEL_4K, pages)


# --- what is mapped --------------------------------------------------------------------------------


def pfn_range_is_mapped(k: Kernel, start_pfn: int, end_pfn: int) -> bool:
    """Tell whether the frames [start_pfn, end_pfn) were mapped at boot: RAM was."""
    return any(
        start >> k.PAGE_SHIFT <= start_pfn and end_pfn <= end >> k.PAGE_SHIFT
        for start, end in ram_ranges(k.machine)
    )


@transparent
def update_page_count(k: Kernel, level: int, pages: int) -> None:
    """Count leaves of the direct map, for /proc/meminfo.

    arch/x86/mm/pat/set_memory.c:update_page_count, v6.12.
    """
    if pages:
        k.direct_pages_count[level] = k.direct_pages_count[level] + pages


@transparent
def split_page_count(k: Kernel, level: int) -> None:
    """Count that a leaf of the direct map has become 512 of the next smaller size.

    arch/x86/mm/pat/set_memory.c:split_page_count, v6.12.
    """
    if not k.direct_pages_count[level]:
        return
    k.direct_pages_count[level] = k.direct_pages_count[level] - 1
    k.direct_pages_count[level - 1] = k.direct_pages_count[level - 1] + k.PTRS_PER_PTE
