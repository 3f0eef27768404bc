"""The icon of the program as Windows and macOS want it: `python packaging/artefacts/icons.py OUT`.

It runs in the project's own environment: Qt draws resources/icons/vmgui.svg, Pillow writes .ico and .icns.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PIL import Image

DRAWING = Path(__file__).resolve().parents[2] / "resources" / "icons" / "vmgui.svg"
#: Pixels; Windows has them all in one file, macOS makes the smaller ones of the largest.
SIZES = (16, 24, 32, 48, 64, 128, 256)
LARGEST = 1024


def drawn(side: int) -> Image.Image:
    """The drawing in a square of so many pixels."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    return Image.frombytes("RGBA", (side, side), bytes(image.constBits()), "raw", "BGRA")


def write(out: Path) -> list[Path]:
    """Write vmgui.ico and vmgui.icns into a folder."""
    from PySide6.QtGui import QGuiApplication

    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = QGuiApplication.instance() or QGuiApplication([])
    out.mkdir(parents=True, exist_ok=True)
    pictures = {side: drawn(side) for side in (*SIZES, LARGEST)}
    del application
    made = [out / "vmgui.ico", out / "vmgui.icns"]
    pictures[SIZES[-1]].save(
        made[0], sizes=[(side, side) for side in SIZES], append_images=[pictures[side] for side in SIZES[:-1]]
    )
    pictures[LARGEST].save(made[1])
    return made


if __name__ == "__main__":
    print(*write(Path(sys.argv[1])), sep="\n")
