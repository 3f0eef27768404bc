"""The difference of two steps, against two full walks and against what the operations did."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.programs import MACHINES, SMALL, lines, machines, run
from vmgui.engine.machine import G, Machine
from vmgui.projection.diff import Differ, Side, changed_words
from vmgui.projection.diff_entries import tables_of
from vmgui.projection.tree import Marks, TreeReader, root
from vmgui.timeline.session import Session


def entries(side: Side) -> dict[tuple[str, int, int], int]:
    """Every entry of every table: by level, table and index."""
    found = {}
    for table, (level, _va) in tables_of(side.cursor, side.shape).items():
        words = side.shape.words(side.cursor, table, level)
        found.update({(level, table, i): int(words[i]) for i in words.nonzero()[0].tolist()})
    return found


def told(difference: Any) -> dict[tuple[str, int, int], str]:
    """Every entry that the difference tells, with its sign."""
    return {
        (run.level, table, i): run.sign
        for run in difference.runs for table, first, last in run.parts for i in range(first, last + 1)
    }  # fmt: skip


@settings(max_examples=15)
@given(machines, lines, st.floats(0, 1), st.floats(0, 1))
def test_the_rows_tell_what_two_full_walks_tell(machine: Any, program: list[str], x: float, y: float) -> None:
    session = Session(machine)
    run(session, program)
    a, b = int(x * len(session)), int(y * len(session))
    difference = Differ(session).difference(a, b)
    one, two = Side(session), Side(session)
    one.seek(a)
    two.seek(b)
    before, after = entries(one), entries(two)
    placed = {side: tables_of(side.cursor, side.shape) for side in (one, two)}
    expected = {}
    for key in before.keys() | after.keys():
        moved = placed[one].get(key[1]) != placed[two].get(key[1])
        if moved or before.get(key) != after.get(key):
            expected[key] = "+" if key not in before else "-" if key not in after else "~"
    assert told(difference) == expected
    assert {i.va[0] for i in difference.blocks if i.sign == "+"} == {area.start for area in two.areas()} - {
        area.start for area in one.areas()
    }


@pytest.mark.parametrize("machine", MACHINES)
def test_swapping_the_steps_swaps_plus_and_minus(machine: Any) -> None:
    session = Session(machine)
    run(session, ["a = vmalloc 3M", "b = vmalloc 64K", "vfree a", "purge", "c = ioremap 0x100000000 2M"])
    differ, half = Differ(session), session.operations[1].last_row
    there, back = differ.difference(half, len(session)), differ.difference(len(session), half)
    assert there.any
    for key, counts in there.totals.items():
        other = back.totals[key]
        assert (counts.added, counts.removed, counts.changed) == (other.removed, other.added, other.changed)
    swapped = {"+": "-", "-": "+", "~": "~"}
    assert {key: swapped[sign] for key, sign in told(there).items()} == told(back)


def test_a_step_does_not_differ_from_itself_and_nothing_else_from_boot() -> None:
    session = Session(SMALL)
    run(session, ["a = vmalloc 16K"])
    differ = Differ(session)
    assert not differ.difference(5, 5).any
    assert len(changed_words(session.columns, 5, 5)[0]) == 0


def test_an_area_of_sixteen_pages_is_one_run_and_its_frames_are_counted() -> None:
    session = Session(SMALL)
    run(session, ["z = vmalloc 4K", "a = vmalloc 64K"])
    before = session.operations[0].last_row
    difference = Differ(session).difference(before, len(session))
    pte = [item for item in difference.items if item.group == "entry" and item.level == "pte"]
    assert [(item.sign, item.count) for item in pte] == [("+", 16)]
    assert difference.totals["frame"].added >= 16
    assert [item.name for item in difference.blocks if item.name] == ["a"]
    assert "+" in difference.cells(32).values()


def test_a_lazily_freed_area_is_changed_and_a_purged_one_gone() -> None:
    session = Session(SMALL)
    run(session, ["a = vmalloc 64K", "vfree a", "purge"])
    made, freed, purged = (done.last_row for done in session.operations)
    differ = Differ(session)
    lazy = differ.difference(made, freed).blocks
    assert [(i.sign, i.before, i.after) for i in lazy if i.name == "a"] == [("~", "in use", "lazy")]
    gone = differ.difference(freed, purged).blocks
    assert [i.sign for i in gone if i.name == "a"] == ["-"]


def test_a_hundred_thousand_entries_are_told_as_one_run() -> None:
    session = Session(Machine(ram=G))
    run(session, ["a = vmalloc 400M"])
    difference = Differ(session).difference(0, len(session))
    assert difference.totals["pte"].added >= 102_400
    assert max(run.count for run in difference.runs) == 102_400


@pytest.mark.parametrize(
    "machine",
    [
        Machine("arm64", ram=256 << 20, phys_bits=48),
        Machine("arm64", 65536, 52, ram=1 << 30, phys_bits=52),
        Machine("riscv64", va_bits=39, ram=256 << 20, phys_bits=56),
    ],
    ids=["arm64", "arm64-64k", "riscv-sv39"],
)
def test_every_architecture_is_compared_entry_by_entry(machine: Machine) -> None:
    session = Session(machine)
    run(session, ["a = vmalloc 1M", "b = vmalloc_huge 4M", "vfree a", "purge"])
    half = session.operations[0].last_row
    difference = Differ(session).difference(half, len(session))
    one, two = Side(session), Side(session)
    one.seek(half)
    two.seek(len(session))
    before, after = entries(one), entries(two)
    assert told(difference).keys() == {
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    }
    signs = difference.tree(two.shape)
    assert signs.entries
    assert signs.above


def test_the_tree_shows_what_came_what_went_and_what_leads_there() -> None:
    session = Session(SMALL)
    run(session, ["a = vmalloc 64K", "b = vmalloc 64K", "vfree a"])
    side = Side(session)
    side.seek(len(session))
    difference = Differ(session).difference(session.operations[0].last_row, len(session))
    reader = TreeReader(side.cursor, side.shape)
    reader.update(Marks(compared=difference.tree(side.shape)), None)
    level, table, va = root(side.shape)
    seen: dict[str, list[str]] = {}
    while True:
        rows = reader.rows(level, table, va)
        for row in rows:
            if row.sign:
                seen.setdefault(row.sign, []).append(row.name)
        inner = [row for row in rows if row.sign == "·"]
        if not inner:
            break
        level, table, va = side.shape.below(level), inner[0].table, inner[0].va
    assert seen["-"] == ["PTE[0…15]"]
    assert seen["+"] == ["PTE[17…32]"]
    assert [name.split("[")[0] for name in seen["·"]] == ["PGD", "PUD", "PMD"]
