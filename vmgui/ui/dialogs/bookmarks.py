"""Bookmarks: to name one and write a note, and the list of all to jump from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
)

from vmgui.projection.numbers import count
from vmgui.ui.dialogs.beside import button
from vmgui.ui.dialogs.rows import Rows
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


class BookmarkDialog(QDialog):
    """Names a bookmark at a step; where there is one it is changed."""

    def __init__(self, desk: Desk, step: int, number: int | None = None):
        super().__init__(desk.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk, self.step = desk, step
        self.number = desk.bookmarks.at(step) if number is None else number
        held = desk.bookmarks.all[self.number].held if self.number is not None else None
        self.setWindowTitle(tr("Bookmark at step {0}").format(count(step)))
        self.name = QLineEdit(held.text if held else desk.bookmarks.name_of(step))
        self.name.setAccessibleName(tr("Name"))
        self.name.selectAll()
        self.note = QPlainTextEdit(held.note if held else "")
        self.note.setAccessibleName(tr("Note"))
        self.note.setPlaceholderText(tr("Why is this worth coming back to?"))
        self.note.setTabChangesFocus(True)
        box = QVBoxLayout(self)
        for text, widget in ((tr("Name"), self.name), (tr("Note"), self.note)):
            label = QLabel(text)
            label.setBuddy(widget)
            box.addWidget(label)
            box.addWidget(widget)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Save | kinds.Cancel, self)  # behind the fields, as the focus goes
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        box.addWidget(buttons)
        self.resize(440, 260)

    def accept(self) -> None:
        """Keep it with the program."""
        name, note = self.name.text(), self.note.toPlainText()
        if self.number is None:
            self.desk.bookmarks.add(self.step, name, note)
        else:
            self.desk.bookmarks.change(self.number, name, note)
        super().accept()


class BookmarksDialog(QDialog):
    """The list of all bookmarks. Stays beside the window."""

    def __init__(self, desk: Desk):
        super().__init__(desk.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Bookmarks"))
        self.desk = desk
        self.table = Rows(tr("Bookmarks"), (tr("Step"), tr("Name"), tr("Note")))
        self.table.chosen.connect(self.jump)
        self.table.unwanted.connect(desk.bookmarks.remove)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setText(
            tr("No bookmarks yet. Ctrl+D marks the step that is shown; they are saved with it.")
        )
        box = QVBoxLayout(self)
        box.addWidget(self.empty)
        box.addWidget(self.table, 1)
        row = QHBoxLayout()
        self.add = button(tr("&Add here"), lambda: BookmarkDialog(desk, desk.player.at).open())
        self.open_ = button(tr("&Jump"), lambda: self.jump(self.table.currentRow()))
        self.edit = button(tr("&Edit…"), self._edit)
        self.removing = button(tr("&Remove"), self.remove)
        for each in (self.add, self.open_, self.edit):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.removing)
        box.addLayout(row)
        self.resize(600, 340)
        desk.bookmarks.changed.connect(self.show_all)
        self.show_all()
        self.table.setFocus()

    def show_all(self) -> None:
        """Show the bookmarks where they stand."""
        marked = self.desk.bookmarks.all
        gone = tr("its operation is gone")
        rows = [
            (count(m.step) if m.step is not None else "–", m.held.text,
             " ".join(m.held.note.split()) if m.step is not None else f"({gone}) {m.held.note}")
            for m in marked
        ]  # fmt: skip
        self.table.fill(rows, mono=(0,))
        self.empty.setVisible(not marked)
        for each in (self.open_, self.edit, self.removing):
            each.setEnabled(bool(marked))

    def jump(self, row: int) -> None:
        """Go to a bookmark."""
        if not 0 <= row < len(self.desk.bookmarks.all):
            return
        marked = self.desk.bookmarks.all[row]
        if marked.step is None:
            gone = tr("The operation of this bookmark is gone: {0}. It comes back with it.")
            self.desk.window.notices.say(gone.format(marked.held.line))
        else:
            self.desk.go(marked.step)

    def _edit(self) -> None:
        row = self.table.currentRow()
        if row >= 0:
            marked = self.desk.bookmarks.all[row]
            step = marked.step if marked.step is not None else marked.held.step
            BookmarkDialog(self.desk, step, row).open()

    def remove(self) -> None:
        """Take the chosen bookmark away."""
        if self.table.currentRow() >= 0:
            self.desk.bookmarks.remove(self.table.currentRow())
