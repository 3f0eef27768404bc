"""Areas side by side on a scale: which are drawn alone and which together, and what can be pointed at."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import pairwise

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPixmap

from vmgui.projection.address_map import AddressMap, Block
from vmgui.projection.density import LAZY, NO_STRETCH, Density, Stretch, stretch
from vmgui.projection.levels import LEVELS
from vmgui.ui.paint import Hit, Sheet
from vmgui.ui.panes.map_blocks import (
    MANY,
    NARROW_AREA,
    NARROW_GUARD,
    Look,
    block_tip,
    draw_body,
    draw_label,
    place_of,
)
from vmgui.ui.panes.map_scale import Scale, View
from vmgui.ui.selection import Place
from vmgui.ui.theme import Theme

#: Of more blocks than FEW those that are narrower are drawn together.
CROWDED, FEW = 14.0, 24
#: So wide is a block with words on it, and one with an edge.
NAMED, EDGED = 30.0, 5.0
#: So many stretches of blocks are kept as they were read.
KEPT = 8
#: The colour token of each kind of a stretch.
TOKENS = ("free", "lazy", *LEVELS, "io")


#: Of a block that is drawn alone its number, its left edge and width, whether it is in sight, and where its
#: guard begins.
Body = tuple[int, float, float, bool, float]
#: A left edge and a width.
Span = tuple[float, float]
#: How many pixels the hatch of guards takes to come again.
GUARD_TILE = 7
SMOOTH = QPainter.RenderHint.Antialiasing
NO_PEN = QPen(Qt.PenStyle.NoPen)  # made once: to hand an enum to Qt takes as long as to draw a rectangle


class Row:
    """The blocks from number `start` on, as wide as a scale has them; laid out when somebody asks."""

    def __init__(
        self, shown: AddressMap, start: int, columns: Stretch, rect: QRectF, scale: Scale, look: Look
    ) -> None:
        self.shown, self.start, self.columns = shown, start, columns
        self.rect, self.scale, self.look = rect, scale, look
        self._edges: tuple[list[float], list[float]] | None = None

    def block(self, i: int) -> Block:
        """One of the blocks."""
        return self.shown.blocks[self.start + i]

    # --- places ------------------------------------------------------------------------------------

    @property
    def edges(self) -> tuple[list[float], list[float]]:
        """Where each block begins and ends, with its guard."""
        if self._edges is None:
            self._edges = self.scale.xs(self.columns.first), self.scale.xs(self.columns.end)
        return self._edges

    def _sorted(self) -> tuple[list[int], list[int]]:
        """The numbers of the blocks that are drawn alone, and of the crowd."""
        lefts, rights = self.edges
        every = range(len(lefts))
        if len(lefts) <= FEW:
            return list(every), []
        wide = [rights[i] - lefts[i] >= CROWDED for i in every]
        return [i for i in every if wide[i]], [i for i in every if not wide[i]]

    def _bodies(self, alone: list[int]) -> list[Body]:
        """Where blocks lie that are drawn alone; a narrow one is widened."""
        low, high, lefts = self.rect.left(), self.rect.right(), self.edges[0]
        ends, guards = self.columns.end, self.columns.guard
        bodies = self.scale.xs([ends[i] - guards[i] for i in alone])
        found: list[Body] = []
        for i, end in zip(alone, bodies, strict=True):
            left = lefts[i] if lefts[i] > low else low
            right = end if end < high else high
            edge = left + (right - left if right - left > NARROW_AREA else NARROW_AREA)
            width = (edge if edge < high else high) - left
            if width > 0:
                found.append((i, left, width, right >= low and left <= high, end))
        return found

    def _in_crowd(self, i: int) -> QRectF:
        """Where a block of the crowd lies; its guard is the gap that is left behind it."""
        left, right = self.edges[0][i], self.edges[1][i]
        return QRectF(left, self.rect.y(), max(right - left - 1, 1), self.rect.height())

    def hits(self) -> list[Hit]:
        """What can be pointed at, by address."""
        alone, crowd = self._sorted()
        top, height = self.rect.y(), self.rect.height()
        places = {
            i: QRectF(left, top, width, height)
            for i, left, width, seen, _end in self._bodies(alone) if seen
        }  # fmt: skip
        if not self.look.small:
            places |= {i: self._in_crowd(i) for i in crowd}
        return [self._hit(i, places[i]) for i in sorted(places)]

    def _hit(self, i: int, rect: QRectF) -> Hit:
        block = self.block(i)
        return Hit(rect, place_of(self.shown, block), partial(block_tip, self.shown, block))

    # --- drawing -----------------------------------------------------------------------------------

    def draw(self, sheet: Sheet) -> None:
        """Draw the blocks, then their guards, then those that have no room of their own."""
        alone, crowd = self._sorted()
        ringed = self._ringed(sheet)
        guards = self._draw_alone(sheet, alone, ringed)
        for i in sorted(ringed.intersection(crowd)) if not self.look.small else ():
            sheet.ring(self._in_crowd(i), place_of(self.shown, self.block(i)))
        draw_guards(sheet, guards, self.rect.y(), self.rect.height())
        if crowd:
            self._draw_crowd(sheet, crowd)

    def _ringed(self, sheet: Sheet) -> set[int]:
        """The blocks that may be the selected or the hovered one."""
        found: set[int] = set()
        for place in (sheet.selected, sheet.hovered):
            found.update(self._meant(place) if place is not None else ())
        return found

    def _meant(self, place: Place) -> list[int]:
        """The blocks that a place may stand for."""
        if place.area is not None:
            i = self.columns.at(self.shown.page(place.area))
            return [] if i is None else [i]
        if place.phys is None:
            return []
        return [i for i in range(len(self.columns.first)) if self.block(i).phys is not None]

    def _draw_alone(self, sheet: Sheet, alone: list[int], ringed: set[int]) -> list[Span]:
        """Draw the blocks that have room; the guards behind them, which are drawn later, all at once."""
        top, height, solid = self.rect.y(), self.rect.height(), self.columns.solid
        fills, bodies = Fills(sheet), self._bodies(alone)
        named: list[tuple[int, QRectF]] = []  # no word on a colour is drawn over by what follows
        tokens = self._tokens([body[0] for body in bodies])
        for (i, left, width, seen, _end), token in zip(bodies, tokens, strict=True):
            area = QRectF(left, top, width, height)
            if seen and solid[i]:
                if token != fills.token or (width >= fills.least) != fills.edged:
                    fills.begin(token, width)
                fills.rects.append(area)
            elif seen:
                fills.finish()
                draw_body(sheet, self.block(i), area, self.scale, self.look)
            if seen and width >= NAMED:
                named.append((i, area))
            if i in ringed or not solid[i]:
                fills.finish()
                self._draw_names(sheet, named)
            if i in ringed:
                sheet.ring(area, place_of(self.shown, self.block(i)))
        fills.finish()
        self._draw_names(sheet, named)
        return self._guards(bodies) if not self.look.small else []

    def _draw_names(self, sheet: Sheet, named: list[tuple[int, QRectF]]) -> None:
        """Write on blocks, and forget which ones."""
        for i, area in named:
            draw_label(sheet, self.shown, self.block(i), area, self.scale, self.look)
        named.clear()

    def _guards(self, bodies: list[Body]) -> list[Span]:
        """Where guard pages are drawn; they have a least width, where there is room for that."""
        low, high = self.rect.left(), self.rect.right()
        (lefts, rights), guards, found = self.edges, self.columns.guard, list[Span]()
        for i, start, _width, _seen, left in bodies:
            right = rights[i]
            if right - left < NARROW_GUARD:
                room = lefts[i + 1] - left if i + 1 < len(lefts) else NARROW_GUARD
                if room < NARROW_GUARD:
                    left = max(left + room - NARROW_GUARD, start + NARROW_AREA)
                right = left + NARROW_GUARD
            left, right = left if left > low else low, right if right < high else high
            if guards[i] and right > left:
                found.append((left, right - left))
        return found

    def _draw_crowd(self, sheet: Sheet, crowd: list[int]) -> None:
        """Fill the blocks of each colour at once, of those in the same pixels only one."""
        lefts, rights = self.edges
        top, height = self.rect.y(), self.rect.height()
        vector, (shift, zoom) = sheet.vector, _pixels(sheet)
        rects: dict[str, list[QRectF]] = {}
        before: dict[str, tuple[int, int]] = {}
        for i, token in zip(crowd, self._tokens(crowd), strict=True):
            left, width = lefts[i], rights[i] - lefts[i] - 1
            width = width if width > 1 else 1.0
            pixels = int(left * zoom + shift), int((left + width) * zoom + shift)
            if token not in before or before[token] != pixels or vector:
                if token not in rects:
                    rects[token] = []
                before[token] = pixels
                rects[token].append(QRectF(left, top, width, height))
        theme = sheet.theme
        for token, found in rects.items():
            sheet.cells(found, theme.color("lazy") if token == "lazy" else theme.fill(token))

    def _tokens(self, numbers: list[int]) -> list[str]:
        """The colours of blocks."""
        kinds = self.columns.kind
        if self.look.by == "level":
            return [TOKENS[kinds[i]] for i in numbers]
        return ["lazy" if kinds[i] == LAZY else self.look.token(self.block(i)) for i in numbers]


def _pixels(sheet: Sheet) -> tuple[float, float]:
    """What takes a place to the number of its pixel when it is cut to an integer: a shift and a factor."""
    to_device = sheet.painter.deviceTransform()
    return to_device.dx() + 0.5, to_device.m11()


def draw_guards(sheet: Sheet, guards: list[Span], top: float, height: float) -> None:
    """Draw boxes with a hatch and a thin line, all at once: first the lines, then what is in them."""
    laid_over = [after for (left, width), (after, _w) in pairwise(guards) if left + width > after]
    if sheet.enlarged or laid_over:
        hatch, line = sheet.hatch("guard"), sheet.theme.color("guard")
        for left, width in guards:
            sheet.box(QRectF(left, top, width, height), hatch, line)
    elif guards:
        _draw_whole_guards(sheet, guards, round(top), round(top + height))


def _draw_whole_guards(sheet: Sheet, guards: list[Span], top: int, bottom: int) -> None:
    """Draw guards in whole pixels: one of a pixel and two halves takes ten times as long."""
    high, painter = bottom - top, sheet.painter
    edges = [(left, round(start + width) - left) for start, width in guards for left in (round(start),)]
    painter.setPen(NO_PEN)
    painter.setRenderHint(SMOOTH, False)
    painter.setBrush(sheet.theme.color("guard"))
    painter.drawRects([QRect(left, top, wide, high) for left, wide in edges])
    painter.setBrush(_guard_hatch(sheet.theme))
    painter.drawRects([QRect(left + 1, top + 1, wide - 2, high - 2) for left, wide in edges if wide > 2])
    painter.setRenderHint(SMOOTH, True)


@lru_cache(maxsize=8)
def _guard_hatch(theme: Theme) -> QBrush:
    """The hatch of guards in pixels of the screen, which needs no picture of it made smaller."""
    made = QPixmap(GUARD_TILE, GUARD_TILE)
    painter = QPainter(made)
    painter.fillRect(made.rect(), Sheet(painter, theme).hatch("guard"))
    painter.end()
    return QBrush(made)


class Fills:
    """Solid blocks: those that follow each other in one colour, with edges or without, are drawn at once."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.least = float("inf") if sheet.theme.dark else EDGED
        self.token, self.edged = "", False
        self.rects: list[QRectF] = []

    def begin(self, token: str, width: float) -> None:
        """Go on in another colour; in the light theme with an edge, where that leaves some of the fill."""
        self.finish()
        self.token, self.edged = token, width >= self.least

    def finish(self) -> None:
        """Draw what has come together."""
        rects, theme = self.rects, self.sheet.theme
        if not rects:
            return
        self.rects = []
        if self.edged:
            self.sheet.cells(rects, theme.ink(self.token))
            rects = [area.adjusted(1, 1, -1, -1) for area in rects]
        self.sheet.cells(rects, theme.fill(self.token))


