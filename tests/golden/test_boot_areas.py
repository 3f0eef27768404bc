"""What a recording does not tell of the areas of its boot: left out and counted, and nothing else."""

from copy import deepcopy
from pathlib import Path

import msgspec
import pytest

from vmgui.formats.compare import BOOT_CODE, BOOT_REQUEST
from vmgui.formats.recording import read
from vmgui.formats.records import OpRecord, Recording
from vmgui.formats.replay import replay

FILE = Path(__file__).parent / "fresh" / "x86-4l" / "areas_of_the_boot.jsonl.gz"


@pytest.fixture(scope="module")
def recording() -> Recording:
    return read(FILE)


def op(recording: Recording, line: str) -> OpRecord:
    (found,) = [op for op in recording.ops if op.line == line]
    return found


def test_sizes_asked_for_and_rights_of_loaded_code_are_counted_as_not_compared(recording: Recording):
    result = replay(recording)
    assert result.is_identical
    assert result.not_compared[BOOT_REQUEST] == 2
    assert result.not_compared[BOOT_CODE] > 20


def test_a_device_of_the_boot_that_leads_elsewhere_is_a_difference(recording: Recording):
    other = deepcopy(recording)
    found = op(other, "find addr=VS+0xb000")
    found.vm = msgspec.structs.replace(found.vm, phys_addr=0x1000)
    assert replay(other).first_difference.field == "vm.phys_addr"


def test_bits_of_a_page_that_the_boot_did_not_load_are_compared(recording: Recording):
    other = deepcopy(recording)
    found = op(other, "to_page addr=VS")
    level, va, pa, n, bits = found.leaves[0]
    found.leaves[0] = (level, va, pa, n, type(bits)(bits ^ 2))
    assert replay(other).first_difference.field == "leaves"
