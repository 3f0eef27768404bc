"""Rows of texts with a mark: = where two sides agree, ≠ where they differ, ? where nobody can tell."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QStyle

from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, LEFT, Sheet, Type
from vmgui.ui.panes.rows import RowPainter, TableRows
from vmgui.ui.words import tr

CELL, MARK = Type(10.5, mono=True), Type(12, True)
ROLE = Qt.ItemDataRole.UserRole
COLORS = {"=": "success", "≠": "error", "?": "text3"}


class MarkedRows(TableRows):
    """Rows of a mark, texts and a tip; `ROLE` gives the mark and whether the row is the running one."""

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
