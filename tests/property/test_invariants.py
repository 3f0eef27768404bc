"""What must be true of a kernel is true after every call of any program, in the engine and in a replica."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.booted import booted
from tests.property.programs import SMALL, lines, machines, run
from vmgui.engine.check import busy_areas, listed, validate
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.preempt import local_bh_disable, local_bh_enable
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import K, M
from vmgui.engine.mm.ioremap import ioremap, ioremap_wc, iounmap
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas, vm_unmap_aliases
from vmgui.engine.mm.slab import kmalloc
from vmgui.engine.mm.vfree import vfree, vfree_atomic, vunmap
from vmgui.engine.mm.vm_struct import VM_MAP, find_vm_area, get_vm_area
from vmgui.engine.mm.vmalloc import vmalloc, vmalloc_32, vmalloc_huge, vmalloc_user, vzalloc
from vmgui.engine.mm.vmap_api import vmap
from vmgui.timeline.session import Session

PAGE = 4 * K
Free = Callable[[Kernel, int], None]


def map_twice(k: Kernel, size: int) -> int:
    """Map a page as often as ``size`` asks for."""
    n = min(-(-size // PAGE), 64)
    array = kmalloc(k, 8 * n, GFP_KERNEL)
    for slot in range(array, array + 8 * n, 8):
        k.mem.store(slot, k.vmemmap + 64 * 7)  # a reserved frame: it is nobody's
    return vmap(k, array, n, VM_MAP, k.PAGE_KERNEL)


def reserve(k: Kernel, size: int) -> int:
    """Take addresses only."""
    vm = get_vm_area(k, size, VM_MAP)
    return vm.vm_addr if vm else 0


def free_in_interrupt(k: Kernel, addr: int) -> None:
    """Free where nobody may wait."""
    local_bh_disable(k)
    vfree(k, addr)
    local_bh_enable(k)


MEMORY: tuple[Free, ...] = (vfree, vfree_atomic, free_in_interrupt)
#: How to allocate, and the right ways to free it again.
CALLS: tuple[tuple[Callable[[Kernel, int], int], tuple[Free, ...]], ...] = (
    (vmalloc, MEMORY),
    (vzalloc, MEMORY),
    (vmalloc_user, MEMORY),
    (vmalloc_32, MEMORY),
    (lambda k, size: vmalloc_huge(k, size, GFP_KERNEL), MEMORY),
    (lambda k, size: ioremap(k, 0x8000000000 + size // 3, size), (iounmap,)),
    (lambda k, size: ioremap_wc(k, 0x8000000000, size), (iounmap,)),
    (map_twice, (vunmap,)),
    (reserve, (vunmap, vfree)),
)
SIZES = (1, PAGE, 3 * PAGE, 100 * PAGE + 1, 513 * PAGE, 2 * M, 2 * M + 1, 5 * M)

steps = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "give", "purge", "aliases", "work", "cpu"]),
        st.integers(0, len(CALLS) - 1),
        st.sampled_from(SIZES),
        st.integers(0, 1 << 16),
    ),
    max_size=14,
)


@given(machines, steps)
def test_right_calls_leave_nothing_broken_and_nothing_behind(
    machine: Any, program: list[tuple[str, int, int, int]]
) -> None:
    k = booted(machine)
    held: list[tuple[int, tuple[Free, ...]]] = []
    for what, call, size, which in program:
        if what == "take":
            take, ways = CALLS[call]
            addr = take(k, size)
            if addr:
                held.append((addr, ways))
        elif what == "give" and held:
            addr, ways = held.pop(which % len(held))
            ways[which % len(ways)](k, addr)
            run_pending_work(k)
            assert find_vm_area(k, addr & k.PAGE_MASK) is None
        elif what == "purge":
            reclaim_and_purge_vmap_areas(k)
        elif what == "aliases":
            vm_unmap_aliases(k)
        elif what == "work":
            run_pending_work(k)
        elif what == "cpu":
            k.current_cpu = which % machine.online_cpus
        assert validate(k) == []
    for addr, ways in held:
        ways[0](k, addr)
    run_pending_work(k)
    reclaim_and_purge_vmap_areas(k)
    assert validate(k) == []
    assert k.nr_vmalloc_pages == 0
    assert [(va.va_start, va.va_end) for va in listed(k.free_vmap_area_list)] == [(1, (1 << 64) - 1)]


@given(st.lists(st.sampled_from(SIZES), max_size=6))
def test_a_refused_allocation_changes_nothing_that_counts(sizes: list[int]) -> None:
    k = booted(SMALL)
    for size in sizes:
        vmalloc(k, size)
    before = [(va.va_start, va.va_end) for va in busy_areas(k)]
    pages = k.nr_vmalloc_pages
    assert vmalloc(k, k.machine.ram - 40 * PAGE) == 0
    after = [(va.va_start, va.va_end) for va in busy_areas(k)]
    assert (after, k.nr_vmalloc_pages) == (before, pages)
    assert validate(k) == []


@given(machines, lines)
def test_even_wrong_calls_cannot_break_the_kernels_own_books(machine: Any, program: list[str]) -> None:
    session = Session(machine)
    run(session, program)
    if session.dead:
        return
    cursor = session.cursor()
    for done in session.operations:
        cursor.seek(done.last_row)
        assert validate(Kernel(machine, cursor), well_behaved=False) == []
