"""``vmgui grade LAB FILE...``: run what a class handed in again, and write what it is worth."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vmgui.cli import INTERRUPTED, OK
from vmgui.commands.common import console
from vmgui.commands.grade_jobs import graded
from vmgui.commands.lab import opened
from vmgui.formats.errors import FormatError, printable
from vmgui.lessons import roster
from vmgui.lessons.grading import Grade, Submission
from vmgui.lessons.results import write
from vmgui.texts import Text

#: Longest text of a cell.
SHOWN = 90


def main(arguments: argparse.Namespace) -> int:
    """Grade all files; 0 however they came out, 2 when there is nothing to grade."""
    lab = opened(arguments.lab)
    known = roster.read(arguments.roster) if arguments.roster is not None else roster.Roster()
    files = tuple(roster.files(arguments.files))
    if not files:
        raise FormatError(Text("there are no hand-ins: files that end in {0}", ".vmlab"))
    submissions = [roster.submission(file, known) for file in files]
    jobs = min(arguments.jobs or os.cpu_count() or 1, len(submissions))
    try:
        with _progress() as progress:
            task = progress.add_task(escape(lab.title), total=len(submissions))
            grades = graded(lab, submissions, jobs, lambda count: progress.advance(task, count))
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{Text('vmgui: stopped; nothing is written')}\n")
        return INTERRUPTED
    grades = flagged(grades)
    if arguments.out is not None:
        try:
            write(arguments.out, grades)
        except OSError as error:
            raise FormatError(error.strerror or str(error), file=str(arguments.out)) from error
    write_table(console(), grades, missing(known, submissions))
    return OK


def _progress() -> Progress:
    """A bar where somebody can see it."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    shown = Console(stderr=True)
    return Progress(*columns, console=shown, transient=True, disable=not sys.stderr.isatty())


def flagged(grades: Sequence[Grade]) -> list[Grade]:
    """The grades, those of students who handed in several files flagged."""
    times = Counter(grade.student.casefold() for grade in grades if grade.student)
    return [
        replace(grade, flags=(*grade.flags, Text("{0} files of this student", count)))
        if (count := times[grade.student.casefold()]) > 1
        else grade
        for grade in grades
    ]  # fmt: skip


def missing(known: roster.Roster, submissions: Sequence[Submission]) -> list[str]:
    """Students of the class list who have handed in nothing."""
    there = {submission.student for submission in submissions}
    return [student for student in known.names if student not in there]


def write_table(out: Console, grades: Sequence[Grade], absent: Sequence[str]) -> None:
    """Write a line for each hand-in, and what they come to together."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (Text("student"), Text("file")):
        table.add_column(title)
    table.add_column(Text("points"), justify="right")
    table.add_column(Text("notes"))
    for grade in grades:
        table.add_row(_cell(grade.student), _cell(grade.file), _points(grade), _cell(_notes(grade)))
    out.print(table)
    whole = sum(grade.points == grade.of for grade in grades)
    failed = sum(bool(grade.error) for grade in grades)
    mean = sum(grade.points for grade in grades) / len(grades)
    told = "hand-ins: {0}, with all points: {1}, that could not be graded: {2}, mean: {3} of {4} points"
    out.print(Text(told, len(grades), whole, failed, f"{mean:.1f}", grades[0].of))
    if absent:
        out.print(escape(Text("nothing handed in ({0}): {1}", len(absent), printable(", ".join(absent)))))


def _notes(grade: Grade) -> str:
    said = (grade.error, *grade.flags, *(task.said for task in grade.tasks))
    return "; ".join(each for each in said if each)


def _points(grade: Grade) -> str:
    colour = "green" if grade.points == grade.of else "red" if grade.error else "yellow"
    return f"[{colour}]{grade.points}/{grade.of}[/]"


def _cell(text: str) -> str:
    line = " ".join(printable(text).split())
    return escape(line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…")
