"""A class full of hand-ins: right, wrong, broken and hostile ones, each with what it is worth."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.lessons.labs import solution
from vmgui.lessons.hand_in import SUFFIX, HandIn, dump

LAB = "01-one-pmd-leaf"
#: Writes a page-table entry for each of 40 000 pages.
LARGE = "d = ioremap 4G+4K 160000K"


def _work(student: str, lines: tuple[str, ...], says: str = "", lab: str = LAB) -> bytes:
    return dump(HandIn(lab, says or student, {1: lines}))


def _right(student: str) -> tuple[str, ...]:
    return solution(LAB, student)[1]


def _json(student: str, **other: object) -> bytes:
    return json.dumps({"version": 1, "lab": LAB, "student": student, "tasks": {"1": []}, **other}).encode()


#: The bytes of a hand-in of a student, by what is the matter with it.
KINDS: dict[str, Callable[[str], bytes]] = {
    "right": lambda s: _work(s, _right(s)),
    "right, with comments": lambda s: _work(s, ("# first", *_right(s), "", "# done")),
    "nothing done": lambda s: _work(s, ()),
    "half": lambda s: _work(s, _right(s)[:1]),
    "wrong place": lambda s: _work(s, ("d = ioremap 4G 2M", "e = ioremap 4G+4K 4M")),
    "fails": lambda s: _work(s, ("d = ioremap 4K 2M", *_right(s)[1:])),
    "too many operations": lambda s: _work(s, _right(s) * 3),
    "not allowed": lambda s: _work(s, ("d = vmalloc 2M", *_right(s))),
    "no operation": lambda s: _work(s, ("d = ioremapp 4G 2M", *_right(s))),
    "no such object": lambda s: _work(s, ("iounmap q", *_right(s))),
    "borrowed": lambda s: _work(s, _right(f"{s}b"), f"{s}b"),
    "borrowed, id edited": lambda s: _work(s, _right(f"{s}b")),
    "another lab": lambda s: _work(s, _right(s), lab="02-no-room"),
    "empty file": lambda s: b"",
    "cut off": lambda s: _work(s, _right(s))[:-20],
    "no JSON": lambda s: b"d = ioremap 4G 2M\n",
    "no UTF-8": lambda s: _work(s, _right(s)).replace(b"ioremap", b"\xff\xfe"),
    "binary": lambda s: bytes(range(256)) * 20,
    "unknown key": lambda s: _json(s, points=5),
    "other version": lambda s: _json(s, version=2),
    "no number": lambda s: _json(s, version="1"),
    "no list": lambda s: _json(s, tasks={"1": {"operations": []}}),
    "huge number": lambda s: _json(s).replace(b'"version": 1', b'"version": ' + b"9" * 5000),
    "5 MB": lambda s: b"[" * 5_000_000,
    "deep": lambda s: b'{"version":1,"lab":"x","student":"y","tasks":' + b"[" * 90_000,
    "deep objects": lambda s: b'{"tasks":' * 20_000,
    "many operations": lambda s: _work(s, ("d = ioremap 4G 4K",) * 5000),
    "long operation": lambda s: _work(s, ("d = ioremap 4G" + "+4K" * 3000,)),
    "line break": lambda s: _work(s, ("d = ioremap 4G 2M\ne = ioremap 4G 2M",)),
    "large": lambda s: _work(s, (LARGE, LARGE.replace("d", "e", 1), *_right(s))),
    "large numbers": lambda s: _work(s, ("d = ioremap 0xffffffffffffffff 0xffffffffffffffff",)),
    "control characters": lambda s: _work(s, ("\x1b[2J\x1b]0;owned\x07",), "\x1b[31m"),
    "formula": lambda s: _work(s, ('=HYPERLINK("http://x")',), "=1+1"),
    "way out": lambda s: _work(s, (), "../../../etc/passwd"),
    "lone surrogate": lambda s: _json(s).replace(b'"lab": "', b'"lab": "\\ud800'),
    "task that is not there": lambda s: dump(HandIn(LAB, s, {1: _right(s), 99: ("purge",)})),
}  # fmt: skip
#: Points of those that are worth any.
POINTS = {
    "right": 5, "right, with comments": 5, "half": 0, "task that is not there": 5,
}  # fmt: skip
#: Those that are not graded at all, but told in one line.
REFUSED = (
    "another lab", "empty file", "cut off", "no JSON", "no UTF-8", "binary", "unknown key", "other version",
    "no number", "no list", "huge number", "5 MB", "deep", "deep objects", "many operations",
    "long operation", "line break", "lone surrogate",
)  # fmt: skip


def kind_of(number: int) -> str:
    """Every second one is right or nearly so, as in a class."""
    kinds = tuple(KINDS)
    return kinds[number // 2 % 4] if number % 2 else kinds[number // 2 % len(kinds)]


def student_of(number: int) -> str:
    return f"s{number:04}"


def write(folder: Path, count: int) -> None:
    """Write so many hand-ins; a pipe, a folder and a link that leads nowhere lie among them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        student = student_of(number)
        (folder / f"{student}_{LAB}{SUFFIX}").write_bytes(KINDS[kind_of(number)](student))
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / f"pipe_{LAB}{SUFFIX}")
    (folder / f"folder_{LAB}{SUFFIX}").mkdir()
    (folder / f"link_{LAB}{SUFFIX}").symlink_to("nowhere")
