"""Tasks: what a learner has built, judged by the goal, the allowed operations and their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import check_names, located, parse
from vmgui.lessons.bounded import BoundedSession
from vmgui.lessons.draw import filled
from vmgui.lessons.facts import Facts
from vmgui.lessons.model import Part, Task
from vmgui.lessons.run import PageRun
from vmgui.texts import Text
from vmgui.timeline.operation import Operation
from vmgui.timeline.session import Done, Session
from vmgui.timeline.values import OperationError


@dataclass(frozen=True, slots=True)
class Judged:
    """A part of a task: whether it is reached, the points for it of how many, and what is missing."""

    text: str
    reached: bool
    points: int
    of: int
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A whole task.  `text` says why it does not count although goals may be reached; "" if it does."""

    reached: bool
    parts: tuple[Judged, ...]
    text: str = ""

    @property
    def points(self) -> int:
        """Points of all parts."""
        return sum(part.points for part in self.parts)

    @property
    def of(self) -> int:
        """Points that could be had."""
        return sum(part.of for part in self.parts)


def judge(task: Task, page: PageRun, session: Session) -> Judgement:
    """Judge what was done in `session` behind the operations of the page.

    In goals ``before.`` is the state that the learner began with, and ``op 1`` the learner's first operation.
    """
    own, refused = _own(task, page, session)
    if refused:
        unpaid = tuple(Judged(page.fill(part.text, task.line), False, 0, part.points) for part in task.goals)
        return Judgement(False, unpaid, refused)
    start = own[0].first_row if own else len(session)
    facts = Facts(session, None, start, page.run.values, page.count)
    parts = tuple(_judged(part, task, page, facts) for part in task.goals)
    return Judgement(all(part.reached for part in parts), parts)


def began(page: PageRun, most_rows: int = 0) -> Session:
    """A session of its own with the operations of the page, and those before it on the same machine.

    It may record so many rows behind them; without a number, what the run may in all.
    """
    session = BoundedSession(page.session.machine, page.end + most_rows if most_rows else page.run.most_rows)
    session.apply_all(done.operation for done in page.session.operations[: page.count])
    return session


def solved(task: Task, page: PageRun) -> Session:
    """A session in which the author's solution has run behind the page; FormatError if it cannot."""
    session = began(page)
    file, known = page.lesson.file, list(session.names)
    for operation in solution(task, page):
        try:
            check_names([operation], file, known)
            known += [operation.target] if operation.target else []
            session.apply(operation)
        except OperationError as error:
            raise located(error, operation, file) from error
    return session


def solution(task: Task, page: PageRun) -> Sequence[Operation]:
    """The operations of the author's solution."""
    lines = (filled(line, page.run.values, page.lesson.file, task.line) for line in task.solution)
    found = (parse(line, file=page.lesson.file, line=task.line) for line in lines)
    return [operation for operation in found if operation is not None]


def barred(task: Task, operation: Operation) -> str:
    """Why an operation may not be used for a task; "" if it may."""
    if not task.verbs or operation.name in task.verbs:
        return ""
    return Text("{0} may not be used here. Allowed: {1}.", operation.name, ", ".join(task.verbs))


def _own(task: Task, page: PageRun, session: Session) -> tuple[Sequence[Done], str]:
    """The learner's operations, and why they do not count; "" if they do."""
    given = [done.operation for done in page.session.operations[: page.count]]
    if [done.operation for done in session.operations[: page.count]] != given:
        return (), Text("The operations of the page are not those that this task begins with.")
    own = session.operations[page.count :]
    strange = next(filter(None, (barred(task, done.operation) for done in own)), "")
    if strange:
        return own, strange
    if task.most and len(own) > task.most:
        return own, Text("{0} operations; at most {1} are allowed.", len(own), task.most)
    return own, ""


def _judged(part: Part, task: Task, page: PageRun, facts: Facts) -> Judged:
    text = page.fill(part.text, task.line)
    try:
        reached = page.condition(part.goal, task.line).holds(facts)
    except FormatError as error:  # it speaks of what the learner has not made yet
        return Judged(text, False, 0, part.points, error.why)
    return Judged(text, reached, part.points if reached else 0, part.points)
