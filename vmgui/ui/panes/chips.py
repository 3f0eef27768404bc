"""The calls of the stack as chips with an arrow between them, in lines as the words of a text."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea

from vmgui.projection.callstack import Chip
from vmgui.ui.paint import CENTRE, Hit, Sheet, Type
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.line_pictures import LinePictures
from vmgui.ui.panes.still import Bar
from vmgui.ui.selection import Place, Selection
from vmgui.ui.words import tr

CHIP, CHIP_BOLD, SIGN = Type(10.5, mono=True), Type(10.5, True, True), Type(11, mono=True)
#: How wide an arrow is, how high a chip, how far below each other the lines are, and what is left free.
ARROW, HIGH, LINE, LEFT, TOP = 12, 19, 25, 10, 8
#: Line, text and ground of a chip by its role.
LOOKS = {"refused": ("error", "text1", "tint_error"), "failed": ("error", "text1", "tint_error"),
         "current": ("ring", "text1", "bg3"), "returned": ("border", "text2", "bg2"),
         "outer": ("border", "text2", "bg2")}  # fmt: skip

#: What a chip shows: a name and a role, whether more calls follow, the pointer or the keyboard is on it.
Look = tuple[str, str, bool, bool, bool]


def kind_of(role: str) -> Type:
    """The type of the name of a call."""
    return CHIP_BOLD if role == "current" else CHIP


def room_of(name: str, role: str) -> int:
    """How wide a chip is."""
    return round(kind_of(role).width(name)) + 13


def said(chip: Chip) -> str:
    """A call in words: its name, and how far it is if it is not an outer one."""
    words = {"outer": "", "current": tr("running"), "returned": tr("returned {0}"), "refused": tr("refused"),
             "failed": tr("failed: {0}")}[chip.role].format(chip.result).strip()  # fmt: skip
    return f"{chip.name} {words}".strip()


class Chips(Canvas):
    """Draws the calls.

    `chosen` carries the place of one in the stack, by a click or by Enter; `reached` where the keyboard is.
    """

    chosen = Signal(int)
    reached = Signal(QRectF)

    def __init__(self, selection: Selection):
        super().__init__(selection)
        self.chips: tuple[Chip, ...] = ()
        self.places: list[QRectF] = []
        self._cursor = -1
        self._pictures_of_chips = LinePictures(HIGH)
        self.setAccessibleName(tr("Call stack, outermost first"))

    def show_chips(self, chips: tuple[Chip, ...]) -> bool:
        """Show another stack; whether it is another one."""
        if chips == self.chips:
            return False
        self.chips, self._cursor = chips, -1
        self.update()
        return True

    def place_in(self, width: int) -> float:
        """Put the chips into so much room; the height they take."""
        x, y, right, self.places = LEFT, TOP, width - LEFT - 1, []
        for chip in self.chips:
            wide = room_of(chip.name, chip.role)
            if x > LEFT and x + wide > right:
                x, y = LEFT, y + LINE
            self.places.append(QRectF(x, y, wide, HIGH))
            x += wide + ARROW
        return y + LINE

    def all_hits(self) -> list[Hit]:
        return [
            Hit(rect, Place(step=chip.first), partial(said, chip))
            for chip, rect in zip(self.chips, self.places, strict=True)
        ]

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the chips; each look of one is drawn once."""
        pictures, painter, last = self._pictures_of_chips, sheet.painter, len(self.chips) - 1
        pictures.look(self.theme, sheet.density * self.factor, 0)
        cursor, hovered = self._cursor if self.hasFocus() else -1, sheet.hovered
        for i, (chip, rect) in enumerate(zip(self.chips, self.places, strict=True)):
            lit = hovered is not None and hovered.step == chip.first
            key = chip.name, chip.role, i < last, lit, i == cursor
            if sheet.vector:
                painter.save()
                painter.translate(rect.topLeft())
                self._draw(sheet, key)
                painter.restore()
                continue
            picture = pictures.get(key)
            if picture is None:
                wide = rect.width() + ARROW
                picture = pictures.keep(key, wide, partial(self._draw, look=key))
            painter.drawPixmap(rect.topLeft(), picture)

    def _draw(self, sheet: Sheet, look: Look) -> None:
        name, role, more, lit, here = look
        line, ink, ground = (self.theme.color(token) for token in LOOKS[role])
        sheet.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(0, 0, room_of(name, role), HIGH)
        if lit:
            ground = self.theme.color("tint_accent")
        width = 1.6 if role == "current" else 1
        sheet.box(rect, ground, self.theme.color("accent") if here else line, width, 3)
        sheet.text(rect, name, ink, kind_of(role), CENTRE)
        if more:
            sheet.text(QRectF(rect.right() + 4, 0, ARROW, HIGH), "›", self.theme.color("text3"), SIGN)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self._cursor = number  # the keyboard goes on from here
            self.update()
            self.chosen.emit(number)

    def _at(self, pos: QPointF) -> int:
        """The number of the chip at a position; -1 for none."""
        return next((i for i, rect in enumerate(self.places) if rect.contains(pos)), -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and arrows move from call to call, Enter chooses one."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        move = moves.get(Qt.Key(event.key())) if event.modifiers() & Qt.KeyboardModifier.AltModifier else None
        if move is not None and self.chips:
            wanted = len(self.chips) - 1 if self._cursor < 0 else self._cursor + move
            self._cursor = max(0, min(wanted, len(self.chips) - 1))
            self.describe(said(self.chips[self._cursor]))
            self.reached.emit(self.places[self._cursor])
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.chosen.emit(self._cursor)
        else:
            super().keyPressEvent(event)


class ChipsArea(QScrollArea):
    """Holds the chips; where there is no room for all lines they scroll, the innermost call in sight."""

    def __init__(self, selection: Selection):
        super().__init__()
        self.chips = Chips(selection)
        self.setVerticalScrollBar(Bar())
        self.setWidget(self.chips)
        self.chips.reached.connect(self._bring)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Call stack"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: bar.setValue(high))

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show another stack."""
        if self.chips.show_chips(chips):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _bring(self, place: QRectF) -> None:
        """Bring the chip into sight that the keyboard has come to."""
        middle = place.center() * self.chips.factor
        self.ensureVisible(0, round(middle.y()), 0, round(LINE * self.chips.factor / 2))

    def _fit(self) -> None:
        """Give the chips all the width there is, but that of a scroll bar where their lines need one."""
        chips, wide, room, f = self.chips, self.width(), self.height(), self.chips.factor
        high = chips.place_in(int(wide / f)) * f
        if high > room:
            wide -= self.verticalScrollBar().sizeHint().width()
            high = chips.place_in(int(wide / f)) * f
        chips.resize(wide, max(round(high), room))
