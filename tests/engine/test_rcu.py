"""Grace periods: what readers may look at is freed when all of them have ended."""

import pytest

from tests.engine.booted import booted, rebuilt, recorded
from vmgui.engine.check import validate
from vmgui.engine.gfp import GFP_KERNEL
from vmgui.engine.kernel import KernelBug
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.lib.preempt import (
    in_atomic,
    in_interrupt,
    in_task,
    irq_enter,
    irq_exit,
    local_bh_disable,
    local_bh_enable,
    preempt_disable,
    preempt_enable,
)
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.lib.rcu import rcu_gp_in_progress, rcu_read_lock, rcu_read_unlock, synchronize_rcu
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.mm.kvfree_rcu import kfree_rcu, kvfree_rcu, kvfree_rcu_mightsleep
from vmgui.engine.mm.slab import kmalloc
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.program import set_context, settle

PAGE = 4096


@pytest.fixture
def k():
    return booted(possible_cpus=4, online_cpus=4)


def test_memory_is_freed_when_background_work_has_run_and_not_before(k):
    free, addr = k.nr_free_pages, vmalloc(k, 2 * PAGE)
    tables = free - k.nr_free_pages - 2
    kvfree_rcu_mightsleep(k, addr)
    assert k.nr_vmalloc_pages == 2
    run_pending_work(k)
    assert (k.nr_vmalloc_pages, k.nr_free_pages) == (0, free - tables)
    assert validate(k) == []


def test_a_reader_on_any_cpu_holds_the_memory(k):
    addr = vmalloc(k, PAGE)
    k.current_cpu = 3
    rcu_read_lock(k)
    k.current_cpu = 0
    kvfree_rcu(k, addr, 64)
    run_pending_work(k)
    assert rcu_gp_in_progress(k)
    assert k.nr_vmalloc_pages == 1
    k.current_cpu = 3
    rcu_read_unlock(k)
    run_pending_work(k)
    assert not rcu_gp_in_progress(k)
    assert k.nr_vmalloc_pages == 0


def test_what_comes_during_a_grace_period_waits_for_the_next(k):
    first, second = vmalloc(k, PAGE), vmalloc(k, PAGE)
    rcu_read_lock(k)
    kvfree_rcu(k, first, 0)
    run_pending_work(k)
    kvfree_rcu(k, second, 0)
    run_pending_work(k)
    assert k.nr_vmalloc_pages == 2
    before = k.rcu_gp_seq
    rcu_read_unlock(k)
    run_pending_work(k)
    assert k.nr_vmalloc_pages == 0
    assert k.rcu_gp_seq == (before | 3) + 1 + 4


def test_an_object_with_a_head_needs_no_memory_to_be_freed(k):
    addr = vmalloc(k, PAGE)
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)
    kvfree_rcu(k, addr, 128)
    run_pending_work(k)
    assert k.nr_vmalloc_pages == 0


def test_without_memory_the_call_itself_waits_for_the_grace_period(k):
    addr = vmalloc(k, PAGE)
    setup_fault_attr(k, Fault.PAGE, 1, 1, 1)
    kvfree_rcu_mightsleep(k, addr)
    assert k.nr_vmalloc_pages == 0


def test_a_page_holds_510_pointers_and_more_take_another(k):
    objects = [kmalloc(k, 64, GFP_KERNEL) for _ in range(1100)]
    free = k.nr_free_pages
    for addr in objects:
        kvfree_rcu_mightsleep(k, addr)
    assert free - k.nr_free_pages == 3
    run_pending_work(k)
    assert k.nr_free_pages == free
    assert {kmalloc(k, 64, GFP_KERNEL) for _ in objects} == set(objects)


def test_kmalloc_memory_is_freed_with_its_head_inside(k):
    addr = kmalloc(k, 64, GFP_KERNEL)
    kfree_rcu(k, addr, 16)
    assert kmalloc(k, 64, GFP_KERNEL) != addr
    run_pending_work(k)
    assert kmalloc(k, 64, GFP_KERNEL) == addr


def test_waiting_while_reading_can_never_end(k):
    rcu_read_lock(k)
    with pytest.raises(KernelBug, match="a grace period cannot end"):
        synchronize_rcu(k)


def test_a_kernel_rebuilt_from_its_words_goes_on_with_the_grace_period(k):
    k = recorded(k)
    kvfree_rcu(k, vmalloc(k, PAGE), 0)
    other = rebuilt(k)
    run_pending_work(other)
    assert (k.nr_vmalloc_pages, other.nr_vmalloc_pages) == (1, 0)


# --- contexts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "interrupt", "task"),
    [
        (preempt_disable, preempt_enable, False, True),
        (local_bh_disable, local_bh_enable, True, True),
        (irq_enter, irq_exit, True, False),
    ],
)
def test_a_context_says_what_it_is(k, begin, end, interrupt, task):
    begin(k)
    assert (in_atomic(k), in_interrupt(k), in_task(k)) == (True, interrupt, task)
    end(k)
    assert (in_atomic(k), in_interrupt(k), in_task(k)) == (False, False, True)


def test_contexts_nest_and_a_new_one_ends_them_all(k):
    for begin in (preempt_disable, local_bh_disable, local_bh_disable, irq_enter):
        begin(k)
    assert k.preempt_count == 0x10401
    set_context(k, 0)
    assert k.preempt_count == 0
    set_context(k, 1)
    assert k.preempt_count == 0x200


@pytest.mark.parametrize("kind", [1, 2])
def test_an_allocation_in_an_interrupt_stops_the_kernel(k, kind):
    set_context(k, kind)
    with pytest.raises(KernelBug, match="mm/vmalloc.c:3177"):
        vmalloc(k, PAGE)


def test_a_free_in_an_interrupt_waits_until_a_task_may_run(k):
    addr = vmalloc(k, PAGE)
    set_context(k, 2)
    vfree(k, addr)
    run_pending_work(k)
    assert k.nr_vmalloc_pages == 1  # nobody else gets this CPU
    set_context(k, 0)
    run_pending_work(k)
    assert k.nr_vmalloc_pages == 0


def test_without_preemption_a_free_is_done_at_once(k):
    addr = vmalloc(k, PAGE)
    set_context(k, 3)
    vfree(k, addr)
    assert k.nr_vmalloc_pages == 0


def test_waiting_where_nobody_may_is_complained_about(k):
    set_context(k, 1)
    settle(k, 5)
    assert log_lines(k.mem, k) == ["BUG: scheduling while atomic: init/1/0x00000200"]


def test_nothing_is_put_off_for_null(k):
    before = k.mem.view.tobytes()
    kvfree_rcu(k, 0, 64)
    kvfree_rcu_mightsleep(k, 0)
    assert k.mem.view.tobytes() == before


def test_who_waits_for_a_grace_period_where_nobody_may_is_complained_about(k):
    preempt_disable(k)
    synchronize_rcu(k)
    assert "BUG: scheduling while atomic: init/1/0x00000001" in log_lines(k.mem, k)
    preempt_enable(k)
