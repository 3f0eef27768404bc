"""One memory type for one physical range, however often it is mapped (arch/x86/mm/pat/memtype.c).

Two mappings of the same device with different caching would corrupt data, so the first mapping decides.
Differs: a list sorted by address where the kernel has an interval tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from vmgui.engine.arch.mtrr import mtrr_type_lookup
from vmgui.engine.errno import EBUSY, EINVAL, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add_tail, list_del, list_for_each_entry
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.printk import WARN_ON_ONCE, printk
from vmgui.engine.machine import MTRR_WB, system_ram
from vmgui.engine.mm.page import clear_flag, pfn_to_page, set_flag
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.structs import list_head
from vmgui.engine.structs import page as page_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Struct, embedded, ulong

ISA_START_ADDRESS, ISA_END_ADDRESS = 0xA0000, 0x100000
PHYSICAL_MASK = (1 << 52) - 1

#: The memory type of a frame of RAM, in two bits of its ``page.flags``; 0 is write-back.
PG_MEMTYPE_SHIFT, PG_MEMTYPE = 27, 3 << 27


class page_cache_mode(IntEnum):
    """How a CPU may cache a mapping, with the kernel's numbers."""

    WB, WC, UC_MINUS, UC, WT, WP = range(6)


WB, WC, UC_MINUS, UC = page_cache_mode.WB, page_cache_mode.WC, page_cache_mode.UC_MINUS, page_cache_mode.UC
WT = page_cache_mode.WT

#: Types that a frame of RAM can remember, by the number in its flags.
_RAM_TYPES = (WB, WC, UC_MINUS, WT)
_NAMES = (
    "write-back", "write-combining", "uncached-minus", "uncached", "write-through", "write-protected",
)  # fmt: skip


class memtype(Struct):
    """The physical range [start, end) and how it is mapped."""

    start = ulong()
    end = ulong()
    type = ulong()
    list = embedded[list_head]("list_head")


def memtype_init(k: Kernel) -> None:
    """Begin with no range."""
    INIT_LIST_HEAD(k.memtype_list)


def is_untracked_pat_range(start: int, end: int) -> bool:
    """Tell whether [start, end) lies in the old ISA window, which is always mapped write-back."""
    return start >= ISA_START_ADDRESS and end <= ISA_END_ADDRESS


@kernel_function
def memtype_reserve(k: Kernel, start: int, end: int, req_type: int, new_type: Out) -> int:
    """Ask to map the physical range [start, end) as ``req_type``; ``new_type`` becomes what it must be.

    0, -EBUSY when parts of it have different types already, -EINVAL, -ENOMEM.
    arch/x86/mm/pat/memtype.c:memtype_reserve, v6.12.
    """
    start &= PHYSICAL_MASK
    end = (end - 1 & PHYSICAL_MASK) + 1
    if start >= end:
        return -EINVAL

    if is_untracked_pat_range(start, end):
        new_type.value = WB
        return 0

    new_type.value = actual_type = pat_x_mtrr_type(k, start, end, req_type)

    ram = pat_pagerange_is_ram(k, start, end)
    if ram > 0:
        return reserve_ram_pages_type(k, start, end, req_type, new_type)
    if ram < 0:
        return -EINVAL  # half RAM and half device
    return _memtype_reserve__track(k, start, end, actual_type, req_type, new_type)


def _memtype_reserve__track(
    k: Kernel, start: int, end: int, actual_type: int, req_type: int, new_type: Out
) -> int:
    """Remember the type of a range of devices, if what is remembered already allows it.

    Differs: a part of memtype_reserve.
    """
    addr = kzalloc(k, memtype.size, GFP_KERNEL)
    if not addr:
        return -ENOMEM
    entry = memtype(k.mem, addr)
    entry.start = start
    entry.end = end
    entry.type = actual_type
    err = memtype_check_insert(k, entry, new_type)
    if err:
        text = f"track {cattr_name(entry.type)}, req {cattr_name(req_type)}"
        printk(k, f"x86/PAT: memtype_reserve failed {mem_range(start, end)}, {text}")
        kfree(k, entry.addr)
    return err


@kernel_function
def memtype_free(k: Kernel, start: int, end: int) -> int:
    """Forget the type of a range that is not mapped any more; -EINVAL if it was never reserved.

    arch/x86/mm/pat/memtype.c:memtype_free, v6.12.
    """
    start &= PHYSICAL_MASK
    end &= PHYSICAL_MASK
    if is_untracked_pat_range(start, end):
        return 0
    ram = pat_pagerange_is_ram(k, start, end)
    if ram > 0:
        for page in pages_of(k, start, end):
            clear_flag(page, PG_MEMTYPE)
        return 0
    if ram < 0:
        return -EINVAL
    entry = memtype_match(k, start, end)
    if entry is None:
        printk(k, f"x86/PAT: init:1 freeing invalid memtype {mem_range(start, end)}")
        return -EINVAL
    if entry.start != start:
        entry.end = start  # only the tail of a longer range goes
        return 0
    list_del(entry.list)
    kfree(k, entry.addr)
    return 0


