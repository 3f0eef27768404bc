"""Writes resources/docs/conformance.json: the engine compared with recordings of a real kernel.

    python packaging/conformance.py [--jobs N] [FOLDER ...]     replay everything and write the report
    python packaging/conformance.py --check                     exit 1 when it is not of this engine

The recordings lie beside the checkout; Help shows the report, and no number in it is written by hand.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "resources" / "docs" / "conformance.json"
KERNEL = ROOT.parent / "shared" / "kernel"
FOLDERS = (KERNEL / "golden", KERNEL / "samples")


def is_stale(report: Path = REPORT) -> bool:
    """Whether the engine has changed since the report was made, or there is none."""
    from vmgui.formats.conformance import load
    from vmgui.formats.errors import FormatError
    from vmgui.formats.fingerprint import fingerprint

    try:
        return load(report).fingerprint != fingerprint()
    except FormatError:
        return True


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write resources/docs/conformance.json.")
    parser.add_argument("folders", type=Path, nargs="*", default=FOLDERS, help="recordings to replay")
    parser.add_argument("--jobs", type=int, default=0, help="default: as many as cores")
    parser.add_argument("--check", action="store_true", help="only say whether the report is of this engine")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    if arguments.check:
        if is_stale():
            why = "resources/docs/conformance.json is stale: run python packaging/conformance.py"
            print(why, file=sys.stderr)
            return 1
        return 0
    from vmgui.cli import BAD_INPUT, INTERRUPTED
    from vmgui.cli import main as vmgui

    folders = [str(folder) for folder in arguments.folders]
    came = vmgui(["replay", *folders, "--report", str(REPORT), "--jobs", str(arguments.jobs)])
    return came if came in (BAD_INPUT, INTERRUPTED) else 0  # differences are for the report to tell


if __name__ == "__main__":
    sys.exit(main())
