"""Painted panes as a screen reader meets them: lists, whose items are what is painted, in words.

Qt asks for these interfaces only while a screen reader, or something like it, is running.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QApplication
from shiboken6 import isValid

from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.parts import Parts, parts_of

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


class Part(QAccessibleInterface):
    """One item of a pane's list, by its number: it stays when what it says changes."""

    def __init__(self, pane: PaneList, number: int):
        super().__init__()
        self._pane, self.number = pane, number

    def isValid(self) -> bool:
        return isValid(self._pane) and self._pane.isValid() and self.number < self._pane.childCount()

    def object(self):
        return None

    def window(self):
        return self._pane.window() if self.isValid() else None

    def parent(self):
        return self._pane if isValid(self._pane) else None

    def child(self, index):
        return None

    def childAt(self, x, y):
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """What is painted is not written."""

    def text(self, kind: QAccessible.Text) -> str:
        if kind != QAccessible.Text.Name or not self.isValid():
            return ""
        return self._pane.parts.text(self.number)

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        canvas = self._pane.canvas
        found = self._pane.parts.rect(self.number)
        shown = canvas.on_screen(found)
        return QRect() if found.isEmpty() else QRect(canvas.mapToGlobal(shown.topLeft()), shown.size())

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        parts = self._pane.parts
        state.selectable = True
        state.selected = self._pane.canvas.selection.place == parts.place(self.number)
        state.offscreen = parts.rect(self.number).isEmpty()
        return state


class PaneList(QAccessibleWidget):
    """A painted pane as a list. Name and description are those of the widget."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas, QAccessible.Role.List)
        self.canvas = canvas
        self._items: list[Part] = []

    @property
    def parts(self) -> Parts:
        """What the pane holds at this moment."""
        return parts_of(self.canvas)

    def text(self, kind: QAccessible.Text) -> str:
        described = kind == QAccessible.Text.Description
        return self.canvas.accessibleDescription() if described else super().text(kind)

    def childCount(self) -> int:
        # a pane that is still being made, or behind another tab, holds nothing yet
        return self.parts.count if isValid(self.canvas) and self.canvas.isVisible() else 0

    def child(self, index):
        if not 0 <= index < self.childCount():
            return None
        while len(self._items) <= index:
            self._items.append(Part(self, len(self._items)))
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.number if isinstance(child, Part) else -1

    def childAt(self, x, y):
        canvas = self.canvas
        hit = canvas.hit_at(QPointF(canvas.mapFromGlobal(QPoint(x, y))) / canvas.factor)
        number = self.parts.find(hit.place) if hit is not None else None
        return None if number is None else self.child(number)

    def focusChild(self):
        place = self.canvas.selection.hover_place or self.canvas.selection.place
        number = self.parts.find(place) if place is not None and self.canvas.hasFocus() else None
        return None if number is None else self.child(number)


#: Qt keeps these interfaces without owning what Python knows of them.
_lists: list[PaneList] = []


def _list_of(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, Canvas):
        return None
    _lists[:] = [one for one in _lists if isValid(one)]
    _lists.append(PaneList(thing))
    return _lists[-1]


@lru_cache(maxsize=1)
def install() -> None:
    """Tell Qt, once, how painted panes are read."""
    QAccessible.installFactory(_list_of)


# --- to be read instead of looked at -------------------------------------------------------------


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions for those who cannot see the panes do."""
    return {"describe": lambda: describe(desk)}


def pane_with_focus(desk: Desk) -> Canvas:
    """The painted pane that has the focus, or stands in what has it; else the stage."""
    focus = QApplication.focusWidget()
    while focus is not None and focus is not desk.window:
        if isinstance(focus, Canvas):
            return focus
        if focus is desk.map or focus is desk.frames or focus is desk.allocator:
            return next(one for one in focus.findChildren(Canvas) if one.isVisible())
        focus = focus.parentWidget()
    return desk.stage.canvas


def describe(desk: Desk) -> None:
    """List in words what the pane with the focus shows."""
    from vmgui.ui.dialogs.describe import DescribeDialog

    DescribeDialog.show_for(desk.window, pane_with_focus(desk))
