"""A digest of everything that decides what a replay comes to: the text of the rooms below the window.

Comments, docstrings and empty lines take no part, so explaining something better makes no report stale.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tokenize import COMMENT, generate_tokens

PACKAGE = Path(__file__).resolve().parent.parent
ROOMS = ("engine", "timeline", "projection", "formats")
SUFFIXES = (".py", ".lark")


def fingerprint(package: Path = PACKAGE) -> str:
    """The digest of the package as it is now, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sources(package):
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode())
        digest.update(essence(path.read_text("utf-8"), path.suffix == ".py").encode())
    return digest.hexdigest()[:16]


def sources(package: Path) -> list[Path]:
    """The files that count, in a steady order."""
    found = (path for room in ROOMS for path in (package / room).rglob("*") if path.suffix in SUFFIXES)
    return sorted(found, key=lambda path: path.relative_to(package).as_posix())


def essence(text: str, python: bool = True) -> str:
    """The text without what only explains it."""
    if not python:
        return text
    lines = text.splitlines()
    for row, column in _comments(text):
        lines[row] = lines[row][:column]
    for first, last in _docstrings(ast.parse(text)):
        lines[first:last] = [""] * (last - first)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _comments(text: str) -> Iterator[tuple[int, int]]:
    for token in generate_tokens(StringIO(text).readline):
        if token.type == COMMENT:
            yield token.start[0] - 1, token.start[1]


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Lines [first, last) of each docstring that has its lines to itself, counted from 0."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            text = node.body[0]
            assert text.end_lineno is not None
            yield text.lineno - 1, text.end_lineno
