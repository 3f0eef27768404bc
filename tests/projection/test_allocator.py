"""What the allocator pane shows: against the walkers of the checks, and against what the engine did."""

import pytest

from vmgui.engine.check import in_order, lazy_areas, listed, pool_areas, validate
from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import PRESETS, M, Machine
from vmgui.engine.mm.vmap_area import fit_type
from vmgui.formats.oplang import parse_operation
from vmgui.projection import dump, dump_blocks
from vmgui.projection.allocator import AllocatorReader
from vmgui.projection.allocator_layout import ROW_GAP, WIDEST, arrange, fitting
from vmgui.projection.scope import scope
from vmgui.timeline import spans
from vmgui.timeline.session import Session

ONE = Machine(ram=64 * M, possible_cpus=1, online_cpus=1)
TWO = Machine(ram=64 * M, possible_cpus=2, online_cpus=2)
FRAGMENTED = (
    *(f"x{i} = vmalloc {4 * (i % 7 + 1)}K" for i in range(60)),
    *(f"vfree x{i}" for i in range(0, 60, 2)), "purge",
    "z = ioremap 0x100101000 64K", "y = vmalloc 24K",
)  # fmt: skip
POOLED = (
    *(f"x{i} = vmalloc {4 * (i % 5 + 1)}K" for i in range(20)),
    *(f"vfree x{i}" for i in range(3, 13)), "unmap_aliases", "vfree x0", "vfree x14",
)  # fmt: skip
BLOCKS = (
    "b = vm_map_ram 8p", "c = vm_map_ram 64p", "d = vm_map_ram 32p", "vm_unmap_ram b", "vm_unmap_ram d",
)  # fmt: skip
STALE = (
    "a = vmalloc 16K", "b = vm_map_ram 8p", "c = vmalloc 8K", "touch @a", "touch @b", "touch @c cpu=1",
    "vm_unmap_ram b", "vfree a", "purge",
)  # fmt: skip


class Show:
    """A program and its allocator, at any place."""

    def __init__(self, machine, *lines):
        self.session = Session(machine)
        self.run(*lines)
        self.cursor = self.session.cursor()
        self.k = Kernel(machine, self.cursor)
        self.reader = AllocatorReader(self.session, self.cursor, self.k)

    def run(self, *lines):
        for line in lines:
            self.session.apply(parse_operation(line))

    def at(self, row):
        self.cursor.seek(row)
        return self.reader

    def after(self, operation):
        return self.at(self.session.operations[operation].last_row)

    def search(self, row):
        return self.at(row).search(scope(self.session.columns, self.session.operations, row))

    def calls(self, name):
        columns = self.session.columns
        return [
            spans.call(columns, s) for s in spans.spans_of(columns, frozenset([name]), 0, len(columns.spans))
        ]


@pytest.fixture(scope="module")
def fragmented():
    return Show(ONE, *FRAGMENTED)


@pytest.fixture(scope="module")
def pooled():
    return Show(TWO, *POOLED)


@pytest.fixture(scope="module")
def stale():
    return Show(TWO, *STALE)


# --- the free tree -----------------------------------------------------------------------------------


def tree_of(show):
    tree = show.reader.free_tree()
    return [tree.area(rank) for rank in range(len(tree))]


def test_the_free_tree_is_what_a_walk_along_its_pointers_finds(fragmented):
    for operation in range(len(FRAGMENTED)):
        fragmented.after(operation)
        walked = sorted(dump.free_tree(fragmented.k), key=lambda node: node.start)
        found = [(a.start, a.end, "B" if a.black else "R", a.most, a.depth) for a in tree_of(fragmented)]
        assert found == [(n.start, n.end, n.colour, n.subtree_max_size, n.depth) for n in walked]


def test_the_free_tree_of_every_step_of_a_purge_is_sorted_and_has_no_area_twice(fragmented):
    purge = fragmented.session.operations[90]
    for row in range(purge.first_row, purge.last_row, 7):
        tree = fragmented.at(row).free_tree()
        starts = tree.start.tolist()
        assert starts == sorted(starts)
        assert len(set(tree.at.tolist())) == len(tree)


