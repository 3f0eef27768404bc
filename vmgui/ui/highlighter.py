"""The engine's text in colours: worked out in the background, plain until then."""

from __future__ import annotations

import linecache
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThread, QThreadPool, Signal

from vmgui.projection.moment import ENGINE, statement

#: A piece of a line: text, token of its colour, whether it is bold.
Piece = tuple[str, str, bool]
Lines = tuple[tuple[Piece, ...], ...]
#: Milliseconds between two files that nobody has asked for yet.
PAUSE = 30


@lru_cache(maxsize=256)
def highlighted(file: str) -> Lines:
    """The lines of a Python file as pieces; what looks alike is one piece."""
    from pygments.lexers.python import PythonLexer  # only when there is something to show
    from pygments.token import Comment, Keyword, Name, Number, String, Token

    looks = ((Comment, "text3", False), (String, "text3", False), (Keyword, "accent", False),
             (Name.Function, "text1", True), (Name.Decorator, "text3", False), (Number, "pmd", False),
             (Token, "text2", False))  # fmt: skip
    lines: list[list[Piece]] = [[]]
    for token, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(
        "".join(linecache.getlines(file))
    ):
        _kind, color, bold = next(look for look in looks if token in look[0])
        for i, piece in enumerate(value.split("\n")):
            if i:
                lines.append([])
            if piece and lines[-1] and (piece.isspace() or lines[-1][-1][1:] == (color, bold)):
                lines[-1][-1] = (lines[-1][-1][0] + piece, *lines[-1][-1][1:])
            elif piece:
                lines[-1].append((piece, color, bold))
    return tuple(tuple(line) for line in lines)


def plain(file: str) -> Lines:
    """The lines of a file in one colour."""
    return tuple(((line.rstrip("\n"), "text2", False),) for line in linecache.getlines(file))


class _Job(QRunnable):
    def __init__(self, owner: Highlighter, files: list[str], pause: int):
        super().__init__()
        self.owner, self.files, self.pause = owner, files, pause

    def run(self) -> None:
        for file in self.files:
            if self.owner.closed:
                return
            highlighted(file)
            statement(file, 1)
            self.owner.done.add(file)
            self.owner.ready.emit(file)
            QThread.msleep(self.pause)


class Highlighter(QObject):
    """Gives the lines of a file at once, plain at first; `ready` carries a file whose colours are there."""

    ready = Signal(str)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.done: set[str] = set()
        self.closed = False
        self._asked: set[str] = set()
        self._pool = QThreadPool(self)

    def lines(self, file: str) -> Lines:
        """The lines of a file, in colours when they are known."""
        if file in self.done:
            return highlighted(file)
        if file not in self._asked:
            self._asked.add(file)
            self._pool.start(_Job(self, [file], 0))
        return plain(file)

    def warm(self) -> None:
        """Work out the engine's files before anybody asks."""
        files = [str(path) for path in sorted(Path(ENGINE).rglob("mm/*.py"))]
        self._asked.update(files)
        self._pool.start(_Job(self, files, PAUSE))

    def wait(self) -> None:
        """Wait until everything asked for is there."""
        self._pool.waitForDone()

    def close(self) -> None:
        """Stop, and wait until the worker has."""
        self.closed = True
        self._pool.waitForDone()
