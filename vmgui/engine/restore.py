"""Put a freshly booted kernel into a recorded state: areas, free tree, pools, counters, mapped pages.

Not part of the kernel: nothing here runs while a program is recorded.  What a recording does not hold
is made up in the plainest way: boot-time areas get pages of their own, device areas one device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vmgui.engine.arch.arm64 import PTE_ATTRINDX, PTE_ATTRINDX_MASK, MT_DEVICE_nGnRnE
from vmgui.engine.arch.arm64_image import image_parts, map_part
from vmgui.engine.arch.arm64_vmemmap import vmemmap_populate
from vmgui.engine.arch.entries import pte_pfn, table_entry
from vmgui.engine.arch.memtype import UC_MINUS
from vmgui.engine.arch.x86_ioremap import cachemode2protval
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bitmap import bitmap_set
from vmgui.engine.lib.kallsyms import intern
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add_tail, list_empty
from vmgui.engine.lib.xarray import xa_insert
from vmgui.engine.mm.kmem_cache import kmem_cache_zalloc, vmap_area_cachep
from vmgui.engine.mm.page import page_to_phys
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.pgalloc import pagetable_alloc
from vmgui.engine.mm.pgtable import set_pte
from vmgui.engine.mm.slab import kmalloc, kzalloc
from vmgui.engine.mm.vmap_block import (
    VMAP_BBMAP_BITS,
    VMAP_BLOCK,
    addr_to_vb,
    addr_to_vb_idx,
    addr_to_vb_xa,
    used_ranges,
    vmap_block,
    vmap_block_queue_init,
    vmap_block_queue_of,
)
from vmgui.engine.mm.vmap_find import find_vmap_area
from vmgui.engine.mm.vmap_range import vmap_range_noflush
from vmgui.engine.mm.vmap_tree import compute_subtree_max_size, insert_vmap_area, rb_entry
from vmgui.engine.structs import (
    MAX_VA_SIZE_PAGES,
    node_pool,
    rb_list,
    rb_node,
    vm_struct,
    vmap_area,
    vmap_node,
)
from vmgui.engine.words import WORD, transparent

VM_IOREMAP, VM_ALLOC, VM_MAP, VM_DMA_COHERENT, VM_NO_GUARD = 0x1, 0x2, 0x4, 0x10, 0x40
#: Where the device behind every boot-time device area lies: nobody knows, but it is no RAM.
DEVICE = 0xF000000000
MOST_LEAVES = 1 << 20
NO_RAM = "the machine has not enough RAM for what the recorded boot had mapped"
RB_BLACK = 1


class RestoreError(ValueError):
    """A state that this machine cannot be in; the text says why."""


@dataclass(frozen=True)
class StartState:
    """The allocator at one instant.  Sizes are bytes, ranges [start, end), levels 0 (PTE table) and up.

    ``tree`` is the free tree in preorder: (depth, "B" or "R", start, end).  ``busy`` rows are (node,
    start, end, flags, vm flags or None, pages); ``lazy`` (node, start, end, flags); ``pool`` (node,
    index, start, end, flags) in list order.  ``blocks`` are vmap blocks: (cpu, start, free, dirty,
    dirty_min, dirty_max, used map), in pages but for ``start``; ``block_lists`` the free lists of the
    CPUs in order, (cpu, start).  ``callers`` names who asked for a busy area, by its start; ``devices``
    is where a device area leads: physical address and memory type.
    """

    tree: Sequence[tuple[int, str, int, int]]
    busy: Sequence[tuple[int, int, int, int, int | None, int]] = ()
    lazy: Sequence[tuple[int, int, int, int]] = ()
    pool: Sequence[tuple[int, int, int, int, int]] = ()
    blocks: Sequence[tuple[int, int, int, int, int, int, int]] = ()
    block_lists: Sequence[tuple[int, int]] = ()
    nr_vmalloc_pages: int = 0
    totalram_pages: int = 0
    callers: Mapping[int, str] = field(default_factory=dict)
    devices: Mapping[int, tuple[int, str]] = field(default_factory=dict)


def restore(k: Kernel, state: StartState) -> None:
    """Replace everything the allocator knows by ``state``; RestoreError if the machine does not fit."""
    _forget(k)
    _restore_tree(k, state.tree)
    image = map_image(k, state.busy) if k.machine.arch == "arm64" else {}
    for row in state.busy:
        _restore_busy(k, row, state, image)
    for node, start, end, flags in state.lazy:
        _insert(k, _area(k, start, end, flags), _node(k, node).lazy)
        k.vmap_lazy_nr = k.vmap_lazy_nr + (end - start >> k.PAGE_SHIFT)
    for node, index, start, end, flags in state.pool:
        if index >= MAX_VA_SIZE_PAGES:
            raise RestoreError(f"there is no pool {index}")
        pool = node_pool(_node(k, node), index)
        list_add_tail(_area(k, start, end, flags).list, pool.head)
        pool.len = pool.len + 1
    for block in state.blocks:
        _restore_block(k, *block)
    for cpu, start in state.block_lists:
        list_add_tail(_block_at(k, start).free_list, vmap_block_queue_of(k, cpu).free)
    k.nr_vmalloc_pages = state.nr_vmalloc_pages
    k.totalram_pages = state.totalram_pages or k.totalram_pages


def _forget(k: Kernel) -> None:
    """Drop every area; the objects themselves are left where they are."""
    k.free_vmap_area_root.rb_node = None
    INIT_LIST_HEAD(k.free_vmap_area_list)
    for i in range(k.nr_vmap_nodes):
        for areas in (k.vmap_nodes[i].busy, k.vmap_nodes[i].lazy):
            areas.root.rb_node = None
            INIT_LIST_HEAD(areas.head)
        for index in range(MAX_VA_SIZE_PAGES):
            pool = node_pool(k.vmap_nodes[i], index)
            INIT_LIST_HEAD(pool.head)
            pool.len = 0
    vmap_block_queue_init(k)
    k.vmap_lazy_nr = 0


def _node(k: Kernel, number: int) -> vmap_node:
    if number >= k.nr_vmap_nodes:
        raise RestoreError(f"vmap node {number} on a machine with {k.nr_vmap_nodes}")
    return k.vmap_nodes[number]


def _area(k: Kernel, start: int, end: int, flags: int = 0) -> vmap_area:
    area = kmem_cache_zalloc(k, vmap_area_cachep, GFP_KERNEL)
    if area is None:
        raise RestoreError("out of memory for areas")
    area.va_start, area.va_end, area.flags = start, end, flags
    return area


def _insert(k: Kernel, area: vmap_area, areas: rb_list) -> None:
    insert_vmap_area(k, area, areas.root, areas.head)


# --- the free tree ---------------------------------------------------------------------------------


def _restore_tree(k: Kernel, tree: Iterable[tuple[int, str, int, int]]) -> None:
    """Build the tree with exactly this shape and these colours; the maxima are computed."""
    open_nodes: list[rb_node] = []
    found: list[vmap_area] = []
    for depth, colour, start, end in tree:
        area = _area(k, start, end)
        node = area.rb_node
        del open_nodes[depth:]
        parent = open_nodes[-1] if open_nodes else None
        node.rb_parent_color = (parent.addr if parent is not None else 0) | (RB_BLACK if colour == "B" else 0)
        _hang(k, area, parent)
        open_nodes.append(node)
        found.append(area)
    for area in reversed(found):  # children come after their parent in preorder
        area.subtree_max_size = compute_subtree_max_size(area)
    for area in sorted(found, key=lambda area: area.va_start):
        list_add_tail(area.list, k.free_vmap_area_list)


def _hang(k: Kernel, area: vmap_area, parent: rb_node | None) -> None:
    """Make ``area`` the root, or the child of ``parent`` on the side of its address."""
    if parent is None:
        k.free_vmap_area_root.rb_node = area.rb_node
    elif area.va_start < rb_entry(parent).va_start:
        parent.rb_left = area.rb_node
    else:
        parent.rb_right = area.rb_node


# --- areas in use ----------------------------------------------------------------------------------


def _restore_busy(
    k: Kernel, row: tuple[int, int, int, int, int | None, int], state: StartState, image: Mapping[int, int]
) -> None:
    """Make an area in use, its owner, and what is mapped in it; ``image`` are the parts of the image."""
    number, start, end, flags, vm_flags, nr_pages = row
    if (start | end) & k.PAGE_SIZE - 1 or nr_pages > end - start >> k.PAGE_SHIFT:
        raise RestoreError(f"the area {start:#x}-{end:#x} cannot hold {nr_pages} pages")
    area = _area(k, start, end, flags)
    _insert(k, area, _node(k, number).busy)
    if vm_flags is None:
        if not flags & VMAP_BLOCK:  # of a block only the used pages are mapped
            map_pages(k, start, end - start >> k.PAGE_SHIFT)
        return
    size = end - start - (0 if vm_flags & VM_NO_GUARD else k.PAGE_SIZE)
    addr = kzalloc(k, vm_struct.size, GFP_KERNEL)
    vm = vm_struct(k.mem, addr)
    vm.vm_addr, vm.vm_size, vm.requested_size, vm.flags = start, end - start, size, vm_flags
    caller = state.callers.get(start, "")
    vm.caller = intern(k, caller) if caller else 0
    area.vm = vm
    if start in image:
        vm.requested_size, vm.phys_addr = 0, image[start]
    elif vm_flags & VM_IOREMAP:
        vm.phys_addr, kind = state.devices.get(start, (DEVICE + start % k.PUD_SIZE, "device"))
        _map_device(k, start, start + size, vm.phys_addr, _device_protection(k, kind))
    elif nr_pages:
        vm.nr_pages = nr_pages
        vm.pages = _page_array(k, map_pages(k, start, nr_pages))
    elif vm_flags & (VM_MAP | VM_DMA_COHERENT) and not vm_flags & VM_NO_GUARD:
        # vmap() clears VM_NO_GUARD, so an area with it is bare; DMA memory has pages but no array of them
        prot = k.PAGE_KERNEL_WC if vm_flags & VM_DMA_COHERENT else k.PAGE_KERNEL
        map_pages(k, start, size >> k.PAGE_SHIFT, prot)
    elif vm_flags == VM_ALLOC and not flags:  # per-CPU memory, which is in use; how much of it nobody knows
        map_pages(k, start, 1)


# --- vmap blocks -----------------------------------------------------------------------------------


def _restore_block(
    k: Kernel, cpu: int, start: int, free: int, dirty: int, dirty_min: int, dirty_max: int, used: int
) -> None:
    """Describe a busy area as a block.  Which of the used pages only fill up a piece is not recorded."""
    bits = VMAP_BBMAP_BITS(k)
    va = find_vmap_area(k, start)
    if va is None or va.va_start != start or not va.flags & VMAP_BLOCK:
        raise RestoreError(f"there is no area for the block at {start:#x}")
    if max(free, dirty, dirty_min, dirty_max) > bits or used >> bits or cpu >= k.machine.possible_cpus:
        raise RestoreError(f"the block at {start:#x} does not fit a machine with blocks of {bits} pages")
    vb = vmap_block(k.mem, kzalloc(k, vmap_block.size, GFP_KERNEL))
    vb.va, vb.cpu, vb.free, vb.dirty = va, cpu, free, dirty
    vb.dirty_min, vb.dirty_max = dirty_min, dirty_max
    INIT_LIST_HEAD(vb.free_list)
    for page in range(bits):
        if used >> page & 1:
            bitmap_set(vb.used_map, page, 1)
    if xa_insert(k, addr_to_vb_xa(k, start), addr_to_vb_idx(k, start), vb.addr, GFP_KERNEL):
        raise RestoreError(f"there are two blocks at {start:#x}")
    for first, last in used_ranges(k, vb):
        map_pages(k, start + (first << k.PAGE_SHIFT), last - first)


def _block_at(k: Kernel, start: int) -> vmap_block:
    vb = addr_to_vb(k, start)
    if vb is None or not list_empty(vb.free_list) or not vb.free:
        raise RestoreError(f"there is no block with free pages at {start:#x}, or it is on two lists")
    return vb


# --- what is mapped --------------------------------------------------------------------------------


def map_image(k: Kernel, busy: Iterable[tuple[int, int, int, int, int | None, int]]) -> dict[int, int]:
    """Map the kernel's image, in the vmalloc range, and the struct pages, above it.

    Returns where the parts of the image lead, by start.
    """
    parts = image_parts(k, [(start, end, vm_flags) for _, start, end, _, vm_flags, _ in busy])
    if any(map_part(k, number, start, end, phys) for number, (start, end, phys) in enumerate(parts)):
        raise RestoreError(NO_RAM)
    if vmemmap_populate(k):
        raise RestoreError(NO_RAM)
    return {start: phys for start, _, phys in parts}


def map_pages(k: Kernel, start: int, count: int, prot: int = 0) -> list[int]:
    """Map ``count`` new pages from ``start`` on, as PAGE_KERNEL or ``prot``; returns their struct pages."""
    pages = []
    for va in range(start, start + count * k.PAGE_SIZE, k.PAGE_SIZE):
        page = alloc_page(k, GFP_KERNEL)
        if page is None:
            raise RestoreError(NO_RAM)
        set_pte(k, _pte(k, va), page_to_phys(k, page) | (prot or k.PAGE_KERNEL))
        pages.append(page)
    return [page.addr for page in pages]


def _map_device(k: Kernel, start: int, end: int, phys: int, prot: int) -> None:
    """Map [start, end) to the device at ``phys``, with leaves as large as both addresses allow."""
    shift = k.ioremap_max_page_shift
    if end - start >> min(shift, k.PUD_SHIFT) > MOST_LEAVES:
        raise RestoreError(f"a device area of {end - start:#x} bytes is too large to be made up")
    if vmap_range_noflush(k, start, end, phys, prot, shift):
        raise RestoreError(NO_RAM)


def _device_protection(k: Kernel, kind: str) -> int:
    """The protection of a device area of memory type ``kind``."""
    if kind == "strongly ordered":
        return k.PAGE_KERNEL_IO & ~PTE_ATTRINDX_MASK | PTE_ATTRINDX(MT_DEVICE_nGnRnE)
    return k.PAGE_KERNEL_IO | (cachemode2protval(UC_MINUS) if kind == "uncached-minus" else 0)


@transparent
def _page_array(k: Kernel, pages: list[int]) -> int:
    """Write the array of page pointers that the owner of an area keeps; returns its address."""
    array = kmalloc(k, len(pages) * WORD, GFP_KERNEL)
    for i, page in enumerate(pages):
        k.mem.store(array + i * WORD, page)
    return array


def _pte(k: Kernel, va: int) -> int:
    """The address of the PTE for ``va``, in a table that is made if there is none."""
    return table_at(k, 0, va) + (va >> k.PAGE_SHIFT) % k.PTRS_PER_PTE * WORD


def table_at(k: Kernel, level: int, va: int) -> int:
    """The address of the table of ``level`` that covers ``va``, made with all above it if missing."""
    table = k.init_mm_pgd
    for above in k.tables[: len(k.tables) - 1 - level]:
        slot = table + (va >> above.shift) % above.entries * WORD
        entry = k.mem.load(slot)
        if not entry:
            made = pagetable_alloc(k)
            if not made:
                raise RestoreError(NO_RAM)
            entry = table_entry(k, made)
            set_pte(k, slot, entry)
        table = pte_pfn(k, entry) << k.PAGE_SHIFT
    return table
