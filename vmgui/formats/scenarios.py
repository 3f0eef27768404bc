"""The programs that come with vmgui: in groups, in order, with the title and sentence each is offered by.

``resources/scenarios/index.toml`` has groups and order.  Titles and sentences are those of the documents; a
plain ``.ops`` file is called by its name, and its first comment is its sentence.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from vmgui import assets
from vmgui.formats.document import SUFFIX
from vmgui.formats.errors import FormatError
from vmgui.texts import Text

FOLDER, INDEX = "scenarios", "scenarios/index.toml"
THUMBNAILS = "scenarios/thumbnails"
PROGRAM = ".ops"


class _Head(msgspec.Struct):
    """What is read of a document to offer it; the rest is passed over."""

    title: str = ""
    description: str = ""


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    scenarios: list[str]


class _Index(msgspec.Struct, forbid_unknown_fields=True):
    group: list[_Group]
    panes: dict[str, str] = {}


@dataclass(frozen=True)
class Scenario:
    """A program to begin with. `pane` is what its thumbnail shows: stage or map."""

    name: str
    path: Path
    group: str
    title: str
    says: str
    pane: str

    @property
    def has_thumbnail(self) -> bool:
        """Whether there is a picture of it: of documents, which mark the step that it shows."""
        return self.path.suffix == SUFFIX

    def thumbnail(self, theme: str) -> Path:
        """Its picture in a theme, "dark" or "light"; FileNotFoundError without one."""
        return assets.path(f"{THUMBNAILS}/{self.name}-{theme}.png")


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All programs that come with vmgui, in order."""
    index = msgspec.convert(tomllib.loads(assets.path(INDEX).read_text("utf-8")), _Index)
    return tuple(
        _scenario(name, group.title, index.panes.get(name, "stage"))
        for group in index.group
        for name in group.scenarios
    )


def _scenario(name: str, group: str, pane: str) -> Scenario:
    paths = [assets.path(FOLDER) / f"{name}{suffix}" for suffix in (SUFFIX, PROGRAM)]
    path = next((path for path in paths if path.exists()), paths[0])
    return Scenario(name, path, group, *head(path), pane)


def head(path: Path) -> tuple[str, str]:
    """Title and sentence of a program, without running it; FormatError when it cannot be read."""
    try:
        text = path.read_bytes()
        if path.suffix != SUFFIX:
            return path.stem, _comment(text.decode())
        read = msgspec.json.decode(text, type=_Head)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise FormatError(Text("this is no document"), file=str(path)) from error
    return read.title or path.stem, read.description


def _comment(program: str) -> str:
    """The comment that a program begins with."""
    said: list[str] = []
    for line in program.splitlines():
        if not line.startswith("# "):
            break
        said.append(line.removeprefix("#").strip())
    return " ".join(said)
