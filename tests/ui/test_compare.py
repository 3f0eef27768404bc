"""Two steps compared in all panes, and two machines beside each other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from vmgui.ui import files
from vmgui.ui.lockstep import MachinesWindow
from vmgui.ui.panes.compare import place_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def trigger(desk, name: str) -> None:
    """Do an action as a menu does."""
    desk.window.actions_[name].trigger()


def pane(desk):
    """The compare pane."""
    return desk.layout_.docks["compare"].widget()


@pytest.fixture
def compared(desk):
    """A desk whose first operation's end is compared with its last step."""
    desk.player.seek(desk.workspace.session.operations[0].last_row)
    trigger(desk, "compare_mark")
    desk.player.last()
    trigger(desk, "compare")
    return desk


def rows_with(desk, sign: str) -> list[str]:
    """Names of the rows of the tree, opened everywhere, that have a sign."""
    model, found, todo = (
        desk.tree.model,
        [],
        [desk.tree.model.index(r, 0) for r in range(desk.tree.model.rowCount())],
    )
    while todo:
        index = todo.pop()
        row = model.row_at(index)
        if row.sign == sign:
            found.append(row.name)
        if row.sign and row.kind == "table":
            desk.tree.view.expand(index)
            todo += [model.index(r, 0, index) for r in range(model.rowCount(index))]
    return found


def test_what_differs_is_counted_listed_and_marked_in_all_panes(compared):
    desk, found = compared, compared.comparing.shown
    assert desk.layout_.docks["compare"].isVisible()
    assert found.totals["pte"].removed == 4
    assert found.totals["pte"].added == 1024
    assert found.totals["frame"].removed >= 4
    texts = [pane(desk).model.index(i).data() for i in range(pane(desk).model.rowCount())]
    assert any(text.startswith("+ f") for text in texts)
    assert any(text.startswith("~ a") for text in texts)
    assert any("PTE[0…3]" in name for name in rows_with(desk, "-"))
    assert rows_with(desk, "+")
    assert "B" in pane(desk).steps.text()
    assert "vfree a" in pane(desk).steps.text()


def test_a_difference_that_is_clicked_is_selected_everywhere(compared):
    pane_ = pane(compared)
    row = next(i for i, item in enumerate(pane_.model.items) if item.group == "entry" and item.level == "pte")
    rect = pane_.list.visualRect(pane_.model.index(row))
    pane_.list.scrollTo(pane_.model.index(row))
    rect = pane_.list.visualRect(pane_.model.index(row))
    QTest.mouseClick(pane_.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert compared.selection.place == place_of(pane_.model.items[row])


def test_a_name_of_the_sums_leads_to_its_first_difference(compared):
    pane_ = pane(compared)
    pane_.sums.chosen.emit("frame")
    assert pane_.model.items[pane_.list.currentIndex().row()].group == "frame"


def test_swapping_goes_to_a_and_turns_plus_into_minus(compared):
    before = compared.comparing.shown
    b = compared.player.at
    trigger(compared, "compare_swap")
    after = compared.comparing.shown
    assert (after.a, after.b) == (b, before.a)
    assert compared.player.at == before.a
    assert (after.totals["pte"].added, after.totals["pte"].removed) == (4, 1024)


def test_the_difference_follows_the_play_head(qtbot, compared):
    compared.player.seek(compared.workspace.session.operations[1].last_row)
    qtbot.waitUntil(lambda: compared.comparing.shown.b == compared.player.at)
    assert compared.comparing.shown.totals["pte"].removed == 0


def test_escape_clears_the_selection_then_stops_comparing(compared):
    pane(compared).list.setCurrentIndex(pane(compared).model.index(0))
    compared.window.notices.hide()
    trigger(compared, "clear_selection")
    assert compared.selection.place is None
    assert compared.comparing.shown is not None
    trigger(compared, "clear_selection")
    assert compared.comparing.shown is None
    assert not compared.layout_.docks["compare"].isVisible()
    assert not rows_with(compared, "+")


def test_without_a_marked_step_nothing_is_compared(desk):
    trigger(desk, "compare")
    assert "mark a step" in desk.window.notices.text
    assert desk.comparing.shown is None


def test_an_edit_before_a_ends_comparing_and_one_after_it_does_not(compared):
    compared.workspace.delete(2)
    assert compared.comparing.shown is not None
    compared.workspace.delete(0)
    assert compared.comparing.shown is None
    assert compared.comparing.marked is None


def test_comparing_a_step_with_itself_says_that_nothing_differs(desk):
    trigger(desk, "compare_mark")
    trigger(desk, "compare")
    assert pane(desk).more.text() == "nothing differs"


# --- two machines ---------------------------------------------------------------------------------------


@pytest.fixture
def machines(desk):
    """The window of two machines over the program of three operations."""
    trigger(desk, "compare_machines")
    window = desk.window.findChild(MachinesWindow)
    yield window
    window.close()


def test_two_machines_stand_side_by_side_at_their_first_difference(machines):
    pane_ = machines.pane
    assert pane_.found.first == 1 or pane_.found.first is None
    assert "First" in pane_.left.title.text()
    for view, lane in ((pane_.left, pane_.found.left), (pane_.right, pane_.found.right)):
        assert view.player.at == lane.end(pane_.list.currentIndex().row())


def test_another_second_machine_is_chosen_in_the_box(machines):
    pane_ = machines.pane
    index = pane_.second.findData("levels 5 bits 57")
    pane_.second.setCurrentIndex(index)
    pane_.second.activated.emit(index)
    assert pane_.found.right.session.machine.levels == 5
    assert pane_.second.currentData() == "levels 5 bits 57"


def test_a_row_moves_both_machines_to_the_end_of_its_operation(machines):
    pane_ = machines.pane
    pane_.list.selectRow(2)
    assert pane_.left.player.at == pane_.found.left.end(2)
    assert pane_.right.player.at == pane_.found.right.end(2)
    assert pane_.facts.rowCount() == 7


def test_after_an_edit_both_machines_can_run_again(desk, machines):
    desk.run_line("n = vmalloc 8K")
    assert machines.pane.again.isVisible()
    QTest.mouseClick(machines.pane.again, Qt.MouseButton.LeftButton)
    assert machines.pane.operations.rowCount() == 4
    assert not machines.pane.again.isVisible()


def test_the_window_of_two_machines_stays_when_the_language_changes(desk):
    trigger(desk, "compare_machines")
    machines = desk.window.findChild(MachinesWindow)
    machines.pane.list.selectRow(1)
    found = machines.pane.found
    desk.window.refurnish()
    again = next(w for w in desk.window.findChildren(MachinesWindow) if w is not machines)
    assert again.isVisible()
    assert again.pane.found is found
    assert again.pane.list.currentIndex().row() == 1
    assert again.pane.again.isHidden()
    again.close()


def test_the_window_of_two_machines_fits_the_screen(machines):
    assert machines.height() < machines.screen().availableSize().height()


def test_the_program_that_is_open_is_not_touched(desk, machines):
    assert machines.pane.found.left.session is not desk.workspace.session
    at = desk.player.at
    machines.pane.list.selectRow(2)
    assert desk.player.at == at


def test_when_it_is_stopped_no_window_opens(desk, monkeypatch):
    monkeypatch.setattr(files.Progress, "__call__", lambda self, done, of: False)
    trigger(desk, "compare_machines")
    assert not [w for w in desk.window.findChildren(MachinesWindow) if w.isVisible()]
