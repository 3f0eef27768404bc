"""The kernel image of arm64, which lies in the vmalloc range (arch/arm64/mm/mmu.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.gfp import GFP_NOWAIT
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, ram_ranges
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vm_struct import VM_MAP, VM_NO_GUARD
from vmgui.engine.mm.vmlist import vm_area_add_early
from vmgui.engine.structs import vm_struct
from vmgui.engine.trace import kernel_function

#: The parts of the image, from its begin on: first byte, end, flags.  Differs: their sizes are made up.
SEGMENTS = (
    (0, 18 * M, VM_NO_GUARD),  # text
    (18 * M, 27 * M, VM_NO_GUARD),  # read-only data
    (27 * M, 28 * M, VM_NO_GUARD),  # text of the boot
    (28 * M, 30 * M, VM_NO_GUARD),  # data of the boot
    (30 * M, 34 * M, 0),  # data
)


@kernel_function
def declare_kernel_vmas(k: Kernel) -> None:
    """Register the five parts of the image, before the allocator could give their addresses away.

    arch/arm64/mm/mmu.c:declare_kernel_vmas, v6.12.  Differs: nothing shows the image at these addresses.
    """
    for start, end, vm_flags in SEGMENTS:
        declare_vma(k, k.VMALLOC_START + start, k.VMALLOC_START + end, vm_flags)


def declare_vma(k: Kernel, va_start: int, va_end: int, vm_flags: int) -> None:
    """Register one part of the image.  arch/arm64/mm/mmu.c:declare_vma, v6.12."""
    vma = vm_struct(k.mem, kzalloc(k, vm_struct.size, GFP_NOWAIT))
    vma.vm_addr = va_start
    vma.phys_addr = ram_ranges(k.machine)[0][0] + va_start - k.VMALLOC_START
    vma.vm_size = va_end - va_start + (0 if vm_flags & VM_NO_GUARD else k.PAGE_SIZE)
    vma.flags = VM_MAP | vm_flags
    vm_area_add_early(k, vma)
