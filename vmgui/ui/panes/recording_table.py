"""Kernel and engine in one table, so that both scroll and sort together; the marks are in the middle."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStyle,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.numbers import count
from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.recording_rows import OTHER, ROLE, SideRow, SideRows, Sieve
from vmgui.ui.panes.rows import RowPainter, dress
from vmgui.ui.theme import DARK, Theme
from vmgui.ui.words import tr

CELL, MARK, HEAD, NOTE = Type(10.5, mono=True), Type(12, True), Type(12, True), Type(11)
ROW, HEADS, FOOT = 20, 28, 24
COLORS = {"=": "success", "≠": "error", "+": "accent", "−": "pmd", "?": "text3"}
DOTS = {"ioremap": "io", "vmalloc": "pte", "vmap": "pud", "vm_map_ram": "pud"}
KEYS = {Qt.Key.Key_J: "down", Qt.Key.Key_K: "up", Qt.Key.Key_N: "next", Qt.Key.Key_P: "previous"}


def fitting(text: str, room: float) -> str:
    """A cell where there is little room: of a range the ends of both addresses, of other texts the start."""
    start, _, end = text.partition("-")
    if start.startswith("0x") and end and CELL.width(text) > room:
        for digits in (12, 8):
            text = f"…{start[-digits:]}-…{end[-digits:]}"
            if CELL.width(text) <= room:
                break
    return themes.elided(text, room, CELL.pixels, mono=True)


class SideDelegate(RowPainter):
    """Mono text that ends in dots where there is no room; the grounds of rows that differ or run."""

    def draw(self, sheet: Sheet, rect: QRectF, option, index) -> None:
        held: tuple[SideRow, bool] = index.data(ROLE)
        row, current = held
        ground = "tint_error" if row.mark in OTHER else "bg2" if index.row() % 2 else ""
        if current or option.state & QStyle.StateFlag.State_Selected:
            ground = "tint_accent"
        if ground:
            sheet.box(rect, self.theme.color(ground))
        self._cell(sheet, rect, row, index.column(), index.data())

    def _cell(self, sheet: Sheet, rect: QRectF, row: SideRow, column: int, text: str) -> None:
        if text in COLORS:
            sheet.text(rect, text, self.theme.color(COLORS[text]), MARK, CENTRE)
            return
        room = rect.adjusted(8, 0, -6, 0)
        if text.startswith("0x") and row.kind in DOTS:
            token = DOTS[row.kind]
            dot = QRectF(rect.x() + 8, rect.center().y() - 3.5, 7, 7)
            sheet.box(dot, self.theme.color(f"{token}_fill"), radius=3.5 if token == "io" else 1.5)
            room = rect.adjusted(22, 0, -6, 0)
        token = "text1" if text.startswith("0x") or row.mark in OTHER else "text2"
        number = isinstance(row.keys[column], int) and text[:1].isdigit() and not set("x×") & set(text)
        shown = fitting(text, room.width())
        sheet.text(room, shown, self.theme.color(token), CELL, RIGHT if number and shown == text else LEFT)


class SideHeads(QWidget):
    """The names of the two sides above their columns."""

    def __init__(self, table: QTableView, split: int, texts: tuple[str, str, str, str]):
        super().__init__()
        self.table, self.split, self.texts = table, split, texts
        self.theme: Theme = DARK
        self.setFixedHeight(themes.px(HEADS))
        table.horizontalHeader().sectionResized.connect(lambda *_sizes: self.update())

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        try:
            with themes.enlarged(painter, self.rect()) as rect:
                self._draw(Sheet(painter, self.theme), rect)
        finally:
            painter.end()

    def _draw(self, sheet: Sheet, rect: QRectF) -> None:
        head, factor = self.table.horizontalHeader(), themes.factor()
        middle = head.sectionViewportPosition(self.split) / factor
        wide = head.sectionSize(self.split) / factor
        sheet.box(rect, self.theme.color("bg2"))
        ends = ((0.0, middle), (middle + wide, rect.width()))
        for (left, right), name, note in zip(ends, self.texts[::2], self.texts[1::2], strict=True):
            width = HEAD.width(name)
            sheet.text(QRectF(left + 12, 0, width + 4, HEADS), name, self.theme.color("text1"), HEAD)
            room = right - left - width - 28
            shown = themes.elided(note, room, NOTE.pixels) if room > 40 else ""
            sheet.text(QRectF(left + 20 + width, 0, room, HEADS), shown, self.theme.color("text3"), NOTE)
        sheet.text(QRectF(middle, 0, wide, HEADS), "=", self.theme.color("text1"), HEAD, CENTRE)


class SideTable(QWidget):
    """Heads, table, and how many rows are below. `giving` columns become as narrow as this for lack of room.

    `chosen` carries the number of a row, `opened` one that is to be gone to.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(
        self, rows: SideRows, name: str, widths: tuple[int, ...], texts: tuple[str, str, str, str],
        giving: dict[int, int] | None = None,
    ):  # fmt: skip
        super().__init__()
        self.rows, self.sieve, self.view = rows, Sieve(rows, self), QTableView()
        self._widths, self._giving = widths, giving or {}
        self.delegate = SideDelegate(self)
        self._dress(name, widths)
        self.heads = SideHeads(self.view, rows.split, texts)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.heads)
        box.addWidget(self.view, 1)
        box.addWidget(self._foot())
        self.setFocusProxy(self.view)
        self.view.selectionModel().currentRowChanged.connect(self._chosen)
        self.view.activated.connect(lambda index: self.opened.emit(self.sieve.mapToSource(index).row()))
        self.view.installEventFilter(self)

    def _foot(self) -> QWidget:
        """The line below the table."""
        foot, row = QWidget(), QHBoxLayout()
        foot.setLayout(row)
        foot.setFixedHeight(themes.px(FOOT))
        row.setContentsMargins(themes.px(22), 0, themes.px(12), 0)
        self.more, together = QLabel(), QLabel(tr("both sides scroll and sort together"))
        for label in (self.more, together):
            label.setProperty("role", "secondary")
            row.addWidget(label)
        row.insertStretch(1, 1)
        bar = self.view.verticalScrollBar()
        for changed in (bar.valueChanged, bar.rangeChanged, self.sieve.modelReset, self.sieve.layoutChanged,
                        self.sieve.rowsInserted, self.sieve.rowsRemoved):  # fmt: skip
            changed.connect(self._count)
        return foot

    def _count(self) -> None:
        """Say how many rows are below those in sight."""
        last = self.view.rowAt(self.view.viewport().height() - 1)
        below = self.sieve.rowCount() - 1 - last if last >= 0 else 0
        self.more.setText(tr("{0} more ↓").format(count(below)) if below else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the columns of the design do not fit, those that can give way, the first one first."""
        super().resizeEvent(event)
        px, wide = themes.px, list(self._widths)
        lacking = sum(map(px, wide)) + self.view.verticalScrollBar().sizeHint().width() - self.width()
        for column, least in self._giving.items():
            given = max(min(lacking, px(wide[column]) - px(least)), 0)
            self.view.setColumnWidth(column, px(wide[column]) - given)
            lacking -= given
        self._count()

    def _dress(self, name: str, widths: tuple[int, ...]) -> None:
        view = self.view
        dress(view, self.sieve, self.delegate, name, widths, ROW, least=24)
        view.setWordWrap(False)
        view.horizontalHeader().setHighlightSections(False)
        view.setSortingEnabled(True)
        view.sortByColumn(0, Qt.SortOrder.AscendingOrder)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.delegate.theme = self.heads.theme = theme
        self.heads.update()
        self.view.viewport().update()

    # --- rows ------------------------------------------------------------------------------------

    def _chosen(self, index, _last) -> None:
        self.chosen.emit(self.sieve.mapToSource(index).row() if index.isValid() else -1)

    @property
    def current(self) -> int:
        """The number of the chosen row; -1 without one."""
        index = self.view.currentIndex()
        return self.sieve.mapToSource(index).row() if index.isValid() else -1

    def choose(self, number: int) -> None:
        """Choose a row, if the filter shows it."""
        index = self.sieve.mapFromSource(self.rows.index(number, 0))
        if index.isValid():
            self.view.selectRow(index.row())
            self.view.scrollTo(index)

    def go(self, way: str) -> None:
        """To the row below or above, or to the next or the previous one that differs."""
        at, step = self.view.currentIndex().row(), -1 if way in ("up", "previous") else 1
        row = at + step
        if way in ("next", "previous"):
            while 0 <= row < self.sieve.rowCount() and not self._differs(row):
                row += step
        if 0 <= row < self.sieve.rowCount():
            self.choose(self.sieve.mapToSource(self.sieve.index(row, 0)).row())

    def _differs(self, row: int) -> bool:
        held: tuple[SideRow, bool] = self.sieve.index(row, 0).data(ROLE)
        return held[0].mark in OTHER

    def eventFilter(self, watched, event: QEvent) -> bool:
        """J, K, N and P are the table's own where it has the focus."""
        if isinstance(event, QKeyEvent) and not event.modifiers():
            way = KEYS.get(Qt.Key(event.key()))
            if way is not None and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if way is not None and event.type() == QEvent.Type.KeyPress:
                self.go(way)
                return True
        return False
