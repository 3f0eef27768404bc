"""The palette: a part of an action, operation, scenario, lesson or setting, an address or a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from vmgui.ui import theme as themes
from vmgui.ui.palette import Entry, entries, found
from vmgui.ui.theme import Theme, px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

ENTRY = Qt.ItemDataRole.UserRole
MOST, ROW, KIND = 80, 26, 72
SIZE = QSize(620, 460)
MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -12, Qt.Key.Key_PageDown: 12}


class Lines(QStyledItemDelegate):
    """Paints an entry: its kind, its text, and its keys at the right."""

    def __init__(self, theme: Theme, parent=None):
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(px(200), px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index) -> None:
        entry, theme = index.data(ENTRY), self.theme
        painter.save()
        if option.state & option.state.State_Selected:
            painter.fillRect(option.rect, theme.color("tint_accent"))
        rect = option.rect.adjusted(px(10), 0, -px(10), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.color("text3"))
        painter.setFont(themes.widget_font(themes.SECONDARY))
        painter.drawText(rect, middle, entry.kind)
        painter.setFont(themes.widget_font(themes.SECONDARY, mono=True))
        keys = painter.fontMetrics().horizontalAdvance(entry.keys)
        painter.setPen(theme.color("text2"))
        painter.drawText(rect, middle | Qt.AlignmentFlag.AlignRight, entry.keys)
        rect.adjust(px(KIND), 0, -keys - px(12) if keys else 0, 0)
        painter.setPen(theme.color("text3" if entry.why else "text1"))
        painter.setFont(themes.widget_font(themes.UI))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(rect, middle, painter.fontMetrics().elidedText(entry.text, elide, rect.width()))
        painter.restore()


class Finder(QDialog):
    """A field, what fits, and a sentence on the chosen one. Enter does it."""

    def __init__(self, desk: Desk):
        super().__init__(desk.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Find"))
        self.desk, self.entries = desk, entries(desk)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("An action, operation, scenario, lesson or setting, step 123, 0x…"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What fits"))
        self.list.setItemDelegate(Lines(desk.window.theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tip = QLabel()
        self.tip.setProperty("role", "secondary")
        self.tip.setFixedHeight(px(34))
        self.tip.setWordWrap(True)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._run)
        self.list.itemClicked.connect(lambda _item: self._run())
        self.list.currentItemChanged.connect(self._tell)
        box = QVBoxLayout(self)
        for widget in (self.field, self.list, self.tip):
            box.addWidget(widget)
        self.resize(px(SIZE.width()), min(px(SIZE.height()), desk.window.height() - px(60)))
        self._filter("")

    @property
    def shown(self) -> list[Entry]:
        """What fits what was typed, best first."""
        return [self.list.item(row).data(ENTRY) for row in range(self.list.count())]

    def _filter(self, text: str) -> None:
        self.list.clear()
        fitting = found(self.desk, self.entries, text)
        for entry in fitting[: MOST if text.strip() else None]:
            item = QListWidgetItem(entry.text)
            item.setData(ENTRY, entry)
            item.setToolTip(entry.why or entry.tip)
            said = (entry.kind, entry.text, entry.keys, entry.why or entry.tip)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(part for part in said if part))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        if not fitting:
            self.tip.setText(tr("Nothing fits. The command line (Ctrl+L) takes whole operations."))

    def _tell(self, item: QListWidgetItem | None, _last: QListWidgetItem | None = None) -> None:
        entry = item.data(ENTRY) if item is not None else None
        self.tip.setText((entry.why or entry.tip) if entry is not None else "")

    def keyPressEvent(self, event) -> None:
        step = MOVES.get(event.key())
        if step is None or not self.list.count():
            super().keyPressEvent(event)
        elif abs(step) == 1:
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        else:
            self.list.setCurrentRow(max(0, min(self.list.currentRow() + step, self.list.count() - 1)))

    def _run(self) -> None:
        """Do what was chosen; what cannot be done now says why, and the palette stays."""
        item = self.list.currentItem()
        if item is None:
            return
        entry: Entry = item.data(ENTRY)
        if entry.why:
            self.tip.setText(entry.why)
            return
        if entry.name:
            self.desk.window.settings.use(entry.name)
        # What is done may show how far it is, and what is closed goes then: this field still handles a key.
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.accept()
        try:
            entry.do()
        finally:
            self.deleteLater()
