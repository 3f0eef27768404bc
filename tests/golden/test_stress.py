"""The stress samples, driven by their traces: identical to their end state, and no change goes unseen.

The largest one takes a minute: `vmgui replay ../shared/kernel/samples` runs them all.
"""

import copy
from pathlib import Path

import msgspec
import pytest

from vmgui.formats.compare import compare
from vmgui.formats.frame_map import rig_ram
from vmgui.formats.inputs import Unusable, split
from vmgui.formats.recording import read
from vmgui.formats.records import AllocEvent, FreeEvent, Hex, PurgeEvent, Recording
from vmgui.formats.replay import Replay, unrecorded
from vmgui.formats.verdict import Actual, ScenarioResult

#: The operation that a trace tells of.
STRESS = 3


@pytest.fixture(scope="module")
def sample(shared: Path) -> Recording:
    return read(shared / "kernel" / "samples" / "stress-default" / "result.jsonl.gz")


@pytest.fixture(scope="module")
def actual(sample: Recording) -> Actual:
    return Replay(split(sample), unrecorded).run()


def compared(actual: Actual, recording: Recording) -> ScenarioResult:
    return compare(actual, recording, rig_ram(recording.boot.page_offset, recording.run.mem_mib), {})


def test_twenty_thousand_events_lead_to_the_recorded_end(sample: Recording, actual: Actual):
    result = compared(actual, sample)
    assert result.first_difference is None
    assert result.is_identical
    assert result.compared_events >= len(sample.ops[STRESS].ev) > 20_000


def test_the_end_is_compared_node_for_node(sample: Recording, actual: Actual):
    changed = copy.deepcopy(sample)
    depth, colour, *rest = changed.end.tree[-1]
    changed.end.tree[-1] = (depth, "B" if colour == "R" else "R", *rest)
    assert compared(actual, changed).first_difference.field.startswith("tree")


@pytest.mark.parametrize(
    ("kind", "field"),
    [(AllocEvent, "addr"), (AllocEvent, "failed"), (FreeEvent, "lazy"), (FreeEvent, "max"),
     (PurgeEvent, "n"), (PurgeEvent, "end"), (AllocEvent, "by"), (FreeEvent, "cpu")],
)  # fmt: skip
def test_any_change_of_an_event_is_seen(sample: Recording, actual: Actual, kind: type, field: str):
    op = msgspec.structs.replace(sample.ops[STRESS], ev=list(sample.ops[STRESS].ev))
    at = max(i for i, event in enumerate(op.ev) if isinstance(event, kind))
    value = getattr(op.ev[at], field)
    other = "kworker/9:9/9" if isinstance(value, str) else Hex(value + 1)
    op.ev[at] = msgspec.structs.replace(op.ev[at], **{field: other})
    ops = [*sample.ops[:STRESS], op, *sample.ops[STRESS + 1 :]]
    result = compared(actual, msgspec.structs.replace(sample, ops=ops))
    assert result.first_difference.field == f"ev[{at}]"


def test_an_address_that_the_trace_tells_does_not_reach_the_engine(sample: Recording):
    moved = copy.deepcopy(sample)
    for event in moved.ops[STRESS].ev:
        if isinstance(event, AllocEvent):
            event.addr = Hex(event.addr ^ 0x1000)
        if isinstance(event, FreeEvent):
            event.lazy += 7
    assert split(moved).driven == split(sample).driven


def test_a_trace_from_a_cpu_that_is_not_there_is_unusable(sample: Recording):
    op = msgspec.structs.replace(sample.ops[STRESS], ev=list(sample.ops[STRESS].ev))
    op.ev[7] = msgspec.structs.replace(op.ev[7], cpu=99)
    ops = [*sample.ops[:STRESS], op, *sample.ops[STRESS + 1 :]]
    with pytest.raises(Unusable, match="CPU 99 of 2"):
        split(msgspec.structs.replace(sample, ops=ops))
