"""The memory of the program's own process: one mm_struct, its areas and its page tables.

A small part of mm/mmap.c and mm/memory.c, v6.12: what remap_vmalloc_range needs to show kernel pages to a
program.  Sizes and addresses are bytes, ranges [start, end).
Differs: one process, whose areas are stacked downwards and stay; nothing locks the process.
"""

from __future__ import annotations

from vmgui.engine.arch.entries import pfn_pte, pmd_none, pte_none, table_entry
from vmgui.engine.errno import EBUSY, EFAULT, EINVAL, ENOMEM
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bits import ALIGN_DOWN
from vmgui.engine.lib.list import list_add_tail
from vmgui.engine.mm.fault import page_fault_oops
from vmgui.engine.mm.page import (
    PG_buddy,
    PG_slab,
    PG_table,
    get_page,
    page_count,
    page_to_pfn,
    pfn_valid,
    virt_to_page,
)
from vmgui.engine.mm.pgalloc import p4d_alloc, pagetable_alloc, pmd_alloc, pud_alloc
from vmgui.engine.mm.pgtable import (
    pmdp_get,
    pte_offset_kernel,
    ptep_get,
    set_pmd,
    set_pte_at,
)
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, Struct, WordArray, ptr, ulong

#: Bits of vm_area_struct.vm_flags (include/linux/mm.h).
VM_READ, VM_WRITE, VM_SHARED = 0x1, 0x2, 0x8
VM_DONTEXPAND, VM_DONTDUMP, VM_MIXEDMAP = 0x40000, 0x4000000, 0x10000000
#: PAGE_SHARED: the program may read and write, and run nothing.
PAGE_SHARED = {"x86_64": 0x8000000000000027, "arm64": 0x0068000000000FC3, "riscv64": 0x57}
STACK_GAP = 128 << 20  # bytes at the top that are left to the stack
STRUCT_PAGE_FIELD = 8  # where page_folio() looks first


class mm_struct(Struct):
    """The address space of a process."""

    pgd = ulong()  # address of its top table
    mmap_base = ulong()  # the next area ends here
    file_pages = ulong()  # pages of others that it maps
    mmap = ptr["vm_area_struct"]("vm_area_struct")  # its areas, the newest first


class vm_area_struct(Struct):
    """A range of user addresses and what may be done with it."""

    vm_start = ulong()
    vm_end = ulong()
    vm_mm = ptr[mm_struct]("mm_struct")
    vm_page_prot = ulong()
    vm_flags = ulong()
    vm_next = ptr["vm_area_struct"]("vm_area_struct")


def mmap(k: Kernel, length: int) -> vm_area_struct | None:
    """Give the program an area of ``length`` bytes, for a driver to fill; None without memory."""
    if not k.mm:
        mm = mm_alloc(k)
        if mm is None:
            return None
        k.mm = mm.addr
    return mmap_region(k, mm_struct(k.mem, k.mm), length)


@kernel_function
def mm_alloc(k: Kernel) -> mm_struct | None:
    """Return an empty address space; None without memory.  kernel/fork.c:mm_alloc, v6.12."""
    addr = kzalloc(k, mm_struct.size, GFP_KERNEL)
    pgd = pgd_alloc(k) if addr else 0
    if not pgd:
        kfree(k, addr)
        return None
    mm = mm_struct(k.mem, addr)
    mm.pgd = pgd
    mm.mmap_base = (1 << min(k.machine.va_bits - 1, 47)) - STACK_GAP
    return mm


@kernel_function
def pgd_alloc(k: Kernel) -> int:
    """Return the address of a new top table, 0 without memory.

    Where user and kernel share one table, the kernel's entries are copied, and later ones follow by
    arch_sync_kernel_mappings.  arch/x86/mm/pgtable.c:pgd_alloc, v6.12.
    """
    pgd = pagetable_alloc(k)
    first = (k.KERNEL_VA_START >> k.PGDIR_SHIFT) % k.PTRS_PER_PGD
    if pgd and first:
        kernel, entries = WordArray(k.mem, k.init_mm_pgd), WordArray(k.mem, pgd)
        for i in range(first, k.PTRS_PER_PGD):
            if kernel[i]:
                entries[i] = kernel[i]
        list_add_tail(virt_to_page(k, pgd).lru, k.pgd_list)
    return pgd


