"""The scenarios of the start page as cards: a thumbnail, the group, the title and the sentence of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPen, QPixmap, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vmgui.formats.scenarios import Scenario
from vmgui.ui import theme as themes
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

Index = QModelIndex | QPersistentModelIndex
SCENARIO = Qt.ItemDataRole.UserRole
#: In pixels of the design: the least width of a card, what is between two, what is around text, its height.
CARD, GAP, PAD, TEXT = 218, 14, 10, 136
TITLE, SAYS = 13, 11
TITLE_LINES, SAYS_LINES = 2, 5


class Cards(QAbstractListModel):
    """The scenarios that hold all the words of a text."""

    def __init__(self, scenarios: Sequence[Scenario]):
        super().__init__()
        self._all = list(scenarios)
        self.shown = list(scenarios)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        each = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return tr(each.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr(each.says)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{tr(each.title)}. {tr(each.says)} {tr(each.group)}"
        return each if role == SCENARIO else None

    def find(self, text: str) -> None:
        """Show those that hold all the words."""
        self.beginResetModel()
        self.shown = [each for each in self._all if all(word in said(each) for word in text.lower().split())]
        self.endResetModel()


def said(each: Scenario) -> str:
    """All that a card says, and the name of its file."""
    return " ".join((tr(each.title), tr(each.says), tr(each.group), each.name)).lower()


class CardView(QListView):
    """Cards in as many columns as there is room for. A click, or Enter, gives `wanted`; a letter `typed`."""

    wanted = Signal(Scenario)
    typed = Signal(str)

    def __init__(self, cards: Cards):
        super().__init__()
        self.setModel(cards)
        self.setObjectName("start-cards")
        self.setAccessibleName(tr("Scenarios"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setViewportMargins(0, px(4), 0, 0)  # the ring of the focus stands clear of the cards
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.painter = CardPainter(self)
        self.setItemDelegate(self.painter)
        self.clicked.connect(self._want)

    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.viewport().width() - 2
        columns = max(1, room // px(CARD + GAP))
        width = room // columns
        self.painter.resize(width - px(GAP))
        self.setGridSize(QSize(width, self.painter.size.height() + px(GAP)))
        self.verticalScrollBar().setSingleStep(px(40))
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want(self.currentIndex())
        elif event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def _want(self, index: Index) -> None:
        if index.isValid():
            self.wanted.emit(index.data(SCENARIO))


class CardPainter(QStyledItemDelegate):
    """Paints a card. A thumbnail is read when its card is first seen."""

    def __init__(self, view: CardView):
        super().__init__(view)
        self.theme: Theme = DARK
        self.size = QSize(px(CARD), px(CARD))
        self._pictures: dict[str, QPixmap] = {}

    def resize(self, width: int) -> None:
        """Paint cards of another width."""
        self.size = QSize(width, width * 9 // 16 + px(TEXT))

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = theme
        self._pictures.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        each: Scenario = index.data(SCENARIO)
        box = QRectF(option.rect.topLeft(), self.size)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(box, px(6), px(6))
        chosen = option.state & QStyle.StateFlag.State_Selected
        painter.fillPath(shape, self.theme.color("tint_accent" if chosen else "bg2"))
        picture = QRectF(box.topLeft(), QSize(self.size.width(), self.size.height() - px(TEXT)))
        painter.setClipPath(shape)
        painter.drawPixmap(picture, self._picture(each), QRectF(self._picture(each).rect()))
        painter.setClipping(False)
        self._frame(painter, option, box, picture)
        self._text(painter, each, box.adjusted(px(PAD), picture.height() + px(PAD) - 2, -px(PAD), -px(4)))
        painter.restore()

    def _frame(self, painter: QPainter, option: QStyleOptionViewItem, box: QRectF, picture: QRectF) -> None:
        states, state = QStyle.StateFlag, option.state
        chosen = bool(state & states.State_Selected) and bool(state & states.State_HasFocus)
        ink = "accent" if chosen else "text3" if state & states.State_MouseOver else "border"
        painter.setPen(self.theme.color("hairline"))
        painter.drawLine(picture.bottomLeft(), picture.bottomRight())
        painter.setPen(QPen(self.theme.color(ink), 2 * themes.RING if chosen else 1))
        painter.drawRoundedRect(box, px(6), px(6))

    def _picture(self, each: Scenario) -> QPixmap:
        if each.name not in self._pictures:
            self._pictures[each.name] = QPixmap(str(each.thumbnail(self.theme.name)))
        return self._pictures[each.name]

    def _text(self, painter: QPainter, each: Scenario, room: QRectF) -> None:
        """The group, the title and the sentence, one below the other; the last line ends in dots."""
        parts = (
            (tr(each.group), themes.widget_font(themes.AXIS), "text3", 1),
            (tr(each.title), themes.widget_font(TITLE, bold=True), "text1", TITLE_LINES),
            (tr(each.says), themes.widget_font(SAYS), "text2", SAYS_LINES),
        )
        top = room.top()
        for text, font, ink, lines in parts:
            painter.setFont(font)
            painter.setPen(self.theme.color(ink))
            height = painter.fontMetrics().lineSpacing()
            fitting = min(lines, int((room.bottom() - top) // height))
            for line in wrapped(painter, text, room.width(), fitting):
                painter.drawText(QRectF(room.left(), top, room.width(), height), line)
                top += height
            top += px(2)


def wrapped(painter: QPainter, text: str, width: float, most: int) -> list[str]:
    """A text in at most so many lines; what has no room ends in dots."""
    layout, found = QTextLayout(text, painter.font()), list[str]()
    layout.beginLayout()
    while len(found) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        rest = text[line.textStart() :]
        if len(found) == most - 1:
            found.append(painter.fontMetrics().elidedText(rest, Qt.TextElideMode.ElideRight, int(width)))
        else:
            found.append(rest[: line.textLength()].rstrip())
    layout.endLayout()
    return found
