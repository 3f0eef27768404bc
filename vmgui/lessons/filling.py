"""Fills {expressions} in prose: `{PMD_SIZE}`, `{addr(f):hex}`, `{{` and `}}` for braces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vmgui.formats.errors import FormatError
from vmgui.lessons.conditions import Condition, Node, Value, parse
from vmgui.lessons.fact_functions import FUNCTIONS
from vmgui.lessons.facts import BEFORE, UNITS, Facts
from vmgui.projection.numbers import count, physical, short_size, size
from vmgui.texts import Text

#: Ways to write a value.
FORMATS: dict[str, Callable[[int], str]] = {
    "n": count, "size": size, "short": short_size, "hex": lambda value: f"{value:#x}",
    "bin": lambda value: f"{value:b}", "phys": physical, "dec": str,
}  # fmt: skip
UPPER = "up"

#: A block of code in a text.
FENCE = re.compile(r"^ {0,3}(```+|~~~+)[^\n]*\n.*?^ {0,3}\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
_HOLE = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_FORMAT = re.compile(r"(.*):\s*([a-z]+)\s*", re.DOTALL)
_HEX = re.compile(r"0[xX]")


@dataclass(frozen=True, slots=True)
class Hole:
    """An expression in a text, the format it asks for (or ""), and where it stands: [start, end)."""

    expression: str
    format: str
    start: int
    end: int


def holes(text: str, file: str = "", line: int = 0) -> Iterator[Hole]:
    """The expressions in a text; FormatError for a brace that is alone."""
    for found in _HOLE.finditer(text):
        if found[0] in ("{{", "}}"):
            continue
        number = _line(line, text, found.start())
        if found[1] is None:
            raise FormatError(Text("a single brace: write {0} for the character", 2 * found[0]),
                              file=file, line=number)  # fmt: skip
        inside = _FORMAT.fullmatch(found[1])
        expression, wanted = (inside[1], inside[2]) if inside else (found[1], "")
        if wanted and wanted not in FORMATS and wanted != UPPER:
            why = Text("{0!r} is no format: use {1}", wanted, ", ".join((*FORMATS, UPPER)))
            raise FormatError(why, file=file, line=number)
        yield Hole(expression, wanted, *found.span())


def fill(text: str, facts: Facts, file: str = "", line: int = 0) -> str:
    """`text` with the values of its expressions, blocks of code as they are; FormatError for no value."""
    parts: list[str] = []
    at = 0
    for fence in FENCE.finditer(text):
        parts += (_filled(text[at : fence.start()], facts, file, _line(line, text, at)), fence[0])
        at = fence.end()
    return "".join((*parts, _filled(text[at:], facts, file, _line(line, text, at))))


def _line(line: int, text: str, at: int) -> int:
    """The line of the file that an offset of a text is in."""
    return line + text.count("\n", 0, at) if line else 0


def _filled(text: str, facts: Facts, file: str, line: int) -> str:
    parts: list[str] = []
    done = 0
    for hole in holes(text, file, line):
        parts.append(_plain(text[done : hole.start]))
        parts.append(_written(hole, facts, file, _line(line, text, hole.start)))
        done = hole.end
    return "".join((*parts, _plain(text[done:])))


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _written(hole: Hole, facts: Facts, file: str, line: int) -> str:
    name = hole.expression.strip()
    if not hole.format and name in facts.values:
        return facts.values[name]
    condition = parse(hole.expression, file, line)
    return written(condition.value(facts), hole.format or unit(condition, facts))


def written(value: Value, wanted: str) -> str:
    """A value as a reader sees it."""
    if isinstance(value, str):
        return value.upper() if wanted == UPPER else value
    return f"-{written(-value, wanted)}" if value < 0 else FORMATS.get(wanted, count)(value)


def unit(condition: Condition, facts: Facts) -> str:
    """How the value of an expression is written when nobody says: as what it is made of."""
    return _unit(condition.root, facts)


def _unit(node: Node, facts: Facts) -> str:
    name = node.text.removeprefix(BEFORE)
    match node.kind:
        case "call":
            return FUNCTIONS[name].unit if name in FUNCTIONS else "n"
        case "name":
            return _of_text(facts.values[name]) if name in facts.values else UNITS.get(name, "n")
        case "number":
            return _of_text(node.text)
        case "minus":
            return _unit(node.parts[0], facts)
        case "sum":
            return _sum(node, facts)
        case "product":
            return _product(node, facts)
    return "n"


def _of_text(text: str) -> str:
    return "hex" if _HEX.match(text) else "size" if text[-1:] in "KMGT" and text[:1].isdigit() else "n"


def _sum(node: Node, facts: Facts) -> str:
    signs = ["+", *node.text.split()]
    units = [_unit(part, facts) for part in node.parts]
    addresses = sum(
        1 if sign == "+" else -1 for sign, each in zip(signs, units, strict=True) if each == "hex"
    )
    if "hex" in units:
        return "hex" if addresses == 1 else "size"
    return "size" if "size" in units else "n"


def _product(node: Node, facts: Facts) -> str:
    first, *others = (_unit(part, facts) for part in node.parts)
    signs = node.text.split()
    if first in ("size", "hex") and "/" in signs and "size" in others:
        return "n"
    if "%" in signs and first == "hex":
        return "hex"
    return first if first != "n" else next((each for each in others if each != "n"), "n")
