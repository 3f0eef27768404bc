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
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.levels import Level
from vmgui.projection.numbers import tail
from vmgui.projection.tree_rows import Row
from vmgui.ui import theme as themes
from vmgui.ui.models.page_tables import COLUMNS, Index, PageTables
from vmgui.ui.paint import CENTRE, RIGHT, Sheet, Type
from vmgui.ui.panes.compare_marks import GROUNDS, draw_edge, glyph
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

ROW = 19
NAME, NAME_BOLD, CELL, BADGE = (
    Type(11, mono=True),
    Type(11, True, True),
    Type(10.5, mono=True),
    Type(11, True),
)
SMALL = Type(10.5)
WIDTHS = (114, 86, 54)
#: So many tables stay open, besides those on the way of the step, that were opened only for a step.
MOST_FOLLOWED = 1
NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


def region_words() -> dict[str, str]:
    """What the kernel uses a part of its addresses for."""
    return {
        "vmalloc": tr("vmalloc"), "direct map": tr("direct map"), "modules": tr("modules"),
        "KASAN shadow": tr("KASAN"),
    }  # fmt: skip


class TreeDelegate(QStyledItemDelegate):
    """Draws a whole row from its Row: one look-up a row, no style option to fill."""

    def __init__(self, view: QTreeView):
        super().__init__(view)
        self.theme: Theme = DARK
        self.prefix = 0

    def sizeHint(self, option, index) -> QSize:
        return QSize(px(40), px(ROW))

    def draw(self, painter: QPainter, whole: QRectF, cells: list[QRectF], row: Row, look: str) -> None:
        """Draw a row at once; `look` is the token of its ground, "" for none of its own."""
        sheet = Sheet(painter, self.theme)
        if look:
            sheet.box(whole, self.theme.color(look))
        elif row.kind == "refused":
            sheet.box(whole, self.theme.color("tint_error"))
        elif row.sign in GROUNDS:
            sheet.box(whole, self.theme.color(GROUNDS[row.sign]))
        elif row.touched:
            sheet.box(whole, self.theme.color("tint_now"))
        if row.sign:
            draw_edge(sheet, whole, row.sign)
        for draw, cell in zip((self._name, self._va, self._pfn, self._flags), cells, strict=True):
            draw(sheet, cell, row)

    def _name(self, sheet: Sheet, rect: QRectF, row: Row) -> None:
        ink = self.theme.ink("pte" if row.kind == "guard" else row.level)
        if row.kind in ("guard", "folded", "freed"):
            ink = self.theme.color("text3")
        kind = NAME_BOLD if row.kind in ("table", "leaf", "refused") else NAME
        name = row.name
        if row.kind == "refused":
            ink, name = self.theme.color("error"), f"✗ {name}"
        if row.sign:
            name = f"{glyph(row.sign)} {name}"
        if row.kind in ("gone", "freed"):
            y, left = rect.center().y(), rect.left() + (12 if row.sign else 0)
            sheet.line(left, y, rect.left() + min(kind.width(name), rect.width()), y, ink)
        short = name.replace("…", "-") if kind.width(name) > rect.width() else name
        sheet.fit(rect, ink, kind, name, short, name.split("…")[0] + "…]")

    def _va(self, sheet: Sheet, rect: QRectF, row: Row) -> None:
        if row.kind == "folded":
            wide = rect.adjusted(0, 0, 90, 0)
            sheet.text(wide, tr("folded: same entry"), self.theme.color("text3"), SMALL)
        elif row.kind == "guard":
            wide = rect.adjusted(0, 0, 60, 0)
            whole = tr("guard page of {0}").format(row.owner or tr("an area"))
            sheet.fit(wide, self.theme.color("text3"), SMALL, whole, tr("guard page"))
        else:
            known = row.va >> 32 == self.prefix
            text = tail(row.va) if known else f"{row.va >> 32:08x}…"
            sheet.fit(rect, self.theme.color("text3"), CELL, text, tail(row.va, 4))

    def _pfn(self, sheet: Sheet, rect: QRectF, row: Row) -> None:
        if row.kind == "refused":
            sheet.fit(rect, self.theme.color("error"), BADGE, tr("refused"), "✗")
        elif row.kind == "guard":
            sheet.text(rect, "—", self.theme.color("text3"), CELL, RIGHT)
        elif row.pfn is not None and row.kind != "folded":
            many = row.kind == "empty" or (row.kind == "leaf" and row.count > 1)
            text = f"{row.pfn:x}" + ("…" if many else "")
            sheet.fit(rect, self.theme.color("text2"), CELL, text, f"{row.pfn:x}")

    def _flags(self, sheet: Sheet, rect: QRectF, row: Row) -> None:
        badge = tr("NEW") if row.new else tr("freed") if row.kind == "freed" else row.badge
        filled = row.kind == "leaf" or row.new
        width = BADGE.width(badge) + 10 if badge else 0.0
        room = rect.adjusted(0, 0, -width - 10, 0)
        self._letters(sheet, room, row)
        if not badge:
            return
        box = QRectF(rect.right() - 6 - width, rect.top() + 2, width, rect.height() - 4)
        if filled:
            fill = self.theme.color("now_fill") if row.new else self.theme.fill(row.level)
            sheet.box(box, fill, radius=3)
            sheet.text(box, badge, self.theme.color("on_fill"), BADGE, CENTRE)
        else:
            sheet.text(box, badge, self.theme.color("text2"), CELL, RIGHT)

    def _letters(self, sheet: Sheet, room: QRectF, row: Row) -> None:
        color, words = self.theme.color("text2"), row.flags
        if row.region and sheet.fit(room, color, SMALL, region_words()[row.region]):
            return
        while words and not sheet.fit(room, color, SMALL, words):
            words = words.rpartition(" ")[0]  # the last ones give way first


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
        self._now: _Painting | None = None
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
            self._now = _Painting(self)
        now = self._now
        look = "tint_accent" if now.chosen is not None and now.chosen.isSelected(index) else ""
        if not look and now.hovered == index:
            look = "bg3"
        left = self.visualRect(index).left()
        with themes.enlarged(painter, option.rect) as rect:
            self.rows.draw(painter, rect, now.cells(left, rect.height()), row, look)
        if row.opens:
            now.draw_arrow(painter, left, option.rect, self.isExpanded(index))


