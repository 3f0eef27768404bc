"""Actions that only look: go to a pane, find an address, the machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from vmgui.engine.machine import VA_BITS, Machine
from vmgui.projection.numbers import size
from vmgui.ui.actions import TEXT
from vmgui.ui.perspectives import EXPLORE
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

ARCHITECTURES = {"x86_64": "x86-64"}


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of View do."""
    window = desk.window
    return {
        "command": lambda: type_operation(desk),
        "address": lambda: ask_address(desk),
        "show_why": lambda: go_to(desk, desk.why),
        "show_tree": lambda: go_to(desk, desk.tree),
        "show_allocator": lambda: go_to(desk, desk.allocator),
        "stage_tables": lambda: desk.stage.views.choose("walk" if desk.stage.canvas.whole else "tables"),
        "show_statistics": lambda: go_to(desk, desk.statistics),
        "show_map": lambda: go_to(desk, desk.map.canvas),
        "clear_selection": lambda: clear(desk),
        "follow": lambda: follow(desk),
        "larger": lambda: window.change_scale(1),
        "smaller": lambda: window.change_scale(-1),
        "normal_size": lambda: window.change_scale(0),
        "full_screen": lambda: full_screen(desk),
        "machine": lambda: choose_machine(desk),
        "decode": lambda: decode_entry(desk),
    }


def machine_text(machine: Machine) -> str:
    """A machine in a line: architecture, size of pages, levels, CPUs, memory."""
    return machine_texts(machine)[0]


def machine_texts(machine: Machine) -> tuple[str, ...]:
    """A machine in a line, and in ever shorter ones."""
    cpus = tr("1 CPU") if machine.online_cpus == 1 else tr("{0} CPUs").format(machine.online_cpus)
    said = [ARCHITECTURES.get(machine.arch, machine.arch)]
    if len(VA_BITS[machine.arch]) > 1:
        said.append(tr("{0} pages").format(size(machine.page_size)))
    levels = tr("{0} levels").format(machine.levels)
    texts = ([*said, levels, cpus, size(machine.ram)], [said[0], cpus, size(machine.ram)], said[:1])
    return tuple(" · ".join(text) for text in texts)


def go_to(desk: Desk, pane) -> None:
    """Bring a pane into view and give it the focus."""
    desk.starter.leave(EXPLORE)
    desk.layout_.bring(pane)
    pane.setFocus(Qt.FocusReason.ShortcutFocusReason)  # a field is then typed over


def type_operation(desk: Desk) -> None:
    """Go to the command line, wherever it is hidden."""
    desk.perspectives.show(EXPLORE)
    desk.rail.unfold()
    go_to(desk, desk.operations.command.field)


def clear(desk: Desk) -> None:
    """Leave a text field, else close the notice, else select nothing, else stop comparing."""
    if isinstance(QApplication.focusWidget(), TEXT):
        desk.window.rest()
    elif desk.window.notices.text:
        desk.window.notices.hide()
    elif desk.comparing.shown is not None and desk.selection.place is None:
        desk.comparing.leave()
    else:
        desk.scene.look_at(None)
        desk.selection.clear()


def follow(desk: Desk) -> None:
    """Bring what a step touches into view, or leave the panes where they are."""
    desk.following = desk.window.actions_["follow"].isChecked()
    desk.source.view.following = desk.following
    desk.map.canvas.follow = desk.allocator.tree.follow = desk.following


def full_screen(desk: Desk) -> None:
    """Use the whole screen, or be again as before."""
    window = desk.window
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


def ask_address(desk: Desk) -> None:
    """Walk an address without moving the play-head."""
    from vmgui.ui.dialogs.address import AddressDialog

    dialog = AddressDialog(desk.workspace.session, desk.window)
    dialog.chosen.connect(desk.scene.look_at)
    dialog.open()


def decode_entry(desk: Desk) -> None:
    """Take a page-table entry apart."""
    from vmgui.ui.dialogs.decoder import show_decoder

    show_decoder(desk)


def choose_machine(desk: Desk) -> None:
    """Boot another machine."""
    from vmgui.ui.dialogs.machine import MachineDialog

    dialog = MachineDialog(desk.workspace.machine, desk.window)
    dialog.chosen.connect(desk.reboot)
    dialog.open()
