"""Manners: preferences, palette, keys, help, log, report; and which buttons stay pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from vmgui import log
from vmgui.timeline.session import Done
from vmgui.ui import looking
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk

#: Settings that are pressed actions.
PRESSED = ("services", "follow")
_said = log.topic(log.PROGRAM)


def handlers(desk: Desk) -> dict[str, Callable[[], object]]:
    """What the actions of Help do, and those that need no pane."""
    return {
        "preferences": lambda: show_preferences(desk),
        "keys": lambda: show_keys(desk),
        "help": lambda: show_help(desk),
        "verified": lambda: show_verified(desk),
        "about": lambda: show_about(desk),
        "palette": lambda: find(desk),
        "menu": lambda: open_menu(desk),
        "report": lambda: report(desk),
        "log": lambda: show_log(desk),
    }


def connect(desk: Desk) -> None:
    """Press what was pressed the last time and keep what is pressed; log what is done to the program."""
    settings, actions = desk.window.settings, desk.window.actions_
    for name in PRESSED:
        actions[name].setChecked(getattr(settings, name))
        actions[name].toggled.connect(lambda on, name=name: setattr(settings, name, on))
    looking.follow(desk)
    desk.workspace.replaced.connect(lambda: _log_program(desk))
    desk.workspace.changed.connect(_log_change)


def _log_program(desk: Desk) -> None:
    session = desk.workspace.session
    if session is not None:
        machine = looking.machine_text(session.machine)
        _said.info("%s on %s: %d operations, %d steps", desk.workspace.title, machine,
                   len(session.operations), len(session))  # fmt: skip


def _log_change(done: Done | None) -> None:
    if done is None:
        _said.info("the program was edited")
    else:
        _said.info("%s: steps %d to %d%s", done.operation, done.first_row, done.last_row,
                   f", {done.bug}" if done.bug else "")  # fmt: skip


# --- help ----------------------------------------------------------------------------------------


def section_of(desk: Desk, focus: QWidget | None) -> tuple[str, str]:
    """The section of the manual about what has the focus, and the word to look for in it; "" for none."""
    known = (
        (desk.operations.history, "Your own operations", tr("history")),
        (desk.operations, "Your own operations", ""),
        (desk.transport, "Steps", ""),
        (desk.scrubber, "Finding a step", ""),
        (desk.stage, "The panes", tr("Stage")),
        (desk.map, "The panes", tr("Address map")),
        (desk.tree, "The panes", tr("Page tables")),
        (desk.allocator, "The panes", tr("Allocator")),
        (desk.frames, "The panes", tr("Physical frames")),
        (desk.source, "The panes", tr("Source")),
        (desk.stack, "The panes", tr("Variables")),
        (desk.why, "The panes", tr("Why?")),
    )
    for pane, section, word in known:
        if focus is not None and (pane is focus or pane.isAncestorOf(focus)):
            return section, word
    if any(dock.isAncestorOf(focus) for dock in desk.recordings.docks.values() if focus is not None):
        return "Real kernels", ""
    return "", ""


def show_help(desk: Desk) -> None:
    """The manual, at what is said of the pane that has the focus."""
    from vmgui.ui.dialogs.help import FIRST, HelpWindow

    section, word = section_of(desk, QApplication.focusWidget())
    HelpWindow.show_for(desk.window, FIRST if section else "", section, word)


def show_verified(desk: Desk) -> None:
    """What came of comparing the engine with recordings of a real kernel."""
    from vmgui.ui.dialogs.help import VERIFIED, HelpWindow

    HelpWindow.show_for(desk.window, VERIFIED)


def show_about(desk: Desk) -> None:
    """Version, licences, sources."""
    from vmgui.ui.dialogs.about import AboutDialog

    AboutDialog(desk.window).open()


def show_keys(desk: Desk) -> None:
    """All actions and keys at a glance."""
    from vmgui.ui.dialogs.keys import KeysOverlay

    KeysOverlay(desk.window).open()


def find(desk: Desk) -> None:
    """The palette: type a part of what is wanted, and do it."""
    from vmgui.ui.dialogs.finder import Finder

    Finder(desk).open()


# --- preferences, log, report --------------------------------------------------------------------


def open_menu(desk: Desk) -> None:
    """The menu of the window, below its button."""
    brand = desk.window.toolbar.brand
    brand.menu().popup(brand.mapToGlobal(brand.rect().bottomLeft()))


def show_preferences(desk: Desk) -> None:
    """The settings."""
    from vmgui.ui.dialogs.preferences import PreferencesDialog

    PreferencesDialog.show_for(desk)


def show_log(desk: Desk) -> None:
    """What was logged since the start."""
    from vmgui.ui.dialogs.log import LogWindow

    LogWindow.show_for(desk.window)


def report(desk: Desk) -> None:
    """What helps to find a mistake, to be looked at and saved."""
    from vmgui.ui.dialogs.report import ReportDialog

    ReportDialog(desk.window, desk.window.mistake).open()
