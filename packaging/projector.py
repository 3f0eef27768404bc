"""Paints a page of every engine file as the source pane shows it on a projector of 1280x720.

python3 packaging/projector.py --out DIR [--zoom 1.5] [--page N] [FILE...]
Lists the lines that do not fit the width, and the functions that do not fit a page.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "vmgui" / "engine"
WIDTH, HEIGHT = 1280, 720


def first_function(path: Path) -> int:
    """The line where the text begins that is worth looking at, behind the imports."""
    body = ast.parse(path.read_text("utf-8")).body
    definitions = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return min((min([n.lineno, *(d.lineno for d in n.decorator_list)]) for n in definitions), default=1)


def too_long(path: Path, rows: int) -> list[str]:
    """The functions of a file, docstring and all, that take more than ``rows`` lines."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    tall = [(f, (f.end_lineno or f.lineno) - f.lineno + 1) for f in functions]
    return [f"{f.lineno} {f.name}: {lines} lines" for f, lines in tall if lines > rows]


def paint(path: Path, first: int, zoom: float, out: Path) -> list[str]:
    """Paint the page that begins at line ``first``; returns what does not fit."""
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QImage

    from vmgui.projection.source import Source
    from vmgui.ui.panes.source import CODE, GUTTER, LINE, SourceView

    view = SourceView()
    view.resize(int(WIDTH / zoom), int(HEIGHT / zoom))
    view.following = False
    view.show_source(Source(str(path), path.name, "", 1, 1, 1))
    view.verticalScrollBar().setValue(first - 1)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(zoom)
    view.render(image, QPoint())
    image.save(str(out / (path.relative_to(ENGINE).with_suffix(".png").as_posix().replace("/", "-"))))
    room = view.width() - GUTTER - 10
    lines = path.read_text("utf-8").splitlines()
    cut = [f"{n} is cut off" for n, line in enumerate(lines, 1) if CODE.width(line) > room]
    return cut + too_long(path, int(HEIGHT / zoom) // LINE)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Paint the engine's files as a projector shows them.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--zoom", type=float, default=1.5, help="size of type; 1 is that of the window")
    parser.add_argument("--page", type=int, default=0, help="first line to show; 0 is the first function")
    parser.add_argument("files", type=Path, nargs="*")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT))
    from vmgui.ui.app import application

    application(["projector"])
    arguments.out.mkdir(parents=True, exist_ok=True)
    for path in arguments.files or sorted(ENGINE.rglob("*.py")):
        first = arguments.page or first_function(path)
        for found in paint(path.resolve(), first, arguments.zoom, arguments.out):
            print(f"{path.resolve().relative_to(ROOT)}:{found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
