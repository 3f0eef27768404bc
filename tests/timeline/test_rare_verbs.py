"""Operations that few programs use: what they answer, and what they refuse."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from vmgui.engine.errno import EFAULT
from vmgui.engine.machine import PRESETS, Machine
from vmgui.formats.document import with_window
from vmgui.formats.oplang import parse_operation
from vmgui.projection import dump
from vmgui.timeline import spans
from vmgui.timeline.outcome import ObjKind, Outcome
from vmgui.timeline.replay import Replayer
from vmgui.timeline.session import Session
from vmgui.timeline.unrecorded import Unrecorded
from vmgui.timeline.values import OperationError, size_text
from vmgui.timeline.verbs import VERBS
from vmgui.timeline.why import explain

SMALL = replace(PRESETS["tiny"], ram=64 << 20, possible_cpus=2, online_cpus=2, phys_bits=46)


def ran(*program: str, machine: Machine = SMALL) -> Session:
    session = Session(with_window(machine))
    session.apply_all(map(parse_operation, program))
    return session


def last(*program: str) -> Outcome:
    return ran(*program).operations[-1].outcome


@pytest.mark.parametrize("free", ["vfree_bh", "vfree_atomic"])
def test_a_deferred_free_is_queued_while_nobody_may_wait_and_done_afterwards(free: str) -> None:
    session = ran("a = vmalloc 8K", "b = vmalloc 4K", f"{free} a b")
    seen = session.operations[-1].outcome.facts["in_atomic"]
    assert (seen["queued"], seen["work_pending"], seen["still_busy"]) == (2, 1, 1)
    assert seen["list"] == [session.names["b"].addr, session.names["a"].addr]
    assert session.names["a"].freed
    assert session.names["b"].freed


def test_a_program_from_a_seed_runs_to_its_end() -> None:
    session = ran("stress n=20 slots=4 maxp=3")
    made = spans.spans_of(session.columns, frozenset(["alloc_vmap_area"]), 0, len(session.columns.spans))
    assert session.operations[-1].outcome.value == 0
    assert made


@pytest.mark.parametrize(
    ("text", "argument"),
    [("stress n=4 slots=0", "slots"), ("stress n=4 maxp=0", "maxp"), ("stress n=1000000", "n")],
)
def test_a_program_from_a_seed_needs_sizes_that_make_sense(text: str, argument: str) -> None:
    with pytest.raises(OperationError) as refused:
        ran(text)
    assert refused.value.parameter == argument


def test_per_cpu_memory_is_allocated_as_often_as_asked() -> None:
    assert last("p = percpu n=3 size=1K").value == 3


def test_protection_changes_where_the_architecture_knows_how() -> None:
    session = ran("a = vmalloc 8K", "setmem a do=ro")
    assert session.operations[-1].outcome.value == 0
    session.apply(parse_operation("write @a 1"))
    assert session.operations[-1].outcome.value == -EFAULT


def test_a_protection_the_architecture_does_not_have_is_refused_with_those_it_has() -> None:
    arm = replace(PRESETS["tiny"], arch="arm64", ram=64 << 20)
    with pytest.raises(OperationError, match="has no set_memory_uc: use one of"):
        ran("a = vmalloc 8K", "setmem a do=uc", machine=arm)


def test_a_sparse_area_is_mapped_and_unmapped_in_part() -> None:
    session = ran("s = get_area 16K vmflags=sparse", "g = pages 2", "sparse_map s at=4K g")
    base = session.names["s"].addr
    assert session.operations[-1].outcome.value == 0
    session.apply(parse_operation("sparse_unmap s at=4K n=2"))
    assert session.operations[-1].outcome.scan == (base, base + session.names["s"].size)


def test_an_object_without_a_vm_struct_is_no_sparse_area() -> None:
    with pytest.raises(OperationError, match="has no vm_struct"):
        ran("g = pages 2", "r = vm_map_ram g", "sparse_unmap r")


def test_addresses_can_be_reserved_inside_a_range() -> None:
    assert last("a = get_area 8K").value
    assert last("a = area 8K start=W end=W+1M").made.kind is ObjKind.AREA


def test_a_block_that_cannot_be_had_makes_a_name_for_null() -> None:
    made = last("g = pages 2", "fail area times=100", "r = vm_map_ram g").made
    assert made is not None
    assert made.kind is ObjKind.NULL


def test_the_size_of_an_object_counts_its_guard_page() -> None:
    session = ran("a = vmalloc 8K", "vunmap_range va=@a size=#a")
    outcome = session.operations[-1].outcome
    assert outcome.scan == (session.names["a"].addr, session.names["a"].addr + (12 << 10))


def test_sums_of_a_recorded_script_wrap_at_64_bits() -> None:
    below = parse_operation("touch 0-4K")
    session = ran()
    with pytest.raises(OperationError, match="is negative"):
        session.apply(below)
    session.apply(below.as_recorded())
    called = spans.spans_of(session.columns, frozenset(["access"]), 0, len(session.columns.spans))
    assert spans.call(session.columns, called[0]).arguments["addr"] == 2**64 - 4096


def test_in_a_recorded_script_the_newest_object_owns_a_name() -> None:
    session = ran("a = vmalloc 8K")
    old = session.names["a"]
    session.apply(parse_operation("a = vmalloc 20K").as_recorded())
    assert session.names["a"].size == 24 << 10
    assert old.addr in {area.start for area in dump.lists(session.kernel).busy}  # nobody freed it


def test_a_stress_with_pages_drains_while_it_runs() -> None:
    session = ran("stress seed=5 n=140 slots=7 maxp=513 mode=vmalloc keep=1")
    assert session.kernel.vmap_lazy_nr == 709  # as in the kernel: what was freed after step 130


def test_calls_inside_a_call_are_found_at_any_depth() -> None:
    session = ran("a = vmalloc 8K")
    columns = session.columns
    outer = spans.spans_of(columns, frozenset(["vmalloc"]), 0, len(columns.spans))[0]
    inner = spans.spans_in(columns, spans.call(columns, outer), frozenset(["alloc_vmap_area"]))
    assert [spans.call(columns, span).function.name for span in inner] == ["alloc_vmap_area"]


def test_bytes_of_a_recording_grow_with_it() -> None:
    session = ran("a = vmalloc 8K")
    before = session.columns.nbytes
    session.apply(parse_operation("b = vmalloc 8K"))
    assert session.columns.nbytes > before > 0


def test_a_verb_is_written_as_its_name() -> None:
    assert {str(verb) for verb in VERBS.values()} == set(VERBS)


def test_why_needs_no_memory_that_can_be_mapped_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    session = ran("a = vmalloc 8K")
    with_file = explain(session, Replayer(session), len(session) - 1)
    monkeypatch.delattr(os, "memfd_create")
    assert explain(session, Replayer(session), len(session) - 1) == with_file


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kvfree_rcu r", "is no memory that could be freed"),
        ("remap a n=2000000000", "cannot be as large"),
        ("v = vmap_pfn 0x100000000 n=100000000", "no memory for the numbers"),
    ],
)
def test_what_cannot_be_had_is_refused(text: str, why: str) -> None:
    with pytest.raises(OperationError, match=why):
        ran("a = vmalloc 8K", "g = pages 2", "r = vm_map_ram g", text)


def test_a_user_area_needs_memory_of_its_own() -> None:
    with pytest.raises(OperationError, match="no memory for an area of the user's"):
        ran("a = vmalloc 8K", "fail table times=100", "remap a")


def test_shrinking_the_pools_answers_that_there_is_nothing_left_to_scan() -> None:
    assert last("a = vmalloc 8K", "vfree a", "purge", "shrink").value == -1


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (4096, "4K"), (1 << 22, "4M"), (4097, "4097"), (0x100000001, "0x100000001")]
)
def test_sizes_are_written_as_people_do_and_addresses_in_hexadecimal(value: int, text: str) -> None:
    assert size_text(value) == text


def test_so_many_per_cpu_objects_that_nobody_could_wait_for_them_are_refused() -> None:
    with pytest.raises(OperationError, match="more than 100000 take too long"):
        ran("percpu n=100001")


def test_an_unrecorded_operation_that_cannot_run_leaves_every_word_as_it_was() -> None:
    session = Unrecorded(with_window(SMALL), None, frozenset())
    session.apply(parse_operation("fail page"))
    before = session.kernel.mem.view.tobytes()
    for _ in range(2):  # the failure is still to come
        with pytest.raises(OperationError, match="no free block of RAM"):
            session.apply(parse_operation("p = pages 300"))
        assert session.kernel.mem.view.tobytes() == before
