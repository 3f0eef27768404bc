"""The bit ruler: the 64 bits of an address, cut into the fields that select an entry at each level."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache, partial

from PySide6.QtCore import QRectF

from vmgui.projection.stage import BitField, Stage
from vmgui.ui.paint import CENTRE, DASH, LEFT, RIGHT, Hit, Sheet, Type
from vmgui.ui.panes.stage_parts import Draw, Parts
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
#: The name, the highest and the lowest bit of each field.
Names = tuple[tuple[str, int, int], ...]
#: Some fields, and where each of them is.
Fields = list[tuple[BitField, QRectF]]


def _lanes(bits: tuple[int, ...], x: float, wide: float, scale: float) -> tuple[tuple[float, float], ...]:
    """Left edge and width of each field: bits are equally wide, a folded level has a narrow place."""
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


class Places:
    """Where the fields of a ruler lie; `strip` holds their names, `groups` where the rest of some of them is.

    From `ends` a line leads down from each field.
    """

    def __init__(self, names: Names, ruler: Ruler) -> None:
        rect, s, high = ruler.rect, ruler.scale, ruler.height
        bits = tuple([above - below + 1 for _name, above, below in names])
        lanes, top = _lanes(bits, rect.x(), rect.width(), s), rect.y()
        self.rects = [QRectF(x, top, width, high) for x, width in lanes]
        wide = lanes[-1][0] + lanes[-1][1] - lanes[0][0]
        self.strip = QRectF(lanes[0][0] - 4, top, wide + 8, 19 * s)
        groups = [slice(0, UPPER), *(slice(i, i + 1) for i in range(UPPER, len(names)))]
        self.groups = [(f"bits {g.start}", g, self._around(self.rects[g], s)) for g in groups]
        self.ends: Ends = {
            name: (place.center().x(), place.bottom())
            for (name, _above, _below), place in zip(names, self.rects, strict=True)
        }

    @staticmethod
    def _around(rects: list[QRectF], s: float) -> QRectF:
        """Bits and values, with the ring around the bits."""
        first, last = rects[0], rects[-1]
        top = first.y() + 19 * s - 4
        return QRectF(first.x() - 3, top, last.right() - first.x() + 6, first.bottom() - top)


@lru_cache(maxsize=16)
def _places(names: Names, x: float, top: float, wide: float, scale: float) -> Places:
    return Places(names, Ruler(QRectF(x, top, wide, 0), scale, ""))


def names_of(stage: Stage) -> Names:
    """The names and bits of the fields: the same for every address."""
    return tuple([(field.name, field.high, field.low) for field in stage.fields])


def compose(parts: Parts, stage: Stage, ruler: Ruler, names: Names) -> Ends:
    """The names of all fields as a part, and the bits and values; where lines lead down from."""
    rect, s = ruler.rect, ruler.scale
    places = _places(names, rect.x(), rect.y(), rect.width(), s)
    if not parts.has("names", s):
        draw_names = partial(_draw_heads, names=names, rects=places.rects, s=s)
        draw = partial(_draw_kept, key=(names, s), area=places.strip, draw=draw_names)
        parts.add("names", s, _edges(places.strip), draw)
    here = [column.level for column in stage.columns if column.state == "working"]
    looks = [(field.value, field.name in here) for field in stage.fields]
    for name, group, around in places.groups:
        look = (ruler.style, s, stage.ringed_bits, *looks[group])
        if not parts.has(name, look):
            some = list(zip(stage.fields[group], places.rects[group], strict=True))
            draw = partial(_draw_group, stage=stage, parts=some, ruler=ruler)
            parts.add(name, look, _edges(around), draw, kept=some[0][0].name not in ("pte", "offset"))
    return places.ends


def _edges(rect: QRectF) -> tuple[float, float, float, float]:
    return rect.x(), rect.y(), rect.width(), rect.height()


def hits_of(stage: Stage, ruler: Ruler, names: Names) -> list[Hit]:
    """What can be pointed at: the field of each level."""
    rect = ruler.rect
    places = _places(names, rect.x(), rect.y(), rect.width(), ruler.scale)
    found = []
    for field, around in zip(stage.fields, places.rects, strict=True):
        place = _place_of(stage, field)
        if place is not None:
            found.append(Hit(around, place, partial(_tip, field)))
    return found


def _place_of(stage: Stage, field: BitField) -> Place | None:
    """The entry that a field selects."""
    column = next((c for c in stage.columns if c.level == field.name), None)
    if column is None or column.state == "folded":
        return None
    return Place(va=column.va(column.index), level=column.level, table=column.table, index=column.index)


def _draw_kept(sheet: Sheet, key: Hashable, area: QRectF, draw: Draw) -> None:
    sheet.cached(key, area, draw)


def _draw_heads(sheet: Sheet, names: Names, rects: list[QRectF], s: float) -> None:
    """The names and bits of the fields."""
    for (name, above, below), rect in zip(names, rects, strict=True):
        _draw_names(sheet, name, above, below, QRectF(rect.x(), rect.y(), rect.width(), 18 * s), s)


def _draw_group(sheet: Sheet, stage: Stage, parts: Fields, ruler: Ruler) -> None:
    """The bits and values of some fields, and the ring of one that is selected."""
    for field, rect in parts:
        _draw_field(sheet, stage, field, rect, ruler)
    if sheet.selected is None and sheet.hovered is None:
        return
    for field, rect in parts:
        place = _place_of(stage, field)
        if place is not None:
            sheet.ring(_bits(rect, ruler.scale).adjusted(-1, -1, 1, 1), place, 4)


def _bits(rect: QRectF, s: float) -> QRectF:
    """Where the bits of a field are."""
    return QRectF(rect.x(), rect.y() + 18 * s + s, rect.width(), 24 * s)


def _draw_field(sheet: Sheet, stage: Stage, field: BitField, rect: QRectF, ruler: Ruler) -> None:
    s = ruler.scale
    bits = _bits(rect, s)
    values = QRectF(rect.x(), bits.bottom() + 4 * s, rect.width(), 17 * s)
    if field.high < field.low:
        sheet.box(bits, None, sheet.theme.color("border"), 1, 3, DASH)
        small = Type(11 * s)
        sheet.fit(bits, sheet.theme.color("text3"), small, tr("0 bits"), "0", align=CENTRE)
        sheet.fit(values, sheet.theme.color("text3"), small, tr("folded"), "=", align=CENTRE)
        return
    _draw_bits(sheet, stage, field, bits, s)
    _draw_value(sheet, stage, field, values, ruler)
    if any(c.level == field.name and c.state == "working" for c in stage.columns):
        sheet.box(bits.adjusted(-3, -3, 3, 3), None, sheet.theme.color("ring"), 2, 4)


def _tip(field: BitField) -> str:
    return tr("{level} index: bits {high} to {low} = {value}").format(
        level=field.name.upper(),
        high=field.high,
        low=field.low,
        value=f"{field.value} ({number(field.value, 'hex', field.width)})",
    )


def _draw_names(sheet: Sheet, field: str, above: int, below: int, rect: QRectF, s: float) -> None:
    theme = sheet.theme
    if above < below:
        sheet.fit(rect, theme.ink("p4d"), Type(11 * s, True), field.upper(), align=CENTRE)
        return
    axis = Type(max(themes_axis(s), 10), mono=True)
    high, low = str(above), str(below)
    level = field not in ("sign", "offset")
    name = field.upper() if level else {"sign": tr("sign"), "offset": tr("offset")}[field]
    ink = theme.ink(field) if level else theme.color("text2")
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
