"""The canvas of the address map: what is in view, how it is drawn, and what mouse and keys do to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QWidget

from vmgui.projection.address_map import AddressMap
from vmgui.projection.diff import Item
from vmgui.projection.numbers import size
from vmgui.ui.paint import CENTRE, Hit, Sheet, Type
from vmgui.ui.panes import map_tiers
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.compare_marks import draw_areas
from vmgui.ui.panes.map_blocks import Look, block_tip, draw_density, free_ground, place_of
from vmgui.ui.panes.map_rows import Row, Seen
from vmgui.ui.panes.map_scale import Compact, Linear, Scale, View, first_view, lens, overview
from vmgui.ui.panes.map_tiers import AXIS, Tiers
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.panes.map_plot import AddressAxis

NOTCH = 1.25
NOTHING = AddressMap(0, 1, "pgd", 1, ())
STILL = 4


class AddressMapCanvas(Canvas):
    """Draws an AddressMap. `moved` carries the new View; `follow` pans to what the step works on."""

    moved = Signal(object)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(selection, parent)
        self.setAccessibleName(tr("Address map: areas of the vmalloc range"))
        self.setMinimumSize(px(240), px(50))
        self.shown = NOTHING
        self.view = View(0, 1)
        self.follow = True
        self.compact = False
        self.by = "level"
        self._seen = Seen()
        self._version = self._cells_version = 0
        self._by_hand = False
        self._press: tuple[str, QPointF, View] | None = None
        self._dragged = False
        self._axis: AddressAxis | None = None
        self._lens: tuple[object, View | None] = None, None
        self._plot_wanted = True
        self._compared: Sequence[Item] = ()
        self._laid: tuple[QSize | None, Tiers] = None, Tiers.of(0, 0)
        self._painted, self._rows = NOTHING, list[Row]()
        self._found: list[Hit] | None = None
        self._drawn: dict[object, object] = {}
        selection.activated.connect(self._zoom_to)

    def sizeHint(self) -> QSize:
        return QSize(px(984), px(218))

    @property
    def by_hand(self) -> bool:
        """Whether the user has chosen the view."""
        return self._by_hand

    # --- what is shown -----------------------------------------------------------------------------

    def set_compared(self, items: Sequence[Item]) -> None:
        """Mark the areas that differ from another step; none while nothing is compared."""
        self._compared = items
        self.update()

    def set_map(self, shown: AddressMap | None) -> None:
        """Show a map. The view stays, unless the range is another one or the step works outside of it."""
        before = self.shown
        if shown is None:
            self.shown = NOTHING
            self.update()
            return
        others = before.blocks is not shown.blocks and before.blocks != shown.blocks
        if shown is before or not others and shown == before:
            return
        self.shown = shown
        self._seen.show(shown, others or before is NOTHING)
        if before is NOTHING or others:
            self.setAccessibleDescription("")
        self._cells_version += before.cells != shown.cells
        self._version += before is NOTHING or others or before.grid_entries != shown.grid_entries
        if (before.base, before.pages) != (shown.base, shown.pages):
            self._by_hand = False
            if self._axis is not None:
                self._axis.show_map(shown)
        if not self._by_hand:
            if others or not self._shows_focus():
                self._set_view(first_view(shown))
        elif self.follow and shown.attention is not None and not self._shows_focus():
            self._reveal(*shown.attention)
        self.update()

    def summary(self) -> str:
        """The first areas with their sizes."""
        shown = self.shown
        some = [(b.name or tr("area"), shown.bytes(b.body_end - b.first)) for b in shown.blocks[:40]]
        return ", ".join(f"{name} {size(length)}" for name, length in some) or tr("nothing allocated")

    def _shows_focus(self) -> bool:
        focus = self.shown.attention
        return (
            focus is None
            or self.view.shows(*focus)
            or (focus[1] > self.view.first and focus[0] < self.view.end)
        )

    def _set_view(self, view: View) -> None:
        view = view.clamped(self.shown.pages)
        if view != self.view:
            self.view = view
            self.moved.emit(view)
            self.update()

    def move_view(self, view: View) -> None:
        """Show a part of the range because the user asked for it."""
        if self.shown.cells:
            self._by_hand = True
            self._set_view(view)

    def show_all(self) -> None:
        """Show the whole range."""
        if self.shown.cells:
            self.move_view(View(0, self.shown.pages))

    def fit(self) -> None:
        """Show the selected range, else what the step works on, else all areas."""
        if not self.shown.cells:
            return
        place = self.selection.place
        if place is not None and place.va is not None:
            self._fit_pages(self.shown.page(place.va[0]), self.shown.page(place.va[1] - 1) + 1)
        elif self.shown.focus is not None:
            self._fit_pages(*self.shown.focus)
        elif self.shown.blocks:
            self._fit_pages(self.shown.blocks[0].first, self.shown.blocks[-1].end)

    def _fit_pages(self, first: int, end: int) -> None:
        pad = max((end - first) * 0.06, 1)
        self.move_view(View(first - pad, end + pad))

    def _zoom_to(self, place: Place) -> None:
        if self.shown.cells and place.va is not None and place.area is not None:
            self._fit_pages(self.shown.page(place.va[0]), self.shown.page(place.va[1] - 1) + 1)

    def go_to(self, place: Place) -> None:
        """Pan as little as makes the place visible; what is larger than the view is not moved to."""
        if not self.shown.cells or place.va is None:
            return
        first, end = self.shown.page(place.va[0]), self.shown.page(place.va[1] - 1) + 1
        if 0 <= first < self.shown.pages and end - first <= self.view.pages:
            self._reveal(first, end)

    def _reveal(self, first: int, end: int) -> None:
        if self.view.shows(first, end):
            return
        pad = self.view.pages * 0.05
        if first < self.view.first or end - first > self.view.pages:
            self._set_view(self.view.panned(first - pad - self.view.first))
        else:
            self._set_view(self.view.panned(end + pad - self.view.end))

    # --- drawing -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._plot_wanted:
            self._plot_wanted = False
            QTimer.singleShot(0, self, self.load_plot)

    def load_plot(self) -> None:
        """Let pyqtgraph's axis draw the ticks; until then the pane does it."""
        from vmgui.ui.panes.map_plot import AddressAxis

        if self._axis is not None:
            return
        self._plot_wanted = False
        self._axis = AddressAxis()
        self._axis.set_theme(self.theme)
        self._axis.show_map(self.shown)
        self._place_plot()
        self.update()

    def _plot_place(self) -> QRect:
        return self.on_screen(self._tiers().window.adjusted(0, 0, 0, AXIS + 2))

    @property
    def plot_ready(self) -> bool:
        """Whether pyqtgraph draws the axis."""
        return self._axis is not None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_plot()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        if self._axis is not None:
            self._axis.set_theme(theme)

    def _place_plot(self) -> None:
        if self._axis is not None:
            self._axis.place(self._plot_place())

    def _tiers(self) -> Tiers:
        size = self.size()
        if self._laid[0] != size:
            self._laid = size, Tiers.of(self.width(), self.height())
        return self._laid[1]

    def _scale(self) -> Scale:
        rect = self._tiers().window
        if self.compact:
            return Compact(self.view, rect.x(), rect.width(), self._seen.columns(self.view)[1])
        return Linear(self.view, rect.x(), rect.width())

    def _over_scale(self) -> Linear:
        rect = self._tiers().overview
        return Linear(overview(self.view, self.shown), rect.x(), rect.width())

    def _lens_view(self, scale: Scale) -> View | None:
        if self._seen.crowded(self.view) or not self._tiers().lens.height():
            return None
        wanted = self.selection.place.area if self.selection.place else None
        key = self._version, self.view, self.compact, self.width(), wanted
        if self._lens[0] != key:
            self._lens = key, lens(self.shown, self._seen.columns(self.view)[1], scale, wanted)
        return self._lens[1]

    def _row(self, view: View, rect: QRectF, scale: Scale, look: Look) -> Row | None:
        """The blocks in a view one by one, and what can be pointed at there; None if there are too many."""
        row = self._seen.row(view, rect, scale, look)
        self._rows += [row] if row is not None else []
        return row

    def _look(self, lens: bool = False) -> Look:
        return Look(self.by, self._seen.callers() if self.by == "caller" else (), lens)

    def all_hits(self) -> list[Hit]:
        """The cells and the areas that were painted, made when somebody points at the pane or asks."""
        if self._found is None:
            cells = map_tiers.cell_hits(self._painted, self._tiers().whole)
            self._found = [*cells, *(hit for row in self._rows for hit in row.hits())]
        return self._found

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the tiers from the whole range down to the lens."""
        self._rows, self._found, self._painted = [], None, self.shown
        if not self.shown.cells:
            text = tr("nothing allocated")
            sheet.text(QRectF(self.rect()), text, self.theme.color("text3"), Type(14), CENTRE)
            return
        tiers, over, scale = self._tiers(), self._over_scale(), self._scale()
        self._draw_above(sheet, tiers, over)
        if isinstance(scale, Linear):
            map_tiers.draw_scale_bar(sheet, self.shown, tiers.window, scale)
        self._draw_lens(sheet, tiers, scale)
        self._draw_window(sheet, tiers.window, scale)

    def _draw_above(self, sheet: Sheet, tiers: Tiers, over: Linear) -> None:
        """The two tiers that change only with the areas or the view, each kept as a picture."""
        edge, wide = tiers.whole.bottom() + 4, self.width()
        cell = self.shown.cell_at(self.view.first)
        whole = QRectF(0, 0, wide, edge)
        sheet.cached(
            ("whole", self._cells_version, cell),
            whole,
            lambda part: map_tiers.draw_whole(part, self.shown, tiers.whole, self.view),
        )
        rest = QRectF(0, edge, wide, tiers.window.top() - 4 - edge)
        row = self._row(over.view, tiers.overview.adjusted(0, 1, 0, -1), over, Look(small=True))
        key = ("overview", self._version, over.view)
        self._cached(sheet, key, rest, lambda part: self._draw_overview(part, row, tiers.overview, over))
        ring = map_tiers.bracket(sheet, tiers.overview, over.x(self.view.first), over.x(self.view.end))
        cells = Linear(View(0, self.shown.pages), tiers.whole.x(), tiers.whole.width())
        low, high = cells.xs(self.shown.cell_range(cell))
        top = QRectF(low, tiers.whole.y(), high - low, tiers.whole.height())
        map_tiers.funnel(sheet, (top, tiers.overview), (ring, tiers.window))

    def _cached(
        self, sheet: Sheet, key: tuple[object, ...], rect: QRectF, draw: Callable[[Sheet], None]
    ) -> None:
        """Draw a part: itself where it is another one than before, as a kept picture when it comes again.

        To seek brings another view each time, for which a picture would be made for nothing.
        """
        seen = *key, self.theme.name, self.size()
        if self._drawn.get(key[0]) == seen:
            sheet.cached(key, rect, draw)
        else:
            self._drawn[key[0]] = seen
            draw(sheet)

    def _draw_overview(self, sheet: Sheet, row: Row | None, rect: QRectF, over: Linear) -> None:
        free_ground(sheet, rect)
        if row is not None:
            map_tiers.draw_overview(sheet, self.shown, row.columns, rect, over)
            row.draw(sheet)
            return
        inner = rect.adjusted(0, 1, 0, -1)
        draw_density(sheet, self._seen.density, inner, int(over.view.first), int(over.view.end))
        place = QRectF(0, rect.y(), self.width(), rect.height())  # the same wherever the window lies in it
        key = "entries", self.shown.base, self.shown.pages, over.view
        sheet.cached(key, place, lambda part: map_tiers.draw_overview(part, self.shown, None, rect, over))

    def _draw_window(self, sheet: Sheet, rect: QRectF, scale: Scale) -> None:
        """The blocks and the axis; the blocks are a picture, as from step to step only the marks change."""
        painter, place, small = sheet.painter, rect.adjusted(-3, -6, 3, AXIS + 2), 1 / self.factor
        if self._axis is not None:
            place = QTransform.fromScale(small, small).mapRect(QRectF(self._plot_place()))
        painter.save()
        painter.setClipRect(place)
        key = ("window", self._version, self.view, self.compact, self.by, self._axis is None)
        row = self._row(self.view, rect, scale, self._look())
        self._cached(sheet, key, place, lambda part: self._draw_areas(part, row, rect, scale))
        self._draw_marks(sheet, rect, scale)
        map_tiers.draw_here(sheet, self.shown, rect, scale)
        if self._axis is not None and not self.compact:
            painter.scale(small, small)
            self._axis.draw(painter, self.view)
        painter.restore()
        if self._axis is None and isinstance(scale, Linear):
            axis = QRectF(rect.x(), rect.bottom(), rect.width(), AXIS)
            map_tiers.draw_axis(sheet, self.shown, axis, scale)
            map_tiers.draw_boundaries(sheet, self.shown, rect, scale)

    def _draw_marks(self, sheet: Sheet, rect: QRectF, scale: Scale) -> None:
        draw_areas(sheet, self.shown, self._compared, rect, scale)
        map_tiers.draw_focus(sheet, self.shown, rect, scale)
        map_tiers.draw_places(sheet, self.shown, rect, scale)

    def _draw_areas(self, sheet: Sheet, row: Row | None, rect: QRectF, scale: Scale) -> None:
        free_ground(sheet, rect)
        if self._axis is not None and isinstance(scale, Linear):
            map_tiers.draw_boundaries(sheet, self.shown, rect, scale)  # behind the blocks and their words
        if row is None:
            first, end = int(self.view.first), -int(-self.view.end // 1)
            draw_density(sheet, self._seen.density, rect.adjusted(1, 1, -1, -1), first, end)
        else:
            row.draw(sheet)
        if isinstance(scale, Compact):
            for x in scale.breaks:
                area = QRectF(x - 8, rect.y(), 16, rect.height())
                sheet.text(area, "⫽", self.theme.color("text3"), Type(12), CENTRE)
        if not len(self.shown.blocks):
            sheet.text(rect, tr("nothing allocated"), self.theme.color("text3"), Type(12), CENTRE)

    def _draw_lens(self, sheet: Sheet, tiers: Tiers, scale: Scale) -> None:
        rect, view = tiers.lens, self._lens_view(scale)
        if view is None:
            return
        inner = Linear(view, rect.x(), rect.width())
        map_tiers.label(sheet, rect, tr("Lens"), size(self.shown.bytes(round(view.pages))))
        row = self._row(view, rect, inner, self._look(lens=True))
        key, place = ("lens", self._version, view, self.by), rect.adjusted(-3, -3, 3, 3)
        sheet.painter.save()
        sheet.painter.setClipRect(place)
        self._cached(sheet, key, place, lambda part: self._draw_lens_areas(part, row, rect))
        self._draw_marks(sheet, rect, inner)
        columns = self._seen.columns(view)[1]
        map_tiers.draw_free_words(sheet, columns, rect, inner)
        sheet.painter.restore()
        left = max(scale.x(view.first), tiers.window.left())
        right = min(scale.x(view.end), tiers.window.right())
        source = QRectF(left, tiers.window.y(), max(right - left, 1), tiers.window.height())
        map_tiers.funnel(sheet, (source, rect))
        if rect.bottom() + 18 <= self.height():
            widened = any(self._seen.columns(self.view)[1].guard)
            map_tiers.draw_caption(sheet, self.shown, rect, inner, columns, widened)

    def _draw_lens_areas(self, sheet: Sheet, row: Row | None, rect: QRectF) -> None:
        free_ground(sheet, rect)
        if row is not None:
            row.draw(sheet)

    # --- mouse and keyboard --------------------------------------------------------------------------

    def _tier_at(self, pos: QPointF) -> str:
        tiers = self._tiers()
        for name in ("whole", "overview", "lens"):
            if getattr(tiers, name).adjusted(-4, -5, 4, 5).contains(pos):
                return name
        return "window"

    def _page_at(self, pos: QPointF, tier: str) -> float:
        tiers = self._tiers()
        if tier == "whole":
            part = (pos.x() - tiers.whole.x()) / tiers.whole.width()
            return part * self.shown.pages
        if tier == "overview":
            return self._over_scale().page(pos.x())
        return self._scale().page(pos.x())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.shown.cells:
            super().mousePressEvent(event)
            return
        self._press, self._dragged = (self._tier_at(event.position()), event.position(), self.view), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._press is None:
            return
        tier, start, view = self._press
        delta = event.position() - start
        if not self._dragged and abs(delta.x()) + abs(delta.y()) < STILL:
            return
        self._dragged = True
        if tier in ("whole", "overview"):
            self._centre(self._page_at(event.position(), tier))
        elif not self.compact:
            self.move_view(view.panned(-delta.x() * view.pages / self._tiers().window.width()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        tier, start, _view = self._press
        self._press = None
        if self._dragged:
            return
        hit = self.hit_at(start)
        self.selection.select(hit.place if hit else None)
        if tier in ("whole", "overview"):
            self._centre(self._page_at(start, tier))

    def _centre(self, page: float) -> None:
        half = self.view.pages / 2
        self.move_view(View(page - half, page + half))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; with Shift, pan."""
        if not self.shown.cells:
            return
        turned = event.angleDelta().y() or event.angleDelta().x()
        notches = turned / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.move_view(self.view.panned(-notches * self.view.pages / 10))
        else:
            about = self._page_at(event.position(), self._tier_at(event.position()))
            about = min(max(about, self.view.first), self.view.end)
            self.move_view(self.view.zoomed(NOTCH**notches, about))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A all, F fit, plus and minus zoom, Alt and arrows go from area to area, Enter zooms to it."""
        key, alt = event.key(), event.modifiers() & Qt.KeyboardModifier.AltModifier
        middle = (self.view.first + self.view.end) / 2
        if key == Qt.Key.Key_A and not event.modifiers():
            self.show_all()
        elif key == Qt.Key.Key_F and not event.modifiers():
            self.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.move_view(self.view.zoomed(NOTCH, middle))
        elif key == Qt.Key.Key_Minus:
            self.move_view(self.view.zoomed(1 / NOTCH, middle))
        elif alt and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._next_area(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selection.place:
            self.selection.activate(self.selection.place)
        else:
            super().keyPressEvent(event)

    def _next_area(self, by: int) -> None:
        blocks = self.shown.blocks
        if not blocks:
            return
        area = self.selection.place.area if self.selection.place else None
        here = next((i for i, b in enumerate(blocks) if b.id == area), None)
        if here is None:
            here = max(self._seen.density.visible(self.view.first, self.view.end).start - (by > 0), -1)
        block = blocks[max(0, min(here + by, len(blocks) - 1))]
        self.selection.select(place_of(self.shown, block))
        self.describe(block_tip(self.shown, block))

    def set_compact(self, compact: bool) -> None:
        """Draw widths by the logarithm of the size, without the gaps."""
        self.compact = compact
        self._place_plot()
        self.update()

    def set_colours(self, by: str) -> None:
        """Colour by "level" (the largest leaf) or by "caller"."""
        self.by = by
        self.update()
