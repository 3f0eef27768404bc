"""Statistics over time: each series against what is read off the replica at any step."""

import random

import numpy as np
import pytest

from vmgui.engine.kernel import Kernel
from vmgui.engine.machine import PRESETS, M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.projection.allocator_tree import image_of, read_tree
from vmgui.projection.entries import Geometry
from vmgui.projection.statistics import NAMES, Series, StatisticsReader
from vmgui.projection.status import counters
from vmgui.projection.views import ViewReader
from vmgui.timeline import spans
from vmgui.timeline.session import Session

SMALL = Machine(ram=64 * M, possible_cpus=2, online_cpus=2)
PROGRAM = (
    *(f"x{i} = vmalloc {4 * (i % 7 + 1)}K" for i in range(12)),
    "f = ioremap 0x100000000 4M", "g = ioremap 0x100101000 64K", "h = vmalloc_huge 4M", "r = vm_map_ram 8p",
    *(f"vfree x{i}" for i in range(0, 12, 2)), "purge", "iounmap f", "vfree h", "unmap_aliases", "iounmap g",
    "j = ioremap 0x100000000 4M", "vm_unmap_ram r", "purge",
)  # fmt: skip


def ran(machine, *lines):
    session = Session(machine)
    for line in lines:
        session.apply(parse_operation(line))
    return session


class Truth:
    """What is counted, read off a replica as a pane reads it."""

    def __init__(self, session):
        self.session, self.cursor = session, session.cursor()
        self.k = Kernel(session.machine, self.cursor)
        self.shape = Geometry(self.k)
        self.views = ViewReader(session, self.cursor, self.k)

    def lazy_and_tables(self, at):
        self.cursor.seek(at)
        views = self.views.read()
        return counters(self.k, views.map, None).lazy, views.frames.counts[-1]

    def mapped(self, at):
        self.cursor.seek(at)
        counts = {"pte": 0}
        self._walk(self.shape.levels[0], self.k.init_mm_pgd, 0, counts)
        small = counts.pop("pte") * self.shape.page_size
        return small, sum(n * self.shape.covers(level) for level, n in counts.items())

    def _walk(self, level, table, base, counts):
        shape, size = self.shape, self.shape.covers(level)
        for i, word in enumerate(shape.words(self.cursor, table, level).tolist()):
            va = shape.canonical(base + i * size) if word else 0
            if not word or va + size <= self.k.VMALLOC_START or va > self.k.VMALLOC_END:
                continue
            if shape.state(word, level) == "table":
                self._walk(shape.below(level), shape.table(word), base + i * size, counts)
            else:
                leaf = shape.leaf_level(level)
                counts[leaf] = counts.get(leaf, 0) + 1

    def free(self, at):
        self.cursor.seek(at)
        tree = read_tree(image_of(self.cursor), self.k.free_vmap_area_root)
        low, high = self.k.VMALLOC_START, self.k.VMALLOC_END + 1
        parts = [min(end, high) - max(start, low)
                 for start, end in zip(tree.start.tolist(), tree.end.tolist(), strict=True)]  # fmt: skip
        parts = [part for part in parts if part > 0]
        return len(parts), sum(parts), max(parts)


def value_at(series, at):
    """The value when `at` rows have happened."""
    return int(series.value[np.searchsorted(series.at, at, "right") - 1])


def of(reader, at, *names):
    return tuple(value_at(reader[name], at) for name in names)


@pytest.fixture(scope="module")
def session():
    return ran(SMALL, *PROGRAM)


@pytest.fixture(scope="module")
def reader(session):
    reader = StatisticsReader(session)
    reader.read()
    return reader


def test_lazy_pages_and_tables_are_those_of_the_status_bar_at_random_steps(session, reader):
    truth = Truth(session)
    for at in [0, len(session), *random.Random(4).sample(range(len(session)), 60)]:
        assert of(reader, at, "lazy", "tables") == truth.lazy_and_tables(at)
    assert reader["lazy"].value.max() > 0


def test_bytes_mapped_are_those_in_the_page_tables_at_random_steps(session, reader):
    truth = Truth(session)
    for at in [0, len(session), *random.Random(5).sample(range(len(session)), 60)]:
        assert of(reader, at, "small", "huge") == truth.mapped(at)
    assert reader["huge"].value.max() >= 4 * M


def test_free_ranges_are_those_of_the_free_tree_after_every_operation(session, reader):
    truth = Truth(session)
    for done in session.operations:
        at = done.last_row
        assert of(reader, at, "ranges", "free", "largest") == truth.free(at), done.operation
    assert reader["ranges"].value.max() > 3


def test_free_ranges_inside_an_operation_are_those_after_the_last_change_of_the_tree(session, reader):
    truth, samples = Truth(session), reader["ranges"].at
    for at in samples[:: max(len(samples) // 50, 1)].tolist():
        assert of(reader, at, "ranges", "free", "largest") == truth.free(at)


def test_flushes_and_purges_are_counted_where_they_end(session, reader):
    columns = session.columns
    flushes = spans.spans_of(
        columns, frozenset({"flush_tlb_kernel_range", "flush_tlb_all"}), 0, len(columns.spans)
    )
    assert reader["flushes"].value[-1] == len(flushes)
    first = spans.call(columns, flushes[0])
    assert of(reader, first.last, "flushes") == (0,)
    assert of(reader, first.last + 1, "flushes") == (1,)
    assert of(reader, len(session), "purges") == (3,)  # unmap_aliases purges, too


@pytest.mark.parametrize("name", ["x86-5l", "arm64", "arm64-64k", "riscv-sv39", "laptop"])
def test_every_machine_is_counted_alike(name):
    session = ran(PRESETS[name], "a = vmalloc 1M", "h = vmalloc_huge 4M", "f = ioremap 0x9000000000 64K",
                  "vfree a", "purge", "vfree h", "b = vmalloc 20K")  # fmt: skip
    truth, reader = Truth(session), StatisticsReader(session)
    reader.read()
    for done in session.operations:
        at = done.last_row
        assert of(reader, at, "lazy", "tables") == truth.lazy_and_tables(at)
        assert of(reader, at, "small", "huge") == truth.mapped(at)
        assert of(reader, at, "ranges", "free", "largest") == truth.free(at)


def test_reading_bit_by_bit_and_after_undo_gives_what_reading_at_once_gives(session, reader):
    other = Session(SMALL)
    by_bits = StatisticsReader(other)
    for i, line in enumerate(PROGRAM):
        other.apply(parse_operation(line))
        if i % 4 == 1:
            other.undo()
            by_bits.read()
            other.redo()
        if i % 3:
            by_bits.read()
    by_bits.read()
    assert not by_bits.read()
    for name in NAMES:
        for at in range(0, len(other), 97):
            assert value_at(by_bits[name], at) == value_at(reader[name], at), (name, at)


def test_what_is_thinned_keeps_the_ends_and_the_extremes():
    rng = np.random.default_rng(1)
    series = Series(np.arange(100_000), rng.integers(0, 1000, 100_000))
    series.value[51_234] = 5000
    thin = series.thinned(0, 100_000, 200)
    assert len(thin.at) <= 800
    assert thin.value.max() == 5000
    assert (thin.value.min(), thin.at[0], thin.at[-1]) == (series.value.min(), 0, 99_999)
    near = series.thinned(51_200, 51_250, 200)
    assert (near.at[0], near.at[-1]) == (51_200, 51_250)
