"""The page-table tree as a Qt model: children are made when they are looked at, a step changes only rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from vmgui.projection.levels import Level
from vmgui.projection.tree_rows import Changing, Ints, Row, Rows
from vmgui.texts import Text
from vmgui.texts import mark as _
from vmgui.ui.words import tr

Index = QModelIndex | QPersistentModelIndex
COLUMNS = 4

#: Gives the rows of a table: level, physical address, first virtual address.
RowsOf = Callable[[Level, int, int], Sequence[Row]]
#: Numbers and rows that a walk goes through, from the root.
Way = list[tuple[int, Row]]
ROW_ROLE = Qt.ItemDataRole.UserRole


NO_ROWS = Rows.of(())


@dataclass(eq=False)
class Node:
    """A table that is looked at; `parent` and `index` say which entry leads to it."""

    level: Level
    table: int
    va: int
    parent: Node | None = None
    index: int = -1
    number: int = 0
    rows: Rows = NO_ROWS
    shown: Rows | Changing = NO_ROWS
    children: dict[int, Node] = field(default_factory=dict)


class PageTables(QStandardItemModel):
    """Rows of a table are children of the entry that leads to it; their internal id is the table's number.

    Qt itself keeps how many rows are below which, and no more: to lay out hundreds it asks nobody. An entry
    whose table has not been looked at has one row, of nothing, by which it can be opened.
    """

    def __init__(self, parent: QObject | None = None):
        super().__init__(0, COLUMNS, parent)
        self._nodes: dict[int, Node] = {}
        self._coming: tuple[Node, Rows | Changing] | None = None
        self.page_shift = 12
        self._root: Node | None = None
        self.rows_of: RowsOf = lambda level, table, va: []
        self._child_level: Callable[[Level], Level] = lambda level: level
        self.rowsInserted.connect(self._have_changed)  # before all others, who ask for rows
        self.rowsRemoved.connect(self._have_changed)

    # --- content ---------------------------------------------------------------------------------

    def show(self, root: tuple[Level, int, int], rows_of: RowsOf, below: Callable[[Level], Level]) -> None:
        """Show the tables of another machine."""
        self.beginResetModel()
        self.removeRows(0, self.rowCount())
        self._nodes.clear()
        self.rows_of, self._child_level = rows_of, below
        self._root = Node(*root)
        self._refresh(self._root, QModelIndex())
        self.endResetModel()

    def name_columns(self, prefix: str) -> None:
        """Name the columns; `prefix` is what the addresses of most rows begin with."""
        self.setHorizontalHeaderLabels([tr("Entry"), f"{tr('VA')} {prefix}", tr("→ PFN"), tr("Flags")])

    def refresh(self) -> None:
        """Bring every table that is looked at up to date: rows come, go and change, nothing resets."""
        if self._root is not None:
            self._refresh(self._root, QModelIndex())

    def _refresh(self, node: Node, entry: QModelIndex) -> None:
        """Bring a table, to which an entry leads, up to date with those below it."""
        wanted = Rows.of(self.rows_of(node.level, node.table, node.va))
        if wanted is not node.rows:
            self._merge(node, wanted, entry)
        for i in wanted.doubtful:  # what such a table shows is not in its count
            self._hold_open(node, i, entry)
        for first, child in tuple(node.children.items()):
            i = wanted.table_at(first)
            row = wanted[i]
            child.table, child.va = row.table, row.va
            self._refresh(child, self.index(i, 0, entry))

    def _merge(self, node: Node, wanted: Rows, entry: QModelIndex) -> None:
        """Turn the rows of a node into the wanted ones: stretches of them go, come and change at once."""
        before = node.rows
        if before.alike(wanted):
            node.rows = node.shown = wanted
            self._hold_all_open(node, (before.opens != wanted.opens).nonzero()[0], entry)
            differing = before.differing(wanted)
            if differing is not None:
                self._tell_changed(*differing, entry)
        elif before.size and wanted.size:
            self._change(node, wanted, entry)
        else:
            self._replace(node, wanted, entry)

    def _replace(self, node: Node, wanted: Rows, entry: QModelIndex) -> None:
        """All rows of a node go, or come where there were none."""
        for first in tuple(node.children):
            self._drop(node, first)
        if node.rows.size:
            self._remove(node, wanted, 0, node.rows.size - 1, entry)
        node.rows = wanted
        if wanted.size:
            self._insert(node, wanted, 0, wanted.size - 1, entry)

    def _change(self, node: Node, wanted: Rows, entry: QModelIndex) -> None:
        """Some rows of a node go, some come, and others stay."""
        before = node.rows
        kept, known = before.among(wanted), wanted.among(before)
        now = Changing(before, wanted)
        for first, last in reversed(_stretches(~kept)):
            now = now.without(first, last)
            self._remove(node, now, first, last, entry)
        node.rows = wanted
        for first in [first for first in node.children if wanted.table_at(first) < 0]:
            self._drop(node, first)
        for first, last in _stretches(~known):
            now = now.with_wanted(first, last)
            self._insert(node, now, first, last, entry)
        node.shown = wanted
        others = known.nonzero()[0]
        self._hold_all_open(node, others[before.opens[kept] != wanted.opens[others]], entry)
        self._tell_changed(0, wanted.size - 1, entry)  # all are laid out and drawn anyhow

    def _tell_changed(self, first: int, last: int, parent: QModelIndex) -> None:
        self.dataChanged.emit(self.index(first, 0, parent), self.index(last, COLUMNS - 1, parent))

    def _remove(self, node: Node, then: Rows | Changing, first: int, last: int, parent: QModelIndex) -> None:
        self._coming = node, then
        self.removeRows(first, last - first + 1, parent)

    def _insert(self, node: Node, then: Rows | Changing, first: int, last: int, parent: QModelIndex) -> None:
        """Have rows come; each that leads to a table with something to show has a row of nothing."""
        if not self.columnCount(parent):
            self.insertColumns(0, COLUMNS, parent)
        self._coming = node, then
        opens = node.rows.opens[first : last + 1]
        if opens.any():
            above = self.itemFromIndex(parent) if parent.isValid() else self.invisibleRootItem()
            above.insertRows(first, [QStandardItem(some > 1, COLUMNS) for some in opens.tolist()])
        else:
            self.insertRows(first, last - first + 1, parent)

    def _have_changed(self, parent: QModelIndex, _first: int, _last: int) -> None:
        """Rows have come or gone: whoever asks sees the others."""
        if self._coming is not None:
            node, shown = self._coming
            node.shown, self._coming = shown, None
            self._enter(node, parent)

    def _enter(self, node: Node, parent: QModelIndex) -> None:
        """Know a table by the number that Qt gives to its rows, once it has any."""
        if not node.number and self.rowCount(parent):
            node.number = self.index(0, 0, parent).internalId()
            self._nodes[node.number] = node

    def _drop(self, node: Node, index: int) -> None:
        """Forget the table below an entry that has gone."""
        child = node.children.pop(index, None)
        if child is not None:
            for each in tuple(child.children):
                self._drop(child, each)
            self._nodes.pop(child.number, None)

    def _hold_all_open(self, node: Node, chosen: Ints, entry: QModelIndex) -> None:
        for i in chosen.tolist():
            self._hold_open(node, i, entry)

    def _hold_open(self, node: Node, i: int, entry: QModelIndex) -> None:
        """Give a row whose table is not looked at a row of nothing below it, if there is anything to show."""
        row = node.rows[i]
        if row.first in node.children:
            return
        index = self.index(i, 0, entry)
        some = row.opens and (row.count or len(self.rows_of(self._child_level(row.level), row.table, row.va)))
        if not some:
            self.removeRows(0, self.rowCount(index), index)
        elif not self.rowCount(index):
            self.insertColumns(0, COLUMNS - self.columnCount(index), index)
            self.insertRows(0, 1, index)

    def forget_below(self, index: QModelIndex) -> None:
        """Do not keep a table up to date, unless those below it are: it is read again when it is opened."""
        child = self._below(index)
        if child is not None and child.parent is not None and not child.children:
            self._drop(child.parent, child.index)
            self.removeRows(0, self.rowCount(index), index)
            self._hold_open(child.parent, index.row(), index.parent())

    def _below(self, index: Index) -> Node | None:
        """The table below an index, if it is looked at."""
        node = self._nodes.get(index.internalId()) if index.isValid() else None
        return node.children.get(int(node.rows.first[index.row()])) if node is not None else None

    def row_at(self, index: Index) -> Row | None:
        """The row an index stands for."""
        node = self._nodes.get(index.internalId()) if index.isValid() else None
        return node.shown.row(index.row()) if node is not None else None

    def rows_beside(self, index: Index) -> Sequence[Row]:
        """The rows of the table that an index is a row of."""
        node = self._nodes.get(index.internalId())
        return node.shown if node is not None else ()

    def table_at(self, index: Index) -> int:
        """Frame number of the table an index is a row of."""
        return self._nodes[index.internalId()].table >> self.page_shift

    def walk(self, path: list[tuple[Level, int]]) -> Way:
        """The rows on a walk as they are at the step, and their numbers; it ends where none leads on."""
        if self._root is None:
            return []
        found: Way = []
        level, table, va = self._root.level, self._root.table, self._root.va
        for _level, index in path:
            rows = Rows.of(self.rows_of(level, table, va))
            i = rows.holding(index)
            if i is None:
                break
            row = rows[i]
            found.append((i, row))
            if row.kind != "table":
                break
            level, table, va = self._child_level(level), row.table, row.va
        return found

    def find(self, path: list[tuple[Level, int]]) -> QModelIndex:
        """The deepest row on a walk, given as level and index from the root; the tables above are loaded."""
        return self.at(self.walk(path))

    def at(self, way: Way) -> QModelIndex:
        """The last row of a walk; the tables above it are loaded."""
        found = QModelIndex()
        for i, _row in way:
            if self.canFetchMore(found):
                self.fetchMore(found)
            found = self.index(i, 0, found)
        return found

    # --- Qt --------------------------------------------------------------------------------------

    def canFetchMore(self, parent: Index) -> bool:
        node = self._nodes.get(parent.internalId()) if parent.isValid() else None
        if node is None or not node.rows.leads(parent.row()):
            return False
        return int(node.rows.first[parent.row()]) not in node.children

    def fetchMore(self, parent: Index) -> None:
        """Look at the table below an entry; the view may be laying itself out, so that no row may go."""
        if not self.canFetchMore(parent):
            return
        above, entry = self._nodes[parent.internalId()], parent.sibling(parent.row(), 0)
        row = above.rows[parent.row()]
        node = Node(self._child_level(row.level), row.table, row.va, above, row.first)
        node.rows = node.shown = wanted = Rows.of(self.rows_of(node.level, node.table, node.va))
        held = self.rowCount(entry)
        if held > wanted.size:
            return
        above.children[row.first] = node
        self._enter(node, entry)  # the row of nothing becomes the first one
        if held < wanted.size:
            self._insert(node, wanted, held, wanted.size - 1, entry)
        for i in {*range(held), *wanted.doubtful}:
            self._hold_open(node, i, entry)
        if held:
            self._tell_changed(0, held - 1, entry)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.name, f"{row.va:016x}", f"{row.pfn:x}" if row.pfn is not None else "", row.flags)[
                index.column()
            ]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return words(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return words(row).replace(", ", "\n")
        return None


def _stretches(chosen: np.ndarray) -> list[tuple[int, int]]:
    """The first and the last of each run of chosen rows."""
    edge = np.zeros(len(chosen) + 1, np.bool_)
    edge[:-1] = chosen
    edge[1:] ^= chosen
    edges = edge.nonzero()[0].tolist()
    return [(first, end - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


#: What a sign means: how a row differs from the step that it is compared with.
SIGN_WORDS = {"+": _("added"), "-": _("removed"), "~": _("changed"), "·": _("something below it differs")}


def words(row: Row) -> str:
    """A row as a screen reader reads it."""
    said = [row.name, f"0x{row.va:016x}"]
    what = {
        "table": Text("leads to the table in frame {0:x}, {1} of {2} entries in use",
                      row.pfn or 0, row.count, row.slots),
        "leaf": Text("{0}, first frame {1:x}", row.badge, row.pfn or 0),
        "folded": Text("folded: the same entry"),
        "empty": Text("{0} empty tables", row.count),
        "guard": Text("guard page of {0}, never mapped", row.owner or tr("an area")),
        "refused": Text("huge page refused"),
        "freed": Text("empty: the table in frame {0:x} was taken off", row.pfn or 0),
        "bad": Text("not a valid entry"),
        "gone": Text("{0} entries that were here at the step compared with", row.count),
    }  # fmt: skip
    said.append(tr(what[row.kind]))
    if row.region:
        said.append(row.region)
    if row.flags:
        said.append(row.flags)
    if row.new:
        said.append("new")
    if row.sign:
        said.append(SIGN_WORDS[row.sign])
    return ", ".join(said)
