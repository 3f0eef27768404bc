"""The file that a student hands in: JSON, read strictly and within limits, and never trusted."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from vmgui import __version__
from vmgui.formats.errors import FormatError, printable
from vmgui.formats.json_place import line_column, offset_of
from vmgui.texts import Text

SUFFIX = ".vmlab"
VERSION = 1
MAX_BYTES = 200_000
#: Operations of all tasks together, and characters of one of them.
MAX_OPERATIONS = 200
MAX_LINE = 500
#: Tasks, and answers, of a file; characters of a name or an answer.
MAX_ENTRIES = 100
MAX_NAME = 100

_BYTE = re.compile(r" \(byte (\d+)\)$")
_KEY = re.compile(r"[1-9]\d{0,2}")


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    lab: str
    student: str
    vmgui: str = ""
    tasks: dict[str, list[str]] = {}
    answers: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a student has done in a lab: operations by task and answers by question, counted from 1.

    `student` is who the file says it is of.
    """

    lab: str
    student: str
    tasks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    answers: Mapping[int, str] = field(default_factory=dict)
    version: str = __version__


def seed_of(lab: str, student: str) -> str:
    """What the values of a student's lab are drawn with: the same on every computer, another for everyone.

    The first 16 hexadecimal digits of the SHA-256 of the lab's name, a zero byte, and the student's id in
    small letters without blanks around it, in UTF-8.
    """
    who = student.strip().casefold()
    return sha256(f"{lab}\0{who}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def load(path: str | Path) -> HandIn:
    """Read a file that was handed in; FormatError says in one line what is wrong, and where."""
    path = Path(path)
    if path.exists() and not path.is_file():  # a pipe would never end
        raise FormatError(Text("this is no file"), file=str(path))
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    return parse(data, str(path))


def parse(data: bytes, file: str = "") -> HandIn:
    """Read the bytes of such a file."""
    if len(data) > MAX_BYTES:
        raise FormatError(Text("longer than {0} KB: nobody hands in so much", MAX_BYTES // 1000), file=file)
    record = _decoded(data, file)
    if record.version != VERSION:
        why = Text("version {0} is not known here: this vmgui reads {1}", record.version, VERSION)
        raise FormatError(why, file=file)
    problem = _beyond(record)
    if problem:
        raise FormatError(problem, file=file)
    tasks = {int(key): tuple(lines) for key, lines in record.tasks.items()}
    answers = {int(key): given for key, given in record.answers.items()}
    return HandIn(record.lab, record.student, tasks, answers, record.vmgui)


def dump(hand_in: HandIn) -> bytes:
    """The bytes of the file."""
    record = _Record(
        VERSION, hand_in.lab, hand_in.student, hand_in.version,
        {str(number): list(lines) for number, lines in sorted(hand_in.tasks.items())},
        {str(number): given for number, given in sorted(hand_in.answers.items())},
    )  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def save(path: Path, hand_in: HandIn) -> None:
    """Write the file: completely or not at all; OSError if it cannot be written."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.write_bytes(dump(hand_in))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _decoded(data: bytes, file: str) -> _Record:
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Record)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `")
        raise _at(_text(data), path.rstrip("`"), said, file) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        found = _BYTE.search(str(error))
        line = data.count(b"\n", 0, int(found[1])) + 1 if found else 0
        raise FormatError(Text("this is no hand-in of vmgui: it is not valid JSON"), file=file,
                          line=line) from error  # fmt: skip


def _text(data: bytes) -> str:
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def _at(text: str, path: str, said: str, file: str) -> FormatError:
    try:
        line = line_column(text, offset_of(text, path))[0] if path else 1
    except (ValueError, RecursionError):  # what stands before it is not valid either
        line = 0
    why = Text("this is no hand-in of vmgui: {0}", said[:1].lower() + printable(said[1:200]))
    return FormatError(why, file=file, line=line)


def _beyond(record: _Record) -> str:
    """Which limit the file does not keep; "" if it keeps all."""
    if not record.lab or len(record.lab) > MAX_NAME or len(record.student) > MAX_NAME:
        return Text("the name of a lab or of a student has 1 to {0} characters", MAX_NAME)
    if len(record.tasks) > MAX_ENTRIES or len(record.answers) > MAX_ENTRIES:
        return Text("more than {0} tasks or answers", MAX_ENTRIES)
    if not all(_KEY.fullmatch(key) for key in (*record.tasks, *record.answers)):
        return Text("tasks and answers are counted from 1")
    if sum(map(len, record.tasks.values())) > MAX_OPERATIONS:
        return Text("more than {0} operations", MAX_OPERATIONS)
    lines = [line for task in record.tasks.values() for line in task]
    if any(len(line) > MAX_LINE or "\n" in line or "\r" in line for line in lines):
        return Text("an operation is one line of at most {0} characters", MAX_LINE)
    if any(len(given) > MAX_NAME for given in record.answers.values()):
        return Text("an answer has at most {0} characters", MAX_NAME)
    return ""
