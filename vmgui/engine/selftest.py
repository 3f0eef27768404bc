"""The kernel's own test of vmalloc: a module that is loaded, runs, and goes away (lib/test_vmalloc.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vmgui.engine import selftest_cases as cases
from vmgui.engine.errno import EAGAIN
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import HZ, printk
from vmgui.engine.lib.random import get_random_u32_below, seed_random
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.selftest_cases import test_vmalloc_module
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import Struct, array, transparent, ulong

USHRT_MAX = (1 << 16) - 1
INT_MAX = (1 << 31) - 1
USEC_PER_SEC, CYCLES_PER_SEC = 10**6, 10**9


class test_case_desc(NamedTuple):
    """A case by name."""

    test_name: str
    test_func: Callable[[Kernel, test_vmalloc_module], int]


test_case_array = tuple(
    test_case_desc(case.__name__, case)
    for case in (
        cases.fix_size_alloc_test,
        cases.full_fit_alloc_test,
        cases.long_busy_list_alloc_test,
        cases.random_size_alloc_test,
        cases.fix_align_alloc_test,
        cases.random_size_align_alloc_test,
        cases.align_shift_alloc_test,
        cases.pcpu_alloc_test,
        cases.kvfree_rcu_1_arg_vmalloc_test,
        cases.kvfree_rcu_2_arg_vmalloc_test,
        cases.vm_map_ram_test,
    )
)


class test_case_data(Struct):
    """How one case went for one worker."""

    test_failed = ulong()
    test_passed = ulong()
    time = ulong()  # microseconds a run


class test_driver(Struct):
    """A worker."""

    data = array(3 * len(test_case_array))  # test_case_data[]; take one with case_data()
    start = ulong()  # cycles
    stop = ulong()


class test_vmalloc_parameters(NamedTuple):
    """What ``insmod test_vmalloc.ko`` is told.  Differs: ``nr_areas`` and ``seed`` are ours."""

    nr_threads: int = 0
    sequential_test_order: int = 0
    test_repeat_count: int = 1
    test_loop_count: int = 1000000
    nr_pages: int = 0
    use_huge: int = 0
    run_test_mask: int = INT_MAX
    nr_areas: int = 0
    seed: int = 1


def case_data(t: test_driver, index: int) -> test_case_data:
    """Return ``&t->data[index]``."""
    return test_case_data(t.mem, t.data.addr)[index]


def is_chosen(mod: test_vmalloc_module, index: int) -> int:
    """Tell whether the mask asks for the case with this number."""
    return mod.run_test_mask >> index & 1


def load_test_vmalloc(k: Kernel, parameters: test_vmalloc_parameters) -> tuple[int, int]:
    """Load the module, which runs its cases and is thrown out again; returns how many passed and failed.

    Differs: its static data are an object of kmalloc, not module memory, and it is told a seed.
    """
    addr = kzalloc(k, test_vmalloc_module.size, GFP_KERNEL)
    if not addr:
        return 0, 0
    mod = test_vmalloc_module(k.mem, addr)
    set_parameters(mod, parameters)
    seed_random(k, parameters.seed)
    vmalloc_test_init(k, mod)
    counts = mod.nr_passed, mod.nr_failed
    kfree(k, addr)
    return counts


@transparent
def set_parameters(mod: test_vmalloc_module, parameters: test_vmalloc_parameters) -> None:
    """Fill the module's parameters in."""
    for name, value in parameters._asdict().items():
        if name != "seed":
            setattr(mod, name, value)


@kernel_function
def vmalloc_test_init(k: Kernel, mod: test_vmalloc_module) -> int:
    """Run the test; always -EAGAIN, so that nobody has to unload the module.

    lib/test_vmalloc.c:vmalloc_test_init, v6.12.
    """
    do_concurrent_test(k, mod)
    return -EAGAIN