def test_the_areas_below_one_are_those_between_its_first_and_its_last(fragmented):
    tree = fragmented.after(-1).free_tree()
    assert tree.below(tree.root) == (0, len(tree))
    for rank in range(len(tree)):
        first, end = tree.below(rank)
        assert first <= rank < end
        assert tree.area(rank).most == int(tree.sizes[first:end].max())
        assert {int(tree.parent[r]) for r in range(first, end) if r != rank} <= set(range(first, end))


def test_an_address_is_found_in_its_free_area_and_a_busy_one_in_none(fragmented):
    tree = fragmented.after(-1).free_tree()
    inside = tree.area(3)
    assert tree.rank_at(inside.start) == tree.rank_at(inside.end - 1) == 3
    busy = fragmented.k.vmap_nodes[0].busy.head.next
    start = next(listed(fragmented.k.vmap_nodes[0].busy.head)).va_start
    assert busy
    assert tree.rank_at(start) == -1


# --- the picture -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [300, 960])
def test_boxes_of_a_row_do_not_touch_and_rows_do_not_overlap(fragmented, width):
    tree = fragmented.after(-1).free_tree()
    boxes, height = arrange(tree, fitting(tree, width), 0, width)
    rows = {}
    for box in boxes:
        rows.setdefault(box.y, []).append(box)
        assert box.left >= 0
        assert box.left + box.width <= width
        assert box.y + box.height <= height
    for row in rows.values():
        row.sort(key=lambda box: box.x)
        assert all(a.left + a.width <= b.left for a, b in zip(row, row[1:], strict=False))
    for upper, lower in zip(sorted(rows), sorted(rows)[1:], strict=False):
        assert upper + max(box.height for box in rows[upper]) + ROW_GAP <= lower + 0.01


def test_a_tree_too_large_for_its_width_is_folded_and_nothing_is_lost(fragmented):
    tree = fragmented.after(-1).free_tree()
    boxes, _ = arrange(tree, fitting(tree, 300), 0, 300)
    assert any(box.folded for box in boxes)
    assert sum(box.folded or 1 for box in boxes) == len(tree)


def test_what_a_search_visits_is_never_folded_away(fragmented):
    tree = fragmented.after(-1).free_tree()
    path, rank = set(), 0
    while rank >= 0:
        path.add(rank)
        rank = int(tree.parent[rank])
    boxes, _ = arrange(tree, fitting(tree, 300), 0, 300, frozenset(path))
    assert path <= {box.rank for box in boxes if not box.folded}


def test_only_what_is_in_view_is_laid_out(fragmented):
    tree = fragmented.after(-1).free_tree()
    boxes, _ = arrange(tree, 200.0, 1000.0, 300)
    assert 0 < len(boxes) < len(tree)
    assert all(-WIDEST <= box.x <= 300 + WIDEST for box in boxes)


# --- the search --------------------------------------------------------------------------------------


def test_a_search_ends_where_the_engine_found_its_area(fragmented):
    for call, outer in zip(
        fragmented.calls("find_vmap_lowest_match"), fragmented.calls("__alloc_vmap_area"), strict=True
    ):
        search = fragmented.search(call.last + 1)
        assert search.ended
        assert search.here.at == call.result
        assert search.here.way == "found"
        assert search.fit.start == outer.result
        assert search.fit.size == outer.arguments["size"]


def test_a_search_is_the_same_after_its_area_has_been_cut(fragmented):
    for call, outer in zip(
        fragmented.calls("find_vmap_lowest_match"), fragmented.calls("__alloc_vmap_area"), strict=True
    ):
        just_ended = fragmented.search(call.last + 1)
        again = AllocatorReader(fragmented.session, fragmented.cursor, fragmented.k)
        fragmented.cursor.seek(outer.last + 1)
        assert (
            again.search(scope(fragmented.session.columns, fragmented.session.operations, outer.last + 1))
            == just_ended
        )


def test_a_search_comes_one_question_further_at_every_step(fragmented):
    call = fragmented.calls("find_vmap_lowest_match")[-2]
    asked = [c for c in fragmented.calls("is_within_this_va") if call.first < c.first < call.last]
    assert len(asked) > 3
    seen = 0
    for question in asked:
        before, after = fragmented.search(question.first + 1), fragmented.search(question.last + 1)
        assert before.here.at == after.here.at == question.arguments["va"]
        assert before.here.asked is None
        assert after.here.asked is bool(question.result)
        assert not before.ended
        assert len(after.visits) > seen
        seen = len(after.visits)


