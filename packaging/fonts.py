#!/usr/bin/env python3
"""Make resources/fonts: the fonts of the window, cut to the characters it can show.

Needs fonttools (not a dependency of vmgui: use a scratch environment) and the Debian packages
fonts-noto-core, fonts-noto-cjk and fonts-dejavu-core:

    python3 -m venv build/fonts && build/fonts/bin/pip install fonttools
    build/fonts/bin/python packaging/fonts.py

Noto Sans keeps Latin, Greek, Cyrillic, punctuation, arrows and mathematical signs.
Noto Sans CJK SC keeps the 6763 characters of GB 2312, enough for any label or lesson in simplified
Chinese, and whatever else the translations and pages of resources/ hold.  DejaVu Sans Mono is
copied as it is: its licence asks for a new name when it is changed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

NOTO = Path("truetype/noto")
CJK = Path("opentype/noto/NotoSansCJK-Regular.ttc")
DEJAVU = Path("truetype/dejavu")
LATIN = [(0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2FF), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF)]
SIGNS = [(0x2000, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x22FF)]


def latin() -> set[int]:
    """The code points of the sans face."""
    return {c for first, last in LATIN + SIGNS for c in range(first, last + 1)}


def gb2312() -> set[int]:
    """The code points of GB 2312 that are not Latin, Greek or Cyrillic, and full-width punctuation."""
    found: set[int] = set(range(0x3000, 0x3018)) | set(range(0xFF01, 0xFF5F))
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return {c for c in found if c >= 0x2E80}


def written(resources: Path) -> set[int]:
    """The code points from the CJK blocks on that translations and pages of the manual hold."""
    files = [*resources.glob("i18n/*.t*"), *resources.glob("docs/**/*.md")]
    return {ord(c) for path in files for c in path.read_text("utf-8") if ord(c) >= 0x2E80}


def cut(source: Path, number: int, keep: set[int], features: list[str], target: Path) -> None:
    """Write the glyphs of `keep` from face `number` of `source` to `target`."""
    from fontTools import subset

    options = subset.Options(font_number=number, hinting=False)
    options.layout_features = features
    options.name_IDs = ["*"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=keep)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def face(source: Path, family: str) -> int:
    """The number of the face called `family` in a collection."""
    from fontTools.ttLib import TTCollection

    for number, font in enumerate(TTCollection(str(source)).fonts):
        if font["name"].getDebugName(1) == family:
            return number
    raise SystemExit(f"fonts.py: {source} has no face {family!r}")


def main() -> int:
    """Make every font of resources/fonts."""
    parser = argparse.ArgumentParser(description="Make resources/fonts from the system's fonts.")
    parser.add_argument("--source", type=Path, default=Path("/usr/share/fonts"), help="installed fonts")
    parser.add_argument("--target", type=Path, default=Path(__file__).parents[1] / "resources" / "fonts")
    args = parser.parse_args()
    args.target.mkdir(parents=True, exist_ok=True)
    for style in ("Regular", "Bold"):
        name = f"NotoSans-{style}.ttf"
        features = ["kern", "liga", "mark", "mkmk", "ccmp"]
        cut(args.source / NOTO / name, 0, latin(), features, args.target / name)
    cjk = args.source / CJK
    keep = gb2312() | written(Path(__file__).parents[1] / "resources")
    cut(cjk, face(cjk, "Noto Sans CJK SC"), keep, [], args.target / "NotoSansCJKsc-Regular.otf")
    for name in ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"):
        shutil.copyfile(args.source / DEJAVU / name, args.target / name)
    for made in sorted(args.target.glob("*.[ot]tf")):
        print(f"{made.stat().st_size:>9,}  {made.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
