"""A painted pane in words: every item of it in a list, to be read, searched, copied and selected."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QListView, QVBoxLayout, QWidget

from vmgui.projection.numbers import count
from vmgui.ui.dialogs.beside import the_one, to_front
from vmgui.ui.panes.canvas import Canvas
from vmgui.ui.panes.parts import parts_of
from vmgui.ui.selection import Place
from vmgui.ui.words import tr


class PartsModel(QAbstractListModel):
    """The parts of a pane at the step at which they were read."""

    def __init__(self, canvas: Canvas, parent: QWidget):
        super().__init__(parent)
        self.parts = parts_of(canvas)

    def rowCount(self, parent=None):
        return 0 if parent is not None and parent.isValid() else self.parts.count

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        return self.parts.text(index.row()) if role in shown else None


class PartsList(QListView):
    """Enter or a double click selects, copy copies."""

    def keyPressEvent(self, event) -> None:
        at = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy) and at.isValid():
            QApplication.clipboard().setText(at.data())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at.isValid():
            self.activated.emit(at)
        else:
            super().keyPressEvent(event)


class DescribeDialog(QDialog):
    """Stays beside the window; asking again reads the pane anew."""

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.list = PartsList()
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.activated.connect(self._select)
        self.canvas: Canvas | None = None
        box = QVBoxLayout(self)
        box.addWidget(self.said)
        box.addWidget(self.list, 1)
        self.resize(820, 420)

    @classmethod
    def show_for(cls, window: QWidget, canvas: Canvas) -> DescribeDialog:
        """Show a pane in the one such dialog there is."""
        shown = the_one(cls, window)
        shown.read(canvas)
        to_front(shown)
        return shown

    def read(self, canvas: Canvas) -> None:
        """Read a pane."""
        self.canvas, name = canvas, canvas.accessibleName()
        old, model = self.list.model(), PartsModel(canvas, self)
        self.list.setModel(model)
        if old is not None:
            old.deleteLater()
        self.setWindowTitle(name)
        self.list.setAccessibleName(name)
        said = tr("{0} items. Enter selects one in all panes, Ctrl+C copies it, Esc closes the list.")
        rows = model.rowCount()
        self.said.setText(said.format(count(rows)) if rows else tr("Nothing is here."))
        self.list.setCurrentIndex(model.index(0, 0))
        self.list.setFocus()

    def _select(self, index: QModelIndex) -> None:
        model = self.list.model()
        if self.canvas is not None and isinstance(model, PartsModel):
            place = model.parts.place(index.row())
            if place != Place():
                self.canvas.selection.activate(place)
