"""Giving back what vmalloc and vmap handed out, now or when it is safe (mm/vmalloc.c)."""

from __future__ import annotations

from vmgui.engine.kernel import Kernel, arena_alloc
from vmgui.engine.lib.preempt import in_interrupt
from vmgui.engine.lib.printk import BUG, BUG_ON, WARN
from vmgui.engine.lib.workqueue import INIT_WORK, Work, schedule_work, work_function
from vmgui.engine.mm.direct_map import check_write
from vmgui.engine.mm.kmemleak import kmemleak_free
from vmgui.engine.mm.page_alloc import __free_page
from vmgui.engine.mm.page_array import kernel_bytes, page_at_slot, page_slots
from vmgui.engine.mm.reset_perms import vm_reset_perms
from vmgui.engine.mm.slab import kfree
from vmgui.engine.mm.vm_struct import VM_FLUSH_RESET_PERMS, VM_MAP_PUT_PAGES, remove_vm_area
from vmgui.engine.mm.vmalloc_to_page import is_vmalloc_addr
from vmgui.engine.structs import work_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, Struct, container_of, embedded, transparent, ulong


class vfree_deferred(Struct):
    """What one CPU could not free at once: a list through the first words of the memory itself."""

    list = ulong()
    wq = embedded[work_struct]("work_struct")


@kernel_function
def vfree(k: Kernel, addr: int) -> None:
    """Free the area that ``addr`` lies in and its pages.  Its addresses stay taken until a purge.

    mm/vmalloc.c:vfree, v6.12.
    """
    if in_interrupt(k):
        vfree_atomic(k, addr)  # freeing may have to wait, and here nobody may wait
        return
    kmemleak_free(k, addr)
    if not addr:
        return

    vm = remove_vm_area(k, addr)
    if not vm:
        WARN(
            k,
            True,
            "mm/vmalloc.c:3426 vfree",
            f"Trying to vfree() nonexistent vm area ({addr:016x})",
        )
        return

    if vm.flags & VM_FLUSH_RESET_PERMS:
        vm_reset_perms(k, vm)
    pages, nr_pages = vm.pages, vm.nr_pages
    for slot in page_slots(k, pages, 0, nr_pages):
        page = page_at_slot(k, slot)
        if not page:
            BUG(k, "mm/vmalloc.c:3436 vfree")
        __free_page(k, page)
    if not vm.flags & VM_MAP_PUT_PAGES:
        k.nr_vmalloc_pages = k.nr_vmalloc_pages - nr_pages
    kvfree(k, pages)
    kfree(k, vm.addr)


@kernel_function
def kvfree(k: Kernel, addr: int) -> None:
    """Free what either kmalloc or vmalloc returned.  mm/util.c:kvfree, v6.12."""
    if is_vmalloc_addr(k, addr):
        vfree(k, addr)
    else:
        kfree(k, addr)


@kernel_function
def vunmap(k: Kernel, addr: int) -> None:
    """Free the area that ``addr`` lies in; its pages stay with whoever had them mapped.

    mm/vmalloc.c:vunmap, v6.12.
    """
    BUG_ON(k, in_interrupt(k), "mm/vmalloc.c:3466 vunmap")
    if not addr:
        return
    vm = remove_vm_area(k, addr)
    if not vm:
        WARN(
            k,
            True,
            "mm/vmalloc.c:3473 vunmap",
            f"Trying to vunmap() nonexistent vm area ({addr:016x})",
        )
        return
    kfree(k, vm.addr)


@kernel_function
def vfree_atomic(k: Kernel, addr: int) -> None:
    """Free the area at ``addr`` later, from a kernel thread: for callers that may not wait.

    The memory is not needed any more, so its first word can hold the list of what is to be freed.
    mm/vmalloc.c:vfree_atomic, v6.12.
    """
    p = this_cpu_deferred(k)
    kmemleak_free(k, addr)
    if addr:
        first = p.list
        set_kernel_word(k, addr, first)
        p.list = addr
        if not first:  # otherwise the work is queued already
            schedule_work(k, p.wq)


@work_function(Work.DELAYED_VFREE)
@kernel_function
def delayed_vfree_work(k: Kernel, work: work_struct) -> None:
    """Free everything on the list of one CPU, what came last first.

    mm/vmalloc.c:delayed_vfree_work, v6.12.
    """
    p = container_of(work, vfree_deferred, "wq")
    addr = p.list
    p.list = 0
    while addr:
        next = k.mem.load(kernel_bytes(k, addr))
        vfree(k, addr)
        addr = next


def this_cpu_deferred(k: Kernel) -> vfree_deferred:
    """Return the list of the CPU that is running."""
    return vfree_deferred(k.mem, k.vfree_deferred)[k.current_cpu]


def vfree_deferred_init(k: Kernel) -> None:
    """Give every CPU an empty list, at boot.  Part of mm/vmalloc.c:vmalloc_init, v6.12."""
    k.vfree_deferred = arena_alloc(k, vfree_deferred.size * k.machine.possible_cpus)
    for cpu in range(k.machine.possible_cpus):
        INIT_WORK(vfree_deferred(k.mem, k.vfree_deferred)[cpu].wq, Work.DELAYED_VFREE)


@transparent
def set_kernel_word(k: Kernel, addr: int, value: int) -> None:
    """Write the word at kernel address ``addr``; a fault if it is mapped without the right to write."""
    if addr >= k.arena_end:
        check_write(k, addr, WORD)
    k.mem.store(kernel_bytes(k, addr), value)

