"""The allocator of per-CPU memory: the same bytes once for every CPU (mm/percpu.c, v6.12).

A chunk is a range of addresses for each CPU, and a map of what is taken in all of them alike.  Pages come
only where something is taken.  Sizes and offsets are bytes, in one unit.
Differs: chunks stand in one list, the oldest first, and a request takes the first hole that is large
enough; the kernel sorts them by their largest hole and keeps hints for every page.  The first chunk, which
lies in ordinary RAM, has only as much room as was set aside for it, and no memory of its own here.
"""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_NORETRY, __GFP_NOWARN, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.bitmap import test_bit
from vmgui.engine.lib.bits import ALIGN, is_power_of_2
from vmgui.engine.lib.list import INIT_LIST_HEAD, list_add_tail, list_del, list_for_each_entry
from vmgui.engine.lib.printk import WARN, printk
from vmgui.engine.lib.workqueue import INIT_WORK, Work, schedule_work, work_function
from vmgui.engine.mm.percpu_chunk import (
    clear_ranges,
    pages_of,
    pcpu_alloc_area,
    pcpu_chunk,
    pcpu_chunk_addr,
    pcpu_chunk_depopulated,
    pcpu_chunk_populated,
    pcpu_free_area,
)
from vmgui.engine.mm.percpu_setup import PCPU_MIN_ALLOC_SIZE, PCPU_MIN_UNIT_SIZE, pcpu_build_alloc_info
from vmgui.engine.mm.percpu_vm import (
    pcpu_create_chunk,
    pcpu_depopulate_chunk,
    pcpu_destroy_chunk,
    pcpu_populate_chunk,
)
from vmgui.engine.mm.string import memset
from vmgui.engine.structs import work_struct
from vmgui.engine.trace import kernel_function

PCPU_EMPTY_POP_PAGES_LOW, PCPU_EMPTY_POP_PAGES_HIGH = 2, 4
MOST_WARNINGS = 10


def setup_per_cpu_areas(k: Kernel) -> None:
    """Make the first chunk, at boot.  arch/x86/kernel/setup_percpu.c:setup_per_cpu_areas, v6.12.

    Differs: the kernel's own variables have used it up by the time a program runs.
    """
    INIT_LIST_HEAD(k.pcpu_chunk_list)
    INIT_WORK(k.pcpu_balance_work, Work.PCPU_BALANCE)
    k.pcpu_first_free = 0
    k.pcpu_warn_limit = MOST_WARNINGS


def chunks(k: Kernel) -> list[pcpu_chunk]:
    """Return all chunks but the first, the oldest first."""
    return list(list_for_each_entry(k.pcpu_chunk_list, pcpu_chunk, "list"))


# --- allocating ------------------------------------------------------------------------------------


@kernel_function
def __alloc_percpu(k: Kernel, size: int, align: int) -> int:
    """Take ``size`` zeroed bytes for every CPU; returns the address in the first unit, or 0.

    ``align`` is at most a page.  mm/percpu.c:pcpu_alloc_noprof, v6.12.
    Differs: the address of a CPU's copy is `per_cpu_ptr`, without an offset to the kernel's own variables;
    what fits into the first chunk has an address that nothing maps.
    """
    align, size = max(align, PCPU_MIN_ALLOC_SIZE), ALIGN(size, PCPU_MIN_ALLOC_SIZE)
    illegal = not size or size > PCPU_MIN_UNIT_SIZE or align > k.PAGE_SIZE or not is_power_of_2(align)
    text = f"illegal size ({size}) or align ({align}) for percpu allocation"
    if WARN(k, illegal, "mm/percpu.c:1780 pcpu_alloc_noprof", text):
        return 0
    if k.pcpu_first_free >= ALIGN(size, align):
        k.pcpu_first_free = k.pcpu_first_free - ALIGN(size, align)
        return PCPU_MIN_ALLOC_SIZE
    chunk, off = pcpu_find_area(k, size, align)
    if chunk is None:
        return _pcpu_alloc__fail(k, size, align, "failed to allocate new chunk")
    if not pcpu_populate_area(k, chunk, off, size):
        pcpu_free_area(k, chunk, off)
        return _pcpu_alloc__fail(k, size, align, "failed to populate")
    if k.pcpu_nr_empty_pop_pages < PCPU_EMPTY_POP_PAGES_LOW:
        schedule_work(k, k.pcpu_balance_work)
    for cpu in range(k.machine.possible_cpus):
        memset(k, pcpu_chunk_addr(k, chunk, cpu, 0) + off, 0, size)
    return chunk.base_addr + off


