"""The kernel's own test as an operation: what it returns, what it wrote, what it refuses."""

from __future__ import annotations

import pytest

from tests.engine.booted import SMALL
from vmgui.engine.kernel import Kernel
from vmgui.engine.mm.page_array import kernel_bytes
from vmgui.formats.oplang import parse_operation
from vmgui.timeline.session import Done, Session
from vmgui.timeline.spans import call, spans_of
from vmgui.timeline.values import OperationError
from vmgui.timeline.verbs.selftest import CASES

#: Which byte each case writes, what, and what frees the memory: its name and the argument with the address.
WRITES = {
    "fix_size_alloc_test": (0, 0, "vfree", "addr"),
    "random_size_alloc_test": (0, 1, "vfree", "addr"),
    "kvfree_rcu_1_arg_vmalloc_test": (16, ord("a"), "vfree", "addr"),
    "kvfree_rcu_2_arg_vmalloc_test": (16, ord("a"), "vfree", "addr"),
    "vm_map_ram_test": (0, ord("a"), "vm_unmap_ram", "mem"),
}


def played(line: str) -> tuple[Session, Done]:
    session = Session(SMALL)
    return session, session.apply(parse_operation(line))


@pytest.mark.parametrize("case", CASES)
def test_the_operation_returns_how_many_runs_failed(case):
    _, done = played(f"test_vmalloc {case} loops=3 repeat=2 areas=6")
    failed = 2 if case == "align_shift_alloc_test" else 0
    assert (done.outcome.value, done.bug) == (failed, None)
    assert done.outcome.facts == {"passed": 2 - failed, "failed": failed}


def test_all_cases_run_when_none_is_named():
    session, done = played("test_vmalloc loops=2 areas=4")
    assert done.outcome.value == 1
    spans = spans_of(session.columns, frozenset(CASES), 0, len(session))
    assert {call(session.columns, span).function.name for span in spans} == set(CASES)


@pytest.mark.parametrize("case", WRITES)
def test_what_a_case_wrote_is_still_there_when_it_frees(case):
    offset, value, function, argument = WRITES[case]
    session, _ = played(f"test_vmalloc {case} loops=6 nr_pages=3")
    cursor = session.cursor()
    then = Kernel(SMALL, cursor)
    frees = spans_of(session.columns, frozenset({function}), 0, len(session))
    assert len(frees) == 6
    for span in frees:
        cursor.seek(int(session.columns.spans.first[span]))
        addr = call(session.columns, span).arguments[argument] + offset
        assert cursor.load(kernel_bytes(then, addr)) & 0xFF == value


def test_an_undone_test_leaves_the_words_as_they_were():
    session = Session(SMALL)
    session.apply(parse_operation("a = vmalloc 3p"))
    before = session.kernel.mem.view.tobytes()
    session.apply(parse_operation("test_vmalloc random_size_alloc_test loops=5"))
    session.undo()
    assert session.kernel.mem.view.tobytes() == before


@pytest.mark.parametrize("word", ["loops=1000001", "threads=2000", "areas=100001", "repeat=1000001"])
def test_what_would_take_for_ever_is_refused_with_what_may_be_written(word):
    with pytest.raises(OperationError) as refused:
        played(f"test_vmalloc fix_size_alloc_test {word}")
    assert refused.value.parameter == word.partition("=")[0]
    assert refused.value.suggestion is not None


def test_a_case_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="fix_size_alloc_test"):
        parse_operation("test_vmalloc fix_size_test")
