"""``vmgui lab start LAB`` and ``vmgui lab check FILE``: for those who do a lab without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.markdown import Markdown

from vmgui.cli import FAILED, OK
from vmgui.commands.common import console
from vmgui.formats.errors import FormatError
from vmgui.lessons import hand_in
from vmgui.lessons.course import entries
from vmgui.lessons.grading import Submission, grade
from vmgui.lessons.hand_in import MAX_NAME, SUFFIX
from vmgui.lessons.model import Lesson
from vmgui.lessons.reader import read
from vmgui.lessons.results import feedback, safe
from vmgui.lessons.sheet import sheet, started
from vmgui.texts import Text


def main(arguments: argparse.Namespace) -> int:
    """Begin a lab, or see what it is worth so far."""
    if arguments.action == "start":
        return _start(opened(arguments.lab, arguments.language), arguments.student, arguments.to)
    return _check(arguments.file, arguments.lab)


def opened(name: str, language: str = "en") -> Lesson:
    """A lab by its name in the course, or from a file; FormatError if there is none."""
    path = Path(name)
    if path.suffix == ".md" or path.is_file():
        lab = read(path)
    else:
        known = {entry.name: entry for entry in entries("lab", language)}
        found = [each for each in known if each == name or each.startswith(f"{name}-")]
        if len(found) != 1:
            raise FormatError(
                Text("there is no lab {0!r}: use a file, or one of {1}", name, ", ".join(known))
            )
        lab = known[found[0]].read(language)
    if lab.kind != "lab":
        raise FormatError(
            Text('this is a lesson: a lab says kind = "lab" in its front matter'), file=lab.file
        )
    return lab


def _start(lab: Lesson, student: str, to: Path | None) -> int:
    """Write the exercise text and an empty hand-in; a file that is there stays as it is."""
    student = student.strip()
    if not student or len(student) > MAX_NAME:
        raise FormatError(Text("the name of a lab or of a student has 1 to {0} characters", MAX_NAME))
    path = to if to is not None else Path(f"{safe(student)}_{lab.name}{SUFFIX}")
    texts = {path: hand_in.dump(started(lab, student)), path.with_suffix(".md"): sheet(lab, student).encode()}
    for each, data in texts.items():
        try:
            with each.open("xb") as file:
                file.write(data)
        except OSError as error:
            raise FormatError(error.strerror or str(error), file=str(each)) from error
        sys.stdout.write(f"{each}\n")
    return OK


def _check(path: Path, name: str | None) -> int:
    """The judgement of the teacher's command, for whoever the file says it is of."""
    work = hand_in.load(path)
    found = grade(opened(name or work.lab), Submission(path, work.student))
    console().print(Markdown(feedback(found)))
    return OK if found.points == found.of else FAILED
