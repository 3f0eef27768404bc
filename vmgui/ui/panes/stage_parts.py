"""What a stage is put together from, so that a step paints only what it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF

from vmgui.ui.paint import Hit, Sheet

Draw = Callable[[Sheet], None]


class Part:
    """Something that is drawn: `look` is all its picture depends on, all of it lies inside `area`.

    `hits` are what could be pointed at when it was drawn.
    """

    __slots__ = "look", "area", "draw", "hits"

    def __init__(self, look: Hashable, area: QRect, draw: Draw) -> None:
        self.look, self.area, self.draw = look, area, draw
        self.hits: list[Hit] = []


class Parts:
    """The parts of a stage in the order they are drawn; those that are as before are the very same.

    `frame` is what the place of everything depends on: with another one nothing is as before. `damage` is
    where something looks other than before, and `afresh` whether that is everywhere.
    """

    def __init__(self, frame: Hashable, factor: float, before: Parts | None = None) -> None:
        self.frame, self.factor = frame, factor
        self.afresh = before is None or before.frame != frame
        self.held: dict[str, Part] = {}
        self.damage = QRect()
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

    def add(self, name: str, look: Hashable, area: tuple[float, float, float, float], draw: Draw) -> None:
        """Add a part that looks other than before; `area` is left, top, width and height of the design."""
        around = _around(area, self.factor)
        self.held[name] = Part(look, around, draw)
        self.damage |= around

    def finish(self) -> None:
        """There are no more: what was there before and is not is damage, too."""
        for gone in self._known.values():
            self.damage |= gone.area
        self._known = {}

    def __iter__(self) -> Iterator[Part]:
        return iter(self.held.values())


@lru_cache(maxsize=1024)
def _around(area: tuple[float, float, float, float], factor: float) -> QRect:
    """The pixels of a widget that an area of the design touches, and one more on each side."""
    touched = QRectF(*[each * factor for each in area]).toAlignedRect()
    return touched.adjusted(-1, -1, 1, 1)
