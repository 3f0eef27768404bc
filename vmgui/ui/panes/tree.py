"""The page-table pane: the tree of tables with its own delegate, kept open where the step works."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.levels import Level
from vmgui.ui.models.page_tables import Index, PageTables
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.still import Bar
from vmgui.ui.panes.tree_paint import Painting, TreeDelegate
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

WIDTHS = (114, 86, 54)
#: So many tables stay open, besides those on the way of the step, that were opened only for a step.
MOST_FOLLOWED = 1
NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


class Heads(QHeaderView):
    """The names of the columns: when rows come and go they stay, and are not measured and painted again."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._measured: QSize | None = None
        self.setSectionsMovable(True)
        self.sectionCountChanged.connect(self.measure_again)

    def measure_again(self) -> None:
        """They have other names or another look."""
        self._measured = None

    def sizeHint(self) -> QSize:
        if self._measured is None:
            self._measured = super().sizeHint()
        return self._measured

    def doItemsLayout(self) -> None:
        if self._measured is None:
            super().doItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        self.measure_again()
        super().changeEvent(event)


class Tree(QTreeView):
    """The view; arrows stay with it. It paints rows, not cells: a quarter of the calls."""

    def __init__(self, model: PageTables, parent: QWidget | None = None):
        super().__init__(parent)
        heads = Heads(self)
        self.setHeader(heads)
        self.setModel(model)
        model.headerDataChanged.connect(heads.measure_again)
        self.rows = TreeDelegate(self)
        self.setItemDelegate(self.rows)
        self._shown = model
        self._now: Painting | None = None
        self.hovered = QPersistentModelIndex()
        self.home = QPersistentModelIndex()  # where arrows start while nothing is chosen
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setIndentation(px(12))
        self.setAnimated(False)
        self.setExpandsOnDoubleClick(True)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.entered.connect(self._enter)
        self.viewportEntered.connect(lambda: self._enter(QModelIndex()))

    def _enter(self, index: QModelIndex) -> None:
        """The pointer is over another row."""
        for each in (self.hovered, QPersistentModelIndex(index)):
            if each.isValid():
                rect = self.visualRect(each)
                self.viewport().update(0, rect.top(), self.viewport().width(), rect.height())
        self.hovered = QPersistentModelIndex(index.siblingAtColumn(0))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """To come here chooses nothing: Qt would make the first row the current one."""
        model = self.selectionModel()
        if not self.currentIndex().isValid():
            with QSignalBlocker(model):
                super().focusInEvent(event)
                by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason  # the row below it comes next
                model.setCurrentIndex(QModelIndex() if by_mouse else self.home, NO_UPDATE)
        else:
            super().focusInEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._enter(QModelIndex())

    def paintEvent(self, event: QPaintEvent) -> None:
        self._now = None  # the view may have to lay itself out first
        super().paintEvent(event)

    def drawRow(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._shown.row_at(index)
        if row is None:
            return
        if self._now is None:
            self._now = Painting(self, self.rows, painter)
        now, table = self._now, index.internalId()
        left = now.lefts.get(table)
        if left is None:
            left = now.lefts[table] = self.visualRect(index).left()
        ground = "tint_accent" if now.chosen is not None and now.chosen.isSelected(index) else ""
        if not ground and self.hovered == index:
            ground = "bg3"
        opened = self.isExpanded(index) if row.kind == "table" and row.opens else None
        now.draw(painter, option.rect, left, row, ground, opened)


class TreePane(QWidget):
    """Header, tree and the links to the selection. `menu_wanted` carries a place and a global position."""

    menu_wanted = Signal(object, QPoint)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("tree")
        self.selection = selection
        self.header = PaneHeader(tr("Page tables"))
        self.model = PageTables(self)
        self.view = Tree(self.model)
        self.view.setVerticalScrollBar(Bar())
        self.view.setAccessibleName(tr("Page tables"))
        self.delegate = self.view.rows
        head = self.view.header()
        head.setMinimumSectionSize(px(20))
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(WIDTHS):
            self.view.setColumnWidth(column, px(width))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self._covers: Callable[[Level], int] = lambda level: 1
        self.path: Callable[[int], list[tuple[Level, int]]] = lambda va: []
        self._linking = False
        self._followed: list[QPersistentModelIndex] = []
        self.view.selectionModel().currentChanged.connect(self._chosen)
        self.view.clicked.connect(self._chosen)  # the current row, too, where nothing is chosen
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.activated.connect(lambda index: self._activate(index))
        selection.changed.connect(self._select)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.delegate.set_theme(theme)
        self.view.viewport().update()

    def show_machine(self, root, rows_of, below, covers, path, prefix: int, page_shift: int = 12) -> None:
        """Show the tables of another machine; the functions come from the projection."""
        self._covers, self.path = covers, path
        self.delegate.prefix = prefix
        self.model.name_columns(f"{prefix:08x}…")
        self.model.page_shift = page_shift
        self.model.show(root, rows_of, below)

    def refresh(self, follow: int | None, text: str) -> None:
        """Bring the rows to the step; `follow` is the address whose walk is kept open."""
        self._linking = True  # a row that goes takes the current one with it: that is no choice of the user's
        self.model.refresh(self._followed if follow is not None else ())
        self._linking = False
        self.header.detail.setText(text)
        if follow is not None:
            self.view.home = QPersistentModelIndex(self._reveal(follow, select=False))
        else:
            self.view.executeDelayedItemsLayout()  # its scroll bar is right at once

    def reveal(self, va: int) -> None:
        """Open the tree along the walk of an address and choose its last entry."""
        self._reveal(va, select=True)

    def _reveal(self, va: int, select: bool, level: Level | None = None) -> QModelIndex:
        """The entry of `level` on the walk of an address, or the last one."""
        path = self.path(va)
        names = [name for name, _index in path]
        self._linking = True
        index = self.model.find(path[: names.index(level) + 1] if level in names else path)
        if index.isValid():
            self._open_to(index, select)
        self.model.catch_up()
        if index.isValid():
            self.view.scrollTo(index)
            if select:
                self.view.setCurrentIndex(index)
        self._linking = False
        return index

    def _open_to(self, index: QModelIndex, chosen: bool) -> None:
        """Open all tables above a row; of those that only following opened, the latest stay open."""
        above, path = index.parent(), []
        while above.isValid():
            path.append(QPersistentModelIndex(above))
            if not self.view.isExpanded(above):
                self.view.expand(above)
                if not chosen:
                    self._followed.append(path[-1])
            above = above.parent()
        if chosen:  # what the user wanted to see is not closed again, nor anything else because of it
            self._followed = [each for each in self._followed if each.isValid() and each not in path]
        else:
            self._followed = [each for each in self._followed if each.isValid()]
            self._close_others(path)

    def _close_others(self, path: list[QPersistentModelIndex]) -> None:
        """Close what earlier steps opened and is not on the way of this one."""
        current = self.view.currentIndex().parent()
        for each in [each for each in self._followed[:-MOST_FOLLOWED] if each not in path]:
            self._followed.remove(each)
            table = each.sibling(each.row(), 0)
            if not self._holds(table, current):
                self.view.collapse(table)
                self.model.forget_below(table)

    @staticmethod
    def _holds(table: QModelIndex, row: QModelIndex) -> bool:
        """Whether a row, or one above it, is that of the table."""
        while row.isValid() and row != table:
            row = row.parent()
        return row.isValid()

    def _place(self, index: QModelIndex) -> Place | None:
        row = self.model.row_at(index)
        if row is None or row.kind == "folded":
            return None
        size = self._covers(row.level) * (row.last - row.first + 1)
        level: Level = row.level
        return Place(
            va=(row.va, row.va + size), level=level, table=self.model.table_at(index), index=row.first
        )

    def _chosen(self, index: QModelIndex) -> None:
        place = self._place(index)
        if not self._linking and place is not None:
            self._linking = True
            self.selection.select(place)
            self._linking = False

    def _menu(self, at: QPoint) -> None:
        place = self._place(self.view.indexAt(at))
        if place is not None:
            self.menu_wanted.emit(place, self.view.viewport().mapToGlobal(at))

    def _activate(self, index: QModelIndex) -> None:
        place = self._place(index)
        if place is not None:
            self.selection.activate(place)

    def _select(self, place: Place | None) -> None:
        if self._linking:
            return
        if place is None or place.va is None:
            self.view.selectionModel().clear()
        else:
            self._reveal(place.va[0], True, place.level if place.index is not None else None)
