"""The engine's text: which statement and which function a line is in.

A file is read in parts, from one top-level definition to the next: a step asks about one function only.
"""

from __future__ import annotations

import ast
import linecache
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import vmgui
from vmgui.timeline.parsing import parse

PACKAGE = Path(vmgui.__file__).parent
ENGINE = PACKAGE / "engine"


class Definition(NamedTuple):
    """A function: its first line (a decorator counts), the line of its ``def``, its last line, its name."""

    first: int
    line: int
    last: int
    name: str


@lru_cache(maxsize=256)
def short_name(file: str) -> str:
    """A file of ours as a reader names it: engine/mm/vmap.py."""
    path = Path(file)
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name


def text_of(file: str, first: int, last: int) -> str:
    """Lines `first` to `last`, both included, of a file."""
    return "".join(linecache.getlines(file)[first - 1 : last])


@lru_cache(maxsize=256)
def parts(file: str) -> tuple[int, ...]:
    """The lines at which the parts of a file begin; a definition begins at its first decorator."""
    lines = linecache.getlines(file)
    begins = (
        i + 1
        for i, line in enumerate(lines)
        if i and line.startswith(("def ", "class ", "@")) and not lines[i - 1].startswith("@")
    )
    return (1, *begins)


def part_of(file: str, line: int) -> tuple[int, int]:
    """First and last line of the part that `line` is in."""
    starts = parts(file)
    i = bisect_right(starts, line) - 1
    end = starts[i + 1] - 1 if i + 1 < len(starts) else len(linecache.getlines(file))
    return starts[max(i, 0)], end


class Part(NamedTuple):
    """What a part says of itself: lines of its statements, its functions, and their docstrings by name.

    Not its syntax tree: the trees of all that a long session looks at take some megabytes.
    """

    statements: tuple[tuple[int, int], ...]
    functions: tuple[Definition, ...]
    docstrings: Mapping[str, str]


@lru_cache(maxsize=1024)
def part(file: str, first: int, last: int) -> Part:
    """Read a part, with the line numbers of the file."""
    tree = ast.increment_lineno(parse(text_of(file, first, last), file), first - 1)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    functions = [node for node in statements if isinstance(node, ast.FunctionDef)]
    return Part(
        tuple(map(_extent, statements)),
        tuple(map(_definition, functions)),
        {node.name: ast.get_docstring(node) or "" for node in reversed(functions)},
    )


def _extent(node: ast.stmt) -> tuple[int, int]:
    """The lines of a statement; of a compound one only its head."""
    body = getattr(node, "body", None)
    if not body:
        return node.lineno, node.end_lineno or node.lineno
    if isinstance(node, ast.If | ast.While):
        return node.lineno, node.test.end_lineno or node.lineno
    if isinstance(node, ast.For):
        return node.lineno, node.iter.end_lineno or node.lineno
    return node.lineno, max(node.lineno, body[0].lineno - 1)


@lru_cache(maxsize=4096)
def statement(file: str, line: int) -> tuple[int, int]:
    """First and last line of the statement that `line` is in."""
    found = part(file, *part_of(file, line)).statements
    around = [(first, last) for first, last in found if first <= line <= last]
    return min(around, key=lambda lines: lines[1] - lines[0], default=(line, line))


@lru_cache(maxsize=4096)
def definition(file: str, line: int) -> Definition | None:
    """The innermost function that `line` is in."""
    found = part(file, *part_of(file, line)).functions
    around = [d for d in found if d.first <= line <= d.last]
    return min(around, key=lambda d: d.last - d.first, default=None)


def _definition(node: ast.FunctionDef) -> Definition:
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return Definition(first, node.lineno, node.end_lineno or node.lineno, node.name)
