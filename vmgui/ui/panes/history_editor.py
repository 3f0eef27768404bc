"""The editor of one line of the history: a command line that lies on the row it changes."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from vmgui.formats.errors import FormatError
from vmgui.ui.panes.command_line import CommandLine
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr


class LineEditor(QFrame):
    """`entered` carries the place, whether the line is put in before it, and the line; Esc leaves.

    It stays open when the line is wrong, and closes when something else takes the focus. `left` tells that
    it was closed by a key.
    """

    entered = Signal(int, bool, str)
    left = Signal()

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("line-editor")
        self.place, self.inserted = 0, False
        self._names: tuple[str, ...] = ()
        self._busy = False
        self.title = QLabel()
        self.title.setProperty("role", "secondary")
        self.command = CommandLine(lambda: self._names)
        self.command.field.setObjectName("edited-line")
        self.command.entered.connect(self._enter)
        self.command.resized.connect(self._fit)
        self.command.field.installEventFilter(self)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(6), px(4), px(6), px(6))
        box.setSpacing(px(3))
        box.addWidget(self.title)
        box.addWidget(self.command)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.setStyleSheet(
            f"#line-editor {{ background: {theme.bg2}; border: 2px solid {theme.accent};"
            " border-radius: 4px; }"
        )

    def open(
        self, place: int, inserted: bool, text: str, names: Iterable[str], corner: QPoint, width: int
    ) -> None:
        """Lie over a row, its upper left corner at `corner`, and take the focus."""
        self.place, self.inserted, self._names = place, inserted, tuple(names)
        said = tr("Insert before operation {0}") if inserted else tr("Change operation {0}")
        self.title.setText(said.format(place + 1))
        self.command.field.setAccessibleName(said.format(place + 1))
        self.command.set_text(text)
        self.setFixedWidth(width)
        self.move(corner)
        self._fit()
        self.show()
        self.raise_()
        self.command.field.setFocus()
        self.command.field.selectAll()

    def show_error(self, error: FormatError) -> None:
        """Say what is wrong with the line."""
        self.command.show_error(error)
        self.command.field.setFocus()

    def leave(self) -> None:
        """Close."""
        if not self._busy:
            self.hide()

    def _enter(self, text: str) -> None:
        self._busy = True  # a bar of progress takes the focus, and the line may turn out to be wrong
        try:
            self.entered.emit(self.place, self.inserted, text)
        finally:
            self._busy = False

    def done(self) -> None:
        """The line was taken."""
        self.hide()
        self.left.emit()

    def _fit(self) -> None:
        """As high as line and error need, and within the pane."""
        layout, inner = self.layout(), self.command.layout()
        if layout is not None and inner is not None:
            for each in (inner, layout):  # what an error took is given back at once
                each.invalidate()
                each.activate()
            needed = layout.totalHeightForWidth(self.width())
            self.setFixedHeight(max(needed, layout.totalSizeHint().height()))
        pane = self.parentWidget()
        if pane is not None and self.y() + self.height() > pane.height():
            self.move(self.x(), max(0, pane.height() - self.height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # the window's Esc is for what is selected
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.done()
                return True
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in KEEPS:
            self.leave()
        return super().eventFilter(watched, event)


#: Why the focus may go without closing the editor: a menu, the list of offers, another window.
KEEPS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
