"""Compares a translation with its original: the same pages and directives, and only texts may differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from vmgui.formats.errors import FormatError
from vmgui.lessons.model import Lesson, Ops, Page, Prose
from vmgui.texts import Text

#: Fields that a translator writes, or that are not the author's.
TEXTS = frozenset({"ask", "text", "because", "right", "otherwise", "hints", "caption", "say", "note", "label",
                   "title", "part", "line", "file", "language", "pages"})  # fmt: skip
_COMMENT = re.compile(r"#(?![A-Za-z_@!]).*")


def differences(original: Lesson, other: Lesson) -> Iterator[FormatError]:
    """Where `other` is not a translation of `original`, at the lines of `other`."""
    for key, ours, theirs in _differ(original, other):
        yield _error(original, other, 1, key, ours, theirs)
    if len(original.pages) != len(other.pages):
        why = Text("{0} pages; {1} has {2}", len(other.pages), original.file, len(original.pages))
        yield FormatError(why, file=other.file, line=other.pages[-1].line)
    for ours, theirs in zip(original.pages, other.pages, strict=False):
        yield from _of_page(original, other, ours, theirs)


def _of_page(original: Lesson, other: Lesson, ours: Page, theirs: Page) -> Iterator[FormatError]:
    if (ours.id, ours.next) != (theirs.id, theirs.next):
        yield _error(original, other, theirs.line, "page", ours.id, theirs.id)
    mine, its = ([b for b in page.blocks if not isinstance(b, Prose)] for page in (ours, theirs))
    for block, same in zip(mine, its, strict=False):
        if type(block) is not type(same):
            names = (type(each).__name__.lower() for each in (block, same))
            yield _error(original, other, same.line, Text("directive"), *names)
            return
        for key, left, right in _differ(block, same):
            yield _error(original, other, same.line, key, left, right)
    if len(mine) != len(its):
        why = Text("this page has {0} directives; in {1} it has {2}", len(its), original.file, len(mine))
        yield FormatError(why, file=other.file, line=theirs.line)


def _differ(ours: Any, theirs: Any, key: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The fields in which two records differ."""
    if isinstance(ours, Ops):
        left, right = ([_plain(line) for line in block.lines] for block in (ours, theirs))
        if left != right or ours.fresh != theirs.fresh:
            yield "ops", "; ".join(left), "; ".join(right)
    elif is_dataclass(ours) and type(ours) is type(theirs):
        for field in fields(ours):
            if field.name not in TEXTS:
                yield from _differ(getattr(ours, field.name), getattr(theirs, field.name), field.name)
    elif isinstance(ours, tuple) and isinstance(theirs, tuple) and len(ours) == len(theirs):
        if key == "conditions":
            ours, theirs = tuple(text for _, text in ours), tuple(text for _, text in theirs)
        for left, right in zip(ours, theirs, strict=True):
            yield from _differ(left, right, key)
    elif ours != theirs:
        yield key.rstrip("_"), ours, theirs


def _plain(line: str) -> str:
    return _COMMENT.sub("", line).strip()


def _error(original: Lesson, other: Lesson, line: int, key: str, ours: Any, theirs: Any) -> FormatError:
    def short(value: Any) -> str:
        return str(value)[:80]

    why = Text("{0} is {1!r}; in {2} it is {3!r}", key, short(theirs), original.file, short(ours))
    return FormatError(why, file=other.file, line=line)
