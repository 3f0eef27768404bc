"""The compare pane: two steps, how much they differ in, and every difference as a row to go to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QListView,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.diff import Counts, Difference, Item
from vmgui.projection.levels import LEVELS
from vmgui.projection.numbers import address, count, physical, size, tail
from vmgui.ui import theme as themes
from vmgui.ui.paint import CENTRE, LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.compare_marks import GROUNDS, INKS, draw_edge, glyph
from vmgui.ui.panes.frames import kind_words
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.rows import RowPainter
from vmgui.ui.selection import Place
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

ROLE = Qt.ItemDataRole.UserRole
ROW, LINE = 20, 19
WIDTH = 268
TEXT, DETAIL, SIGN = Type(11), Type(10.5, mono=True), Type(12, True, True)


def sign_words() -> dict[str, str]:
    """What the signs mean."""
    return {"+": tr("only at B"), "-": tr("only at A"), "~": tr("changed")}


def group_words() -> dict[str, str]:
    """What is counted, as the rows of the sums name it."""
    words = {"area": tr("areas"), "table": tr("page tables"), "free": tr("free ranges")}
    return {**words, "frame": tr("frames"), **{n: tr("{0} entries").format(n.upper()) for n in LEVELS}}


def place_of(item: Item) -> Place:
    """What a difference points at, in every pane."""
    area = item.va[0] if item.group == "area" and item.va else None
    return Place(va=item.va, level=item.level, table=item.table, index=item.index, area=area, phys=item.phys)


def item_text(item: Item) -> str:
    """A difference in a few words."""
    length = size(item.va[1] - item.va[0]) if item.va else ""
    if item.group == "area":
        return f"{item.name or tr('area')} · {length}"
    if item.group == "table":
        return tr("{0} table").format((item.level or "").upper())
    if item.group == "entry":
        name = f"{(item.level or '').upper()}[{item.index}]"
        return name if item.count == 1 else tr("{0} and {1} more").format(name, count(item.count - 1))
    if item.group == "free":
        return tr("free range · {0}").format(length)
    return tr("1 frame") if item.count == 1 else tr("{0} frames").format(count(item.count))


def item_detail(item: Item) -> str:
    """What it became, or where it is."""
    if item.group == "frame":
        words = kind_words()
        return f"{words.get(item.before, item.before)} → {words.get(item.after, item.after)}"
    if item.group == "area" and item.sign == "~":
        return f"{state_words(item.before)} → {state_words(item.after)}"
    if item.group == "table":
        return f"pfn {item.table or 0:x}"
    return tail(item.va[0]) if item.va else ""


def state_words(state: str) -> str:
    """What an area is."""
    return {"in use": tr("in use"), "lazy": tr("lazily freed")}.get(state, state)


def item_tip(item: Item) -> str:
    """A difference in full."""
    lines = [f"{glyph(item.sign)} {item_text(item)}: {sign_words()[item.sign]}"]
    if item.va:
        lines.append(f"{address(item.va[0])} – {address(item.va[1])}")
    if item.phys:
        lines.append(tr("physical {0}").format(f"{physical(item.phys[0])} – {physical(item.phys[1])}"))
    if item.group == "entry" and item.count == 1:
        lines.append(f"{item.before or '0'} → {item.after or '0'}")
    elif item.before or item.after:
        lines.append(item_detail(item))
    return "\n".join(lines)


class DifferenceModel(QAbstractListModel):
    """One row a difference."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.items: tuple[Item, ...] = ()

    def show(self, items: tuple[Item, ...]) -> None:
        """Show other differences."""
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.items)

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role == ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{glyph(item.sign)} {item_text(item)}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return item_tip(item)
        return None


class DifferenceDelegate(RowPainter):
    """Sign, what it is, and what it became or where it is."""

    def sizeHint(self, option, index) -> QSize:
        return QSize(px(100), px(ROW))

    def draw(self, sheet: Sheet, rect: QRectF, option, index) -> None:
        item: Item = index.data(ROLE)
        theme = self.theme
        sheet.box(rect, theme.color(GROUNDS[item.sign]))
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            sheet.box(rect, None, theme.color("ring" if chosen else "border"), 1.6 if chosen else 1)
        draw_edge(sheet, rect, item.sign)
        mark = QRectF(rect.left() + 8, rect.top(), 14, rect.height())
        sheet.text(mark, glyph(item.sign), theme.color(INKS[item.sign]), SIGN, CENTRE)
        room = rect.adjusted(28, 0, -8, 0)
        text, detail = item_text(item), item_detail(item)
        sheet.fit(room, theme.color("text1"), TEXT, text, align=LEFT)
        rest = room.adjusted(TEXT.width(text) + 8, 0, 0, 0)
        sheet.fit(rest, theme.color("text2"), DETAIL, detail, detail.split(" ")[-1], align=RIGHT)


