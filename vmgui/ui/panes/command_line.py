"""The command line: one operation, completed as it is typed; a wrong one is marked where it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from vmgui.formats.completion import Completion, completions
from vmgui.formats.errors import FormatError
from vmgui.ui import theme as themes
from vmgui.ui.theme import px
from vmgui.ui.words import tr

KEPT = 200


class Field(QLineEdit):
    """A line edit that offers what may stand at the cursor. Up and Down go through what was run before."""

    def __init__(self, names: Callable[[], Iterable[str]], parent: QWidget | None = None):
        super().__init__(parent)
        self._names = names
        self._offers: dict[str, Completion] = {}
        self.past: list[str] = []
        self._place = 0
        self._model = QStringListModel(self)
        self.offers = QCompleter(self._model, self)
        self.offers.setWidget(self)
        self.offers.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.offers.activated.connect(self.accept)
        self._popup = QListView()
        self.offers.setPopup(self._popup)
        self.textEdited.connect(self._offer)

    def _offer(self) -> None:
        found = completions(self.text(), self.cursorPosition(), self._names())[:40]
        self._offers = {one.text: one for one in found}
        self._model.setStringList([one.text for one in found])
        word = found and found[0].end > found[0].start
        if found and word:
            rect = self.cursorRect()
            rect.setWidth(180)
            self.offers.complete(rect)
        else:
            self._popup.hide()

    def accept(self, text: str) -> None:
        """Put an offer in the place of the word it completes."""
        offer = self._offers.get(text)
        if offer is not None:
            line = self.text()
            tail = "" if text.endswith("=") or line[offer.end : offer.end + 1] == " " else " "
            self.setText(line[: offer.start] + text + tail + line[offer.end :])
            self.setCursorPosition(offer.start + len(text) + len(tail))
            self.textEdited.emit(self.text())

    def remember(self, text: str) -> None:
        """Keep a line that was run."""
        if not self.past or self.past[-1] != text:
            self.past.append(text)
            del self.past[:-KEPT]
        self._place = len(self.past)

    def keyPressEvent(self, event) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.past:
            step = -1 if event.key() == Qt.Key.Key_Up else 1
            self._place = max(0, min(self._place + step, len(self.past)))
            self.setText(self.past[self._place] if self._place < len(self.past) else "")
            self.textEdited.emit(self.text())
            self._popup.hide()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        tab = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab
        if tab and event.type() == QEvent.Type.KeyPress and self._popup.isVisible():
            index = self._popup.currentIndex()
            self.accept((index if index.isValid() else self._model.index(0, 0)).data())
            self._popup.hide()
            return True
        return super().event(event)


class CommandLine(QWidget):
    """The field and, below it, what is wrong. `entered` carries the line to run, `edited` every change."""

    entered = Signal(str)
    resized = Signal()
    edited = Signal(str)

    def __init__(self, names: Callable[[], Iterable[str]], parent: QWidget | None = None):
        super().__init__(parent)
        self.field = Field(names)
        self.field.setObjectName("command")
        self.field.setProperty("mono", True)
        self.field.setFont(themes.widget_font(themes.UI, mono=True))
        self.field.setPlaceholderText("a = vmalloc 4M")
        self.field.setAccessibleName(tr("Command line: an operation"))
        self.field.setFixedHeight(px(28))
        self.caret = QLabel()
        self.caret.setObjectName("caret")
        self.caret.setTextFormat(Qt.TextFormat.PlainText)
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.setWordWrap(True)
        self.wrong.setTextFormat(Qt.TextFormat.PlainText)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(2))
        for widget in (self.field, self.caret, self.wrong):
            box.addWidget(widget)
        self.caret.hide()
        self.wrong.hide()
        self.setFocusProxy(self.field)
        self.field.returnPressed.connect(lambda: self.entered.emit(self.field.text()))
        self.field.textEdited.connect(self._edited)

    def _edited(self, text: str) -> None:
        self.clear_error()
        self.edited.emit(text)

    def text(self) -> str:
        """What stands in the field."""
        return self.field.text()

    def set_text(self, text: str) -> None:
        """Put a line into the field, without an error."""
        self.field.setText(text)
        self.clear_error()

    def clear_error(self) -> None:
        """Nothing is wrong."""
        self._mark(False)
        if not self.wrong.isHidden():
            self.caret.hide()
            self.wrong.hide()
            self.resized.emit()

    def show_error(self, error: FormatError) -> None:
        """Say what is wrong, with a caret below the place, and what would be right."""
        self._mark(True)
        self.caret.setText(_window(error, 34))
        self.caret.setVisible(bool(error.caret))
        self.wrong.setText("\n".join(tr(part) for part in (error.why, error.hint) if part))
        self.wrong.show()
        self.resized.emit()
        self.field.setAccessibleDescription(tr(str(error)))
        if error.text == self.field.text():
            self.field.setSelection(error.column, error.width)

    def _mark(self, invalid: bool) -> None:
        if self.field.property("invalid") != invalid:
            self.field.setProperty("invalid", invalid)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)


def _window(error: FormatError, width: int) -> str:
    """The part of the line around the caret that fits."""
    if not error.caret:
        return ""
    line, below = error.caret.split("\n")
    start = max(0, min(error.column - width // 2, len(line) - width))
    lead = "…" if start else ""
    return f"{lead}{line[start : start + width]}\n{' ' * len(lead)}{below[start : start + width]}"
