"""Whose a file is: by the class list, the name of the file or that of its folder; never by what is in it."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vmgui.formats.errors import FormatError
from vmgui.lessons.grading import Submission
from vmgui.lessons.hand_in import MAX_NAME, SUFFIX
from vmgui.texts import Text

MAX_BYTES = 5_000_000
#: Titles of columns of a class list, as learning platforms write them; small letters.
IDS = ("student", "student id", "id", "sid", "id number", "matriculation number", "username", "login")
NAMES = ("name", "full name", "student name")
FIRST, LAST = ("first name", "given name"), ("last name", "surname", "family name")
OTHERS = ("email", "email address", "submission id")
#: Gradescope's folder of one submission, and what it writes beside the folder of the one it grades.
GRADESCOPE, METADATA = "submission_", "submission_metadata.json"


@dataclass(frozen=True, slots=True)
class Roster:
    """A class list: names by student id, and ids by whatever else stands for a student."""

    names: dict[str, str] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.names)

    def student(self, text: str) -> str:
        """The id that a text stands for; "" if it is nobody's."""
        return self.also.get(text.strip().casefold(), "")


def read(path: Path) -> Roster:
    """Read a class list: CSV with a first line of titles, one of which is the student's id."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise FormatError(Text("longer than {0} MB: this is no class list", MAX_BYTES // 1_000_000),
                              file=str(path))  # fmt: skip
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    except UnicodeDecodeError as error:
        raise FormatError(Text("this is no text in UTF-8"), file=str(path)) from error
    except csv.Error as error:
        raise FormatError(Text("this is no CSV: {0}", str(error)), file=str(path)) from error
    titles = [title.strip().casefold() for title in rows[0]] if rows else []
    column = next((titles.index(title) for title in IDS if title in titles), None)
    if column is None:
        raise FormatError(Text("the first line names no column of student ids: call it student"),
                          file=str(path), line=1)  # fmt: skip
    return _roster(titles, rows[1:], column)


def _roster(titles: Sequence[str], rows: Iterable[Sequence[str]], column: int) -> Roster:
    roster = Roster()
    for row in rows:
        said = dict(zip(titles, (cell.strip() for cell in row), strict=False))
        student = said.get(titles[column], "")
        if student:
            whole = " ".join(said.get(title, "") for title in (*FIRST, *LAST)).split()
            roster.names[student] = next((said[t] for t in NAMES if said.get(t)), " ".join(whole))
            roster.also.setdefault(student.casefold(), student)
            for title in OTHERS:
                if said.get(title):
                    roster.also.setdefault(said[title].casefold(), student)
    return roster


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """Hand-ins among files and below folders, in order; a file that is named counts whatever its name."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, inner, names in os.walk(path):
            inner.sort()
            yield from (Path(folder, name) for name in sorted(names) if name.endswith(SUFFIX))


def submission(path: Path, roster: Roster) -> Submission:
    """A file and whose it is."""
    found = next((who for text in _texts(path) if (who := roster.student(text))), "")
    if found:
        return Submission(path, found, roster.names[found])
    student = _named(path)
    if not student or len(student) > MAX_NAME:
        return Submission(path, "", flag=Text("neither its name nor its folder says whose this file is"))
    return Submission(path, student, flag=Text("{0!r} is not in the class list", student) if roster else "")


def _texts(path: Path) -> Iterator[str]:
    """What may stand for a student, the likeliest first."""
    yield from _metadata(path)
    for text in (path.name.removesuffix(SUFFIX), path.parent.name):
        words = text.split("_")
        yield from ("_".join(words[:count]) for count in range(len(words), 0, -1))
        if text.startswith(GRADESCOPE):
            yield text.removeprefix(GRADESCOPE)


def _named(path: Path) -> str:
    """The id that a name says by itself: of the file up to the first _, else what Gradescope notes."""
    said = next(_metadata(path), "")
    return said or path.name.removesuffix(SUFFIX).partition("_")[0].strip()


def _metadata(path: Path) -> Iterator[str]:
    """Who handed this in, as Gradescope's machine notes it beside the folder `submission`."""
    noted = path.parent.parent / METADATA
    if path.parent.name != "submission" or not noted.is_file() or noted.stat().st_size > MAX_BYTES:
        return
    try:
        users = json.loads(noted.read_bytes())["users"]
        for user in users:
            yield from (str(user[key]) for key in ("sid", "email") if user.get(key))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return
