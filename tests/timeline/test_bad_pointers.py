"""Programs that spoil what the kernel keeps in memory: it follows the garbage, and stops with an oops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vmgui.engine.check import busy_areas, validate
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import PRESETS, Machine, rebuilt
from vmgui.engine.mm.pgtable import pgd_offset_k
from vmgui.engine.trace import FUNCTIONS
from vmgui.engine.words import BadAddress, Memory
from vmgui.formats.document import with_window
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.replay import Replayer
from vmgui.timeline.session import Done, Session
from vmgui.timeline.unrecorded import Unrecorded

SMALL = replace(PRESETS["tiny"], ram=64 << 20, possible_cpus=2, online_cpus=2, phys_bits=46)
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


def test_memory_says_which_address_is_none() -> None:
    mem = Memory(1 << 12, 1 << 13)
    with pytest.raises(BadAddress, match="0x2000"):
        mem.load(0x2000)
    with pytest.raises(BadAddress) as caught:
        mem.store(0x2000, 1)
    assert caught.value.is_write
