"""The slots of a column of the stage: the numbers of the entries of a table, and what is in them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from vmgui.projection.slots import Slots
from vmgui.projection.stage import Column, Slot, Stage
from vmgui.ui import theme as themes
from vmgui.ui.paint import DASH, Sheet, Type
from vmgui.ui.panes.ruler import number
from vmgui.ui.panes.stage_box import Box, place_of
from vmgui.ui.words import tr

#: What stands in the slot of an empty entry.
EMPTY = ("–",)


def draw(sheet: Sheet, stage: Stage, column: Column, box: Box) -> None:
    """The slots: the grounds of all of them, then what is written on them."""
    shown, here = box.shown(column.entries), column.index
    told = {slot.index: slot for slot in _told(column, shown) if slot.index != here}
    _draw_grounds(sheet, column, box, shown, told)
    _draw_words(sheet, column, box, [i for i in shown if i != here], told)
    if here in shown:
        _draw_chosen(sheet, column, box)
    if sheet.selected is not None or sheet.hovered is not None:
        for slot in column.slots[shown.start : shown.stop]:
            sheet.ring(box.slot(slot.index), place_of(stage, column, slot), 2)
    if box.cursor is not None and box.cursor in shown:
        inside = box.slot(box.cursor).adjusted(2, 2, -2, -2)
        sheet.box(inside, None, sheet.theme.color("accent"), 1.5, 2, DASH)


def _told(column: Column, shown: range) -> list[Slot]:
    """The slots that are not just empty."""
    slots = column.slots
    if isinstance(slots, Slots):
        return slots.told(shown.start, shown.stop)
    return [slot for slot in slots[shown.start : shown.stop] if slot.state != "none" or slot.guard_of]


def _draw_grounds(sheet: Sheet, column: Column, box: Box, shown: range, told: dict[int, Slot]) -> None:
    """The lines around slots, and what is between: another colour where an entry maps memory."""
    theme, thin = sheet.theme, _thin(sheet)
    leaves = [i for i, slot in told.items() if slot.state == "leaf"]
    sheet.cells([box.slots(shown)], theme.color("border"))
    sheet.cells([box.inside(i, thin) for i in shown if i not in leaves], theme.color("bg2"))
    rects = [box.inside(i, thin) for i in leaves]
    sheet.cells(rects, theme.color("bg1"))
    sheet.cells(rects, theme.ink(column.level, 0.16))


def _thin(sheet: Sheet) -> float:
    """The width of a line of whole pixels of the device, so that all of them are as wide as each other."""
    pixels = sheet.density * sheet.painter.transform().m11()
    return 1 if sheet.vector or pixels < 1 else int(pixels) / pixels


def _draw_words(sheet: Sheet, column: Column, box: Box, indexes: list[int], told: dict[int, Slot]) -> None:
    """The numbers of slots; a dash in each that is empty, and what is in the others."""
    line, style, bits = _line(sheet, box, False), box.style, column.index_bits
    names = [(box.top(i), number(i, style, bits), told.get(i)) for i in indexes]
    faint, ink = sheet.theme.color("text3"), sheet.theme.color("text2")
    line.painter.setPen(faint)
    for top, name, slot in names:
        line.begin(top, name, faint)
        if slot is None:
            line.end(top, 0, EMPTY)
    line.painter.setPen(ink)
    for top, name, slot in names:
        if slot is not None:
            line.end(top, _wide(line.kind, name), _slot_texts(slot, False))


def _draw_chosen(sheet: Sheet, column: Column, box: Box) -> None:
    """The slot that the address selects."""
    theme, index = sheet.theme, column.index
    slot = column.slot(index)
    held, inner = slot.state in ("table", "leaf"), [box.inside(index, _thin(sheet))]
    sheet.cells(inner, theme.color("bg1"))
    sheet.cells(inner, theme.fill(column.level) if held else theme.ink(column.level, 0.25))
    ink, name, line = theme.color("on_fill" if held else "text1"), _name(column, box), _line(sheet, box, True)
    line.painter.setPen(ink)
    line.begin(box.top(index), name, ink)
    line.end(box.top(index), _wide(line.kind, name), _slot_texts(slot, True))
    if column.state == "working":  # its ring lies over its neighbours
        around = box.slot(index).adjusted(-1.5, -1.5, 1.5, 1.5)
        sheet.box(around, None, theme.color("ring"), 2, 2)


def _name(column: Column, box: Box) -> str:
    return number(column.index, box.style, column.index_bits)


def _line(sheet: Sheet, box: Box, bold: bool) -> Line:
    """What writes into the slots of a column."""
    s, right = box.scale, box.left + box.wide
    return Line(sheet, _slot_type(s, bold), box.left + 10 * s, right - 8 * s, box.high)


@lru_cache(maxsize=32)
def _slot_type(scale: float, bold: bool) -> Type:
    return Type(11 * scale, bold, True)


class Line:
    """Writes short texts of one type between two edges, each in a line as high as a slot."""

    __slots__ = "sheet", "painter", "kind", "left", "right", "high", "down"

    def __init__(self, sheet: Sheet, kind: Type, left: float, right: float, high: float) -> None:
        self.sheet, self.painter, self.kind = sheet, sheet.painter, kind
        self.left, self.right, self.high = left, right, high
        self.down = kind.base(high)
        self.painter.setFont(themes.font(*kind))

    def begin(self, y: float, text: str, ink: QColor) -> None:
        """Write at the left end."""
        if self.left + _wide(self.kind, text) > self.right:
            self.sheet.text(QRectF(self.left, y, self.right - self.left, self.high), text, ink, self.kind)
        else:
            self.painter.drawText(QPointF(self.left, y + self.down), text)

    def end(self, y: float, begins: float, texts: tuple[str, ...]) -> None:
        """Write the first text that fits beside one so wide, at the right end."""
        for text in texts:
            at = self.right - _wide(self.kind, text)
            if at >= self.left + begins + 6:
                self.painter.drawText(QPointF(at, y + self.down), text)
                return


@lru_cache(maxsize=4096)
def _wide(kind: Type, text: str) -> float:
    return kind.width(text)


def _slot_texts(slot: Slot, here: bool) -> tuple[str, ...]:
    if slot.guard_of:
        return tr("– guard of {0}").format(slot.guard_of), tr("guard"), "–"
    if slot.state == "none":
        return (tr("empty"), "–") if here else ("–",)
    if slot.state in ("table", "leaf"):
        return f"→ {slot.pfn:x}", f"{slot.pfn:x}"
    return ({"special": tr("special"), "bad": tr("bad")}[slot.state],)
