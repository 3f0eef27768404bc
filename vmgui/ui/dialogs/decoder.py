"""The entry decoder: a page-table entry, selected or typed, as named bits of its architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from vmgui.projection.decoder import Decoded, WordError, decode, read_word
from vmgui.projection.entries import Geometry
from vmgui.projection.levels import Level
from vmgui.projection.numbers import address
from vmgui.ui.panes.decoder_strip import DecoderStrip
from vmgui.ui.selection import Place
from vmgui.ui.theme import px
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


def entry_at(desk: Desk, place: Place | None) -> tuple[int, Level] | None:
    """The entry a place names, as it stands at the play-head; None where it names none."""
    shape, cursor = desk.scene.shape, desk.scene.cursor
    if place is None or shape is None or cursor is None or place.level not in shape.levels:
        return None
    if place.table is None or place.index is None or not 0 <= place.index < shape.entries[place.level]:
        return None
    return int(cursor.load((place.table << shape.page_shift) + 8 * place.index)), place.level


class DecoderWindow(QDialog):
    """Stays beside the window and follows what is selected there; takes an entry typed or pasted."""

    def __init__(self, desk: Desk):
        super().__init__(desk.window)
        self.desk = desk
        self.decoded: Decoded | None = None
        self.setObjectName("decoder")
        self.setWindowTitle(tr("Entry decoder"))
        self._add_fields()
        self._add_answer()
        self._lay_out()
        self.resize(px(760), px(600))
        self.strip.set_theme(desk.window.theme)
        desk.selection.changed.connect(self._follow)
        desk.player.moved.connect(lambda _at: self._follow(desk.selection.place))
        desk.workspace.replaced.connect(self.fill_levels)
        self.fill_levels()

    def _add_fields(self) -> None:
        self.field = QLineEdit()
        self.field.setProperty("mono", True)
        self.field.setPlaceholderText("0x8000000000000163")
        self.field.setAccessibleName(tr("Entry, in hexadecimal"))
        self.level = QComboBox()
        self.level.setAccessibleName(tr("Level of the table that the entry is in"))
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.hide()
        self.field.textChanged.connect(self.read)
        self.level.currentTextChanged.connect(self.read)

    def _add_answer(self) -> None:
        self.meaning = QLabel()
        self.meaning.setWordWrap(True)
        self.meaning.setProperty("role", "title")
        self.meaning.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.strip = DecoderStrip()
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels([tr("Bits"), tr("Name"), tr("Value"), tr("Says")])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(22))
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.table.setAccessibleName(tr("Fields of the entry"))
        self.copy = QPushButton(tr("Copy"))
        self.copy.setToolTip(tr("Copy all fields as text"))
        self.copy.clicked.connect(self._copy)

    def _lay_out(self) -> None:
        top, box = QHBoxLayout(), QVBoxLayout(self)
        box.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # the text changes, not the size
        top.addWidget(QLabel(tr("Entry")))
        top.addWidget(self.field, 1)
        top.addWidget(QLabel(tr("of a table of level")))
        top.addWidget(self.level)
        top.addWidget(self.copy)
        box.addLayout(top)
        box.addWidget(self.wrong)
        box.addWidget(self.meaning)
        box.addWidget(self.strip)
        box.addWidget(self.table, 1)

    def fill_levels(self) -> None:
        """Offer the levels of the machine."""
        shape = self._shape
        if shape is None:
            return
        self.level.blockSignals(True)
        self.level.clear()
        self.level.addItems([level.upper() for level in shape.levels])
        self.level.setCurrentIndex(self.level.count() - 1)
        self.level.blockSignals(False)
        self.read()

    @property
    def _shape(self) -> Geometry | None:
        return self.desk.scene.shape

    def changeEvent(self, event: QEvent) -> None:
        """The window has another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "strip"):
            self.strip.set_theme(self.desk.window.theme)

    def show_entry(self, word: int, level: Level) -> None:
        """Decode an entry of a table of `level`."""
        self.level.setCurrentText(level.upper())
        self.field.setText(address(word))
        self.read()

    def read(self, _text: str = "") -> None:
        """Decode what is typed, or say what is wrong with it."""
        shape = self._shape
        if shape is None or not self.field.text().strip():
            self._show(None, "")
            return
        try:
            word = read_word(self.field.text())
        except WordError as error:
            self._show(None, tr(error.args[0]))
            return
        named = (level for level in shape.levels if level.upper() == self.level.currentText())
        self._show(decode(shape, word, next(named, shape.levels[-1])), "")

    def _show(self, decoded: Decoded | None, wrong: str) -> None:
        self.decoded = decoded
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        self.field.setProperty("wrong", bool(wrong))
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
        hint = tr("Select an entry in the window, or type one")
        self.meaning.setText(tr(decoded.meaning) if decoded else "" if wrong else hint)
        self.strip.show_entry(decoded)
        self.copy.setEnabled(decoded is not None)
        self._fill(decoded)

    def _fill(self, decoded: Decoded | None) -> None:
        fields = decoded.fields if decoded else ()
        self.table.setRowCount(len(fields))
        for row, field in enumerate(fields):
            for column, text in enumerate((field.place, field.name, f"{field.value:#x}", tr(field.says))):
                self.table.setItem(row, column, QTableWidgetItem(text))

    def _follow(self, place: Place | None) -> None:
        found = entry_at(self.desk, place) if self.isVisible() else None
        if found is not None:
            self.show_entry(*found)

    def _copy(self) -> None:
        if self.decoded is not None:
            QApplication.clipboard().setText(self.decoded.text)


def show_decoder(desk: Desk, place: Place | None = None) -> DecoderWindow:
    """Show the one decoder there is, with the entry of a place, the selected one, or what was there."""
    window: QWidget = desk.window
    shown = window.findChild(DecoderWindow, "decoder") or DecoderWindow(desk)
    assert isinstance(shown, DecoderWindow)
    shown.show()
    found = entry_at(desk, place or desk.selection.place)
    if found is not None:
        shown.show_entry(*found)
    shown.field.setFocus()
    return shown
