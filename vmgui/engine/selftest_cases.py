"""The cases of the kernel's test of vmalloc: 0 is passed, anything else is failed (lib/test_vmalloc.c).

Differs: ``mod`` is the module's static data, an argument here.  What others have to do meanwhile, such as
the drain, is done between two rounds of a loop; in the kernel other CPUs do it whenever they like.
"""

from __future__ import annotations

from vmgui.engine.gfp import __GFP_ZERO, GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import oops
from vmgui.engine.lib.random import get_random_u8, get_random_u32_inclusive
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.mm.kvfree_rcu import KVFREE_BULK_MAX_ENTR, kvfree_rcu, kvfree_rcu_mightsleep
from vmgui.engine.mm.page_alloc import __free_page, alloc_pages_bulk_array
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.percpu import __alloc_percpu, free_percpu
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import NUMA_NO_NODE
from vmgui.engine.mm.vmalloc import __vmalloc_node, vmalloc, vmalloc_huge
from vmgui.engine.mm.vmap_ram import vm_map_ram, vm_unmap_ram
from vmgui.engine.structs import page, rcu_head
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, Struct, array, embedded, offsetof, transparent, ulong

BITS_PER_LONG = 64


class test_vmalloc_module(Struct):
    """Parameters of the module, and the counts that its summary prints."""

    nr_threads = ulong()  # workers
    sequential_test_order = ulong()  # 1: every worker takes the cases in the order of the table
    test_repeat_count = ulong()  # how often each case is run
    test_loop_count = ulong()  # rounds of a case's loop
    nr_pages = ulong()  # of fix_size_alloc_test and vm_map_ram_test; 0 is one
    use_huge = ulong()  # 1: fix_size_alloc_test calls vmalloc_huge
    run_test_mask = ulong()  # bit i: run the i-th case
    nr_areas = ulong()  # Differs: areas a case holds besides; 0 is as many as the kernel's text says
    nr_passed = ulong()  # Differs: sums over all workers and cases, for whoever loaded the module
    nr_failed = ulong()


@transparent
def put_byte(k: Kernel, addr: int, value: int) -> None:
    """Write the byte at kernel address ``addr``: ``*((__u8 *)addr) = value``."""
    at = kernel_bytes(k, addr)
    shift = at % WORD * 8
    k.mem.store(at & -WORD, k.mem.load(at & -WORD) & ~(0xFF << shift) | value << shift)


@transparent
def put_pointer(k: Kernel, array: int, index: int, value: int) -> None:
    """Write ``array[index]`` of an array of pointers in kernel memory, mapped or not."""
    k.mem.store(kernel_bytes(k, array + index * WORD), value)


def get_pointer(k: Kernel, array: int, index: int) -> int:
    """Return ``array[index]`` of an array of pointers in kernel memory."""
    return int(k.mem.load(kernel_bytes(k, array + index * WORD)))


# --- one area at a time ------------------------------------------------------------------------------


@kernel_function
def fix_size_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate and free the same size over and over.  lib/test_vmalloc.c:fix_size_alloc_test, v6.12."""
    size = (mod.nr_pages or 1) * k.PAGE_SIZE
    for _ in range(mod.test_loop_count):
        ptr = vmalloc_huge(k, size, GFP_KERNEL) if mod.use_huge else vmalloc(k, size)
        if not ptr:
            return -1
        put_byte(k, ptr, 0)
        vfree(k, ptr)
        run_pending_work(k)
    return 0


@kernel_function
def random_size_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate and free 1 to 100 pages.  lib/test_vmalloc.c:random_size_alloc_test, v6.12."""
    for _ in range(mod.test_loop_count):
        n = get_random_u32_inclusive(k, 1, 100)
        p = vmalloc(k, n * k.PAGE_SIZE)
        if not p:
            return -1
        put_byte(k, p, 1)
        vfree(k, p)
        run_pending_work(k)
    return 0


