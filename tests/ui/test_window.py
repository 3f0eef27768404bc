"""The window: what a user does, through its actions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox

from vmgui.formats import document as documents
from vmgui.projection.landmarks import decisions
from vmgui.ui import files


def refused(desk) -> int:
    """The first step that refused a 2 MiB page."""
    return decisions(desk.workspace.session.columns, "pmd", installed=False)[0]


def trigger(desk, name: str) -> None:
    """Do an action as a menu does."""
    desk.window.actions_[name].trigger()


# --- operations ----------------------------------------------------------------------------------


def test_running_the_form_runs_its_line_and_goes_to_its_end(desk):
    before = desk.player.length
    trigger(desk, "run")
    assert [str(d.operation) for d in desk.workspace.session.operations][-1] == "b = vmalloc 4M"
    assert desk.player.length > before
    assert desk.player.at == desk.player.length


def test_the_form_offers_the_next_free_name(desk):
    trigger(desk, "run")
    assert desk.operations.command.text() == "c = vmalloc 4M"


def test_a_typed_line_fills_the_form(desk):
    desk.operations.put("q = ioremap_wc 0x200000000 8M")
    assert desk.operations.form.verb.name == "ioremap"
    assert desk.operations.form.text() == "q = ioremap_wc 0x200000000 8M"


def test_a_wrong_line_is_marked_where_it_is_wrong_and_changes_nothing(desk):
    count = len(desk.workspace.session.operations)
    desk.run_line("x = vmaloc 4M")
    command = desk.operations.command
    assert len(desk.workspace.session.operations) == count
    assert command.caret.isVisible()
    assert command.caret.text().splitlines()[1].index("^") == 4
    assert "vmalloc" in command.wrong.text()
    assert not desk.workspace.dirty


@pytest.mark.parametrize(
    "line",
    ["", "a", "vfree nobody", "x = vmalloc 0x", "touch 0xff00000000000000", "x = vmalloc 4M 5M", "\x00"],
)
def test_no_line_however_wrong_ends_the_window_or_changes_anything(desk, line):
    count = len(desk.workspace.session.operations)
    desk.run_line(line)
    assert len(desk.workspace.session.operations) == count
    assert desk.operations.command.wrong.isVisible()


def test_a_size_beyond_all_memory_is_refused_by_the_kernel_and_shown_so(desk):
    desk.run_line("x = vmalloc 1T")
    entry = desk.operations.history.model.entries[-1]
    assert entry.error
    assert entry.result == "NULL"


def test_undo_takes_the_operation_back_and_redo_runs_it_again(desk):
    length = desk.player.length
    trigger(desk, "undo")
    assert len(desk.workspace.session.operations) == 2
    assert desk.player.length < length
    trigger(desk, "redo")
    assert desk.player.length == length
    assert not desk.window.actions_["redo"].isEnabled()


def test_a_boot_parameter_reboots_and_the_program_runs_again(desk):
    assert decisions(desk.workspace.session.columns, "pmd", installed=False)
    trigger(desk, "nohugeiomap")
    assert desk.workspace.machine.nohugeiomap
    assert len(desk.workspace.session.operations) == 3
    assert desk.window.actions_["nohugeiomap"].isChecked()


# --- steps ---------------------------------------------------------------------------------------


def test_stepping_forwards_and_back_shows_what_was_shown_before(desk):
    desk.player.seek(refused(desk))
    text, rows = desk.transport.headline.text(), desk.tree.model.rowCount()
    trigger(desk, "step")
    assert desk.transport.headline.text() != text
    trigger(desk, "back")
    assert desk.tree.model.rowCount() == rows


def test_home_and_end_go_to_the_ends(desk):
    trigger(desk, "last")
    assert desk.player.at == desk.player.length
    trigger(desk, "first")
    assert desk.player.at == 0


def test_a_refused_huge_page_is_explained_by_the_check_that_decided(qtbot, desk):
    with qtbot.waitSignal(desk.scene.settled, timeout=20_000):
        desk.player.seek(refused(desk))
    card = desk.why.card
    decided = next(check for check in card.checks if check.decided)
    assert card.outcome == "refused"
    assert decided.condition == "not IS_ALIGNED(phys_addr, k.PMD_SIZE)"
    assert [check.mark for check in card.checks[: decided.number - 1]] == ["passed"] * (decided.number - 1)
    assert {check.mark for check in card.checks[decided.number :]} == {"not reached"}
    assert "0x100101000" in decided.value


def test_variables_are_those_of_the_call(qtbot, desk):
    with qtbot.waitSignal(desk.scene.settled, timeout=20_000):
        desk.player.seek(refused(desk))
    shown = {v.name: v.text for v in desk.stack.model.variables}
    assert shown["phys_addr"] == "0x100101000"
    assert shown["max_page_shift"] == "63"


def test_until_they_are_known_variables_and_why_say_so(desk):
    desk.player.seek(refused(desk))
    assert desk.scene.waiting
    assert desk.why.header.detail.text() == "…"
    assert desk.stack.variables_header.detail.text() == "…"


def test_an_answer_that_comes_too_late_is_dropped(qtbot, desk):
    with qtbot.waitSignal(desk.scene.settled, timeout=20_000):
        desk.player.seek(refused(desk))
    old = desk.scene.explanation
    desk.player.step()
    desk.explainer.answered.emit(desk.explainer.number - 1, old.row, old)
    assert desk.scene.explanation is None


def test_the_source_shows_the_line_and_what_the_call_returned(desk):
    desk.player.seek(refused(desk))
    shown = desk.source.view.source
    assert shown.function == "vmap_pmd_range"
    assert "vmap_try_huge_pmd" in shown.statement
    assert shown.note == "→ 0 refused"


def test_the_stack_ends_in_the_call_that_was_refused(desk):
    desk.player.seek(refused(desk))
    chips = desk.stack.chips.chips
    assert chips[0].name == "ioremap"
    assert (chips[-2].name, chips[-2].role) == ("vmap_pmd_range", "current")
    assert (chips[-1].name, chips[-1].role) == ("vmap_try_huge_pmd", "refused")


def test_history_tells_what_is_still_to_come(desk):
    desk.player.seek(desk.workspace.session.operations[1].first_row + 1)
    assert [e.state for e in desk.operations.history.model.entries] == ["past", "current", "later"]


# --- files ---------------------------------------------------------------------------------------


def test_what_was_saved_opens_again_the_same(desk, tmp_path):
    trigger(desk, "run")
    assert desk.workspace.dirty
    path = tmp_path / "four.vmgui"
    assert files.save(desk, path)
    assert not desk.workspace.dirty
    before = [str(done.operation) for done in desk.workspace.session.operations]
    machine = desk.workspace.machine
    desk.workspace.new()
    desk.window.open(path)
    assert [str(done.operation) for done in desk.workspace.session.operations] == before
    assert desk.workspace.machine == machine
    assert desk.window.settings.recent == [path.resolve()]


def test_a_file_that_is_no_document_is_a_notice_and_nothing_is_lost(desk, tmp_path):
    path = tmp_path / "broken.vmgui"
    path.write_text('{"version": 1, "operations": ["a = vmaloc 4M"]}')
    session = desk.workspace.session
    desk.window.open(path)
    assert "vmaloc" in desk.window.notices.text
    assert desk.workspace.session is session


def test_a_file_that_is_not_there_is_a_notice(desk, tmp_path):
    desk.window.open(tmp_path / "nothing.vmgui")
    assert "nothing.vmgui" in desk.window.notices.text


def test_an_operation_that_cannot_run_in_a_file_is_said_with_its_line(desk, tmp_path):
    path = tmp_path / "program.ops"
    path.write_text("a = vmalloc 16K\nb = range 4K start=W end=WE\nq = touch @a cpu=99\n")
    desk.window.open(path)
    assert desk.window.notices.text


def test_a_dropped_file_is_opened(desk, tmp_path):
    path = tmp_path / "two.vmgui"
    documents.save(path, documents.Document(desk.workspace.machine, ("z = vmalloc 8K",), "Two"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.window.dropEvent(drop)
    assert desk.workspace.title == "Two"


@pytest.mark.parametrize(("answer", "kept"), [("Cancel", True), ("Discard", False)])
def test_work_that_would_be_lost_is_asked_about(desk, monkeypatch, answer, kept):
    trigger(desk, "run")
    session = desk.workspace.session
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: getattr(QMessageBox.StandardButton, answer))
    trigger(desk, "new")
    assert (desk.workspace.session is session) == kept


def test_without_changes_nothing_is_asked(desk, monkeypatch):
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: pytest.fail("asked"))
    trigger(desk, "new")
    assert desk.workspace.session.operations == []


def test_the_first_scenario_runs_without_an_error(window):
    window.desk.open_default()
    assert window.notices.text == ""
    assert len(window.desk.workspace.session.operations) >= 10


# --- looks ---------------------------------------------------------------------------------------


def test_the_theme_changes_and_is_remembered(desk):
    was = desk.window.theme.name
    trigger(desk, "theme")
    assert desk.window.theme.name != was
    assert desk.window.settings.theme == desk.window.theme.name
    assert desk.source.view.theme is desk.window.theme


@pytest.mark.parametrize(("width", "height", "tabs"), [(1600, 1000, False), (1280, 720, True)])
def test_where_there_is_no_room_panes_become_tabs(desk, width, height, tabs):
    desk.window.resize(width, height)
    assert desk.details.tabBar().isVisible() == tabs
    tabbed = desk.window.tabifiedDockWidgets(desk.layout_.docks["tree"])
    assert (desk.layout_.docks["frames"] in tabbed) == tabs


def test_the_layout_can_be_put_back(desk):
    dock = desk.layout_.docks["operations"]
    dock.hide()
    trigger(desk, "reset_layout")
    assert dock.isVisible()


def test_the_machine_dialog_refuses_what_cannot_be(desk):
    from vmgui.ui.dialogs.machine import MachineDialog

    dialog = MachineDialog(desk.workspace.machine, desk.window)
    dialog.edits["ram"].setText("3")
    dialog.accept()
    assert "RAM" in dialog.wrong.text()
    assert dialog.result() == 0


@pytest.mark.parametrize("name", ["x86-5l", "tiny", "debian-server"])
def test_the_machine_dialog_shows_a_preset_and_gives_it_back(desk, name):
    from vmgui.engine.machine import PRESETS
    from vmgui.ui.dialogs.machine import MachineDialog

    dialog = MachineDialog(desk.workspace.machine, desk.window)
    dialog.show_machine(PRESETS[name])
    assert dialog.machine() == PRESETS[name]


def test_every_field_of_a_machine_has_one_in_the_dialog(desk):
    from dataclasses import fields

    from vmgui.engine.machine import Machine
    from vmgui.ui.dialogs.machine import MachineDialog

    dialog = MachineDialog(desk.workspace.machine, desk.window)
    assert set(dialog.edits) == {field.name for field in fields(Machine)}


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_every_page_of_the_help_opens(desk):
    from vmgui.ui.dialogs.help import HelpWindow, pages

    trigger(desk, "help")
    shown = desk.window.findChild(HelpWindow)
    assert shown.list.count() == len(pages()) > 0
    for row in range(shown.list.count()):
        shown.list.setCurrentRow(row)
        assert shown.text.toPlainText()
    shown.close()


def test_the_finder_runs_the_action_it_found(desk):
    from vmgui.ui.dialogs.finder import Finder

    finder = Finder(desk)
    finder.field.setText("last step")
    finder.field.returnPressed.emit()
    assert desk.player.at == desk.player.length


def test_every_key_is_on_the_page_of_keys(desk):
    from PySide6.QtWidgets import QLabel

    from vmgui.ui.actions import specs, tr
    from vmgui.ui.dialogs.keys import KeysOverlay

    overlay = KeysOverlay(desk.window)
    shown = {label.text() for label in overlay.findChildren(QLabel)}
    assert {tr(spec.text).replace("&", "") for spec in specs() if spec.keys} <= shown


def test_looking_at_an_address_does_not_move_the_play_head(desk):
    from vmgui.ui.dialogs.address import AddressDialog

    desk.player.seek(5)
    dialog = AddressDialog(desk.workspace.session, desk.window)
    dialog.chosen.connect(desk.scene.look_at)
    dialog.field.setText("@f")
    dialog.accept()
    assert desk.player.at == 5


@pytest.mark.parametrize("text", ["", "zz", "0x1ffffffffffffffff", "0xff00000000000000", "@nobody"])
def test_a_wrong_address_is_said_so(desk, text):
    from vmgui.ui.dialogs.address import AddressDialog

    dialog = AddressDialog(desk.workspace.session, desk.window)
    dialog.field.setText(text)
    dialog.accept()
    assert dialog.wrong.text()


# --- places --------------------------------------------------------------------------------------


def menu_texts(desk, place) -> list[str]:
    """What the menu of a place offers."""
    from vmgui.ui.context import menu_of

    return [action.text() for action in menu_of(desk, place).actions()]


def test_the_menu_of_an_entry_leads_to_the_step_that_made_it(desk):
    from vmgui.ui.context import steps
    from vmgui.ui.selection import Place

    done = desk.workspace.session.operations[1]
    desk.player.seek(done.last_row)
    index = desk.tree.model.find(desk.tree.path(done.outcome.value))
    row, table = desk.tree.model.row_at(index), desk.tree.model.table_at(index)
    place = Place(va=(row.va, row.va + 4096), level=row.level, table=table, index=row.first)
    made, gone = steps(desk, place)
    assert done.first_row < made <= done.last_row
    assert gone is None
    assert "Copy address" in menu_texts(desk, place)
    desk.go(made - 1)
    assert desk.tree.model.find(desk.tree.path(row.va)).data() != row.name


def test_an_area_knows_the_operations_that_made_and_freed_it(desk):
    from vmgui.ui.context import steps
    from vmgui.ui.selection import Place

    made, _io, freed = desk.workspace.session.operations
    desk.player.seek(made.last_row)
    assert steps(desk, Place(area=made.outcome.made.addr)) == (made.first_row, freed.first_row)


def test_an_address_can_be_copied(desk):
    from PySide6.QtWidgets import QApplication

    from vmgui.ui.context import menu_of
    from vmgui.ui.selection import Place

    menu_of(desk, Place(va=(0xFFFFC90000000000, 0xFFFFC90000001000))).actions()[0].trigger()
    assert QApplication.clipboard().text() == "0xffffc90000000000"


def test_a_double_click_in_the_source_runs_to_that_line(desk):
    desk.player.seek(refused(desk))
    shown = desk.source.view.source
    at = desk.player.at
    desk.source.view.line_wanted.emit(shown.file, shown.first)
    assert desk.player.at > at
    assert desk.source.view.source.first == shown.first


def test_a_line_that_never_runs_again_is_said_so(desk):
    desk.player.last()
    desk.source.view.line_wanted.emit(desk.source.view.source.file, 1)
    assert "line 1" in desk.window.notices.text
    assert desk.player.at == desk.player.length


def test_escape_leaves_the_command_line(desk):
    desk.operations.command.field.setFocus()
    trigger(desk, "clear_selection")
    assert not desk.operations.command.field.hasFocus()


def test_recent_files_are_offered(desk, tmp_path):
    from PySide6.QtWidgets import QMenu

    assert files.save(desk, tmp_path / "one.vmgui")
    menu = QMenu()
    files.fill_recent(desk, menu)
    assert [action.text() for action in menu.actions()] == ["one.vmgui", "", "Clear this list"]


def test_a_program_that_cannot_be_read_is_said_and_changes_nothing(desk, tmp_path):
    bad = tmp_path / "bad.ops"
    bad.write_text("vmallocate 4K")
    before = desk.workspace.session
    desk.open_copy(bad)
    assert desk.workspace.session is before
    assert "vmallocate" in desk.window.notices.text


def test_how_many_entries_are_a_step_can_be_chosen(desk):
    from vmgui.projection.landmarks import decisions as decided

    start = decided(desk.workspace.session.columns, "pmd", installed=False)[0]
    desk.player.seek(start)
    while "PTE" not in desk.tree.model.find(desk.tree.path(desk.scene.views.stage.address)).data():
        desk.player.step()  # until the loop over the entries has begun
    inside, taken = desk.player.at, {}
    for group in (1, 512):
        trigger(desk, f"group_{group}")
        desk.player.seek(inside)
        desk.player.step()
        taken[group] = desk.player.at - inside
    assert taken[1] == 1
    assert taken[512] > 400
    assert desk.window.actions_["group_512"].isChecked()
    assert not desk.window.actions_["group_16"].isChecked()


def test_the_form_of_free_pages_offers_who_holds_pages(desk):
    desk.operations.run_wanted.emit("q = pages 8")
    desk.operations.choose("free_pages")
    assert desk.operations.command.text() == "free_pages q"
    desk.operations.run_wanted.emit("free_pages q")
    assert not desk.workspace.session.names["q"].pages
