"""Checks of what is mapped: tables, leaves, the pages of areas, and what the TLBs remember."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator

from vmgui.engine.arch.entries import pte_pfn
from vmgui.engine.arch.hooks import arch_vmap_pmd_supported, arch_vmap_pud_supported
from vmgui.engine.check_blocks import waits_for_flush
from vmgui.engine.check_shadow import is_metadata
from vmgui.engine.check_walk import Leaf, all_leaves, busy_owners, leaves, tables
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.lib.list import list_for_each_entry
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.mm.page import PG_table, page_to_phys, pfn_to_page, pfn_valid
from vmgui.engine.mm.page_array import get_page_slot
from vmgui.engine.mm.tlb import tlb_entries, tlb_of
from vmgui.engine.mm.vm_struct import VM_ALLOC, VM_NO_GUARD
from vmgui.engine.structs import vm_struct, vmap_area


def validate_tables(k: Kernel) -> list[str]:
    """I38: each table hangs on one entry, lies in RAM and is marked as a table.

    I20, I21: leaves do not overlap, are of sizes that the processor knows, and aligned to them.
    """
    count = Counter(table.address for table in tables(k))
    broken = [f"the table at {address:#x} hangs on {n} entries" for address, n in count.items() if n > 1]
    outside = (address for address in count if not pfn_valid(k, address >> k.PAGE_SHIFT))
    broken += [f"the table at {address:#x} is not in RAM" for address in outside]
    tables_in_ram = (address for address in count if pfn_valid(k, address >> k.PAGE_SHIFT))
    broken += [
        f"the table at {address:#x} is not marked as one"
        for address in tables_in_ram
        if not pfn_to_page(k, address >> k.PAGE_SHIFT).flags & PG_table
    ]
    return broken + wrong_leaves(k)


def wrong_leaves(k: Kernel) -> list[str]:
    """Say what is wrong with sizes and alignment of leaves (I20, I21).

    None overlaps another: by where an entry stands it is for addresses of its own.
    """
    sizes = {k.PAGE_SIZE}
    if arch_vmap_pmd_supported(k, k.PAGE_KERNEL):
        sizes.add(k.PMD_SIZE)
    if arch_vmap_pud_supported(k, k.PAGE_KERNEL):
        sizes.add(k.PUD_SIZE)
    broken = []
    for leaf in all_leaves(k):
        size = leaf.end - leaf.va
        if leaf.pa & size - 1 or leaf.va & size - 1:
            broken.append(f"the leaf at {leaf.va:#x} maps {leaf.pa:#x}, which is not aligned to its size")
        if size not in sizes:
            broken.append(f"the leaf at {leaf.va:#x} has {size:#x} bytes: no leaf is so large")
    return broken


def validate_mappings(k: Kernel) -> list[str]:
    """I19: every leaf lies in one busy area, so nothing else maps anything; I22: and not on its guard page.

    A program that maps addresses it has not reserved breaks this without breaking the kernel.
    """
    broken = []
    areas = sorted(usable_ranges(k))
    starts = [start for start, _ in areas]
    for leaf in leaves(k):
        if is_metadata(k, leaf.va):
            continue
        i = bisect_right(starts, leaf.va) - 1
        if i < 0 or leaf.end > areas[i][1]:
            broken.append(f"the leaf [{leaf.va:#x}, {leaf.end:#x}) is not inside one busy area")
    return broken


def usable_ranges(k: Kernel) -> Iterator[tuple[int, int]]:
    """Yield the range of every busy area without its guard page."""
    for i in range(k.nr_vmap_nodes):
        for va in list_for_each_entry(k.vmap_nodes[i].busy.head, vmap_area, "list"):
            guarded = va.vm is not None and not va.vm.flags & VM_NO_GUARD and not is_percpu(va.vm)
            yield va.va_start, va.va_end - (k.PAGE_SIZE if guarded else 0)


def is_percpu(vm: vm_struct) -> bool:
    """Tell whether an area is a part of a chunk of per-CPU memory, which has no guard page."""
    return vm.caller == Symbol.PCPU_GET_VM_AREAS


def validate_pages(k: Kernel) -> list[str]:
    """I23: just the pages of a vmalloc area are mapped there, in order; I24: in whole blocks if large."""
    mapped = list(leaves(k))
    starts = [leaf.va for leaf in mapped]
    broken: list[str] = []
    for vm in busy_owners(k):
        if vm.flags & VM_ALLOC and vm.pages:
            broken += wrong_pages(k, vm, mapped, starts)
            first = kasan_reset_tag(k, vm.vm_addr)
            inside = mapped[bisect_left(starts, first) : bisect_left(starts, first + vm.vm_size)]
            pages = sum(leaf.end - leaf.va for leaf in inside) >> k.PAGE_SHIFT
            if pages != vm.nr_pages:
                broken.append(f"the area at {vm.vm_addr:#x} has {vm.nr_pages} pages, but {pages} are mapped")
    return broken


def wrong_pages(k: Kernel, vm: vm_struct, mapped: list[Leaf], starts: list[int]) -> Iterator[str]:
    """Yield what is wrong with the pages of one area."""
    block = 1 << vm.page_order
    first = 0
    for i in range(vm.nr_pages):
        page = get_page_slot(k, vm.pages, i)
        if page is None:
            yield f"page {i} of the area at {vm.vm_addr:#x} is NULL"
            continue
        phys = page_to_phys(k, page)
        first = phys if i % block == 0 else first
        if first & (block << k.PAGE_SHIFT) - 1 or phys != first + (i % block << k.PAGE_SHIFT):
            yield f"page {i} of the area at {vm.vm_addr:#x} breaks its block of {block} pages"
        addr = kasan_reset_tag(k, vm.vm_addr) + (i << k.PAGE_SHIFT)
        at = bisect_right(starts, addr) - 1
        leaf = mapped[at] if at >= 0 else Leaf(0, 0, 0)
        if not leaf.va <= addr < leaf.end or leaf.pa + addr - leaf.va != phys:
            yield f"page {i} of the area at {vm.vm_addr:#x} is not what is mapped at {addr:#x}"


def validate_tlbs(k: Kernel) -> list[str]:
    """I31: what a TLB remembers is mapped, or waits for a flush before anybody can get at it.

    That is in a lazy area, or in what has come back to a vmap block.
    """
    mapped = {leaf.va: leaf for leaf in all_leaves(k)}
    broken = []
    for cpu in range(k.machine.online_cpus):
        for entry in tlb_entries(tlb_of(k, cpu)):
            leaf = mapped.get(entry.va)
            phys = pte_pfn(k, entry.leaf) << k.PAGE_SHIFT & -1 << entry.shift
            same = leaf is not None and (leaf.pa, leaf.end) == (phys, entry.va + (1 << entry.shift))
            if not same and not is_lazy(k, entry.va) and not waits_for_flush(k, entry.va):
                broken.append(f"CPU {cpu} remembers a mapping of {entry.va:#x} that is gone")
    return broken


def is_lazy(k: Kernel, addr: int) -> bool:
    """Tell whether ``addr`` lies in an area that waits for a purge."""
    return any(
        va.va_start <= addr < va.va_end
        for i in range(k.nr_vmap_nodes)
        for va in list_for_each_entry(k.vmap_nodes[i].lazy.head, vmap_area, "list")
    )
