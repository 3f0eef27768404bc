"""Each scenario makes one decision visible: what its sentence claims is in the recording."""

from __future__ import annotations

import tomllib
from functools import cache

import pytest

from vmgui import assets
from vmgui.engine.check import validate
from vmgui.engine.mm.access import Reason, last_access
from vmgui.formats.document import Document, load
from vmgui.formats.scenarios import Scenario, scenarios
from vmgui.projection.allocator_search import Search, SearchReader
from vmgui.projection.bookmarks import Anchor, step_of
from vmgui.projection.breakpoints import Event, Recorded, steps_of
from vmgui.projection.entries import Geometry
from vmgui.projection.scope import scope
from vmgui.timeline import spans
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Session
from vmgui.timeline.spans import Call

DOCUMENTS = [each for each in scenarios() if each.has_thumbnail]
PMD, PUD = "vmap_try_huge_pmd", "vmap_try_huge_pud"
SMALL, LARGE = 1 << 12, 1 << 21


class Played:
    """A scenario that has run, and what was recorded of it."""

    def __init__(self, scenario: Scenario) -> None:
        self.document: Document = load(scenario.path)
        self.session = Session(self.document.machine)
        self.session.apply_all(self.document.operations)
        self.k = self.session.kernel
        self._recorded = Recorded(self.session.columns, self.session.operations, Geometry(self.k), self.k)

    def steps(self, event: Event, what: str = "") -> list[int]:
        """The steps of an event."""
        return [int(step) for step in steps_of(self._recorded, event, what)]

    def calls(self, name: str, done: Done | None = None) -> list[Call]:
        """The calls of a function, in all operations or in one."""
        columns = self.session.columns
        first, last = (done.first_span, done.last_span) if done else (0, len(columns.spans))
        return [spans.call(columns, span) for span in spans.spans_of(columns, frozenset([name]), first, last)]

    def results(self, name: str) -> list[int | None]:
        """What each call of a function returned."""
        return [call.result for call in self.calls(name)]

    def made(self, name: str) -> Done:
        """The operation that made an object."""
        return next(done for done in self.session.operations if done.operation.target == name)

    def failures(self) -> dict[str, str]:
        """The operations that failed, and how."""
        operations = self.session.operations
        return {str(done.operation): done.outcome.failure for done in operations if done.outcome.failure}

    def addr(self, name: str) -> int:
        """The address that an operation gave an object."""
        made = self.made(name).outcome.made
        assert made is not None
        return made.addr

    @property
    def marked(self) -> int:
        """The step of the first bookmark, found from its anchor."""
        held = self.document.bookmarks[0]
        assert held.operation is not None
        step = step_of(self.session.operations, Anchor(held.operation, held.line, held.offset))
        assert step is not None
        return step

    def search(self, at: int) -> Search:
        """The way of the search that has just ended."""
        session, cursor = self.session, self.session.cursor()
        cursor.seek(at)
        found = SearchReader(session.machine, cursor, session.columns).read(
            scope(session.columns, session.operations, at)
        )
        assert found is not None
        return found


@cache
def played(name: str) -> Played:
    """A scenario, run once."""
    return Played(next(each for each in scenarios() if each.name == name))


# --- all of them --------------------------------------------------------------------------------------


def test_there_are_many_scenarios_in_one_order_and_every_program_is_among_them() -> None:
    offered = [each.path for each in scenarios()]
    assert len(DOCUMENTS) >= 15
    assert len(set(offered)) == len(offered)
    there = {path for path in offered[0].parent.iterdir() if path.suffix in (".vmgui", ".ops")}
    assert set(offered) == there


@pytest.mark.parametrize("scenario", DOCUMENTS, ids=lambda each: each.name)
def test_a_scenario_has_a_short_title_one_sentence_or_two_and_explains_its_operations(
    scenario: Scenario,
) -> None:
    document = load(scenario.path)
    assert (scenario.title, scenario.says) == (document.title, document.description)
    assert 5 < len(scenario.title) <= 44
    assert 40 < len(scenario.says) <= 150
    assert scenario.says.endswith(".")
    assert any(line.startswith("# ") for line in document.lines)
    assert len(document.operations) <= 12


