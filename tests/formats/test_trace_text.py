"""Claims about raw traces: whose events they tell, in which operation, and when they are refused."""

import pytest

from vmgui.formats.errors import FormatError
from vmgui.formats.records import AllocEvent, FreeEvent, PurgeEvent
from vmgui.formats.trace_text import read_trace

W = 0xFFFFD88000000000
FENCE = f"init-7 [000] ..... 1.0: alloc_vmap_area: va_start: {W - 4096} size=4096 align=1 " \
        f"vstart={W - 4096:#x} vend={W:#x} failed=0"  # fmt: skip
REQUEST = f"init-7 [001] ..... 1.2: alloc_vmap_area: va_start: {W} size=8192 align=1 " \
          f"vstart={W:#x} vend={W + (1 << 40):#x} failed=0"  # fmt: skip
FREE = f"kworker/1:2-33 [001] ..... 1.3: free_vmap_area_noflush: va_start={W:#x} nr_lazy=2 nr_lazy_max=16384"
PURGE = f"kworker/0:1-9 [000] .N... 1.4: purge_vmap_area_lazy: start={W:#x} end={W + 8192:#x} num_purged=1"


def mark(text: str) -> str:
    return f"migration/0-21 [000] d..1. 1.1: snap_fn: vmprobe: {text}"


def test_events_belong_to_the_operation_whose_marks_surround_them():
    lines = ["# tracer: nop", FENCE, mark("state"), FREE, mark("op 0 begins"), REQUEST, mark("op 0 done"),
             PURGE, mark("op 1 begins"), mark("op 1 done"), mark("end")]  # fmt: skip
    traced = read_trace(lines, "t", W)
    assert [type(event) for event in traced.before[0]] == [FreeEvent]
    assert [type(event) for event in traced.during[0]] == [AllocEvent]
    assert [type(event) for event in traced.before[1]] == [PurgeEvent]
    assert traced.during[1] == []


def test_who_fenced_the_window_is_the_runner():
    request, free = read_trace([FENCE, mark("op 0 begins"), REQUEST, FREE], "t", W).during[0]
    assert (request.by, request.cpu, request.addr) == ("cur", 1, W)
    assert (free.by, free.cpu, free.va, free.lazy) == ("kworker/1:2/33", 1, W, 2)


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["# entries-in-buffer/entries-written: 5/6   #P:2"], 1),
        ([FENCE, "what is this"], 2),
        ([FENCE, mark("op x begins")], 2),
        ([FENCE, FREE.replace("nr_lazy=2", "nr_lazy=many")], 2),
        ([FENCE, FREE.replace("nr_lazy=2", f"nr_lazy={'9' * 5000}")], 2),
        ([FENCE, FREE.replace("[001]", f"[{'9' * 5000}]")], 2),
        ([FENCE, REQUEST.replace("size=8192", f"size={'9' * 5000}")], 2),
        ([FENCE, mark(f"op {'9' * 5000} begins")], 2),
    ],
)
def test_a_trace_that_lost_events_or_is_none_is_refused_by_line(lines: list[str], line: int):
    with pytest.raises(FormatError) as refused:
        read_trace(lines, "t", W)
    assert refused.value.line == line


def test_a_trace_without_a_runner_is_refused():
    with pytest.raises(FormatError, match="who runs the script"):
        read_trace([mark("op 0 begins"), REQUEST], "t", W)
