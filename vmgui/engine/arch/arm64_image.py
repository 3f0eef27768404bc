"""The kernel image of arm64, which lies in the vmalloc range (arch/arm64/mm/mmu.c, v6.12)."""

from __future__ import annotations

from vmgui.engine.arch.arm64 import PTE_CONT
from vmgui.engine.gfp import GFP_NOWAIT
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN
from vmgui.engine.machine import K, M
from vmgui.engine.mm.mm_init import reserved_ranges
from vmgui.engine.mm.slab import kzalloc
from vmgui.engine.mm.vm_struct import VM_MAP, VM_NO_GUARD
from vmgui.engine.mm.vmap_range import vmap_range_noflush
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
HEAD = 64 * K


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
    vma.phys_addr = reserved_ranges(k.machine)[1][0] + va_start - k.VMALLOC_START
    vma.vm_size = va_end - va_start + (0 if vm_flags & VM_NO_GUARD else k.PAGE_SIZE)
    vma.flags = VM_MAP | vm_flags
    vm_area_add_early(k, vma)


# --- the image of a recorded boot ------------------------------------------------------------------


def image_parts(k: Kernel, areas: list[tuple[int, int, int | None]]) -> list[tuple[int, int, int]]:
    """Return the parts of the image among ``areas`` (start, end, vm flags): start, end, physical address.

    They lie one behind the other from the first byte of the vmalloc range on; the last has a guard page.
    """
    parts, base = [], reserved_ranges(k.machine)[1][0]
    at = k.VMALLOC_START
    for start, end, vm_flags in sorted(areas, key=lambda area: area[0]):
        if start == at and vm_flags in (VM_MAP, VM_MAP | VM_NO_GUARD):
            parts.append((start, end, base + start - k.VMALLOC_START))
            at = end if vm_flags & VM_NO_GUARD else 0
    return parts


def map_part(k: Kernel, number: int, start: int, end: int, phys: int) -> int:
    """Map part ``number`` of the image at [start, end); returns 0 or -ENOMEM.

    The text begins with a head that does not run.  Text and data have contiguous entries; the head and the
    read-only data, whose protections were changed at the end of the boot, do not.  What the boot alone
    needed is gone.
    arch/arm64/mm/mmu.c:map_kernel, map_mem, mark_rodata_ro, v6.12.
    """
    if number == 0:
        head = min(start + HEAD, end)
        err = vmap_range_noflush(k, start, head, phys, k.PAGE_KERNEL_RO, k.PAGE_SHIFT)
        return err or map_contiguous(k, head, end, phys + head - start, k.PAGE_KERNEL_ROX)
    if number == 1:
        return vmap_range_noflush(k, start, end, phys, k.PAGE_KERNEL_RO, k.PMD_SHIFT)
    if number == len(SEGMENTS) - 1:
        return map_contiguous(k, start, end - k.PAGE_SIZE, phys, k.PAGE_KERNEL)
    return 0


def map_contiguous(k: Kernel, start: int, end: int, phys: int, prot: int) -> int:
    """Map [start, end) to ``phys``, aligned alike: PMD leaves, and around them contiguous entries."""
    first, last = ALIGN(start, k.PMD_SIZE), end & -k.PMD_SIZE
    pieces = [(start, first, prot | PTE_CONT), (first, last, prot), (last, end, prot | PTE_CONT)]
    if first > last:
        pieces = [(start, end, prot | PTE_CONT)]
    for begin, until, kind in pieces:
        shift = k.PAGE_SHIFT if kind & PTE_CONT else k.PMD_SHIFT
        if begin < until and (err := vmap_range_noflush(k, begin, until, phys + begin - start, kind, shift)):
            return err
    return 0
