"""``vmgui doctor [FILE]``: whether vmgui works on this computer, one line a finding."""

from __future__ import annotations

import argparse
import sys

from vmgui.cli import FAILED, OK
from vmgui.formats.errors import FormatError


def main(arguments: argparse.Namespace) -> int:
    """Open the window, look at what is in it and say so; 1 when something does not work."""
    from vmgui.ui.doctor import examine

    status = OK
    try:
        for finding in examine(arguments.file, arguments.out):
            sys.stdout.write(f"{finding}\n")
            sys.stdout.flush()
            if finding.how == "FAILED":
                status = FAILED
    except OSError as error:
        raise FormatError(error.strerror or str(error), file=str(error.filename or "")) from error
    return status
