"""A table of a dialog: rows to choose from, with Enter, a double click or the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from vmgui.ui import theme as themes

ROW = 22


class Rows(QTableWidget):
    """Whole rows are selected. `chosen` carries the number of a row that is double-clicked or entered.

    `unwanted` carries the number of a row on which Delete was pressed.
    """

    chosen, unwanted = Signal(int), Signal(int)

    def __init__(self, name: str, titles: Sequence[str], parent: QWidget | None = None):
        super().__init__(0, len(titles), parent)
        self.setAccessibleName(name)
        self.setHorizontalHeaderLabels(list(titles))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.cellDoubleClicked.connect(lambda row, _column: self.chosen.emit(row))

    def fill(self, rows: Sequence[Sequence[str]], mono: Sequence[int] = ()) -> None:
        """Show other rows; the columns `mono` hold numbers and names of functions."""
        at, found = self.currentRow(), themes.font(themes.SECONDARY, mono=True)
        self.setRowCount(len(rows))
        for i, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column in mono:
                    item.setFont(found)
                self.setItem(i, column, item)
        header = self.horizontalHeader()
        for column in range(self.columnCount() - 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        if rows:
            self.setCurrentCell(min(max(at, 0), len(rows) - 1), 0)

    def keyPressEvent(self, event) -> None:
        signals = {Qt.Key.Key_Return: self.chosen, Qt.Key.Key_Enter: self.chosen}
        signals[Qt.Key.Key_Delete] = self.unwanted
        if event.key() in signals and self.currentRow() >= 0:
            signals[event.key()].emit(self.currentRow())
        else:
            super().keyPressEvent(event)
