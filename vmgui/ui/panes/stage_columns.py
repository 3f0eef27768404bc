"""The walk columns of the stage: one table a level, its slots, count, badge, halo and occupancy strip."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import lru_cache, partial

from PySide6.QtCore import QRectF

from vmgui.projection.levels import Level
from vmgui.projection.numbers import address, count
from vmgui.projection.slots import Slots
from vmgui.projection.stage import Column, Slot, Stage
from vmgui.ui.paint import CENTRE, DASH, LEFT, RIGHT, WRAPPED, Hit, Sheet, Type
from vmgui.ui.panes import stage_slots
from vmgui.ui.panes.ruler import number
from vmgui.ui.panes.stage_box import CHIP_HEIGHT, Box, place_of
from vmgui.ui.selection import Place
from vmgui.ui.words import tr


def look_of(stage: Stage, column: Column, box: Box, arrow: float) -> Hashable:
    """All that the picture of a column depends on, but for where it lies."""
    if column.state == "folded":
        return arrow, stage.columns[0].index
    if column.table is None:
        missing = next(c.level for c in stage.columns if c.table is None and c.state != "folded")
        return column.state, missing, column.was, arrow if column.state == "skipped" else None
    slots, locked = column.slots, refuses(stage, column)
    head = (column.index, column.table, column.name, column.boot, column.error, locked, column.base)
    held: Hashable = slots
    if isinstance(slots, Slots):
        shown = box.shown(column.entries)
        held = slots.raw, tuple(slots.guarded(shown.start, shown.stop))
    return column.state, head, held, box.first, box.cursor


def hits_of(stage: Stage, column: Column, box: Box) -> list[Hit]:
    """What can be pointed at in a table: its header and its slots, that of the walk on top."""
    found = [header_hit(stage, column, box.header)]
    shown = box.shown(column.entries)
    for slot in sorted(column.slots[shown.start : shown.stop], key=lambda slot: slot.index == column.index):
        tip = partial(entry_tip, column, slot)
        found.append(Hit(box.slot(slot.index), place_of(stage, column, slot), tip))
    return found


def draw(sheet: Sheet, stage: Stage, column: Column, box: Box, arrow: float) -> None:
    """Draw one column in its state; `arrow` is the height at which an arrow passes a folded one."""
    if column.state == "folded":
        _draw_folded(sheet, stage, column, box, arrow)
    elif column.table is None:
        missing = next(c for c in stage.columns if c.table is None and c.state != "folded")
        _draw_ghost(sheet, column, box, column is missing, arrow)
    else:
        _draw_table(sheet, stage, column, box)


def entry_tip(column: Column, slot: Slot) -> str:
    """An entry in words, with its full address."""
    start, end = column.va(slot.index)
    head = tr("{level} entry {index} of {entries}, {start} to {end}").format(
        level=column.level.upper(),
        index=slot.index,
        entries=column.entries,
        start=address(start),
        end=address(end),
    )
    what = {
        "none": tr("empty"),
        "table": tr("leads to the table in frame {pfn:x}"),
        "leaf": tr("maps frame {pfn:x}"),
        "special": tr("special entry"),
        "bad": tr("malformed entry"),
    }[slot.state].format(pfn=slot.pfn or 0)
    if slot.guard_of:
        what = tr("empty: the guard page of {0}").format(slot.guard_of)
    word = tr("word {0}").format(address(slot.word)) if slot.word else ""
    return "\n".join(part for part in (head, " · ".join(p for p in (what, slot.flags) if p), word) if part)


def _draw_table(sheet: Sheet, stage: Stage, column: Column, box: Box) -> None:
    theme = sheet.theme
    working = column.state == "working"
    if working:
        tall = box.bottom - box.rect.y()
        around = QRectF(box.rect.x() - 7, box.rect.y() - 7, box.rect.width() + 14, tall + 14)
        sheet.halo(around, theme.color("error" if column.error else column.level, 0.35))
    draw_header(sheet, stage, column, box.header, box.scale, working)
    if box.moving:
        sheet.painter.save()
        sheet.painter.setClipRect(
            QRectF(box.rect.x(), box.slots_top, box.rect.width(), box.bottom - box.slots_top)
        )
    stage_slots.draw(sheet, stage, column, box)
    if box.moving:
        sheet.painter.restore()
    edge = QRectF(box.rect.x(), box.bottom - 1, box.rect.width(), 1)
    sheet.cells([edge], theme.color("border"))
    _draw_strip(sheet, column, box)
    if refuses(stage, column):
        _draw_lock(sheet, box)


def draw_header(sheet: Sheet, stage: Stage, column: Column, rect: QRectF, s: float, working: bool) -> None:
    """Draw the header of a table: its level, how much of it is used, its frame."""
    theme, level = sheet.theme, column.level
    top, rest, low = _header_lines(level, rect.x(), rect.y(), rect.width(), rect.height(), s)
    key = ("header", level, column.table is None, column.error, working, s)
    sheet.cached(key, rect, lambda part: _draw_frame(part, column, rect, working, top, s))
    if column.table is None:
        sheet.fit(low, theme.color("text3"), Type(11 * s), tr("not allocated yet"), tr("none"))
        return
    used, ink, mono = count(column.count), theme.color("text2"), Type(11 * s, False, True)
    full = f"{used} / {column.entries}"
    sheet.fit(rest, ink, mono, full, full.replace(" ", ""), used, align=RIGHT)
    pfn = column.name or f"pfn {column.table:x}"
    boot = f"{pfn} · {tr('boot')}" if column.boot else pfn
    sheet.fit(low, ink, mono, boot, pfn, f"{column.table:x}")


@lru_cache(maxsize=64)
def _header_lines(
    level: Level, x: float, y: float, wide: float, high: float, s: float
) -> tuple[QRectF, QRectF, QRectF]:
    """The upper line of a header, what is right of the level in it, and the lower line."""
    inner = QRectF(x, y, wide, high).adjusted(10 * s, 3 * s, -8 * s, -3 * s)
    top = QRectF(inner.x(), inner.y(), inner.width(), inner.height() * 0.53)
    low = QRectF(inner.x(), top.bottom(), inner.width(), inner.height() * 0.47)
    return top, top.adjusted(Type(14 * s, True).width(level.upper()) + 4, 0, 0, 0), low


def header_hit(stage: Stage, column: Column, rect: QRectF) -> Hit:
    """The header of a table as what it stands for: all of the table."""
    table = column.table or 0
    whole = column.base, column.base + column.entries * column.entry_size
    place = Place(va=whole, level=column.level, table=table, phys=stage.frames(table))
    return Hit(rect, place, lambda: tr("{level} table in frame {pfn:x}: {n} of {all} entries used").format(
        level=column.level.upper(), pfn=table, n=column.count, all=column.entries
    ))  # fmt: skip


def _draw_frame(sheet: Sheet, column: Column, rect: QRectF, working: bool, top: QRectF, s: float) -> None:
    """The ground of a header, and its level."""
    theme, ghost = sheet.theme, column.table is None
    line = theme.color("error") if column.error else theme.ink(column.level)
    fill = theme.tint(column.level, 0.04 if ghost else 0.16)
    sheet.box(rect, theme.color("bg1"), None, 0, 4)
    sheet.box(rect, fill, line, 1.2 if not working else 2, 4, DASH if ghost else None)
    sheet.text(top, column.level.upper(), theme.ink(column.level), Type(14 * s, True))


def _stretches(column: Column, height: float) -> Iterator[tuple[float, float, bool]]:
    """What is populated, on a strip so high: top and bottom, at least 2 px apart, and whether it is leaves.

    Stretches that touch each other are one: a table may hold hundreds.
    """
    scale = height / column.entries
    begin, end, leaves = 0.0, -1.0, False  # nothing yet
    for first, last, state in column.runs:
        top, tall = first * scale, (last - first) * scale
        if tall < 2:
            tall = 2.0
        if top > height - tall:
            top = height - tall
        bottom, leaf = top + tall, state == "leaf"
        if end >= top and leaf == leaves:
            end = bottom if bottom > end else end
            continue
        if end >= 0:
            yield begin, end, leaves
        begin, end, leaves = top, bottom, leaf
    if end >= 0:
        yield begin, end, leaves


def _draw_strip(sheet: Sheet, column: Column, box: Box) -> None:
    theme, height = sheet.theme, box.bottom - box.slots_top
    strip = QRectF(box.rect.right() + 3, box.slots_top, 3.5, height)
    sheet.box(strip, theme.color("bg3"))
    for top, bottom, leaf in _stretches(column, height):
        color = theme.fill(column.level) if leaf else theme.ink(column.level)
        sheet.box(QRectF(strip.x(), strip.y() + top, strip.width(), bottom - top), color)
    y = strip.y() + height * (column.index + 0.5) / column.entries
    sheet.line(strip.x() - 1, y, strip.right() + 1, y, theme.color("text1"), 1)


def draw_badge(sheet: Sheet, box: Box) -> None:
    """Draw the badge of a table that the operation has made."""
    text = tr("NEW")
    kind = Type(max(10 * box.scale, 10), True)
    width, height = kind.width(text) + 8 * box.scale, 17 * box.scale
    rect = QRectF(box.rect.right() - width + 7, box.rect.y() - 10 * box.scale, width, height)
    sheet.box(rect, sheet.theme.color("now_fill"), sheet.theme.color("bg1"), 1, 3)
    sheet.text(rect, text, sheet.theme.color("on_fill"), kind, CENTRE)


def refuses(stage: Stage, column: Column) -> bool:
    """Whether this table refuses a huge page above it: it cannot be freed, or somebody dumps it."""
    leaf = stage.leaf
    if leaf is None or leaf.refusal not in ("cannot-free-table", "ptdump-busy") or column.table is None:
        return False
    levels = [c.level for c in stage.columns]
    below = stage.columns[levels.index(leaf.level) + 1 :]
    return next((c.level for c in below if c.state != "folded"), None) == column.level


def _draw_lock(sheet: Sheet, box: Box) -> None:
    """A padlock at the corner of a table that stays."""
    s, color = box.scale, sheet.theme.color("error")
    rect = QRectF(box.rect.right() - 16 * s, box.rect.y() - 11 * s, 20 * s, 20 * s)
    sheet.box(rect, sheet.theme.color("tint_error"), color, 1.4, 4)
    body = QRectF(rect.center().x() - 5 * s, rect.center().y() - 1 * s, 10 * s, 7 * s)
    left, right, top = body.x() + 2 * s, body.right() - 2 * s, body.y() - 5 * s
    sheet.elbow([(left, body.y()), (left, top), (right, top), (right, body.y())], color, 1.6)
    sheet.box(body, color, None, 0, 1)
    sheet.hit(rect, Place(table=None), tr("this table stays: no huge page can take its place"))


def _draw_folded(sheet: Sheet, stage: Stage, column: Column, box: Box, arrow: float) -> None:
    theme, s = sheet.theme, box.scale
    rect = QRectF(box.rect.x(), box.rect.y(), box.rect.width(), box.bottom - box.rect.y())
    sheet.box(rect, None, theme.color("border"), 1.2, 4, DASH)
    top = QRectF(rect.x(), rect.y() + 4 * s, rect.width(), 19 * s)
    sheet.text(top, column.level.upper(), theme.ink("p4d"), Type(13 * s, True), CENTRE)
    sheet.fit(top.translated(0, 17 * s), theme.color("text3"), Type(11 * s), tr("folded"), align=CENTRE)
    pgd = stage.columns[0]
    name = f"PGD[{pgd.index}]"
    low = QRectF(rect.x(), max(box.bottom - 60 * s, arrow + 8 * s), rect.width(), 14 * s)
    if low.y() + 44 * s <= box.bottom:
        small = Type(11 * s)
        sheet.fit(low, theme.color("text3"), small, tr("same"), align=CENTRE)
        sheet.fit(low.translated(0, 13 * s), theme.color("text3"), small, tr("entry as"), align=CENTRE)
        mono = Type(10.5 * s, mono=True)
        sheet.fit(low.translated(0, 26 * s), theme.color("text2"), mono, name, name[3:], align=CENTRE)
    sheet.hit(
        rect,
        Place(va=pgd.va(pgd.index), level=column.level, index=0),
        tr("{0} is folded: same entry as {1}").format(column.level.upper(), name),
    )


def _draw_ghost(sheet: Sheet, column: Column, box: Box, first: bool, arrow: float) -> None:
    theme, s = sheet.theme, box.scale
    rect = QRectF(box.rect.x(), box.rect.y(), box.rect.width(), box.bottom - box.rect.y())
    sheet.box(rect, theme.ink(column.level, 0.04), theme.ink(column.level, 0.7), 1.2, 4, DASH)
    top = QRectF(rect.x() + 6, rect.y() + 6 * s, rect.width() - 12, 20 * s)
    sheet.text(top, column.level.upper(), theme.ink(column.level), Type(14 * s, True), CENTRE)
    under = QRectF(top.x(), top.bottom() + 4, top.width(), rect.height() - 34 * s)
    kind = Type(11 * s)
    if column.state == "freed":
        # The arrow of the leaf that is tried passes below.
        gone = tr("taken off: frame {0}").format(f"{column.was or 0:x}")
        text = tr("taken off") if box.rows < 5 else gone
    elif column.state == "skipped":
        words = tr("skipped: the leaf above needs no table"), tr("skipped")
        under, text = beside(under, arrow, CHIP_HEIGHT * s / 2 + 2, kind, words)
    elif first:
        whole = tr("none: the walk stops here: a touch here would fault")
        texts = whole, tr("none: a touch faults"), tr("none")
        text = next((each for each in texts if kind.wrapped(under.width(), each) <= under.height()), "")
    else:
        text = tr("none")
    sheet.text(under, text, theme.color("text2"), kind, WRAPPED)


def beside(
    room: QRectF, arrow: float, half: float, kind: Type, texts: tuple[str, ...]
) -> tuple[QRectF, str]:
    """The first text that fits above or below an arrow with `half` of its chip, and its place."""
    above, below = QRectF(room), QRectF(room)
    above.setBottom(min(arrow - half, room.bottom()))
    below.setTop(max(arrow + half, room.top()))
    for text in texts:
        high = kind.wrapped(room.width(), text)
        for place in (above, below):
            if high <= place.height():
                return place, text
    return room, ""


def draw_fallback(sheet: Sheet, stage: Stage, column: Column, title: QRectF, box: Box, rows: int) -> None:
    """Draw a level that is reached only if the leaf above is refused: its title, and the table to come."""
    theme, s = sheet.theme, box.scale
    if title.bottom() + 20 * s < box.rect.y():
        name = tr("{0} level").format(column.level.upper())
        sheet.fit(title, theme.ink(column.level), Type(13 * s, True), name, align=CENTRE)
        under, small = title.translated(0, 17 * s), Type(11 * s)
        note = tr("reached only by fallback")
        sheet.fit(under, theme.color("text3"), small, note, tr("by fallback"), align=CENTRE)
    draw_header(sheet, stage, column, box.header, s, False)
    for i in range(rows):
        rect = box.slot(i)
        sheet.box(rect, None, theme.color("border"), 1, 0, (2, 2))
        inner = rect.adjusted(10 * s, 0, -8 * s, 0)
        mono, ink = Type(11 * s, mono=True), theme.color("text3")
        sheet.text(inner, number(i, box.style, column.index_bits), ink, mono, LEFT)
        sheet.text(inner, "…", ink, mono, RIGHT)
    if rows and stage.next_writes:
        below = box.slot(rows).adjusted(-38 * s, 0, 42 * s, 0)
        text = tr("next: allocate a table, write {0} PTEs").format(stage.next_writes)
        sheet.fit(below, theme.color("text3"), Type(11 * s), text, tr("next: a table of PTEs"), align=CENTRE)
