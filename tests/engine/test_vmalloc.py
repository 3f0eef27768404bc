"""vmalloc and vfree: sizes, huge pages and their fall-back, what a failure leaves behind."""

import pytest

from tests.engine.booted import booted, calls, recorded
from vmgui.engine.check import busy_areas, validate
from vmgui.engine.check_walk import leaves
from vmgui.engine.gfp import __GFP_NOFAIL, __GFP_NOWARN, GFP_KERNEL
from vmgui.engine.kernel import KernelBug
from vmgui.engine.lib.list import list_empty
from vmgui.engine.lib.preempt import local_bh_disable, local_bh_enable
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import G, K, M
from vmgui.engine.mm.access import write
from vmgui.engine.mm.page import get_page, page_count, page_to_pfn
from vmgui.engine.mm.page_alloc import __free_pages, alloc_page, alloc_pages
from vmgui.engine.mm.page_array import get_page_slot, kernel_bytes
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.slab import kmalloc, kzalloc
from vmgui.engine.mm.vfree import kvfree, vfree, vfree_atomic, vunmap
from vmgui.engine.mm.vm_struct import VM_ALLOW_HUGE_VMAP, VM_NO_GUARD, VM_USERMAP, find_vm_area, get_vm_area
from vmgui.engine.mm.vmalloc import (
    __vmalloc_node_range,
    vm_area_alloc_pages,
    vmalloc,
    vmalloc_32,
    vmalloc_huge,
    vmalloc_user,
    vzalloc,
)
from vmgui.engine.module import Part, load_module, set_vm_flush_reset_perms

PAGE = 4 * K


@pytest.fixture
def k():
    return booted()


def area(k, addr):
    vm = find_vm_area(k, addr)
    return vm.vm_size, vm.requested_size, vm.nr_pages, vm.page_order, vm.flags


def sizes(k, addr):
    """The sizes of the leaves that map the area at ``addr``."""
    end = addr + find_vm_area(k, addr).vm_size
    return [leaf.end - leaf.va for leaf in leaves(k) if addr <= leaf.va < end]


# --- sizes ---------------------------------------------------------------------------------------


def test_one_byte_takes_a_page_and_a_guard_page(k):
    addr = vmalloc(k, 1)
    assert area(k, addr) == (2 * PAGE, 1, 1, 0, 0x2)
    assert sizes(k, addr) == [PAGE]
    assert not validate(k)


def test_the_next_area_begins_behind_the_guard_page(k):
    assert vmalloc(k, 3 * PAGE) + 4 * PAGE == vmalloc(k, PAGE)


