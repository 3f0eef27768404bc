"""The scenario of the first start shows what the application is for; the others run as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmgui.engine.check import validate
from vmgui.engine.mm.access import Reason, last_access
from vmgui.engine.trace import FUNCTIONS
from vmgui.formats.document import Document, dump, load
from vmgui.timeline.session import Session
from vmgui.timeline.verbs.selftest import CASES


@pytest.fixture(scope="module")
def document(root: Path) -> Document:
    return load(root / "resources" / "scenarios" / "first-steps.vmgui")


@pytest.fixture(scope="module")
def played(document: Document) -> Session:
    session = Session(document.machine)
    session.apply_all(document.operations)
    return session


def results(session: Session, target: str, function: str) -> list[int]:
    """What each call of ``function`` returned in the operation that made ``target``."""
    done = next(done for done in session.operations if done.operation.target == target)
    spans = session.columns.spans
    return [int(spans.result[i]) for i in range(done.first_span, done.last_span)
            if FUNCTIONS[spans.function[i]].name == function]  # fmt: skip


def test_every_scenario_is_a_valid_document(root: Path) -> None:
    files = sorted((root / "resources" / "scenarios").glob("*.vmgui"))
    assert files
    for file in files:
        assert dump(load(file)) == file.read_text(encoding="utf-8")


def test_it_is_short_and_every_operation_is_explained(document: Document) -> None:
    assert 8 <= len(document.operations) <= 12
    assert all(document.script.notes)


def test_nothing_in_it_stops_the_kernel(played: Session) -> None:
    assert not played.dead


def test_a_misaligned_device_is_refused_huge_pages_and_an_aligned_one_gets_them(played: Session) -> None:
    assert results(played, "f", "vmap_try_huge_pmd") == [0, 0]
    assert results(played, "g", "vmap_try_huge_pmd") == [1, 1]


def test_one_call_uses_three_sizes(played: Session) -> None:
    assert results(played, "m", "vmap_try_huge_pud") == [1, 0]
    assert results(played, "m", "vmap_try_huge_pmd") == [1, 0]
    assert len(results(played, "m", "vmap_pte_range")) == 1


def test_the_old_addresses_come_back_and_huge_pages_replace_the_stale_tables(played: Session) -> None:
    assert played.names["h"].addr == played.names["f"].addr
    assert len(results(played, "h", "pmd_free_pte_page")) == 2


def test_a_freed_page_answers_until_the_purge(document: Document) -> None:
    session = Session(document.machine)
    met = []
    for operation in document.operations:
        session.apply(operation)
        if operation.name == "touch":
            met.append(Reason(last_access(session.kernel).reason))
    assert met == [Reason.WALKED, Reason.STALE_HIT, Reason.NOT_PRESENT_PTE]


# --- the cases of the kernel's own test ---------------------------------------------------------------


def test_every_case_of_the_test_module_has_a_scenario(root: Path) -> None:
    stems = {file.stem for file in (root / "resources" / "scenarios").glob("*.ops")}
    assert stems == {*CASES, "test_vmalloc_all"}


@pytest.mark.parametrize("case", [*CASES, "test_vmalloc_all"])
def test_the_scenario_of_a_case_runs_small_and_ends_as_in_the_kernel(root: Path, case: str) -> None:
    document = load(root / "resources" / "scenarios" / f"{case}.ops")
    session = Session(document.machine)
    session.apply_all(document.operations)
    assert not session.dead
    assert len(session) < 100_000
    assert document.lines[0].startswith("# ")
    failed = {"align_shift_alloc_test": 1, "test_vmalloc_all": 2}.get(case, 0)
    ran = [done for done in session.operations if done.operation.name == "test_vmalloc"]
    assert {done.outcome.value for done in ran} == {failed}
    assert case == "test_vmalloc_all" or all(str(done.operation).split()[1] == case for done in ran)
    assert not validate(session.kernel)
    if case not in ("pcpu_alloc_test", "test_vmalloc_all"):  # per-CPU memory keeps a chunk, and maps of it
        assert session.kernel.nr_vmalloc_pages == 0
