"""What all painted panes share: theme, selection, hit regions, hover after 80 ms, tips, focus ring."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from vmgui.ui import theme as themes
from vmgui.ui.paint import Hit, Pictures, Sheet
from vmgui.ui.selection import Place, Selection
from vmgui.ui.speech import announce, spoken
from vmgui.ui.theme import DARK, Theme

HOVER_MS = 80
SLOP = 10


class Canvas(QWidget):
    """A painted pane. `paint_on(sheet)` draws it and reports its hit regions.

    A canvas thinks in pixels of the design: `width`, `height`, `rect` and the places of the mouse are in
    them, and the painter enlarges by `factor`.

    Signals: `described` carries the words for what is under the pointer or the keyboard cursor, for the
    status bar; `menu_wanted` a place and a global position.
    """

    described = Signal(str)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme: Theme = DARK
        self.factor = themes.factor()
        self.selection = selection
        self.tips = True  # whether what is under the pointer is told beside it
        self.hits: list[Hit] = []
        self._pointer: QPoint | None = None
        self._pictures = Pictures()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._hover_timer = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._hover_timer.timeout.connect(self._hover)
        selection.changed.connect(self.update)
        selection.hovered.connect(self.update)

    def width(self) -> int:
        return int(super().width() / self.factor)

    def height(self) -> int:
        return int(super().height() / self.factor)

    def rect(self) -> QRect:
        return QRect(0, 0, self.width(), self.height())

    def event(self, event: QEvent) -> bool:
        """The mouse, too, is told in pixels of the design."""
        if self.factor == 1 or not isinstance(event, QMouseEvent | QWheelEvent):
            return super().event(event)
        small = _shrunk(event, self.factor)
        done = super().event(small)
        event.setAccepted(small.isAccepted())
        return done

    def on_screen(self, rect: QRectF) -> QRect:
        """A rectangle of the design where it is in the widget."""
        f = self.factor
        return QRectF(rect.x() * f, rect.y() * f, rect.width() * f, rect.height() * f).toRect()

    def of_screen(self, rect: QRect) -> QRectF:
        """A rectangle of the widget where it is in the design."""
        f = self.factor
        return QRectF(rect.x() / f, rect.y() / f, rect.width() / f, rect.height() / f)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self.update()

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the pane."""
        raise NotImplementedError

    def all_hits(self) -> list[Hit]:
        """Every region that can be pointed at, the topmost last."""
        return self.hits

    def hit_at(self, pos: QPointF) -> Hit | None:
        """The topmost thing at a position; a thin thing is found within 10 px when nothing lies there."""
        inside = [h for h in self.all_hits() if h.rect.contains(pos)]
        if inside:
            return inside[-1]
        near = QRectF(pos.x() - SLOP, pos.y(), 2 * SLOP, 1)
        thin = [h for h in self.all_hits() if h.rect.width() < 2 * SLOP and h.rect.intersects(near)]
        return min(thin, key=lambda h: abs(h.rect.center().x() - pos.x()), default=None)

    def hits_of(self, **wanted: object) -> list[Hit]:
        """The hit regions whose place has these values in these fields."""
        return [h for h in self.all_hits() if all(getattr(h.place, k) == v for k, v in wanted.items())]

    def summary(self) -> str:
        """What the pane shows, in words: made only when somebody asks."""
        return ""

    def accessibleDescription(self) -> str:
        return super().accessibleDescription() or self.summary()

    def describe(self, text: str) -> None:
        """Say what the keyboard cursor is on: to the status bar and to a screen reader."""
        self.setAccessibleDescription(text)
        announce(self, spoken(text))
        self.described.emit(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the pane and the focus ring."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()  # Qt crashes when a painter outlives its event

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(super().rect(), self.theme.color("bg1"))
        painter.scale(self.factor, self.factor)
        sheet = Sheet(
            painter, self.theme, self.selection.place, self.selection.hover_place, pictures=self._pictures
        )
        self.paint_on(sheet)
        self.hits = sheet.hits
        if self.hasFocus():
            ring = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            sheet.box(ring, None, self.theme.color("accent"), 2, 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        self._hover_timer.start()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._hover_timer.stop()
        self.selection.hover(None)
        self.described.emit("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self.hit_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self.selection.select(hit.place if hit else None)
        elif event.button() == Qt.MouseButton.RightButton and hit:
            self.menu_wanted.emit(hit.place, event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self.hit_at(event.position())
        if hit and event.button() == Qt.MouseButton.LeftButton:
            self.selection.activate(hit.place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.selection.clear()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event) -> None:
        super().focusOutEvent(event)
        self.update()

    def _hover(self) -> None:
        if self._pointer is None:
            return
        hit = self.hit_at(QPointF(self._pointer))
        self.selection.hover(hit.place if hit else None)
        self.described.emit(hit.tip if hit else "")
        if hit and self.isVisible() and self.tips:
            QToolTip.showText(self.mapToGlobal(self._pointer * self.factor), hit.tip, self)
        else:
            QToolTip.hideText()

    def go_to(self, place: Place) -> None:
        """Show a place; a pane that can scroll or zoom overrides this."""


def _shrunk(event: QMouseEvent | QWheelEvent, factor: float) -> QEvent:
    """An event of the mouse with its place in pixels of the design."""
    if isinstance(event, QWheelEvent):
        return QWheelEvent(
            event.position() / factor, event.globalPosition(), event.pixelDelta(), event.angleDelta(),
            event.buttons(), event.modifiers(), event.phase(), event.inverted(),
        )  # fmt: skip
    return QMouseEvent(
        event.type(), event.position() / factor, event.globalPosition(), event.button(), event.buttons(),
        event.modifiers(),
    )  # fmt: skip
