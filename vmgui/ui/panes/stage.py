"""The stage: the walk of one address through the page tables, down to physical memory."""

from __future__ import annotations

from contextlib import nullcontext

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QKeyEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vmgui.projection.levels import Level
from vmgui.projection.numbers import address
from vmgui.projection.stage import Column, Stage
from vmgui.projection.stage_change import Change, between, change, only_reason
from vmgui.ui.motion import Motion, plan
from vmgui.ui.paint import CENTRE, Hit, Sheet, Type
from vmgui.ui.panes import ruler, stage_arrows, stage_columns, stage_layout, stage_memory, stage_tables
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.header import PaneHeader, Segments
from vmgui.ui.panes.stage_columns import HEADER, SLOT, Box
from vmgui.ui.panes.stage_layout import MARGIN
from vmgui.ui.panes.stage_memory import MemoryBox
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
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
        self._below = 0
        self._all: list[Hit] | None = None
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
        self.motion.ticked.connect(self.update)
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
            self._move_on(before, firsts, moving)
        self.update()

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
        self.motion.run(plan(self._change, bool(self._pans)))

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

    def paint_on(self, sheet: Sheet) -> None:
        """Draw the stage, through the lens where one is held over it."""
        self._drawn = self._all = None
        if self.stage is None:
            self._draw_nothing(sheet)
            return
        sheet.painter.save()
        sheet.painter.setTransform(self._lens, True)
        self._draw_stage(sheet)
        sheet.painter.restore()

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
        if self._all is None:
            stage, boxes = self._drawn, self._boxes
            slots: list[Hit] = []
            for column in stage.columns if stage is not None else ():
                if stage is not None and column.table is not None:
                    slots += stage_columns.hits_of(stage, column, boxes[column.level])
            self._all = [*self.hits[: self._below], *slots, *self.hits[self._below :]]
        return self._all

    def _draw_stage(self, sheet: Sheet) -> None:
        """Draw ruler, columns, arrows and memory from left to right."""
        stage, s, wide = self.stage, self._scale(), self.width()
        assert stage is not None
        margin = MARGIN * min(s, wide / 984)
        bar = ruler.Ruler(
            QRectF(margin, 6 * s, wide - 2 * margin, 0), self._ruler_scale(s), self.style_name,
            both=not self.large,
        )  # fmt: skip
        ends = ruler.draw(sheet, stage, bar)
        if self.whole:
            self._draw_whole(sheet, stage, ends, s, bar.rect.y() + bar.height + 24 * s)
            return
        stage = self._drawn = self._on_the_way(stage)
        boxes, memory = self._layout(stage, s, bar.rect.y() + bar.height + 29 * s)
        self._boxes = boxes
        motion, made = self.motion, self._change.made
        stage_arrows.draw_leads(sheet, stage, boxes, ends)
        found = stage_memory.draw_memory(sheet, stage, memory)
        self._below = len(sheet.hits)
        arrow = boxes[stage.columns[0].level].slot(stage.columns[0].index).center().y()
        for column in stage.columns:
            self._draw_level(sheet, stage, column, boxes, arrow)
        stage_arrows.draw_steps(sheet, stage, boxes, made, motion.done("arrow"))
        if found is not None and stage.leaf is not None:
            done = (motion.done("leaf"), motion.done("chip"))
            stage_arrows.draw_leaf(sheet, stage, stage.leaf, boxes, found, self.height(), done)
        self._draw_notes(sheet, stage, s)

    def _draw_whole(
        self, sheet: Sheet, stage: Stage, ends: dict[str, tuple[float, float]], s: float, top: float
    ) -> None:
        """Draw all entries of the tables, below the ruler."""
        margin = MARGIN * min(s, self.width() / 984)
        told = self.height() > 290 * s or stage.access is not None
        foot = (30 if told else 8) * s
        area = QRectF(margin, top, self.width() - 2 * margin, max(self.height() - top - foot, 0))
        boxes = stage_tables.lay_out(stage, area, s, self.style_name)
        self._boxes = {}
        stage_arrows.draw_leads(sheet, stage, {c.level: box for c, box in boxes.items()}, ends)
        at = place_of(stage, *self._cursor) if self._cursor and self.hasFocus() else None
        self._grids = stage_tables.draw(sheet, stage, boxes, area.bottom(), at)
        if told and stage.access is None:
            stage_tables.draw_legend(sheet, QRectF(margin, self.height() - 24 * s, area.width(), 18 * s), s)
        self._draw_notes(sheet, stage, s)

    def _on_the_way(self, stage: Stage) -> Stage:
        """The stage as far as a run of entries has got."""
        run, done = self._change.run, self.motion.done("run")
        if run is None or done >= 1 or self._before is None:
            return stage
        return between(self._before, stage, run, done)

    def _draw_level(self, sheet: Sheet, stage: Stage, column: Column, boxes: dict[Level, Box], arrow: float):
        """Draw one level; a table that has just come appears when the arrow has reached it."""
        box, motion = boxes[column.level], self.motion
        grows = column.level in self._change.made
        outline = motion.done("outline") if grows else 1.0
        if outline < 1 and self._before is not None:
            before = self._before.column(column.level)
            if before is not None and before.table is None and before.state != "fallback":
                with sheet.faded(1 - outline):
                    self._draw_column(sheet, self._before, before, box, arrow)
        with sheet.faded(outline) if outline < 1 else nullcontext():
            if column.state == "fallback" and column.table is None:
                stage_arrows.draw_fallback(sheet, stage, column, boxes, self.height())
            else:
                self._draw_column(sheet, stage, column, box, arrow)
        if column.new and column.table is not None:
            with sheet.faded(motion.done("badge") if grows else 1.0):
                stage_columns.draw_badge(sheet, box)

    def _draw_column(self, sheet: Sheet, stage: Stage, column: Column, box: Box, arrow: float) -> None:
        rect = box.rect
        area = QRectF(rect.x() - 10, rect.y() - 14, rect.width() + 24, box.bottom - rect.y() + 24)
        look = stage_columns.look_of(stage, column, box, arrow)
        sheet.cached(look, area, lambda part: stage_columns.draw(part, stage, column, box, arrow))

    def _scale(self) -> float:
        """Smaller than asked only where the columns would not fit, and never so that text is unreadable."""
        if self.large:
            return self.base_scale
        return self.base_scale * max(min(self.width() / (984 * self.base_scale), 1.0), 0.92)

    def _ruler_scale(self, s: float) -> float:
        return s

    def _rows(self, top: float, s: float) -> int:
        foot = 40 if self.stage and (self.stage.access or stage_arrows.in_the_way(self.stage)) else 16
        foot = FOOT if self.large else foot
        room = self.height() - top - (HEADER + 5 + foot) * s
        return max(min(int(room / (SLOT * s)), 9), 2)

    def _layout(self, stage: Stage, s: float, top: float) -> tuple[dict[Level, Box], MemoryBox]:
        """Where the columns and memory lie."""
        wide, high, rows = self.width(), self.height(), self._rows(top, s)
        lanes = stage_layout.lanes(tuple([c.state == "folded" for c in stage.columns]), wide, s)
        level, index = self._cursor if self._cursor and self.hasFocus() else (None, None)
        done = self.motion.done("pan")
        boxes = {
            column.level: Box(
                QRectF(x, top, width, 0), rows, self._moving_first(column, rows, done), s, self.style_name,
                index if column.level == level else None,
            )
            for column, (x, width) in zip(stage.columns, lanes, strict=False)
        }  # fmt: skip
        bottom = high - 14 * s if self.large else boxes[stage.columns[0].level].bottom
        phys, (left, room) = stage.physical, lanes[-1]
        rect = QRectF(left, top + 8 * s, room, bottom - top + 6 * s)
        start, end = (phys.start, phys.end) if phys else (0, 1)
        return boxes, MemoryBox(rect, start, end, s, wide < 800 * s)

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

    def _draw_notes(self, sheet: Sheet, stage: Stage, s: float) -> None:
        margin = MARGIN * min(s, self.width() / 984)
        if stage.access is not None:
            rect = QRectF(margin, self.height() - 26 * s, self.width() - 2 * margin, 21 * s)
            stage_memory.draw_access(sheet, stage.access, rect, s)
        if stage.flushed:
            band = QRectF(margin - 6, 24 * s, self.width() - 2 * margin + 12, 26 * s)
            sheet.box(band, sheet.theme.color("accent", 0.22), sheet.theme.color("accent"), 1, 4)
            kind, said = Type(12 * s, True), tr("≈ TLB flush")
            chip = QRectF(0, 0, kind.width(said) + 20 * s, band.height() - 4 * s)
            chip.moveCenter(band.center())
            sheet.box(chip, sheet.theme.color("bg1"), sheet.theme.color("accent"), 1, chip.height() / 2)
            sheet.text(chip, said, sheet.theme.color("text1"), kind, CENTRE)

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
        rows = self._rows((6 + 64 + 29) * self._scale(), self._scale())
        first = self._first(column, rows)
        if not first <= index < first + rows:
            self._scroll[column.level] = index - (rows - 1 if index > first else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the slots of the column under the pointer."""
        hit = self.hit_at(event.position())
        column = self.stage.column(hit.place.level) if self.stage and hit and hit.place.level else None
        if column is None or column.table is None or self.whole:
            event.ignore()
            return
        rows = self._rows((6 + 64 + 29) * self._scale(), self._scale())
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
    return stage_columns.place_of(stage, column, column.slot(index))


class StagePane(QWidget):
    """The stage with its header."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.header = PaneHeader(tr("Stage"))
        self.styles = Segments(
            tr("Numbers"), {"binary": tr("binary"), "hex": tr("hex"), "decimal": tr("decimal")}
        )
        self.canvas = StageCanvas(selection)
        self.styles.buttons["decimal"].setChecked(True)
        self.styles.chosen.connect(self.canvas.set_style_name)
        self.header.add(self.styles)
        self.views = Segments(tr("Stage"), {"walk": tr("Walk"), "tables": tr("Tables")})
        self.views.chosen.connect(lambda view: self.canvas.show_whole(view == "tables"))
        self.header.add(self.views)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.canvas, 1)
        selection.changed.connect(self.canvas.go_to)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.canvas.set_theme(theme)

    def set_stage(self, stage: Stage | None, moving: bool = False) -> None:
        """Show a stage, `moving` on from the one before, and say whose walk it is."""
        self.canvas.set_stage(stage, moving)
        self.header.detail.setText(self._headline(stage))

    @staticmethod
    def _headline(stage: Stage | None) -> str:
        if stage is None:
            return ""
        mono = f'<span style="font-family:DejaVu Sans Mono,monospace">{address(stage.address)}</span>'
        text = (tr("looking at {0}") if stage.looking else tr("walk of {0}")).format(mono)
        if not stage.owner:
            return text
        page = tr("first page of <b>{0}</b>") if stage.page == 0 else tr("page {1} of <b>{0}</b>")
        return text + "&nbsp; · &nbsp;" + page.format(stage.owner, stage.page)
