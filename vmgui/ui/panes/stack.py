"""Call stack and variables: who called whom, and what the running call knows."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.callstack import Chip, Variable
from vmgui.ui import theme as themes
from vmgui.ui.paint import LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.chips import ChipsArea
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.still import be_solid
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

NAME, VALUE, NOTE = Type(11, mono=True), Type(11, True, True), Type(10.5)
ROLE = Qt.ItemDataRole.UserRole
#: What a column is wider than its texts.
PAD = 12
#: Height of the chips: three lines, the others by scrolling.
CHIPS = 84
SIDEWAYS, DOWNWARDS = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
MOST = 10_000


class VariablesModel(QAbstractTableModel):
    """Name, value and note of each variable."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.variables: tuple[Variable, ...] = ()

    def show(self, variables: tuple[Variable, ...]) -> None:
        """Show other variables; rows of the same name only change."""
        if [v.name for v in variables] == [v.name for v in self.variables]:
            before, self.variables = self.variables, variables
            for i, (old, new) in enumerate(zip(before, variables, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(i, 0), self.index(i, 2))
            return
        self.beginResetModel()
        self.variables = variables
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.variables)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 3

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        variable = self.variables[index.row()]
        if role == ROLE:
            return variable
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (variable.name, variable.text, note_of(variable))[index.column()]
        return None


class VariablesTable(QTableView):
    """Draws name, value in mono, and what has changed: all rows in sight at once."""

    def __init__(self, model: VariablesModel):
        super().__init__()
        self.theme: Theme = DARK
        self._variables = model
        self.setModel(model)
        be_solid(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, exposed = QPainter(self.viewport()), event.rect()
        try:
            painter.fillRect(exposed, self.theme.color("bg1"))
            first = self.rowAt(exposed.top())
            if first >= 0:
                self._paint(painter, first, exposed.bottom())
        finally:
            painter.end()

    def _paint(self, painter: QPainter, first: int, bottom: int) -> None:
        """Draw the rows from one on that begin above `bottom`."""
        f, sheet, color = themes.factor(), Sheet(painter, self.theme), self.theme.color
        top, tall = self.rowViewportPosition(first) / f, self.rowHeight(first) / f
        left, middle, right = (self.columnViewportPosition(column) / f for column in range(3))
        end = right + self.columnWidth(2) / f
        painter.scale(f, f)
        for row, variable in enumerate(self._variables.variables[first:], first):
            if top * f > bottom:
                break
            if row % 2:
                painter.fillRect(QRectF(left, top, end - left, tall), color("bg2"))
            name = QRectF(left + 10, top, middle - left - 10, tall)
            sheet.text(name, variable.name, color("text2"), NAME, LEFT)
            ink, kind = ("now", VALUE) if variable.changed else ("text1", NAME)
            sheet.text(QRectF(middle, top, right - middle, tall), variable.text, color(ink), kind, LEFT)
            note = note_of(variable)
            if note:
                sheet.text(QRectF(right, top, end - right - 10, tall), note, color("text3"), NOTE, RIGHT)
            top += tall


def note_of(variable: Variable) -> str:
    """What stands at the end of a variable's row."""
    return tr("changed") if variable.changed else variable.note


class StackPane(QWidget):
    """The chips above, the variables below. `menu_wanted` carries the place of a variable and a position."""

    menu_wanted = Signal(object, QPoint)

    def __init__(self, selection: Selection, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("stack")
        self.selection = selection
        self.header = PaneHeader(tr("Call stack"))
        self.variables_header = PaneHeader(tr("Variables"))
        self.model = VariablesModel(self)
        self.table = VariablesTable(self.model)
        self._dress_table()
        self.chips_area = ChipsArea(selection)
        self.chips = self.chips_area.chips
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        below = QVBoxLayout()
        below.addWidget(self.variables_header)
        below.addWidget(self.table, 1)
        self._halves.addWidget(self.chips_area)
        self._halves.addLayout(below, 1)
        box = QVBoxLayout(self)
        box.addWidget(self.header)
        box.addLayout(self._halves, 1)
        for each in (box, self._halves, below):
            each.setContentsMargins(0, 0, 0, 0)
            each.setSpacing(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is wide and low, the variables stand beside the calls."""
        super().resizeEvent(event)
        beside = self.width() > 2 * self.height() + 2 * px(CHIPS)
        self._halves.setDirection(SIDEWAYS if beside else DOWNWARDS)
        self._halves.setStretch(0, int(beside))
        self.chips_area.setMinimumHeight(0 if beside else px(CHIPS))
        self.chips_area.setMaximumHeight(MOST if beside else px(CHIPS))

    def _dress_table(self) -> None:
        table = self.table
        table.setAccessibleName(tr("Variables of the running call"))
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(px(18))
        table.verticalHeader().setMinimumSectionSize(px(10))
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setColumnWidth(0, px(122))
        head = table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(px(60))
        head.setStretchLastSection(True)
        table.clicked.connect(self._select)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._menu)

    @staticmethod
    def _place(index: QModelIndex) -> Place | None:
        variable: Variable | None = index.data(ROLE)
        address = variable.address if variable is not None else None
        return Place(va=(address, address + 1)) if address is not None else None

    def _select(self, index: QModelIndex) -> None:
        place = self._place(index)
        if place is not None:
            self.selection.select(place)

    def _menu(self, at: QPoint) -> None:
        place = self._place(self.table.indexAt(at))
        if place is not None:
            self.menu_wanted.emit(place, self.table.viewport().mapToGlobal(at))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.chips.set_theme(theme)
        self.table.theme = theme
        self.table.viewport().update()

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show the stack of a step."""
        self.chips_area.show_chips(chips)

    def show_variables(self, variables: tuple[Variable, ...] | None, function: str = "") -> None:
        """Show the variables of the running call, or of a `function` below it; None while unknown."""
        if variables is None:
            self.variables_header.detail.setText("…")
            return
        self.variables_header.detail.setText(function)
        self.model.show(variables)
        wide = max((VALUE.width(variable.text) for variable in variables), default=0)
        if px(wide + PAD) != self.table.columnWidth(1):  # Qt would measure every cell at every step
            self.table.setColumnWidth(1, px(wide + PAD))
