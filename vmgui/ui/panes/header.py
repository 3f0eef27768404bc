"""The header of a pane: its title, what it shows now, and rows of exclusive buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextDocumentFragment
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from vmgui.ui.theme import PANE_HEADER, px


class Detail(QLabel):
    """One line that may be rich; where there is no room it is plain and ends in dots.

    A plain text it paints itself: for Qt's label every other text is another layout of all around it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.said = self._shown = ""
        self._rich = False
        self.setProperty("role", "secondary")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        if text != self.said:
            self.said = text
            self._fit()

    def clear(self) -> None:
        self.setText("")

    def text(self) -> str:
        """What is shown of it."""
        return self._shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        rich = "<" in self.said or "&" in self.said
        wide = self._width_of_rich() if rich else self._width_of(self.said)
        cut = wide > self.width() > 0
        self._rich = rich and not cut
        plain = QTextDocumentFragment.fromHtml(self.said).toPlainText() if rich and cut else self.said
        self._shown = self._elided(plain) if cut else self.said
        if cut or self.toolTip():
            self.setToolTip(plain if cut else "")
        self.setAccessibleName("" if self._rich else plain)  # of what Qt paints it knows the words
        self.update()

    def _elided(self, plain: str) -> str:
        return self.fontMetrics().elidedText(plain, Qt.TextElideMode.ElideRight, self.width() - 2)

    def _width_of(self, text: str) -> int:
        self.ensurePolished()
        return self.fontMetrics().size(0, text).width()

    def _width_of_rich(self) -> int:
        super().setText(self.said)
        return super().sizeHint().width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._rich:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.drawText(self.contentsRect(), self.alignment(), self._shown)
        painter.end()


class PaneHeader(QFrame):
    """A bar 28 px high. `detail` is the label beside the title; its text may be rich."""

    def __init__(self, title: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("surface", "header")
        self.setFixedHeight(px(PANE_HEADER + 2))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), 0, px(10), 0)
        self._row.setSpacing(px(8))
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.detail = Detail()
        self._ends: list[QWidget] = []
        self._row.addWidget(self.title)
        self._row.addWidget(self.detail, 1)

    def replace_detail(self, widget: QWidget) -> None:
        """Show a widget where the detail is."""
        widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row.replaceWidget(self.detail, widget)
        self._row.setStretchFactor(widget, 1)
        self.detail.hide()

    def shorten(self, height: int | None) -> None:
        """Be that high and without the title, which stands elsewhere; or as ever."""
        self.title.setVisible(height is None)
        self.setFixedHeight(height or px(PANE_HEADER + 2))

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._ends.append(widget)
        self._row.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What has no room at the right end gives way, the last rows of buttons first."""
        super().resizeEvent(event)
        room = self.width() - self.title.sizeHint().width() - px(30)
        for widget in self._ends:
            if isinstance(widget, Segments):
                room -= widget.sizeHint().width() + px(8)
                widget.setVisible(room >= 0)


class Segments(QWidget):
    """A row of exclusive buttons; `chosen` carries the key of the new one."""

    chosen = Signal(str)

    def __init__(self, name: str, options: dict[str, str], parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        for i, (key, text) in enumerate(options.items()):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setChecked(i == 0)
            ends = "first" if i == 0 else "last" if i == len(options) - 1 else "middle"
            button.setProperty("segment", ends if len(options) > 1 else "only")
            button.setAccessibleName(f"{name}: {text}")
            button.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button)

    @property
    def current(self) -> str:
        """The key of the chosen button."""
        return next(key for key, button in self.buttons.items() if button.isChecked())

    def choose(self, key: str) -> None:
        """Choose a button as if it had been clicked."""
        self.buttons[key].click()
