"""The stage as whole tables: all entries of each table on the way of an address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF

from vmgui.projection.levels import EntryState
from vmgui.projection.stage import Column, Stage
from vmgui.ui.paint import RIGHT, Hit, Sheet, Type
from vmgui.ui.panes import stage_box, stage_columns
from vmgui.ui.panes.ruler import number
from vmgui.ui.panes.stage_box import HEADER, SLOT, Box
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

#: Width of a folded level, room between two columns, and what stands below the entries.
FOLDED, GAP, FOOT = 64.0, 22.0, 20.0
#: From this size on a cell has an edge that is left free.
ROOMY = 4.0
#: An entry in use that stands alone is found this far from its cell.
SLOP = 5.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the entries of a table lie: `wide` in a row, from left to right and then down."""

    column: Column
    area: QRectF
    wide: int

    @staticmethod
    def of(column: Column, area: QRectF) -> Grid:
        """The grid of an area whose cells are the nearest to squares."""
        widths = [1 << bits for bits in range(column.index_bits + 1)]
        shapes = {wide: area.width() / wide / (area.height() * wide / column.entries) for wide in widths}
        return Grid(column, area, min(widths, key=lambda wide: max(shapes[wide], 1 / shapes[wide])))

    def cell(self, index: int) -> QRectF:
        """Where an entry is."""
        wide, high = self.area.width() / self.wide, self.area.height() * self.wide / self.column.entries
        row, place = divmod(index, self.wide)
        return QRectF(self.area.x() + place * wide, self.area.y() + row * high, wide, high)

    def index_at(self, point: QPointF) -> int | None:
        """The entry at a point."""
        if not self.area.contains(point):
            return None
        first = self.cell(0)
        place = min(int((point.x() - self.area.x()) / first.width()), self.wide - 1)
        index = int((point.y() - self.area.y()) / first.height()) * self.wide + place
        return min(index, self.column.entries - 1)

    def near(self, point: QPointF) -> int | None:
        """The entry that is meant at a point: that of its cell, or the only one in use around it."""
        inside = QPointF(
            min(max(point.x(), self.area.left()), self.area.right() - 0.01),
            min(max(point.y(), self.area.top()), self.area.bottom() - 0.01),
        )
        if abs(inside.x() - point.x()) > SLOP or abs(inside.y() - point.y()) > SLOP:
            return None
        here, around = self.index_at(inside), QRectF(point.x() - SLOP, point.y() - SLOP, 2 * SLOP, 2 * SLOP)
        if here is None or self._held(here):
            return here
        rows, places = self._span(around)
        found = (row * self.wide + place for row in rows for place in places)
        lone = [index for index in found if self._held(index)]
        return lone[0] if len(lone) == 1 else here

    def _span(self, around: QRectF) -> tuple[range, range]:
        """The rows, and the cells of each, that a rectangle touches."""
        cell, last = self.cell(0), self.column.entries // self.wide - 1
        top, left = around.top() - self.area.top(), around.left() - self.area.left()
        rows = range(max(int(top / cell.height()), 0),
                     min(int((top + around.height()) / cell.height()), last) + 1)  # fmt: skip
        places = range(max(int(left / cell.width()), 0),
                       min(int((left + around.width()) / cell.width()), self.wide - 1) + 1)  # fmt: skip
        return rows, places

    def _held(self, index: int) -> bool:
        """Whether an entry is in use, or the one that the address selects."""
        return index == self.column.index or any(start <= index < end for start, end, _ in self.column.runs)


def hit_in(stage: Stage, grids: tuple[Grid, ...], point: QPointF) -> Hit | None:
    """The entry at a point, of whichever table."""
    for grid in grids:
        index = grid.near(point)
        if index is not None:
            slot = grid.column.slot(index)
            tip = partial(stage_columns.entry_tip, grid.column, slot)
            return Hit(grid.cell(index), stage_box.place_of(stage, grid.column, slot), tip)
    return None


def lay_out(stage: Stage, area: QRectF, scale: float, style: str) -> dict[Column, Box]:
    """A box a column: all tables are as wide as each other."""
    folded = sum(column.state == "folded" for column in stage.columns)
    room = area.width() - GAP * scale * (len(stage.columns) - 1) - FOLDED * scale * folded
    wide = room / max(len(stage.columns) - folded, 1)
    rows = max(int((area.height() - (HEADER + 5) * scale) / (SLOT * scale)), 1)
    boxes, x = {}, area.x()
    for column in stage.columns:
        width = FOLDED * scale if column.state == "folded" else wide
        boxes[column] = Box(QRectF(x, area.y(), width, 0), rows, 0, scale, style)
        x += width + GAP * scale
    return boxes


