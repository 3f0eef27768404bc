"""The axis of the address map's window on pyqtgraph; the pane itself holds and limits the range.

Imported after the first paint only: pyqtgraph takes longer to load than the whole window.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPicture

from vmgui.projection.address_map import AddressMap
from vmgui.ui import theme as themes
from vmgui.ui.panes.map_scale import View, tick_step, ticks
from vmgui.ui.panes.map_tiers import AXIS, axis_texts
from vmgui.ui.theme import Theme

#: How long a tick is, and how far below it its text begins.
LONG, BELOW = 5, 3


class AddressAxis(pg.AxisItem):
    """Ticks at powers of two of pages, labelled with addresses. It lies in no scene: the pane draws it."""

    def __init__(self) -> None:
        super().__init__("bottom", maxTickLength=LONG)
        self.shown: AddressMap | None = None
        self._view: View | None = None
        self.picture: QPicture | None = None
        self._lines: list[tuple[QPen, list[QLineF]]] = []
        self._texts: list[tuple[QPointF, str]] = []
        self._bounds = self._room = QRectF()
        self._font = themes.widget_font(10.5, mono=True)
        self._metrics = QFontMetricsF(self._font)
        self._wide: dict[int, float] = {}  # all texts of so many letters are as wide
        self.setStyle(tickFont=self._font, tickTextOffset=BELOW, autoExpandTextSpace=False)
        self.enableAutoSIPrefix(False)
        self.setHeight(themes.px(AXIS + 2))
        self._line, self._ink, self._pens = QPen(), QPen(), (QPen(), QPen())

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.setPen(theme.color("border"))
        self.setTextPen(theme.color("text2"))
        self.setTickPen(theme.color("border"))
        self._line, self._ink = self.pen(), self.textPen()
        self._pens = _fainter(self.tickPen(), 255), _fainter(self.tickPen(), 127)

    def place(self, rect: QRect) -> None:
        """Lie at the bottom of a rectangle, which is in pixels of the screen."""
        high = self.maximumHeight()
        self.setGeometry(rect.left(), rect.top() + rect.height() - high, rect.width(), high)
        self.picture = None

    def show_map(self, shown: AddressMap) -> None:
        """Name the addresses of another range."""
        self.shown, self.picture = shown, None

    def draw(self, painter: QPainter, view: View) -> None:
        """Draw the ticks of a view where the axis lies."""
        if view != self._view:
            self._view = view
            self.setRange(view.first, view.end)
        at = self.pos()
        painter.translate(at)
        self.paint(painter)
        painter.translate(-at)

    def tickValues(self, first: float, end: float, width: float) -> list[tuple[float, list[int]]]:
        """Labelled ticks at least 150 px apart, three small ones between them."""
        step = tick_step(end - first, width)
        view = View(first, end)
        small = [t for t in ticks(view, max(step // 4, 1)) if t % step]
        return [(step, ticks(view, step)), (step / 4, small)]

    def paint(self, painter: QPainter, *_unused: object) -> None:
        """Draw the line, the ticks and their texts, without what pyqtgraph measures for every axis."""
        if self.picture is None:  # pyqtgraph's sign that the range, the size or the colours are others
            self._lay_out()
            self.picture = QPicture()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for pen, lines in self._lines:
            painter.setPen(pen)
            painter.drawLines(lines)
        painter.setFont(self._font)
        painter.setPen(self._ink)
        for at, text in self._texts:
            painter.drawText(at, text)

    def _lay_out(self) -> None:
        bounds, (first, end) = self.mapRectFromParent(self.geometry()), self.range
        if bounds != self._bounds:
            self._bounds, self._room = bounds, self.boundingRect()
        left, width, top = bounds.left(), bounds.width(), bounds.top()
        line = QLineF(bounds.topLeft() + QPointF(-1, 1), bounds.topRight() + QPointF(1, 1))
        self._lines, self._texts = [(self._line, [line])], []
        if width <= 0 or end <= first:
            return
        levels = self.tickValues(first, end, width + 2)
        for i, (pen, (spacing, values)) in enumerate(zip(self._pens, levels, strict=True)):
            below = top + LONG / (i * 0.5 + 1)
            at = [left + (value - first) * width / (end - first) for value in values]
            self._lines.append((pen, [QLineF(x, top, x, below) for x in at if 0 <= x <= width]))
            if i == 0 and self.shown is not None:
                self._write(at, axis_texts(self.shown, values, int(spacing)))

    def _write(self, xs: list[float], texts: list[str]) -> None:
        """The address at each tick of the first level, where the whole of it has room."""
        room, high, top = self._room, self._metrics.height() * 0.8, self._bounds.top() + LONG + BELOW
        if top < room.top() or top + high > room.bottom():
            return
        low, right, base = room.left(), room.right(), top + self._metrics.ascent()
        for x, text in zip(xs, texts, strict=True):
            wide = self._wide.get(len(text))
            if wide is None:
                wide = self._wide[len(text)] = self._metrics.horizontalAdvance(text)
            if low <= x - wide / 2 and x + wide / 2 <= right:
                self._texts.append((QPointF(x - wide / 2, base), text))


def _fainter(pen: QPen, alpha: int) -> QPen:
    color = QColor(pen.color())
    color.setAlpha(alpha)
    made = QPen(pen)
    made.setColor(color)
    return made
