"""What other tasks of a recorded machine did: they share the allocator, and change it under the program.

Not part of the kernel: here another task is only known by the calls it made.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import OTHER_TURNS, PURGE_ENDS, PURGE_ORDER, Kernel
from vmgui.engine.lib.kallsyms import Symbol
from vmgui.engine.lib.list import list_add_tail
from vmgui.engine.lib.workqueue import Work, work_function
from vmgui.engine.mm.percpu import PCPU_EMPTY_POP_PAGES_HIGH, chunks
from vmgui.engine.mm.percpu_chunk import pcpu_chunk_populated
from vmgui.engine.mm.percpu_vm import pcpu_create_chunk, pcpu_populate_chunk
from vmgui.engine.mm.slab import kfree
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import NUMA_NO_NODE, VM_ALLOC, find_vm_area, remove_vm_area
from vmgui.engine.mm.vmalloc import __vmalloc_node_range
from vmgui.engine.restore import table_at
from vmgui.engine.structs import work_struct
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import transparent


@kernel_function
def alloc_by_other_task(k: Kernel, cpu: int, size: int, align: int, start: int, end: int) -> int:
    """Let another task on ``cpu`` allocate an area of ``size`` bytes, guard page included.

    Returns its address, or 0.  A traced request does not say what it was for: memory, it is assumed.
    """
    own = switch_to_cpu(k, cpu)
    addr = __vmalloc_node_range(
        k, max(0, size - k.PAGE_SIZE), align, start, end, GFP_KERNEL, k.PAGE_KERNEL, 0, NUMA_NO_NODE,
        Symbol.OTHER_TASK,
    )  # fmt: skip
    switch_to_cpu(k, own)
    return addr


@kernel_function
def free_by_other_task(k: Kernel, cpu: int, addr: int) -> None:
    """Let another task on ``cpu`` free the area at ``addr``, as its owner has to."""
    own = switch_to_cpu(k, cpu)
    vm = find_vm_area(k, addr)
    if vm and vm.flags & VM_ALLOC:
        vfree(k, addr)
    elif vm:
        remove_vm_area(k, addr)
        kfree(k, vm.addr)
    switch_to_cpu(k, own)


@kernel_function
def chunk_by_other_task(k: Kernel, cpu: int) -> None:
    """Let a worker on ``cpu`` make a chunk of per-CPU memory, as it does when it finds no room for pages."""
    own = switch_to_cpu(k, cpu)
    chunk = pcpu_create_chunk(k, GFP_KERNEL)
    if chunk is not None:
        list_add_tail(chunk.list, k.pcpu_chunk_list)
        if not pcpu_populate_chunk(k, chunk, 0, PCPU_EMPTY_POP_PAGES_HIGH, GFP_KERNEL):
            pcpu_chunk_populated(k, chunk, 0, PCPU_EMPTY_POP_PAGES_HIGH)
    switch_to_cpu(k, own)


@transparent
def room_in_chunks(k: Kernel, room: int) -> None:
    """Others have taken and given back per-CPU memory: ``room`` bytes are left, all in the first chunk.

    And so many pages are ready there that no worker has to bring any.
    """
    for chunk in chunks(k):
        chunk.isolated = 1
    k.pcpu_first_free = room
    k.pcpu_nr_empty_pop_pages = PCPU_EMPTY_POP_PAGES_HIGH


@kernel_function
def table_of_the_boot(k: Kernel, level: int, va: int) -> int:
    """Make the table of ``level`` (0: PTE table) that covers ``va``: what the boot had left there.

    Returns its address.
    """
    return table_at(k, level, va)


@transparent
def give_turns(k: Kernel, turns: Sequence[tuple[int, int, int, int, int, int]]) -> None:
    """Say what other tasks do right before works begin.

    Each is (number of the work, counted from 1, cpu, size, align, start, end), in order; a size of 0
    frees the area at ``start``.
    """
    for i, turn in enumerate(turns[:OTHER_TURNS]):
        for j, value in enumerate(turn):
            k.turns[6 * i + j] = value
    k.turns_left = min(len(turns), OTHER_TURNS)
    k.turns_next = k.works_begun = 0


@work_function(Work.OTHER_TASKS)
def other_tasks_run(k: Kernel, work: work_struct) -> None:
    """Let other tasks do what they do before this work begins."""
    k.works_begun = k.works_begun + 1
    while k.turns_left and k.turns[6 * k.turns_next] <= k.works_begun:
        take_turn(k)


def take_turn(k: Kernel) -> None:
    """Let the next of the other tasks do what it does."""
    _, cpu, size, align, start, end = (k.turns[6 * k.turns_next + j] for j in range(6))
    k.turns_next = k.turns_next + 1
    k.turns_left = k.turns_left - 1
    if size:
        alloc_by_other_task(k, cpu, size, align, start, end)
    else:
        free_by_other_task(k, cpu, start)


@transparent
def helpers_to_come(k: Kernel, orders: Sequence[Sequence[int]]) -> None:
    """Say how the scheduler lets helper workers run in purges to come.

    One list of node numbers for each purge that uses helpers, in the order in which the nodes get their
    turn; what does not fit is left to the order of the queue.
    """
    known = [[node + 1 for node in order if node < k.nr_vmap_nodes] for order in orders]
    entries = [entry for order in known for entry in [*order, PURGE_ENDS]]
    for i, entry in enumerate([*entries[: PURGE_ORDER - 1], 0]):
        k.purge_order[i] = entry
    k.purge_order_next = 0


@transparent
def switch_to_cpu(k: Kernel, cpu: int) -> int:
    """Go on on ``cpu``; returns the CPU before."""
    before = k.current_cpu
    k.current_cpu = cpu
    return before
