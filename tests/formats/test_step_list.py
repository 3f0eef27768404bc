"""The list of steps: the same steps in three formats, and in the language of whoever reads it."""

import csv
import io
import json

import pytest

from vmgui.cli import main
from vmgui.engine.machine import M, Machine
from vmgui.formats.oplang import parse_operation
from vmgui.formats.step_list import FIELDS, listed, stops, write
from vmgui.projection.steps import Steps
from vmgui.timeline.session import Session


@pytest.fixture(scope="module")
def session():
    session = Session(Machine(ram=64 * M, possible_cpus=1, online_cpus=1))
    for line in ("a = vmalloc 16K", "vfree a"):
        session.apply(parse_operation(line))
    return session


def written(session, form, first=0, last=None, say=str):
    steps, out = Steps(session.columns, session.operations), io.StringIO()
    places = stops(steps, first, len(session) if last is None else last)
    write(out, listed(session, places, say), form)
    return out.getvalue()


def test_csv_and_json_tell_the_same_steps(session):
    rows = list(csv.DictReader(io.StringIO(written(session, "csv"))))
    objects = json.loads(written(session, "json"))
    assert [{key: str(value) for key, value in each.items()} for each in objects] == rows
    assert tuple(rows[0]) == FIELDS
    assert int(rows[-1]["step"]) == len(session)
    assert sum(int(row["rows"]) for row in rows) == len(session)


def test_a_list_never_goes_beyond_its_end(session):
    steps = Steps(session.columns, session.operations)
    wide = next((at, end) for at, end in stops(steps, 0, len(session)) if end - at > 1)
    assert list(stops(steps, wide[0], wide[1] - 1)) == [(wide[0], wide[1] - 1)]


def test_the_text_names_each_operation_once(session):
    lines = written(session, "text").splitlines()
    assert [line for line in lines if line[2:3].isdigit() and "  " in line[3:5]][0] == "  1  a = vmalloc 16K"
    assert sum(line.endswith("  vfree a") for line in lines) == 1


def test_a_range_has_only_its_own_steps(session):
    done = session.operations[1]
    objects = json.loads(written(session, "json", done.first_row, done.last_row))
    assert {each["operation"] for each in objects} == {"vfree a"}
    assert objects[0]["step"] > done.first_row


def test_no_steps_are_an_empty_list(session):
    assert json.loads(written(session, "json", 5, 5)) == []


def test_sentences_are_in_the_language_of_the_reader(session):
    assert json.loads(written(session, "json", 0, 3, say=lambda text: "x"))[0]["text"] == "x"


def test_the_command_line_writes_the_list(tmp_path, capsys):
    file = tmp_path / "a.ops"
    file.write_text("a = vmalloc 16K\n")
    assert main(["run", str(file), "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0]["operation"] == "a = vmalloc 16K"
