"""Bullets: the small sign that tells what an operation makes, by colour and by shape."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from vmgui.projection.timeline_marks import SegmentKind
from vmgui.ui.paint import Sheet
from vmgui.ui.theme import THEMES, Theme, factor, px


def bullet(sheet: Sheet, rect: QRectF, kind: SegmentKind | str) -> None:
    """Draw a sign: a square of the leaf's colour, round for I/O, striped for freed, outlined for the rest."""
    theme = sheet.theme
    if kind in ("pte", "pmd", "pud", "table"):
        sheet.box(rect, theme.fill(kind), theme.ink(kind), radius=2)
    elif kind == "io":
        sheet.box(rect, theme.fill("io"), theme.ink("io"), radius=rect.width() / 2)
    elif kind == "free":
        for i in range(3):
            x = rect.left() + i * 3.5
            sheet.line(x, rect.bottom(), x + 2.6, rect.top(), theme.color("lazy"), 1.6)
    else:
        sheet.box(rect, None, theme.color("error" if kind == "error" else "text3"), radius=2)


@lru_cache(maxsize=128)
def bullet_picture(theme: str, kind: SegmentKind, ratio: float, opacity: float) -> QPixmap:
    """The sign with 4 pixels of the design around it, `ratio` pixels of the device to each of them."""
    picture = QPixmap(round(16 * ratio), round(16 * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(opacity)
    bullet(Sheet(painter, THEMES[theme]), QRectF(4, 4, 8, 8), kind)
    painter.end()
    return picture


def bullet_icon(theme: Theme, kind: str) -> QIcon:
    """The sign as an icon for a button."""
    icon = QIcon()
    for scale in (1, 2):
        picture = QPixmap(px(12) * scale, px(12) * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(factor(), factor())
        bullet(Sheet(painter, theme), QRectF(2, 2, 8, 8), kind)
        painter.end()
        icon.addPixmap(picture)
    return icon
