"""What a riscv64 processor says about a fault, and what the kernel prints (arch/riscv/mm/fault.c, v6.12)."""

from __future__ import annotations

from typing import NoReturn

from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import die
from vmgui.engine.mm.fault import X86_PF_RSVD, X86_PF_WRITE

#: Values of the register scause (arch/riscv/include/asm/csr.h).
EXC_LOAD_ACCESS, EXC_STORE_ACCESS, EXC_LOAD_PAGE_FAULT, EXC_STORE_PAGE_FAULT = 5, 7, 13, 15
_ACCESS_FAULTS = {EXC_LOAD_ACCESS: "load access fault", EXC_STORE_ACCESS: "store (or AMO) access fault"}


def fault_code(k: Kernel, what: int, address: int) -> int:
    """Return scause after a load or store of ``address``; ``what`` are bits of mm.fault.

    It says neither whether the page was absent or protected, nor how far the walk came.
    """
    if what & X86_PF_RSVD:
        return EXC_STORE_ACCESS if what & X86_PF_WRITE else EXC_LOAD_ACCESS
    return EXC_STORE_PAGE_FAULT if what & X86_PF_WRITE else EXC_LOAD_PAGE_FAULT


def kernel_fault(k: Kernel, cause: int, address: int) -> NoReturn:
    """Report a fault and stop.

    arch/riscv/mm/fault.c:no_context and arch/riscv/kernel/traps.c:do_trap_error, v6.12.
    """
    if cause in _ACCESS_FAULTS:
        die(k, "arch/riscv/kernel/traps.c do_trap_error", f"Oops - {_ACCESS_FAULTS[cause]} [#1]")
    msg = "NULL pointer dereference" if address < k.PAGE_SIZE else "paging request"
    what = f"Unable to handle kernel {msg} at virtual address {address:016x}"
    die(k, "arch/riscv/mm/fault.c die_kernel_fault", what, "Oops [#1]")
