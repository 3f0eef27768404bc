"""Finds an action by a part of its name and runs it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from vmgui.ui.actions import Actions
from vmgui.ui.words import plain, tr

ACTION = Qt.ItemDataRole.UserRole


class ActionFinder(QDialog):
    """A field and the actions that fit it; Enter runs the chosen one."""

    def __init__(self, actions: Actions, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Find an action"))
        self.actions_ = [
            action for action in actions if action.isEnabled() and action.objectName() != "palette"
        ]
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Type a part of its name"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Actions"))
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._run)
        self.list.itemActivated.connect(lambda _item: self._run())
        box = QVBoxLayout(self)
        box.addWidget(self.field)
        box.addWidget(self.list)
        self.resize(420, 360)
        self._filter("")

    def _filter(self, text: str) -> None:
        self.list.clear()
        for action in self.actions_:
            name = plain(action.text())
            if all(word in f"{name} {action.statusTip()}".lower() for word in text.lower().split()):
                keys = action.shortcut().toString()
                item = QListWidgetItem(f"{name}    {keys}" if keys else name)
                item.setToolTip(action.statusTip())
                item.setData(ACTION, action)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def keyPressEvent(self, event) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.list.count():
            step = -1 if event.key() == Qt.Key.Key_Up else 1
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        else:
            super().keyPressEvent(event)

    def _run(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            action: QAction = item.data(ACTION)
            self.accept()
            action.trigger()
