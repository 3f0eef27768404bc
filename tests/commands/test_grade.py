"""``vmgui lab`` and ``vmgui grade``: files of a class in, grades out, without a window."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lessons.labs import solution
from tests.lessons.many import KINDS, LAB, POINTS, kind_of, student_of, write
from vmgui import cli
from vmgui.lessons.hand_in import HandIn, load, save

COUNT = 2 * len(KINDS)


@pytest.fixture(scope="module")
def class_(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    write(folder, COUNT)
    return folder


def points(out: Path) -> dict[str, int]:
    with (out / "class.csv").open(newline="") as file:
        return {row["student"]: int(row["points"]) for row in csv.DictReader(file)}


def test_a_whole_class_is_graded_with_everything_in_it(class_, tmp_path, capsys):
    assert cli.main(["grade", LAB, str(class_), "--out", str(tmp_path / "out"), "--jobs", "2"]) == cli.OK
    found = points(tmp_path / "out")
    assert found.pop("pipe") == found.pop("link") == 0
    assert found == {student_of(i): POINTS.get(kind_of(i), 0) for i in range(COUNT)}
    out = capsys.readouterr().out
    assert f"hand-ins: {COUNT + 2}" in out
    assert "\x1b[2J" not in out


def test_one_process_and_several_write_the_same(class_, tmp_path):
    files = sorted(str(path) for path in class_.glob("s000*"))
    for jobs in ("1", "2"):
        assert cli.main(["grade", LAB, *files, "--out", str(tmp_path / jobs), "--jobs", jobs]) == cli.OK
    first, second = (
        {path.relative_to(tmp_path / jobs): path.read_bytes() for path in (tmp_path / jobs).rglob("*.*")}
        for jobs in ("1", "2")
    )
    assert first == second
    assert len(first) == 2 * len(files) + 1


def test_grading_does_without_qt(class_, tmp_path):
    code = (
        "import sys\nfrom vmgui import cli\n"
        f"status = cli.main(['grade', {LAB!r}, {str(class_ / f's0000_{LAB}.vmlab')!r}])\n"
        "assert not [name for name in sys.modules if name.startswith(('PySide6', 'shiboken', 'pyqtgraph'))]\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "5/5" in done.stdout


def test_the_class_list_names_students_and_tells_who_is_missing(class_, tmp_path, capsys):
    (tmp_path / "class.csv").write_text("student,name\nS0000,Ann\ns7,Bo\n")
    file = str(class_ / f"s0000_{LAB}.vmlab")
    assert cli.main(["grade", LAB, file, "--roster", str(tmp_path / "class.csv")]) == cli.OK
    out = capsys.readouterr().out
    assert "5/5" in out
    assert "nothing handed in (1): s7" in out


def test_two_files_of_a_student_are_flagged(class_, tmp_path, capsys):
    one = class_ / f"s0000_{LAB}.vmlab"
    other = tmp_path / "s0000_again.vmlab"
    other.write_bytes(one.read_bytes())
    assert cli.main(["grade", LAB, str(one), str(other)]) == cli.OK
    assert capsys.readouterr().out.count("2 files of this student") == 2


def test_a_lab_is_begun_worked_on_and_checked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lab", "start", "01", "--student", "ann"]) == cli.OK
    path = tmp_path / f"ann_{LAB}.vmlab"
    assert "exactly one PMD leaf" in path.with_suffix(".md").read_text()
    assert cli.main(["lab", "check", str(path)]) == cli.FAILED
    save(path, HandIn(LAB, load(path).student, solution(LAB, "ann")))
    assert cli.main(["lab", "check", str(path)]) == cli.OK
    assert "5 of 5 points" in capsys.readouterr().out


def test_beginning_a_lab_again_keeps_the_work(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lab", "start", LAB, "--student", "ann", "--to", "work.vmlab"]) == cli.OK
    assert cli.main(["lab", "start", LAB, "--student", "ann", "--to", "work.vmlab"]) == cli.BAD_INPUT
    assert "File exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["grade", "99-none", "x.vmlab"], "there is no lab '99-none'"),
        (["grade", LAB, "."], "there are no hand-ins"),
        (["lab", "start", LAB, "--student", " "], "has 1 to 100 characters"),
        (["lab", "check", "none.vmlab"], "No such file"),
    ],
)
def test_bad_input_is_told_in_one_line(words, why, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == cli.BAD_INPUT
    assert why in capsys.readouterr().err


def test_a_lesson_is_no_lab(capsys):
    from vmgui.lessons.course import entries

    lesson = next(iter(entries("lesson")))
    assert cli.main(["grade", str(lesson.file("en")), "x.vmlab"]) == cli.BAD_INPUT
    assert "this is a lesson" in capsys.readouterr().err
