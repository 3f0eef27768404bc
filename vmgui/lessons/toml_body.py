"""TOML in a lesson: decoded, checked against its type, and every error at its line of the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import zip_longest
from typing import Any, NoReturn, TypeVar

import msgspec

from vmgui.formats.errors import FormatError
from vmgui.texts import Text

Record = TypeVar("Record", bound=msgspec.Struct)

_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_QUOTED = re.compile(r"`([^`]*)`")


def decode(body: str, record: type[Record], file: str, line: int, what: str) -> Record:
    """Read `body`, whose first line is `line` of `file`; `what` is the name of the directive."""
    try:
        plain = tomllib.loads(body)
    except RecursionError as error:
        raise FormatError(Text("{0}: nested too deeply", what), file=file, line=line) from error
    except ValueError as error:
        raise _syntax(str(error), body, file, line, what) from error
    try:
        return msgspec.convert(plain, record)
    except msgspec.ValidationError as error:
        _refuse(str(error), body, record, file, line, what)


def _syntax(said: str, body: str, file: str, line: int, what: str) -> FormatError:
    found = _AT_LINE.search(said)
    lines = body.split("\n")
    number = min(int(found[1]) if found and found[1] else len(lines), len(lines))
    why = Text("{0}: this is no TOML: {1}", what, _AT_LINE.sub("", said))
    return FormatError(why, file=file, line=line + number - 1, text=lines[number - 1])


def _refuse(said: str, body: str, record: type[msgspec.Struct], file: str, line: int, what: str) -> NoReturn:
    why, _, path = said.partition(" - at `")
    unknown = _QUOTED.search(why) if why.startswith("Object contains unknown field") else None
    keys = re.findall(r"[A-Za-z_]\w*|\d+", path.rstrip("`").removeprefix("$"))
    near = None
    if unknown:
        near = next(iter(get_close_matches(unknown[1], list(_fields(record)), 1)), None)
        why = Text("{0} has no key {1!r}", what, unknown[1])
        keys.append(unknown[1])
    elif why.startswith("Object missing required field"):
        missing = _QUOTED.search(why)
        why = Text("{0} needs {1}", what, missing[1] if missing else "")
    else:
        why = Text("{0}: {1}", what, why[:1].lower() + why[1:])
    number = _line_of(body, keys)
    lines = body.split("\n")
    text = lines[number] if number < len(lines) else ""
    raise FormatError(why, file=file, line=line + number, text=text, suggestion=near)


def _fields(record: Any) -> Iterator[str]:
    """All names of a record and of the records inside it."""
    for field in msgspec.structs.fields(record):
        yield field.encode_name
    known = {"option", "wrong", "parts", "chip", "next"}
    for field in msgspec.structs.fields(record):
        if field.encode_name in known:
            inner = getattr(msgspec.inspect.type_info(field.type), "item_type", None)
            yield from (each.encode_name for each in getattr(inner, "fields", ()))


def _line_of(body: str, keys: list[str]) -> int:
    """The line, from 0, that a path of keys leads to as far as it can be followed."""
    at, lines = 0, body.split("\n")
    for key, after in zip_longest(keys, keys[1:], fillvalue=""):
        if key.isdecimal():
            continue
        count = int(after) if after.isdecimal() else 0
        written = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(key)}\b")
        found = [i for i in range(at, len(lines)) if written.match(lines[i])]
        if not found:
            inline = [i for i in range(at, len(lines)) if re.search(rf"\b{re.escape(key)}\b", lines[i])]
            return inline[0] if inline else at
        at = found[min(count, len(found) - 1)]
    return at
