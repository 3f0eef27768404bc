"""The course in words: each lesson with its part and length, and how far it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmgui.ui.language import current
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from pathlib import Path

    from vmgui.lessons.course import Entry
    from vmgui.lessons.model import Lesson
    from vmgui.lessons.progress import LessonRecord, Progress
    from vmgui.ui.panes.lesson_cards import PredictionCard


@dataclass(frozen=True)
class Listed:
    """A lesson of the course: what is written of it, and what can be searched."""

    name: str
    title: str
    part: str
    detail: str
    done: bool
    words: str


def course() -> tuple[Entry, ...]:
    """All lessons, then all labs, in the language that is spoken."""
    from vmgui.lessons.course import entries

    return *entries("lesson", current()), *entries("lab", current())


def entry_of(path: Path) -> Entry | None:
    """The lesson or lab of the course that a file is of, in any language."""
    own = path.resolve()
    return next((each for each in course() if own in (file.resolve() for file in each.files.values())), None)


def listed(progress: Progress) -> Iterator[Listed]:
    """The course in order; of a lesson that cannot be read, why."""
    for entry in course():
        record, front = progress.of(entry.name), entry.front
        detail = str(entry.error) if entry.error is not None else told(front, record)
        words = f"{entry.name} {_text(entry)}".lower()
        done = front is not None and "" in record.pages
        yield Listed(entry.name, titled(entry), front.part if front else "", detail, done, words)


def titled(entry: Entry) -> str:
    """A title, after the number of a lesson that has one."""
    number = entry.name.split("-")[0].lstrip("0")
    return f"{number}  {entry.title}" if entry.front is not None and number.isdecimal() else entry.title


def _text(entry: Entry) -> str:
    """What can be searched in a lesson: nothing where its file is not for everybody to read."""
    try:
        return entry.file(current()).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def told(front: Lesson | None, record: LessonRecord) -> str:
    """How long a lesson is, and how many of its pages are done."""
    minutes = tr("about {0} min").format(front.minutes if front is not None else 0)
    done = sum(1 for page in record.pages if page)
    return tr("{0} · {1} pages done").format(minutes, done) if done else minutes


def saved(progress: Progress) -> str:
    """Whether progress is kept."""
    return tr("Progress saved on this computer") if progress.kept else tr("Progress cannot be saved here")


def far(
    progress: Progress, record: LessonRecord | None, cards: Sequence[PredictionCard], done: int, pages: int,
    exam: bool,
) -> tuple[str, str]:  # fmt: skip
    """Whether progress is kept, and how far a lesson is; how many answers are right an exam does not say."""
    if record is not None:
        kept, given = saved(progress), record.questions.values()
        judged = [each.right for each in given if each.tries]
    else:
        kept = tr("Not a lesson of the course: progress is not saved")
        judged = [card.feedback.right for card in cards if card.feedback is not None]
    if exam or not judged:
        return kept, tr("{0} of {1} pages done").format(done, pages)
    said = tr("{0} of {1} pages done · {2} of {3} predictions right")
    return kept, said.format(done, pages, sum(judged), len(judged))
