"""The Why? pane: the checks of the running function in the order of its text, and which one decided."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QVBoxLayout, QWidget

from vmgui.projection.why import Check, WhyCard
from vmgui.ui import theme as themes
from vmgui.ui.paint import LEFT, RIGHT, Sheet, Type
from vmgui.ui.panes.header import PaneHeader
from vmgui.ui.panes.rows import RowPainter
from vmgui.ui.panes.source import mono
from vmgui.ui.theme import DARK, Theme, px
from vmgui.ui.words import tr

ROW = 20
TEXT, CODE, VALUE = Type(12), Type(11, mono=True), Type(11, mono=True)
NUMBER = Type(10.5, mono=True)
BOLD = Type(12, True)
BOLD_CODE = Type(11, True, True)
ROLE = Qt.ItemDataRole.UserRole
ICONS = {
    "passed": ("passed", "success"), "failed": ("refused", "error"), "taken": ("chevron-right", "accent"),
    "skipped": ("chevron-right", "text3"), "not reached": ("not-reached", "text3"),
}  # fmt: skip


def value_of(check: Check) -> str:
    """What a check saw. A condition that is shown as it is written says whether it was taken."""
    if check.mark == "not reached":
        return tr("not reached")
    if check.text != check.condition:
        return check.value
    taken = tr("taken") if check.mark in ("taken", "failed") else tr("not taken")
    return f"{taken} · {check.value}" if check.value else taken


class Checks(QAbstractListModel):
    """One row a note, then one a check."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.checks: tuple[str | Check, ...] = ()

    def show(self, checks: tuple[str | Check, ...]) -> None:
        """Show other notes and checks."""
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
        if isinstance(check, str):
            texts = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole,
                     Qt.ItemDataRole.ToolTipRole)  # fmt: skip
            return check if role in texts else None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{check.number} {check.text}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("{0}, {1}: {2}. {3}").format(check.number, mark_of(check), check.text, check.value)
        if role == Qt.ItemDataRole.ToolTipRole:
            leaves = f"\n→ {check.leaves}" if check.leaves else ""
            return f"if {check.condition}:{leaves}\n{check.value or tr('not reached')}"
        return None


def mark_of(check: Check) -> str:
    """How a check went, in a word."""
    return {
        "passed": tr("passed"), "failed": tr("failed"), "taken": tr("taken"), "skipped": tr("not taken"),
        "not reached": tr("not reached"),
    }[check.mark]  # fmt: skip


class CheckDelegate(RowPainter):
    """Number, sign, sentence and the values it saw."""

    def sizeHint(self, option, index) -> QSize:
        return QSize(px(100), px(ROW))

    def draw(self, sheet: Sheet, rect: QRectF, option, index) -> None:
        check: str | Check = index.data(ROLE)
        if isinstance(check, str):
            sheet.cells([QRectF(rect.left() + 12, rect.center().y() - 2, 4, 4)], self.theme.color("accent"))
            shown = cut(check, TEXT, rect.width() - 36)
            sheet.text(rect.adjusted(24, 0, -12, 0), shown, self.theme.color("text1"), TEXT, LEFT)
            return
        if check.decided:
            sheet.box(rect, self.theme.color("tint_error" if check.mark == "failed" else "tint_accent"))
        name, token = ICONS[check.mark]
        place = QRectF(rect.left() + 10, rect.top(), 16, ROW)
        sheet.text(place, str(check.number), self.theme.color("text3"), NUMBER, LEFT)
        picture = themes.icon(name, getattr(self.theme, token), 15)
        picture.paint(sheet.painter, int(rect.left()) + 28, int(rect.top()) + 2, 16, 16)
        value = value_of(check)
        ink = self.theme.color("error" if check.decided and check.mark == "failed" else "text2")
        room = rect.adjusted(52, 0, -12, 0)
        wide = self._draw_text(sheet, room, check)
        left = room.adjusted(wide + 12, 0, 0, 0)
        short = value.split(" · ")[0].split(", ")[0]  # the first one is what the check is about
        sheet.fit(left, ink, VALUE, value, short, short.split(" = ")[-1], align=RIGHT)

    def _draw_text(self, sheet: Sheet, room: QRectF, check: Check) -> float:
        code = check.text == check.condition
        plain, bold = (CODE, BOLD_CODE) if code else (TEXT, BOLD)
        kind = bold if check.decided else plain
        ink = self.theme.color("text3" if check.mark == "not reached" else "text1")
        leaves = f": {check.leaves}" if check.leaves else ""
        text = cut(f"if {check.condition}{leaves}" if code else check.text, kind, room.width() - 8 * code)
        sheet.text(room, text, ink, kind, LEFT)
        return kind.width(text)


