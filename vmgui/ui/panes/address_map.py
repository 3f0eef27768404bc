"""The address map with its header: breadcrumbs, widths and colours."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from vmgui.projection.address_map import AddressMap
from vmgui.projection.numbers import size, tail
from vmgui.ui.panes.header import PaneHeader, Segments
from vmgui.ui.panes.map_canvas import AddressMapCanvas
from vmgui.ui.panes.map_scale import View
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr


class Crumbs(QWidget):
    """The enclosing parts of the view, each a button that shows it."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(4), 0, 0, 0)
        row.setSpacing(0)
        self.buttons = [QToolButton(self) for _ in range(3)]
        self._views: list[View] = []
        for i, button in enumerate(self.buttons):
            button.setProperty("crumb", "true")
            button.clicked.connect(lambda _on=False, i=i: self.wanted.emit(self._views[i]))
            row.addWidget(button)
        row.addStretch(1)

    def show_view(self, shown: AddressMap, view: View) -> None:
        """Name the range, the top-level entry and the window."""
        cell = shown.cell_at(view.first)
        whole, enclosing = View(0, shown.pages), View(*shown.cell_range(cell))
        self._views = [whole, enclosing, view]
        index = shown.cells[cell].index
        texts = (
            f"vmalloc {size(shown.bytes(shown.pages))} ›",
            f"{shown.top_level.upper()}[{index}] {size(shown.bytes(shown.cell_pages))} ›",
            f"{tail(shown.address(int(view.first)))} + {size(shown.bytes(max(round(view.pages), 1)))}",
        )
        if texts == tuple(button.text() for button in self.buttons):
            return
        for button, text in zip(self.buttons, texts, strict=True):
            button.setText(text)
        self._hide_what_does_not_fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hide_what_does_not_fit()

    def _hide_what_does_not_fit(self) -> None:
        """The innermost part matters most: the outer ones give way rather than be cut."""
        room = self.width() - 4
        for button in reversed(self.buttons):
            room -= button.sizeHint().width()
            button.setVisible(room >= 0)


class AddressMapPane(QWidget):
    """The address map with its header."""

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.canvas = AddressMapCanvas(selection)
        self.header = PaneHeader(tr("Address map"))
        self.crumbs = Crumbs()
        self.widths = Segments(tr("Widths"), {"linear": tr("Linear"), "compact": tr("Compact")})
        self.colours = Segments(tr("Colours"), {"level": tr("Leaf level"), "caller": tr("Caller")})
        self.header.replace_detail(self.crumbs)
        self.header.add(self.widths)
        self.header.add(self.colours)
        self.widths.chosen.connect(lambda key: self.canvas.set_compact(key == "compact"))
        self.colours.chosen.connect(self.canvas.set_colours)
        self.crumbs.wanted.connect(self.canvas.move_view)
        self.canvas.moved.connect(self._show_crumbs)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.canvas, 1)
        selection.changed.connect(self._go_to)

    def _go_to(self, place: Place | None) -> None:
        if place is not None:
            self.canvas.go_to(place)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.canvas.set_theme(theme)

    def set_map(self, shown: AddressMap | None) -> None:
        """Show a map."""
        self.canvas.set_map(shown)
        self._show_crumbs()

    def _show_crumbs(self, _view: View | None = None) -> None:
        self.crumbs.setVisible(bool(self.canvas.shown.cells))
        if bool(self.canvas.shown.cells):
            self.crumbs.show_view(self.canvas.shown, self.canvas.view)
