"""The labs that vmgui comes with: every student can solve them, and only by own work."""

from __future__ import annotations

import pytest

from tests.lessons.labs import NAMES, graded, lab, solution
from vmgui.lessons.model import Task

STUDENTS = ("ann", "s1234567", "李雷")
LABS = pytest.mark.parametrize("name", NAMES)


def test_there_are_labs():
    assert len(NAMES) >= 10


@LABS
def test_the_solution_reaches_all_points_for_every_student(name):
    for student in STUDENTS:
        grade = graded(name, student, solution(name, student))
        assert (grade.points, grade.flags, grade.error) == (grade.of, (), "")
        assert grade.of > 0


@LABS
def test_who_does_nothing_gets_nothing(name):
    assert graded(name, "ann", {}).points == 0


@LABS
def test_the_work_of_another_student_does_not_reach_all_points(name):
    grade = graded(name, "ann", solution(name, "bob"), says="bob")
    assert grade.points < grade.of
    assert grade.flags == ("the file says that it is of 'bob'",)


@LABS
def test_half_a_solution_does_not_reach_all_points(name):
    half = {number: lines[: len(lines) // 2] for number, lines in solution(name, "ann").items()}
    grade = graded(name, "ann", half)
    assert grade.points < grade.of


@LABS
def test_a_lab_says_what_may_be_used_and_how_often(name):
    tasks = [task for page in lab(name).pages for task in page.of(Task)]
    assert tasks
    assert all(task.verbs and task.most and task.hints and not task.solution for task in tasks)
