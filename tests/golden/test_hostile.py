"""A recording that is nonsense is refused, or replayed and found different: never worse."""

import copy
import random
from typing import Any

import pytest

from tests.golden.recordings import inputs, record, recording_of
from tests.golden.test_guards import leaves
from vmgui.formats import side_by_side
from vmgui.formats.errors import FormatError
from vmgui.formats.replay import replay

NUMBERS = [0, 1, -1, 1 << 31, 1 << 63, 1 << 70]
ADDRESSES = ["0x0", "0x1", "0x1000", hex((1 << 64) - 1), hex(1 << 65), hex(0xFFFFD88000000123)]
TEXTS = ["", "B", "R", "cpu 99", "vmalloc z size=1T", "vmap_page_range va=0 size=4K phys=0", "\0", "a = ="]


@pytest.fixture(scope="module")
def short() -> list[dict]:
    return record(inputs(["settle", "purge", "vmalloc a size=8K", "walk va=@a size=4K", "vfree a", "tree"]))


def nonsense(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool) or value is None:
        return chance.choice([True, False, 0])
    if isinstance(value, int):
        return chance.choice(NUMBERS)
    return chance.choice(ADDRESSES if value.startswith("0x") else TEXTS)


@pytest.mark.parametrize("seed", range(40))
def test_nonsense_in_a_recording_is_refused_or_found_different(short: list[dict], seed: int):
    chance = random.Random(seed)
    records = copy.deepcopy(short)
    changed = chance.choice([0, 1, 1, 2, 2, 2, *range(3, len(records))])
    at, value = chance.choice(list(leaves(records[changed])))
    place = records[changed]
    for key in at[:-1]:
        place = place[key]
    place[at[-1]] = nonsense(value, chance)
    try:
        result = replay(recording_of(records))
    except FormatError:
        return
    assert result.ops == result.identical + result.different + result.unsupported


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"busy": [[7, "0xffffc90000000000", "0xffffc90000005000", "0x100", "0x2", 4, ""]]}, "vmap node 7"),
        ({"busy": [[0, "0xffffc90000000000", "0xffffc90000005000", "0x100", "0x2", 99, ""]]}, "99 pages"),
    ],
)
def test_a_state_the_machine_cannot_be_in_counts_as_unsupported(short: list[dict], change: dict, why: str):
    records = copy.deepcopy(short)
    records[2]["busy"][0] = change["busy"][0]
    result = replay(recording_of(records))
    assert result.unsupported == result.ops
    assert any(why in reason for reason in result.unsupported_reasons)


def test_a_recording_from_an_unknown_machine_counts_as_unsupported(short: list[dict]):
    records = copy.deepcopy(short)
    records[1]["page_offset"] = "0xff60000000000000"
    result = replay(recording_of(records))
    assert (result.identical, result.unsupported) == (0, result.ops)


def test_a_state_with_a_hole_is_unusable_and_never_identical(short: list[dict]):
    records = copy.deepcopy(short)
    del records[2]["busy"][0]
    result = replay(recording_of(records))
    assert "does not tile" in result.unusable
    assert not result.is_identical
    assert b'"unusable":' in result.to_json()


def test_an_operation_by_another_name_than_its_line_is_refused(short: list[dict]):
    records = copy.deepcopy(short)
    records[5]["op"] = "settle"
    with pytest.raises(FormatError, match="'settle' of the line 'vmalloc a size=8K'"):
        recording_of(records)


@pytest.mark.parametrize("field", ["ev_lost", "pg_lost"])
def test_a_recording_that_lost_events_is_unusable(short: list[dict], field: str):
    records = copy.deepcopy(short)
    records[5][field] = 3
    assert "operation 2 has lost events" in replay(recording_of(records)).unusable


def test_a_tree_that_the_kernel_refused_to_show_is_one_that_the_engine_does_not_have(short: list[dict]):
    records = copy.deepcopy(short)
    assert records[8].pop("tree")
    records[8]["error"] = "no such node"
    assert replay(recording_of(records)).first_difference.field == "tree"


@pytest.mark.parametrize("name", ["MV", "ME", "bbmap_bits"])
def test_a_constant_that_no_such_machine_has_is_found_different(short: list[dict], name: str):
    records = copy.deepcopy(short)
    records[1][name] = 300 if name == "bbmap_bits" else "0xffffffffc0001000"
    assert replay(recording_of(records)).first_difference.op == "boot"


def test_a_cut_list_of_no_leaves_is_found_different(short: list[dict]):
    records = copy.deepcopy(short)
    records[6] |= {"leaves": [], "leaves_truncated": 1}
    assert replay(recording_of(records)).ops == len(short) - 4


def test_more_events_than_a_window_can_keep_name_the_command_that_can(
    short: list[dict], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(side_by_side, "MOST_EVENTS", 0)
    with pytest.raises(FormatError, match="`vmgui replay` compares this recording"):
        side_by_side.replayed(recording_of(short))
