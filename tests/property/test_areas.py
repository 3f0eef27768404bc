"""The address allocator under random use: every rule holds after every step."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.engine.areas import PAGE, alloc, allocator, busy, check, free, free_ranges, lazy, pooled
from vmgui.engine.errno import EBUSY
from vmgui.engine.kernel import Kernel
from vmgui.engine.lib.workqueue import run_pending_work, schedule_work
from vmgui.engine.machine import M, Machine
from vmgui.engine.mm.purge import reclaim_and_purge_vmap_areas, vm_unmap_aliases, vmap_node_shrink_scan

WINDOW_PAGES = 48


class Areas(RuleBasedStateMachine):
    """Allocate, free and purge on several CPUs, in the default range and in a window that is soon full."""

    @initialize(cpus=st.sampled_from([1, 2, 3]), va_bits=st.sampled_from([48, 57]))
    def boot(self, cpus: int, va_bits: int) -> None:
        machine = Machine(va_bits=va_bits, ram=16 * M, possible_cpus=cpus, online_cpus=cpus)
        self.k = allocator(machine)
        self.taken: dict[int, int] = {}
        self.low = self.k.VMALLOC_START + (1 << 40)

    @rule(pages=st.sampled_from([1, 2, 2, 3, 17, 256, 257, 9000]), shift=st.sampled_from([0, 12, 14, 21]))
    def allocate(self, pages: int, shift: int) -> None:
        addr = alloc(self.k, pages * PAGE, 1 << shift)
        assert addr > 0
        assert addr % (1 << shift) == 0
        self.taken[addr] = pages

    @rule(pages=st.integers(1, 20), shift=st.sampled_from([0, 13, 14]))
    def allocate_in_the_window(self, pages: int, shift: int) -> None:
        high = self.low + WINDOW_PAGES * PAGE
        addr = alloc(self.k, pages * PAGE, 1 << shift, self.low, high)
        if addr == -EBUSY:
            assert not lazy(self.k)
            assert not pooled(self.k)
            return
        assert self.low <= addr <= high - pages * PAGE
        self.taken[addr] = pages

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def free_one(self, data: st.DataObject) -> None:
        addr = data.draw(st.sampled_from(sorted(self.taken)))
        free(self.k, addr)
        del self.taken[addr]

    @rule(cpu=st.integers(0, 2))
    def go_on_on(self, cpu: int) -> None:
        self.k.current_cpu = cpu % self.k.machine.online_cpus

    @rule()
    def drain(self) -> None:
        schedule_work(self.k, self.k.drain_vmap_work)
        run_pending_work(self.k)
        assert not lazy(self.k)

    @rule()
    def let_the_workers_run(self) -> None:
        run_pending_work(self.k)

    @rule()
    def purge(self) -> None:
        reclaim_and_purge_vmap_areas(self.k)
        assert not lazy(self.k)
        assert not pooled(self.k)

    @rule()
    def unmap_aliases(self) -> None:
        vm_unmap_aliases(self.k)

    @rule()
    def shrink(self) -> None:
        vmap_node_shrink_scan(self.k)

    @rule()
    def go_on_from_the_words_alone(self) -> None:
        self.k = Kernel(self.k.machine, self.k.mem)

    @invariant()
    def every_rule_holds(self) -> None:
        if hasattr(self, "k"):
            check(self.k)

    @invariant()
    def what_was_taken_is_busy(self) -> None:
        if hasattr(self, "k"):
            mine = sorted((addr, addr + pages * PAGE) for addr, pages in self.taken.items())
            assert sorted(row[1:3] for row in busy(self.k)) == mine

    def teardown(self) -> None:
        if hasattr(self, "k"):
            for addr in self.taken:
                free(self.k, addr)
            reclaim_and_purge_vmap_areas(self.k)
            assert free_ranges(self.k) == [(1, (1 << 64) - 1)]


TestAreas = Areas.TestCase
TestAreas.settings = settings(max_examples=25, stateful_step_count=30)
