"""Figures of a lesson: the panes of the window themselves, small, at a step of the lesson's own program."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from vmgui.engine.kernel import Kernel
from vmgui.lessons.model import Pane
from vmgui.lessons.run import PageRun, Shown
from vmgui.projection import tree
from vmgui.projection.allocator import AllocatorReader
from vmgui.projection.moment import moment
from vmgui.projection.views import ViewReader
from vmgui.ui.panes.allocator import AllocatorPane
from vmgui.ui.panes.frames import FramesCanvas
from vmgui.ui.panes.lesson_text import Prose
from vmgui.ui.panes.map_canvas import AddressMapCanvas
from vmgui.ui.panes.stage import StageCanvas
from vmgui.ui.panes.tree import TreePane
from vmgui.ui.selection import Selection
from vmgui.ui.theme import SECONDARY, Theme, px
from vmgui.ui.words import tr

#: Pixels of the design that a figure is high.
HEIGHTS: dict[Pane, int] = {
    "stage": 230, "map": 190, "tree": 230, "frames": 200,
    "allocator": 260, "nodes": 260, "blocks": 200, "tlb": 200,
}  # fmt: skip
#: The section of the allocator that a pane of a lesson means.
SECTIONS: dict[Pane, str] = {"allocator": "tree", "nodes": "nodes", "blocks": "blocks", "tlb": "tlb"}


Drawn = AllocatorPane | AddressMapCanvas | FramesCanvas | StageCanvas | TreePane


class FigureView(QFrame):
    """A live picture with its caption.  It has a replica of its own: the play-head stays where it is."""

    def __init__(self, page: PageRun, shown: Shown, selection: Selection, number: str):
        super().__init__()
        self.setProperty("surface", "card")
        self.shown = shown
        self.pane = self._pane(page, shown, selection)
        self.pane.setFixedHeight(px(HEIGHTS[shown.figure.pane]))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), px(8), px(10), px(8))
        column.setSpacing(px(6))
        self.later = QLabel(tr("This picture shows what happens: answer the question first."))
        self.later.setProperty("role", "secondary")
        self.later.setWordWrap(True)
        self.later.hide()
        column.addWidget(self.later)
        column.addWidget(self.pane)
        said = tr("Figure {0}. {1}").format(number, shown.caption).strip()
        self.caption = Prose(said, pixels=SECONDARY)
        self.caption.setProperty("role", "secondary")
        self.pane.setAccessibleDescription(self.caption.accessibleName())
        column.addWidget(self.caption)

    def conceal(self, concealed: bool) -> None:
        """Hide what a question that is open asks for."""
        self.later.setVisible(concealed)
        self.pane.setVisible(not concealed)
        self.caption.setVisible(not concealed)

    def _pane(self, page: PageRun, shown: Shown, selection: Selection) -> Drawn:
        session = page.session
        cursor = session.cursor()
        cursor.seek(shown.place.after)
        k = Kernel(session.machine, cursor)
        if shown.figure.pane in SECTIONS:
            allocator = AllocatorPane(selection)
            allocator.choose(SECTIONS[shown.figure.pane])
            allocator.set_seen(True)
            allocator.show_reader(AllocatorReader(session, cursor, k))
            allocator.set_step(ViewReader(session, cursor, k).read().scope)
            return allocator
        reader = ViewReader(session, cursor, k)
        views = reader.read()
        stage = views.stage if shown.look is None else reader.look_at(shown.look)
        if shown.figure.pane == "map":
            drawn = AddressMapCanvas(selection)
            drawn.set_map(views.map)
            return drawn
        if shown.figure.pane == "frames":
            frames = FramesCanvas(selection)
            frames.set_frames(views.frames)
            return frames
        if shown.figure.pane == "stage":
            canvas = StageCanvas(selection)
            canvas.set_stage(stage)
            return canvas
        held = TreePane(selection)
        rows = tree.TreeReader(cursor, reader.shape)
        rows.update(tree.marks_of(stage, moment(session.columns, shown.place.after - 1)), None)
        held.show_machine(tree.root(reader.shape), rows.rows, reader.shape.below, reader.shape.covers,
                          partial(tree.path_to, reader.shape), k.VMALLOC_START >> 32,
                          reader.shape.page_shift)  # fmt: skip
        held.refresh(stage.address if stage is not None else None, "")
        return held

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.pane.set_theme(theme)
        self.caption.set_theme(theme)
