"""Whose a file is, and what is written of it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.lessons.labs import lab
from tests.lessons.many import LAB
from vmgui.formats.errors import FormatError
from vmgui.lessons import roster
from vmgui.lessons.grading import Grade, Submission, refused
from vmgui.lessons.results import names, safe, table, write

CLASS = "First Name,Last Name,SID,Email,Submission ID\nAnn,Lee,s1,ann@x.org,77\nBo,Ek,s_2,bo@x.org,78\n"


@pytest.fixture
def known(tmp_path):
    (tmp_path / "class.csv").write_text(CLASS, "utf-8-sig")
    return roster.read(tmp_path / "class.csv")


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("s1.vmlab", "s1"),
        ("s1_01-one-pmd-leaf.vmlab", "s1"),
        ("S1_again.vmlab", "s1"),
        ("s_2_lab.vmlab", "s_2"),
        ("ann@x.org_lab.vmlab", "s1"),
        ("s1/work.vmlab", "s1"),
        ("submission_78/work.vmlab", "s_2"),
        ("Ann Lee_1_assignsubmission_file_/s1.vmlab", "s1"),
    ],
)
def test_the_class_list_says_whose_a_file_is(known, tmp_path, path, student):
    assert roster.submission(tmp_path / path, known).student == student


def test_who_is_not_in_the_class_list_is_flagged(known, tmp_path):
    found = roster.submission(tmp_path / "s9_lab.vmlab", known)
    assert (found.student, found.flag) == ("s9", "'s9' is not in the class list")


def test_without_a_class_list_the_name_of_the_file_says_it(tmp_path):
    assert roster.submission(tmp_path / "s9_lab.vmlab", roster.Roster()) == Submission(
        tmp_path / "s9_lab.vmlab", "s9"
    )
    assert roster.submission(tmp_path / "s9.vmlab", roster.Roster()).student == "s9"


def test_a_file_of_nobody_is_graded_as_nothing(tmp_path):
    found = roster.submission(tmp_path / "_x.vmlab", roster.Roster())
    assert found.student == ""
    assert "whose this file is" in found.flag


def test_what_gradescope_notes_beside_a_submission_says_whose_it_is(known, tmp_path):
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission_metadata.json").write_text(
        json.dumps({"users": [{"email": "ANN@x.org", "id": 5}]})
    )
    file = tmp_path / "submission" / "work.vmlab"
    assert roster.submission(file, known).student == "s1"
    assert roster.submission(file, roster.Roster()).student == "ANN@x.org"


@pytest.mark.parametrize("noted", ["[]", "{", '{"users": 3}', '{"users": [3]}', "[" * 90000])
def test_a_strange_note_of_gradescope_is_passed_over(tmp_path, noted):
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission_metadata.json").write_text(noted)
    assert roster.submission(tmp_path / "submission" / "s3_x.vmlab", roster.Roster()).student == "s3"


@pytest.mark.parametrize(
    "data", [b"", b"name,points\nx,1\n", b"\xff\xfe\x00", b'"' + b"x" * 200_000 + b'",id\n']
)
def test_a_class_list_that_cannot_be_read_is_a_format_error(tmp_path, data):
    (tmp_path / "class.csv").write_bytes(data)
    with pytest.raises(FormatError):
        roster.read(tmp_path / "class.csv")


def test_folders_are_searched_for_hand_ins_in_order(tmp_path):
    for name in ("b/s2.vmlab", "a/s1.vmlab", "a/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in roster.files([tmp_path, tmp_path / "a/notes.txt"])] == [
        "s1.vmlab", "s2.vmlab", "notes.txt"
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  ="])
def test_no_cell_of_the_class_table_is_a_formula(start):
    text = f"{start}HYPERLINK(1)\nx"
    grade = Grade(text, text, 0, 5, flags=(text,), error=text, name=text)
    row = list(csv.reader(io.StringIO(table([grade]))))[1]
    assert all(not cell or cell[0] not in "=+-@\t\r" for cell in row)
    assert not any("\n" in cell for cell in row)


@pytest.mark.parametrize(
    ("student", "name"),
    [
        ("s1", "s1"),
        ("ann@x.org", "ann@x.org"),
        ("../../etc/passwd", "etc_passwd"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (".hidden", "hidden"),
        ("con", "con_"),
        ("NUL.txt", "NUL.txt_"),
        ("a\x00b\x1b[2J", "a_b__2J"),
        ("李雷", "李雷"),
        ("\udcff", "unnamed"),
        ("x" * 300, "x" * 50),
    ],
)
def test_names_of_files_are_safe(student, name):
    assert safe(student) == name


def test_names_of_two_students_are_never_alike():
    grades = [Grade(student, "f", 0, 5) for student in ("a", "A", "a/", "a-2")]
    assert list(names(grades)) == ["a", "A-2", "a-3", "a-2-2"]


def test_everything_is_written_inside_the_folder(tmp_path):
    out = tmp_path / "out"
    odd = ("../up", "\udcff", "=1", "s1", "s1")
    grades = [refused(lab(LAB), Submission(tmp_path / f"{i}.vmlab", who), "why") for i, who in enumerate(odd)]
    write(out, grades)
    write(out, grades)
    assert {path.name for path in tmp_path.iterdir()} == {"out"}
    assert sorted(path.name for path in out.iterdir()) == ["1", "class.csv", "s1", "s1-2", "unnamed", "up"]
    assert json.loads((out / "up" / "results.json").read_text())["score"] == 0
