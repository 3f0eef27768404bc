import random

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.frames import HOLE, KINDS
from vmgui.projection.guards import NO_GUARDS
from vmgui.projection.refusal import PICTURES, refine, refusal_of
from vmgui.projection.views import ViewReader
from vmgui.timeline import spans
from vmgui.timeline.replay import Replayer
from vmgui.timeline.session import Session
from vmgui.timeline.why import explain, guards_of

SMALL = Machine(ram=64 * M, possible_cpus=1, online_cpus=1)
PROGRAM = (
    "a = vmalloc 16K", "f = ioremap 0x100101000 4M", "g = ioremap 0x200000000 4M", "touch @a", "vfree a",
    "touch @a", "purge", "touch @a",
)  # fmt: skip


class Show:
    """A program, and the views of it at any place."""

    def __init__(self, *lines, machine=SMALL):
        self.session = Session(machine)
        self.run(*lines)
        self.cursor = self.session.cursor()
        self.kernel = Kernel(machine, self.cursor)
        self.reader = ViewReader(self.session, self.cursor, self.kernel)

    def run(self, *lines):
        for line in lines:
            self.session.apply(parse_operation(line))

    def at(self, row):
        self.cursor.seek(row)
        return self.reader.read()

    def after(self, operation):
        """When an operation has ended."""
        return self.at(self.session.operations[operation].last_row)

    def returned(self, function, number=0):
        """When the n-th call of a function has just returned."""
        return self.at(self.row_of(function, number) + 1)

    def row_of(self, function, number=0):
        columns = self.session.columns
        found = spans.spans_of(columns, frozenset([function]), 0, len(columns.spans))
        return spans.call(columns, found[number]).last


@pytest.fixture(scope="module")
def show():
    return Show(*PROGRAM)


@pytest.fixture(scope="module")
def five():
    return Show(
        "a = vmalloc 16K",
        machine=Machine(va_bits=57, phys_bits=52, ram=64 * M, possible_cpus=1, online_cpus=1),
    )


def states(stage):
    return {c.level: c.state for c in stage.columns}


# --- stage -----------------------------------------------------------------------------------------


def test_the_ruler_cuts_an_address_into_the_indexes_of_its_tables(show):
    stage = show.after(2).stage
    assert sum(len(f.bits) for f in stage.fields) == 64
    assert "".join(f.bits for f in stage.fields) == f"{stage.address:064b}"
    for column in stage.columns:
        field = next(f for f in stage.fields if f.name == column.level)
        assert column.state == "folded" or field.value == column.index


def test_with_five_levels_no_column_is_folded(five):
    stage = five.after(0).stage
    assert "folded" not in states(stage).values()
    assert "".join(f.bits for f in stage.fields) == f"{stage.address:064b}"
    assert stage.leaf.level == "pte"


def test_a_refused_huge_page_shows_the_fallback_and_both_sizes(show):
    stage = show.returned("vmap_try_huge_pmd").stage
    assert states(stage)["pmd"] == "working"
    assert states(stage)["pte"] == "fallback"
    assert (stage.leaf.state, stage.leaf.size, stage.leaf.phys) == ("refused", 2 * M, 0x100101000)
    assert stage.next_writes == 512
    assert stage.physical.start <= stage.leaf.phys < stage.leaf.phys + stage.leaf.size <= stage.physical.end


def test_a_huge_page_is_tried_until_the_call_returns(show):
    row = show.row_of("vmap_try_huge_pmd")
    assert show.at(row).stage.leaf.state == "tried"
    assert show.at(row + 1).stage.leaf.state == "refused"


def test_an_installed_huge_page_skips_the_level_below(show):
    stage = show.after(2).stage
    assert states(stage)["pte"] == "skipped"
    assert (stage.leaf.level, stage.leaf.state, stage.leaf.phys) == ("pmd", "installed", 0x200000000)
    assert stage.owner == "g"


def test_a_table_is_new_only_during_the_operation_that_made_it(show):
    made = show.returned("__pte_alloc_kernel").stage
    assert made.column("pte").new
    assert not made.column("pud").new
    assert made.column("pud").boot
    assert not show.after(3).stage.column("pte").new


