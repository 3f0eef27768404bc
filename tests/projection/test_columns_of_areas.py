"""Claims about areas, leaves, names and frames read as columns: they are what a plain walk finds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.vm_struct import VM_IOREMAP, VM_NO_GUARD
from vmgui.engine.structs import list_head, page, vmap_area
from vmgui.engine.words import container_of
from vmgui.formats.oplang import parse_operation
from vmgui.projection.address_map import Block
from vmgui.projection.area_lists import AreaLists
from vmgui.projection.blocks import Blocks
from vmgui.projection.density import stretch
from vmgui.projection.dump import nodes
from vmgui.projection.entries import Geometry
from vmgui.projection.frame_kinds import FrameReader
from vmgui.projection.frames import KINDS
from vmgui.projection.levels import LEVELS, Level
from vmgui.projection.pieces import Written, flagged, written_pages, written_words
from vmgui.projection.scope import Names
from vmgui.projection.views import ViewReader
from vmgui.timeline.edit import Program
from vmgui.timeline.session import Session

MADE = ("vmalloc 4K", "vmalloc 4K", "vmalloc 20K", "vmalloc 3M", "vmalloc_huge 4M", "ioremap 0x8000000000 2M")
MACHINES = (Machine(ram=128 * M), Machine(ram=256 * M, arch="arm64"))
JUMPS = 12


def program(machine: Machine, seed: int, count: int = 60) -> Session:
    """Areas drawn by lot come, and nearly half of them go."""
    session, pick, held = Session(machine), random.Random(seed), list[tuple[str, str]]()
    for i in range(count):
        if held and pick.random() < 0.45:
            name, verb = held.pop(pick.randrange(len(held)))
            session.apply(parse_operation(f"{verb} {name}"))
        else:
            made = pick.choice(MADE)
            held.append((f"a{i}", "iounmap" if made.startswith("ioremap") else "vfree"))
            session.apply(parse_operation(f"a{i} = {made}"))
    return session


class Walk:
    """What a plain walk over the replica finds, struct by struct and page by page."""

    def __init__(self, session: Session) -> None:
        self.session, self.cursor = session, session.cursor()
        self.k = Kernel(session.machine, self.cursor)
        self.shape = Geometry(self.k)

    def inside(self, head: list_head) -> Iterator[vmap_area]:
        """The areas of a list, as long as it is one and its areas look like some."""
        seen, link = {0, head.addr}, head.next
        while link is not None and link.addr not in seen and link.addr < len(self.cursor.view) << 3:
            seen.add(link.addr)
            yield container_of(link, vmap_area, "list")
            link = link.next

    def areas(self) -> dict[int, tuple[int, bool, int, bool, int, int]]:
        """End, lazy, guard, I/O, array of pages and their number of each area, by start."""
        k, found = self.k, {}
        for _, node in nodes(k):
            for head, lazy in ((node.lazy.head, True), (node.purge_list, True), (node.busy.head, False)):
                for va in self.inside(head):
                    start, end, vm = va.va_start, va.va_end, None if lazy else va.vm
                    if k.VMALLOC_START <= start < end and not (start | end) % k.PAGE_SIZE:
                        flags = vm.flags if vm else VM_NO_GUARD
                        array = (vm.pages, vm.nr_pages) if vm else (0, 0)
                        guard, io = int(not flags & VM_NO_GUARD), bool(flags & VM_IOREMAP)
                        found[start] = end, lazy, guard, io, *array
        return found

    def leaf(self, va: int) -> Level | None:
        """The level of the leaf that maps an address."""
        level, table = self.shape.levels[0], self.k.init_mm_pgd
        while True:
            words = self.shape.words(self.cursor, table, level)
            word = int(words[va // self.shape.covers(level) % self.shape.entries[level]])
            state = self.shape.state(word, level)
            if state != "table":
                there = state in ("leaf", "special") or level == "pte" and word
                return self.shape.leaf_level(level) if there else None
            table, level = self.shape.table(word), self.shape.below(level)

    def leaves(self, block: Block) -> tuple[Level | None, int, int]:
        """The largest leaf of a block, how many of those, and how many pages have any."""
        size = self.k.PAGE_SIZE
        ends = range(block.id, block.id + (block.body_end - block.first) * size, size)
        levels = Counter(level for va in ends if (level := self.leaf(va)) is not None)
        largest = next((level for level in LEVELS if level in levels), None)
        if largest is None:
            return None, 0, 0
        return largest, levels[largest] * size // self.shape.covers(largest), levels.total()


@pytest.fixture(scope="module", params=range(2 * len(MACHINES)))
def session(request: pytest.FixtureRequest) -> Session:
    return program(MACHINES[request.param % len(MACHINES)], request.param)


@pytest.fixture
def rows(session: Session) -> list[int]:
    pick = random.Random(len(session))
    return [pick.randrange(len(session) + 1) for _ in range(JUMPS)]


def test_the_columns_of_the_lists_are_what_a_plain_walk_finds(session: Session, rows: list[int]) -> None:
    walk = Walk(session)
    lists = AreaLists(walk.k, walk.cursor)
    for at in rows:
        lists.forget(None)
        walk.cursor.seek(at)
        found = {a.start: (a.end, a.lazy, a.guard, a.io, a.pages, a.nr_pages) for a in lists.read()}
        assert found == walk.areas()


def test_areas_that_are_told_to_be_those_of_before_are_the_same(session: Session, rows: list[int]) -> None:
    walk, columns, told = Walk(session), session.columns.rows, 0
    lists, fresh = AreaLists(walk.k, walk.cursor), AreaLists(walk.k, walk.cursor)
    for at in [max(at - back, 0) for at in rows for back in (0, 1, 30)]:
        before, was = lists.read(), walk.cursor.at
        walk.cursor.seek(at)
        lists.forget(written_words(columns, was, at), flagged(written_pages(columns, was, at)))
        fresh.forget(None)
        areas = lists.read()
        assert areas == fresh.read()
        number = areas.among(before)
        told += int((number >= 0).sum())
        assert [areas[i] for i in (number >= 0).nonzero()[0]] == [before[i] for i in number[number >= 0]]
        assert not areas or (areas.among(fresh.read()) == -1).all()
    assert told > len(rows)


def test_the_pieces_that_rows_wrote_are_flagged_near_and_far(session: Session, rows: list[int]) -> None:
    columns = session.columns.rows
    written = Written(columns, int(columns.word.max()) + 1)
    for was, at in zip(rows, [*rows[1:], rows[0] - 1], strict=True):
        assert written.flags(was, at).nonzero()[0].tolist() == written_pages(columns, was, at).tolist()


def test_the_leaves_of_every_block_are_those_of_its_pages(session: Session, rows: list[int]) -> None:
    walk = Walk(session)
    reader = ViewReader(session, walk.cursor, walk.k)
    for at in rows[:4]:
        walk.cursor.seek(at)
        for block in reader.read().map.blocks:
            assert (block.level, block.leaves, block.mapped) == walk.leaves(block)


def test_a_stretch_read_off_the_columns_is_that_of_the_blocks(session: Session, rows: list[int]) -> None:
    walk = Walk(session)
    reader = ViewReader(session, walk.cursor, walk.k)
    for at in rows[:4]:
        walk.cursor.seek(at)
        blocks = reader.read().map.blocks
        for part in (slice(0, len(blocks)), slice(1, 5)):
            assert stretch(blocks, part) == stretch(tuple(blocks), part)


def test_a_reader_that_has_come_from_anywhere_sees_what_a_fresh_one_sees(
    session: Session, rows: list[int]
) -> None:
    walk = Walk(session)
    reader, names = ViewReader(session, walk.cursor, walk.k), Names(session.operations, walk.shape.page_shift)
    near = [max(at - back, 0) for at in rows for back in (0, 1, 2, 40)]
    for at in near:
        walk.cursor.seek(at)
        seen, fresh = reader.read(), ViewReader(session, walk.cursor, walk.k).read()
        assert tuple(seen.map.blocks) == tuple(fresh.map.blocks)
        assert tuple(seen.map.guards) == tuple(fresh.map.guards)
        assert (seen.map.cells, seen.map.grid_entries, seen.frames) == (
            fresh.map.cells, fresh.map.grid_entries, fresh.frames,
        )  # fmt: skip
        made = {block.id: names.of(block.id, at) for block in seen.map.blocks}
        assert {b.id: b.name for b in seen.map.blocks} == {id: m.name if m else "" for id, m in made.items()}


def test_a_cell_of_the_top_level_is_used_where_a_block_lies_in_it(session: Session, rows: list[int]) -> None:
    walk = Walk(session)
    reader, used = ViewReader(session, walk.cursor, walk.k), set()
    for at in rows:
        walk.cursor.seek(at)
        seen = reader.read().map
        for number, cell in enumerate(seen.cells):
            first, end = seen.cell_range(number)
            assert cell.used == any(b.first < end and b.end > first for b in seen.blocks)
            used.add(cell.used)
    assert used == {True, False}


def test_the_frames_in_the_arrays_of_areas_are_theirs(session: Session, rows: list[int]) -> None:
    walk = Walk(session)
    lists, reader = AreaLists(walk.k, walk.cursor), FrameReader(walk.k, walk.cursor, session.base, walk.shape)
    low = walk.k.vmemmap
    for at in sorted(rows, reverse=True):
        walk.cursor.seek(at)
        lists.forget(None)
        reader.start_over(session.columns.rows.word[:at].astype("int64") >> 9)
        kinds = reader.kinds(lists.read())
        for _end, _lazy, _guard, _io, array, number in walk.areas().values():
            if 0 < array < walk.k.arena_end:
                structs = [walk.cursor.load(array + 8 * i) for i in range(number)]
                mine = {KINDS[kinds[(struct - low) // page.size]] for struct in structs if struct}
                assert mine <= {"vmalloc", "huge"}


def test_of_many_blocks_only_those_are_made_that_somebody_looks_at() -> None:
    session = Session(MACHINES[0])
    for i in range(200):
        session.apply(parse_operation(f"a{i} = vmalloc 4K"))
    cursor = session.cursor()
    reader = ViewReader(session, cursor, Kernel(session.machine, cursor))
    for at in (len(session), 0, len(session) * 3 // 4):
        cursor.seek(at)
        blocks = reader.read().map.blocks
        assert isinstance(blocks, Blocks)
        assert len(blocks.known) <= 10  # on the way to the one whose page the stage shows
    assert len(blocks) > 100


def test_a_step_that_maps_a_page_makes_no_other_block_anew() -> None:
    session = Session(MACHINES[0])
    for i in range(30):
        session.apply(parse_operation(f"a{i} = vmalloc 8K"))
    cursor = session.cursor()
    reader = ViewReader(session, cursor, Kernel(session.machine, cursor))
    before, renewed = None, set[int]()
    for at in range(session.operations[-1].first_row, len(session) + 1):
        cursor.seek(at)
        blocks = reader.read().map.blocks
        assert isinstance(blocks, Blocks)
        if before is not None and blocks is not before and blocks.areas is before.areas:
            renewed.add(len(blocks) - len(blocks.known))
        before, _all = blocks, tuple(blocks)
    assert renewed <= {0, 1}  # the one may have been looked at already: the stage is about it


def test_a_reader_that_lives_through_edits_sees_what_a_fresh_one_sees() -> None:
    session, pick = program(Machine(ram=128 * M), 7), random.Random(7)
    edits, walk = Program(session), Walk(session)
    reader = ViewReader(session, walk.cursor, walk.k)
    for turn in range(8):
        for _ in range(5):
            walk.cursor.seek(pick.randrange(len(session) + 1))
            seen, fresh = reader.read(), ViewReader(session, walk.cursor, walk.k).read()
            assert (seen.stage, seen.map, seen.frames) == (fresh.stage, fresh.map, fresh.frames)
            assert tuple(seen.map.guards) == tuple(fresh.map.guards)
        at = pick.randrange(len(edits.items))
        since = edits.items[at].first_row
        made = parse_operation(f"n{turn} = vmalloc 12K")
        edit = edits.deleted(at) if turn % 2 else edits.inserted(at, made)
        for each in (edit, edit.inverse)[: 1 + turn % 3 // 2]:  # at times it is taken back at once
            edits.change(each)
        reader.changed(since)
