"""The window of the address map on pyqtgraph: a view box holds and limits the range, an axis the ticks.

Imported after the first paint only: pyqtgraph takes longer to load than the whole window.
"""

from __future__ import annotations

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from vmgui.projection.address_map import AddressMap
from vmgui.ui import theme as themes
from vmgui.ui.panes.map_scale import LEAST, View, tick_step, ticks
from vmgui.ui.panes.map_tiers import AXIS, axis_text
from vmgui.ui.theme import Theme


class AddressAxis(pg.AxisItem):
    """Ticks at powers of two of pages, labelled with addresses."""

    def __init__(self) -> None:
        super().__init__("bottom", maxTickLength=5)
        self.shown: AddressMap | None = None
        font = themes.widget_font(10.5, mono=True)
        self.setStyle(tickFont=font, tickTextOffset=3, autoExpandTextSpace=False)
        self.setHeight(themes.px(AXIS + 2))

    def tickValues(self, first: float, end: float, width: float) -> list[tuple[float, list[float]]]:
        """Labelled ticks at least 150 px apart, three small ones between them."""
        step = tick_step(end - first, width)
        view = View(first, end)
        major = [float(t) for t in ticks(view, step)]
        small = [float(t) for t in ticks(view, max(step // 4, 1)) if t % step]
        return [(float(step), major), (step / 4, small)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Addresses; the base is added here, as an integer, where it stays exact."""
        if self.shown is None or spacing < tick_step(self.range[1] - self.range[0], self.width()):
            return [""] * len(values)
        return [axis_text(self.shown, int(value), int(spacing)) for value in values]


class BlocksItem(pg.GraphicsObject):
    """The blocks of the window, drawn by the pane in the pixels of the view box."""

    def __init__(self, box: pg.ViewBox, draw: Callable[[QPainter], None]):
        super().__init__(box)
        self._box, self._draw = box, draw

    def boundingRect(self) -> QRectF:
        return self._box.rect()

    def paint(self, painter: QPainter, *_unused: object) -> None:
        self._draw(painter)


class WindowPlot(pg.GraphicsView):
    """The window tier. The mouse belongs to the pane around it, which moves the range through `show_view`."""

    def __init__(self, parent: QWidget, draw: Callable[[QPainter], None], moved: Callable[[View], None]):
        super().__init__(parent, background=None)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet("background: transparent; border: none;")
        self.viewport().setAutoFillBackground(False)
        # it lies on the pane, which repaints both: a second repaint of its own would only cost time
        self.setViewportUpdateMode(self.ViewportUpdateMode.NoViewportUpdate)
        layout = pg.GraphicsLayout(border=None)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.setCentralItem(layout)
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0)
        self.box.setMouseEnabled(False, False)
        self.box.disableAutoRange()
        self.axis = AddressAxis()
        self.axis.linkToView(self.box)
        layout.addItem(self.box, 0, 0)
        layout.addItem(self.axis, 1, 0)
        self._blocks = BlocksItem(self.box, draw)
        self.box.sigXRangeChanged.connect(lambda _box, pages: moved(View(*pages)))

    def show_map(self, shown: AddressMap) -> None:
        """Take the limits of a range: from one page to all of it."""
        self.axis.shown = shown
        self.box.setLimits(xMin=0, xMax=shown.pages, minXRange=LEAST, maxXRange=shown.pages)

    def show_view(self, view: View) -> None:
        """Show a range; the view box keeps it inside its limits and says what it became."""
        self.box.setXRange(view.first, view.end, padding=0)

    def set_theme(self, theme: Theme) -> None:
        """Draw the axis in another theme."""
        self.axis.setPen(theme.color("border"))
        self.axis.setTextPen(theme.color("text2"))
        self.axis.setTickPen(theme.color("border"))
