"""Lessons that tests write, run once."""

from __future__ import annotations

from functools import cache

from vmgui.lessons import questions
from vmgui.lessons.check import check_lesson
from vmgui.lessons.questions import Question
from vmgui.lessons.reader import parse
from vmgui.lessons.run import LessonRun, PageRun

FILE = "test.en.md"


def lesson(body: str, front: str = "") -> str:
    """The text of a lesson with this body."""
    return f'+++\ntitle = "A lesson"\n{front}+++\n\n{body}'


def fence(word: str, body: str) -> str:
    return f"```{word}\n{body}\n```\n\n"


def page(*operations: str, more: str = "") -> str:
    """The text of a lesson with one page that runs some operations."""
    return lesson("## A page\n\n" + fence("ops", "\n".join(operations)) + more)


@cache
def run(text: str) -> LessonRun:
    return LessonRun(parse(text, FILE))


def first_page(text: str) -> PageRun:
    return run(text).page(0)


def asked(*operations: str, **keys: str) -> Question:
    """The one question of a page that runs some operations."""
    keys = {"ask": "?"} | keys
    body = "\n".join(f"{key} = '{value}'" for key, value in keys.items())
    found = questions.of(first_page(page(*operations, more=fence("predict", body))))
    assert len(found) == 1
    return found[0]


def errors(text: str) -> list[str]:
    """What the checker says of a lesson, with its lines."""
    return [f"{error.line}: {error.why}" for error in check_lesson(parse(text, FILE))]
