"""Rows of text that may open. Only those in view are made and drawn: ten thousand are as cheap as ten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from vmgui.ui.paint import RIGHT, Sheet, Type
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import px

ROW, SECOND, STRIP, INDENT, MARGIN, TOP, BAR = 21.0, 15.0, 26.0, 14.0, 10.0, 4.0, 11
PLAIN, BOLD, MONO, SMALL = Type(11.5), Type(11.5, True), Type(11, mono=True), Type(11)
#: What the look of a row is painted with: ink, ground.
LOOKS = {
    "head": ("text1", "bg2"),
    "plain": ("text1", ""),
    "quiet": ("text3", ""),
    "bad": ("error", "tint_error"),
    "good": ("success", "tint_success"),
    "now": ("text1", "tint_now"),
}


@dataclass(frozen=True)
class Row:
    """One row. Texts are candidates, the longest first: the first that fits is drawn, whole.

    `more` is a second line. `opens` rows have rows below them; `draw` paints a strip into a rectangle below
    the text. `mono`: the text is an address or a name of the kernel's.
    """

    key: Hashable
    text: tuple[str, ...]
    detail: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    depth: int = 0
    look: str = "plain"
    place: Place = Place()
    tip: str = ""
    opens: bool = False
    opened: bool = False
    mono: bool = False
    draw: Callable[[Sheet, QRectF], None] | None = None

    @property
    def height(self) -> float:
        """Pixels of it."""
        text = ROW if self.text[0] else 0
        return text + (SECOND if self.more else 0) + (STRIP if self.draw else 0)

    @property
    def words(self) -> str:
        """All of it as text: for the clipboard, the status bar and a screen reader."""
        return self.tip or " · ".join(t[0] for t in (self.text, self.detail, self.more) if t)


@dataclass(frozen=True)
class Many:
    """Rows of one height that are made when they are seen. `find` is the number of the row of a place."""

    count: int
    make: Callable[[int], Row]
    find: Callable[[Place], int | None] = field(default=lambda place: None)
    height: float = ROW


class Rows(Canvas):
    """Shows rows. `toggled` carries the key of a row that is to be opened or closed."""

    toggled = Signal(object)

    def __init__(self, name: str, selection: Selection, parent: QWidget | None = None):
        super().__init__(selection, parent)
        self.setAccessibleName(name)
        self.setMinimumSize(px(160), px(40))
        self._items: Sequence[Row | Many] = ()
        self._firsts: list[int] = [0]
        self._tops: list[float] = [TOP]
        self._made: dict[int, Row] = {}
        self._at: int | None = None
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar.valueChanged.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(px(348), px(200))

    # --- what is shown -------------------------------------------------------------------------------

    def show_rows(self, items: Sequence[Row | Many]) -> None:
        """Show other rows; the scroll position stays."""
        self._items = items
        self._made.clear()
        counts = [item.count if isinstance(item, Many) else 1 for item in items]
        heights = [item.count * item.height if isinstance(item, Many) else item.height for item in items]
        self._firsts = list(accumulate(counts, initial=0))
        self._tops = list(accumulate(heights, initial=TOP))
        if self._at is not None and self._at >= len(self):
            self._at = len(self) - 1 if len(self) else None
        self._place_bar()
        self.update()

    def __len__(self) -> int:
        """Rows there are, seen or not."""
        return self._firsts[-1]

    def row(self, number: int) -> Row:
        """A row by its number from the top."""
        if number not in self._made:
            i = bisect_right(self._firsts, number) - 1
            item = self._items[i]
            self._made[number] = item.make(number - self._firsts[i]) if isinstance(item, Many) else item
        return self._made[number]

    def texts(self) -> list[str]:
        """The first text of every row; a way to read the pane without looking at it."""
        return [self.row(i).text[0] for i in range(len(self))]

    def _top(self, number: int) -> float:
        i = bisect_right(self._firsts, number) - 1
        return self._tops[i] + (number - self._firsts[i]) * self._items[i].height

    def _number_at(self, y: float) -> int:
        """The row at a height of the whole list."""
        i = min(max(bisect_right(self._tops, y) - 1, 0), len(self._items) - 1)
        inside = max(int((y - self._tops[i]) // self._items[i].height), 0)
        return min(self._firsts[i] + inside, len(self) - 1)

    def _place_bar(self) -> None:
        beyond = max(round(self._tops[-1] - self.height()), 0)
        self.bar.setRange(0, beyond)
        self.bar.setPageStep(max(self.height(), 1))
        self.bar.setSingleStep(int(ROW))
        self.bar.setVisible(beyond > 0)
        self.bar.setGeometry(self.on_screen(QRectF(self.width() - BAR, 0, BAR, self.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_bar()

    def reveal(self, number: int) -> None:
        """Scroll as little as makes a row visible."""
        top = self._top(number)
        bottom = top + self.row(number).height
        if top < self.bar.value():
            self.bar.setValue(int(top))
        elif bottom > self.bar.value() + self.height():
            self.bar.setValue(round(bottom - self.height()))

    def go_to(self, place: Place) -> None:
        """Scroll to the row of a place, if there is one."""
        for i, item in enumerate(self._items):
            if isinstance(item, Many):
                found = item.find(place)
                if found is not None:
                    self.reveal(self._firsts[i] + found)
                    return
            elif marks(item.place, place):
                self.reveal(self._firsts[i])
                return

    # --- drawing -------------------------------------------------------------------------------------

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the rows in view."""
        if not len(self):
            return
        offset = self.bar.value()
        number = self._number_at(offset)
        y = self._top(number) - offset
        width = self.width() - (BAR if self.bar.isVisible() else 0)
        while number < len(self) and y < self.height():
            row = self.row(number)
            self._draw(sheet, QRectF(0, y, width, row.height), row, number)
            y += row.height
            number += 1

    def _draw(self, sheet: Sheet, rect: QRectF, row: Row, number: int) -> None:
        ink, ground = LOOKS[row.look]
        theme = self.theme
        if sheet.selected is not None and marks(row.place, sheet.selected):
            ground = "tint_accent"
        elif sheet.hovered is not None and marks(row.place, sheet.hovered):
            ground = "bg3"
        if ground:
            sheet.box(rect, theme.color(ground))
        x = MARGIN + row.depth * INDENT
        line = QRectF(x, rect.y(), rect.width() - x - MARGIN, ROW)
        if row.opens:
            mark = QRectF(x - 3, rect.y(), 12, ROW)
            sheet.text(mark, "▾" if row.opened else "▸", theme.color("text2"), PLAIN)
            line.setLeft(x + 12)
        if sheet.selected is not None and ground == "tint_accent":
            sheet.box(rect.adjusted(1, 0.5, -1, -0.5), None, theme.color("ring"), 2, 3)
        kind = MONO if row.mono else BOLD if row.look == "head" else PLAIN
        self._line(sheet, line, row, kind, theme.color("text1" if ground == "tint_accent" else ink))
        if row.more:
            second = QRectF(line.x(), rect.y() + ROW - 3, line.width(), SECOND)
            sheet.fit(second, theme.color("text2"), SMALL, *row.more)
        if row.draw is not None:
            row.draw(sheet, QRectF(line.x(), rect.bottom() - STRIP, line.width(), STRIP - 5))
        if number == self._at and self.hasFocus():
            sheet.box(rect.adjusted(3, 1, -3, -1), None, theme.color("accent"), 1.4, 3)
        sheet.hit(rect, row.place, lambda: row.words)

    def _line(self, sheet: Sheet, rect: QRectF, row: Row, kind: Type, ink) -> None:
        """Text at the left, detail at the right; the detail gives way where there is no room for both."""
        short = kind.width(row.text[-1])
        detail = SMALL.fit(rect.width() - short - 10, *row.detail)
        if detail:
            sheet.text(rect, detail, self.theme.color("text2"), SMALL, RIGHT)
        room = rect.adjusted(0, 0, -(SMALL.width(detail) + 10) if detail else 0, 0)
        sheet.fit(room, ink, kind, *row.text)

    # --- mouse and keys ------------------------------------------------------------------------------

    def _hit_row(self, pos: QPointF) -> int | None:
        y = pos.y() + self.bar.value()
        return self._number_at(y) if len(self) and 0 <= y < self._tops[-1] else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._hit_row(event.position())
        if number is not None:
            self._at = number
            row = self.row(number)
            if row.opens and event.button() == Qt.MouseButton.LeftButton:
                self.toggled.emit(row.key)
                return
            if row.place == Place():
                self.update()
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._hit_row(event.position())
        if number is not None and self.row(number).opens:
            self.toggled.emit(self.row(number).key)
        elif number is not None and self.row(number).place != Place():
            super().mouseDoubleClickEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.bar.setValue(self.bar.value() - round(event.angleDelta().y() / 120 * 3 * ROW))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move, Enter chooses or opens, Alt with left and right closes and opens, copy copies."""
        page = max(int(self.height() // ROW) - 1, 1)
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        key = Qt.Key(event.key())
        if key in moves and len(self):
            self._move(moves[key])
        elif self._at is None or not len(self):
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.row(self._at).words)
        elif not self._choose(key, bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)):
            super().keyPressEvent(event)

    def _move(self, by: int) -> None:
        self._at = 0 if self._at is None else max(0, min(self._at + by, len(self) - 1))
        row = self.row(self._at)
        self.reveal(self._at)
        self.selection.hover(row.place if row.place != Place() else None)
        self.describe(row.words)
        self.update()

    def _choose(self, key: Qt.Key, alt: bool) -> bool:
        assert self._at is not None
        row = self.row(self._at)
        wanted = {Qt.Key.Key_Right: False, Qt.Key.Key_Left: True}.get(key)
        if row.opens and alt and wanted is not None:
            if row.opened == wanted:
                self.toggled.emit(row.key)
            return True
        if key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if row.opens:
            self.toggled.emit(row.key)
        elif row.place != Place():
            self.selection.select(row.place)
        return True


def marks(mine: Place, other: Place) -> bool:
    """Whether another pane's place is this row: the same area, or addresses inside of it."""
    if mine.va is None:
        return False
    if mine.area is not None and other.area is not None:
        return mine.area == other.area
    return other.va is not None and mine.va[0] <= other.va[0] and other.va[1] <= mine.va[1]
