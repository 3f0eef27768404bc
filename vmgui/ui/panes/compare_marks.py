"""How a difference looks, the same in every pane: a colour, a glyph and a shape for came, went, changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF

from vmgui.projection.address_map import AddressMap
from vmgui.projection.diff import Item
from vmgui.ui.paint import CENTRE, DASH, DOTS, Dash, Sheet, Type
from vmgui.ui.panes.map_scale import Scale

#: Ink and ground by sign; a difference below a row has no ground.
INKS = {"+": "success", "-": "error", "~": "now", "·": "text2"}
GROUNDS = {"+": "tint_success", "-": "tint_error", "~": "tint_now"}
#: Lines tell signs apart without colour: whole, dashed, dotted.
DASHES: dict[str, Dash] = {"+": None, "-": DASH, "~": DOTS, "·": DOTS}
BADGE = Type(12, True, True)


def glyph(sign: str) -> str:
    """The sign as it is written: minus as wide as plus."""
    return {"-": "−"}.get(sign, sign)


def draw_edge(sheet: Sheet, row: QRectF, sign: str) -> None:
    """The bar at the left of a row: whole for came, dashed for went, dotted for changed."""
    if sign == "·":
        return
    x = row.left() + 1.5
    sheet.line(x, row.top() + 1, x, row.bottom() - 1, sheet.theme.color(INKS[sign]), 3, DASHES[sign])


def draw_areas(sheet: Sheet, shown: AddressMap, items: Iterable[Item], rect: QRectF, scale: Scale) -> None:
    """Frames around the areas that differ, with their sign; those that went are only frames."""
    for item in items:
        if item.va is None:
            continue
        left, right = scale.x(shown.page(item.va[0])), scale.x(shown.page(item.va[1]))
        if right < rect.left() or left > rect.right():
            continue
        left, right = max(left, rect.left()), min(right, rect.right())
        box = QRectF(left, rect.y() - 2, max(right - left, 4), rect.height() + 4)
        ink = sheet.theme.color(INKS[item.sign])
        if item.sign == "-":
            sheet.box(box, sheet.theme.color(GROUNDS["-"], 0.6))
        sheet.box(box, None, ink, 2, 2, DASHES[item.sign])
        draw_badge(sheet, QRectF(box.left() + 3, box.top() + 3, 15, 15), item.sign, box.width())


def draw_badge(sheet: Sheet, rect: QRectF, sign: str, room: float) -> None:
    """The sign on a plate, where there is room for it."""
    if room < rect.width() + 4:
        return
    sheet.box(rect, sheet.theme.color("bg1"), sheet.theme.color(INKS[sign]), 1, 3)
    sheet.text(rect, glyph(sign), sheet.theme.color(INKS[sign]), BADGE, CENTRE)


def draw_cells(sheet: Sheet, signs: Mapping[int, str], rects: Mapping[int, QRectF]) -> None:
    """Cells of frames that differ: a frame of the sign's line, and in it the sign where it has room."""
    for cell, rect in rects.items():
        sign = signs[cell]
        ink = sheet.theme.color(INKS[sign])
        sheet.box(rect, None, ink, 1.6, 1, DASHES[sign])
        if min(rect.width(), rect.height()) >= 8:
            plate = QRectF(rect.center().x() - 4, rect.center().y() - 5, 8, 10)
            sheet.box(plate, sheet.theme.color("bg1"), None, 0, 2)
            sheet.text(plate.adjusted(-3, -3, 3, 3), glyph(sign), ink, BADGE, CENTRE)
        elif min(rect.width(), rect.height()) >= 5:
            _draw_small(sheet, rect, sign)


def _draw_small(sheet: Sheet, rect: QRectF, sign: str) -> None:
    """A cross, a bar or a dot, where no letter fits."""
    c, ink = rect.center(), sheet.theme.color("on_fill")
    if sign != "~":
        sheet.cells([QRectF(c.x() - 2, c.y() - 0.75, 4, 1.5)], ink)
    if sign == "+":
        sheet.cells([QRectF(c.x() - 0.75, c.y() - 2, 1.5, 4)], ink)
    if sign == "~":
        sheet.cells([QRectF(c.x() - 1, c.y() - 1, 2, 2)], ink)
