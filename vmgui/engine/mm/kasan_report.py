"""What KASAN says about an access that it caught (mm/kasan/report.c, report_generic.c, v6.12).

Differs: as if booted with kasan_multi_shot, so that every mistake is reported and not only the first one
since boot; no call stacks.
"""

from __future__ import annotations

from typing import NamedTuple

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bytewise import load_row
from vmgui.engine.lib.printk import printk
from vmgui.engine.mm.debug import dump_page
from vmgui.engine.mm.kasan_shadow import (
    KASAN_GRANULE_MASK,
    KASAN_GRANULE_SIZE,
    KASAN_VMALLOC_INVALID,
    kasan_mem_to_shadow,
    shadow_byte,
)
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.mm.page import page_to_pfn, pfn_valid
from vmgui.engine.mm.vmalloc_info import vmalloc_dump_obj
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr, vmalloc_to_page
from vmgui.engine.trace import kernel_function

META_BYTES_PER_ROW = 16
META_MEM_BYTES_PER_ROW = META_BYTES_PER_ROW * KASAN_GRANULE_SIZE
META_ROWS_AROUND_ADDR = 2
RULER = "=" * 66


class kasan_report_info(NamedTuple):
    """What is known about the access."""

    access_addr: int
    access_size: int
    is_write: bool
    ip: str
    first_bad_addr: int
    bug_type: str


@kernel_function
def kasan_report(k: Kernel, addr: int, size: int, is_write: bool, ip: str) -> bool:
    """Report an access of function ``ip`` to the ``size`` bytes at ``addr``; the access goes on: True.

    mm/kasan/report.c:kasan_report, v6.12.
    """
    first_bad_addr = kasan_find_first_bad_addr(k, addr, size)
    bug_type = get_bug_type(k, addr, size, first_bad_addr)
    info = kasan_report_info(addr, size, is_write, ip, first_bad_addr, bug_type)
    printk(k, RULER)
    print_report(k, info)
    printk(k, RULER)
    return True


def kasan_find_first_bad_addr(k: Kernel, addr: int, size: int) -> int:
    """Return the first granule, from ``addr`` on, that is not all allowed."""
    p = addr
    while p < addr + size and not shadow_byte(k, p):
        p += KASAN_GRANULE_SIZE
    return p


def get_bug_type(k: Kernel, addr: int, size: int, first_bad_addr: int) -> str:
    """Name the mistake after the shadow.  mm/kasan/report_generic.c:get_bug_type, v6.12.

    Memory that was freed is named like memory that nobody asked for: its shadow is the same.
    """
    if addr + size >> 64:
        return "out-of-bounds"
    shadow = shadow_byte(k, first_bad_addr)
    if shadow and shadow <= KASAN_GRANULE_MASK:  # what is behind the last allowed byte of this granule?
        shadow = shadow_byte(k, first_bad_addr + KASAN_GRANULE_SIZE)
    if shadow is not None and shadow <= KASAN_GRANULE_MASK:
        return "out-of-bounds"
    return "vmalloc-out-of-bounds" if shadow == KASAN_VMALLOC_INVALID else "unknown-crash"


@kernel_function
def print_report(k: Kernel, info: kasan_report_info) -> None:
    """Print who did what, whose address it is, and the shadow around it.

    mm/kasan/report.c:print_report, v6.12.
    """
    access = "Write" if info.is_write else "Read"
    printk(k, f"BUG: KASAN: {info.bug_type} in {info.ip}")
    printk(k, f"{access} of size {info.access_size} at addr {info.access_addr:016x} by task init/1")
    printk(k, "")
    print_address_description(k, info.access_addr)
    print_memory_metadata(k, info.first_bad_addr)


def print_address_description(k: Kernel, addr: int) -> None:
    """Print which mapping and which page an address belongs to.

    mm/kasan/report.c:print_address_description, v6.12.
    """
    if not is_vmalloc_addr(k, addr):
        return
    printk(k, "The buggy address belongs to a")  # the rest of this line is a line of its own here
    if not vmalloc_dump_obj(k, addr):
        printk(k, " vmalloc virtual mapping")
    page = vmalloc_to_page(k, addr)
    if page is not None and pfn_valid(k, page_to_pfn(k, page)):
        printk(k, "The buggy address belongs to the physical page:")
        dump_page(k, page, "kasan: bad access detected")
        printk(k, "")


@kernel_function
def print_memory_metadata(k: Kernel, addr: int) -> None:
    """Print the shadow around ``addr``, a row for each 128 bytes, and point at its byte.

    mm/kasan/report.c:print_memory_metadata, v6.12.
    Differs: rows without any shadow are left out, where the kernel would fault.
    """
    guilty = addr & -META_MEM_BYTES_PER_ROW
    printk(k, "Memory state around the buggy address:")
    for i in range(-META_ROWS_AROUND_ADDR, META_ROWS_AROUND_ADDR + 1):
        row = guilty + i * META_MEM_BYTES_PER_ROW
        at = mapped_at(k, kasan_mem_to_shadow(k, row))
        if at is None:
            continue
        shadow = " ".join(f"{byte:02x}" for byte in load_row(k, at, META_BYTES_PER_ROW))
        printk(k, f"{' ' if i else '>'}{row:016x}: {shadow}")
        if not i:
            column = 3 + 16 + (addr - row) // KASAN_GRANULE_SIZE * 3 + 1
            printk(k, "^".rjust(column))
