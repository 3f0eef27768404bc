"""Grading: what was handed in runs again, in the lab of the student whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import check_names, located, parse
from vmgui.lessons import hand_in, questions
from vmgui.lessons.hand_in import HandIn, seed_of
from vmgui.lessons.model import Lesson, Task
from vmgui.lessons.questions import NoAnswer
from vmgui.lessons.reasons import grade as feedback
from vmgui.lessons.run import LessonRun, PageRun
from vmgui.lessons.tasks import Judgement, began, judge
from vmgui.texts import Text
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Session
from vmgui.timeline.values import OperationError

#: Rows that all tasks of a hand-in may record, together with what the pages record before them.
MOST_ROWS = 60_000


@dataclass(frozen=True, slots=True)
class Submission:
    """A file and whose it is: by the roster or by its name, never by what stands in it.

    `flag` says what is strange about that; without a `student` it cannot be graded.
    """

    path: Path
    student: str
    name: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class PartGrade:
    """A part of a task: its points of how many, and what there is to say."""

    task: int
    text: str
    points: int
    of: int
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class TaskGrade:
    """A task as it was done: each operation with what came of it, and why work does not count."""

    number: int
    ask: str
    parts: tuple[PartGrade, ...]
    ran: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class AnswerGrade:
    """An answer to a prediction.  It gives no points: predicting is for learning."""

    number: int
    given: str
    right: bool
    text: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What a hand-in is worth.  `error` is why nothing of it could be graded; `flags` a teacher reads."""

    student: str
    file: str
    points: int
    of: int
    tasks: tuple[TaskGrade, ...] = ()
    answers: tuple[AnswerGrade, ...] = ()
    flags: tuple[str, ...] = ()
    error: str = ""
    name: str = ""

    @property
    def parts(self) -> tuple[PartGrade, ...]:
        """All parts of all tasks."""
        return tuple(part for task in self.tasks for part in task.parts)


def grade(lab: Lesson, submission: Submission) -> Grade:
    """Grade a file: always the same, however broken or hostile it is."""
    if not submission.student:
        return refused(lab, submission, submission.flag or Text("it is not known whose file this is"))
    try:
        work = hand_in.load(submission.path)
    except FormatError as error:
        return refused(lab, submission, _one_line(error))
    return grade_work(lab, work, submission)


def refused(lab: Lesson, submission: Submission, why: str) -> Grade:
    """No points, and one line that says why."""
    flags = (submission.flag,) if submission.flag and submission.flag != why else ()
    return Grade(submission.student, submission.path.name, 0, points_of(lab), flags=flags, error=why,
                 name=submission.name)  # fmt: skip


def points_of(lab: Lesson) -> int:
    """The points that a lab gives."""
    return sum(part.points for page in lab.pages for task in page.of(Task) for part in task.goals)


def grade_work(lab: Lesson, work: HandIn, submission: Submission) -> Grade:
    """Grade what was read from a file."""
    if work.lab != lab.name:
        return refused(lab, submission, Text("this is a hand-in of another lab: {0!r}", work.lab))
    run = LessonRun(lab, seed_of(lab.name, submission.student), most_rows=MOST_ROWS)
    flags = [submission.flag] if submission.flag else []
    if work.student.strip().casefold() != submission.student.strip().casefold():
        flags.append(Text("the file says that it is of {0!r}", work.student))
    tasks = tuple(_tasks(run, work))
    known = {task.number for task in tasks}
    flags += [Text("there is no task {0} in this lab", number)
              for number, lines in work.tasks.items() if lines and number not in known]  # fmt: skip
    points = sum(part.points for task in tasks for part in task.parts)
    return Grade(submission.student, submission.path.name, points, points_of(lab), tasks,
                 tuple(_answers(run, work)), tuple(flags), name=submission.name)  # fmt: skip


def numbered(run: LessonRun) -> Iterator[tuple[int, PageRun, Task]]:
    """The tasks of a lab, counted from 1 over all its pages."""
    pages = [run.page(index) for index in range(len(run))]
    for number, (page, task) in enumerate(((p, t) for p in pages for t in p.tasks), 1):
        yield number, page, task


