"""The 64 bits of a page-table entry in two rows, each field in a colour of its kind."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor

from vmgui.projection.decoder import Bits, Decoded
from vmgui.ui.paint import CENTRE, Hit, Sheet, Type
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import px
from vmgui.ui.words import tr

#: A colour token for each kind of field; the name above says it, too.
TOKENS = {
    "present": "pmd", "address": "pud", "right": "pgd", "type": "io", "hardware": "pte", "software": "table",
    "ignored": "p4d", "reserved": "p4d",
}  # fmt: skip
ROW, NAMES, CELL, MARGIN = 66.0, 17.0, 24.0, 10.0


def words_of(field: Bits) -> str:
    """A field in words."""
    return f"{field.name} · {tr('bits {0}').format(field.place)} = {field.value:#x}\n{tr(field.says)}"


class DecoderStrip(Canvas):
    """Draws the fields of an entry; the pointer over one says what it means."""

    def __init__(self, parent=None):
        super().__init__(Selection(parent), parent)
        self.setAccessibleName(tr("The bits of the entry"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedHeight(px(2 * ROW + 2 * MARGIN))
        self.decoded: Decoded | None = None

    def sizeHint(self) -> QSize:
        return QSize(px(680), px(2 * ROW + 2 * MARGIN))

    def show_entry(self, decoded: Decoded | None) -> None:
        """Show another entry."""
        self.decoded = decoded
        self.setAccessibleDescription(decoded.text if decoded else "")
        self.update()

    def hit_at(self, pos: QPointF) -> Hit | None:
        return next((hit for hit in self.hits if hit.rect.contains(pos)), None)

    def paint_on(self, sheet: Sheet) -> None:
        """Draw bits 63 to 32 above bits 31 to 0."""
        if self.decoded is None:
            return
        for field in self.decoded.fields:
            for row, top in enumerate((63, 31)):
                high, low = min(field.high, top), max(field.low, top - 31)
                if high >= low:
                    self._draw(sheet, field, row, top, high, low)

    def _draw(self, sheet: Sheet, field: Bits, row: int, top: int, high: int, low: int) -> None:
        theme, cell = self.theme, (self.width() - 2 * MARGIN) / 32
        x, y = MARGIN + (top - high) * cell, MARGIN + row * ROW
        wide = (high - low + 1) * cell
        token = TOKENS[field.kind]
        plain = field.kind in ("ignored", "reserved")
        bits = QRectF(x + 1, y + NAMES, wide - 2, CELL)
        sheet.box(bits, theme.tint(token, 0.12) if not plain else theme.color("bg2"), theme.ink(token), 1, 2,
                  (3, 3) if plain else None)  # fmt: skip
        digits = field.digits[field.high - high : field.high - low + 1]
        for i, digit in enumerate(digits):
            box = QRectF(x + i * cell, bits.y(), cell, CELL)
            on = digit == "1"
            wrong = on and field.kind == "reserved"
            if on:
                sheet.cells([box.adjusted(2, 2, -2, -2)], self._fill(token, wrong))
            ink = theme.color("on_fill" if on else "text3")
            sheet.text(box, digit, ink, Type(11.5, on, True), CENTRE)
        name = QRectF(x - 2, y, wide + 4, NAMES)
        sheet.fit(name, theme.ink(token) if not plain else theme.color("text3"), Type(10.5, True), field.name,
                  align=CENTRE)  # fmt: skip
        numbers = QRectF(x - 1, bits.bottom() + 1, wide + 2, 14)
        place = f"{high}…{low}" if high > low else str(high)
        sheet.fit(numbers, theme.color("text3"), Type(10, mono=True), place, str(high), align=CENTRE)
        sheet.hit(QRectF(x, y, wide, ROW - 4), Place(index=field.high), words_of(field))

    def _fill(self, token: str, wrong: bool) -> QColor:
        return self.theme.color("error") if wrong else self.theme.fill(token)
