"""The free red-black tree as a picture: colours, sizes, subtree maxima, and the way of a search."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from vmgui.projection.allocator_layout import MARGIN, ZOOMED, Box, arrange, fitting
from vmgui.projection.allocator_search import Search
from vmgui.projection.allocator_tree import NOBODY, AreaTree, TreeArea
from vmgui.projection.numbers import count, size, tail
from vmgui.ui.paint import CENTRE, DASH, Hit, Sheet, Type
from vmgui.ui.panes.allocator_rows import marks
from vmgui.ui.panes.allocator_words import area_tip, folded_tip, place_of, tree_summary
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import px
from vmgui.ui.words import tr

NOTCH, STILL = 1.25, 4.0
FIRST, SECOND, LETTER, BADGE = Type(10.5, mono=True), Type(10.5), Type(11, True), Type(11, True)


@dataclass(frozen=True)
class _Way:
    """The way of a search by rank: the numbers of the visits of each area, and where it is."""

    visits: dict[int, list[int]]
    steps: list[tuple[int, int, bool]]  # from, to, climbing
    here: int
    found: int


NOWHERE = _Way({}, [], NOBODY, NOBODY)


class FreeTree(Canvas):
    """Draws an AreaTree. The wheel zooms, dragging pans; it fits the pane until somebody zooms."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(selection, parent)
        self.setAccessibleName(tr("Free tree: red-black tree of the free areas"))
        self.setMinimumSize(px(200), px(60))
        self.tree: AreaTree | None = None
        self.follow = True
        self.boxes: list[Box] = []
        self._way = NOWHERE
        self._pitch = 0.0  # 0: the whole tree fits
        self._left = self._up = 0.0
        self._high = 0.0
        self._arranged: tuple[object, ...] = ()
        self._cursor = NOBODY
        self._press: tuple[QPointF, float, float] | None = None
        self._dragged = False

    def sizeHint(self) -> QSize:
        return QSize(px(348), px(180))

    # --- what is shown -------------------------------------------------------------------------------

    def show_tree(self, tree: AreaTree, search: Search | None) -> None:
        """Show a tree, and the way of a search through it."""
        self.tree = tree
        if search is None and self._way is not NOWHERE and not self._pitch:
            self._up = 0.0
        self._way = _way(tree, search) if search is not None else NOWHERE
        self.setAccessibleDescription(tree_summary(tree)[0])
        if self._cursor >= len(tree):
            self._cursor = NOBODY
        if self._way.here != NOBODY and self.follow:
            self._arrange()
            self._bring(self._way.here)
        self.update()

    @property
    def pitch(self) -> float:
        """Pixels that a column takes."""
        tree = self.tree
        return self._pitch or (fitting(tree, self.width()) if tree is not None and len(tree) else 1.0)

    @property
    def _middle(self) -> float:
        """Where a tree that is narrower than the pane begins, so that it stands in the middle."""
        wide = (len(self.tree) if self.tree is not None else 0) * self.pitch + 2 * MARGIN
        return min((wide - self.width()) / 2, 0.0)

    def fit(self) -> None:
        """Show the whole tree."""
        self._pitch = self._left = self._up = 0.0
        self.update()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom about a place of the pane, by default its middle; never out of the whole tree."""
        if self.tree is None or not len(self.tree):
            return
        x = self.width() / 2 if x is None else x
        whole = fitting(self.tree, self.width())
        wanted = min(max(self.pitch * factor, whole), max(ZOOMED * 2, whole))
        left = self._left if self._pitch else self._middle
        self._left = (left + x) * wanted / self.pitch - x
        self._pitch = wanted if wanted > whole else 0.0
        self._clamp()

    def _clamp(self) -> None:
        tree = self.tree
        beyond = (len(tree) if tree is not None else 0) * self.pitch + 20 - self.width()
        self._left = max(0.0, min(self._left, beyond)) if self._pitch else 0.0
        self.update()

    def go_to(self, place: Place) -> None:
        """Bring the free area at an address into view."""
        rank = self.tree.rank_at(place.va[0]) if self.tree is not None and place.va is not None else NOBODY
        if rank != NOBODY and self._pitch:
            self._arrange()
            self._bring(rank)

    def _bring(self, rank: int) -> None:
        """Pan as little as makes an area visible."""
        middle = (rank + 0.5) * self.pitch + 10
        if not self._left + 30 <= middle <= self._left + self.width() - 30:
            self._left = middle - self.width() / 2
        box = next((b for b in self.boxes if b.rank == rank), None)
        if box is not None and not self._up <= box.y <= self._up + self.height() - box.height - 8:
            self._up = box.y + box.height / 2 - self.height() / 2
        self._clamp()
        self._arrange()

    # --- drawing -------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        assert self.tree is not None
        wanted = self.tree, self._way, self.pitch, self._left, self.width()
        if wanted != self._arranged:
            self._arranged = wanted
            keep = frozenset(self._way.visits)
            left = self._left if self._pitch else self._middle
            self.boxes, self._high = arrange(self.tree, self.pitch, left, self.width(), keep)
        self._up = max(0.0, min(self._up, self._high - self.height() + 8))

    def paint_on(self, sheet: Sheet) -> None:
        """Draw links, then the way, then the areas."""
        if self.tree is None or not len(self.tree):
            text = tr("no free addresses") if self.tree is not None else tr("no machine")
            sheet.text(QRectF(self.rect()), text, self.theme.color("text3"), Type(12), CENTRE)
            return
        self._arrange()
        centres = {box.rank: box for box in self.boxes}
        for box in self.boxes:
            above = centres.get(box.parent)
            if above is not None:
                self._link(sheet, above, box)
        for start, end, climbing in self._way.steps:
            if start in centres and end in centres:
                self._step(sheet, centres[start], centres[end], climbing)
        for box in self.boxes:
            self._box(sheet, box)

    def _link(self, sheet: Sheet, above: Box, box: Box) -> None:
        y1, y2 = above.y + above.height - self._up, box.y - self._up
        sheet.line(above.x, y1, box.x, y2, self.theme.color("border"), 1.2)

    def _step(self, sheet: Sheet, start: Box, end: Box, climbing: bool) -> None:
        """A step of the search: a broad line along the link, dashed where it climbs."""
        above, below = (end, start) if climbing else (start, end)
        y1, y2 = above.y + above.height - self._up, below.y - self._up
        shift = 4.0 if climbing else 0.0
        dash = DASH if climbing else None
        sheet.line(above.x + shift, y1, below.x + shift, y2, self.theme.color("accent"), 2.6, dash)

    def _rect(self, box: Box) -> QRectF:
        return QRectF(box.left, box.y - self._up, box.width, box.height)

    def _box(self, sheet: Sheet, box: Box) -> None:
        assert self.tree is not None
        area, rect, theme = self.tree.area(box.rank), self._rect(box), self.theme
        first, end = self.tree.below(box.rank)
        whole = (int(self.tree.start[first]), int(self.tree.end[end - 1]))
        place = place_of(whole if box.folded else (area.start, area.end), False)
        visited = box.rank in self._way.visits
        if box.rank == self._way.here:
            glow = theme.color("success" if self._way.found >= 0 else "now")
            sheet.halo(rect.adjusted(-5, -5, 5, 5), glow, 3)
        dash = DASH if box.folded else None
        line = theme.color("accent" if visited else "text2" if area.black else "error")
        ground = theme.color("bg3" if area.black else "tint_error")
        radius = 3.0 if area.black else min(rect.height(), rect.width()) / 2
        sheet.box(rect, ground, line, 2.0 if visited else 1.4, min(radius, 12.0), dash)
        self._texts(sheet, rect, box, area)
        if visited:
            self._numbers(sheet, rect, self._way.visits[box.rank], box.rank == self._way.found)
        if sheet.selected is not None and marks(place, sheet.selected):
            sheet.box(rect.adjusted(-3, -3, 3, 3), None, theme.color("ring"), 2.4, 5)
        elif sheet.hovered is not None and marks(place, sheet.hovered):
            sheet.box(rect.adjusted(-2, -2, 2, 2), None, theme.color("ring"), 1, 5)
        if box.rank == self._cursor and self.hasFocus():
            sheet.box(rect.adjusted(-5, -5, 5, 5), None, theme.color("accent"), 1.6, 6)
        sheet.hit(rect, place, lambda: self._tip(box, area))

    def _texts(self, sheet: Sheet, rect: QRectF, box: Box, area: TreeArea) -> None:
        theme = self.theme
        letter = tr("B") if area.black else tr("R")
        ink, quiet = theme.color("text1"), theme.color("text2")
        most, length = size(area.most), size(area.end - area.start)
        most_words = tr("max {0}").format(most), f"≤{most}", most
        inner = rect.adjusted(5, 2, -5, -2)
        line = QRectF(inner.x(), inner.y(), inner.width(), 14)
        if box.folded and box.look in ("full", "short"):
            nodes = count(box.folded)
            sheet.fit(line, ink, LETTER, tr("⋯ {0} nodes").format(nodes), nodes, "⋯", align=CENTRE)
            sheet.fit(line.translated(0, 14), quiet, SECOND, *most_words, align=CENTRE)
        elif box.look == "full":
            sheet.text(line, letter, theme.color("text1" if area.black else "error"), LETTER)
            names = tail(area.start), tail(area.start, 4)
            sheet.fit(line.adjusted(12, 0, 0, 0), ink, FIRST, *names, align=CENTRE)
            sheet.fit(line.translated(0, 14), ink, SECOND, length, align=CENTRE)
            sheet.fit(line.translated(0, 28), quiet, SECOND, *most_words, align=CENTRE)
        elif box.look == "short":
            sheet.fit(line, ink, SECOND, f"{letter} {length}", length, letter, align=CENTRE)
            sheet.fit(line.translated(0, 14), quiet, SECOND, *most_words, align=CENTRE)
        elif box.look == "letter":
            sheet.fit(rect, ink, LETTER, "⋯" if box.folded else letter, "⋯", align=CENTRE)

    def _numbers(self, sheet: Sheet, rect: QRectF, visits: list[int], found: bool) -> None:
        """The numbers of the search's visits, on the upper edge."""
        text = ",".join(map(str, visits[-2:])) + (" ✓" if found else "")
        width = BADGE.width(text) + 8
        badge = QRectF(rect.center().x() - width / 2, rect.y() - 13, width, 14)
        token = "success" if found else "accent_solid"
        sheet.box(badge, self.theme.color(token), None, 0, 6)
        ink = "on_accent" if not found else "bg0" if self.theme.dark else "on_accent"
        sheet.text(badge, text, self.theme.color(ink), BADGE, CENTRE)

    def _tip(self, box: Box, area: TreeArea) -> str:
        assert self.tree is not None
        return folded_tip(self.tree, area) if box.folded else area_tip(area)

    # --- mouse and keys ------------------------------------------------------------------------------

    def box_at(self, pos: QPointF) -> Box | None:
        """The box at a position."""
        around = ((b, self._rect(b).adjusted(-3, -3, 3, 3)) for b in reversed(self.boxes))
        return next((box for box, rect in around if rect.contains(pos)), None)

    def hit_at(self, pos: QPointF) -> Hit | None:
        box = self.box_at(pos)
        return next((h for h in self.hits if box is not None and h.rect == self._rect(box)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press = event.position(), self._left, self._up
        self._dragged = False
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        start, left, up = self._press
        moved = event.position() - start
        if self._dragged or moved.manhattanLength() > STILL:
            self._dragged = True
            self._left, self._up = left - moved.x(), up - moved.y()
            self._clamp()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._dragged:
            super().mousePressEvent(event)
            box = self.box_at(event.position())
            self._cursor = box.rank if box is not None else NOBODY
        self._press = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        box = self.box_at(event.position())
        if box is not None and box.folded:
            self._open(box)
        else:
            super().mouseDoubleClickEvent(event)

    def _open(self, box: Box) -> None:
        """Zoom to a collapsed subtree, so that it fills the pane."""
        assert self.tree is not None
        first, end = self.tree.below(box.rank)
        self._pitch = min(max((self.width() - 20) / (end - first), fitting(self.tree, self.width())), ZOOMED)
        self._left = first * self._pitch
        self._arrange()
        self._bring(box.rank)

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._left -= (notches or event.angleDelta().x() / 120) * 60
            self._clamp()
        else:
            self.zoom(NOTCH**notches, event.position().x())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt and arrows: to the parent, a child, the neighbours by address; Enter selects; + and - zoom."""
        key = Qt.Key(event.key())
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if self.tree is None or not len(self.tree):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.zoom(NOTCH if key == Qt.Key.Key_Plus else 1 / NOTCH)
        elif key == Qt.Key.Key_F:
            self.fit()
        elif alt and key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(key)
        elif self._cursor != NOBODY and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif self._cursor != NOBODY and event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(area_tip(self.tree.area(self._cursor)))
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        assert self.tree is not None
        box = next((b for b in self.boxes if b.rank == self._cursor), None)
        if box is not None and box.folded:
            self._open(box)
        else:
            area = self.tree.area(self._cursor)
            self.selection.select(place_of((area.start, area.end), False))

    def _move(self, key: Qt.Key) -> None:
        """Move the cursor of the keyboard; it begins at the search, or at the root."""
        tree = self.tree
        assert tree is not None
        at, wanted = self._cursor, NOBODY
        if at == NOBODY:
            wanted = self._way.here if self._way.here != NOBODY else tree.root
        elif key == Qt.Key.Key_Up:
            wanted = int(tree.parent[at])
        elif key == Qt.Key.Key_Down:
            wanted = int(tree.left[at]) if tree.left[at] >= 0 else int(tree.right[at])
        else:
            wanted = at + (1 if key == Qt.Key.Key_Right else -1)
        if 0 <= wanted < len(tree):
            self._cursor = wanted
            area = tree.area(wanted)
            self._arrange()
            self._bring(wanted)
            self.selection.hover(place_of((area.start, area.end), False))
            self.describe(area_tip(area))


def _way(tree: AreaTree, search: Search) -> _Way:
    """The way of a search through a tree; areas that are cut off by now are not on it."""
    ranks = [tree.rank_of(visit.at) for visit in search.visits]
    visits: dict[int, list[int]] = {}
    for i, rank in enumerate(ranks):
        if rank != NOBODY:
            visits.setdefault(rank, []).append(i + 1)
    steps = [
        (start, end, search.visits[i].way == "up")
        for i, (start, end) in enumerate(zip(ranks, ranks[1:], strict=False))
        if start != NOBODY and end != NOBODY
    ]
    here = ranks[-1] if ranks else NOBODY
    found = here if search.visits and search.visits[-1].way == "found" else NOBODY
    return _Way(visits, steps, here, found)
