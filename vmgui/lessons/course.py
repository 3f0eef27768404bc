"""The course: lessons and labs of vmgui itself, then those of a school, each in the order of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vmgui import assets
from vmgui.folders import all_data
from vmgui.formats.errors import FormatError
from vmgui.lessons.model import FileKind, Lesson
from vmgui.lessons.reader import name_of, read, read_front

FALLBACK = "en"
#: Folders inside the resources and inside the folder of a course.
FOLDERS: dict[FileKind, str] = {"lesson": "lessons", "lab": "labs"}
#: The folder of the data of all users, and of this one, that holds a folder for each course.
COURSES = "courses"


@dataclass(frozen=True)
class Entry:
    """A lesson or lab: its files by language, and its front matter in the language that was asked for.

    `error` says why it cannot be read; then its name is all there is to show.
    """

    kind: FileKind
    name: str
    files: Mapping[str, Path] = field(default_factory=dict)
    front: Lesson | None = None
    error: FormatError | None = None

    @property
    def title(self) -> str:
        """What it is called."""
        return self.front.title if self.front is not None else self.name

    def file(self, language: str) -> Path:
        """The file in a language; in English, or in any, where there is no such translation."""
        found = self.files.get(language) or self.files.get(FALLBACK)
        return found or next(iter(self.files.values()))

    def read(self, language: str) -> Lesson:
        """The whole of it."""
        return read(self.file(language))


def folders() -> tuple[Path, ...]:
    """Where courses are: the resources of vmgui, then the courses that were put on this computer."""
    shipped = (assets.PACKAGE / "resources", assets.PACKAGE.parent / "resources")
    own = next((each for each in shipped if (each / FOLDERS["lesson"]).is_dir()), shipped[-1])
    return own, *installed()


def installed() -> Iterator[Path]:
    """The courses of all users of this computer, then those of this user.

    Folders that count more come later: on Linux those of XDG_DATA_DIRS from the last to the first.
    """
    for place in reversed(all_data()):
        yield from sorted((place / COURSES).glob("*/"))


def entries(
    kind: FileKind, language: str = FALLBACK, places: Iterable[Path] | None = None
) -> tuple[Entry, ...]:
    """All lessons, or all labs, folder by folder; one of a later folder replaces that of the same name."""
    found: dict[str, dict[str, Path]] = {}
    for place in folders() if places is None else places:
        here: dict[str, dict[str, Path]] = {}
        for path in sorted((place / FOLDERS[kind]).glob("*.*.md")):
            name, said = name_of(path)
            here.setdefault(name, {})[said] = path
        found |= here
    return tuple(_entry(kind, name, files, language) for name, files in found.items())


def _entry(kind: FileKind, name: str, files: Mapping[str, Path], language: str) -> Entry:
    entry = Entry(kind, name, files)
    try:
        return Entry(kind, name, files, read_front(entry.file(language)))
    except FormatError as error:
        return Entry(kind, name, files, None, error)