def draw(
    sheet: Sheet, stage: Stage, boxes: dict[Column, Box], bottom: float, cursor: Place | None
) -> tuple[Grid, ...]:
    """Draw all columns; the grids of those that have a table. `cursor` is where the keyboard is."""
    grids = []
    for column, box in boxes.items():
        if column.table is None and column.state == "fallback":
            stage_columns.draw_header(sheet, stage, column, box.header, box.scale, False)
            continue
        if column.table is None or column.state == "folded":
            stage_columns.draw(sheet, stage, column, box, box.bottom)
            continue
        foot = FOOT * box.scale
        area = QRectF(box.rect.x(), box.slots_top, box.rect.width(), bottom - box.slots_top - foot)
        grid = Grid.of(column, area)
        key = ("table", column.level, column.table, column.base, column.slots)
        sheet.cached(key, area, partial(_draw_cells, grid=grid))
        _draw_here(sheet, stage, grid, box, cursor)
        grids.append(grid)
    return tuple(grids)


def _draw_cells(sheet: Sheet, grid: Grid) -> None:
    """All entries: a full cell maps memory, a small one in it leads to a table."""
    theme, column = sheet.theme, grid.column
    first = grid.cell(0)
    edge = 1 if min(first.width(), first.height()) >= ROOMY else 0
    rects = [grid.cell(index).adjusted(0, 0, -edge, -edge) for index in range(column.entries)]
    sheet.cells(rects, theme.color("bg3"))
    by: dict[EntryState, list[QRectF]] = {}
    for start, end, state in column.runs:
        by.setdefault(state, []).extend(rects[start:end])
    for state, held in by.items():
        if state == "table":
            inner = [r.adjusted(r.width() * 0.2, r.height() * 0.2, -r.width() * 0.2, 0) for r in held]
            sheet.cells(inner, theme.ink(column.level))
        else:
            sheet.cells(held, theme.fill(column.level) if state == "leaf" else theme.color("error"))


def _draw_here(sheet: Sheet, stage: Stage, grid: Grid, box: Box, cursor: Place | None) -> None:
    """The header, the ring of the entry that the address selects, and what is in it or where one points."""
    theme, column, s = sheet.theme, grid.column, box.scale
    working = column.state == "working"
    if working:
        end = grid.area.bottom() + FOOT * s
        whole = QRectF(box.rect.x(), box.rect.y(), box.rect.width(), end - box.rect.y())
        halo = theme.color("error" if column.error else column.level, 0.35)
        sheet.halo(whole.adjusted(-6, -6, 6, 2), halo)
    stage_columns.draw_header(sheet, stage, column, box.header, s, working)
    sheet.hits.append(stage_columns.header_hit(stage, column, box.header))
    if column.new:
        stage_columns.draw_badge(sheet, box)
    cell, slot = grid.cell(column.index), column.slot(column.index)
    place = stage_box.place_of(stage, column, slot)
    sheet.box(cell.adjusted(-2.5, -2.5, 1.5, 1.5), None, theme.color("ring"), 2, 2)
    sheet.hit(cell, place, partial(stage_columns.entry_tip, column, slot))
    pointed = column.index
    for chosen in (sheet.selected, cursor, sheet.hovered):
        if chosen is None or (chosen.table, chosen.level) != (column.table, column.level):
            continue
        if chosen.index is not None and chosen.index < column.entries:
            around = grid.cell(chosen.index).adjusted(-2.5, -2.5, 1.5, 1.5)
            sheet.box(around, None, theme.color("accent" if chosen is cursor else "ring"), 1.5, 2)
            pointed = chosen.index if chosen is not sheet.selected else pointed
    _draw_caption(sheet, stage, grid, box, pointed)


def _draw_caption(sheet: Sheet, stage: Stage, grid: Grid, box: Box, index: int) -> None:
    """Below a table, an entry: its number, and where it leads."""
    theme, column, s = sheet.theme, grid.column, box.scale
    rect = QRectF(box.rect.x(), grid.area.bottom() + 3 * s, box.rect.width(), (FOOT - 3) * s)
    slot, mono = column.slot(index), Type(11 * s, True, True)
    name = number(index, box.style, column.index_bits)
    leaf = stage.leaf if index == column.index else None
    refused = leaf is not None and leaf.state == "refused" and leaf.level == column.level
    there = f"→ {slot.pfn:x}" if slot.pfn is not None else tr("empty")
    sheet.fit(rect, theme.ink(column.level), mono, name)
    rest = rect.adjusted(mono.width(name) + 6 * s, 0, -2, 0)
    said = f"✗ {tr('refused')}" if refused else there
    sheet.fit(rest, theme.color("error" if refused else "text1"), mono, said, align=RIGHT)


def draw_legend(sheet: Sheet, rect: QRectF, s: float) -> None:
    """What a cell means."""
    theme, kind, side = sheet.theme, Type(11 * s), 9 * s
    mark = QRectF(rect.x(), rect.center().y() - side / 2, side, side)
    texts = tr("leads to a table"), tr("maps memory"), tr("the entry of this address")
    for i, text in enumerate(texts):
        if i == 2:
            sheet.box(mark, None, theme.color("ring"), 2, 2)
        else:
            by = 0 if i else side * 0.2
            sheet.cells([mark], theme.color("bg3"))
            sheet.cells([mark.adjusted(by, by, -by, 0)], theme.color("text2"))
        wide = kind.width(text)
        after = QRectF(mark.right() + 6 * s, rect.y(), wide + 4, rect.height())
        sheet.text(after, text, theme.color("text2"), kind)
        mark.translate(side + wide + 26 * s, 0)
