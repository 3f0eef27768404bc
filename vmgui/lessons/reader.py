"""Reads the file of a lesson: TOML in front, then CommonMark whose fences are directives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from vmgui.engine.machine import PRESETS, MachineError, preset, with_boot_parameters
from vmgui.formats.errors import FormatError
from vmgui.lessons import records
from vmgui.lessons.model import (
    Beat,
    Block,
    Checks,
    Chip,
    Chips,
    Draw,
    Figure,
    Lesson,
    Number,
    Ops,
    Option,
    Page,
    Part,
    Predict,
    Prose,
    Task,
    Way,
    Wrong,
)
from vmgui.lessons.toml_body import Record, decode
from vmgui.texts import Text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_BYTES = 1_000_000
MAX_PAGES = 200
MAX_BLOCKS = 2000
MAX_EXPRESSIONS = 5000
MAX_CHIPS = 60
#: Characters of prose between two directives.
MAX_PROSE = 10_000
MARK = "+++"
DIRECTIVES = ("ops", "figure", "predict", "task", "beat", "break", "check", "page")

_NAME = re.compile(r"(?P<name>.+)\.(?P<language>[a-z]{2,8})\.md")


def read(path: str | Path) -> Lesson:
    """Read a lesson; FormatError says what is wrong and where."""
    return parse(_text(Path(path)), str(path))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    if len(data) > MAX_BYTES:
        why = Text("longer than {0} MB: this is no lesson", MAX_BYTES // 1_000_000)
        raise FormatError(why, file=str(path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(Text("this is no text in UTF-8"), file=str(path), line=line) from error


def read_front(path: str | Path) -> Lesson:
    """The front matter of a lesson alone: title, part and length, without its pages."""
    path = Path(path)
    lines = _lines(_text(path))
    return _front("\n".join(lines[1 : _end_of_front(lines, str(path))]), str(path))


def parse(text: str, file: str = "lesson.en.md") -> Lesson:
    """Read the text of a lesson; its name and its language are those of the file."""
    if len(text) > MAX_BYTES:
        why = Text("longer than {0} MB: this is no lesson", MAX_BYTES // 1_000_000)
        raise FormatError(why, file=file)
    if text.count("{") > MAX_EXPRESSIONS:
        raise FormatError(
            Text("more than {0} expressions: too many for a lesson", MAX_EXPRESSIONS), file=file
        )
    lines = _lines(text)
    end = _end_of_front(lines, file)
    lesson = _front("\n".join(lines[1:end]), file)
    return replace(lesson, pages=tuple(_Body(lines, end + 1, file).pages()))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").split("\n")


def name_of(file: str | Path) -> tuple[str, str]:
    """The name and the language that the name of a file says; English if it says none."""
    found = _NAME.fullmatch(Path(file).name)
    return (found["name"], found["language"]) if found else (Path(file).name.removesuffix(".md"), "en")


# --- the front matter --------------------------------------------------------------------------------


def _end_of_front(lines: list[str], file: str) -> int:
    if lines[0].strip() != MARK:
        why = Text("a lesson begins with a line of {0}, its title and {0} again", MARK)
        raise FormatError(why, file=file, line=1, text=lines[0][:200], suggestion=MARK)
    for number, line in enumerate(lines[1:], 1):
        if line.strip() == MARK:
            return number
    raise FormatError(Text("the front matter is never closed by {0}", MARK), file=file, line=1)


def _front(body: str, file: str) -> Lesson:
    front = decode(body, records.FrontRecord, file, 2, "front matter")
    try:
        with_boot_parameters(preset(front.machine), front.boot)
    except MachineError as error:
        key = "boot" if front.machine in PRESETS else "machine"
        raise FormatError(str(error), file=file, line=_line(body, key)) from error
    name, language = name_of(file)
    draw = {key: _draw(key, value, body, file) for key, value in front.draw.items()}
    return Lesson(file, name, language, front.title, front.part, front.minutes, front.machine, front.boot,
                  front.exam, front.kind, draw)  # fmt: skip


def _line(body: str, key: str) -> int:
    """The line of the file that a key of the front matter stands in."""
    found = (i for i, line in enumerate(body.split("\n"), 2) if line.lstrip().startswith(key))
    return next(found, 1)


def _draw(key: str, value: records.DrawRecord, body: str, file: str) -> Draw:
    if not key.isidentifier() or not key.isascii():
        why = Text("{0!r} is no name for a parameter: letters, digits and _", key)
        raise FormatError(why, file=file, line=_line(body, key))
    if isinstance(value, records.NumberRecord):
        if value.last < value.first:
            why = Text("{0}: to is less than from", key)
            raise FormatError(why, file=file, line=_line(body, key))
        return Number(value.first, value.last, value.step)
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return str(value)


# --- the body ----------------------------------------------------------------------------------------


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # not needed until somebody opens a lesson

    return MarkdownIt("commonmark").disable(["inline", "text_join"])  # only what is a block is asked here


class _Body:
    """Cuts the text behind the front matter into pages of blocks."""

    def __init__(self, lines: list[str], first: int, file: str) -> None:
        self.lines, self.first, self.file = lines, first, file

    def fail(self, why: str, line: int, near: str | None = None) -> FormatError:
        """An error at a line of the file, counted from 1."""
        text = self.lines[line - 1][:200] if 0 < line <= len(self.lines) else ""
        return FormatError(why, file=self.file, line=line, text=text, suggestion=near)

    def pages(self) -> Iterator[Page]:
        """The pages; FormatError if there is none, or text before the first."""
        begun: Page | None = None
        blocks: list[Block] = []
        count = chips = 0
        for total, found in enumerate(self._parts(), 1):
            if total > MAX_BLOCKS:
                raise self.fail(Text("more than {0} blocks", MAX_BLOCKS), 1)
            if isinstance(found, Page) and found.title:
                if begun is not None:
                    yield replace(begun, blocks=tuple(blocks))
                begun, blocks, count = replace(found, id=str(count + 1)), [], count + 1
                if count > MAX_PAGES:
                    raise self.fail(Text("more than {0} pages", MAX_PAGES), found.line)
            elif begun is None:
                why = Text("before the first page: a page begins with a heading of level 2")
                raise self.fail(why, found.line, "## Title of the page")
            elif isinstance(found, Page):
                begun = replace(begun, id=found.id or begun.id, next=found.next)
            else:
                blocks.append(found)
                chips += len(found.chips) if isinstance(found, Chips) else 0
                if chips > MAX_CHIPS:
                    raise self.fail(Text("more than {0} chips", MAX_CHIPS), found.line)
        if begun is None:
            raise self.fail(Text("this lesson has no page: a page begins with a heading of level 2"),
                            len(self.lines), "## Title of the page")  # fmt: skip
        yield replace(begun, blocks=tuple(blocks))

    def _parts(self) -> Iterator[Block | Page]:
        """Headings as pages, directives as blocks (``page`` as a page without a title), the rest as prose."""
        body = "\n".join(self.lines[self.first :])
        prose = self.first
        tokens = _markdown().parse(body)
        for token, after in zip_longest(tokens, tokens[1:]):
            if token.map is None:
                continue
            begin, end = (self.first + at for at in token.map)
            if token.type == "heading_open" and token.tag == "h2" and not token.level:
                yield from self._prose(prose, begin)
                yield Page("", (after.content if after else "").strip() or "–", begin + 1)
                prose = end
            elif token.type == "fence" and self._directive(token, begin + 1):
                yield from self._prose(prose, begin)
                yield self._block(token, begin, end)
                prose = end
        yield from self._prose(prose, len(self.lines))

    def _prose(self, begin: int, end: int) -> Iterator[Prose]:
        while begin < end and not self.lines[begin].strip():
            begin += 1
        text = "\n".join(self.lines[begin:end]).rstrip()
        if len(text) > MAX_PROSE:
            why = Text("more than {0} characters of text in one piece: make pages of it", MAX_PROSE)
            raise self.fail(why, begin + 1)
        if text:
            yield Prose(text, begin + 1)

    def _directive(self, token: Token, line: int) -> bool:
        """Whether a fence is a directive; one that only looks like one is a mistake."""
        word = next(iter(token.info.split()), "")
        if word not in DIRECTIVES:
            near = get_close_matches(word, DIRECTIVES, 1, 0.75)
            if near:
                raise self.fail(Text("unknown directive {0!r}", word), line, near[0])
            return False
        if token.level:
            raise self.fail(Text("a directive stands at the left margin, not in a list or quotation"), line)
        return True

    def _block(self, token: Token, begin: int, end: int) -> Block | Page:
        word, *more = token.info.split()
        closing = self.lines[end - 1].strip()
        if end - 1 == begin or closing.strip(token.markup[0]) or len(closing) < len(token.markup):
            raise self.fail(Text("this fence is never closed"), begin + 1, token.markup)
        if more and (word, *more) != ("ops", "fresh"):
            raise self.fail(Text("{0} takes nothing behind its name", word), begin + 1)
        return self._readers()[word](token.content.rstrip("\n"), begin + 2, bool(more))

    def _readers(self) -> Mapping[str, Callable[[str, int, bool], Block | Page]]:
        return {
            "ops": self._ops, "figure": self._figure, "predict": self._predict, "task": self._task,
            "beat": self._beat, "break": self._break, "check": self._check, "page": self._page,
        }  # fmt: skip

    # --- directives ------------------------------------------------------------------------------------

    def _decode(self, body: str, line: int, record: type[Record], what: str) -> Record:
        return decode(body, record, self.file, line, what)

    def _ops(self, body: str, line: int, fresh: bool) -> Ops:
        return Ops(tuple(body.split("\n")), fresh, line)

    def _figure(self, body: str, line: int, _more: bool) -> Figure:
        read = self._decode(body, line, records.FigureRecord, "figure")
        return Figure(read.pane, read.at, read.look, read.caption, line - 1)

    def _predict(self, body: str, line: int, _more: bool) -> Predict:
        read = self._decode(body, line, records.PredictRecord, "predict")
        needs = {
            "choice": ("option",), "number": ("answer",), "address": ("answer",), "level": ("about",),
            "entry": ("about", "level"), "huge": ("about", "level"), "slot": ("about", "level"),
        }  # fmt: skip
        for key in needs[read.kind]:
            if not getattr(read, key):
                raise self.fail(Text("a predict of kind {0} needs {1}", read.kind, key), line - 1)
        return Predict(
            read.kind, read.ask, line - 1, read.at, read.about, read.level, read.answer, read.right,
            read.otherwise, tuple(read.hints), tuple(Option(o.text, o.when, o.because) for o in read.option),
            tuple(Wrong(w.is_, w.because) for w in read.wrong),
        )  # fmt: skip

    def _task(self, body: str, line: int, _more: bool) -> Task:
        read = self._decode(body, line, records.TaskRecord, "task")
        if bool(read.goal) == bool(read.parts):
            raise self.fail(Text("a task has a goal, or parts which have one each"), line - 1)
        parts = tuple(Part(p.text, p.goal, p.points) for p in read.parts)
        solution = tuple(read.solution.strip("\n").split("\n")) if read.solution.strip() else ()
        return Task(read.ask, line - 1, read.goal, parts, tuple(read.verbs), read.most, tuple(read.hints),
                    solution, read.points)  # fmt: skip

    def _beat(self, body: str, line: int, _more: bool) -> Beat:
        read = self._decode(body, line, records.BeatRecord, "beat")
        return Beat(read.at, read.say, read.note, line - 1)

    def _break(self, body: str, line: int, _more: bool) -> Chips:
        read = self._decode(body, line, records.BreakRecord, "break")
        chips = (Chip(c.label, {k: str(v) for k, v in c.set_.items()}, c.boot) for c in read.chip)
        return Chips(tuple(chips), line - 1)

    def _check(self, body: str, line: int, _more: bool) -> Checks:
        lines = enumerate(body.split("\n"), line)
        said = ((number, text.partition("#")[0].strip()) for number, text in lines)
        return Checks(tuple((number, text) for number, text in said if text), line - 1)

    def _page(self, body: str, line: int, _more: bool) -> Page:
        read = self._decode(body, line, records.PageRecord, "page")
        return Page(read.id, "", line - 1, (), tuple(Way(way.to, way.when) for way in read.next))
