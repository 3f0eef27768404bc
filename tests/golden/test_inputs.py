"""What a replay takes from its inputs, and what it does not let itself be told."""

import msgspec

from tests.golden.recordings import W, inputs
from vmgui.formats.inputs import Inputs, OtherTask
from vmgui.formats.records import AllocEvent, FreeEvent, Hex, OpRecord
from vmgui.formats.replay import Replay, since_boot

M = 1 << 20
IO = "phys=0x8000000000"
VS = 0xFFFFC90000000000


def run(lines: list[str], **changes: object) -> tuple[Replay, list[OpRecord]]:
    given: Inputs = msgspec.structs.replace(inputs(["settle", "purge", *lines]), **changes)
    replay = Replay(given)
    return replay, [op.record for op in replay.run().ops][2:]


def levels(tables: list) -> list[str]:
    return [entry[0] for entry in tables]


def test_a_table_that_the_first_look_shows_is_there_from_the_boot():
    table = ("pte", Hex(W + 64 * M))
    replay, (op,) = run([f"vmap_page_range va=W+64M size=4K {IO}"], tables={2: [table]})
    assert levels(op.tadd) == []
    assert op.t0["pte"] == [(W + 64 * M, 1, 0)]
    assert replay.boot_tables == 1


def test_without_it_the_operation_makes_its_tables_itself():
    replay, (op,) = run([f"vmap_page_range va=W+64M size=4K {IO}"])
    assert levels(op.tadd) == ["pmd", "pte"]
    assert replay.boot_tables == 0


def test_a_table_that_an_earlier_operation_could_have_made_is_not_taken():
    lines = [f"vmap_page_range va=W size=4K {IO}", "vunmap_range va=W size=4K",
             f"vmap_page_range va=W size=2M {IO}", "walk va=W size=2M"]  # fmt: skip
    replay, ops = run(lines, tables={5: [("pte", Hex(W))]})
    assert "pte" not in ops[3].t0
    assert replay.boot_tables == 0


def test_per_cpu_memory_makes_no_tables_outside_its_own_areas():
    table = ("pte", Hex(W + 64 * M))
    replay, (_, op) = run(["percpu x n=1 size=1024", "walk va=W+64M size=2M"], tables={3: [table]})
    assert op.t0["pte"] == [(W + 64 * M, 1, 0)]
    assert replay.taken == [table]


def test_a_table_that_comes_to_light_later_was_there_from_the_beginning():
    table = ("pte", Hex(W + 64 * M))
    lines = ["walk va=W size=4K", f"vmap_page_range va=W+64M size=4K {IO}"]
    replay, ops = run(lines, tables={3: [table]})
    assert replay.taken == [table]
    assert "pmd" not in ops[0].t0
    again = Replay(since_boot(replay.inputs, replay.taken))
    assert [op.record for op in again.run().ops][2].t0["pmd"] == [(W, 1, 1)]
    assert again.taken == []


def test_another_task_that_frees_comes_before_the_operation_it_was_seen_in():
    task = OtherTask(op=2, inside=True, position=0, cpu=1, free=VS)
    _, (op,) = run(["vmalloc a size=4K"], others=[task])
    assert [type(event) for event in op.ev] == [FreeEvent, AllocEvent]
    assert [event.by for event in op.ev] == ["kworker", "cur"]
    assert op.nr_vmalloc_pages == (4, 1)


def test_what_another_task_did_between_operations_is_seen_before_the_next():
    tasks = [OtherTask(op=3, inside=False, position=0, cpu=1, alloc=(0x5000, 0x4000, VS, VS + (1 << 44)))]
    _, ops = run(["settle", "settle"], others=tasks)
    assert [type(event) for event in ops[1].pre] == [AllocEvent]
    assert ops[1].nr_vmalloc_pages == (8, 8)
    assert ops[0].pre == []


def test_another_task_during_an_operation_comes_after_it_when_it_was_seen_later():
    task = OtherTask(op=2, inside=True, position=1, cpu=1, free=VS)
    _, (op,) = run(["vmalloc a size=4K"], others=[task])
    assert [type(event) for event in op.ev] == [AllocEvent, FreeEvent]


def test_a_note_is_no_operation():
    _, (op,) = run(["note anything at all"])
    assert op.note
    assert op.ev == []


def test_sums_in_a_script_wrap_at_64_bits_as_in_the_kernel_module():
    _, (made,) = run(["area a size=0-1"])
    assert made.ret == "0x0"


def test_an_operation_that_does_nothing_shows_what_is_there():
    _, (_, op, after) = run(["vmalloc a size=4K", "nop", "vmalloc b size=4K"])
    assert (op.op, op.ev, op.nr_vmalloc_pages) == ("nop", [], (after.nr_vmalloc_pages[0],) * 2)
