"""What the painted rows of lists and tables share: their model, their delegate, and how a table is set up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView

from vmgui.ui import theme as themes
from vmgui.ui.paint import Sheet
from vmgui.ui.theme import DARK, Theme, px


class RowPainter(QStyledItemDelegate):
    """`draw(sheet, rect, option, index)` draws a cell; the rectangle begins at its upper left corner."""

    theme: Theme = DARK

    def paint(self, painter: QPainter, option, index) -> None:
        with themes.enlarged(painter, option.rect) as rect:
            self.draw(Sheet(painter, self.theme), rect, option, index)

    def draw(self, sheet: Sheet, rect: QRectF, option, index) -> None:
        """Draw a cell."""
        raise NotImplementedError


class TableRows(QAbstractTableModel):
    """Rows under heads, one of which may be the current one; what a cell shows is the subclass's `data`."""

    def __init__(self, heads: tuple[str, ...], parent=None):
        super().__init__(parent)
        self.heads = heads
        self.rows: Sequence[Any] = ()
        self.current = -1

    def show(self, rows: Sequence[Any]) -> None:
        """Show other rows; none of them is the current one."""
        self.beginResetModel()
        self.rows, self.current = rows, -1
        self.endResetModel()

    def set_current(self, row: int) -> None:
        """Mark the row that runs."""
        old, self.current = self.current, row
        for each in {old, row}:
            if 0 <= each < len(self.rows):
                self.dataChanged.emit(self.index(each, 0), self.index(each, len(self.heads) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return None


def dress(
    table: QTableView, model, delegate: RowPainter, name: str, widths: tuple[int, ...], row: int, least: int
) -> None:
    """Set a painted table up: whole rows `row` high, columns of these widths and not below `least`."""
    table.setModel(model)
    table.setItemDelegate(delegate)
    table.setAccessibleName(name)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.verticalHeader().hide()
    table.verticalHeader().setMinimumSectionSize(px(10))
    table.verticalHeader().setDefaultSectionSize(px(row))
    head = table.horizontalHeader()
    head.setMinimumSectionSize(px(least))
    head.setStretchLastSection(True)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, width in enumerate(widths):
        table.setColumnWidth(column, px(width))