@kernel_function
def fix_align_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate and free 5 pages, aligned to two stacks.  lib/test_vmalloc.c:fix_align_alloc_test, v6.12."""
    for _ in range(mod.test_loop_count):
        ptr = __vmalloc_node(k, 5 * k.PAGE_SIZE, k.THREAD_ALIGN << 1, GFP_KERNEL | __GFP_ZERO, 0, 0)
        if not ptr:
            return -1
        vfree(k, ptr)
        run_pending_work(k)
    return 0


@kernel_function
def random_size_align_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate and free 1 to 10 pages, aligned to 1 byte to 4 MiB.

    One random number chooses both.  lib/test_vmalloc.c:random_size_align_alloc_test, v6.12.
    """
    for _ in range(mod.test_loop_count):
        rnd = get_random_u8(k)
        align = 1 << rnd % 23
        size = (rnd % 10 + 1) * k.PAGE_SIZE
        ptr = __vmalloc_node(k, size, align, GFP_KERNEL | __GFP_ZERO, 0, 0)
        if not ptr:
            return -1
        vfree(k, ptr)
        run_pending_work(k)
    return 0


@kernel_function
def align_shift_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate a page aligned to every power of two: it fails where no such address is in the range.

    So it is meant to fail.  lib/test_vmalloc.c:align_shift_alloc_test, v6.12.
    """
    for i in range(BITS_PER_LONG):
        ptr = __vmalloc_node(k, k.PAGE_SIZE, 1 << i, GFP_KERNEL | __GFP_ZERO, 0, 0)
        if not ptr:
            return -1
        vfree(k, ptr)
        run_pending_work(k)
    return 0  # if an address of the range was a multiple of 1 << 63


# --- beside many others ------------------------------------------------------------------------------


@kernel_function
def long_busy_list_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate and free two areas beside 15000 that stay.

    lib/test_vmalloc.c:long_busy_list_alloc_test, v6.12.
    """
    nr_areas = mod.nr_areas or 15000
    ptr = vmalloc(k, WORD * nr_areas)
    if not ptr:
        return -1
    for i in range(nr_areas):
        put_pointer(k, ptr, i, vmalloc(k, k.PAGE_SIZE))
    rv = 0
    for _ in range(mod.test_loop_count):
        rv = _long_busy_list_alloc_test__round(k)
        if rv:
            break
        run_pending_work(k)
    for i in range(nr_areas):
        vfree(k, get_pointer(k, ptr, i))
        run_pending_work(k)
    vfree(k, ptr)
    return rv


def _long_busy_list_alloc_test__round(k: Kernel) -> int:
    """Allocate 100 pages and one page, write, free both; -1 when there is no room.

    Differs: these lines of long_busy_list_alloc_test are a function of their own.
    """
    ptr_1 = vmalloc(k, 100 * k.PAGE_SIZE)
    if not ptr_1:
        return -1
    ptr_2 = vmalloc(k, k.PAGE_SIZE)
    if not ptr_2:
        vfree(k, ptr_1)
        return -1
    put_byte(k, ptr_1, 0)
    put_byte(k, ptr_2, 1)
    vfree(k, ptr_1)
    vfree(k, ptr_2)
    return 0


@kernel_function
def full_fit_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate and free a page where every second page of a long row is free: each hole fits exactly.

    lib/test_vmalloc.c:full_fit_alloc_test, v6.12.
    """
    # more of them with more CPUs, as each leaves something lazily freed behind
    junk_length = mod.nr_areas or k.machine.online_cpus.bit_length() * ((32 << 20) // k.PAGE_SIZE)
    ptr = vmalloc(k, WORD * junk_length)
    if not ptr:
        return -1
    junk_ptr = vmalloc(k, WORD * junk_length)
    if not junk_ptr:
        vfree(k, ptr)
        return -1
    for i in range(junk_length):
        put_pointer(k, ptr, i, vmalloc(k, k.PAGE_SIZE))
        put_pointer(k, junk_ptr, i, vmalloc(k, k.PAGE_SIZE))
    free_pointers(k, junk_ptr, junk_length)
    rv = _full_fit_alloc_test__rounds(k, mod)
    free_pointers(k, ptr, junk_length)
    vfree(k, ptr)
    vfree(k, junk_ptr)
    return rv


def _full_fit_alloc_test__rounds(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate, write and free a page, again and again; -1 when there is no room.

    Differs: these lines of full_fit_alloc_test are a function of their own.
    """
    for _ in range(mod.test_loop_count):
        tmp = vmalloc(k, k.PAGE_SIZE)
        if not tmp:
            return -1
        put_byte(k, tmp, 1)
        vfree(k, tmp)
        run_pending_work(k)
    return 0


