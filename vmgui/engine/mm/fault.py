"""The kernel faults: it touched an address of its own that nothing maps (arch/x86/mm/fault.c, v6.12)."""

from __future__ import annotations

from typing import NoReturn

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import oops
from vmgui.engine.trace import kernel_function

#: Bits of a page fault's error code.
X86_PF_PROT, X86_PF_WRITE, X86_PF_RSVD = 1 << 0, 1 << 1, 1 << 3


@kernel_function
def page_fault_oops(k: Kernel, error_code: int, address: int) -> NoReturn:
    """Report a fault that nobody was prepared for, and stop.  ``address`` is virtual.

    arch/x86/mm/fault.c:page_fault_oops, v6.12; elsewhere it is called die_kernel_fault.  Differs: no
    registers, no dump of the tables.
    """
    if k.machine.arch != "x86_64":
        what = f"Unable to handle kernel paging request at virtual address {address:016x}"
        folder = {"arm64": "arm64", "riscv64": "riscv"}[k.machine.arch]
        oops(k, f"arch/{folder}/mm/fault.c die_kernel_fault", what)
    access = "write" if error_code & X86_PF_WRITE else "read"
    reason = "permissions violation" if error_code & X86_PF_PROT else "not-present page"
    oops(
        k,
        "arch/x86/mm/fault.c page_fault_oops",
        f"unable to handle page fault for address: {address:016x}",
        f"#PF: supervisor {access} access in kernel mode",
        f"#PF: error_code(0x{error_code:04x}) - {reason}",
    )


def fault_in_direct_map(k: Kernel, phys: int) -> NoReturn:
    """The kernel reads physical address ``phys`` through its direct map, which holds RAM only."""
    page_fault_oops(k, 0, k.va_pa_offset + phys)
