"""Each kind of step says in every pane what it is: the table of the design, row by row, as data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.table_of_steps import TABLE, shown
from vmgui.projection.refusal import refine
from vmgui.timeline.replay import Replayer
from vmgui.timeline.why import explain
from vmgui.ui.panes.stage_columns import refuses

REFUSALS = {
    "refused-1-boot": ("shift-cap", "booted with nohugeiomap: max_page_shift is 12"),
    "refused-1-caller": ("shift-cap", "__vmap_pages_range_noflush passes 21, leaves of at most 2 MiB"),
    "refused-2": ("arch-unsupported", "this processor lacks PSE"),
    "refused-3": ("partial-entry", "0x100000 bytes are asked for, the entry covers 0x200000"),
    "refused-5": ("phys-misaligned", "phys_addr mod 2 MiB = 0x101000"),
    "refused-6": ("cannot-free-table", "its table stays"),
    "refused-mtrr": ("arch-setter-refused", "memory type UC from 0x1_0010_0000 to 0x1_0018_0000"),
    "refused-busy": ("ptdump-busy", "holds the lock"),
}


def working(name):
    """The levels that have the halo."""
    return [c.level for c in shown(name).stage.columns if c.state == "working"]


def test_a_function_that_is_entered_gets_the_halo_and_its_range() -> None:
    step = shown("enter")
    assert working("enter") == ["pud"]  # the PMD table is not there yet
    assert step.stage.end - step.stage.start == 16 << 10
    assert step.views.map.focus == (0, 4)


def test_a_search_tells_the_gaps_it_tried_in_order_and_why_each_was_passed_by() -> None:
    notes = shown("area-found").card.notes
    assert [note.split(":")[0] for note in notes] == ["gap 1", "gap 2", "gap 3"]
    assert "lies too low" in notes[0]
    assert "has 68 KiB, too little for 132 KiB" in notes[1]
    assert "fits 132 KiB: at 0xffffc9000001b000" in notes[2]
    assert shown("area-tried").card.notes == notes


def test_an_area_that_is_found_is_on_the_map_and_not_yet_mapped() -> None:
    blocks = shown("area-reserved").views.map.blocks
    assert [block.kind for block in blocks] == ["mapped", "mapped", "pending"]
    assert blocks[-1].mapped == 0


def test_a_table_that_is_allocated_is_new_and_empty_and_its_frame_is_a_table() -> None:
    step = shown("table")
    column = step.stage.column("pte")
    assert (column.new, column.count) == (True, 0)
    assert any(row.new for row in step.rows("pmd"))
    assert "one frame became a PTE table" in step.notes
    assert step.views.frames.counts[-1] == shown("enter").views.frames.counts[-1] + 2


def test_a_huge_page_that_is_tried_is_a_candidate_everywhere_and_nothing_is_decided() -> None:
    step = shown("tried")
    assert step.stage.leaf.state == "tried"
    assert step.views.map.candidate == (0, 512)
    assert 0x100000 in step.views.frames.touched
    assert {check.mark for check in step.card.checks} == {"not reached"}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_names_its_reason_and_its_cause(name: str) -> None:
    step, (picture, cause) = shown(name), REFUSALS[name]
    assert (step.stage.leaf.state, step.stage.leaf.refusal) == ("refused", picture)
    assert step.card.outcome == "refused"
    assert cause in step.notes
    assert [check.mark for check in step.card.checks if check.decided] == ["failed"]


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_row_of_the_tree_and_a_leaf_of_the_stage(name: str) -> None:
    step = shown(name)
    level = step.step.level
    assert any(row.kind == "refused" for row in step.rows(level))
    assert step.stage.leaf.phys == step.step.call.arguments["phys_addr"]
    window = [one for one in step.views.frames.io if one.state == "refused"]
    assert bool(window) == (name != "refused-1-caller")  # the pages of vmalloc are RAM


def test_an_address_that_is_not_aligned_has_its_low_bits_ringed() -> None:
    """No program gets there: a range that fills an entry begins where the entry does."""
    step = shown("refused-5")
    explanation = explain(step.session, Replayer(step.session), step.at - 1)
    guard = next(g for g in explanation.guards if "IS_ALIGNED(addr" in g.condition)
    stage = replace(step.stage, address=step.stage.address + 0x5000)
    found = refine(stage, replace(explanation, decided=guard))
    assert (found.leaf.refusal, found.ringed_bits) == ("virt-misaligned", (12, 14))


def test_what_follows_the_failed_check_was_not_evaluated() -> None:
    marks = [check.mark for check in shown("refused-5").card.checks]
    assert marks[:5] == ["passed"] * 4 + ["failed"]
    assert set(marks[5:]) == {"not reached"}


def test_a_range_that_is_too_short_is_told_with_what_was_asked() -> None:
    leaf = shown("refused-3").stage.leaf
    assert (leaf.asked, leaf.size) == (1 << 20, 2 << 20)


@pytest.mark.parametrize(("name", "level"), [("refused-6", "pmd"), ("refused-busy", "pte")])
def test_a_table_in_the_way_is_locked_and_its_frame_is_ringed(name: str, level: str) -> None:
    step = shown(name)
    column = step.stage.column(level)
    assert refuses(step.stage, column)
    assert column.table in step.views.frames.touched


def test_an_installed_huge_page_skips_the_table_below_and_tells_what_comes_next() -> None:
    step = shown("installed")
    assert step.stage.leaf.state == "installed"
    assert step.stage.column("pte").state == "skipped"
    assert step.card.outcome == "installed"
    assert "next: the loop goes on at 0xffffc90000200000" in step.notes
    assert [row.badge for row in step.rows("pmd") if row.kind == "leaf"] == ["2M"]
    assert (step.block("f").level, step.block("f").mapped) == ("pmd", 512)


def test_a_run_of_ptes_tells_how_far_it_is_and_its_flags() -> None:
    step = shown("ptes")
    assert step.stage.column("pte").count == 512
    assert "512 of 512 PTEs of this run written" in step.notes
    assert "UC−" in step.notes
    assert step.block("f").mapped == 512


def test_an_entry_that_is_cleared_is_not_flushed_yet() -> None:
    step = shown("cleared")
    assert step.stage.column("pte").count == 0
    assert "cleared now, TLB flushed later" in step.notes
    assert step.views.map.flushed is None


def test_a_table_that_is_taken_off_leaves_an_outline_with_its_frame() -> None:
    step = shown("freed-table")
    column = step.stage.column("pte")
    assert (column.state, column.table) == ("freed", None)
    assert column.was is not None
    entry = step.stage.column("pmd").index
    struck = [(row.first, row.kind, row.pfn) for row in step.rows("pmd") if row.first == entry]
    assert struck == [(entry, "freed", column.was)]
    assert "the PTE table from an earlier mapping was freed: a huge page takes its place" in step.notes


def test_a_flush_tells_its_range_and_why_it_comes_now() -> None:
    step = shown("flush")
    assert step.stage.flushed
    assert step.views.map.flushed == (0, 17)
    assert "17 pages" in step.notes
    assert "why now: a purge" in step.notes


def test_a_lazily_freed_area_waits_and_tells_how_many_pages_do() -> None:
    step = shown("lazy")
    assert step.views.map.lazy == 1
    assert "lazy: 17 of" in step.notes


def test_a_purge_lists_what_it_gave_back_in_order() -> None:
    step = shown("purge")
    notes = step.card.notes
    assert len(notes) == 2
    assert notes[0].startswith("0xffffc90000011000 + 68 KiB")
    assert step.views.map.lazy == 0


@pytest.mark.parametrize(("name", "errno"), [("enomem", "NULL"), ("enomem-table", "-ENOMEM")])
def test_an_error_tells_its_way_up(name: str, errno: str) -> None:
    card = shown(name).card
    assert (card.outcome, card.result) == ("failed", errno)
    assert f"{errno} came up through {card.function}" in shown(name).notes


def test_the_level_at_which_an_error_happened_is_marked() -> None:
    assert any(column.error for column in shown("enomem-table").stage.columns)


def test_a_bad_free_is_refused_by_its_guard_and_warned_of() -> None:
    step = shown("bad-free")
    assert [check.condition for check in step.card.checks if check.mark == "failed"] == ["not vm"]
    assert step.trouble.kind == "WARN"
    assert "nonexistent vm area" in step.trouble.reason


def test_a_bug_names_function_line_reason_and_what_it_was_given() -> None:
    trouble = shown("bug").trouble
    assert (trouble.kind, trouble.function, trouble.place) == ("BUG", "vmap_pte_range", "mm/vmalloc.c:113")
    assert ("phys_addr", "0x100000000") in trouble.given
    assert trouble.lines == ("kernel BUG at mm/vmalloc.c:113!",)
    assert "operation: vmap_page_range" in trouble.report
    assert shown("bug").card.outcome == "stopped"


def test_a_warning_names_its_place_and_the_kernel_goes_on() -> None:
    trouble = shown("warn").trouble
    assert (trouble.kind, trouble.function) == ("WARN", "vmap_pages_pte_range")
    assert trouble.place == "mm/vmalloc.c:552"
    assert not trouble.stopped


@pytest.mark.parametrize(
    ("name", "cause"),
    [("small", "VM_ALLOW_HUGE_VMAP is not set"), ("small-boot", "booted with nohugevmalloc")],
)
def test_small_pages_are_not_asked_about_huge_ones_and_the_cause_is_told(name: str, cause: str) -> None:
    card = shown(name).card
    assert (card.outcome, card.checks) == ("not asked", ())
    assert cause in card.reason


def test_areas_that_are_mapped_piece_by_piece_are_told_apart() -> None:
    uses = [block.use for block in shown("percpu").views.map.blocks]
    assert "percpu" in uses
    sparse = shown("sparse").block("s")
    assert (sparse.use, sparse.mapped, sparse.body_end - sparse.first) == ("sparse", 4, 16)


def test_a_branch_that_is_not_taken_is_no_failure() -> None:
    for name in TABLE:
        for check in shown(name).card.checks:
            if check.mark in ("passed", "failed"):
                gives_up = check.leaves.startswith(("return", "raise")) or "WARN" in check.condition
                assert gives_up, (name, check)