@pytest.mark.parametrize("scenario", DOCUMENTS, ids=lambda each: each.name)
def test_a_scenario_runs_is_sound_and_marks_the_step_that_it_is_about(scenario: Scenario) -> None:
    ran = played(scenario.name)
    assert not ran.session.dead
    assert validate(ran.k) == []
    assert len(ran.session) < 10_000
    mark = ran.document.bookmarks[0]
    assert mark.text
    assert mark.note
    assert ran.marked == mark.step


# --- when a mapping is huge ---------------------------------------------------------------------------


def test_huge_aligned_writes_one_entry_for_two_mebibytes() -> None:
    ran = played("huge-aligned")
    assert ran.steps("huge") == [ran.marked]
    assert not ran.calls("vmap_pte_range")


def test_huge_one_page_short_is_refused_for_its_length_and_writes_511_entries() -> None:
    ran = played("huge-one-page-short")
    (asked,) = ran.calls(PMD)
    assert asked.arguments["end"] - asked.arguments["addr"] == LARGE - SMALL
    assert (asked.result, asked.last + 1) == (0, ran.marked)
    (filled,) = ran.calls("vmap_pte_range")
    assert (filled.arguments["end"] - filled.arguments["addr"]) // SMALL == 511


def test_huge_off_the_grid_is_refused_for_its_physical_address_alone() -> None:
    ran = played("huge-off-the-grid")
    refused, installed = ran.calls(PMD)
    assert ran.steps("refused") == [ran.marked] == [refused.last + 1]
    assert [refused.arguments[name] % LARGE for name in ("addr", "end", "phys_addr")] == [0, 0, SMALL]
    assert installed.result == 1
    assert ran.steps("huge") == [installed.last + 1]


def test_huge_switched_off_is_refused_by_the_boot_parameter_and_not_for_vmalloc() -> None:
    ran = played("huge-switched-off")
    assert ran.document.machine.nohugeiomap
    assert ran.steps("refused") == [ran.marked]
    refused, installed = ran.calls(PMD)
    assert refused.arguments["max_page_shift"] == 12
    assert all(refused.arguments[name] % LARGE == 0 for name in ("addr", "end", "phys_addr"))
    assert installed.result == 1


def test_huge_fallback_gets_no_block_and_begins_again_with_single_pages() -> None:
    ran = played("huge-fallback")
    asked = [call for call in ran.calls("vm_area_alloc_pages") if call.arguments["nr_pages"] == 1024]
    assert [(call.arguments["order"], call.result) for call in asked] == [(9, 0), (0, 1024)]
    assert asked[0].last + 1 == ran.marked
    wanted = [call for call in ran.calls("__get_vm_area_node") if call.arguments["size"] == 2 * LARGE]
    assert len(wanted) == 2  # addresses too are looked for again
    assert not ran.steps("huge")


def test_huge_mixed_uses_three_sizes_in_one_call() -> None:
    ran = played("huge-mixed")
    assert ran.results(PUD) == [1, 0]
    assert ran.results(PMD) == [1, 0]
    (filled,) = ran.calls("vmap_pte_range")
    assert filled.arguments["end"] - filled.arguments["addr"] == SMALL
    assert ran.steps("huge")[-1] == ran.marked


def test_huge_split_makes_512_entries_so_that_one_page_can_differ() -> None:
    ran = played("huge-split")
    split = ran.calls("__split_large_page")[0]
    assert (split.result, split.last + 1) == (0, ran.marked)
    assert split.arguments["address"] == ran.addr("h")
    writes = [done.outcome.failure for done in ran.session.operations if done.operation.name == "write"]
    assert writes == ["", "-EFAULT", ""]


