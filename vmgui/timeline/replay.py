"""Doing one operation again, over a replica, to ask what the running text knew at one row.

The engine's text is not instrumented: a replay stops at the wanted row and reads the locals of the
Python frames that stand there, or follows the lines of one call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from sys import _getframe
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

import vmgui.engine
from vmgui.engine.kernel import Kernel, KernelBug, arena_end, arena_start
from vmgui.engine.trace import FUNCTIONS, Overlay
from vmgui.engine.words import TRANSPARENT
from vmgui.timeline.cursor import Cursor
from vmgui.timeline.variables import Variable, variables_of

if TYPE_CHECKING:
    from vmgui.timeline.session import Done, Session

ENGINE = str(Path(vmgui.engine.__file__).parent)
#: How memory and recording work is no part of the kernel's text.
_MACHINERY = tuple(str(Path(ENGINE, name)) for name in ("trace.py", "words.py"))


class Stop(BaseException):
    """Ends a replay that has seen what it came for; nothing in the engine catches it."""


class Cancelled(Exception):
    """The answer is no longer wanted."""


@dataclass
class Seen:
    """A Python frame of the engine: where it stands and what it knows."""

    code: CodeType
    line: int
    values: dict[str, Any]


@dataclass
class Trace:
    """Lines one call ran, in order, and what its names held just before each."""

    lines: list[int] = field(default_factory=list)
    values: dict[int, dict[str, Any]] = field(default_factory=dict)
    final: Seen | None = None

    def follow(self, frame: FrameType, event: str, arg: object) -> Any:
        """Take down one event of the call's frame; a trace function of that frame."""
        if event == "line":
            self.lines.append(frame.f_lineno)
            self.values[frame.f_lineno] = dict(frame.f_locals)
        elif event == "return":
            self.final = Seen(frame.f_code, frame.f_lineno, dict(frame.f_locals))
        return self.follow


def is_engine(code: CodeType) -> bool:
    """Whether ``code`` is engine text that a reader should see."""
    return (
        code.co_filename.startswith(ENGINE)
        and code.co_filename not in _MACHINERY
        and not code.co_name.startswith("<")
        and id(code) not in TRANSPARENT
    )


def frames(frame: FrameType | None) -> Iterator[Seen]:
    """Engine frames from ``frame`` outwards."""
    while frame is not None:
        if is_engine(frame.f_code):
            yield Seen(frame.f_code, frame.f_lineno, dict(frame.f_locals))
        frame = frame.f_back


class Watcher(Overlay):
    """An overlay that stops at row ``target`` and follows the lines of the spans in ``traces``."""

    def __init__(self, arena: int, end: int, cursor: Cursor) -> None:
        super().__init__(arena, end, cursor.private())
        self.target = -1
        self.stack: list[Seen] = []
        self.traces: dict[int, Trace] = {}
        self.cancelled: Callable[[], bool] = bool
        self._expected: tuple[CodeType, Trace] | None = None

    def _counted(self) -> Callable[[int], None]:
        append, words = self.rows.word.append, self.rows.word

        def word(index: int) -> None:
            append(index)
            if self.row0 + len(words) > self.target >= 0:
                self.stack = list(frames(_getframe(1)))[::-1]
                self.target = -1  # calls on the way out leave rows as well
                raise Stop

        return word

    def _bind_spans(self) -> None:
        super()._bind_spans()
        plain = self.enter
        assert plain is not None

        def enter(function: int, args: tuple[Any, ...]) -> int:
            if self.cancelled():
                raise Cancelled
            me = plain(function, args)
            trace = self.traces.get(self.span0 + me)
            if trace is not None:
                self._expected = FUNCTIONS[function].code, trace
                sys.settrace(self._calls)
            return me

        self.enter = enter

    def _calls(self, frame: FrameType, event: str, arg: object) -> Any:
        """Follow the frame of an expected call; all others run on unseen."""
        if self._expected is None or frame.f_code is not self._expected[0]:
            return None
        trace, self._expected = self._expected[1], None
        return trace.follow


