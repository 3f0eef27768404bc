"""``vmgui progress export``: what a learner has answered, without name, seed or time."""

from __future__ import annotations

import argparse
import sys

from vmgui.cli import OK
from vmgui.formats.errors import FormatError
from vmgui.lessons.progress import Progress, own_file


def main(arguments: argparse.Namespace) -> int:
    """Write all answers of this computer's user as JSON lines."""
    text = _exported()
    if arguments.file is None:
        sys.stdout.write(text)
        return OK
    try:
        arguments.file.write_text(text, "utf-8")
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(arguments.file)) from error
    return OK


def _exported() -> str:
    file = own_file()
    try:
        return Progress(file).export()
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(file)) from error
