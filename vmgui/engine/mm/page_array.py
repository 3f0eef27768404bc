"""Arrays of struct page pointers, wherever the kernel keeps them.

Short arrays are kmalloc memory; those of more than 512 pages are vmalloc memory, so their words are
found through the page tables.  ``pages`` is always the address the kernel would hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.arch.entries import hw_present, pmd_leaf, pte_pfn
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import oops
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.pgtable import ptep_get
from vmgui.engine.structs import page
from vmgui.engine.words import WORD, transparent


def kernel_bytes(k: Kernel, addr: int) -> int:
    """Return where in memory the byte at kernel address ``addr`` is: itself, unless it is mapped.

    Differs: this is the processor's work, and it leaves no mark in TLB or accessed bits.  Device memory has
    no content here, so the kernel is stopped where it would write into a device.
    """
    if addr < k.arena_end:
        return addr
    table, shift, entries = k.init_mm_pgd, k.PGDIR_SHIFT, k.PTRS_PER_PGD
    while True:
        entry = ptep_get(k, table + WORD * (addr >> shift & entries - 1))
        if not hw_present(k, entry):
            page_fault_oops(k, 0, addr)
        table = pte_pfn(k, entry) << k.PAGE_SHIFT
        if shift == k.PAGE_SHIFT or pmd_leaf(k, entry):
            at = table & -(1 << shift) | addr & (1 << shift) - 1
            if at >= k.addr:
                oops(k, "mm/page_array.py:kernel_bytes", f"no RAM, but a device at address: {addr:016x}")
            return at
        shift, entries = shift - (k.PAGE_SHIFT - 3), k.PTRS_PER_PTE


def get_page_slot(k: Kernel, pages: int, index: int) -> page | None:
    """Return ``pages[index]``."""
    return page_at_slot(k, kernel_bytes(k, pages + WORD * index))


def page_at_slot(k: Kernel, slot: int) -> page | None:
    """Return the page that the word of an array at ``slot`` in memory points at."""
    addr = k.mem.load(slot)
    return page(k.mem, addr) if addr else None


def page_slots(k: Kernel, pages: int, first: int, count: int) -> Iterator[int]:
    """Yield where in memory the words ``pages[first]`` to ``pages[first + count - 1]`` are."""
    slot = 0
    for addr in range(pages + WORD * first, pages + WORD * (first + count), WORD):
        # within a page of the array one word follows the other; across pages nothing is certain
        slot = slot + WORD if slot and addr & k.PAGE_SIZE - 1 else kernel_bytes(k, addr)
        yield slot


@transparent
def set_page_slot(k: Kernel, slot: int, page: page) -> None:
    """Store a pointer to ``page`` in the word of an array at ``slot``."""
    k.mem.store(slot, page.addr)
