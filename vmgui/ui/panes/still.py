"""A holder that keeps the layout of the window out of what happens in it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

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
