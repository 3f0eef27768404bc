"""Claims about Why?: replay finds the guard that decided, what it saw, and the calls around it."""

from __future__ import annotations

import linecache
import os
import sys
from functools import partial
from types import FrameType
from typing import Any

import pytest

from vmgui.engine.machine import Machine, with_boot_parameters
from vmgui.engine.trace import FUNCTIONS
from vmgui.engine.words import Struct, WordArray
from vmgui.formats.oplang import parse_operation
from vmgui.timeline import spans
from vmgui.timeline.replay import Cancelled, Replayer, line_steps, lines_from
from vmgui.timeline.session import Session
from vmgui.timeline.why import Explanation, Verdict, explain, first_line, guards_of


def done(*program: str, machine: Machine | None = None) -> Session:
    """A session that has run ``program``."""
    session = Session(machine or Machine())
    session.apply_all(map(parse_operation, program))
    return session


def calls(session: Session, name: str) -> list[spans.Call]:
    """All calls of one function."""
    found = spans.spans_of(session.columns, frozenset([name]), 0, len(session.columns.spans))
    return [spans.call(session.columns, span) for span in found]


def asked(session: Session, row: int) -> Explanation:
    """The explanation of a row that has one."""
    found = explain(session, Replayer(session), row)
    assert found is not None
    return found


def verdicts(found: Explanation) -> list[str]:
    """One letter a guard: Taken, Passed or Not reached."""
    return [guard.verdict.value[0] for guard in found.guards]


