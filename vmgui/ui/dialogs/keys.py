"""All keys at a glance, made of the table of actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from vmgui.ui.actions import FOCUS_KEYS, MENUS, Spec
from vmgui.ui.words import plain, tr


def key_text(spec: Spec) -> str:
    """The keys of an action as they stand on the keyboard."""
    return "  ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in spec.keys)


class KeysOverlay(QDialog):
    """Columns of keys; any key or click closes it."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        self.setProperty("surface", "card")
        grid = QGridLayout()
        grid.setHorizontalSpacing(36)
        groups = [(title, [s for s in entries if s is not None and s.keys]) for title, entries in MENUS]
        groups.append((tr("Stage and map with focus"), list(FOCUS_KEYS)))
        columns = ((2, 5), (0, 1), (4,), (3, 6))
        for i, chosen in enumerate(columns):
            side = QVBoxLayout()
            for number in chosen:
                self._add(side, *groups[number])
            side.addStretch(1)
            grid.addLayout(side, 0, i)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 18, 24, 18)
        box.addLayout(grid)
        note = QLabel(
            tr("A text field, tree or table with focus keeps its own arrows. F10 opens the menu.")
        )
        note.setProperty("role", "secondary")
        box.addWidget(note)

    def _add(self, box: QVBoxLayout, title: str, specs: list[Spec]) -> None:
        head = QLabel(plain(tr(title)))
        head.setProperty("role", "title")
        box.addWidget(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        for row, spec in enumerate(specs):
            keys = QLabel(key_text(spec))
            keys.setProperty("role", "mono")
            text = QLabel(plain(tr(spec.text)))
            grid.addWidget(keys, row, 0)
            grid.addWidget(text, row, 1)
        grid.setColumnStretch(1, 1)
        box.addLayout(grid)
        box.addSpacing(10)

    def keyPressEvent(self, event) -> None:
        if event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
            self.accept()

    def mousePressEvent(self, event) -> None:
        self.accept()
