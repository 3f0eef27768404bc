"""Looks at pictures that a program has painted, with nothing of that program."""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import Image

from smokes.report import Failed, expect

#: A picture of the window has thousands of colours; one where nothing was painted has a few.
FEWEST_COLOURS = 64


def png(path: Path) -> Image.Image:
    """Read a picture."""
    with Image.open(path) as picture:
        return picture.convert("RGB")


def xwd(path: Path) -> Image.Image:
    """Read what a screen of the X server holds, in the format of xwd, 32 bits a pixel, as Xvfb keeps it."""
    data = path.read_bytes()
    size, version, *fields = struct.unpack_from(">25I", data)
    width, height, bits, stride, colours = (fields[number] for number in (2, 3, 9, 10, 17))
    if version != 7 or bits != 32:
        raise Failed(f"{path.name}: a kind of XWD that is not read here")
    pixels = data[size + colours * 12 :][: stride * height]
    return Image.frombytes("RGB", (width, height), pixels, "raw", "BGRX", stride)


def colours_of(picture: Image.Image) -> int:
    """How many different colours there are."""
    return len(picture.getcolors(picture.width * picture.height) or ())


def painted(picture: Image.Image) -> str:
    """What a picture shows in figures; Failed when nothing was painted."""
    told = f"{picture.width} x {picture.height}, {colours_of(picture)} colours"
    expect(colours_of(picture) >= FEWEST_COLOURS, f"{told}: nothing was painted")
    return told


def different(strip: Image.Image) -> str:
    """How many characters a strip of square cells shows.

    Failed when two look alike, as the boxes for missing characters do, or a cell is empty.
    """
    side = strip.height
    cells = [strip.crop((left, 0, left + side, side)) for left in range(0, strip.width, side)]
    empty = [number for number, cell in enumerate(cells) if colours_of(cell) == 1]
    expect(not empty, f"nothing is painted in cells {empty}")
    looks = len({cell.tobytes() for cell in cells})
    expect(looks == len(cells), f"{len(cells)} characters, but only {looks} look different")
    return f"{looks} characters, no two look alike"
