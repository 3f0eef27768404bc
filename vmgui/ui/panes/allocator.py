"""The allocator pane: the free tree with its searches, nodes, vmap blocks, TLBs; read while it is seen."""

from __future__ import annotations

import operator

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from vmgui.projection.allocator import AllocatorReader
from vmgui.projection.scope import Scope
from vmgui.ui import theme as themes
from vmgui.ui.paint import Sheet, Type
from vmgui.ui.panes import allocator_blocks, allocator_words
from vmgui.ui.panes.allocator_rows import Rows
from vmgui.ui.panes.allocator_tree import FreeTree
from vmgui.ui.panes.header import PaneHeader, Segments
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

SUMMARY = 22
SECTIONS = ("tree", "nodes", "blocks", "tlb")


class Summary(QWidget):
    """A line that says as much as there is room for, and never cuts a word."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme = theme
        self.texts: tuple[str, ...] = ("",)
        self.setFixedHeight(px(SUMMARY))

    def tell(self, texts: tuple[str, ...], tip: str = "") -> None:
        """Say one of these, the longest that fits."""
        self.setToolTip(tip or texts[0])
        if texts != self.texts:
            self.texts = texts
            self.setAccessibleName(texts[0])
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            sheet = Sheet(painter, self.theme)
            painter.fillRect(self.rect(), self.theme.color("bg1"))
            with themes.enlarged(painter, self.rect()) as area:
                sheet.fit(area.adjusted(12, 0, -10, 0), self.theme.color("text2"), Type(11), *self.texts)
        finally:
            painter.end()


class AllocatorPane(QWidget):
    """Header with its sections, a line of counts, and the section that is chosen.

    Signals: `menu_wanted` carries a place and a global position, `described` the words for the status bar,
    `section_changed` the name of the section.
    """

    menu_wanted = Signal(object, QPoint)
    described = Signal(str)
    section_changed = Signal(str)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("allocator")
        self.selection = selection
        self._reader: AllocatorReader | None = None
        self._now: Scope | None = None
        self._stale = self._seen = True
        self._opened: set[object] = set()
        self._shown: tuple[object, ...] = ()
        self._make(selection)
        selection.changed.connect(self._select)

    def _make(self, selection: Selection) -> None:
        names = {"tree": tr("Tree"), "nodes": tr("Nodes"), "blocks": tr("Blocks"), "tlb": "TLB"}
        self.header = PaneHeader(tr("Allocator"))
        self.segments = Segments(tr("Section"), names)
        self.segments.chosen.connect(self._choose)
        self.header.add(self.segments)
        self.tree, self.search = FreeTree(selection), Rows(tr("Search for a free area"), selection)
        self.nodes = Rows(tr("Nodes: busy, lazily freed and pooled areas"), selection)
        self.blocks = Rows(tr("Vmap blocks"), selection)
        self.tlb = Rows(tr("TLBs and pending flushes"), selection)
        self.summary = Summary(self.tree.theme)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        both.addWidget(self.tree)
        both.addWidget(self.search)
        both.setStretchFactor(0, 3)
        both.setStretchFactor(1, 2)
        self.stack = QStackedWidget()
        for part in (both, self.nodes, self.blocks, self.tlb):
            self.stack.addWidget(part)
        for canvas in (self.tree, self.search, self.nodes, self.blocks, self.tlb):
            canvas.menu_wanted.connect(self.menu_wanted)
            canvas.described.connect(self.described)
        for rows in (self.nodes, self.blocks, self.tlb):
            rows.toggled.connect(self._toggle)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for widget in (self.header, self.summary, self.stack):
            box.addWidget(widget)
        self.setFocusProxy(self.tree)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        for canvas in (self.tree, self.search, self.nodes, self.blocks, self.tlb):
            canvas.set_theme(theme)
        self.summary.theme = theme
        self.summary.update()

    # --- what is shown -------------------------------------------------------------------------------

    @property
    def section(self) -> str:
        """The section that is chosen."""
        return self.segments.current

    def choose(self, section: str) -> None:
        """Choose a section by its name; an unknown one changes nothing."""
        if section in SECTIONS and section != self.section:
            self.segments.choose(section)

    def show_reader(self, reader: AllocatorReader | None) -> None:
        """Show another machine."""
        self._reader, self._now, self._stale, self._shown = reader, None, True, ()
        self._opened.clear()

    def set_step(self, now: Scope) -> None:
        """Another step: read it at once if anybody sees it, else when somebody does."""
        self._now, self._stale = now, True
        self.refresh()

    def _again(self, *read: object) -> bool:
        """Whether all that was read is what is shown already; readers keep what nobody has written."""
        same = len(read) == len(self._shown) and all(map(operator.is_, read, self._shown))
        self._shown = read
        return same

    def set_seen(self, seen: bool) -> None:
        """Say whether the pane is in front: behind another tab it counts as visible."""
        self._seen = seen
        self.refresh()

    def changed(self) -> None:
        """Operations were added, taken back or edited."""
        if self._reader is not None:
            self._reader.changed()
        self._stale, self._shown = True, ()

    def refresh(self) -> None:
        """Read the section that is seen."""
        seen = self._seen and self.isVisible()
        if not self._stale or not seen or self._reader is None or self._now is None:
            return
        self._stale = False
        show = {"tree": self._show_tree, "nodes": self._show_nodes, "blocks": self._show_blocks,
                "tlb": self._show_tlb}[self.section]  # fmt: skip
        show(self._reader, self._now)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _show_tree(self, reader: AllocatorReader, now: Scope) -> None:
        tree, search = reader.free_tree(), reader.search(now)
        if self._again(tree, search):
            return
        self.tree.show_tree(tree, search)
        self.search.setVisible(search is not None)
        if search is None:
            self.summary.tell(allocator_words.tree_summary(tree))
            return
        self.search.show_rows(allocator_words.search_rows(search))
        self.search.reveal(len(self.search) - 1)
        self.summary.tell(allocator_words.search_summary(search), allocator_words.search_tip(search))

    def _show_nodes(self, reader: AllocatorReader, _now: Scope) -> None:
        if self._again(reader.nodes(), reader.waiting()):
            return
        self.nodes.show_rows(allocator_words.node_rows(reader, self._opened))
        self.summary.tell(allocator_words.node_summary(reader.nodes(), reader.waiting()))

    def _show_blocks(self, reader: AllocatorReader, _now: Scope) -> None:
        blocks = reader.blocks()
        if self._again(blocks):
            return
        self.blocks.show_rows(allocator_blocks.block_rows(reader, blocks, self._opened))
        self.summary.tell(allocator_blocks.block_summary(blocks))

    def _show_tlb(self, reader: AllocatorReader, _now: Scope) -> None:
        if self._again(reader.tlbs(), reader.waiting(), reader.blocks()):
            return
        self.tlb.show_rows(allocator_words.tlb_rows(reader, self._opened))
        self.summary.tell(allocator_words.tlb_summary(reader.tlbs()))

    # --- what the user does --------------------------------------------------------------------------

    def _choose(self, section: str) -> None:
        self.stack.setCurrentIndex(SECTIONS.index(section))
        canvas = {"tree": self.tree, "nodes": self.nodes, "blocks": self.blocks, "tlb": self.tlb}[section]
        self.setFocusProxy(canvas)
        self._stale, self._shown = True, ()
        self.refresh()
        self.section_changed.emit(section)

    def _toggle(self, key: object) -> None:
        self._opened ^= {key}
        self._stale, self._shown = True, ()
        self.refresh()

    def _select(self, place: Place | None) -> None:
        """Bring what another pane has selected into view."""
        if place is None or not self._seen or not self.isVisible():
            return
        shown = {"tree": self.tree, "nodes": self.nodes, "blocks": self.blocks, "tlb": self.tlb}[self.section]
        shown.go_to(place)
