"""Where the keyboard is: a ring around the control that has the focus, and the way that Tab takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QWidget,
)

from vmgui.ui.panes.canvas import Canvas

#: The ring of the design: its width, and what is left free between it and the control.
WIDTH, GAP = 2, 2
#: Controls whose upper edges differ by no more stand in one line.
ROW = 8
#: Holders that take every child for a part of theirs.
ARRANGERS = (QSplitter, QStackedWidget, QTabWidget, QAbstractScrollArea)


class Ring(QWidget):
    """The ring of one widget: around it, or inside of what fills a pane. It lets the mouse through."""

    def __init__(self, held: QWidget, ink: Callable[[], QColor]):
        self._held, self._ink = held, ink
        self._inside = isinstance(held, QAbstractScrollArea | QTabBar)
        super().__init__(host_of(held, self._wanted))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._moved_with: list[QWidget] = []
        above: QWidget | None = held
        while above is not None and above is not self.parentWidget():
            above.installEventFilter(self)
            self._moved_with.append(above)
            above = above.parentWidget()
        self._place()

    @property
    def _wanted(self) -> QRect:
        """The ring in coordinates of the widget."""
        by = 0 if self._inside else WIDTH + GAP
        return self._held.rect().adjusted(-by, -by, by, by)

    def _place(self) -> None:
        host, held = self.parentWidget(), self._held
        if host is None:
            return
        wanted = self._wanted
        self.setGeometry(QRect(held.mapTo(host, wanted.topLeft()), wanted.size()))
        self.setVisible(held.isVisible())
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink(), WIDTH))
        by = WIDTH / 2  # inside, its gap is the margin of the pane
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(by, by, -by, -by), 6, 6)
        painter.end()

    def leave(self) -> None:
        """The focus is elsewhere."""
        for widget in self._moved_with:
            with suppress(RuntimeError):  # it may be gone by now
                widget.removeEventFilter(self)
        self.hide()
        self.deleteLater()


def host_of(held: QWidget, wanted: QRect) -> QWidget:
    """The nearest widget above that has room for a rectangle and does not arrange its children."""
    host = held.parentWidget()
    while host is not None and not host.isWindow():
        at = QRect(held.mapTo(host, QPoint(wanted.topLeft())), wanted.size())
        if host.rect().contains(at) and not isinstance(host, ARRANGERS):
            return host
        host = host.parentWidget()
    return held.window()


class Rings(QObject):
    """Keeps the ring around the widget that has the focus; painted panes draw their own."""

    def __init__(self, ink: Callable[[], QColor], parent: QObject | None = None):
        super().__init__(parent)
        self._ink = ink
        self.ring: Ring | None = None

    def watch(self, _last: QWidget | None, now: QWidget | None) -> None:
        """The focus has moved."""
        if self.ring is not None:
            with suppress(RuntimeError):  # it goes with what it stands in
                self.ring.leave()
        self.ring = Ring(now, self._ink) if now is not None and wants_ring(now) else None


def wants_ring(widget: QWidget) -> bool:
    """Whether the keyboard can come to a widget, and nobody else shows that it has."""
    return by_tab(widget) and not widget.isWindow() and not isinstance(widget, Canvas)


def tab_stops(window: QWidget, groups: Sequence[QWidget]) -> list[QWidget]:
    """Where Tab stops: in groups of controls one after the other, then in what is in none of them.

    In a group it is the order of reading.  Qt's focus chain is not asked: the binding takes what is next in
    it for a part of what is before, and when that goes it takes the window and its actions for deleted.
    """
    held = window.findChildren(QWidget)
    found = [each for each in held if by_tab(each) and each.window() is window and each.isVisible()]
    places = {each: each.mapTo(window, QPoint()) for each in found if each.isEnabled()}

    def rank(widget: QWidget) -> int:
        held = (i for i, group in enumerate(groups) if group is widget or group.isAncestorOf(widget))
        return next(held, len(groups))

    def line(widget: QWidget) -> int:
        """The upper edge of the highest that stands beside it."""
        y = places[widget].y()
        return min(other.y() for other in places.values() if 0 <= y - other.y() <= ROW)

    return sorted(places, key=lambda each: (rank(each), line(each), places[each].x()))


def by_tab(widget: QWidget) -> bool:
    """Whether the keyboard can come to a widget itself."""
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value) and widget.focusProxy() is None


def move_on(window: QWidget, groups: Sequence[QWidget], forwards: bool) -> bool:
    """Give the focus to the next stop of Tab, or the one before; from what is no stop, into what it holds.

    Qt's own way is that in which widgets were made, and no order of it holds when panes are docked anew.
    """
    stops, now = tab_stops(window, groups), window.focusWidget()
    if not stops:
        return False
    holder = None if now is None or now.parentWidget() is window else now  # it rests in what holds all panes
    inside = [i for i, stop in enumerate(stops) if holder is not None and holder.isAncestorOf(stop)] or [0]
    if now in stops:
        at = stops.index(now) + (1 if forwards else -1)
    else:
        at = inside[0] if forwards else inside[0] - 1
    reason = Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason
    stops[at % len(stops)].setFocus(reason)
    return True
