"""The page-table pane: the tree of tables with its own delegate, kept open where the step works."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.levels import Level
from vmgui.ui.models.page_tables import Index, PageTables, Way
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.still import be_solid
from vmgui.ui.panes.tree_paint import Painting, Seen, TreeDelegate
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

WIDTHS = (114, 86, 54)
NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


class Heads(QHeaderView):
    """The names of the columns: when rows come and go they stay, and are not measured and painted again."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._measured: QSize | None = None
        self._laid: QSize | None = None
        self.setSectionsMovable(True)
        self.sectionCountChanged.connect(self.measure_again)

    def measure_again(self) -> None:
        """They have other names or another look."""
        self._measured = self._laid = None

    def sizeHint(self) -> QSize:
        if self._measured is None:
            self._measured = super().sizeHint()
        return self._measured

    def doItemsLayout(self) -> None:
        if self._measured is None:
            super().doItemsLayout()

    def updateGeometries(self) -> None:
        """The view wants this whenever rows come and go, and Qt paints for it; only another size needs it."""
        if self._laid != self.size():
            self._laid = self.size()
            super().updateGeometries()

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
        be_solid(self)
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
        painter, area = QPainter(self.viewport()), event.rect()
        now = Painting(self, self.rows, painter)
        painter.fillRect(area, now.paper)
        now.draw(painter, self._in_sight(area))

    def _in_sight(self, area: QRect) -> list[Seen]:
        """The rows that stand in an area."""
        index = self.indexAt(QPoint(0, area.top())).siblingAtColumn(0)  # the view lays itself out first
        place, end, grounds, found = self.visualRect(index), area.bottom(), self._grounds(), list[Seen]()
        y, high = place.top(), place.height()
        while y <= end and index.isValid():
            table, i, rows = index.internalId(), index.row(), self._shown.rows_beside(index)
            left = self.visualRect(index).left()  # where names begin
            opened: bool | None = None
            while y <= end and i < len(rows) and not opened:  # these follow each other
                row = rows[i]
                if row.opens:
                    index = index.siblingAtRow(i)
                    opened = self.isExpanded(index)
                else:
                    opened = None
                found.append((y, left, row, grounds.get((table, i), ""), opened))
                i, y = i + 1, y + high
            index = self.indexBelow(index.siblingAtRow(i - 1))
        return found

    def _grounds(self) -> dict[tuple[int, int], str]:
        """The tokens of the grounds of rows that are chosen or pointed at, by their table and number."""
        found = {}
        if self.hovered.isValid():
            found[self.hovered.internalId(), self.hovered.row()] = "bg3"
        for each in self.selectionModel().selectedRows() if self.selectionModel().hasSelection() else ():
            found[each.internalId(), each.row()] = "tint_accent"
        return found


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
        self.view.collapsed.connect(self._forget)
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
        way = self.model.walk(self.path(follow)) if follow is not None else []
        if way:
            self._close_others(way)
        self.model.refresh()
        self.header.detail.setText(text)
        if follow is not None:
            index, opened = self._open(way)
            self._followed += opened
            self.view.home = QPersistentModelIndex(index)
        else:
            self.view.executeDelayedItemsLayout()  # its scroll bar is right at once
        self._linking = False

    def reveal(self, va: int) -> None:
        """Open the tree along the walk of an address and choose its last entry."""
        self._reveal(va)

    def _reveal(self, va: int, level: Level | None = None) -> None:
        """Choose the entry of `level` on the walk of an address, or the last one."""
        path = self.path(va)
        names = [name for name, _index in path]
        end = names.index(level) + 1 if level in names else len(path)
        self._linking = True
        index, _opened = self._open(self.model.walk(path[:end]))
        if index.isValid():
            self.view.setCurrentIndex(index)
            above = index.parent()  # what the user wanted to see is not closed again
            self._followed = [each for each in self._followed if not self._holds(each, above)]
        self._linking = False

    def _open(self, way: Way) -> tuple[QModelIndex, list[QPersistentModelIndex]]:
        """Open all tables above the last row of a walk and show it: the row, and the tables that were not."""
        index, opened = self.model.at(way), []
        above = index.parent()
        while above.isValid():
            if not self.view.isExpanded(above):
                self.view.expand(above)
                opened.append(QPersistentModelIndex(above))
            above = above.parent()
        if index.isValid():
            self.view.scrollTo(index)
        return index, opened

    def _close_others(self, way: Way) -> None:
        """Close what only earlier steps have opened, where the way leads to another table of that level."""
        wanted = {row.level: row.va for _i, row in way[:-1]}
        for each in tuple(self._followed):
            row = self.model.row_at(each)
            if row is None or wanted.get(row.level, row.va) != row.va:
                self._followed.remove(each)
                if row is not None and not self._holds(each, self.view.currentIndex().parent()):
                    self.view.collapse(each)

    def _forget(self, table: QModelIndex) -> None:
        """What is folded away is not kept up to date, unless something in it is chosen or open."""
        if not self._holds(table, self.view.currentIndex().parent()):
            self.model.forget_below(table)

    @staticmethod
    def _holds(table: Index, row: QModelIndex) -> bool:
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
            self._reveal(place.va[0], place.level if place.index is not None else None)
