"""Claims about the panes of every machine: no page size, number of entries or levels is taken for granted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import PRESETS, VA_BITS, G, K, M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.diff_entries import tables_of
from vmgui.projection.dump_tables import leaves
from vmgui.projection.entries import Geometry
from vmgui.projection.frames import KINDS
from vmgui.projection.levels import LEVELS
from vmgui.projection.moment import moment
from vmgui.projection.tree import Marks, TreeReader, marks_of, path_to, root
from vmgui.projection.views import ViewReader
from vmgui.timeline.session import Session

EVERY = [
    Machine(arch, page, bits, ram=256 * M, possible_cpus=2, online_cpus=2,
            phys_bits=52 if arch == "x86_64" and bits == 57 else 46)
    for arch, builds in VA_BITS.items() for page, widths in builds.items() for bits in widths
]  # fmt: skip


def name(machine: Machine) -> str:
    """A machine as a test's name."""
    return f"{machine.arch}-{machine.page_size // K}K-{machine.va_bits}"


@dataclass
class Run:
    """A program on a machine, with readers of what the window shows."""

    session: Session
    kernel: Kernel
    reader: ViewReader
    tree: TreeReader

    @classmethod
    def of(cls, machine: Machine, *lines: str) -> Run:
        """Run these operations."""
        session = Session(machine)
        for line in lines:
            session.apply(parse_operation(line))
        cursor = session.cursor()
        kernel = Kernel(machine, cursor)
        reader = ViewReader(session, cursor, kernel)
        return cls(session, kernel, reader, TreeReader(cursor, reader.shape))

    def at(self, row: int):
        """The views when so many rows have happened."""
        self.session_cursor.seek(row)
        return self.reader.read()

    @property
    def session_cursor(self):
        return self.reader.cursor

    @property
    def shape(self) -> Geometry:
        return self.reader.shape


def program(k: Kernel) -> list[str]:
    """Small and large pages, a device, a block, a free and a purge, in sizes of the machine."""
    page, huge = k.PAGE_SIZE, k.PMD_SIZE
    lines = [f"a = vmalloc {4 * page}", f"f = ioremap {4 * G + page:#x} {2 * page}"]
    lines += [f"g = ioremap {8 * G:#x} {huge}"]
    if huge <= 64 * M:
        lines += [f"h = vmalloc_huge {2 * huge}"]
    lines += ["b = vm_map_ram 4p", "vm_unmap_ram b", "vfree a", "iounmap f", "purge"]
    return lines


def run(machine: Machine) -> Run:
    """The program of a machine, run on it."""
    return Run.of(machine, *program(Session(machine).kernel))


@pytest.fixture(scope="module", params=EVERY, ids=name)
def ran(request) -> Run:
    return run(request.param)


def test_the_program_runs(ran: Run) -> None:
    assert [done for done in ran.session.operations if done.bug or done.outcome.failure] == []


def test_tables_of_all_levels_together_resolve_every_bit_of_an_address(ran: Run) -> None:
    shape, machine = ran.shape, ran.session.machine
    bits = sum(shape.entries[level].bit_length() - 1 for level in shape.levels)
    assert bits + shape.page_shift == machine.va_bits
    assert [level for level in LEVELS if not shape.folded(level)] == list(shape.levels)


def test_the_ruler_cuts_an_address_into_what_selects_the_entries_of_its_walk(ran: Run) -> None:
    stage = ran.at(ran.session.operations[0].last_row).stage
    assert "".join(field.bits for field in stage.fields) == f"{stage.address:064b}"
    for column, field in zip(stage.columns, stage.fields[1:-1], strict=True):
        assert field.name == column.level
        assert (column.state == "folded") == (field.width == 0)
        if field.width:
            assert field.value == column.index
            assert 1 << field.width == column.entries == max(len(column.slots), column.entries)


