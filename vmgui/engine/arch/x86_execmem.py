"""Where code may lie on x86: in the modules' range (arch/x86/mm/init.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.execmem import EXECMEM_DEFAULT, EXECMEM_KASAN_SHADOW, execmem_range_of
from vmgui.engine.trace import kernel_function


@kernel_function
def execmem_arch_setup(k: Kernel) -> None:
    """Keep all code within 2 GiB of the kernel's image, which calls and jumps can reach.

    arch/x86/mm/init.c:execmem_arch_setup, v6.12.  Differs: addresses are not random.
    """
    r = execmem_range_of(k, EXECMEM_DEFAULT)
    r.flags = EXECMEM_KASAN_SHADOW
    r.start = k.MODULES_VADDR
    r.end = k.MODULES_END
    r.pgprot = k.PAGE_KERNEL
    r.alignment = k.PAGE_SIZE
