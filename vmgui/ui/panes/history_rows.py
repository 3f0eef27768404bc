"""The rows of the history as they are drawn: all in sight at once, in one list."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QCursor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from vmgui.projection.history import Entry, History
from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, LEFT, Sheet, Type
from vmgui.ui.panes.bullets import bullet, bullet_picture
from vmgui.ui.panes.still import be_solid
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

NUMBER, TEXT, BOLD, SMALL = (
    Type(10.5, mono=True),
    Type(11, mono=True),
    Type(11, True, True),
    Type(10.5, mono=True),
)
LATER = REASON = Type(10.5)
CROSS = Type(12, True)
ROW, TALL = 20, 37
#: Where the number ends, the sign begins and the text begins, and what is left free behind the result.
NUMBERS, SIGN, TEXTS, END = 24, 30, 45, 10
#: From how many rows on it is not asked which of them are in sight.
MANY = 50
#: How solid an operation is that is still to come.
FADED = 0.55


@lru_cache(maxsize=16)
def _face(kind: Type) -> tuple[QFont, float]:
    """The font of a type, and where its texts stand in a row."""
    return themes.font(*kind), kind.base(ROW)


@lru_cache(maxsize=4096)
def cut(kind: Type, text: str, room: float) -> tuple[str, float]:
    """As much of a text as fits, with an ellipsis at its end when something is missing; its width."""
    while text and kind.width(text) > room:
        text = text[:-2] + "…"
    return text, kind.width(text)


@lru_cache(maxsize=4096)
def _number(number: int) -> tuple[float, str]:
    """Where the number of an operation begins, and its text."""
    text = str(number)
    return max(NUMBERS - NUMBER.width(text), 0), text


#: Where a text begins, where its row does, and the text.
Said = tuple[float, float, str]


class Rows:
    """Draws rows as wide as the list. What is the same in all of them is decided once.

    Most texts are kept until `write`, which writes those of one look one after the other.
    """

    def __init__(self, sheet: Sheet, wide: float, ratio: float):
        self._sheet, self._painter, self._theme = sheet, sheet.painter, sheet.theme
        self._wide, self._end, self._ratio = wide, wide - END, ratio
        color = self._theme.color
        self._text1, self._text2, self._text3 = color("text1"), color("text2"), color("text3")
        self._error = color("error")
        self._later = tr("later")
        self._later_wide = LATER.width(self._later)
        self._said: dict[tuple[bool, Type], list[Said]] = {
            (faded, kind): [] for faded in (False, True) for kind in (NUMBER, TEXT, LATER)
        }

    def draw(self, entry: Entry, y: float, high: int, lit: bool, chosen: bool) -> None:
        """Draw an operation; it is `lit` under the pointer."""
        state, failed = entry.state, entry.failed
        if lit or chosen or state == "current":
            self._ground(QRectF(0, y, self._wide, high), entry, chosen)
        faded = state == "later" and not failed
        self._sign(entry, y, faded)
        x, number = _number(entry.number)
        self._said[faded, NUMBER].append((x, y, number))
        if failed or state == "current" or entry.error or high > ROW:
            self._special(entry, y, high)
            return
        text, wide = cut(TEXT, entry.text, self._end - TEXTS)
        self._said[faded, TEXT].append((TEXTS, y, text))
        room = self._end - TEXTS - wide - 8
        if faded:
            if self._later_wide <= room:
                self._said[True, LATER].append((self._end - self._later_wide, y, self._later))
        elif entry.result and (width := SMALL.width(entry.result)) <= room:
            self._said[False, SMALL].append((self._end - width, y, entry.result))

    def write(self) -> None:
        """Write the texts of the rows."""
        painter, inks = self._painter, {NUMBER: self._text3, TEXT: self._text1, LATER: self._text3}
        for (faded, kind), said in self._said.items():
            if said:
                font, base = _face(kind)
                painter.setOpacity(FADED if faded else 1.0)
                painter.setFont(font)
                painter.setPen(inks[kind])
                for x, y, text in said:
                    painter.drawText(QPointF(x, y + base), text)
        painter.setOpacity(1.0)

    def _special(self, entry: Entry, y: float, high: int) -> None:
        """The texts of an operation that runs or is at fault."""
        faded = entry.state == "later" and not entry.failed
        if faded:
            self._painter.setOpacity(FADED)
        below = high > ROW + 4 and bool(entry.full)
        self._texts(entry, y, below)
        if below:
            self._second(entry, y + ROW - 3)
        if faded:
            self._painter.setOpacity(1.0)

    def _say(self, x: float, y: float, text: str, kind: Type, ink: QColor) -> None:
        """Write in a row that begins at `y`."""
        painter, (font, base) = self._painter, _face(kind)
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QPointF(x, y + base), text)

    def _ground(self, rect: QRectF, entry: Entry, chosen: bool) -> None:
        sheet, color = self._sheet, self._theme.color
        if entry.state == "current":
            sheet.box(rect, color("tint_accent"))
            sheet.box(QRectF(0, rect.top(), 3, rect.height()), color("accent"))
        else:
            sheet.box(rect, color("bg3"))
        if chosen:
            sheet.box(rect, None, color("border"))

    def _sign(self, entry: Entry, y: float, faded: bool) -> None:
        opacity = FADED if faded else 1.0
        if entry.failed:
            self._sheet.text(QRectF(27, y, 14, ROW), "✗", self._error, CROSS, CENTRE)
        elif self._ratio:
            picture = bullet_picture(self._theme.name, entry.kind, self._ratio, opacity)
            self._painter.drawPixmap(QPointF(SIGN - 4, y + 2), picture)
        else:
            with self._sheet.faded(opacity):
                bullet(self._sheet, QRectF(SIGN, y + 6, 8, 8), entry.kind)

    def _texts(self, entry: Entry, y: float, below: bool) -> None:
        kind, end = BOLD if entry.state == "current" else TEXT, self._wide - END
        text, wide = cut(kind, entry.text, end - TEXTS)
        self._say(TEXTS, y, text, kind, self._text2 if entry.failed else self._text1)
        behind, small, ink = "", SMALL, self._text3
        if entry.failed:
            behind, small, ink = tr("did not run"), LATER, self._error
        elif entry.state == "later":
            behind, small = self._later, LATER
        elif not below and entry.result:
            behind = f"✗ {entry.result}" if entry.error else entry.result
            ink = self._error if entry.error else ink
        width = small.width(behind)
        if behind and width <= end - TEXTS - wide - 8:
            self._say(end - width, y, behind, small, ink)

    def _second(self, entry: Entry, y: float) -> None:
        rect, sheet = QRectF(TEXTS, y, self._wide - TEXTS - 5 - END, ROW - 4), self._sheet
        ink = self._error if entry.error else self._text2
        if entry.failed:
            sheet.text(rect, cut(REASON, tr(entry.full), rect.width())[0], ink, REASON)
        else:
            sheet.text(rect, f"→ {entry.full}", ink, SMALL, LEFT)


class Heights(QStyledItemDelegate):
    """How high a row is: those are `tall` that have a second line."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.tall: frozenset[int] = frozenset()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(px(100), px(TALL if index.row() in self.tall else ROW))


