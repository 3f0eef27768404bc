"""Chunks of per-CPU memory: their addresses and their pages (mm/percpu-vm.c, v6.12).

``page_start`` and ``page_end`` (exclusive) are pages of a unit; the same pages of all units come and go
together.
"""

from __future__ import annotations

from vmgui.engine.arch.hooks import flush_cache_vmap, flush_cache_vunmap
from vmgui.engine.errno import ENOMEM
from vmgui.engine.gfp import __GFP_HIGHMEM, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import WARN_ON
from vmgui.engine.mm.page_alloc import __free_page, alloc_page
from vmgui.engine.mm.page_array import get_page_slot, page_slots, set_page_slot
from vmgui.engine.mm.pcpu_vm_areas import pcpu_free_vm_areas, pcpu_get_vm_areas
from vmgui.engine.mm.percpu_chunk import (
    pcpu_alloc_chunk,
    pcpu_chunk,
    pcpu_chunk_addr,
    pcpu_free_chunk,
    pcpu_mem_zalloc,
)
from vmgui.engine.mm.percpu_setup import pcpu_build_alloc_info
from vmgui.engine.mm.tlb import flush_tlb_kernel_range
from vmgui.engine.mm.vmalloc_to_page import vmalloc_to_page
from vmgui.engine.mm.vmap import vmap_pages_range_noflush
from vmgui.engine.mm.vunmap import vunmap_range_noflush
from vmgui.engine.structs import page, vm_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, WordArray


def pcpu_get_pages(k: Kernel) -> int:
    """Return the one array for pages on their way into or out of a chunk; 0 without memory."""
    if not k.pcpu_pages:
        info = pcpu_build_alloc_info(k.machine)
        size = info.nr_units * (info.unit_size >> k.PAGE_SHIFT) * WORD
        k.pcpu_pages = pcpu_mem_zalloc(k, size, GFP_KERNEL)
    return k.pcpu_pages


def pcpu_page_idx(k: Kernel, cpu: int, page_idx: int) -> int:
    """Return where in that array a page of the unit of ``cpu`` is."""
    info = pcpu_build_alloc_info(k.machine)
    return info.unit_of[cpu] * (info.unit_size >> k.PAGE_SHIFT) + page_idx


@kernel_function
def pcpu_alloc_pages(
    k: Kernel, chunk: pcpu_chunk, pages: int, page_start: int, page_end: int, gfp: int
) -> int:
    """Take the pages for all units; 0, or -ENOMEM and then none is kept.  mm/percpu-vm.c, v6.12."""
    for cpu in range(k.machine.possible_cpus):
        slots = page_slots(k, pages, pcpu_page_idx(k, cpu, page_start), page_end - page_start)
        for i, slot in enumerate(slots):
            got = alloc_page(k, gfp | __GFP_HIGHMEM)
            if got is None:
                pcpu_free_pages(k, chunk, pages, page_start, page_end, cpu)
                first = pcpu_page_idx(k, cpu, page_start)
                free_slots(k, pages, first, i)
                return -ENOMEM
            set_page_slot(k, slot, got)
    return 0


@kernel_function
def pcpu_free_pages(
    k: Kernel, chunk: pcpu_chunk, pages: int, page_start: int, page_end: int, cpus: int
) -> None:
    """Give the pages of the first ``cpus`` CPUs back.  mm/percpu-vm.c:pcpu_free_pages, v6.12."""
    for cpu in range(cpus):
        free_slots(k, pages, pcpu_page_idx(k, cpu, page_start), page_end - page_start)


def free_slots(k: Kernel, pages: int, first: int, count: int) -> None:
    """Give ``count`` pages of the array back, from number ``first`` on."""
    for i in range(first, first + count):
        got = get_page_slot(k, pages, i)
        if got is not None:
            __free_page(k, got)