def pcpu_find_area(k: Kernel, size: int, align: int) -> tuple[pcpu_chunk | None, int]:
    """Take an area of the first chunk that has room, or of a new one; None if there is none.

    Differs: these lines of pcpu_alloc_noprof are a function of their own.
    """
    for chunk in chunks(k):
        off = pcpu_alloc_area(k, chunk, size, align)
        if off >= 0:
            return chunk, off
    made = pcpu_create_chunk(k, GFP_KERNEL)
    if made is None:
        return None, -1
    list_add_tail(made.list, k.pcpu_chunk_list)
    return made, pcpu_alloc_area(k, made, size, align)


def pcpu_populate_area(k: Kernel, chunk: pcpu_chunk, off: int, size: int) -> bool:
    """Bring the pages that an area lacks; False without memory.

    Differs: these lines of pcpu_alloc_noprof are a function of their own.
    """
    pages = pages_of(k, off, size)
    for first, end in clear_ranges(chunk, pages.start, pages.stop):
        if pcpu_populate_chunk(k, chunk, first, end, GFP_KERNEL):
            return False
        pcpu_chunk_populated(k, chunk, first, end)
    return True


def _pcpu_alloc__fail(k: Kernel, size: int, align: int, err: str) -> int:
    """Report a failure, but not for ever; returns 0.

    Differs: these lines of pcpu_alloc_noprof are a function of their own.
    """
    if k.pcpu_warn_limit:
        printk(k, f"percpu: allocation failed, size={size} align={align} atomic=0, {err}")
        k.pcpu_warn_limit = k.pcpu_warn_limit - 1
        if not k.pcpu_warn_limit:
            printk(k, "percpu: limit reached, disable warning")
    return 0


def per_cpu_ptr(k: Kernel, ptr: int, cpu: int) -> int:
    """Return the address of what ``ptr`` is on ``cpu``."""
    info = pcpu_build_alloc_info(k.machine)
    return ptr + info.unit_offset(cpu) - info.unit_offset(0)


@kernel_function
def free_percpu(k: Kernel, ptr: int) -> None:
    """Give back what `__alloc_percpu` returned; nothing happens for 0.  mm/percpu.c:free_percpu, v6.12."""
    if not ptr:
        return
    unit_size = pcpu_build_alloc_info(k.machine).unit_size
    for chunk in chunks(k):
        if chunk.base_addr <= ptr < chunk.base_addr + unit_size:
            pcpu_free_area(k, chunk, ptr - chunk.base_addr)
            # one chunk without anything in it is enough
            empty = [other for other in chunks(k) if other.free_bytes == unit_size]
            if len(empty) > 1:
                schedule_work(k, k.pcpu_balance_work)
            return


# --- in the background -----------------------------------------------------------------------------


@work_function(Work.PCPU_BALANCE)
@kernel_function
def pcpu_balance_workfn(k: Kernel, work: work_struct) -> None:
    """Free chunks that nobody needs, and have some pages ready.  mm/percpu.c:pcpu_balance_workfn, v6.12.

    Differs: pages in which nothing is taken stay until their chunk goes (pcpu_reclaim_populated()).
    """
    pcpu_balance_free(k)
    pcpu_balance_populated(k)


@kernel_function
def pcpu_balance_free(k: Kernel) -> None:
    """Free all chunks in which nothing is taken, but for one.  mm/percpu.c:pcpu_balance_free, v6.12."""
    unit_size = pcpu_build_alloc_info(k.machine).unit_size
    empty = [chunk for chunk in chunks(k) if chunk.free_bytes == unit_size]
    for chunk in empty[1:]:
        list_del(chunk.list)
        page = 0
        while page < chunk.nr_pages:
            end = page
            while end < chunk.nr_pages and test_bit(end, chunk.populated):
                end += 1
            if end > page:
                pcpu_depopulate_chunk(k, chunk, page, end)
                pcpu_chunk_depopulated(k, chunk, page, end)
            page = end + 1
        pcpu_destroy_chunk(k, chunk)


@kernel_function
def pcpu_balance_populated(k: Kernel) -> None:
    """Have four pages ready in which nothing is taken, for who may not wait.  mm/percpu.c, v6.12."""
    gfp = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN
    nr_to_pop = max(0, PCPU_EMPTY_POP_PAGES_HIGH - k.pcpu_nr_empty_pop_pages)
    while nr_to_pop:
        lacking = [c for c in chunks(k) if not c.isolated and c.nr_populated < c.nr_pages]
        if not lacking:
            made = pcpu_create_chunk(k, gfp)
            if made is None:
                return
            list_add_tail(made.list, k.pcpu_chunk_list)
            lacking = [made]
        chunk = lacking[0]
        first, end = clear_ranges(chunk, 0, chunk.nr_pages)[0]
        nr = min(end - first, nr_to_pop)
        if pcpu_populate_chunk(k, chunk, first, first + nr, gfp):
            return
        pcpu_chunk_populated(k, chunk, first, first + nr)
        nr_to_pop -= nr