# --- tasks ---------------------------------------------------------------------------------------------


def _tasks(run: LessonRun, work: HandIn) -> Iterator[TaskGrade]:
    left = MOST_ROWS
    for number, page, task in numbered(run):
        operations, said = _read(work.tasks.get(number, ()))
        barred = _barred(task, operations)
        session = began(page, max(left, 1))
        ran, stopped = ([], "") if barred else _played(session, operations)
        left -= len(session) - page.end
        judgement = judge(task, page, session)
        told = barred or stopped or said or judgement.text
        yield _graded(number, page, task, judgement, ran, told, bool(barred))


def _read(lines: tuple[str, ...]) -> tuple[list[Operation], str]:
    """The operations of a task up to the first line that is none, and what is wrong with that."""
    found: list[Operation] = []
    for number, line in enumerate(lines, 1):
        try:
            operation = parse(line, line=number)
        except FormatError as error:
            return found, _ended(number, error)
        if operation is not None:
            found.append(operation)
    return found, ""


def _ended(number: int, error: FormatError) -> str:
    return Text("Line {0} cannot run, and nothing behind it does: {1}", number, str(error.why))


def _barred(task: Task, operations: list[Operation]) -> str:
    """Why these operations are not run at all; "" if they may."""
    strange = next((each.name for each in operations if task.verbs and each.name not in task.verbs), "")
    if strange:
        return Text("{0} may not be used here. Allowed: {1}.", strange, ", ".join(task.verbs))
    if 0 < task.most < len(operations):
        return Text("{0} operations; at most {1} are allowed.", len(operations), task.most)
    return ""


def _played(session: Session, operations: list[Operation]) -> tuple[list[str], str]:
    """Run a student's operations: what came of each, and which could not run and ended it."""
    ran: list[str] = []
    for operation in operations:
        try:
            check_names([operation], known=list(session.names))
            done = session.apply(operation)
        except FormatError as error:
            return ran, _ended(operation.line, error)
        except OperationError as error:
            return ran, _ended(operation.line, located(error, operation))
        ran.append(_came(done))
    return ran, ""


def _came(done: Done) -> str:
    if done.bug is not None:
        return Text("{0}: the kernel stops here", str(done.operation))
    if done.outcome.failure:
        return Text("{0}: {1}", str(done.operation), done.outcome.failure)
    return str(done.operation)


def _graded(
    number: int, page: PageRun, task: Task, judgement: Judgement, ran: list[str], said: str, barred: bool
) -> TaskGrade:
    parts = tuple(
        PartGrade(number, part.text, 0 if barred else part.points, part.of, part.missing)
        for part in judgement.parts
    )
    return TaskGrade(number, page.fill(task.ask, task.line), parts, tuple(ran), said)


# --- answers -------------------------------------------------------------------------------------------


def _answers(run: LessonRun, work: HandIn) -> Iterator[AnswerGrade]:
    if not work.answers:
        return
    pages = [run.page(index) for index in range(len(run))]
    asked = enumerate((question for page in pages for question in questions.of(page)), 1)
    for number, question in asked:
        given = work.answers.get(number, "")
        if not given:
            continue
        try:
            said = feedback(question, question.read(given))
            yield AnswerGrade(number, given, said.right, said.text)
        except NoAnswer as error:
            yield AnswerGrade(number, given, False, error.why)


def _one_line(error: FormatError) -> str:
    """An error without the path of its file, which is the teacher's business."""
    if not error.line:
        return error.why
    return Text("line {0}: {1}", error.line, error.why)


def broken(lab: Lesson, submission: Submission, error: Exception) -> Grade:
    """What a hand-in comes to in which vmgui itself failed: nothing, and a teacher must look at it."""
    why = Text("vmgui failed here, which is no fault of the student: {0}", f"{type(error).__name__}: {error}")
    found = refused(lab, submission, why)
    return replace(found, flags=(*found.flags, Text("grade this by hand")))
