"""The header of a pane: its title, what it shows now, and rows of exclusive buttons."""

from __future__ import annotations

import html
import re
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextDocumentFragment,
)
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from vmgui.ui.panes.still import Solid, Still
from vmgui.ui.theme import PANE_HEADER, px

#: A rich text in marks and what stands between them, and the mark of another family of letters.
_PART, _FAMILY = re.compile("<[^>]*>|[^<]+"), re.compile('<span style="font-family:([^";]+)">')


class Piece(NamedTuple):
    """Words of a rich text that look alike; an empty `family` is that of the label."""

    text: str
    bold: bool
    family: str


def pieces_of(rich: str) -> tuple[Piece, ...]:
    """What a rich text consists of; nothing if it has more marks than bold letters and families."""
    if rich != " ".join(rich.split()):
        return ()
    found, bold, family = [], False, ""
    for part in _PART.findall(rich):
        other = _FAMILY.fullmatch(part)
        if other is not None:
            family = other[1]
        elif part in ("<b>", "</b>"):
            bold = part == "<b>"
        elif part == "</span>":
            family = ""
        elif part[0] == "<":
            return ()
        else:
            found.append(Piece(html.unescape(part), bold, family))
    return tuple(found)


class Detail(Solid):
    """One line that may be rich; where there is no room it is plain and ends in dots.

    It paints itself what is plain, and what is rich by bold letters and other families only: for Qt's label
    every other text is another layout of all around it.
    """

    def __init__(self, ground: QPalette.ColorRole | None = None) -> None:
        super().__init__(ground)
        self.said = self._shown = ""
        self._rich = False
        self._placed: list[tuple[float, str, QFont]] = []
        self._baseline = 0.0
        self._faces: dict[tuple[bool, str], tuple[QFont, QFontMetricsF]] = {}
        self.setProperty("role", "secondary")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        if text != self.said:
            self.said = text
            self._fit()

    def clear(self) -> None:
        self.setText("")

    def text(self) -> str:
        """What is shown of it."""
        return self._shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._faces.clear()
            self._fit()

    def _fit(self) -> None:
        rich = "<" in self.said or "&" in self.said
        pieces = pieces_of(self.said) if rich else ()
        wide = self._place(pieces) if pieces else self._width_of(rich)
        cut = wide > self.width() > 0
        self._rich = rich and not cut and not pieces
        if cut or not pieces:
            self._placed = []
        plain = "".join([piece.text for piece in pieces]).replace("\xa0", " ") if pieces else self.said
        if rich and cut and not pieces:
            plain = QTextDocumentFragment.fromHtml(self.said).toPlainText()
        self._shown = self._elided(plain) if cut else self.said
        if cut or self.toolTip():
            self.setToolTip(plain if cut else "")
        self.setAccessibleName("" if self._rich else plain)  # of what Qt paints it knows the words
        self.update()

    def _elided(self, plain: str) -> str:
        return self.fontMetrics().elidedText(plain, Qt.TextElideMode.ElideRight, self.width() - 2)

    def _width_of(self, rich: bool) -> int:
        if rich:
            super().setText(self.said)
            return super().sizeHint().width()
        self.ensurePolished()
        return self.fontMetrics().horizontalAdvance(self.said)

    def _place(self, pieces: tuple[Piece, ...]) -> int:
        """Put the pieces beside each other, in the middle as Qt's label does; how wide they are."""
        self.ensurePolished()
        x, rise, fall = 0.0, 0.0, 0.0
        self._placed = []
        for piece in pieces:
            font, metrics = self._face(piece)
            self._placed.append((x, piece.text, font))
            x += metrics.horizontalAdvance(piece.text)
            rise, fall = max(rise, metrics.ascent()), max(fall, metrics.descent())
        self._baseline = max(self.height() - ceil(rise + fall), 0) // 2 + rise
        return ceil(x)

    def _face(self, piece: Piece) -> tuple[QFont, QFontMetricsF]:
        """The font of a piece, and its metrics."""
        known = self._faces.get(piece[1:])
        if known is None:
            font = QFont(self.font())
            font.setBold(piece.bold or font.bold())
            if piece.family:
                font.setFamilies([family.strip(" '") for family in piece.family.split(",")])
            known = self._faces[piece[1:]] = font, QFontMetricsF(font)
        return known

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.lay_ground(painter)
        if self._rich:
            painter.end()
            QLabel.paintEvent(self, event)
            return
        if self._placed:
            for x, text, font in self._placed:
                painter.setFont(font)
                painter.drawText(QPointF(x, self._baseline), text)
        else:
            painter.drawText(self.contentsRect(), self.alignment(), self._shown)
        painter.end()


class PaneHeader(QFrame):
    """A bar 28 px high. `detail` is the label beside the title; its text may be rich."""

    def __init__(self, title: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("surface", "header")
        self.setFixedHeight(px(PANE_HEADER + 2))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), 0, px(10), 0)
        self._row.setSpacing(px(8))
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.detail = Detail(QPalette.ColorRole.AlternateBase)
        self._held = Still(self.detail, clear=True)
        self._ends: list[QWidget] = []
        self._row.addWidget(self.title)
        self._row.addWidget(self._held, 1)

    def replace_detail(self, widget: QWidget) -> None:
        """Show a widget where the detail is."""
        widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        held = Still(widget, clear=True)
        self._row.replaceWidget(self._held, held)
        self._row.setStretchFactor(held, 1)
        self._held.hide()
        self._held = held

    def shorten(self, height: int | None) -> None:
        """Be that high and without the title, which stands elsewhere; or as ever."""
        self.title.setVisible(height is None)
        self.setFixedHeight(height or px(PANE_HEADER + 2))

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._ends.append(widget)
        self._row.addWidget(widget)

    def keep_in(self, left: int, right: int) -> None:
        """Stand between what is scrolled out of sight at the left and at the right."""
        margins = self._row.contentsMargins()
        wanted = px(12) + left, px(10) + right
        if (margins.left(), margins.right()) != wanted:
            self._row.setContentsMargins(wanted[0], 0, wanted[1], 0)
            self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    @property
    def _beyond(self) -> int:
        margins = self._row.contentsMargins()
        return margins.left() + margins.right() - px(12) - px(10)

    def minimumSizeHint(self) -> QSize:
        """What is out of sight needs no room."""
        return super().minimumSizeHint() - QSize(self._beyond, 0)

    def _give_way(self) -> None:
        """What has no room at the right end gives way, the last rows of buttons first, then the detail."""
        beyond = self._beyond
        room = self.width() - beyond - self.title.sizeHint().width() - px(30)
        for widget in self._ends:
            if isinstance(widget, Segments):
                room -= widget.sizeHint().width() + px(8)
                widget.setVisible(room >= 0)
        self._held.setVisible(not beyond or room >= px(88))


class Segments(QWidget):
    """A row of exclusive buttons; `chosen` carries the key of the new one."""

    chosen = Signal(str)

    def __init__(self, name: str, options: dict[str, str], parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for i, (key, text) in enumerate(options.items()):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setChecked(i == 0)
            ends = "first" if i == 0 else "last" if i == len(options) - 1 else "middle"
            button.setProperty("segment", ends if len(options) > 1 else "only")
            button.setAccessibleName(f"{name}: {text}")
            button.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button)

    @property
    def current(self) -> str:
        """The key of the chosen button."""
        return next(key for key, button in self.buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose a button as if it had been clicked."""
        self.buttons[key].click()
