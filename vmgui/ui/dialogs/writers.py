"""Who wrote this: every step that changed a thing, the latest first, each to go to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from vmgui.projection.numbers import count
from vmgui.projection.seek import MOST, Writer
from vmgui.ui.dialogs.rows import Rows
from vmgui.ui.words import tr


class WritersDialog(QDialog):
    """Stays beside the window. `chosen` carries the step of the row that is gone to."""

    chosen = Signal(int)

    def __init__(self, writers: tuple[Writer, ...], name: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Who wrote {0}").format(name))
        self.writers = writers
        said = tr("{0} steps wrote {1}, the latest first. Enter goes to a step.")
        if len(writers) == MOST:
            said = tr("The last {0} steps that wrote {1}, the latest first. Enter goes to a step.")
        titles = (
            tr("Step"),
            tr("Operation"),
            tr("Function"),
            tr("Word at"),
            tr("Old value"),
            tr("New value"),
        )
        self.table = Rows(tr("Steps that wrote it"), titles)
        self.table.fill(
            [(count(w.step), w.line, w.function, w.place, w.old, w.new) for w in writers],
            mono=range(len(titles)),
        )
        self.table.chosen.connect(lambda row: self.chosen.emit(self.writers[row].step))
        box = QVBoxLayout(self)
        box.addWidget(QLabel(said.format(count(len(writers)), name)))
        box.addWidget(self.table)
        self.resize(860, 380)
        self.table.setFocus()
