"""The areas of a real kernel, from a copy of its /proc/vmallocinfo: a table with a bar for each."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStyle,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from vmgui.formats.vmallocinfo import Area, Listing, Unread, read
from vmgui.projection import numbers
from vmgui.ui import theme as themes
from vmgui.ui.dialogs.beside import button, the_one, to_front
from vmgui.ui.paint import LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.rows import RowPainter, TableRows, dress
from vmgui.ui.theme import px
from vmgui.ui.words import tr

CELL = Type(10.5, mono=True)
ROW = 20
WIDTHS = (142, 142, 80, 130, 230, 54, 108, 118, 46)
START, END, SIZE, BAR, CALLER, PAGES, PHYS, KIND, LINE = range(9)
RIGHTS = frozenset({SIZE, PAGES, LINE})
TOKENS = {
    "ioremap": "io_fill", "vmalloc": "pte_fill", "vmap": "pud_fill", "vm_map_ram": "pud_fill",
    "unpurged vm_area": "lazy",
}  # fmt: skip
ROLE = Qt.ItemDataRole.UserRole
#: The shortest bar.
LEAST = 0.04


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows, what it is sorted by, how long its bar is (0 to 1), and the line for a copy."""

    texts: tuple[str, ...]
    keys: tuple[int | str, ...]
    bar: float
    token: str
    line: str


def rows_of(listing: Listing) -> list[Row]:
    """The areas in order, then the lines not understood."""
    largest = max((area.size for area in listing.areas), default=1)
    rows = [_row(area, place, largest) for place, area in enumerate(listing.sorted)]
    return rows + [_unread(each, len(rows) + place) for place, each in enumerate(listing.unread)]


def _row(area: Area, place: int, largest: int) -> Row:
    start, end = (numbers.address(area.start), numbers.address(area.end)) if area.located else ("?", "?")
    phys = numbers.physical(area.phys) if area.phys else ""
    texts = (start, end, numbers.size(area.size), "", area.caller, str(area.pages or ""), phys, area.kind,
             str(area.line))  # fmt: skip
    keys = (place, place, area.size, area.size, area.caller, area.pages, area.phys, area.kind, area.line)
    token = next((TOKENS[word] for word in area.flags if word in TOKENS), "reserved")
    return Row(texts, keys, length(area.size, largest), token, area.text)


def _unread(unread: Unread, place: int) -> Row:
    texts = ("?", "", "", "", unread.text[:200], "", "", "", str(unread.line))
    return Row(texts, (place, place, 0, 0, unread.text[:200], 0, 0, "", unread.line), 0, "", unread.text)


def length(size: int, largest: int) -> float:
    """How long the bar of a size is: each doubling from a page on adds the same."""
    steps = max(1.0, log2(max(largest, 1) / 4096)) if largest > 4096 else 1.0
    return min(1.0, max(LEAST, log2(max(size, 4096) / 4096) / steps))


