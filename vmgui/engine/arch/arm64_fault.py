"""What an arm64 processor says about a fault, and what the kernel prints (arch/arm64/mm/fault.c, v6.12)."""

from __future__ import annotations

from typing import NoReturn

from vmgui.engine.arch.arm64_entry import hw_present, pmd_leaf, pte_pfn
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import die
from vmgui.engine.machine import ram_ranges
from vmgui.engine.mm.fault import X86_PF_PROT, X86_PF_RSVD, X86_PF_WRITE
from vmgui.engine.mm.page import pfn_valid
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.words import WORD

#: Parts of the register ESR_EL1 (arch/arm64/include/asm/esr.h): what happened, to which class of use.
ESR_ELx_EC_DABT_CUR, ESR_ELx_EC_SHIFT = 0x25, 26
ESR_ELx_IL, ESR_ELx_ISS_MASK = 1 << 25, (1 << 25) - 1
ESR_ELx_WNR, ESR_ELx_FSC = 1 << 6, 0x3F
#: Fault status codes: the level of the entry is in the lowest two bits; level -1 has codes of its own.
FSC_ADDRSZ, FSC_FAULT, FSC_PERM = 0x00, 0x04, 0x0C
FSC_ADDRSZ_MINUS_1, FSC_FAULT_MINUS_1 = 0x29, 0x2B
LAST_LEVEL = 3
_KINDS = {FSC_ADDRSZ: "address size fault", FSC_FAULT: "translation fault", FSC_PERM: "permission fault"}


def fault_code(k: Kernel, what: int, address: int) -> int:
    """Return ESR_EL1 after a load or store of ``address`` by the kernel; ``what`` are bits of mm.fault."""
    neither = 1 << k.machine.va_bits <= address < k.KERNEL_VA_START  # the kernel's nor a process's
    level = 0 if neither else LAST_LEVEL - (walk_ends(k, address) - k.PAGE_SHIFT) // (k.PAGE_SHIFT - 3)
    if what & X86_PF_RSVD:
        fsc = FSC_ADDRSZ_MINUS_1 if level < 0 else FSC_ADDRSZ | level
    elif what & X86_PF_PROT:
        fsc = FSC_PERM | level
    else:
        fsc = FSC_FAULT_MINUS_1 if level < 0 else FSC_FAULT | level
    write = ESR_ELx_WNR if what & X86_PF_WRITE else 0
    return ESR_ELx_EC_DABT_CUR << ESR_ELx_EC_SHIFT | ESR_ELx_IL | write | fsc


def walk_ends(k: Kernel, address: int) -> int:
    """Return the shift of the entry where a walk for ``address`` ends: empty, a leaf, or leading nowhere."""
    if k.PAGE_OFFSET <= address < k.MODULES_VADDR:
        return walk_ends_in_direct_map(k, address)
    shift, entryp = k.PGDIR_SHIFT, pgd_offset_k(k, address)
    while True:
        entry = k.mem.load(entryp)
        if not hw_present(k, entry) or shift == k.PAGE_SHIFT or pmd_leaf(k, entry):
            return shift
        if not pfn_valid(k, pte_pfn(k, entry)):
            return shift
        shift -= k.PAGE_SHIFT - 3
        entryp = (pte_pfn(k, entry) << k.PAGE_SHIFT) + (address >> shift) % k.PTRS_PER_PTE * WORD


def walk_ends_in_direct_map(k: Kernel, address: int) -> int:
    """Return the shift of the highest entry for ``address`` below which there is no RAM.

    Differs: the direct map has no tables here, so this is what they would be.
    """
    for level in k.tables:
        first = (address >> level.shift << level.shift) - k.va_pa_offset
        last = first + (1 << level.shift) - 1
        if not any(first < end and start <= last for start, end in ram_ranges(k.machine)):
            return level.shift
    return k.PAGE_SHIFT


def kernel_fault(k: Kernel, esr: int, address: int) -> NoReturn:
    """Report a fault and stop.

    arch/arm64/mm/fault.c:__do_kernel_fault and die_kernel_fault, v6.12.  Differs: no dump of the tables.
    """
    place = "arch/arm64/mm/fault.c die_kernel_fault"
    what = f"Unable to handle kernel {_message(k, esr, address)} at virtual address {address:016x}"
    die(k, place, what, *mem_abort_decode(esr), f"Internal error: Oops: {esr:016x} [#1] SMP")


def _message(k: Kernel, esr: int, address: int) -> str:
    fsc = esr & ESR_ELx_FSC
    if fsc & ~3 == FSC_PERM:
        return "write to read-only memory" if esr & ESR_ELx_WNR else "read from unreadable memory"
    if fsc & ~3 == FSC_ADDRSZ or fsc == FSC_ADDRSZ_MINUS_1:
        return fault_name(fsc)
    return "NULL pointer dereference" if address < k.PAGE_SIZE else "paging request"


def fault_name(fsc: int) -> str:
    """Return what the kernel calls a fault status code (the names in fault_info)."""
    if fsc == FSC_ADDRSZ:
        return "ttbr address size fault"
    if fsc in (FSC_ADDRSZ_MINUS_1, FSC_FAULT_MINUS_1):
        return f"level -1 {_KINDS[FSC_ADDRSZ if fsc == FSC_ADDRSZ_MINUS_1 else FSC_FAULT]}"
    return f"level {fsc & 3} {_KINDS[fsc & ~3]}"


def mem_abort_decode(esr: int) -> tuple[str, ...]:
    """Return the lines that take ``esr`` apart.  arch/arm64/mm/fault.c:mem_abort_decode, v6.12.

    Differs: of the register's fields only the class, the direction and the status code are modelled.
    """
    fsc, write = esr & ESR_ELx_FSC, int(bool(esr & ESR_ELx_WNR))
    return (
        "Mem abort info:",
        f"  ESR = {esr:#018x}",
        f"  EC = {esr >> ESR_ELx_EC_SHIFT:#04x}: DABT (current EL), IL = 32 bits",
        "  SET = 0, FnV = 0",
        "  EA = 0, S1PTW = 0",
        f"  FSC = {fsc:#04x}: {fault_name(fsc)}",
        "Data abort info:",
        f"  ISV = 0, ISS = {esr & ESR_ELx_ISS_MASK:#010x}, ISS2 = 0x00000000",
        f"  CM = 0, WnR = {write}, TnD = 0, TagAccess = 0",
        "  GCS = 0, Overlay = 0, DirtyBit = 0, Xs = 0",
    )
