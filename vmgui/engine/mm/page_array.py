"""Arrays of struct page pointers, wherever the kernel keeps them.

Short arrays are kmalloc memory; those of more than 512 pages are vmalloc memory, so their words are
found through the page tables.  ``pages`` is always the address the kernel would hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.arch.x86_64 import _PAGE_PRESENT, _PAGE_PSE, PTE_PFN_MASK
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import oops
from vmgui.engine.structs import page
from vmgui.engine.words import WORD, transparent


def kernel_bytes(k: Kernel, addr: int) -> int:
    """Return where in memory the byte at kernel address ``addr`` is: itself, unless it is mapped.

    Differs: this is the processor's work, and it leaves no mark in TLB or accessed bits.
    """
    if addr < k.arena_end:
        return addr
    table, shift = k.init_mm_pgd, k.PGDIR_SHIFT
    while True:
        entry = k.mem.load(table + WORD * (addr >> shift & k.PTRS_PER_TABLE - 1))
        if not entry & _PAGE_PRESENT:
            oops(k, "mm/page_array.py:kernel_bytes", f"unable to handle page fault for address: {addr:016x}")
        table = int(entry & PTE_PFN_MASK)
        if shift == k.PAGE_SHIFT or entry & _PAGE_PSE:
            return table & -(1 << shift) | addr & (1 << shift) - 1
        shift -= 9


def get_page_slot(k: Kernel, pages: int, index: int) -> page | None:
    """Return ``pages[index]``."""
    addr = k.mem.load(kernel_bytes(k, pages + WORD * index))
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
