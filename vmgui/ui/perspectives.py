"""Perspectives: other panes over the same program, each with a layout of its own that is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from vmgui.ui.docks import Dock
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

EXPLORE, STUDY, REAL, START = "explore", "study", "real", "start"
#: What the window can be; Lecture is no arrangement of docks, and the start page has none.
NAMES = (EXPLORE, STUDY, REAL, START)


class Perspectives(QObject):
    """Shows the page and the docks of one perspective and hides those of the others."""

    def __init__(self, desk: Desk):
        super().__init__(desk)
        self.desk = desk
        self.current = self.before = EXPLORE
        self._mark()

    def show(self, name: str) -> None:
        """Change to a perspective; the layout of the one that is left is kept."""
        if name != self.current and name in NAMES:
            self.keep()
            for dock in self._docks(self.current):
                dock.hide()
            self._page(self.current).hide()
            self.before, self.current = self.current, name
            self._page(name).show()
            if self.before == STUDY:
                self.desk.study.left()
            if name == STUDY:
                self.desk.study.room.prepare()
            if name != START:
                self._restore()
                self.desk.window.settings.perspective = name
            if name == STUDY:
                self.desk.study.entered()
        self._mark()
        self._focus()

    def _focus(self) -> None:
        """Put the keyboard where the hints say: the rows of a recording, or where keys play and step."""
        if self.current == REAL and self.desk.recordings.both is not None:
            self.desk.recordings.page.table.setFocus()
        elif self.current == STUDY:
            self.desk.study.pane.take_focus()
        elif self.current == START:
            self.desk.starter.page.setFocus()
        else:
            self.desk.window.rest()

    def enter(self, name: str) -> None:
        """Be in a perspective whose docks are where they belong already."""
        if name != self.current:
            self._page(self.current).hide()
            self.current = name
            self._page(name).show()
            if name == STUDY:
                self.desk.study.room.prepare()
                self.desk.study.entered()
        self._mark()

    def keep(self) -> None:
        """Keep the layout of this perspective for the next time."""
        if self.current == START:
            return
        self.desk.window.settings.keep_layout(self.current, self.desk.layout_.state())

    def _restore(self) -> None:
        """Bring back the layout that this perspective was left with, or the one of the design."""
        kept = self.desk.window.settings.layout(self.current)
        if kept is None or not self.desk.layout_.restore(kept):
            self.reset()
        elif not self.desk.window.settings.is_of_this_scale(self.current):
            self.resize()
        for name in NAMES:
            if name != self.current:
                for dock in set(self._docks(name)) - set(self._docks(self.current)):
                    dock.hide()
        self.fit()

    def restore_all(self) -> None:
        """At the start: the perspective and the layouts of the last time."""
        kept = self.desk.window.settings.layout(EXPLORE)
        if kept is not None and self.desk.layout_.restore(kept):
            self.fit()
        self.show(self.desk.window.settings.perspective)

    def reset(self) -> None:
        """Put the panes of this perspective where the design has them."""
        if self.current == EXPLORE:
            self.desk.layout_.reset()
        elif self.current == STUDY:
            self.desk.study.room.arrange()
        elif self.current == REAL:
            self.desk.recordings.arrange()

    def fit(self) -> None:
        """Arrange the panes for the size of the window."""
        window = self.desk.window
        if self.current == EXPLORE:
            self.desk.layout_.fit(window.width(), window.height())

    def resize(self) -> None:
        """Give every pane the size of the design: type and rows have another."""
        if self.current == STUDY:
            self.desk.study.room.resize()
        elif self.current == REAL:
            self.desk.recordings.resize()
        else:
            self.desk.layout_.resize()

    def _docks(self, name: str) -> tuple[Dock, ...]:
        docks = {EXPLORE: self.desk.layout_.docks, STUDY: self.desk.study.docks,
                 REAL: self.desk.recordings.docks}  # fmt: skip
        return tuple(docks.get(name, {}).values())

    def _page(self, name: str) -> QWidget:
        if name == STUDY:
            return self.desk.study.middle
        if name == EXPLORE:
            return self.desk.room
        return self.desk.starter.page if name == START else self.desk.recordings.page

    def _mark(self) -> None:
        """Mark the tab, and tell the keys that work here."""
        for name in NAMES:
            self.desk.window.actions_[name].setChecked(name == self.current)
        self.desk.window.toolbar.offer_runs(self.current == EXPLORE)
        keys = {
            EXPLORE: tr("Space play · → step · Shift+→ step over · Ctrl+→ next op · W why · ? keys"),
            STUDY: tr("Enter continue · H hint · A–D choose · Space play · → step"),
            REAL: tr("J/K row · N/P next, previous difference · Enter open in Explore · Ctrl+Shift+O load"),
            START: tr("Arrows choose · Enter open · type to filter · Esc close · Alt+Home this page"),
        }
        self.desk.window.status.hint(keys[self.current])