class Replayer:
    """Replays operations of one session, with a replica of its own."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.cursor = session.cursor()

    def watch(
        self, done: Done, row: int, spans: Iterable[int] = (), cancelled: Callable[[], bool] = bool
    ) -> Watcher:
        """Do ``done`` again up to and including ``row``, following the lines of ``spans``."""
        machine = self.session.machine
        with self.session.lock:
            self.cursor.seek(done.first_row)
            watcher = Watcher(arena_start(machine), arena_end(machine), self.cursor)
            watcher.target, watcher.cancelled = row, cancelled
            watcher.traces = {span: Trace() for span in spans}
            watcher.restart(done.first_row, done.first_span)
            before = sys.gettrace()
            try:
                self.session.run(Kernel(machine, watcher), done)
            except (Stop, KernelBug):
                pass
            finally:
                sys.settrace(before)
        return watcher


@dataclass(frozen=True)
class Line:
    """One executed line of engine text; ``row`` rows had happened before it ran.

    ``variables`` is what its function's names held then, where the replay was asked for that.
    """

    row: int
    depth: int
    code: CodeType
    line: int
    variables: tuple[Variable, ...] = field(default=(), compare=False)


class LineWatcher(Watcher):
    """An overlay that takes down every line from row ``begin`` on, at most ``most`` of them, and stops."""

    begin, most = 0, 0

    def __init__(self, arena: int, end: int, cursor: Cursor) -> None:
        super().__init__(arena, end, cursor)
        self.found: list[Line] = []

    def _counted(self) -> Callable[[int], None]:
        append, words = self.rows.word.append, self.rows.word

        def word(index: int) -> None:
            append(index)
            if self.cancelled():
                raise Cancelled
            if self.row0 + len(words) == self.begin:
                self.follow(_getframe(1))

        return word

    def follow(self, frame: FrameType | None) -> None:
        """Take down lines from here on, also those of the calls that are running."""
        sys.settrace(self._called)
        while frame is not None:
            if is_engine(frame.f_code):
                frame.f_trace = self._ran
            frame = frame.f_back

    def _called(self, frame: FrameType, event: str, arg: object) -> Any:
        return self._ran if is_engine(frame.f_code) else None

    def _ran(self, frame: FrameType, event: str, arg: object) -> Any:
        if event == "line":
            if len(self.found) >= self.most:
                raise Stop
            depth = sum(1 for _ in _callers(frame))
            row, held = self.row0 + len(self.rows.word), variables_of(frame.f_locals)
            self.found.append(Line(row, depth, frame.f_code, frame.f_lineno, held))
        return self._ran


def lines_from(
    replayer: Replayer, done: Done, row: int, most: int = 512, cancelled: Callable[[], bool] = bool
) -> list[Line]:
    """The lines that ``done`` runs once ``row`` rows have happened, with variables, at most ``most``."""
    session = replayer.session
    machine = session.machine
    with session.lock:
        replayer.cursor.seek(done.first_row)
        watcher = LineWatcher(arena_start(machine), arena_end(machine), replayer.cursor)
        watcher.begin, watcher.most, watcher.cancelled = row, most, cancelled
        watcher.restart(done.first_row, done.first_span)
        kernel, before = Kernel(machine, watcher), sys.gettrace()
        with suppress(Stop, KernelBug):
            try:
                if row <= done.first_row:
                    watcher.follow(None)
                session.run(kernel, done)
            finally:
                sys.settrace(before)
    return watcher.found


def line_steps(replayer: Replayer, done: Done, most: int = 200_000) -> list[Line]:
    """Every line the engine ran for ``done``, in order, at most ``most`` of them."""
    found: list[Line] = []

    def calls(frame: FrameType, event: str, arg: object) -> Any:
        return lines if is_engine(frame.f_code) and len(found) < most else None

    def lines(frame: FrameType, event: str, arg: object) -> Any:
        if event == "line" and len(found) < most:
            depth = sum(1 for _ in _callers(frame))
            found.append(Line(watcher.row0 + len(watcher.rows.word), depth, frame.f_code, frame.f_lineno))
        return lines

    session = replayer.session
    with session.lock:
        replayer.cursor.seek(done.first_row)
        watcher = Watcher(arena_start(session.machine), arena_end(session.machine), replayer.cursor)
        watcher.restart(done.first_row, done.first_span)
        kernel, before = Kernel(session.machine, watcher), sys.gettrace()
        sys.settrace(calls)
        with suppress(KernelBug):
            try:
                session.run(kernel, done)
            finally:
                sys.settrace(before)
    return found


def _callers(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        if is_engine(frame.f_code):
            yield frame
        frame = frame.f_back
