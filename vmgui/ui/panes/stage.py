"""The stage: the walk of one address through the page tables, down to physical memory."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import nullcontext
from functools import partial
from math import ceil

from PySide6.QtCore import QPointF, QRect, QRectF, QSignalBlocker, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QKeyEvent, QPaintEvent, QRegion, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QWidget

from vmgui.projection.levels import Level
from vmgui.projection.stage import Column, Stage
from vmgui.projection.stage_change import Change, between, change, only_reason
from vmgui.ui.motion import Motion, plan
from vmgui.ui.paint import CENTRE, Hit, Pictures, Sheet, Type
from vmgui.ui.panes import (
    ruler,
    stage_arrows,
    stage_box,
    stage_columns,
    stage_layout,
    stage_memory,
    stage_tables,
)
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.stage_box import Box, box_at
from vmgui.ui.panes.stage_parts import Parts
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import px
from vmgui.ui.words import tr

#: What a large stage keeps free below its columns, for the table that a refused leaf falls back to.
FOOT = 46
#: How much larger the lens shows things.
ZOOM = 2.0


class StageCanvas(Canvas):
    """Draws a Stage. `base_scale` enlarges everything; the width may make it smaller.

    A `large` one, for a lecture, keeps its size and gives the room below its columns to memory.
    """

    def __init__(
        self,
        selection: Selection,
        parent: QWidget | None = None,
        large: bool = False,
        clock: QVariantAnimation | None = None,
    ):
        super().__init__(selection, parent)
        self.large = large
        self._drawn: Stage | None = None
        self._parts: Parts | None = None  # what the picture consists of
        self._stale = True  # whether all of it is to be painted anew
        self._columns = Pictures()
        self._damage: QRegion | None = None  # while a part of the widget is painted
        if large:  # it takes its size from the screen
            self.factor = 1.0
        self.setAccessibleName(tr("Stage: page tables, level by level"))
        self.setMinimumSize(px(240), px(60))
        self.stage: Stage | None = None
        self.style_name = "decimal"
        self.base_scale = 1.0
        self._cursor: tuple[Level, int] | None = None
        self._scroll: dict[Level, int] = {}
        self._lens = QTransform()
        self.motion = Motion(self, clock)
        self.motion.ticked.connect(self._update_changes)
        self._before: Stage | None = None
        self._change = Change()
        self._pans: dict[Level, int] = {}
        self._boxes: dict[Level, Box] = {}
        self.whole = False  # all entries of the tables instead of the way through them
        self._grids: tuple[stage_tables.Grid, ...] = ()
        selection.changed.connect(self._select)

    def sizeHint(self) -> QSize:
        return QSize(px(984), px(342))

    def set_stage(self, stage: Stage | None, moving: bool = False) -> None:
        """Show a stage, `moving` on from the one before.

        Scrolling by hand ends when the walk is another, and where it hides the walk from a step.
        """
        if stage is not None and stage == self.stage:
            return
        before, firsts = self.stage, self._firsts()
        if stage is None or self.stage is None or stage.address != self.stage.address:
            self._scroll.clear()
            self._cursor = None
        self.stage = stage
        if QWidget.accessibleDescription(self):
            self.setAccessibleDescription("")  # what the keyboard was on: `summary` tells the walk
        if not only_reason(before, stage):
            self._show_walk()
            with QSignalBlocker(self.motion):  # what has moved on is painted with what has changed
                self._move_on(before, firsts, moving)
        self._update_changes()

    def update(self) -> None:  # type: ignore[override]
        """Paint everything anew; until then what is seen can be pointed at."""
        self._stale = True
        super().update()

    def _update_changes(self) -> None:
        """Paint anew what looks other than before."""
        if self._stale or self.stage is None or not self._composable:
            self.update()
            return
        parts = self._parts = self._compose(self.stage)
        if parts.afresh:
            super().update()
        else:
            for room in self._rooms(parts.damage):
                super().update(room)

    @property
    def _composable(self) -> bool:
        """Whether what is shown stays where it is from step to step."""
        return not (self.whole or self.zoomed) and self.isVisible()

    def _show_walk(self) -> None:
        """Scroll the columns back that show other entries than the one of the walk."""
        for column in self.stage.columns if self.stage else ():
            box = self._boxes.get(column.level)
            if box is not None and not box.shows(column.index):
                self._scroll.pop(column.level, None)

    def _firsts(self) -> dict[Level, int]:
        """The first slot drawn of every table, with which the next stage is compared."""
        return {level: int(box.first) for level, box in self._boxes.items()} if self.stage else {}

    def _move_on(self, before: Stage | None, firsts: dict[Level, int], moving: bool) -> None:
        """Begin the motions from one stage to the next, or end those that are shown."""
        if not moving or before is None or self.stage is None or not self.isVisible() or self.whole:
            self.motion.finish()
            return
        self._before, self._change = before, change(before, self.stage)
        rows = max((box.rows for box in self._boxes.values()), default=1)
        self._pans = {
            column.level: firsts[column.level]
            for column in self.stage.columns
            if column.table is not None
            and firsts.get(column.level, self._first(column, rows)) != self._first(column, rows)
        }
        motions = plan(self._change, bool(self._pans))
        if motions or self.motion.running:
            self.motion.run(motions)

    def set_scale(self, scale: float) -> None:
        """Draw everything larger."""
        self.base_scale = scale
        self.update()

    def set_style_name(self, style: str) -> None:
        """Write table indexes in decimal, hexadecimal or binary."""
        self.style_name = style
        self.update()

    def show_whole(self, whole: bool) -> None:
        """Show all entries of the tables, or the way through them."""
        self.whole, self._grids = whole, ()
        self.motion.finish()
        self.update()

    def summary(self) -> str:
        """The walk as a screen reader reads it: one sentence a level."""
        if self.stage is None:
            return tr("No operation yet")
        said = []
        for column in self.stage.columns:
            if column.state == "folded":
                said.append(tr("{0}: folded").format(column.level.upper()))
            elif column.table is None:
                said.append(tr("{0}: no table").format(column.level.upper()))
            else:
                slot = column.slot(column.index)
                said.append(stage_columns.entry_tip(column, slot).replace("\n", ", "))
        leaf = self.stage.leaf
        if leaf is not None and leaf.state == "refused":
            said.append(tr("huge page refused: {0}").format(stage_memory.why(leaf, self.stage.arch)))
        return "; ".join(said)

    # --- drawing ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        self._damage = event.region()
        try:
            super().paintEvent(event)
        finally:
            self._damage = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stale = True

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the stage, through the lens where one is held over it."""
        if self.stage is None:
            self._drawn = None
            self._draw_nothing(sheet)
            return
        sheet.painter.save()
        sheet.painter.setTransform(self._lens, True)
        if self.whole:
            self._draw_whole(sheet, self.stage)
        else:
            self._draw_parts(sheet, self.stage)
        sheet.painter.restore()

    def _draw_parts(self, sheet: Sheet, stage: Stage) -> None:
        """Draw what the stage consists of from left to right, as far as it is painted anew."""
        if self._parts is None or self._stale:
            self._parts = self._compose(stage)
        if self._damage is None or self.zoomed:
            self._parts.draw(sheet, None, self._columns)
            return
        for room in self._rooms(self._damage):
            sheet.painter.setClipRect(self.of_screen(room))
            self._parts.draw(sheet, room, self._columns)

    def _rooms(self, damage: QRegion) -> list[QRect]:
        """What is damaged of the ruler, and below it: they have nothing in common but an edge."""
        assert self._drawn is not None
        bar = self._ruler(self._plan(self._drawn))
        edge = ceil((bar.rect.y() + bar.height) * self.factor)
        wide, high = self.size().toTuple()
        halves = QRect(0, 0, wide, edge), QRect(0, edge, wide, high - edge)
        rooms = [damage.intersected(half).boundingRect() for half in halves]
        return [room for room in rooms if not room.isEmpty()]

    def zoom_to(self, point: QPointF) -> None:
        """Show what is at a point twice as large, in the middle; or everything again."""
        if self.zoomed:
            self._lens = QTransform()
        else:
            hit = self.hit_at(point)
            middle = hit.rect.center() if hit is not None else point
            x = min(max(middle.x() * ZOOM - self.width() / 2, 0), self.width() * (ZOOM - 1))
            y = min(max(middle.y() * ZOOM - self.height() / 2, 0), self.height() * (ZOOM - 1))
            self._lens = QTransform.fromTranslate(-x, -y).scale(ZOOM, ZOOM)
        self.update()

    @property
    def zoomed(self) -> bool:
        """Whether a part is shown larger."""
        return not self._lens.isIdentity()

    def shown_at(self, point: QPointF) -> QPointF:
        """Where a point of the stage is seen."""
        return self._lens.map(point)

    def hit_at(self, pos: QPointF) -> Hit | None:
        point = self._lens.inverted()[0].map(pos)
        found = stage_tables.hit_in(self.stage, self._grids, point) if self.stage and self.whole else None
        return found or super().hit_at(point)

    def all_hits(self) -> list[Hit]:
        """Every region that can be pointed at; those of the tables are made when somebody points."""
        stage, parts = self._drawn, self._parts
        if stage is None or self.whole or parts is None:
            return self.hits
        found = ruler.hits_of(stage, self._ruler(self._plan(stage)), ruler.names_of(stage))
        for name, part in parts.held.items():
            column = stage.column(name) if name in self._boxes else None
            if column is not None and column.table is not None:
                found += stage_columns.hits_of(stage, column, self._boxes[column.level])
            found += part.hits
        return found

    def _compose(self, stage: Stage) -> Parts:
        """What the picture of the stage consists of: ruler, lines, memory, columns, arrows, notes."""
        shown, motion = self._on_the_way(stage), self.motion
        self._drawn = shown
        plan = self._plan(shown)
        names = ruler.names_of(shown)
        self._stale = False
        parts = Parts((plan, self.style_name, names, shown.arch), self.factor, self._parts)
        boxes = self._boxes = self._lay_out(shown, plan)
        ends = ruler.compose(parts, shown, self._ruler(plan), names)
        stage_arrows.compose_leads(parts, shown, boxes, ends)
        found = stage_memory.compose(parts, shown, plan)
        for column in shown.columns:
            self._compose_level(parts, shown, column, stage_arrows.passing(shown, column, boxes))
        stage_arrows.compose_steps(parts, shown, boxes, self._change.made, motion.done("arrow"))
        if found is not None and shown.leaf is not None:
            done = (motion.done("leaf"), motion.done("chip"))
            stage_arrows.compose_leaf(parts, shown, boxes, found, self.height(), done)
        stage_memory.compose_notes(parts, shown, plan.scale, self.width(), self.height())
        parts.finish()
        return parts

    def _plan(self, stage: Stage) -> stage_layout.Plan:
        """Where everything lies."""
        foot = FOOT if self.large else 40 if stage.access or stage_arrows.in_the_way(stage) else 16
        folded = tuple([c.state == "folded" for c in stage.columns])
        return stage_layout.plan_of(folded, self.width(), self.height(), self._scale(), foot, self.large)

    def _ruler(self, plan: stage_layout.Plan) -> ruler.Ruler:
        return ruler.Ruler(plan.ruler, plan.scale, self.style_name, both=not self.large)

    def _draw_whole(self, sheet: Sheet, stage: Stage) -> None:
        """Draw all entries of the tables, below the ruler."""
        plan = self._plan(stage)
        bar, s, margin = self._ruler(plan), plan.scale, plan.margin
        top = bar.rect.y() + bar.height + 24 * s
        told = self.height() > 290 * s or stage.access is not None
        foot = (30 if told else 8) * s
        area = QRectF(margin, top, self.width() - 2 * margin, max(self.height() - top - foot, 0))
        boxes = stage_tables.lay_out(stage, area, s, self.style_name)
        self._boxes, self._drawn, self._parts = {}, None, None
        above = Parts(None, self.factor)
        ends = ruler.compose(above, stage, bar, ruler.names_of(stage))
        stage_arrows.compose_leads(above, stage, {c.level: box for c, box in boxes.items()}, ends)
        above.draw(sheet)
        sheet.hits += ruler.hits_of(stage, bar, ruler.names_of(stage))
        at = place_of(stage, *self._cursor) if self._cursor and self.hasFocus() else None
        self._grids = stage_tables.draw(sheet, stage, boxes, area.bottom(), at)
        if told and stage.access is None:
            stage_tables.draw_legend(sheet, QRectF(margin, self.height() - 24 * s, area.width(), 18 * s), s)
        stage_memory.draw_notes(sheet, stage, s, self.width(), self.height())

    def _on_the_way(self, stage: Stage) -> Stage:
        """The stage as far as a run of entries has got."""
        run, done = self._change.run, self.motion.done("run")
        if run is None or done >= 1 or self._before is None:
            return stage
        return between(self._before, stage, run, done)

    def _compose_level(self, parts: Parts, stage: Stage, column: Column, arrow: float) -> None:
        """One level; a table that has just come appears when the arrow has reached it."""
        level, box, done = column.level, self._boxes[column.level], (1.0, 1.0)
        if level in self._change.made:
            done = self.motion.done("outline"), self.motion.done("badge")
        fallback = column.state == "fallback" and column.table is None
        if fallback:
            look: Hashable = (stage.leaf, stage.next_writes, box, done)
        else:
            look = (column.new, done, stage_columns.look_of(stage, column, box, arrow))
        if parts.has(level, look):
            return
        rect, foot = box.rect, self.height() if fallback else box.bottom + 10
        more = 42 * box.scale if fallback else 10
        area = (rect.x() - more, rect.y() - 14, rect.width() + more + max(more, 14), foot - rect.y() + 14)
        draw = partial(self._draw_level, stage=stage, column=column, arrow=arrow, done=done)
        parts.add(level, look, area, draw, kept=level != "pte")  # which is hardly ever the same again

    def _draw_level(
        self, sheet: Sheet, stage: Stage, column: Column, arrow: float, done: tuple[float, float]
    ) -> None:
        box, (outline, badge) = self._boxes[column.level], done
        if outline < 1 and self._before is not None:
            before = self._before.column(column.level)
            if before is not None and before.table is None and before.state != "fallback":
                with sheet.faded(1 - outline):
                    stage_columns.draw(sheet, self._before, before, box, arrow)
        with sheet.faded(outline) if outline < 1 else nullcontext():
            if column.state == "fallback" and column.table is None:
                stage_arrows.draw_fallback(sheet, stage, column, self._boxes, self.height())
            else:
                stage_columns.draw(sheet, stage, column, box, arrow)
        if column.new and column.table is not None:
            with sheet.faded(badge):
                stage_columns.draw_badge(sheet, box)

    def _scale(self) -> float:
        """Smaller than asked only where the columns would not fit, and never so that text is unreadable."""
        if self.large:
            return self.base_scale
        return self.base_scale * max(min(self.width() / (984 * self.base_scale), 1.0), 0.92)

    def _lay_out(self, stage: Stage, plan: stage_layout.Plan) -> dict[Level, Box]:
        """Where the columns lie."""
        level, index = self._cursor if self._cursor and self.hasFocus() else (None, None)
        done, style, rows, top, s = self.motion.done("pan"), self.style_name, plan.rows, plan.top, plan.scale
        return {
            column.level: box_at(
                x, top, width, rows, self._moving_first(column, rows, done), s, style,
                index if column.level == level else None,
            )
            for column, (x, width) in zip(stage.columns, plan.lanes, strict=False)
        }  # fmt: skip

    def _moving_first(self, column: Column, rows: int, done: float) -> float:
        """The first slot drawn, between two whole ones while the slots have moved a part of their way."""
        first = self._first(column, rows)
        if done >= 1 or column.level not in self._pans:
            return first
        return self._pans[column.level] + (first - self._pans[column.level]) * done

    def _first(self, column: Column, rows: int) -> int:
        # whole pages of slots: while a run is written the slots stand still and the entry moves
        first = self._scroll.get(column.level, column.index // rows * rows)
        return max(0, min(first, column.entries - rows))

    def _draw_nothing(self, sheet: Sheet) -> None:
        text = tr("Run an operation, or type  a = vmalloc 4M")
        sheet.text(QRectF(self.rect()), text, self.theme.color("text3"), Type(14 * self.base_scale), CENTRE)

    # --- keyboard and wheel ------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and arrows change level and slot, Enter selects."""
        moves = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        move = moves.get(Qt.Key(event.key())) if event.modifiers() & Qt.KeyboardModifier.AltModifier else None
        if move is not None and self.stage is not None:
            self._move(self.stage, *move)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor and self.stage:
            self.selection.select(place_of(self.stage, *self._cursor))
        else:
            super().keyPressEvent(event)

    def _move(self, stage: Stage, levels: int, slots: int) -> None:
        tables = [c for c in stage.columns if c.table is not None]
        if not tables:
            return
        level, index = self._cursor or self._beginning(tables)
        here = next((i for i, c in enumerate(tables) if c.level == level), len(tables) - 1)
        if levels:
            column = tables[max(0, min(here + levels, len(tables) - 1))]
            index = column.index
        else:
            column = tables[here]
            index = max(0, min(index + slots, column.entries - 1))
        self._cursor = (column.level, index)
        self._reveal(column, index)
        self.selection.hover(place_of(stage, column.level, index))
        self.describe(stage_columns.entry_tip(column, column.slot(index)))
        self.update()

    def _beginning(self, tables: list[Column]) -> tuple[Level, int]:
        """Where the keyboard begins: at the entry that is selected, or where the walk works."""
        chosen = self.selection.place or Place()
        for column in tables:
            if chosen.index is not None and (column.table, column.level) == (chosen.table, chosen.level):
                return column.level, chosen.index
        working = next((c for c in tables if c.state == "working"), tables[-1])
        return working.level, working.index

    def _select(self, _place: Place | None) -> None:
        """From what is selected the keyboard goes on."""
        self._cursor = None

    def _reveal(self, column: Column, index: int) -> None:
        assert self.stage is not None
        rows = self._plan(self.stage).rows
        first = self._first(column, rows)
        if not first <= index < first + rows:
            self._scroll[column.level] = index - (rows - 1 if index > first else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the slots of the column under the pointer."""
        hit = self.hit_at(event.position())
        column = self.stage.column(hit.place.level) if self.stage and hit and hit.place.level else None
        if self.stage is None or column is None or column.table is None or self.whole:
            event.ignore()
            return
        rows = self._plan(self.stage).rows
        down = -1 if event.angleDelta().y() > 0 else 1
        self._scroll[column.level] = max(0, min(self._first(column, rows) + down, column.entries - rows))
        self.update()

    def go_to(self, place: Place | None) -> None:
        """Scroll a column of the walk so that the selected entry is visible; without one, to the walk."""
        if place is None:
            self._scroll.clear()
            self.update()
            return
        column = self.stage.column(place.level) if self.stage and place.level else None
        if column is not None and place.index is not None and place.va == column.va(place.index):
            self._reveal(column, place.index)
            self.update()


def place_of(stage: Stage, level: Level, index: int) -> Place:
    """What an entry of a column stands for."""
    column = stage.column(level) or stage.columns[0]
    return stage_box.place_of(stage, column, column.slot(index))