class Sums(QFrame):
    """A row for each thing that is counted. `chosen` carries the thing whose name was clicked."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(10), px(6), px(10), px(6))
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(1))
        self._grid.setColumnStretch(0, 1)
        self._rows: dict[str, tuple[QToolButton, tuple[QLabel, ...]]] = {}
        heads = [QLabel(glyph(sign)) for sign in "+-~"]
        for column, (head, sign) in enumerate(zip(heads, "+-~", strict=True), 1):
            head.setFont(themes.widget_font(12, True, True))
            head.setToolTip(sign_words()[sign])
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(head, 0, column)
            self._grid.setColumnMinimumWidth(column, px(26))
        self._heads = dict(zip("+-~", heads, strict=True))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        for sign, head in self._heads.items():
            head.setStyleSheet(f"color: {getattr(theme, INKS[sign])};")

    def show_totals(self, totals: dict[str, Counts]) -> None:
        """Show counts, a row each."""
        for name, counts in totals.items():
            if name not in self._rows:
                self._add(name)
            button, labels = self._rows[name]
            for label, number in zip(labels, (counts.added, counts.removed, counts.changed), strict=True):
                label.setText(count(number) if number else "·")
                label.setEnabled(bool(number))
            button.setEnabled(counts.any)
            said = tr("{0}: {1} only at B, {2} only at A, {3} changed")
            button.setAccessibleName(
                said.format(group_words()[name], counts.added, counts.removed, counts.changed)
            )
        for name, (button, labels) in self._rows.items():
            shown = name in totals and (totals[name].any or name not in LEVELS)
            for widget in (button, *labels):
                widget.setVisible(shown)

    def _add(self, name: str) -> None:
        row = len(self._rows) + 1
        button = QToolButton()
        button.setProperty("flat", True)
        button.setText(group_words()[name])
        button.setToolTip(tr("Go to the first of these"))
        button.setStyleSheet("min-height: 0; padding: 0 2px; border: none; text-align: left;")
        button.setFixedHeight(px(LINE))
        button.clicked.connect(partial(self.chosen.emit, name))
        self._grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignLeft)
        labels = tuple(QLabel() for _ in range(3))
        for column, label in enumerate(labels, 1):
            label.setFont(themes.widget_font(11, mono=True))
            label.setFixedHeight(px(LINE))
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(label, row, column)
        self._rows[name] = button, labels


class ComparePane(QWidget):
    """Header, the two steps, sums, differences.

    `chosen` and `activated` carry the Place of a difference, `swap_wanted` and `leave_wanted` what they say.
    """

    chosen = Signal(object)
    activated = Signal(object)
    swap_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("compare")
        self.header = PaneHeader(tr("Compare"))
        self.swap = self._button(tr("Swap"), tr("Let A and B change places"))
        self.leave = self._button(tr("Leave"), tr("Stop comparing (Esc)"))
        self.swap.clicked.connect(self.swap_wanted)
        self.leave.clicked.connect(self.leave_wanted)
        self.steps = QLabel()
        self.steps.setMargin(px(10))
        self.steps.setWordWrap(True)
        self.steps.setTextFormat(Qt.TextFormat.PlainText)
        self.steps.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sums = Sums()
        self.sums.chosen.connect(self._go_to_first)
        self.model = DifferenceModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.delegate = DifferenceDelegate(self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Differences"))
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.activated.connect(lambda index: self.activated.emit(place_of(index.data(ROLE))))
        self.more = QLabel()
        self.more.setProperty("role", "secondary")
        self.more.setMargin(px(6))
        self.more.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addWidget(self._scrolled(), 1)
        self.setFocusProxy(self.list)

    def _scrolled(self) -> QScrollArea:
        """What is below the header: in a low pane it is scrolled, and the list keeps a few rows."""
        inner, area = QWidget(), QScrollArea()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.steps)
        box.addWidget(self.sums)
        box.addWidget(self.list, 1)
        box.addWidget(self.more)
        box.addStretch(0)
        self.list.setMinimumHeight(px(4 * ROW))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inner)
        return area

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFixedHeight(px(themes.SMALL_CONTROL))
        self.header.add(button)
        return button

    def sizeHint(self) -> QSize:
        return QSize(px(WIDTH), px(400))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.delegate.theme = theme
        self.sums.set_theme(theme)
        self.list.viewport().update()

    def show_difference(self, found: Difference, a: str, b: str) -> None:
        """Show what two steps differ in; `a` and `b` say which they are."""
        self.steps.setText(f"A  {a}\nB  {b}")
        self.sums.show_totals(dict(found.totals))
        same = found.items == self.model.items
        if not same:
            self.model.show(found.items)
        self.list.setVisible(bool(found.items))
        text = tr("nothing differs") if not found.any else ""
        if found.left_out:
            text = tr("and {0} more that are only counted").format(count(found.left_out))
        self.more.setText(text)
        self.more.setVisible(bool(text))

    def _choose(self, index) -> None:
        if index.isValid():
            self.chosen.emit(place_of(index.data(ROLE)))

    def _go_to_first(self, name: str) -> None:
        wanted = "entry" if name in LEVELS else name
        for row, item in enumerate(self.model.items):
            if item.group == wanted and (wanted != "entry" or item.level == name):
                index = self.model.index(row)
                self.list.setCurrentIndex(index)
                self.list.scrollTo(index, QListView.ScrollHint.PositionAtTop)
                return
