"""The page-table tree as a Qt model: children are made when they are looked at, a step changes only rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from vmgui.projection.levels import Level
from vmgui.projection.tree_rows import Row, Rows
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

    number: int
    level: Level
    table: int
    va: int
    parent: Node | None = None
    index: int = -1
    rows: Rows = field(default_factory=lambda: NO_ROWS)
    loaded: bool = False
    children: dict[int, Node] = field(default_factory=dict)


class PageTables(QAbstractItemModel):
    """Rows of a table are children of the entry that leads to it; the internal id is the table's number."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._nodes: dict[int, Node] = {}
        self._next = 1
        self.page_shift = 12
        self.prefix = ""  # what the addresses of most rows begin with
        self._root: Node | None = None
        self.rows_of: RowsOf = lambda level, table, va: []
        self._child_level: Callable[[Level], Level] = lambda level: level

    # --- content ---------------------------------------------------------------------------------

    def show(self, root: tuple[Level, int, int], rows_of: RowsOf, below: Callable[[Level], Level]) -> None:
        """Show the tables of another machine."""
        self.beginResetModel()
        self._nodes.clear()
        self.rows_of, self._child_level = rows_of, below
        self._root = self._node(*root)
        self._root.loaded = True
        self._root.rows = Rows.of(rows_of(*root))
        self.endResetModel()

    def refresh(self) -> None:
        """Bring every table that has been looked at up to date: rows come, go and change, nothing resets."""
        if self._root is not None:
            self._refresh(self._root)

    def _node(self, level: Level, table: int, va: int, parent: Node | None = None, index: int = -1) -> Node:
        node = Node(self._next, level, table, va, parent, index)
        self._nodes[node.number] = node
        self._next += 1
        return node

    def _refresh(self, node: Node) -> None:
        if not node.loaded:
            return
        wanted = Rows.of(self.rows_of(node.level, node.table, node.va))
        if wanted is not node.rows:
            self._merge(node, wanted)
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
        parent = self._index_of(node)
        before = node.rows
        kept = np.isin(before.keys, wanted.keys)
        known = np.isin(wanted.keys, before.keys)
        for first, last in reversed(_stretches(~kept)):
            self.beginRemoveRows(parent, first, last)
            for i in before.tables():
                if first <= i <= last:
                    self._drop(node, before[i])
            node.rows = node.rows.without(first, last)
            self.endRemoveRows()
        for first, last in _stretches(~known):
            self.beginInsertRows(parent, first, last)
            node.rows = node.rows.with_those(wanted, first, last)
            self.endInsertRows()
        node.rows = wanted
        changed = np.flatnonzero(known)[before.differing(wanted, kept, known)]
        if len(changed):
            first, last = int(changed[0]), int(changed[-1])
            self.dataChanged.emit(
                self.createIndex(first, 0, node.number), self.createIndex(last, COLUMNS - 1, node.number)
            )

    def _drop(self, node: Node, row: Row) -> None:
        child = node.children.pop(row.first, None) if row.kind == "table" else None
        if child is not None:
            for i in child.rows.tables():
                self._drop(child, child.rows[i])
            del self._nodes[child.number]

    def forget_below(self, index: Index) -> None:
        """Do not keep the table below an index up to date: it is read again when it is opened."""
        row = self.row_at(index)
        child = self._nodes[index.internalId()].children.get(row.first) if row is not None else None
        if child is not None and child.loaded:
            if len(child.rows):
                self._merge(child, NO_ROWS)
            child.loaded = False

    def _index_of(self, node: Node) -> QModelIndex:
        """The entry that leads to a table; invalid for the top one."""
        if node.parent is None:
            return QModelIndex()
        return self.createIndex(node.parent.rows.table_at(node.index), 0, node.parent.number)

    def row_at(self, index: Index) -> Row | None:
        """The row an index stands for."""
        node = self._nodes.get(index.internalId()) if index.isValid() else None
        return node.rows[index.row()] if node and index.row() < len(node.rows) else None

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
            child = self._node(self._child_level(row.level), row.table, row.va, parent, row.first)
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
            found = self.createIndex(row, 0, node.number)
            node = self._child(found)
        return found

    def _load(self, node: Node) -> None:
        if not node.loaded:
            node.loaded = True
            rows = Rows.of(self.rows_of(node.level, node.table, node.va))
            if len(rows):
                self.beginInsertRows(self._index_of(node), 0, len(rows) - 1)
                node.rows = rows
                self.endInsertRows()

    # --- Qt --------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        if parent.column() > 0:
            return 0
        node = self._child(parent)
        return len(node.rows) if node else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return COLUMNS

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:
        if not parent.isValid():
            return self._root is not None
        node, i = self._nodes.get(parent.internalId()), parent.row()
        if node is None or parent.column() != 0 or not node.rows.leads(i):
            return False
        row = node.rows[i]
        # there may only be rows of what is gone, or in a new table of what was refused
        return row.count > 0 or bool(row.sign) or row.new

    def canFetchMore(self, parent: Index) -> bool:
        node = self._child(parent)
        return node is not None and not node.loaded

    def fetchMore(self, parent: Index) -> None:
        node = self._child(parent)
        if node is not None:
            self._load(node)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        node = self._child(parent)
        if node is None or not 0 <= row < len(node.rows) or not 0 <= column < COLUMNS:
            return QModelIndex()
        return self.createIndex(row, column, node.number)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        node = self._nodes.get(index.internalId()) if index.isValid() else None
        return self._index_of(node) if node else QModelIndex()

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
