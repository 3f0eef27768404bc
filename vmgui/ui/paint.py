"""Drawing in the house manner: measured text never cut, cosmetic pens, elbows, hatches, hit regions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)

from vmgui.ui import theme as themes
from vmgui.ui.selection import Place
from vmgui.ui.theme import Theme

Dash = tuple[float, ...] | None
Points = list[tuple[float, float]]

# Plain numbers: an enum's "or" costs more than drawing the text.
_LINE = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextSingleLine.value
LEFT = Qt.AlignmentFlag.AlignLeft.value | _LINE
RIGHT = Qt.AlignmentFlag.AlignRight.value | _LINE
CENTRE = Qt.AlignmentFlag.AlignHCenter.value | _LINE
WRAPPED = (
    Qt.AlignmentFlag.AlignHCenter.value | Qt.AlignmentFlag.AlignTop.value | Qt.TextFlag.TextWordWrap.value
)
DASH, DOTS = (4.0, 3.0), (2.0, 2.0)
# So are these made once: to hand an enum to Qt takes longer than to draw a small rectangle.
_NO_PEN, _NO_BRUSH = QPen(Qt.PenStyle.NoPen), QBrush(Qt.BrushStyle.NoBrush)
_SMOOTH = QPainter.RenderHint.Antialiasing


class Type(NamedTuple):
    """A type of text: pixels, weight, family."""

    pixels: float = themes.UI
    bold: bool = False
    mono: bool = False

    def width(self, text: str) -> float:
        """The advance of a text in logical pixels."""
        pitch = _measures(self)[3]
        return pitch * len(text) if pitch and text.isascii() and text.isprintable() else _advance(self, text)

    @property
    def height(self) -> float:
        """The height of a line."""
        return _measures(self)[1]

    def base(self, high: float) -> float:
        """How far below the top of a line so high its letters stand."""
        _font, own, ascent, _pitch = _measures(self)
        return (high - own) / 2 + ascent

    def wrapped(self, width: float, text: str) -> float:
        """The height of a text that is wrapped at a width."""
        room = QRectF(0, 0, width, 1000)
        return themes.metrics(self.pixels, self.bold, self.mono).boundingRect(room, WRAPPED, text).height()

    def fit(self, width: float, *candidates: str) -> str:
        """The first candidate that fits, else nothing: a number is shown whole or not at all."""
        for candidate in candidates:
            if self.width(candidate) <= width:
                return candidate
        return ""


#: How much of the room that is left over is to the left of a line of text.
_SIDES = {LEFT: 0.0, CENTRE: 0.5, RIGHT: 1.0}


@lru_cache(maxsize=1024)
def _solid(rgb: int, width: float, dash: Dash) -> QPen:
    return _pen(QColor(rgb), width, dash)


def _pen(color: QColor, width: float, dash: Dash) -> QPen:
    made = QPen(color, width)
    made.setCosmetic(width <= 1)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setDashPattern([d / width for d in dash])
    return made


@lru_cache(maxsize=256)
def _measures(kind: Type) -> tuple[QFont, float, float, float]:
    """The font of a type, its height and ascent, and the advance of every plain letter; 0 if they differ."""
    metrics = themes.metrics(kind.pixels, kind.bold, kind.mono)
    advances = {metrics.horizontalAdvance(letter) for letter in "0iW. "}
    pitch = advances.pop() if kind.mono and len(advances) == 1 else 0.0
    font = themes.font(kind.pixels, kind.bold, kind.mono)
    return font, metrics.height(), metrics.ascent(), pitch


@lru_cache(maxsize=256)
def _spaced(kind: Type, gap: float) -> QFont:
    """The font of a type with a gap after each letter; kept, as Qt looks for the letters of every new one."""
    made = QFont(_measures(kind)[0])
    made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, gap)
    return made


@lru_cache(maxsize=8192)
def _advance(kind: Type, text: str) -> float:
    return themes.metrics(kind.pixels, kind.bold, kind.mono).horizontalAdvance(text)


class Hit(NamedTuple):
    """A region of a pane that can be pointed at; `place` is what it stands for, `say` gives its words."""

    rect: QRectF
    place: Place
    say: Callable[[], str]

    @property
    def tip(self) -> str:
        """It in words, with full addresses."""
        return self.say()


#: Where pictures would lose what they are made of.
VECTOR = (QPaintEngine.Type.SVG, QPaintEngine.Type.Pdf)

#: How many pictures a pane keeps, and how many bytes of them.
KEPT, KEPT_BYTES = 256, 8 << 20


class Picture(NamedTuple):
    """A part of a pane as it was drawn: its pixels, where they begin, and what can be pointed at in it."""

    pixels: QPixmap
    corner: QPoint
    hits: list[Hit]


class Pictures(OrderedDict[Hashable, Picture]):
    """Parts of a pane as they were drawn, the one used last at the end."""

    def __init__(self) -> None:
        super().__init__()
        self._held = 0

    def keep(self, key: Hashable, picture: Picture) -> None:
        """Keep another one, and forget the oldest where there are too many."""
        self[key] = picture
        self._held += _bytes(picture.pixels)
        while len(self) > 1 and (len(self) > KEPT or self._held > KEPT_BYTES):
            self._held -= _bytes(self.popitem(last=False)[1].pixels)


@dataclass
class Sheet:
    """A painter with a theme; collects the hit regions of what it draws, the topmost last."""

    painter: QPainter
    theme: Theme
    selected: Place | None = None
    hovered: Place | None = None
    hits: list[Hit] = field(default_factory=list)
    pictures: Pictures = field(default_factory=Pictures)

    @cached_property
    def vector(self) -> bool:
        """Whether this is drawn into a file of lines and texts."""
        engine = self.painter.paintEngine()
        return engine is not None and engine.type() in VECTOR

    @property
    def enlarged(self) -> bool:
        """Whether a logical pixel is no pixel of the device."""
        return self.vector or self.painter.deviceTransform().isScaling()

    @cached_property
    def density(self) -> float:
        """Pixels of the device in a logical one."""
        device = self.painter.device()
        return device.devicePixelRatio() if device else 1.0

    def pen(self, color: QColor, width: float = 1, dash: Dash = None) -> QPen:
        """A pen; dashes are in logical pixels, not in pen widths. A thin one stays thin when enlarged."""
        if dash and width <= 1:  # whose dashes Qt counts in pixels of the device
            dash = tuple(d * self.painter.deviceTransform().m11() for d in dash)
        if color.alpha() == 255:
            return _solid(color.rgb(), width, dash)
        return _pen(color, width, dash)

    def text(self, rect: QRectF, text: str, color: QColor, kind: Type, align: int = LEFT) -> None:
        """Draw one line of text."""
        painter, (font, high, ascent, _) = self.painter, _measures(kind)
        painter.setFont(font)
        painter.setPen(color)
        wide, room = rect.width() - kind.width(text), rect.height()
        if wide < 0 or room < high or align not in _SIDES or not text.isascii():
            painter.drawText(rect, align, text)
        else:  # to draw from a point takes half of the time, as it has no rectangle to cut off at
            painter.drawText(
                QPointF(rect.x() + wide * _SIDES[align], rect.y() + (room - high) / 2 + ascent), text
            )

    def fit(self, rect: QRectF, color: QColor, kind: Type, *candidates: str, align: int = LEFT) -> str:
        """Draw the first candidate that fits in the width; return it."""
        chosen = kind.fit(rect.width(), *candidates)
        if chosen:
            self.text(rect, chosen, color, kind, align)
        return chosen

    def box(
        self,
        rect: QRectF,
        fill: QColor | QBrush | None = None,
        line: QColor | None = None,
        width: float = 1,
        radius: float = 0,
        dash: Dash = None,
    ) -> None:
        """Draw a rectangle; its line lies inside the edge and is sharp at 1 px."""
        if line is None:
            if fill is not None:
                self._fill(rect, fill, radius)
        elif dash or self.enlarged:
            self._stroke(rect, fill, self.pen(line, width, dash), radius)
        else:
            self._frame(rect, fill, line, width, radius)

    def _fill(self, rect: QRectF, fill: QColor | QBrush, radius: float) -> None:
        if not radius:
            self.painter.fillRect(rect, fill)
            return
        self.painter.setPen(_NO_PEN)
        self.painter.setBrush(fill)
        self.painter.drawRoundedRect(rect, radius, radius)

    def _stroke(self, rect: QRectF, fill: QColor | QBrush | None, pen: QPen, radius: float) -> None:
        """Draw a rectangle with a pen, which may be dashed and which a file of lines keeps as a line."""
        half = pen.widthF() / 2
        rect = rect.adjusted(half, half, -half, -half)
        self.painter.setPen(pen)
        self.painter.setBrush(fill if fill is not None else _NO_BRUSH)
        if radius:
            self.painter.drawRoundedRect(rect, radius, radius)
        else:
            self.painter.drawRect(rect)

    def _frame(
        self, rect: QRectF, fill: QColor | QBrush | None, line: QColor, width: float, radius: float
    ) -> None:
        """Draw a rectangle and its line as fills: to stroke it takes up to twenty times as long."""
        inner = rect.adjusted(width, width, -width, -width)
        outside, inside = (radius + width / 2, max(radius - width / 2, 0)) if radius else (0, 0)
        if inner.isEmpty():
            self._fill(rect, line, outside)
            return
        solid = line.alpha() == 255 and self.painter.opacity() == 1
        if fill is not None and solid and _opaque(fill):
            self._fill(rect, line, outside)
            self._fill(inner, fill, inside)
            return
        if fill is not None:
            self._fill(inner, fill, inside)
        frame = QPainterPath()
        for edge, round_ in ((rect, outside), (inner, inside)):
            frame.addRoundedRect(edge, round_, round_)
        self.painter.fillPath(frame, line)

    def halo(self, rect: QRectF, color: QColor, width: float = 5) -> None:
        """Draw a broad rounded frame, as the difference of two fills: much faster than a broad pen."""
        path = QPainterPath()
        path.addRoundedRect(rect, 7, 7)
        path.addRoundedRect(rect.adjusted(width, width, -width, -width), 4, 4)
        self.painter.fillPath(path, color)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, color: QColor, width: float = 1, dash: Dash = None
    ) -> None:
        """Draw a straight line."""
        if dash or (x1 != x2 and y1 != y2) or self.enlarged:
            self.painter.setPen(self.pen(color, width, dash))
            self.painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
        else:  # an upright or level one is a narrow rectangle, which is faster than a pen with square ends
            half = width / 2
            place = QRectF(min(x1, x2) - half, min(y1, y2) - half, abs(x2 - x1) + width, abs(y2 - y1) + width)
            self.painter.fillRect(place, color)

    def elbow(
        self,
        points: list[tuple[float, float]],
        color: QColor,
        width: float = 2,
        dash: Dash = None,
        arrow: bool = False,
    ) -> None:
        """Draw a path of straight pieces with rounded corners, with an arrow head at its end."""
        if arrow:
            points = self._arrow(points, color)
        self.painter.setBrush(_NO_BRUSH)
        self.painter.setPen(self.pen(color, width, dash))
        self.painter.drawPath(rounded(tuple(points)))

    def _arrow(self, points: list[tuple[float, float]], color: QColor) -> list[tuple[float, float]]:
        (x0, y0), (x1, y1) = points[-2:]
        dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        bx, by = x1 - 7 * dx, y1 - 7 * dy
        head = [QPointF(x1, y1), QPointF(bx - 4 * dy, by - 4 * dx), QPointF(bx + 4 * dy, by + 4 * dx)]
        self.painter.setPen(_NO_PEN)
        self.painter.setBrush(color)
        self.painter.drawPolygon(QPolygonF(head))
        return [*points[:-1], (bx, by)]

    def ring(self, rect: QRectF, place: Place, radius: float = 3) -> None:
        """Draw the ring of the selected or hovered place around it, if it is one of them."""
        if self.selected is not None and same(place, self.selected):
            self.box(rect.adjusted(-2, -2, 2, 2), None, self.theme.color("ring"), themes.RING, radius)
        elif self.hovered is not None and same(place, self.hovered):
            self.box(rect.adjusted(-1, -1, 1, 1), None, self.theme.color("ring"), 1, radius)

    def hit(self, rect: QRectF, place: Place, tip: str | Callable[[], str]) -> None:
        """Say that a region stands for a place; its words may be made when they are asked for."""
        self.hits.append(Hit(QRectF(rect), place, tip if callable(tip) else lambda: tip))

    def cached(self, key: Hashable, rect: QRectF, draw: Callable[[Sheet], None]) -> None:
        """Draw a part as a picture, made once for a key; most parts are the same from step to step.

        In a file of lines and texts it is drawn as those.
        """
        if self.vector:
            draw(self)
            return
        key = (key, self.theme.name, self._ratio, self.selected, self.hovered, rect.getRect())
        held = self.pictures.get(key)
        if held is None:
            held = self._picture(rect.toAlignedRect(), draw)
            self.pictures.keep(key, held)
        else:
            self.pictures.move_to_end(key)
        self.painter.drawPixmap(held.corner, held.pixels)
        self.hits += held.hits

    @cached_property
    def _ratio(self) -> float:
        """Pixels of the device in a unit of the painter, which is enlarged before its first picture."""
        return self.density * self.painter.transform().m11()

    def _picture(self, area: QRect, draw: Callable[[Sheet], None]) -> Picture:
        picture = QPixmap(area.size() * self._ratio)
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(-area.topLeft())
            sheet = Sheet(painter, self.theme, self.selected, self.hovered, pictures=self.pictures)
            draw(sheet)
        finally:
            painter.end()
        return Picture(picture, area.topLeft(), sheet.hits)

    @contextmanager
    def faded(self, opacity: float) -> Iterator[None]:
        """Draw less than solid."""
        before = self.painter.opacity()
        self.painter.setOpacity(before * opacity)
        try:
            yield
        finally:
            self.painter.setOpacity(before)

    def spaced(self, rect: QRectF, text: str, color: QColor, kind: Type) -> None:
        """Draw the characters of a text in equal cells, each in the middle of its own."""
        cell = rect.width() / len(text)
        if self.vector:  # no file of lines knows such spaces
            for i, letter in enumerate(text):
                place = QRectF(rect.x() + i * cell, rect.y(), cell, rect.height())
                self.text(place, letter, color, kind, CENTRE)
            return
        gap = cell - kind.width("0")
        self.painter.setFont(_spaced(kind, gap))
        self.painter.setPen(color)
        self.painter.drawText(rect.adjusted(gap / 2 - 0.5, 0, cell, 0), LEFT, text)

    def cells(self, rects: list[QRectF], fill: QColor | QBrush) -> None:
        """Fill many rectangles alike at once, with sharp edges."""
        if not rects:
            return
        self.painter.setPen(_NO_PEN)
        self.painter.setBrush(fill)
        self.painter.setRenderHint(_SMOOTH, False)
        self.painter.drawRects(rects)
        self.painter.setRenderHint(_SMOOTH, True)

    def hatch(self, kind: str) -> QBrush:
        """The fill of what holds no memory: "guard" 45 degrees, "lazy" 135 degrees."""
        if kind == "guard":
            return _hatch(self.theme.guard, self.theme.bg0, 7, 1.6, False, self.vector)
        color = self.theme.lazy if self.theme.dark else "#B4BDCC"
        return _hatch(color, self.theme.bg1, 11, 4, True, self.vector)

    def striped(self, color: str, ground: str) -> QBrush:
        """Stripes at 135 degrees in two colours: something freed."""
        return _hatch(color, ground, 9, 3, True, self.vector)


def _opaque(fill: QColor | QBrush) -> bool:
    return fill.isOpaque() if isinstance(fill, QBrush) else fill.alpha() == 255


def _bytes(picture: QPixmap) -> int:
    return 4 * picture.width() * picture.height()


def same(place: Place, other: Place) -> bool:
    """Whether two places name the same thing: the entry if both name one, else the area, else the frames."""
    if place.level and other.level and place.index is not None:
        return (place.level, place.index, place.va) == (other.level, other.index, other.va)
    if place.area is not None and other.area is not None:
        return place.area == other.area
    return place.phys is not None and place.phys == other.phys


def overlaps(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    """Whether two ranges, end exclusive, share anything."""
    return one is not None and other is not None and one[0] < other[1] and other[0] < one[1]


@lru_cache(maxsize=512)
def rounded(points: tuple[tuple[float, float], ...], radius: float = 6) -> QPainterPath:
    """A path of straight pieces, its corners rounded by at most half of the shorter piece."""
    path = QPainterPath(QPointF(*points[0]))
    for i in range(1, len(points) - 1):
        before, here, after = (QPointF(*points[j]) for j in (i - 1, i, i + 1))
        r = min(radius, _length(here - before) / 2, _length(after - here) / 2)
        path.lineTo(here + _unit(before - here) * r)
        path.quadTo(here, here + _unit(after - here) * r)
    path.lineTo(QPointF(*points[-1]))
    return path


def part_of(points: Points, done: float) -> Points:
    """The beginning of a path of straight pieces: `done` of its length."""
    lengths = [abs(x1 - x0) + abs(y1 - y0) for (x0, y0), (x1, y1) in pairwise(points)]
    left = sum(lengths) * done
    found = [points[0]]
    for (x0, y0), (x1, y1), length in zip(points, points[1:], lengths, strict=False):
        if left < length:
            found.append((x0 + (x1 - x0) * left / length, y0 + (y1 - y0) * left / length))
            break
        found.append((x1, y1))
        left -= length
    return found


def _length(p: QPointF) -> float:
    return abs(p.x()) + abs(p.y())


def _unit(p: QPointF) -> QPointF:
    return p / (_length(p) or 1)


@lru_cache(maxsize=64)
def _hatch(color: str, ground: str, step: int, width: float, backwards: bool, vector: bool) -> QBrush:
    scale = 1 if vector else 2  # a file of lines does not know pictures of a higher density
    tile = QPixmap(step * scale, step * scale)
    tile.fill(QColor(ground))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.setPen(QPen(QColor(color), width))
    for shift in (-step, 0, step):
        if backwards:
            painter.drawLine(QPointF(shift - 2, -2), QPointF(shift + step + 2, step + 2))
        else:
            painter.drawLine(QPointF(shift - 2, step + 2), QPointF(shift + step + 2, -2))
    painter.end()
    tile.setDevicePixelRatio(scale)
    return QBrush(tile)
