"""What a learner has answered and reached, kept in a local file; without a name where it is handed in."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from vmgui import folders

VERSION = 1
#: So many answers to one question are kept; further ones only count.
MOST_GIVEN = 20
MOST_BYTES = 10_000_000


def own_file() -> Path:
    """Where the progress of whoever uses this computer is kept."""
    return folders.data() / "progress.json"


class Answers(msgspec.Struct, forbid_unknown_fields=True):
    """The answers to one question, the first first; `tries` counts also those that are not kept."""

    given: list[str] = []
    tries: int = 0
    right: bool = False
    first: bool = False
    hints: int = 0


class LessonRecord(msgspec.Struct, forbid_unknown_fields=True):
    """What was done in one lesson; questions and tasks by ``page:number``."""

    seed: str = ""
    page: str = ""
    pages: list[str] = []
    questions: dict[str, Answers] = {}
    tasks: dict[str, int] = {}
    reached: list[str] = []


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int = VERSION
    lessons: dict[str, LessonRecord] = {}


class Progress:
    """Progress in all lessons, written to `path` at every change.

    A file that makes no sense is put aside, and everything begins anew.  `unkept` is called with what the
    system says when the file cannot be read or written: `kept` is False then, and progress lasts as long as
    this object.
    """

    def __init__(self, path: Path, unkept: Callable[[OSError], object] | None = None) -> None:
        self.path, self.kept = path, True
        self._unkept = unkept
        self._file, self._was_read = _File(), False
        try:
            self._file, self._was_read = _read(path), True
        except OSError as error:
            self._lose(error)

    def of(self, lesson: str) -> LessonRecord:
        """What was done in a lesson, by its name."""
        return self._file.lessons.get(lesson, LessonRecord())

    def started(self, lesson: str) -> bool:
        """Whether anything was done in a lesson."""
        return lesson in self._file.lessons

    @property
    def latest(self) -> str:
        """The lesson that was open last; "" at the beginning."""
        return next(reversed(self._file.lessons), "")

    def visit(self, lesson: str, page: str, seed: str = "") -> None:
        """A page is open; those with another seed begin the lesson anew."""
        record = self._record(lesson)
        if record.seed != seed:
            self._file.lessons[lesson] = record = LessonRecord(seed)
        record.page = page
        self._write()

    def finish(self, lesson: str, page: str) -> None:
        """A page is done."""
        record = self._record(lesson)
        if page not in record.pages:
            record.pages.append(page)
        self._write()

    def answer(self, lesson: str, page: str, number: int, given: str, right: bool) -> Answers:
        """An answer was given to the question `number` of a page."""
        answers = self._record(lesson).questions.setdefault(f"{page}:{number}", Answers())
        if not answers.tries:
            answers.first = right
        answers.tries += 1
        answers.right = answers.right or right
        if len(answers.given) < MOST_GIVEN:
            answers.given.append(given[:200])
        self._write()
        return answers

    def hint(self, lesson: str, page: str, number: int) -> int:
        """A hint was asked for; how many have been."""
        answers = self._record(lesson).questions.setdefault(f"{page}:{number}", Answers())
        answers.hints += 1
        self._write()
        return answers.hints

    def reach(self, lesson: str, page: str, number: int, points: int, whole: bool) -> None:
        """A task was judged; the best result counts."""
        record, key = self._record(lesson), f"{page}:{number}"
        record.tasks[key] = max(points, record.tasks.get(key, 0))
        if whole and key not in record.reached:
            record.reached.append(key)
        self._write()

    def forget(self, lesson: str) -> None:
        """Begin a lesson anew."""
        self._file.lessons.pop(lesson, None)
        self._write()

    def export(self) -> str:
        """All answers as JSON lines, without name, seed or time: what a learner may choose to hand in."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for lesson, record in sorted(self._file.lessons.items()):
            for key, answers in sorted(record.questions.items()):
                page, _, number = key.rpartition(":")
                said = {"lesson": lesson, "page": page, "question": int(number),
                        **msgspec.to_builtins(answers)}  # fmt: skip
                yield msgspec.json.encode(said).decode()
            for key, points in sorted(record.tasks.items()):
                page, _, number = key.rpartition(":")
                told = {"lesson": lesson, "page": page, "task": int(number), "points": points,
                        "reached": key in record.reached}  # fmt: skip
                yield msgspec.json.encode(told).decode()

    def _record(self, lesson: str) -> LessonRecord:
        """The record of a lesson, which is the latest now."""
        record = self._file.lessons.pop(lesson, None) or LessonRecord()
        self._file.lessons[lesson] = record
        return record

    def _lose(self, error: OSError) -> None:
        if self._unkept is None:
            raise error
        self.kept = False
        self._unkept(error)

    def _write(self) -> None:
        if not self._was_read:
            return  # what is in the file is worth more
        try:
            self._save()
            self.kept = True
        except OSError as error:
            self._lose(error)

    def _save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.tmp")
        try:
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(self._file), indent=1))
            os.replace(temporary, self.path)
        finally:
            temporary.unlink(missing_ok=True)


def _read(path: Path) -> _File:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _File()
    try:
        if len(data) > MOST_BYTES:
            raise msgspec.ValidationError("too long")
        file = msgspec.json.decode(data, type=_File)
        if file.version != VERSION:
            raise msgspec.ValidationError("another version")
    except (msgspec.DecodeError, UnicodeDecodeError):
        os.replace(path, path.with_name(f"{path.name}.unreadable"))
        return _File()
    return file
