"""Using memory as a CPU does: through its TLB, else through the page tables, else a fault.

An access here is one that may fail, as copy_from_kernel_nofault() makes it: a fault is recorded and
reported, and the kernel goes on.  The record of the last access is in words, as everything is.
"""

from __future__ import annotations

from enum import IntEnum

from vmgui.engine.arch.arm64_mte import first_mismatch
from vmgui.engine.arch.entries import (
    hw_present,
    pmd_leaf,
    pte_dirty,
    pte_mkdirty,
    pte_mkyoung,
    pte_pfn,
    pte_write,
    table_write,
)
from vmgui.engine.errno import EFAULT
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.fault import X86_PF_PROT, X86_PF_RSVD, X86_PF_WRITE, fault_code
from vmgui.engine.mm.kasan.generic import kasan_check_range, missing_shadow
from vmgui.engine.mm.kasan.hooks import kasan_vmalloc_enabled
from vmgui.engine.mm.kasan.report import kasan_report
from vmgui.engine.mm.kasan.tags import kasan_hw_tags_enabled, kasan_reset_tag
from vmgui.engine.mm.kmsan.pages import kmsan_unpoison_memory
from vmgui.engine.mm.kmsan.report import kmsan_internal_check_memory
from vmgui.engine.mm.page import pfn_valid
from vmgui.engine.mm.pgtable import pgd_offset_k, ptep_get, set_pte
from vmgui.engine.mm.tlb import tlb_drop, tlb_entry, tlb_fill, tlb_lookup, tlb_of
from vmgui.engine.mm.vm_struct import VM_NO_GUARD
from vmgui.engine.mm.vmap_find import __find_vmap_area
from vmgui.engine.structs import vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, WORD, Struct, transparent, ulong

NO_DEVICE = MASK64  # what a PC's bus reads where nothing answers


class Reason(IntEnum):
    """How an access went: the first three found memory, the others faulted."""

    WALKED = 0  # by the page tables
    TLB_HIT = 1  # by a translation the CPU remembered
    STALE_HIT = 2  # by one that the tables do not hold any more
    NOT_CANONICAL = 3
    NOT_PRESENT_PGD = 4
    NOT_PRESENT_P4D = 5
    NOT_PRESENT_PUD = 6
    NOT_PRESENT_PMD = 7
    NOT_PRESENT_PTE = 8
    GUARD_PAGE = 9  # not present, and on purpose: `area` is whose guard page it is
    READ_ONLY = 10
    RESERVED_BIT = 11  # a physical address that the processor has no wires for


class access_record(Struct):
    """What the last access met."""

    va = ulong()  # the address that was used
    cpu = ulong()
    is_write = ulong()
    reason = ulong()
    phys = ulong()  # where it went; 0 after a fault
    error_code = ulong()  # of the page fault, as the processor says it
    area = ulong()  # va_start of the area the address is in, 0 in none
    faults = ulong()  # how many there have been since boot


def last_access(k: Kernel) -> access_record:
    """Return the record of the last access."""
    return access_record(k.mem, k.last_access.addr)


@kernel_function
def touch(k: Kernel, addr: int) -> int:
    """Load from ``addr`` on the current CPU and forget the value: 0, or -EFAULT."""
    if kasan_vmalloc_enabled(k) and not kasan_checked(k, addr, 1, False, "touch"):
        return -EFAULT
    phys = access(k, addr, 0)
    check_tags(k, addr, phys, 1, False, "touch")
    return min(phys, 0)


@kernel_function
def read(k: Kernel, addr: int) -> int:
    """Return the 64-bit word that ``addr`` is in, or -EFAULT; all ones where no device answers."""
    if kasan_vmalloc_enabled(k) and not kasan_checked(k, addr & -WORD, WORD, False, "read"):
        return -EFAULT
    phys = access(k, addr, 0)
    if phys < 0:
        return phys
    check_tags(k, addr & -WORD, phys & -WORD, WORD, False, "read")
    if k.machine.kmsan:
        kmsan_internal_check_memory(k, addr & -WORD, WORD, "read")
    if not pfn_valid(k, phys >> k.PAGE_SHIFT):
        return NO_DEVICE
    return k.mem.load(phys & -WORD)  # type: ignore[no-any-return]