class AreaRows(TableRows):
    """The areas of a listing: those that hold all words of the filter, sorted by a column."""

    def __init__(self, heads: tuple[str, ...], parent: QWidget):
        super().__init__(heads, parent)
        self._all: list[Row] = []
        self._words: tuple[str, ...] = ()
        self._column, self._falling = START, False

    def hold(self, rows: list[Row]) -> None:
        """Show other rows."""
        self._all = rows
        self._arrange()

    def look_for(self, text: str) -> None:
        """Show the rows that hold all these words."""
        self._words = tuple(text.lower().split())
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by what stands behind the texts of a column."""
        self._column, self._falling = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    @property
    def whole(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    def _arrange(self) -> None:
        held = [row for row in self._all if all(word in row.line.lower() for word in self._words)]
        self.show(sorted(held, key=lambda row: row.keys[self._column], reverse=self._falling))

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row: Row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.line[:500]
        return row if role == ROLE else None


class AreaPainter(RowPainter):
    """Mono text that ends in dots where there is no room, and bars."""

    def paint(self, painter: QPainter, option, index) -> None:
        self.theme = option.widget.window().parentWidget().theme
        super().paint(painter, option, index)

    def draw(self, sheet: Sheet, rect: QRectF, option, index) -> None:
        row: Row = index.data(ROLE)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or index.row() % 2:
            sheet.box(rect, self.theme.color("tint_accent" if chosen else "bg2"))
        if index.column() == BAR:
            if row.bar:
                room = rect.adjusted(6, 5, -6, -5)
                room.setWidth(max(2.0, room.width() * row.bar))
                sheet.box(room, self.theme.color(row.token), radius=1.5)
            return
        room = rect.adjusted(6, 0, -6, 0)
        shown = themes.elided(index.data(), room.width(), CELL.pixels, mono=True)
        ink = self.theme.color("text1" if index.column() in (START, SIZE, CALLER) else "text2")
        sheet.text(room, shown, ink, CELL, RIGHT if index.column() in RIGHTS else LEFT)


class VmallocinfoWindow(QDialog):
    """One listing at a time, beside the window; the program stays as it is."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.resize(px(1120), px(600))
        self.total, self.warning = QLabel(), QLabel()
        self.total.setProperty("role", "title")
        self.warning.setWordWrap(True)
        for label in (self.total, self.warning):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        heads = (
            tr("Start"), tr("End"), tr("Size"), tr("Size as a bar"), tr("Asked for by"), tr("Pages"),
            tr("Physical"), tr("Kind"), tr("Line"),
        )  # fmt: skip
        self.rows, self.table = AreaRows(heads, self), QTableView()
        self._dress()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter: caller, kind, address"))
        self.filter.setAccessibleName(tr("Filter: caller, kind, address"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._sift)
        self.shown = QLabel()
        self.shown.setProperty("role", "secondary")
        self._lay_out()
        QShortcut(QKeySequence.StandardKey.Copy, self.table, self.copy_row,
                  context=Qt.ShortcutContext.WidgetShortcut)  # fmt: skip

    def _dress(self) -> None:
        dress(self.table, self.rows, AreaPainter(self.table), tr("Areas"), WIDTHS, ROW, least=24)
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.setSortingEnabled(True)

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.shown, 1)
        below.addWidget(button(tr("&Copy"), self.copy))
        below.addWidget(button(tr("Close"), self.close))
        box = QVBoxLayout(self)
        for widget in (self.total, self.warning, self.filter):
            box.addWidget(widget)
        box.addWidget(self.table, 1)
        box.addLayout(below)

    @classmethod
    def show_for(cls, window: QWidget, path: Path) -> VmallocinfoWindow:
        """Read a file and show it in the one such window there is; FormatError when it cannot be read."""
        listing = read(path)
        shown = the_one(cls, window)
        shown.show_listing(path.name, listing)
        to_front(shown)
        return shown

    def show_listing(self, name: str, listing: Listing) -> None:
        """Show other areas, in order of their addresses."""
        self.setWindowTitle(tr("Areas of {0}").format(name))
        self.total.setText(tr(listing.total()))
        self.warning.setText("\n".join(tr(text) for text in listing.warnings()))
        self.warning.setVisible(bool(listing.warnings()))
        self.rows.hold(rows_of(listing))
        self.filter.clear()
        self.table.sortByColumn(START, Qt.SortOrder.AscendingOrder)
        self._sift("")

    def _sift(self, text: str) -> None:
        self.rows.look_for(text)
        self.table.selectRow(0)
        count, of = self.rows.rowCount(), self.rows.whole
        told = tr("Nothing matches") if of and not count else tr("{0} of {1} lines")
        self.shown.setText(told.format(numbers.count(count), numbers.count(of)))

    def copy(self) -> None:
        """Copy the lines that are shown, in their order."""
        QApplication.clipboard().setText("".join(f"{row.line}\n" for row in self.rows.rows))

    def copy_row(self) -> None:
        """Copy the chosen line."""
        row: Row | None = self.table.currentIndex().data(ROLE)
        if row is not None:
            QApplication.clipboard().setText(row.line)
