"""Other tasks of a recorded machine take and give back areas, on their own CPU, when it is their turn."""

import pytest

from tests.engine.booted import booted
from vmgui.engine import other_task
from vmgui.engine.check import validate
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.fault_inject import Fault, setup_fault_attr
from vmgui.engine.mm.percpu import __alloc_percpu as alloc_percpu
from vmgui.engine.mm.percpu import chunks
from vmgui.engine.mm.vm_struct import VM_IOREMAP, find_vm_area, get_vm_area
from vmgui.engine.program import drain

PAGE = 4096


@pytest.fixture
def k() -> Kernel:
    return booted()


def test_another_task_allocates_on_its_cpu_and_the_program_stays_on_its_own(k: Kernel):
    addr = other_task.alloc_by_other_task(k, 1, 5 * PAGE, 1, k.VMALLOC_START, k.VMALLOC_END)
    assert find_vm_area(k, addr).vm_size == 5 * PAGE
    assert k.current_cpu == 0
    other_task.free_by_other_task(k, 1, addr)
    assert find_vm_area(k, addr) is None
    assert validate(k) == []


def test_another_task_gives_an_area_without_pages_back_as_its_owner_would(k: Kernel):
    addr = get_vm_area(k, 2 * PAGE, VM_IOREMAP).vm_addr
    other_task.free_by_other_task(k, 1, addr)
    assert find_vm_area(k, addr) is None
    other_task.free_by_other_task(k, 1, addr)  # nobody owns it any more
    assert validate(k) == []


def test_a_chunk_of_another_task_has_pages_ready(k: Kernel):
    other_task.chunk_by_other_task(k, 1)
    (chunk,) = chunks(k)
    assert chunk.nr_populated == 4


def test_a_chunk_of_another_task_that_cannot_be_had_is_not_made(k: Kernel):
    setup_fault_attr(k, Fault.STRUCT, 1, 1000, 1)
    other_task.chunk_by_other_task(k, 1)
    assert chunks(k) == []


@pytest.mark.parametrize(("nth", "populated"), [(1, []), (14, [0]), (24, [0]), (25, [4])])
def test_a_chunk_without_memory_for_pages_is_made_all_the_same(k: Kernel, nth: int, populated: list[int]):
    setup_fault_attr(k, Fault.PAGE, nth, 1000, 1)
    other_task.chunk_by_other_task(k, 1)
    assert [chunk.nr_populated for chunk in chunks(k)] == populated


def test_others_leave_room_only_in_the_first_chunk(k: Kernel):
    alloc_percpu(k, 16 << 10, 8)
    made = chunks(k)
    other_task.room_in_chunks(k, 64)
    assert all(chunk.isolated for chunk in made)
    alloc_percpu(k, 64, 8)
    assert k.pcpu_first_free == 0
    assert len(chunks(k)) == len(made)


def test_turns_are_taken_before_the_work_they_name(k: Kernel):
    start, end = k.VMALLOC_START, k.VMALLOC_END
    addr = other_task.alloc_by_other_task(k, 1, 2 * PAGE, 1, start, end)
    other_task.give_turns(k, [(1, 1, 3 * PAGE, 1, start, end), (2, 1, 0, 0, addr, 0)])
    drain(k)
    assert (k.works_begun, k.turns_left) == (1, 1)
    assert find_vm_area(k, addr) is not None
    drain(k)
    assert k.turns_left == 0
    assert find_vm_area(k, addr) is None