def free_pointers(k: Kernel, array: int, length: int) -> None:
    """Free what an array of pointers holds, while others work."""
    for i in range(length):
        vfree(k, get_pointer(k, array, i))
        run_pending_work(k)


# --- freed after a grace period ------------------------------------------------------------------------


class test_kvfree_rcu(Struct):
    """What the next two cases allocate a page for."""

    rcu = embedded[rcu_head]("rcu_head")
    array = array(3)  # Differs: whole words, where C has 20 bytes


@kernel_function
def kvfree_rcu_1_arg_vmalloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate a page and free it when no reader can see it any more.

    lib/test_vmalloc.c:kvfree_rcu_1_arg_vmalloc_test, v6.12.
    """
    for i in range(mod.test_loop_count):
        p = vmalloc(k, k.PAGE_SIZE)
        if not p:
            return -1
        put_byte(k, p + offsetof(test_kvfree_rcu, "array"), ord("a"))
        kvfree_rcu_mightsleep(k, p)
        kfree_rcu_monitor_may_run(k, i)
    return 0


@kernel_function
def kvfree_rcu_2_arg_vmalloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """The same with an rcu_head inside the object: then no memory is needed to remember it.

    lib/test_vmalloc.c:kvfree_rcu_2_arg_vmalloc_test, v6.12.
    """
    for i in range(mod.test_loop_count):
        p = vmalloc(k, k.PAGE_SIZE)
        if not p:
            return -1
        put_byte(k, p + offsetof(test_kvfree_rcu, "array"), ord("a"))
        kvfree_rcu(k, p, offsetof(test_kvfree_rcu, "rcu"))
        kfree_rcu_monitor_may_run(k, i)
    return 0


def kfree_rcu_monitor_may_run(k: Kernel, i: int) -> None:
    """Let others run when a page is full of pointers that wait.

    The kernel waits no longer then either; before, it takes its time to gather more.
    """
    if (i + 1) % KVFREE_BULK_MAX_ENTR(k) == 0:
        run_pending_work(k)


# --- memory of each CPU ---------------------------------------------------------------------------------


@kernel_function
def pcpu_alloc_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Allocate 35000 objects for every CPU, of random size and alignment, then free them all.

    lib/test_vmalloc.c:pcpu_alloc_test, v6.12.
    """
    nr_objects = mod.nr_areas or 35000
    pcpu = vmalloc(k, WORD * nr_objects)
    if not pcpu:
        return -1
    rv = 0
    for i in range(nr_objects):
        size = get_random_u32_inclusive(k, 1, k.PAGE_SIZE // 4)
        align = 1 << get_random_u32_inclusive(k, 1, 11)
        ptr = __alloc_percpu(k, size, align)
        put_pointer(k, pcpu, i, ptr)
        if not ptr:
            rv = -1
        run_pending_work(k)
    for i in range(nr_objects):
        free_percpu(k, get_pointer(k, pcpu, i))
        run_pending_work(k)
    vfree(k, pcpu)
    return rv


# --- mapped for a short time ---------------------------------------------------------------------------


@kernel_function
def vm_map_ram_test(k: Kernel, mod: test_vmalloc_module) -> int:
    """Map and unmap the same pages over and over; 1 if there are not so many pages.

    lib/test_vmalloc.c:vm_map_ram_test, v6.12.
    """
    map_nr_pages = mod.nr_pages or 1
    pages = kzalloc(k, map_nr_pages * WORD, GFP_KERNEL)
    if not pages:
        return -1
    nr_allocated = alloc_pages_bulk_array(k, GFP_KERNEL, map_nr_pages, pages)
    if nr_allocated == map_nr_pages:
        for _ in range(mod.test_loop_count):
            v_ptr = vm_map_ram(k, pages, map_nr_pages, NUMA_NO_NODE)
            if not v_ptr:  # the kernel's text does not ask
                oops(k, "lib/test_vmalloc.c vm_map_ram_test", "kernel NULL pointer dereference, address: 0")
            put_byte(k, v_ptr, ord("a"))
            vm_unmap_ram(k, v_ptr, map_nr_pages)
            run_pending_work(k)
    for i in range(nr_allocated):
        __free_page(k, page(k.mem, get_pointer(k, pages, i)))
    kfree(k, pages)
    return int(nr_allocated != map_nr_pages)
