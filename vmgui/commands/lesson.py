"""``vmgui lesson check FILE...`` and ``vmgui lesson new NAME``: for those who write lessons."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from vmgui.assets import path as asset
from vmgui.cli import FAILED, OK
from vmgui.commands.common import console
from vmgui.formats.errors import FormatError
from vmgui.lessons.check import check
from vmgui.lessons.course import FOLDERS, folders
from vmgui.texts import Text

TEMPLATE = "templates/lesson.md"


def main(arguments: argparse.Namespace) -> int:
    """Check lessons, or begin one; 0 when all is well, 1 when a lesson has errors, 2 for bad input."""
    if arguments.action == "new":
        return _new(arguments.name)
    return _check(tuple(_files(arguments.files)))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Lessons in files and folders; without any, those that vmgui comes with."""
    own = folders()[0]
    for path in paths or tuple(own / name for name in FOLDERS.values()):
        if path.is_dir():
            found = sorted(path.glob("*.*.md"))
            if not found:
                raise FormatError(Text("no file here is called NAME.en.md or NAME.zh.md"), file=str(path))
            yield from found
        elif paths:
            yield path


def _check(files: Sequence[Path]) -> int:
    errors = check(files)
    for error in errors:
        sys.stdout.write(f"{error}\n")
    out = console()
    told = Text("lessons checked: {0}, errors: {1}", len(files), len(errors))
    out.print(f"[red]{told}[/]" if errors else f"[green]{told}[/]")
    return FAILED if errors else OK


def _new(name: str) -> int:
    """Write a first lesson that runs, to be changed into the author's own."""
    path = Path(name)
    if not path.name.endswith(".md"):
        path = path.with_name(f"{path.name}.en.md")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(asset(TEMPLATE).read_text("utf-8"))
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(path)) from error
    sys.stdout.write(f"{path}\n")
    return OK