def cut(text: str, kind: Type, width: float) -> str:
    """A text that ends in … where it does not fit."""
    while text and kind.width(text) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    return text


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
        self.banner.setMargin(px(8))
        self.model = Checks(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.delegate = CheckDelegate(self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setUniformItemSizes(True)
        self.list.setMinimumHeight(px(ROW))  # in little room it is scrolled, and the outcome is not cut
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(tr("Checks, in the order of the text"))
        self.list.activated.connect(self._activated)
        self.list.verticalScrollBar().rangeChanged.connect(self._reveal)  # it has another room
        self._lay_out()
        self.show_card(None)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        inner = QVBoxLayout()
        inner.setContentsMargins(px(10), px(8), px(10), px(6))
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
        checks = tr("checks of {0}, in order") if card.checks else "{0}"
        self.header.detail.setText(checks.format(mono(card.function)))
        above = card.outcome in ("refused", "failed", "installed", "stopped")
        rows: tuple[str | Check, ...] = card.checks if above else (*map(tr, card.notes), *card.checks)
        self._dress(card.tone, self._outcome(card) + (self._detail(card) if above else ""))
        self.model.show(rows)
        self._reveal()

    def _reveal(self) -> None:
        """Bring the check that decided into sight; of a decision with what was asked before and after it."""
        rows = self.model.checks
        decided = next((i for i, row in enumerate(rows) if not isinstance(row, str) and row.decided), None)
        hints = QAbstractItemView.ScrollHint
        self.list.scrollToTop()
        if decided is not None:
            notes = isinstance(rows[0], str)
            hint = hints.EnsureVisible if notes else hints.PositionAtCenter
            self.list.scrollTo(self.model.index(decided), hint)

    def _activated(self, index: QModelIndex) -> None:
        check: str | Check = index.data(ROLE)
        if not isinstance(check, str):
            self.line_wanted.emit(check.line)

    def _detail(self, card: WhyCard) -> str:
        """The notes of a decision, each a line of the banner."""
        return "".join(f"<br>{escape(tr(note))}" for note in card.notes)

    def _outcome(self, card: WhyCard) -> str:
        says = {
            "refused": tr("<b>Huge page refused:</b> {0}"),
            "installed": tr("<b>Huge page installed:</b> every check passed"),
            "failed": tr("<b>{1} failed:</b> {2} {0}"),
            "returned": tr("<b>{1} returned {2}</b> {0}"),
            "running": tr("<b>{1}</b> is running"),
            "stopped": tr("<b>{1} stops the kernel:</b> it never returns. {0}"),
            "not asked": tr("<b>Not asked: small-page path.</b> {0}"),
        }[card.outcome]
        decided = next((check for check in card.checks if check.decided), None)
        branch = decided is not None and decided.text == decided.condition
        reason = tr("at: {0}").format(f"if {decided.condition}") if branch and decided else tr(card.reason)
        return says.format(escape(reason), mono(card.function), mono(card.result)).strip()

    def _dress(self, tone: str, text: str) -> None:
        line, ground = {"error": ("error", "tint_error"), "success": ("success", "tint_success"),
                        "neutral": ("hairline", "bg2")}[tone]  # fmt: skip
        self.banner.setText(text)
        self.banner.setStyleSheet(
            f"border: 1px solid {getattr(self.theme, line)}; border-radius: 4px;"
            f" background: {getattr(self.theme, ground)}; color: {self.theme.text1};"
        )