class _Painting:
    """What is the same for all rows while the view is painted: its columns, the arrow, what is chosen."""

    def __init__(self, view: Tree):
        self._view, self._style = view, view.style()
        self._columns = [(view.columnViewportPosition(c), view.columnWidth(c)) for c in range(COLUMNS)]
        self.hovered = view.hovered
        chosen = view.selectionModel()
        self.chosen = chosen if chosen.hasSelection() else None
        self._right: list[QRectF] = []
        self._arrow, self._wide = QStyleOptionViewItem(), view.indentation()
        view.initViewItemOption(self._arrow)
        state = QStyle.StateFlag
        self._closed = state.State_Item | state.State_Children
        if view.isEnabled():
            self._closed |= state.State_Enabled
        if view.hasFocus():
            self._closed |= state.State_Active
        self._open = self._closed | state.State_Open

    def cells(self, left: int, height: float) -> list[QRectF]:
        """The cells of a row that begins so far in, in pixels of the design."""
        if not self._right:
            self._right = [self._cell(x, width, height) for x, width in self._columns[1:]]
        x, width = self._columns[0]
        return [self._cell(max(x, left), x + width - max(x, left), height), *self._right]

    def _cell(self, x: int, width: int, height: float) -> QRectF:
        f = themes.factor()
        return QRectF(x / f + 2, 0, width / f - 4, height)

    def draw_arrow(self, painter: QPainter, left: int, row: QRect, opened: bool) -> None:
        """Draw whether a row is open. Qt would ask for all rows above it first, for lines we do not have."""
        option = self._arrow
        option.rect = QRect(left - self._wide, row.top(), self._wide, row.height())
        option.state = self._open if opened else self._closed
        self._style.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorBranch, option, painter, self._view)


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
        selection.changed.connect(self._select)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.delegate.theme = theme
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
