"""Vmap blocks: large areas that vm_map_ram hands out piece by piece (mm/vmalloc.c, v6.12).

A CPU takes pieces from the front of its own blocks and never takes a piece a second time: what comes
back is only marked, and a block goes as a whole.  So mapping a few pages costs no search for addresses,
and unmapping them no flush.  Counts and offsets inside a block are pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.bitmap import bitmap_value, for_each_set_bitrange
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add_tail, list_del, list_for_each_entry
from vmgui.engine.lib.printk import BUG_ON
from vmgui.engine.lib.rcu import RcuCallback, call_rcu, rcu_callback, rcu_read_lock, rcu_read_unlock
from vmgui.engine.lib.xarray import xa_erase, xa_for_each, xa_init, xa_load, xarray
from vmgui.engine.mm.lazy_free import free_vmap_area_noflush
from vmgui.engine.mm.slab import kfree
from vmgui.engine.mm.vmap_node import addr_to_node
from vmgui.engine.mm.vmap_tree import unlink_va
from vmgui.engine.structs import list_head, rcu_head, vmap_area
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Struct, array, container_of, embedded, link, ulong

VMAP_RAM = 0x1  # bit of vmap_area.flags: vm_map_ram made it, so it has no vm_struct
VMAP_BLOCK = 0x2  # it is a block
VMALLOC_SPACE = 128 << 30  # a rough idea of the range is enough to choose the size of a block
VMAP_MAX_ALLOC = 64  # pages; more get an area of their own
VMAP_BBMAP_BITS_MAX = 1024
VMAP_BBMAP_BITS_MIN = 2 * VMAP_MAX_ALLOC


def VMAP_BBMAP_BITS(k: Kernel) -> int:
    """Return the pages of a block: fewer, the more CPUs the kernel was built for (NR_CPUS)."""
    nr_cpus = 1 << (k.machine.nr_cpus - 1).bit_length()
    share = VMALLOC_SPACE // k.PAGE_SIZE // nr_cpus // 16
    return min(VMAP_BBMAP_BITS_MAX, max(VMAP_BBMAP_BITS_MIN, share))


def VMAP_BLOCK_SIZE(k: Kernel) -> int:
    """Return the bytes of a block, which is also its alignment."""
    return VMAP_BBMAP_BITS(k) << k.PAGE_SHIFT


def VMAP_PURGE_THRESHOLD(k: Kernel) -> int:
    """Return how many pages a block must have left for `vm_unmap_aliases` to spare it."""
    return VMAP_BBMAP_BITS(k) // 4


class vmap_block_queue(Struct):
    """The blocks of one CPU that have pages left; and, apart from that, one bucket of the hash."""

    free = embedded[list_head]("list_head")
    vmap_blocks = embedded[xarray]("xarray")


class vmap_block(Struct):
    """One block: an area of which ``free`` pages were never handed out, and ``dirty`` ones have come back.

    ``used_map`` has a bit for every page that is handed out, rounding included.  What has come back since
    the last flush lies in [dirty_min, dirty_max).
    """

    va = link[vmap_area]("vmap_area")
    free = ulong()
    dirty = ulong()
    used_map = array(VMAP_BBMAP_BITS_MAX // 64)
    dirty_min = ulong()
    dirty_max = ulong()
    free_list = embedded[list_head]("list_head")
    rcu_head = embedded[rcu_head]("rcu_head")
    purge = embedded[list_head]("list_head")
    cpu = ulong()


def vmap_block_queue_init(k: Kernel) -> None:
    """Give every CPU a queue without blocks, at boot.  Part of mm/vmalloc.c:vmalloc_init, v6.12."""
    k.vmap_block_queue = arena_alloc(k, vmap_block_queue.size * k.machine.possible_cpus)
    for cpu in range(k.machine.possible_cpus):
        vbq = vmap_block_queue_of(k, cpu)
        INIT_LIST_HEAD(vbq.free)
        xa_init(vbq.vmap_blocks)


def vmap_block_queue_of(k: Kernel, cpu: int) -> vmap_block_queue:
    """Return ``per_cpu(vmap_block_queue, cpu)``."""
    return vmap_block_queue(k.mem, k.vmap_block_queue)[cpu]


# --- from an address to its block ------------------------------------------------------------------


def addr_to_vb_xa(k: Kernel, addr: int) -> xarray:
    """Return the bucket for the block that ``addr`` lies in: which one has nothing to do with its CPU.

    mm/vmalloc.c:addr_to_vb_xa, v6.12.  Differs: CPUs are numbered without gaps, so every bucket exists.
    """
    index = addr // VMAP_BLOCK_SIZE(k) % k.machine.possible_cpus
    return vmap_block_queue_of(k, index).vmap_blocks


def addr_to_vb_idx(k: Kernel, addr: int) -> int:
    """Return the number of the block that ``addr`` lies in, counted from the start of the range."""
    return (addr - (k.VMALLOC_START & -VMAP_BLOCK_SIZE(k))) // VMAP_BLOCK_SIZE(k)


def addr_to_vb(k: Kernel, addr: int) -> vmap_block | None:
    """Return the block that ``addr`` lies in; None if there is none.

    Differs: the kernel writes these two calls out wherever it needs them.
    """
    vb = xa_load(addr_to_vb_xa(k, addr), addr_to_vb_idx(k, addr))
    return vmap_block(k.mem, vb) if vb else None


def vmap_block_vaddr(k: Kernel, va_start: int, pages_off: int) -> int:
    """Return the address of a page of a block.  mm/vmalloc.c:vmap_block_vaddr, v6.12."""
    addr = va_start + (pages_off << k.PAGE_SHIFT)
    outside = addr_to_vb_idx(k, addr) != addr_to_vb_idx(k, va_start)
    BUG_ON(k, outside, "mm/vmalloc.c:2657 vmap_block_vaddr")
    return addr


def vmap_blocks_of(vbq: vmap_block_queue) -> Iterator[vmap_block]:
    """Yield the blocks of one bucket of the hash, by address."""
    return (vmap_block(vbq.mem, vb) for _, vb in xa_for_each(vbq.vmap_blocks))


def used_ranges(k: Kernel, vb: vmap_block) -> Iterator[tuple[int, int]]:
    """Yield the parts [first, end) of a block that are handed out, in pages from its start."""
    return for_each_set_bitrange(vb.used_map, VMAP_BBMAP_BITS(k))


def used_bits(k: Kernel, vb: vmap_block) -> int:
    """Return the used map as one number, the first page in bit 0."""
    return bitmap_value(vb.used_map, VMAP_BBMAP_BITS(k))


# --- giving blocks up ------------------------------------------------------------------------------


@kernel_function
def free_vmap_block(k: Kernel, vb: vmap_block) -> None:
    """Let the addresses of a block wait for the purge, and forget the block.

    Its memory stays for a grace period: another CPU may be walking the list that it was on.
    mm/vmalloc.c:free_vmap_block, v6.12.  Differs: kfree_rcu() is a callback of its own.
    """
    va = vb.va
    tmp = xa_erase(k, addr_to_vb_xa(k, va.va_start), addr_to_vb_idx(k, va.va_start))
    BUG_ON(k, tmp != vb.addr, "mm/vmalloc.c:2740 free_vmap_block")
    vn = addr_to_node(k, va.va_start)
    unlink_va(k, va, vn.busy.root)
    free_vmap_area_noflush(k, va)
    call_rcu(k, vb.rcu_head, RcuCallback.FREE_VMAP_BLOCK)


@rcu_callback(RcuCallback.FREE_VMAP_BLOCK)
def free_vmap_block_rcu(k: Kernel, head: rcu_head) -> None:
    """Give the memory of a block back, after the grace period."""
    kfree(k, container_of(head, vmap_block, "rcu_head").addr)


@kernel_function
def purge_fragmented_block(k: Kernel, vb: vmap_block, purge_list: list_head, force_purge: bool) -> bool:
    """Put a block on ``purge_list`` if all that was handed out has come back; True if it is there now.

    A block of which much is left is spared, unless ``force_purge``.
    mm/vmalloc.c:purge_fragmented_block, v6.12.
    """
    if vb.free + vb.dirty != VMAP_BBMAP_BITS(k) or vb.dirty == VMAP_BBMAP_BITS(k):
        return False  # in use, or somebody else is giving it up already
    if not (force_purge or vb.free < VMAP_PURGE_THRESHOLD(k)):
        return False
    vb.free = 0  # nobody shall take from it
    vb.dirty = VMAP_BBMAP_BITS(k)  # nobody shall purge it again
    vb.dirty_min = 0
    vb.dirty_max = VMAP_BBMAP_BITS(k)
    list_del(vb.free_list)
    list_add_tail(vb.purge, purge_list)
    return True


@kernel_function
def free_purged_blocks(k: Kernel, purge_list: list_head) -> None:
    """Free the blocks that were put on the list.  mm/vmalloc.c:free_purged_blocks, v6.12."""
    for vb in list_for_each_entry(purge_list, vmap_block, "purge"):
        list_del(vb.purge)
        free_vmap_block(k, vb)


@kernel_function
def purge_fragmented_blocks(k: Kernel, cpu: int) -> None:
    """Give up every block of ``cpu`` that nobody uses any more.  mm/vmalloc.c, v6.12.

    Differs: the local list head is a word of ``k``.
    """
    INIT_LIST_HEAD(k.purge_list)
    rcu_read_lock(k)
    for vb in list_for_each_entry(vmap_block_queue_of(k, cpu).free, vmap_block, "free_list"):
        if vb.free + vb.dirty != VMAP_BBMAP_BITS(k) or vb.dirty == VMAP_BBMAP_BITS(k):
            continue
        purge_fragmented_block(k, vb, k.purge_list, True)
    rcu_read_unlock(k)
    free_purged_blocks(k, k.purge_list)


@kernel_function
def purge_fragmented_blocks_allcpus(k: Kernel) -> None:
    """Give up every block that nobody uses any more.  mm/vmalloc.c, v6.12."""
    for cpu in range(k.machine.possible_cpus):
        purge_fragmented_blocks(k, cpu)