@kernel_function
def write(k: Kernel, addr: int, value: int) -> int:
    """Store ``value`` in the 64-bit word that ``addr`` is in: 0, or -EFAULT.

    What is written to a device is lost: nothing here remembers it.
    """
    if kasan_vmalloc_enabled(k) and not kasan_checked(k, addr & -WORD, WORD, True, "write"):
        return -EFAULT
    phys = access(k, addr, 1)
    if phys < 0:
        return phys
    check_tags(k, addr & -WORD, phys & -WORD, WORD, True, "write")
    if pfn_valid(k, phys >> k.PAGE_SHIFT):
        set_word(k, phys & -WORD, value)
    if k.machine.kmsan:
        kmsan_unpoison_memory(k, addr & -WORD, WORD)
    return 0


@transparent
def set_word(k: Kernel, phys: int, value: int) -> None:
    """Store a word of RAM."""
    k.mem.store(phys, value & MASK64)


def kasan_checked(k: Kernel, addr: int, size: int, write: bool, ret_ip: str) -> bool:
    """Look at the shadow of an access, as the compiler lets every access of a kernel with KASAN begin.

    A mistake is reported and the access goes on.  False where the look itself faulted.
    """
    missing = missing_shadow(k, addr, size)
    if missing:
        page_walk(k, missing, 0)
        return False
    kasan_check_range(k, addr, size, write, ret_ip)
    return True


def check_tags(k: Kernel, addr: int, phys: int, size: int, is_write: bool, ip: str) -> bool:
    """Compare tags, as an arm64 processor does where memory was found; a mismatch is reported: False.

    ``phys`` is where the ``size`` bytes are, all in a page.  Differs: with the first report the kernel ends
    all checks on this CPU.
    """
    if not kasan_hw_tags_enabled(k) or phys < 0 or phys >= k.addr:
        return True
    entry = tlb_lookup(k, k.current_cpu, kasan_reset_tag(k, addr))
    bad = None if entry is None else first_mismatch(k, addr, phys, size, entry.leaf)
    if bad is None:
        return True
    kasan_report(k, bad, 0, is_write, ip)
    return False


# --- translating -----------------------------------------------------------------------------------


@kernel_function
def access(k: Kernel, addr: int, is_write: int) -> int:
    """Translate ``addr`` for the current CPU: the physical address, or -EFAULT."""
    addr = kasan_reset_tag(k, addr)  # the processor passes the tag over
    # The unused upper bits must repeat the highest one that is used.
    if not canonical(k, addr):
        return fault(k, addr, is_write, Reason.NOT_CANONICAL, 0)
    entry = tlb_lookup(k, k.current_cpu, addr)
    if entry is None:
        return page_walk(k, addr, is_write)
    # The buffer lacks the right, or D would have to be set: the processor asks the tables after all.
    if is_write and not (pte_write(k, entry.leaf) and pte_dirty(k, entry.leaf)):
        tlb_drop(tlb_of(k, k.current_cpu), entry)
        return page_walk(k, addr, is_write)
    # A hit is used as it is, and nobody looks whether the tables still say so.
    reason = Reason.TLB_HIT if is_current(k, entry) else Reason.STALE_HIT
    return found(k, addr, is_write, reason, entry.leaf, entry.shift)


@kernel_function
def page_walk(k: Kernel, addr: int, is_write: int) -> int:
    """Walk the tables as the processor does: the physical address, or -EFAULT.

    It notes A, and D for a write, in the leaf, and remembers the leaf in the TLB of the current CPU.
    Differs: A is not set in entries that point at tables, as the kernel makes them with A set.
    """
    shift, entryp = k.PGDIR_SHIFT, pgd_offset_k(k, addr)
    writable = True
    while True:
        entry = ptep_get(k, entryp)
        if not hw_present(k, entry):
            return fault(k, addr, is_write, not_present(k, addr, shift), 0)
        # An address bit beyond what this processor has.
        if pte_pfn(k, entry) << k.PAGE_SHIFT >> k.machine.phys_bits:
            return fault(k, addr, is_write, Reason.RESERVED_BIT, X86_PF_PROT | X86_PF_RSVD)
        if is_leaf(k, entry, shift):
            break
        writable = writable and table_write(k, entry)
        shift, entryp = next_level(k, entry, addr, shift)
    # The kernel, too, obeys the write protection of its own pages.
    if is_write and not (writable and pte_write(k, entry)):
        return fault(k, addr, is_write, Reason.READ_ONLY, X86_PF_PROT)
    used = pte_mkyoung(k, entry)
    if is_write:
        used = pte_mkdirty(k, used)
    if used != entry:
        set_pte(k, entryp, used)
    tlb_fill(k, k.current_cpu, addr, used, shift)
    return found(k, addr, is_write, Reason.WALKED, used, shift)


