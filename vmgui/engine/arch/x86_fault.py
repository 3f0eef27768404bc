"""What an x86 processor says about a fault, and what the kernel prints (arch/x86/mm/fault.c, v6.12)."""

from __future__ import annotations

from typing import NoReturn

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import die, oops
from vmgui.engine.mm.fault import X86_PF_PROT, X86_PF_RSVD, X86_PF_WRITE
from vmgui.engine.words import MASK64


def fault_code(k: Kernel, what: int, address: int) -> int:
    """Return the error code that the processor pushes: the bits of mm.fault are its own."""
    return what


def kernel_fault(k: Kernel, error_code: int, address: int) -> NoReturn:
    """Report a fault and stop.  arch/x86/mm/fault.c:show_fault_oops, v6.12.

    An address whose unused bits do not repeat the highest used one is no page fault:
    exc_general_protection speaks then.
    """
    if MASK64 - k.KERNEL_VA_START < address < k.KERNEL_VA_START:
        what = f"general protection fault, probably for non-canonical address {address:#x}"
        die(k, "arch/x86/kernel/traps.c exc_general_protection", f"Oops: {what}: 0000 [#1]")
    access = "write" if error_code & X86_PF_WRITE else "read"
    if not error_code & X86_PF_PROT:
        reason = "not-present page"
    else:
        reason = "reserved bit violation" if error_code & X86_PF_RSVD else "permissions violation"
    null = address < k.PAGE_SIZE
    what = "kernel NULL pointer dereference," if null else "unable to handle page fault for"
    oops(
        k,
        "arch/x86/mm/fault.c page_fault_oops",
        f"{what} address: {address:016x}",
        f"#PF: supervisor {access} access in kernel mode",
        f"#PF: error_code(0x{error_code:04x}) - {reason}",
    )
