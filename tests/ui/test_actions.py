"""Actions: named once, no two keys clash, and a field keeps its own."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from vmgui.ui.actions import FOCUS_KEYS, TAKEN, specs

ALL = [*specs(), *FOCUS_KEYS]
FOCI = sorted({spec.focus for spec in ALL})


def keys_in(focus: str) -> list[tuple[str, str]]:
    """What works where a widget has the focus: its own keys and those of the window."""
    return [
        (spec.name, QKeySequence(key).toString())
        for spec in ALL
        if spec.focus in ("", focus)
        for key in spec.keys
        if spec.focus or key not in TAKEN.get(focus, ())
    ]


@pytest.mark.parametrize("focus", FOCI)
def test_no_two_keys_clash_where_a_pane_has_the_focus(focus):
    clashes = [(a, b, key) for (a, key), (b, other) in combinations(keys_in(focus), 2) if key == other]
    assert clashes == []


def test_every_key_of_the_table_is_a_key():
    assert [(spec.name, key) for spec in ALL for key in spec.keys if not QKeySequence(key).toString()] == []


def test_no_action_is_named_twice():
    names = [spec.name for spec in ALL]
    assert len(names) == len(set(names))


def test_the_keys_are_those_that_were_decided():
    keys = {spec.name: spec.keys for spec in ALL}
    assert keys["step"] == ("Right",)
    assert keys["back"] == ("Left",)
    assert keys["over"] == ("Shift+Right",)
    assert keys["next_operation"] == ("Ctrl+Right",)
    assert (keys["first"], keys["last"]) == (("Home",), ("End",))
    assert (keys["previous_mark"], keys["next_mark"]) == ((",",), (".",))
    assert "Ctrl+Z" in keys["undo"]
    assert (keys["map_all"], keys["map_fit"]) == (("A",), ("F",))


def test_every_action_that_is_not_for_later_does_something(desk):
    assert {spec.name for spec in specs()} <= set(desk.handlers)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_text_field_keeps_its_arrows_and_letters(desk):
    field = desk.operations.command.field
    field.setFocus()
    field.setText("ab")
    desk.player.seek(10)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_W, Qt.Key.Key_Space, Qt.Key.Key_Period):
        QTest.keyClick(field, key)
    assert desk.player.at == 10
    assert not desk.player.playing
    assert field.hasFocus()
    assert field.text() == "w .ab"


def test_a_tree_keeps_its_arrows(desk):
    view = desk.tree.view
    desk.player.seek(10)
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert desk.player.at == 10
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert desk.player.at > 10


def test_arrows_step_where_nothing_keeps_them(desk):
    desk.window.centralWidget().setFocus()
    QTest.keyClick(desk.window, Qt.Key.Key_Right)
    assert desk.player.at == 1
    QTest.keyClick(desk.window, Qt.Key.Key_Left)
    assert desk.player.at == 0


def test_space_plays_even_when_a_button_has_the_focus(desk):
    button = desk.operations.form.run
    button.setFocus()
    before = len(desk.workspace.session.operations)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert desk.player.playing
    assert len(desk.workspace.session.operations) == before


def test_enter_presses_the_button_that_has_the_focus(desk):
    button = desk.operations.form.run
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(desk.workspace.session.operations) == 4


def test_every_button_of_the_window_has_a_name_for_a_screen_reader(desk):
    from PySide6.QtWidgets import QAbstractButton

    nameless = [
        b.objectName() or type(b).__name__
        for b in desk.window.findChildren(QAbstractButton)
        if b.isVisible() and not b.accessibleName() and not b.text()
    ]
    assert nameless == []
