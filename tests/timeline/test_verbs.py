"""Operations on the engine: what each call returns, makes and frees, and what is refused before it runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from vmgui.engine.lib.printk import log_lines
from vmgui.engine.machine import PRESETS, Machine
from vmgui.engine.trace import FUNCTIONS
from vmgui.formats.document import with_window
from vmgui.formats.oplang import located, parse_operation, parse_script
from vmgui.timeline.outcome import ObjKind, Outcome, ValueKind
from vmgui.timeline.session import Session
from vmgui.timeline.values import OperationError
from vmgui.timeline.verb import Kind
from vmgui.timeline.verbs import VERBS

SMALL = replace(PRESETS["tiny"], ram=64 << 20, possible_cpus=2, online_cpus=2, phys_bits=46)
M = 1 << 20
Run = Callable[[str], Outcome]


@pytest.fixture
def session() -> Session:
    return Session(with_window(SMALL))


@pytest.fixture
def run(session: Session) -> Run:
    return lambda text: session.apply(parse_operation(text)).outcome


def calls(session: Session, name: str) -> int:
    """How often the last operation called the kernel function ``name``."""
    done = session.operations[-1]
    functions = session.columns.spans.function[done.first_span : done.last_span]
    return sum(FUNCTIONS[number].name == name for number in functions)


def refusal(session: Session, text: str) -> OperationError:
    """The error of an operation that cannot run; it must not have changed anything."""
    before, names, log = len(session), dict(session.names), session.kernel.log_next
    with pytest.raises(OperationError) as caught:
        session.apply(parse_operation(text))
    assert (len(session), dict(session.names), session.kernel.log_next) == (before, names, log)
    return caught.value


# --- the table ---------------------------------------------------------------------------------------


def test_every_run_function_takes_the_parameters_of_its_table() -> None:
    for verb in VERBS.values():
        taken = list(inspect.signature(verb.run).parameters)[2:]
        assert set(taken) == {p.name for p in verb.parameters if p.kind is not Kind.NEW}, verb.name


def test_the_palette_has_the_twelve_calls_of_the_mock_up() -> None:
    assert {verb.label for verb in VERBS.values() if verb.palette} == {
        "vmalloc", "vmalloc_huge", "vzalloc", "vmap", "vm_map_ram", "ioremap", "vfree", "vunmap",
        "vm_unmap_ram", "iounmap", "vm_unmap_aliases", "reclaim_and_purge_vmap_areas",
    }  # fmt: skip


def test_every_script_behind_the_recordings_can_be_read(shared: Path) -> None:
    scripts = sorted((shared / "kernel" / "scenarios").glob("*.ops"))
    assert len(scripts) >= 48
    for path in scripts:
        for operation in parse_script(path.read_text(), str(path)).operations:
            assert parse_operation(str(operation)) == operation


# --- what is made ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb", ["vmalloc", "vzalloc", "vmalloc_user", "vmalloc_32", "vmalloc_huge", "range"]
)
def test_an_allocation_makes_an_area_with_a_guard_page(session: Session, run: Run, verb: str) -> None:
    outcome = run(f"a = {verb} 10000")
    obj = session.names["a"]
    assert (outcome.kind, outcome.value) == (ValueKind.ADDRESS, obj.addr)
    assert (obj.kind, obj.size) == (ObjKind.AREA, 16384)
    assert outcome.scan == (obj.addr, obj.addr + obj.size)


def test_the_name_of_a_failed_allocation_stands_for_null(session: Session, run: Run) -> None:
    outcome = run("a = vmalloc 0")
    assert (outcome.value, outcome.failure) == (0, "NULL")
    assert session.names["a"].kind is ObjKind.NULL
    assert run("vfree a").failure == ""
    assert any("WARNING" in line for line in log_lines(session.kernel.mem, session.kernel))


@pytest.mark.parametrize("size", ["0xffffffffffffffff", "2T", "1G"])
def test_a_size_that_cannot_be_had_is_answered_by_the_kernel(run: Run, size: str) -> None:
    assert run(f"a = vmalloc {size}").failure == "NULL"


def test_ioremap_keeps_the_offset_inside_the_page(session: Session, run: Run) -> None:
    outcome = run("b = ioremap 0x8000000123 0x20")
    assert (outcome.value or 0) & 4095 == 0x123
    assert outcome.query == session.names["b"].addr - 0x123


def test_a_number_of_pages_is_allocated_for_vmap(session: Session, run: Run) -> None:
    free = session.kernel.nr_free_pages
    run("c = vmap 16p")
    assert session.names["c"].size == 17 * 4096
    tables_and_pages = free - session.kernel.nr_free_pages
    assert 16 <= tables_and_pages <= 18
    run("vunmap c")
    assert session.kernel.nr_free_pages == free - tables_and_pages  # vunmap leaves pages to their owner


def test_bytes_for_vmap_are_rounded_up_to_pages(session: Session, run: Run) -> None:
    run("c = vmap 5000")
    assert session.names["c"].size == 3 * 4096


@pytest.mark.parametrize(
    ("kind", "steps"), [("contig", {1}), ("rev", {-1}), ("scatter", {-2})], ids=["contig", "rev", "scatter"]
)
def test_page_arrays_lie_as_their_kind_says(session: Session, run: Run, kind: str, steps: set[int]) -> None:
    free = session.kernel.nr_free_pages
    assert run(f"p = pages 12 kind={kind}").value == 12
    frames = session.names["p"].pages
    assert {b - a for a, b in zip(frames, frames[1:], strict=False)} == steps
    assert free - session.kernel.nr_free_pages == 12


def test_a_part_of_a_page_array_can_be_mapped(session: Session, run: Run) -> None:
    run("p = pages 8")
    run("vmap c pages=p off=3 n=2")
    frames = session.names["p"].pages
    assert [run(f"to_page @c+{i}p").value for i in range(3)] == [frames[3], frames[4], -1]


def test_pages_go_back_to_the_free_lists_when_their_holder_says_so(session: Session, run: Run) -> None:
    run("c = vmap 16p")
    run("p = pages 4")
    free = session.kernel.nr_free_pages
    run("free_pages p")
    assert session.kernel.nr_free_pages == free + 4
    assert session.names["p"].freed
    run("vunmap c")
    run("free_pages c")
    assert session.kernel.nr_free_pages == free + 20
    assert "holds no array" in refusal(session, "free_pages c").why
    run("p = pages 4")


def test_pages_that_the_kernel_gave_back_cannot_be_given_back_again(session: Session, run: Run) -> None:
    run("p = pages 4")
    run("vmap k pages=p vmflags=map|putpages")
    run("vfree k")
    assert "given back already" in refusal(session, "free_pages p").why


def test_an_array_that_the_kernel_freed_is_not_read_again(session: Session, run: Run) -> None:
    run("c = vmap 4p vmflags=map|putpages")
    run("vfree c")
    run("d = vmalloc 16p")  # takes the frames
    run("e = vmap_pfn 0x8000000000 n=4")  # takes the array, and writes numbers into it
    assert "array of the pages of 'c' was freed already" in refusal(session, "free_pages c").why


def test_the_pages_of_one_mapping_can_be_mapped_again(session: Session, run: Run) -> None:
    run("c = vmap 4p")
    run("d = vmap c")
    assert run("to_page @c").value == run("to_page @d").value


def test_without_a_name_the_result_is_made_all_the_same(run: Run, session: Session) -> None:
    assert run("vmalloc 4K").value == session.kernel.VMALLOC_START


# --- what is freed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "free"),
    [("vmalloc 8K", "vfree a"), ("vmap 2p", "vunmap a"), ("area 8K", "free_area a"),
     ("area 8K", "remove_area a"), ("ioremap 512G 8K", "iounmap a"), ("vmalloc 8K", "vfree_addr @a+4K"),
     ("vmap 2p", "vunmap_addr @a")],
)  # fmt: skip
def test_a_freed_object_is_known_as_freed(session: Session, run: Run, make: str, free: str) -> None:
    run(f"a = {make}")
    assert not session.names["a"].freed
    run(free)
    assert session.names["a"].freed
    run("a = vmalloc 4K")  # its name may be used again
    assert not session.names["a"].freed


def test_a_free_that_the_kernel_refuses_frees_nothing(session: Session, run: Run) -> None:
    run("a = vmalloc 8K")
    run("vfree_addr @a+1")
    assert not session.names["a"].freed


def test_a_second_free_is_answered_by_the_kernel(session: Session, run: Run) -> None:
    run("a = vmalloc 8K")
    run("vfree a")
    run("vfree a")
    assert any("nonexistent vm area" in line for line in log_lines(session.kernel.mem, session.kernel))


def test_remove_area_returns_the_address_once(session: Session, run: Run) -> None:
    address = run("a = area 8K").value
    assert run("remove_area a").value == address
    assert run("remove_area a").value == 0


def test_a_purge_makes_lazy_pages_free(session: Session, run: Run) -> None:
    run("a = vmalloc 8K")
    run("vfree a")
    assert session.kernel.vmap_lazy_nr == 3
    run("purge")
    assert session.kernel.vmap_lazy_nr == 0


@pytest.mark.parametrize("verb", ["drain", "unmap_aliases"])
def test_other_ways_to_purge_flush_as_well(session: Session, run: Run, verb: str) -> None:
    run("a = vmalloc 8K")
    run("vfree a")
    run(verb)
    assert session.kernel.vmap_lazy_nr == 0
    assert calls(session, "flush_tlb_kernel_range") == 1


# --- ranges and device memory ------------------------------------------------------------------------


def test_a_range_is_mapped_and_unmapped(run: Run) -> None:
    assert run("vmap_page_range va=W+1G size=2M phys=0x8000000000").value == 0
    assert run("to_page W+1G+4K").value == 0x8000001
    run("vunmap_range va=W+1G size=2M")
    assert run("to_page W+1G+4K").value == -1


def test_page_arrays_are_mapped_with_large_leaves_where_they_may(session: Session, run: Run) -> None:
    run("p = pages 512")
    assert run("map_pages va=W+4M pages=p shift=21").value == 0
    assert calls(session, "vmap_try_huge_pmd") == 1
    assert run("to_page W+4M+8K").value == session.names["p"].pages[2]


def test_ioremap_page_range_maps_all_of_an_area_but_its_guard_page(session: Session, run: Run) -> None:
    start = run("g = area 64K vmflags=ioremap").value or 0
    outcome = run("ioremap_page_range g phys=512G")
    assert (outcome.value, outcome.scan) == (0, (start, start + 68 * 1024))
    assert [run(f"to_page @g+{at}").value for at in ("60K", "64K")] == [0x800000F, -1]


def test_an_area_without_guard_page_is_mapped_to_its_end(run: Run) -> None:
    run("g = area 64K vmflags=ioremap|noguard")
    assert run("ioremap_page_range g phys=512G").value == 0


def test_the_errno_of_a_call_has_its_name(run: Run) -> None:
    run("a = area 64K vmflags=map")
    assert run("ioremap_page_range a phys=512G size=64K").failure == "-EINVAL"


def test_a_held_page_table_lock_refuses_a_huge_page_over_a_stale_table(session: Session, run: Run) -> None:
    run("vmap_page_range va=W size=2M phys=0x8000001000")
    run("vunmap_range va=W size=2M")
    run("ptdump on")
    run("vmap_page_range va=W size=2M phys=0x8000000000")
    assert calls(session, "pmd_free_pte_page") == 0
    run("vunmap_range va=W size=2M")
    run("ptdump off")
    run("vmap_page_range va=W size=2M phys=0x8000000000")
    assert calls(session, "pmd_free_pte_page") == 1


# --- accesses ----------------------------------------------------------------------------------------


def test_what_is_written_can_be_read_again(run: Run) -> None:
    run("a = vmalloc 8K")
    assert run("write @a+4K 0x1234").value == 0
    assert run("read @a+4K").value == 0x1234


def test_the_guard_page_faults(run: Run) -> None:
    run("a = vmalloc 8K")
    assert run("touch @a+8K").failure == "-EFAULT"


def test_an_access_on_another_cpu_comes_back(session: Session, run: Run) -> None:
    run("a = vmalloc 8K")
    assert run("touch @a cpu=1").value == 0
    assert session.kernel.current_cpu == 0


def test_a_flush_makes_every_cpu_forget(run: Run) -> None:
    run("a = vmalloc 8K")
    run("touch @a")
    run("vfree a")
    assert run("touch @a").value == 0  # stale, but remembered
    run("flush")
    assert run("touch @a").failure == "-EFAULT"


# --- asking ------------------------------------------------------------------------------------------


def test_is_vmalloc_knows_both_ranges(run: Run) -> None:
    answers = [run(f"is_vmalloc {at}").facts for at in ("VS", "VE", "MV")]
    assert [a["is_vmalloc_addr"] for a in answers] == [1, 0, 0]
    assert [a["is_vmalloc_or_module_addr"] for a in answers] == [1, 0, 1]


def test_to_page_says_when_there_is_none(run: Run) -> None:
    outcome = run("to_page W+1G")
    assert (outcome.value, outcome.facts["page_is_null"]) == (-1, True)
    assert outcome.failure  # -1 is not a page


def test_find_walk_watch_tree_and_state_only_say_what_to_look_at(session: Session, run: Run) -> None:
    window = session.machine.window
    assert window is not None
    before = len(session)
    assert run("find W").query == window[0]
    assert run("walk W 1M").scan == (window[0], window[0] + M)
    assert run("watch").watch == window
    assert run("tree which=busy node=1").dump == "tree busy 1"
    assert run("state").dump == "state"
    assert not set(session.columns.rows.word[before:]) - {0}  # rows of spans only


# --- the machine around it ---------------------------------------------------------------------------


def test_the_program_goes_on_on_another_cpu(session: Session, run: Run) -> None:
    assert run("cpu 1").value == 0
    assert session.kernel.current_cpu == 1


def test_a_cpu_that_is_not_there_is_answered_by_the_kernel(session: Session, run: Run) -> None:
    assert run("cpu 2").failure == "-EINVAL"
    assert session.kernel.current_cpu == 0


def test_only_settle_and_tick_move_the_clock(session: Session, run: Run) -> None:
    run("a = vmalloc 8K")
    assert session.kernel.jiffies == 0
    run("tick 3")
    assert session.kernel.jiffies == 3
    run("settle ms=400")
    assert session.kernel.jiffies == 103


def test_the_notifier_is_asked_and_its_claim_makes_the_kernel_try_again(session: Session, run: Run) -> None:
    run("notifier log")
    run("area a 1T")
    watched = calls(session, "purge_notifier")
    run("notifier freed_once")
    run("area b 1T")
    assert (watched, calls(session, "purge_notifier")) == (1, 2)
    run("notifier off")
    run("area c 1T")
    assert calls(session, "purge_notifier") == 0


# --- what is refused before anything runs ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why", "parameter"),
    [
        ("vfree b", "there is no object 'b'", "id"),
        ("touch @b", "there is no object 'b'", "addr"),
        ("touch @p", "is an array of pages", "addr"),
        ("vfree p", "is an array of pages", "id"),
        ("vmap c pages=a", "holds no array of pages", "pages"),
        ("free_pages a", "holds no array of pages", "pages"),
        ("free_pages 4p", "the name of an object", "pages"),
        ("p = pages 4", "still in use (an array of pages)", "id"),
        ("vmap c pages=p n=5", "has only 4 pages", "n"),
        ("vmap c pages=p off=9 n=1", "has only 0 pages", "n"),
        ("vmap c 1G", "free pages", "pages"),
        ("pages q n=1M", "no free block", "n"),
        ("a = vmalloc 4K", "still in use", "id"),
        ("free_area z", "has no vm_struct", "id"),
        ("vunmap_range va=0xffa0000000000000 size=4K", "5 levels of page tables: this machine has 4", "va"),
        ("touch 0x1234567890123456", "is not canonical", "addr"),
        ("vunmap_range va=W+1 size=4K", "not page aligned", "va"),
        ("vunmap_range va=W size=5000", "not whole pages", "size"),
        ("vunmap_range va=0xfffffffffffff000 size=8K", "beyond the address space", "size"),
        ("vunmap_range va=0x7ffffffff000 size=8K", "leaves what the page tables translate", "size"),
        ("map_pages va=W pages=p shift=11", "12 to 30", "shift"),
        ("map_pages va=W pages=p shift=63", "12 to 30", "shift"),
        ("ioremap_page_range phys=512G", "both va and size are needed", "va"),
        ("ioremap_page_range va=0xfffffffffffff000 size=8K phys=0", "beyond the address space", "size"),
        ("c = vmalloc VS-VE", "is negative", "size"),
        ("c = vmalloc VE+VE", "does not fit in 64 bits", "size"),
        ("touch @a cpu=2", "not online", "cpu"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    session: Session, run: Run, text: str, why: str, parameter: str | None
) -> None:
    run("a = vmalloc 4K")
    run("p = pages 4")
    run("z = vmalloc 0")
    error = refusal(session, text)
    assert why in error.why
    assert error.parameter == parameter


def test_the_refusal_stands_at_its_place_in_the_line(session: Session) -> None:
    operation = parse_operation("vunmap_range va=W+1 size=4K")
    with pytest.raises(OperationError) as caught:
        session.apply(operation)
    error = located(caught.value, operation)
    assert error.text[error.column : error.column + error.width] == "va=W+1"


@pytest.mark.parametrize(("text", "suggestion"), [("vfree buf1", "buf0"), ("touch @buf1", "buf0")])
def test_the_nearest_object_is_offered(session: Session, run: Run, text: str, suggestion: str) -> None:
    run("buf0 = vmalloc 4K")
    assert refusal(session, text).suggestion == suggestion


def test_the_window_is_only_there_where_the_machine_has_one() -> None:
    session = Session(SMALL)
    error = refusal(session, "touch W+4K")
    assert "this machine has no window W" in error.why
    error = refusal(session, "range a 4K")
    assert "start=W when it is not given" in error.why
    assert error.suggestion == "a = range 4K start=VS"


def test_five_level_addresses_are_fine_on_a_five_level_machine() -> None:
    session = Session(Machine(va_bits=57, phys_bits=52, ram=64 * M))
    session.apply(parse_operation("vunmap_range va=0xffb0000000000000 size=4K"))
    assert len(session.operations) == 1


def test_a_dead_kernel_runs_nothing_until_the_operation_is_undone(session: Session, run: Run) -> None:
    run("vmap_page_range va=W size=8K phys=0x8000000000")
    run("vmap_page_range va=W size=4K phys=0x8000000000")
    assert session.dead
    assert "stopped" in refusal(session, "purge").why
    session.undo()
    assert run("purge").failure == ""
