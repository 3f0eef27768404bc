"""A program that allocates and frees at random, from a seed, as the test module of the recordings does."""

from __future__ import annotations

from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.kallsyms import _RET_IP_
from vmgui.engine.lib.random import xorshift64
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.mm.slab import kfree, kzalloc
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import (
    VM_IOREMAP,
    VM_MAP,
    __get_vm_area_caller,
    get_vm_area_caller,
    remove_vm_area,
)
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.trace import kernel_function
from vmgui.engine.words import WORD, WordArray

#: What makes the areas: the window, the default range, or vmalloc with its pages.
STRESS_AREA, STRESS_DEFAULT, STRESS_VMALLOC = range(3)


@kernel_function
def stress(
    k: Kernel, seed: int, n: int, slots: int, maxp: int, mode: int, keep: int, start: int, end: int
) -> int:
    """Do ``n`` random steps over ``slots`` areas of at most ``maxp`` pages; returns how many failed.

    A step frees the area in a slot, or makes one there; one of eight is aligned to its size, as for a
    device.  Without ``keep`` all areas are freed at the end.

    Differs: a worker that vfree() has called for runs right after it, because vfree() gives up the CPU
    between two pages.  An area without pages is freed faster: in the kernel the scheduler says when its
    worker runs, from run to run another way, and here it runs at the end.
    """
    array = kzalloc(k, slots * WORD, GFP_KERNEL)
    if not array:
        return 0
    areas = WordArray(k.mem, array)
    failed = 0
    for _ in range(n):
        seed = xorshift64(seed)
        slot = seed % slots
        if areas[slot]:
            stress_free_and_wait(k, areas[slot], mode)
            areas[slot] = 0
        else:
            areas[slot] = stress_alloc(k, seed, maxp, mode, start, end)
            failed += not areas[slot]
    if not keep:
        for slot in range(slots):
            if areas[slot]:
                stress_free_and_wait(k, areas[slot], mode)
    kfree(k, array)
    return failed


def stress_alloc(k: Kernel, x: int, maxp: int, mode: int, start: int, end: int) -> int:
    """Make an area of 1 to ``maxp`` pages, as the random number ``x`` says; its address, or 0."""
    size = (1 + (x >> 16) % maxp) << k.PAGE_SHIFT
    return make_area(k, size, VM_MAP if x >> 40 & 7 else VM_IOREMAP, mode, start, end)


def make_area(k: Kernel, size: int, flags: int, mode: int, start: int, end: int) -> int:
    """Make an area of ``size`` bytes, for STRESS_AREA in [start, end); returns its address, or 0."""
    if mode == STRESS_VMALLOC:
        return vmalloc(k, size)
    if mode == STRESS_DEFAULT:
        area = get_vm_area_caller(k, size, flags, _RET_IP_)
    else:
        area = __get_vm_area_caller(k, size, flags, start, end, _RET_IP_)
    return area.vm_addr if area else 0


def stress_free_and_wait(k: Kernel, addr: int, mode: int) -> None:
    """Free the area at ``addr``, and let the worker run that vfree() called for."""
    stress_free(k, addr, mode)
    if mode == STRESS_VMALLOC:
        run_pending_work(k)


def stress_free(k: Kernel, addr: int, mode: int) -> None:
    """Free the area at ``addr``."""
    if mode == STRESS_VMALLOC:
        vfree(k, addr)
        return
    area = remove_vm_area(k, addr)
    kfree(k, area.addr if area else 0)
