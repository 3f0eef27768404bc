"""What the lecture view is made of beside the stage: large buttons, hints with key caps, the sentence."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPixmap, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QWidget

from vmgui.projection.narration import Mood
from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Sheet, Type
from vmgui.ui.theme import DARK, Theme

#: The size that all lengths of the lecture view are for; a larger window multiplies them.
WIDTH, HEIGHT = 1280, 720
BUTTON, CAP = QSize(46, 40), QSize(31, 32)
#: The colour of the bar beside a sentence and of its ground, by mood.
TINTS: dict[Mood, tuple[str, str]] = {
    "plain": ("accent", "tint_accent"), "huge": ("success", "tint_success"),
    "refused": ("error", "tint_error"), "error": ("error", "tint_error"),
}  # fmt: skip
#: A mark of the mood beside its colour.
MARKS: dict[Mood, str] = {"plain": "", "huge": "✓", "refused": "✗", "error": "!"}


def unit(size: QSize) -> float:
    """How many pixels of a window stand for one of the design."""
    return min(size.width() / WIDTH, size.height() / HEIGHT)


class Large(QAbstractButton):
    """A painted button of the lecture view; the keyboard goes past it."""

    def __init__(self, name: str, tip: str, parent: QWidget):
        super().__init__(parent)
        self.theme: Theme = DARK
        self.scale = 1.0
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def dress(self, theme: Theme, scale: float) -> None:
        """Draw in another theme or size."""
        self.theme, self.scale = theme, scale
        self.update()

    def enterEvent(self, event) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.draw(Sheet(painter, self.theme))
        finally:
            painter.end()

    def draw(self, sheet: Sheet) -> None:
        """Draw the button."""
        raise NotImplementedError

    def ground(self) -> QColor:
        """What it is filled with."""
        return self.theme.color("hairline" if self.underMouse() and self.isEnabled() else "bg3")


class IconButton(Large):
    """An icon in a box; the `primary` one stands out."""

    def __init__(self, icon: str, name: str, tip: str, parent: QWidget, primary: bool = False):
        super().__init__(name, tip, parent)
        self.icon_name, self.primary = icon, primary

    def show_icon(self, icon: str) -> None:
        """Show another icon."""
        self.icon_name = icon
        self.update()

    def draw(self, sheet: Sheet) -> None:
        """Draw the box and the icon in its middle."""
        s, theme = self.scale, self.theme
        fill = theme.color("accent_solid") if self.primary else self.ground()
        line = theme.color("accent_solid" if self.primary else "border")
        sheet.box(QRectF(self.rect()), fill, line, max(s, 1), 5 * s)
        size = round(18 * s)
        ink = theme.on_accent if self.primary else theme.text1 if self.isEnabled() else theme.reserved
        drawn = themes.pixmap(self.icon_name, ink, size, self.devicePixelRatioF())
        corner = QPointF((self.width() - size) / 2, (self.height() - size) / 2)
        sheet.painter.drawPixmap(corner, drawn)


class Hint(Large):
    """A key cap and the name of the beat it leads to; at the `right` end the cap comes last."""

    def __init__(self, key: str, name: str, tip: str, parent: QWidget, right: bool = False):
        super().__init__(name, tip, parent)
        self.key, self.right = key, right

    def say(self, text: str) -> None:
        """Name another beat; without one there is nothing to go to."""
        self.setText(text)
        self.setEnabled(bool(text))
        self.setAccessibleDescription(text)
        self.update()

    def draw(self, sheet: Sheet) -> None:
        """Draw cap and name; a name that is too long ends in dots."""
        if not self.text():
            return
        s, theme = self.scale, self.theme
        x = self.width() - CAP.width() * s if self.right else 0
        cap = QRectF(x, (self.height() - CAP.height() * s) / 2, CAP.width() * s, CAP.height() * s)
        sheet.box(cap, self.ground(), theme.color("border"), max(s, 1), 4 * s)
        sheet.text(cap, self.key, theme.color("text1"), Type(15 * s, True), CENTRE)
        gap = CAP.width() * s + 8 * s
        room = QRectF(self.rect()).adjusted(0, 0, -gap, 0) if self.right else QRectF(self.rect())
        room = room if self.right else room.adjusted(gap, 0, 0, 0)
        kind = Type(16 * s)
        metrics = themes.metrics(kind.pixels)
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        sheet.text(room, shown, theme.color("text2"), kind, RIGHT if self.right else LEFT)


def draw_sentence(sheet: Sheet, rect: QRectF, says: str, mood: Mood, s: float) -> None:
    """Draw a sentence in a box tinted by its mood, as large as two lines of it can be."""
    theme = sheet.theme
    bar, ground = TINTS[mood]
    sheet.box(rect, theme.color(ground), None, 0, 4 * s)
    sheet.box(QRectF(rect.x(), rect.y(), 6 * s, rect.height()), theme.color(bar), None, 0, 3 * s)
    if MARKS[mood]:
        mark = QRectF(rect.right() - 44 * s, rect.y() + 6 * s, 34 * s, 26 * s)
        sheet.text(mark, MARKS[mood], theme.color(bar), Type(20 * s, True), RIGHT)
    inner = rect.adjusted(32 * s, 8 * s, -44 * s, -8 * s)
    made = document(says, theme.text1, inner.width(), inner.height(), s)
    painter = sheet.painter
    painter.save()
    painter.translate(inner.x(), inner.y() + (inner.height() - made.size().height()) / 2)
    made.drawContents(painter)
    painter.restore()


def document(says: str, ink: str, width: float, height: float, s: float) -> QTextDocument:
    """The sentence, laid out: 27 px on lines of 38, smaller only where it would not fit."""
    for pixels in (27.0, 25.0, 23.0, 21.0):
        made = _laid_out(says, ink, width, pixels * s, 38 / 27 * pixels * s)
        if made.size().height() <= height:
            break
    return made


def _laid_out(says: str, ink: str, width: float, pixels: float, line: float) -> QTextDocument:
    made = QTextDocument()
    made.setDocumentMargin(0)
    made.setDefaultFont(themes.font(pixels))
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(says))
    made.setHtml(f'<span style="color:{ink}">{bold}</span>')
    spacing = QTextBlockFormat()
    spacing.setLineHeight(line, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    cursor = QTextCursor(made)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.mergeBlockFormat(spacing)
    made.setTextWidth(width)
    return made


def spot(theme: Theme, s: float, ratio: float) -> QCursor:
    """A pointer that everybody sees: a red dot with a ring, as that of a laser."""
    size = round(44 * s)
    picture = QPixmap(QSize(size, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sheet = Sheet(painter, theme)
    whole = QRectF(1, 1, size - 2, size - 2)
    sheet.box(whole, QColor(255, 40, 40, 60), QColor(255, 40, 40, 190), 2, size / 2)
    dot = QRectF(size * 0.36, size * 0.36, size * 0.28, size * 0.28)
    sheet.box(dot, QColor(255, 40, 40), QColor(255, 255, 255), 1.5, size / 2)
    painter.end()
    return QCursor(picture, size // 2, size // 2)