@kernel_function
def pcpu_map_pages(k: Kernel, chunk: pcpu_chunk, pages: int, page_start: int, page_end: int) -> int:
    """Map the pages of all units; 0, or a negative errno and then none is mapped.

    mm/percpu-vm.c:pcpu_map_pages, v6.12.
    """
    size = page_end - page_start << k.PAGE_SHIFT
    for cpu in range(k.machine.possible_cpus):
        addr = pcpu_chunk_addr(k, chunk, cpu, page_start)
        array = pages + WORD * pcpu_page_idx(k, cpu, page_start)
        err = vmap_pages_range_noflush(k, addr, addr + size, k.PAGE_KERNEL, array, k.PAGE_SHIFT)
        if err < 0:
            for tcpu in range(cpu + 1):
                mapped = pcpu_chunk_addr(k, chunk, tcpu, page_start)
                vunmap_range_noflush(k, mapped, mapped + size)
            flush_tlb_kernel_range(k, *unit_range(k, chunk, page_start, page_end))
            return err
    return 0


def unit_range(k: Kernel, chunk: pcpu_chunk, page_start: int, page_end: int) -> tuple[int, int]:
    """Return the addresses from the pages of the lowest unit to those of the highest, end exclusive."""
    info = pcpu_build_alloc_info(k.machine)
    cpus = sorted(range(k.machine.possible_cpus), key=info.unit_offset)
    low = pcpu_chunk_addr(k, chunk, cpus[0], page_start)
    return low, pcpu_chunk_addr(k, chunk, cpus[-1], page_end)


@kernel_function
def pcpu_populate_chunk(k: Kernel, chunk: pcpu_chunk, page_start: int, page_end: int, gfp: int) -> int:
    """Bring pages into all units of a chunk; 0, or -ENOMEM.  mm/percpu-vm.c, v6.12."""
    pages = pcpu_get_pages(k)
    if not pages:
        return -ENOMEM
    if pcpu_alloc_pages(k, chunk, pages, page_start, page_end, gfp):
        return -ENOMEM
    if pcpu_map_pages(k, chunk, pages, page_start, page_end):
        pcpu_free_pages(k, chunk, pages, page_start, page_end, k.machine.possible_cpus)
        return -ENOMEM
    flush_cache_vmap(k, *unit_range(k, chunk, page_start, page_end))
    return 0


@kernel_function
def pcpu_depopulate_chunk(k: Kernel, chunk: pcpu_chunk, page_start: int, page_end: int) -> None:
    """Take pages out of all units of a chunk; TLBs are flushed with its addresses.  mm/percpu-vm.c, v6.12."""
    pages = pcpu_get_pages(k)
    flush_cache_vunmap(k, *unit_range(k, chunk, page_start, page_end))
    count = page_end - page_start
    for cpu in range(k.machine.possible_cpus):
        addr = pcpu_chunk_addr(k, chunk, cpu, page_start)
        slots = page_slots(k, pages, pcpu_page_idx(k, cpu, page_start), count)
        for i, slot in enumerate(slots):
            mapped = vmalloc_to_page(k, addr + (i << k.PAGE_SHIFT))
            WARN_ON(k, mapped is None, "mm/percpu-vm.c:164 pcpu_unmap_pages")
            set_page_slot(k, slot, mapped or page(k.mem, 0))
        vunmap_range_noflush(k, addr, addr + (count << k.PAGE_SHIFT))
    pcpu_free_pages(k, chunk, pages, page_start, page_end, k.machine.possible_cpus)


@kernel_function
def pcpu_create_chunk(k: Kernel, gfp: int) -> pcpu_chunk | None:
    """Make an empty chunk with addresses of its own; None without memory or room.  mm/percpu-vm.c, v6.12."""
    chunk = pcpu_alloc_chunk(k, gfp)
    if chunk is None:
        return None
    info = pcpu_build_alloc_info(k.machine)
    vms = pcpu_get_vm_areas(k, info.group_offsets, info.group_sizes, info.nr_groups, info.atom_size)
    if not vms:
        pcpu_free_chunk(k, chunk)
        return None
    chunk.data = vms
    first = vm_struct(k.mem, WordArray(k.mem, vms)[0])
    chunk.base_addr = first.vm_addr - info.group_offsets[0]
    return chunk


@kernel_function
def pcpu_destroy_chunk(k: Kernel, chunk: pcpu_chunk) -> None:
    """Give the addresses of a chunk back, and its description.  mm/percpu-vm.c, v6.12."""
    pcpu_free_vm_areas(k, chunk.data, pcpu_build_alloc_info(k.machine).nr_groups)
    pcpu_free_chunk(k, chunk)
