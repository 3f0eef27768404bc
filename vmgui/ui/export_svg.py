"""A widget as SVG: each widget in it is a group of its own, cut to the part of it that is in sight.

QSvgGenerator writes clip paths without the place where they hold, so readers that honour them lose what they
should show.  It is asked for none; what is scrolled out of sight is cut here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QBuffer, QPoint, QRect
from PySide6.QtGui import QFontInfo, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from vmgui.ui import theme as themes

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)
BACKGROUND, NOTHING = QWidget.RenderFlag.DrawWindowBackground, QWidget.RenderFlag(0)
#: What refers to another element by its name.
NAMED = re.compile(r'((?:id="|url\(#|href="#))')


def save(widget: QWidget, path: Path, title: str) -> None:
    """Write an SVG of lines and texts; OSError when that is not possible."""
    made = ElementTree.Element(f"{{{SVG}}}svg", {
        "width": str(widget.width()), "height": str(widget.height()),
        "viewBox": f"0 0 {widget.width()} {widget.height()}", "version": "1.1",
    })  # fmt: skip
    ElementTree.SubElement(made, f"{{{SVG}}}title").text = title
    defined = ElementTree.SubElement(made, f"{{{SVG}}}defs")
    for number, (part, seen) in enumerate(in_sight(widget)):
        group = _group(part, number, BACKGROUND if part is widget else NOTHING)
        if group is None:
            continue
        at = part.mapTo(widget, QPoint()) if part is not widget else QPoint()
        cut = ElementTree.SubElement(defined, f"{{{SVG}}}clipPath", {"id": f"sight{number}"})
        ElementTree.SubElement(cut, f"{{{SVG}}}rect", _box(seen))
        outer = ElementTree.SubElement(made, f"{{{SVG}}}g", {"clip-path": f"url(#sight{number})"})
        group.set("transform", f"translate({at.x()},{at.y()})")
        outer.append(group)
    ElementTree.ElementTree(made).write(path, encoding="utf-8", xml_declaration=True)


def in_sight(widget: QWidget) -> Iterator[tuple[QWidget, QRect]]:
    """A widget and those in it, the lowest first, each with the rectangle of `widget` it is seen in."""
    yield from _within(widget, widget, widget.rect())


def _within(root: QWidget, part: QWidget, seen: QRect) -> Iterator[tuple[QWidget, QRect]]:
    yield part, seen
    for child in part.children():
        if isinstance(child, QWidget) and not child.isWindow() and child.isVisibleTo(root):
            rest = seen & QRect(child.mapTo(root, QPoint()), child.size())
            if not rest.isEmpty():
                yield from _within(root, child, rest)


def _box(rect: QRect) -> dict[str, str]:
    names = ("x", "y", "width", "height")
    return dict(zip(names, map(str, (rect.x(), rect.y(), rect.width(), rect.height())), strict=True))


def _group(widget: QWidget, number: int, flags: QWidget.RenderFlag) -> ElementTree.Element | None:
    """What one widget paints, without those in it; None when that is nothing."""
    made, held = QSvgGenerator(), QBuffer()  # SVG Tiny 1.2: without clip paths
    made.setOutputDevice(held)
    made.setResolution(96)
    made.setSize(widget.size())
    made.setViewBox(widget.rect())
    painter = QPainter()
    if not painter.begin(made):
        raise OSError(made.description())
    try:
        QWidget.render(widget, painter, QPoint(), QRegion(), flags)  # a view of graphics has another one
    finally:
        painter.end()
    text = NAMED.sub(rf"\g<1>w{number}-", with_families(held.data().toStdString()))
    group = ElementTree.Element(f"{{{SVG}}}g")
    for child in ElementTree.fromstring(text):
        if child.tag not in (f"{{{SVG}}}title", f"{{{SVG}}}desc") and _prune(child):
            group.append(child)
    return group if len(group) else None


def _prune(element: ElementTree.Element) -> bool:
    """Take out groups that hold nothing; whether the element itself holds something."""
    if element.tag not in (f"{{{SVG}}}g", f"{{{SVG}}}defs"):
        return True
    for child in list(element):
        if not _prune(child):
            element.remove(child)
    return len(element) > 0


def with_families(text: str) -> str:
    """Name first the family that was really used: readers of SVG look no further."""
    for families, mono in ((themes.MONO, True), (themes.SANS, False)):
        used = QFontInfo(themes.font(mono=mono)).family()
        listed = ",".join(dict.fromkeys([used, *families, "monospace" if mono else "sans-serif"]))
        text = text.replace(f'font-family="{",".join(families)}"', f'font-family="{listed}"')
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)  # XML has no place for these