@kernel_function
def do_concurrent_test(k: Kernel, mod: test_vmalloc_module) -> None:
    """Let the workers run all cases and print a summary of each worker.

    lib/test_vmalloc.c:do_concurrent_test, v6.12.  Differs: one operation runs at a time, so each worker
    has a CPU to itself until it is done, and nobody waits; a worker needs no stack.
    """
    tdriver = init_test_configuration(k, mod)
    if tdriver is None:
        return
    cpu = k.current_cpu
    for i in range(mod.nr_threads):
        k.current_cpu = i % k.machine.online_cpus
        test_func(k, mod, tdriver[i])
    k.current_cpu = cpu
    for i in range(mod.nr_threads):
        report(k, mod, tdriver[i], i)
    kfree(k, tdriver.addr)


def init_test_configuration(k: Kernel, mod: test_vmalloc_module) -> test_driver | None:
    """Bring the parameters into range and make room for the workers; None without memory.

    lib/test_vmalloc.c:init_test_configuration, v6.12.  Differs: more workers than a block of 4 MiB holds
    are refused, where the kernel would take a vmalloc area for them.
    """
    mod.nr_threads = min(max(mod.nr_threads, 1), USHRT_MAX)
    addr = kzalloc(k, mod.nr_threads * test_driver.size, GFP_KERNEL)
    if not addr:
        return None
    mod.test_repeat_count = mod.test_repeat_count or 1
    mod.test_loop_count = mod.test_loop_count or 1
    return test_driver(k.mem, addr)


@kernel_function
def test_func(k: Kernel, mod: test_vmalloc_module, t: test_driver) -> int:
    """Run the chosen cases and count how they went.  lib/test_vmalloc.c:test_func, v6.12."""
    order = list(range(len(test_case_array)))
    if not mod.sequential_test_order:
        shuffle_array(k, order)
    t.start = get_cycles(k)
    for index in order:
        if is_chosen(mod, index):
            _test_func__case(k, mod, index, case_data(t, index))
    t.stop = get_cycles(k)
    return 0


def _test_func__case(k: Kernel, mod: test_vmalloc_module, index: int, data: test_case_data) -> None:
    """Run one case as often as asked, and note the time of a run.

    Differs: these lines of test_func are a function of their own.
    """
    began = k.jiffies
    for _ in range(mod.test_repeat_count):
        if test_case_array[index].test_func(k, mod):
            data.test_failed = data.test_failed + 1
        else:
            data.test_passed = data.test_passed + 1
    data.time = (k.jiffies - began) * (USEC_PER_SEC // HZ) // mod.test_repeat_count


def get_cycles(k: Kernel) -> int:
    """Return the cycles since boot.  Differs: those of the clock ticks, at a round 1 GHz."""
    return k.jiffies * (CYCLES_PER_SEC // HZ)


def shuffle_array(k: Kernel, arr: list[int]) -> None:
    """Bring the numbers into a random order.

    No number can stay where it is: ``j`` is always below ``i``.  lib/test_vmalloc.c:shuffle_array, v6.12.
    """
    for i in range(len(arr) - 1, 0, -1):
        j = get_random_u32_below(k, i)
        arr[i], arr[j] = arr[j], arr[i]


def report(k: Kernel, mod: test_vmalloc_module, t: test_driver, number: int) -> None:
    """Print what a worker counted, and add it up.

    Differs: a part of do_concurrent_test.  The clock only moves where somebody waits, so most take no time.
    """
    for index, case in enumerate(test_case_array):
        if is_chosen(mod, index):
            data = case_data(t, index)
            mod.nr_passed = mod.nr_passed + data.test_passed
            mod.nr_failed = mod.nr_failed + data.test_failed
            counts = f"passed: {data.test_passed} failed: {data.test_failed}"
            loops = f"repeat: {mod.test_repeat_count} loops: {mod.test_loop_count}"
            printk(k, f"Summary: {case.test_name} {counts} {loops} avg: {data.time} usec")
    printk(k, f"All test took worker{number}={t.stop - t.start} cycles")
