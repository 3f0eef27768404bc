"""The source pane: the engine's text, highlighted, with the running statement marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractScrollArea, QToolButton, QVBoxLayout, QWidget

from vmgui.projection.kernel_place import KernelPlace, kernel_place
from vmgui.projection.source import Source
from vmgui.ui import theme as themes
from vmgui.ui.highlighter import PAUSE, Line, Text, text
from vmgui.ui.paint import LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.line_pictures import LinePictures
from vmgui.ui.panes.still import be_solid
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

CODE, NUMBER, NOTE = Type(11, mono=True), Type(10.5, mono=True), Type(11, True)
BOLD = Type(11, True, True)
LINE = 14
GUTTER = 52


class SourceView(QAbstractScrollArea):
    """Paints only the lines in sight. Up and Down scroll; a double click runs to a line.

    A click marks a line, one beside it asks for a breakpoint there. `menu_wanted` carries a global position.
    """

    line_wanted = Signal(str, int)
    break_wanted = Signal(str, int)
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme: Theme = DARK
        self.source: Source | None = None
        self.following = True
        self._text: Text | None = None
        self._plain: set[int] = set()
        self._rest = QTimer(self, singleShot=True, interval=PAUSE)
        self._rest.timeout.connect(self.colour)
        self._marked: int | None = None
        self._breakpoints: Callable[[str], Mapping[int, bool]] = lambda file: {}
        self._stops: Mapping[int, bool] = {}
        self._pictures = LinePictures(LINE)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        be_solid(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Source of the engine"))

    def colour(self) -> None:
        """Work out the colours of the functions in sight that were painted plain: no step waits for them."""
        parts, self._plain = self._plain, set()
        for part in parts:
            if self._text is not None and part < len(self._text.starts):
                self._text.part(part)
                self.viewport().update()

    def _line(self, number: int) -> Line:
        """A line as it can be painted at once."""
        if self._text is None:
            return ()
        if self._text.knows(number):
            return self._text.line(number)
        self._plain.add(self._text.part_of(number))
        self._rest.start()
        return self._text.plain(number)

    def show_source(self, source: Source | None) -> None:
        """Show another statement; scrolls only when it is out of sight or in another function."""
        moved = source is None or self.source is None or source.file != self.source.file
        jumped = moved or source.top != self.source.top  # type: ignore[union-attr]
        if moved:
            self._text = text(source.file) if source else None
            self._plain.clear()
        old, was_at = self.source, self.verticalScrollBar().value()
        self.source = source
        self._mark(None)
        if moved:
            self._stops = self._breakpoints(source.file) if source else {}
            self._fit()
        if source is not None:
            self.setAccessibleDescription(source.statement)
            if self.following:
                self._follow(source, jumped)
        if moved or old is None or source is None or self.verticalScrollBar().value() != was_at:
            self.viewport().update()
        elif old != source:
            self._update_lines(old)
            self._update_lines(source)

    @property
    def line(self) -> int | None:
        """The marked line, else the one that runs."""
        return self._marked if self._marked is not None else self.source.first if self.source else None

    def _mark(self, line: int | None) -> None:
        if line != self._marked:
            self._marked = line
            self.viewport().update()

    def set_breakpoints(self, lines: Callable[[str], Mapping[int, bool]]) -> None:
        """Show breakpoints: `lines` tells those of a file, and whether each is on."""
        self._breakpoints = lines
        self._stops = lines(self.source.file) if self.source else {}
        self.viewport().update()

    def _update_lines(self, source: Source) -> None:
        top = px(2 + (source.first - 1 - self.verticalScrollBar().value()) * LINE)
        high = px(LINE * (source.last - source.first + 1)) + 2
        self.viewport().update(0, top - 1, self.viewport().width(), high)

    def _follow(self, source: Source, jumped: bool) -> None:
        bar, rows = self.verticalScrollBar(), self._rows()
        if jumped and source.last - source.top < rows - 1:
            bar.setValue(source.top - 2)
        elif not bar.value() < source.first <= source.last <= bar.value() + rows - 1:
            bar.setValue(source.first - rows // 2)

    @property
    def length(self) -> int:
        """Number of lines of the file."""
        return len(self._text) if self._text else 0

    def _rows(self) -> int:
        return max(1, int((self.viewport().height() / themes.factor() - 4) // LINE))

    def _fit(self) -> None:
        self.verticalScrollBar().setRange(0, max(0, self.length - self._rows()))
        self.verticalScrollBar().setPageStep(self._rows())

    def resizeEvent(self, event) -> None:
        self._fit()
        if self.source is not None and self.following:
            self._follow(self.source, False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, exposed = QPainter(self.viewport()), event.region()
        painter.fillRect(self.viewport().rect(), self.theme.color("bg1"))
        sheet = Sheet(painter, self.theme)
        top, f = self.verticalScrollBar().value(), themes.factor()
        painter.scale(f, f)
        wide, high = self.viewport().width() / f, self.viewport().height() / f
        self._pictures.look(self.theme, sheet.density * f, wide)
        first, last = event.rect().top() / f, event.rect().bottom() / f
        parted = exposed.rectCount() > 1
        for i in range(max(0, int((first - 2) // LINE)), min(int((last - 2) // LINE) + 1, self.length - top)):
            y, number = 2 + i * LINE, top + i + 1
            if parted and not exposed.intersects(QRectF(0, y * f, wide * f, LINE * f).toAlignedRect()):
                continue
            key = None if sheet.vector else self._key(number)  # a file of lines and texts has no pictures
            picture = self._pictures.get(key) or self._picture(key, number, wide)
            if picture is None:
                self._draw_line(sheet, QRectF(0, y, wide, LINE), number)
            else:
                painter.drawPixmap(0, y, picture)
        if self.hasFocus():
            ring = QRectF(1, 1, wide - 2, high - 2)
            sheet.box(ring, None, self.theme.color("accent"), 2, 3)
        painter.end()

    def _key(self, number: int) -> tuple[object, ...] | None:
        """What a line looks like, as far as theme and room do not say it; None with a mark or a note."""
        if number == self._marked or number in self._stops:
            return None
        source = self.source
        if source is None or not source.first <= number <= source.last:
            return self._text, number
        begins = number == source.first
        return None if begins and source.note else (self._text, number, begins)

    def _picture(self, key: tuple[object, ...] | None, number: int, wide: float) -> QPixmap | None:
        """A line made into a picture, where its colours are known and its look comes again."""
        known = self._text
        if key is None or known is None or not self._pictures.sharp or not known.knows(number):
            return None
        room = QRectF(0, 0, wide, LINE)
        if len(key) == 2:  # one that does not run has no ground of its own
            code = sum((BOLD if bold else CODE).width(piece) for piece, _color, bold in known.line(number))
            wide = min(GUTTER + code + 4, wide)
        return self._pictures.keep(key, wide, lambda part: self._draw_line(part, room, number))

    def _draw_line(self, sheet: Sheet, rect: QRectF, number: int) -> None:
        source = self.source
        running = source is not None and source.first <= number <= source.last
        if running:
            sheet.box(rect, self.theme.color("tint_now"))
            sheet.box(QRectF(0, rect.top(), 3, rect.height()), self.theme.color("now"))
        if number == self._marked:
            sheet.box(rect.adjusted(GUTTER - 6, 0, 0, 0), None, self.theme.color("border"), 1, 2)
        if number in self._stops:
            self._draw_stop(sheet, rect, self._stops[number])
        ink = self.theme.color("text1" if running else "text3")
        sheet.text(QRectF(0, rect.top(), 30, LINE), str(number), ink, BOLD if running else NUMBER, RIGHT)
        if running and source is not None and number == source.first:
            sheet.text(QRectF(36, rect.top(), 12, LINE), "▶", self.theme.color("now"), NUMBER, LEFT)
        note = tr(source.note) if running and source is not None and number == source.first else ""
        room = rect.right() - 10 - (NOTE.width(note) + 12 if note else 0)
        self._draw_code(sheet, QRectF(GUTTER, rect.top(), room - GUTTER, LINE), number, running)
        if note and source is not None:
            ink = self.theme.color("error" if source.bad else "success")
            sheet.text(rect.adjusted(0, 0, -10, 0), note, ink, NOTE, RIGHT)

    def _draw_stop(self, sheet: Sheet, rect: QRectF, on: bool) -> None:
        """A breakpoint: a full spot when it is on, a ring when it is off."""
        ink = self.theme.color("error")
        sheet.painter.setPen(sheet.pen(ink, 1.2))
        sheet.painter.setBrush(ink if on else Qt.BrushStyle.NoBrush)
        sheet.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet.painter.drawEllipse(QPointF(8, rect.center().y()), 3.5, 3.5)

    def _draw_code(self, sheet: Sheet, rect: QRectF, number: int, running: bool) -> None:
        line, x = self._line(number), rect.left()
        long = sum((BOLD if bold else CODE).width(piece) for piece, _color, bold in line) > rect.width()
        if long:
            sheet.painter.save()
            sheet.painter.setClipRect(rect)
        for piece, color, bold in line:
            if piece.isspace():
                x += CODE.width(piece)
                continue
            kind = BOLD if bold else CODE
            ink: QColor = self.theme.color("text1" if running and color == "text2" else color)
            width = kind.width(piece)
            sheet.text(QRectF(x, rect.top(), width + 2, LINE), piece, ink, kind)
            x += width
        if long:
            sheet.painter.restore()

    def line_at(self, y: float) -> int | None:
        """The line at a height of the viewport."""
        number = self.verticalScrollBar().value() + int((y / themes.factor() - 2) // LINE) + 1
        return number if self.source is not None and 1 <= number <= self.length else None

    def mousePressEvent(self, event) -> None:
        number = self.line_at(event.position().y())
        if number is None or self.source is None:
            return
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() < px(GUTTER - 8):
            self.break_wanted.emit(self.source.file, number)
        else:
            self._mark(number)

    def mouseDoubleClickEvent(self, event) -> None:
        number = self.line_at(event.position().y())
        if number is not None and self.source is not None and event.position().x() >= px(GUTTER - 8):
            self.line_wanted.emit(self.source.file, number)

    def contextMenuEvent(self, event) -> None:
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event) -> None:
        bar = self.verticalScrollBar()
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1,
                 Qt.Key.Key_PageUp: -self._rows(), Qt.Key.Key_PageDown: self._rows()}  # fmt: skip
        if event.key() in moves:
            bar.setValue(bar.value() + moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


class SourcePane(QWidget):
    """Header and text. `kernel_wanted` asks for the kernel's text of the function that is shown."""

    kernel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("source")
        self.header = PaneHeader(tr("Source"))
        self.header.detail.setProperty("mono", True)
        self.kernel_place: KernelPlace | None = None
        self.kernel = QToolButton()
        self.kernel.setProperty("crumb", True)
        self.kernel.setAccessibleName(tr("Kernel's source"))
        self.kernel.clicked.connect(self.kernel_wanted)
        self.kernel.hide()
        self.header.add(self.kernel)
        self.view = SourceView()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.view, 1)
        self.setFocusProxy(self.view)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.view.theme = theme
        self.view.viewport().update()

    def show_source(self, source: Source | None) -> None:
        """Show the statement of a step."""
        self.view.show_source(source)
        self.header.detail.setText(f"{source.name} · {source.function}" if source else tr("no step yet"))
        place = kernel_place(source.file, source.first) if source else None
        if place != self.kernel_place:
            self._show_kernel(place)

    def _show_kernel(self, place: KernelPlace | None) -> None:
        """Name the place in the kernel beside ours."""
        self.kernel_place = place
        self.kernel.setVisible(place is not None)
        if place is not None:
            self.kernel.setText(f"Linux {place.file} ↗")
            tip = tr("{0} in the source of Linux 6.12: read it there (K)")
            self.kernel.setToolTip(tip.format(f"{place.function}()"))


def mono(text: str) -> str:
    """A text as rich text in the monospaced family."""
    return f"<span style=\"font-family:'DejaVu Sans Mono',monospace\">{escape(text)}</span>"