def test_a_search_begins_at_the_root_and_goes_along_the_links_of_the_tree(fragmented):
    call = fragmented.calls("find_vmap_lowest_match")[-2]
    search, tree = fragmented.search(call.last + 1), fragmented.at(call.first).free_tree()
    ranks = [tree.rank_of(visit.at) for visit in search.visits]
    assert ranks[0] == tree.root
    for visit, here, there in zip(search.visits, ranks, ranks[1:], strict=False):
        column = {"left": tree.left, "right": tree.right, "up": tree.parent}[visit.way]
        assert int(column[here]) == there
    assert {"left", "right", "up", "found"} == {visit.way for visit in search.visits}


def test_the_reasons_of_a_search_are_those_of_the_way_it_took(fragmented):
    search = fragmented.search(fragmented.calls("find_vmap_lowest_match")[-2].last + 1)
    for visit in search.visits:
        last = visit.reasons[-1]
        if visit.way == "left":
            assert last == "left_room"
            assert visit.left >= search.length
            assert visit.vstart < visit.start
        elif visit.way == "right":
            assert last == "right_room"
            assert visit.right >= search.length
        elif visit.way == "up":
            assert last in ("right_small", "right_done")
        else:
            assert last == "fits"


def test_outside_of_a_search_there_is_none(fragmented):
    assert fragmented.search(0) is None
    assert fragmented.search(fragmented.session.operations[-1].last_row) is None
    call = fragmented.calls("find_vmap_lowest_match")[-1]
    assert fragmented.search(call.first) is None
    assert fragmented.search(call.first + 1) is not None


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("a = vmalloc 16K",), fit_type.NE_FIT_TYPE),
        (("a = vmalloc 16K", "b = vmalloc 16K"), fit_type.LE_FIT_TYPE),
        (("a = vmalloc 16K", "b = vmalloc 16K", "vfree a", "purge", "c = vmalloc 16K"), fit_type.RE_FIT_TYPE),
        (
            ("a = vmalloc 16K", "b = vmalloc 8K", "c = vmalloc 16K", "vfree b", "purge", "d = vmalloc 8K"),
            fit_type.FL_FIT_TYPE,
        ),
    ],
)
def test_the_fit_is_what_the_engine_classified(lines, kind):
    show = Show(ONE, *lines)
    call = show.calls("classify_va_fit_type")[-1]
    assert show.search(call.last + 1).fit.kind == kind == call.result


def test_a_search_that_finds_only_what_lies_too_high_has_no_fit():
    show = Show(ONE, "a = vmalloc 8K", "b = range 64K start=0xffffc90000000000 end=0xffffc90000008000")
    found, outer = show.calls("find_vmap_lowest_match")[-1], show.calls("__alloc_vmap_area")[-1]
    assert outer.result == outer.arguments["vend"]
    search = show.search(found.last + 1)
    assert search.ended
    assert search.here.way == "found"
    assert search.fit is None


# --- nodes -------------------------------------------------------------------------------------------


def test_nodes_have_what_their_lists_have(pooled):
    for operation in range(len(POOLED)):
        pooled.after(operation)
        for node in pooled.reader.nodes():
            vn = pooled.k.vmap_nodes[node.number]
            for tree, head in ((node.busy, vn.busy.head), (node.lazy, vn.lazy.head)):
                ranges = [(va.va_start, va.va_end) for va in listed(head)]
                assert list(zip(tree.start.tolist(), tree.end.tolist(), strict=True)) == ranges


def test_pools_are_counted_by_size_and_open_to_their_areas(pooled):
    pooled.after(-1)
    nodes = pooled.reader.nodes()
    assert sum(node.pooled for node in nodes) == len(pool_areas(pooled.k)) == 10
    for node in nodes:
        for pool in node.pools:
            areas = pooled.reader.pool_areas(node.number, pool.pages)
            assert len(areas) == pool.areas
            assert {end - start for start, end in areas} == {pool.pages << 12}


def test_lazily_freed_areas_leave_their_node_for_its_purge_list_and_then_the_tree(fragmented):
    purge = fragmented.session.operations[90]
    seen = set()
    for row in range(purge.first_row, purge.last_row + 1, 5):
        node = fragmented.at(row).nodes()[0]
        assert len(node.lazy) + len(node.purging) <= 30
        seen.add((len(node.lazy) > 0, len(node.purging) > 0))
    assert {(True, False), (False, True), (False, False)} <= seen


