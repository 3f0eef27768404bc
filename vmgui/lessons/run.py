"""Runs a lesson: each page with the state its operations lead to, and what that state answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from vmgui.formats.document import Document, parse_program
from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import located
from vmgui.lessons.bounded import BoundedSession
from vmgui.lessons.conditions import Condition, Value, parse
from vmgui.lessons.draw import drawn, filled
from vmgui.lessons.facts import Facts
from vmgui.lessons.filling import fill
from vmgui.lessons.model import Beat, Chip, Chips, Figure, Lesson, Ops, Page, Predict, Task
from vmgui.lessons.places import NoPlace, Place, find
from vmgui.lessons.replica import Replica
from vmgui.texts import Text
from vmgui.timeline.session import Going, Session, endlessly
from vmgui.timeline.values import OperationError

#: What all machines of a lesson together may record, run and boot.
MOST_ROWS = 500_000
MOST_OPERATIONS = 2000
MOST_BOOTS = 60

_META = re.compile(r"\s*#@")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure that can be drawn: where the play-head stands, and the address that is looked at."""

    figure: Figure
    place: Place
    look: int | None
    caption: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A beat of Present."""

    place: Place
    say: str
    note: str


class _Segment:
    """Pages that share a machine: from one boot to the next."""

    def __init__(self, run: LessonRun, first: int) -> None:
        self.first = first
        self.pages: list[int] = []
        self.lines: list[tuple[int, int, str]] = []  # page, line of the file, text
        self.booted = False
        self._run = run
        self._bounds: dict[int, tuple[int, int, int, int]] = {}

    def add(self, page: int, line: int, text: str) -> None:
        """A line of the program, from a line of the file."""
        self.lines.append((page, line, text))

    @property
    def _header(self) -> str:
        run = self._run
        boot = ",".join(f"{run.lesson.boot} {run.boot}".split())
        return f"#@ machine={run.lesson.machine} boot={boot}"

    @cached_property
    def document(self) -> Document:
        """The program of all its pages."""
        return self.program(max((page for page, _line, _text in self.lines), default=self.first))

    def program(self, last: int) -> Document:
        """The program as far as the page `last`."""
        lines = [text for page, _line, text in self.lines if page <= last]
        if not any(_META.match(text) for text in lines):
            lines.insert(0, self._header)
        else:
            lines.insert(0, "")
        try:
            return parse_program("\n".join(lines), self._run.lesson.file)
        except FormatError as error:
            raise self._moved(error) from error

    def line(self, number: int) -> int:
        """The line of the file that line `number` of the program was written in."""
        return self.lines[number - 2][1] if 0 < number - 1 <= len(self.lines) else 0

    def _moved(self, error: FormatError) -> FormatError:
        return FormatError(
            error.why, file=self._run.lesson.file, line=self.line(error.line), column=error.column,
            width=error.width, text=error.text, suggestion=error.suggestion, usage=error.usage,
        )  # fmt: skip

    @cached_property
    def session(self) -> Session:
        """The machine, freshly booted; it may record what the others have left."""
        session = BoundedSession(self.document.machine, self._run.most_rows - self._run.recorded)
        self.booted = True
        return session

    @cached_property
    def replica(self) -> Replica:
        """What facts are read from."""
        return Replica(self.session)

    def bounds(self, page: int) -> tuple[int, int, int, int]:
        """Rows [start, end) and operations [first, count) of a page, which is run as far as that."""
        for each in range(self.first, page + 1):
            if each not in self._bounds:
                self._bounds[each] = self._run_page(each)
        return self._bounds[page]

    def _run_page(self, page: int) -> tuple[int, int, int, int]:
        session, document = self.session, self.document
        start, first = len(session), len(session.operations)
        for operation in document.operations:
            if self.lines[operation.line - 2][0] != page:
                continue
            try:
                session.apply(operation, self._run.going)
            except OperationError as error:
                raise self._moved(located(error, operation)) from error
        return start, len(session), first, len(session.operations)


class LessonRun:
    """A lesson with the values that a seed draws, changed by `changes` and started with `boot` as well.

    The pages run when they are asked for; FormatError says which line of the lesson cannot run.
    """

    def __init__(
        self,
        lesson: Lesson,
        seed: int | str = "",
        changes: Mapping[str, str] | None = None,
        boot: str = "",
        most_rows: int = MOST_ROWS,
    ) -> None:
        self.lesson, self.seed, self.boot, self.most_rows = lesson, seed, boot, most_rows
        self.values = drawn(lesson, seed, changes or {})
        #: Whether it is not as the author wrote it: what is said to a right answer may be wrong then.
        self.changed = bool(changes or boot)
        #: Asked while an operation runs: whether to go on; `Stopped` is raised when not.
        self.going: Going = endlessly
        self._segments = tuple(self._cut())
        self._pages: dict[int, PageRun] = {}

    def __len__(self) -> int:
        return len(self.lesson.pages)

    @property
    def recorded(self) -> int:
        """Rows that all its machines have recorded so far."""
        return sum(len(segment.session) for segment in self._segments if segment.booted)

    def page(self, index: int) -> PageRun:
        """A page, counted from 0, and what it leads to."""
        if index not in self._pages:
            segment = next(s for s in reversed(self._segments) if s.first <= index)
            start, end, first, count = segment.bounds(index)
            self._pages[index] = PageRun(self, index, segment, start, end, first, count)
        return self._pages[index]

    def broken(self, chip: Chip) -> LessonRun:
        """The lesson again, with what a chip changes."""
        return LessonRun(self.lesson, self.seed, chip.set_, chip.boot, self.most_rows)

    def _cut(self) -> Iterator[_Segment]:
        """The pages between two boots; FormatError when there is too much of anything."""
        file, found = self.lesson.file, [_Segment(self, 0)]
        total = 0
        for index, page in enumerate(self.lesson.pages):
            for number, block in enumerate(page.of(Ops)):
                if block.fresh:
                    if number:
                        raise FormatError(Text("only the first operations of a page can be fresh"),
                                          file=file, line=block.line)  # fmt: skip
                    found.append(_Segment(self, index))
                for line, text in enumerate(block.lines, block.line):
                    if _META.match(text) and not block.fresh:
                        raise FormatError(Text("only ops fresh can choose another machine"),
                                          file=file, line=line)  # fmt: skip
                    total += bool(text.strip())
                    found[-1].add(index, line, filled(text, self.values, file, line))
        if total > MOST_OPERATIONS:
            raise FormatError(
                Text("more than {0} operations: too many for a lesson", MOST_OPERATIONS), file=file
            )
        if len(found) > MOST_BOOTS:
            raise FormatError(Text("more than {0} machines are booted: too many for a lesson", MOST_BOOTS),
                              file=file)  # fmt: skip
        return iter(found)


class PageRun:
    """A page of a run.

    `session` has the operations of this page behind those of the pages before; pages that follow may have
    added theirs.  The page's own are those from `first` (and row `start`) up to `count` (and row `end`).
    """

    def __init__(
        self, run: LessonRun, index: int, segment: _Segment, start: int, end: int, first: int, count: int
    ) -> None:
        self.run, self.index, self._segment = run, index, segment
        self.start, self.end, self.first, self.count = start, end, first, count
        self.page: Page = run.lesson.pages[index]
        self.session = segment.session

    @cached_property
    def facts(self) -> Facts:
        """What holds at the end of the page."""
        return self.facts_at(self.end, self.count)

    def facts_at(self, position: int, count: int | None = None) -> Facts:
        """What holds at another step."""
        return Facts(self._segment.replica, position, self.start, self.run.values, self.first, count)

    @property
    def lesson(self) -> Lesson:
        """The lesson it is of."""
        return self.run.lesson

    def document(self) -> Document:
        """The program up to here as a document, for a window: machine and lines."""
        program = self._segment.program(self.index)
        return replace(program, lines=program.lines[1:], title=self.lesson.title)

    # --- texts and expressions -------------------------------------------------------------------------

    def fill(self, text: str, line: int = 0) -> str:
        """A text with its {expressions} filled in."""
        return fill(text, self.facts, self.lesson.file, line)

    def condition(self, text: str, line: int = 0) -> Condition:
        """A condition of this page, parsed."""
        return parse(filled(text, self.run.values, self.lesson.file, line), self.lesson.file, line)

    def value(self, text: str, line: int = 0) -> Value:
        """The value of an expression at the end of the page."""
        return self.condition(text, line).value(self.facts)

    def place(self, text: str, line: int = 0) -> Place:
        """The place that a text means; without one the end of the page."""
        if not text:
            return Place(self.end, self.end, max(self.count - 1, 0))
        text = filled(text, self.run.values, self.lesson.file, line)
        try:
            return find(self.session, text, self.first, self.count)
        except NoPlace as error:
            raise FormatError(error.why, file=self.lesson.file, line=line, suggestion=error.near) from error

    def _has(self, place: str) -> bool:
        """Whether a place is there; what the author wrote has to be, what a chip has changed may not."""
        if not self.run.changed:
            return True
        try:
            self.place(place)
        except FormatError:
            return False
        return True

    def gate(self, predict: Predict) -> Place:
        """Where the play-head waits for an answer: before `at`, else before the page's last operation."""
        if predict.at and self._has(predict.at):
            return self.place(predict.at, predict.line)
        if self.count == self.first:
            return self.place("")
        last = self.session.operations[self.count - 1]
        return Place(last.first_row, last.last_row, last.index)

    # --- what a window shows ---------------------------------------------------------------------------

    @cached_property
    def figures(self) -> tuple[Shown, ...]:
        """The figures, each with its place and address; of a changed page those that still have one."""
        return tuple(self.shown(figure) for figure in self.page.of(Figure) if self._has(figure.at))

    def shown(self, figure: Figure) -> Shown:
        """One figure; FormatError if it cannot be drawn."""
        place = self.place(figure.at, figure.line)
        if figure.pane == "stage" and not self.count:
            raise FormatError(Text("no stage can be drawn before the first operation"),
                              file=self.lesson.file, line=figure.line)  # fmt: skip
        caption = self.fill(figure.caption, figure.line)
        if not figure.look:
            return Shown(figure, place, None, caption)
        value = self.condition(figure.look, figure.line).value(self.facts)
        if isinstance(value, str):
            raise FormatError(Text("look: a number has to stand here, not a text"),
                              file=self.lesson.file, line=figure.line)  # fmt: skip
        return Shown(figure, place, value, caption)

    @cached_property
    def beats(self) -> tuple[Stop, ...]:
        """The beats of Present, in the order of the page."""
        return tuple(self.stop(beat) for beat in self.page.of(Beat) if self._has(beat.at))

    def stop(self, beat: Beat) -> Stop:
        """One beat; FormatError if there is no such place."""
        say, note = (self.fill(text, beat.line) for text in (beat.say, beat.note))
        return Stop(self.place(beat.at, beat.line), say, note)

    @property
    def predictions(self) -> tuple[Predict, ...]:
        """The questions as they are written."""
        return tuple(self.page.of(Predict))

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks as they are written."""
        return tuple(self.page.of(Task))

    @property
    def chips(self) -> tuple[Chip, ...]:
        """What can be changed on this page."""
        return tuple(chip for chips in self.page.of(Chips) for chip in chips.chips)

    def following(self) -> int | None:
        """The page that follows: the first way that is open, else the page below; None at the end."""
        ids = [page.id for page in self.lesson.pages]
        for way in self.page.next:
            if way.to not in ids:
                raise FormatError(Text("there is no page {0!r}", way.to), file=self.lesson.file,
                                  line=self.page.line)  # fmt: skip
            if not way.when or self.condition(way.when, self.page.line).holds(self.facts):
                return ids.index(way.to)
        return self.index + 1 if self.index + 1 < len(ids) else None
