"""The window of two machines: runs the program on both, with a bar that can be stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout

from vmgui.engine.machine import Machine
from vmgui.formats.variants import variants
from vmgui.projection.lockstep import Lockstep, lockstep
from vmgui.ui import looking
from vmgui.ui.files import Progress
from vmgui.ui.panes.compare_machines import OWN, MachinesPane, variant_words
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk
    from vmgui.ui.theme import Theme


#: Its size where there is room for it, and what the frame around it takes.
SIZE, FRAME = QSize(1280, 800), QSize(16, 40)


@dataclass(frozen=True)
class Shown:
    """What a window of two machines shows, without the window."""

    found: Lockstep
    name: str
    other: Machine
    own: Machine | None
    row: int
    stale: bool
    place: QRect

    @classmethod
    def of(cls, desk: Desk) -> Shown | None:
        """What is shown now, or None while there is no such window."""
        for window in desk.window.findChildren(MachinesWindow):
            if window.isVisible() and window.pane.found is not None:
                row, stale = window.pane.list.currentIndex().row(), not window.pane.again.isHidden()
                return cls(window.pane.found, window.other, window.machine, window.own, row, stale,
                           window.geometry())  # fmt: skip
        return None

    def show(self, desk: Desk) -> None:
        """Show it again in a window of its own."""
        window = MachinesWindow(desk)
        window.own = self.own
        window.setGeometry(self.place)
        window.show_found(self.found, self.name, self.other)
        window.pane.list.selectRow(self.row)
        if self.stale:
            window.pane.show_stale()
        window.show()


def open_machines(desk: Desk) -> None:
    """Compare the machine with the first of its variants; another one is chosen in the window."""
    window = MachinesWindow(desk)
    if window.run(next(iter(window.variants))):
        window.show()
        window.pane.setFocus()
    else:
        window.close()


class MachinesWindow(QDialog):
    """Both machines side by side. Its sessions are its own: the program that is open is not touched."""

    def __init__(self, desk: Desk):
        super().__init__(desk.window, Qt.WindowType.Window)
        self.setObjectName("machines")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Two machines"))
        self.resize(SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self.desk = desk
        self.variants = variants(desk.workspace.machine)
        self.other, self.machine = "", desk.workspace.machine
        self.own: Machine | None = None
        self.pane = MachinesPane()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.pane)
        self.set_theme(desk.window.theme)
        self.pane.machine_wanted.connect(self._choose)
        self.pane.again_wanted.connect(lambda: self.run(self.other))
        QShortcut(QKeySequence("Ctrl+W"), self).activated.connect(self.close)
        for signal in (desk.workspace.changed, desk.workspace.replaced):
            signal.connect(self.pane.show_stale)
        desk.extra_panes.append(self)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.pane.set_theme(theme)

    def run(self, name: str) -> bool:
        """Run the program on the machine and on a variant of it; False when that was stopped."""
        space = self.desk.workspace
        self.variants = variants(space.machine)
        other = self.own if name == OWN and self.own is not None else self.variants.get(name)
        program = space.program
        if other is None or program is None:
            return False
        progress = Progress(self.desk, tr("Running the program on two machines"))
        try:
            found = lockstep(space.machine, other, [item.operation for item in program.items], progress)
        finally:
            progress.close()
        if found is not None:
            self.show_found(found, name, other)
        else:
            self.pane.offer(self.variants, self.other)
        return found is not None

    def show_found(self, found: Lockstep, name: str, other: Machine) -> None:
        """Show what was found on the machine and a variant of it."""
        self.other, self.machine = name, other
        self.pane.offer(self.variants, name)
        if name == OWN:
            self.pane.second.setCurrentIndex(self.pane.second.count() - 1)
        named = tr("own machine") if name == OWN else variant_words(name)
        second = f"{named} · {looking.machine_text(other)}"
        self.pane.show_lockstep(found, looking.machine_text(self.desk.workspace.machine), second)

    def _choose(self, name: str) -> None:
        if name != OWN:
            self.run(name)
            return
        from vmgui.ui.dialogs.machine import MachineDialog

        dialog = MachineDialog(self.own or self.desk.workspace.machine, self)
        dialog.chosen.connect(self._take_own)
        dialog.rejected.connect(lambda: self.pane.offer(self.variants, self.other))
        dialog.open()

    def _take_own(self, machine: Machine) -> None:
        self.own = machine
        self.run(OWN)

    def done(self, result: int) -> None:
        self.desk.extra_panes.remove(self)
        super().done(result)
