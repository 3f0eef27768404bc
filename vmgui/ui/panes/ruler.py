"""The bit ruler: the 64 bits of an address, cut into the fields that select an entry at each level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from PySide6.QtCore import QRectF

from vmgui.projection.stage import BitField, Column, Stage
from vmgui.ui.paint import CENTRE, DASH, LEFT, RIGHT, Sheet, Type
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

FOLDED = 52.0
GAP = 9.0
#: So many fields are hardly ever other ones and are drawn together: sign and upper levels.
UPPER = 4


def number(value: int, style: str, bits: int) -> str:
    """A table index of so many bits in the chosen style: "decimal", "hex" or "binary"."""
    if style == "hex":
        return f"0x{value:0{(bits + 3) // 4}x}"
    return f"{value:0{bits}b}" if style == "binary" else str(value)


@dataclass(frozen=True, slots=True)
class Ruler:
    """Where the ruler lies; heights in logical pixels at `scale`. `both` has indexes decimal and hex."""

    rect: QRectF
    scale: float
    style: str
    both: bool = True

    @property
    def height(self) -> float:
        """Its whole height: names, bits, values."""
        return 64 * self.scale


Ends = dict[str, tuple[float, float]]


def lay_out(stage: Stage, ruler: Ruler) -> tuple[tuple[float, float], ...]:
    """Left edge and width of each field: bits are equally wide, a folded level has a narrow place."""
    bits = tuple([field.high - field.low + 1 for field in stage.fields])
    return _lanes(bits, ruler.rect.x(), ruler.rect.width(), ruler.scale)


@lru_cache(maxsize=64)
def _lanes(bits: tuple[int, ...], x: float, wide: float, scale: float) -> tuple[tuple[float, float], ...]:
    folded = sum(n <= 0 for n in bits)
    fold = min(FOLDED * scale, wide * 0.07)
    gap = min(GAP * scale, wide * 0.009)
    cells = sum(n for n in bits if n > 0)
    cell = (wide - folded * fold - gap * (len(bits) - 1)) / max(cells, 1)
    found = []
    for n in bits:
        width = cell * n if n > 0 else fold
        found.append((x, width))
        x += width + gap
    return tuple(found)


def draw(sheet: Sheet, stage: Stage, ruler: Ruler) -> Ends:
    """Draw every field of the ruler; from where a line leads down from each of them."""
    lanes, s = lay_out(stage, ruler), ruler.scale
    top, high = ruler.rect.y(), ruler.height
    columns: dict[str, Column] = {column.level: column for column in stage.columns}
    parts = []
    for field, (x, width) in zip(stage.fields, lanes, strict=True):
        column = columns.get(field.name)
        at = (column.table, column.index, column.base) if column is not None else None
        here = column is not None and column.state == "working"
        ringed = tuple(bit for bit in stage.ringed_bits if field.low <= bit <= field.high)
        look = (field.name, field.high, field.low, field.value, at, ringed, here)
        parts.append((look, QRectF(x, top, width, high), field, here))
    strip = QRectF(lanes[0][0] - 4, top, lanes[-1][0] + lanes[-1][1] - lanes[0][0] + 8, 19 * s)
    names = tuple([(field.name, field.high, field.low) for field in stage.fields])
    sheet.cached((names, s), strip, partial(_draw_heads, parts=parts, s=s))
    for some in (parts[:UPPER], *([part] for part in parts[UPPER:])):
        first, last = some[0][1], some[-1][1]
        around = QRectF(first.x() - 4, top, last.right() - first.x() + 8, high + 3)
        sheet.cached(
            (tuple([look for look, *_ in some]), ruler.style, s), around,
            partial(_draw_fields, stage=stage, parts=some, ruler=ruler),
        )  # fmt: skip
    return {field.name: (rect.center().x(), rect.bottom()) for _look, rect, field, _here in parts}


def _draw_heads(sheet: Sheet, parts: list[Any], s: float) -> None:
    """The names and bits of the fields: the same for every address."""
    for _look, rect, field, _here in parts:
        _draw_names(sheet, field, QRectF(rect.x(), rect.y(), rect.width(), 18 * s), s)


def _draw_fields(sheet: Sheet, stage: Stage, parts: list[Any], ruler: Ruler) -> None:
    for _look, rect, field, here in parts:
        _draw_field(sheet, stage, field, rect, ruler, here)


def _draw_field(
    sheet: Sheet, stage: Stage, field: BitField, rect: QRectF, ruler: Ruler, working: bool
) -> None:
    s = ruler.scale
    bits = QRectF(rect.x(), rect.y() + 18 * s + s, rect.width(), 24 * s)
    values = QRectF(rect.x(), bits.bottom() + 4 * s, rect.width(), 17 * s)
    if field.high < field.low:
        sheet.box(bits, None, sheet.theme.color("border"), 1, 3, DASH)
        small = Type(11 * s)
        sheet.fit(bits, sheet.theme.color("text3"), small, tr("0 bits"), "0", align=CENTRE)
        sheet.fit(values, sheet.theme.color("text3"), small, tr("folded"), "=", align=CENTRE)
        return
    _draw_bits(sheet, stage, field, bits, s)
    _draw_value(sheet, stage, field, values, ruler)
    column = next((c for c in stage.columns if c.level == field.name), None)
    if column is not None:
        place = Place(va=column.va(column.index), level=column.level, table=column.table, index=column.index)
        sheet.hit(rect, place, partial(_tip, field))
        sheet.ring(bits.adjusted(-1, -1, 1, 1), place, 4)
    if working:
        sheet.box(bits.adjusted(-3, -3, 3, 3), None, sheet.theme.color("ring"), 2, 4)


def _tip(field: BitField) -> str:
    return tr("{level} index: bits {high} to {low} = {value}").format(
        level=field.name.upper(),
        high=field.high,
        low=field.low,
        value=f"{field.value} ({number(field.value, 'hex', field.width)})",
    )


def _draw_names(sheet: Sheet, field: BitField, rect: QRectF, s: float) -> None:
    theme = sheet.theme
    if field.high < field.low:
        sheet.fit(rect, theme.ink("p4d"), Type(11 * s, True), field.name.upper(), align=CENTRE)
        return
    axis = Type(max(themes_axis(s), 10), mono=True)
    high, low = str(field.high), str(field.low)
    level = field.name not in ("sign", "offset")
    name = field.name.upper() if level else {"sign": tr("sign"), "offset": tr("offset")}[field.name]
    ink = theme.ink(field.name) if level else theme.color("text2")
    kind = Type(12.5 * s, True)
    if kind.width(name) + axis.width(high) + axis.width(low) + 8 <= rect.width():
        sheet.text(rect, high, theme.color("text3"), axis, LEFT)
        sheet.text(rect, low, theme.color("text3"), axis, RIGHT)
    sheet.fit(rect, ink, kind, name, align=CENTRE)


def themes_axis(scale: float) -> float:
    """The size of bit numbers at a scale."""
    return 11 * scale


def _draw_bits(sheet: Sheet, stage: Stage, field: BitField, rect: QRectF, s: float) -> None:
    theme, cell = sheet.theme, rect.width() / (field.high - field.low + 1)
    level = field.name not in ("sign", "offset")
    tint = theme.tint(field.name, 0.14 if theme.dark else 0.1) if level else theme.color("bg3")
    kind, bold = Type(min(12 * s, cell * 1.15), mono=True), Type(min(12 * s, cell * 1.15), True, True)
    x, y, high, digits = rect.x(), rect.y(), rect.height(), field.bits
    boxes = [QRectF(x + i * cell, y, cell - 1, high) for i in range(len(digits))]
    fill = theme.fill(field.name) if level else _sign_fill(sheet)
    sheet.cells([box for box, digit in zip(boxes, digits, strict=True) if digit == "0"], tint)
    sheet.cells([box for box, digit in zip(boxes, digits, strict=True) if digit == "1"], fill)
    if "0" in digits:
        ink = theme.ink(field.name) if level else theme.color("text2")
        sheet.spaced(rect, digits.replace("1", " "), ink, kind)
    if "1" in digits:
        ink = theme.color("on_fill") if level or not theme.dark else theme.color("text1")
        sheet.spaced(rect, digits.replace("0", " "), ink, bold)
    for bit in stage.ringed_bits:
        if field.low <= bit <= field.high:
            sheet.box(boxes[field.high - bit], None, theme.color("error"), 2, 2)


def _sign_fill(sheet: Sheet):
    return sheet.theme.color("reserved", 0.55)


def _draw_value(sheet: Sheet, stage: Stage, field: BitField, rect: QRectF, ruler: Ruler) -> None:
    theme, s = sheet.theme, ruler.scale
    small = Type(11 * s, mono=True)
    if field.name == "sign":
        said = tr("copies of bit {0}").format(field.low - 1)
        if stage.own_top:
            said = tr("all 1: the kernel's tables")
        sheet.fit(rect, theme.color("text3"), Type(11 * s), said, tr("all 1"), align=CENTRE)
        return
    if field.name == "offset":
        shown = number(field.value, "hex", field.width)
        sheet.text(rect, shown, theme.color("text2"), Type(12.5 * s, True, True), CENTRE)
        return
    shown = number(field.value, ruler.style, field.width)
    other = number(field.value, "decimal" if ruler.style == "hex" else "hex", field.width)
    big = Type(13 * s, True, True)
    sheet.fit(rect, theme.ink(field.name), big, shown, align=CENTRE)
    side = (rect.width() - big.width(shown)) / 2 - 4
    if ruler.both and small.width(other) <= side:
        sheet.text(rect, other, theme.color("text3"), small, RIGHT)
