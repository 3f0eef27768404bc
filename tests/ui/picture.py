"""Pictures compared: what is drawn elsewhere is found, what antialiasing does to an edge is not."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter
from PySide6.QtGui import QImage

#: How far a pixel may be from the darkest and the lightest around it, and how many may be further.
TOLERANCE, STRAY = 40, 24


def of(image: QImage) -> Image.Image:
    """A picture as Pillow has it."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    size, bits = (rgb.width(), rgb.height()), bytes(rgb.constBits())
    return Image.frombuffer("RGB", size, bits, "raw", "RGB", rgb.bytesPerLine(), 1)


def keep(shown: Image.Image, path: Path) -> None:
    """Make it the picture that others are compared with."""
    path.parent.mkdir(exist_ok=True)
    shown.save(path, lossless=True, method=6, quality=100)


def strays(one: Image.Image, other: Image.Image) -> int:
    """The number of pixels of a picture that have nothing like them within a pixel in the other."""
    low, high = other.filter(ImageFilter.MinFilter(3)), other.filter(ImageFilter.MaxFilter(3))
    beyond = ImageChops.lighter(ImageChops.subtract(low, one), ImageChops.subtract(one, high))
    bands = beyond.split()
    worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(worst.histogram()[TOLERANCE:])


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures show the same at the same place."""
    return one.size == other.size and max(strays(one, other), strays(other, one)) <= STRAY
