"""The scrubber: all operations on a track of time, the events above it, and the play-head."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from vmgui.projection.numbers import count
from vmgui.projection.timeline_marks import Mark, Segment, TimelineMarks
from vmgui.ui.paint import CENTRE, DASH, Hit, Sheet, Type
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.scrubber_pins import Pins
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import px
from vmgui.ui.words import tr

MARGIN, MARKS, TRACK, AXIS = 15.0, 18.0, 21.0, 18.0
MERGE, LEAST, FADED = 9.0, 2.0, 0.26
#: Operations on fewer pixels than this are drawn as one.
CROWD = 4.0
#: With more operations one is a few pixels wide, and two pictures that meet at the play-head show them.
MANY = 300
NOTCH = 1.25
#: Which kind speaks for marks that stand together.
INKS_FIRST = ("error", "refused", "huge", "flush", "table")
FEWEST = 16
SHAPES = {"table": "▼", "huge": "◆", "refused": "✗", "flush": "≈", "error": "!"}
INKS = {"table": "table", "huge": "pmd", "refused": "error", "flush": "accent", "error": "error"}



def mark_words() -> dict[str, str]:
    """The kinds of marks in words, for tips and the legend."""
    return {
        "table": tr("table"),
        "huge": tr("huge"),
        "refused": tr("refused"),
        "flush": tr("flush"),
        "error": tr("error"),
    }


def draw_mark(sheet: Sheet, kind: str, x: float, y: float, color: QColor) -> None:
    """Draw the shape of a mark, centred."""
    if kind in ("table", "huge"):
        points = (
            [(-4, -3.5), (4, -3.5), (0, 3.5)]
            if kind == "table"
            else [(0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)]
        )
        sheet.painter.setPen(Qt.PenStyle.NoPen)
        sheet.painter.setBrush(color)
        sheet.painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points]))
    else:
        sheet.text(QRectF(x - 8, y - 8, 16, 16), SHAPES[kind], color, Type(12, True), CENTRE)


class Scrubber(Canvas):
    """Draws TimelineMarks. `sought` carries the step the user wants; `set_step` moves the play-head.

    `dragged` says that it is being sought again and again: the first of these was the jump.
    """

    sought = Signal(int)
    #: The steps in sight are others.
    zoomed = Signal(float, float)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(selection, parent)
        self.setAccessibleName(tr("Timeline"))
        self.setFixedHeight(px(62))
        self.marks = self._all = TimelineMarks(0)
        self._open: int | None = None
        self.step = self._as_of = 0
        self.first, self.last = 0.0, 1.0
        self.pins = Pins()
        self._pins_shown = 0
        self.dragged = False
        self._pinned: list[Hit] = []
        self._dragging = False
        self._steps: list[int] = []
        self._of_kind: dict[str, list[int]] = {}
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._version = 0

    def sizeHint(self) -> QSize:
        return QSize(px(900), px(62))

    def set_marks(self, marks: TimelineMarks) -> None:
        """Show another timeline; the zoom stays if the old one was only continued."""
        self._all = marks
        marks = marks.until(self._open)
        grown = marks.steps >= self.marks.steps and self.first > 0
        self.marks = marks
        self._steps = [m.step for m in marks.marks]
        self._of_kind = {kind: [m.step for m in marks.marks if m.kind == kind] for kind in INKS_FIRST}
        self._starts = [s.first for s in marks.segments]
        self._ends = [s.last for s in marks.segments]
        self._version += 1
        if not grown:
            self.first, self.last = 0.0, float(max(marks.steps, 1))
        self.setAccessibleDescription("")
        self.update()

    def conceal(self, after: int | None) -> None:
        """Show nothing of what comes after a step, which a question is about; None shows all."""
        if after != self._open:
            self._open = after
            self.set_marks(self._all)

    def set_pins(self, pins: Pins) -> None:
        """Show other bookmarks and hits of breakpoints."""
        self.pins = pins
        self._pins_shown += 1
        self.update()

    def set_step(self, step: int) -> None:
        """Move the play-head; a zoomed track follows it."""
        before, happened = self.step, self._happened()
        self.step = step
        self.setAccessibleDescription("")
        if not self.first <= step <= self.last:
            span = self.last - self.first
            self._show(step - span / 2, step + span / 2)
        elif happened != self._happened():
            self.update()
        else:  # only the play-head has moved
            for at in (before, step):
                self.update(self.on_screen(QRectF(self.x_of(at) - 9, 0, 18, self.height() + 1)))

    def _happened(self) -> tuple[int, int]:
        """How many operations have begun, and how many marks are passed."""
        return bisect_left(self._starts, self.step), bisect_right(self._steps, self.step)

    def summary(self) -> str:
        """The step and the operation it belongs to."""
        here = self._segment(self.step)
        text = tr("step {0} of {1}").format(count(self.step), count(self.marks.steps))
        return f"{text}, {here.text}" if here else text

    def _segment(self, step: float) -> Segment | None:
        i = bisect_left(self._ends, step)
        here = self.marks.segments[i] if i < len(self._ends) else None
        return here if here is not None and here.first < step else None

    def show_range(self, first: float, last: float) -> None:
        """Show these steps, or those nearest to them that there are."""
        if (first, last) != (self.first, self.last):
            self._show(first, last)

    def _show(self, first: float, last: float) -> None:
        steps = float(max(self.marks.steps, 1))
        span = min(max(last - first, FEWEST), steps)
        self.first = min(max(first, 0.0), steps - span)
        self.last = self.first + span
        self.zoomed.emit(self.first, self.last)
        self.update()

    def x_of(self, step: float) -> float:
        """The pixel of a step."""
        return MARGIN + (step - self.first) * (self.width() - 2 * MARGIN) / (self.last - self.first)

    def step_at(self, x: float) -> int:
        """The step under a pixel."""
        at = self.first + (x - MARGIN) * (self.last - self.first) / max(self.width() - 2 * MARGIN, 1)
        return max(0, min(round(at), self.marks.steps))

    # --- drawing -------------------------------------------------------------------------------------

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the segments, the axis, the marks and last the play-head."""
        track = QRectF(MARGIN, MARKS, self.width() - 2 * MARGIN, TRACK)
        if not self.marks.segments:
            sheet.box(track, None, self.theme.color("border"), 1, 4, DASH)
            sheet.text(track, tr("No operations yet"), self.theme.color("text3"), Type(11), CENTRE)
            return
        if len(self.marks.segments) > MANY:
            self._draw_halves(sheet, track)
        else:
            self._draw_as_of(self.step, self._happened(), sheet, track)
        drawn = len(sheet.hits)
        pinned = ("pins", self._pins_shown, self.first, self.last)

        def draw(part: Sheet) -> None:
            self.pins.draw(part, track, self.first, self.last, self.x_of)

        sheet.cached(pinned, QRectF(self.rect()), draw)
        self._pinned = sheet.hits[drawn:]
        self._draw_head(sheet, track)

    def _draw_halves(self, sheet: Sheet, track: QRectF) -> None:
        """Of very many operations two pictures, all happened and none, which meet at the play-head."""
        x, hits = self.x_of(self.step), len(sheet.hits)
        for step, left, right in ((self.marks.steps, 0.0, x), (-1, x, float(self.width()))):
            del sheet.hits[hits:]  # both have the same
            sheet.painter.save()
            sheet.painter.setClipRect(QRectF(left, 0, max(right - left, 0), self.height()))
            self._draw_as_of(step, None, sheet, track)
            sheet.painter.restore()

    def _draw_as_of(self, step: int, happened: Hashable, sheet: Sheet, track: QRectF) -> None:
        """Draw operations and marks as they are when so many steps have happened; `happened` sums that up."""
        self._as_of = step
        key = (self._version, self.first, self.last, happened if happened is not None else step)
        sheet.cached(key, QRectF(self.rect()), lambda part: self._draw_time(part, track))

    def _draw_time(self, sheet: Sheet, track: QRectF) -> None:
        """All but the play-head: the same until it passes a mark or the end of an operation."""
        sheet.painter.save()
        sheet.painter.setClipRect(track.adjusted(-1, -1, 1, 1))
        for first, end in self._together():
            if end - first == 1:
                self._draw_segment(sheet, self.marks.segments[first], track)
            else:
                self._draw_crowd(sheet, first, end, track)
        sheet.painter.restore()
        self._draw_axis(sheet, track)
        self._draw_marks(sheet)

    def _together(self) -> Iterator[tuple[int, int]]:
        """Numbers of the segments in sight [first, end); those too narrow to be told apart together."""
        i, end = bisect_left(self._ends, self.first), bisect_right(self._starts, self.last)
        wide = (self.last - self.first) * CROWD / max(self.width() - 2 * MARGIN, 1)
        while i < end:
            to = max(min(bisect_right(self._ends, self._starts[i] + wide), end), i + 1)
            yield i, to
            i = to

    def _draw_crowd(self, sheet: Sheet, first: int, end: int, track: QRectF) -> None:
        """Several operations on a few pixels: the colour of one in their middle."""
        segments = self.marks.segments
        left, right = self.x_of(segments[first].first), self.x_of(segments[end - 1].last)
        rect = QRectF(left, track.y(), max(right - left - 0.5, LEAST), track.height())
        self._fill_segment(sheet, segments[(first + end) // 2], rect, self._as_of > segments[first].first)
        steps = tr("steps {0} to {1}").format(count(segments[first].first), count(segments[end - 1].last))
        text = tr("{0} operations").format(count(end - first))
        sheet.hit(rect, Place(step=segments[first].first), f"{text}\n{steps}")

    def _draw_segment(self, sheet: Sheet, segment: Segment, track: QRectF) -> None:
        left, right = self.x_of(segment.first), self.x_of(segment.last)
        rect = QRectF(left, track.y(), max(right - left - 1.5, LEAST), track.height())
        self._fill_segment(sheet, segment, rect, self._as_of > segment.first)
        place = Place(step=segment.first)
        steps = tr("steps {0} to {1}").format(count(segment.first), count(segment.last))
        sheet.hit(rect, place, f"{segment.text}\n{steps}")

    def _fill_segment(self, sheet: Sheet, segment: Segment, rect: QRectF, happened: bool) -> None:
        theme, kind = self.theme, segment.kind
        alpha = 1.0 if happened else FADED
        ink = theme.color("on_fill") if happened else theme.color("text1")
        radius = 3 if rect.width() > 8 else 0
        if kind == "free":
            sheet.painter.setOpacity(1.0 if happened else 0.6)
            fill = sheet.striped(theme.bg3 if theme.dark else "#DCE2EB", theme.bg1)
            sheet.box(rect, fill, theme.color("border"), 1, radius)
            sheet.painter.setOpacity(1.0)
            ink = theme.color("text1" if happened else "text2")
        elif kind == "error":
            sheet.box(rect, theme.color("tint_error", alpha), theme.color("error"), 1, radius)
            ink = theme.color("text1")
        elif kind == "other":
            sheet.box(rect, theme.color("bg3"), theme.color("border"), 1, radius)
            ink = theme.color("text1")
        elif rect.width() < 6:
            sheet.cells([rect], theme.fill(kind, alpha))
        else:
            sheet.box(
                rect, theme.fill(kind, alpha), theme.ink(kind, alpha) if not theme.dark else None, 1, radius
            )
        if rect.width() > 14:
            texts = [segment.text, *_shorter(segment)]
            sheet.fit(rect.adjusted(5, 0, -5, 0), ink, Type(11, True, True), *texts, align=CENTRE)

    def _draw_axis(self, sheet: Sheet, track: QRectF) -> None:
        theme, kind = self.theme, Type(10.5, mono=True)
        y, steps = track.bottom() + 2, self.marks.steps
        step = nice((self.last - self.first) * 110 / max(track.width(), 1))
        ends = count(steps)
        limit = self.width() - MARGIN - kind.width(ends) - 12
        at = -(-int(self.first) // step) * step
        while at <= self.last:
            x = self.x_of(at)
            sheet.line(x, y, x, y + 4, theme.color("border"), 1)
            text = count(at)
            area = QRectF(x - 30, y + 4, 60, 14) if at else QRectF(x, y + 4, 60, 14)
            if x + kind.width(text) / 2 < limit:
                sheet.text(area, text, theme.color("text3"), kind, CENTRE if at else 0x81)
            at += step
        if self.last >= steps:
            area = QRectF(self.width() - MARGIN - 90, y + 4, 90, 14)
            sheet.text(area, ends, theme.color("text3"), kind, 0x82)

    def _draw_marks(self, sheet: Sheet) -> None:
        y = MARKS - 9
        for first, last, kinds, some, number in self._groups():
            kind = next(k for k in INKS_FIRST if k in kinds)
            x = self.x_of((first.step + last.step) / 2)
            color = QColor(self.theme.color(INKS[kind]))
            if first.step > self._as_of:
                color.setAlphaF(0.5)
            if kind == "refused" and "table" in kinds:
                ahead = first.step > self._as_of
                draw_mark(sheet, "table", x, y, color if ahead else self.theme.color("table"))
            draw_mark(sheet, kind, x, y, color)
            words = mark_words()
            tip = ", ".join(f"{SHAPES[m.kind]} {words[m.kind]} ({count(m.step)})" for m in some)
            more = tr("and {0} more").format(number - len(some)) if number > len(some) else ""
            sheet.hit(QRectF(x - 6, 0, 12, MARKS), Place(step=first.step), f"{tip} {more}".strip())

    def _groups(self) -> Iterator[tuple[Mark, Mark, set[str], tuple[Mark, ...], int]]:
        """Visible marks, near ones together: the first, the last, all kinds, the first few, how many."""
        i, high = bisect_left(self._steps, self.first), bisect_right(self._steps, self.last)
        near = (self.last - self.first) * MERGE / max(self.width() - 2 * MARGIN, 1)
        marks = self.marks.marks
        while i < high:
            end = max(min(bisect_left(self._steps, self._steps[i] + near), high), i + 1)
            first, last = self._steps[i], self._steps[end - 1]
            kinds = {k for k, at in self._of_kind.items() if bisect_left(at, first) < bisect_right(at, last)}
            yield marks[i], marks[end - 1], kinds, marks[i : min(end, i + 8)], end - i
            i = end

    def _draw_head(self, sheet: Sheet, track: QRectF) -> None:
        x = self.x_of(self.step)
        if not MARGIN - 1 <= x <= self.width() - MARGIN + 1:
            return
        ring = self.theme.color("ring")
        sheet.cells([QRectF(round(x) - 1, 6, 2, track.bottom() + 4 - 6)], ring)
        handle = [(-6, 1), (6, 1), (6, 8), (0, 14), (-6, 8)]
        sheet.painter.setPen(Qt.PenStyle.NoPen)
        sheet.painter.setBrush(ring)
        sheet.painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in handle]))

    # --- mouse and keyboard --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.marks.segments:
            super().mousePressEvent(event)
            return
        mark = self._mark_at(event.position())
        self._dragging = mark is None
        self.sought.emit(mark.place.step if mark else self.step_at(event.position().x()))

    def _mark_at(self, pos: QPointF) -> Hit | None:
        marks = [h for h in self.hits if h.rect.bottom() <= MARKS]
        near = [h for h in marks + self._pinned if h.rect.contains(pos)]
        return min(near, key=lambda h: abs(h.rect.center().x() - pos.x()), default=None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._dragging:
            self.dragged = True
            self.sought.emit(self.step_at(event.position().x()))
            self.dragged = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom to the operation under the pointer, or back to all."""
        segment = self._segment(self.step_at(event.position().x()))
        if segment is None or (self.first, self.last) != (0.0, float(self.marks.steps)):
            self._show(0, self.marks.steps)
        else:
            self._show(segment.first, segment.last)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom time about the pointer; with Shift, pan."""
        turned = (event.angleDelta().y() or event.angleDelta().x()) / 120
        span = self.last - self.first
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._show(self.first - turned * span / 10, self.last - turned * span / 10)
            return
        about = self.first + (event.position().x() - MARGIN) * span / max(self.width() - 2 * MARGIN, 1)
        factor = NOTCH**-turned
        self._show(about - (about - self.first) * factor, about + (self.last - about) * factor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom about the play-head, A shows all."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            factor = NOTCH if event.key() == Qt.Key.Key_Minus else 1 / NOTCH
            half = (self.last - self.first) * factor / 2
            self._show(self.step - half, self.step + half)
        elif event.key() == Qt.Key.Key_A and not event.modifiers():
            self._show(0, self.marks.steps)
        else:
            super().keyPressEvent(event)


def _shorter(segment: Segment) -> list[str]:
    """Shorter words for an operation, each whole: without its last words, then its name."""
    words = segment.text.split(" ")
    return [" ".join(words[:n]) for n in range(len(words) - 1, 2, -1)] + (
        [segment.short] if segment.short else []
    )


def nice(least: float) -> int:
    """The smallest 1, 2 or 5 times a power of ten that is not less."""
    step = 1
    while step < least:
        for factor in (2, 5, 10):
            if step * factor >= least:
                return step * factor
        step *= 10
    return step
