"""`vmgui replay`: what it prints, and its exit status."""

import copy
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from vmgui.cli import main
from vmgui.formats import conformance
from vmgui.formats.fingerprint import fingerprint
from vmgui.formats.recording import read
from vmgui.formats.records import Recording
from vmgui.formats.replay import replay

FIELDS = ["boot", "scenario", "ops", "identical", "different", "unsupported", "compared_fields", "imported",
          "not_compared", "first_difference"]  # fmt: skip


def written(folder: Path, records: list[dict], name: str = "made.jsonl.gz") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(b"\n".join(map(msgspec.json.encode, records))))
    return path


def test_an_identical_recording_ends_well(tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture):
    assert main(["replay", str(written(tmp_path, made))]) == 0
    said = capsys.readouterr().out
    assert f"identical {len(made) - 3}/{len(made) - 3}" in said
    assert "1 of 1 scenarios identical" in said


def test_a_difference_is_shown_field_by_field(
    tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture
):
    records = copy.deepcopy(made)
    records[5]["vm"]["nr_pages"] = 77
    assert main(["replay", str(written(tmp_path, records))]) == 1
    said = capsys.readouterr().out
    assert "first difference: operation 2 `vmalloc_huge h size=2M+4K`, field vm.nr_pages" in said
    assert "kernel 77" in said
    assert "engine 1024" in said


def test_json_is_one_object_a_scenario(tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture):
    records = copy.deepcopy(made)
    records[5]["lazy_nr"][1] = 3
    paths = [written(tmp_path, made, "a.jsonl.gz"), written(tmp_path, records, "b.jsonl.gz")]
    assert main(["replay", "--json", *map(str, paths)]) == 1
    first, second, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(summary) == ["summary"]
    assert "fingerprint" not in summary["summary"]  # it takes a while, and only a report is kept
    assert list(first)[: len(FIELDS)] == FIELDS
    assert first["first_difference"] is None
    assert second["first_difference"] == {
        "op": 2, "line": "vmalloc_huge h size=2M+4K", "field": "lazy_nr", "kernel": [0, 3], "engine": [0, 0],
    }  # fmt: skip
    for result in (first, second):
        assert result["ops"] == result["identical"] + result["different"] + result["unsupported"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(
    tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture
):
    written(tmp_path, made, "b.jsonl.gz")
    (tmp_path / "a.jsonl.gz").write_bytes(b"\x1f\x8bnonsense")
    assert main(["replay", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert "a.jsonl.gz: damaged gzip data" in err
    assert "1 of 1 scenarios identical" in out


def test_only_a_message_is_written_where_nothing_could_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    (tmp_path / "a.jsonl.gz").write_bytes(b"")
    assert main(["replay", "--jobs", "1", str(tmp_path / "a.jsonl.gz")]) == 2
    assert capsys.readouterr() == ("", f"vmgui: {tmp_path / 'a.jsonl.gz'}: not a gzip file\n")


def test_names_and_lines_of_a_recording_cannot_command_a_terminal(
    tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture
):
    records = [made[0] | {"boot": "\x1b[2J[red]x", "scenario": "\x07\ud7ff"}, *copy.deepcopy(made[1:])]
    records[5] |= {"line": "vmalloc_huge \x1b]0;h\x07 size=2M"}
    paths = [written(tmp_path, records, "a.jsonl.gz"), written(tmp_path, made, "b.jsonl.gz")]
    assert main(["replay", "--jobs", "1", *map(str, paths)]) == 1
    said = capsys.readouterr().out
    assert "\N{REPLACEMENT CHARACTER}[2J[red]x/" in said
    assert not set(said) & set("\x1b\x07")


def test_a_recording_with_a_hole_in_its_state_is_unusable(
    tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture
):
    records = copy.deepcopy(made)
    del records[2]["busy"][0]
    assert main(["replay", str(written(tmp_path, records))]) == 1
    assert "unusable: the state does not tile" in capsys.readouterr().out


def test_nothing_to_replay_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture):
    assert main(["replay", str(tmp_path)]) == 2
    assert "no recordings" in capsys.readouterr().err


def test_on_two_cores_the_results_come_in_the_order_of_the_files(
    tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture
):
    for i in range(3):
        written(tmp_path, [made[0] | {"scenario": f"made{i}"}, *made[1:]], f"{i}.jsonl.gz")
    assert main(["replay", "--json", "--jobs", "2", str(tmp_path)]) == 0
    *results, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert [result["scenario"] for result in results] == ["made0", "made1", "made2"]
    assert summary["summary"]["totals"]["identical"] == sum(result["identical"] for result in results)


def test_a_report_is_written_with_every_scenario(tmp_path: Path, made: list[dict]):
    written(tmp_path, made)
    assert main(["replay", str(tmp_path), "--report", str(tmp_path / "r.json")]) == 0
    report = conformance.load(tmp_path / "r.json")
    assert report.fingerprint == fingerprint()
    assert [row.scenario for row in report.scenarios] == ["made"]
    assert report.totals.identical == report.totals.operations == len(made) - 3


def test_a_mistake_of_the_engine_ends_its_scenario_and_is_told(
    tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def replays(recording: Recording) -> object:
        return [].pop() if recording.file.endswith("a.jsonl.gz") else replay(recording)

    monkeypatch.setattr("vmgui.commands.replay_jobs.replay", replays)
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        written(tmp_path, made, name)
    assert main(["replay", "--jobs", "1", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert "internal error: IndexError: pop from empty list (test_command.py:" in " ".join(out.split())
    assert "1 of 2 scenarios identical" in out
    assert "Traceback" not in out + err


def test_an_interrupt_ends_it_with_a_sentence(
    tmp_path: Path, made: list[dict], capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(*arguments: object) -> Iterator[object]:
        yield written(tmp_path, made), replay(read(tmp_path / "made.jsonl.gz"))
        raise KeyboardInterrupt

    monkeypatch.setattr("vmgui.commands.replay.replayed", interrupted)
    files = [written(tmp_path, made, f"{i}.jsonl.gz") for i in range(2)]
    assert main(["replay", *map(str, files), "--report", str(tmp_path / "r.json")]) == 130
    assert "stopped after 1 of 2 recordings" in capsys.readouterr().err
    assert not (tmp_path / "r.json").exists()
