"""The menu of a place: copy its address, walk it, go to the steps that made, wrote and took it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from vmgui.projection import numbers
from vmgui.projection.lives import area_steps, entry_steps
from vmgui.ui import seeking
from vmgui.ui.dialogs.decoder import entry_at, show_decoder
from vmgui.ui.selection import Place
from vmgui.ui.words import tr

if TYPE_CHECKING:
    from vmgui.ui.desk import Desk


def show_menu(desk: Desk, place: Place, at: QPoint) -> None:
    """Show the menu of a place at a point of the screen."""
    menu = menu_of(desk, place)
    if not menu.isEmpty():
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)


def menu_of(desk: Desk, place: Place) -> QMenu:
    """The menu of a place; what does not apply is not in it."""
    menu = QMenu(desk.window)
    menu.setToolTipsVisible(True)
    add_addresses(menu, desk, place)
    add_steps(menu, desk, place)
    add_changes(menu, desk, place)
    if place.step is not None:
        add_step(menu, desk, place.step)
    elif not menu.isEmpty():
        menu.addSeparator()
        menu.addAction(tr("Bookmark this step…"), lambda: seeking.bookmark(desk, desk.player.at))
        menu.addAction(tr("Ask me about this step"), desk.study.ask_me)
    return menu


def add_addresses(menu: QMenu, desk: Desk, place: Place) -> None:
    """Copy the address of a place, walk it."""
    address = place.va[0] if place.va else place.phys[0] if place.phys else None
    if address is not None:
        menu.addAction(tr("Copy address"), lambda: copy(numbers.address(address)))
        menu.addAction(tr("Copy as C constant"), lambda: copy(f"{address:#x}UL"))
    if place.va is not None:
        start = place.va[0]
        menu.addAction(tr("Walk this address"), lambda: desk.scene.look_at(start))
    if entry_at(desk, place) is not None:
        menu.addAction(tr("Decode this entry"), lambda: show_decoder(desk, place))


def add_steps(menu: QMenu, desk: Desk, place: Place) -> None:
    """Go to where a place came and went."""
    made, gone = steps(desk, place)
    if made is not None:
        menu.addAction(tr("Go to the step that made this"), lambda: desk.go(made))
    if gone is not None:
        menu.addAction(tr("Go to the step that took this away"), lambda: desk.go(gone))


def add_changes(menu: QMenu, desk: Desk, place: Place) -> None:
    """Go to who wrote a place, and to its changes; their keys work on what is selected."""
    if place.va is None and place.phys is None and place.area is None and place.index is None:
        return
    menu.addSeparator()
    for name, text, do in (
        ("who_wrote", tr("Who wrote this?"), lambda: seeking.who_wrote(desk, place)),
        ("next_change", tr("Next change of this"), lambda: seeking.change(desk, place, 1)),
        ("previous_change", tr("Previous change of this"), lambda: seeking.change(desk, place, -1)),
    ):
        menu.addAction(text, do).setToolTip(desk.window.actions_[name].toolTip())


def add_step(menu: QMenu, desk: Desk, step: int) -> None:
    """Go to a step, mark it, copy a link to it."""
    menu.addAction(tr("Go to step {0}").format(numbers.count(step)), lambda: desk.go(step))
    menu.addAction(tr("Bookmark this step…"), lambda: seeking.bookmark(desk, step))
    menu.addAction(tr("Copy link to this step"), lambda: seeking.copy_link(desk, step))


def show_line_menu(desk: Desk, at: QPoint) -> None:
    """Show the menu of the marked line of the source."""
    menu = QMenu(desk.window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name in ("run_to_line", "break_here", "breakpoints", "kernel_source"):
        menu.addAction(desk.window.actions_[name])
    menu.popup(at)


def steps(desk: Desk, place: Place) -> tuple[int | None, int | None]:
    """The steps that made and took away what is at a place."""
    session = desk.workspace.session
    if session is None:
        return None, None
    shape = desk.scene.shape
    if shape is not None and place.table is not None and place.index is not None:
        table = place.table << shape.page_shift
        return entry_steps(session.columns, table, place.index, desk.player.at)
    if place.area is not None:
        return area_steps(session.operations, place.area, desk.player.at)
    return None, None


def copy(text: str) -> None:
    """Put a text into the clipboard."""
    QApplication.clipboard().setText(text)
