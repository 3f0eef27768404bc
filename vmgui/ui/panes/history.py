"""The history: all operations with their results; those after the play-head are still to come."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from vmgui.formats.errors import FormatError
from vmgui.projection.history import Entry, History
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.history_editor import LineEditor
from vmgui.ui.panes.history_rows import TALL, HistoryList
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

ROLE = Qt.ItemDataRole.UserRole
#: With more operations every row is as high as the others: no step asks each of them for its height.
MANY = 500


class HistoryModel(QAbstractListModel):
    """One row an operation; a step changes looks only."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.entries = History()

    def show(self, entries: History) -> None:
        """Show other entries; only the rows between the old and the new play-head look different.

        Of many nothing is said: the view would lay all of them out again.
        """
        old, new = self.entries, entries
        if len(new) > len(old):
            self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
            self.entries = new
            self.endInsertRows()
        elif len(new) < len(old):
            self.beginRemoveRows(QModelIndex(), len(new), len(old) - 1)
            self.entries = new
            self.endRemoveRows()
        self.entries = new
        if old.items is not new.items and len(new):
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
        elif (old.past, old.reached) != (new.past, new.reached) and 0 < len(new) <= MANY:
            last = min(max(old.reached, new.reached), len(new)) - 1
            first = max(min(old.past, new.past, last), 0)
            self.dataChanged.emit(self.index(first), self.index(max(first, last)))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else self.entries.length

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries.entry(index.row())
        if role == ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            if entry.failed:
                return tr("{0} {1}: did not run: {2}").format(entry.number, entry.text, tr(entry.failed))
            result = f" → {entry.full}" if entry.full else ""
            return f"{entry.number} {entry.text}{result}"
        return None


class HistoryPane(QWidget):
    """Header and list, and the editor that lies on a row while it is changed, on the widget `editor_on`.

    `step_wanted` carries a row to go to, `line_wanted` a line for the command line, `answer_wanted` an
    operation and the text that it asked for. `edited` carries a place, whether a line is put in there
    rather than changed, and the line.
    """

    step_wanted = Signal(int)
    answer_wanted = Signal(str, str)
    line_wanted = Signal(str)
    edited = Signal(int, bool, str)

    def __init__(self, parent: QWidget | None = None, editor_on: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("history")
        self.header = PaneHeader(tr("History"))
        self.header.detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.model = HistoryModel(self)
        self.list = HistoryList()
        self.list.setModel(self.model)
        self.list.setMinimumHeight(px(TALL))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Operations, in order"))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.activated.connect(lambda index: self.step_wanted.emit(index.data(ROLE).first))
        self.editor = LineEditor(self if editor_on is None else editor_on)
        self.editor.entered.connect(self.edited)
        self.editor.left.connect(self._leave_editor)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.list.theme = theme
        self.editor.set_theme(theme)
        self.list.viewport().update()

    def show_entries(self, entries: History) -> None:
        """Show the operations and where the play-head is among them."""
        old = self.model.entries
        self.model.show(entries)
        self.list.entries = entries
        same = old.operations is entries.operations
        if same and (old.past, old.reached) == (entries.past, entries.reached):
            return
        self._tell(entries)
        tall = self._tall(entries)
        if not same or tall != self.list.heights.tall:
            self.list.heights.tall = tall
            self.list.setUniformItemSizes(len(entries) > MANY)
            self.list.scheduleDelayedItemsLayout()
            self.list.viewport().update()
        if entries.past < entries.reached:
            self.list.scrollTo(self.model.index(entries.past))
        first, last = min(old.past, entries.past), max(old.reached, entries.reached)
        self.list.update_rows(first, min(last, len(entries)) - 1)

    def _tall(self, entries: History) -> frozenset[int]:
        """The rows with a second line: of the running operation, and of those that did not run."""
        if len(entries) > MANY:
            return frozenset()
        now = entries.past
        running = entries.is_current(now) and entries.entry(now).full
        return entries.operations.failed | {now} if running else entries.operations.failed

    def _tell(self, entries: History) -> None:
        text = tr("{0} of {1} reached").format(entries.reached, len(entries))
        if entries.failed:
            text = tr("{0} of {1} reached, {2} did not run").format(
                entries.reached, len(entries), entries.failed
            )
        self.header.detail.setText(text if len(entries) else tr("No operations yet"))

    # --- editing ---------------------------------------------------------------------------------

    @property
    def chosen(self) -> int:
        """The place of the selected operation, else of the running one, else the last; -1 for none."""
        index = self.list.currentIndex()
        entries = self.model.entries
        return index.row() if index.isValid() else min(entries.past, len(entries) - 1)

    def choose(self, place: int) -> None:
        """Select the operation at a place and bring it into view."""
        index = self.model.index(place)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def edit(self, place: int, inserted: bool, names: Iterable[str]) -> None:
        """Open the editor on the operation at a place, or on the line that would stand before it.

        `names` are the objects known there.
        """
        entries = self.model.entries
        text = "" if inserted else entries[place].text
        row = min(place, len(entries) - 1)
        self.list.scrollTo(self.model.index(row))
        rect = self.list.visualRect(self.model.index(row))
        top = rect.top() if place <= row else rect.bottom() + 1
        corner = self.list.viewport().mapTo(self.editor.parentWidget() or self, QPoint(0, top))
        self.editor.open(place, inserted, text, names, corner, self.list.viewport().width())

    def show_error(self, error: FormatError) -> None:
        """Say in the open editor what is wrong with its line."""
        self.editor.show_error(error)

    def _leave_editor(self) -> None:
        self.list.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.editor.leave()

    def _menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if not index.isValid():
            return
        self.list.setCurrentIndex(index)
        menu = self.menu_of(index.data(ROLE))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def menu_of(self, entry: Entry) -> QMenu:
        """The menu of an operation: where to go, and the actions that edit it."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        if entry.answer:
            show = partial(self.answer_wanted.emit, entry.text, entry.answer)
            menu.addAction(tr("Read its answer"), show)
        if not entry.failed:
            menu.addAction(tr("Go to its first step"), lambda: self.step_wanted.emit(entry.first))
            menu.addAction(tr("Go to its end"), lambda: self.step_wanted.emit(entry.last))
        menu.addAction(tr("Put it into the command line"), lambda: self.line_wanted.emit(entry.text))
        menu.addSeparator()
        menu.addActions(self.list.actions())
        return menu
