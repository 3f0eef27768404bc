"""Pictures of a widget in files: PNG in any density, SVG, and animated GIF; each whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QPoint
from PySide6.QtGui import QImage, QImageWriter, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from vmgui.ui import export_svg
from vmgui.ui.words import tr

#: A GIF of more pictures, or of wider ones, helps nobody.
MOST_FRAMES, WIDEST = 300, 1200
COLOURS = 256
CHILDREN = QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write to; it becomes the file when all went well, else nothing is left of it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def render(widget: QWidget, painter: QPainter) -> None:
    """Paint a widget and what is in it."""
    widget.render(painter, QPoint(), QRegion(), CHILDREN)


def image(widget: QWidget, scale: float) -> QImage:
    """A picture of a widget with so many pixels for each of its own."""
    made = QImage(widget.size() * scale, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    made.fill(0)
    painter = QPainter(made)
    try:
        render(widget, painter)
    finally:
        painter.end()
    return made


def save_png(widget: QWidget, path: Path, scale: float) -> None:
    """Write a PNG; OSError when that is not possible."""
    with whole(path) as place:
        writer = QImageWriter(str(place), QByteArray(b"png"))
        if not writer.write(image(widget, scale)):
            raise OSError(writer.errorString())


def save_svg(widget: QWidget, path: Path, title: str) -> None:
    """Write an SVG of lines and texts; OSError when that is not possible."""
    with whole(path) as place:
        export_svg.save(widget, place, title)


def save_gif(frames: Iterable[QImage], path: Path, delay: int, loop: bool) -> None:
    """Write an animated GIF, `delay` milliseconds a picture; OSError when that is not possible."""
    pictures = (_quantized(frame) for frame in frames)
    first = next(pictures, None)
    if first is None:
        raise ValueError(tr("There is no step to be shown"))
    more: dict[str, Any] = {"loop": 0} if loop else {}
    with whole(path) as place:
        first.save(place, "GIF", save_all=True, append_images=pictures, duration=delay, disposal=1, **more)


def _quantized(frame: QImage) -> Any:
    """A picture as Pillow has it, in few colours, among them those of small things: they tell kinds apart."""
    from PIL import Image

    if frame.width() > WIDEST:
        frame = frame.scaledToWidth(WIDEST)
    frame = frame.convertToFormat(QImage.Format.Format_RGB888)
    size, bits = (frame.width(), frame.height()), bytes(frame.constBits())
    made = Image.frombuffer("RGB", size, bits, "raw", "RGB", frame.bytesPerLine(), 1)
    return made.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


