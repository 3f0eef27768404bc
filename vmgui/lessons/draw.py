"""Parameters drawn from a seed: the same seed gives the same values everywhere and always."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from difflib import get_close_matches

from vmgui.formats.errors import FormatError
from vmgui.lessons.model import Draw, Lesson, Number
from vmgui.texts import Text

#: A value of a parameter, and a text with all parameters filled in, have at most so many characters.
MAX_VALUE, MAX_FILLED = 500, 20_000

_PLACE = re.compile(r"\{([A-Za-z_]\w*)\}")


def drawn(lesson: Lesson, seed: int | str = "", changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The values of all parameters, in their order; those in `changes` are as they are given.

    Without a seed each is the first that is written: what the author had in mind.  With one, each is drawn
    by itself, from the names of lesson and parameter and the seed: another parameter changes nothing here.
    """
    given = changes or {}
    for name in given:
        if name not in lesson.draw:
            near = next(iter(get_close_matches(name, lesson.draw, 1)), None)
            raise FormatError(Text("there is no parameter {0!r}", name), file=lesson.file, suggestion=near)
    drawn_values: dict[str, str] = {}
    for name, draw in lesson.draw.items():
        drawn_values[name] = _value(lesson, name, draw, str(seed), drawn_values)
    if not given:
        return drawn_values
    values: dict[str, str] = {}
    for name, draw in lesson.draw.items():
        if name in given:
            values[name] = _short(name, filled(given[name], drawn_values, lesson.file), lesson)
        else:
            values[name] = _value(lesson, name, draw, str(seed), values)
    return values


def _value(lesson: Lesson, name: str, draw: Draw, seed: str, known: Mapping[str, str]) -> str:
    if isinstance(draw, Number):
        count = (draw.last - draw.first) // draw.step + 1
        return str(draw.first + draw.step * _lot(lesson.name, name, seed, count))
    text = draw if isinstance(draw, str) else draw[_lot(lesson.name, name, seed, len(draw))]
    return _short(name, filled(text, known, lesson.file), lesson)


def _short(name: str, value: str, lesson: Lesson) -> str:
    if len(value) > MAX_VALUE or "\n" in value:
        why = Text("the parameter {0!r} is one line of at most {1} characters", name, MAX_VALUE)
        raise FormatError(why, file=lesson.file)
    return value


def _lot(lesson: str, name: str, seed: str, count: int) -> int:
    """A number below `count`; 0 without a seed."""
    if not seed:
        return 0
    digest = hashlib.sha256("\0".join((lesson, name, seed)).encode()).digest()
    return int.from_bytes(digest, "big") % count


def filled(text: str, values: Mapping[str, str], file: str = "", line: int = 0) -> str:
    """`text` with ``{name}`` replaced by the value of that parameter; FormatError if there is none."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            why = Text("there is no parameter {0!r} above this", found[1])
            raise FormatError(why, file=file, line=line)
        return values[found[1]]

    longer = sum(len(values.get(found[1], "")) for found in _PLACE.finditer(text))
    if len(text) + longer > MAX_FILLED:
        why = Text("longer than {0} characters with its parameters filled in", MAX_FILLED)
        raise FormatError(why, file=file, line=line)
    return _PLACE.sub(value, text)
