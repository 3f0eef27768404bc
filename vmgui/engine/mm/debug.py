"""Telling about a page that something is wrong with (mm/debug.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import printk
from vmgui.engine.mm.page import page_to_pfn
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function


@kernel_function
def dump_page(k: Kernel, page: page, reason: str) -> None:
    """Print what is known about ``page``.  mm/debug.c:dump_page, v6.12.

    Differs: without the names of the flags and the raw words.
    """
    printk(
        k,
        f"page: refcount:{page._refcount} mapcount:0 mapping:{page.mapping:016x} "  # noqa: SLF001 - its name
        f"index:{page.index:#x} pfn:{page_to_pfn(k, page):#x}",
    )
    printk(k, f"page dumped because: {reason}")
