"""The Why? pane: the checks of the running function in the order of its text, and which one decided."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QStyledItemDelegate, QVBoxLayout, QWidget

from vmgui.projection.why import Check, WhyCard
from vmgui.ui import theme as themes
from vmgui.ui.paint import LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.source import mono
from vmgui.ui.theme import DARK, Theme
from vmgui.ui.words import tr

ROW = 20
TEXT, CODE, VALUE = Type(12), Type(11, mono=True), Type(11, mono=True)
NUMBER = Type(10.5, mono=True)
BOLD = Type(12, True)
BOLD_CODE = Type(11, True, True)
ROLE = Qt.ItemDataRole.UserRole
ICONS = {
    "passed": ("passed", "success"), "failed": ("refused", "error"), "taken": ("chevron-right", "accent"),
    "skipped": ("not-reached", "text3"), "not reached": ("not-reached", "text3"),
}  # fmt: skip


class Checks(QAbstractListModel):
    """One row a check."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.checks: tuple[Check, ...] = ()

    def show(self, checks: tuple[Check, ...]) -> None:
        """Show other checks."""
        if checks != self.checks:
            self.beginResetModel()
            self.checks = checks
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.checks)

    def data(self, index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        check = self.checks[index.row()]
        if role == ROLE:
            return check
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{check.number} {check.text}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{check.number}, {check.mark}: {check.text}. {check.value}"
        if role == Qt.ItemDataRole.ToolTipRole:
            leaves = f"\n→ {check.leaves}" if check.leaves else ""
            return f"if {check.condition}:{leaves}\n{check.value or tr('not reached')}"
        return None


class CheckDelegate(QStyledItemDelegate):
    """Number, sign, sentence and the values it saw."""

    theme: Theme = DARK

    def sizeHint(self, option, index) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter, option, index) -> None:
        check: Check = index.data(ROLE)
        sheet, rect = Sheet(painter, self.theme), QRectF(option.rect)
        if check.decided:
            sheet.box(rect, self.theme.color("tint_error" if check.mark == "failed" else "tint_accent"))
        name, token = ICONS[check.mark]
        place = QRectF(rect.left() + 10, rect.top(), 16, ROW)
        sheet.text(place, str(check.number), self.theme.color("text3"), NUMBER, LEFT)
        picture = themes.icon(name, getattr(self.theme, token), 15)
        picture.paint(painter, int(rect.left()) + 28, int(rect.top()) + 2, 16, 16)
        value = tr("not reached") if check.mark == "not reached" else check.value
        ink = self.theme.color("error" if check.decided and check.mark == "failed" else "text2")
        room = rect.adjusted(52, 0, -12, 0)
        shown = self._draw_text(sheet, room, check)
        left = room.adjusted(shown + 12, 0, 0, 0)
        last = value.split(", ")[-1]
        sheet.fit(left, ink, VALUE, value, last, last.split(" = ")[-1], align=RIGHT)

    def _draw_text(self, sheet: Sheet, room: QRectF, check: Check) -> float:
        code = check.text == check.condition
        plain, bold = (CODE, BOLD_CODE) if code else (TEXT, BOLD)
        kind = bold if check.decided else plain
        ink = self.theme.color("text3" if check.mark == "not reached" else "text1")
        text = check.text
        while text and kind.width(text) > room.width():
            text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
        sheet.text(room, text, ink, kind, LEFT)
        return kind.width(text)


class WhyPane(QWidget):
    """A banner with the outcome, and the checks. `line_wanted` carries a line of the source."""

    line_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("why")
        self.theme: Theme = DARK
        self.card: WhyCard | None = None
        self.header = PaneHeader(tr("Why?"))
        self.banner = QLabel()
        self.banner.setTextFormat(Qt.TextFormat.RichText)
        self.banner.setWordWrap(True)
        self.banner.setMargin(8)
        self.model = Checks(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.delegate = CheckDelegate(self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(tr("Checks, in the order of the text"))
        self.list.activated.connect(lambda index: self.line_wanted.emit(index.data(ROLE).line))
        self._lay_out()
        self.show_card(None)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        inner = QVBoxLayout()
        inner.setContentsMargins(10, 8, 10, 6)
        inner.addWidget(self.banner)
        box.addLayout(inner)
        box.addWidget(self.list, 1)
        self.setFocusProxy(self.list)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.theme = self.delegate.theme = theme
        self.show_card(self.card)
        self.list.viewport().update()

    def wait(self) -> None:
        """The answer is being worked out."""
        self.header.detail.setText("…")

    def show_card(self, card: WhyCard | None) -> None:
        """Show the checks of a step; None when there is nothing to explain."""
        self.card = card
        if card is None:
            self.header.detail.setText("")
            self._dress("neutral", escape(tr("Step to a decision to see its checks")))
            self.model.show(())
            return
        checks = tr("checks of {0}, in order") if card.checks else tr("{0} checks nothing")
        self.header.detail.setText(checks.format(mono(card.function)))
        self._dress(card.tone, self._outcome(card))
        self.model.show(card.checks)
        decided = next((i for i, check in enumerate(card.checks) if check.decided), None)
        if decided is not None:
            self.list.scrollTo(self.model.index(decided))

    def _outcome(self, card: WhyCard) -> str:
        says = {
            "refused": tr("<b>Huge page refused:</b> {0}"),
            "installed": tr("<b>Huge page installed:</b> every check passed"),
            "failed": tr("<b>{1} failed:</b> {2} {0}"),
            "returned": tr("<b>{1} returned {2}</b> {0}"),
            "running": tr("<b>{1}</b> is running"),
        }[card.outcome]
        return says.format(escape(card.reason), mono(card.function), mono(card.result)).strip()

    def _dress(self, tone: str, text: str) -> None:
        line, ground = {"error": ("error", "tint_error"), "success": ("success", "tint_success"),
                        "neutral": ("hairline", "bg2")}[tone]  # fmt: skip
        self.banner.setText(text)
        self.banner.setStyleSheet(
            f"border: 1px solid {getattr(self.theme, line)}; border-radius: 4px;"
            f" background: {getattr(self.theme, ground)}; color: {self.theme.text1};"
        )
