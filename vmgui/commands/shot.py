"""``vmgui shot FILE --step N --out x.png``: paint the window into a file."""

from __future__ import annotations

import argparse

from vmgui.cli import OK


def main(arguments: argparse.Namespace) -> int:
    """Paint the window as it stands at the step."""
    from vmgui.ui.shots import render

    render(arguments.file, arguments.step, arguments.size, arguments.theme, arguments.out,
           arguments.language)  # fmt: skip
    return OK
