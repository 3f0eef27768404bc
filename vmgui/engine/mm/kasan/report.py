"""What KASAN says about an access that it caught (mm/kasan/report*.c, v6.12).

Differs: as if booted with kasan_multi_shot, so that every mistake is reported and not only the first one
since boot; no call stacks.
"""

from __future__ import annotations

from typing import NamedTuple

from vmgui.engine.arch.arm64_mte import MTE_GRANULE_SIZE, hw_get_mem_tag
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bytewise import load_row
from vmgui.engine.lib.printk import printk
from vmgui.engine.mm.debug import dump_page
from vmgui.engine.mm.kasan.shadow import (
    KASAN_GRANULE_MASK,
    KASAN_GRANULE_SIZE,
    KASAN_VMALLOC_INVALID,
    kasan_mem_to_shadow,
    shadow_byte,
)
from vmgui.engine.mm.kasan.tags import get_tag, kasan_hw_tags_enabled, kasan_reset_tag
from vmgui.engine.mm.metadata import mapped_at
from vmgui.engine.mm.page import page_to_pfn, pfn_valid
from vmgui.engine.mm.vmalloc_info import vmalloc_dump_obj
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr, vmalloc_to_page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64

META_BYTES_PER_ROW = 16
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
    """Return the first granule, from ``addr`` on, that is not all allowed; ``addr`` where the end wraps."""
    if kasan_hw_tags_enabled(k):
        return kasan_reset_tag(k, addr)  # the processor has named it
    p, end = addr, addr + size & MASK64
    while p < end and not shadow_byte(k, p):
        p += KASAN_GRANULE_SIZE
    return p


def get_bug_type(k: Kernel, addr: int, size: int, first_bad_addr: int) -> str:
    """Name the mistake after the shadow.  mm/kasan/report_generic.c:get_bug_type, v6.12.

    Memory that was freed is named like memory that nobody asked for: its shadow is the same.
    """
    if addr + size >> 64:
        return "out-of-bounds"
    if kasan_hw_tags_enabled(k):
        return "invalid-access"
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
    what = f"{access} of size {info.access_size}" if info.access_size else access  # a processor tells no size
    printk(k, f"{what} at addr {info.access_addr:016x} by task init/1")
    if kasan_hw_tags_enabled(k):
        kasan_print_tags(k, get_tag(info.access_addr), info.first_bad_addr)
    printk(k, "")
    print_address_description(k, kasan_reset_tag(k, info.access_addr))
    print_memory_metadata(k, info.first_bad_addr)


def kasan_print_tags(k: Kernel, addr_tag: int, addr: int) -> None:
    """Print what does not agree.  mm/kasan/report_hw_tags.c:kasan_print_tags, v6.12."""
    printk(k, f"Pointer tag: [{addr_tag:02x}], memory tag: [{hw_get_mem_tag(k, addr) or 0:02x}]")


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
    """Print shadow or tags around ``addr``, 16 granules a row, and point at its granule.

    mm/kasan/report.c:print_memory_metadata, v6.12.
    Differs: rows without any shadow or memory are left out, where the kernel would fault.
    """
    granule = MTE_GRANULE_SIZE if kasan_hw_tags_enabled(k) else KASAN_GRANULE_SIZE
    guilty = addr & -META_BYTES_PER_ROW * granule
    printk(k, "Memory state around the buggy address:")
    for i in range(-META_ROWS_AROUND_ADDR, META_ROWS_AROUND_ADDR + 1):
        row = guilty + i * META_BYTES_PER_ROW * granule
        metadata = kasan_metadata_fetch_row(k, row)
        if metadata is None:
            continue
        printk(k, f"{' ' if i else '>'}{row:016x}: {metadata.hex(' ')}")
        if not i:
            column = 3 + 16 + (addr - row) // granule * 3 + 1
            printk(k, "^".rjust(column))


def kasan_metadata_fetch_row(k: Kernel, row: int) -> bytes | None:
    """Return the metadata of 16 granules from ``row`` on; None where there is none."""
    if kasan_hw_tags_enabled(k):
        tags = [hw_get_mem_tag(k, row + i * MTE_GRANULE_SIZE) for i in range(META_BYTES_PER_ROW)]
        return bytes(tag for tag in tags if tag is not None) or None
    at = mapped_at(k, kasan_mem_to_shadow(k, row))
    return None if at is None else load_row(k, at, META_BYTES_PER_ROW)
