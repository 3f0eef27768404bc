"""Grade many hand-ins on all cores: each process reads the lab and boots its machine once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from vmgui.lessons.grading import Grade, Submission, broken, grade
from vmgui.lessons.model import Lesson
from vmgui.lessons.reader import read

#: Hand-ins that a process is given at a time.
CHUNK = 8
_labs: list[Lesson] = []


def graded(
    lab: Lesson,
    submissions: Sequence[Submission],
    jobs: int,
    done: Callable[[int], None] = lambda count: None,
) -> list[Grade]:
    """The grades in the order of the hand-ins; ``done`` hears how many more are graded."""
    if jobs < 2:
        return [each for submission in submissions for each in _told(done, [_graded(lab, submission)])]
    chunks = [submissions[i : i + CHUNK] for i in range(0, len(submissions), CHUNK)]
    with ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (lab.file,)) as pool:
        waiting = {pool.submit(_chunk, chunk): chunk for chunk in chunks}
        for future in as_completed(waiting):
            done(len(waiting[future]))
        return [each for future, chunk in waiting.items() for each in _came(lab, future, chunk)]


def _told(done: Callable[[int], None], grades: list[Grade]) -> list[Grade]:
    done(len(grades))
    return grades


def _came(lab: Lesson, future: Future[list[Grade]], chunk: Sequence[Submission]) -> list[Grade]:
    try:
        return future.result()
    except BrokenProcessPool as error:  # the system ended a process: none of these is judged
        return [broken(lab, submission, error) for submission in chunk]


def _begin(file: str) -> None:
    """A process begins; Ctrl+C is for the one that waits for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _labs.append(read(file))


def _chunk(submissions: Sequence[Submission]) -> list[Grade]:
    return [_graded(_labs[0], submission) for submission in submissions]


def _graded(lab: Lesson, submission: Submission) -> Grade:
    try:
        return grade(lab, submission)
    except Exception as error:  # a mistake of ours costs no other student a grade, and is told
        return broken(lab, submission, error)
