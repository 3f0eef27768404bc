"""Finds a text in a page: all places are marked, one after the other is gone to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QTextBrowser, QTextEdit, QToolButton, QWidget

from vmgui.ui.theme import px
from vmgui.ui.words import tr

#: How many places are marked.
MOST = 500


class FindBar(QWidget):
    """A field above a page. Enter goes on, Shift+Enter back; hidden until it is wanted."""

    def __init__(self, page: QTextBrowser, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("surface", "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.page = page
        self.places: list[QTextCursor] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Find in this page"))
        self.field.setAccessibleName(tr("Find in this page"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.search)
        self.count = QLabel()
        self.count.setProperty("role", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), px(4), px(10), px(4))
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for text, tip, do in ((tr("Previous"), tr("Previous place (Shift+F3)"), self.previous),
                              (tr("Next"), tr("Next place (F3)"), self.next)):  # fmt: skip
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.clicked.connect(do)
            row.addWidget(button)
        self.hide()

    def begin(self) -> None:
        """Show the field, with what is selected in the page."""
        chosen = self.page.textCursor().selectedText()
        self.show()
        if chosen and "\u2029" not in chosen:
            self.field.setText(chosen)
        self.field.setFocus()
        self.field.selectAll()

    def end(self) -> None:
        """Hide the field and mark nothing."""
        self.hide()
        self.page.setExtraSelections([])
        self.page.setFocus()

    def search(self) -> None:
        """Mark all places, and go to the first behind the cursor."""
        text, document = self.field.text(), self.page.document()
        self.places = []
        cursor = document.find(text) if text else QTextCursor()
        while not cursor.isNull() and len(self.places) < MOST:
            self.places.append(cursor)
            cursor = document.find(text, cursor)
        self._mark()
        if self.places:
            later = (i for i, place in enumerate(self.places) if place.selectionStart() >= self._at)
            self._go(next(later, 0))
        else:
            self.count.setText(tr("nothing found") if text else "")

    def _mark(self) -> None:
        marks = []
        for place in self.places if self.isVisible() else []:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = place
            ground = QColor(self.page.palette().highlight().color())
            ground.setAlphaF(0.35)
            mark.format.setBackground(ground)
            marks.append(mark)
        self.page.setExtraSelections(marks)

    def _go(self, number: int) -> None:
        cursor = QTextCursor(self.places[number])
        self.page.setTextCursor(cursor)
        self.page.ensureCursorVisible()
        self.count.setText(tr("{0} of {1}").format(number + 1, len(self.places)))

    def next(self) -> None:
        """To the next place, from the last one to the first."""
        later = [i for i, place in enumerate(self.places) if place.selectionStart() > self._at]
        if self.places:
            self._go(later[0] if later else 0)

    def previous(self) -> None:
        """To the place before, from the first one to the last."""
        earlier = [i for i, place in enumerate(self.places) if place.selectionStart() < self._at]
        if self.places:
            self._go(earlier[-1] if earlier else len(self.places) - 1)

    @property
    def _at(self) -> int:
        return self.page.textCursor().selectionStart()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.previous()
            else:
                self.next()
        else:
            super().keyPressEvent(event)
