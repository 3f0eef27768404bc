"""Small objects by size class, the one freed last handed out first (mm/slab_common.c, mm/slub.c).

Differs: slabs are 4 KiB of the arena above RAM, one a class is filled at a time, and a free object
keeps the link to the next one in its first word.
"""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_ZERO
from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.printk import oops
from vmgui.engine.mm.kmemleak import kmemleak_alloc, kmemleak_free
from vmgui.engine.mm.page import PG_head, clear_flag, clear_words, page_address, set_flag, virt_to_page
from vmgui.engine.mm.page_alloc import __free_pages, alloc_pages
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import transparent

#: Object size of each class in bytes, by class number.
KMALLOC_SIZES = (8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048)
SLAB_BYTES = 4096
SLAB_HEADER = 8  # a slab begins with a word that holds its class number + 1


def kmalloc_index(size: int) -> int:
    """Return the number of the smallest class whose objects hold ``size`` bytes."""
    return next(index for index, most in enumerate(KMALLOC_SIZES) if size <= most)


@kernel_function
def kmalloc(k: Kernel, size: int, gfp: int) -> int:
    """Take ``size`` bytes and return their address, or 0 when memory is out.

    More than 2 KiB come as whole pages.  include/linux/slab.h:kmalloc_noprof, v6.12.
    """
    if size > KMALLOC_SIZES[-1]:
        return kmalloc_large(k, size, gfp)
    index = kmalloc_index(size)
    addr = k.kmalloc_free[index]
    if addr:
        k.kmalloc_free[index] = k.mem.load(addr)  # the next free object of this class
    else:
        addr = new_object(k, index)
    if gfp & __GFP_ZERO:
        clear_words(k, addr, KMALLOC_SIZES[index])
    kmemleak_alloc(k, addr, KMALLOC_SIZES[index], 1, gfp)
    return addr


def kzalloc(k: Kernel, size: int, gfp: int) -> int:
    """Take ``size`` bytes of zeros and return their address, or 0 when memory is out."""
    return kmalloc(k, size, gfp | __GFP_ZERO)


@kernel_function
def kfree(k: Kernel, addr: int) -> None:
    """Give back what `kmalloc` returned; nothing happens for 0.  mm/slub.c:kfree, v6.12.

    Differs: any address outside the direct map stops the kernel, which looks for a struct page that is not
    there.
    """
    if not addr:
        return
    if addr >= k.arena_end:
        oops(k, "mm/slub.c kfree", f"unable to handle page fault for the struct page of address: {addr:016x}")
    kmemleak_free(k, addr)
    if addr < k.addr:  # in RAM, so these are whole pages
        kfree_large(k, addr)
        return
    index = class_of(k, addr)
    link_object(k, addr, k.kmalloc_free[index])
    k.kmalloc_free[index] = addr


def class_of(k: Kernel, addr: int) -> int:
    """Return the class number of a small object, from the head of its slab."""
    return int(k.mem.load(addr & -SLAB_BYTES)) - 1


def kmalloc_large(k: Kernel, size: int, gfp: int) -> int:
    """Take whole pages for ``size`` bytes; the first page remembers the order."""
    order = (size - 1 >> k.PAGE_SHIFT).bit_length()
    page = alloc_pages(k, gfp, order)
    if page is None:
        return 0
    set_flag(page, PG_head)
    page.private = order
    kmemleak_alloc(k, page_address(k, page), size, 1, gfp)
    return page_address(k, page)


def kfree_large(k: Kernel, addr: int) -> None:
    """Give whole pages back."""
    page = virt_to_page(k, addr)
    order = page.private
    clear_flag(page, PG_head)
    page.private = 0
    __free_pages(k, page, order)


@transparent
def new_object(k: Kernel, index: int) -> int:
    """Cut an object that was never used from the class's newest slab, or from a new one."""
    addr, size = k.kmalloc_next[index], KMALLOC_SIZES[index]
    if not addr or (addr & SLAB_BYTES - 1) + size > SLAB_BYTES or not addr & SLAB_BYTES - 1:
        addr = new_slab(k, index) + max(SLAB_HEADER, size & -size if size < 64 else 64)
    k.kmalloc_next[index] = addr + size
    return addr


@transparent
def new_slab(k: Kernel, index: int) -> int:
    """Take an aligned slab from the arena and mark it with its class."""
    slab = (k.arena_next or k.arena_first) + SLAB_BYTES - 1 & -SLAB_BYTES
    arena_alloc(k, slab + SLAB_BYTES - (k.arena_next or k.arena_first))
    k.mem.store(slab, index + 1)
    return slab


@transparent
def link_object(k: Kernel, addr: int, next: int) -> None:
    """Make the free object at ``addr`` point at the free object ``next``."""
    k.mem.store(addr, next)
