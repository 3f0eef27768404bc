"""The operations pane where there is no room for it: a rail of signs, from which it opens."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from vmgui.ui import theme as themes
from vmgui.ui.panes.operations import PALETTE, OperationsPane
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

#: Width of the rail.
RAIL = 48
UNLIMITED = 16777215


class Rail(QWidget):
    """A column of signs beside a pane; folded, the signs are all that is there."""

    def __init__(self, pane: OperationsPane, parent: QWidget | None = None):
        super().__init__(parent)
        self.pane = pane
        self.folded = self.opened = False
        self.column = QWidget()
        self.column.setProperty("surface", "header")
        self.column.setFixedWidth(px(RAIL))
        self.column.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        signs = QVBoxLayout(self.column)
        signs.setContentsMargins(px(9), px(8), px(9), px(8))
        signs.setSpacing(px(6))
        self.open_button = self._sign(tr("Operations and history"))
        self.open_button.setCheckable(True)
        self.open_button.toggled.connect(self._open)
        signs.addWidget(self.open_button)
        self.buttons = {name: self._sign(pane.buttons[name].accessibleName()) for name in PALETTE}
        for name, button in self.buttons.items():
            button.setToolTip(pane.buttons[name].toolTip())
            button.clicked.connect(lambda _on=False, name=name: self._choose(name))
            signs.addWidget(button)
        signs.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.column)
        row.addWidget(pane, 1)
        self.column.hide()

    def _sign(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setFixedSize(QSize(px(30), px(26)))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.pane.set_theme(theme)
        self.open_button.setIcon(themes.icon("chevron-right", theme.text1))
        for name, button in self.buttons.items():
            button.setIcon(self.pane.buttons[name].icon())

    def fold(self, folded: bool) -> None:
        """Leave only the rail, or show the pane again."""
        self.folded = folded
        if not folded:
            self.open_button.setChecked(False)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Signs that would be cut give way; the pane has them all."""
        super().resizeEvent(event)
        bottom = px(8) + self.open_button.height()
        for button in self.buttons.values():
            bottom += px(6) + button.height()
            button.setVisible(bottom <= self.height() - px(4))

    def _open(self, opened: bool) -> None:
        self.opened = opened
        self._arrange()

    def unfold(self) -> None:
        """Open the pane, if it is folded."""
        if self.folded:
            self.open_button.setChecked(True)

    def _choose(self, name: str) -> None:
        self.unfold()
        self.pane.choose(name)
        self.pane.command.field.setFocus()

    def _arrange(self) -> None:
        shown = self.opened or not self.folded
        self.column.setVisible(self.folded)
        self.pane.setVisible(shown)
        self.setMinimumHeight(0 if shown else px(RAIL))  # a dock does not take it back when there is none
        self.setMaximumWidth(UNLIMITED if shown else px(RAIL))
