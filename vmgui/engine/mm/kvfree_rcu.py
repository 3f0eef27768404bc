"""Freeing memory after a grace period, many objects at a time (kernel/rcu/tree.c, v6.12).

Pointers are gathered in pages full of them, one row for kmalloc and one for vmalloc memory.  Who brings an
rcu_head inside the object never needs memory for that.
Differs: gathering ends with the operation, not after five seconds; no page is kept for the next time.
"""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_NOMEMALLOC, __GFP_NORETRY, __GFP_NOWARN, GFP_KERNEL
from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.rcu import RcuCallback, call_rcu, rcu_callback, synchronize_rcu
from vmgui.engine.lib.workqueue import INIT_WORK, Work, schedule_work, work_function
from vmgui.engine.mm.page import page_address, virt_to_page
from vmgui.engine.mm.page_alloc import __free_page, alloc_page
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.slab import kfree
from vmgui.engine.mm.vfree import kvfree, vfree
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr
from vmgui.engine.structs import rcu_head, work_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, Struct, array, container_of, embedded, ptr, transparent, ulong

FREE_N_CHANNELS = 2  # kmalloc memory, vmalloc memory


class kvfree_rcu_bulk_data(Struct):
    """A page full of pointers; ``records`` reaches to the end of the page."""

    next = ptr["kvfree_rcu_bulk_data"]("kvfree_rcu_bulk_data")  # Differs: a plain link, a list_head in C
    nr_records = ulong()
    records = array(1)


class kfree_rcu_cpu(Struct):
    """What one CPU is to free: gathered by now, and waiting for a grace period (``_free``)."""

    bulk_head = array(FREE_N_CHANNELS)
    head = ptr["rcu_head"]("rcu_head")
    bulk_head_free = array(FREE_N_CHANNELS)
    head_free = ptr["rcu_head"]("rcu_head")
    rcu = embedded["rcu_head"]("rcu_head")
    monitor_work = embedded[work_struct]("work_struct")
    rcu_work = embedded[work_struct]("work_struct")


def KVFREE_BULK_MAX_ENTR(k: Kernel) -> int:
    """Return how many pointers a page holds."""
    return (k.PAGE_SIZE - kvfree_rcu_bulk_data.size) // WORD + 1


def krc_of_cpu(k: Kernel, cpu: int) -> kfree_rcu_cpu:
    """Return what ``cpu`` gathers."""
    return kfree_rcu_cpu(k.mem, k.krc)[cpu]


@kernel_function
def kvfree_call_rcu(k: Kernel, head: rcu_head | None, addr: int) -> None:
    """Free ``addr`` with kvfree after a grace period.

    ``head`` lies inside the object, or is None: then this may have to wait for the grace period here.
    kernel/rcu/tree.c:kvfree_call_rcu, v6.12.
    """
    krcp = krc_of_cpu(k, k.current_cpu)
    success = add_ptr_to_bulk_krc_lock(k, krcp, addr, head is None)
    if not success:
        if head is None:
            synchronize_rcu(k)
            kvfree(k, addr)
            return
        set_object_head(k, head, addr, krcp.head)
        krcp.head = head
    schedule_work(k, krcp.monitor_work)


def kvfree_rcu(k: Kernel, addr: int, offset: int) -> None:
    """Free ``addr`` after a grace period; its rcu_head lies ``offset`` bytes behind ``addr``.

    include/linux/rcupdate.h:kvfree_rcu, v6.12.
    """
    if addr:
        kvfree_call_rcu(k, rcu_head(k.mem, addr + offset), addr)


kfree_rcu = kvfree_rcu


def kvfree_rcu_mightsleep(k: Kernel, addr: int) -> None:
    """Free ``addr`` after a grace period, and maybe wait for it.  include/linux/rcupdate.h, v6.12."""
    if addr:
        kvfree_call_rcu(k, None, addr)


@kernel_function
def add_ptr_to_bulk_krc_lock(k: Kernel, krcp: kfree_rcu_cpu, addr: int, can_alloc: bool) -> bool:
    """Note ``addr`` in a page of pointers; False without such a page.  kernel/rcu/tree.c, v6.12."""
    idx = int(is_vmalloc_addr(k, addr))
    bnode = kvfree_rcu_bulk_data(k.mem, krcp.bulk_head[idx])
    if not bnode or bnode.nr_records == KVFREE_BULK_MAX_ENTR(k):
        page = None
        if can_alloc:
            page = alloc_page(k, GFP_KERNEL | __GFP_NORETRY | __GFP_NOMEMALLOC | __GFP_NOWARN)
        if page is None:
            return False
        full, bnode = bnode, kvfree_rcu_bulk_data(k.mem, page_address(k, page))
        bnode.nr_records = 0
        bnode.next = full or None
        krcp.bulk_head[idx] = bnode.addr
    bnode.records[bnode.nr_records] = addr
    bnode.nr_records = bnode.nr_records + 1
    return True


