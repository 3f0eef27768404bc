"""The breakpoints: what playing stops at, how often that happened, to add, turn off and take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTableWidgetItem,
    QVBoxLayout,
)

from vmgui.projection.breakpoints import EVENTS, TELLING, BadBreakpoint, function_names
from vmgui.projection.numbers import count
from vmgui.ui.dialogs.beside import button
from vmgui.ui.dialogs.rows import Rows
from vmgui.ui.stops import Stop, event_words
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

HINTS = {
    "function": "vmap_pmd_range",
    "write": "0xffffc90000000000-0xffffc90000004000",
    "line": "engine/mm/vmap_range.py:120",
}


class BreakpointsDialog(QDialog):
    """A table with a check box a row, and a row to add another one. Stays beside the window."""

    def __init__(self, desk: Desk):
        super().__init__(desk.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Breakpoints"))
        self.desk = desk
        self._filling = False
        titles = (tr("On"), tr("Stops when"), tr("Which"), tr("Hits so far"))
        self.table = Rows(tr("Breakpoints"), titles)
        self.table.itemChanged.connect(self._checked)
        self.table.chosen.connect(self._go)
        self.table.unwanted.connect(desk.stops.remove)
        self.empty = QLabel(tr("No breakpoints yet. Choose an event below: playing and F8 stop there."))
        self.empty.setWordWrap(True)
        self.wrong = QLabel()
        self.wrong.setProperty("role", "error")
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        box = QVBoxLayout(self)
        box.addWidget(self.empty)
        box.addWidget(self.table, 1)
        box.addLayout(self._adding())
        box.addWidget(self.wrong)
        box.addLayout(self._buttons())
        self.resize(640, 380)
        desk.stops.changed.connect(self.show_all)
        desk.player.moved.connect(self._count)
        self.show_all()
        self.event_.setFocus()

    def _adding(self) -> QHBoxLayout:
        self.event_ = QComboBox()
        self.event_.setAccessibleName(tr("Event"))
        words = event_words()
        for event in EVENTS:
            self.event_.addItem(words[event], event)
        self.event_.currentIndexChanged.connect(self._ask)
        self.what = QLineEdit()
        self.what.setProperty("mono", True)
        self.what.returnPressed.connect(self.add)
        self.adding = button(tr("&Add"), self.add)
        row = QHBoxLayout()
        row.addWidget(self.event_)
        row.addWidget(self.what, 1)
        row.addStretch(0)
        row.addWidget(self.adding)
        self._ask()
        return row

    def _buttons(self) -> QHBoxLayout:
        actions = self.desk.window.actions_
        self.forward = button(tr("&Continue"), actions["continue"].trigger)
        self.back = button(tr("Continue &backwards"), actions["continue_back"].trigger)
        self.removing = button(tr("&Remove"), self.remove)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.forward)
        row.addStretch(1)
        row.addWidget(self.removing)
        return row

    def _ask(self) -> None:
        """Ask for what the chosen event needs to be told."""
        event = self.event_.currentData()
        names = {"function": tr("Function"), "write": tr("Address or range"), "line": tr("File and line")}
        self.what.setVisible(event in TELLING)
        self.what.setPlaceholderText(HINTS.get(event, ""))
        self.what.setAccessibleName(names.get(event, ""))
        completer = QCompleter(function_names(), self) if event == "function" else None
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.what.setCompleter(completer)  # type: ignore[arg-type]  # None takes it away

    # --- the table -------------------------------------------------------------------------------

    def show_all(self) -> None:
        """Show the breakpoints as they are."""
        self._filling = True
        stops, words = self.desk.stops.all, event_words()
        self.table.fill(
            [("", words.get(s.held.event, s.held.event), s.held.what, self._hits(s)) for s in stops],
            mono=(2, 3),
        )
        for row, stop in enumerate(stops):
            item = self.table.item(row, 0)
            assert item is not None  # it was just filled
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if stop.held.enabled else Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, tr("on") if stop.held.enabled else tr("off"))
        self.empty.setVisible(not stops)
        self.removing.setEnabled(bool(stops))
        self._filling = False

    def _hits(self, stop: Stop) -> str:
        if stop.wrong:
            return stop.wrong
        passed = int(np.searchsorted(stop.steps, self.desk.player.at, "right"))
        return tr("{0} of {1}").format(count(passed), count(len(stop.steps)))

    def _count(self, _at: int) -> None:
        self._filling = True
        for row, stop in enumerate(self.desk.stops.all):
            item: QTableWidgetItem | None = self.table.item(row, 3)
            if item is not None:
                item.setText(self._hits(stop))
        self._filling = False

    def _checked(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == 0:
            self.desk.stops.enable(item.row(), item.checkState() == Qt.CheckState.Checked)

    def _go(self, row: int) -> None:
        """Go to the next hit of one breakpoint, from the last one to the first."""
        steps = self.desk.stops.all[row].steps
        if not len(steps):
            self.desk.window.notices.say(tr("This has not happened in this program"))
            return
        later = steps[steps > self.desk.player.at]
        self.desk.go(int(later[0] if len(later) else steps[0]))

    # --- changing --------------------------------------------------------------------------------

    def add(self) -> None:
        """Add what is chosen; what cannot be understood is said."""
        event = self.event_.currentData()
        try:
            self.desk.stops.add(event, self.what.text() if event in TELLING else "")
        except BadBreakpoint as error:
            self.wrong.setText(tr(str(error)))
            self.wrong.show()
            return
        self.wrong.hide()
        self.what.clear()

    def remove(self) -> None:
        """Take the chosen breakpoint away."""
        if self.table.currentRow() >= 0:
            self.desk.stops.remove(self.table.currentRow())
