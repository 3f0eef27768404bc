"""The tiers of the address map: the whole range, an overview, the window, and the lens below it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from vmgui.projection.address_map import AddressMap, Block
from vmgui.projection.numbers import address, size, tail
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.map_blocks import Look, draw_blocks, free_ground
from vmgui.ui.panes.map_scale import Linear, Scale, View, tick_step, ticks
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

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


def funnel(sheet: Sheet, ring: QRectF, below: QRectF) -> None:
    """The two lines that say: this is that, enlarged."""
    color = sheet.theme.color("border")
    sheet.line(ring.left(), ring.bottom(), below.left(), below.top(), color, 1)
    sheet.line(ring.right(), ring.bottom(), below.right(), below.top(), color, 1)


def draw_whole(sheet: Sheet, shown: AddressMap, rect: QRectF, view: View) -> None:
    """Every top-level entry of the range, with the one that holds the view in a ring."""
    theme = sheet.theme
    label(sheet, rect, _length(shown, shown.pages))
    free_ground(sheet, rect)
    scale = Linear(View(0, shown.pages), rect.x(), rect.width())
    here = shown.cell_at(view.first)
    fine = rect.width() < 4 * len(shown.cells)  # cells too narrow for lines between them
    for i, cell in enumerate(shown.cells):
        left, right = (scale.x(page) for page in shown.cell_range(i))
        box = QRectF(left, rect.y(), right - left, rect.height())
        if cell.used:
            inner = QRectF(left, rect.y() + 1, max(right - left, 2), rect.height() - 2)
            sheet.cells([inner if fine else box.adjusted(1, 1, -1, -1)], theme.fill(shown.top_level, 0.6))
        if i and not fine:
            sheet.cells([QRectF(left, rect.y() + 2, 1, rect.height() - 4)], theme.color("border"))
        _hit_cell(sheet, shown, i, box)
    ring = bracket(sheet, rect, *(scale.x(page) for page in shown.cell_range(here)))
    mono = Type(10.5, mono=True)
    name = f"{shown.top_level.upper()}[{shown.cells[here].index}] · {_length(shown, shown.cell_pages)}"
    last = f"{shown.top_level.upper()}[{shown.cells[-1].index}] {_end(shown)}"
    for text, align in ((name, LEFT), (last, RIGHT)):
        plate = QRectF(0, rect.y() + 1, mono.width(text) + 8, rect.height() - 2)
        if align == LEFT:
            plate.moveLeft(ring.right() + 4)
        else:
            plate.moveRight(rect.right() - 3)
        if plate.left() > ring.right() and plate.right() < rect.right():
            sheet.box(plate, theme.color("free"))
            sheet.text(plate, text, theme.color("text1"), mono, CENTRE)


def _length(shown: AddressMap, pages: int) -> str:
    return size(shown.bytes(pages))


def _end(shown: AddressMap) -> str:
    return "…" + f"{(shown.address(shown.pages) - 1) & ((1 << 48) - 1):012x}"[-12:]


def _hit_cell(sheet: Sheet, shown: AddressMap, i: int, box: QRectF) -> None:
    start = shown.address(i * shown.cell_pages - shown.cell_lead)
    cell = shown.cells[i]
    va = (start, start + shown.bytes(shown.cell_pages))
    state = tr("areas below") if cell.used else tr("table, no areas") if cell.populated else tr("empty")
    name = f"{shown.top_level.upper()}[{cell.index}]"
    sheet.hit(
        box, Place(va=va, level=shown.top_level, index=cell.index), f"{name} · {address(start)} · {state}"
    )


def draw_overview(
    sheet: Sheet, shown: AddressMap, blocks: tuple[Block, ...] | None, rect: QRectF, scale: Linear
) -> None:
    """The 4 GiB (or more) around the view: entries of about 1 GiB, and the areas in them."""
    theme, view = sheet.theme, scale.view
    label(sheet, rect, _length(shown, round(view.pages)))
    fine = view.pages <= 8 * shown.grid_pages
    coarse = 1 << (max(int(view.pages) // 4, 1).bit_length() - 1)
    step = shown.grid_pages if fine else max(shown.grid_pages, coarse)
    kind = Type(10.5, mono=True)
    for at in ticks(View(view.first - step + 1, view.end), step):
        left, right = max(scale.x(at), rect.left()), min(scale.x(at + step), rect.right())
        if right <= left:
            continue
        if at > view.first:
            sheet.cells([QRectF(left, rect.y(), 1, rect.height())], theme.color("border"))
        used = blocks is None or any(b.first < at + step and b.end > at for b in blocks)
        if step == shown.grid_pages and shown.grid_level is not None:
            name = shown.grid_name(at)
            text = name if at in shown.grid_entries or used else tr("{0} · empty").format(name)
        else:
            name = text = tail(shown.address(at), 12)
        if not used or (blocks is not None and _mostly_free(blocks, at, step)):
            box = QRectF(left, rect.y(), right - left, rect.height())
            sheet.fit(box, theme.color("text3"), kind, text, name, align=CENTRE)
    if blocks is not None:
        draw_blocks(sheet, shown, blocks, rect.adjusted(0, 1, 0, -1), scale, Look(small=True))


def _mostly_free(blocks: tuple[Block, ...], first: int, pages: int) -> bool:
    """Whether the middle third, where the label is, holds no area."""
    low, high = first + pages / 3, first + pages * 2 / 3
    return not any(b.first < high and b.end > low for b in blocks)


def draw_axis(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Scale) -> None:
    """Ticks and addresses under the window."""
    theme, kind = sheet.theme, Type(10.5, mono=True)
    step = tick_step(scale.view.pages, rect.width())
    for at in ticks(scale.view, max(step // 4, 1)):
        major = at % step == 0
        x = scale.x(at)
        sheet.line(x, rect.y(), x, rect.y() + (5 if major else 3), theme.color("border"), 1)
        if not major:
            continue
        text = axis_text(shown, at, step)
        width = kind.width(text)
        left = x - width / 2
        if rect.left() - 4 <= left and left + width <= rect.right() + 4:
            sheet.text(QRectF(left, rect.y() + 5, width + 2, 14), text, theme.color("text2"), kind)


def axis_text(shown: AddressMap, page: int, step: int) -> str:
    """The address of a tick: as many digits as change within the view."""
    return tail(shown.address(page), 12 if step >= 4 * shown.gib else 8)


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
    sheet.painter.setPen(Qt.PenStyle.NoPen)
    sheet.painter.setBrush(sheet.theme.color("ring"))
    sheet.painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + 5, y + 7), QPointF(x - 5, y + 7)]))


def _clip(rect: QRectF, scale: Scale, pages: tuple[int, int]) -> QRectF | None:
    left, right = max(scale.x(pages[0]), rect.left()), min(scale.x(pages[1]), rect.right())
    if pages[1] < scale.view.first or pages[0] > scale.view.end:
        return None
    return QRectF(left, rect.y(), max(right - left, 2), rect.height())


def draw_scale_bar(sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Linear) -> None:
    """What the window spans, and a bar of a round length under it."""
    theme = sheet.theme
    whole = _length(shown, max(round(scale.view.pages), 1))
    label(sheet, QRectF(rect.x(), rect.y() + 6, rect.width(), 18), whole)
    pages = tick_step(scale.view.pages, rect.width(), 30)
    length = pages * rect.width() / scale.view.pages
    left, y = 13.0, rect.y() + 30
    right = min(left + length, LABELS - 8)
    if right < left + length - 0.5:
        return
    sheet.line(left, y, right, y, theme.color("text2"), 1)
    for x in (left, right):
        sheet.line(x, y - 3, x, y + 3, theme.color("text2"), 1)
    area = QRectF(13, y + 4, LABELS - 18, 14)
    sheet.fit(area, theme.color("text2"), Type(11), _length(shown, pages))


def draw_free_words(sheet: Sheet, blocks: tuple[Block, ...], rect: QRectF, scale: Linear) -> None:
    """Say between areas that nothing is there."""
    ends = [scale.view.first, *(block.end for block in blocks)]
    starts = [*(block.first for block in blocks), scale.view.end]
    for end, start in zip(ends, starts, strict=True):
        area = QRectF(scale.x(end), rect.y(), scale.x(start) - scale.x(end), rect.height())
        if area.width() > 40:
            sheet.fit(area, sheet.theme.color("text3"), Type(11), tr("free"), align=CENTRE)


def draw_caption(
    sheet: Sheet, shown: AddressMap, rect: QRectF, scale: Linear, guard: Block | None, widened: bool
) -> None:
    """Under the lens: what a guard page is, and what in the window is wider than to scale."""
    theme, kind, y = sheet.theme, Type(11), rect.bottom() + 11
    end = rect.left()
    if guard is not None:
        words = tr("{0} guard page, unmapped").format(_length(shown, guard.guard))
        end = _draw_guard_caption(sheet, rect, scale, guard, y, words)
    texts = (tr("guard pages are widened above; the lens is to scale"), tr("the lens is to scale"))
    room = QRectF(end + 12, y - 8, rect.right() - end - 12, 16)
    if widened and room.width() > 0:
        sheet.fit(room, theme.color("text3"), kind, *texts, align=RIGHT)


def _draw_guard_caption(
    sheet: Sheet, rect: QRectF, scale: Linear, guard: Block, y: float, text: str
) -> float:
    """A bar as wide as the guard page, and its words beside it; where they end."""
    theme, kind = sheet.theme, Type(11)
    left, end = scale.x(guard.body_end), scale.x(guard.end)
    if end - left < 6 or left < rect.left() or end > rect.right():
        return rect.left()
    sheet.line(left, y, end, y, theme.color("text2"), 1)
    for x in (left, end):
        sheet.line(x, y - 3, x, y + 3, theme.color("text2"), 1)
    area = QRectF(end + 6, y - 8, rect.right() - end - 6, 16)
    if area.width() < kind.width(text):
        area = QRectF(rect.left(), y - 8, left - 6 - rect.left(), 16)
        sheet.fit(area, theme.color("text2"), kind, text, tr("guard page"), align=RIGHT)
        return end
    return area.x() + kind.width(sheet.fit(area, theme.color("text2"), kind, text))
