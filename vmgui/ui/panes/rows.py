"""What the painted rows of lists and tables share: a delegate that paints in pixels of the design."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate

from vmgui.ui import theme as themes
from vmgui.ui.paint import Sheet
from vmgui.ui.theme import DARK, Theme


class RowPainter(QStyledItemDelegate):
    """`draw(sheet, rect, option, index)` draws a cell; the rectangle begins at its upper left corner."""

    theme: Theme = DARK

    def paint(self, painter: QPainter, option, index) -> None:
        with themes.enlarged(painter, option.rect) as rect:
            self.draw(Sheet(painter, self.theme), rect, option, index)

    def draw(self, sheet: Sheet, rect: QRectF, option, index) -> None:
        """Draw a cell."""
        raise NotImplementedError