def pat_x_mtrr_type(k: Kernel, start: int, end: int, req_type: int) -> int:
    """Return ``req_type``, but uncached where write-back is wanted and the MTRRs do not allow it."""
    if req_type != WB:
        return req_type
    return WB if mtrr_type_lookup(k, start, end, Out()) == MTRR_WB else UC_MINUS


def pat_pagerange_is_ram(k: Kernel, start: int, end: int) -> int:
    """Tell whether [start, end) is RAM: 1 all of it, 0 nothing, -1 a part.  The first MiB never counts."""
    start = max(start & k.PAGE_MASK, ISA_END_ADDRESS)
    end = ALIGN(end, k.PAGE_SIZE)
    ram = sum(max(0, min(end, last) - max(start, first)) for first, last in system_ram(k.machine))
    if ram == 0:
        return 0
    return 1 if ram == end - start else -1


@kernel_function
def reserve_ram_pages_type(k: Kernel, start: int, end: int, req_type: int, new_type: Out) -> int:
    """Give the frames of RAM in [start, end) a memory type; -EBUSY if one of them has one already.

    arch/x86/mm/pat/memtype.c:reserve_ram_pages_type, v6.12.
    """
    strong = req_type == UC
    if WARN_ON_ONCE(k, Once.RAM_UNCACHED, strong, "arch/x86/mm/pat/memtype.c:450 memtype_reserve"):
        req_type = UC_MINUS  # strong uncached is not known for RAM
    for page in pages_of(k, start, end):
        type = get_page_memtype(page)
        if type != WB:
            text = f"track {type:#x}, req {req_type:#x}"
            printk(k, f"x86/PAT: reserve_ram_pages_type failed {mem_range(start, end)}, {text}")
            new_type.value = type
            return -EBUSY
    new_type.value = req_type
    for page in pages_of(k, start, end):
        set_flag(page, _RAM_TYPES.index(page_cache_mode(req_type)) << PG_MEMTYPE_SHIFT)
    return 0


def get_page_memtype(page: page_struct) -> page_cache_mode:
    """Return the memory type of a frame of RAM."""
    return _RAM_TYPES[(page.flags & PG_MEMTYPE) >> PG_MEMTYPE_SHIFT]


def pages_of(k: Kernel, start: int, end: int) -> Iterator[page_struct]:
    """Yield the struct pages of the physical range [start, end)."""
    return (pfn_to_page(k, pfn) for pfn in range(start >> k.PAGE_SHIFT, end >> k.PAGE_SHIFT))


@kernel_function
def memtype_check_insert(k: Kernel, entry_new: memtype, ret_type: Out) -> int:
    """Add a range unless those it overlaps contradict each other; it takes over their type.

    arch/x86/mm/pat/memtype_interval.c:memtype_check_insert, v6.12.
    """
    err = memtype_check_conflict(k, entry_new.start, entry_new.end, entry_new.type, ret_type)
    if err:
        return err
    entry_new.type = ret_type.value
    list_add_tail(entry_new.list, first_above(k, entry_new.start))
    return 0


@kernel_function
def memtype_check_conflict(k: Kernel, start: int, end: int, reqtype: int, newtype: Out) -> int:
    """Set ``newtype`` to the type of the ranges that overlap [start, end), else to ``reqtype``.

    -EBUSY when two of them have different types.
    arch/x86/mm/pat/memtype_interval.c:memtype_check_conflict, v6.12.
    """
    found_type = reqtype
    overlapping = [entry for entry in memtypes(k) if entry.start < end and start < entry.end]
    if overlapping:
        found_type = overlapping[0].type
    for entry in overlapping[1:]:
        if entry.type != found_type:
            names = f"{cattr_name(found_type)}<->{cattr_name(entry.type)}"
            printk(k, f"x86/PAT: init:1 conflicting memory types {start:x}-{end:x} {names}")
            return -EBUSY
    newtype.value = found_type
    return 0


def memtypes(k: Kernel) -> Iterator[memtype]:
    """Yield all ranges by their start, those reserved later behind others of the same start."""
    return list_for_each_entry(k.memtype_list, memtype, "list")


def first_above(k: Kernel, start: int) -> list_head:
    """Return the link of the first range that begins above ``start``, or the head of the list."""
    return next((entry.list for entry in memtypes(k) if entry.start > start), k.memtype_list)


def memtype_match(k: Kernel, start: int, end: int) -> memtype | None:
    """Return the range that is exactly [start, end), else one that ends there and begins before it."""
    exact = (entry for entry in memtypes(k) if entry.start == start and entry.end == end)
    tail = (entry for entry in memtypes(k) if entry.start < start and entry.end == end)
    return next(exact, None) or next(tail, None)


def cattr_name(pcm: int) -> str:
    """Return the name of a memory type as messages give it."""
    return _NAMES[pcm]


def mem_range(start: int, end: int) -> str:
    """Spell a physical range as messages do, with its last byte."""
    return f"[mem {start:#010x}-{end - 1:#010x}]"