def canonical(k: Kernel, addr: int) -> bool:
    """Tell whether ``addr`` belongs to the kernel or to a process; all addresses between do to nobody."""
    addr = kasan_reset_tag(k, addr)
    return addr >= k.KERNEL_VA_START or addr <= MASK64 - k.KERNEL_VA_START


def is_leaf(k: Kernel, entry: int, shift: int) -> bool:
    """Tell whether an entry that covers 2**shift bytes maps memory itself."""
    return shift == k.PAGE_SHIFT or (shift <= k.PUD_SHIFT and pmd_leaf(k, entry))


def next_level(k: Kernel, entry: int, addr: int, shift: int) -> tuple[int, int]:
    """Return the shift of the next level down, and where its entry for ``addr`` is."""
    shift -= k.PAGE_SHIFT - 3
    return shift, (pte_pfn(k, entry) << k.PAGE_SHIFT) + (addr >> shift) % k.PTRS_PER_PTE * WORD


def translation(k: Kernel, addr: int) -> tuple[int, int]:
    """Return the leaf that the tables hold for ``addr`` now, and its shift; (0, 0) without one."""
    shift, entryp = k.PGDIR_SHIFT, pgd_offset_k(k, addr)
    while True:
        entry = ptep_get(k, entryp)
        if not hw_present(k, entry):
            return 0, 0
        if is_leaf(k, entry, shift):
            return entry, shift
        shift, entryp = next_level(k, entry, addr, shift)


def is_current(k: Kernel, entry: tlb_entry) -> bool:
    """Tell whether the tables still hold what ``entry`` remembers; A and D do not count."""
    leaf, shift = translation(k, entry.va)
    return shift == entry.shift and used_leaf(k, leaf) == used_leaf(k, entry.leaf)


def used_leaf(k: Kernel, leaf: int) -> int:
    """Return ``leaf`` with A and D set, whatever was set before."""
    return pte_mkdirty(k, pte_mkyoung(k, leaf))


def area_around(k: Kernel, addr: int) -> vmap_area | None:
    """Return the busy area that ``addr`` is in, guard page included; it may be in any node's tree."""
    for i in range(k.nr_vmap_nodes):
        va = __find_vmap_area(addr, k.vmap_nodes[i].busy.root)
        if va is not None:
            return va
    return None


def not_present(k: Kernel, addr: int, shift: int) -> Reason:
    """Say why there is nothing in the entry that covers 2**shift bytes around ``addr``."""
    area = area_around(k, addr)
    if area is not None and area.vm is not None and not area.vm.flags & VM_NO_GUARD:
        if addr >= area.va_end - k.PAGE_SIZE:
            return Reason.GUARD_PAGE
    if shift == k.PGDIR_SHIFT:
        return Reason.NOT_PRESENT_PGD
    return {
        k.P4D_SHIFT: Reason.NOT_PRESENT_P4D,
        k.PUD_SHIFT: Reason.NOT_PRESENT_PUD,
        k.PMD_SHIFT: Reason.NOT_PRESENT_PMD,
        k.PAGE_SHIFT: Reason.NOT_PRESENT_PTE,
    }[shift]


# --- the record ------------------------------------------------------------------------------------


def found(k: Kernel, addr: int, is_write: int, reason: Reason, leaf: int, shift: int) -> int:
    """Record an access that found memory; returns its physical address."""
    phys = (pte_pfn(k, leaf) << k.PAGE_SHIFT >> shift << shift) + addr % (1 << shift)
    note(k, addr, is_write, reason, phys, 0)
    return phys


def fault(k: Kernel, addr: int, is_write: int, reason: Reason, what: int) -> int:
    """Record an access that faulted, with ``what`` wrong (bits of mm.fault); returns -EFAULT."""
    code = fault_code(k, what | (X86_PF_WRITE if is_write else 0), addr)
    note(k, addr, is_write, reason, 0, code)
    return -EFAULT


@transparent
def note(k: Kernel, addr: int, is_write: int, reason: Reason, phys: int, error_code: int) -> None:
    """Fill in the record of the last access."""
    record, area = last_access(k), area_around(k, addr)
    record.va, record.cpu, record.is_write = addr, k.current_cpu, is_write
    record.reason, record.phys, record.error_code = reason, phys, error_code
    record.area = area.va_start if area else 0
    if reason >= Reason.NOT_CANONICAL:
        record.faults = record.faults + 1
