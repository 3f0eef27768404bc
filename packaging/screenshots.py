"""Paints the pictures of screenshots/: both themes, two sizes, the states worth seeing.

python3 packaging/screenshots.py [--out DIR] [--recording FILE]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((1600, 1000), (1280, 720))
THEMES = ("dark", "light")
#: A recording of a real kernel, where the checkout has its reference material beside it.
RECORDING = ROOT.parent / "shared" / "kernel" / "golden" / "x86-4l" / "22_mixed_levels.jsonl.gz"


def paint(out: Path, recording: Path | None) -> list[Path]:
    """Write all pictures; returns their paths."""
    from vmgui.projection.landmarks import first_decision
    from vmgui.ui.shots import landmarks, snap, studio

    written = []
    for theme in THEMES:
        for width, height in SIZES:
            kind = f"{theme}-{width}x{height}.png"
            with studio(None, (width, height), theme) as desk:
                for name, step in landmarks(desk).items():
                    written.append(out / f"{name}-{kind}")
                    snap(desk, step, written[-1])
            if recording is not None:
                with studio(recording, (width, height), theme) as desk:
                    session = desk.workspace.session
                    decided = first_decision(session.columns, installed=True) if session else 0
                    written.append(out / f"recording-{kind}")
                    snap(desk, decided or 0, written[-1])
    return written


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Paint the pictures of screenshots/.")
    parser.add_argument("--out", type=Path, default=ROOT / "screenshots")
    parser.add_argument("--recording", type=Path, help="a recording to show with its verdict")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    recording = arguments.recording or (RECORDING if RECORDING.exists() else None)
    for path in paint(arguments.out, recording):
        print(path)
    if recording is None:
        print("no recording here: pass one with --recording to paint it with its verdict")
    return 0


if __name__ == "__main__":
    sys.exit(main())
