"""What a program does around the calls of vmalloc.c: get pages, move to another CPU, hold a lock.

These are the few lines of a driver or of a test module; the kernel functions they call are the kernel's.
"""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_ZERO, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.debugobjects import (
    DESCRIPTIONS,
    debug_obj_descr,
    debug_object_activate,
    debug_object_deactivate,
    debug_object_free,
    debug_object_init,
)
from vmgui.engine.lib.notifier import Notifier, notifier_block
from vmgui.engine.lib.out import Out
from vmgui.engine.lib.preempt import (
    HARDIRQ_MASK,
    PREEMPT_MASK,
    SOFTIRQ_MASK,
    __schedule_bug,
    in_atomic,
    irq_enter,
    irq_exit,
    local_bh_disable,
    local_bh_enable,
    preempt_disable,
    preempt_enable,
)
from vmgui.engine.lib.workqueue import flush_work, run_pending_work, schedule_work
from vmgui.engine.mm import vmap_area as areas
from vmgui.engine.mm.page_alloc import __free_page, alloc_page, alloc_pages, split_page
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.structs import page
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import MASK64, WORD, WordArray

#: What the purge notifier does: nothing is registered, it watches, it claims once to have freed.
NOTIFIER_OFF, NOTIFIER_LOG, NOTIFIER_FREED_ONCE = range(3)


def get_order(nr_pages: int) -> int:
    """Return the order of the smallest block of at least ``nr_pages`` pages."""
    return (nr_pages - 1).bit_length() if nr_pages else 52


@kernel_function
def alloc_page_array(k: Kernel, n: int, kind: int) -> int:
    """Take ``n`` pages out of one block; returns the address of an array of pointers to them, or 0.

    ``kind`` is 0 for ascending frames, 1 for descending ones, 2 for every second frame, descending.
    What the block has more than that is given back.
    """
    total = 2 * n if kind == 2 else n
    order = get_order(total)
    pages = kzalloc(k, n * WORD, GFP_KERNEL) if order <= 10 else 0
    if not pages:
        return 0
    block = alloc_pages(k, GFP_KERNEL | __GFP_ZERO, order)
    if block is None:
        kfree(k, pages)
        return 0
    split_page(k, block, order)
    slots = WordArray(k.mem, pages)
    for i in range(1 << order):
        slot = slot_of(i, n, kind)
        if 0 <= slot < n:
            slots[slot] = block[i].addr
        else:
            __free_page(k, block[i])
    return pages


def slot_of(i: int, n: int, kind: int) -> int:
    """Return which slot of the array frame ``i`` of the block belongs in; negative is none."""
    if kind == 0:
        return i
    if kind == 1:
        return n - 1 - i
    return n - 1 - i // 2 if i & 1 else -1


@kernel_function
def alloc_single_pages(k: Kernel, n: int) -> int:
    """Take ``n`` pages one by one, as a driver does; the address of an array of pointers, or 0."""
    pages = kzalloc(k, n * WORD, GFP_KERNEL)
    if not pages:
        return 0
    slots = WordArray(k.mem, pages)
    for i in range(n):
        got = alloc_page(k, GFP_KERNEL | __GFP_ZERO)
        if got is None:
            free_page_array(k, pages, i)
            return 0
        slots[i] = got.addr
    return pages


