"""Claims about labs in Study: whose they are, what is kept, what is handed in."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

from tests.lessons.labs import lab, solution
from vmgui.lessons.grading import Submission, grade
from vmgui.lessons.hand_in import load, seed_of
from vmgui.ui import lab_work, studying

LAB = "01-one-pmd-leaf"


@pytest.fixture
def study(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(studying, "progress_file", lambda: tmp_path / "progress.json")
    monkeypatch.setattr(lab_work, "folder", lambda: tmp_path / "labs")
    says(monkeypatch, "ann")
    desk.study.open(LAB)
    return desk.study


def says(monkeypatch, student: str, yes: bool = True) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: (student, yes))


def work(study, student: str) -> None:
    for line in solution(LAB, student)[1]:
        study.pane.tasks[0].entered.emit(line)


def handed_in(study, monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(path), ""))
    study.desk.window.perform("hand_in")
    return load(path)


def test_labs_stand_in_the_course_behind_the_lessons(desk, study):
    from vmgui.ui.course_list import listed

    names = [each.name for each in listed(study.progress)]
    assert names.index(LAB) > names.index("04-when-huge")


def test_a_lab_is_drawn_for_the_student_who_says_so(study):
    assert study.run.seed == seed_of(LAB, "ann")


def test_who_does_not_say_whose_it_is_opens_nothing(desk, study, monkeypatch):
    says(monkeypatch, "bob", yes=False)
    desk.study.open("02-no-room")
    assert study.run.lesson.name == LAB


def test_what_may_not_be_used_is_refused_before_it_runs(desk, study):
    task = study.pane.tasks[0]
    task.entered.emit("d = vmalloc 4M")
    assert "ioremap, iounmap" in task.command.wrong.text()
    assert not desk.player.length


def test_what_was_done_is_handed_in_and_graded_the_same(study, monkeypatch, tmp_path):
    work(study, "ann")
    study.pane.tasks[0].check.click()
    assert study.pane.tasks[0].judgement.reached
    path = tmp_path / "ann_x.vmlab"
    assert handed_in(study, monkeypatch, path).tasks[1]
    assert grade(lab(LAB), Submission(path, "ann")).points == 5


def test_work_is_there_again_when_the_lab_is_opened_again(desk, study, monkeypatch):
    work(study, "ann")
    says(monkeypatch, "nobody is asked")
    desk.study.open("04-when-huge")
    desk.study.open(LAB)
    own = desk.workspace.session.operations[study.page.count :]
    assert len(own) == 2
    study.pane.tasks[0].check.click()
    assert study.pane.tasks[0].judgement.reached


def test_what_is_undone_is_not_handed_in(study, monkeypatch, tmp_path):
    work(study, "ann")
    study.pane.tasks[0].undo.click()
    assert len(handed_in(study, monkeypatch, tmp_path / "a.vmlab").tasks[1]) == 1


def test_another_student_begins_anew(desk, study, monkeypatch, tmp_path):
    work(study, "ann")
    says(monkeypatch, "bob")
    monkeypatch.setattr(QMessageBox, "question", lambda *a: QMessageBox.StandardButton.No)
    desk.window.perform("lesson_again")
    assert study.run.seed == seed_of(LAB, "ann")
    monkeypatch.setattr(QMessageBox, "question", lambda *a: QMessageBox.StandardButton.Yes)
    desk.window.perform("lesson_again")
    assert study.run.seed == seed_of(LAB, "bob")
    assert handed_in(study, monkeypatch, tmp_path / "b.vmlab").tasks == {1: ()}


def test_without_a_lab_nothing_is_handed_in(desk, study):
    desk.study.open("04-when-huge")
    desk.window.perform("hand_in")
    assert "lab" in desk.window.notices.text


def test_the_last_page_of_a_lab_offers_to_hand_in(desk, study, monkeypatch, tmp_path):
    path = tmp_path / "c.vmlab"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(path), ""))
    study.pane.footer.on.click()
    assert load(path).student == "ann"
    assert "" in study.progress.of(LAB).pages


def test_a_place_that_cannot_be_written_is_told(desk, study, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / "no" / "a.vmlab"), ""))
    desk.window.perform("hand_in")
    assert "could not be saved" in desk.window.notices.text
