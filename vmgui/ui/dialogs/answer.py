"""What the kernel told: the text of a file of /proc, or of the log, to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from vmgui.ui import theme as themes
from vmgui.ui.dialogs.beside import the_one


class AnswerWindow(QDialog):
    """One text at a time, beside the window; it never takes the focus by itself."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.resize(860, 420)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(themes.widget_font(themes.SECONDARY, mono=True))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.text)

    @classmethod
    def show_for(cls, window: QWidget, title: str, text: str) -> AnswerWindow:
        """Show a text in the one such window there is."""
        shown = the_one(cls, window)
        shown.setWindowTitle(title)
        shown.text.setAccessibleName(title)
        shown.text.setPlainText(text)
        shown.show()
        return shown
