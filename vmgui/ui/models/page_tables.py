"""The page-table tree as a Qt model: children are made when they are looked at, a step changes only rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItemModel

from vmgui.projection.levels import Level
from vmgui.projection.tree_rows import Changing, Row, Rows
from vmgui.texts import Text
from vmgui.texts import mark as _
from vmgui.ui.words import tr

Index = QModelIndex | QPersistentModelIndex
COLUMNS = 4

#: Gives the rows of a table: level, physical address, first virtual address.
RowsOf = Callable[[Level, int, int], Sequence[Row]]
ROW_ROLE = Qt.ItemDataRole.UserRole


NO_ROWS = Rows.of(())


@dataclass
class Node:
    """A table that has been looked at; `parent` and `index` say which entry leads to it."""

    level: Level
    table: int
    va: int
    parent: Node | None = None
    index: int = -1
    number: int = 0
    rows: Rows = field(default_factory=lambda: NO_ROWS)
    shown: Rows | Changing = field(default_factory=lambda: NO_ROWS)
    loaded: bool = False
    children: dict[int, Node] = field(default_factory=dict)


class PageTables(QStandardItemModel):
    """Rows of a table are children of the entry that leads to it; their internal id is the table's number.

    Qt itself keeps how many rows are below which, and no more: to lay out hundreds it asks nobody. An entry
    whose table has not been looked at has one row, of nothing, by which it can be opened.
    """

    def __init__(self, parent: QObject | None = None):
        super().__init__(0, COLUMNS, parent)
        self._nodes: dict[int, Node] = {}
        self._coming: tuple[Node, Changing] | None = None
        self.page_shift = 12
        self.prefix = ""  # what the addresses of most rows begin with
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
        self._load(self._root)
        self.endResetModel()

    def refresh(self) -> None:
        """Bring every table that has been looked at up to date: rows come, go and change, nothing resets."""
        if self._root is not None:
            self._refresh(self._root)

    def _read(self, node: Node) -> Rows:
        return Rows.of(self.rows_of(node.level, node.table, node.va))

    def _refresh(self, node: Node) -> None:
        if not node.loaded:
            return
        wanted = self._read(node)
        if wanted is not node.rows:
            self._merge(node, wanted)
        for i in np.flatnonzero(node.rows.opens == 1).tolist():  # what such a table shows is not in its count
            self._hold_open(node, i)
        if node.children:
            self._refresh_below(node)

    def _refresh_below(self, node: Node) -> None:
        """Bring the tables up to date that the rows of a table lead to."""
        for i in [i for i in node.rows.tables() if int(node.rows.first[i]) in node.children]:
            row = node.rows[i]
            child = node.children[row.first]
            child.table, child.va = row.table, row.va
            self._refresh(child)

    def _merge(self, node: Node, wanted: Rows) -> None:
        """Turn the rows of a node into the wanted ones: stretches of them go, come and change at once."""
        parent, before = self._index_of(node), node.rows
        kept, known = before.among(wanted), wanted.among(before)
        now = Changing(before, wanted)
        for first, last in reversed(_stretches(~kept)):
            now = now.without(first, last)
            self._remove(node, now, first, last, parent)
        for i in before.tables():
            if not kept[i]:
                self._drop(node, int(before.first[i]))
        for first, last in _stretches(~known):
            now = now.with_wanted(first, last)
            self._insert(node, now, first, last, parent)
        node.rows = node.shown = wanted
        opened = wanted.opens > 0
        opened[known] = before.opens[kept] != wanted.opens[known]
        for i in np.flatnonzero(opened).tolist():
            self._hold_open(node, i)
        changed = np.flatnonzero(known)[before.differing(wanted, kept, known)]
        if len(changed):
            self._tell_changed(int(changed[0]), int(changed[-1]), parent)

    def _tell_changed(self, first: int, last: int, parent: QModelIndex) -> None:
        self.dataChanged.emit(self.index(first, 0, parent), self.index(last, COLUMNS - 1, parent))

    def _remove(self, node: Node, then: Changing, first: int, last: int, parent: QModelIndex) -> None:
        self._coming = node, then
        self.removeRows(first, last - first + 1, parent)

    def _insert(self, node: Node, then: Changing, first: int, last: int, parent: QModelIndex) -> None:
        if not self.columnCount(parent):
            self.insertColumns(0, COLUMNS, parent)
        self._coming = node, then
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

    def _hold_open(self, node: Node, i: int) -> None:
        """Give a row whose table is not looked at a row of nothing below it, if there is anything to show."""
        row = node.rows[i]
        child = node.children.get(row.first)
        if child is not None and child.loaded:
            return
        entry = self.index(i, 0, self._index_of(node))
        some = row.opens and (row.count or len(self.rows_of(self._child_level(row.level), row.table, row.va)))
        if not some:
            self.removeRows(0, self.rowCount(entry), entry)
        elif not self.rowCount(entry):
            self.insertColumns(0, COLUMNS - self.columnCount(entry), entry)
            self.insertRows(0, 1, entry)

    def forget_below(self, index: Index) -> None:
        """Do not keep the table below an index up to date: it is read again when it is opened."""
        row = self.row_at(index)
        if row is None:
            return
        node = self._nodes[index.internalId()]
        child = node.children.get(row.first)
        if child is not None and child.loaded:
            if len(child.rows):
                self._merge(child, NO_ROWS)
            child.loaded = False
            self._hold_open(node, index.row())

    def _index_of(self, node: Node) -> QModelIndex:
        """The entry that leads to a table; invalid for the top one."""
        if node.parent is None:
            return QModelIndex()
        return self.index(node.parent.rows.table_at(node.index), 0, self._index_of(node.parent))

    def row_at(self, index: Index) -> Row | None:
        """The row an index stands for."""
        node = self._nodes.get(index.internalId()) if index.isValid() else None
        return node.shown[index.row()] if node and index.row() < len(node.shown) else None

    def table_at(self, index: Index) -> int:
        """Frame number of the table an index is a row of."""
        return self._nodes[index.internalId()].table >> self.page_shift

    def _child(self, index: Index) -> Node | None:
        """The table below an index, looked at from now on."""
        if not index.isValid():
            return self._root
        parent = self._nodes.get(index.internalId())
        if parent is None or not parent.rows.leads(index.row()):
            return None
        row = parent.rows[index.row()]
        child = parent.children.get(row.first)
        if child is None:
            child = Node(self._child_level(row.level), row.table, row.va, parent, row.first)
            parent.children[row.first] = child
        return child

    def find(self, path: list[tuple[Level, int]]) -> QModelIndex:
        """The deepest row on a walk, given as level and index from the root; tables on it are loaded."""
        found = QModelIndex()
        node = self._root
        for _level, index in path:
            if node is None:
                break
            self._load(node)
            row = node.rows.holding(index)
            if row is None:
                break
            found = self.index(row, 0, found)
            node = self._child(found)
        return found

    def _load(self, node: Node) -> None:
        """Read the rows of a table; the view may be laying itself out, so that none of it may go."""
        wanted = self._read(node) if not node.loaded else NO_ROWS
        entry = self._index_of(node)
        held = self.rowCount(entry)
        if node.loaded or held > len(wanted):
            return
        node.loaded = True
        if not held:
            self._merge(node, wanted)
            return
        self._enter(node, entry)  # the row of nothing becomes the first one
        node.shown = now = Changing(NO_ROWS, wanted).with_wanted(0, held - 1)
        if held < len(wanted):
            self._insert(node, now.with_wanted(held, len(wanted) - 1), held, len(wanted) - 1, entry)
        node.rows = node.shown = wanted
        for i in np.flatnonzero(wanted.opens).tolist():
            self._hold_open(node, i)
        self._tell_changed(0, held - 1, entry)

    # --- Qt --------------------------------------------------------------------------------------

    def canFetchMore(self, parent: Index) -> bool:
        node = self._child(parent)
        return node is not None and not node.loaded

    def fetchMore(self, parent: Index) -> None:
        node = self._child(parent)
        if node is not None:
            self._load(node)

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

    def headerData(self, section: int, orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (tr("Entry"), f"{tr('VA')} {self.prefix}", tr("→ PFN"), tr("Flags"))[
                section
            ]
        return None


def _stretches(chosen: np.ndarray) -> list[tuple[int, int]]:
    """The first and the last of each run of chosen rows."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], chosen.astype(np.int8), [0]))))
    return [(int(first), int(end) - 1) for first, end in edges.reshape(-1, 2)]


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