def test_the_stage_follows_the_entry_that_is_being_written(show):
    row = show.row_of("vmap_pte_range")
    columns = show.session.columns
    stage = show.at(row).stage
    written = int(columns.rows.word[row - 1]) * 8
    pte = stage.column("pte")
    assert (pte.table, pte.index) == (written >> 12, written % 4096 // 8)
    assert pte.state == "working"


def test_when_addresses_were_found_the_stage_walks_to_them_not_to_where_the_search_began(show):
    made = [done.outcome.made.place for done in show.session.operations[:3]]
    assert [show.returned("alloc_vmap_area", i).stage.address for i in range(3)] == made


def test_the_strip_of_a_table_covers_exactly_its_populated_entries(show):
    for column in show.after(1).stage.columns:
        listed = {i for first, end, _state in column.runs for i in range(first, end)}
        assert listed == {s.index for s in column.slots if s.state != "none"}
        assert len(listed) == column.count


def test_an_empty_entry_behind_an_area_names_the_guard_page(show):
    stage = show.after(0).stage
    guard = stage.column("pte").slot(4)
    assert (guard.state, guard.guard_of) == ("none", "a")


def test_a_table_is_the_same_until_an_entry_is_written_or_a_guard_page_in_it_comes(show):
    slots = show.after(0).stage.column("pte").slots
    assert show.after(0).stage.column("pte").slots == slots
    later = show.after(1).stage.column("pte").slots
    assert slots != later
    assert slots.beside(slots.base, NO_GUARDS) != slots
    assert slots.beside(slots.base, NO_GUARDS)[4].guard_of == ""


def test_a_stretch_of_entries_is_what_each_of_them_is(show):
    slots = show.after(1).stage.column("pte").slots
    assert slots[:64] == tuple(slots[i] for i in range(64))
    assert [i for i, name in slots.guarded(0, 64)] == [s.index for s in slots[:64] if s.guard_of]


def test_a_freed_page_is_still_found_by_the_tlb_until_the_purge(show):
    assert show.after(3).stage.access.outcome == "walk"
    stale = show.after(5).stage
    assert (stale.access.outcome, stale.column("pte").slot(0).state) == ("stale", "none")
    assert stale.physical.start <= stale.access.phys < stale.physical.end
    assert stale.leaf is None
    assert show.after(7).stage.access.outcome == "fault"


def test_looking_at_an_address_does_not_move_the_step(show):
    before = show.after(2).stage
    looked = show.reader.look_at(show.kernel.VMALLOC_START)
    assert looked.looking
    assert looked.address == show.kernel.VMALLOC_START
    assert show.reader.read().stage == before


def test_why_adds_the_reason_of_a_refusal(show):
    row = show.row_of("vmap_try_huge_pmd")
    stage = show.at(row + 1).stage
    explanation = explain(show.session, Replayer(show.session), row)
    assert refine(stage, explanation).leaf.refusal == "phys-misaligned"


def test_every_guard_of_a_huge_leaf_has_a_picture():
    from vmgui.engine.mm import vmap_range

    functions = [vmap_range.vmap_try_huge_pmd, vmap_range.vmap_try_huge_pud, vmap_range.vmap_try_huge_p4d]
    known = {refusal for _text, refusal in PICTURES}
    for function in functions:
        code = getattr(function, "__wrapped__", function).__code__
        guards = [guard for guard, _node in guards_of(code).guards if guard.leaves == "return 0"]
        assert len(guards) >= 6
        assert {refusal_of(guard) for guard in guards} <= known


# --- address map -----------------------------------------------------------------------------------


def test_the_map_counts_the_leaves_of_each_area(show):
    shown = show.after(2).map
    leaves = {b.name: (b.kind, b.level, b.leaves, b.mapped) for b in shown.blocks}
    assert leaves["a"] == ("mapped", "pte", 4, 4)
    assert leaves["f"] == ("mapped", "pte", 1024, 1024)
    assert leaves["g"] == ("mapped", "pmd", 2, 1024)


def test_the_map_knows_the_page_whose_walk_the_stage_shows(show):
    for i in range(len(PROGRAM)):
        views = show.after(i)
        assert views.map.address(views.map.here) == views.stage.address & -4096


def test_a_guard_page_is_named_only_where_it_is_alone_in_its_entry():
    show = Show("m = ioremap 0x8000000000 1G+2M+4K")
    row = show.row_of("vmap_try_huge_pud")
    pud = show.at(row + 1).stage.column("pud")
    assert [s.guard_of for s in pud.slots if s.guard_of] == []


def test_an_area_without_a_leaf_is_not_mapped_yet(show):
    kinds = {b.name: b.kind for b in show.returned("vmap_try_huge_pmd").map.blocks}
    assert kinds["f"] == "pending"


def test_a_freed_area_waits_until_the_purge(show):
    assert {b.name: b.kind for b in show.after(4).map.blocks}["a"] == "lazy"
    assert "a" not in {b.name for b in show.after(6).map.blocks}


def test_an_area_stays_on_the_map_while_it_is_being_unmapped(show):
    row = show.row_of("vunmap_pte_range")
    assert "a" in {b.name for b in show.at(row).map.blocks}


def test_blocks_are_sorted_disjoint_and_inside_the_range_at_every_step(show):
    for row in range(0, len(show.session.columns), 7):
        shown = show.at(row).map
        edges = [e for b in shown.blocks for e in (b.first, b.end)]
        assert edges == sorted(edges)
        assert all(0 <= e <= shown.pages for e in edges)


@pytest.mark.parametrize(("levels", "cells"), [(4, 64), (5, 50)])
def test_the_whole_range_is_cut_into_its_top_level_entries(levels, cells):
    show = Show(
        "a = vmalloc 4K",
        machine=Machine(va_bits=12 + 9 * levels, phys_bits=52, ram=64 * M, possible_cpus=1, online_cpus=1),
    )
    shown = show.after(0).map
    assert len(shown.cells) == cells
    assert [c.used for c in shown.cells] == [True] + [False] * (cells - 1)
    assert shown.address(shown.pages) == show.kernel.VMALLOC_END + 1


# --- frames ----------------------------------------------------------------------------------------


def test_every_frame_has_one_kind_and_the_free_ones_are_what_the_kernel_counts(show):
    for i in range(len(PROGRAM)):
        frames = show.after(i).frames
        assert sum(frames.counts) == frames.total
        blocks = sum(n << order for order, n in enumerate(frames.buddy))
        assert frames.free == show.kernel.nr_free_pages == blocks


def test_pages_of_an_area_are_its_own_until_it_is_freed(show):
    own = KINDS.index("vmalloc")
    assert show.after(0).frames.counts[own] == 4
    assert show.after(4).frames.counts[own] == 0


def test_an_io_window_is_marked_while_its_huge_page_is_refused(show):
    window = show.returned("vmap_try_huge_pmd").frames.io[-1]
    assert (window.start, window.name, window.state) == (0x100101000, "f", "refused")
    assert {w.state for w in show.after(2).frames.io} == {"mapped"}


def test_the_hole_below_four_gib_is_no_ram():
    show = Show("a = vmalloc 4K", machine=Machine(ram=4096 * M, possible_cpus=1, online_cpus=1))
    frames = show.after(0).frames
    assert sum(frames.counts) << 12 == 4096 * M
    assert HOLE in frames.cells


# --- incremental reading ---------------------------------------------------------------------------


def test_seeking_anywhere_shows_what_a_fresh_reader_shows(show):
    choose = random.Random(1)
    for _ in range(25):
        views = show.at(choose.randrange(len(show.session.columns) + 1))
        fresh = ViewReader(show.session, show.cursor, show.kernel).read()
        assert views.map == fresh.map
        assert views.frames == fresh.frames
        assert views.stage == fresh.stage


def test_after_undo_nothing_of_what_was_undone_is_shown():
    show = Show("a = vmalloc 16K", "b = vmalloc 64K")
    show.at(len(show.session.columns))
    show.session.undo()
    show.reader.changed()
    views = show.reader.read()
    assert [b.name for b in views.map.blocks] == ["a"]
    assert views.frames.free == show.kernel.nr_free_pages
    show.run("c = vmalloc 8K")
    show.reader.changed()
    assert [b.name for b in show.at(len(show.session.columns)).map.blocks] == ["a", "c"]


# --- timeline --------------------------------------------------------------------------------------


def test_segments_are_the_operations_in_order_and_meet(show):
    segments = show.reader.timeline.segments
    assert [s.text for s in segments] == list(PROGRAM)
    assert all(a.last == b.first for a, b in zip(segments, segments[1:], strict=False))
    assert [s.kind for s in segments] == ["pte", "io", "io", "other", "free", "other", "free", "error"]


def test_a_mark_stands_where_its_event_has_just_happened(show):
    marks = show.reader.timeline.marks
    refused = [m.step for m in marks if m.kind == "refused"]
    assert refused == [show.row_of("vmap_try_huge_pmd", 0) + 1, show.row_of("vmap_try_huge_pmd", 1) + 1]
    assert [m.step for m in marks if m.kind == "huge"] == [
        show.row_of("vmap_try_huge_pmd", 2) + 1, show.row_of("vmap_try_huge_pmd", 3) + 1,
    ]  # fmt: skip
    assert [m.step for m in marks] == sorted(m.step for m in marks)


def test_a_leaf_that_was_never_wanted_whole_is_no_refusal(show):
    pud = show.row_of("vmap_try_huge_pud") + 1
    assert pud not in {m.step for m in show.reader.timeline.marks}
