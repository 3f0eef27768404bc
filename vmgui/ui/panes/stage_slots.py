"""The slots of a column of the stage: the numbers of the entries of a table, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
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
    """The slots: most of them are empty, and those are the same pictures in every table."""
    shown, here = box.shown(column.entries), column.index
    told = [slot for slot in _told(column, shown) if slot.index != here]
    if sheet.vector or box.moving:
        full = {slot.index for slot in told} | {here}
        _draw_empty(sheet, box, shown, [i for i in shown if i not in full])
        _draw_names(sheet, box, [i for i in shown if i not in full], column.index_bits)
    else:
        _draw_page(sheet, column, box, shown)
    _draw_told(sheet, column, box, told)
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


def _draw_page(sheet: Sheet, column: Column, box: Box, shown: range) -> None:
    """Nothing but empty slots, as two pictures: what is the same in every table, and the numbers."""
    rect, s = box.rect, box.scale
    high, bits, kind = len(shown) * box.high, column.index_bits, Type(11 * s, False, True)
    whole = QRectF(rect.x(), box.slots_top, rect.width(), high)
    key = ("empty", len(shown), s)
    sheet.cached(key, whole, lambda part: _draw_empty(part, box, shown, shown))

    def names(part: Sheet) -> None:
        _draw_grounds(part, box, shown, shown)
        _draw_names(part, box, shown, bits)

    widest = 11 * s + kind.width(number(shown[-1], box.style, bits))
    if widest < rect.width() - 8 * s - kind.width(EMPTY[0]):
        whole.setWidth(widest)
    sheet.cached(("names", shown, box.style, bits, s), whole, names)


def _draw_empty(sheet: Sheet, box: Box, shown: range, empty: Sequence[int]) -> None:
    """The grounds of slots, and a dash in each that is empty."""
    _draw_grounds(sheet, box, shown, empty)
    line = _line(sheet, box, False)
    line.painter.setPen(sheet.theme.color("text3"))
    for index in empty:
        line.end(box.top(index), 0, EMPTY)


def _draw_grounds(sheet: Sheet, box: Box, shown: range, empty: Sequence[int]) -> None:
    sheet.cells([box.slot(index) for index in shown], sheet.theme.color("border"))
    thin = _thin(sheet)
    sheet.cells([box.inside(index, thin) for index in empty], sheet.theme.color("bg2"))


def _thin(sheet: Sheet) -> float:
    """The width of a line of whole pixels of the device, so that all of them are as wide as each other."""
    pixels = sheet.density * sheet.painter.transform().m11()
    return 1 if sheet.vector or pixels < 1 else int(pixels) / pixels


def _draw_names(sheet: Sheet, box: Box, indexes: Sequence[int], bits: int) -> None:
    """The numbers of slots."""
    line, faint = _line(sheet, box, False), sheet.theme.color("text3")
    line.painter.setPen(faint)
    for index in indexes:
        line.begin(box.top(index), number(index, box.style, bits), faint)


def _draw_told(sheet: Sheet, column: Column, box: Box, told: list[Slot]) -> None:
    """The slots in which there is something, what is alike in all of them at once."""
    if not told:
        return
    theme, level, thin = sheet.theme, column.level, _thin(sheet)
    plain = [box.inside(slot.index, thin) for slot in told if slot.state != "leaf"]
    leaves = [box.inside(slot.index, thin) for slot in told if slot.state == "leaf"]
    sheet.cells(plain, theme.color("bg2"))
    sheet.cells(leaves, theme.color("bg1"))
    sheet.cells(leaves, theme.ink(level, 0.16))
    _draw_names(sheet, box, [slot.index for slot in told], column.index_bits)
    line = _line(sheet, box, False)
    line.painter.setPen(theme.color("text2"))
    for slot in told:
        begins = _wide(line.kind, number(slot.index, box.style, column.index_bits))
        line.end(box.top(slot.index), begins, _slot_texts(slot, False))


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
