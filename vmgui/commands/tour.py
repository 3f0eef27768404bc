"""``vmgui tour --out DIR``: the default scenario as pictures and text, for a machine without a display."""

from __future__ import annotations

import argparse

from vmgui.cli import OK


def main(arguments: argparse.Namespace) -> int:
    """Paint the tour."""
    from vmgui.ui.tour import tour

    tour(arguments.out)
    return OK
