"""The kernel log: a ring of words, its limits, warnings and the end of a kernel."""

import pytest

from tests.engine.booted import booted, rebuilt
from vmgui.engine.kernel import LOG_BYTES, KernelBug
from vmgui.engine.lib.once import Once
from vmgui.engine.lib.printk import (
    BUG,
    BUG_ON,
    HZ,
    WARN,
    WARN_ON,
    WARN_ONCE,
    log_line,
    log_lines,
    oops,
    panic,
    printk,
    printk_once,
    printk_ratelimit,
)
from vmgui.engine.trace import FUNCTIONS, Recorder


def test_lines_come_back_in_order_and_with_any_text():
    k = booted()
    lines = ["", "a", "12345678", "123456789", "größe Ω 页"]
    for line in lines:
        printk(k, line)
    assert log_lines(k.mem, k) == lines


def test_a_full_ring_forgets_the_oldest_lines_only():
    k = booted()
    lines = [f"{i} " + "x" * (i % 97) for i in range(9000)]
    for line in lines:
        printk(k, line)
    kept = log_lines(k.mem, k)
    assert 100 < len(kept) < len(lines)
    assert kept == lines[-len(kept) :]
    assert sum(8 + -(-len(line) // 8) * 8 for line in kept) <= LOG_BYTES


def test_lines_can_be_asked_for_from_a_moment_on():
    k = booted()
    printk(k, "before")
    then = k.log_next
    printk(k, "after")
    assert log_lines(k.mem, k, then) == ["after"]
    assert log_line(k.mem, k, then) == "after"


def test_a_line_names_its_place_in_the_log_as_a_span():
    k = booted()
    mem = Recorder(k.addr, k.arena_end)
    mem.view[:] = k.mem.view
    mem.record()
    k = type(k)(k.machine, mem)
    printk(k, "seen")
    rows = mem.take()
    assert [FUNCTIONS[number].name for number in rows.function] == ["vprintk_store"]
    assert log_line(mem, k, rows.args[0]) == "seen"


def test_the_log_is_read_from_any_copy_of_the_words():
    k = booted()
    printk(k, "once upon a time")
    copy = rebuilt(k)
    printk(k, "later")
    assert log_lines(copy.mem, copy) == ["once upon a time"]


def test_ten_messages_in_five_seconds_share_the_common_limit():
    k = booted()
    assert [printk_ratelimit(k) for _ in range(12)] == [True] * 10 + [False] * 2
    k.jiffies += 5 * HZ
    assert not printk_ratelimit(k)
    k.jiffies += 1
    assert printk_ratelimit(k)


def test_a_once_place_speaks_once_a_boot():
    k = booted()
    for _ in range(2):
        printk_once(k, Once.MTRR_OVERRIDE, "hello")
        assert WARN_ONCE(k, Once.IOREMAP_ON_RAM, True, "mm/x.c:1 f", "text")
    assert log_lines(k.mem, k) == ["hello", "text", "WARNING: CPU: 0 PID: 1 at mm/x.c:1 f"]


def test_no_two_once_places_share_a_word():
    assert len({int(once) for once in Once}) == len(Once.__members__)
    assert max(Once) < 64


def test_a_warning_tells_its_place_and_goes_on():
    k = booted()
    k.current_cpu = 1
    assert WARN_ON(k, 5, "mm/vmalloc.c:552 f") is True
    assert WARN(k, 0, "mm/vmalloc.c:1 f", "not said") is False
    assert log_lines(k.mem, k) == ["WARNING: CPU: 1 PID: 1 at mm/vmalloc.c:552 f"]


def test_a_bug_is_the_end():
    k = booted()
    BUG_ON(k, False, "mm/vmalloc.c:1 f")
    with pytest.raises(KernelBug) as bug:
        BUG(k, "mm/vmalloc.c:113 vmap_pte_range")
    assert k.dead
    assert bug.value.kind == "BUG"
    assert bug.value.place == "mm/vmalloc.c:113 vmap_pte_range"
    assert log_lines(k.mem, k) == ["kernel BUG at mm/vmalloc.c:113!"]


@pytest.mark.parametrize(("stop", "line"), [(oops, "BUG: gone"), (panic, "Kernel panic - not syncing: gone")])
def test_an_oops_and_a_panic_are_the_end_too(stop, line):
    k = booted()
    with pytest.raises(KernelBug, match="gone") as bug:
        stop(k, "mm/x.c f", "gone")
    assert (k.dead, bug.value.kind) == (1, stop.__name__)
    assert log_lines(k.mem, k) == [line]
