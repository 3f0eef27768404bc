"""Mapping devices on riscv64, which has only the generic functions (include/asm-generic/io.h, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.ioremap import generic_ioremap_prot, generic_iounmap


def ioremap(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device registers as I/O memory."""
    return generic_ioremap_prot(k, phys_addr, size, k.PAGE_KERNEL_IO)


def ioremap_uc(k: Kernel, phys_addr: int, size: int) -> int:
    """Refuse: no device here needs more than `ioremap`."""
    return 0


def ioremap_cache(k: Kernel, phys_addr: int, size: int) -> int:
    """Map device memory cached like RAM; also RAM itself (the kernel calls this arch_memremap_wb)."""
    return generic_ioremap_prot(k, phys_addr, size, k.PAGE_KERNEL)


ioremap_wc = ioremap_wt = ioremap
iounmap = generic_iounmap
