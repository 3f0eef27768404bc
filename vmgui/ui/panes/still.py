"""A holder that keeps the layout of the window out of what happens in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QScrollBar, QWidget

from vmgui.ui.theme import px


class Still(QWidget):
    """Holds one widget and keeps to itself that it wants another size.

    A label that changes at every step would otherwise lay out, and paint, the whole window anew: for what
    is `clear`, all that is below it is painted again.
    """

    def __init__(self, inner: QWidget, parent: QWidget | None = None, clear: bool = False):
        super().__init__(parent)
        self.inner = inner
        inner.setParent(self)
        self.setAutoFillBackground(not clear)
        self.setSizePolicy(inner.sizePolicy())
        if inner.minimumHeight() == inner.maximumHeight():
            self.setFixedHeight(inner.height())
        self.setFocusProxy(inner)

    def sizeHint(self) -> QSize:
        return self.inner.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.inner.setGeometry(self.rect())


class Bar(QScrollBar):
    """A scroll bar with a ground of its own: else all of the pane below it is painted when it moves."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setProperty("surface", "pane")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # the style sheet takes the attribute away
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)


def be_solid(area: QAbstractScrollArea) -> None:
    """Have a pane that scrolls upright, and its scroll bar, paint their own grounds."""
    area.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    area.setVerticalScrollBar(Bar())


class Solid(QLabel):
    """A label that paints its own ground: for one that can be seen through, all below it is painted again.

    The style sheet takes the attribute away whenever it dresses the label. `ground` is the colour of what it
    stands on; None is that of whoever is below.
    """

    def __init__(self, ground: QPalette.ColorRole | None = QPalette.ColorRole.Base):
        super().__init__()
        self._ground = ground

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._be_solid()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._be_solid()

    def _be_solid(self) -> None:
        if self._ground is not None:
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def lay_ground(self, painter: QPainter) -> None:
        """Paint what the words stand on."""
        if self._ground is not None:
            painter.fillRect(self.rect(), QGuiApplication.palette().color(self._ground))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.lay_ground(painter)
        painter.drawText(self.contentsRect(), self.alignment(), self.text())
        painter.end()
