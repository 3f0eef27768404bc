"""The operations pane: palette, form and command line, and the history below."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vmgui.formats.errors import FormatError
from vmgui.formats.oplang import parse
from vmgui.timeline.outcome import Obj
from vmgui.timeline.verbs import VERBS
from vmgui.ui import theme as themes
from vmgui.ui.panes.bullets import bullet_icon
from vmgui.ui.panes.command_line import CommandLine
from vmgui.ui.panes.form import CACHES, Form, speakable
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.history import HistoryPane
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

#: The buttons of the palette, two in a row, and the sign of what each makes.
PALETTE = {
    "vmalloc": "pte", "vmalloc_huge": "pmd", "vzalloc": "pte", "vmap": "pte", "vm_map_ram": "pte",
    "ioremap": "io", "vfree": "free", "vunmap": "free", "vm_unmap_ram": "free", "iounmap": "free",
    "unmap_aliases": "table", "purge": "table",
}  # fmt: skip
#: The height of palette, form and command line below which they do not go.
LEAST = 150


class OperationsPane(QWidget):
    """`run_wanted` carries the line to run; `names` gives the objects there are, `has_window` a window W.

    While an operation of the program is being edited, `change_wanted` carries its place and its new line
    instead.
    """

    run_wanted = Signal(str)
    change_wanted = Signal(int, str)

    def __init__(
        self,
        names: Callable[[], Mapping[str, Obj]],
        has_window: Callable[[], bool] = lambda: False,
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self.setObjectName("operations")
        self.theme: Theme = DARK
        self._names, self._has_window = names, has_window
        self.header = PaneHeader(tr("Operations"))
        hint = QLabel("Ctrl+L")
        hint.setProperty("role", "secondary")
        self.header.add(hint)
        self._hint = hint
        self._edited: int | None = None
        self.leave_button = QPushButton(tr("Leave"))
        self.leave_button.setToolTip(tr("Stop editing this operation"))
        self.leave_button.clicked.connect(self.leave_edit)
        self.leave_button.hide()
        self.header.add(self.leave_button)
        self.buttons: dict[str, QToolButton] = {}
        self.form = Form()
        self.command = CommandLine(names)
        self.history = HistoryPane(editor_on=self)
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit)
        self._lay_out()
        self.form.composed.connect(self.command.set_text)
        self.form.run_wanted.connect(self.run)
        self.command.entered.connect(self._enter)
        self.command.edited.connect(self._typed)
        self.command.resized.connect(self._fitting.start)
        self.history.line_wanted.connect(self.put)
        self.choose("vmalloc")

    def _lay_out(self) -> None:
        top = self._top = QWidget()
        inner = QVBoxLayout(top)
        inner.setContentsMargins(0, px(10), 0, px(9))
        inner.setSpacing(px(9))
        inner.addLayout(self._palette())
        inner.addWidget(self.form)
        inner.addStretch(1)
        upper = self._upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(px(6), 0, px(6), px(8))
        column.setSpacing(0)
        column.addWidget(self._scrolled(top), 1)
        column.addWidget(self.command)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self.history)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(1, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self.splitter, 1)

    def _scrolled(self, top: QWidget) -> QScrollArea:
        """Palette and form scroll where there is no room for them, and push no other pane aside."""
        held = self._scroll = QScrollArea()
        held.setWidget(top)
        held.setWidgetResizable(True)
        held.setFrameShape(QScrollArea.Shape.NoFrame)
        held.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        held.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        held.setMinimumHeight(px(LEAST))
        held.setMinimumWidth(top.minimumSizeHint().width())
        return held

    def _palette(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(4))
        grid.setVerticalSpacing(px(8))
        group = QButtonGroup(self)
        for i, name in enumerate(PALETTE):
            verb = VERBS[name]
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFont(themes.widget_font(themes.SECONDARY, mono=True))
            button.setProperty("verb", True)
            button.setFixedHeight(px(22))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(px(104))
            button.setToolTip(f"{tr(verb.help)}\n{verb.usage}")
            button.setAccessibleName(f"{name}: {tr(verb.help)}")
            button.clicked.connect(lambda _on=False, name=name: self.choose(name))
            group.addButton(button)
            self.buttons[name] = button
            grid.addWidget(button, i // 2, i % 2)
        return grid

    def _fit(self) -> None:
        """Give form and command line the height they need, with or without an error below."""
        layout, below = self._top.layout(), self._upper.layout()
        if layout is not None and below is not None and self.splitter.height() > 0:
            layout.activate()
            below.activate()
            needed = max(layout.totalHeightForWidth(self._top.width()), layout.totalSizeHint().height())
            needed += self._upper.height() - self._scroll.height()
            self.splitter.setSizes([needed, max(60, self.splitter.height() - needed)])
            self._scroll.ensureWidgetVisible(self.form, 0, px(9))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        for name, button in self.buttons.items():
            button.setIcon(bullet_icon(theme, PALETTE[name]))
        self.history.set_theme(theme)

    def choose(self, name: str) -> None:
        """Show the form of an operation."""
        names = self._names()
        live = speakable(VERBS[name], names)
        if name in self.buttons:
            self.buttons[name].setChecked(True)
        self.form.show_verb(VERBS[name], live, names, self._has_window())
        self._fitting.start()

    def refresh(self) -> None:
        """The objects have changed: offer a new name and the objects that are left."""
        self.choose(self.form.verb.name)

    def run(self) -> None:
        """Run what the command line says, or change the operation that is being edited."""
        self._enter(self.command.text())

    def _enter(self, text: str) -> None:
        if self._edited is None:
            self.run_wanted.emit(text)
        else:
            self.change_wanted.emit(self._edited, text)

    def edit(self, place: int, text: str) -> None:
        """Put the operation at a place into form and command line, to be changed there."""
        self.leave_edit()
        self._edited = place
        self.header.detail.setText(tr("editing operation {0}").format(place + 1))
        self._hint.hide()
        self.leave_button.show()
        self.put(text)
        self.form.run.setText(tr("Apply"))
        self.command.field.setFocus()

    def leave_edit(self) -> None:
        """What is run is added at the end again."""
        if self._edited is not None:
            self._edited = None
            self.header.detail.clear()
            self.leave_button.hide()
            self._hint.show()
            self.form.run.setText(tr("Run"))
            self.refresh()

    def put(self, text: str) -> None:
        """Put a line into the command line, and its values into the form."""
        self._typed(text)
        self.command.set_text(text)

    def ran(self, text: str) -> None:
        """A line has run: keep it, and offer the next."""
        self.command.field.remember(text)
        self.refresh()
        if self.command.field.hasFocus():
            self.command.field.selectAll()  # what is typed next takes the place of the offer

    def _typed(self, text: str) -> None:
        """The form follows the command line as soon as the line is right."""
        try:
            operation = parse(text)
        except FormatError:
            return
        if operation is None:
            return
        self.form.blockSignals(True)
        try:
            verb = "ioremap" if operation.name in CACHES else operation.name
            if verb != self.form.verb.name:
                self.choose(verb)
            self.form.take(operation)
        finally:
            self.form.blockSignals(False)
