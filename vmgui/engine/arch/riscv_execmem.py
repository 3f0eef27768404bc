"""Where code may lie on riscv64 (arch/riscv/mm/init.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M
from vmgui.engine.mm.execmem import EXECMEM_BPF, EXECMEM_DEFAULT, EXECMEM_KPROBES, execmem_range_of
from vmgui.engine.trace import kernel_function

BPF_JIT_REGION_SIZE = 128 * M  # right before the kernel's image, so that calls reach it


@kernel_function
def execmem_arch_setup(k: Kernel) -> None:
    """Keep modules within 2 GiB before the end of the image and BPF code next to it; probes lie anywhere.

    arch/riscv/mm/init.c:execmem_arch_setup, v6.12.
    """
    for type, start, end, pgprot, alignment in (
        (EXECMEM_DEFAULT, k.MODULES_VADDR, k.MODULES_END, k.PAGE_KERNEL, 1),
        (EXECMEM_KPROBES, k.VMALLOC_START, k.VMALLOC_END, k.PAGE_KERNEL_ROX, 1),
        (EXECMEM_BPF, k.MODULES_END - BPF_JIT_REGION_SIZE, k.MODULES_END, k.PAGE_KERNEL, k.PAGE_SIZE),
    ):
        r = execmem_range_of(k, type)
        r.start, r.end, r.pgprot, r.alignment = start, end, pgprot, alignment