def test_table_in_the_way_is_freed_after_a_flush_and_the_huge_entry_takes_its_place() -> None:
    ran = played("table-in-the-way")
    (freed,) = ran.calls("pmd_free_pte_page")
    assert (freed.result, freed.last + 1) == (1, ran.marked)
    assert any(freed.first < step <= freed.last for step in ran.steps("flush"))
    assert ran.addr("b") == ran.addr("a")
    assert ran.steps("huge")[-1] > ran.marked


def test_table_kept_refuses_one_gibibyte_for_want_of_a_page_and_uses_512_entries() -> None:
    ran = played("table-kept")
    assert ran.results("pud_free_pmd_page") == [0]
    assert ran.steps("refused") == [ran.marked]
    assert len(ran.steps("huge")) == 512
    assert ran.failures() == {}


# --- where an area goes -------------------------------------------------------------------------------


def test_hole_lowest_is_taken_though_the_search_began_at_one_that_fits_exactly() -> None:
    ran = played("hole-lowest")
    found = ran.search(ran.marked)
    assert found.ended
    best = found.visits[0]
    assert best.end - best.start == found.size
    assert best.start == ran.addr("c")
    assert ran.addr("e") == ran.addr("a") < ran.addr("c")


def test_hole_too_small_is_never_looked_at() -> None:
    ran = played("hole-too-small")
    found = ran.search(ran.marked)
    assert ran.addr("a") not in [visit.start for visit in found.visits]
    turned = next(visit for visit in found.visits if "right_small" in visit.reasons)
    assert turned.right == 4 * SMALL < found.size == 8 * SMALL
    assert ran.addr("e") == ran.addr("c")


def test_five_levels_hang_a_new_pud_table_below_a_p4d_table() -> None:
    ran = played("five-levels")
    assert ran.document.machine.levels == 5
    (made,) = ran.calls("__pud_alloc")
    assert (made.result, made.last + 1) == (0, ran.marked)
    assert ran.steps("table")[0] == ran.marked
    assert not played("guard-page").calls("__pud_alloc")  # with four levels the boot has made them


def test_vrealloc_stays_while_the_pages_do_and_moves_with_one_more() -> None:
    ran = played("vrealloc")
    stayed, moved = ran.calls("vrealloc")
    assert stayed.last + 1 == ran.marked
    assert ran.addr("b") == ran.addr("a") != ran.addr("c")
    assert not ran.calls("alloc_vmap_area", ran.made("b"))
    assert ran.calls("alloc_vmap_area", ran.made("c"))
    assert moved.result == ran.addr("c")


# --- freeing ------------------------------------------------------------------------------------------


def test_lazy_purge_flushes_once_for_three_areas() -> None:
    ran = played("lazy-purge")
    assert ran.steps("flush") == [ran.marked]
    assert len(ran.steps("purge")) == 1
    (purged,) = ran.calls("trace_purge_vmap_area_lazy")
    assert purged.arguments["npurged"] == 3


def test_stale_tlb_answers_after_the_free_and_no_longer_after_the_purge() -> None:
    ran = played("stale-tlb")
    session, met = Session(ran.document.machine), []
    for operation in ran.document.operations:
        session.apply(operation)
        if operation.name == "touch":
            met.append(Reason(last_access(session.kernel).reason))
    assert met == [Reason.WALKED, Reason.STALE_HIT, Reason.NOT_PRESENT_PTE]
    assert ran.calls("access")[1].last + 1 == ran.marked


def test_vfree_in_interrupt_only_queues_and_a_worker_frees() -> None:
    ran = played("vfree-in-interrupt")
    deferred, real = ran.calls("vfree")
    (queued,) = ran.calls("vfree_atomic")
    assert queued.last + 1 == ran.marked <= deferred.last
    (worker,) = ran.calls("delayed_vfree_work")
    assert worker.first < real.first < real.last < worker.last
    (freed,) = ran.calls("free_vmap_area_noflush")
    assert real.first < freed.first < real.last