def test_the_walk_ends_where_the_kernel_itself_finds_the_page(ran: Run) -> None:
    for number in (0, 2):
        done = ran.session.operations[number]
        stage = ran.at(done.last_row).stage
        assert stage.leaf is not None
        assert stage.leaf.state == "installed"
        page = stage.address & -stage.page_size
        (found,) = leaves(ran.kernel, page, page + 1)
        assert stage.leaf.phys + stage.address % stage.leaf.size == found.pa + stage.address - found.va


def test_the_map_counts_areas_and_guards_in_pages_of_the_machine(ran: Run) -> None:
    done = ran.session.operations[0]
    shown = ran.at(done.last_row).map
    block = next(b for b in shown.blocks if b.name == "a")
    assert (block.body_end - block.first, block.guard, block.mapped, block.leaves) == (4, 1, 4, 4)
    assert shown.address(block.first) == done.outcome.made.addr
    assert shown.page(shown.address(shown.pages - 1)) == shown.pages - 1
    assert block.leaf_size == ran.session.machine.page_size


def test_every_page_of_the_range_lies_in_the_cell_of_its_top_entry(ran: Run) -> None:
    shown, shape = ran.at(0).map, ran.shape
    for page in (0, shown.pages // 3, shown.pages // 2, shown.pages - 1):
        i = shown.cell_at(page)
        first, end = shown.cell_range(i)
        assert first <= page < end
        assert shown.cells[i].index == shown.address(page) // shape.covers("pgd") % shape.entries["pgd"]


def after(ran: Run, target: str):
    """The views when the operation that names `target` has ended, and its block."""
    made = next(done for done in ran.session.operations if done.operation.target == target)
    views = ran.at(made.last_row)
    return views, next(block for block in views.map.blocks if block.name == target)


def test_huge_leaves_are_told_by_the_level_and_size_the_kernel_gives_them(ran: Run) -> None:
    _views, block = after(ran, "g")
    assert (block.level, block.leaf_size, block.leaves) == ("pmd", ran.kernel.PMD_SIZE, 1)


def test_frames_of_huge_pages_are_told_from_others(ran: Run) -> None:
    if ran.kernel.PMD_SIZE > 64 * M:
        pytest.skip("a huge page of this machine is larger than what this test allocates")
    views, block = after(ran, "h")
    assert (block.level, block.leaves) == ("pmd", 2)
    assert views.frames.counts[KINDS.index("huge")] == 2 * ran.kernel.PMD_SIZE >> ran.shape.page_shift


def test_the_tree_counts_entries_of_tables_of_the_machines_size(ran: Run) -> None:
    shape = ran.shape
    ran.at(ran.session.operations[0].last_row)
    ran.tree.update(Marks(), None)
    address = ran.session.operations[0].outcome.made.addr
    level, table, va = root(shape)
    for at, index in path_to(shape, address):
        assert at == level
        rows = [row for row in ran.tree.rows(level, table, va) if row.kind != "folded"]
        row = next(row for row in rows if row.first <= index <= row.last)
        step = shape.covers(level)
        assert row.va <= address < row.va + (row.last - row.first + 1) * step
        if row.kind == "table":
            level = shape.below(level)
            table, va = row.table, row.va
            assert 0 < row.count <= row.slots == shape.entries[level]
    assert (row.kind, row.count) == ("leaf", 4)


def test_folded_levels_are_named_once_in_the_tree(ran: Run) -> None:
    shape = ran.shape
    ran.at(ran.session.operations[0].last_row)
    ran.tree.update(Marks(), None)
    top = ran.tree.rows(*root(shape))
    first = next(row for row in top if row.kind == "table")
    below = ran.tree.rows(shape.levels[1], first.table, first.va)
    assert [row.level for row in below if row.kind == "folded"] == [lv for lv in LEVELS if shape.folded(lv)]


def test_frames_are_counted_in_pages_of_the_machine_and_begin_where_ram_begins(ran: Run) -> None:
    frames, machine = ran.at(0).frames, ran.session.machine
    assert sum(frames.counts) << frames.page_shift == machine.ram
    assert frames.cell_of(frames.first) == 0
    assert len(frames.cells) == -(-(frames.total - frames.first) // frames.per_cell)
    assert len(frames.buddy) == ran.kernel.MAX_PAGE_ORDER + 1


def test_any_step_shows_what_a_fresh_reader_shows(ran: Run) -> None:
    rows = len(ran.session.columns)
    for row in (0, rows // 5, rows // 2, rows // 3, rows):
        views = ran.at(row)
        fresh = ViewReader(ran.session, ran.session_cursor, ran.kernel).read()
        assert (views.stage, views.map, views.frames) == (fresh.stage, fresh.map, fresh.frames)


def test_tables_read_again_are_told_as_a_fresh_reader_tells_them(ran: Run) -> None:
    cursor, shape, rows = ran.session_cursor, ran.shape, len(ran.session.columns)
    moved = TreeReader(cursor, shape)
    ran.at(0)
    for row in (1, rows // 5, rows // 2, rows // 2 + 1, rows // 3, rows // 3 + 9, rows - 1, rows):
        views = ran.at(row)
        marks = replace(marks_of(views.stage, moment(ran.session.columns, row - 1)), guards=views.map.guards)
        moved.update(marks, ran.reader.written)
        fresh = TreeReader(cursor, shape)
        fresh.update(marks, None)
        for table, (level, va) in tables_of(cursor, shape).items():
            assert list(moved.rows(level, table, va)) == list(fresh.rows(level, table, va))


def test_a_leaf_says_what_it_allows_in_the_same_letters_everywhere(ran: Run) -> None:
    k, shape = ran.kernel, ran.shape
    allowed = ((k.PAGE_KERNEL, {"NX"}), (k.PAGE_KERNEL_RO, {"RO", "NX"}), (k.PAGE_KERNEL_EXEC, {"X"}))
    for prot, expected in allowed:
        flags = set(shape.flags(k.arch.pfn_pte(k, 0x1234, prot), "pte").split())
        assert flags & {"RO", "X", "NX"} == expected
        assert flags >= {"G"}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_can_be_shown(preset: str) -> None:
    machine = PRESETS[preset]
    if machine.ram > G:
        machine = replace(machine, ram=256 * M)
    ran = run(machine)
    views = ran.at(len(ran.session.columns))
    assert views.stage is not None
    assert views.stage.levels == machine.levels


def test_a_block_tells_how_much_of_it_is_taken_and_given_back_at_every_step() -> None:
    lines = "b = vm_map_ram 8p", "c = vm_map_ram 4p", "vm_unmap_ram b", "unmap_aliases"
    ran = Run.of(Machine(ram=256 * M), *lines)
    seen = []
    for row in range(len(ran.session.columns) + 1):
        for block in ran.at(row).map.blocks:
            if block.kind == "vmap-block" and (block.used, block.dirty) not in seen:
                seen.append((block.used, block.dirty))
                assert block.total == 256
    assert (8, 0) in seen
    assert seen.index((12, 0)) < seen.index((4, 8))


def test_tables_outside_of_the_range_are_named_by_what_they_are_for() -> None:
    ran = Run.of(Machine(ram=256 * M, kasan="generic"), "a = vmalloc 16K", "m = module 16K")
    ran.at(len(ran.session.columns))
    ran.tree.update(Marks(), None)
    named = {row.region for row in ran.tree.rows(*root(ran.shape)) if row.kind == "table"}
    assert named >= {"vmalloc", "direct map", "modules"}
    assert "KASAN shadow" in named


def test_the_image_of_an_arm64_kernel_is_no_area_that_waits_to_be_mapped() -> None:
    ran = Run.of(PRESETS["arm64"])
    kinds = [block.kind for block in ran.at(0).map.blocks]
    assert kinds == ["image"] * 5