class HistoryList(QListView):
    """Shows a history that is also its model's."""

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = DARK
        self.entries = History()
        self.heights = Heights(self)
        self.setItemDelegate(self.heights)
        be_solid(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        try:
            painter.fillRect(event.rect(), self.theme.color("bg1"))
            self._paint(painter, event.rect())
        finally:
            painter.end()

    def _paint(self, painter: QPainter, exposed: QRect) -> None:
        first = self.indexAt(QPoint(0, exposed.top()))
        if not first.isValid():
            return
        place, f, density = self.visualRect(first), themes.factor(), self.devicePixelRatio()
        painter.scale(f, f)
        ratio = f * density if density.is_integer() else 0
        rows = Rows(Sheet(painter, self.theme), place.width() / f, ratio)
        chosen, hovered = {index.row() for index in self.selectedIndexes()}, self._hovered()
        i, y, entries, tall = first.row(), place.top(), self.entries, self.heights.tall
        bottom, length, steps = exposed.bottom(), entries.length, {ROW: px(ROW), TALL: px(TALL)}
        while y <= bottom and i < length:
            high = TALL if i in tall else ROW
            rows.draw(entries.entry(i), y / f, high, i == hovered, i in chosen)
            y += steps[high]
            i += 1
        rows.write()

    def update_rows(self, first: int, last: int) -> None:
        """Draw the rows from `first` to `last` anew, as far as they are in sight."""
        inner, model = self.viewport(), self.model()
        if not 0 <= last - first <= MANY or inner.underMouse():  # what the pointer is on may be another row
            inner.update()
            return
        top = self.visualRect(model.index(first, 0)).top()
        bottom = self.visualRect(model.index(last, 0)).bottom()
        inner.update(QRect(0, top, inner.width(), bottom - top + 1) & inner.rect())

    def _hovered(self) -> int:
        """The row under the pointer; -1 for none."""
        inner = self.viewport()
        return self.indexAt(inner.mapFromGlobal(QCursor.pos())).row() if inner.underMouse() else -1
