"""Allocations that fail on purpose: what each error leads to, and that nothing is lost by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.booted import SMALL, booted
from vmgui.engine import check_walk
from vmgui.engine.check import busy_areas, listed, validate
from vmgui.engine.gfp import __GFP_NOFAIL, __GFP_NOWARN, GFP_KERNEL
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.fault_inject import Fault, fault_attr_of, setup_fault_attr
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.ioremap import ioremap
from vmgui.engine.mm.page_alloc import alloc_page
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas
from vmgui.engine.mm.vfree import vfree, vunmap
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_MAP, find_vm_area, free_vm_area, get_vm_area
from vmgui.engine.mm.vmalloc import __vmalloc, vmalloc, vmalloc_huge
from vmgui.engine.mm.vmalloc_init import vmalloc_init
from vmgui.engine.mm.vmap_api import vmap
from vmgui.engine.program import alloc_page_array, alloc_single_pages, free_page_array
from vmgui.engine.trace import Recorder

PAGE = 4096


@pytest.fixture
def k():
    return booted()


def fail(k, kind, nth=1, times=1, interval=1):
    setup_fault_attr(k, kind, nth, times, interval)


def said(k):
    return [line for line in log_lines(k.mem, k) if "FAULT_INJECTION" not in line and "name fail" not in line]


def tables(k):
    """How many pages page tables take; they stay when what they mapped has gone."""
    return sum(1 for _ in check_walk.tables(k))


def balanced(k, before):
    """Everything that is not free belongs to a table, or was in use before."""
    reclaim_and_purge_vmap_areas(k)
    assert validate(k) == []
    assert k.nr_free_pages + tables(k) == before


@pytest.fixture
def start(k):
    return k.nr_free_pages + tables(k)


def test_the_nth_call_fails_and_the_others_do_not(k):
    fail(k, Fault.PAGE, nth=3)
    assert [alloc_page(k, GFP_KERNEL) is None for _ in range(5)] == [False, False, True, False, False]


def test_from_the_first_failure_on_each_interval_th_call_fails_so_many_times(k):
    fail(k, Fault.PAGE, nth=2, times=2, interval=3)
    assert [alloc_page(k, GFP_KERNEL) is None for _ in range(9)] == [i in (1, 4) for i in range(9)]


def test_the_log_says_that_it_was_no_shortage(k):
    fail(k, Fault.PAGE)
    alloc_page(k, GFP_KERNEL)
    assert log_lines(k.mem, k) == [
        "FAULT_INJECTION: forcing a failure.",
        "name fail_page_alloc, interval 1, probability 100, space 0, times 1",
    ]


def test_a_caller_that_cannot_do_without_is_never_refused_and_a_quiet_one_says_nothing(k):
    fail(k, Fault.PAGE)
    assert alloc_page(k, GFP_KERNEL | __GFP_NOFAIL)
    assert alloc_page(k, GFP_KERNEL | __GFP_NOWARN) is None
    assert log_lines(k.mem, k) == []


def test_a_refused_call_for_many_pages_is_made_good_page_by_page(k, start):
    fail(k, Fault.PAGE, nth=2)  # the first call is for the array of pages
    addr = vmalloc(k, 300 * PAGE)
    assert addr
    assert fault_attr_of(k, Fault.PAGE).times == 0
    vfree(k, addr)
    balanced(k, start)


def test_without_pages_the_area_is_given_back_and_the_message_has_what_was_had(k, start):
    fail(k, Fault.PAGE, nth=3, times=2)  # 100 pages, then neither 100 more nor one
    assert vmalloc(k, 300 * PAGE) == 0
    assert said(k)[0].startswith("init: vmalloc error: size 409600, failed to allocate pages, mode:0xcc2(")
    assert (k.nr_vmalloc_pages, busy_areas(k)) == (0, [])
    balanced(k, start)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_without_a_table_what_is_mapped_is_unmapped_and_tables_stay(k, start, nth):
    fail(k, Fault.TABLE, nth=nth)
    before = tables(k)
    assert vmalloc(k, 1000 * PAGE) == 0
    assert "failed to map pages" in "".join(said(k))
    assert k.nr_vmalloc_pages == 0
    assert tables(k) - before <= nth
    balanced(k, start)


def test_without_an_area_no_page_is_asked_for(k, start):
    fail(k, Fault.AREA)
    assert vmalloc(k, PAGE) == 0
    assert said(k)[0].startswith("init: vmalloc error: size 4096, vm_struct allocation failed, mode:0xcc0(")
    balanced(k, start)


def test_a_missing_spare_object_fails_only_a_cut_in_the_middle(k, start):
    k.ne_fit_preload_node[k.current_cpu] = 0
    fail(k, Fault.AREA, nth=2, times=2)  # neither the spare one nor, under the lock, the second remainder
    addr = vmalloc(k, PAGE)
    assert addr  # the purge that follows leaves time for another try
    assert "WARNING: CPU: 0 PID: 1 at mm/vmalloc.c:1804 va_alloc" in said(k)
    vfree(k, addr)
    balanced(k, start)


def test_without_a_vm_struct_no_addresses_are_taken(k, start):
    fail(k, Fault.STRUCT)
    assert get_vm_area(k, PAGE, VM_MAP) is None
    assert said(k) == []
    balanced(k, start)


@pytest.mark.parametrize("pages", [1, 600])
def test_without_an_array_of_pages_the_area_goes_back(k, start, pages):
    fail(k, Fault.ARRAY)
    assert vmalloc(k, pages * PAGE) == 0
    assert f"size {pages * PAGE}, failed to allocated page array size {pages * 8}, mode:" in said(k)[0]
    balanced(k, start)


def test_a_huge_area_that_fails_is_tried_again_with_small_pages(k, start):
    fail(k, Fault.ARRAY)
    addr = vmalloc_huge(k, 2 * M, GFP_KERNEL)
    assert find_vm_area(k, addr).page_order == 0
    vfree(k, addr)
    balanced(k, start)


def test_nofail_waits_for_a_table_and_then_gets_it(k, start):
    fail(k, Fault.TABLE)
    before = k.jiffies
    addr = __vmalloc(k, PAGE, GFP_KERNEL | __GFP_NOFAIL)
    assert addr
    assert k.jiffies == before + 1
    vfree(k, addr)
    balanced(k, start)


def test_nofail_after_a_part_was_mapped_can_never_end(k):
    base = vmalloc(k, PAGE)  # so that the first table is there
    vfree(k, base)
    fail(k, Fault.TABLE, nth=2)  # the first one is for the array of pages
    with pytest.raises(KernelBug, match="waits for memory that nobody will ever free"):
        __vmalloc(k, 1500 * PAGE, GFP_KERNEL | __GFP_NOFAIL)
    assert "WARNING: CPU: 0 PID: 1 at mm/vmalloc.c:552 vmap_pages_pte_range" in said(k)




def an_area(k, pages):
    area = get_vm_area(k, pages * PAGE, VM_MAP if pages % 2 else VM_IOREMAP)
    if area:
        free_vm_area(k, area)


def a_mapping(k, pages):
    array = alloc_page_array(k, pages, 0)
    if array:
        addr = vmap(k, array, pages, VM_MAP, k.PAGE_KERNEL)
        if addr:
            vunmap(k, addr)
        free_page_array(k, array, pages)


def an_allocation(k, pages):
    vfree(k, vmalloc(k, pages * PAGE))


def a_huge_allocation(k, pages):
    vfree(k, vmalloc_huge(k, pages * PAGE, GFP_KERNEL))


PROGRAMS = (an_area, a_mapping, an_allocation, a_huge_allocation)


@given(
    st.sampled_from([1, 2, 4]),
    st.integers(0, 3),
    st.sampled_from(list(Fault)),
    st.integers(1, 12),
    st.integers(1, 3),
    st.lists(st.tuples(st.sampled_from(PROGRAMS), st.integers(1, 700)), min_size=1, max_size=4),
)
def test_no_single_failure_loses_a_frame_or_breaks_a_rule(nodes, cpu, kind, nth, times, programs):
    k = booted(SMALL, numa_nodes=nodes, possible_cpus=4, online_cpus=4)
    before = k.nr_free_pages + tables(k)
    k.current_cpu = cpu
    setup_fault_attr(k, kind, nth, times, 1)
    for program, pages in programs:
        program(k, pages)
        run_pending_work(k)
        assert k.nr_vmalloc_pages == 0
    setup_fault_attr(k, kind, 1, 0, 1)
    balanced(k, before)


@pytest.mark.parametrize("kind", [Fault.STRUCT, Fault.AREA, Fault.TABLE])
@pytest.mark.parametrize("arch", ["arm64", "riscv64"])
def test_a_device_that_cannot_be_mapped_leaves_no_area_on_other_architectures(arch, kind):
    k = booted(Machine(arch, ram=64 * M))
    fail(k, kind)
    assert ioremap(k, 1 << 39, 2 * PAGE) == 0
    assert [va for va in busy_areas(k) if va.vm.flags & VM_IOREMAP] == []
    assert ioremap(k, 1 << 39, 2 * PAGE)
    assert validate(k) == []


def test_a_long_list_of_single_pages_that_cannot_be_had_is_none(k):
    before = k.nr_free_pages
    fail(k, Fault.PAGE)
    assert alloc_single_pages(k, 300) == 0
    assert k.nr_free_pages == before


@pytest.mark.parametrize("nth", range(1, 3))
def test_ranges_that_the_boot_cannot_describe_are_warned_of_and_missing(nth):
    k = booted(Machine("arm64", ram=64 * M))
    early, free = len(busy_areas(k)), len(list(listed(k.free_vmap_area_list)))
    again = Kernel(k.machine, Recorder(k.addr, k.arena_end))
    again.mem.view[:] = k.mem.view
    for i in range(again.nr_vmap_nodes):
        again.vmap_nodes[i].busy.root.rb_node = None
    again.free_vmap_area_root.rb_node = None
    fail(again, Fault.AREA, nth=1 if nth == 1 else early + 1)
    vmalloc_init(again)
    text = "\n".join(log_lines(again.mem, again))
    assert ("vmalloc_init" in text, "vmap_init_free_space" in text) == (nth == 1, nth == 2)
    assert len(busy_areas(again)) == early - (nth == 1)
    assert len(list(listed(again.free_vmap_area_list))) == free - (nth == 2)


@pytest.mark.parametrize("arch", ["arm64", "riscv64"])
@pytest.mark.parametrize(("phys", "size"), [(1 << 39, 0), ((1 << 64) - PAGE, 2 * PAGE)])
def test_no_bytes_of_a_device_and_bytes_that_wrap_are_not_mapped(arch, phys, size):
    k = booted(Machine(arch, ram=64 * M))
    before = len(busy_areas(k))
    assert ioremap(k, phys, size) == 0
    assert len(busy_areas(k)) == before