def test_nodes_are_read_again_only_when_they_were_written(pooled):
    before = pooled.after(-1).nodes()
    assert pooled.reader.nodes() is before
    assert pooled.after(-2).nodes() is not before


def test_a_deferred_free_and_its_work_wait_until_the_worker_runs():
    show = Show(ONE, "a = vmalloc 16K", "vfree_bh a")
    address = show.session.operations[0].names["a"].place
    queued = show.calls("schedule_work_on")[-1]
    wait = show.at(queued.last + 1).waiting()
    assert [(d.cpu, d.addresses) for d in wait.deferred] == [(0, (address,))]
    assert [job.function for job in wait.jobs] == ["delayed_vfree_work"]
    done = show.after(-1).waiting()
    assert (done.deferred, done.jobs) == ((), ())
    assert done.lazy == 5


# --- blocks ------------------------------------------------------------------------------------------


def test_blocks_have_the_counts_of_the_kernel_and_their_pages_by_state():
    show = Show(ONE, *BLOCKS)
    for operation in range(len(BLOCKS)):
        blocks = show.after(operation).blocks()
        plain = {b.start: b for b in dump_blocks.blocks(show.k)}
        assert [b.start for b in blocks] == [start for _, start in dump_blocks.free_lists(show.k)]
        for block in blocks:
            known = plain[block.start]
            assert (block.free, block.dirty) == (known.free, known.dirty)
            pages = {"used": 0, "back": 0, "spent": 0, "free": 0}
            for first, end, state in block.runs:
                pages[state] += end - first
            assert (pages["used"], pages["free"]) == (int(known.used, 16).bit_count(), known.free)
            assert pages["back"] + pages["spent"] == known.dirty
            assert [
                b for (_, b, _), (a, _, _) in zip(block.runs, block.runs[1:], strict=False) if a != b
            ] == []


def test_pages_that_came_back_are_to_be_flushed_until_the_aliases_are():
    show = Show(ONE, *BLOCKS, "unmap_aliases")

    def states() -> set[str]:
        return {state for block in show.reader.blocks() for _, _, state in block.runs}

    show.after(-2)
    assert "back" in states()
    show.after(-1)
    assert "back" not in states()
    assert "spent" in states()


# --- TLBs --------------------------------------------------------------------------------------------


def test_a_stale_translation_says_which_area_was_freed_by_what(stale):
    entries = {e.because: e for tlb in stale.after(7).tlbs() for e in tlb.entries}
    lazy = entries["lazy"]
    (waiting,) = lazy_areas(stale.k)
    assert lazy.area == (waiting.va_start, waiting.va_end)
    assert stale.reader.name_of(lazy.area[0]).name == "a"
    assert stale.reader.operation_at(lazy.cleared) == "vfree a"
    assert stale.reader.operation_at(entries["block"].cleared) == "vm_unmap_ram b"
    assert entries[None].cpu == 1


def test_the_purge_ends_all_that_was_stale(stale):
    assert [tlb.stale for tlb in stale.after(7).tlbs()] == [2, 0]
    assert [tlb.stale for tlb in stale.after(8).tlbs()] == [0, 0]


def test_taking_operations_back_is_seen(stale):
    show = Show(ONE, "a = vmalloc 16K")
    show.after(-1)
    assert len(show.reader.nodes()[0].busy) == 1
    show.session.undo()
    show.reader.changed()
    assert len(show.reader.nodes()[0].busy) == 0


@pytest.mark.parametrize("name", ["arm64", "riscv-sv39", "x86-5l"])
def test_every_architecture_has_an_allocator_to_show(name):
    show = Show(
        PRESETS[name], "a = vmalloc 64K", "touch @a", "b = vm_map_ram 4p", "vfree a", "vm_unmap_ram b"
    )
    reader = show.after(-1)
    assert validate(show.session.kernel) == []
    assert in_order(show.k.free_vmap_area_root.rb_node, "free")[0][0].va_start == tree_of(show)[0].start
    assert [tlb.stale for tlb in reader.tlbs()][0] == 1
    assert len(reader.blocks()) == 1
    assert reader.waiting().lazy > 0
