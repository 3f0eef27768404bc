"""All actions and keys at a glance, made of the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vmgui.ui.actions import FOCUS_KEYS, MENUS, PRESENT_KEYS, Spec
from vmgui.ui.theme import SECONDARY, px, widget_font
from vmgui.ui.words import plain, tr

#: Which groups stand below each other: menus by number, then the keys of a focus and those of a lecture.
LONG = 32  # characters of a text that is broken
COLUMNS = ((2, 0), (4,), (3,), (1, 7), (6, 5))
#: The same in Chinese, which is short, but taller.
TALL = ((2, 0), (4,), (3,), (1, 7), (6,), (5,))
#: The panes that have keys of their own, as they follow each other.
ORDER = ("stage", "map", "allocator", "recording", "help")


def key_text(spec: Spec) -> str:
    """The keys of an action as they stand on the keyboard."""
    return " ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in spec.keys)


def groups() -> list[tuple[str, list[Spec]]]:
    """Every action by its menu, then the keys of painted panes and of a lecture."""
    found = [(plain(tr(title)), [s for s in entries if s is not None]) for title, entries in MENUS]
    by_pane = sorted(FOCUS_KEYS, key=lambda spec: ORDER.index(spec.focus))
    return [*found, (tr("Where it has the focus"), by_pane), (tr("In a lecture"), list(PRESENT_KEYS))]


def pane_words() -> dict[str, str]:
    """What the panes are called whose keys only work where the focus is."""
    return {
        "stage": tr("Stage"), "map": tr("Address map"), "allocator": tr("Allocator"),
        "recording": tr("Real kernel"), "help": tr("Help"),
    }  # fmt: skip


class KeysOverlay(QDialog):
    """Columns of actions: those with keys first. What is typed leaves those that fit; Esc closes."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keys"))
        self.rows: list[tuple[Spec, QLabel, QLabel]] = []
        self.panes: dict[str, QLabel] = {}
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Type a part of an action or a key"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.textChanged.connect(self.filter)
        page = QWidget()
        columns = self._columns = QHBoxLayout(page)
        columns.setContentsMargins(px(12), px(4), px(12), px(4))
        columns.setSpacing(px(12))
        for numbers in TALL if QLocale().language() == QLocale.Language.Chinese else COLUMNS:
            side = QVBoxLayout()
            side.setSpacing(px(3))
            for number in numbers:
                self._add(side, *groups()[number])
            side.addStretch(1)
            columns.addLayout(side)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(page)
        note = QLabel(
            tr("A text field, tree or table with focus keeps its own arrows. F10 opens the menu.")
        )
        note.setProperty("role", "secondary")
        note.setContentsMargins(px(12), 0, px(12), 0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(8), 0, px(6))
        box.setSpacing(px(4))
        head = QHBoxLayout()
        head.setContentsMargins(px(12), 0, px(12), 0)
        head.addWidget(self.field)
        box.addLayout(head)
        box.addWidget(area, 1)
        box.addWidget(note)
        self._page, self._around = page, self.sizeHint().height() - area.sizeHint().height()

    def showEvent(self, event: QShowEvent) -> None:
        """Have room for all, if the window has: type, and so the size, is known when it is shown."""
        super().showEvent(event)
        for label in self._page.findChildren(QLabel):
            label.ensurePolished()
        self._columns.invalidate()  # else it has the widths of before
        window, needed = self.parentWidget(), self._page.sizeHint()
        room = window.size() if window is not None else self.maximumSize()
        wide, high = needed.width() + px(2), needed.height() + self._around
        self.resize(min(wide, room.width() - px(8)), min(high, room.height() - px(8)))

    def _add(self, box: QVBoxLayout, title: str, specs: list[Spec]) -> None:
        head = QLabel(title)
        head.setProperty("role", "title")
        box.addWidget(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(0)
        words, named = pane_words(), specs[0].focus in ORDER
        for spec in specs if named else sorted(specs, key=lambda each: not each.keys):
            if named and spec.focus not in self.panes:
                self.panes[spec.focus] = pane = QLabel(words[spec.focus])
                pane.setFont(widget_font(SECONDARY, bold=True))
                pane.setProperty("role", "secondary")
                grid.addWidget(pane, grid.rowCount(), 0, 1, 2)
            row = grid.rowCount()
            keys, text = QLabel(key_text(spec)), QLabel(plain(tr(spec.text)))
            keys.setProperty("role", "mono")
            text.setToolTip(tr(spec.tip))
            if not spec.keys:
                text.setProperty("role", "secondary")
            if len(text.text()) > LONG:
                text.setWordWrap(True)
                text.setMinimumWidth(px(150))
            middle = Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(keys, row, 0, middle)
            grid.addWidget(text, row, 1, middle)
            self.rows.append((spec, keys, text))
        grid.setColumnStretch(1, 1)
        box.addLayout(grid)
        box.addSpacing(px(4))

    def filter(self, typed: str) -> None:
        """Leave the actions that fit."""
        words = typed.lower().split()
        for spec, keys, text in self.rows:
            said = f"{text.text()} {keys.text()} {tr(spec.tip)}".lower()
            fits = all(word in said for word in words)
            keys.setVisible(fits)
            text.setVisible(fits)
        left = {spec.focus for spec, keys, _text in self.rows if not keys.isHidden()}
        for focus, pane in self.panes.items():
            pane.setVisible(focus in left)
