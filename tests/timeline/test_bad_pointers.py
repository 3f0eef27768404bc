"""Programs that spoil what the kernel keeps in memory: it follows the garbage, and stops with an oops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.engine.booted import booted
from vmgui.engine.arch.arm64_fault import walk_ends
from vmgui.engine.arch.entries import table_entry
from vmgui.engine.check import busy_areas, validate
from vmgui.engine.kernel import Kernel, KernelBug
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import PRESETS, Machine, rebuilt
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.mm.vfree import vfree
from vmgui.engine.mm.vm_struct import find_vm_area
from vmgui.engine.mm.vmalloc import vmalloc
from vmgui.engine.structs import list_head, node_pool, vmap_node
from vmgui.engine.trace import FUNCTIONS, Recorder
from vmgui.engine.words import BadAddress, Memory, WordArray
from vmgui.formats.document import with_window
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.operation import Operation
from vmgui.timeline.outcome import Outcome
from vmgui.timeline.replay import Replayer
from vmgui.timeline.session import Done, Session
from vmgui.timeline.unrecorded import Listener, Unrecorded
from vmgui.timeline.verb import Verb

SMALL = replace(PRESETS["tiny"], ram=64 << 20, possible_cpus=2, online_cpus=2, phys_bits=46)
RAM, END = 1 << 12, 1 << 13
PAGES = 600  # the list of so many pages is itself in vmalloc memory, where a program can write


def machine(arch: str) -> Machine:
    return with_window(rebuilt(SMALL, arch, None, None) if arch != SMALL.arch else SMALL)


def spoil(session: Session, garbage: int) -> Done:
    """Write ``garbage`` over the first page pointer of an area, and free the area."""
    session.apply(parse_operation(f"a = vmalloc {PAGES}p"))
    owners = [va.vm for va in busy_areas(session.kernel) if va.vm]
    pages = next(vm.pages for vm in owners if vm.nr_pages == PAGES)
    session.apply(parse_operation(f"write {pages:#x} {garbage:#x}"))
    return session.apply(parse_operation("vfree a"))


@pytest.mark.parametrize(
    ("arch", "garbage", "report"),
    [
        ("x86_64", 0x8000000000, "unable to handle page fault for address: 00000080"),
        ("x86_64", 0xDEADBEEFDEADBEE8, "probably for non-canonical address 0xdeadbeefdeadbf"),
        ("x86_64", 0xFFFFFFFFFFFFFFFF, "NULL pointer dereference, address: 00000000000000"),
        ("arm64", 0x8000000000, "paging request at virtual address 00000080"),
        ("riscv64", 0x8000000000, "paging request at virtual address 00000080"),
    ],
)
def test_a_garbage_page_pointer_ends_in_the_oops_of_the_machine(
    arch: str, garbage: int, report: str
) -> None:
    session = Session(machine(arch))
    done = spoil(session, garbage)
    assert done.bug is not None
    assert done.bug.kind == "oops"
    assert report in done.bug.why
    assert session.dead
    k = session.kernel
    assert any(report in line for line in log_lines(k.mem, k))


def test_the_oops_belongs_to_the_function_that_followed_the_pointer() -> None:
    session = Session(machine("x86_64"))
    done = spoil(session, 0x8000000000)
    spans = session.columns.spans
    names = [FUNCTIONS[i].name for i in spans.function[done.first_span : done.last_span]]
    oops = done.first_span + names.index("page_fault_oops")
    assert FUNCTIONS[spans.function[spans.parent[oops]]].name not in ("vfree", "page_fault_oops")


def test_a_crash_replays_and_can_be_taken_back() -> None:
    session = Session(machine("x86_64"))
    done = spoil(session, 0x8000000000)
    watcher = Replayer(session).watch(done, -1)
    assert len(watcher.rows.word) == done.last_row - done.first_row
    session.undo()
    assert not session.dead


def test_an_unrecorded_kernel_stops_as_a_recorded_one_does() -> None:
    garbage = 0x8000000000
    recorded = spoil(Session(machine("x86_64")), garbage).bug
    unrecorded = spoil(Unrecorded(machine("x86_64"), None, frozenset()), garbage).bug
    assert recorded is not None
    assert unrecorded is not None
    assert recorded.why == unrecorded.why


def test_a_table_that_is_nowhere_is_found_and_not_followed() -> None:
    session = Session(machine("x86_64"))
    k = session.kernel
    entryp = pgd_offset_k(k, k.VMALLOC_START)
    nowhere = 1 << 45
    session.apply(parse_operation(f"write {k.PAGE_OFFSET + entryp:#x} {nowhere | 0x63:#x}"))
    cursor = session.cursor()
    cursor.seek(len(session))
    assert f"the table at {nowhere:#x} is not in RAM" in validate(Kernel(session.machine, cursor), False)
    done = session.apply(parse_operation("a = vmalloc 4K"))
    assert done.bug is not None
    assert done.bug.kind == "oops"


@pytest.mark.parametrize("mem", [Memory(RAM, END), Recorder(RAM, END), Listener(RAM, END, frozenset())])
def test_every_use_of_memory_says_which_address_is_none(mem: Memory) -> None:
    if isinstance(mem, Recorder):
        mem.record()
    uses: tuple[Callable[[], object], ...] = (
        lambda: mem.load(END), lambda: WordArray(mem, END)[0],
        lambda: list_head(mem, END).next, lambda: node_pool(vmap_node(mem, END), 0).len,
    )  # fmt: skip
    for use in uses:
        with pytest.raises(BadAddress, match="no memory at 0x2"):
            use()
    with pytest.raises(BadAddress) as caught:
        mem.store(END, 1)
    assert caught.value.is_write
    if isinstance(mem, Recorder):
        assert not mem.rows.word


def test_what_an_operation_does_outside_the_kernels_functions_may_fault_as_well() -> None:
    session = Session(machine("x86_64"))
    far = Verb("far", "", run=lambda env, target: Outcome(env.kernel.mem.load(1 << 40)))
    done = session.apply(Operation(far, None, {}))
    assert "address: 0000010000000000" in str(done.bug)


def test_a_kernel_that_nobody_records_stops_too() -> None:
    k = booted(SMALL)
    addr = vmalloc(k, PAGES << k.PAGE_SHIFT)
    area = find_vm_area(k, addr)
    assert area is not None
    k.mem.store(kernel_bytes(k, area.pages), 0x8000000000)
    with pytest.raises(KernelBug, match="unable to handle page fault"):
        vfree(k, addr)


def test_arm64_looks_no_further_than_a_table_that_is_nowhere() -> None:
    k = booted(machine("arm64"))
    k.mem.store(pgd_offset_k(k, k.VMALLOC_START), table_entry(k, 1 << 40))
    assert walk_ends(k, k.VMALLOC_START) == k.PGDIR_SHIFT
