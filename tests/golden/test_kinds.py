"""Every kind of value that a recording has is compared, or stands on the list of those that are not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.golden.recordings import golden, lines_of, recording_of
from tests.golden.test_guards import changed, leaves, put, randomised
from vmgui.formats.compare import compare
from vmgui.formats.errors import FormatError
from vmgui.formats.frame_map import rig_ram
from vmgui.formats.inputs import Unusable, split
from vmgui.formats.messages import meaning
from vmgui.formats.replay import Replay, unrecorded
from vmgui.formats.verdict import Actual

Kind = tuple[str, ...]

#: Short ones that have together what any recording has.
CHOSEN = (
    ("x86-4l", "13"), ("x86-4l", "18"), ("x86-4l", "28"), ("x86-4l", "31"), ("x86-4l", "33"),
    ("x86-4l", "92"), ("x86-4l-smp1", "29"), ("x86-4l-smp1", "35"), ("x86-5l", "24"), ("arm64", "27"),
)  # fmt: skip
#: Places of one kind that are tried.
TRIES = 4

#: The contract's list: who ran it and on what, inputs, callers, what is no message, CPUs of workers, which
#: frames the boot's own areas had, and what comes after a crash.  Of what scripts see of areas of the boot,
#: `test_boot_areas` says what is left out.
NOT_COMPARED = {
    *(("run", name) for name in ("boot", "scenario", "cmdline", "smp", "mem_mib", "kernel", "qemu_cpu")),
    *(("boot", name) for name in ("W", "WE", "online_cpus", "possible_cpus", "online_nodes",
      "totalram_pages", "gbpages", "phys_bits", "nr_vmalloc_pages", "release", "pgd_pa")),
    ("state", "busy", "*", "6"), ("end", "busy", "*", "6"), ("op", "all", "busy", "*", "6"),
    ("op", "vm", "caller"),
    *(("op", "ev", "msg own unlisted", name) for name in ("cpu", "by", "text")),
    ("op", "pre", "boot's fn other", "cpu"), ("op", "ev", "fn other", "cpu"),
    *(("op", "ev", f"boot's {what} other", "cpu") for what in ("fn", "purge")),
    ("op", "ev", "boot's purge other", "start"),
    ("op", "ev", "after a crash"),
}  # fmt: skip


def kind_of(record: dict, at: tuple[Any, ...]) -> Kind:
    """What a place is, wherever it is: lists lose their index, events have their type and who it was."""
    names = [str(key) if isinstance(key, str) or i == len(at) - 1 else "*" for i, key in enumerate(at)]
    if isinstance(at[-1], int) and not isinstance(_at(record, at[:-2]), list):
        names[-1] = "*"
    if at[0] in ("pre", "ev"):
        event = record[at[0]][at[1]]
        said = (meaning(event["text"]) or ("unlisted",))[0] if event["t"] == "msg" else ""
        names[1] = " ".join([event["t"], "own" if event["by"] == "cur" else "other", said]).strip()
        if any("BUG" in before.get("text", "") for before in record[at[0]][: at[1]]):
            return (record["rec"], at[0], "after a crash", *(["t"] if at[2] == "t" else []))
        if record.get("i", 2) <= 1 and event["by"] != "cur" and event["t"] in ("fn", "purge"):
            names[1] = f"boot's {names[1]}"
    return (record["rec"], *names)


def _at(record: Any, at: tuple[Any, ...]) -> Any:
    for key in at:
        record = record[key]
    return record


def places(records: list[dict]) -> dict[Kind, list[tuple[int, tuple[Any, ...], Any]]]:
    """For each kind, where it occurs: (record, way, value)."""
    found: dict[Kind, list[tuple[int, tuple[Any, ...], Any]]] = {}
    for number, record in enumerate(records):
        for at, value in leaves(record):
            if value is not None:
                found.setdefault(kind_of(record, at), []).append((number, at, value))
    return found


def spread(of: list[Any]) -> Iterator[Any]:
    """A few of them, the last first."""
    yield from (of[-1 - i * (len(of) - 1) // max(1, TRIES - 1)] for i in range(min(TRIES, len(of))))


def is_reported(actual: Actual, records: list[dict]) -> bool:
    """Whether a recording that has been changed is refused, or found different."""
    try:
        recording = recording_of(records)
        split(recording)
    except (FormatError, Unusable):
        return True
    ram = rig_ram(recording.boot.page_offset, recording.run.mem_mib)
    return compare(actual, recording, ram, {}).different > 0


def test_every_kind_of_value_is_compared_or_on_the_list(shared: Path):
    left: dict[Kind, Any] = {}
    reported: set[Kind] = set()
    for boot, scenario in CHOSEN:
        records = lines_of(golden(shared, boot, scenario))
        actual = Replay(split(recording_of(records)), unrecorded).run()
        assert not is_reported(actual, records)
        for kind, where in places(records).items():
            if kind not in reported:
                tried = (put(records, n, at, changed(value)) for n, at, value in spread(where))
                if any(is_reported(actual, each) for each in tried):
                    reported.add(kind)
                    left.pop(kind, None)
                else:
                    left.setdefault(kind, (boot, scenario, where[-1]))
    assert left.keys() == NOT_COMPARED
    assert len(reported) > 240


def test_the_chosen_recordings_have_every_kind_of_field(shared: Path):
    fields = {name for chosen in CHOSEN for record in lines_of(golden(shared, *chosen)) for name in record}
    assert fields >= {
        "vb", "vbfree", "bytes", "left", "in_atomic", "tree", "all", "addr", "page_is_null", "pre", "crashed",
        "is_vmalloc_addr", "is_vmalloc_or_module_addr", "tab_alloc", "tab_free", "tadd", "tdel",
    }  # fmt: skip


@pytest.mark.parametrize(("boot", "scenario"), [each for each in CHOSEN if each[1] != "31"])
def test_nothing_but_the_inputs_reaches_the_replay(shared: Path, boot: str, scenario: str):
    records = lines_of(golden(shared, boot, scenario))  # 31 is the one that is told of per-CPU chunks
    assert split(recording_of(randomised(records, 7))) == split(recording_of(records))
