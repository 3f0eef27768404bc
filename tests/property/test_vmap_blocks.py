"""vm_map_ram under random use, against a plain model of what a block is."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.engine.booted import booted, rebuilt
from vmgui.engine.check_blocks import validate_blocks
from vmgui.engine.lib.workqueue import run_pending_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas, vm_unmap_aliases
from vmgui.engine.mm.vmap_block import VMAP_BBMAP_BITS
from vmgui.engine.mm.vmap_ram import vm_map_ram, vm_unmap_ram
from vmgui.engine.program import alloc_page_array
from vmgui.projection.dump_blocks import blocks, free_lists

PAGE = 4096


@dataclass
class Block:
    """What a block has to be: pages from ``next`` on were never handed out, ``dirty`` have come back."""

    cpu: int
    start: int
    next: int = 0
    dirty: set[int] = field(default_factory=set)
    unflushed: set[int] = field(default_factory=set)


class Blocks(RuleBasedStateMachine):
    """Map and unmap on several CPUs, and let aliases and purges clean up."""

    @initialize(cpus=st.sampled_from([1, 2, 3]), nr_cpus=st.sampled_from([8192, 4096, 512]))
    def boot(self, cpus: int, nr_cpus: int) -> None:
        self.k = booted(Machine(ram=16 * M, possible_cpus=cpus, online_cpus=cpus, nr_cpus=nr_cpus))
        self.bits = VMAP_BBMAP_BITS(self.k)
        self.pages = alloc_page_array(self.k, 128, 0)
        self.model: list[Block] = []
        self.live: dict[int, int] = {}

    @rule(count=st.one_of(st.integers(1, 64), st.sampled_from([32, 64, 64, 64])))
    def map_a_piece(self, count: int) -> None:
        size, cpu = 1 << (count - 1).bit_length(), self.k.current_cpu
        room = [b for b in self.model if b.cpu == cpu and self.bits - b.next >= size]
        addr = vm_map_ram(self.k, self.pages, count, -1)
        if not room:
            assert addr % (self.bits * PAGE) == 0
            room = [Block(cpu, addr)]
            self.model += room
        assert addr == room[0].start + room[0].next * PAGE
        room[0].next += size
        self.live[addr] = count

    @rule(count=st.integers(65, 128))
    def map_an_area(self, count: int) -> None:
        addr = vm_map_ram(self.k, self.pages, count, -1)
        assert addr
        self.live[addr] = count

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def unmap(self, data: st.DataObject) -> None:
        addr = data.draw(st.sampled_from(sorted(self.live)))
        count = self.live.pop(addr)
        vm_unmap_ram(self.k, addr, count)
        if count <= 64:
            block = next(b for b in self.model if b.start <= addr < b.start + self.bits * PAGE)
            first = (addr - block.start) // PAGE
            back = set(range(first, first + (1 << (count - 1).bit_length())))
            block.dirty |= back
            block.unflushed |= back
            if len(block.dirty) == self.bits:
                self.model.remove(block)

    @rule(cpu=st.integers(0, 2))
    def go_on_on(self, cpu: int) -> None:
        self.k.current_cpu = cpu % self.k.machine.online_cpus

    @rule()
    def unmap_aliases(self) -> None:
        vm_unmap_aliases(self.k)
        spared = [b for b in self.model if len(b.dirty) < b.next or self.bits - b.next >= self.bits // 4]
        self.model = spared
        for block in self.model:
            block.unflushed.clear()

    @rule()
    def purge(self) -> None:
        reclaim_and_purge_vmap_areas(self.k)
        self.model = [b for b in self.model if len(b.dirty) < b.next or b.next == self.bits]

    @rule()
    def let_the_workers_run(self) -> None:
        run_pending_work(self.k)

    @rule()
    def go_on_from_the_words_alone(self) -> None:
        self.k = rebuilt(self.k)

    @invariant()
    def the_blocks_are_those_of_the_model(self) -> None:
        if not hasattr(self, "k"):
            return
        assert validate_blocks(self.k) == []
        found = {b.start: b for b in blocks(self.k)}
        assert sorted(found) == sorted(b.start for b in self.model)
        for block in self.model:
            mine = found[block.start]
            used = sum(1 << i for i in range(block.next) if i not in block.dirty)
            assert (mine.cpu, mine.free, mine.dirty) == (block.cpu, self.bits - block.next, len(block.dirty))
            assert int(mine.used, 16) == used
            span = block.unflushed
            dirty = (min(span), max(span) + 1) if span else (self.bits, 0)
            assert (mine.dirty_min, mine.dirty_max) == dirty

    @invariant()
    def a_cpu_looks_at_its_oldest_block_first(self) -> None:
        if hasattr(self, "k"):
            queued = sorted(b.cpu for b in self.model if b.next < self.bits)
            assert [cpu for cpu, _ in free_lists(self.k)] == queued
            for cpu in set(queued):
                mine = [b.start for b in self.model if b.cpu == cpu and b.next < self.bits]
                assert [start for owner, start in free_lists(self.k) if owner == cpu] == mine


TestBlocks = Blocks.TestCase
TestBlocks.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
