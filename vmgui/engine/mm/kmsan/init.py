"""Taking two thirds of RAM for KMSAN, at boot (mm/kmsan/init.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.printk import printk
from vmgui.engine.mm.kmsan.pages import kmsan_page, kmsan_state, meta_of, state_of
from vmgui.engine.mm.page import page_to_pfn
from vmgui.engine.mm.page_alloc import __free_one_page, set_page_refcounted
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import transparent


def kmsan_init_shadow(k: Kernel) -> None:
    """Make room to note the metadata of every frame.  Part of mm/kmsan/init.c:kmsan_init_shadow, v6.12."""
    k.kmsan = arena_alloc(k, kmsan_state.size)
    state_of(k).meta = arena_alloc(k, k.max_pfn * kmsan_page.size)


@kernel_function
def kmsan_memblock_free_pages(k: Kernel, page: page, order: int) -> bool:
    """Keep two blocks of each size for every one that may be freed: True if this one may.

    The first becomes shadow, the second origin, of the third.
    mm/kmsan/init.c:kmsan_memblock_free_pages, v6.12.
    """
    held_back = state_of(k).held_back
    for i in (2 * order, 2 * order + 1):
        if not held_back[i]:
            held_back[i] = page.addr
            k.totalram_pages = k.totalram_pages + (1 << order)  # RAM it is, though nobody gets it
            return False
    shadow, origin = held_back[2 * order], held_back[2 * order + 1]
    kmsan_setup_meta(k, page, type(page)(k.mem, shadow), type(page)(k.mem, origin), order)
    held_back[2 * order] = held_back[2 * order + 1] = 0
    return True


@transparent
def kmsan_setup_meta(k: Kernel, page: page, shadow: page, origin: page, order: int) -> None:
    """Make two blocks the metadata of a third.  mm/kmsan/init.c:kmsan_setup_meta, v6.12."""
    for i in range(1 << order):
        meta = meta_of(k, page[i])
        meta.kmsan_shadow, meta.kmsan_origin = shadow[i], origin[i]
        set_page_refcounted(shadow[i])
        set_page_refcounted(origin[i])


@kernel_function
def kmsan_memblock_discard(k: Kernel) -> None:
    """Cut what was held back into ever smaller blocks, until one third of it, too, could be freed.

    mm/kmsan/init.c:kmsan_memblock_discard, v6.12.
    """
    held_back = state_of(k).held_back
    collect: list[page] = []
    for order in range(k.MAX_PAGE_ORDER, -1, -1):
        for i in (2 * order, 2 * order + 1):
            if held_back[i]:
                collect.append(page(k.mem, held_back[i]))
                held_back[i] = 0
        while len(collect) >= 3:
            block, shadow, origin = collect.pop(), collect.pop(), collect.pop()
            kmsan_setup_meta(k, block, shadow, origin, order)
            __free_one_page(k, block, page_to_pfn(k, block), order)
        if order:
            collect = [half for block in reversed(collect) for half in (block, block[1 << order - 1])]


@kernel_function
def kmsan_init_runtime(k: Kernel) -> None:
    """Begin to look at what is used.  mm/kmsan/init.c:kmsan_init_runtime, v6.12."""
    kmsan_memblock_discard(k)
    printk(k, "kmsan: Starting KernelMemorySanitizer")
    printk(k, "kmsan: ATTENTION: KMSAN is a debugging tool! Do not use it on production machines!")
    state_of(k).enabled = 1
