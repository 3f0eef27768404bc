"""Rows of texts with a mark: = where two sides agree, ≠ where they differ, ? where nobody can tell."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtWidgets import QStyle

from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, LEFT, Sheet, Type
from vmgui.ui.panes.rows import RowPainter
from vmgui.ui.words import tr

CELL, MARK = Type(10.5, mono=True), Type(12, True)
ROW = 19
ROLE = Qt.ItemDataRole.UserRole
COLORS = {"=": "success", "≠": "error", "?": "text3"}


class Rows(QAbstractTableModel):
    """Rows of texts with a mark; `ROLE` gives the mark and whether the row is the running one."""

    def __init__(self, heads: tuple[str, ...], parent=None):
        super().__init__(parent)
        self.heads = heads
        self.rows: list[tuple[str, tuple[str, ...], str]] = []
        self.current = -1

    def show(self, rows: list[tuple[str, tuple[str, ...], str]]) -> None:
        """Show other rows: mark, texts, tip."""
        self.beginResetModel()
        self.rows, self.current = rows, -1
        self.endResetModel()

    def set_current(self, row: int) -> None:
        """Mark the running row."""
        old, self.current = self.current, row
        for each in (old, row):
            if 0 <= each < len(self.rows):
                self.dataChanged.emit(self.index(each, 0), self.index(each, len(self.heads) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return len(self.heads)

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        mark, texts, tip = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip or texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = {"=": tr("identical"), "≠": tr("differs"), "?": tr("not compared")}
            return f"{texts[index.column()]}, {words[mark]}"
        return (mark, index.row() == self.current) if role == ROLE else None

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return None


class RowDelegate(RowPainter):
    """Mono text cut at the end; a row that differs has its ground and its mark in the error colour."""

    def draw(self, sheet: Sheet, rect: QRectF, option, index) -> None:
        mark, current = index.data(ROLE)
        if mark == "≠":
            sheet.box(rect, self.theme.color("tint_error"))
        if current or option.state & QStyle.StateFlag.State_Selected:
            sheet.box(rect, self.theme.color("tint_accent"))
        text = index.data()
        if text in COLORS:
            sheet.text(rect, text, self.theme.color(COLORS[text]), MARK, CENTRE)
            return
        room = rect.adjusted(4, 0, -4, 0)
        shown = themes.elided(text, room.width(), CELL.pixels, mono=True)
        sheet.text(room, shown, self.theme.color("text1" if mark == "≠" else "text2"), CELL, LEFT)
