"""The stored conformance report is of this engine, and a part of it, made again, comes to the same."""

import importlib
from pathlib import Path

import pytest

from vmgui.formats.conformance import Report, load, report_of
from vmgui.formats.recording import find, read
from vmgui.formats.replay import replay

ROOT = Path(__file__).resolve().parents[2]
#: Every so many recordings one is replayed again here.
EVERY = 23


@pytest.fixture(scope="module")
def stored(shared: Path) -> Report:
    return load(ROOT / "resources" / "docs" / "conformance.json")


def test_the_report_is_of_this_engine(shared: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    stale = importlib.import_module("conformance").is_stale()
    assert not stale, "run: python packaging/conformance.py"


def test_the_report_is_about_every_recording(shared: Path, stored: Report):
    folders = [shared / "kernel" / "golden", shared / "kernel" / "samples"]
    assert len(stored.scenarios) == stored.totals.scenarios == len(find(folders))


def test_a_part_of_the_report_made_again_comes_to_the_same(shared: Path, stored: Report):
    files = find([shared / "kernel" / "golden"])[::EVERY]
    again = report_of([replay(read(file)) for file in files], [])
    rows = {(row.boot, row.scenario): row for row in stored.scenarios}
    assert [rows[row.boot, row.scenario] for row in again.scenarios] == again.scenarios


def test_the_totals_of_the_report_are_the_sums_of_its_rows(stored: Report):
    for name in ("operations", "identical", "different", "unsupported", "compared_fields", "compared_events"):
        for whole in (stored.scenarios, stored.boots):
            assert sum(getattr(row, name) for row in whole) == getattr(stored.totals, name)
    assert stored.totals.operations == sum(
        (stored.totals.identical, stored.totals.different, stored.totals.unsupported)
    )