class Seen:
    """The blocks of a map as views show them: how many there are, their columns, rows of them."""

    def __init__(self) -> None:
        self.density = Density(())
        self.shown: AddressMap | None = None
        self._parts: dict[View, slice] = {}
        self._read: dict[tuple[int, int], Stretch] = {}
        self._callers: tuple[str, ...] | None = None

    def show(self, shown: AddressMap, others: bool) -> None:
        """Take another map, with other blocks or the same."""
        self.shown = shown
        if others:
            self._callers = None
            self.density = self.density.renewed(shown.blocks)
            self._parts.clear()
            self._read.clear()

    def _part(self, view: View) -> slice:
        """The numbers of the blocks in a view; one painting asks for the same ones several times."""
        found = self._parts.get(view)
        if found is None:
            if len(self._parts) > KEPT:
                self._parts.clear()
            found = self._parts[view] = self.density.visible(view.first, view.end)
        return found

    def crowded(self, view: View) -> bool:
        """Whether there are more blocks in a view than are drawn one by one."""
        part = self._part(view)
        return part.stop - part.start > MANY

    def columns(self, view: View) -> tuple[int, Stretch]:
        """The number of the first block in a view, and at most as many as are drawn one by one."""
        part = self._part(view)
        key = part.start, min(part.stop, part.start + MANY)
        if self.shown is None:
            return 0, NO_STRETCH
        if key not in self._read:
            if len(self._read) > KEPT:
                self._read.clear()
            self._read[key] = stretch(self.shown.blocks, slice(*key))
        return key[0], self._read[key]

    def row(self, view: View, rect: QRectF, scale: Scale, look: Look) -> Row | None:
        """The blocks in a view one by one; None if there are too many for that."""
        if self.shown is None or self.crowded(view):
            return None
        return Row(self.shown, *self.columns(view), rect, scale, look)

    def callers(self) -> tuple[str, ...]:
        """Who made the areas."""
        if self._callers is None:
            blocks = self.shown.blocks if self.shown is not None else ()
            self._callers = tuple(sorted({block.caller for block in blocks if block.caller}))
        return self._callers
