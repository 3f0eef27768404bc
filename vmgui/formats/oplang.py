"""The operation language: text to operations, with errors that point at the place.

One grammar serves the command line, the palette, files and recordings: ``a = vmalloc 4M`` and
``vmalloc a size=4M`` are the same operation.  What each operation takes is in the table of verbs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from vmgui.formats.errors import FormatError
from vmgui.formats.oplang_reader import Reader
from vmgui.texts import Text
from vmgui.timeline.operation import Operation, OperationError, Span

_META = re.compile(r"\s*#@\s*(.*)")
#: Before an operation that could not run when its program was saved: to whoever only runs it, a comment.
FAILED = "#! "


@dataclass(frozen=True)
class Script:
    """The operations of a text, with what its ``#@ key=value`` lines say.

    ``notes`` has the comment above each operation, one text an operation; empty where there is none.
    ``program`` has in their places also those that could not run when the program was saved.
    """

    operations: tuple[Operation, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    program: tuple[Operation, ...] = ()


def parse(text: str, *, file: str = "", line: int = 0) -> Operation | None:
    """Parse one line; None when it is blank or only a comment.  FormatError says what is wrong."""
    if text.lstrip().startswith("#") or not text.strip():
        return None
    return Reader(text.rstrip("\r\n"), file, line).read()


def parse_operation(text: str) -> Operation:
    """Parse one line that has to hold an operation."""
    operation = parse(text)
    if operation is None:
        raise FormatError(Text("an operation is missing"), text=text, suggestion="a = vmalloc 4M")
    return operation


def parse_script(text: str, file: str = "", first_line: int = 1) -> Script:
    """Parse a text of one operation a line, and check that every object is made before it is used."""
    operations: list[Operation] = []
    program: list[Operation] = []
    meta: dict[str, str] = {}
    notes: list[str] = []
    note: list[str] = []
    for number, line in enumerate(text.split("\n"), first_line):
        if says := _META.match(line):
            meta.update(_pair(word) for word in says[1].split())
        elif failed := _failed(line, number):
            program.append(failed)
        elif operation := parse(line, file=file, line=number):
            operations.append(operation)
            program.append(operation)
            notes.append(" ".join(note))
            note.clear()
        elif line.strip():
            note.append(line.strip().lstrip("# "))
        else:
            note.clear()  # a blank line ends what the comment above it speaks of
    check_names(operations, file)
    return Script(tuple(operations), meta, tuple(notes), tuple(program))


def _failed(line: str, number: int) -> Operation | None:
    """The operation that could not run; None for any other comment."""
    if not line.startswith(FAILED):
        return None
    try:
        return parse(line.removeprefix(FAILED), line=number)
    except FormatError:
        return None


def check_names(operations: Iterable[Operation], file: str = "", known: Iterable[str] = ()) -> None:
    """Refuse the first operation that uses an object nobody has made by then."""
    names = set(known)
    for operation in operations:
        for parameter, name in operation.uses():
            if name not in names:
                near = get_close_matches(name, names, 1)
                why = Text("there is no object {0!r} yet", name)
                raise located(OperationError(why, parameter, near[0] if near else None), operation, file)
        if operation.target:
            names.add(operation.target)


def located(error: OperationError, operation: Operation, file: str = "") -> FormatError:
    """Give an error of a running operation its place in the text of that operation."""
    text = operation.text or str(operation)
    place = operation.places.get(error.parameter or "", Span(0, len(text)))
    return FormatError(error.why, file=file, line=operation.line, column=place.start,
                       width=place.end - place.start, text=text, suggestion=error.suggestion,
                       usage=operation.verb.usage)  # fmt: skip


def _pair(word: str) -> tuple[str, str]:
    key, _, value = word.partition("=")
    return key, value