@kernel_function
def alloc_pfn_array(k: Kernel, phys: int, n: int, stride: int) -> int:
    """Write down the numbers of ``n`` frames, from ``phys`` on every ``stride`` bytes; an array, or 0."""
    pfns = kzalloc(k, n * WORD, GFP_KERNEL) if n and get_order(-(-n * WORD // k.PAGE_SIZE)) <= 10 else 0
    if pfns:
        slots = WordArray(k.mem, pfns)
        for i in range(n):
            slots[i] = (phys + i * stride & MASK64) >> k.PAGE_SHIFT
    return pfns


@kernel_function
def free_page_array(k: Kernel, pages: int, n: int) -> None:
    """Give the first ``n`` pages of an array back, and the array."""
    for i in range(n):
        __free_page(k, page(k.mem, k.mem.load(pages + WORD * i)))
    kfree(k, pages)


# --- CPUs, locks, background work ------------------------------------------------------------------


def set_context(k: Kernel, kind: int) -> None:
    """Go on as a task (0), with bottom halves off (1), in an interrupt (2), or without preemption (3)."""
    ends = ((HARDIRQ_MASK, irq_exit), (SOFTIRQ_MASK, local_bh_enable), (PREEMPT_MASK, preempt_enable))
    for mask, end in ends:
        while k.preempt_count & mask:
            end(k)
    if kind:
        (local_bh_disable, irq_enter, preempt_disable)[kind - 1](k)


@kernel_function
def set_cpus_allowed_ptr(k: Kernel, cpu: int) -> None:
    """Go on on ``cpu``.  kernel/sched/core.c:set_cpus_allowed_ptr, v6.12."""
    k.current_cpu = cpu


@kernel_function
def mmap_write_lock(k: Kernel) -> None:
    """Hold the lock of `init_mm`, as a dump of the page tables does.  include/linux/mmap_lock.h, v6.12."""
    k.init_mm_mmap_lock = 1


@kernel_function
def mmap_write_unlock(k: Kernel) -> None:
    """Let the lock of `init_mm` go.  include/linux/mmap_lock.h, v6.12."""
    k.init_mm_mmap_lock = 0


@kernel_function
def do_timer(k: Kernel, ticks: int) -> None:
    """Let ``ticks`` clock ticks pass.  kernel/time/timekeeping.c:do_timer, v6.12."""
    k.jiffies = k.jiffies + ticks


def llist_entries(k: Kernel, first: int) -> list[int]:
    """Return the addresses on a list whose links are the first words of what it holds."""
    found = []
    while first:
        found.append(first)
        first = k.mem.load(kernel_bytes(k, first))
    return found


@kernel_function
def drain(k: Kernel) -> None:
    """Queue the drain worker and wait until it has purged."""
    schedule_work(k, k.drain_vmap_work)
    flush_work(k, k.drain_vmap_work)


@kernel_function
def settle(k: Kernel, ticks: int) -> None:
    """Wait until nothing is queued any more, and ``ticks`` clock ticks longer."""
    if in_atomic(k):
        __schedule_bug(k)
    run_pending_work(k)
    do_timer(k, ticks)


# --- an object of the program, for debugobjects ----------------------------------------------------

PROGRAM_OBJECT = 1


@kernel_function
def activate_object(k: Kernel, addr: int) -> int:
    """Begin to use an object that lies at ``addr``, as a driver starts its timer: 0, or -EINVAL."""
    debug_object_init(k, addr, PROGRAM_OBJECT)
    return debug_object_activate(k, addr, PROGRAM_OBJECT)


@kernel_function
def deactivate_object(k: Kernel, addr: int) -> None:
    """Stop using the object at ``addr``; its memory may be freed from now on."""
    debug_object_deactivate(k, addr, PROGRAM_OBJECT)


def program_object_fixup_free(k: Kernel, addr: int, state: int) -> bool:
    """Stop an object that is being freed while it is in use, so that the kernel can go on."""
    debug_object_deactivate(k, addr, PROGRAM_OBJECT)
    debug_object_free(k, addr, PROGRAM_OBJECT)
    return True


DESCRIPTIONS[PROGRAM_OBJECT] = debug_obj_descr("program_object", program_object_fixup_free)


# --- the notifier of the test module ---------------------------------------------------------------


@kernel_function
def set_purge_notifier(k: Kernel, mode: int) -> None:
    """Register the purge notifier, or with NOTIFIER_OFF take it off the chain again."""
    if mode and not k.purge_notifier_mode:
        areas.register_vmap_purge_notifier(k, Notifier.PURGE_NOTIFIER)
    if not mode and k.purge_notifier_mode:
        areas.unregister_vmap_purge_notifier(k, Notifier.PURGE_NOTIFIER)
    k.purge_notifier_mode = mode


@notifier_block(Notifier.PURGE_NOTIFIER)
def purge_notifier_call(k: Kernel, action: int, freed: Out) -> None:
    """Look at the purge of a failing allocation, and claim once to have freed something."""
    mode = k.purge_notifier_mode
    purge_notifier(k, action, freed.value, mode)
    if mode == NOTIFIER_FREED_ONCE:
        freed.value += 1
        k.purge_notifier_mode = NOTIFIER_LOG


@kernel_function
def purge_notifier(k: Kernel, action: int, freed: int, mode: int) -> None:
    """Probe: the notifier was called with ``action`` while ``freed`` pages had been claimed."""
