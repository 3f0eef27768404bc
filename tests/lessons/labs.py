"""Labs, their solutions with a student's values, and what tests hand in."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vmgui.lessons.course import entries
from vmgui.lessons.draw import drawn, filled
from vmgui.lessons.grading import Grade, Submission, grade_work
from vmgui.lessons.hand_in import HandIn, seed_of
from vmgui.lessons.model import Lesson

SOLUTIONS = Path(__file__).parent / "solutions"
NAMES = tuple(entry.name for entry in entries("lab"))
#: A line of a solution that stands for several: `<>` is the number of each, from 1.
REPEAT = "repeat "
#: The next task of a solution begins.
NEXT = "# task"


@cache
def lab(name: str) -> Lesson:
    return next(entry.read("en") for entry in entries("lab") if entry.name == name)


def solution(name: str, student: str) -> dict[int, tuple[str, ...]]:
    """The lines of a solution by task, with what is drawn for a student."""
    values = drawn(lab(name), seed_of(name, student))
    tasks: dict[int, tuple[str, ...]] = {}
    number = 1
    for line in (SOLUTIONS / f"{name}.ops").read_text().splitlines():
        if line.startswith(NEXT):
            number += 1
            continue
        times, template = _repeated(filled(line, values))
        lines = tuple(template.replace("<>", str(i)) for i in range(1, times + 1))
        tasks[number] = (*tasks.get(number, ()), *lines)
    return tasks


def _repeated(line: str) -> tuple[int, str]:
    if not line.startswith(REPEAT):
        return 1, line
    times, _, template = line.removeprefix(REPEAT).partition(": ")
    count, _, less = times.partition("-")
    return int(count) - int(less or 0), template


def graded(name: str, student: str, tasks: dict[int, tuple[str, ...]], says: str | None = None) -> Grade:
    """What these operations are worth for a student, in a file that says whose it is."""
    work = HandIn(name, student if says is None else says, tasks)
    return grade_work(lab(name), work, Submission(Path(f"{student}.vmlab"), student))
