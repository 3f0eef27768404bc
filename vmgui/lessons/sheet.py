"""The exercise text of a lab in Markdown, with the values of one student."""

from __future__ import annotations

from collections.abc import Iterator

from vmgui.lessons.grading import numbered
from vmgui.lessons.hand_in import HandIn, seed_of
from vmgui.lessons.model import Lesson, Ops, Predict, Prose, Task
from vmgui.lessons.run import LessonRun, PageRun
from vmgui.texts import Text


def started(lab: Lesson, student: str) -> HandIn:
    """A hand-in in which nothing is done."""
    tasks = range(1, 1 + sum(1 for page in lab.pages for _task in page.of(Task)))
    return HandIn(lab.name, student, {number: () for number in tasks})


def sheet(lab: Lesson, student: str) -> str:
    """The whole text of a lab for a student: prose, operations that run first, tasks with their points."""
    run = LessonRun(lab, seed_of(lab.name, student))
    numbers = {id(task): number for number, _page, task in numbered(run)}
    lines = [f"# {lab.title}", "", Text("For {0}.", student), ""]
    asked = 0
    for page in (run.page(index) for index in range(len(run))):
        lines += [f"## {page.page.title}", ""]
        for block in page.page.blocks:
            if isinstance(block, Prose):
                lines += [page.fill(block.text, block.line), ""]
            elif isinstance(block, Ops):
                lines += ["```", *_ops(page, block), "```", ""]
            elif isinstance(block, Predict):
                asked += 1
                lines += [Text("**Question {0}.** {1}", asked, page.fill(block.ask, block.line)), ""]
            elif isinstance(block, Task):
                lines += _task(page, block, numbers[id(block)])
    return "\n".join(lines)


def _ops(page: PageRun, block: Ops) -> Iterator[str]:
    from vmgui.lessons.draw import filled

    return (filled(line, page.run.values, page.lesson.file, block.line) for line in block.lines)


def _task(page: PageRun, task: Task, number: int) -> Iterator[str]:
    points = sum(part.points for part in task.goals)
    yield Text("**Task {0}** ({1} points)", number, points)
    yield ""
    yield page.fill(task.ask, task.line)
    yield ""
    for part in task.goals:
        if part.text:
            yield Text("- {0}: {1}", page.fill(part.text, task.line), part.points)
    if task.verbs:
        yield Text("- allowed operations: {0}", ", ".join(f"`{verb}`" for verb in task.verbs))
    if task.most:
        yield Text("- at most {0} operations", task.most)
    yield ""
