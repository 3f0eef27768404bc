"""The address allocator against recordings of a real kernel: every address, list, pool and tree node."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.recorded import Replay

#: Not here: what needs vmap blocks (16 to 18) or per-CPU areas (31), whose steps are not in the events.
SCENARIOS = {
    "x86-4l": (
        "02_holes_lowest", "03_align", "06_exhaust", "07_lazy_threshold", "08_purge_merge", "30_pools",
        "35_tree_shape", "36_stress", "39_adjusted_search", "41_purge_helpers",
    ),
    "x86-5l": ("30_pools", "35_tree_shape"),
    "x86-4l-nohuge": ("39_adjusted_search",),
    "x86-4l-smp1": ("06_exhaust", "30_pools"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("boot", "scenario"), [(boot, name) for boot, names in SCENARIOS.items() for name in names]
)
def test_the_allocator_does_what_the_recorded_kernel_did(shared: Path, boot: str, scenario: str) -> None:
    replay = Replay(shared / "kernel" / "golden" / boot / f"{scenario}.jsonl.gz")
    replay.run()
    assert replay.snapshots > 5
    assert replay.trees >= 1


def test_a_changed_address_in_a_recording_is_noticed(shared: Path) -> None:
    replay = Replay(shared / "kernel" / "golden" / "x86-4l" / "02_holes_lowest.jsonl.gz")
    events = [event for record in replay.records for event in record.get("ev", []) if event["t"] == "alloc"]
    events[5]["addr"] = hex(int(events[5]["addr"], 16) + 4096)
    with pytest.raises(AssertionError):
        replay.run()


def test_a_changed_colour_in_a_recorded_tree_is_noticed(shared: Path) -> None:
    replay = Replay(shared / "kernel" / "golden" / "x86-4l" / "35_tree_shape.jsonl.gz")
    last = next(record["tree"] for record in reversed(replay.records) if "tree" in record)
    last[-1][1] = "B" if last[-1][1] == "R" else "R"
    with pytest.raises(AssertionError):
        replay.run()
