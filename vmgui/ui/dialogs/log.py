"""The log: what vmgui did since it was started, to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from vmgui import log
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
        self.copying = QPushButton(tr("&Copy"))
        self.copying.clicked.connect(lambda: QApplication.clipboard().setText(self.text.toPlainText()))
        closing = QPushButton(tr("Close"))
        closing.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(said, 1)
        for button in (self.copying, closing):
            button.setAutoDefault(False)
            row.addWidget(button)
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
        shown = window.findChild(cls) or cls(window)
        shown.refresh()
        shown.show()
        shown.raise_()
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
