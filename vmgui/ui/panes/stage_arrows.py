"""The lines of the stage: from ruler to columns, from entry to table, to the leaf or its fallback."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF

from vmgui.projection.levels import Level
from vmgui.projection.stage import Column, Leaf, Stage
from vmgui.ui.paint import Points, Sheet, part_of
from vmgui.ui.panes import stage_columns, stage_memory
from vmgui.ui.panes.stage_box import HEADER, SLOT, Box
from vmgui.ui.panes.stage_parts import Parts

Boxes = dict[Level, Box]


def leaf_level(stage: Stage, leaf: Leaf) -> Level:
    """The level whose column holds the entry of the leaf: a folded level's entry is the PGD's."""
    column = stage.column(leaf.level)
    return "pgd" if column is None or column.state == "folded" else leaf.level


def in_the_way(stage: Stage) -> bool:
    """Whether tables stand between the entry of the leaf and memory."""
    if stage.leaf is None or stage.leaf.level == "pte":
        return False
    levels = [c.level for c in stage.columns]
    below = stage.columns[levels.index(leaf_level(stage, stage.leaf)) + 1 :]
    return any(c.table is not None for c in below)


def compose_leads(parts: Parts, stage: Stage, boxes: Boxes, ends: dict[str, tuple[float, float]]) -> None:
    """The thin lines from a field of the ruler to its column."""
    for column in stage.columns:
        level = column.level
        if column.state == "folded" or level not in ends:
            continue
        name, look = f"lead {level}", (column.state, column.table is None)
        if not parts.has(name, look):
            rect, (x, y) = boxes[level].rect, ends[level]
            middle = rect.center().x()
            area = (min(x, middle) - 1, y - 1, abs(middle - x) + 2, rect.y() + 4 - y)
            parts.add(name, look, area, partial(_draw_lead, column=column, rect=rect, begin=(x, y)))


def _draw_lead(sheet: Sheet, column: Column, rect: QRectF, begin: tuple[float, float]) -> None:
    x, y = begin
    if column.table is None and column.state == "fallback":
        end = rect.y() + 2
    else:
        end = rect.y() - (4 if column.state == "working" else 0)
    middle = rect.center().x()
    turn = y + (end - y) * 0.5
    dash = (2, 2) if column.table is None else None
    color = sheet.theme.ink(column.level, 0.75)
    sheet.elbow([(x, y), (x, turn), (middle, turn), (middle, end)], color, 1, dash)


def compose_steps(
    parts: Parts, stage: Stage, boxes: Boxes, made: tuple[Level, ...] = (), done: float = 1
) -> None:
    """From each entry of the walk to the table it leads to, through the folded levels.

    The arrows to the tables that were `made` are `done` so far.
    """
    reached = [c for c in stage.columns if c.state != "folded" and c.table is not None]
    for one, other in zip(reached, reached[1:], strict=False):
        box = boxes[one.level]
        if not box.shows(one.index):
            continue
        name, working = f"step {one.level}", other.state == "working"
        grown = done if other.level in made else 1
        look = (one.index - box.first, other.level, working, grown)
        if not parts.has(name, look):
            points = _step_points(box.slot(one.index), boxes[other.level], working)
            (x, y), (there, end) = points[0], points[-1]
            folded = [c for c in stage.columns if c.state == "folded"] if one.level == "pgd" else []
            dots = [(boxes[passed.level].rect.center().x(), y) for passed in folded]
            draw = partial(_draw_step, level=one.level, points=points, grown=grown, dots=dots)
            parts.add(name, look, (x - 2, min(y, end) - 6, there - x + 4, abs(end - y) + 12), draw)


def _step_points(rect: QRectF, target: Box, working: bool) -> Points:
    """From a slot to the header of a table."""
    there = target.rect.x()
    x, y = rect.right() + 8, rect.center().y()
    turn = there - min(20, (there - x) * 0.5)
    end = (there - (7 if working else 0), target.header.center().y())
    return [(x, y), (turn, y), (turn, end[1]), end]


def _draw_step(sheet: Sheet, level: Level, points: Points, grown: float, dots: Points) -> None:
    """Draw an arrow as far as it has `grown`, and a dot where it passes a folded level."""
    shown = part_of(points, grown) if grown < 1 else points
    sheet.elbow(shown, sheet.theme.ink(level), 2, None, grown >= 1)
    for x, y in dots:
        sheet.box(QRectF(x - 4, y - 4, 8, 8), sheet.theme.color("bg1"), sheet.theme.color("p4d"), 1.6, 4)


def passing(stage: Stage, column: Column, boxes: Boxes) -> float:
    """The height at which an arrow passes a column: to the leaf that skips it, else from the PGD's entry."""
    leaf = stage.leaf if column.state == "skipped" else None
    before = (stage.column(leaf_level(stage, leaf)) if leaf else None) or stage.columns[0]
    return boxes[before.level].slot(before.index).center().y()


