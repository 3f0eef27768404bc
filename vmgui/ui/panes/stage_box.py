"""Where a column of the stage lies, and each of its slots."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF

from vmgui.projection.stage import Column, Slot, Stage
from vmgui.ui.selection import Place

HEADER, SLOT = 41.0, 21.0
CHIP_HEIGHT = 27.0


class Box:
    """Where a column lies. `rows` slots are drawn from `first` on; `scale` multiplies every size.

    While the slots move, `first` is no whole number. `header` is the rectangle of the table's header,
    `slots_top` the upper edge of the first slot, `bottom` the lower edge of the last one.
    """

    __slots__ = (
        "rect", "rows", "first", "scale", "style", "cursor", "header", "slots_top", "bottom", "left", "wide",
        "high",
    )  # fmt: skip

    def __init__(
        self, rect: QRectF, rows: int, first: float, scale: float, style: str, cursor: int | None = None
    ) -> None:
        self.rect, self.rows, self.first, self.scale = rect, rows, first, scale
        self.style, self.cursor = style, cursor
        self.header = QRectF(rect.x(), rect.y(), rect.width(), HEADER * scale)
        self.slots_top = self.header.bottom() + 5 * scale
        self.bottom = self.slots_top + rows * SLOT * scale
        self.left, self.wide, self.high = rect.x(), rect.width(), SLOT * scale  # of each slot

    @property
    def moving(self) -> bool:
        """Whether the slots are on their way to others."""
        return self.first != int(self.first)

    def shown(self, entries: int) -> range:
        """The entries whose slots are drawn, the last one of them in part while they move."""
        first = int(self.first)
        return range(first, min(first + self.rows + self.moving, entries))

    def shows(self, index: int) -> bool:
        """Whether the slot of an entry is drawn."""
        return self.first <= index < self.first + self.rows

    def top(self, index: int) -> float:
        """The upper edge of the slot of an entry."""
        return self.slots_top + (index - self.first) * self.high

    def slots(self, shown: range) -> QRectF:
        """All of some slots that follow each other."""
        return QRectF(self.left, self.top(shown.start), self.wide, len(shown) * self.high)

    def inside(self, index: int, thin: float) -> QRectF:
        """The slot of an entry without its line, which is so thin."""
        top = self.slots_top + (index - self.first) * self.high
        return QRectF(self.left + thin, top + thin, self.wide - 2 * thin, self.high - thin)

    def slot(self, index: int) -> QRectF:
        """The slot of an entry; above or below the drawn ones if it is scrolled out."""
        top = self.slots_top + (index - self.first) * self.high
        return QRectF(self.left, top, self.wide, self.high)


@lru_cache(maxsize=512)
def box_at(
    x: float, top: float, wide: float, rows: int, first: float, scale: float, style: str, cursor: int | None
) -> Box:
    """The box of a column at a place."""
    return Box(QRectF(x, top, wide, 0), rows, first, scale, style, cursor)


def place_of(stage: Stage, column: Column, slot: Slot) -> Place:
    """What an entry of a column stands for."""
    phys = None if slot.pfn is None else stage.frames(slot.pfn)
    return Place(column.va(slot.index), column.level, column.table, slot.index, phys=phys)
