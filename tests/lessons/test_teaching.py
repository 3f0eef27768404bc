"""The teacher's kit: the lesson of its tutorial works as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

from vmgui import cli
from vmgui.lessons import progress
from vmgui.lessons.check import check
from vmgui.lessons.course import entries

PAGE = (Path(__file__).parents[2] / "resources/docs/teaching.md").read_text("utf-8")


def test_the_lesson_of_the_tutorial_is_clean(tmp_path):
    found = re.search(r"^````markdown\n(.*?)^````$", PAGE, re.DOTALL | re.MULTILINE)
    (tmp_path / "grid.en.md").write_text(found[1])
    assert [str(error) for error in check([tmp_path / "grid.en.md"])] == []


def test_every_lab_is_in_the_table_of_labs():
    named = re.findall(r"^\| `(\d\d-[\w-]+)` \|", PAGE, re.MULTILINE)
    assert named == [entry.name for entry in entries("lab")]


def test_answers_are_exported_without_who_gave_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("vmgui.commands.progress.own_file", lambda: tmp_path / "progress.json")
    kept = progress.Progress(tmp_path / "progress.json")
    kept.visit("04-when-huge", "1", "a secret seed")
    kept.answer("04-when-huge", "1", 0, "pmd", True)
    assert cli.main(["progress", "export"]) == cli.OK
    told = capsys.readouterr().out
    assert '"given":["pmd"]' in told
    assert "secret" not in told
    assert cli.main(["progress", "export", str(tmp_path / "a.jsonl")]) == cli.OK
    assert (tmp_path / "a.jsonl").read_text() == told
    assert cli.main(["progress", "export", str(tmp_path / "no" / "a.jsonl")]) == cli.BAD_INPUT


def test_progress_that_cannot_be_read_is_said_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("vmgui.commands.progress.own_file", lambda: tmp_path)
    assert cli.main(["progress", "export"]) == cli.BAD_INPUT
    assert capsys.readouterr().err == f"vmgui: {tmp_path}: Is a directory\n"