def test_failed_page_gives_back_the_three_pages_it_has() -> None:
    ran = played("failed-page")
    short, enough = ran.calls("vm_area_alloc_pages")
    assert (short.result, enough.result) == (3, 8)
    assert short.last + 1 == ran.marked
    assert ran.failures() == {"a = vmalloc 32K": "NULL"}
    assert ran.k.nr_vmalloc_pages == 8


# --- many CPUs ----------------------------------------------------------------------------------------


def test_ram_blocks_are_one_for_each_cpu_and_pieces_come_out_of_them() -> None:
    ran = played("ram-blocks")
    assert len(ran.calls("new_vmap_block")) == 2
    assert not ran.calls("new_vmap_block", ran.made("b"))
    assert ran.calls("new_vmap_block", ran.made("c"))
    block = 1 << 20
    assert ran.addr("a") // block == ran.addr("b") // block == ran.addr("d") // block
    assert ran.addr("c") // block != ran.addr("a") // block
    assert ran.calls("vb_alloc")[2].last + 1 == ran.marked


def test_node_pool_gives_an_area_without_asking_the_free_tree() -> None:
    ran = played("node-pool")
    assert ran.results("node_pool_add_va") == [1, 1]
    made = ran.made("c")
    (taken,) = ran.calls("node_pool_del_va", made)
    assert taken.result
    assert ran.calls("alloc_vmap_area", made)[0].last + 1 == ran.marked > taken.last
    assert not ran.calls("find_vmap_lowest_match", made)
    assert ran.calls("find_vmap_lowest_match", ran.made("a"))


# --- what protects memory -----------------------------------------------------------------------------


def test_guard_page_faults_one_byte_behind_the_end_and_not_further_on() -> None:
    ran = played("guard-page")
    (hit,) = ran.steps("guard")
    assert hit < ran.marked == ran.calls("access")[1].last + 1
    assert ran.failures() == {"touch @a+16K": "-EFAULT"}


def test_module_nx_makes_code_read_only_and_data_not_executable() -> None:
    ran = played("module-nx")
    (code,) = ran.calls("set_memory_rox")
    (data,) = ran.calls("set_memory_nx")
    refused = ran.calls("access", ran.session.operations[1])
    assert [call.last + 1 for call in refused] == [ran.marked]
    assert ran.marked > code.last
    assert (code.arguments["addr"], data.arguments["addr"]) == (ran.addr("t"), ran.addr("d"))
    assert ran.failures() == {"write @t 1": "-EFAULT"}


def test_first_steps_marks_its_refused_huge_page() -> None:
    ran = played("first-steps")
    assert ran.steps("refused")[0] == ran.marked


def test_a_service_that_keeps_watch_has_spoken_at_the_step_that_is_marked() -> None:
    spoke = {
        "kasan-generic": "touch @a+100", "kasan-hw-tags": "touch @a+112", "kmsan": "read @a",
        "kmemleak": "leaks", "debug-objects": "vfree a", "debug-pagealloc": "touch @a",
    }  # fmt: skip
    marked: dict[str, Operation] = {}
    for name in spoke:
        ran = played(name)
        marked[name] = next(d.operation for d in ran.session.operations if d.last_row == ran.marked)
    assert {name: str(operation) for name, operation in marked.items()} == spoke


# --- thumbnails ---------------------------------------------------------------------------------------


def test_every_scenario_has_a_thumbnail_in_both_themes_and_no_other_is_there() -> None:
    wanted = {each.thumbnail(theme) for each in DOCUMENTS for theme in ("dark", "light")}
    there = set(DOCUMENTS[0].thumbnail("dark").parent.iterdir())
    assert there == wanted
    assert sum(path.stat().st_size for path in there) < 600_000


def test_the_panes_of_thumbnails_are_named_for_scenarios_that_there_are() -> None:
    index = tomllib.loads(assets.path("scenarios/index.toml").read_text("utf-8"))
    assert index["panes"].keys() <= {each.name for each in DOCUMENTS}
    assert {each.pane for each in DOCUMENTS} == {"stage", "map"}
