"""The command line in the window: lines one after the other, wrong ones, and those that take long."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QProgressDialog


def test_lines_are_typed_one_after_the_other(desk, qtbot):
    command = desk.operations.command
    desk.window.actions_["command"].trigger()
    qtbot.waitUntil(command.field.hasFocus)
    for line in ("x = vmalloc 8K", "y = vmap 4p"):
        command.field.insert(line)  # as typing does: it takes the place of what is selected
        qtbot.keyClick(command.field, Qt.Key.Key_Return)
    done = [str(each.operation) for each in desk.workspace.session.operations]
    assert done[-2:] == ["x = vmalloc 8K", "y = vmap 4p"]


def test_an_operation_that_takes_long_can_be_stopped_and_then_nothing_of_it_has_happened(desk):
    before, said = desk.player.length, []

    def stop() -> None:
        bar = desk.window.findChild(QProgressDialog)
        if bar is not None and bar.isVisible():
            said.append(bar.labelText())
            bar.cancel()

    timer = QTimer(interval=20)
    timer.timeout.connect(stop)
    timer.start()
    desk.run_line("test_vmalloc")
    timer.stop()
    assert "steps so far" in said[0]
    assert (desk.player.length, len(desk.workspace.session.operations)) == (before, 3)
    assert "as it was" in desk.window.notices.text
    desk.run_line("x = vmalloc 4K")
    assert len(desk.workspace.session.operations) == 4


def test_a_wrong_line_pushes_no_other_pane_aside(desk, qapp):
    desk.window.resize(1280, 720)
    desk.layout_.resize()
    qapp.processEvents()
    before = desk.stage.height(), desk.map.height(), desk.source.height()
    desk.run_line("x = vmaloc 4M")
    qapp.processEvents()
    command = desk.operations.command
    assert command.wrong.isVisible()
    assert not command.visibleRegion().isEmpty()
    assert (desk.stage.height(), desk.map.height(), desk.source.height()) == before
