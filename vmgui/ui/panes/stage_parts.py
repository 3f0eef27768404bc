"""What a stage is put together from, so that a step paints only what it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QRegion

from vmgui.ui.paint import Hit, Pictures, Sheet

Draw = Callable[[Sheet], None]
#: Left, top, width and height in the design.
Area = tuple[float, float, float, float]


class Part:
    """Something that is drawn: `look` is all its picture depends on, all of it lies inside `place`.

    `area` are the pixels of the widget it touches, `hits` what could be pointed at when it was drawn. Of
    what often comes again a picture is `kept`.
    """

    __slots__ = "look", "place", "area", "draw", "kept", "hits"

    def __init__(self, look: Hashable, place: QRectF, area: QRect, draw: Draw, kept: bool) -> None:
        self.look, self.place, self.area, self.draw, self.kept = look, place, area, draw, kept
        self.hits: list[Hit] = []


class Parts:
    """The parts of a stage in the order they are drawn; those that are as before are the very same.

    `frame` is what the place of everything depends on: with another one nothing is as before. `damage` is
    where something looks other than before, and `afresh` whether that is everywhere.
    """

    def __init__(self, frame: Hashable, factor: float, before: Parts | None = None) -> None:
        self.frame, self.factor = frame, factor
        self.afresh = before is None or (before.frame, before.factor) != (frame, factor)
        self.held: dict[str, Part] = {}
        self.damage = QRegion()
        self._known: dict[str, Part] = {} if before is None or self.afresh else dict(before.held)

    def has(self, name: str, look: Hashable) -> bool:
        """Take over a part from before if it looks the same."""
        known = self._known.pop(name, None)
        if known is None:
            return False
        if known.look != look:
            self.damage |= known.area
            return False
        self.held[name] = known
        return True

    def add(self, name: str, look: Hashable, area: Area, draw: Draw, kept: bool = False) -> None:
        """Add a part that looks other than before."""
        place, around = _around(area, self.factor)
        self.held[name] = Part(look, place, around, draw, kept)
        self.damage |= around

    def finish(self) -> None:
        """There are no more: what was there before and is not is damage, too."""
        for gone in self._known.values():
            self.damage |= gone.area
        self._known = {}

    def draw(self, sheet: Sheet, room: QRect | None = None, pictures: Pictures | None = None) -> None:
        """Draw the parts that a room touches, from `pictures` those that are kept."""
        for name, part in self.held.items():
            if room is not None and not room.intersects(part.area):
                continue
            sheet.hits = part.hits = []
            if part.kept and pictures is not None:
                self._draw_kept(sheet, name, part, pictures)
            else:
                part.draw(sheet)

    def _draw_kept(self, sheet: Sheet, name: str, part: Part, pictures: Pictures) -> None:
        """Draw a part from its picture; what it is made of is kept elsewhere, and not pushed out by it."""
        others = sheet.pictures

        def draw(inner: Sheet) -> None:
            inner.pictures = others
            part.draw(inner)

        sheet.pictures = pictures
        sheet.cached((self.frame, name, part.look), part.place, draw)
        sheet.pictures = others


@lru_cache(maxsize=1024)
def _around(area: Area, factor: float) -> tuple[QRectF, QRect]:
    """An area of the design, and the pixels of a widget that it touches."""
    return QRectF(*area), QRectF(*[each * factor for each in area]).toAlignedRect()
