"""The physical map below the frames: RAM, firmware, devices and holes, to scale with breaks; it zooms."""

from __future__ import annotations

from functools import partial
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from vmgui.projection.frames import KINDS, Frames
from vmgui.projection.numbers import physical, size
from vmgui.projection.physical_map import PhysicalMap, Piece, Range, Region, Scale, zoomed
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Sheet, Type, overlaps
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import px
from vmgui.ui.words import tr

MARGIN, HEIGHT, BAR = 15.0, 52, 20.0
NOTCH, STILL = 1.25, 4
FILLS = {"free": "free", "reserved": "reserved"}
TOKENS = {"vmalloc": "pte", "huge": "pmd", "table": "table"}


class PhysicalStrip(Canvas):
    """Draws a PhysicalMap over the frames' kinds. Wheel zooms, drag pans, A shows all, F the selection."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(selection, parent)
        self.setAccessibleName(tr("Physical map: RAM, devices and holes"))
        self.setFixedHeight(px(HEIGHT))
        self.shown = PhysicalMap()
        self.frames = Frames(0, 1, b"", (0,) * len(KINDS), ())
        self.view: Range = (0, 1)
        self._known: tuple[PhysicalMap, Range, Scale] = self.shown, self.view, Scale(self.shown, self.view)
        self._press: tuple[QPointF, Range] | None = None
        self._dragged = False

    def sizeHint(self) -> QSize:
        return QSize(px(348), px(HEIGHT))

    def show_map(self, shown: PhysicalMap, frames: Frames) -> None:
        """Show a map and the kinds of its frames; the view stays while the map is as long as it was."""
        if shown.end != self.shown.end:
            self.view = (0, shown.end)
        before, self.frames = self.frames, frames
        if shown is not self.shown:
            self.shown = shown
            self.setAccessibleDescription("; ".join(tr(region.tip) for region in shown.regions))
            self.update()
        elif (frames.cells is not before.cells and frames.cells != before.cells) or (
            frames.touched != before.touched
        ):
            self.update()

    # --- what is in view -------------------------------------------------------------------------

    def show_all(self) -> None:
        """Show everything from address 0 on."""
        self._set_view((0, self.shown.end))

    def fit(self) -> None:
        """Show the selected physical range, with a little around it."""
        phys = self.selection.place.phys if self.selection.place else None
        if phys is not None and overlaps(phys, (0, self.shown.end)):
            pad = max(phys[1] - phys[0], self._least)
            self._set_view((max(phys[0] - pad, 0), min(phys[1] + pad, self.shown.end)))

    @property
    def _least(self) -> int:
        return 16 << self.frames.page_shift

    def _set_view(self, view: Range) -> None:
        if view != self.view and view[1] > view[0]:
            self.view = view
            self.update()

    def _bar(self) -> QRectF:
        return QRectF(MARGIN, 16, self.width() - 2 * MARGIN, BAR)

    def _scale(self) -> Scale:
        """The scale of the map in view, the same one until map or view are others."""
        shown, view, scale = self._known
        if shown is not self.shown or view != self.view:
            scale = Scale(self.shown, self.view)
            self._known = self.shown, self.view, scale
        return scale

    def x_of(self, phys: int) -> float:
        """Where an address is drawn."""
        bar = self._bar()
        return bar.x() + bar.width() * self._scale().at(phys)

    def phys_at(self, x: float) -> int:
        """The address drawn at a place."""
        bar = self._bar()
        return self._scale().phys((x - bar.x()) / max(bar.width(), 1))

    # --- drawing -----------------------------------------------------------------------------------

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the pieces in view, their names above, their addresses below."""
        if not self.shown.regions:
            return
        bar, scale = self._bar(), self._scale()
        ram = "ram", scale, self.frames.cells
        sheet.cached(ram, bar, lambda part: self._draw_ram(part, bar, scale))
        sheet.cached(scale, QRectF(self.rect()), lambda part: self._draw_all(part, bar, scale))
        self._draw_rings(sheet, bar, scale)

    @staticmethod
    def _rect(piece: Piece, bar: QRectF) -> QRectF:
        """Where a piece is drawn."""
        left, right = bar.x() + bar.width() * piece.left, bar.x() + bar.width() * piece.right
        return QRectF(left, bar.y(), right - left, bar.height())

    def _draw_ram(self, sheet: Sheet, bar: QRectF, scale: Scale) -> None:
        """What changes from step to step."""
        for piece in scale.pieces:
            if piece.region.kind == "ram" and not piece.broken:
                self._draw_frames(sheet, piece, self._rect(piece, bar))

    def _draw_all(self, sheet: Sheet, bar: QRectF, scale: Scale) -> None:
        """What stays while the frames and the selection change."""
        for piece in scale.pieces:
            rect = self._rect(piece, bar)
            self._draw_piece(sheet, piece, rect)
            place = Place(phys=(piece.region.start, piece.region.end))
            sheet.hit(rect, place, partial(_tip, piece.region))
        self._draw_names(sheet, bar, scale)
        self._draw_ends(sheet, bar)

    def _draw_piece(self, sheet: Sheet, piece: Piece, rect: QRectF) -> None:
        theme, kind = self.theme, piece.region.kind
        if piece.broken:
            sheet.text(rect, "⫽", theme.color("text3"), Type(12), CENTRE)
        elif kind == "ram":
            sheet.box(rect, None, theme.color("border"), 1)
        elif kind == "firmware":
            sheet.box(rect, theme.color("reserved"), None)
        elif kind == "io":
            refused = piece.region.state == "refused"
            line = theme.color("error") if refused else theme.ink("io")
            sheet.box(rect, theme.ink("io", 0.3), line, 1.2, 1, (4, 2) if refused else None)
        else:
            dash = (2, 2) if kind == "hole" else (4, 3)
            sheet.box(rect, None, theme.color("border"), 1, 0, dash)

    def _draw_frames(self, sheet: Sheet, piece: Piece, rect: QRectF) -> None:
        """RAM in the colours of its frames, a column of 2 px for what it covers."""
        columns = max(int(rect.width() / 2), 1)
        kinds = self.frames.along(piece.start, piece.end, columns).tolist()
        rects: dict[int, list[QRectF]] = {}
        wide, at = rect.width() / columns, 0
        for kind, run in groupby(kinds):
            begin, at = at, at + len(list(run))
            area = QRectF(rect.x() + begin * wide, rect.y(), (at - begin) * wide, rect.height())
            rects.setdefault(kind, []).append(area)
        for kind, areas in rects.items():
            sheet.cells(areas, self._fill(KINDS[kind]))

    def _fill(self, kind: str) -> QColor:
        return self.theme.color(FILLS[kind]) if kind in FILLS else self.theme.fill(TOKENS[kind])

    def _draw_names(self, sheet: Sheet, bar: QRectF, scale: Scale) -> None:
        words = {"ram": tr("RAM"), "io": tr("I/O"), "pci": tr("devices"), "firmware": "", "hole": ""}
        kind, free = Type(10.5), bar.left()
        for piece in scale.pieces:
            one = piece.region
            text = words[one.kind]
            if one.kind in ("ram", "io"):
                name = f"{text} {one.name}".strip()
                text = f"{name} {size(one.end - one.start)}"
                choices: tuple[str, ...] = (text, name, one.name or words[one.kind])
            else:
                choices = (text,) if text and not piece.broken else ()
            left = max(bar.x() + bar.width() * piece.left, free)
            beyond = 30 if one.kind == "io" else 2
            room = bar.x() + bar.width() * piece.right + beyond - left if choices else 0
            chosen = kind.fit(min(room, bar.right() - left), *choices)
            if chosen:
                area = QRectF(left, 1, kind.width(chosen) + 2, 14)
                sheet.text(area, chosen, self.theme.color("text2"), kind)
                free = left + kind.width(chosen) + 6

    def _draw_ends(self, sheet: Sheet, bar: QRectF) -> None:
        kind, y = Type(10, mono=True), bar.bottom() + 1
        area = QRectF(bar.x(), y, bar.width(), 14)
        sheet.text(area, physical(self.view[0]), self.theme.color("text3"), kind, LEFT)
        sheet.text(area, physical(self.view[1]), self.theme.color("text3"), kind, RIGHT)

    def _draw_rings(self, sheet: Sheet, bar: QRectF, scale: Scale) -> None:
        """What is touched, hovered and selected: a mark at least 4 px wide."""
        shift = self.frames.page_shift
        for pfn in self.frames.touched:
            self._ring(sheet, bar, scale, (pfn << shift, (pfn + 1) << shift), 1.6, "now")
        for place, width in ((sheet.hovered, 1.0), (sheet.selected, 2.4)):
            phys = place.phys if place else None
            if phys is None and place is not None and place.table is not None:
                phys = place.table << shift, (place.table + 1) << shift
            if phys is not None:
                self._ring(sheet, bar, scale, phys, width, "ring")

    def _ring(
        self, sheet: Sheet, bar: QRectF, scale: Scale, phys: Range, width: float, token: str
    ) -> None:
        if not overlaps(phys, self.view):
            return
        left, right = (bar.x() + bar.width() * scale.at(at) for at in phys)
        wide = max(right - left, 4.0)
        rect = QRectF((left + right - wide) / 2, bar.y() - 2, wide, bar.height() + 4)
        sheet.box(rect, None, self.theme.color(token), width, 1)

    # --- mouse and keyboard --------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        if self.shown.regions:
            notches = event.angleDelta().y() / 120
            about = self.phys_at(event.position().x())
            self._set_view(zoomed(self.view, (0, self.shown.end), about, NOTCH**notches, self._least))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._press, self._dragged = (event.position(), self.view), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._press is None:
            return
        start, view = self._press
        moved = event.position().x() - start.x()
        if abs(moved) < STILL and not self._dragged:
            return
        self._dragged = True
        length = view[1] - view[0]
        first = view[0] - int(moved * length / max(self._bar().width(), 1))
        first = min(max(first, 0), self.shown.end - length)
        self._set_view((first, first + length))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        start, _view = self._press
        self._press = None
        if not self._dragged:
            hit = self.hit_at(start)
            self.selection.select(hit.place if hit else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A shows all, F fits the selection, plus and minus zoom."""
        middle, whole = sum(self.view) // 2, (0, self.shown.end)
        if event.key() == Qt.Key.Key_A and not event.modifiers():
            self.show_all()
        elif event.key() == Qt.Key.Key_F and not event.modifiers():
            self.fit()
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._set_view(zoomed(self.view, whole, middle, NOTCH, self._least))
        elif event.key() == Qt.Key.Key_Minus:
            self._set_view(zoomed(self.view, whole, middle, 1 / NOTCH, self._least))
        else:
            super().keyPressEvent(event)


def _tip(region: Region) -> str:
    return tr(region.tip)
