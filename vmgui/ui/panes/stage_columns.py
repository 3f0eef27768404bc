"""The walk columns of the stage: one table a level, its slots, count, badge, halo and occupancy strip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF

from vmgui.projection.numbers import address, count
from vmgui.projection.stage import Column, Slot, Stage
from vmgui.ui.paint import CENTRE, DASH, LEFT, RIGHT, WRAPPED, Sheet, Type
from vmgui.ui.panes.ruler import number
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

HEADER, SLOT = 41.0, 21.0


@dataclass(frozen=True, slots=True)
class Box:
    """Where a column lies. `rows` slots are drawn from `first` on; `scale` multiplies every size.

    While the slots move, `first` is no whole number.
    """

    rect: QRectF
    rows: int
    first: float
    scale: float
    style: str
    cursor: int | None = None

    @property
    def header(self) -> QRectF:
        """The header of the table."""
        return QRectF(self.rect.x(), self.rect.y(), self.rect.width(), HEADER * self.scale)

    @property
    def moving(self) -> bool:
        """Whether the slots are on their way to others."""
        return self.first != int(self.first)

    @property
    def shown(self) -> range:
        """The entries whose slots are drawn, the last one of them in part while they move."""
        return range(int(self.first), int(self.first) + self.rows + self.moving)

    @property
    def slots_top(self) -> float:
        """The upper edge of the first slot."""
        return self.header.bottom() + 5 * self.scale

    @property
    def bottom(self) -> float:
        """The lower edge of the last slot."""
        return self.slots_top + self.rows * SLOT * self.scale

    def shows(self, index: int) -> bool:
        """Whether the slot of an entry is drawn."""
        return self.first <= index < self.first + self.rows

    def slot(self, index: int) -> QRectF:
        """The slot of an entry; above or below the drawn ones if it is scrolled out."""
        row = index - self.first
        return QRectF(
            self.rect.x(), self.slots_top + row * SLOT * self.scale, self.rect.width(), SLOT * self.scale
        )


def draw(sheet: Sheet, stage: Stage, column: Column, box: Box, arrow: float) -> None:
    """Draw one column in its state; `arrow` is the height at which an arrow passes a folded one."""
    if column.state == "folded":
        _draw_folded(sheet, stage, column, box, arrow)
    elif column.table is None:
        missing = next(c for c in stage.columns if c.table is None and c.state != "folded")
        _draw_ghost(sheet, column, box, column is missing)
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
    theme, s = sheet.theme, box.scale
    working = column.state == "working"
    halo = theme.color("error" if column.error else column.level, 0.35)
    if working:
        tall = box.bottom - box.rect.y()
        around = QRectF(box.rect.x() - 7, box.rect.y() - 7, box.rect.width() + 14, tall + 14)
        halo_key = ("halo", halo.name(), box.scale)
        sheet.cached(halo_key, around.adjusted(-1, -1, 1, 1), lambda part: part.halo(around, halo))
    draw_header(sheet, stage, column, box.header, s, working)
    shown = [index for index in box.shown if index < column.entries]
    sheet.painter.save()
    if box.moving:
        sheet.painter.setClipRect(
            QRectF(box.rect.x(), box.slots_top, box.rect.width(), box.bottom - box.slots_top)
        )
    for index in sorted(shown, key=lambda i: i == column.index):  # its ring lies over its neighbours
        slot, rect = column.slot(index), box.slot(index)
        here = (index == column.index, working, box.cursor == index, box.style)
        draw_one = partial(_draw_slot, stage=stage, column=column, slot=slot, box=box, working=working)
        key = ("slot", column.level, column.table, column.base, slot, here)
        sheet.cached(key, rect.adjusted(-4, -4, 4, 4), draw_one)
    sheet.painter.restore()
    edge = QRectF(box.rect.x(), box.bottom - 1, box.rect.width(), 1)
    sheet.cells([edge], theme.color("border"))
    _draw_strip(sheet, column, box)
    if in_the_way(stage, column):
        _draw_lock(sheet, box)


def draw_header(sheet: Sheet, stage: Stage, column: Column, rect: QRectF, s: float, working: bool) -> None:
    """Draw the header of a table: its level, how much of it is used, its frame."""
    theme, level = sheet.theme, column.level
    key = ("header", level, column.table is None, column.error, working, s)
    sheet.cached(key, rect, lambda part: _draw_frame(part, column, rect, working))
    inner = rect.adjusted(10 * s, 3 * s, -8 * s, -3 * s)
    top = QRectF(inner.x(), inner.y(), inner.width(), inner.height() * 0.53)
    low = QRectF(inner.x(), top.bottom(), inner.width(), inner.height() * 0.47)
    title, mono = Type(14 * s, True), Type(11 * s, mono=True)
    sheet.text(top, level.upper(), theme.ink(level), title)
    if column.table is None:
        sheet.fit(low, theme.color("text3"), Type(11 * s), tr("not allocated yet"), tr("none"))
        return
    rest = top.adjusted(title.width(level.upper()) + 4, 0, 0, 0)
    full = f"{count(column.count)} / {column.entries}"
    sheet.fit(rest, theme.color("text2"), mono, full, full.replace(" ", ""), count(column.count), align=RIGHT)
    pfn = column.name or f"pfn {column.table:x}"
    boot = f"{pfn} · {tr('boot')}" if column.boot else pfn
    sheet.fit(low, theme.color("text2"), mono, boot, pfn, f"{column.table:x}")
    whole = column.base, column.base + column.entries * column.entry_size
    place = Place(va=whole, level=level, table=column.table, phys=stage.frames(column.table))
    sheet.hit(rect, place, tr("{level} table in frame {pfn:x}: {n} of {all} entries used").format(
        level=level.upper(), pfn=column.table, n=column.count, all=column.entries
    ))  # fmt: skip


def _draw_frame(sheet: Sheet, column: Column, rect: QRectF, working: bool) -> None:
    """The ground of a header."""
    theme, ghost = sheet.theme, column.table is None
    line = theme.color("error") if column.error else theme.ink(column.level)
    fill = theme.tint(column.level, 0.04 if ghost else 0.16)
    sheet.box(rect, theme.color("bg1"), None, 0, 4)
    sheet.box(rect, fill, line, 1.2 if not working else 2, 4, DASH if ghost else None)


def _draw_slot(sheet: Sheet, stage: Stage, column: Column, slot: Slot, box: Box, working: bool) -> None:
    theme, s, rect = sheet.theme, box.scale, box.slot(slot.index)
    here = slot.index == column.index
    filled = here and slot.state in ("table", "leaf")
    fill = (
        theme.fill(column.level) if filled else theme.ink(column.level, 0.25) if here else theme.color("bg2")
    )
    if slot.state == "leaf" and not here:
        fill = theme.ink(column.level, 0.16)
    sheet.cells([rect], theme.color("border"))
    sheet.cells([rect.adjusted(1, 1, -1, 0)], theme.color("bg1"))
    sheet.cells([rect.adjusted(1, 1, -1, 0)], fill)
    ink = theme.color("on_fill") if filled else theme.color("text1" if here else "text3")
    inner = rect.adjusted(10 * s, 0, -8 * s, 0)
    left, right = Type(11 * s, here, True), Type(11 * s, here, True)
    shown = number(slot.index, box.style, column.index_bits)
    sheet.text(inner, shown, ink, left)
    rest = inner.adjusted(left.width(shown) + 6, 0, 0, 0)
    value_ink = ink if here else theme.color("text2" if slot.state != "none" or slot.guard_of else "text3")
    sheet.fit(rest, value_ink, right, *_slot_texts(slot, here), align=RIGHT)
    place = Place(
        va=column.va(slot.index), level=column.level, table=column.table, index=slot.index,
        phys=None if slot.pfn is None else stage.frames(slot.pfn),
    )  # fmt: skip
    sheet.hit(rect, place, partial(entry_tip, column, slot))
    if here and working:
        sheet.box(rect.adjusted(-1.5, -1.5, 1.5, 1.5), None, theme.color("ring"), 2, 2)
    sheet.ring(rect, place, 2)
    if box.cursor == slot.index:
        sheet.box(rect.adjusted(2, 2, -2, -2), None, theme.color("accent"), 1.5, 2, DASH)


def _slot_texts(slot: Slot, here: bool) -> tuple[str, ...]:
    if slot.guard_of:
        return tr("– guard of {0}").format(slot.guard_of), tr("guard"), "–"
    if slot.state == "none":
        return (tr("empty"), "–") if here else ("–",)
    if slot.state in ("table", "leaf"):
        return f"→ {slot.pfn:x}", f"{slot.pfn:x}"
    return ({"special": tr("special"), "bad": tr("bad")}[slot.state],)


def _stretches(column: Column, height: float) -> Iterator[tuple[float, float, bool]]:
    """What is populated, on a strip so high: top and bottom, at least 2 px apart, and whether it is leaves.

    Stretches that touch each other are one: a table may hold hundreds.
    """
    scale = height / column.entries
    held: tuple[float, float, bool] | None = None
    for first, end, state in column.runs:
        tall = max((end - first) * scale, 2)
        top, leaf = min(first * scale, height - tall), state == "leaf"
        if held is not None and held[2] == leaf and top <= held[1]:
            held = held[0], max(held[1], top + tall), leaf
            continue
        if held is not None:
            yield held
        held = top, top + tall, leaf
    if held is not None:
        yield held


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


def in_the_way(stage: Stage, column: Column) -> bool:
    """Whether this table refuses a huge page above it: it cannot be freed, or somebody dumps it."""
    leaf, levels = stage.leaf, [c.level for c in stage.columns]
    if leaf is None or leaf.refusal not in ("cannot-free-table", "ptdump-busy") or column.table is None:
        return False
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


def _draw_ghost(sheet: Sheet, column: Column, box: Box, first: bool) -> None:
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
        # In a low stage the arrow of the leaf passes where the second line would be.
        text = tr("skipped") if box.rows < 6 else tr("skipped: the leaf above needs no table")
    elif first:
        whole = tr("none: the walk stops here: a touch here would fault")
        texts = whole, tr("none: a touch faults"), tr("none")
        text = next((each for each in texts if kind.wrapped(under.width(), each) <= under.height()), "")
    else:
        text = tr("none")
    sheet.text(under, text, theme.color("text2"), kind, WRAPPED)


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
