"""The lessons that vmgui comes with: clean in all languages, questions and tasks answered by the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmgui.lessons import questions
from vmgui.lessons.check import check
from vmgui.lessons.course import FOLDERS, folders
from vmgui.lessons.questions import NoAnswer
from vmgui.lessons.reader import read
from vmgui.lessons.reasons import grade
from vmgui.lessons.run import LessonRun
from vmgui.lessons.tasks import began, judge, solved

FILES = [path for folder in FOLDERS.values() for path in sorted((folders()[0] / folder).glob("*.*.md"))]
LESSONS = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
GUESSES = ("0", "1", "2", "7", "512", "1024", "4096", "4M", "0xffffc90000000000", "0x1000", *"ABCDEFGH")


def test_there_are_lessons():
    assert FILES


@LESSONS
def test_a_shipped_lesson_is_clean(path: Path):
    assert [str(error) for error in check([path])] == []


@LESSONS
def test_every_prediction_is_answered_right_and_wrong_and_every_task_is_solved(path: Path):
    run = LessonRun(read(path), seed="a test")
    for page in (run.page(i) for i in range(len(run))):
        for question in questions.of(page):
            assert grade(question, question.answer).right
            assert _wrong(question) > 0
        for task in page.tasks:
            assert not judge(task, page, began(page)).reached
            if task.solution:
                assert judge(task, page, solved(task, page)).reached


def _wrong(question: questions.Question) -> int:
    """How many guesses were wrong; each is told why."""
    wrong = 0
    for guess in GUESSES:
        try:
            feedback = grade(question, guess)
        except NoAnswer:
            continue
        assert feedback.text
        wrong += not feedback.right
    return wrong
