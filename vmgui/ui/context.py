"""The menu of a place: copy its address, walk it, go to the step that made it or took it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from vmgui.projection import numbers
from vmgui.projection.lives import area_steps, entry_steps
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
    address = place.va[0] if place.va else place.phys[0] if place.phys else None
    if address is not None:
        menu.addAction(tr("Copy address"), lambda: copy(numbers.address(address)))
        menu.addAction(tr("Copy as C constant"), lambda: copy(f"{address:#x}UL"))
    if place.va is not None:
        menu.addAction(tr("Walk this address"), lambda: desk.scene.look_at(place.va[0] if place.va else None))
    made, gone = steps(desk, place)
    if made is not None:
        menu.addAction(tr("Go to the step that made this"), lambda: desk.go(made))
    if gone is not None:
        menu.addAction(tr("Go to the step that took this away"), lambda: desk.go(gone))
    return menu


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
