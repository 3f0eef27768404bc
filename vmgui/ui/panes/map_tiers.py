"""The tiers of the address map: the whole range, an overview, the window, and the lens below it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPen, QPolygonF

from vmgui.projection.address_map import AddressMap
from vmgui.projection.density import Stretch
from vmgui.projection.numbers import address, size, tail
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Hit, Sheet, Type
from vmgui.ui.panes.map_blocks import free_ground
from vmgui.ui.panes.map_scale import Linear, Scale, View, tick_step, ticks
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

NO_PEN = QPen(Qt.PenStyle.NoPen)
LABELS, MARGIN = 78.0, 18.0
AXIS = 18.0


@dataclass(frozen=True, slots=True)
class Tiers:
    """Where each tier lies; `lens` has no height where there is no room for it."""

    whole: QRectF
    overview: QRectF
    window: QRectF
    lens: QRectF

    @classmethod
    def of(cls, width: float, height: float) -> Tiers:
        """The tiers in a pane; the window and the lens share what is left."""
        left, wide = LABELS, width - LABELS - MARGIN
        gap = 20.0 if height >= 190 else 13.0
        whole = QRectF(left, 12, wide, 14)
        over = QRectF(left, whole.bottom() + 10, wide, 17)
        top = over.bottom() + gap - 4
        with_lens = height - top >= 120
        caption = 21.0 if height >= 170 else 4.0
        room = height - top - AXIS - (gap + caption if with_lens else 4)
        lens_height = max(min(room * 0.34, 42), 22) if with_lens else 0
        window = QRectF(left, top, wide, room - lens_height)
        lens = QRectF(left, window.bottom() + AXIS + gap, wide, lens_height)
        return cls(whole, over, window, lens)


def label(sheet: Sheet, rect: QRectF, text: str, under: str = "") -> None:
    """Write what a tier spans, at its left."""
    area = QRectF(13, rect.y(), LABELS - 18, min(rect.height(), 18))
    if under:
        area.moveTop(rect.y() + 2)
    sheet.fit(area, sheet.theme.color("text1"), Type(12, True), text, text.replace(" ", ""))
    if under:
        sheet.fit(area.translated(0, 15), sheet.theme.color("text3"), Type(11), under)


def bracket(sheet: Sheet, rect: QRectF, left: float, right: float) -> QRectF:
    """Ring the part of a tier that the next one shows; at least 12 px wide."""
    wide = max(right - left, 12.0)
    middle = min(max((left + right) / 2, rect.left() + wide / 2), rect.right() - wide / 2)
    ring = QRectF(middle - wide / 2, rect.y() - 2, wide, rect.height() + 4)
    sheet.box(ring, None, sheet.theme.color("ring"), 2, 3)
    return ring


def funnel(sheet: Sheet, *pairs: tuple[QRectF, QRectF]) -> None:
    """The two lines that say of a ring and what is below: this is that, enlarged."""
    ends: list[tuple[float, float, float, float]] = []
    for ring, below in pairs:
        bottom, top = ring.bottom(), below.top()
        ends += [(ring.left(), bottom, below.left(), top), (ring.right(), bottom, below.right(), top)]
    _lines(sheet, "border", *ends)


def _lines(sheet: Sheet, ink: str, *ends: tuple[float, float, float, float]) -> None:
    """Draw thin lines of one colour at once."""
    sheet.painter.setPen(sheet.pen(sheet.theme.color(ink)))
    sheet.painter.drawLines([QLineF(*each) for each in ends])


def draw_whole(sheet: Sheet, shown: AddressMap, rect: QRectF, view: View) -> None:
    """Every top-level entry of the range, with the one that holds the view in a ring."""
    theme = sheet.theme
    label(sheet, rect, _length(shown, shown.pages))
    free_ground(sheet, rect)
    here = shown.cell_at(view.first)
    fine = rect.width() < 4 * len(shown.cells)  # cells too narrow for lines between them
    used, between = [], []
    for i, (cell, (left, right)) in enumerate(zip(shown.cells, _cell_edges(shown, rect), strict=True)):
        if cell.used and fine:
            used.append(QRectF(left, rect.y() + 1, max(right - left, 2), rect.height() - 2))
        elif cell.used:
            used.append(QRectF(left, rect.y(), right - left, rect.height()).adjusted(1, 1, -1, -1))
        if i and not fine:
            between.append(QRectF(left, rect.y() + 2, 1, rect.height() - 4))
    sheet.cells(used, theme.fill(shown.top_level, 0.6))
    sheet.cells(between, theme.color("border"))
    ring = bracket(sheet, rect, *_cell_edges(shown, rect)[here])
    _draw_cell_names(sheet, shown, rect, ring, here)


def _cell_edges(shown: AddressMap, rect: QRectF) -> list[tuple[float, float]]:
    """Where each top-level entry begins and ends."""
    scale = Linear(View(0, shown.pages), rect.x(), rect.width())
    return [(scale.x(first), scale.x(end)) for first, end in map(shown.cell_range, range(len(shown.cells)))]


def _draw_cell_names(sheet: Sheet, shown: AddressMap, rect: QRectF, ring: QRectF, here: int) -> None:
    """The entry in the ring and the last one, on plates where there is room for them."""
    mono, top = Type(10.5, mono=True), shown.top_level.upper()
    name = f"{top}[{shown.cells[here].index}] · {_length(shown, shown.cell_pages)}"
    last = f"{top}[{shown.cells[-1].index}] {_end(shown)}"
    for text, align in ((name, LEFT), (last, RIGHT)):
        plate = QRectF(0, rect.y() + 1, mono.width(text) + 8, rect.height() - 2)
        if align == LEFT:
            plate.moveLeft(ring.right() + 4)
        else:
            plate.moveRight(rect.right() - 3)
        if plate.left() > ring.right() and plate.right() < rect.right():
            sheet.box(plate, sheet.theme.color("free"))
            sheet.text(plate, text, sheet.theme.color("text1"), mono, CENTRE)


def _length(shown: AddressMap, pages: int) -> str:
    return size(shown.bytes(pages))


def _end(shown: AddressMap) -> str:
    return "…" + f"{(shown.address(shown.pages) - 1) & ((1 << 48) - 1):012x}"[-12:]


def cell_hits(shown: AddressMap, rect: QRectF) -> list[Hit]:
    """Every top-level entry of the range, to be pointed at."""
    boxes = [QRectF(left, rect.y(), right - left, rect.height()) for left, right in _cell_edges(shown, rect)]
    return [Hit(box, cell_place(shown, i), partial(cell_tip, shown, i)) for i, box in enumerate(boxes)]


def cell_place(shown: AddressMap, i: int) -> Place:
    """What a top-level entry stands for."""
    start = shown.address(i * shown.cell_pages - shown.cell_lead)
    va = start, start + shown.bytes(shown.cell_pages)
    return Place(va=va, level=shown.top_level, index=shown.cells[i].index)


def cell_tip(shown: AddressMap, i: int) -> str:
    """A top-level entry in words."""
    cell = shown.cells[i]
    start = shown.address(i * shown.cell_pages - shown.cell_lead)
    state = tr("areas below") if cell.used else tr("table, no areas") if cell.populated else tr("empty")
    return f"{shown.top_level.upper()}[{cell.index}] · {address(start)} · {state}"


def draw_overview(sheet: Sheet, shown: AddressMap, seen: Stretch | None, rect: QRectF, scale: Linear) -> None:
    """The 4 GiB (or more) around the view: where entries of about 1 GiB begin, and which are empty."""
    view, pages = scale.view, scale.view.pages
    label(sheet, rect, _length(shown, round(pages)))
    coarse = 1 << (max(int(pages) // 4, 1).bit_length() - 1)
    step = shown.grid_pages if pages <= 8 * shown.grid_pages else max(shown.grid_pages, coarse)
    starts = ticks(View(view.first - step + 1, view.end), step)
    lefts, rights = scale.xs(starts), scale.xs([at + step for at in starts])
    parts = [
        (at, QRectF(left, rect.y(), right - left, rect.height()))
        for at, *sides in zip(starts, lefts, rights, strict=True)
        if (left := max(sides[0], rect.left())) < (right := min(sides[1], rect.right()))
    ]
    edges = [QRectF(box.x(), box.y(), 1, box.height()) for at, box in parts if at > view.first]
    sheet.cells(edges, sheet.theme.color("border"))
    if seen is None:
        return
    for at, box in parts:
        _draw_empty(sheet, shown, seen, at, step, box)


def _draw_empty(sheet: Sheet, shown: AddressMap, seen: Stretch, at: int, step: int, box: QRectF) -> None:
    """Name an entry of about 1 GiB where no area lies in its middle third, which is where the name is."""
    used = seen.touches(at, at + step)
    if used and seen.touches(at + step / 3, at + step * 2 / 3):
        return
    if step == shown.grid_pages and shown.grid_level is not None:
        name = shown.grid_name(at)
        text = name if at in shown.grid_entries or used else tr("{0} · empty").format(name)
    else:
        name = text = tail(shown.address(at), 12)
    sheet.fit(box, sheet.theme.color("text3"), Type(10.5, mono=True), text, name, align=CENTRE)


def draw_axis(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Scale) -> None:
    """Ticks and addresses under the window."""
    color, kind = sheet.theme.color("text2"), Type(10.5, mono=True)
    step = tick_step(scale.view.pages, rect.width())
    every = ticks(scale.view, max(step // 4, 1))
    xs, top = scale.xs(every), rect.y()
    longs = [5 if at % step == 0 else 3 for at in every]
    _lines(sheet, "border", *((x, top, x, top + long) for x, long in zip(xs, longs, strict=True)))
    named = [(at, x) for at, x in zip(every, xs, strict=True) if at % step == 0]
    for (_at, x), text in zip(named, axis_texts(shown, [at for at, _x in named], step), strict=True):
        width = kind.width(text)
        left = x - width / 2
        if rect.left() - 4 <= left and left + width <= rect.right() + 4:
            sheet.text(QRectF(left, top + 5, width + 2, 14), text, color, kind)


def axis_texts(shown: AddressMap, pages: Iterable[int], step: int) -> list[str]:
    """The addresses of ticks: as many digits as change within the view."""
    digits = 12 if step >= 4 * shown.gib else 8
    return [tail(shown.address(page), digits) for page in pages]


def draw_boundaries(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Scale) -> None:
    """Where one entry of about 1 GiB ends and the next begins, if that is inside the window."""
    theme, kind = sheet.theme, Type(10.5, True, True)
    level = shown.grid_level
    if level is None or scale.view.pages > 6 * shown.grid_pages:
        return
    free = rect.left()
    for at in ticks(scale.view, shown.grid_pages):
        if not scale.view.first < at < scale.view.end:
            continue
        x = scale.x(at)
        sheet.cells([QRectF(x - 1, rect.y() - 3, 2, rect.height() + 6)], theme.ink(level))
        text = f"{shown.grid_name(at - 1)}|{shown.grid_name(at)}"
        width, beside = kind.width(text), 8 + Type(10.5, mono=True).width("…0000_0000") / 2
        left = x + beside if x + beside + width <= rect.right() else x - beside - width
        if left < free:
            continue  # two labels at one place: neither could be read
        free = left + width + 6
        area = QRectF(left, rect.bottom() + 4, width + 1, 14)
        sheet.box(area.adjusted(-3, 0, 3, 0), theme.color("bg1"))
        sheet.text(area, text, theme.ink(level), kind)


def draw_focus(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Scale) -> None:
    """What the step works on: a bar under its range, a bracket over the leaf it asks for, a flushed range."""
    theme = sheet.theme
    if shown.flushed is not None:
        box = _clip(rect, scale, shown.flushed)
        if box is not None:
            sheet.box(box, theme.color("accent", 0.16), theme.color("accent"), 2)
    if shown.candidate is not None:
        box = _clip(rect, scale, shown.candidate)
        if box is not None:
            y, ink = rect.y() + 2, theme.color("ring")  # inside: nothing is drawn above the window
            left, right = box.left() + 1, box.right() - 1
            sheet.line(left, y, right, y, ink, 1.8)
            leg = 4 if rect.height() >= 60 else 0  # in a low window names begin here
            for x, page in ((left, shown.candidate[0]), (right, shown.candidate[1])):
                if leg and scale.view.first <= page <= scale.view.end:  # beyond the view it goes on
                    sheet.line(x, y, x, y + leg, ink, 1.8)
    if shown.focus is not None:
        box = _clip(rect, scale, shown.focus)
        if box is not None:
            sheet.cells([QRectF(box.x(), rect.bottom() - 4, max(box.width(), 3), 4)], theme.color("ring"))


def draw_places(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Scale) -> None:
    """Ring the addresses of an entry or page that is hovered or selected elsewhere; areas ring themselves."""
    for place, width in ((sheet.hovered, 1.0), (sheet.selected, 2.4)):
        if place is None or place.va is None or place.area is not None:
            continue
        pages = shown.page(place.va[0]), shown.page(place.va[1] - 1) + 1
        box = _clip(rect, scale, pages)
        if box is not None and box.left() <= rect.right() and box.right() >= rect.left():
            box.setWidth(max(box.width(), 4))
            sheet.box(box, None, sheet.theme.color("ring"), width)


def draw_here(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Scale) -> None:
    """A small pointer under the page whose walk the stage shows."""
    if shown.here is None or not scale.view.first <= shown.here + 0.5 <= scale.view.end:
        return
    x, y = scale.x(shown.here + 0.5), rect.bottom() + 1
    sheet.painter.setPen(NO_PEN)
    sheet.painter.setBrush(sheet.theme.color("ring"))
    sheet.painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + 5, y + 7), QPointF(x - 5, y + 7)]))


def _clip(rect: QRectF, scale: Scale, pages: tuple[int, int]) -> QRectF | None:
    left, right = max(scale.x(pages[0]), rect.left()), min(scale.x(pages[1]), rect.right())
    if pages[1] < scale.view.first or pages[0] > scale.view.end:
        return None
    return QRectF(left, rect.y(), max(right - left, 2), rect.height())


def draw_scale_bar(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Linear) -> None:
    """What the window spans, and a bar of a round length under it: there are few spans that jumps come to."""
    key = ("bar", shown.page_shift, scale.view.pages, rect.width())
    place = QRectF(0, rect.y(), LABELS - 4, 52)
    sheet.cached(key, place, lambda part: _draw_scale_bar(part, shown, rect, scale))


def _draw_scale_bar(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Linear) -> None:
    theme = sheet.theme
    whole = _length(shown, max(round(scale.view.pages), 1))
    label(sheet, QRectF(rect.x(), rect.y() + 6, rect.width(), 18), whole)
    pages = tick_step(scale.view.pages, rect.width(), 30)
    length = pages * rect.width() / scale.view.pages
    left, y = 13.0, rect.y() + 30
    right = min(left + length, LABELS - 8)
    if right < left + length - 0.5:
        return
    _draw_span(sheet, left, right, y)
    area = QRectF(13, y + 4, LABELS - 18, 14)
    sheet.fit(area, theme.color("text2"), Type(11), _length(shown, pages))


def _draw_span(sheet: Sheet, left: float, right: float, y: float) -> None:
    """A bar with its ends."""
    ends = [(x, y - 3, x, y + 3) for x in (left, right)]
    _lines(sheet, "text2", (left, y, right, y), *ends)


def draw_free_words(sheet: Sheet, seen: Stretch, rect: QRectF, scale: Linear) -> None:
    """Say between areas that nothing is there."""
    ends = scale.xs([scale.view.first, *seen.end])
    starts = scale.xs([*seen.first, scale.view.end])
    for end, start in zip(ends, starts, strict=True):
        if start - end > 40:
            area = QRectF(end, rect.y(), start - end, rect.height())
            sheet.fit(area, sheet.theme.color("text3"), Type(11), tr("free"), align=CENTRE)


def draw_caption(
    sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Linear, seen: Stretch, widened: bool
) -> None:
    """Under the lens: what a guard page is, and what in the window is wider than to scale."""
    theme, kind, y = sheet.theme, Type(11), rect.bottom() + 11
    end = rect.left()
    bodies = zip(seen.end, seen.guard, strict=True)
    guard = next(((e - g, e) for e, g in bodies if g and e - g >= scale.view.first), None)
    if guard is not None:
        words = tr("{0} guard page, unmapped").format(_length(shown, guard[1] - guard[0]))
        end = _draw_guard_caption(sheet, rect, scale, guard, y, words)
    texts = (tr("guard pages are widened above; the lens is to scale"), tr("the lens is to scale"))
    room = QRectF(end + 12, y - 8, rect.right() - end - 12, 16)
    if widened and room.width() > 0:
        sheet.fit(room, theme.color("text3"), kind, *texts, align=RIGHT)


def _draw_guard_caption(
    sheet: Sheet, rect: QRectF, scale: Linear, guard: tuple[int, int], y: float, text: str
) -> float:
    """A bar as wide as the guard page, and its words beside it; where they end."""
    theme, kind = sheet.theme, Type(11)
    left, end = scale.xs(guard)
    if end - left < 6 or left < rect.left() or end > rect.right():
        return rect.left()
    _draw_span(sheet, left, end, y)
    area = QRectF(end + 6, y - 8, rect.right() - end - 6, 16)
    if area.width() < kind.width(text):
        area = QRectF(rect.left(), y - 8, left - 6 - rect.left(), 16)
        sheet.fit(area, theme.color("text2"), kind, text, tr("guard page"), align=RIGHT)
        return end
    return area.x() + kind.width(sheet.fit(area, theme.color("text2"), kind, text))
