"""The address map with its header: breadcrumbs, widths and colours."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from vmgui.projection.address_map import AddressMap
from vmgui.projection.numbers import size, tail
from vmgui.ui.panes.header import PaneHeader, Segments
from vmgui.ui.panes.map_canvas import AddressMapCanvas
from vmgui.ui.panes.map_scale import View
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr


class Crumb(QToolButton):
    """A part of the way to the view; at rest it is no more than its text, which it paints itself.

    It has a ground, that of the header: else all that is below it is painted, up to the window.
    """

    restyled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("crumb", "true")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QGuiApplication.palette().color(QPalette.ColorRole.AlternateBase))
        if self.hasFocus() or self.isDown() or self.underMouse():
            painter.end()
            super().paintEvent(event)
            return
        painter.setPen(self.palette().buttonText().color())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # which the style sheet takes away
            self.restyled.emit()


class Crumbs(QWidget):
    """The enclosing parts of the view, each a button that shows it.

    No layout puts them beside each other: one would lay out the header anew at almost every seek.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.buttons = [Crumb(self) for _ in range(3)]
        self._views = [View(0, 1)] * 3
        self._texts = [""] * 3
        self._shown: tuple[object, ...] = ()
        self._around: tuple[object, ...] = ()
        self._placed: tuple[list[QSize], QSize] = [], QSize()
        for i, button in enumerate(self.buttons):
            button.clicked.connect(lambda _on=False, i=i: self.wanted.emit(self._views[i]))
            button.restyled.connect(self._place)

    def sizeHint(self) -> QSize:
        return QSize(px(80), px(20))

    def show_view(self, shown: AddressMap, view: View) -> None:
        """Name the range, the top-level entry and the window."""
        cell = shown.cell_at(view.first)
        around = shown.base, shown.pages, shown.cell_pages, cell
        if (*around, view) == self._shown:
            return
        self._shown = (*around, view)
        texts = list(self._texts)
        if around != self._around:
            self._around = around
            self._views[:2] = View(0, shown.pages), View(*shown.cell_range(cell))
            entry = f"{shown.top_level.upper()}[{shown.cells[cell].index}]"
            texts[0] = f"vmalloc {size(shown.bytes(shown.pages))} ›"
            texts[1] = f"{entry} {size(shown.bytes(shown.cell_pages))} ›"
        self._views[2] = view
        pages = max(round(view.pages), 1)
        texts[2] = f"{tail(shown.address(int(view.first)))} + {size(shown.bytes(pages))}"
        self._write(texts)

    def _write(self, texts: list[str]) -> None:
        """Change the texts that are others."""
        before, self._texts = self._texts, texts
        if texts == before:
            return
        for i, button in enumerate(self.buttons):
            if texts[i] != before[i]:
                button.setText(texts[i])
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Put the buttons side by side; the outer ones give way rather than be cut, as they matter less."""
        sizes = [button.sizeHint() for button in self.buttons]
        if (sizes, self.size()) == self._placed:
            return
        self._placed = sizes, self.size()
        room = self.width() - 4
        for button, each in zip(reversed(self.buttons), reversed(sizes), strict=True):
            room -= each.width()
            button.setVisible(room >= 0)
        left = px(4)
        for button, each in zip(self.buttons, sizes, strict=True):
            if not button.isHidden():
                button.setGeometry(left, (self.height() - each.height()) // 2, each.width(), each.height())
                left += each.width()


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
        any_cells = bool(self.canvas.shown.cells)
        if any_cells == self.crumbs.isHidden():
            self.crumbs.setVisible(any_cells)
        if any_cells:
            self.crumbs.show_view(self.canvas.shown, self.canvas.view)
