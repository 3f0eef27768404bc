"""The areas of both sides drawn to scale below each other, and the operations of the replay in a row."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmgui.formats.records import BusyNamed
from vmgui.formats.side_by_side import Area, SideBySide
from vmgui.projection.numbers import count, size, tail
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Hit, Sheet, Type
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.recording_rows import kind_of
from vmgui.ui.panes.recording_table import COLORS, DOTS
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme
from vmgui.ui.words import tr

NAME, AXIS, BLOCK = Type(12, True), Type(10, mono=True), Type(10.5, True)
SIDE, MARGIN, ROW, GAP = 84.0, 14.0, 30.0, 8.0
#: Two areas further apart than this belong to different parts of the range.
FAR = 64 << 20


def cluster(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """Of the areas, by address, the neighbours that are most: what is drawn to scale."""
    parts: list[list[Area]] = []
    for area in areas:
        if not parts or area.start - parts[-1][-1].end > FAR:
            parts.append([])
        parts[-1].append(area)
    return tuple(sorted(parts, key=len)[-1]) if parts else ()


class Strips(Canvas):
    """`area_chosen` and `operation_chosen` carry the number of what was clicked."""

    area_chosen = Signal(int)
    operation_chosen = Signal(int)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(selection, parent)
        self.setAccessibleName(tr("Kernel and engine, drawn to scale"))
        self.both: SideBySide | None = None
        self.drawn: tuple[Area, ...] = ()
        self.area = self.operation = -1
        self._areas: list[tuple[QRectF, int]] = []
        self._operations: list[tuple[QRectF, int]] = []

    def sizeHint(self) -> QSize:
        return QSize(900, 190)

    def show_recording(self, both: SideBySide | None) -> None:
        """Draw another scenario."""
        self.both, self.area, self.operation = both, -1, -1
        self.drawn = cluster(both.areas) if both is not None else ()
        self.update()

    def choose(self, area: int, operation: int) -> None:
        """Ring an area and an operation; -1 is none."""
        self.area, self.operation = area, operation
        self.update()

    # --- drawing ---------------------------------------------------------------------------------

    def paint_on(self, sheet: Sheet) -> None:
        """Draw both strips, what matches, and the replay."""
        self._areas, self._operations = [], []
        if self.both is None:
            text = tr("No recording is open")
            sheet.text(QRectF(self.rect()), text, self.theme.color("text3"), Type(12), CENTRE)
            return
        track = QRectF(SIDE, 12, max(self.width() - SIDE - MARGIN, 10), ROW)
        top = track.top()
        if self.drawn:
            self._draw_side(sheet, track, tr("Kernel"), "kernel")
            match = track.translated(0, ROW + 4).adjusted(0, 0, 0, 4 - ROW)
            sheet.text(
                QRectF(12, match.y() - 6, SIDE - 16, 14), tr("match"), self.theme.color("text3"), Type(10)
            )
            self._draw_match(sheet, match)
            below = track.translated(0, ROW + 12)
            self._draw_side(sheet, below, tr("Engine"), "engine")
            self._draw_ring(sheet, track.united(below))
            self._draw_axis(sheet, below.bottom() + 2, track)
            top = below.bottom() + 24
        self._draw_replay(sheet, QRectF(SIDE, top + 4, track.width(), 26), self.both)

    def _x(self, at: int, track: QRectF) -> float:
        first, last = self.drawn[0].start, max(area.end for area in self.drawn)
        return track.x() + (at - first) / max(last - first, 1) * track.width()

    def _rect(self, area: Area, track: QRectF) -> QRectF:
        left = self._x(area.start, track)
        return QRectF(left, track.y(), max(self._x(area.end, track) - left, 2), track.height())

    def _draw_side(self, sheet: Sheet, track: QRectF, name: str, side: str) -> None:
        sheet.text(QRectF(12, track.y(), SIDE - 16, track.height()), name, self.theme.color("text1"), NAME)
        sheet.box(track, self.theme.color("free"), self.theme.color("border"))
        for number, area in enumerate(self.both.areas if self.both else ()):
            held: BusyNamed | None = getattr(area, side)
            if held is None or area.start < self.drawn[0].start or area.start > self.drawn[-1].start:
                continue
            rect = self._rect(area, track).adjusted(0, 1, 0, -1)
            fill = self.theme.color(f"{DOTS.get(kind_of(held), 'p4d')}_fill")
            edge = self.theme.color("error") if area.mark != "=" and area.mark != "?" else None
            sheet.box(rect, fill, edge, 2 if edge else 1)
            named = f"{area.caller} {size(area.end - area.start)}".strip()
            text = BLOCK.fit(rect.width() - 8, named, size(area.end - area.start))
            if text:
                sheet.text(rect, text, self.theme.color("on_fill"), BLOCK, CENTRE)
            self._areas.append((rect, number))
            place = Place(va=(area.start, area.end), area=area.start)
            sheet.hits.append(Hit(rect, place, partial(self._say, area)))

    def _say(self, area: Area) -> str:
        held = area.kernel or area.engine
        kind = kind_of(held) if held is not None else ""
        said = f"{area.start:#018x}-{area.end:#018x}\n{size(area.end - area.start)} · {area.caller or kind}"
        return f"{area.mark} {said}\n{area.why}".strip()

    def _draw_match(self, sheet: Sheet, track: QRectF) -> None:
        for token in ("success", "error", "text3"):
            wanted = [a for a in self.drawn if _token(a.mark) == token]
            sheet.cells([self._rect(a, track) for a in wanted], self.theme.color(token))

    def _draw_ring(self, sheet: Sheet, rect: QRectF) -> None:
        areas = self.both.areas if self.both else ()
        if 0 <= self.area < len(areas) and areas[self.area] in self.drawn:
            ring = self._rect(areas[self.area], rect).adjusted(-3, -3, 3, 3)
            sheet.box(ring, None, self.theme.color("ring"), 2.4, 3)

    def _draw_axis(self, sheet: Sheet, y: float, track: QRectF) -> None:
        first, last = self.drawn[0].start, max(area.end for area in self.drawn)
        step = 1 << max(((last - first) * 150 // max(int(track.width()), 1)).bit_length(), 12)
        at = -(-first // step) * step
        while at <= last:
            x = self._x(at, track)
            sheet.line(x, y, x, y + 4, self.theme.color("border"))
            text = tail(at)
            wide = AXIS.width(text)
            left = min(max(x - wide / 2, track.left()), track.right() - wide)
            sheet.text(QRectF(left, y + 4, wide + 2, 13), text, self.theme.color("text2"), AXIS)
            at += step

    def _draw_replay(self, sheet: Sheet, rect: QRectF, both: SideBySide) -> None:
        theme, many = self.theme, max(len(both.operations), 1)
        sheet.text(QRectF(12, rect.y() - 3, SIDE - 16, 15), tr("Replay"), theme.color("text1"), NAME)
        r = both.result
        sheet.text(QRectF(12, rect.y() + 12, SIDE - 16, 15), f"{r.identical} / {r.ops}",
                   theme.color("success" if r.is_identical else "error"), AXIS)  # fmt: skip
        wide = rect.width() / many
        most = max((len(op.ev) for op in both.recording.ops), default=1) or 1
        for i, (op, told) in enumerate(zip(both.operations, both.recording.ops, strict=True)):
            high = 6 + 16 * (len(told.ev) / most) ** 0.5
            left = rect.x() + i * wide
            bar = QRectF(left, rect.y() + 22 - high, max(wide - 1, 1), high)
            purged = any(type(event).__name__ == "PurgeEvent" for event in told.ev)
            fill = "accent" if purged else "lazy" if not told.ev else "pte_fill"
            sheet.cells([bar], theme.color(fill))
            sheet.cells([QRectF(left, rect.y() + 24, max(wide - 1, 1), 3)], theme.color(COLORS[op.mark]))
            hit = QRectF(left, rect.y(), max(wide, 1), 28)
            self._operations.append((hit, i))
            said = tr("operation {0}: {1}").format(op.number, op.line)
            place = Place(step=op.done.first_row if op.done else None)
            sheet.hits.append(Hit(hit, place, partial(str, said)))
            if i == self.operation:
                sheet.box(hit.adjusted(-2, -2, 2, 2), None, theme.color("ring"), 2, 2)
        ends = QRectF(rect.x(), rect.y() + 28, rect.width(), 14)
        sheet.text(ends, "0", theme.color("text2"), AXIS, LEFT)
        sheet.text(ends, count(len(both.operations)), theme.color("text2"), AXIS, RIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row of what was clicked."""
        where: QPointF = event.position()
        for held, signal in ((self._areas, self.area_chosen), (self._operations, self.operation_chosen)):
            found = next((number for rect, number in reversed(held) if rect.contains(where)), None)
            if found is not None:
                signal.emit(found)
                return


def _token(mark: str) -> str:
    return "success" if mark == "=" else "text3" if mark == "?" else "error"


class StripsPane(QWidget):
    """The strips with their header."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("strips")
        self.header = PaneHeader(tr("Side by side"))
        self.canvas = Strips(selection)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.canvas, 1)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.canvas.set_theme(theme)

    def show_recording(self, both: SideBySide | None) -> None:
        """Draw another scenario and say what of it is drawn."""
        self.canvas.show_recording(both)
        drawn = self.canvas.drawn
        if both is None or not drawn:
            dead = tr("the kernel did not live to list its areas") if both is not None else ""
            self.header.detail.setText(dead)
            return
        long = size(max(area.end for area in drawn) - drawn[0].start)
        self.header.detail.setText(
            tr("{0} of the range from {1:#x}, {2} of {3} areas").format(
                long, drawn[0].start, len(drawn), len(both.areas)
            )
        )
