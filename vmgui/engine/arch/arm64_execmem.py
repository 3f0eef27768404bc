"""Where code may lie on arm64 (arch/arm64/mm/init.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.arm64_image import SEGMENTS
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import G, M
from vmgui.engine.mm.execmem import EXECMEM_BPF, EXECMEM_DEFAULT, EXECMEM_KPROBES, execmem_range_of
from vmgui.engine.trace import kernel_function

SZ_128M, SZ_2G = 128 * M, 2 * G  # how far one branch reaches, and a branch by way of a table (PLT)


def module_init_limits(k: Kernel) -> tuple[int, int]:
    """Return where the ranges of 128 MiB and of 2 GiB begin that end with the kernel's image.

    arch/arm64/mm/init.c:module_init_limits, v6.12.  Differs: addresses are not random, so the image is
    small enough for both.
    """
    kernel_end = k.VMALLOC_START + SEGMENTS[-1][1]
    return kernel_end - SZ_128M, kernel_end - SZ_2G


@kernel_function
def execmem_arch_setup(k: Kernel) -> None:
    """Keep modules where a branch reaches the kernel, if there is room; let other code lie anywhere.

    arch/arm64/mm/init.c:execmem_arch_setup, v6.12.
    """
    module_direct_base, module_plt_base = module_init_limits(k)
    r = execmem_range_of(k, EXECMEM_DEFAULT)
    r.start, r.end = module_direct_base, module_direct_base + SZ_128M
    r.pgprot, r.alignment = k.PAGE_KERNEL, 1
    r.fallback_start, r.fallback_end = module_plt_base, module_plt_base + SZ_2G
    for type, pgprot in ((EXECMEM_KPROBES, k.PAGE_KERNEL_ROX), (EXECMEM_BPF, k.PAGE_KERNEL)):
        r = execmem_range_of(k, type)
        r.start, r.end = k.VMALLOC_START, k.VMALLOC_END
        r.pgprot, r.alignment = pgprot, 1
