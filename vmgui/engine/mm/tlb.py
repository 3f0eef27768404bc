"""Translation look-aside buffers, one a CPU, and how the kernel flushes them (arch/x86/mm/tlb.c, v6.12).

A buffer remembers translations, so it also remembers those that the tables do not hold any more.  It is
hardware, but its content decides what an access does, so it is words like everything else.
Differs: one buffer of 64 entries of any size, filled in turn; no cache for the levels above the leaf.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.mm.kasan.tags import kasan_reset_tag
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Struct, array, transparent, ulong

TLB_ENTRIES = 64
TLB_FLUSH_ALL = (1 << 64) - 1
tlb_single_page_flush_ceiling = 33  # on x86: above so many pages one flush of everything is cheaper


class tlb_entry(Struct):
    """One remembered translation; all zero when the slot is free."""

    va = ulong()  # first byte it translates
    leaf = ulong()  # the page-table entry it was filled from
    shift = ulong()  # it translates 2**shift bytes; 0 when the slot is free


class cpu_tlb(Struct):
    """The buffer of one CPU."""

    used = ulong()  # slots in use
    next = ulong()  # the slot to be filled next
    slots = array(TLB_ENTRIES * 3)


def tlb_init(k: Kernel) -> None:
    """Give every CPU an empty buffer."""
    k.tlb = arena_alloc(k, k.machine.possible_cpus * cpu_tlb.size)


def tlb_of(k: Kernel, cpu: int) -> cpu_tlb:
    """Return the buffer of ``cpu``."""
    return cpu_tlb(k.mem, k.tlb)[cpu]


def tlb_entries(tlb: cpu_tlb) -> Iterator[tlb_entry]:
    """Walk the slots that are in use."""
    first = tlb_entry(tlb.mem, tlb.slots.addr)
    return (first[i] for i in range(TLB_ENTRIES if tlb.used else 0) if first[i].shift)


def tlb_lookup(k: Kernel, cpu: int, addr: int) -> tlb_entry | None:
    """Return what ``cpu`` remembers about ``addr``, or None: then it must walk the tables."""
    return next((entry for entry in tlb_entries(tlb_of(k, cpu)) if _covers(entry, addr)), None)


def _covers(entry: tlb_entry, addr: int) -> bool:
    return addr >> entry.shift == entry.va >> entry.shift


@transparent
def tlb_fill(k: Kernel, cpu: int, addr: int, leaf: int, shift: int) -> None:
    """Remember that ``leaf`` translates the 2**shift bytes around ``addr``; the oldest entry gives way."""
    tlb = tlb_of(k, cpu)
    entry = tlb_entry(k.mem, tlb.slots.addr)[tlb.next]
    if not entry.shift:
        tlb.used = tlb.used + 1
    entry.va, entry.leaf, entry.shift = addr >> shift << shift, leaf, shift
    tlb.next = (tlb.next + 1) % TLB_ENTRIES


@transparent
def tlb_drop(tlb: cpu_tlb, entry: tlb_entry) -> None:
    """Forget one translation."""
    entry.va = entry.leaf = entry.shift = 0
    tlb.used = tlb.used - 1


# --- flushing --------------------------------------------------------------------------------------


@kernel_function
def flush_tlb_kernel_range(k: Kernel, start: int, end: int) -> None:
    """Make every CPU forget its translations of [start, end), or all of them if that is cheaper.

    arch/x86/mm/tlb.c, arch/arm64/include/asm/tlbflush.h, arch/riscv/mm/tlbflush.c: flush_tlb_kernel_range,
    v6.12.  They differ in where "cheaper" begins.
    """
    if end == TLB_FLUSH_ALL or end - start > k.TLB_FLUSH_CEILING << k.PAGE_SHIFT:
        _flush_tlb_all__on_each_cpu(k)
    else:
        for cpu in range(k.machine.online_cpus):
            do_kernel_range_flush(k, cpu, start, end)


@kernel_function
def flush_tlb_all(k: Kernel) -> None:
    """Make every CPU forget all its translations.  arch/x86/mm/tlb.c:flush_tlb_all, v6.12."""
    _flush_tlb_all__on_each_cpu(k)


def _flush_tlb_all__on_each_cpu(k: Kernel) -> None:
    """Empty all buffers.  Differs: the kernel interrupts the other CPUs, which do it themselves."""
    for cpu in range(k.machine.online_cpus):
        tlb = tlb_of(k, cpu)
        for entry in tlb_entries(tlb):
            tlb_drop(tlb, entry)


def do_kernel_range_flush(k: Kernel, cpu: int, start: int, end: int) -> None:
    """Flush page by page, as long as there is anything to flush."""
    tlb = tlb_of(k, cpu)
    for addr in range(start, end, k.PAGE_SIZE):
        if not tlb.used:
            break
        flush_tlb_one_kernel(k, cpu, addr)


def flush_tlb_one_kernel(k: Kernel, cpu: int, addr: int) -> None:
    """Forget the translation of ``addr``, the whole of a large page: INVLPG, TLBI.  Tags do not count."""
    addr, tlb = kasan_reset_tag(k, addr), tlb_of(k, cpu)
    for entry in tlb_entries(tlb):
        if _covers(entry, addr):
            tlb_drop(tlb, entry)
