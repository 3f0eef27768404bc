"""Numbers that stand in a text as the author typed them: nothing vouches for them but a check of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vmgui.lessons.conditions import number
from vmgui.lessons.filling import FENCE
from vmgui.projection.numbers import UNITS

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_HOLE = re.compile(r"\{\{|\}\}|\{[^{}\n]*\}")
_LINK = re.compile(r"\]\([^()\n]{0,300}\)|<https?://[^<>\n]{0,300}>")
_LISTED = re.compile(r"^[ \t]*\d+[.)](?=[ \t])", re.MULTILINE | re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./:-]*", re.ASCII)
_NUMBER = re.compile(r"0x[0-9a-f_]+|[0-9][0-9_]*(?:[KMGT](?:iB)?)?", re.IGNORECASE | re.ASCII)
_UNIT = re.compile(r"[ \u2009\u00a0]?(EiB|PiB|TiB|GiB|MiB|KiB)\b")
#: Numbers that are names: the release that the engine follows.
NAMES = ("6.12",)


def unchecked(text: str, vouched: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The offsets and texts of the numbers that none of the conditions `vouched` states."""
    known = {value for condition in vouched for value in _values(condition)}
    for at, word, values in numbers(text):
        if known.isdisjoint(values):
            yield at, word


def numbers(text: str) -> Iterator[tuple[int, str, set[int]]]:
    """The numbers in a text: where, as written, and what each may mean."""
    plain = text
    for pattern in (FENCE, _HOLE, _LINK, _LISTED):
        plain = pattern.sub(_blank, plain)
    plain = _CODE.sub(_code, plain)
    for found in _WORD.finditer(plain):
        word = found[0].rstrip(".:-/_")
        if not _NUMBER.fullmatch(word) or word in NAMES:
            continue
        value = number(re.sub("iB$", "", word))
        if value is None:
            continue
        unit = _UNIT.match(plain, found.end())
        sizes = {size for size, name in UNITS if unit and name == unit[1]}
        yield found.start(), word, {value, *(value * size for size in sizes)}


def _values(condition: str) -> Iterator[int]:
    """The numbers that a condition states."""
    for found in _WORD.finditer(condition):
        value = number(found[0])
        if value is not None:
            yield value


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _code(found: re.Match[str]) -> str:
    """Code is a name or an operation, unless it is only a number."""
    inside = found[2].strip()
    return found[0].replace("`", " ") if _NUMBER.fullmatch(inside) else _blank(found)
