"""Paints the thumbnails of the scenarios: the stage, or the address map, at the step that each has marked.

python3 packaging/thumbnails.py [NAME ...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmgui.formats.scenarios import Scenario

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "scenarios" / "thumbnails"
THEMES = ("dark", "light")
WINDOW = (1280, 720)
#: A pane is painted in this size, made smaller to that of a thumbnail, and left this many colours.
PAINTED, SIZE, COLOURS = (576, 324), (320, 180), 64


def paint(scenario: Scenario, theme: str, path: Path) -> None:
    """Write the pane of a scenario at the step of its first bookmark."""
    from PySide6.QtCore import Qt

    from vmgui.formats.document import load
    from vmgui.ui.shots import grab, settle, studio

    document = load(scenario.path)
    with studio(document, WINDOW, theme) as desk:
        pane = desk.map if scenario.pane == "map" else desk.stage
        canvas = pane.canvas
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.setParent(None)
        canvas.resize(*PAINTED)
        canvas.show()
        desk.player.seek(document.bookmarks[0].step)
        settle(desk)
        grab(canvas, path)
        canvas.deleteLater()


def shrink(path: Path) -> None:
    """Make a picture small: in size, and in bytes."""
    from PIL import Image

    painted = Image.open(path).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    few = painted.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)  # keeps small spots
    few.save(path, optimize=True)


def main() -> int:
    """Run the command line; what no scenario has any more is taken away."""
    parser = argparse.ArgumentParser(description="Paint the thumbnails of the scenarios.")
    parser.add_argument("names", nargs="*", help="only these scenarios")
    wanted = parser.parse_args().names
    sys.path.insert(0, str(ROOT))
    from vmgui.formats.scenarios import scenarios

    FOLDER.mkdir(exist_ok=True)
    offered = [each for each in scenarios() if each.has_thumbnail]
    names = {f"{each.name}-{theme}.png" for each in offered for theme in THEMES}
    for path in FOLDER.iterdir():
        if path.name not in names:
            path.unlink()
    for each in offered:
        if not wanted or each.name in wanted:
            for theme in THEMES:
                path = FOLDER / f"{each.name}-{theme}.png"
                paint(each, theme, path)
                shrink(path)
            print(each.name)
    print(f"{sum(path.stat().st_size for path in FOLDER.iterdir()):,} bytes in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
