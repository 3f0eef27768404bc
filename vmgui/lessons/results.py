"""Grades as files: feedback to read, a table of the class, and Gradescope's results.json."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from vmgui.formats.errors import printable
from vmgui.lessons.grading import Grade, PartGrade, TaskGrade
from vmgui.texts import Text

FEEDBACK, GRADESCOPE, CLASS = "feedback.md", "results.json", "class.csv"
#: A spreadsheet would take a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Names of devices that Windows has in every folder.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def write(folder: Path, grades: Sequence[Grade]) -> None:
    """Write all files below `folder`: class.csv, and a folder for each hand-in; OSError if it cannot be."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CLASS).write_text(table(grades), "utf-8", newline="")
    for grade, name in zip(grades, names(grades), strict=True):
        own = folder / name
        own.mkdir(exist_ok=True)
        (own / FEEDBACK).write_text(feedback(grade), "utf-8")
        (own / GRADESCOPE).write_bytes(gradescope(grade))


def names(grades: Iterable[Grade]) -> Iterator[str]:
    """A name of a folder for each grade, from the student's id: safe on every system, and no two alike."""
    taken: set[str] = set()
    for grade in grades:
        name = safe(grade.student or grade.file)
        again = 1
        while (own := name if again == 1 else f"{name}-{again}").casefold() in taken:
            again += 1
        taken.add(own.casefold())
        yield own


def safe(text: str) -> str:
    """A text as the name of a file: letters, digits and some marks, never hidden, never a way out."""
    name = re.sub(r"[^\w.@+-]", "_", printable(text)).strip("._-")[:50]
    return f"{name}_" if _DEVICE.fullmatch(name) else name or "unnamed"


def table(grades: Sequence[Grade]) -> str:
    """The class as CSV, in the order it was given."""
    parts = max((len(grade.parts) for grade in grades), default=0)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["student", "name", "points", "of", "file", "flags", "error",
                     *(f"part {i}" for i in range(1, parts + 1))])  # fmt: skip
    for grade in grades:
        row = [
            grade.student,
            grade.name,
            grade.points,
            grade.of,
            grade.file,
            "; ".join(grade.flags),
            grade.error,
        ]
        writer.writerow([cell(value) for value in (*row, *(part.points for part in grade.parts))])
    return out.getvalue()


def cell(value: object) -> object:
    """A value for a spreadsheet, in which no text is a formula and all stand in one line."""
    if not isinstance(value, str):
        return value
    text = " ".join(printable(value).split())
    return f"'{text}" if text.startswith(FORMULA) else text


# --- feedback ------------------------------------------------------------------------------------------


def feedback(grade: Grade) -> str:
    """What a student reads, in Markdown."""
    head = (
        f"# {_plain(grade.student or grade.file)}",
        "",
        Text("{0} of {1} points", grade.points, grade.of),
        "",
    )
    return "\n".join((*head, *_body(grade))) + "\n"


def _body(grade: Grade) -> Iterator[str]:
    if grade.error:
        yield Text("Nothing could be graded: {0}", _plain(grade.error))
    for flag in grade.flags:
        yield Text("Note: {0}", _plain(flag))
    for task in grade.tasks:
        yield from ("", Text("## Task {0}", task.number), "", *_task(task))
    if grade.answers:
        yield from ("", Text("## Predictions"), "")
    for answer in grade.answers:
        mark = Text("right") if answer.right else Text("wrong")
        yield Text("- {0}. {1}, {2}: {3}", answer.number, _plain(answer.given), mark, answer.text)


def _task(task: TaskGrade) -> Iterator[str]:
    for part in task.parts:
        yield f"- {_part(part)}"
    if task.said:
        yield from ("", _plain(task.said))
    if task.ran:
        yield from ("", "```", *(printable(line) for line in task.ran), "```")


def _part(part: PartGrade) -> str:
    what = part.text or Text("the goal")
    if part.points == part.of:
        return Text("{0} of {1}: {2}", part.points, part.of, what)
    missing = _plain(part.feedback)
    why = Text("not reached ({0})", missing) if missing else Text("not reached")
    return Text("{0} of {1}: {2}: {3}", part.points, part.of, what, why)


def _plain(text: str) -> str:
    """A text out of a file as harmless Markdown: it marks nothing up, and is one line."""
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", " ".join(printable(text).split()))


# --- Gradescope ----------------------------------------------------------------------------------------


def gradescope(grade: Grade) -> bytes:
    """results.json as Gradescope's autograders write it; its tests are the parts."""
    tests = [
        {"score": part.points, "max_score": part.of, "name": part.text or Text("Task {0}", part.task),
         "name_format": "md",
         "number": f"{part.task}.{number}", "status": "passed" if part.points == part.of else "failed",
         "output": _part(part), "output_format": "md", "visibility": "visible"}
        for number, part in enumerate(grade.parts, 1)
    ]  # fmt: skip
    whole = {"score": grade.points, "output": feedback(grade), "output_format": "md",
             "visibility": "visible", "stdout_visibility": "hidden", "tests": tests,
             "extra_data": {"max_score": grade.of, "flags": list(grade.flags)}}  # fmt: skip
    return json.dumps(whole, indent=2).encode() + b"\n"