def compose_leaf(
    parts: Parts, stage: Stage, boxes: Boxes, found: QRectF, height: float, done: tuple[float, float] = (1, 1)
) -> None:
    """From the entry of the leaf to the memory it maps or should map, and to its fallback."""
    leaf = stage.leaf
    assert leaf is not None
    level = leaf_level(stage, leaf)
    box, column = boxes[level], stage.column(level)
    if column is None or not box.shows(column.index):
        return
    states = None if level == "pte" else tuple([(c.state, c.table is None) for c in stage.columns])
    look = (leaf, column.index - box.first, found.y(), found.height(), states, done)
    if parts.has("leaf", look):
        return
    left, wide = box.rect.right(), found.x() - box.rect.right() + 4
    top, high = box.rect.y() - 30, height - box.rect.y() + 30
    if level == "pte":
        y, there = box.slot(column.index).center().y(), found.center().y()
        top, high = min(y, there) - 6, abs(y - there) + 12
    draw = partial(draw_leaf, stage=stage, leaf=leaf, boxes=boxes, found=found, height=height, done=done)
    parts.add("leaf", look, (left, top, wide, high), draw)


def draw_leaf(
    sheet: Sheet,
    stage: Stage,
    leaf: Leaf,
    boxes: Boxes,
    found: QRectF,
    height: float,
    done: tuple[float, float] = (1, 1),
) -> None:
    """From the entry of the leaf to the memory it maps or should map, and to its fallback.

    `done` tells how far the arrow and the chip on it are.
    """
    level = leaf_level(stage, leaf)
    box, column = boxes[level], stage.column(level)
    if column is None or not box.shows(column.index):
        return
    rect = box.slot(column.index)
    start = (rect.right() + 9, rect.center().y())
    y = min(max(start[1], found.top() + 8), found.bottom() - 8)
    if level == "pte":
        end = (found.x(), found.center().y())
        middle = (start[0] + end[0]) / 2
        points = [start, (middle, start[1]), (middle, end[1]), end]
        sheet.elbow(points, sheet.theme.ink("pte"), 2, None, True)
        return
    if done[0] >= 1:
        _draw_fallback_arrow(sheet, stage, start, boxes, height)
    under = box.bottom + 17 * box.scale if in_the_way(stage) else None
    stage_memory.draw_leaf_arrow(sheet, stage, leaf, start, (found.x(), y), box.scale, under, done)


def _fallback_box(stage: Stage, column: Column, boxes: Boxes, height: float) -> tuple[Box, int]:
    """The table that would come: under the chip if there is room, else above it; and how many slots fit."""
    box = boxes[column.level]
    levels = [c.level for c in stage.columns]
    level = leaf_level(stage, stage.leaf) if stage.leaf else levels[levels.index(column.level) - 1]
    above = stage.column(level)
    y = boxes[level].slot(above.index if above else 0).center().y()
    s, rows = box.scale, 2
    top, limit = y + 22 * s, height - 22 * s
    while rows and top + (HEADER + 5 + rows * SLOT) * s > limit:
        rows -= 1
    if top + HEADER * s > limit:
        top, rows = y - (22 + HEADER) * s, 0
    return Box(QRectF(box.rect.x(), top, box.rect.width(), 0), rows, 0, s, box.style), rows


def draw_fallback(sheet: Sheet, stage: Stage, column: Column, boxes: Boxes, height: float) -> None:
    """Draw the level that is reached only if the leaf is refused."""
    box = boxes[column.level]
    lower, rows = _fallback_box(stage, column, boxes, height)
    title = QRectF(box.rect.x() - 20, box.rect.y() + 2, box.rect.width() + 40, 18 * box.scale)
    stage_columns.draw_fallback(sheet, stage, column, title, lower, rows)


def _draw_fallback_arrow(
    sheet: Sheet, stage: Stage, start: tuple[float, float], boxes: Boxes, height: float
) -> None:
    column = next((c for c in stage.columns if c.state == "fallback" and c.table is None), None)
    if column is None:
        return
    lower, _rows = _fallback_box(stage, column, boxes, height)
    x, y = start[0] + 12, lower.header.center().y()
    color = sheet.theme.ink(column.level)
    sheet.elbow([(x, start[1] + 2), (x, y), (lower.rect.x(), y)], color, 2, (3, 3), True)
