"""The engine's text in colours, worked out a function at a time when it comes into sight.

Not in a thread: while another thread runs Python, every call of a painter waits for its turn.
"""

from __future__ import annotations

import linecache
import time
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from vmgui.projection.kernel_place import kernel_place
from vmgui.projection.text import ENGINE, parts

#: A piece of a line: text, token of its colour, whether it is bold.
Piece = tuple[str, str, bool]
Line = tuple[Piece, ...]
#: Milliseconds between two bits of work nobody has asked for yet, and how long one may take.
PAUSE, BIT = 40, 6


class Text:
    """A file of Python. Its pieces between two top-level definitions are coloured on their own."""

    def __init__(self, file: str):
        self.lines = [line.rstrip("\n") for line in linecache.getlines(file)]
        self.starts = [first - 1 for first in parts(file)]
        self._coloured: dict[int, list[Line]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, number: int) -> Line:
        """Line `number`, counted from 1, in colours."""
        part = self.part_of(number)
        return self.part(part)[number - 1 - self.starts[part]]

    def part_of(self, number: int) -> int:
        """The part that a line is in."""
        return bisect_right(self.starts, number - 1) - 1

    def knows(self, number: int) -> bool:
        """Whether the colours of a line are known."""
        return self.part_of(number) in self._coloured

    def plain(self, number: int) -> Line:
        """A line in one colour."""
        line = self.lines[number - 1]
        return ((line, "text2", False),) if line else ()

    def part(self, part: int) -> list[Line]:
        """The lines between two beginnings."""
        if part not in self._coloured:
            end = self.starts[part + 1] if part + 1 < len(self.starts) else len(self.lines)
            self._coloured[part] = coloured(self.lines[self.starts[part] : end])
        return self._coloured[part]


def coloured(lines: list[str]) -> list[Line]:
    """Lines as pieces; what looks alike is one piece."""
    from pygments.lexers.python import PythonLexer  # only when there is something to show
    from pygments.token import Comment, Keyword, Name, Number, String, Token

    looks = ((Comment, "text3", False), (String, "text3", False), (Keyword, "accent", False),
             (Name.Function, "text1", True), (Name.Decorator, "text3", False), (Number, "pmd", False),
             (Token, "text2", False))  # fmt: skip
    found: list[list[Piece]] = [[]]
    for token, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens("\n".join(lines)):
        _kind, color, bold = next(look for look in looks if token in look[0])
        for i, piece in enumerate(value.split("\n")):
            if i:
                found.append([])
            if piece and found[-1] and (piece.isspace() or found[-1][-1][1:] == (color, bold)):
                found[-1][-1] = (found[-1][-1][0] + piece, *found[-1][-1][1:])
            elif piece:
                found[-1].append((piece, color, bold))
    found += [[]] * (len(lines) - len(found))
    return [tuple(line) for line in found]


@lru_cache(maxsize=256)
def text(file: str) -> Text:
    """The text of a file; its colours stay once they are known."""
    return Text(file)


class Warmer(QObject):
    """Reads the engine's files in bits while nothing else happens, so that no step waits for it."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._work = self._files()
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self.do_some)

    def _files(self) -> Iterator[None]:
        for path in sorted(Path(ENGINE).rglob("mm/*.py")):
            file = str(path)
            for part, first in enumerate(parts(file)):
                kernel_place(file, first)
                yield
                text(file).part(part)
                yield

    @property
    def busy(self) -> bool:
        """Whether there is something left to read."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin when there is time."""
        self._timer.start()

    def later(self) -> None:
        """Something else happens: wait again."""
        if self._timer.isActive():
            self._timer.start()

    def do_some(self) -> None:
        """Work for a few milliseconds; end when everything is known."""
        until = time.monotonic() + BIT / 1000
        while time.monotonic() < until:
            try:
                next(self._work)
            except StopIteration:
                self._timer.stop()
                return