@kernel_function
def mmap_region(k: Kernel, mm: mm_struct, length: int) -> vm_area_struct | None:
    """Make an area of ``length`` bytes, shared and writable, with nothing mapped; None without memory.

    mm/mmap.c:mmap_region, v6.12.
    """
    addr = kzalloc(k, vm_area_struct.size, GFP_KERNEL)
    if not addr or length > mm.mmap_base:
        kfree(k, addr)
        return None
    vma = vm_area_struct(k.mem, addr)
    vma.vm_end = mm.mmap_base
    vma.vm_start = ALIGN_DOWN(mm.mmap_base - length, k.PAGE_SIZE)
    vma.vm_mm = mm
    vma.vm_page_prot = PAGE_SHARED[k.machine.arch]
    vma.vm_flags = VM_READ | VM_WRITE | VM_SHARED
    vma.vm_next = mm.mmap
    mm.mmap = vma
    mm.mmap_base = vma.vm_start - k.PAGE_SIZE  # nothing is mapped between two areas
    return vma


@kernel_function
def vm_insert_page(k: Kernel, vma: vm_area_struct, addr: int, page: page | None) -> int:
    """Map a page of the kernel at ``addr`` of a user area.

    0; -EFAULT outside the area; -EINVAL for a page that nobody holds, or that is a page table or slab;
    -ENOMEM without a table; -EBUSY where something is mapped.  mm/memory.c:vm_insert_page, v6.12.
    """
    if addr < vma.vm_start or addr >= vma.vm_end:
        return -EFAULT
    if not vma.vm_flags & VM_MIXEDMAP:
        vma.vm_flags = vma.vm_flags | VM_MIXEDMAP
    return insert_page(k, vma, addr, page, vma.vm_page_prot)


@kernel_function
def insert_page(k: Kernel, vma: vm_area_struct, addr: int, page: page | None, prot: int) -> int:
    """Do what `vm_insert_page` promises, once the area is right.  mm/memory.c:insert_page, v6.12."""
    retval = validate_page_before_insert(k, page)
    if retval or page is None:
        return retval
    pte = get_locked_pte(k, vma, addr)
    if not pte:
        return -ENOMEM
    if not pte_none(k, ptep_get(k, pte)):
        return -EBUSY
    get_page(page)  # so it outlives the vmalloc area, should that be freed first
    vma_mm = vma.vm_mm
    assert vma_mm is not None  # mmap_region gave it one
    vma_mm.file_pages = vma_mm.file_pages + 1
    set_pte_at(k, addr, pte, pfn_pte(k, page_to_pfn(k, page), prot))
    return 0


def validate_page_before_insert(k: Kernel, page: page | None) -> int:
    """Return 0 for a page that a user may see, else -EINVAL; without a page the kernel faults.

    mm/memory.c:validate_page_before_insert, v6.12.
    """
    if page is None:
        page_fault_oops(k, 0, STRUCT_PAGE_FIELD)
    if not pfn_valid(k, page_to_pfn(k, page)):  # a device has no struct page
        page_fault_oops(k, 0, k.VMEMMAP_START + page.addr - k.vmemmap + STRUCT_PAGE_FIELD)
    if not page_count(page) or page.flags & (PG_buddy | PG_slab | PG_table):
        return -EINVAL
    return 0


def get_locked_pte(k: Kernel, vma: vm_area_struct, addr: int) -> int:
    """Return the PTE of ``addr`` in the tables of the process, made if missing; 0 without memory.

    mm/memory.c:__get_locked_pte, v6.12.
    """
    mm = vma.vm_mm
    pgd = (mm.pgd if mm is not None else 0) + (addr >> k.PGDIR_SHIFT) % k.PTRS_PER_PGD * WORD
    p4d = p4d_alloc(k, pgd, addr)
    pud = pud_alloc(k, p4d, addr) if p4d else 0
    pmd = pmd_alloc(k, pud, addr) if pud else 0
    if not pmd or pmd_none(k, pmdp_get(k, pmd)) and __pte_alloc(k, pmd):
        return 0
    return pte_offset_kernel(k, pmd, addr)


@kernel_function
def __pte_alloc(k: Kernel, pmd: int) -> int:
    """Hang a new PTE table on a PMD entry of the process: 0, or -ENOMEM.  mm/memory.c, v6.12."""
    new = pagetable_alloc(k)
    if not new:
        return -ENOMEM
    set_pmd(k, pmd, table_entry(k, new))
    return 0