REFUSALS: list[tuple[str, tuple[str, ...], Any, str]] = [
    ("not allowed", ("f = ioremap 0x100000000 4M",), "nohugeiomap", "max_page_shift < k.PMD_SHIFT"),
    ("no such pages", ("f = ioremap 0x100000000 4M",), Machine(pse=False),
     "not arch_vmap_pmd_supported(k, prot)"),
    ("a part of an entry", ("f = ioremap 0x100000000 64K",), None, "end - addr != k.PMD_SIZE"),
    ("physical address", ("f = ioremap 0x100101000 4M",), None, "not IS_ALIGNED(phys_addr, k.PMD_SIZE)"),
    ("being dumped", ("f = ioremap 0x100101000 4M", "iounmap f", "purge", "ptdump on",
                      "g = ioremap 0x100000000 4M"), None, "not mmap_read_trylock(k)"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "program", "machine", "condition"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_each_refusal_names_the_guard_that_decided(
    why: str, program: tuple[str, ...], machine: Any, condition: str
) -> None:
    if isinstance(machine, str):
        machine = with_boot_parameters(Machine(), machine)
    session = done(*program, machine=machine)
    refused = [call for call in calls(session, "vmap_try_huge_pmd") if call.result == 0][-1]
    found = asked(session, refused.last)
    assert found.decided is not None
    assert found.decided.condition == condition
    i = found.guards.index(found.decided)
    assert verdicts(found)[:i] == ["p"] * i
    assert set(verdicts(found)[i + 1 :]) == {"n"}


def test_a_leaf_over_mixed_memory_types_is_refused_by_the_setter() -> None:
    session = done("vmap_page_range va=0xffffd00000000000 size=2M phys=0")
    refused = calls(session, "vmap_try_huge_pmd")[-1]
    found = asked(session, refused.last)
    assert refused.result == 0
    assert found.decided is not None
    assert (found.decided.function, found.decided.condition) == ("pmd_set_huge", "not uniform.value")


def test_the_guard_shows_the_values_it_compared() -> None:
    session = done("f = ioremap 0x100101000 4M")
    found = asked(session, calls(session, "vmap_try_huge_pmd")[0].last)
    assert found.decided is not None
    assert {(v.name, v.value) for v in found.decided.values} == {
        ("phys_addr", 0x100101000), ("k.PMD_SIZE", 1 << 21)
    }  # fmt: skip
    partial = found.guards[2]
    assert ("end - addr", 1 << 21) in {(v.name, v.value) for v in partial.values}


def test_an_installed_leaf_has_no_guard_that_refused() -> None:
    session = done("f = ioremap 0x100000000 4M")
    installed = [call for call in calls(session, "vmap_try_huge_pmd") if call.result == 1][0]
    found = asked(session, installed.last)
    assert not [g for g in found.guards if g.verdict is Verdict.TAKEN and g.refuses]


def test_the_frames_of_a_row_are_the_calls_of_its_stack() -> None:
    session = done("f = ioremap 0x100101000 4M")
    columns = session.columns
    for row in range(0, len(session), 97):
        expected = [spans.call(columns, span).function.name for span in spans.stack(columns, row)]
        if spans.kind(columns, row) is spans.Step.ENTER:
            expected.pop()  # the call has no frame yet
        frames = [frame.function for frame in asked(session, row).frames]
        assert [name for name in frames if name in expected] == expected


def test_variables_are_those_of_the_running_loop() -> None:
    session = done("f = ioremap 0x100101000 4M")
    call = calls(session, "vmap_pte_range")[0]
    stores = [r for r in range(call.first, call.last) if spans.innermost(session.columns, r) == call.span]
    third = asked(session, stores[3])
    values = {v.name: v.value for v in third.frames[-1].variables}
    assert values["pfn"] == 0x100101 + 2
    assert values["addr"] == call.arguments["addr"] + 2 * 4096


def test_replaying_an_operation_writes_the_same_rows() -> None:
    session = done("a = vmalloc 64K", "vfree a", "f = ioremap 0x100101000 4M")
    replayer = Replayer(session)
    for operation in session.operations:
        watcher = replayer.watch(operation, -1)
        rows = session.columns.rows
        part = slice(operation.first_row, operation.last_row)
        assert watcher.rows.word.tolist() == rows.word[part].tolist()
        assert watcher.rows.new.tolist() == rows.new[part].tolist()
        assert watcher.rows.site.tolist() == rows.site[part].tolist()


def test_lines_are_the_engines_own_and_end_where_the_operation_ends() -> None:
    session = done("f = ioremap 0x100101000 64K")
    found = line_steps(Replayer(session), session.operations[0])
    assert {line.code.co_name for line in found} >= {"ioremap", "vmap_pte_range", "vmap_try_huge_pmd"}
    rows = [line.row for line in found]
    assert rows == sorted(rows)
    assert rows[-1] <= len(session)


def test_a_cancelled_explanation_is_given_up() -> None:
    session = done("f = ioremap 0x100101000 4M")
    with pytest.raises(Cancelled):
        explain(session, Replayer(session), len(session) - 1, lambda: True)


def test_before_the_first_operation_there_is_nothing_to_explain() -> None:
    session = Session(Machine())
    assert explain(session, Replayer(session), 0) is None


def test_a_bug_is_explained_at_the_call_that_never_returned() -> None:
    line = "vmap_page_range va=0xffffd00000000000 size=8K phys=0x8000000000"
    session = done(line, line)
    assert session.dead
    stopped = calls(session, "vmap_pte_range")[-1]
    found = asked(session, stopped.last)
    occupied = next(g for g in found.guards if g.condition == "not pte_none(k, ptep_get(k, pte))")
    assert occupied.verdict is Verdict.TAKEN


def test_a_guard_keeps_the_comment_that_stands_above_it() -> None:
    session = done("a = vmalloc 4K", "touch @a")
    found = asked(session, calls(session, "access")[-1].last)
    assert found.guards[0].comment == "The unused upper bits must repeat the highest one that is used."


def test_a_call_made_by_value_is_shown_by_the_names_in_it() -> None:
    session = done("a = vmalloc 4K", "touch @a")
    walked = asked(session, calls(session, "page_walk")[-1].last)
    reserved = next(g for g in walked.guards if "phys_bits" in g.condition)
    assert {"entry", "k.PAGE_SHIFT"} <= {v.name for v in reserved.values}


def test_a_method_is_told_from_others_of_its_name_by_its_place() -> None:
    read = WordArray.__getitem__.__code__
    assert first_line(read) == read.co_firstlineno
    assert first_line(Struct.__getitem__.__code__) < first_line(read)


def test_code_without_a_definition_has_no_guards_to_read() -> None:
    with pytest.raises(LookupError, match="<lambda> is not in"):
        guards_of((lambda: None).__code__)


def test_a_replay_gives_the_trace_function_back() -> None:
    def follow(frame: FrameType, event: str, arg: object) -> None:
        return None

    session = done("a = vmalloc 8K")
    before = sys.gettrace()
    sys.settrace(follow)
    try:
        asked(session, len(session) - 1)
        explained = sys.gettrace()
        line_steps(Replayer(session), session.operations[0])
        stepped = sys.gettrace()
    finally:
        sys.settrace(before)
    assert (explained, stepped) == (follow, follow)


def test_a_guard_keeps_the_comment_that_stands_beside_it() -> None:
    session = done("a = vmalloc 8K", "vfree a")
    freed = asked(session, calls(session, "free_unmap_vmap_area")[0].last)
    assert "who uses it from now on shall fault at once" in {guard.comment for guard in freed.guards}


def test_a_guard_that_warns_refuses_whatever_it_leaves_with() -> None:
    (code,) = {f.code for f in FUNCTIONS if f.name == "__unlink_va"}
    warns = guards_of(code).guards[0][0]
    assert (warns.condition.startswith("WARN_ON("), warns.leaves, warns.refuses) == (True, "return", True)


def test_the_setter_that_refused_is_found_behind_the_other_calls_of_its_caller() -> None:
    session = done(
        "vmap_page_range va=0xffffd00000000000 size=4K phys=0x8000000000",
        "vunmap_range va=0xffffd00000000000 size=4K",
        "vmap_page_range va=0xffffd00000000000 size=2M phys=0",
    )
    call = calls(session, "vmap_try_huge_pmd")[-1]
    assert [inner.function.name for inner in calls(session, "pmd_free_pte_page")] == ["pmd_free_pte_page"]
    found = asked(session, call.last)
    assert found.decided is not None
    assert found.decided.function == "pmd_set_huge"


def test_a_sum_with_a_plain_number_is_shown_as_it_is_written() -> None:
    session = done("p = pages 4", "a = vm_map_ram p", "b = vm_map_ram p")
    found = asked(session, calls(session, "vb_alloc")[-1].last)
    full = next(guard for guard in found.guards if guard.condition == "vb.free < 1 << order")
    assert ("1 << order", 4) in {(v.name, v.value) for v in full.values}


def test_an_array_of_words_is_shown_by_its_address() -> None:
    session = done("p = pages 4")
    call = calls(session, "alloc_page_array")[0]
    frame = next(f for f in asked(session, call.last).frames if f.function == "alloc_page_array")
    held = {v.name: v for v in frame.variables}
    assert (held["slots"].value, held["slots"].pointer) == (session.names["p"].array, "unsigned long")


def test_lines_of_an_operation_that_crashed_end_at_the_crash_and_beyond_it_there_are_none() -> None:
    line = "vmap_page_range va=0xffffd00000000000 size=8K phys=0x8000000000"
    session = done(line, line)
    crashed = session.operations[1]
    assert crashed.bug is not None
    whole = line_steps(Replayer(session), crashed)
    at = [found for found in whole if found.code.co_name == "_vmap_pte_range__already_mapped"][-1]
    assert linecache.getline(at.code.co_filename, at.line).lstrip().startswith("BUG(")
    assert at.row < whole[-1].row <= crashed.last_row  # what it says in the log comes behind
    assert lines_from(Replayer(session), crashed, crashed.last_row + 1) == []


def test_lines_that_nobody_waits_for_any_more_are_given_up() -> None:
    session = done("a = vmalloc 8K")
    for rows in range(3):  # the call itself, its first row, what it calls
        answers = iter([False] * rows)
        with pytest.raises(Cancelled):
            lines_from(Replayer(session), session.operations[0], 99, cancelled=partial(next, answers, True))
        assert next(answers, None) is None


def test_a_replay_is_the_same_where_the_system_knows_no_copies_of_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = done("a = vmalloc 64K", "vfree a", "p = pages 4")
    rows = session.columns.rows
    monkeypatch.delattr(os, "memfd_create")
    for operation in session.operations:
        watcher = Replayer(session).watch(operation, -1)
        part = slice(operation.first_row, operation.last_row)
        assert watcher.rows.word.tolist() == rows.word[part].tolist()
        assert watcher.rows.new.tolist() == rows.new[part].tolist()
