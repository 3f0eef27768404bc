"""Call stack and variables: who called whom, and what the running call knows."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QBoxLayout,
    QFrame,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.callstack import Chip, Variable
from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.line_pictures import LinePictures
from vmgui.ui.selection import Place, Selection
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

NAME, VALUE, NOTE = Type(11, mono=True), Type(11, True, True), Type(10.5)
ROLE = Qt.ItemDataRole.UserRole
CHIP, CHIP_BOLD = Type(10.5, mono=True), Type(10.5, True, True)
#: How wide an arrow is, how high a chip.
ARROW, HIGH = 12, 19
#: What a column is wider than its texts.
PAD = 12
#: Height of the chips: three lines, the others by scrolling.
CHIPS = 84
SIDEWAYS, DOWNWARDS = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
MOST = 10_000


#: Line, text and ground of a chip by its role.
LOOKS = {"refused": ("error", "text1", "tint_error"), "failed": ("error", "text1", "tint_error"),
         "current": ("ring", "text1", "bg3"), "returned": ("border", "text2", "bg2"),
         "outer": ("border", "text2", "bg2")}  # fmt: skip


class ChipButton(QAbstractButton):
    """One call of the stack, and the arrow to the next one. It is opaque: nothing below it is painted."""

    def __init__(self, pictures: LinePictures, parent: QWidget | None = None):
        super().__init__(parent)
        self.chip, self.more = Chip("", -1, 0, 0), False
        self.theme: Theme = DARK
        self.wide = 0
        self._pictures = pictures
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_chip(self, chip: Chip, more: bool) -> None:
        """Show a call, with an arrow if there are `more`; `wide` is how wide it is then."""
        before, had, self.chip, self.more = self.chip, self.more, chip, more
        same = (before.name, before.role, before.result) == (chip.name, chip.role, chip.result)
        if same and had == more:
            return
        self.wide = px(round(self.kind.width(chip.name)) + 13) + px(ARROW)
        said = f"{chip.name} {_said(chip)}" if chip.role != "outer" else chip.name
        self.setToolTip(said)
        self.setAccessibleName(said)
        self.update()

    @property
    def kind(self) -> Type:
        """The type of its name."""
        return CHIP_BOLD if self.chip.role == "current" else CHIP

    def sizeHint(self) -> QSize:
        return QSize(self.wide, px(HIGH))

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().adjusted(0, 0, -px(ARROW), 0).contains(pos)

    def paintEvent(self, event) -> None:
        painter, chip, f = QPainter(self), self.chip, themes.factor()
        painter.scale(f, f)
        sheet = Sheet(painter, self.theme)
        if sheet.vector:
            self._draw(sheet)
        else:
            self._pictures.look(self.theme, self.devicePixelRatio() * f, 0)
            key = chip.name, chip.role, self.more, self.underMouse(), self.hasFocus()
            picture = self._pictures.get(key) or self._pictures.keep(key, self.width() / f, self._draw)
            painter.drawPixmap(0, 0, picture)
        painter.end()

    def _draw(self, sheet: Sheet) -> None:
        line, ink, ground = (self.theme.color(token) for token in LOOKS[self.chip.role])
        sheet.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        f = themes.factor()
        rect = QRectF(0, 0, self.width() / f - ARROW, self.height() / f)
        if self.underMouse():
            ground = self.theme.color("tint_accent")
        width = 1.6 if self.chip.role == "current" else 1
        sheet.box(rect, ground, self.theme.color("accent") if self.hasFocus() else line, width, 3)
        sheet.text(rect, self.chip.name, ink, self.kind, CENTRE)
        if self.more:
            arrow = QRectF(rect.right() + 4, rect.y(), ARROW, rect.height())
            sheet.text(arrow, "›", self.theme.color("text3"), NAME)


def _said(chip: Chip) -> str:
    """How far a call is that is not an outer one."""
    return {"current": tr("running"), "returned": tr("returned {0}"), "refused": tr("refused"),
            "failed": tr("failed: {0}")}[chip.role].format(chip.result).strip()  # fmt: skip


class Chips(QWidget):
    """The calls as buttons with an arrow between them, in lines as words of a text.

    `chosen` carries the place of one in the stack. It wants another layout only for another height.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.theme: Theme = DARK
        self.chips: tuple[Chip, ...] = ()
        self.buttons: list[ChipButton] = []
        self._placed: list[tuple[int, int, int]] = []
        self._found: dict[int, tuple[list[tuple[int, int, int]], int]] = {}  # by width
        self._high = 0  # as asked for last, in the width it has
        self._pictures = LinePictures(HIGH)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Call stack, outermost first"))

    def show_chips(self, chips: tuple[Chip, ...]) -> None:
        """Show another stack; buttons are used again."""
        if chips == self.chips:
            return
        before, self.chips = len(self.chips), chips
        self._found.clear()
        while len(self.buttons) < len(chips):
            button = ChipButton(self._pictures, self)
            button.theme = self.theme
            number = len(self.buttons)
            button.clicked.connect(lambda _on=False, n=number: self.chosen.emit(n))
            self.buttons.append(button)
        last = len(chips) - 1
        for i, (button, chip) in enumerate(zip(self.buttons, chips, strict=False)):
            button.show_chip(chip, i < last)
        for i in range(min(before, len(chips)), max(before, len(chips))):
            self.buttons[i].setVisible(i <= last)
        if self._place() != self._high:
            self.updateGeometry()

    def _places(self, width: int) -> tuple[list[tuple[int, int, int]], int]:
        """Where the buttons begin in so much width and how wide they are, and the height they take."""
        if width not in self._found:
            self._found[width] = self._find_places(width)
        return self._found[width]

    def _find_places(self, width: int) -> tuple[list[tuple[int, int, int]], int]:
        left, right, line, arrow = px(10), width - px(10), px(HIGH) + px(6), px(ARROW)
        x, y, found = left, px(8), []
        for button in self.buttons[: len(self.chips)]:
            wide = button.wide
            if x > left and x + wide - arrow > right - 1:
                x, y = left, y + line
            found.append((x, y, wide))
            x += wide
        return found, y + line

    def _place(self) -> int:
        """Put the buttons where they belong; the height they take."""
        places, high = self._places(self.width())
        for i, place in enumerate(places):
            if self._placed[i : i + 1] != [place]:
                x, y, wide = place
                self.buttons[i].setGeometry(x, y, wide, px(HIGH))
        self._placed = places
        return high

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def heightForWidth(self, width: int) -> int:
        high = self._places(width)[1]
        if width == self.width():
            self._high = high
        return high

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(380))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(60), px(30))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        for button in self.buttons:
            button.theme = theme
            button.update()
        self.update()

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.theme.color("bg1"))
        painter.end()


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
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

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
        self.chips = Chips()
        self.variables_header = PaneHeader(tr("Variables"))
        self.model = VariablesModel(self)
        self.table = VariablesTable(self.model)
        self._dress_table()
        self.chips_area = QScrollArea()
        self.chips_area.setWidget(self.chips)
        self.chips_area.setWidgetResizable(True)
        self.chips_area.setAccessibleName(tr("Call stack"))
        self.chips_area.setFrameShape(QFrame.Shape.NoFrame)
        self.chips_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bar = self.chips_area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: bar.setValue(high))  # the innermost call is in sight
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
        self.chips.show_chips(chips)

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
