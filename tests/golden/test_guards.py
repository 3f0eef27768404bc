"""What keeps a replay honest: any change of a compared field is seen, anything else changes nothing."""

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.golden.recordings import golden, inputs, lines_of, recording_of
from tests.golden.recordings import record as recorded
from vmgui.formats.compare import compare
from vmgui.formats.errors import FormatError
from vmgui.formats.frame_map import rig_ram
from vmgui.formats.inputs import split
from vmgui.formats.messages import meaning
from vmgui.formats.records import Recording
from vmgui.formats.replay import Replay, replay
from vmgui.formats.verdict import Actual

Path_ = tuple[Any, ...]

#: Fields that the comparison leaves out, by the contract, and inputs that are not compared either.
LEFT_OUT = {
    "line", "i", "op", "rec", "caller", "note", "boot.release", "boot.pgd_pa", "boot.arch",
    "boot.W", "boot.WE", "boot.online_cpus", "boot.possible_cpus", "boot.gbpages",
    "boot.nr_vmalloc_pages", "boot.totalram_pages", "boot.online_nodes", "boot.phys_bits",
    "boot.page_offset", "boot.fn_probes", "end.ops",
}  # fmt: skip


def leaves(value: Any, at: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every plain value of a record with the way to it."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*at, key))
    elif isinstance(value, list):
        for i, below in enumerate(value):
            yield from leaves(below, (*at, i))
    else:
        yield at, value


def is_compared(record: dict, at: Path_, value: Any) -> bool:
    """Whether the contract has this value compared."""
    names = {str(at[0]), str(at[-1]), f"{record['rec']}.{at[0]}"}
    if record["rec"] == "run" or names & LEFT_OUT or value is None or at[-1] == "overflow":
        return False
    if record["rec"] in ("state", "end") or at[0] == "all":
        return not (at[-2:-1] and "busy" in at and at[-1] == 6)  # the caller of an area
    if at[0] in ("pre", "ev"):
        return _event_is_compared(record, at)
    # a crashed record is compared up to the crash; frame numbers are a matter of their own
    return not record.get("crashed") and not _is_frame(record, at)


def _event_is_compared(record: dict, at: Path_) -> bool:
    event = record[at[0]][at[1]]
    if event["t"] == "msg" and meaning(event["text"]) is None:
        return False
    left_over = record["i"] <= 1 and event["by"] != "cur" and event["t"] in ("fn", "purge")
    worker_cpu = at[2] == "cpu" and event["by"] != "cur"
    crash = next((i for i, e in enumerate(record["ev"]) if "BUG" in e.get("text", "")), 1 << 30)
    return not left_over and not worker_cpu and at[2] != "t" and (at[0] == "pre" or at[1] <= crash)


def _is_frame(record: dict, at: Path_) -> bool:
    in_table = at[0] in ("tadd", "tdel") and at[-1] == 2
    in_leaf = at[0] == "leaves" and at[-1] == 2 and int(record["leaves"][at[1]][2], 16) < 1 << 30
    return in_table or in_leaf or (record.get("op") == "to_page" and at[0] == "ret")


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value.startswith("0x"):
        return hex(int(value, 16) ^ 0x1000)
    swaps = {"B": "R", "R": "B", "pte": "pmd", "pmd": "pte", "pud": "pmd", "cur": "kworker/0:0/9"}
    return swaps.get(value, "cur" if value.startswith("kworker") else _other_text(value))


def _other_text(text: str) -> str:
    """Another text that means something when this one does."""
    for old, new in ((".c:", ".c:1"), ("ffff", "fffe"), ("size ", "size 1"), ("0x", "0x1")):
        if meaning(text) and old in text:
            return text.replace(old, new, 1)
    return text + "1"


def shorter(value: Any, at: Path_ = ()) -> Iterator[tuple[Path_, list]]:
    """Every list of a record without its last entry, with the way to it."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, list) and value:
        yield at, value[:-1]
    for key, inner in below:
        yield from shorter(inner, (*at, key))


def corruptions(records: list[dict]) -> Iterator[tuple[int, Path_, Any]]:
    """(record, way, new value): the first and the last compared value of each kind of place."""
    found: dict[tuple[Any, ...], list[tuple[int, Path_, Any]]] = {}
    for number, record in enumerate(records):
        changes = [(at, changed(v)) for at, v in leaves(record) if is_compared(record, at, v)]
        for at, rest in shorter(record):
            last = [(*at, len(rest), *inner) for inner, _ in leaves(_at(record, at)[-1])]
            listed = any(isinstance(key, str) for key in at) and isinstance(_at(record, at)[-1], list | dict)
            if listed and any(is_compared(record, inner, _at(record, inner)) for inner in last):
                changes.append((at, rest))
        for at, value in changes:
            kind = tuple("*" if isinstance(key, int) and i in (1, 2) else key for i, key in enumerate(at))
            found.setdefault((record["rec"], type(value), *kind), []).append((number, at, value))
    for places in found.values():
        yield places[0]
        if len(places) > 1:
            yield places[-1]


def _at(record: Any, at: Path_) -> Any:
    for key in at:
        record = record[key]
    return record


def put(records: list[dict], number: int, at: Path_, value: Any) -> list[dict]:
    """A copy with one value changed."""
    copied = list(records)
    copied[number] = place = copy.deepcopy(records[number])
    for key in at[:-1]:
        place = place[key]
    place[at[-1]] = value
    return copied


def seen(actual: Actual, recording: Recording) -> bool:
    """Whether the comparison finds any difference."""
    ram = rig_ram(recording.boot.page_offset, recording.run.mem_mib)
    result = compare(actual, recording, ram, {})
    assert result.ops == result.identical + result.different + result.unsupported
    return result.first_difference is not None and result.different > 0


def _refused_or_seen(actual: Actual, records: list[dict]) -> bool:
    try:
        recording = recording_of(records)
    except FormatError:  # such as an operation after a crash
        return True
    return seen(actual, recording)


def assert_all_seen(records: list[dict]) -> int:
    """Change every kind of compared field in turn; returns how many changes were tried."""
    whole = recording_of(records)
    actual = Replay(split(whole)).run()
    assert not seen(actual, whole)
    changes = list(corruptions(records))
    unseen = [
        (records[number].get("line"), at, value)
        for number, at, value in changes
        if not _refused_or_seen(actual, put(records, number, at, value))
    ]
    assert unseen == []
    return len(changes)


def test_a_recording_made_by_the_engine_itself_is_identical(made: list[dict]):
    result = replay(recording_of(made))
    assert result.first_difference is None
    assert result.identical == result.ops == len(made) - 3


def test_any_change_of_a_compared_field_is_seen(made: list[dict]):
    assert assert_all_seen(made) > 200


@pytest.mark.parametrize("scenario", ["24", "93", "91"])
def test_any_change_of_a_compared_field_of_a_kernel_recording_is_seen(shared: Path, scenario: str):
    assert assert_all_seen(lines_of(golden(shared, "x86-4l", scenario))) > 80


def test_a_field_that_is_missing_is_seen(made: list[dict]):
    whole = recording_of(made)
    actual = Replay(split(whole)).run()
    optional = {"note", "crashed", "pre", "ev"}
    for number, record in enumerate(made):
        for name in record:
            compared = record["rec"] == "op" and name not in LEFT_OUT | optional and not record["crashed"]
            if compared:
                fewer = list(made)
                fewer[number] = {key: value for key, value in record.items() if key != name}
                assert seen(actual, recording_of(fewer)), (record["line"], name)


def test_a_frame_in_two_places_is_seen_when_one_of_them_changes(made: list[dict]):
    actual = Replay(split(recording_of(made))).run()
    number = next(n for n, r in enumerate(made) if r.get("line") == "walk va=W size=2G")
    runs = made[number]["leaves"]
    swapped = copy.deepcopy(made)
    swapped[number]["leaves"][1][2], swapped[number]["leaves"][2][2] = runs[2][2], runs[1][2]
    assert seen(actual, recording_of(swapped))


def test_one_frame_for_two_tables_is_seen(made: list[dict]):
    actual = Replay(split(recording_of(made))).run()
    number = next(n for n, r in enumerate(made) if len(r.get("tadd", [])) > 1)
    twice = copy.deepcopy(made)
    twice[number]["tadd"][1][2] = twice[number]["tadd"][0][2]
    assert seen(actual, recording_of(twice))


def test_other_frame_numbers_throughout_are_no_difference(made: list[dict]):
    moved = copy.deepcopy(made)
    ends = 256 << 20 >> 12
    for record in moved[3:]:
        for entry in [*record.get("tadd", []), *record.get("tdel", [])]:
            entry[2] = hex((ends - 1 << 12) - int(entry[2], 16))
        record["leaves"] = [run for old in record.get("leaves", []) for run in _moved(old, ends)]
        if "scan" not in record:
            del record["leaves"]
        if record.get("op") == "to_page":
            record["ret"] = _frame(record["ret"], ends)
    actual = Replay(split(recording_of(made))).run()
    assert not seen(actual, recording_of(moved))


def _frame(frame: int, ends: int) -> int:
    """Another frame, the same for the same: whole 2 MiB blocks change places, small frames within."""
    return ends - 512 - (frame & ~511) + (frame & 511)


def _moved(run: list, ends: int) -> list:
    level, va, pa, n, bits = run
    first = int(pa, 16) >> 12
    if first >= ends:
        return [run]
    if level != "pte":
        return [
            [level, va, hex(_frame(first, ends) << 12), 1, bits] for va, first in _each(va, first, n, 512)
        ]
    return [[level, va, hex((ends - 1 - first) << 12), 1, bits] for va, first in _each(va, first, n, 1)]


def _each(va: str, first: int, n: int, pages: int) -> list[tuple[str, int]]:
    return [(hex(int(va, 16) + (i * pages << 12)), first + i * pages) for i in range(n)]


def randomised(records: list[dict], seed: int) -> list[dict]:
    """A copy with everything outside the inputs replaced by something random of the same kind."""
    chance = random.Random(seed)
    copied = copy.deepcopy(records)
    for record in copied:
        for at, value in list(leaves(record)):
            if not _is_input(record, at):
                place = record
                for key in at[:-1]:
                    place = place[key]
                place[at[-1]] = _random(value, chance)
    return copied


def _is_input(record: dict, at: Path_) -> bool:
    kept = {"rec", "i", "line", "op", "note", "crashed", "t", "by", "ops", "overflow"}
    if record["rec"] in ("run", "boot") and not str(at[0]).startswith(("page_kernel", "wc", "levels", "V")):
        return True
    if record["rec"] == "state":
        shape = at[0] == "tree" and at[-1] != 4
        return shape or at[0] in ("rec", "overflow", "busy", "lazy", "pool", "vb", "vbfree")
    if at[0] in ("pre", "ev"):
        event = record[at[0]][at[1]]
        other = event["by"] != "cur" and event["t"] in ("alloc", "free")
        return at[2] in kept or (other and at[2] != "lazy") or event.get("name") == "purge_vmap_node"
    return at[0] in kept or (at[0] == "t0" and at[-1] != 2)


def _random(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool):
        return chance.random() < 0.5
    if isinstance(value, int):
        return chance.randrange(1 << 20)
    if value is None or not value.startswith("0x"):
        return value
    return hex(chance.randrange(1 << 64))


@pytest.mark.parametrize("seed", range(3))
def test_what_is_no_input_does_not_reach_the_replay(made: list[dict], seed: int):
    assert split(recording_of(randomised(made, seed))) == split(recording_of(made))


@pytest.mark.parametrize(("boot", "scenario"), [("x86-4l", "24"), ("arm64", "29")])
def test_a_replay_of_a_randomised_recording_is_the_same_byte_for_byte(shared: Path, boot: str, scenario: str):
    records = lines_of(golden(shared, boot, scenario))
    runs = [records, randomised(records, 1)]
    actual = [msgspec.json.encode(Replay(split(recording_of(r))).run(), enc_hook=hex) for r in runs]
    assert actual[0] == actual[1]
    assert runs[0] != runs[1]


def test_an_operation_the_engine_cannot_do_is_never_identical():
    given = inputs(["settle", "purge", "vfree nobody", "vmalloc a size=4K", "vfree a"])
    actual = Replay(given).run()
    assert [bool(op.unsupported) for op in actual.ops] == [False, False, True, True, True]
    records = recorded(inputs(["settle", "purge", "settle", "vmalloc a size=4K", "vfree a"]))
    result = compare(actual, recording_of(records), rig_ram(given.page_offset, given.mem_mib), {})
    assert (result.identical, result.unsupported, result.different) == (2, 3, 0)