# --- after the grace period ------------------------------------------------------------------------


@work_function(Work.KFREE_RCU_MONITOR)
@kernel_function
def kfree_rcu_monitor(k: Kernel, work: work_struct) -> None:
    """Let what was gathered wait for a grace period, unless something does already.

    kernel/rcu/tree.c:kfree_rcu_monitor, v6.12.
    """
    krcp = container_of(work, kfree_rcu_cpu, "monitor_work")
    if krcp.head_free is not None or any(krcp.bulk_head_free[i] for i in range(FREE_N_CHANNELS)):
        return  # kfree_rcu_work() comes back here
    for i in range(FREE_N_CHANNELS):
        krcp.bulk_head_free[i] = krcp.bulk_head[i]
        krcp.bulk_head[i] = 0
    krcp.head_free = krcp.head
    krcp.head = None
    call_rcu(k, krcp.rcu, RcuCallback.KVFREE_RCU)


@rcu_callback(RcuCallback.KVFREE_RCU)
def rcu_work_rcufn(k: Kernel, head: rcu_head) -> None:
    """Queue the work that frees: a callback itself must be short, and may not wait."""
    schedule_work(k, container_of(head, kfree_rcu_cpu, "rcu").rcu_work)


@work_function(Work.KFREE_RCU_WORK)
@kernel_function
def kfree_rcu_work(k: Kernel, work: work_struct) -> None:
    """Free everything whose grace period is over.  kernel/rcu/tree.c:kfree_rcu_work, v6.12."""
    krcp = container_of(work, kfree_rcu_cpu, "rcu_work")
    bulk_head = [kvfree_rcu_bulk_data(k.mem, krcp.bulk_head_free[i]) for i in range(FREE_N_CHANNELS)]
    head = krcp.head_free
    for i in range(FREE_N_CHANNELS):
        krcp.bulk_head_free[i] = 0
    krcp.head_free = None

    for i, bnode in enumerate(bulk_head):
        while bnode:
            next = bnode.next
            kvfree_rcu_bulk(k, bnode, i)
            if next is None:
                break
            bnode = next
    kvfree_rcu_list(k, head)
    if krcp.head is not None or any(krcp.bulk_head[i] for i in range(FREE_N_CHANNELS)):
        schedule_work(k, krcp.monitor_work)


@kernel_function
def kvfree_rcu_bulk(k: Kernel, bnode: kvfree_rcu_bulk_data, idx: int) -> None:
    """Free what a page of pointers names, then the page.  kernel/rcu/tree.c:kvfree_rcu_bulk, v6.12."""
    for i in range(bnode.nr_records):
        (vfree if idx else kfree)(k, bnode.records[i])
    __free_page(k, virt_to_page(k, bnode.addr))


@kernel_function
def kvfree_rcu_list(k: Kernel, head: rcu_head | None) -> None:
    """Free what is linked through the objects themselves.  kernel/rcu/tree.c:kvfree_rcu_list, v6.12."""
    addr = head.addr if head is not None else 0
    while addr:
        link = rcu_head(k.mem, kernel_bytes(k, addr))
        next = k.mem.load(link.addr)
        kvfree(k, link.func)
        addr = next


def kfree_rcu_init(k: Kernel) -> None:
    """Give every CPU empty lists, at boot.  Part of kernel/rcu/tree.c:kfree_rcu_batch_init, v6.12."""
    k.krc = arena_alloc(k, kfree_rcu_cpu.size * k.machine.possible_cpus)
    for cpu in range(k.machine.possible_cpus):
        INIT_WORK(krc_of_cpu(k, cpu).monitor_work, Work.KFREE_RCU_MONITOR)
        INIT_WORK(krc_of_cpu(k, cpu).rcu_work, Work.KFREE_RCU_WORK)


@transparent
def set_object_head(k: Kernel, head: rcu_head, addr: int, next: rcu_head | None) -> None:
    """Use the rcu_head of an object that is dead but still there, mapped or not."""
    words = rcu_head(k.mem, kernel_bytes(k, head.addr))
    words.func = addr
    words.next = next
