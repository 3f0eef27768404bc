"""Operations on what the allocator leans on: failures on purpose, grace periods, contexts, memory nodes."""

import pytest

from vmgui.engine.check import validate
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError


@pytest.fixture
def session():
    return Session(Machine(ram=64 * M, numa_nodes=2, possible_cpus=4, online_cpus=4))


def run(session, *lines):
    for line in lines:
        done = session.apply(parse_operation(line))
    return done


@pytest.mark.parametrize("kind", ["table", "page", "area", "struct", "array"])
def test_an_operation_meets_the_failure_and_the_next_one_does_not(session, kind):
    failed = run(session, f"fail {kind} times={2 if kind == 'page' else 1}", "a = vmalloc 8K")
    assert failed.outcome.failure == "NULL"
    assert failed.bug is None
    assert run(session, "a = vmalloc 8K").outcome.value
    assert validate(session.kernel) == []


def test_off_forgets_all_failures(session):
    run(session, "fail page", "fail table", "fail array nth=2", "fail off")
    assert run(session, "a = vmalloc 64K").outcome.value
    assert not any("FAULT" in line for line in log_lines(session.kernel.mem, session.kernel))


@pytest.mark.parametrize("wrong", ["nth=0", "times=0", "interval=0", "times=2000000"])
def test_a_failure_that_never_comes_is_refused(session, wrong):
    with pytest.raises(OperationError) as refused:
        run(session, f"fail page {wrong}")
    assert refused.value.parameter == wrong.partition("=")[0]


def test_undo_takes_a_failure_back(session):
    run(session, "fail area")
    session.undo()
    assert run(session, "a = vmalloc 8K").outcome.value


def test_kvfree_rcu_frees_at_the_end_of_the_operation_unless_somebody_reads(session):
    done = run(session, "a = vmalloc 8K", "kvfree_rcu a")
    assert done.names["a"].freed
    assert session.kernel.nr_vmalloc_pages == 0
    run(session, "b = vmalloc 8K", "rcu_read on", "kvfree_rcu b head=64")
    assert session.kernel.nr_vmalloc_pages == 2
    run(session, "rcu_read off")
    assert session.kernel.nr_vmalloc_pages == 0


@pytest.mark.parametrize(
    ("lines", "parameter"),
    [
        (["rcu_read off"], "on"),
        (["a = vmalloc 4K", "kvfree_rcu a head=4088"], "head"),
        (["a = vmalloc 4K", "kvfree_rcu a head=3"], "head"),
        (["a = pages 1", "kvfree_rcu a"], "id"),
        (["a = vmalloc_node 4K node=2"], "node"),
    ],
)
def test_what_would_break_the_kernel_is_refused(session, lines, parameter):
    with pytest.raises(OperationError) as refused:
        run(session, *lines)
    assert refused.value.parameter == parameter


def test_a_free_in_an_interrupt_waits_for_a_task(session):
    assert not run(session, "a = vmalloc 8K", "context irq", "vfree a").names["a"].freed
    assert run(session, "context task").names["a"].freed


def test_an_allocation_with_bottom_halves_off_stops_the_kernel(session):
    assert run(session, "context bh", "a = vmalloc 8K").bug.kind == "BUG"


def test_policy_and_node_say_where_the_pages_come_from(session):
    first = session.kernel.machine.ram // 2
    phys = [
        session.kernel.mem.load(session.kernel.mem.load(vm + 8 * 4))
        for vm in (run(session, f"n{i} = vzalloc_node 4K node={i}").names[f"n{i}"].vm for i in (0, 1))
    ]
    frames = [(page - session.kernel.vmemmap) // 64 << 12 for page in phys]
    assert frames[0] < first <= frames[1]
    assert run(session, "mempolicy interleave", "a = vmalloc_32_user 8K", "mempolicy default").bug is None
