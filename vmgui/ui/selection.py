"""The one thing selected and the one thing hovered, shared by all panes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from vmgui.projection.levels import Level


@dataclass(frozen=True, slots=True)
class Place:
    """What can be pointed at. Every field may be None; a pane draws the fields it knows.

    `va` and `phys` are byte ranges, end exclusive; `table` is a frame number; `area` the start of an area.
    """

    va: tuple[int, int] | None = None
    level: Level | None = None
    table: int | None = None
    index: int | None = None
    area: int | None = None
    phys: tuple[int, int] | None = None
    step: int | None = None


class Selection(QObject):
    """The selected and the hovered place; None is nothing.

    Signals carry the new Place or None (as an object: addresses do not fit a signed int).
    `activated` is a double click or Enter: expand, zoom to, go to.
    """

    changed = Signal(object)
    hovered = Signal(object)
    activated = Signal(object)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._place: Place | None = None
        self._hover: Place | None = None

    @property
    def place(self) -> Place | None:
        """The selected place."""
        return self._place

    @property
    def hover_place(self) -> Place | None:
        """The place under the pointer, in whichever pane it is."""
        return self._hover

    def select(self, place: Place | None) -> None:
        """Select a place, or nothing."""
        if place != self._place:
            self._place = place
            self.changed.emit(place)

    def clear(self) -> None:
        """Select nothing."""
        self.select(None)

    def hover(self, place: Place | None) -> None:
        """Mark the place under the pointer."""
        if place != self._hover:
            self._hover = place
            self.hovered.emit(place)

    def activate(self, place: Place) -> None:
        """Select a place and ask the panes to go there."""
        self.select(place)
        self.activated.emit(place)
