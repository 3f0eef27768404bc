"""Physical frames: a cell for every few frames, the I/O windows beside RAM, and the buddy lists."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import partial
from math import log2

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmgui.projection.frames import HOLE, KINDS, Frames, IoWindow
from vmgui.projection.numbers import count, physical, short_size, size
from vmgui.projection.physical_map import PhysicalMap
from vmgui.ui.paint import CENTRE, Hit, Sheet, Type, overlaps
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.compare_marks import draw_cells
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.physical_strip import PhysicalStrip
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

MARGIN, PITCH = 15.0, 18.0
#: Beside the bars of the buddy lists, and below them.
LABELS, AXIS = 64.0, 14.0
#: The types of a number above its bar and inside of it.
NUMBERS = Type(10.5), Type(10.5, True)
#: The height of the pane from which on there is room for the physical map.
LEAST_WITH_MAP = 260
NONE = Frames(0, 1, b"", (0,) * len(KINDS), ())


def kind_words() -> dict[str, str]:
    """The kinds of frames as the legend names them."""
    return {
        "free": tr("free"),
        "reserved": tr("reserved"),
        "vmalloc": tr("vmalloc"),
        "huge": tr("huge"),
        "table": tr("page table"),
    }


def kind_fill(theme: Theme, kind: str):
    """The colour of a kind of frames."""
    return {
        "free": theme.color("free"),
        "reserved": theme.color("reserved"),
        "vmalloc": theme.fill("pte"),
        "huge": theme.fill("pmd"),
        "table": theme.fill("table"),
    }[kind]


#: Of the kinds of cells which are RAM.
_RAM = bytes(kind != HOLE for kind in range(256))

Parts = tuple[QRectF, QRectF, QRectF, QRectF]
Geometry = tuple[Parts, tuple[QRectF, int, float, float]]


def find_parts(wide: int, high: int, windows: bool) -> Parts:
    """Grid, I/O windows, legend and buddy lists in a pane so large."""
    width, bottom = wide - 2 * MARGIN, high - 8.0
    tall = high >= 190
    buddy = QRectF(MARGIN, bottom - 54, width, 54) if tall else QRectF(MARGIN, bottom, width, 0)
    legend = QRectF(MARGIN, buddy.top() - (26 if tall else 16), width, 14)
    room = 20 if windows else 0
    io = QRectF(MARGIN, legend.top() - room - 1, width, max(room - 4, 0))
    return QRectF(MARGIN, 7, width, io.top() - 12), io, legend, buddy


def find_grid(area: QRectF, cells: int) -> tuple[QRectF, int, float, float]:
    """The area, columns, width and height of a cell, so that cells are as large as they can be."""
    cells = max(cells, 1)
    best = (0.0, 1, 1.0, 1.0)
    for columns in (8, 16, 32, 48, 64, 96, 128, 256):
        high = min(area.height() / -(-cells // columns), PITCH)
        wide = min(area.width() / columns, high * 1.25)
        best = max(best, (min(wide, high), columns, wide, high))
    return area, *best[1:]


class FramesCanvas(Canvas):
    """Draws Frames. The cells are found by arithmetic, not by a list of regions."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(selection, parent)
        self.setAccessibleName(tr("Physical frames"))
        self.setMinimumSize(px(220), px(120))
        self.frames = NONE
        self._cursor: int | None = None
        self._owned: tuple[int, ...] = ()
        self._places: tuple[object, list[QRectF]] = None, []
        parts = find_parts(0, 0, False)
        self._known: tuple[object, Geometry] = None, (parts, find_grid(parts[0], 0))
        self._signs: Mapping[int, str] = {}
        self._sign_changes = 0

    def set_signs(self, signs: Mapping[int, str]) -> None:
        """Mark the cells that differ from another step; none while nothing is compared."""
        self._signs = signs
        self._sign_changes += 1
        self.update()

    def _draw_signs(self, sheet: Sheet) -> None:
        draw_cells(sheet, self._signs, {cell: self.cell_rect(cell) for cell in self._signs})

    def sizeHint(self) -> QSize:
        return QSize(px(348), px(268))

    def set_frames(self, frames: Frames | None) -> None:
        """Show frames."""
        if frames is not None and frames == self.frames:
            return
        self.frames = frames or NONE
        self.setAccessibleDescription("")
        self.update()

    def summary(self) -> str:
        """How much memory there is of each kind."""
        words, frames = kind_words(), self.frames
        sizes = [size(n << frames.page_shift) for n in frames.counts]
        return ", ".join(f"{words[kind]} {text}" for kind, text in zip(KINDS, sizes, strict=True))

    # --- geometry ------------------------------------------------------------------------------------

    def _parts(self) -> tuple[QRectF, QRectF, QRectF, QRectF]:
        """Grid, I/O windows, legend, buddy; the grid takes what the others leave."""
        return self._geometry()[0]

    def _grid(self) -> tuple[QRectF, int, float, float]:
        """The area, columns, width and height of a cell, so that cells are as large as they can be."""
        return self._geometry()[1]

    def _geometry(self) -> Geometry:
        """The parts and the grid; the same for every step of a machine until it asks for an I/O window."""
        key = self.width(), self.height(), bool(self.frames.io), len(self.frames.cells)
        if self._known[0] != key:
            parts = find_parts(*key[:3])
            self._known = key, (parts, find_grid(parts[0], key[3]))
        return self._known[1]

    def cell_rect(self, cell: int) -> QRectF:
        """Where a cell is."""
        area, columns, wide, high = self._grid()
        return QRectF(area.x() + cell % columns * wide, area.y() + cell // columns * high, wide - 1, high - 1)

    def cell_at(self, pos: QPointF) -> int | None:
        """The cell under a position."""
        area, columns, wide, high = self._grid()
        column, row = int((pos.x() - area.x()) // wide), int((pos.y() - area.y()) // high)
        cell = row * columns + column
        return cell if 0 <= column < columns and row >= 0 and 0 <= cell < len(self.frames.cells) else None

    def place_of(self, cell: int) -> Place:
        """The physical range of a cell."""
        return Place(phys=self._range(cell))

    def _range(self, cell: int) -> tuple[int, int]:
        pages, shift = self.frames.per_cell, self.frames.page_shift
        first = self.frames.first + cell * pages
        return first << shift, min(first + pages, self.frames.total) << shift

    def cell_tip(self, cell: int) -> str:
        """A cell in words."""
        start, end = self._range(cell)
        found = self.frames.cells[cell]
        kind = tr("no RAM here") if found == HOLE else kind_words()[KINDS[found]]
        shift = self.frames.page_shift
        pfns = f"pfn {start >> shift:x} – {(end >> shift) - 1:x}"
        return f"{physical(start)} – {physical(end)} · {size(end - start)}\n{pfns} · {kind}"

    def hit_at(self, pos: QPointF) -> Hit | None:
        cell = self.cell_at(pos)
        if cell is None:
            return super().hit_at(pos)
        return Hit(self.cell_rect(cell), self.place_of(cell), lambda: self.cell_tip(cell))

    # --- drawing -------------------------------------------------------------------------------------

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the cells by kind, then what is touched, selected or hovered, then the rest."""
        if not self.frames.cells:
            text = tr("no machine")
            sheet.text(QRectF(self.rect()), text, self.theme.color("text3"), Type(12), CENTRE)
            return
        _area, io, legend, buddy = self._parts()
        grid = self._grid()[0]
        sheet.cached((self.frames.cells, self.frames.per_cell), grid, self._draw_cells)
        self._draw_rings(sheet)
        if self._signs:
            around = grid.adjusted(-3, -3, 3, 3)
            sheet.cached(("signs", self._sign_changes), around, self._draw_signs)
        if io.height():
            around = io.adjusted(-3, -3, 3, 3)
            sheet.cached(self.frames.io, around, lambda part: self._draw_io(part, io))
        below = QRectF(MARGIN - 1, legend.top(), legend.width() + 2, self.height() - legend.top())
        still = "still", len(self.frames.buddy), buddy.height()
        sheet.cached(still, below, lambda part: self._draw_still(part, legend, buddy))
        if buddy.height():
            sheet.cached(self.frames.buddy, buddy, lambda part: self._draw_buddy(part, buddy))

    def _draw_still(self, sheet: Sheet, legend: QRectF, buddy: QRectF) -> None:
        """What is the same at every step."""
        self._draw_legend(sheet, legend)
        if buddy.height():
            y = legend.bottom() + 6
            sheet.line(MARGIN, y, self.width() - MARGIN, y, self.theme.color("hairline"), 1)
            self._draw_orders(sheet, buddy)

    def _draw_cells(self, sheet: Sheet) -> None:
        area, columns, wide, high = self._grid()
        key = area.getRect(), columns, wide, high, len(self.frames.cells)
        if self._places[0] != key:
            places = (divmod(cell, columns) for cell in range(len(self.frames.cells)))
            corners = ((area.x() + column * wide, area.y() + row * high) for row, column in places)
            self._places = key, [QRectF(x, y, wide - 1, high - 1) for x, y in corners]
        rects: dict[int, list[QRectF]] = {kind: [] for kind in (*range(len(KINDS)), HOLE)}
        for kind, rect in zip(self.frames.cells, self._places[1], strict=True):
            rects[kind].append(rect)
        del rects[HOLE]
        self._fill_cells(sheet, area, key, rects)
        if min(wide, high) < 5:
            return
        sheet.painter.setPen(sheet.pen(self.theme.color("on_fill"), 1))
        slashes = [
            QLineF(r.x() + 2, r.bottom() - 2, r.right() - 2, r.y() + 2) for r in rects[KINDS.index("huge")]
        ]
        sheet.painter.drawLines(slashes)
        dots = [QRectF(r.center().x() - 1.5, r.center().y() - 1.5, 3, 3) for r in rects[KINDS.index("table")]]
        sheet.cells(dots, self.theme.color("on_fill"))

    def _fill_cells(
        self, sheet: Sheet, area: QRectF, places: Hashable, rects: dict[int, list[QRectF]]
    ) -> None:
        """Fill the cells by kind: those of the most frequent one are in a picture of all RAM."""
        often = max(rects, key=lambda kind: len(rects[kind]))
        ram = self.frames.cells.translate(_RAM)

        def draw(part: Sheet) -> None:
            there = [rect for rect, some in zip(self._places[1], ram, strict=True) if some]
            part.cells(there, kind_fill(self.theme, KINDS[often]))

        sheet.cached(("alike", often, places, ram), area, draw)
        for kind, found in rects.items():
            if kind != often:
                sheet.cells(found, kind_fill(self.theme, KINDS[kind]))

    def _draw_rings(self, sheet: Sheet) -> None:
        frames = self.frames
        touched = {frames.cell_of(pfn) for pfn in frames.touched}
        for cell in sorted(cell for cell in touched if 0 <= cell < len(frames.cells)):
            rect = self.cell_rect(cell).adjusted(-2, -2, 2, 2)
            sheet.box(rect, None, self.theme.color("ring"), 1.8, 2)
        for place, width in ((sheet.hovered, 1.0), (sheet.selected, 2.4)):
            for cell in self._cells_of(place):
                sheet.box(
                    self.cell_rect(cell).adjusted(-1.5, -1.5, 1.5, 1.5),
                    None,
                    self.theme.color("ring"),
                    width,
                    2,
                )
        if self._cursor is not None and self.hasFocus():
            rect = self.cell_rect(self._cursor).adjusted(-3, -3, 3, 3)
            sheet.box(rect, None, self.theme.color("accent"), 1.6, 2)

    @property
    def owned(self) -> tuple[int, ...]:
        """The cells that the selected addresses are mapped to."""
        return self._owned

    def set_owned(self, pfns: Iterable[int]) -> None:
        """The frames that the selected addresses are mapped to."""
        inside = (self.frames.cell_of(pfn) for pfn in pfns)
        owned = tuple(sorted({cell for cell in inside if 0 <= cell < len(self.frames.cells)}))
        if owned != self._owned:
            self._owned = owned
            self.update()

    def _cells_of(self, place: Place | None) -> Sequence[int]:
        """The cells a place lies in, by its frames or else its table."""
        if place is None:
            return ()
        if place.phys is None and place.table is None and place == self.selection.place:
            return self._owned
        phys, shift = place.phys, self.frames.page_shift
        if phys is None and place.table is not None:
            phys = (place.table << shift, (place.table + 1) << shift)
        if phys is None or not overlaps(phys, (self.frames.first << shift, self.frames.total << shift)):
            return range(0)
        first = max(self.frames.cell_of(phys[0] >> shift), 0)
        last = self.frames.cell_of(phys[1] - 1 >> shift)
        if last - first > 64:
            last = first + 64
        return range(first, min(last + 1, len(self.frames.cells)))

    def _draw_io(self, sheet: Sheet, rect: QRectF) -> None:
        shown = self.frames.io[-2:]
        gap, more = 5.0, len(self.frames.io) - len(shown)
        width = (rect.width() - gap * (len(shown) - 1) - (26 if more else 0)) / len(shown)
        for i, window in enumerate(shown):
            self._draw_window(
                sheet, window, QRectF(rect.x() + i * (width + gap), rect.y(), width, rect.height())
            )
        if more:
            area = QRectF(rect.right() - 24, rect.y(), 24, rect.height())
            sheet.text(area, f"+{more}", self.theme.color("text2"), Type(11), CENTRE)

    def _draw_window(self, sheet: Sheet, window: IoWindow, rect: QRectF) -> None:
        theme = self.theme
        refused = window.state == "refused"
        sheet.box(rect, theme.color("bg1"), theme.color("error" if refused else "io"), 1.2, 2)
        tile = QRectF(rect.x() + 2, rect.y() + 2, 13, rect.height() - 4)
        sheet.box(tile, theme.ink("io", 0.3), None, 0, 1)
        dots = [
            QRectF(tile.x() + 2 + 4 * i, tile.y() + 1.5 + 4 * j, 1.6, 1.6) for i in range(3) for j in range(3)
        ]
        sheet.cells(dots, theme.ink("io"))
        start, name = physical(window.start), window.name
        mark = "✗ " if refused else ""
        texts = (
            f"{mark}I/O {start} {name} {short_size(window.size)}",
            f"{mark}{start} {name} {short_size(window.size)}",
            f"{mark}{start} {name}",
            f"{mark}{start}",
            f"{mark}{name}",
        )
        inner = rect.adjusted(19, 0, -4, 0)
        sheet.fit(inner, theme.color("text1"), Type(10.5, mono=True), *texts)
        place = Place(phys=(window.start, window.start + window.size))
        words = {"mapped": tr("mapped"), "refused": tr("huge page refused"), "tried": tr("huge page tried")}
        end = physical(window.start + window.size)
        tip = f"I/O {start} – {end} · {size(window.size)} · {name}\n{words[window.state]}"
        sheet.hit(rect, place, tip)
        for other, pen in ((sheet.hovered, 1.0), (sheet.selected, 2.4)):
            if other is not None and overlaps(other.phys, place.phys):
                sheet.box(rect.adjusted(-2, -2, 2, 2), None, theme.color("ring"), pen, 3)

    def _draw_legend(self, sheet: Sheet, rect: QRectF) -> None:
        words, kind = kind_words(), Type(11)
        shown = [k for k in ("free", "table", "vmalloc", "huge", "reserved")]
        widths = [14 + kind.width(words[k]) for k in shown]
        gap = (rect.width() - sum(widths)) / (len(shown) - 1)
        x = rect.x()
        for name, width in zip(shown, widths, strict=True):
            swatch = QRectF(x, rect.center().y() - 5, 10, 10)
            sheet.box(
                swatch,
                kind_fill(self.theme, name),
                self.theme.color("border") if name == "free" else None,
                1,
                2,
            )
            if name == "huge":
                sheet.line(
                    swatch.x() + 2,
                    swatch.bottom() - 2,
                    swatch.right() - 2,
                    swatch.y() + 2,
                    self.theme.color("on_fill"),
                )
            elif name == "table":
                dot = QRectF(swatch.center().x() - 1.5, swatch.center().y() - 1.5, 3, 3)
                sheet.cells([dot], self.theme.color("on_fill"))
            if gap >= 2:
                sheet.text(
                    QRectF(x + 14, rect.y(), width, rect.height()),
                    words[name],
                    self.theme.color("text2"),
                    kind,
                )
            x += width + max(gap, 0)

    def _columns(self, rect: QRectF) -> list[QRectF]:
        """Where each order's bar may be, above the numbers of the orders."""
        left, count_ = rect.x() + LABELS, len(self.frames.buddy)
        pitch = (rect.width() - LABELS) / max(count_, 1)
        room = rect.height() - AXIS
        return [QRectF(left + order * pitch, rect.y(), pitch - 4, room) for order in range(count_)]

    def _draw_orders(self, sheet: Sheet, rect: QRectF) -> None:
        """What stays below and beside the bars, and the regions to point at."""
        theme = self.theme
        lines = (
            (tr("Buddy"), Type(12, True), "text1"),
            (tr("free blocks"), Type(11), "text3"),
            (tr("log scale"), Type(11), "text3"),
        )
        for i, (text, kind, token) in enumerate(lines):
            sheet.fit(QRectF(rect.x(), rect.y() + 14 * i, 62, 15), theme.color(token), kind, text)
        columns = self._columns(rect)
        sheet.cells(
            [column.adjusted(0, column.height() * 0.1, 0, 0) for column in columns], theme.color("bg2")
        )
        for order, column in enumerate(columns):
            foot = QRectF(column.x(), column.bottom() + 1, column.width(), AXIS)
            sheet.text(foot, str(order), theme.color("text3"), Type(10, mono=True), CENTRE)
            sheet.hit(column, Place(), partial(self._order_tip, order))

    def _draw_buddy(self, sheet: Sheet, rect: QRectF) -> None:
        """A bar for each order; a step changes few of them."""
        orders = self.frames.buddy
        top = log2(max(255, *orders) + 1)
        for free, column in zip(orders, self._columns(rect), strict=True):
            tall = column.height() * log2(free + 1) / top
            around = column.adjusted(-2, 0, 2, 0)
            sheet.cached(("free", free, top), around, partial(self._draw_bar, free, column, tall))

    def _draw_bar(self, free: int, column: QRectF, tall: float, sheet: Sheet) -> None:
        """How many free blocks there are, as a bar and as a number."""
        if tall:
            bar = QRectF(column.x(), column.bottom() - tall, column.width(), tall)
            sheet.cells([bar], self.theme.color("accent"))
        inks = self.theme.color("text1"), self.theme.color("on_fill" if self.theme.dark else "on_accent")
        inside = tall > 26  # where there is no room in the bar, the number is above it
        y = column.bottom() - tall + 2 if inside else max(column.bottom() - tall - 15, column.y())
        short = f"{free // 1000}k" if free >= 1000 else ""
        area = QRectF(column.x() - 2, y, column.width() + 4, 14)
        sheet.fit(area, inks[inside], NUMBERS[inside], count(free), short, align=CENTRE)

    def _order_tip(self, order: int) -> str:
        of, free = size(1 << order + self.frames.page_shift), self.frames.buddy[order]
        return tr("order {order}: {n} free blocks of {size}").format(order=order, n=free, size=of)

    # --- keyboard ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and arrows move from cell to cell, Enter selects."""
        columns = self._grid()[1]
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        move = moves.get(Qt.Key(event.key())) if event.modifiers() & Qt.KeyboardModifier.AltModifier else None
        if move is not None and self.frames.cells:
            start = (self._cells_of(self.selection.place) or range(1))[0]
            wanted = start if self._cursor is None else self._cursor + move
            self._cursor = max(0, min(wanted, len(self.frames.cells) - 1))
            self.selection.hover(self.place_of(self._cursor))
            self.describe(self.cell_tip(self._cursor))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None:
            self.selection.select(self.place_of(self._cursor))
        else:
            super().keyPressEvent(event)


class FramesPane(QWidget):
    """Physical frames with their header."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.header = PaneHeader(tr("Physical frames"))
        self.canvas = FramesCanvas(selection)
        self.strip = PhysicalStrip(selection)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.canvas, 1)
        box.addWidget(self.strip)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.canvas.set_theme(theme)
        self.strip.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.strip.setVisible(self.height() >= px(LEAST_WITH_MAP))

    def set_physical(self, shown: PhysicalMap, frames: Frames) -> None:
        """Show RAM, devices and holes below the frames."""
        self.strip.show_map(shown, frames)

    def set_frames(self, frames: Frames | None) -> None:
        """Show frames and how many are free."""
        self.canvas.set_frames(frames)
        if frames is None:
            self.header.detail.clear()
            return
        cell, free = (size(n << frames.page_shift) for n in (frames.per_cell, frames.free))
        self.header.detail.setText(tr("1 cell = {cell} · free {free}").format(cell=cell, free=free))
