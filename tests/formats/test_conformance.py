"""Claims about the conformance report and its page."""

import re
from pathlib import Path

import pytest

from vmgui.formats.conformance import dates, load, report_of, save
from vmgui.formats.conformance_page import page, title
from vmgui.formats.errors import FormatError
from vmgui.formats.verdict import ScenarioResult


def result(boot: str = "x86-4l", ops: int = 10, **more) -> ScenarioResult:
    told = {"identical": ops, "compared_fields": 300, "compared_events": 20, "kernel": "6.12.117+deb12-amd64",
            "arch": "x86_64", "page_size": 4096, "levels": 4, "cpus": 2}  # fmt: skip
    return ScenarioResult(boot, "s", ops, **(told | more))


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*", text))


def test_a_report_adds_up():
    report = report_of([result(), result(ops=7, identical=5, different=1, unsupported=1)], [])
    sums = report.totals
    assert (sums.scenarios, sums.identical_scenarios, sums.operations) == (2, 1, 17)
    assert (sums.identical, sums.different, sums.unsupported) == (15, 1, 1)
    assert sums.compared_fields == 600
    assert [boot.operations for boot in report.boots] == [17]


def test_one_difference_unproves_the_boot_and_not_the_architecture():
    results = [result(), result("other", identical=9, different=1)]
    proven = {g.levels: g.boots for g in report_of(results, []).architectures if g.arch == "x86_64"}
    assert proven == {4: ["x86-4l"], 5: []}


def test_an_architecture_nobody_recorded_is_from_the_source():
    report = report_of([result()], [])
    lines = [line for line in page(report).splitlines() if line.startswith("| riscv64")]
    assert len(lines) == 3
    assert all(line.endswith("| from the source |") for line in lines)


def test_every_number_of_the_totals_is_on_the_page():
    counts = {"not_compared": {"caller of an area": 4321}, "imported": {"busy areas": 77}}
    report = report_of([result(ops=1234, **counts)], ["2026-11-22", "2026-11-23"])
    text = page(report)
    assert {"1,234", "4,321", "77", "300", "20"} <= numbers(text)
    assert "2026-11-22 to 2026-11-23" in text
    assert title(report) == "Verified against Linux 6.12"


def test_a_saved_report_reads_back(tmp_path: Path):
    report = report_of([result()], ["2026-11-22"])
    save(report, tmp_path / "r.json")
    assert load(tmp_path / "r.json") == report


def test_what_is_no_report_is_refused(tmp_path: Path):
    (tmp_path / "r.json").write_text('{"schema": 1}')
    with pytest.raises(FormatError, match="no conformance report"):
        load(tmp_path / "r.json")


def test_the_dates_are_those_of_the_kernel_logs(tmp_path: Path):
    (tmp_path / "a.dmesg").write_text(
        "[ 1.5] rtc_cmos 00:06: setting system clock to 2026-11-22T08:07:36 UTC (1)\n"
    )
    (tmp_path / "b.dmesg").write_text("[ 1.5] rtc: setting system clock to 2026-11-20T08:07:36 UTC (1)\n")
    assert dates([tmp_path]) == ["2026-11-20", "2026-11-22"]
    assert dates([tmp_path / "a.dmesg"]) == []
