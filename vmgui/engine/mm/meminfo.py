"""The lines of /proc/meminfo that speak of the vmalloc range (fs/proc/meminfo.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.seq_file import seq_file, seq_put_decimal_ull_width, seq_puts
from vmgui.engine.mm.vmalloc_info import vmalloc_nr_pages
from vmgui.engine.trace import kernel_function


@kernel_function
def meminfo_proc_show(k: Kernel, m: seq_file) -> int:
    """Print the Vmalloc lines of /proc/meminfo, in KiB; returns 0.

    VmallocChunk is 0 since nobody computes it any more.  fs/proc/meminfo.c:meminfo_proc_show, v6.12.
    Differs: the other lines are left out.
    """
    seq_put_decimal_ull_width(m, "VmallocTotal:   ", k.VMALLOC_END - k.VMALLOC_START >> 10, 8)
    seq_puts(m, " kB\n")
    show_val_kb(k, m, "VmallocUsed:    ", vmalloc_nr_pages(k))
    show_val_kb(k, m, "VmallocChunk:   ", 0)
    return 0


def show_val_kb(k: Kernel, m: seq_file, s: str, num: int) -> None:
    """Print a number of pages in KiB."""
    seq_put_decimal_ull_width(m, s, num << k.PAGE_SHIFT - 10, 8)
    seq_puts(m, " kB\n")
