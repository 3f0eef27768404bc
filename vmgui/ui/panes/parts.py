"""What a painted pane holds as a list, in words: for a screen reader, and to be read instead of looked at.

Nothing is made before it is asked for: a map of a hundred thousand areas is as cheap as one of ten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

from PySide6.QtCore import QRectF

from vmgui.projection.numbers import count, physical, size
from vmgui.projection.stage import Column, Leaf, Stage
from vmgui.ui.panes import map_blocks, stage_columns
from vmgui.ui.panes.allocator_rows import Rows
from vmgui.ui.panes.allocator_tree import FreeTree
from vmgui.ui.panes.allocator_words import area_tip
from vmgui.ui.panes.allocator_words import place_of as place_of_free
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.frames import FramesCanvas
from vmgui.ui.panes.map_canvas import AddressMapCanvas
from vmgui.ui.panes.scrubber import Scrubber
from vmgui.ui.panes.stage import StageCanvas, place_of
from vmgui.ui.selection import Place
from vmgui.ui.speech import spoken
from vmgui.ui.words import tr


@dataclass(frozen=True)
class Parts:
    """The `count` parts of a pane, by number: what each is in words, the place it stands for.

    `rect` is where it is drawn, in pixels of the design: empty where it is not in view.
    """

    count: int
    text: Callable[[int], str]
    place: Callable[[int], Place]
    rect: Callable[[int], QRectF]

    def find(self, place: Place) -> int | None:
        """The number of the part that is a place."""
        return next((i for i in range(self.count) if self.place(i) == place), None)


NO_PARTS = Parts(0, str, lambda _i: Place(), lambda _i: QRectF())


def drawn(canvas: Canvas, count: int, text: Callable[[int], str], place: Callable[[int], Place]) -> Parts:
    """Parts that are where the pane says it drew their places."""
    return Parts(count, text, place, lambda i: rect_of(canvas, place(i)))


def rect_of(canvas: Canvas, place: Place) -> QRectF:
    """Where a place is drawn, in pixels of the design; nothing where it is not in view."""
    return next((hit.rect for hit in reversed(canvas.all_hits()) if hit.place == place), QRectF())


@singledispatch
def parts_of(canvas: Canvas) -> Parts:
    """The parts of a pane: by default all that can be pointed at."""
    hits = list(canvas.all_hits())
    return Parts(
        len(hits), lambda i: spoken(hits[i].tip), lambda i: hits[i].place, lambda i: hits[i].rect
    )


@parts_of.register
def _(canvas: StageCanvas) -> Parts:
    """The levels, and what the walk ends in."""
    stage = canvas.stage
    if stage is None:
        return NO_PARTS
    columns = stage.columns
    leaf = stage.leaf

    def text(i: int) -> str:
        if i < len(columns):
            return level_words(stage, columns[i])
        assert leaf is not None
        start = physical(leaf.phys)
        return tr("physical memory: {size} at {start}").format(size=size(leaf.size), start=start)

    def place(i: int) -> Place:
        if i == len(columns):
            assert leaf is not None
            return Place(phys=(leaf.phys, leaf.phys + leaf.size))
        column = columns[i]
        return Place() if column.table is None else place_of(stage, column.level, column.index)

    return drawn(canvas, len(columns) + (leaf is not None), text, place)


def level_words(stage: Stage, column: Column) -> str:
    """A level of the walk in words: its entry, whether it is worked on, and why a huge page is refused."""
    if column.state == "folded":
        return tr("{0}: folded").format(column.level.upper())
    if column.table is None:
        return tr("{0}: no table").format(column.level.upper())
    slot = column.slot(column.index)
    said = [spoken(stage_columns.entry_tip(column, slot))]
    if column.state == "working":
        said.append(tr("current"))
    leaf = stage.leaf
    if leaf is not None and leaf.state == "refused" and leaf.level == column.level:
        said.append(tr("huge page refused: {0}").format(reason(leaf, stage.arch)))
    return ", ".join(said)


def reason(leaf: Leaf, arch: str) -> str:
    """Why a huge page was refused, without the abbreviations that the stage has room for."""
    setter = tr("memory types differ within it") if arch == "x86_64" else tr("the entry is in use")
    return {
        "shift-cap": tr("larger than the caller allows"),
        "arch-unsupported": tr("the processor lacks it"),
        "partial-entry": tr("only {0} are asked for").format(size(leaf.asked)),
        "virt-misaligned": tr("virtual address not aligned"),
        "phys-misaligned": tr("physical address not aligned"),
        "ptdump-busy": tr("the table is being read"),
        "cannot-free-table": tr("a table is in the way"),
        "arch-setter-refused": setter,
        None: tr("the reason is not known yet"),
    }[leaf.refusal]


@parts_of.register
def _(canvas: AddressMapCanvas) -> Parts:
    """The areas, by address."""
    shown = canvas.shown
    return drawn(
        canvas,
        len(shown.blocks),
        lambda i: spoken(map_blocks.block_tip(shown, shown.blocks[i])),
        lambda i: map_blocks.place_of(shown, shown.blocks[i]),
    )


@parts_of.register
def _(canvas: FramesCanvas) -> Parts:
    """The cells: each is a few frames, 2 MiB of them on a small machine."""
    cells = len(canvas.frames.cells)
    return Parts(cells, lambda i: spoken(canvas.cell_tip(i)), canvas.place_of, canvas.cell_rect)


@parts_of.register
def _(canvas: Scrubber) -> Parts:
    """The operations, in order."""
    segments = canvas.marks.segments

    def text(i: int) -> str:
        one = segments[i]
        steps = tr("steps {0} to {1}").format(count(one.first), count(one.last))
        here = tr("current") if one.first < canvas.step <= one.last else ""
        return ", ".join(part for part in (one.text, steps, here) if part)

    return drawn(canvas, len(segments), text, lambda i: Place(step=segments[i].first))


@parts_of.register
def _(canvas: FreeTree) -> Parts:
    """The free areas, by address."""
    tree = canvas.tree
    if tree is None:
        return NO_PARTS

    def place(i: int) -> Place:
        area = tree.area(i)
        return place_of_free((area.start, area.end), False)

    return drawn(canvas, len(tree), lambda i: spoken(area_tip(tree.area(i))), place)


@parts_of.register
def _(canvas: Rows) -> Parts:
    """The rows."""
    return drawn(canvas, len(canvas), lambda i: spoken(canvas.row(i).words), lambda i: canvas.row(i).place)