@pytest.mark.parametrize("size", [1, PAGE, PAGE + 1, 100 * PAGE, 101 * PAGE, 300 * PAGE])
def test_every_page_is_mapped_in_the_order_of_the_array(k, size):
    addr = vmalloc(k, size)
    assert len(sizes(k, addr)) == -(-size // PAGE)
    assert not validate(k)


def test_up_to_512_pages_the_array_is_kmalloc_memory(k):
    vmalloc(k, 512 * PAGE)
    assert len(busy_areas(k)) == 1


def test_from_513_pages_on_the_array_is_an_area_itself(k):
    addr = vmalloc(k, 513 * PAGE)
    assert [va.va_start for va in busy_areas(k)] == [addr, addr + 514 * PAGE]
    assert find_vm_area(k, addr).pages == addr + 514 * PAGE
    assert k.nr_vmalloc_pages == 513 + 2
    vfree(k, addr)
    assert (k.nr_vmalloc_pages, busy_areas(k)) == (0, [])
    assert not validate(k)


def test_size_zero_warns_once_and_returns_null(k):
    assert (vmalloc(k, 0), vmalloc(k, 0)) == (0, 0)
    place = "WARNING: CPU: 0 PID: 1 at mm/vmalloc.c:3838 __vmalloc_node_range_noprof"
    assert log_lines(k.mem, k) == [place]


def test_more_than_all_of_ram_is_refused_before_anything_else(k):
    assert vmalloc(k, 1 << 60) == 0
    assert log_lines(k.mem, k) == [
        "init: vmalloc error: size 1152921504606846976, exceeds total pages, "
        "mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0"
    ]


def test_all_kinds_differ_in_what_they_say_about_the_area(k):
    assert area(k, vzalloc(k, PAGE))[4] == 0x2
    assert area(k, vmalloc_user(k, PAGE))[4] == 0x2 | VM_USERMAP
    assert area(k, vmalloc_32(k, PAGE))[4] == 0x2


def test_vmalloc_32_takes_frames_below_4_gib():
    k = booted(ram=4 * G)
    high, low = (find_vm_area(k, allocate(k, 3 * PAGE)).pages for allocate in (vmalloc, vmalloc_32))
    assert all(page_to_pfn(k, get_page_slot(k, high, i)) >= 4 * G >> 12 for i in range(3))
    assert all(page_to_pfn(k, get_page_slot(k, low, i)) < 4 * G >> 12 for i in range(3))


def test_a_range_without_guard_page_touches_the_next_one(k):
    end = k.VMALLOC_START + M
    where = (k.VMALLOC_START, end, GFP_KERNEL, k.PAGE_KERNEL, VM_NO_GUARD, -1, 0)
    first = __vmalloc_node_range(k, PAGE, 1, *where)
    assert __vmalloc_node_range(k, PAGE, 1, *where) == first + PAGE
    assert not validate(k)


# --- huge ----------------------------------------------------------------------------------------


def test_one_page_short_of_2_mib_falls_back_to_small_pages(k):
    addr = vmalloc_huge(k, 2 * M - PAGE, GFP_KERNEL)
    assert area(k, addr) == (2 * M, 2 * M - PAGE, 511, 0, 0x402)
    assert set(sizes(k, addr)) == {PAGE}


def test_2_mib_are_mapped_by_one_leaf(k):
    addr = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    assert area(k, addr) == (2 * M + PAGE, 2 * M, 512, 9, 0x402)
    assert sizes(k, addr) == [2 * M]
    assert addr % (2 * M) == 0
    assert not validate(k)


def test_a_page_more_than_2_mib_takes_4(k):
    addr = vmalloc_huge(k, 2 * M + PAGE, GFP_KERNEL)
    assert area(k, addr) == (4 * M + PAGE, 2 * M + PAGE, 1024, 9, 0x402)
    assert sizes(k, addr) == [2 * M, 2 * M]


def test_vmalloc_never_uses_huge_pages(k):
    assert set(sizes(k, vmalloc(k, 4 * M))) == {PAGE}


@pytest.mark.parametrize("machine", [{"nohugevmalloc": True}, {"pse": False}])
def test_a_machine_without_huge_pages_aligns_and_rounds_nothing(machine):
    k = booted(**machine)
    vmalloc(k, 1)
    addr = vmalloc_huge(k, 2 * M + PAGE, GFP_KERNEL)
    assert area(k, addr) == (2 * M + 2 * PAGE, 2 * M + PAGE, 513, 0, 0x402)
    assert addr == k.VMALLOC_START + 2 * PAGE


def test_the_share_of_each_numa_node_must_be_2_mib():
    k = booted(numa_nodes=2)
    assert area(k, vmalloc_huge(k, 3 * M, GFP_KERNEL))[3] == 0
    assert area(k, vmalloc_huge(k, 4 * M, GFP_KERNEL))[3] == 9


def test_without_free_2_mib_blocks_small_pages_do_silently():
    k = booted(fragmentation=100)
    addr = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    assert area(k, addr) == (2 * M + PAGE, 2 * M, 512, 0, 0x402)
    assert log_lines(k.mem, k) == []
    assert not validate(k)


def test_without_an_aligned_hole_the_original_size_and_alignment_are_tried(k):
    start = k.VMALLOC_START + PAGE
    addr = __vmalloc_node_range(
        k, 2 * M, 1, start, start + 2 * M + PAGE, GFP_KERNEL, k.PAGE_KERNEL, VM_ALLOW_HUGE_VMAP, -1, 0
    )
    assert addr == start
    assert log_lines(k.mem, k) == [
        f"vmalloc_node_range for size 2101248 failed: Address range restricted to {start:#x} - "
        f"{start + 2 * M + PAGE:#x}",
        "init: vmalloc error: size 2097152, vm_struct allocation failed, mode:0xcc0(GFP_KERNEL), "
        "nodemask=(null),cpuset=/,mems_allowed=0",
    ]


# --- pages ---------------------------------------------------------------------------------------


def test_single_pages_come_in_rounds_of_100(k):
    k = recorded(k)
    assert vm_area_alloc_pages(k, GFP_KERNEL, -1, 0, 250, kzalloc(k, 2000, GFP_KERNEL)) == 250
    assert [nr_pages for _, nr_pages, _ in calls(k, "alloc_pages_bulk_array_mempolicy")] == [100, 100, 50]


def exhaust(k, left):
    """Take pages until only ``left`` are free."""
    while k.nr_free_pages > left + 1024 and alloc_pages(k, GFP_KERNEL | __GFP_NOWARN, 10):
        pass
    while k.nr_free_pages > left:
        alloc_page(k, GFP_KERNEL)


def test_too_few_pages_leave_nothing_behind_but_a_lazy_range(k):
    exhaust(k, 40)
    assert vmalloc(k, 50 * PAGE) == 0
    assert (k.nr_free_pages, k.nr_vmalloc_pages, k.vmap_lazy_nr) == (40, 0, 51)
    assert "vmalloc error: size 163840, failed to allocate pages, mode:" in log_lines(k.mem, k)[0]
    assert not validate(k)


def test_no_page_for_a_table_leaves_nothing_behind_either(k):
    exhaust(k, 5)
    assert vmalloc(k, 5 * PAGE) == 0  # five pages, and none for the tables
    assert k.nr_vmalloc_pages == 0
    # of two messages that share a limit the first one, about the table, is printed
    assert "page allocation failure: order:0, mode:0xdc0(GFP_KERNEL|__GFP_ZERO)" in log_lines(k.mem, k)[0]
    assert len(log_lines(k.mem, k)) == 1
    assert not validate(k)


def test_no_page_for_the_array_frees_the_area(k):
    exhaust(k, 0)
    assert vmalloc(k, 300 * PAGE) == 0
    assert "page allocation failure: order:0, mode:0xdc0(GFP_KERNEL|__GFP_ZERO)" in log_lines(k.mem, k)[0]
    assert busy_areas(k) == []


def test_nowarn_is_silent(k):
    exhaust(k, 1)
    where = (k.VMALLOC_START, k.VMALLOC_END, GFP_KERNEL | __GFP_NOWARN, k.PAGE_KERNEL, 0, -1, 0)
    assert __vmalloc_node_range(k, 5 * PAGE, 1, *where) == 0
    assert log_lines(k.mem, k) == []


def test_an_allocation_that_may_not_fail_and_never_can_succeed_stops_the_kernel(k):
    start = k.VMALLOC_START
    with pytest.raises(KernelBug, match="may not fail"):
        __vmalloc_node_range(
            k, 2 * PAGE, 1, start, start + PAGE, GFP_KERNEL | __GFP_NOFAIL, k.PAGE_KERNEL, 0, -1, 0
        )
    assert k.dead


# --- freeing -------------------------------------------------------------------------------------


def test_freed_pages_come_back_at_once_and_addresses_after_a_purge(k):
    before = [(va.va_start, va.va_end) for va in busy_areas(k)], k.nr_free_pages
    addr = vmalloc(k, 7 * PAGE)
    tables = before[1] - k.nr_free_pages - 7
    vfree(k, addr)
    assert k.nr_free_pages == before[1] - tables
    assert vmalloc(k, 7 * PAGE) == addr + 8 * PAGE
    reclaim_and_purge_vmap_areas(k)
    assert vmalloc(k, 7 * PAGE) == addr
    assert not validate(k)


def test_any_page_of_an_area_even_its_guard_page_frees_all_of_it(k):
    for offset in (0, PAGE, 4 * PAGE):
        addr = vmalloc(k, 4 * PAGE)
        vfree(k, addr + offset)
        assert find_vm_area(k, addr) is None
    assert log_lines(k.mem, k) == []


def test_freeing_twice_warns(k):
    addr = vmalloc(k, PAGE)
    vfree(k, addr)
    vfree(k, addr)
    assert log_lines(k.mem, k) == [
        f"Trying to vfree() nonexistent vm area ({addr:x})",
        "WARNING: CPU: 0 PID: 1 at mm/vmalloc.c:3426 vfree",
    ]


def test_an_address_inside_a_page_warns_twice_and_frees_nothing(k):
    addr = vmalloc(k, PAGE)
    vfree(k, addr + 1)
    assert log_lines(k.mem, k)[::2] == [
        f"Trying to vfree() bad address ({addr + 1:x})",
        f"Trying to vfree() nonexistent vm area ({addr + 1:x})",
    ]
    assert find_vm_area(k, addr)


def test_vunmap_of_a_vmalloc_area_leaks_its_pages(k):
    addr = vmalloc(k, 4 * PAGE)
    free = k.nr_free_pages
    vunmap(k, addr)
    assert (k.nr_vmalloc_pages, k.nr_free_pages) == (4, free)
    vunmap(k, addr)
    assert log_lines(k.mem, k)[0] == f"Trying to vunmap() nonexistent vm area ({addr:x})"


def test_vfree_of_a_plain_area_is_fine(k):
    vfree(k, get_vm_area(k, PAGE, 0x4).vm_addr)
    vfree(k, 0)
    assert not validate(k)


def test_kvfree_takes_both_kinds_of_memory(k):
    small, large = kmalloc(k, 64, GFP_KERNEL), vmalloc(k, PAGE)
    kvfree(k, small)
    kvfree(k, large)
    assert kmalloc(k, 64, GFP_KERNEL) == small
    assert busy_areas(k) == []


def test_a_free_in_an_interrupt_waits_and_the_last_goes_first(k):
    addrs = [vmalloc(k, PAGE) for _ in range(3)]
    local_bh_disable(k)
    for addr in addrs:
        vfree(k, addr)
    local_bh_enable(k)
    assert len(busy_areas(k)) == 3
    k = recorded(k)
    run_pending_work(k)
    assert calls(k, "vfree") == [(addr,) for addr in reversed(addrs)]
    assert busy_areas(k) == []
    assert not validate(k)


def test_an_atomic_free_keeps_its_list_in_the_memory_itself(k):
    first, second = vmalloc(k, PAGE), vmalloc(k, PAGE)
    vfree_atomic(k, first)
    vfree_atomic(k, second)
    assert k.mem.load(kernel_bytes(k, second)) == first
    assert k.mem.load(kernel_bytes(k, first)) == 0
    run_pending_work(k)
    assert busy_areas(k) == []


def test_a_page_that_somebody_else_holds_stays_in_use(k):
    addr = vmalloc(k, PAGE)
    page = get_page_slot(k, find_vm_area(k, addr).pages, 0)
    get_page(page)
    vfree(k, addr)
    assert page_count(page) == 1
    __free_pages(k, page, 0)
    assert page_count(page) == 0


# --- what a program has spoiled -------------------------------------------------------------------


def test_an_area_that_lacks_one_of_its_pages_cannot_be_freed(k):
    addr = vmalloc(k, 3 * PAGE)
    k.mem.store(kernel_bytes(k, find_vm_area(k, addr).pages + 8), 0)
    with pytest.raises(KernelBug, match="mm/vmalloc.c:3436 vfree"):
        vfree(k, addr)


@pytest.mark.parametrize("lost", [0, 1])
def test_the_rights_of_the_pages_that_are_left_are_taken_back_all_the_same(k, lost):
    addr = load_module(k, Part.TEXT, 2 * PAGE)
    pages = find_vm_area(k, addr).pages
    kept = get_page_slot(k, pages, 1 - lost)
    k.mem.store(kernel_bytes(k, pages + 8 * lost), 0)
    alias = k.PAGE_OFFSET + (page_to_pfn(k, kept) << 12)
    assert write(k, alias, 1) < 0  # read-only, as the text is
    with pytest.raises(KernelBug):
        vfree(k, addr)
    assert write(k, alias, 1) == 0


def test_memory_of_no_area_is_spoiled_before_anybody_sees_that_it_is_none(k):
    page = alloc_page(k, GFP_KERNEL)
    address = page_to_pfn(k, page) << 12
    k.mem.store(address, 7)
    vfree_atomic(k, address)
    assert k.mem.load(address) == 0  # the end of the list
    run_pending_work(k)
    assert any("vfree() nonexistent vm area" in line for line in log_lines(k.mem, k))


def test_permissions_of_nobody_are_not_noted(k):
    before = k.mem.view.tobytes()
    set_vm_flush_reset_perms(k, k.VMALLOC_START)
    assert k.mem.view.tobytes() == before


# --- waiting for memory ----------------------------------------------------------------------------


def test_who_cannot_do_without_an_area_waits_for_work_that_frees_something(k):
    start = k.VMALLOC_START + G
    window = start, start + 4 * PAGE
    held = __vmalloc_node_range(k, 3 * PAGE, 1, *window, GFP_KERNEL, k.PAGE_KERNEL, 0, -1, 0)
    assert held == start
    vfree_atomic(k, held)
    assert not list_empty(k.worklist)
    flags = GFP_KERNEL | __GFP_NOFAIL
    assert __vmalloc_node_range(k, 3 * PAGE, 1, *window, flags, k.PAGE_KERNEL, 0, -1, 0) == start
    with pytest.raises(KernelBug, match="memory that nobody will ever free"):
        __vmalloc_node_range(k, 3 * PAGE, 1, *window, flags, k.PAGE_KERNEL, 0, -1, 0)


def test_a_named_node_need_not_share_what_becomes_huge():
    k = booted(numa_nodes=2)
    for node, order in ((-1, 0), (0, 9)):
        window, prot = (k.VMALLOC_START, k.VMALLOC_END), k.PAGE_KERNEL
        addr = __vmalloc_node_range(k, 2 * M, 1, *window, GFP_KERNEL, prot, VM_ALLOW_HUGE_VMAP, node, 0)
        assert find_vm_area(k, addr).page_order == order


@pytest.mark.parametrize("free", [vfree, vfree_atomic, vunmap])
def test_nothing_is_freed_for_null(k, free):
    before = k.mem.view.tobytes()
    free(k, 0)
    assert k.mem.view.tobytes() == before
