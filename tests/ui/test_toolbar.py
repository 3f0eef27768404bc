"""The toolbar: nothing of it is cut, however narrow the window and however long the names."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtWidgets import QStyleOptionToolButton

from tests.ui.test_theme import contrast
from vmgui.engine.machine import PRESETS, K, Machine
from vmgui.formats.document import Document

LONG = Machine(arch="arm64", page_size=64 * K, va_bits=48, ram=16 << 30, possible_cpus=16, online_cpus=16)


@pytest.mark.parametrize("width", [1280, 1440, 1600, 1920])
@pytest.mark.parametrize("machine", [LONG, PRESETS["tiny"]], ids=["long", "short"])
def test_every_button_of_the_toolbar_is_whole(qapp, desk, width, machine):
    window = desk.window
    desk.workspace.show(Document(machine, (), "A program with a name that goes on and on"), None)
    window.resize(width, 900)
    qapp.processEvents()
    bar = window.toolbar
    held = [bar.widgetForAction(action) for action in bar.actions() if action.isVisible()]
    shown = [widget for widget in held if widget is not None]
    assert bar.help in shown
    assert [widget for widget in shown if not widget.isVisible()] == []
    assert all(bar.rect().contains(widget.geometry()) for widget in shown)
    whole = [w for w in shown if w.sizeHint().width() > 0 and w.maximumWidth() > 1000]
    assert all(widget.width() >= widget.sizeHint().width() for widget in whole)
    assert "arm64" in bar.machine.toolTip() or machine is not LONG


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_where_the_switches_have_no_room_the_machine_has_them(qapp, qtbot, desk):
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMenu

    desk.workspace.show(Document(LONG, (), "A program with a name that goes on and on"), None)
    desk.window.resize(1280, 720)
    qapp.processEvents()
    bar = desk.window.toolbar
    assert not bar.boot.isVisible()
    qtbot.mouseClick(bar.machine, Qt.MouseButton.LeftButton)
    menu = next(m for m in bar.findChildren(QMenu) if m.isVisible())
    offered = {action.objectName(): action for action in menu.actions()}
    assert {"machine", "nohugevmalloc", "nohugeiomap"} <= set(offered)
    menu.close()
    offered["nohugeiomap"].trigger()
    assert desk.workspace.machine.nohugeiomap


def test_the_switches_give_way_and_come_back_when_the_binding_has_lost_their_action(qapp, desk):
    toolbar = desk.window.toolbar
    action = next(each for each in toolbar.actions() if toolbar.widgetForAction(each) is toolbar.boot)
    shiboken6.invalidate(action)
    for width, shown in ((1280, False), (1600, True)):
        desk.window.resize(width, 900)
        qapp.processEvents()
        assert toolbar.boot.isVisible() == shown


def test_icons_are_as_large_on_a_screen_with_dense_pixels(window):
    """Qt takes the largest picture that the size of icons allows: it has to be the one of the design."""
    assert window.toolbar.iconSize().width() == 16
    option = QStyleOptionToolButton()
    window.toolbar.run.initStyleOption(option)
    assert option.iconSize.width() == 16
    window.toolbar.brand.initStyleOption(option)
    assert option.iconSize.width() > 16  # the mark of vmgui is larger


def ink(icon):
    """The colour of an icon where the least shines through."""
    image = icon.pixmap(32).toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return max((image.pixelColor(*place) for place in places), key=lambda color: color.alpha()).name()


def test_the_icons_of_a_menu_stand_out_from_its_ground_in_both_themes(qapp, desk):
    actions = [action for menu in desk.window.toolbar.menus for action in menu.actions()]
    for _theme in range(2):
        desk.window.actions_["theme"].trigger()
        theme = desk.transport.theme
        inks = {each.objectName(): ink(each.icon()) for each in actions if not each.icon().isNull()}
        assert "play" in inks
        assert [name for name, each in inks.items() if contrast(each, theme.bg2) < 3] == []
        assert contrast(ink(desk.transport.buttons["play"].ground_icon), theme.accent_solid) >= 3
