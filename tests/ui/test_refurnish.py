"""Panes built anew over the same program: what was shown is shown again, and nothing is left behind."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from vmgui.ui.selection import Place


def buried(qapp) -> None:
    """Let go what is to be deleted."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_what_was_shown_is_shown_again(desk):
    window, session = desk.window, desk.workspace.session
    desk.player.seek(7)
    made = session.operations[0].outcome.made.addr
    desk.selection.select(Place(va=(made, made + 4096), area=made))
    desk.layout_.docks["frames"].hide()
    window.actions_["services"].trigger()
    window.actions_["faster"].trigger()
    desk.stage.styles.choose("hex")
    desk.map.widths.choose("compact")
    desk.map.colours.choose("caller")
    shown = desk.transport.headline.text(), desk.map.canvas.view
    window.refurnish()
    again = window.desk
    assert again is not desk
    assert again.workspace.session is session
    assert (again.player.at, again.player.speed) == (7, 2.0)
    assert again.selection.place == Place(va=(made, made + 4096), area=made)
    assert (again.transport.headline.text(), again.map.canvas.view) == shown
    assert (again.stage.styles.current, again.map.widths.current) == ("hex", "compact")
    assert again.map.colours.current == "caller"
    assert again.layout_.docks["frames"].isHidden()
    assert window.actions_["services"].isChecked()
    assert again.operations.history.model.rowCount() == 3


def test_the_program_can_be_run_changed_and_taken_back_as_before(desk):
    window = desk.window
    window.actions_["run"].trigger()
    window.refurnish()
    window.actions_["run"].trigger()
    names = window.desk.workspace.session.names
    assert {"b", "c"} <= set(names)
    window.actions_["undo"].trigger()
    window.actions_["undo"].trigger()
    assert len(window.desk.workspace.session.operations) == 3


def test_nothing_of_the_old_panes_is_left(qapp, desk):
    window = desk.window
    window.refurnish()
    buried(qapp)
    objects, widgets = len(window.findChildren(QObject)), len(QApplication.allWidgets())
    old = weakref.ref(window.desk), weakref.ref(window.toolbar), weakref.ref(window.desk.stage)
    for _ in range(3):
        window.refurnish()
        buried(qapp)
    assert len(window.findChildren(QObject)) == objects
    assert len(QApplication.allWidgets()) == widgets
    assert [ref() for ref in old] == [None, None, None]


def test_a_layout_that_was_kept_without_the_toolbar_brings_it_back(desk):
    window = desk.window
    window.toolbar.hide()  # as it is while the window is being furnished
    window.refurnish()
    assert window.toolbar.isVisible()
    assert not window.toolbar.toggleViewAction().isVisible()


@pytest.mark.parametrize("file", ["24_remap_stale"])
def test_a_recording_stays_open(desk, shared, file):
    window = desk.window
    window.open(shared / "kernel" / "golden" / "x86-4l" / f"{file}.jsonl.gz")
    title = window.desk.workspace.title
    window.refurnish()
    assert window.desk.workspace.title == title
