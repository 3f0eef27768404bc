"""The log: what vmgui did since it was started, to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
)

from vmgui import log
from vmgui.ui.dialogs.beside import button, the_one, to_front
from vmgui.ui.words import tr

#: Milliseconds between two looks at the log while it is shown.
OFTEN = 500


class LogWindow(QDialog):
    """The last messages. It stays beside the window and follows what is logged."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Log"))
        self.resize(860, 420)
        said = QLabel(tr("The last {0} messages. They are only in memory: nothing is written or sent.")
                      .format(log.MESSAGES))  # fmt: skip
        said.setProperty("role", "secondary")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setProperty("mono", True)
        self.text.setAccessibleName(tr("Log"))
        self.text.setPlaceholderText(tr("Nothing was logged yet"))
        self.copying = button(
            tr("&Copy"), lambda: QApplication.clipboard().setText(self.text.toPlainText())
        )
        row = QHBoxLayout()
        row.addWidget(said, 1)
        row.addWidget(self.copying)
        row.addWidget(button(tr("Close"), self.close))
        box = QVBoxLayout(self)
        box.addWidget(self.text, 1)
        box.addLayout(row)
        self._timer = QTimer(self, interval=OFTEN)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()

    @classmethod
    def show_for(cls, window) -> LogWindow:
        """Show the one such window there is."""
        shown = the_one(cls, window)
        shown.refresh()
        to_front(shown)
        return shown

    def refresh(self) -> None:
        """Show what was logged since; the end stays in view where it was."""
        text = log.RING.text
        if text == self.text.toPlainText():
            return
        bar = self.text.verticalScrollBar()
        at, end = bar.value(), bar.value() == bar.maximum()
        self.text.setPlainText(text)
        bar.setValue(bar.maximum() if end else at)
