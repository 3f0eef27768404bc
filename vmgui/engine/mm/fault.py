"""The kernel faults: it touched an address of its own that nothing maps (arch/*/mm/fault.c, v6.12)."""

from __future__ import annotations

from typing import NoReturn

from vmgui.engine.kernel import Kernel
from vmgui.engine.trace import kernel_function

#: What was wrong with an access, in the bits that x86 has for it; none is a read of what is not present.
X86_PF_PROT, X86_PF_WRITE, X86_PF_RSVD = 1 << 0, 1 << 1, 1 << 3


def fault_code(k: Kernel, what: int, address: int) -> int:
    """Return what the machine's processor says about an access to ``address`` with ``what`` wrong."""
    return k.arch.fault_code(k, what, address)


@kernel_function
def page_fault_oops(k: Kernel, error_code: int, address: int) -> NoReturn:
    """Report a fault that nobody was prepared for, and stop.  ``address`` is virtual.

    ``error_code`` is what the processor says; 0 stands for a read of what is not present, on all of them.
    arch/x86/mm/fault.c:page_fault_oops, v6.12; elsewhere it is called die_kernel_fault.  Differs: no
    registers, no dump of the tables.
    """
    k.arch.kernel_fault(k, error_code or fault_code(k, 0, address), address)


def fault_in_direct_map(k: Kernel, phys: int) -> NoReturn:
    """The kernel reads physical address ``phys`` through its direct map, which holds RAM only."""
    page_fault_oops(k, 0, k.va_pa_offset + phys)
